"""Of whom the applicant told in time: the next providers of a 提供命令's case, each with a term of its own.

An order may lead to several providers. Against each of them a petition of its own is filed, and the applicant tells of
each by itself (情報流通プラットフォーム対処法15条3項): the notice about one keeps the order alive towards that one
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.record import DisclosureCase, Fact
from sekisho.disclosure.rows import OPEN, Deadline

NEXT: Final = "next_provider"
"""The kind of the link that says which provider stands behind an item: its number, a slash and the provider's id."""
LAPSE: Final = DeadlineKind.IDENTIFICATION_LAPSE.value
NOTIFIED, IN_TIME = "order.filing_notified", "order.filing_in_time"
"""The facts that a notice about a provider brings about."""


def named_in(connection: Connection, case_id: str) -> dict[int, str]:
    """Which provider was named as the next one, by item."""
    pairs = (one.split("/", 1) for one in links_of(connection, case_id, NEXT))
    return {int(number): party for number, party in pairs}


def terms_of(terms: Iterable[Deadline], party: str | None = None) -> list[Deadline]:
    """The terms within which the applicant must tell, of one provider or (None) of every one; cancelled ones aside."""
    return [
        one
        for one in terms
        if one.kind == LAPSE and one.state != "cancelled" and party in (None, one.party)
    ]


def as_towards(case: DisclosureCase, terms: Sequence[Deadline], parties: Iterable[str]) -> DisclosureCase:
    """``case`` with what holds towards these providers in place of what holds towards any: told of only where the
    applicant told of each of them, in time never where one of their terms has lapsed. Pure; opens nothing."""
    states = [{one.state for one in terms_of(terms, party)} for party in parties]
    if not states or all("done" in one for one in states):
        return case
    facts: dict[str, Fact] = {name: fact for name, fact in case.facts.items() if name not in (NOTIFIED, IN_TIME)}
    lapsed = any(one and not one & {OPEN, "done"} for one in states)
    if lapsed and IN_TIME in case.facts:
        facts[IN_TIME] = replace(case.facts[IN_TIME], value=False)
    return replace(case, facts=facts)
