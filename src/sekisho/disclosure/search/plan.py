"""From a request's items to search grants and questions: each grant allows what its items ask, and no more. Pure.

Items are laid out in batches by what is asked of them, because a grant allows everything it names of everything it
names: an item that asks for logs alone must not open the register, and the register's whole days must not widen the
times of a search in logs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Final

from sekisho.clock import JAPAN, japan_date
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.gate import asks_who, identifiers_of, kinds_of, order_of, target_of
from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.record import DisclosureCase, Item, ItemKind
from sekisho.disclosure.scope import OrderScope
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import Asked
from sekisho.logs.lookup.grant import MAX_IDENTIFIERS, MAX_SPAN, MAX_TARGETS, GrantTerms, Ground

AGAIN: Final = 5
"""How often a search may be asked again under one grant: a run that was killed asks its questions anew."""
LIFE: Final = timedelta(days=14)
"""How long a search's grants live. A house limit: within it two people approve, and the search is run."""
MAX_DAYS: Final = 31
"""Days for which the register is asked of one item. A house limit: whose it was on a date is what requests ask."""

GROUNDS: Final = {
    CaseType.INVESTIGATION_INQUIRY: Ground.INVESTIGATION_INQUIRY,
    CaseType.POLICE_INQUIRY_2026: Ground.INVESTIGATION_INQUIRY,
    CaseType.BAR_INQUIRY: Ground.BAR_INQUIRY,
    CaseType.COURT_INQUIRY: Ground.COURT_INQUIRY,
    CaseType.DOCUMENT_REQUEST: Ground.COURT_INQUIRY,
    CaseType.DOCUMENT_ORDER: Ground.COURT_ORDER,
    CaseType.SEARCH_SEIZURE: Ground.WARRANT,
    CaseType.RECORDING_SEIZURE: Ground.WARRANT,
    CaseType.DATA_PROVISION_ORDER: Ground.WARRANT,
    CaseType.LOCATION_RESCUE: Ground.EMERGENCY,
    CaseType.EMERGENCY: Ground.EMERGENCY,
    CaseType.VOLUNTARY_CLAIM: Ground.DISCLOSURE_CLAIM,
    CaseType.DISCLOSURE_ORDER: Ground.COURT_ORDER,
    CaseType.IDENTIFICATION_ORDER: Ground.COURT_ORDER,
    CaseType.OWN_ACCOUNT: Ground.CONSENT,
}
"""The ground that a grant names for each type of request; types that are absent ask for no search."""


class Purpose(StrEnum):
    """What is asked of a batch's items."""

    ADDRESS_LOG = "address_log"
    """Who had an address, as far as logs name them."""
    ADDRESS_WHO = "address_who"
    """The same, and the contractor behind."""
    TRAIL = "trail"
    """What a line or account was given."""
    REGISTER = "register"
    """Whose a number, SIM, device or account was on a day."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that one grant is for."""

    purpose: Purpose
    items: tuple[Item, ...]
    terms: GrantTerms

    @property
    def classes(self) -> frozenset[DataClass]:
        """The classes of its items."""
        return frozenset(item.data_class for item in self.items)

    def order(self, case: DisclosureCase) -> OrderScope:
        """What the request covers of these items."""
        found = order_of(case, self.items)
        if self.purpose is not Purpose.REGISTER:
            return found
        # The register answers for whole days: asking it for a day asks nothing beyond the moment's own day.
        return replace(found, begin=_midnight(japan_date(found.begin)))

    def is_for(self, terms: GrantTerms) -> bool:
        """Whether a grant with these terms allows just what this batch needs."""
        mine = self.terms
        return (mine.kinds, mine.targets, mine.identifiers, mine.begin, mine.end, mine.ground, mine.callers) == (
            terms.kinds,
            terms.targets,
            terms.identifiers,
            terms.begin,
            terms.end,
            terms.ground,
            terms.callers,
        ) and mine.holds <= terms.holds


def batches(
    case: DisclosureCase, items: Sequence[Item], *, caller: str, holds: frozenset[str], now: datetime
) -> tuple[Batch, ...]:
    """The batches of a search. Raises ``CaseRefused`` for a type that asks for no search, and for too many days."""
    ground = GROUNDS.get(case.type)
    if ground is None:
        raise CaseRefused(field="type", problem=f"{case.type.value} asks for no search")
    made = []
    for purpose in Purpose:
        some = [item for item in items if purpose in purposes_of(item)]
        for group in _groups(purpose, some):
            terms = GrantTerms(
                kinds=_kinds(purpose, group),
                targets=tuple(dict.fromkeys(target_of(one) for one in group if one.kind is ItemKind.ADDRESS)),
                identifiers=tuple(identifiers_of(group)),
                begin=min(begin for begin, _ in map(_reach(purpose), group)),
                end=max(end for _, end in map(_reach(purpose), group)),
                ground=ground,
                reference=f"{case.id} {case.document.number}".strip()[:200],
                callers=frozenset({caller}),
                max_queries=sum(len(days_of(one)) for one in group) * AGAIN,
                expires_at=_expires(case, now),
                holds=holds,
            )
            made.append(Batch(purpose, tuple(group), terms))
    return tuple(made)


def purposes_of(item: Item) -> frozenset[Purpose]:
    """What is asked of an item; empty where nothing here can tell (a location, a page's address)."""
    if not kinds_of(item):
        return frozenset()
    if item.kind is ItemKind.ADDRESS:
        return frozenset({Purpose.ADDRESS_WHO if asks_who(item) else Purpose.ADDRESS_LOG})
    found = set()
    if asks_who(item):
        found.add(Purpose.REGISTER)
    if item.data_class is DataClass.SECRECY and "log" in item.wanted:
        found.add(Purpose.TRAIL)
    return frozenset(found)


def asked_of(item: Item) -> Asked:
    """An address item's question: its own window to the microsecond, with no margin beyond it."""
    begin, end = microseconds(item.begin), microseconds(item.until)
    within = (end - begin - 1) // 2
    return Asked(
        ip_address(item.value),
        item.port,
        begin + within,
        within,
        item.protocol,
        None if item.destination is None else ip_address(item.destination),
        item.destination_port,
    )


def days_of(item: Item) -> list[date]:
    """The Japan days of an item's window. Raises ``CaseRefused`` for more than the register is asked for."""
    first, last = japan_date(item.begin), japan_date(item.until - timedelta(microseconds=1))
    count = (last - first).days + 1
    if count > MAX_DAYS:
        if Purpose.REGISTER in purposes_of(item):
            raise CaseRefused(field=f"items[{item.number - 1}].end", problem=f"at most {MAX_DAYS} days for a register")
        count = 1
    return [first + timedelta(days=at) for at in range(count)]


def _kinds(purpose: Purpose, items: Iterable[Item]) -> frozenset[LogKind]:
    found = frozenset(kind for item in items for kind in kinds_of(item))
    if purpose is Purpose.REGISTER:
        return frozenset({LogKind.SUBSCRIBER})
    return found - {LogKind.SUBSCRIBER} if purpose is Purpose.TRAIL else found


def _groups(purpose: Purpose, items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items that fit one grant: in number, and in the span of their times."""
    most = MAX_TARGETS if purpose in (Purpose.ADDRESS_LOG, Purpose.ADDRESS_WHO) else MAX_IDENTIFIERS
    reach, group = _reach(purpose), list[Item]()
    first = None
    for item in sorted(items, key=lambda one: (one.begin, one.number)):
        begin, end = reach(item)
        if group and first is not None and (len(group) == most or end - first > MAX_SPAN):
            yield group
            group, first = [], None
        group.append(item)
        first = begin if first is None else min(first, begin)
    if group:
        yield group


class _reach:  # noqa: N801  a function with one setting
    """From when to when the questions about an item reach."""

    def __init__(self, purpose: Purpose) -> None:
        self._whole_days = purpose is Purpose.REGISTER

    def __call__(self, item: Item) -> tuple[datetime, datetime]:
        begin, end = item.begin.astimezone(JAPAN), item.until.astimezone(JAPAN)
        return (_midnight(japan_date(begin)), end) if self._whole_days else (begin, end)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)


def _expires(case: DisclosureCase, now: datetime) -> datetime:
    """The end of a search's grants: at the latest with the paper's own validity."""
    until = case.document.valid_until
    end = now + LIFE
    return end if until is None else min(end, _midnight(until + timedelta(days=1)))
