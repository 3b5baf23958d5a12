"""A set of canonical telephone numbers: single ones, and ranges of consecutive ones of one length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class NumberRange:
    """``count`` consecutive numbers from ``start`` (digits), all as long as ``start`` (RFC 8226 §9)."""

    start: str
    count: int

    def __post_init__(self) -> None:
        """``ValueError`` for what isn't digits, or where the last number would be longer than the first."""
        if not (self.start.isascii() and self.start.isdigit()) or self.count < 1 or len(self.start) > 15:
            raise ValueError("a range starts with 1 to 15 digits and has at least one number")
        if len(str(int(self.start) + self.count - 1)) > len(self.start):
            raise ValueError("the range ends in a longer number than it starts with")


@dataclass(frozen=True, slots=True)
class NumberSet:
    """Which numbers. Empty holds none. Ranges may overlap."""

    numbers: frozenset[str] = frozenset()
    ranges: tuple[NumberRange, ...] = ()
    _spans: dict[int, tuple[list[int], list[int]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Merge the ranges, per length, so that a look-up is one bisection."""
        spans: dict[int, tuple[list[int], list[int]]] = {}
        for one in sorted(self.ranges, key=lambda each: (len(each.start), int(each.start))):
            starts, ends = spans.setdefault(len(one.start), ([], []))
            first = int(one.start)
            if ends and first <= ends[-1]:
                ends[-1] = max(ends[-1], first + one.count)
            else:
                starts.append(first)
                ends.append(first + one.count)
        object.__setattr__(self, "_spans", spans)

    @classmethod
    def of(cls, numbers: Iterable[str] = (), ranges: Iterable[tuple[str, int]] = ()) -> NumberSet:
        """From digits and (start, count) pairs."""
        return cls(frozenset(numbers), tuple(NumberRange(start, count) for start, count in ranges))

    def __contains__(self, number: str) -> bool:
        """Whether ``number``, in canonical form, is one of them."""
        return number in self.numbers or self.holds_range(number, 1)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.numbers or self.ranges)

    def holds_range(self, start: str, count: int) -> bool:
        """Whether the ranges (not single numbers) hold all of ``count`` numbers from ``start``."""
        found = self._spans.get(len(start))
        if found is None or not (start.isascii() and start.isdigit()):
            return False
        starts, ends = found
        at = bisect_right(starts, int(start)) - 1
        return at >= 0 and int(start) + count <= ends[at]

    def first_outside(self, other: NumberSet) -> str | None:
        """A number of ours that isn't in ``other``, None if all are. A range counts only if a range has all of it."""
        for number in sorted(self.numbers):
            if number not in other:
                return number
        for one in self.ranges:
            if not other.holds_range(one.start, one.count):
                return one.start
        return None
