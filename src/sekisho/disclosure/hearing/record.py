"""What was recorded of a case's hearing, and what follows from it. Pure.

Each record is an :class:`Entry`; :func:`read` makes a :class:`Hearing` of them, in order. Facts about the hearing come
from here alone and are told item by item, since one request may concern many senders: one who objects decides nothing
for another. Whatever is doubtful leaves the gate shut: an item of nobody who was asked isn't heard, an opposition
stands until the same sender agrees, and the two weeks aren't over while time that was granted still runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.engine.facts import Value

TWO_WEEKS: Final = 14
"""Days that must be over (発信者情報開示関係ガイドライン): silence is counted from the fifteenth."""


class Stage(StrEnum):
    """Before which decision the sender is asked; the same sender may be asked at both."""

    VOLUNTARY = "voluntary"
    COURT = "court"


class Channel(StrEnum):
    """How something was sent."""

    POST = "post"
    REGISTERED_POST = "registered_post"
    MAIL = "mail"
    PORTAL = "portal"
    BY_HAND = "by_hand"


class Answer(StrEnum):
    """What came of an inquiry (the values of the fact ``hearing.answer``)."""

    AGREES = "agrees"
    OPPOSES = "opposes"
    NO_ANSWER = "no_answer"


class Why(StrEnum):
    """Why the sender isn't heard (6条1項)."""

    UNREACHABLE = "unreachable"
    SPECIAL_CIRCUMSTANCES = "special_circumstances"


class What(StrEnum):
    """What a record says."""

    DRAFTED = "drafted"
    SENT = "sent"
    REACHED = "reached"
    EXTENDED = "extended"
    ANSWERED = "answered"
    UNHEARD = "unheard"
    CONFIRMED = "confirmed"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its place (from 1), what it says, by whom and when (RFC 3339)."""

    place: int
    what: What
    by: str
    at: str
    said: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "place": self.place,
            "what": self.what.value,
            "by": self.by,
            "at": self.at,
            "said": dict(self.said),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Entry:
        """From :meth:`document`."""
        return cls(document["place"], What(document["what"]), document["by"], document["at"], document["said"])


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One letter to one sender about ``items``. ``started`` is the day from which their time runs: that on which it
    was sent, or reached them where that is known; ``due`` its last day, extensions included."""

    number: int
    stage: Stage
    items: tuple[int, ...]
    letter: str
    drafted_by: str
    drafted: date
    sent: date | None = None
    started: date | None = None
    due: date | None = None
    channel: Channel | None = None
    answer: Answer | None = None
    answered: date | None = None
    reasons: str = ""

    @property
    def stands(self) -> str:
        """Where it stands, as a slug."""
        if self.answer is not None:
            return self.answer.value
        return "drafted" if self.sent is None else "waiting"

    def document(self) -> dict[str, Any]:
        """As JSON values: for staff."""
        return {
            "number": self.number,
            "stage": self.stage.value,
            "items": list(self.items),
            "letter": self.letter,
            "stands": self.stands,
            "sent": _iso(self.sent),
            "started": _iso(self.started),
            "due": _iso(self.due),
            "channel": None if self.channel is None else self.channel.value,
            "answered": _iso(self.answered),
            "reasons": self.reasons,
        }


@dataclass(frozen=True, slots=True)
class Unheard:
    """Items whose sender isn't heard: why, in whose words, and who confirmed it (None: nobody yet, so it counts for
    nothing)."""

    number: int
    items: tuple[int, ...]
    why: Why
    reason: str
    proposed_by: str
    confirmed_by: str | None = None

    def document(self) -> dict[str, Any]:
        """As JSON values: for staff."""
        return {
            "number": self.number,
            "items": list(self.items),
            "why": self.why.value,
            "reason": self.reason,
            "proposed_by": self.proposed_by,
            "confirmed_by": self.confirmed_by,
        }


_NOBODY: Final[Mapping[str, date]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hearing:
    """A case's hearing. ``told`` is who was told of an order, and when; ``entries`` counts the records behind it."""

    inquiries: tuple[Inquiry, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    told: Mapping[str, date] = field(default_factory=lambda: _NOBODY)
    entries: int = 0
    _asked: Mapping[int, Sequence[Inquiry]] = field(init=False, repr=False, compare=False)
    _unheard: Mapping[int, Set[Why]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # By item once: a claim about a thousand senders is judged item by item.
        asked: dict[int, list[Inquiry]] = {}
        for inquiry in self.inquiries:
            if inquiry.sent is not None:
                for number in inquiry.items:
                    asked.setdefault(number, []).append(inquiry)
        unheard: dict[int, set[Why]] = {}
        for one in self.unheard:
            if one.confirmed_by is not None:
                for number in one.items:
                    unheard.setdefault(number, set()).add(one.why)
        object.__setattr__(self, "_asked", asked)
        object.__setattr__(self, "_unheard", unheard)

    def of_item(self, number: int, on: date) -> Standing:
        """How the hearing about one item stands on a day."""
        sent, impossible = self._asked.get(number, ()), self._unheard.get(number, frozenset())
        opposed = False
        for one in sent:
            if one.answer in (Answer.AGREES, Answer.OPPOSES):
                opposed = one.answer is Answer.OPPOSES
        if not sent:
            return Standing(asked=False, over=bool(impossible), answer=None, waited=0, impossible=frozenset(impossible))
        last = sent[-1]
        waited = max((on - (last.started or on)).days, 0)
        if last.answer in (Answer.AGREES, Answer.OPPOSES):
            return Standing(asked=True, over=True, answer=last.answer, waited=waited, impossible=frozenset(impossible))
        late = last.due is not None and on > last.due and waited > TWO_WEEKS
        if not late:
            waited = min(waited, TWO_WEEKS)
        silent = Answer.OPPOSES if opposed else Answer.NO_ANSWER
        over = late or bool(impossible)
        answer = silent if over and (late or opposed) else None
        return Standing(asked=True, over=over, answer=answer, waited=waited, impossible=frozenset(impossible))

    def facts(self, items: Iterable[int], on: date) -> dict[str, Value]:
        """The facts ``hearing.*`` about ``items`` on a day: what is said of them all, the least of them deciding."""
        each = [self.of_item(number, on) for number in items]
        if not each:
            return {"hearing.asked": False}
        found: dict[str, Value] = {"hearing.asked": all(one.asked for one in each)}
        if found["hearing.asked"]:
            found["hearing.days_waited"] = min(one.waited for one in each)
        if not all(one.over for one in each):
            return found
        answers = {one.answer for one in each}
        if Answer.OPPOSES in answers:
            found["hearing.answer"] = Answer.OPPOSES.value
        elif answers == {Answer.AGREES}:
            found["hearing.answer"] = Answer.AGREES.value
        elif Answer.NO_ANSWER in answers:
            found["hearing.answer"] = Answer.NO_ANSWER.value
        reasons = {why for one in each for why in one.impossible}
        if reasons and all(one.impossible or one.answer is not None for one in each):
            found["hearing.unreachable"] = Why.UNREACHABLE in reasons
            found["hearing.special_circumstances"] = Why.SPECIAL_CIRCUMSTANCES in reasons
        return found

    def opposed(self) -> tuple[Inquiry, ...]:
        """The inquiries whose sender opposed: whoever must be told of an order."""
        return tuple(one for one in self.inquiries if one.answer is Answer.OPPOSES)

    def waiting_until(self) -> date | None:
        """The last day for which an answer is waited; None where none is."""
        running = [one.due for one in self.inquiries if one.stands == "waiting" and one.due is not None]
        return max(running, default=None)

    def document(self) -> dict[str, Any]:
        """As JSON values: for staff."""
        return {
            "inquiries": [one.document() for one in self.inquiries],
            "unheard": [one.document() for one in self.unheard],
            "told": {name: day.isoformat() for name, day in sorted(self.told.items())},
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """The hearing about one item: ``over`` says that nothing is waited for any more."""

    asked: bool
    over: bool
    answer: Answer | None
    waited: int
    impossible: frozenset[Why]


def read(entries: Iterable[Entry]) -> Hearing:
    """The hearing that ``entries`` tell of, in their order. They were checked when they were written."""
    found = _Reading()
    for entry in sorted(entries, key=lambda one: one.place):
        _ADD[entry.what](found, entry)
        found.entries = entry.place
    return Hearing(tuple(found.inquiries.values()), tuple(found.unheard.values()), found.told, found.entries)


@dataclass(slots=True)
class _Reading:
    """A hearing while its records are read: inquiries and proposals by their numbers."""

    inquiries: dict[int, Inquiry] = field(default_factory=dict)
    unheard: dict[int, Unheard] = field(default_factory=dict)
    told: dict[str, date] = field(default_factory=dict)
    entries: int = 0


def _drafted(found: _Reading, entry: Entry) -> None:
    said, on = entry.said, japan_date(datetime.fromisoformat(entry.at))
    found.inquiries[said["inquiry"]] = Inquiry(
        said["inquiry"], Stage(said["stage"]), tuple(said["items"]), said["letter"], entry.by, on
    )


def _sent(found: _Reading, entry: Entry) -> None:
    day = date.fromisoformat(entry.said["on"])
    due, channel = date.fromisoformat(entry.said["due"]), Channel(entry.said["channel"])
    _change(found, entry, sent=day, started=day, due=due, channel=channel)


def _reached(found: _Reading, entry: Entry) -> None:
    _change(found, entry, started=date.fromisoformat(entry.said["on"]), due=date.fromisoformat(entry.said["due"]))


def _extended(found: _Reading, entry: Entry) -> None:
    _change(found, entry, due=date.fromisoformat(entry.said["due"]))


def _answered(found: _Reading, entry: Entry) -> None:
    said = entry.said
    _change(
        found,
        entry,
        answer=Answer(said["answer"]),
        answered=date.fromisoformat(said["on"]),
        reasons=said["reasons"],
    )


def _change(found: _Reading, entry: Entry, **values: Any) -> None:
    number = entry.said["inquiry"]
    found.inquiries[number] = replace(found.inquiries[number], **values)


def _unheard(found: _Reading, entry: Entry) -> None:
    said = entry.said
    found.unheard[said["unheard"]] = Unheard(
        said["unheard"], tuple(said["items"]), Why(said["why"]), said["reason"], entry.by
    )


def _confirmed(found: _Reading, entry: Entry) -> None:
    number = entry.said["unheard"]
    found.unheard[number] = replace(found.unheard[number], confirmed_by=entry.by)


def _told(found: _Reading, entry: Entry) -> None:
    found.told[entry.said["objector"]] = date.fromisoformat(entry.said["on"])


_ADD: Final = {
    What.DRAFTED: _drafted,
    What.SENT: _sent,
    What.REACHED: _reached,
    What.EXTENDED: _extended,
    What.ANSWERED: _answered,
    What.UNHEARD: _unheard,
    What.CONFIRMED: _confirmed,
    What.TOLD: _told,
}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
