"""One step of a case: what is checked, what is written and its leaf, in one commit. Every change of a case is one.

A step that a crash left in doubt is asked again: where the case's last step was the same, by the same person, it is
answered as it stands, and nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.disclosure import people, rows
from sekisho.disclosure.errors import CaseDestroyed, WrongState
from sekisho.disclosure.grants_end import ENDS_GRANTS, end_grants
from sekisho.disclosure.progress import TRANSITIONS, Event, Part, State
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.visibility import require_visible
from sekisho.keys.schedule import disclosure_key
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace

CASE_LEAF: Final = "disclosure.step"
"""The kind of every leaf of a case: what sort of step it was isn't told in the clear."""

Write = Callable[[Connection, datetime], Sequence[SealedLeaf] | None]
"""What is written with a step, and its further leaves."""


@dataclass(frozen=True, slots=True)
class Known:
    """A case that may be known of, and who had which part in it, as of one moment."""

    entry: CaseEntry
    parts: Mapping[str, set[Part]]

    @property
    def case(self) -> DisclosureCase:
        """The request. Raises ``CaseDestroyed``."""
        if self.entry.case is None:
            raise CaseDestroyed(case=self.entry.id)
        return self.entry.case


def nothing(connection: Connection, now: datetime) -> None:
    """Nothing is written beside the step."""
    del connection, now


class Stepping:
    """Steps of the cases of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self.workspace = workspace

    def known(self, case_id: str, by: Principal, *, items: bool = True) -> Known:
        """A case, if ``by`` may know of it. Raises ``UnknownCase``, ``ScopeMissing``."""
        with self.workspace.database.read() as connection:
            # Before anything is opened: how long an answer takes tells nobody that there is such a case.
            parts = rows.parts_of(connection, case_id)
            require_visible(case_id, secret=rows.is_secret(connection, case_id), members=parts, by=by)
            return Known(rows.find(connection, self.workspace.keyring, case_id, items=items), parts)

    def take(
        self,
        known: Known,
        event: Event,
        said: Mapping[str, Any],
        *,
        by: Principal,
        write: Write = nothing,
        values: Mapping[str, Any] | None = None,
        told: str | None = None,
        apart_from: Iterable[Part] = (),
    ) -> CaseEntry:
        """Move a case by ``event``. ``said`` is what its leaf says; ``write`` is run in the same transaction;
        ``values`` are other columns of the case that change with it; ``told`` is the event's name in the timeline where
        it tells more; whoever had a part of ``apart_from`` can't do it.

        Raises ``ScopeMissing``, ``ProofTooWeak``, ``NotApart``, ``WrongState``, ``CaseMoved``, ``CaseDestroyed``.
        """
        entry, row = known.entry, TRANSITIONS[event]
        people.require_scope(row, by)
        name = told or event.value
        if self.repeated(known, name, said, row.target, by):
            return entry
        self.require_may(known, event, by=by, apart_from=apart_from)
        return self.commit(known, name, said, by=by, write=write, values=values, target=row.target, part=row.part)

    def require_may(
        self, known: Known, event: Event, *, by: Principal, apart_from: Iterable[Part] = ()
    ) -> None:
        """Raise what keeps ``by`` from taking this step now: scope and proof, the case's state, their other parts."""
        entry, row = known.entry, TRANSITIONS[event]
        people.require_scope(row, by)
        if entry.state not in row.sources:
            raise WrongState(case=entry.id, state=entry.state.value, event=event.value)
        held = known.parts.get(by.staff_id, set())
        people.require_others(entry.id, by.staff_id, held, apart_from, event.value)
        if row.part is not None:
            emergency = entry.emergency or event is Event.EMERGENCY
            people.require_apart(entry.id, by.staff_id, held, row.part, emergency=emergency)

    def note(
        self,
        known: Known,
        name: str,
        said: Mapping[str, Any],
        *,
        by: Principal,
        write: Write = nothing,
        values: Mapping[str, Any] | None = None,
        part: Part | None = None,
    ) -> CaseEntry:
        """Record something that doesn't move the case. Raises ``CaseMoved``, ``CaseDestroyed``; the caller has checked
        who may."""
        if self.repeated(known, name, said, known.entry.state, by):
            return known.entry
        return self.commit(
            known, name, said, by=by, write=write, values=values, target=known.entry.state, part=part
        )

    def repeated(self, known: Known, name: str, said: Mapping[str, Any], target: State, by: Principal) -> bool:
        """Whether the case's last step was this very one."""
        if known.entry.state is not target or known.entry.case is None:
            return False
        with self.workspace.database.read() as connection:
            last = rows.last_event(connection, known.entry.id)
        return last is not None and last.event == name and last.said == self.mark(known.entry.id, name, said, by)

    def mark(self, case_id: str, name: str, said: Mapping[str, Any], by: Principal) -> bytes:
        """A keyed hash of who says what: whoever lacks the case's key can't test guesses."""
        text = rows.canonical([name, by.staff_id, dict(said)])
        return self.workspace.keyring.blind_index(disclosure_key(case_id), text)

    def commit(
        self,
        known: Known,
        name: str,
        said: Mapping[str, Any],
        *,
        by: Principal,
        write: Write,
        values: Mapping[str, Any] | None,
        target: State,
        part: Part | None,
    ) -> CaseEntry:
        """The rows and the leaves, together. Every step raises the case's revision, so that of two at once one wins.
        Where nothing may be searched from then on, the case's grants end by it."""
        entry, _ = known.entry, known.case
        now = self.workspace.clock.now()
        body = {
            "case": entry.id,
            "step": name,
            "from": entry.state.value,
            "to": target.value,
            "by": by.staff_id,
            "proof": by.proof.value,
            "part": None if part is None else part.value,
            "said": dict(said),
        }
        owner = disclosure_key(entry.id)
        leaf = self.workspace.seal(kind=CASE_LEAF, owner=owner, body=rows.canonical(body), at=now)
        mark = self.mark(entry.id, name, said, by)

        def enter(connection: Connection) -> list[SealedLeaf]:
            # What is written with the step reads what others tie to the case: with the lock nobody ties anything more.
            rows.lock(connection, entry.id)
            more = list(write(connection, now) or ())
            if target in ENDS_GRANTS:
                more += end_grants(self.workspace, connection, entry.id, by=by, now=now)
            due = rows.first_due(connection, entry.id)
            rows.change(connection, entry, {"state": target.value, "due_on": due, **(values or {})})
            if part is not None:
                rows.add_members(connection, entry.id, [(by.staff_id, part)], at=now, by=by.staff_id)
            rows.add_event(
                connection,
                entry.id,
                leaf=leaf.id,
                position=entry.revision + 1,
                event=name,
                state=target,
                at=now,
                by=by.staff_id,
                said=mark,
            )
            return more

        self.workspace.commit(enter, lambda more: [leaf, *more])
        with self.workspace.database.read() as connection:
            return rows.find(connection, self.workspace.keyring, entry.id)
