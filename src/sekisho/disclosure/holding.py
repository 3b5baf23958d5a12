"""Holds that follow from a case: preservation requests and their extensions, orders not to delete, injunctions, and
requests without an order. The terms of each hold are the case's own (:mod:`.hold_terms`); how long it may last is the
hold's table.

A case has one hold for each time that its items name, and what follows (approval, review, extension, release) is done
to all of them. The hold itself, its copies and its end are :mod:`sekisho.logs.holds`'s; a case is tied to its holds by
id, in the very commit that enters the hold: whatever stops in between, no hold stands without its case knowing of it,
and none is entered for a case that was refused or withdrawn meanwhile (:mod:`sekisho.disclosure.holds_end`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from sekisho.access import approval_service
from sekisho.access.once import id_of
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import people, rows
from sekisho.disclosure.attaching import add_link, cases_linked, links_of
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.errors import CaseMoved, CaseRefused, NoHoldHere, UnknownCase
from sekisho.disclosure.gate import Gate, order_of
from sekisho.disclosure.hold_terms import HOLD_TYPES, checked_of, scopes_of, terms_of, windows_of
from sekisho.disclosure.holds_end import HOLD, STANDING
from sekisho.disclosure.kinds import Act, CaseType
from sekisho.disclosure.progress import Event, Part, State
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.scope import Planned
from sekisho.disclosure.scope_errors import ScopeExceeded
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds import within
from sekisho.logs.holds.errors import HoldDecided, UnknownHold
from sekisho.logs.holds.letters import Letter
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import HOLDS, End, ReleaseReason, require_extension
from sekisho.logs.holds.scope import Scope as HoldScope
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.terms import HoldTerms
from sekisho.logs.intervals.days import microseconds
from sekisho.store.outbox import SealedLeaf

__all__ = ["HOLD", "HOLD_TYPES", "PARENT", "Holding"]

PARENT: Final = "parent"

class Holding:
    """Holds of one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping, gate: Gate) -> None:
        """Reads and writes nothing until asked to."""
        self._steps, self._gate = steps, gate
        self._workspace = steps.workspace
        self._holds = Holds(steps.workspace, told=self._told)

    def hold(self, case_id: str, *, until: date | None = None, by: Principal) -> tuple[HoldEntry, ...]:
        """Hold what a case asks to be kept: a hold for each time that its items name, all of them or, where the rules
        or the log store refuse one, none. ``until`` is their last day where they have one (None: the days asked for,
        from the day it was received). Asked again after a crash, or by a colleague, they are the same holds.

        Raises ``NoHoldHere``, ``NotPermittedByLaw``, ``ScopeExceeded``, ``NotApart``, ``WrongState``, ``HoldRefused``,
        ``CarvingFailed``. Holds that need approval are ``requested``: :meth:`approve`, then this again makes them.
        """
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        if known.entry.state is State.HOLDING:
            terms_of(known.case, until=until, knows=frozenset(known.parts))
            return self._made(known, by)
        self._steps.require_may(known, Event.HOLD, by=by)
        terms = terms_of(known.case, until=until, knows=frozenset(known.parts) | {by.staff_id})
        self._require_gate(known, [one.scope for one in terms])
        now = self._workspace.clock.now()
        for one in terms:
            one.checked(now=microseconds(now), today=japan_date(now))
        if Part.SEARCH not in known.parts.get(by.staff_id, set()):
            # Who makes holds is on record before the first is there: whoever goes on finds them by that.
            self._steps.note(known, "hold_begun", {"windows": len(terms)}, by=by, part=Part.SEARCH)
            known = self._steps.known(case_id, by)
        entries = tuple(self._add(known, at, one, by) for at, one in enumerate(terms))
        last = terms[0].until or min(one.review_on for one in entries if one.review_on is not None)
        said = {
            "holds": {one.id: one.state.value for one in entries},
            "until": None if last is None else last.isoformat(),
        }

        def write(connection: Connection, now: datetime) -> None:
            for one in entries:
                _require_standing(hold_rows.find(connection, self._workspace.keyring, one.id))
            if last is not None:
                rows.set_deadline(
                    connection, case_id, _kind(terms[0]), started_on=terms[0].received, due_on=last, at=now
                )

        self._steps.take(known, Event.HOLD, said, by=by, write=write)
        return entries

    def approve(self, case_id: str, *, by: Principal) -> tuple[HoldEntry, ...]:
        """Approve the holds of a case that rest on the operator's own judgement. Never by whoever took the request in
        or holds. Raises ``NotApart``, ``HoldDecided`` (none waits), and as approvals do."""
        known = self._steps.known(case_id, by)
        held = known.parts.get(by.staff_id, set())
        people.require_others(case_id, by.staff_id, held, (Part.INTAKE, Part.SEARCH), "approve")
        entries = self._entries(known)
        waiting = [one for one in entries if one.state is HoldState.REQUESTED]
        if not waiting:
            raise HoldDecided(hold=entries[0].id, state=entries[0].state.value)
        for one in waiting:
            if not self._has_approved(one, by):
                self._holds.approve(one.id, by=by)
        return self._entries(known)

    def extend(self, case_id: str, parent: str, *, until: date, why: str, by: Principal) -> tuple[HoldEntry, ...]:
        """Extend the holds of the case ``parent`` by an extension request (刑訴法197条4項): those whose time it names,
        each as a whole; the others end on their day. Raises as :meth:`hold`, and ``ExtensionRefused``, ``UnknownCase``
        (a parent without a hold), ``CaseRefused`` for a part of what a hold keeps."""
        by.require(Scope.LOG_SEARCH)
        known, before = self._steps.known(case_id, by), self._steps.known(parent, by)
        case = known.case
        if case.type is not CaseType.PRESERVATION_EXTENSION:
            raise NoHoldHere(case=case_id, type=case.type.value)
        entries = self._meant(known, before)
        if known.entry.state is State.HOLDING and all(one.until == until for one in entries):
            return entries
        self._steps.require_may(known, Event.HOLD, by=by)
        self._require_gate(known, scopes_of(case))
        left = [one for one in entries if one.until != until]
        for one in left:
            # All of them or none: what the last would be refused for, the first is refused for.
            require_extension(one.type, one.received, one.until, until, today=japan_date(self._workspace.clock.now()))
        for one in left:
            self._holds.find(one.id, by=by)

        def write(connection: Connection, now: datetime) -> list[SealedLeaf]:
            leaves = [
                within.extend(
                    self._workspace,
                    connection,
                    one,
                    until,
                    document=case.document.number,
                    document_date=case.document.dated or japan_date(case.received_at),
                    checked=checked_of(case),
                    why=why,
                    by=by,
                    now=now,
                )
                for one in left
            ]
            for one in entries:
                add_link(connection, case_id, HOLD, one.id, at=now, by=by.staff_id)
            add_link(connection, case_id, PARENT, parent, at=now, by=by.staff_id)
            rows.set_deadline(
                connection,
                case_id,
                DeadlineKind.PRESERVATION.value,
                started_on=japan_date(case.received_at),
                due_on=until,
                at=now,
            )
            return leaves

        said = {"holds": [one.id for one in entries], "parent": parent, "until": until.isoformat(), "why": why}
        self._steps.take(known, Event.HOLD, said, by=by, write=write)
        return self._entries(self._steps.known(case_id, by, items=False))

    def review(self, case_id: str, note: str, *, by: Principal) -> tuple[HoldEntry, ...]:
        """Say that the holds of a case that have no last day are still needed, having looked. Raises
        ``ExtensionRefused`` (they end on a day), ``HoldDecided``, ``UnknownCase``."""
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        for one in self._entries(known):
            if one.state is HoldState.ACTIVE:
                self._holds.review(one.id, note=note, by=by)
        entries = self._entries(known)
        due = min((one.review_on for one in entries if one.review_on is not None), default=None)

        def write(connection: Connection, now: datetime) -> None:
            if due is not None:
                kind, started = DeadlineKind.HOLD_REVIEW.value, japan_date(now)
                rows.set_deadline(connection, case_id, kind, started_on=started, due_on=due, at=now)

        said = {"holds": [one.id for one in entries], "note": note, "due_on": None if due is None else due.isoformat()}
        self._steps.note(known, "hold_reviewed", said, by=by, write=write)
        return entries

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
        """Release the holds of a case: it was withdrawn, its case ended, or the need ceased. One that was never made is
        withdrawn. Stopped on the way, it is asked again. Raises ``ReleaseRefused``, ``UnknownCase`` (a case without a
        hold), ``CaseMoved``."""
        by.require(Scope.LOG_SEARCH)
        known = self._steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        entries = self._made(known, by)
        for one in entries:
            if one.state is HoldState.ACTIVE:
                self._holds.release(
                    one.id, reason, by=by, document=document, decided_on=decided_on, ended_on=ended_on
                )
            elif one.state is HoldState.REQUESTED:
                self._holds.withdraw(one.id, by=by)

        def write(connection: Connection, now: datetime) -> None:
            for kind in (DeadlineKind.PRESERVATION, DeadlineKind.HOLD_REVIEW):
                rows.end_deadline(connection, case_id, kind.value, state="done", at=now, by=by.staff_id)

        said = {"holds": [one.id for one in entries], "reason": reason.value, "document": document}
        return self._steps.note(known, "hold_released", said, by=by, write=write)

    def find(self, case_id: str, *, by: Principal) -> tuple[HoldEntry, ...]:
        """The holds of a case, in the order of their times. Raises ``UnknownCase``, ``UnknownHold``."""
        known = self._steps.known(case_id, by, items=False)
        return _in_time(self._holds.find(one, by=by) for one in self._ids(known))

    def letters(self, case_id: str, *, by: Principal) -> tuple[Letter, ...]:
        """The letter about each hold of a case that is made, as of now. Raises as :meth:`find`."""
        entries = self.find(case_id, by=by)
        return tuple(self._holds.letter(one.id, by=by) for one in entries if one.state is HoldState.ACTIVE)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _told(self, hold_id: str, by: Principal) -> bool:
        """Whether ``by`` sees a case of this hold: whoever was let know of it later goes on with it."""
        with self._workspace.database.read() as connection:
            linked = cases_linked(connection, HOLD, hold_id)
        for case_id in linked:
            with suppress(UnknownCase):
                self._steps.known(case_id, by, items=False)
                return True
        return False

    def _require_gate(self, known: Known, scopes: Sequence[HoldScope]) -> None:
        items = known.case.items
        classes = frozenset(item.data_class for item in items)
        # Each hold beside what the paper covers of its own time: no address is held for another's.
        plans = [
            (order_of(known.case, of_window), Planned.of_hold(scope, frozenset(one.data_class for one in of_window)))
            for scope, (_, of_window) in zip(scopes, windows_of(known.case), strict=True)
        ]
        for data_class in sorted(classes):
            of_class = [item for item in items if item.data_class is data_class]
            mine = [plan for plan in plans if data_class in plan[1].data_classes]
            self._gate.require_planned(known, Act.HOLD, data_class, mine, items=of_class)

    def _add(self, known: Known, at: int, terms: HoldTerms, by: Principal) -> HoldEntry:
        """The hold of a case's ``at``-th time: made now, or by whoever began before a crash."""
        key = f"disclosure/{known.entry.id}" + (f"/{at}" if at else "")
        for who in sorted({by.staff_id, *(one for one, parts in known.parts.items() if Part.SEARCH in parts)}):
            found = self._entry(id_of("h", replace(by, staff_id=who), key))
            if found is not None:
                _require_standing(found)
                if found.terms is None or (found.terms.scope, found.until) != (terms.scope, terms.until):
                    raise CaseRefused(field="until", problem="as it was when holding was begun")
                if found.state is HoldState.CREATING:
                    self._holds.carve(found.id, by=by.staff_id)
                return self._need(found.id)

        def tie(connection: Connection, hold: str, now: datetime) -> None:
            state = rows.lock(connection, known.entry.id)
            if state is not known.entry.state:
                raise CaseMoved(case=known.entry.id)
            add_link(connection, known.entry.id, HOLD, hold, at=now, by=by.staff_id)

        return self._holds.add(terms, by=by, idempotency_key=key, beside=tie)

    def _made(self, known: Known, by: Principal) -> tuple[HoldEntry, ...]:
        """The holds of a case, those made that were approved or stopped on the way."""
        for one in self._entries(known):
            if one.state is HoldState.REQUESTED and self._is_approved(one):
                self._holds.make(one.id, by=by)
            elif one.state is HoldState.CREATING:
                self._holds.carve(one.id, by=by.staff_id)
        return self._entries(known)

    def _meant(self, known: Known, before: Known) -> tuple[HoldEntry, ...]:
        """The holds that an extension names. It asks for what the first request asked for, and nothing else."""
        held = {one.id: one for one in self._entries(before)}
        at = {(one.terms.scope.begin, one.terms.scope.end): one for one in held.values() if one.terms is not None}
        found: dict[str, HoldScope] = {}
        for scope, (_, items) in zip(scopes_of(known.case), windows_of(known.case), strict=True):
            planned = Planned.of_hold(scope, frozenset(item.data_class for item in items))
            exceeded: ScopeExceeded | None = None
            for (begin, end), former in windows_of(before.case):
                one = at.get((microseconds(begin), microseconds(end)))
                if one is None:
                    continue
                # The first paper's own validity isn't that of the extension.
                order = replace(order_of(before.case, former), valid_from=None, valid_until=None)
                try:
                    self._gate.require_within(order, planned)
                except ScopeExceeded as error:
                    exceeded = exceeded or error
                else:
                    found[one.id] = scope
                    break
            else:
                raise exceeded or UnknownCase(case=before.entry.id)
        for name, scope in found.items():
            terms = held[name].terms
            if terms is not None and (set(scope.addresses), scope.subjects) != (
                set(terms.scope.addresses), terms.scope.subjects,
            ):  # fmt: skip
                raise CaseRefused(field="items", problem="all that one hold keeps, or nothing of it")
        return tuple(one for name, one in held.items() if name in found)

    def _is_approved(self, entry: HoldEntry) -> bool:
        return bool(entry.approvals) and len(self._approvers(entry)) == len(entry.approvals)

    def _has_approved(self, entry: HoldEntry, by: Principal) -> bool:
        return by.staff_id in self._approvers(entry)

    def _approvers(self, entry: HoldEntry) -> set[str]:
        with self._workspace.database.read() as connection:
            asked = [approval_service.find_approval(connection, one) for one in entry.approvals]
        return {one.decided_by for one in asked if one.decided_by is not None}

    def _ids(self, known: Known) -> list[str]:
        with self._workspace.database.read() as connection:
            found = links_of(connection, known.entry.id, HOLD)
        if not found:
            raise UnknownCase(case=known.entry.id)
        return list(dict.fromkeys(found))

    def _entries(self, known: Known) -> tuple[HoldEntry, ...]:
        return _in_time(self._need(one) for one in self._ids(known))

    def _need(self, hold_id: str) -> HoldEntry:
        with self._workspace.database.read() as connection:
            return hold_rows.find(connection, self._workspace.keyring, hold_id)

    def _entry(self, hold_id: str) -> HoldEntry | None:
        with suppress(UnknownHold):
            return self._need(hold_id)
        return None


def _require_standing(entry: HoldEntry) -> None:
    if entry.state not in STANDING:
        raise HoldDecided(hold=entry.id, state=entry.state.value)


def _kind(terms: HoldTerms) -> str:
    kind = DeadlineKind.PRESERVATION if HOLDS[terms.type].end is End.DATE else DeadlineKind.HOLD_REVIEW
    return kind.value


def _in_time(entries: Iterable[HoldEntry]) -> tuple[HoldEntry, ...]:
    """By the times that they are about; those whose records are gone first."""
    return tuple(sorted(entries, key=lambda one: (0 if one.terms is None else one.terms.scope.begin, one.id)))
