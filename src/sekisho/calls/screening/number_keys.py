"""Numbers as 64-bit keys, and what an entry of a list covers as spans of keys. Standard library only.

A key holds whether the number is foreign (``+``), how many digits it has, and the digits: numbers of one form and
length lie side by side, in their order. So a range is one span of keys, and a beginning is one for each length.
"""

from __future__ import annotations

from typing import Final

MOST_DIGITS: Final = 17
"""Digits a key can hold: two more than ITU-T E.164 allows, for impossible numbers that were seen all the same."""

_DIGIT_BITS: Final = 57
"""2**57 is above 10**17; six bits are left for form and length."""

Span = tuple[int, int]
"""The first and the last key of what is covered."""


def _bases(*, foreign: bool) -> tuple[int, ...]:
    """By length of the text: what is added to its digits' value. 0 where a key can't hold it."""
    plus = 1 if foreign else 0
    bases = []
    for characters in range(MOST_DIGITS + 2):
        digits = characters - plus
        bases.append((plus * 32 + digits) << _DIGIT_BITS if 0 < digits <= MOST_DIGITS else 0)
    return tuple(bases)


NATIONAL: Final = _bases(foreign=False)
FOREIGN: Final = _bases(foreign=True)


def key_of(digits: str) -> int | None:
    """The key of a number in the form of :class:`~sekisho.calls.screening.lookups.NumberLists`; ``None`` for what is no
    such form, or longer than :data:`MOST_DIGITS`."""
    bases, plain = (FOREIGN, digits[1:]) if digits[:1] == "+" else (NATIONAL, digits)
    if not (plain.isascii() and plain.isdigit()) or len(digits) >= len(bases) or not bases[len(digits)]:
        return None
    return bases[len(digits)] + int(plain)


def text_of(key: int) -> str:
    """The number of a key."""
    head, value = key >> _DIGIT_BITS, key & ((1 << _DIGIT_BITS) - 1)
    return f"{'+' if head >= 32 else ''}{value:0{head % 32}d}"


def spans_of_beginning(beginning: str) -> list[Span]:
    """The spans of every number that begins so, of its own length or longer. Raises ``ValueError`` for no number."""
    if key_of(beginning) is None:
        raise ValueError("a beginning is digits, with + before them for a foreign one")
    bases, plain = (FOREIGN, beginning[1:]) if beginning[0] == "+" else (NATIONAL, beginning)
    value, spans = int(plain), []
    for characters in range(len(beginning), len(bases)):
        if not bases[characters]:
            continue
        width: int = 10 ** (characters - len(beginning))
        spans.append((bases[characters] + value * width, bases[characters] + (value + 1) * width - 1))
    return spans


def span_between(first: str, last: str) -> Span:
    """The span from one number to another of the same form and length. Raises ``ValueError`` for any other two."""
    start, end = key_of(first), key_of(last)
    if start is None or end is None or len(first) != len(last) or start > end:
        raise ValueError("two numbers of one form and length, the smaller first")
    if start >> _DIGIT_BITS != end >> _DIGIT_BITS:
        raise ValueError("both national, or both foreign")
    return start, end
