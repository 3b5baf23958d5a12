"""Holds that follow from a case: preservation requests and their extensions, orders not to delete, injunctions, and
requests without an order. The terms of each hold are the case's own; how long it may last is the hold's table.

The hold itself, its copies and its end are :mod:`sekisho.logs.holds`'s; a case is tied to its holds by id.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import add_link, links_of
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.errors import CaseRefused, NoHoldHere, UnknownCase
from sekisho.disclosure.gate import Gate, order_of, target_of
from sekisho.disclosure.kinds import Act, CaseType, RequesterKind
from sekisho.disclosure.progress import Event, State
from sekisho.disclosure.record import DisclosureCase, ItemKind, SecrecyState
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.scope import Planned
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.logs.holds.rows import HoldEntry
from sekisho.logs.holds.rules import HOLDS, End, HoldType, Rank, ReleaseReason
from sekisho.logs.holds.scope import HOLDABLE
from sekisho.logs.holds.scope import Scope as HoldScope
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.terms import Authority, HoldTerms
from sekisho.logs.intervals.days import microseconds

HOLD: Final = "hold"
PARENT: Final = "parent"

HOLD_TYPES: Final = {
    CaseType.PRESERVATION_REQUEST: HoldType.PRESERVATION_REQUEST,
    CaseType.TAX_PRESERVATION: HoldType.OTHER_LAW,
    CaseType.DELETION_PROHIBITION: HoldType.COURT_ORDER,
    CaseType.LOG_INJUNCTION: HoldType.COURT_ORDER,
    CaseType.VOLUNTARY_PRESERVATION: HoldType.VOLUNTARY_REQUEST,
}
"""The hold that follows from each type of request. An extension makes none: it extends that of another case."""

_RANKS: Final = {
    RequesterKind.PROSECUTOR: Rank.PUBLIC_PROSECUTOR,
    RequesterKind.PROSECUTOR_ASSISTANT: Rank.PROSECUTORS_ASSISTANT,
    RequesterKind.JUDICIAL_POLICE_OFFICER: Rank.JUDICIAL_POLICE_OFFICER,
    RequesterKind.JUDICIAL_CONSTABLE: Rank.JUDICIAL_POLICE_CONSTABLE,
}


class Holding:
    """Holds of one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping, gate: Gate) -> None:
        """Reads and writes nothing until asked to."""
        self._steps, self._gate = steps, gate
        self._workspace = steps.workspace
        self._holds = Holds(steps.workspace)

    def hold(self, case_id: str, *, until: date | None = None, by: Principal) -> HoldEntry:
        """Hold what a case asks to be kept. ``until`` is its last day where the hold has one (None: the days asked
        for, from the day it was received). Asked again after a crash, it is the same hold.

        Raises ``NoHoldHere``, ``NotPermittedByLaw``, ``ScopeExceeded``, ``NotApart``, ``WrongState``, ``HoldRefused``,
        ``CarvingFailed``. A hold that needs approval is ``requested``: approve and make it by its own id.
        """
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        terms = terms_of(known.case, until=until, knows=frozenset(known.parts))
        if known.entry.state is State.HOLDING:
            return self._holds.find(self._hold_of(known), by=by)
        self._steps.require_may(known, Event.HOLD, by=by)
        self._require_gate(known, terms.scope)
        # The same case has always the same hold: the key makes it once, whatever was killed in between.
        entry = self._holds.add(terms, by=by, idempotency_key=f"disclosure/{case_id}")
        last = terms.until or entry.review_on
        said = {"hold": entry.id, "state": entry.state.value, "until": None if last is None else last.isoformat()}

        def write(connection: Connection, now: datetime) -> None:
            add_link(connection, case_id, HOLD, entry.id, at=now, by=by.staff_id)
            if last is not None:
                rows.set_deadline(
                    connection, case_id, _kind(terms), started_on=terms.received, due_on=last, at=now
                )

        self._steps.take(known, Event.HOLD, said, by=by, write=write)
        return entry

    def extend(self, case_id: str, parent: str, *, until: date, why: str, by: Principal) -> HoldEntry:
        """Extend the hold of the case ``parent`` by an extension request (刑訴法197条4項). Raises as :meth:`hold`, and
        ``ExtensionRefused``, ``UnknownCase`` (a parent without a hold)."""
        by.require(Scope.LOG_SEARCH)
        known, before = self._steps.known(case_id, by), self._steps.known(parent, by)
        case = known.case
        if case.type is not CaseType.PRESERVATION_EXTENSION:
            raise NoHoldHere(case=case_id, type=case.type.value)
        hold_id = self._hold_of(before)
        entry = self._holds.find(hold_id, by=by)
        if known.entry.state is State.HOLDING and entry.until == until:
            return entry
        self._steps.require_may(known, Event.HOLD, by=by)
        self._require_same(known, before)
        self._require_gate(known, scope_of(case))
        if entry.until != until:
            entry = self._holds.extend(
                hold_id,
                until,
                document=case.document.number,
                document_date=case.document.dated or japan_date(case.received_at),
                checked=_checked(case),
                why=why,
                by=by,
            )

        def write(connection: Connection, now: datetime) -> None:
            add_link(connection, case_id, HOLD, hold_id, at=now, by=by.staff_id)
            add_link(connection, case_id, PARENT, parent, at=now, by=by.staff_id)
            rows.set_deadline(
                connection,
                case_id,
                DeadlineKind.PRESERVATION.value,
                started_on=japan_date(case.received_at),
                due_on=until,
                at=now,
            )

        said = {"hold": hold_id, "parent": parent, "until": until.isoformat(), "why": why}
        self._steps.take(known, Event.HOLD, said, by=by, write=write)
        return entry

    def release(
        self,
        case_id: str,
        reason: ReleaseReason,
        *,
        by: Principal,
        document: str = "",
        decided_on: date | None = None,
        ended_on: date | None = None,
    ) -> CaseEntry:
        """Release the hold of a case: it was withdrawn, its case ended, or the need ceased. Raises ``ReleaseRefused``,
        ``UnknownCase`` (a case without a hold), ``CaseMoved``."""
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        hold_id = self._hold_of(known)
        entry = self._holds.find(hold_id, by=by)
        if entry.state.value == "active":
            self._holds.release(
                hold_id, reason, by=by, document=document, decided_on=decided_on, ended_on=ended_on
            )

        def write(connection: Connection, now: datetime) -> None:
            for kind in (DeadlineKind.PRESERVATION, DeadlineKind.HOLD_REVIEW):
                rows.end_deadline(connection, case_id, kind.value, state="done", at=now, by=by.staff_id)

        said = {"hold": hold_id, "reason": reason.value, "document": document}
        return self._steps.note(known, "hold_released", said, by=by, write=write)

    def find(self, case_id: str, *, by: Principal) -> HoldEntry:
        """The hold of a case. Raises ``UnknownCase``, ``UnknownHold``."""
        return self._holds.find(self._hold_of(self._steps.known(case_id, by, items=False)), by=by)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _require_gate(self, known: Known, scope: HoldScope) -> None:
        items = known.case.items
        classes = frozenset(item.data_class for item in items)
        plan = order_of(known.case, items), Planned.of_hold(scope, classes)
        for data_class in sorted(classes):
            of_class = [item for item in items if item.data_class is data_class]
            self._gate.require_planned(known, Act.HOLD, data_class, [plan], items=of_class)

    def _require_same(self, known: Known, before: Known) -> None:
        """An extension asks for what the first request asked for, and nothing else."""
        classes = frozenset(item.data_class for item in known.case.items)
        # The first paper's own validity isn't that of the extension.
        order = replace(order_of(before.case, before.case.items), valid_from=None, valid_until=None)
        self._gate.require_within(order, Planned.of_hold(scope_of(known.case), classes))

    def _hold_of(self, known: Known) -> str:
        with self._workspace.database.read() as connection:
            found = links_of(connection, known.entry.id, HOLD)
        if not found:
            raise UnknownCase(case=known.entry.id)
        return found[-1]


def terms_of(case: DisclosureCase, *, until: date | None, knows: frozenset[str]) -> HoldTerms:
    """The hold that a case asks for. Pure. Raises ``NoHoldHere``, ``CaseRefused``."""
    kind = HOLD_TYPES.get(case.type)
    if kind is None:
        raise NoHoldHere(case=case.id, type=case.type.value)
    received = japan_date(case.received_at)
    who, paper = case.requester, case.document
    return HoldTerms(
        type=kind,
        authority=Authority(
            name=who.name,
            officer=who.officer,
            rank=_RANKS.get(who.kind),
            document=paper.number,
            document_date=paper.dated,
            law=paper.legal_provision,
            contact=who.contact,
            checked=_checked(case),
        ),
        scope=scope_of(case),
        received=received,
        until=_until(case, kind, received, until),
        silent=case.secrecy.state is not SecrecyState.NONE and HOLDS[kind].may_silence,
        knows=knows,
    )


def scope_of(case: DisclosureCase) -> HoldScope:
    """Which records a case asks to be kept. Pure.

    Raises ``CaseRefused`` where none of its items names a record, and where they name different times: one hold would
    keep all of them for the whole of it, and so records that no paper asks for.
    """
    items = case.items
    named = [item for item in items if item.kind in (ItemKind.ADDRESS, ItemKind.LINE, ItemKind.ACCOUNT)]
    if not named:
        raise CaseRefused(field="items", problem="an address, a line or an account: only records can be held")
    if len({(item.begin, item.until) for item in named}) > 1:
        raise CaseRefused(
            field="items", problem="one time for all that is held: take in items of other times as a case of their own"
        )
    begin = named[0].begin
    end = min(named[0].until, case.received_at)
    if end <= begin:
        raise CaseRefused(field="items", problem="times that have come: a hold keeps what is recorded already")
    return HoldScope(
        kinds=frozenset(HOLDABLE) & order_of(case, named).kinds,
        begin=microseconds(begin),
        end=microseconds(end),
        addresses=tuple(dict.fromkeys(target_of(item) for item in named if item.kind is ItemKind.ADDRESS)),
        subjects=frozenset(item.value for item in named if item.kind is not ItemKind.ADDRESS),
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


def _checked(case: DisclosureCase) -> str:
    """How the paper was seen to be genuine: the notes of the checks."""
    notes = [fact.note for name, fact in sorted(case.facts.items()) if name.startswith("authenticity.") and fact.note]
    return "; ".join(notes)[:1_000]


def _kind(terms: HoldTerms) -> str:
    kind = DeadlineKind.PRESERVATION if HOLDS[terms.type].end is End.DATE else DeadlineKind.HOLD_REVIEW
    return kind.value
