"""What an entry covers, from what somebody wrote; and what no entry may cover. Pure.

The national and the international form of a number are one entry. A range is a beginning (``0570``: every number that
begins so) or runs from one number to another of the same length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final

from sekisho.calls.errors import EntryProtected, EntryRefused
from sekisho.calls.numbers import Kind, Numbering, NumberRefused
from sekisho.calls.screening.number_keys import Span, key_of, span_between, spans_of_beginning

SHORTEST_NUMBER: Final = 5
"""Digits of a single number, so that no entry is an emergency number or a service code (1XY): the plan has no
telephone number that short (電気通信番号計画 第1)."""
SHORTEST_BEGINNING: Final = 4
"""Digits of a beginning on a list for all lines: three are a whole kind of number (050, 090), which is a matter for
rules. A house limit."""
SHORTEST_OWN: Final = 3
"""… on a subscriber's own list: whom they don't answer is theirs to say. A house limit."""
WIDEST: Final = 10_000_000
"""Numbers from one to another, on a list for all lines: below a whole kind (ten to the seventh is 090-0). A house
limit."""

EMERGENCY: Final = ("110", "118", "119")


@dataclass(frozen=True, slots=True)
class Covers:
    """``last`` is ``first`` for a single number, another for a range, ``None`` for every number that begins so."""

    first: str
    last: str | None

    @property
    def wide(self) -> bool:
        """Whether it is more than one number."""
        return self.first != self.last

    @property
    def text(self) -> str:
        """What it is known by."""
        if self.last is None:
            return f"{self.first}*"
        return f"{self.first}-{self.last}" if self.wide else self.first

    def spans(self) -> list[Span]:
        """As spans of keys."""
        return spans_of_beginning(self.first) if self.last is None else [span_between(self.first, self.last)]

    def holds(self, number: str) -> bool:
        """Whether a number (in the form of lists) is covered."""
        key = key_of(number)
        return key is not None and any(start <= key <= end for start, end in self.spans())

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"first": self.first, "last": self.last}

    @classmethod
    def of(cls, document: dict[str, Any]) -> Covers:
        """From :meth:`document`."""
        return cls(document["first"], document["last"])


def normal(number: str, numbering: Numbering) -> str:
    """A number in the form of lists. Raises ``EntryRefused``, without the number."""
    try:
        found = numbering.classify(number)
    except NumberRefused as error:
        raise EntryRefused(field="number", problem=error.sentence("en")) from None
    if found.kind is Kind.EMERGENCY:
        raise EntryProtected(field="number", problem="an emergency number", what="emergency")
    text = found.national if found.national is not None else f"+{found.digits}"
    if len(found.digits) < SHORTEST_NUMBER or key_of(text) is None:
        raise EntryRefused(field="number", problem=f"{SHORTEST_NUMBER} to 17 digits")
    return text


def _beginning(given: str, *, shortest: int) -> str:
    plain = given.strip().translate(str.maketrans("", "", " -"))
    if plain.startswith("+81"):
        plain = f"0{plain[3:]}"
    elif plain.startswith("010"):
        plain = f"+{plain[3:]}"
    digits = plain.removeprefix("+")
    # A country code says as much as two digits of a national number.
    least = shortest - 2 if plain.startswith("+") else shortest
    if key_of(plain) is None or len(digits) < max(least, 1):
        raise EntryRefused(field="prefix", problem=f"digits, at least {shortest} of a national number")
    return plain


def read_covers(
    numbering: Numbering,
    *,
    number: str | None = None,
    prefix: str | None = None,
    first: str | None = None,
    last: str | None = None,
    own: bool = False,
) -> Covers:
    """What is covered by exactly one of: a number, a beginning, a first and last number. ``own``: on a subscriber's
    own list. Raises ``EntryRefused``, ``EntryProtected`` (for what covers an emergency number)."""
    given = [one for one in (number, prefix, first and last) if one]
    if len(given) != 1 or ((number or prefix) and (first or last)):
        raise EntryRefused(field="number", problem="one of number, prefix, or from and to")
    if number:
        whole = normal(number, numbering)
        return Covers(whole, whole)
    if prefix:
        covers = Covers(_beginning(prefix, shortest=SHORTEST_OWN if own else SHORTEST_BEGINNING), None)
    else:
        covers = Covers(normal(first or "", numbering), normal(last or "", numbering))
        try:
            ((start, end),) = covers.spans()
        except ValueError as error:
            raise EntryRefused(field="from", problem=str(error)) from None
        if end - start >= WIDEST and not own:
            raise EntryRefused(field="to", problem=f"at most {WIDEST} numbers")
    if any(covers.holds(one) for one in EMERGENCY):
        raise EntryProtected(field="prefix", problem="it covers an emergency number", what="emergency")
    return covers


class ProtectedKind(StrEnum):
    """Why numbers are protected."""

    PUBLIC_OFFICE = "public_office"
    """A published number of a police station, a city hall …: no list for all lines may hit it."""
    OWN_RANGE = "own_range"
    """A range designated to the operator: no list may hold it as a whole."""


@dataclass(frozen=True, slots=True)
class Protected:
    """One entry of the register of what lists may not hit."""

    id: str
    kind: ProtectedKind
    covers: Covers
    holder: str
    source: str


class Protection:
    """The register, ready to be asked for many entries."""

    def __init__(self, register: Sequence[Protected]) -> None:
        """Keeps the spans of each."""
        offices: list[Span] = []
        self._own: list[Span] = []
        for one in register:
            spans = one.covers.spans()
            if one.kind is ProtectedKind.OWN_RANGE:
                # Of a beginning, each length is a range of its own.
                self._own += spans
            else:
                offices += spans
        offices.sort()
        self._offices = offices
        self._starts = [start for start, _ in offices]
        # The furthest end so far: what begins before a place and ends after it overlaps it.
        self._furthest = list(accumulate((end for _, end in offices), max))

    def problem(self, spans: Iterable[Span]) -> ProtectedKind | None:
        """Which protection an entry of these spans would break; None for none."""
        for start, end in spans:
            place = bisect_right(self._starts, end) - 1
            if place >= 0 and self._furthest[place] >= start:
                return ProtectedKind.PUBLIC_OFFICE
            if start != end and any(start <= first and last <= end for first, last in self._own):
                return ProtectedKind.OWN_RANGE
        return None

    def near_own(self, spans: Iterable[Span]) -> bool:
        """Whether an entry of these spans holds anything of an own range."""
        return any(start <= last and first <= end for start, end in spans for first, last in self._own)

    def holds_own(self, spans: Iterable[Span]) -> bool:
        """Whether these spans together, in any order, hold the whole of an own range: piece by piece is the whole."""
        if not self._own:
            return False
        joined: list[list[int]] = []
        for start, end in sorted(one for one in spans if self.near_own((one,))):
            if joined and start <= joined[-1][1] + 1:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        return any(start <= first and last <= end for start, end in joined for first, last in self._own)

    @property
    def offices(self) -> tuple[Span, ...]:
        """The numbers of public offices."""
        return tuple(self._offices)
