"""From an agency's task to a request that was received, and back to how it stands.

A task that arrives is looked over as every request is (:mod:`sekisho.disclosure.intake.validation`). What can't be
entered is refused with its reasons; what is unclear is entered and asked back; the rest is received. Each part is done
once, however often the message comes: a restart anywhere in between ends as if it hadn't been.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.disclosure.agency import profile
from sekisho.disclosure.agency.errors import NotNow, ProfileRefused, RequestRefused, UnknownObject
from sekisho.disclosure.agency.objects import Objects, Stored
from sekisho.disclosure.agency.profile import AUTHORISATION, DOCUMENT, LP_TASK
from sekisho.disclosure.agency.status import CANCEL_ASKED, Standing, status_of
from sekisho.disclosure.attaching import Keep, Prepared, add_link, links_of
from sekisho.disclosure.holding import PARENT
from sekisho.disclosure.intake.finding_words import Kind
from sekisho.disclosure.intake.json_form import read_object
from sekisho.disclosure.intake.question_letter import question_letter
from sekisho.disclosure.intake.same_paper import tie_line
from sekisho.disclosure.intake.surroundings import Surroundings
from sekisho.disclosure.intake.validation import Checked, Verdict, check
from sekisho.disclosure.parties.party import Party
from sekisho.disclosure.progress import BEFORE_DELIVERY, State
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.service import DisclosureService, id_of_case

AGENCY: Final = "agency"
"""The kind of the link from a case to the task it came from."""
PAPER: Final = "request"
"""The kind of the papers that came with a request."""
CANCELLED: Final = "Cancelled"
_TOLD: Final = 5
"""Findings in the sentence of a refusal; its codes name them all."""


class Tasks:
    """The tasks of one workspace's agencies. ``around`` is what the intake knows of networks, as of now."""

    def __init__(
        self, service: DisclosureService, objects: Objects, *, us: str, around: Callable[[], Surroundings]
    ) -> None:
        """Reads and writes nothing until asked to."""
        self._service, self._objects, self._us, self._around = service, objects, us, around

    def create(self, party: Party, stored: Stored, by: Principal) -> Stored:
        """Enter what a task asks for. Raises ``RequestRefused``, ``ProfileRefused``, ``NotForAgency``,
        ``UnknownObject`` and what reading a case raises."""
        if stored.case_id is not None:
            return stored
        checked = self._looked_over(party, stored.content, stored.received_at, by)
        parents = self._parents(party, stored)
        case = _entered(checked)
        # The same task has always the same case, received when the task first came.
        write = tie_line(self._service.steps.workspace, case, own=id_of_case(by, stored.id), by=by)
        entry = self._service.receive(case, by=by, idempotency_key=stored.id, write=write)
        self._tie(entry, party, stored, parents, by)
        self._ask_back(entry.id, checked, by)
        return self._objects.became(party, stored.id, entry.id)

    def update(self, party: Party, stored: Stored, content: dict[str, Any], by: Principal) -> Stored:
        """Cancel a task, or put a request right that was asked about. Raises ``NotNow``, and as :meth:`create`."""
        if stored.case_id is None:
            raise NotNow(object=stored.id, status="not entered")
        if stored.content == content:
            return stored
        desired = content.get("task:DesiredStatus")
        if desired is not None and profile.value_of(desired, "TaskStatus", "task:DesiredStatus") == CANCELLED:
            self._cancel(stored, by)
        else:
            entry = self._service.find(stored.case_id, by=by)
            checked = self._looked_over(party, content, entry.received_at, by)
            if not _is_answered(entry, _entered(checked)):
                if entry.state is not State.QUESTIONED:
                    raise self._not_now(stored, by)
                self._service.answer_question(stored.case_id, _entered(checked), by=by)
            self._ask_back(stored.case_id, checked, by)
        return self._objects.replace(party, content, before=stored)

    def standing(self, stored: Stored, by: Principal) -> Standing | None:
        """How a task's case stands; None where it isn't one yet."""
        if stored.case_id is None:
            return None
        service = self._service
        return Standing(
            service.find(stored.case_id, by=by),
            service.timeline(stored.case_id, by=by),
            service.deadlines(stored.case_id, by=by),
        )

    # --- how ---------------------------------------------------------------------------------------------------------

    def _looked_over(
        self, party: Party, content: dict[str, Any], received_at: datetime, by: Principal
    ) -> Checked:
        authorisation, documents = self._behind(party, content)
        written = profile.request_of(
            content, authorisation, documents, party, us=self._us, received_at=received_at
        )
        checked = check(read_object(written), received_at=received_at, by=by.staff_id, around=self._around())
        if checked.verdict is Verdict.REFUSE or checked.case is None:
            serious = [one for one in checked.findings if one.kind is not Kind.NOTE]
            raise RequestRefused(
                why_ja=" ".join(one.text.ja for one in serious[:_TOLD]),
                why_en=" ".join(one.text.en for one in serious[:_TOLD]),
                codes=sorted({one.code.value for one in serious}),
            )
        return checked

    def _behind(self, party: Party, content: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The Authorisation that a task names, and the documents that either of them names."""
        named = [self._objects.find(party, one) for one in profile.associated(content)]
        papers = [one for one in named if one.type == AUTHORISATION]
        if len(papers) != 1:
            raise ProfileRefused(field="AssociatedObjects", problem="just one Authorisation")
        of_paper = [self._objects.find(party, one) for one in profile.associated(papers[0].content)]
        documents = {one.id: one.content for one in (*of_paper, *named) if one.type == DOCUMENT}
        return papers[0].content, list(documents.values())

    def _parents(self, party: Party, stored: Stored) -> list[str]:
        """The cases of the preservations that a task follows: for a disclosure what was kept for it, for an extension
        what it extends."""
        extends = stored.type == LP_TASK
        named = profile.associated(stored.content) if extends else profile.preserved_by(stored.content)
        found = []
        for one in named:
            earlier = self._objects.find(party, one)
            if earlier.type != LP_TASK:
                if extends:
                    continue
                raise UnknownObject(object=one[:64])
            if earlier.case_id is None:
                raise NotNow(object=one[:64], status="not entered")
            found.append(earlier.case_id)
        return found

    def _tie(self, entry: CaseEntry, party: Party, stored: Stored, parents: Sequence[str], by: Principal) -> None:
        """Put the task, its papers and what it follows to the case, once."""
        workspace = self._service.steps.workspace
        target = f"{party.id}/{stored.id}"
        with workspace.database.read() as connection:
            if target in links_of(connection, entry.id, AGENCY):
                return
        authorisation, documents = self._behind(party, stored.content)
        kept = [self._paper(entry.id, "message", orjson.dumps([authorisation, stored.content]), by)]
        kept += [self._paper(entry.id, PAPER, profile.check_document(one)[1], by) for one in documents]
        papers = list({one.id: one for one in kept}.values())

        def write(connection: Connection, now: datetime) -> None:
            add_link(connection, entry.id, AGENCY, target, at=now, by=by.staff_id)
            for one in parents:
                add_link(connection, entry.id, PARENT, one, at=now, by=by.staff_id)
            for paper in papers:
                paper.write(connection)

        said = {"task": target, "parents": list(parents), "papers": [one.said for one in papers]}
        self._service.steps.note(self._service.steps.known(entry.id, by), "agency_task", said, by=by, write=write)

    def _paper(self, case_id: str, kind: str, data: bytes, by: Principal) -> Prepared:
        return self._service.papers.prepare(case_id, kind, data, keep=Keep.RECORD, by=by)

    def _ask_back(self, case_id: str, checked: Checked, by: Principal) -> None:
        letter = question_letter(checked)
        if letter is not None and self._service.find(case_id, by=by).state is State.RECEIVED:
            self._service.question_back(case_id, letter.summary(), by=by, fields=letter.fields)

    def _cancel(self, stored: Stored, by: Principal) -> None:
        case_id = stored.case_id or ""
        entry = self._service.find(case_id, by=by)
        document = f"{AGENCY} {stored.id}"
        if entry.state in BEFORE_DELIVERY:
            self._service.withdraw(case_id, document, by=by)
        elif entry.state is State.HOLDING:
            # People here release the hold; that this was asked is what they need for it.
            known = self._service.steps.known(case_id, by)
            self._service.steps.note(known, CANCEL_ASKED, {"document": document}, by=by)
        elif entry.state is not State.WITHDRAWN:
            raise self._not_now(stored, by)

    def _not_now(self, stored: Stored, by: Principal) -> NotNow:
        standing = self.standing(stored, by)
        told = "" if standing is None else status_of(standing, task=stored.type)
        return NotNow(object=stored.id, status=told)


def _entered(checked: Checked) -> DisclosureCase:
    if checked.case is None:
        raise ValueError("a request that was refused isn't entered")
    return checked.case


def _is_answered(entry: CaseEntry, case: DisclosureCase) -> bool:
    """Whether this very answer was entered before: a restart came between it and the answer to its message."""
    now = entry.case
    return (
        now is not None
        and entry.state is State.RECEIVED
        and (now.items, now.document, now.requester, now.secrecy)
        == (case.items, case.document, case.requester, case.secrecy)
    )
