"""The disclosure desk's cases of one workspace: taken in, asked back, reviewed, refused, withdrawn, closed.

What is searched is :mod:`sekisho.disclosure.search`'s, what is held :mod:`sekisho.disclosure.holding`'s, what leaves
:mod:`sekisho.disclosure.deciding`'s, an emergency at night :mod:`sekisho.disclosure.emergency`'s; all of them take
their steps through :class:`sekisho.disclosure.stepping.Stepping`, which is the one way to change a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.errors import ScopeMissing
from sekisho.access.once import id_of, once
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import attaching, colleagues, holds_end, listing, rows, stating, term_steps, terms, timeline
from sekisho.disclosure.amending import amended
from sekisho.disclosure.closing import KEPT
from sekisho.disclosure.correcting import Corrections
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.deciding import Deciding
from sekisho.disclosure.emergency import Emergencies
from sekisho.disclosure.errors import (
    CaseRefused,
    EmergencyReviewOpen,
    HoldLetterOpen,
    ItemsUndecided,
    TermOpen,
    UnknownCase,
)
from sekisho.disclosure.gate import Gate
from sekisho.disclosure.hearing.service import HearingDesk, require_told
from sekisho.disclosure.holding import Holding
from sekisho.disclosure.listing import Filters, Page
from sekisho.disclosure.people import require_scope
from sekisho.disclosure.progress import TRANSITIONS, Event, Part, RefusalReason, State
from sekisho.disclosure.record import DisclosureCase, Origin
from sekisho.disclosure.rows import CaseEntry, Deadline
from sekisho.disclosure.search.desk import SearchDesk
from sekisho.disclosure.secrecy import SecrecyEnds
from sekisho.disclosure.stepping import CASE_LEAF, Known, Stepping, Write, nothing
from sekisho.disclosure.timeline import TimelineEntry
from sekisho.keys.schedule import disclosure_index_key, disclosure_key, last_day
from sekisho.workspace import Workspace

WORKERS: Final = frozenset(
    {Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE, Scope.LOG_SEARCH}
)
"""Whoever holds one of them may add papers, facts and colleagues to a case they may know of."""


class DisclosureService:
    """The cases of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace
        self.steps = Stepping(workspace)
        self.papers = attaching.Papers(self.steps)
        self.gate = Gate(workspace)
        self.deciding = Deciding(self.steps, self.gate)
        self.hearings = HearingDesk(self.steps, self.papers)
        self.searching = SearchDesk(self.steps, self.papers, self.gate)
        self.emergencies = Emergencies(self.steps)
        self.holding = Holding(self.steps, self.gate)
        self.secrecy = SecrecyEnds(self.steps, self.papers)
        self.corrections = Corrections(self.steps, self.papers)

    # --- taking in ---------------------------------------------------------------------------------------------------

    def receive(
        self,
        case: DisclosureCase,
        *,
        by: Principal,
        idempotency_key: str | None = None,
        noted: Mapping[str, Any] | None = None,
        write: Write = nothing,
    ) -> CaseEntry:
        """Enter a request; its id is given here (:func:`id_of_case`). The same request under the same key is the one
        entered before. ``noted`` is said in its leaf besides; ``write`` is run in the same transaction.

        Raises ``ScopeMissing``, ``CaseRefused`` (received in the future), ``IdempotencyKeyReused``.
        """
        row = TRANSITIONS[Event.RECEIVE]
        require_scope(row, by)
        ring = self._workspace.keyring
        entered = replace(stating.declared(case, by), id=id_of_case(by, idempotency_key))
        ring.ensure(disclosure_key(entered.id))
        subject = ring.blind_index(disclosure_key(entered.id), rows.canonical(entered.json()))
        make = partial(self._enter, entered, subject, by, noted or {}, write)
        same = partial(_asks_the_same, subject=subject)
        found: CaseEntry = once(idempotency_key, entered.id, find=self._entered, make=make, same=same)
        return found

    def _enter(
        self, case: DisclosureCase, subject: bytes, by: Principal, noted: Mapping[str, Any], beside: Write
    ) -> CaseEntry:
        now = self._workspace.clock.now()
        if case.received_at > now:
            raise CaseRefused(field="received_at", problem="a time that has come")
        ring, today = self._workspace.keyring, japan_date(now)
        index_key = disclosure_index_key(japan_date(case.received_at))
        ring.ensure(index_key)
        items = rows.seal_items(ring, case)
        said = {"request": _digest(case), "items": len(case.items), **noted}
        body = {
            "case": case.id,
            "step": Event.RECEIVE.value,
            "from": None,
            "to": State.RECEIVED.value,
            "by": by.staff_id,
            "proof": by.proof.value,
            "part": Part.INTAKE.value,
            "said": said,
        }
        leaf = self._workspace.seal(
            kind=CASE_LEAF, owner=disclosure_key(case.id), body=rows.canonical(body), at=now
        )
        mark = self.steps.mark(case.id, Event.RECEIVE.value, said, by)
        begun = terms.begun_by(case, Event.RECEIVE, today)

        def write(connection: Connection) -> None:
            rows.enter(
                connection,
                ring,
                case,
                items,
                state=State.RECEIVED.value,
                revision=1,
                entered_at=now,
                entered_by=by.staff_id,
                due_on=min((one.due_on for one in begun), default=None),
                index_key=index_key,
                subject=subject,
            )
            members = [(by.staff_id, Part.INTAKE), *colleagues.members_of(connection, case.knows, by=by)]
            rows.add_members(connection, case.id, members, at=now, by=by.staff_id)
            rows.begin_terms(connection, case.id, begun, at=now)
            rows.add_event(
                connection,
                case.id,
                leaf=leaf.id,
                position=1,
                event=Event.RECEIVE.value,
                state=State.RECEIVED,
                at=now,
                by=by.staff_id,
                said=mark,
            )
            beside(connection, now)

        self._workspace.commit(write, [leaf])
        return self.find(case.id, by=by)

    def question_back(self, case_id: str, question: str, *, by: Principal, fields: tuple[str, ...] = ()) -> CaseEntry:
        """Ask whoever sent the request: ``fields`` name what is missing or unclear. Raises as every step does."""
        said = {"question": rows.note(question, "question"), "fields": list(fields)}
        return self.steps.take(self.steps.known(case_id, by), Event.QUESTION, said, by=by)

    def answer_question(self, case_id: str, case: DisclosureCase, *, by: Principal) -> CaseEntry:
        """Enter the request as it is after the answer (:func:`.amending.amended`). The former one is kept beside it.

        Raises as every step does; ``CaseRefused`` where the answer makes it another kind of request.
        """
        known = self.steps.known(case_id, by)
        before, ring = known.case, self._workspace.keyring
        after = amended(before, stating.declared(case, by))
        begun = terms.begun_by(after, Event.ANSWER, japan_date(self._workspace.clock.now()))
        items = rows.seal_items(ring, after)
        kept = self.papers.prepare(
            case_id, "superseded", orjson.dumps(before.json()), by=by, keep=attaching.Keep.RECORD
        )
        index_key = disclosure_index_key(japan_date(before.received_at))
        values = {
            "body": rows.seal_header(ring, after),
            "items": len(after.items),
            "secret": after.secret or before.secret,
            **rows.indexes(ring, after, index_key),
        }

        def write(connection: Connection, now: datetime) -> None:
            rows.replace_items(connection, case_id, items)
            kept.write(connection)
            if not any(one.kind == terms.SECRECY for one in begun):
                # Its day isn't named any more: only a document ends it.
                rows.end_deadline(connection, case_id, terms.SECRECY, state="cancelled", at=now, by=by.staff_id)
            rows.begin_terms(connection, case_id, begun, at=now)
            members = colleagues.members_of(connection, after.knows - before.knows, by=by)
            rows.add_members(connection, case_id, members, at=now, by=by.staff_id)

        said = {"request": _digest(after), "before": _digest(before), "items": len(after.items)}
        return self.steps.take(known, Event.ANSWER, said, by=by, write=write, values=values)

    # --- judging -----------------------------------------------------------------------------------------------------

    def set_fact(
        self, case_id: str, name: str, value: bool | int | str, *, origin: Origin, note: str, by: Principal
    ) -> CaseEntry:
        """State a fact, or record how it was checked (``note``: who was called, at which published number …). Who may
        is :mod:`sekisho.disclosure.stating`'s to say.

        Raises ``FactRefused`` (a check without a note, a fact nobody may state), ``ScopeMissing``, ``ProofTooWeak``,
        ``NotApart``, ``WrongState``.
        """
        return stating.set_fact(self.steps, self.papers, case_id, name, value, origin=origin, note=note, by=by)

    def review(self, case_id: str, note: str, *, by: Principal) -> CaseEntry:
        """Say, as a second person, that the request is what it says it is and can be judged. Raises as every step
        does: ``NotApart`` for whoever took it in."""
        said = {"note": rows.note(note, "note")}
        return self.steps.take(self.steps.known(case_id, by), Event.REVIEW, said, by=by)

    def refuse(self, case_id: str, reason: RefusalReason, note: str, *, by: Principal) -> CaseEntry:
        """Refuse, with the reason that is counted and the words that explain it. Never by whoever took it in or
        searched. Holds whose making had begun end by it. Raises as every step does, ``HoldStands`` for a court's."""
        said = {"reason": reason.value, "note": rows.note(note, "note")}
        told = f"{Event.REFUSE.value}.{reason.value}"
        apart = (Part.INTAKE, Part.SEARCH)
        known, write = self.steps.known(case_id, by), holds_end.refused(self._workspace, case_id, said["note"], by=by)
        return self.steps.take(known, Event.REFUSE, said, by=by, write=write, told=told, apart_from=apart)

    def withdraw(self, case_id: str, document: str, *, by: Principal) -> CaseEntry:
        """Record that whoever asked withdrew the request; ``document`` is how they said so. Holds whose making had
        begun end by it. Raises as every step does, ``HoldStands`` for a court's."""
        said = {"document": rows.note(document, "document")}
        write = holds_end.withdrawn(self._workspace, case_id, said["document"], by=by)
        return self.steps.take(self.steps.known(case_id, by), Event.WITHDRAW, said, by=by, write=write)

    def hand_over(
        self, known: Known, paper: str, said: Mapping[str, Any], *, by: Principal, write: Write
    ) -> CaseEntry:
        """The step of a delivery, for the desks that make what leaves: ``paper`` is what is handed over, which is there
        once ``write`` was run in the same transaction. ``known`` is the case as it was when ``paper`` was found right:
        whatever changed since, nothing is handed over. The gate is asked now.

        Raises as every step does, ``NotPermittedByLaw``, ``NothingPermitted``; ``CaseRefused`` for a paper that isn't
        there, or isn't one that leaves.
        """
        require_scope(TRANSITIONS[Event.DELIVER], by)
        if known.entry.state is State.DECIDED:
            self.steps.require_may(known, Event.DELIVER, by=by)
            self.deciding.require_delivery(known)

        def both(connection: Connection, now: datetime) -> None:
            write(connection, now)
            attaching.require_handed(connection, known.entry.id, paper)

        return self._begin(known, Event.DELIVER, said, both, by)

    def wait(self, case_id: str, note: str, *, by: Principal) -> CaseEntry:
        """Begin the time for objections, where the sender is heard: today. Raises as every step does."""
        return self._begin(self.steps.known(case_id, by), Event.WAIT, {"note": rows.note(note, "note")}, nothing, by)

    def _begin(self, known: Known, event: Event, said: Mapping[str, Any], write: Write, by: Principal) -> CaseEntry:
        """A step, with the terms that begin by it."""
        begun = terms.begun_by(known.case, event, japan_date(self._workspace.clock.now()))

        def both(connection: Connection, now: datetime) -> None:
            rows.begin_terms(connection, known.entry.id, begun, at=now)
            write(connection, now)

        return self.steps.take(known, event, said, by=by, write=both)

    # --- people, terms -----------------------------------------------------------------------------------------------

    def name_member(self, case_id: str, staff_id: str, *, by: Principal) -> CaseEntry:
        """Let a colleague know of a secret case. Raises ``UnknownCase`` to whoever isn't on it, ``ScopeMissing``,
        ``StaffNotFound``, ``CaseRefused`` for who doesn't work at the desk."""
        _require_worker(by)
        return colleagues.name_member(self.steps, case_id, staff_id, by=by)

    def set_deadline(
        self, case_id: str, kind: str, *, started_on: date, due_on: date, by: Principal
    ) -> CaseEntry:
        """Open a term (its kind is a slug); an open one of the same kind gives way. Terms that keep a case from being
        closed are nobody's to move. Raises ``CaseRefused``, ``ScopeMissing``, ``UnknownCase``."""
        _require_worker(by)
        return term_steps.set_deadline(self.steps, case_id, kind, started_on=started_on, due_on=due_on, by=by)

    def end_deadline(self, case_id: str, kind: str, *, state: str = "done", note: str = "", by: Principal) -> CaseEntry:
        """End the open term of a kind; what must be done by a third person is ended by doing it, not here. Raises
        ``CaseRefused`` for that, and as :meth:`set_deadline`."""
        _require_worker(by)
        return term_steps.end_deadline(self.steps, case_id, kind, state=state, note=note, by=by)

    # --- asking ------------------------------------------------------------------------------------------------------

    def find(self, case_id: str, *, by: Principal) -> CaseEntry:
        """One case with its items. Raises ``UnknownCase``: also for a secret one that ``by`` isn't on."""
        return self.steps.known(case_id, by).entry

    def page(
        self, filters: Filters | None = None, *, by: Principal, cursor: str | None = None, limit: int = listing.PAGE
    ) -> Page:
        """A page of cases without their items. Raises ``ScopeMissing``, ``WrongCursor``."""
        return listing.page(self._workspace, filters or Filters(), by=by, cursor=cursor, limit=limit)

    def count(self, filters: Filters | None = None, *, by: Principal) -> int:
        """How many cases there are that ``by`` may know of. Raises ``ScopeMissing``."""
        return listing.count(self._workspace, filters or Filters(), by=by)

    def deadlines(self, case_id: str, *, by: Principal) -> list[Deadline]:
        """Every term of a case. Raises ``UnknownCase``."""
        self.steps.known(case_id, by, items=False)
        with self._workspace.database.read() as connection:
            return rows.deadlines_of(connection, case_id)

    def deadlines_of(self, case_ids: Collection[str], *, by: Principal) -> Mapping[str, list[Deadline]]:
        """Every term of each of many cases, in one query (:func:`sekisho.disclosure.term_steps.of_cases`)."""
        return term_steps.of_cases(self.steps, case_ids, by=by)

    def parts(self, case_id: str, *, by: Principal) -> Mapping[str, set[Part]]:
        """Who had which part in a case. Raises ``UnknownCase``."""
        return MappingProxyType(self.steps.known(case_id, by, items=False).parts)

    def timeline(self, case_id: str, *, by: Principal) -> list[TimelineEntry]:
        """Every step, from the ledger's leaves. Raises ``UnknownCase``."""
        self.steps.known(case_id, by, items=False)
        return timeline.of_case(self._workspace, case_id)

    # --- closing -----------------------------------------------------------------------------------------------------

    def close(self, case_id: str, note: str, *, by: Principal) -> CaseEntry:
        """Close a case: from now on its working copies are to be destroyed (:mod:`sekisho.disclosure.closing`), and
        its record is kept for :data:`.closing.KEPT`.

        Raises ``EmergencyReviewOpen``, ``TermOpen`` (objections), ``HoldStands``, ``HoldLetterOpen``,
        ``ItemsUndecided``, and as every step does.
        """
        known = self.steps.known(case_id, by)
        now = self._workspace.clock.now()
        today = japan_date(now)
        values = {"closed_at": now, "kept_until": last_day(today, KEPT)}

        def write(connection: Connection, at: datetime) -> None:
            self.require_closable(connection, known, today)
            rows.end_deadline(connection, case_id, None, state="done", at=at, by=by.staff_id, keep=terms.OUTLIVE)

        said = {"note": rows.note(note, "note")}
        return self.steps.take(known, Event.CLOSE, said, by=by, write=write, values=values)

    def require_closable(self, connection: Connection, known: Known, today: date) -> None:
        """Raise what keeps a case from being closed on ``today``, in the transaction that would close it."""
        case_id = known.entry.id
        holds_end.require_none(connection, self._workspace.keyring, case_id)
        for term in rows.deadlines_of(connection, case_id):
            if term.state != rows.OPEN:
                continue
            if term.kind == terms.EMERGENCY_REVIEW:
                raise EmergencyReviewOpen(case=case_id, due=term.due_on.isoformat())
            if term.kind == terms.OBJECTION and today <= term.due_on:
                raise TermOpen(case=case_id, kind=term.kind, due=term.due_on.isoformat())
            if term.kind == DeadlineKind.PRESERVATION.value:
                raise HoldLetterOpen(case=case_id, due=term.due_on.isoformat())
        require_told(connection, self._workspace.keyring, known)
        if known.entry.state is State.DECIDED:
            # A permitted item leaves by delivery, never by closing the case over it.
            left = [number for number, state in rows.item_states(connection, case_id) if state != "refused"]
            if left:
                raise ItemsUndecided(case=case_id, count=len(left), first=left[0])

    # --- how ---------------------------------------------------------------------------------------------------------

    def _entered(self, case_id: str) -> CaseEntry | None:
        with suppress(UnknownCase), self._workspace.database.read() as connection:
            return rows.find(connection, self._workspace.keyring, case_id)
        return None


def id_of_case(by: Principal, idempotency_key: str | None) -> str:
    """The id of the case that ``by`` enters under a key: always the same. Without a key a random one."""
    return id_of("d", by, idempotency_key)


def _asks_the_same(entry: CaseEntry, *, subject: bytes) -> bool:
    return entry.subject == subject


def _require_worker(by: Principal) -> None:
    if not by.scopes & WORKERS:
        raise ScopeMissing(scope=Scope.DISCLOSURE_INTAKE.value, staff_id=by.staff_id)


def _digest(case: DisclosureCase) -> str:
    return hashlib.sha256(rows.canonical({**case.json(), "id": ""})).hexdigest()

