"""Who is the next provider of what was found. Pure.

An address of a post log is the access provider's that answers for its prefix; an address that isn't this operator's is
that of the provider that answers for it; a line whose contract is a wholesale one is the reseller's. Where the records
don't lead to one provider alone, nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sekisho.disclosure.chain.handover import FORWARDED, Passed
from sekisho.disclosure.outcome_rows import Result
from sekisho.disclosure.parties.party import Party, holder_of
from sekisho.disclosure.record import Item, ItemKind
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.logs.lookup.answer import Outcome

POST, TIME, LINK = 5, 8, 14
LOGIN, LOGIN_TIME = 9, 13
"""Items of 施行規則2条: address and port with its time, of the post or of a related communication; the common name."""
_LOGIN_KINDS: Final = frozenset({"cp.login", "cp.account"})


@dataclass(frozen=True, slots=True)
class Lead:
    """One thing that leads to a provider: an address with its times, or a line under a wholesale contract."""

    party: Party | None
    kind: str
    address: str | None
    port: int | None
    link: str | None
    begin: datetime
    end: datetime


def leads(item: Item, result: Result, providers: Sequence[Party]) -> list[Lead]:
    """What of a result leads to another provider; empty where nothing sure does."""
    found: list[Lead] = []
    for answer in result.answers:
        if "assignments" in answer and result.outcome in DISCLOSABLE:
            found += _of_trail(answer, providers)
        elif result.outcome is Outcome.NEXT_PROVIDER and item.kind is ItemKind.ADDRESS:
            party = holder_of(item.value, providers)
            found.append(Lead(party, "", item.value, item.port, None, item.begin, _last_second(item)))
        elif result.outcome in DISCLOSABLE:
            found += _of_contract(item, answer, providers)
    return found


def next_of(found: Iterable[Lead]) -> Party | None:
    """The one provider that all leads lead to; None where there is none, or several."""
    parties = {None if one.party is None else one.party.id: one.party for one in found}
    return next(iter(parties.values())) if len(parties) == 1 else None


def passed(item: Item, found: Sequence[Lead], *, first: int) -> list[Passed]:
    """What is passed on of an item, numbered from ``first``: of what the order asks no more than may be passed on."""
    asked = {int(one.removeprefix("civil.")) for one in item.wanted if one.startswith("civil.")} or FORWARDED
    made: list[Passed] = []
    for one in found:
        related = one.kind in _LOGIN_KINDS
        mark = LINK if one.link is not None else LOGIN if related else POST
        civil = {mark, LOGIN_TIME if related else TIME} & asked & FORWARDED
        if mark not in civil:
            continue
        made.append(
            Passed(first + len(made), tuple(sorted(civil)), one.address, one.port, one.link, one.begin, one.end)
        )
    return made


def _of_trail(answer: Mapping[str, Any], providers: Sequence[Party]) -> Iterator[Lead]:
    for one in answer["assignments"]:
        if not str(one["kind"]).startswith("cp."):
            continue
        low, high = one["ports"]
        begin, end = (datetime.fromisoformat(one[name]).replace(microsecond=0) for name in ("start", "end"))
        party = holder_of(one["resource"], providers)
        yield Lead(party, one["kind"], one["resource"], low if low == high else None, None, begin, end)


def _of_contract(item: Item, answer: Mapping[str, Any], providers: Sequence[Party]) -> Iterator[Lead]:
    by_contract = {contract: party for party in providers for contract in party.contracts}
    for branch in answer.get("branches", ()):
        for contractor in branch["contractors"] or ():
            party = by_contract.get(contractor["contract"])
            # A contract that nobody took wholesale is this operator's own subscriber's: it leads nowhere else.
            for line in branch["lines"] if party is not None else ():
                yield Lead(party, "", None, None, line, item.begin, _last_second(item))


def _last_second(item: Item) -> datetime:
    """The last second that an item asks about. A handover states times to the second: of "noon, to the minute" the next
    provider would otherwise look at noon's first second alone, and may find somebody else."""
    return max(item.begin, item.until - timedelta(seconds=1))
