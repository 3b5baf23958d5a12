"""Corrections after the delivery: a fact on which an answer rested was otherwise. Stated by a reviewer, confirmed by
somebody else, each with a token and a leaf.

What was decided and handed over stays on record as it was: nothing here rewrites it. From the confirmation on the gate
sees the fact as it was corrected, so that the same package isn't handed over again where it no longer may be.

What this doesn't do: it takes nothing back from whoever was given it, and reports no leak
(:mod:`sekisho.disclosure.leaks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.disclosure import people, rows
from sekisho.disclosure.attaching import CORRECTION, Keep, Papers
from sekisho.disclosure.correction_errors import FactMoved, UnknownCorrection
from sekisho.disclosure.errors import FactRefused, NotApart, WrongState
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.reading import checked_value
from sekisho.disclosure.record import Fact, Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.stepping import Known, Stepping

CORRECTABLE: Final = frozenset({State.DELIVERED, State.WAITING, State.CLOSED})
"""States in which something was answered. Before, a fact is stated anew (:mod:`sekisho.disclosure.stating`)."""
STATED: Final = "correction_stated"
CONFIRMED: Final = "correction_confirmed"
_CONFIRMS_IT: Final = frozenset({Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE})


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that somebody stated: ``number`` from 1 in its case, the fact's ``value`` from then on, what it
    ``was`` until then (None: nothing was stated), and on what it rests in words. ``confirmed_by`` None: nothing changed
    yet."""

    number: int
    fact: str
    value: bool | int | str
    was: bool | int | str | None
    note: str
    stated_by: str
    stated_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "number": self.number,
            "fact": self.fact,
            "value": self.value,
            "was": self.was,
            "note": self.note,
            "stated_by": self.stated_by,
            "stated_at": self.stated_at.isoformat(),
            "confirmed_by": self.confirmed_by,
            "confirmed_at": None if self.confirmed_at is None else self.confirmed_at.isoformat(),
        }


class Corrections:
    """The corrections in one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping, papers: Papers) -> None:
        """Reads and writes nothing until asked to."""
        self._steps, self._papers = steps, papers

    def every(self, case_id: str, *, by: Principal) -> list[Correction]:
        """Every correction that was stated, in order. Raises ``UnknownCase``, ``KeyDestroyed``."""
        self._steps.known(case_id, by, items=False)
        stated: dict[int, Correction] = {}
        papers = self._papers.every(case_id, by=by, kind=CORRECTION)
        read = [(paper, orjson.loads(self._papers.content(case_id, paper.id, by=by)[1])) for paper in papers]
        for paper, said in sorted(read, key=lambda one: (one[1]["number"], one[1]["what"] != STATED)):
            number = said["number"]
            if said["what"] == STATED:
                stated[number] = Correction(
                    number, said["fact"], said["value"], said["was"], said["note"], paper.made_by, paper.made_at
                )
            else:
                stated[number] = replace(stated[number], confirmed_by=paper.made_by, confirmed_at=paper.made_at)
        return [stated[number] for number in sorted(stated)]

    def state(self, case_id: str, name: str, value: bool | int | str, note: str, *, by: Principal) -> Correction:
        """State how a fact was, and what shows it. By a reviewer who neither took the request in, nor searched, nor
        handed over; it changes nothing until somebody else confirms it.

        Raises ``FactRefused`` (a fact nobody states, a value outside its domain, the value it has), ``WrongState``
        before the delivery, ``CaseRefused`` (no words), ``NotApart``, ``ScopeMissing``, ``ProofTooWeak``,
        ``UnknownCase``, ``CaseDestroyed``.
        """
        by.require(Scope.DISCLOSURE_REVIEW)
        by.require_proof(STATED)
        known = self._steps.known(case_id, by, items=False)
        now = known.case.facts.get(name)
        checked_value(name, value)
        words = rows.note(note, "note")
        self._require_answered(known, STATED)
        ends = self.every(case_id, by=by)
        for one in ends[-1:]:
            same = (one.fact, one.value, one.note, one.stated_by) == (name, value, words, by.staff_id)
            if same and one.confirmed_by is None:
                # Stated again after a crash.
                return one
        if now is not None and now.value == value and now.origin is Origin.CHECKED:
            raise FactRefused(field=name, problem="another value than it has")
        held = known.parts.get(by.staff_id, set())
        people.require_apart(case_id, by.staff_id, held, Part.REVIEW, emergency=known.entry.emergency)
        was = None if now is None else now.value
        body = {"number": len(ends) + 1, "fact": name, "value": value, "was": was, "note": words}
        self._write(known, STATED, body, by, part=Part.REVIEW)
        return self.every(case_id, by=by)[-1]

    def confirm(self, case_id: str, number: int, *, by: Principal) -> CaseEntry:
        """Confirm a correction, as another person who may review or release and didn't search. Whatever was decided
        stays; the gate sees the fact as corrected from now on.

        Raises ``UnknownCorrection``, ``NotApart``, ``FactMoved`` where the fact isn't what it was when the correction
        was stated, or it was confirmed already, and as :meth:`state`.
        """
        if not _CONFIRMS_IT & by.scopes:
            raise ScopeMissing(scope=" / ".join(sorted(one.value for one in _CONFIRMS_IT)), staff_id=by.staff_id)
        by.require_proof(CONFIRMED)
        known = self._steps.known(case_id, by, items=False)
        case = known.case
        stated = self.every(case_id, by=by)
        if not 1 <= number <= len(stated):
            raise UnknownCorrection(case=case_id, number=number)
        one = stated[number - 1]
        if one.confirmed_by == by.staff_id:
            return self._steps.known(case_id, by).entry
        if one.stated_by == by.staff_id:
            raise NotApart(case=case_id, staff_id=by.staff_id, held=STATED, wanted=CONFIRMED)
        held = known.parts.get(by.staff_id, set())
        people.require_others(case_id, by.staff_id, held, (Part.SEARCH,), CONFIRMED)
        self._require_answered(known, CONFIRMED)
        now = case.facts.get(one.fact)
        if one.confirmed_by is not None or (None if now is None else now.value) != one.was:
            raise FactMoved(case=case_id, number=number)
        fact = Fact(one.value, Origin.CHECKED, one.stated_by, self._steps.workspace.clock.now(), one.note)
        after = replace(case, facts={**case.facts, one.fact: fact})
        values = {"body": rows.seal_header(self._steps.workspace.keyring, after)}
        return self._write(known, CONFIRMED, {"number": number}, by, values=values)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _require_answered(self, known: Known, event: str) -> None:
        with self._steps.workspace.database.read() as connection:
            answered = any(one.state is State.DELIVERED for one in rows.events_of(connection, known.entry.id))
        if known.entry.state not in CORRECTABLE or not answered:
            raise WrongState(case=known.entry.id, state=known.entry.state.value, event=event)

    def _write(
        self,
        known: Known,
        what: str,
        said: Mapping[str, Any],
        by: Principal,
        *,
        part: Part | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> CaseEntry:
        case_id = known.entry.id
        body = rows.canonical({"what": what, **said})
        paper = self._papers.prepare(case_id, CORRECTION, body, keep=Keep.RECORD, by=by)

        def write(connection: Connection, now: datetime) -> None:
            del now
            paper.write(connection)

        told = {**said, "papers": [paper.said]}
        return self._steps.note(known, what, told, by=by, write=write, values=values, part=part)
