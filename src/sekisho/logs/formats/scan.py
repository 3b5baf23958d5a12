"""Read many lines of one shape at once, with array operations; what can't be is left to the exact reader.

A chunk of bytes is searched for a template's *anchor*; from there cursors walk the pieces of the template over all
lines together, eight bytes at a time. A line is *taken* only if every piece fits exactly; it is *unsure* if it fits
as far as these operations can tell and needs the exact reader (an IPv4 address inside an IPv6 one, a fraction of more
than eight digits); any other isn't of this shape. So the answers are those of
:meth:`sekisho.logs.formats.template.Template.read`, and a broken line costs only itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    """Cursors over the records in which a template's anchor stands.

    A fixed text isn't looked at by itself: it is remembered (``_due``) and read together with the field after it.
    """

    def __init__(self, chunk: Chunk, at: Places, limit: Places, minutes: Minutes) -> None:
        self.chunk = chunk
        self.at = at
        self.good = np.ones(len(at), np.bool_)
        self.unsure = np.zeros(len(at), np.bool_)
        self.columns: dict[str, Column] = {}
        self._limit = limit
        self._beyond = limit + 1
        self._minutes = minutes
        self._due = b""
        self._skip = False

    def step(self, piece: bytes | Field, after: bytes | Field | None) -> None:
        """Go past one piece. A cursor that has gone wrong goes anywhere within its line."""
        if isinstance(piece, bytes):
            if self._skip:
                self._seek(piece)
            else:
                self._due += piece
        elif piece.kind in (FieldKind.UINT, FieldKind.HEX, FieldKind.EPOCHHEX):
            number, _ = self._number(hexadecimal=piece.kind is not FieldKind.UINT)
            self._keep(piece, epochs_micros(number) if piece.kind is FieldKind.EPOCHHEX else number)
        elif piece.kind is FieldKind.EPOCH:
            self._epoch(piece)
        elif piece.kind in ADDRESSES:
            self._ip(piece)
        elif piece.kind is FieldKind.WORD:
            self._word(piece)
        elif piece.kind in STAMPS:
            self._settle()
            stamps, length, good = read_stamps(self.chunk, self.at, self._limit, form_of(piece.kind), self._minutes)
            self._fits(good)
            self._keep(piece, stamps)
            self._move(length)
        elif piece.kind is FieldKind.SKIP:
            self._settle()
            self._skip = True
        elif piece.kind is FieldKind.SPACES:
            spaces = swar.lowest(swar.other_than(self._words(1)[0], 0x20))
            self._fits((spaces > 0) & (spaces < 8))
            self._move(spaces.view(np.int64))
        else:
            self._text(piece, after)

    def end(self, *, open_end: bool) -> None:
        """The cursors are at the ends of their records, or before them where anything may follow."""
        self._settle()
        self._fits(self.at <= self._limit if open_end else self.at == self._limit)
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

    def _words(self, count: int) -> list[UInt64s]:
        """Go past the fixed text that is due; the words after it."""
        if not self._due:
            return [self.chunk.words(self.at + 8 * number if number else self.at) for number in range(count)]
        good, words = self.chunk.after(self.at, self._due, count)
        self._fits(good)
        self._move(len(self._due))
        self._due = b""
        return words

    def _settle(self) -> None:
        """Go past the fixed text that is due, where what follows is read in another way."""
        if self._due:
            self._words(0)

    def _seek(self, piece: bytes) -> None:
        self._skip = False
        places = self.chunk.places_of(piece)
        if not len(places):
            self._fits(np.zeros(len(self.at), np.bool_))
            return
        number = np.searchsorted(places, self.at)
        found = places[np.minimum(number, len(places) - 1)]
        self._fits((number < len(places)) & (found < self._limit))
        self.at = np.where(self.good, found, self.at)
        self._move(len(piece))

    def _number(self, *, hexadecimal: bool) -> tuple[Int64s, Places]:
        """The numbers at the cursors, and how many digits each has."""
        non: Callable[[UInt64s], UInt64s] = swar.non_hex if hexadecimal else swar.non_digits
        value: Callable[[UInt64s, UInt64s], UInt64s] = swar.hex_value if hexadecimal else swar.digits_value
        words = self._words(1)[0]
        length = swar.lowest(non(words))
        self._fits(length > 0)
        found = value(words, length)
        size: Places = length.view(np.int64)
        full = length == 8
        if full.any():
            part = np.flatnonzero(full)
            base = np.uint64(16 if hexadecimal else 10)
            for begin in (8, 16):
                words = self.chunk.words(np.minimum(self.at[part] + begin, self._beyond[part]))
                more = swar.lowest(non(words))
                # What wraps here has more digits than are taken below.
                found[part] = found[part] * base**more + value(words, more)
                size[part] += more.view(np.int64)
                part = part[more == 8]
                if not len(part):
                    break
            self._fits((size <= (MAX_HEX if hexadecimal else MAX_DIGITS)) & (found <= np.uint64(MAX_NUMBER)))
        self._move(size)
        return found.view(np.int64), size

    def _epoch(self, piece: Field) -> None:
        whole, digits = self._number(hexadecimal=False)
        dotted = swar.byte_at(self.chunk.words(self.at), 0) == 0x2E
        micros = epochs_micros(whole)
        if dotted.any():
            words = self.chunk.words(self.at + 1)
            length = swar.lowest(swar.non_digits(words))
            fraction = dotted & (length > 0)
            six = np.minimum(length, 6)
            small = swar.digits_value(words, six) * np.uint64(10) ** (np.uint64(6) - six)
            self._leave(fraction & (length == 8))
            self._fits(~fraction | (digits <= 11))
            exact = np.where(digits <= 11, whole, 0) * 1_000_000 + small.view(np.int64)
            micros = np.where(fraction, exact, micros)
            self._move(np.where(fraction, length.view(np.int64) + 1, 0))
        self._keep(piece, micros)

    def _ip(self, piece: Field) -> None:
        words = self._words(2)
        begin = self.at
        low, four, length = _read_ip4(words)
        if piece.kind is FieldKind.IP4 or four.all() or four[self.good].all():
            self._fits(np.zeros(len(four), np.bool_) if piece.kind is FieldKind.IP6 else four)
            self._keep(piece, Ips(low.astype(np.uint32)))
            self._move(length)
            return
        six = np.flatnonzero(self.good & (~four | np.bool_(piece.kind is FieldKind.IP6)))
        halves, good, unsure, longer = read_ip6(self.chunk, begin[six], self._beyond[six])
        high = np.zeros(len(low), np.uint64)
        low[six], high[six], length[six] = *halves, longer
        is_six = np.zeros(len(low), np.bool_)
        is_six[six] = True
        left, fit = np.zeros(len(low), np.bool_), four & ~is_six
        left[six], fit[six] = unsure, good
        self._leave(left)
        self._fits(fit)
        self._keep(piece, Ips(low, high, is_six))
        self._move(length)

    def _word(self, piece: Field) -> None:
        words = self._words(2 if max(map(len, piece.choices)) > 8 else 1)
        found = np.zeros(len(self.at), np.uint8)
        length = np.zeros(len(self.at), np.intp)
        order = sorted(range(len(piece.choices)), key=lambda at: len(piece.choices[at]))
        for number in order:  # a longer one overwrites a shorter one
            choice = piece.choices[number]
            same = (words[0] & swar.MASKS[min(len(choice), 8)]) == np.uint64(int.from_bytes(choice[:8], "little"))
            if len(choice) > 8:
                rest = np.uint64(int.from_bytes(choice[8:], "little"))
                same &= (words[1] & swar.MASKS[len(choice) - 8]) == rest
            np.copyto(found, np.uint8(number), where=same)
            np.copyto(length, len(choice), where=same)
        self._fits(length > 0)
        self._keep(piece, found)
        self._move(length)

    def _text(self, piece: Field, after: bytes | Field | None) -> None:
        if after is None:
            self._settle()
            length = np.maximum(self._limit - self.at, 0)
        else:
            length = self._before(after[0] if isinstance(after, bytes) else 0x20)
        begin = self.at
        self._fits((length > 0) & (length <= MAX_TEXT) & (begin + length <= self._limit))
        self._keep(piece, Bounds(begin, begin + length))
        self._move(length)

    def _before(self, byte: int) -> Places:
        """How many bytes stand before the next ``byte``."""
        length: Places = swar.lowest(swar.equal_to(self._words(1)[0], byte)).view(np.int64)
        open_ = np.flatnonzero(length == 8)
        for word in range(1, TEXT_WORDS):
            if not len(open_):
                break
            at = np.minimum(self.at[open_] + 8 * word, self._beyond[open_])
            found = swar.lowest(swar.equal_to(self.chunk.words(at), byte))
            length[open_] += found.view(np.int64)
            open_ = open_[found == 8]
        return length


def _read_ip4(words: list[UInt64s]) -> tuple[UInt64s, Bools, Places]:
    """The IPv4 addresses at the beginning of sixteen bytes, which are ones, and their lengths."""
    now, later = words
    address = length = np.zeros(len(now), np.uint64)
    good: Bools = np.ones(len(now), np.bool_)
    for octet in range(4):
        digits = swar.lowest(swar.non_digits(now))
        good &= (digits - np.uint64(1)) < np.uint64(3)  # 1 to 3
        number = swar.digits_value(now, np.minimum(digits, np.uint64(3)))
        # A leading zero has been read as octal by some and as decimal by others: no such address is taken.
        good &= (number < 256) & ((digits == 1) | ((now & np.uint64(0xFF)) != np.uint64(0x30)))
        address = (address << swar.EIGHT) | number
        length = length + digits
        if octet < 3:
            bits = digits << np.uint64(3)
            now = now >> bits
            good &= (now & np.uint64(0xFF)) == np.uint64(0x2E)
            length = length + np.uint64(1)
            # The dot goes, too; the second word moves up behind the first.
            now = (now >> swar.EIGHT) | (later << (np.uint64(56) - bits))
            later = later >> (bits + swar.EIGHT)
    return address, good, length.view(np.int64)


def read_ip6(
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
    # An anchor that a record was found by needn't be read again.
    at = at + len(template.anchor) if template.open_start else where.starts[found]
    walk = _Walk(chunk, at, where.ends[found], minutes)
    if len(found):
        pieces = template.pieces[1:] if template.open_start else template.pieces
        for piece, after in itertools.zip_longest(pieces, pieces[1:]):
            walk.step(piece, after)
        walk.end(open_end=template.open_end)
    good = walk.good
    if good.all():
        return Taken(template, found, walk.columns, np.empty(0, np.intp))
    columns = {name: column[good] for name, column in walk.columns.items()}
    return Taken(template, found[good], columns, found[walk.unsure])
