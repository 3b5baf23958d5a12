"""How a case goes on: a machine whose whole table is :data:`TRANSITIONS`. Pure.

::

    received ⇄ questioned
       │ review, by a second person (or emergency, from outside)
    reviewed ──hold──▶ holding ─────────────────────────────────┐
       │ search                                                 │
    searching ──find──▶ found ──hear──▶ hearing                 │
                          └──decide──▶ decided ◀──decide──┘     │
                          ▲────void───────┘ │ deliver           │
                                      delivered ──wait──▶ waiting ──close──▶ closed
    from any state before delivered: refuse ▶ refused, withdraw ▶ withdrawn; both close

Each event says what its actor must hold, which part in the case it gives them, and which parts nobody with that part
may have. It doesn't say whether the law allows the act: that is the gate's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sekisho.access.roles import Scope
from sekisho.engine.facts import Text


class State(StrEnum):
    """Where a case stands. The last is final."""

    RECEIVED = "received"
    QUESTIONED = "questioned"
    REVIEWED = "reviewed"
    SEARCHING = "searching"
    FOUND = "found"
    HEARING = "hearing"
    DECIDED = "decided"
    DELIVERED = "delivered"
    WAITING = "waiting"
    HOLDING = "holding"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Event(StrEnum):
    """What moves a case."""

    RECEIVE = "receive"
    QUESTION = "question"
    ANSWER = "answer"
    REVIEW = "review"
    EMERGENCY = "emergency"
    HOLD = "hold"
    SEARCH = "search"
    FIND = "find"
    HEAR = "hear"
    DECIDE = "decide"
    VOID = "void"
    """What was decided rested on a fact that is stated otherwise since."""
    DELIVER = "deliver"
    WAIT = "wait"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class Part(StrEnum):
    """What somebody did in a case. A person with one may be kept from another."""

    INTAKE = "intake"
    REVIEW = "review"
    OUTSIDE = "outside"
    """Approved an emergency from outside."""
    SEARCH = "search"
    RELEASE = "release"
    AFTERWARDS = "afterwards"
    """Reviewed an emergency afterwards."""
    KNOWS = "knows"
    """May see a secret case; did nothing yet."""


class RefusalReason(StrEnum):
    """Why a request is refused: a closed list, since refusals are counted."""

    LAWFUL_GROUND_MISSING = "lawful_ground_missing"
    NOT_AUTHENTIC = "not_authentic"
    NOT_ADDRESSED_TO_US = "not_addressed_to_us"
    DOCUMENT_EXPIRED = "document_expired"
    SCOPE_UNSPECIFIED = "scope_unspecified"
    CONTENT_ASKED = "content_asked"
    QUESTION_UNANSWERED = "question_unanswered"
    INFRINGEMENT_NOT_CLEAR = "infringement_not_clear"
    SENDER_OPPOSES = "sender_opposes"
    NOTHING_FOUND = "nothing_found"
    FEE_UNPAID = "fee_unpaid"


OPEN: Final = frozenset(State) - {State.CLOSED}
BEFORE_DELIVERY: Final = frozenset(
    {
        State.RECEIVED,
        State.QUESTIONED,
        State.REVIEWED,
        State.SEARCHING,
        State.FOUND,
        State.HEARING,
        State.DECIDED,
    }
)
"""States from which a case may still be refused or withdrawn."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One event: from which states, to which, for whom.

    ``scopes``: the actor holds one of them. ``proven``: they showed a token of their own, so that one person at a
    machine isn't two. ``part``: what they are in the case from then on (None: nothing new).
    """

    event: Event
    sources: frozenset[State]
    target: State
    scopes: frozenset[Scope]
    part: Part | None
    title: Text
    proven: bool = False


_INTAKE, _REVIEW, _SEARCH, _RELEASE = (
    Scope.DISCLOSURE_INTAKE,
    Scope.DISCLOSURE_REVIEW,
    Scope.LOG_SEARCH,
    Scope.DISCLOSURE_RELEASE,
)


def _row(
    event: Event,
    sources: Iterable[State],
    target: State,
    scopes: Iterable[Scope],
    part: Part | None,
    ja: str,
    en: str,
    *,
    proven: bool = False,
) -> Transition:
    return Transition(event, frozenset(sources), target, frozenset(scopes), part, Text(ja, en), proven)


_S = State

TRANSITIONS: Final[Mapping[Event, Transition]] = MappingProxyType(
    {
        row.event: row
        for row in (
            _row(Event.RECEIVE, (), _S.RECEIVED, (_INTAKE,), Part.INTAKE, "受付", "received"),
            _row(
                Event.QUESTION,
                (_S.RECEIVED, _S.QUESTIONED),
                _S.QUESTIONED,
                (_INTAKE, _REVIEW),
                None,
                "請求者に照会",
                "asked back",
            ),
            _row(Event.ANSWER, (_S.QUESTIONED,), _S.RECEIVED, (_INTAKE,), Part.INTAKE, "回答を受領", "answered"),
            _row(Event.REVIEW, (_S.RECEIVED,), _S.REVIEWED, (_REVIEW,), Part.REVIEW, "確認", "reviewed", proven=True),
            _row(
                Event.EMERGENCY,
                (_S.RECEIVED,),
                _S.REVIEWED,
                (Scope.DISCLOSURE_EMERGENCY,),
                Part.OUTSIDE,
                "社外の承認（緊急）",
                "approved from outside (emergency)",
                proven=True,
            ),
            _row(Event.HOLD, (_S.REVIEWED,), _S.HOLDING, (_SEARCH,), Part.SEARCH, "保全", "held"),
            _row(Event.SEARCH, (_S.REVIEWED, _S.FOUND), _S.SEARCHING, (_SEARCH,), Part.SEARCH, "検索", "searched"),
            _row(Event.FIND, (_S.SEARCHING,), _S.FOUND, (_SEARCH,), Part.SEARCH, "結果を得た", "found"),
            _row(Event.HEAR, (_S.FOUND,), _S.HEARING, (_RELEASE,), Part.RELEASE, "意見聴取", "hearing", proven=True),
            _row(
                Event.DECIDE,
                (_S.FOUND, _S.HEARING, _S.DECIDED),
                _S.DECIDED,
                (_RELEASE,),
                Part.RELEASE,
                "決定",
                "decided",
                proven=True,
            ),
            _row(
                Event.VOID,
                (_S.DECIDED,),
                _S.FOUND,
                (_REVIEW,),
                Part.REVIEW,
                "事実の訂正による決定の失効",
                "decision void: a fact changed",
                proven=True,
            ),
            _row(
                Event.DELIVER, (_S.DECIDED,), _S.DELIVERED, (_RELEASE,), Part.RELEASE, "交付", "delivered", proven=True
            ),
            _row(
                Event.WAIT,
                (_S.DELIVERED,),
                _S.WAITING,
                (_RELEASE,),
                Part.RELEASE,
                "異議期間",
                "waiting for objections",
                proven=True,
            ),
            _row(
                Event.REFUSE,
                BEFORE_DELIVERY,
                _S.REFUSED,
                (_REVIEW, _RELEASE),
                None,
                "拒否",
                "refused",
                proven=True,
            ),
            _row(Event.WITHDRAW, BEFORE_DELIVERY, _S.WITHDRAWN, (_INTAKE, _REVIEW), None, "取下げ", "withdrawn"),
            _row(
                Event.CLOSE,
                (_S.DELIVERED, _S.WAITING, _S.HOLDING, _S.REFUSED, _S.WITHDRAWN, _S.DECIDED),
                _S.CLOSED,
                (_REVIEW, _RELEASE),
                None,
                "終了",
                "closed",
                proven=True,
            ),
        )
    }
)
"""Every event there is."""


APART: Final[frozenset[frozenset[Part]]] = frozenset(
    frozenset(pair)
    for pair in (
        (Part.INTAKE, Part.REVIEW),
        (Part.INTAKE, Part.SEARCH),
        (Part.INTAKE, Part.RELEASE),
        (Part.REVIEW, Part.SEARCH),
        (Part.REVIEW, Part.RELEASE),
        (Part.SEARCH, Part.RELEASE),
        (Part.OUTSIDE, Part.INTAKE),
        (Part.OUTSIDE, Part.REVIEW),
        (Part.OUTSIDE, Part.SEARCH),
        (Part.OUTSIDE, Part.RELEASE),
        *((Part.AFTERWARDS, other) for other in Part if other not in (Part.AFTERWARDS, Part.KNOWS)),
    )
)
"""Parts that no one person has in one case."""

IN_EMERGENCY: Final = frozenset({frozenset({Part.INTAKE, Part.SEARCH})})
"""What an emergency that was approved from outside may waive of :data:`APART`: at night there are two people inside, of
whom one takes the request in and searches, and the other hands over. Whoever approved is a third."""


def conflict(held: Iterable[Part], wanted: Part, *, emergency: bool) -> Part | None:
    """The part among ``held`` (one person's in one case) that keeps them from ``wanted``; None where nothing does.

    ``emergency``: the case was approved from outside.
    """
    pairs = APART - IN_EMERGENCY if emergency else APART
    for part in sorted(held):
        if frozenset({part, wanted}) in pairs:
            return part
    return None


def allowed(state: State | None) -> frozenset[Event]:
    """The events possible in ``state``; None is before a case is there."""
    if state is None:
        return frozenset({Event.RECEIVE})
    return frozenset(event for event, row in TRANSITIONS.items() if state in row.sources)
