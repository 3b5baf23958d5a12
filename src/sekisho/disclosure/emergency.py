"""An emergency where there are two people inside: somebody outside approves, and a third person reviews afterwards.

The approval takes the review's place and nothing else's: the gate still judges the emergency itself (刑法37条1項), and
the search still has two approvals of two people. What is waived is named in
:data:`sekisho.disclosure.progress.IN_EMERGENCY`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import colleagues, people, rows, terms
from sekisho.disclosure.errors import NotAnEmergency, NotApart, WrongState
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import Event, Part, State
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.stepping import Stepping

_AFTERWARDS: Final = "reviewed_afterwards"
_SETTLED: Final = frozenset({State.DELIVERED, State.WAITING, State.REFUSED, State.WITHDRAWN})
"""States in which nothing more is looked up or handed over that a look afterwards would miss."""
EMERGENCIES: Final = frozenset({CaseType.EMERGENCY, CaseType.LOCATION_RESCUE})


class Emergencies:
    """Emergencies among one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping) -> None:
        """Reads and writes nothing until asked to."""
        self._steps = steps

    def call(self, case_id: str, outside: str, *, by: Principal) -> CaseEntry:
        """Let an approver from outside know of the case: without that, they know of none.

        Only somebody who was named for that before the case came in, and is on the staff still.

        Raises ``NotAnEmergency``, ``UnknownCase``, ``ScopeMissing`` (intake or release may call), ``CaseMoved``,
        ``StaffNotFound``, ``CaseRefused``.
        """
        if Scope.DISCLOSURE_RELEASE not in by.scopes:
            by.require(Scope.DISCLOSURE_INTAKE)
        known = self._steps.known(case_id, by)
        if known.case.type not in EMERGENCIES:
            raise NotAnEmergency(case=case_id)

        def write(connection: Connection, now: datetime) -> None:
            colleagues.require_outside(connection, outside, since=known.entry.entered_at)
            rows.add_members(connection, case_id, [(outside, Part.KNOWS)], at=now, by=by.staff_id)

        return self._steps.note(known, "outside_called", {"staff_id": outside}, by=by, write=write)

    def approve(self, case_id: str, note: str, *, by: Principal) -> CaseEntry:
        """Approve from outside, with a token shown; the review afterwards is due from then on.

        Raises ``NotAnEmergency``, ``UnknownCase``, ``ScopeMissing``, ``ProofTooWeak``, ``NotApart``, ``WrongState``,
        ``CaseRefused`` for who was named for it after the case came in.
        """
        known = self._steps.known(case_id, by)
        if known.case.type not in EMERGENCIES:
            raise NotAnEmergency(case=case_id)
        today = japan_date(self._steps.workspace.clock.now())
        begun = terms.begun_by(known.case, Event.EMERGENCY, today)

        def write(connection: Connection, now: datetime) -> None:
            colleagues.require_outside(connection, by.staff_id, since=known.entry.entered_at)
            for one in begun:
                rows.set_deadline(
                    connection, case_id, one.kind, started_on=one.started_on, due_on=one.due_on, at=now
                )

        said = {"note": rows.note(note, "note")}
        return self._steps.take(
            known, Event.EMERGENCY, said, by=by, write=write, values={"emergency": True}
        )

    def review_afterwards(self, case_id: str, note: str, *, by: Principal) -> CaseEntry:
        """Say what a look afterwards showed: once it was handed over, refused, withdrawn, or nothing was to be handed
        over. By a reviewer who did nothing in the case before, with a token shown.

        Raises ``NotAnEmergency`` (nothing was approved from outside), ``NotApart``, ``ScopeMissing``, ``ProofTooWeak``,
        ``WrongState`` (it was reviewed already, or goes on).
        """
        by.require(Scope.DISCLOSURE_REVIEW)
        by.require_proof("review_afterwards")
        known = self._steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        if not known.entry.emergency:
            raise NotAnEmergency(case=case_id)
        said = {"note": rows.note(note, "note")}
        if self._steps.repeated(known, _AFTERWARDS, said, known.entry.state, by):
            return known.entry
        held = known.parts.get(by.staff_id, set())
        people.require_apart(case_id, by.staff_id, held, Part.AFTERWARDS, emergency=True)
        self._require_stranger(case_id, by)

        def write(connection: Connection, now: datetime) -> None:
            left = {state for _, state in rows.item_states(connection, case_id)} - {"refused"}
            if known.entry.state not in _SETTLED and (known.entry.state is not State.DECIDED or left):
                raise WrongState(case=case_id, state=known.entry.state.value, event=_AFTERWARDS)
            ended = rows.end_deadline(
                connection, case_id, terms.EMERGENCY_REVIEW, state="done", at=now, by=by.staff_id
            )
            if not ended:
                raise WrongState(case=case_id, state=known.entry.state.value, event=_AFTERWARDS)

        return self._steps.note(
            known, _AFTERWARDS, said, by=by, write=write, part=Part.AFTERWARDS
        )

    def _require_stranger(self, case_id: str, by: Principal) -> None:
        """Whoever took any step in the case, with a part in it or without (approved the search, called the approver
        outside, wrote a paper), is no third person."""
        with self._steps.workspace.database.read() as connection:
            events = rows.events_of(connection, case_id)
        for one in events:
            if one.by == by.staff_id and one.event != _AFTERWARDS:
                raise NotApart(case=case_id, staff_id=by.staff_id, held=one.event, wanted=Part.AFTERWARDS.value)
