"""The end of a case's secrecy: stated by one person, confirmed by another, each with a token and a leaf. Nothing else
lifts it, and until it is confirmed nobody outside is told.

What was *asked* (刑訴法197条5項) has no end by law: whoever asked says so in a document, unless the request named a day
itself. What was *ordered* (刑訴法102条の2) ends with its day, a year after the order at most, or by a document before.

What this does not do: it tells nobody, and it changes nothing about holds that were made silent: whoever may know of
those is the logs' to say. A case whose record is gone stays secret for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import SECRECY_END, Keep, Papers
from sekisho.disclosure.errors import NotApart
from sekisho.disclosure.record import DisclosureCase, Secrecy, SecrecyState
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.secrecy_errors import NotSecret, SecrecyRuns, UnknownSecrecyEnd
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.disclosure.terms import SECRECY, last_secret_day

STATES_IT: Final = frozenset({Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE})
"""Who may state an end: whoever receives papers or judges them; never who searches."""
CONFIRMS_IT: Final = frozenset({Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE})
STATED: Final = "secrecy_end_stated"
CONFIRMED: Final = "secrecy_end_confirmed"


class Ground(StrEnum):
    """Why secrecy ends."""

    DOCUMENT = "document"
    """Whoever asked for it or ordered it said in writing that it ends."""
    TIME_OVER = "time_over"
    """Its last day has passed."""


@dataclass(frozen=True, slots=True)
class SecrecyEnd:
    """An end that somebody stated: ``number`` from 1 in its case, what it rests on in words, what stood until then.
    ``confirmed_by`` None: the case is secret still."""

    number: int
    ground: Ground
    said: str
    was: Secrecy
    stated_by: str
    stated_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "number": self.number,
            "ground": self.ground.value,
            "said": self.said,
            "was": _secrecy(self.was),
            "stated_by": self.stated_by,
            "stated_at": self.stated_at.isoformat(),
            "confirmed_by": self.confirmed_by,
            "confirmed_at": None if self.confirmed_at is None else self.confirmed_at.isoformat(),
        }


class SecrecyEnds:
    """The ends of secrecy in one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping, papers: Papers) -> None:
        """Reads and writes nothing until asked to."""
        self._steps, self._papers = steps, papers

    def every(self, case_id: str, *, by: Principal) -> list[SecrecyEnd]:
        """Every end that was stated, in order. Raises ``UnknownCase``, ``KeyDestroyed``."""
        self._steps.known(case_id, by, items=False)
        stated: dict[int, SecrecyEnd] = {}
        papers = self._papers.every(case_id, by=by, kind=SECRECY_END)
        read = [(paper, orjson.loads(self._papers.content(case_id, paper.id, by=by)[1])) for paper in papers]
        for paper, said in sorted(read, key=lambda one: (one[1]["number"], one[1]["what"] != STATED)):
            number = said["number"]
            if said["what"] == STATED:
                was = Secrecy(SecrecyState(said["was"]["state"]), _day(said["was"]["until"]))
                stated[number] = SecrecyEnd(
                    number, Ground(said["ground"]), said["said"], was, paper.made_by, paper.made_at
                )
            else:
                stated[number] = replace(stated[number], confirmed_by=paper.made_by, confirmed_at=paper.made_at)
        return [stated[number] for number in sorted(stated)]

    def state(self, case_id: str, ground: Ground, said: str, *, by: Principal) -> SecrecyEnd:
        """State that a case's secrecy has ended, and what that rests on: the document's number, date and sender, or the
        order whose day has passed. Changes nothing until somebody else confirms it.

        Raises ``NotSecret``, ``SecrecyRuns`` (its day hasn't passed, or none was named), ``CaseRefused`` (no words),
        ``ScopeMissing``, ``ProofTooWeak``, ``UnknownCase``, ``CaseDestroyed``.
        """
        _require(STATES_IT, by)
        by.require_proof(STATED)
        known = self._steps.known(case_id, by, items=False)
        was = known.case.secrecy
        words = rows.note(said, "said")
        ends = self.every(case_id, by=by)
        for one in ends[-1:]:
            same = (one.ground, one.said, one.was, one.stated_by) == (ground, words, was, by.staff_id)
            if same and one.confirmed_by is None:
                # Stated again after a crash.
                return one
        self._require_over(known, ground)
        body = {"number": len(ends) + 1, "ground": ground.value, "said": words, "was": _secrecy(was)}
        self._write(known, STATED, body, by)
        return self.every(case_id, by=by)[-1]

    def confirm(self, case_id: str, number: int, *, by: Principal) -> CaseEntry:
        """Confirm, as another person, an end that was stated: from now on the case is like any other, and whoever it is
        about may be told where the law says so. Its term ends.

        Raises ``UnknownSecrecyEnd``, ``NotApart`` for whoever stated it, ``NotSecret``, ``SecrecyRuns`` where the
        secrecy isn't what it was when the end was stated, and as :meth:`state`.
        """
        _require(CONFIRMS_IT, by)
        by.require_proof(CONFIRMED)
        known = self._steps.known(case_id, by, items=False)
        ends = self.every(case_id, by=by)
        if not 1 <= number <= len(ends):
            raise UnknownSecrecyEnd(case=case_id, number=number)
        end = ends[number - 1]
        if end.confirmed_by == by.staff_id and not known.entry.secret:
            return self._steps.known(case_id, by).entry
        if end.stated_by == by.staff_id:
            raise NotApart(case=case_id, staff_id=by.staff_id, held=STATED, wanted=CONFIRMED)
        self._require_over(known, end.ground)
        if known.case.secrecy != end.was:
            raise SecrecyRuns(case=case_id, until=_until(known.case))
        after = replace(known.case, secrecy=Secrecy())
        values = {"secret": False, "body": rows.seal_header(self._steps.workspace.keyring, after)}
        return self._write(known, CONFIRMED, {"number": number, "was": _secrecy(end.was)}, by, values)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _require_over(self, known: Known, ground: Ground) -> None:
        case = known.case
        if not known.entry.secret:
            raise NotSecret(case=case.id)
        last, today = last_secret_day(case), japan_date(self._steps.workspace.clock.now())
        if ground is Ground.TIME_OVER and (last is None or today <= last):
            raise SecrecyRuns(case=case.id, until=_until(case))

    def _write(
        self, known: Known, what: str, said: Mapping[str, Any], by: Principal, values: Mapping[str, Any] | None = None
    ) -> CaseEntry:
        case_id = known.entry.id
        body = rows.canonical({"what": what, **said})
        paper = self._papers.prepare(case_id, SECRECY_END, body, keep=Keep.RECORD, by=by)

        def write(connection: Connection, now: datetime) -> None:
            paper.write(connection)
            if what == CONFIRMED:
                rows.end_deadline(connection, case_id, SECRECY, state="done", at=now, by=by.staff_id)

        return self._steps.note(known, what, {**said, "papers": [paper.said]}, by=by, write=write, values=values)


def _require(scopes: frozenset[Scope], by: Principal) -> None:
    if not scopes & by.scopes:
        raise ScopeMissing(scope=" / ".join(sorted(scope.value for scope in scopes)), staff_id=by.staff_id)


def _secrecy(one: Secrecy) -> dict[str, Any]:
    return {"state": one.state.value, "until": None if one.until is None else one.until.isoformat()}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _until(case: DisclosureCase) -> str:
    last = last_secret_day(case)
    return "–" if last is None else last.isoformat()
