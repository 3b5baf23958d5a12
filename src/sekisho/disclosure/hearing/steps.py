"""How a step of a hearing is taken: read, checked, and recorded with its leaf. What the steps are is
:mod:`sekisho.disclosure.hearing.service`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import civil_items, outcome_rows, people, rows
from sekisho.disclosure.attaching import Keep, Papers, Prepared
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.errors import CaseRefused, HearingForbidden, UnknownItem, WrongState
from sekisho.disclosure.hearing import store
from sekisho.disclosure.hearing.errors import InquiryMoved, NoHearingHere, SenderUncertain, UnknownInquiry
from sekisho.disclosure.hearing.letter import WEEKS, Claim, Letter, Sender
from sekisho.disclosure.hearing.record import Entry, Hearing, Inquiry, Stage, What, read
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.progress import Event, Part, State
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.disclosure.stepping import Known, Stepping, Write
from sekisho.engine.facts import Text

HEARING_ANSWER: Final = DeadlineKind.HEARING_ANSWER.value
ASKABLE: Final = frozenset({State.FOUND, State.HEARING, State.DECIDED})
"""States in which a sender may be asked."""


def _nothing(connection: Connection, now: datetime) -> None:
    """Nothing besides the record."""
    del connection, now


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case with its hearing, as of one moment."""

    known: Known
    hearing: Hearing
    last: Entry | None

    @property
    def case(self) -> DisclosureCase:
        """The case. Raises ``CaseDestroyed``."""
        return self.known.case


class HearingSteps:
    """Steps of the hearings of one workspace. Thread-safe."""

    def __init__(self, steps: Stepping, papers: Papers) -> None:
        """Reads and writes nothing until asked to."""
        self.steps, self.papers = steps, papers
        self.workspace = steps.workspace

    def read(self, case_id: str, by: Principal) -> ReadCase:
        """A case and its hearing, as ``by`` may see them. Raises ``UnknownCase``, ``CaseDestroyed``."""
        known = self.steps.known(case_id, by)
        known.case  # noqa: B018  a destroyed case is told before anything else
        with self.workspace.database.read() as connection:
            entries = store.entries_of(connection, self.workspace.keyring, case_id)
        return ReadCase(known, read(entries), entries[-1] if entries else None)

    def running(self, case_id: str, inquiry: int, by: Principal) -> tuple[ReadCase, Inquiry]:
        """An inquiry that waits for its answer, for a releaser who is apart. Raises what the checks below do."""
        self.require_releaser(by)
        found = self.read(case_id, by)
        self.require_apart(found, by)
        self.require_state(found, ASKABLE)
        return found, require_at(found, inquiry, "waiting")

    def letter(self, found: ReadCase, number: int, items: tuple[int, ...], sender: Sender, claim: Claim) -> Letter:
        """The data of the letter to one sender. What others in the case are asked about isn't in it."""
        case = found.case
        with self.workspace.database.read() as connection:
            before = store.earlier_of(connection, self.workspace.keyring, case.id)
        earlier = [one for _, one in before if one.answer is not None]
        earlier += [one for one in found.hearing.inquiries if one.answer is not None and set(one.items) & set(items)]
        wanted = {name for one in case.items if one.number in items for name in one.wanted}
        return Letter(
            case_id=case.id,
            inquiry=number,
            stage=Stage.COURT if case.type is CaseType.DISCLOSURE_ORDER else Stage.VOLUNTARY,
            operator=self.workspace.name,
            sender=sender,
            claim=claim,
            items=items,
            wanted=_titles(wanted),
            written_on=japan_date(self.workspace.clock.now()),
            answer_within=WEEKS,
            earlier=tuple(f"{one.answered} {one.stands}" for one in earlier),
        )

    def letter_paper(self, case_id: str, letter: Letter, by: Principal) -> Prepared:
        """The letter as a working copy, which ends when the case is closed: it names the sender."""
        data = rows.canonical(letter.document())
        return self.papers.prepare(case_id, store.LETTER_KIND, data, keep=Keep.WORK, by=by)

    def certain(self, found: ReadCase, items: Sequence[int]) -> tuple[int, ...]:
        """``items`` in order, each with one certain holder."""
        case_id, numbers = found.case.id, {item.number for item in found.case.items}
        asked = tuple(sorted(set(items)))
        if not asked:
            raise CaseRefused(field="items", problem="at least one")
        with self.workspace.database.read() as connection:
            outcomes = outcome_rows.outcomes_of(connection, case_id)
        for number in asked:
            if number not in numbers:
                raise UnknownItem(case=case_id, item=number)
            outcome = outcomes.get(number)
            if outcome not in DISCLOSABLE:
                told = "not_searched" if outcome is None else outcome.value
                raise SenderUncertain(case=case_id, item=number, outcome=told)
        return asked

    def terms(self, case_id: str) -> Write:
        """One open term for all that is waited for; run after the record is there."""

        def write(connection: Connection, now: datetime) -> None:
            hearing = store.hearing_of(connection, self.workspace.keyring, case_id)
            until = hearing.waiting_until()
            if until is None:
                rows.end_deadline(connection, case_id, HEARING_ANSWER, state="done", at=now, by=None)
                return
            started = max(one.started for one in hearing.inquiries if one.started and one.stands == "waiting")
            rows.set_deadline(connection, case_id, HEARING_ANSWER, started_on=started, due_on=until, at=now)

        return write

    def done(self, found: ReadCase, what: What, said: Mapping[str, Any], by: Principal) -> bool:
        """Whether the last record was this very one: a crash left in doubt whether it was written."""
        last = found.last
        return last is not None and (last.what, dict(last.said), last.by) == (what, dict(said), by.staff_id)

    def add(
        self,
        found: ReadCase,
        what: What,
        said: Mapping[str, Any],
        *,
        by: Principal,
        event: Event | None = None,
        part: Part | None = None,
        papers: Sequence[Prepared] = (),
        write: Write = _nothing,
    ) -> ReadCase:
        """Write a record with its leaf: as the step ``event``, or as a note."""
        case_id = found.case.id
        at = self.workspace.clock.now()
        entry = Entry(found.hearing.entries + 1, what, by.staff_id, at.isoformat(), said)
        kept = self.papers.prepare(
            case_id, store.RECORD_KIND, rows.canonical(entry.document()), keep=Keep.RECORD, by=by
        )

        def both(connection: Connection, now: datetime) -> None:
            for paper in (*papers, kept):
                paper.write(connection)
            write(connection, now)

        told = {"hearing": entry.document(), "papers": [paper.said for paper in (*papers, kept)]}
        if event is not None:
            self.steps.take(found.known, event, told, by=by, write=both)
        else:
            self.steps.note(found.known, f"hearing.{what.value}", told, by=by, write=both, part=part)
        return self.read(case_id, by)

    # --- who may, and when -------------------------------------------------------------------------------------------

    def require_releaser(self, by: Principal) -> None:
        """``by`` may release, and is proven. Raises ``ScopeMissing``, ``ProofTooWeak``."""
        by.require(Scope.DISCLOSURE_RELEASE)
        by.require_proof("hearing")

    def require_apart(self, found: ReadCase, by: Principal) -> None:
        """``by`` has had no part that must not meet the release. Raises ``NotApart``."""
        entry, held = found.known.entry, found.known.parts.get(by.staff_id, set())
        people.require_apart(entry.id, by.staff_id, held, Part.RELEASE, emergency=entry.emergency)

    def require_not_searcher(self, found: ReadCase, by: Principal) -> None:
        """``by`` hasn't searched in this case. Raises ``NotApart``."""
        held = found.known.parts.get(by.staff_id, set())
        people.require_others(found.case.id, by.staff_id, held, (Part.SEARCH,), What.ANSWERED.value)

    def part_of_consent(self, found: ReadCase, by: Principal) -> Part:
        """The part that whoever records a sender's consent takes: one that keeps them from the release, which nobody
        opens alone. Raises ``NotApart`` where they decide on it."""
        entry, held = found.known.entry, found.known.parts.get(by.staff_id, set())
        clerk = Part.INTAKE in held or (Scope.DISCLOSURE_INTAKE in by.scopes and Part.REVIEW not in held)
        part = Part.INTAKE if clerk else Part.REVIEW
        people.require_apart(entry.id, by.staff_id, held, part, emergency=entry.emergency)
        return part

    def require_hears(self, found: ReadCase) -> None:
        """The sender is heard in requests of this type. Raises ``NoHearingHere``."""
        if not CASE_TYPES[found.case.type].hears_sender:
            raise NoHearingHere(case=found.case.id, type=found.case.type.value)

    def require_askable(self, found: ReadCase) -> None:
        """A sender may be asked now. Raises ``HearingForbidden``, ``NoHearingHere``, ``WrongState``."""
        # Secrecy first: whoever asks for a letter in a secret case is told that, whatever else is wrong.
        if found.case.secret:
            raise HearingForbidden(case=found.case.id)
        self.require_hears(found)
        self.require_state(found, ASKABLE)

    def require_state(self, found: ReadCase, states: frozenset[State]) -> None:
        """The case is in one of ``states``. Raises ``WrongState``."""
        state = found.known.entry.state
        if state not in states:
            raise WrongState(case=found.case.id, state=state.value, event=Event.HEAR.value)

    def require_day(self, found: ReadCase, on: date) -> None:
        """``on`` lies between the day the request came and today. Raises ``CaseRefused``."""
        today, received = japan_date(self.workspace.clock.now()), japan_date(found.case.received_at)
        if not received <= on <= today:
            raise CaseRefused(field="on", problem=f"a day from {received.isoformat()} to {today.isoformat()}")


def inquiry_of(found: ReadCase, number: int) -> Inquiry:
    """The inquiry with this number, from 1. Raises ``UnknownInquiry``."""
    if not 1 <= number <= len(found.hearing.inquiries):
        raise UnknownInquiry(case=found.case.id, inquiry=number)
    return found.hearing.inquiries[number - 1]


def require_at(found: ReadCase, number: int, stands: str) -> Inquiry:
    """The inquiry, if it stands as said. Raises ``InquiryMoved``."""
    one = inquiry_of(found, number)
    if one.stands != stands:
        raise InquiryMoved(case=found.case.id, inquiry=number, stands=one.stands)
    return one


def require_one_of(scopes: frozenset[Scope], by: Principal) -> None:
    """``by`` has one of these scopes. Raises ``ScopeMissing``."""
    if not scopes & by.scopes:
        raise ScopeMissing(scope=" / ".join(sorted(scope.value for scope in scopes)), staff_id=by.staff_id)


def _titles(wanted: set[str]) -> tuple[Text, ...]:
    """What would be disclosed, in the ordinance's words where it lists it."""
    numbers = [int(name.removeprefix("civil.")) for name in wanted if name.startswith("civil.")]
    return tuple(one.title for one in civil_items.items_of(numbers))
