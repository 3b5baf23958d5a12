"""Hearings of one workspace's cases: letters to senders, what came of them, who couldn't be heard, who was told.

Every step is one commit with its leaf, by whoever decides on the release; whoever took the request in or searched has
no part in it. That a sender can't be heard is proposed by one person and counts once another confirmed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.business_days import business_days_after
from sekisho.clock import japan_date
from sekisho.disclosure import people, rows
from sekisho.disclosure.attaching import Papers, links_of
from sekisho.disclosure.deadlines import DeadlineKind, deadline
from sekisho.disclosure.errors import CaseRefused, HearingForbidden, WrongState
from sekisho.disclosure.hearing import store
from sekisho.disclosure.hearing.errors import InquiryMoved, NobodyToTell, ObjectorNotTold, TimeStillRuns, UnknownInquiry
from sekisho.disclosure.hearing.letter import Claim, Letter, Objection, Sender, require_whole
from sekisho.disclosure.hearing.record import Answer, Channel, Hearing, Inquiry, Unheard, What, Why
from sekisho.disclosure.hearing.steps import ASKABLE, HearingSteps, inquiry_of, require_at, require_one_of
from sekisho.disclosure.kinds import CASE_TYPES
from sekisho.disclosure.progress import Event, Part, State
from sekisho.disclosure.record import Item
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.keys import Keyring

OBJECTOR_NOTICE: Final = "objector_notice"
"""The term of the duty to tell a sender who objected."""
OBJECTOR_NOTICE_DAYS: Final = 3
"""Business days for it. A house figure: the law says without delay (遅滞なく)."""
MAX_EXTENSION: Final = 60
"""Days that an extension may reach beyond the last day before it. A house figure; the guideline names none."""

_ANSWERABLE: Final = frozenset({*ASKABLE, State.DELIVERED, State.WAITING})
_CLERKS: Final = frozenset({Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE})
_CONFIRMING: Final = frozenset({Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE})


class HearingDesk:
    """The hearings of one workspace. Thread-safe."""

    def __init__(self, steps: Stepping, papers: Papers) -> None:
        """Reads and writes nothing until asked to."""
        self._how = HearingSteps(steps, papers)
        self._workspace = steps.workspace

    # --- reading -----------------------------------------------------------------------------------------------------

    def find(self, case_id: str, *, by: Principal) -> Hearing:
        """A case's hearing so far. Raises ``UnknownCase``, ``CaseDestroyed``."""
        return self._how.read(case_id, by).hearing

    def letter(self, case_id: str, inquiry: int, *, by: Principal) -> Letter:
        """A letter that was drafted, while the working copies live. Raises ``UnknownInquiry``, ``UnknownCase``,
        ``ScopeMissing``, ``KeyDestroyed``."""
        by.require(Scope.DISCLOSURE_RELEASE)
        found = inquiry_of(self._how.read(case_id, by), inquiry)
        return Letter.read(orjson.loads(self._how.papers.content(case_id, found.letter, by=by)[1]))

    def untold(self, case_id: str, *, by: Principal) -> list[str]:
        """Who must still be told that an order came (6条2項). Raises ``UnknownCase``, ``CaseDestroyed``."""
        case = self._how.read(case_id, by).case
        with self._workspace.database.read() as connection:
            return store.untold(connection, self._workspace.keyring, case)

    def objected(self, case_id: str, objector: str, *, by: Principal) -> Objection:
        """A sender who opposed, in this case (``NUMBER``) or in the claim before it (``CASE/NUMBER``): what the notice
        of the order needs. Raises ``NobodyToTell`` for anybody else, ``CaseRefused`` where none of the order's items is
        what they were asked about, ``KeyDestroyed`` where their letter has ended, and as :meth:`letter`."""
        by.require(Scope.DISCLOSURE_RELEASE)
        order = self._how.read(case_id, by)
        parent, _, number = objector.rpartition("/")
        with self._workspace.database.read() as connection:
            known = [case_id, *links_of(connection, case_id, store.PARENT)]
        asked = self._how.read(parent or case_id, by) if (parent or case_id) in known else None
        if asked is None or not number.isdecimal():
            raise NobodyToTell(case=case_id, objector=objector[:80])
        one = inquiry_of(asked, int(number))
        if one.answer is not Answer.OPPOSES or one.answered is None:
            raise NobodyToTell(case=case_id, objector=objector[:80])
        letter = self.letter(asked.case.id, one.number, by=by)
        theirs = {_what(item) for item in asked.case.items if item.number in one.items}
        items = tuple(item.number for item in order.case.items if _what(item) in theirs)
        if not items:
            raise CaseRefused(field="items", problem="none of the order's is what this sender was asked about")
        return Objection(letter.sender, items, one.answered)

    # --- asking ------------------------------------------------------------------------------------------------------

    def draft(
        self, case_id: str, items: Sequence[int], sender: Sender, claim: Claim, *, by: Principal
    ) -> tuple[Inquiry, Letter]:
        """Write the letter that asks one sender about ``items``. Nothing is sent by it.

        Raises ``NoHearingHere``, ``HearingForbidden``, ``SenderUncertain``, ``UnknownItem``, ``CaseRefused``, and as
        every step does.
        """
        self._how.require_releaser(by)
        found = self._how.read(case_id, by)
        self._how.require_apart(found, by)
        self._how.require_askable(found)
        require_whole(sender, claim)
        asked = self._how.certain(found, items)
        last = found.last
        if last is not None and last.what is What.DRAFTED and last.by == by.staff_id:
            # Asked again after a crash: the same letter is the one that is there.
            number = int(last.said["inquiry"])
            letter = self._how.letter(found, number, asked, sender, claim)
            if self._how.letter_paper(case_id, letter, by).id == last.said["letter"]:
                return inquiry_of(found, number), letter
        number = len(found.hearing.inquiries) + 1
        letter = self._how.letter(found, number, asked, sender, claim)
        paper = self._how.letter_paper(case_id, letter, by)
        said = {"inquiry": number, "stage": letter.stage.value, "items": list(asked), "letter": paper.id}
        after = self._how.add(found, What.DRAFTED, said, by=by, part=Part.RELEASE, papers=(paper,))
        return inquiry_of(after, number), letter

    def sent(self, case_id: str, inquiry: int, *, channel: Channel, on: date, by: Principal) -> Inquiry:
        """Register that a letter went out: how, and when (a Japan date). The sender's two weeks begin.

        Raises ``InquiryMoved``, ``UnknownInquiry``, ``CaseRefused`` (a day to come, or before the case was received),
        and as :meth:`draft`.
        """
        self._how.require_releaser(by)
        found = self._how.read(case_id, by)
        due = deadline(DeadlineKind.HEARING_ANSWER, on).last_day
        said = {"inquiry": inquiry, "on": on.isoformat(), "due": due.isoformat(), "channel": channel.value}
        if self._how.done(found, What.SENT, said, by):
            return inquiry_of(found, inquiry)
        self._how.require_apart(found, by)
        self._how.require_askable(found)
        self._how.require_day(found, on)
        if on < require_at(found, inquiry, "drafted").drafted:
            # Whoever waits for nothing but time could otherwise begin it in the past.
            raise CaseRefused(field="on", problem="not before the day on which the letter was written")
        event = Event.HEAR if found.known.entry.state is State.FOUND else None
        after = self._how.add(
            found, What.SENT, said, by=by, event=event, part=Part.RELEASE, write=self._how.terms(case_id)
        )
        return inquiry_of(after, inquiry)

    def reached(self, case_id: str, inquiry: int, *, on: date, by: Principal) -> Inquiry:
        """Register the day on which a letter reached the sender: their time runs from it. Raises as :meth:`sent`;
        ``CaseRefused`` for a day before it was sent."""
        found, one = self._how.running(case_id, inquiry, by)
        if one.sent is not None and on < one.sent:
            raise CaseRefused(field="on", problem="not before the day it was sent")
        self._how.require_day(found, on)
        due = max(deadline(DeadlineKind.HEARING_ANSWER, on).last_day, one.due or on)
        said = {"inquiry": inquiry, "on": on.isoformat(), "due": due.isoformat()}
        return inquiry_of(self._how.add(found, What.REACHED, said, by=by, write=self._how.terms(case_id)), inquiry)

    def extend(self, case_id: str, inquiry: int, *, until: date, reason: str, by: Principal) -> Inquiry:
        """Give the sender more time, with the reason. Raises ``CaseRefused`` (earlier than now granted, or more than
        :data:`MAX_EXTENSION` days beyond), ``InquiryMoved``, and as every step does."""
        found, one = self._how.running(case_id, inquiry, by)
        said = {"inquiry": inquiry, "due": until.isoformat(), "reason": rows.note(reason, "reason")}
        if self._how.done(found, What.EXTENDED, said, by):
            return one
        granted = one.due or until
        if not granted < until or (until - granted).days > MAX_EXTENSION:
            raise CaseRefused(field="until", problem=f"1 to {MAX_EXTENSION} days after {granted.isoformat()}")
        return inquiry_of(self._how.add(found, What.EXTENDED, said, by=by, write=self._how.terms(case_id)), inquiry)

    # --- what came of it ---------------------------------------------------------------------------------------------

    def answer(
        self, case_id: str, inquiry: int, answer: Answer, *, on: date, how: str, reasons: str = "", by: Principal
    ) -> Inquiry:
        """Record what the sender said, when it arrived, and ``how`` it is known to be theirs. A later answer to the
        same inquiry counts instead of the former, which stays on record.

        Raises ``CaseRefused`` (an opposition without what it rests on: say so where the sender gave none),
        ``InquiryMoved`` where nothing was sent, ``NotApart`` for a consent by whoever decides on the release, and as
        every step does.
        """
        require_one_of(_CLERKS, by)
        by.require_proof("hearing.answer")
        found = self._how.read(case_id, by)
        said = {
            "inquiry": inquiry,
            "answer": answer.value,
            "on": on.isoformat(),
            "how": rows.note(how, "how"),
            "reasons": rows.note(reasons, "reasons") if reasons or answer is Answer.OPPOSES else "",
        }
        if self._how.done(found, What.ANSWERED, said, by):
            return inquiry_of(found, inquiry)
        if answer is Answer.NO_ANSWER:
            raise CaseRefused(field="answer", problem="silence is recorded once the time is over")
        self._how.require_state(found, _ANSWERABLE)
        self._how.require_day(found, on)
        self._how.require_not_searcher(found, by)
        part = self._how.part_of_consent(found, by) if answer is Answer.AGREES else None
        one = inquiry_of(found, inquiry)
        if one.sent is None or on < one.sent:
            raise InquiryMoved(case=case_id, inquiry=inquiry, stands=one.stands)
        write = self._how.terms(case_id)
        return inquiry_of(self._how.add(found, What.ANSWERED, said, by=by, part=part, write=write), inquiry)

    def no_answer(self, case_id: str, inquiry: int, *, by: Principal) -> Inquiry:
        """Record that the sender said nothing in their time. Decides nothing. Raises ``TimeStillRuns``,
        ``InquiryMoved``, and as every step does."""
        require_one_of(_CLERKS, by)
        found = self._how.read(case_id, by)
        today = japan_date(self._workspace.clock.now())
        said = {"inquiry": inquiry, "answer": Answer.NO_ANSWER.value, "how": "", "reasons": ""}
        if inquiry_of(found, inquiry).answer is Answer.NO_ANSWER:
            return inquiry_of(found, inquiry)
        self._how.require_state(found, _ANSWERABLE)
        one = require_at(found, inquiry, "waiting")
        if one.due is None or today <= one.due:
            raise TimeStillRuns(case=case_id, inquiry=inquiry, due=str(one.due))
        said |= {"on": today.isoformat()}
        return inquiry_of(self._how.add(found, What.ANSWERED, said, by=by, write=self._how.terms(case_id)), inquiry)

    # --- who can't be heard ------------------------------------------------------------------------------------------

    def unheard(self, case_id: str, items: Sequence[int], why: Why, reason: str, *, by: Principal) -> Unheard:
        """Propose that the sender of ``items`` isn't heard: unreachable, or special circumstances, and which. Counts
        for nothing until :meth:`confirm`. Raises as :meth:`draft`, but for secrecy."""
        self._how.require_releaser(by)
        found = self._how.read(case_id, by)
        said: dict[str, Any] = {
            "items": list(self._how.certain(found, items)),
            "why": why.value,
            "reason": rows.note(reason, "reason"),
        }
        last = found.hearing.unheard[-1] if found.hearing.unheard else None
        if last is not None and self._how.done(found, What.UNHEARD, {"unheard": last.number, **said}, by):
            return last
        self._how.require_apart(found, by)
        self._how.require_hears(found)
        self._how.require_state(found, ASKABLE)
        number = len(found.hearing.unheard) + 1
        said = {"unheard": number, **said}
        after = self._how.add(found, What.UNHEARD, said, by=by, part=Part.RELEASE)
        return after.hearing.unheard[number - 1]

    def confirm(self, case_id: str, number: int, *, by: Principal) -> Unheard:
        """Confirm, as a second person, that a sender can't be heard. Raises ``NotApart`` for whoever proposed it, took
        the request in or searched; ``UnknownInquiry``; and as every step does."""
        require_one_of(_CONFIRMING, by)
        by.require_proof("hearing.confirm")
        found = self._how.read(case_id, by)
        if not 1 <= number <= len(found.hearing.unheard):
            raise UnknownInquiry(case=case_id, inquiry=number)
        one = found.hearing.unheard[number - 1]
        if one.confirmed_by is not None:
            if one.confirmed_by == by.staff_id:
                return one
            raise InquiryMoved(case=case_id, inquiry=number, stands=What.CONFIRMED.value)
        held = found.known.parts.get(by.staff_id, set())
        forbidden = [Part.INTAKE, Part.SEARCH, *([Part.RELEASE] if one.proposed_by == by.staff_id else [])]
        people.require_others(case_id, by.staff_id, held, forbidden, What.CONFIRMED.value)
        self._how.require_state(found, ASKABLE)
        after = self._how.add(found, What.CONFIRMED, {"unheard": number}, by=by)
        return after.hearing.unheard[number - 1]

    # --- telling -----------------------------------------------------------------------------------------------------

    def tell(self, case_id: str, objector: str, *, channel: Channel, on: date, note: str, by: Principal) -> Hearing:
        """Record that a sender who objected was told of the order (6条2項): how, when, and who in ``note``.

        ``objector`` is one of :meth:`untold`. Raises ``NobodyToTell``, ``HearingForbidden``, and as every step does.
        """
        self._how.require_releaser(by)
        found = self._how.read(case_id, by)
        said = {
            "objector": objector,
            "on": on.isoformat(),
            "channel": channel.value,
            "note": rows.note(note, "note"),
        }
        if self._how.done(found, What.TOLD, said, by):
            return found.hearing
        self._how.require_apart(found, by)
        if found.case.secret:
            raise HearingForbidden(case=case_id)
        self._how.require_day(found, on)
        left = self.untold(case_id, by=by)
        if objector not in left:
            raise NobodyToTell(case=case_id, objector=objector[:80])

        def write(connection: Connection, now: datetime) -> None:
            if left == [objector]:
                rows.end_deadline(connection, case_id, OBJECTOR_NOTICE, state="done", at=now, by=by.staff_id)

        return self._how.add(found, What.TOLD, said, by=by, part=Part.RELEASE, write=write).hearing

    def watch(self, case_id: str, *, by: Principal) -> list[str]:
        """Open the term of the duty to tell objectors where one stands and no term runs yet; who must be told. For
        ``sekisho due`` and whoever enters an order. Raises ``UnknownCase``."""
        found, left = self._how.read(case_id, by), self.untold(case_id, by=by)
        today = japan_date(self._workspace.clock.now())
        with self._workspace.database.read() as connection:
            running = [one.kind for one in rows.deadlines_of(connection, case_id) if one.state == rows.OPEN]
        if left and OBJECTOR_NOTICE not in running and found.known.entry.state is not State.CLOSED:
            due = business_days_after(today, OBJECTOR_NOTICE_DAYS)

            def write(connection: Connection, now: datetime) -> None:
                rows.set_deadline(connection, case_id, OBJECTOR_NOTICE, started_on=today, due_on=due, at=now)

            said = {"term": OBJECTOR_NOTICE, "objectors": left, "due_on": due.isoformat()}
            self._how.steps.note(found.known, "term", said, by=by, write=write)
        return left


def _what(item: Item) -> tuple[object, ...]:
    """What an item is about, whatever its number and whatever is asked of it."""
    return (item.kind, item.value, item.port, item.begin, item.end)


def require_told(connection: Connection, ring: Keyring, known: Known) -> None:
    """What must hold where a case that was answered ends: whoever objected was told of the order, and where the sender
    is heard the time for objections was waited for.

    Raises ``ObjectorNotTold``, ``WrongState``.
    """
    state = known.entry.state
    if state in (State.REFUSED, State.WITHDRAWN):
        return
    for objector in store.untold(connection, ring, known.case):
        raise ObjectorNotTold(case=known.entry.id, objector=objector)
    if state is State.DELIVERED and CASE_TYPES[known.entry.type].hears_sender:
        raise WrongState(case=known.entry.id, state=state.value, event=Event.CLOSE.value)
