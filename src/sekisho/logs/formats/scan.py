"""Read many lines of one shape at once, with array operations; whatever doesn't fit is left to the exact reader.

A chunk of bytes is searched for a template's *anchor*; from there cursors walk the pieces of the template over all
lines together, eight bytes at a time. A line is taken only if every piece fits exactly and every number is in its
range; every other line is handed back by number. So the answers are those of :func:`sekisho.logs.formats.template.read`
on every line taken, and a broken line costs only itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import Bools, Int64s, Places, UInt64s
from sekisho.logs.formats.template import MAX_LINE, Field, FieldKind, Template

PADDING: Final = MAX_LINE
"""Zero bytes put after a chunk, so that a cursor near its end can read on without looking where it is."""
SAMPLE: Final = 65536
"""Bytes of a chunk that say which byte of a text is the rarest."""

_ONES: Final = np.uint64(0x0101010101010101)
_HIGHS: Final = np.uint64(0x8080808080808080)
_MASKS: Final = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [2**64 - 1], np.uint64)
_ZEROS: Final = np.uint64(0x3030303030303030)
_EIGHT: Final = np.uint64(8)


@dataclass(frozen=True, slots=True)
class Taken:
    """Lines that fit ``template``: their places among the chunk's lines, and a column per named field."""

    template: Template
    lines: Places
    columns: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a text field stands in the chunk, per line taken."""

    starts: Int64s
    ends: Int64s


class Chunk:
    """Whole lines as bytes, with the places of their beginnings and ends (the line feed isn't part of a line)."""

    __slots__ = ("_data", "_sample", "_words", "ends", "size", "starts")

    def __init__(self, raw: bytes) -> None:
        """``raw`` ends with a line feed."""
        self.size = len(raw)
        self._data = np.frombuffer(raw + bytes(PADDING), np.uint8)
        # Every place is the beginning of a word: the view reads eight bytes from any of them.
        self._sample = np.bincount(self._data[:SAMPLE], minlength=256)
        self._words: UInt64s = np.ndarray((self.size + PADDING - 7,), "<u8", self._data, strides=(1,))
        self.ends: Places = np.flatnonzero(self._data[: self.size] == 10)
        self.starts = np.concatenate([[0], self.ends[:-1] + 1]) if len(self.ends) else self.ends

    def words(self, at: Places) -> UInt64s:
        """The eight bytes from each place on, the first byte lowest."""
        return self._words[at]

    def places_of(self, literal: bytes) -> Places:
        """Where ``literal`` stands, ascending."""
        rarest = min(range(len(literal)), key=lambda at: int(self._sample[literal[at]]))
        found = np.flatnonzero(self._data[: self.size] == literal[rarest]) - rarest
        found = found[(found >= 0) & (found + len(literal) <= self.size)]
        return found[self.equal(found, literal)]

    def equal(self, at: Places, literal: bytes) -> Bools:
        """Whether ``literal`` stands at each place; it may reach into the padding, where it is not."""
        begins = list(range(0, len(literal), 8))
        if len(literal) >= 8:
            begins[-1] = len(literal) - 8
        good = np.ones(len(at), np.bool_)
        for begin in begins:
            part = literal[begin : begin + 8]
            words = self._words[begin:][at]
            if len(part) < 8:
                words &= _MASKS[len(part)]
            good &= words == np.uint64(int.from_bytes(part, "little"))
        return good


def _ones_below(words: UInt64s) -> UInt64s:
    """The place (0 to 8) of the lowest byte whose high bit is set; 8 where none is."""
    lowest: UInt64s = np.bitwise_count((words & (~words + np.uint64(1))) - np.uint64(1)).astype(np.uint64) >> np.uint64(
        3
    )
    lowest[words == 0] = _EIGHT
    return lowest


def _non_digits(words: UInt64s) -> UInt64s:
    """The high bit of every byte that isn't ``0`` to ``9``."""
    low = words & ~_HIGHS
    above = low + np.uint64(0x4646464646464646)  # 0x3a and more reach the high bit
    below = ~(low + np.uint64(0x5050505050505050))  # less than 0x30 doesn't
    found: UInt64s = (above | below | words) & _HIGHS
    return found


def _digits_value(words: UInt64s, length: UInt64s) -> UInt64s:
    """The number written in the first ``length`` (1 to 8) bytes, which are digits."""
    moved = (words ^ _ZEROS) << (np.uint64(64) - _EIGHT * length)
    moved = (moved * np.uint64(10)) + (moved >> _EIGHT)
    left = (moved & np.uint64(0x000000FF000000FF)) * np.uint64(0x000F424000000064)
    right = ((moved >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0000271000000001)
    found: UInt64s = (left + right) >> np.uint64(32)
    return found


def _non_hex(words: UInt64s) -> UInt64s:
    """The high bit of every byte that isn't a hexadecimal digit."""
    low = (words | np.uint64(0x2020202020202020)) & ~_HIGHS
    letter = (low + np.uint64(0x1F1F1F1F1F1F1F1F)) & ~(low + np.uint64(0x1919191919191919))  # a to f
    return _non_digits(words) & ~(letter & ~words & _HIGHS)


def _hex_value(words: UInt64s, length: UInt64s) -> UInt64s:
    """The number written in the first ``length`` (1 to 8) bytes, which are hexadecimal digits."""
    nibbles = (words & np.uint64(0x0F0F0F0F0F0F0F0F)) + ((words >> np.uint64(6)) & _ONES) * np.uint64(9)
    moved = nibbles << (np.uint64(64) - _EIGHT * length)
    moved = (moved << np.uint64(4)) + (moved >> _EIGHT)
    left = (moved & np.uint64(0x000000FF000000FF)) * np.uint64(0x0100000000000100)
    right = ((moved >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0001000000000001)
    found: UInt64s = (left + right) >> np.uint64(32)
    return found


def _zero_bytes(words: UInt64s) -> UInt64s:
    """The high bit of the lowest zero byte (bytes above it may be wrong)."""
    return (words - _ONES) & ~words & _HIGHS


class _Walk:
    """Cursors over the lines in which a template's anchor stands."""

    def __init__(self, chunk: Chunk, at: Places, line_ends: Places) -> None:
        self.chunk = chunk
        self.at = at
        self.good = np.ones(len(at), np.bool_)
        self._limit = line_ends
        self.columns: dict[str, NDArray[Any]] = {}

    def step(self, piece: bytes | Field, after: bytes | None) -> None:
        """Go past one piece. A cursor that has gone wrong stays where it is."""
        if isinstance(piece, bytes):
            self.good &= self.chunk.equal(self.at, piece)
            self._move(np.int64(len(piece)))
        elif piece.kind is FieldKind.UINT:
            self._number(piece.name, _non_digits, _digits_value, 10)
        elif piece.kind is FieldKind.HEX:
            self._number(piece.name, _non_hex, _hex_value, 16)
        elif piece.kind is FieldKind.IP:
            self._ip4(piece.name)
        else:
            self._until(piece, after)

    def _move(self, by: Any) -> None:
        # No cursor leaves the chunk: what goes beyond its line has failed already or will at the end.
        self.at = np.minimum(self.at + by, self._limit + 1)

    def _number(self, name: str, non: Any, value: Any, base: int) -> None:
        words = self.chunk.words(self.at)
        length = _ones_below(non(words))
        self.good &= length > 0
        found = value(words, np.maximum(length, np.uint64(1)))
        long = np.flatnonzero(length == 8)
        if len(long):
            # Few numbers are longer than eight digits; those beyond sixteen are left to the exact reader.
            words = self.chunk.words(np.minimum(self.at[long] + 8, self._limit[long] + 1))
            more = _ones_below(non(words))
            top = np.uint64(base) ** more
            rest = np.where(more > 0, value(words, np.maximum(more, np.uint64(1))), np.uint64(0))
            found[long] = found[long] * top + rest
            length[long] += more
            self.good[long] &= more < (8 if base == 10 else 7)
        self.columns[name] = found.astype(np.int64)
        self._move(length.astype(np.int64))

    def _ip4(self, name: str) -> None:
        address = np.zeros(len(self.at), np.uint64)
        for octet in range(4):
            words = self.chunk.words(self.at)
            length = _ones_below(_non_digits(words))
            self.good &= (length > 0) & (length < 4)
            length = np.clip(length, np.uint64(1), np.uint64(3))
            number = _digits_value(words, length)
            # A leading zero has been read as octal by some and as decimal by others: the exact reader refuses it.
            self.good &= (number < 256) & ((length == 1) | ((words & np.uint64(0xFF)) != np.uint64(0x30)))
            address = (address << _EIGHT) | number
            if octet < 3:
                self.good &= ((words >> (_EIGHT * length)) & np.uint64(0xFF)) == np.uint64(0x2E)
                length = length + np.uint64(1)
            self._move(length.astype(np.int64))
        self.columns[name] = address.astype(np.uint32)

    def _until(self, piece: Field, after: bytes | None) -> None:
        begin = self.at
        if piece.kind is FieldKind.SPACES:
            length = self._spaces()
        elif after is None:
            length = self._limit - begin
        else:
            length = self._before(after[0])
        self.good &= length > 0
        if piece.name:
            self.columns[piece.name + ":start"], self.columns[piece.name + ":end"] = begin, begin + length
        self._move(length)

    def _spaces(self) -> Places:
        words = self.chunk.words(self.at) ^ np.uint64(0x2020202020202020)
        other = ((words & ~_HIGHS) + ~_HIGHS | words) & _HIGHS
        length = _ones_below(other)
        self.good &= length < 8
        return length.astype(np.int64)

    def _before(self, byte: int) -> Places:
        wanted = _ONES * np.uint64(byte)
        length = np.zeros(len(self.at), np.int64)
        open_ = np.arange(len(self.at))
        for word in range(MAX_WORDS):
            at = np.minimum(self.at[open_] + 8 * word, self._limit[open_] + 1)
            found = _ones_below(_zero_bytes(self.chunk.words(at) ^ wanted))
            length[open_] += found.astype(np.int64)
            open_ = open_[found == 8]
            if not len(open_):
                return length
        self.good[open_] = False
        return length

    def end(self, *, open_end: bool) -> None:
        """The cursors are at the ends of their lines, or before them where anything may follow."""
        self.good &= self.at <= self._limit if open_end else self.at == self._limit


MAX_WORDS: Final = 8
"""Words of eight bytes that a text is searched in; a longer one is left to the exact reader."""


def scan(chunk: Chunk, template: Template) -> Taken:
    """The lines of ``chunk`` that fit ``template``. Of two places of the anchor in one line the first counts."""
    pieces = template.pieces
    if template.open_start:
        anchor = pieces[0]
        if not isinstance(anchor, bytes):
            raise TypeError("an open template begins with fixed text")
        at = chunk.places_of(anchor)
        lines = np.searchsorted(chunk.ends, at)
        first = np.ones(len(lines), np.bool_)
        first[1:] = lines[1:] != lines[:-1]
        at, lines = at[first], lines[first]
    else:
        lines, at = np.arange(len(chunk.starts)), chunk.starts
    walk = _Walk(chunk, at, chunk.ends[lines])
    for number, piece in enumerate(pieces):
        after = pieces[number + 1] if number + 1 < len(pieces) else None
        walk.step(piece, after if isinstance(after, bytes) else b" " if after is not None else None)
    walk.end(open_end=template.open_end)
    walk.good &= chunk.ends[lines] - chunk.starts[lines] <= MAX_LINE
    good = walk.good
    return Taken(template, lines[good], {name: column[good] for name, column in walk.columns.items()})


def leftover(chunk: Chunk, taken: Sequence[Taken]) -> Places:
    """The lines that none of the templates took, ascending."""
    free = np.ones(len(chunk.ends), np.bool_)
    for one in taken:
        free[one.lines] = False
    return np.flatnonzero(free)
