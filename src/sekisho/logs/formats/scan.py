"""Read many lines of one shape at once, with array operations; what can't be is left to the exact reader.

A chunk of bytes is searched for a template's *anchor*; from there cursors walk the pieces of the template over all
lines together, eight bytes at a time. A line is *taken* only if every piece fits exactly; it is *unsure* if it fits
as far as these operations can tell and needs the exact reader (an IPv4 address inside an IPv6 one, a fraction of more
than eight digits); any other isn't of this shape. So the answers are those of
:meth:`sekisho.logs.formats.template.Template.read`, and a broken line costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sekisho.logs.columns import Bools, Int64s, Places, UInt8s, UInt32s, UInt64s
from sekisho.logs.formats import swar
from sekisho.logs.formats.chunk import TEXT_WORDS, Chunk
from sekisho.logs.formats.line_times import Minutes, Stamps, epochs_micros, read_stamps
from sekisho.logs.formats.template import (
    ADDRESSES,
    MAX_DIGITS,
    MAX_HEX,
    MAX_NUMBER,
    MAX_TEXT,
    STAMPS,
    Field,
    FieldKind,
    Template,
    form_of,
    kept,
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a text field stands in the chunk, per line."""

    starts: Places
    ends: Places

    def __getitem__(self, at: Any) -> Bounds:
        """Those at ``at``."""
        return Bounds(self.starts[at], self.ends[at])


@dataclass(frozen=True, slots=True)
class Ips:
    """Addresses of either family. ``high`` and ``six`` are None where all are IPv4; ``low`` is then 32 bits wide."""

    low: UInt32s | UInt64s
    high: UInt64s | None = None
    six: Bools | None = None

    def __getitem__(self, at: Any) -> Ips:
        """Those at ``at``."""
        if self.high is None or self.six is None:
            return Ips(self.low[at])
        return Ips(self.low[at], self.high[at], self.six[at])


Column = Int64s | UInt8s | Bounds | Ips | Stamps
"""What a field is read into: numbers and moments, places among a word's choices, texts, addresses, times."""


@dataclass(frozen=True, slots=True)
class Records:
    """Where records stand in a chunk: its lines, or parts of them. Ascending; ``lines`` may repeat."""

    starts: Places
    ends: Places
    lines: Places

    @classmethod
    def of_lines(cls, chunk: Chunk) -> Records:
        """Every line is a record."""
        return cls(chunk.starts, chunk.ends, np.arange(len(chunk)))

    def __len__(self) -> int:
        """How many records."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a template made of records: those that fit, with a column per kept field, and those to be read exactly."""

    template: Template
    records: Places
    columns: dict[str, Column]
    unsure: Places


class _Walk:
    """Cursors over the records in which a template's anchor stands."""

    def __init__(self, chunk: Chunk, at: Places, limit: Places, minutes: Minutes) -> None:
        self.chunk = chunk
        self.at = at
        self.good = np.ones(len(at), np.bool_)
        self.unsure = np.zeros(len(at), np.bool_)
        self.columns: dict[str, Column] = {}
        self._limit = limit
        self._beyond = limit + 1
        self._minutes = minutes
        self._skip = False

    def step(self, piece: bytes | Field, after: bytes | Field | None) -> None:
        """Go past one piece. A cursor that has gone wrong goes anywhere within its line."""
        if isinstance(piece, bytes):
            self._literal(piece)
        elif piece.kind in (FieldKind.UINT, FieldKind.HEX, FieldKind.EPOCHHEX):
            number = self._number(hexadecimal=piece.kind is not FieldKind.UINT)
            self._keep(piece, epochs_micros(number) if piece.kind is FieldKind.EPOCHHEX else number)
        elif piece.kind is FieldKind.EPOCH:
            self._epoch(piece)
        elif piece.kind in ADDRESSES:
            self._ip(piece)
        elif piece.kind is FieldKind.WORD:
            self._word(piece)
        elif piece.kind in STAMPS:
            stamps, length, good = read_stamps(
                self.chunk, self.at, self._limit, form_of(piece.kind), self._minutes
            )
            self._fits(good)
            self._keep(piece, stamps)
            self._move(length)
        elif piece.kind is FieldKind.SKIP:
            self._skip = True
        elif piece.kind is FieldKind.SPACES:
            spaces = swar.lowest(swar.other_than(self.chunk.words(self.at), 0x20))
            self._fits((spaces > 0) & (spaces < 8))
            self._move(spaces.astype(np.intp))
        else:
            self._text(piece, after)

    def end(self, *, open_end: bool) -> None:
        """The cursors are at the ends of their records, or before them where anything may follow."""
        self._fits(self.at <= self._limit if open_end else self.at == self._limit)
        # Whatever the exact reader should see stays within its line, too.
        self.unsure &= ~self.good

    def _fits(self, good: Bools) -> None:
        self.good &= good

    def _leave(self, which: Bools) -> None:
        """What fits so far and can't be told here goes to the exact reader."""
        self.unsure |= which & self.good
        self.good &= ~which

    def _keep(self, piece: Field, column: Column) -> None:
        if kept(piece):
            self.columns[piece.name] = column

    def _move(self, by: Any) -> None:
        # No cursor leaves the chunk: what goes beyond its line has failed already or will at the end.
        self.at = np.minimum(self.at + by, self._beyond)

    def _literal(self, piece: bytes) -> None:
        if self._skip:
            self._skip = False
            places = self.chunk.places_of(piece)
            if not len(places):
                self._fits(np.zeros(len(self.at), np.bool_))
                return
            number = np.searchsorted(places, self.at)
            found = places[np.minimum(number, len(places) - 1)]
            self._fits((number < len(places)) & (found < self._limit))
            self.at = np.where(self.good, found, self.at)
        else:
            self._fits(self.chunk.equal(self.at, piece))
        self._move(len(piece))

    def _number(self, *, hexadecimal: bool) -> Int64s:
        words = self.chunk.words(self.at)
        non: Callable[[UInt64s], UInt64s] = swar.non_hex if hexadecimal else swar.non_digits
        value: Callable[[UInt64s, UInt64s], UInt64s] = swar.hex_value if hexadecimal else swar.digits_value
        length = swar.lowest(non(words))
        self._fits(length > 0)
        found = value(words, np.maximum(length, np.uint64(1)))
        size = length.astype(np.intp)
        part = np.flatnonzero(length == 8)
        base = np.uint64(16 if hexadecimal else 10)
        for begin in (8, 16):
            if not len(part):
                break
            words = self.chunk.words(np.minimum(self.at[part] + begin, self._beyond[part]))
            more = swar.lowest(non(words))
            rest = np.where(more > 0, value(words, np.maximum(more, np.uint64(1))), np.uint64(0))
            # What wraps here has more digits than are taken below.
            found[part] = found[part] * base**more + rest
            size[part] += more.astype(np.intp)
            part = part[more == 8]
        self._fits((size <= (MAX_HEX if hexadecimal else MAX_DIGITS)) & (found <= np.uint64(MAX_NUMBER)))
        self._move(size)
        return found.astype(np.int64)

    def _epoch(self, piece: Field) -> None:
        begin = self.at
        whole = self._number(hexadecimal=False)
        digits = self.at - begin
        dotted = swar.byte_at(self.chunk.words(self.at), 0) == 0x2E
        micros = epochs_micros(whole)
        if dotted.any():
            words = self.chunk.words(self.at + 1)
            length = swar.lowest(swar.non_digits(words))
            fraction = dotted & (length > 0)
            six = np.clip(length, 1, 6).astype(np.uint64)
            small = swar.digits_value(words, six) * np.uint64(10) ** (np.uint64(6) - six)
            self._leave(fraction & (length == 8))
            self._fits(~fraction | (digits <= 11))
            exact = np.where(digits <= 11, whole, 0) * 1_000_000 + small.astype(np.int64)
            micros = np.where(fraction, exact, micros)
            self._move(np.where(fraction, length.astype(np.intp) + 1, 0))
        self._keep(piece, micros)

    def _ip(self, piece: Field) -> None:
        begin = self.at
        low, four, at = self._ip4()
        if piece.kind is FieldKind.IP4 or four[self.good].all():
            if piece.kind is FieldKind.IP6:
                four = np.zeros(len(four), np.bool_)
            self._fits(four)
            self.at = at
            self._keep(piece, Ips(low.astype(np.uint32)))
            return
        six = np.flatnonzero(self.good & (~four | (piece.kind is FieldKind.IP6)))
        halves, good, unsure, length = _read_ip6(self.chunk, begin[six], self._beyond[six])
        high = np.zeros(len(low), np.uint64)
        low[six], high[six] = halves
        is_six = np.zeros(len(low), np.bool_)
        is_six[six] = True
        left, fit = np.zeros(len(low), np.bool_), four & ~is_six
        left[six], fit[six] = unsure, good
        at[six] = begin[six] + length
        self._leave(left)
        self._fits(fit)
        self.at = np.minimum(at, self._beyond)
        self._keep(piece, Ips(low, high, is_six))

    def _ip4(self) -> tuple[UInt64s, Bools, Places]:
        """Addresses, which are ones, and where they end."""
        address = np.zeros(len(self.at), np.uint64)
        at = self.at
        good: Bools = np.ones(len(at), np.bool_)
        for octet in range(4):
            words = self.chunk.words(at)
            length = swar.lowest(swar.non_digits(words))
            good &= (length - np.uint64(1)) < np.uint64(3)  # 1 to 3
            length = np.clip(length, 1, 3).astype(np.uint64)
            number = swar.digits_value(words, length)
            # A leading zero has been read as octal by some and as decimal by others: the exact reader refuses it.
            good &= (number < 256) & ((length == 1) | ((words & np.uint64(0xFF)) != np.uint64(0x30)))
            address = (address << swar.EIGHT) | number
            if octet < 3:
                good &= swar.byte_at(words, length) == np.uint64(0x2E)
                length = length + np.uint64(1)
            at = np.minimum(at + length.astype(np.intp), self._beyond)
        return address, good, at

    def _word(self, piece: Field) -> None:
        words = (self.chunk.words(self.at), self.chunk.words(self.at + 8))
        found = np.zeros(len(self.at), np.uint8)
        length = np.zeros(len(self.at), np.intp)
        order = sorted(range(len(piece.choices)), key=lambda at: len(piece.choices[at]))
        for number in order:  # a longer one overwrites a shorter one
            choice = piece.choices[number]
            same = (words[0] & swar.MASKS[min(len(choice), 8)]) == np.uint64(int.from_bytes(choice[:8], "little"))
            if len(choice) > 8:
                rest = np.uint64(int.from_bytes(choice[8:], "little"))
                same &= (words[1] & swar.MASKS[len(choice) - 8]) == rest
            found[same] = number
            length[same] = len(choice)
        self._fits(length > 0)
        self._keep(piece, found)
        self._move(length)

    def _text(self, piece: Field, after: bytes | Field | None) -> None:
        begin = self.at
        if after is None:
            length = np.maximum(self._limit - begin, 0)
        else:
            length = self._before(after[0] if isinstance(after, bytes) else 0x20)
        self._fits((length > 0) & (length <= MAX_TEXT) & (begin + length <= self._limit))
        if kept(piece):
            self._keep(piece, Bounds(begin, begin + length))
        self._move(length)

    def _before(self, byte: int) -> Places:
        length = np.zeros(len(self.at), np.intp)
        open_: Places | slice = slice(None)
        for word in range(TEXT_WORDS):
            at = np.minimum(self.at[open_] + 8 * word, self._beyond[open_])
            found = swar.lowest(swar.equal_to(self.chunk.words(at), byte))
            length[open_] += found.astype(np.intp)
            full = np.flatnonzero(found == 8)
            if not len(full):
                break
            open_ = full if isinstance(open_, slice) else open_[full]
        return length


_SIX_BYTES: Final = 40
"""Bytes that hold any IPv6 address without an IPv4 one in it (39), and one more to see its end."""


def _read_ip6(
    chunk: Chunk, at: Places, beyond: Places
) -> tuple[tuple[UInt64s, UInt64s], Bools, Bools, Places]:
    """Lower and upper halves of the IPv6 addresses at ``at``, which are ones, which can't be told, their lengths."""
    count = len(at)
    begin, good = at, np.ones(count, np.bool_)
    groups = np.zeros((9, count), np.uint64)
    gap = np.full(count, -1, np.intp)
    number = np.zeros(count, np.intp)
    rows = np.arange(count)
    double = (chunk.words(at) & np.uint64(0xFFFF)) == np.uint64(0x3A3A)
    gap[double] = 0
    at = at + np.where(double, 2, 0)
    open_ = np.ones(count, np.bool_)
    for _ in range(8):
        words = chunk.words(np.minimum(at, beyond))
        length = swar.lowest(swar.non_hex(words))
        # Nothing may follow a gap: it may stand at the end.
        closed = open_ & (length == 0)
        good &= ~closed | (double & (gap == number))
        open_ &= length > 0
        good &= ~open_ | (length <= 4)
        value = swar.hex_value(words, np.clip(length, 1, 4).astype(np.uint64))
        groups[np.where(open_, number, 8), rows] = value
        number += open_
        at = at + np.where(open_, np.minimum(length, np.uint64(8)).astype(np.intp), 0)
        colon = chunk.words(np.minimum(at, beyond)) & np.uint64(0xFFFF)
        double = open_ & (colon == np.uint64(0x3A3A))
        good &= ~(double & (gap >= 0))
        gap = np.where(double, number, gap)
        single = open_ & ~double & ((colon & np.uint64(0xFF)) == np.uint64(0x3A)) & (number < 8)
        at = at + np.where(double, 2, np.where(single, 1, 0))
        # A single colon needs a group after it; without a colon the address ends here.
        ended = open_ & ~double & ~single
        open_ &= ~ended
    end = swar.byte_at(chunk.words(np.minimum(at, beyond)), 0)
    dotted = end == np.uint64(0x2E)
    hexadecimal = swar.lowest(swar.non_hex(chunk.words(np.minimum(at, beyond)))) > 0
    good &= ~open_ | (double & (number == 8)) | ~double
    good &= ~hexadecimal & (end != np.uint64(0x3A)) & ((gap >= 0) & (number < 8) | (gap < 0) & (number == 8))
    # Groups after the gap stand at the end.
    place = np.arange(8)[:, None]
    shift = np.where(gap >= 0, 8 - number, 0)
    source = np.where((gap >= 0) & (place >= gap), place - shift, place)
    empty = (gap >= 0) & (place >= gap) & (place < gap + shift)
    full = np.where(empty, np.uint64(0), groups[np.clip(source, 0, 8), rows])
    halves = [np.zeros(count, np.uint64), np.zeros(count, np.uint64)]
    for index in range(8):
        half = 1 if index < 4 else 0
        halves[half] = (halves[half] << np.uint64(16)) | full[index]
    return (halves[0], halves[1]), good & ~dotted, dotted, at - begin


def scan(chunk: Chunk, template: Template, minutes: Minutes, where: Records, free: Bools) -> Taken:
    """The records at ``where`` in ``chunk`` that fit ``template``; only those that are ``free`` are looked at."""
    at = chunk.places_of(template.anchor)
    found = np.searchsorted(where.starts, at, side="right") - 1
    inside = (found >= 0) & (at < where.ends[found]) if len(where) else np.zeros(len(at), np.bool_)
    first = inside.copy()
    first[1:] &= (found[1:] != found[:-1]) | ~inside[:-1]
    first &= free[found]
    at, found = at[first], found[first]
    if not template.open_start:
        at = where.starts[found]
    walk = _Walk(chunk, at, where.ends[found], minutes)
    if len(found):
        for number, piece in enumerate(template.pieces):
            walk.step(piece, template.pieces[number + 1] if number + 1 < len(template.pieces) else None)
        walk.end(open_end=template.open_end)
    good = walk.good
    if good.all():
        return Taken(template, found, walk.columns, np.empty(0, np.intp))
    columns = {name: column[good] for name, column in walk.columns.items()}
    return Taken(template, found[good], columns, found[walk.unsure])
