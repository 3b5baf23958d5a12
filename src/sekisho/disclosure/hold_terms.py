"""Which holds a case asks for: one for each time that its items name, with the case's own terms. Pure.

Nothing here makes one (:mod:`sekisho.disclosure.holding`), and nothing says that it may be made (the gate).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sekisho.clock import japan_date
from sekisho.disclosure.errors import CaseRefused, NoHoldHere
from sekisho.disclosure.gate import order_of, target_of
from sekisho.disclosure.kinds import CaseType, RequesterKind
from sekisho.disclosure.record import DisclosureCase, Item, ItemKind, SecrecyState
from sekisho.logs.holds.rules import HOLDS, End, HoldType, Rank
from sekisho.logs.holds.scope import HOLDABLE
from sekisho.logs.holds.scope import Scope as HoldScope
from sekisho.logs.holds.terms import Authority, HoldTerms
from sekisho.logs.intervals.days import microseconds

HOLD_TYPES: Final = {
    CaseType.PRESERVATION_REQUEST: HoldType.PRESERVATION_REQUEST,
    CaseType.TAX_PRESERVATION: HoldType.TAX_PRESERVATION,
    CaseType.DELETION_PROHIBITION: HoldType.COURT_ORDER,
    CaseType.LOG_INJUNCTION: HoldType.COURT_ORDER,
    CaseType.VOLUNTARY_PRESERVATION: HoldType.VOLUNTARY_REQUEST,
}
"""The hold that follows from each type of request. An extension makes none: it extends that of another case."""

HOLDABLE_ITEMS: Final = frozenset({ItemKind.ADDRESS, ItemKind.LINE, ItemKind.ACCOUNT})
"""What a hold can name: records are kept by these."""
MAX_WINDOWS: Final = 20
"""Different times of one case: as many holds as one search may answer from (:data:`sekisho.logs.lookup.grant`)."""

_RANKS: Final = {
    RequesterKind.PROSECUTOR: Rank.PUBLIC_PROSECUTOR,
    RequesterKind.PROSECUTOR_ASSISTANT: Rank.PROSECUTORS_ASSISTANT,
    RequesterKind.JUDICIAL_POLICE_OFFICER: Rank.JUDICIAL_POLICE_OFFICER,
    RequesterKind.JUDICIAL_CONSTABLE: Rank.JUDICIAL_POLICE_CONSTABLE,
}


def terms_of(case: DisclosureCase, *, until: date | None, knows: frozenset[str]) -> tuple[HoldTerms, ...]:
    """The holds that a case asks for, one for each time; those of a secret case are there for ``knows`` alone, whatever
    their type. Pure. Raises ``NoHoldHere``, ``CaseRefused``."""
    kind = HOLD_TYPES.get(case.type)
    if kind is None:
        raise NoHoldHere(case=case.id, type=case.type.value)
    received = japan_date(case.received_at)
    who, paper = case.requester, case.document
    authority = Authority(
        name=who.name,
        officer=who.officer,
        rank=_RANKS.get(who.kind),
        document=paper.number,
        document_date=paper.dated,
        law=paper.legal_provision,
        contact=who.contact,
        checked=checked_of(case),
    )
    last = _until(case, kind, received, until)
    secret = case.secrecy.state is not SecrecyState.NONE
    return tuple(
        HoldTerms(
            type=kind,
            authority=authority,
            scope=scope,
            received=received,
            until=last,
            silent=secret and HOLDS[kind].may_silence,
            knows=knows if secret else frozenset(),
        )
        for scope in scopes_of(case)
    )


Window = tuple[tuple[datetime, datetime], tuple[Item, ...]]


def windows_of(case: DisclosureCase) -> tuple[Window, ...]:
    """The times that a case's items name, in order, each with its items. One hold for all would keep each address for
    the others' times, which no paper asks for. Pure.

    Raises ``CaseRefused`` where none of its items names a record, for times to come, and for more than
    :data:`MAX_WINDOWS`.
    """
    found: dict[tuple[datetime, datetime], list[Item]] = {}
    for item in case.items:
        if item.kind in HOLDABLE_ITEMS:
            end = min(item.until, case.received_at)
            if end <= item.begin:
                raise CaseRefused(field="items", problem="times that have come: a hold keeps what is recorded already")
            found.setdefault((item.begin, end), []).append(item)
    if not found:
        raise CaseRefused(field="items", problem="an address, a line or an account: only records can be held")
    if len(found) > MAX_WINDOWS:
        raise CaseRefused(field="items", problem=f"at most {MAX_WINDOWS} different times in one case")
    return tuple((window, tuple(found[window])) for window in sorted(found))


def scopes_of(case: DisclosureCase) -> tuple[HoldScope, ...]:
    """Which records a case asks to be kept, for each of its times. Pure. Raises as :func:`windows_of`."""
    return tuple(
        HoldScope(
            kinds=frozenset(HOLDABLE) & order_of(case, items).kinds,
            begin=microseconds(begin),
            end=microseconds(end),
            addresses=tuple(dict.fromkeys(target_of(item) for item in items if item.kind is ItemKind.ADDRESS)),
            subjects=frozenset(item.value for item in items if item.kind is not ItemKind.ADDRESS),
        )
        for (begin, end), items in windows_of(case)
    )


def _until(case: DisclosureCase, kind: HoldType, received: date, until: date | None) -> date | None:
    if HOLDS[kind].end is not End.DATE:
        return None
    if until is not None:
        return until
    asked = case.facts.get("preservation.days_asked")
    if asked is None:
        raise CaseRefused(field="facts.preservation.days_asked", problem="how many days, or a last day")
    return received + timedelta(days=int(asked.value))


def checked_of(case: DisclosureCase) -> str:
    """How the paper was seen to be genuine: the notes of the checks."""
    notes = [fact.note for name, fact in sorted(case.facts.items()) if name.startswith("authenticity.") and fact.note]
    return "; ".join(notes)[:1_000]
