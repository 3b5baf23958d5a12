"""Takes requests in: looked over, entered as a case whatever was found, kept as they came, and asked back at once.

A request with questions is a case too, so that asking back is a step in the ledger and its answer another. What can't
be entered (nobody is named who asks) is refused with the field, and leaves a leaf too (:mod:`.refused`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson

from sekisho.access.principal import Principal
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.desk_settings import DeskSettings
from sekisho.disclosure.errors import CaseRefused, PaperEnteredBefore
from sekisho.disclosure.intake.draft import Draft
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.question_letter import QuestionLetter, question_letter
from sekisho.disclosure.intake.refused import Came, RefusedIntakes, Via
from sekisho.disclosure.intake.same_paper import entered_before, tie
from sekisho.disclosure.intake.surroundings import Surroundings
from sekisho.disclosure.intake.validation import Checked, check
from sekisho.disclosure.progress import Event, State
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.service import DisclosureService, id_of_case
from sekisho.logs import source_rows
from sekisho.logs.sources import Network
from sekisho.workspace import Workspace

ORIGINAL, ENTRY, LETTER = "request", "entry", "question_letter"
"""Kinds of paper that the intake keeps: what came, what its form says beyond a case's fields, what went back."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that was taken in. ``letter`` is what goes back, None where nothing has to."""

    entry: CaseEntry
    checked: Checked
    letter: QuestionLetter | None


class IntakeDesk:
    """The intake of one workspace. Thread-safe."""

    def __init__(
        self, workspace: Workspace, service: DisclosureService, *, others: Iterable[tuple[Network, str]] | None = None
    ) -> None:
        """``others`` are other providers' prefixes (:func:`.surroundings.read_others`); None: those of the settings, as
        of the day when they are asked about. Reads nothing until asked."""
        self._workspace = workspace
        self._service = service
        self._others = None if others is None else tuple(others)
        self.refused = RefusedIntakes(workspace)

    def surroundings(self) -> Surroundings:
        """Which addresses are the operator's and which are shared, by the log sources declared now."""
        with self._workspace.database.read() as connection:
            specs = [source.spec for source in source_rows.every(connection)]
        others = DeskSettings(self._workspace).others() if self._others is None else self._others
        return Surroundings.of_sources(specs, others)

    def check(
        self, draft: Draft, *, by: Principal, received_at: datetime | None = None,
        not_known: frozenset[Code] = frozenset(),
    ) -> Checked:  # fmt: skip
        """Look a request over; nothing is written. Without ``received_at`` it came now."""
        received = received_at or self._workspace.clock.now()
        return check(
            draft, received_at=received, by=by.staff_id, around=self.surroundings(), not_known=not_known
        )

    def take(
        self,
        draft: Draft,
        *,
        by: Principal,
        received_at: datetime | None = None,
        original: bytes | None = None,
        idempotency_key: str | None = None,
        not_known: frozenset[Code] = frozenset(),
        came: Came | None = None,
        again: str = "",
    ) -> Taken:
        """Enter a request and, where something must go back, ask at once. ``original`` is what came, byte for byte;
        ``came`` how, where it came from outside. ``again`` is why a paper that a case has already is taken in anew.

        Repeated with the same key and ``received_at`` after a crash it goes on where it stopped. Raises
        ``CaseRefused`` where nothing can be entered, ``PaperEnteredBefore``, and as
        :meth:`DisclosureService.receive`; that is on record then.
        """
        with self.refused.noting(came or Came.of(Via.INSIDE, "draft", original), by=by):
            checked = self.check(draft, by=by, received_at=received_at, not_known=not_known)
            entry = self._received(_case_of(checked), original, again, idempotency_key, by)
        return self._keep_and_ask(entry, checked, original, by)

    def answered(
        self,
        case_id: str,
        draft: Draft,
        *,
        by: Principal,
        original: bytes | None = None,
        not_known: frozenset[Code] = frozenset(),
        came: Came | None = None,
    ) -> Taken:
        """Enter the whole request as it is after an answer; what is still open is asked again. ``not_known``: to what
        whoever asked answered that they don't know. Raises as :meth:`DisclosureService.answer_question`; that is on
        record then."""
        before = self._service.find(case_id, by=by)
        with self.refused.noting(came or Came.of(Via.INSIDE, "draft", original), by=by, answer=True):
            checked = self.check(draft, by=by, received_at=before.received_at, not_known=not_known)
            entry = self._service.answer_question(case_id, _case_of(checked), by=by)
        return self._keep_and_ask(entry, checked, original, by)

    def _received(
        self, case: DisclosureCase, original: bytes | None, again: str, key: str | None, by: Principal
    ) -> CaseEntry:
        # Without a key of its own a request has one made here, so that what is tied to it knows its id.
        own_key = key or secrets.token_hex(16)
        try:
            return self._entered(case, original, again, own_key, by)
        except PaperEnteredBefore:
            if not again.strip():
                raise
            # Somebody entered it at this moment: with a reason it goes on, and names theirs too.
            return self._entered(case, original, again, own_key, by)

    def _entered(
        self, case: DisclosureCase, original: bytes | None, again: str, key: str, by: Principal
    ) -> CaseEntry:
        own = id_of_case(by, key)
        before = entered_before(self._workspace, case, original, own=own, by=by)
        if before and not again.strip():
            raise PaperEnteredBefore(first=before[0], count=len(before), cases=before)
        noted = {"same_paper": before, "again": rows.note(again, "again")} if before else None
        write = tie(self._workspace, case, original, before, own=own, by=by)
        return self._service.receive(case, by=by, idempotency_key=key, noted=noted, write=write)

    def _keep_and_ask(self, entry: CaseEntry, checked: Checked, original: bytes | None, by: Principal) -> Taken:
        letter = question_letter(checked)
        kept = {
            ORIGINAL: original,
            ENTRY: orjson.dumps(dict(checked.head.entry)) if checked.head.entry else None,
            LETTER: None if letter is None else orjson.dumps(letter.json()),
        }
        if entry.state is State.RECEIVED:
            for kind, data in kept.items():
                if data is not None:
                    self._service.papers.attach(entry.id, kind, data, keep=Keep.RECORD, by=by)
            entry = self._service.find(entry.id, by=by)
            if letter is not None and not self._asked_since(entry, by):
                entry = self._service.question_back(entry.id, letter.summary(), by=by, fields=letter.fields)
        return Taken(entry, checked, letter)

    def _asked_since(self, entry: CaseEntry, by: Principal) -> bool:
        """Whether the request as it is now was asked back about already: then an answer is there or on its way."""
        events = [one.event for one in self._service.timeline(entry.id, by=by)]
        whole = [at for at, one in enumerate(events) if one in (Event.RECEIVE, Event.ANSWER)]
        return bool(whole) and Event.QUESTION in events[whole[-1] :]


def _case_of(checked: Checked) -> DisclosureCase:
    if checked.case is None:
        first = next(one for one in checked.findings if one.code is Code.FIELD_REFUSED)
        raise CaseRefused(field=first.field, problem=first.said["problem"])
    return checked.case
