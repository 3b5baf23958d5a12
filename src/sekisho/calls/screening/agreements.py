"""What a trunk may show: the agreement with whoever hands calls over on it. Standard library only.

Numbers are written as :class:`~sekisho.calls.screening.lookups.NumberLists` writes them: national digits for Japanese
numbers, ``+`` with country code and number for others. An agreement says what may be shown; it doesn't say whose a
number is, and it doesn't free a number that can never be a caller's.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum, unique
from typing import Any, Final

from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.screening.errors import AgreementsRefused

FORMAT: Final = 1
JAPAN: Final = timezone(timedelta(hours=9))
"""Japan has no summer time."""
_LONGEST: Final = 18


@unique
class Shows(StrEnum):
    """Whose numbers a trunk shows."""

    OWN_NUMBERS = "own_numbers"
    """Only the numbers that the customer holds."""
    WHOLESALE = "wholesale"
    """Those of a wholesale customer's own customers: the ranges handed to it."""
    TRANSIT = "transit"
    """Those of other operators' users: without numbers listed, any that can be a caller's."""
    ROAMING_HUB = "roaming_hub"
    """Calls of users abroad. For the mobile numbers it lists, the hub's contract stands in for a proof of roaming."""


class NumberSet:
    """Single numbers and ranges, compactly. Ranges are of equal length and closed at both ends."""

    __slots__ = ("_highs", "_lows", "ranges", "singles")

    def __init__(self, singles: Iterable[str] = (), ranges: Iterable[tuple[str, str]] = ()) -> None:
        """Raises :class:`ValueError`, without the number, for what is no number or no range."""
        self.singles = frozenset(singles)
        self.ranges = tuple(sorted(ranges, key=lambda pair: (len(pair[0]), pair)))
        for number in self.singles:
            _checked(number)
        merged: dict[int, list[tuple[str, str]]] = {}
        for low, high in self.ranges:
            _checked(low)
            _checked(high)
            if len(low) != len(high) or low > high or (low[0] == "+") != (high[0] == "+"):
                raise ValueError("a range runs from a lower to a higher number of as many digits")
            of_length = merged.setdefault(len(low), [])
            if of_length and low <= of_length[-1][1]:
                of_length[-1] = (of_length[-1][0], max(high, of_length[-1][1]))
            else:
                of_length.append((low, high))
        self._lows = {length: [low for low, _ in pairs] for length, pairs in merged.items()}
        self._highs = {length: [high for _, high in pairs] for length, pairs in merged.items()}

    def __bool__(self) -> bool:
        """Whether any number is in it."""
        return bool(self.singles or self.ranges)

    def __contains__(self, number: str) -> bool:
        """Whether a number is one of the singles, or in a range."""
        if number in self.singles:
            return True
        lows = self._lows.get(len(number))
        if lows is None:
            return False
        at = bisect_right(lows, number) - 1
        return at >= 0 and number <= self._highs[len(number)][at]


def _checked(number: str) -> None:
    digits = number[1:] if number[:1] == "+" else number
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST):
        raise ValueError("a number is digits, with + before a foreign one")


NO_NUMBERS: Final = NumberSet()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """What is agreed for one direction of one trunk from ``begins`` until the day before ``ends`` (Japan dates).

    ``numbers``: what may be shown. A service number (0AB0), +800 and other numbers that aren't ordinary callers' count
    only where they are listed singly: a contract sets each of them by name, no range does. ``otherwise`` is what
    becomes of a call that shows something else: anonymise or reject. ``forwards``: a call that one of the agreed
    numbers forwarded may show its first caller. ``foreign``: any possible foreign number may be shown; ``None`` means
    that only transit may. ``emergency_numbers``: 110, 118 and 119 may be shown, as an emergency authority's call-back;
    ``None`` means that a trunk from another operator in Japan may. ``extensions``: an exchange's own short number (two
    to five digits) may stand beside an agreed one; otherwise it is judged as any number that isn't agreed. ``owner`` is
    the label of whose the trunk is.
    """

    id: str
    trunk: str
    direction: Direction
    shows: Shows
    otherwise: Outcome
    begins: date
    ends: date | None = None
    numbers: NumberSet = NO_NUMBERS
    forwards: bool = True
    foreign: bool | None = None
    emergency_numbers: bool | None = None
    extensions: bool = False
    owner: str = ""

    def __post_init__(self) -> None:
        """Raise :class:`AgreementsRefused` for an outcome or interval that no agreement has."""
        if self.otherwise not in (Outcome.ANONYMISE, Outcome.REJECT):
            raise AgreementsRefused(agreement=self.id, problem="'otherwise' is anonymise or reject")
        if self.ends is not None and self.ends <= self.begins:
            raise AgreementsRefused(agreement=self.id, problem="it ends before it begins")
        if not self.id or not self.trunk:
            raise AgreementsRefused(agreement=self.id or "?", problem="an id and a trunk are needed")

    @property
    def limited(self) -> bool:
        """Whether only listed numbers may be shown.

        Transit without a list carries anybody's. So does a trunk from elsewhere: another operator answers for its own
        customers, and what is agreed with it may list no number at all.
        """
        if self.numbers:
            return self.shows is not Shows.ROAMING_HUB
        return self.direction is Direction.EGRESS and self.shows is not Shows.TRANSIT

    @property
    def any_foreign(self) -> bool:
        """Whether any possible foreign number may be shown."""
        if self.foreign is not None:
            return self.foreign
        return self.shows is Shows.TRANSIT or self.direction is Direction.ABROAD

    @property
    def emergency(self) -> bool:
        """Whether 110, 118 and 119 may be shown. Never by a trunk from abroad."""
        if self.direction is Direction.ABROAD:
            return False
        return self.direction is Direction.DOMESTIC if self.emergency_numbers is None else self.emergency_numbers


def midnight(day: date) -> datetime:
    """The moment at which a Japan date begins."""
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN).astimezone(UTC)


_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


class Agreements:
    """Every agreement, found by trunk, direction and moment. Immutable."""

    __slots__ = ("_found", "all")

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        """Raises :class:`AgreementsRefused` where two agreements on a trunk and direction share a day, or an id."""
        self.all: tuple[Agreement, ...] = tuple(agreements)
        self._found: dict[tuple[str, Direction], list[tuple[datetime, datetime, Agreement]]] = {}
        ids: set[str] = set()
        for each in sorted(self.all, key=lambda agreement: agreement.begins):
            if each.id in ids:
                raise AgreementsRefused(agreement=each.id, problem="the id stands twice")
            ids.add(each.id)
            spans = self._found.setdefault((each.trunk, each.direction), [])
            begins = midnight(each.begins)
            if spans and begins < spans[-1][1]:
                raise AgreementsRefused(agreement=each.id, problem=f"it shares days with {spans[-1][2].id}")
            spans.append((begins, _END_OF_TIME if each.ends is None else midnight(each.ends), each))

    def of(self, trunk: str, direction: Direction, at: datetime) -> Agreement | None:
        """The agreement in force at a moment, or ``None``."""
        spans = self._found.get((trunk, direction))
        if spans is None:
            return None
        for begins, ends, agreement in spans:
            if begins <= at < ends:
                return agreement
        return None


def to_json(agreements: Iterable[Agreement]) -> bytes:
    """Agreements as the bundle's file."""
    document = {"format": FORMAT, "agreements": [_document(each) for each in agreements]}
    return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()


def _document(each: Agreement) -> dict[str, Any]:
    return {
        "id": each.id, "trunk": each.trunk, "direction": each.direction.value, "shows": each.shows.value,
        "otherwise": each.otherwise.value, "from": each.begins.isoformat(),
        "until": None if each.ends is None else each.ends.isoformat(),
        "numbers": sorted(each.numbers.singles), "ranges": [list(pair) for pair in each.numbers.ranges],
        "forwards": each.forwards, "foreign": each.foreign, "emergency_numbers": each.emergency_numbers,
        "extensions": each.extensions, "owner": each.owner,
    }  # fmt: skip


def from_json(raw: bytes) -> Agreements:
    """What :func:`to_json` wrote. Raises :class:`AgreementsRefused`."""
    try:
        document = json.loads(raw)
        if document["format"] != FORMAT:
            raise AgreementsRefused(agreement="?", problem="a format this version doesn't know")
        return Agreements([_agreement(each) for each in document["agreements"]])
    except (KeyError, TypeError, ValueError) as error:
        raise AgreementsRefused(agreement="?", problem=type(error).__name__) from None


def _agreement(each: Mapping[str, Any]) -> Agreement:
    ranges: Sequence[Sequence[str]] = each["ranges"]
    return Agreement(
        id=each["id"], trunk=each["trunk"], direction=Direction(each["direction"]), shows=Shows(each["shows"]),
        otherwise=Outcome(each["otherwise"]), begins=date.fromisoformat(each["from"]),
        ends=None if each["until"] is None else date.fromisoformat(each["until"]),
        numbers=NumberSet(each["numbers"], [(low, high) for low, high in ranges]),
        forwards=each["forwards"], foreign=each["foreign"], emergency_numbers=each["emergency_numbers"],
        # A bundle or proposal from before the field agreed nothing of the kind.
        extensions=each.get("extensions", False), owner=each["owner"],
    )  # fmt: skip
