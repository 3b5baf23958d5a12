"""Of whom the applicant told in time: the next providers of a 提供命令's case, each with a term of its own.

An order may lead to several providers. Against each of them a petition of its own is filed, and the applicant tells of
each by itself (情報流通プラットフォーム対処法15条3項): the notice about one keeps the order alive towards that one
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.record import DisclosureCase, Fact
from sekisho.disclosure.rows import OPEN, Deadline
from sekisho.disclosure.tables import disclosure_deadline

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


def part_term(connection: Connection, case_id: str, kind: str, parties: Iterable[str], *, at: datetime) -> None:
    """Give each of ``parties`` its own term in place of the case's open one: the same days, ended each by itself."""
    table = disclosure_deadline
    mine = (table.c.case_id == case_id, table.c.kind == kind, table.c.state == OPEN, table.c.party.is_(None))
    for row in connection.execute(select(table).where(*mine)).all():
        first, *others = sorted(set(parties))
        connection.execute(update(table).where(table.c.id == row.id).values(party=first))
        for one in others:
            connection.execute(
                insert(table).values(
                    case_id=case_id, kind=kind, started_on=row.started_on, due_on=row.due_on, state=OPEN, set_at=at,
                    party=one,
                )
            )  # fmt: skip


def restore_lapsed(
    connection: Connection, case_id: str, kind: str, *, party: str, at: datetime, by: str
) -> None:
    """A provider's term that was taken for lapsed was met: what it waited for came in time, and was entered later."""
    table = disclosure_deadline
    mine = update(table).where(table.c.case_id == case_id, table.c.kind == kind, table.c.state == "lapsed")
    mine = mine.where(table.c.party == party)
    connection.execute(mine.values(state="done", ended_at=at, ended_by=by))


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
