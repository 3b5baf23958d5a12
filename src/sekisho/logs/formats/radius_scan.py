"""Many RADIUS records at once: attributes found by the first eight bytes of their lines, and only the wanted decoded.

A record is left to :mod:`sekisho.logs.formats.radius_record` unless everything that is read of it has its usual form;
what is read here is what that reader would say. The lines of attributes nobody asks for are never looked into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import NO_TIME, Addresses, Bools, Int64s, Places, Texts, UInt8s, UInt64s
from sekisho.logs.events import Action, ClockNote, Events
from sekisho.logs.formats import swar
from sekisho.logs.formats.chunk import Chunk
from sekisho.logs.formats.line_times import (
    EARLIEST,
    MINUTE,
    NO_OFFSET,
    SECOND,
    Form,
    Minutes,
    Stamps,
    read_stamps,
    resolve,
)
from sekisho.logs.formats.radius_record import MAX_LINES, NESTED, NOBODYS, STATUSES, Choices, Slot
from sekisho.logs.formats.reader import Context
from sekisho.logs.formats.scan import read_ip6
from sekisho.logs.formats.template import MAX_TEXT
from sekisho.logs.formats.zones import ZONES
from sekisho.logs.kinds import LogKind

BEGIN: Final = 8
"""Bytes of a line by which its attribute is found: a tab and seven of the name."""
BUCKETS: Final = 12
"""Bits of the table that those bytes are looked up in."""
USUAL: Final = 96
"""Lines of a record that is read here; one of more is rare enough to be read by itself."""

_QUOTE: Final = 0x22
_APOSTROPHE: Final = 0x27
_SLOWLY: Final = "slowly"
_FAST: Final[Mapping[Slot, None]] = dict.fromkeys(
    (
        Slot.STATUS,
        Slot.EVENT,
        Slot.RECEIVED,
        Slot.DELAY,
        Slot.UNIQUE,
        Slot.SESSION,
        Slot.ADDRESS,
        Slot.PREFIX,
        Slot.DELEGATED,
        Slot.SIX,
    )
)
"""What is read here; a record that tells anything else that is wanted is read by itself."""
_ONE: Final = np.uint64(1)
_THREE: Final = np.uint64(3)
_SIXES: Final = (Slot.PREFIX, Slot.DELEGATED, Slot.SIX)


def _line_beginnings() -> NDArray[np.bool_]:
    """Which two first bytes an attribute's line may have."""
    found = np.zeros(65_536, np.bool_)
    for second in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
        found[(second << 8) | 0x09] = True
    return found


_ATTRIBUTE: Final = _line_beginnings()


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Where records stand among a chunk's lines: the line each begins with, and one past its last."""

    first: Places
    beyond: Places

    @classmethod
    def of(cls, chunk: Chunk) -> Paragraphs:
        """Runs of lines that aren't empty."""
        filled = chunk.ends > chunk.starts
        edge = np.zeros(len(filled) + 2, np.bool_)
        edge[1:-1] = filled
        return cls(np.flatnonzero(edge[1:-1] & ~edge[:-2]), np.flatnonzero(edge[1:-1] & ~edge[2:]) + 1)

    def __len__(self) -> int:
        """How many records."""
        return len(self.first)


@dataclass(frozen=True, slots=True)
class _Mark:
    """How a wanted attribute's line begins: ``\\tUser-Name = ``."""

    name: bytes
    slot: Slot | str

    @property
    def whole(self) -> bytes:
        return self.name + b" = "


class Finder:
    """Finds the lines of wanted attributes by a table of their beginnings. Made once for a reader."""

    def __init__(self, choices: Choices) -> None:
        """For what is declared of a source."""
        marks = [_Mark(b"\t" + name, slot) for name, slot in choices.names.items()]
        marks += [_Mark(b"\t" + name, _SLOWLY) for name in NESTED]
        short = [mark.name for mark in marks if len(mark.name) < BEGIN]
        marks += [_Mark(name + sign, _SLOWLY) for name in short for sign in (b" := ", b" += ")]
        self._classes: dict[int, list[_Mark]] = {}
        for mark in marks:
            # A shorter name is found by its equals sign, too.
            word = int.from_bytes((mark.name + b" = ")[:BEGIN], "little")
            self._classes.setdefault(word, []).append(mark)
        self._words = np.array([0, *self._classes], np.uint64)
        self._factor, self._table = _spread(list(self._classes))

    def classes(self) -> list[list[_Mark]]:
        """The attributes by the number of their beginning, from 1."""
        return list(self._classes.values())

    def lines(self, words: UInt64s) -> tuple[Places, UInt8s]:
        """Which lines begin like a wanted attribute, by their first words, and the number of the beginning."""
        number = self._table[(words * self._factor) >> np.uint64(64 - BUCKETS)]
        at = np.flatnonzero(number)
        found = number[at]
        same = self._words[found] == words[at]
        return at[same], found[same]


def _spread(words: Sequence[int]) -> tuple[np.uint64, UInt8s]:
    """A factor that puts all ``words`` into different places of a table, and the table with their numbers."""
    factor = 0x9E3779B97F4A7C15
    while True:
        places = [((word * factor) % 2**64) >> (64 - BUCKETS) for word in words]
        if len(set(places)) == len(words):
            table = np.zeros(1 << BUCKETS, np.uint8)
            table[places] = np.arange(1, len(words) + 1)
            return np.uint64(factor), table
        factor = (factor * 6364136223846793005 + 1442695040888963407) % 2**64 | 1


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was read of a chunk: events, records that have no address to tell, and those to be read by themselves."""

    events: tuple[Events, ...]
    no_address: int
    slowly: Places


class Scan:
    """One chunk's records on their way to events. ``slow`` marks those that are left to the exact reader."""

    def __init__(self, chunk: Chunk, records: Paragraphs, finder: Finder, choices: Choices, minutes: Minutes) -> None:
        """``records`` are ended by empty lines."""
        self._chunk, self._records, self._choices, self._minutes = chunk, records, choices, minutes
        self._count = len(records)
        self.slow = records.beyond - records.first > min(USUAL, MAX_LINES)
        self._line: dict[Slot | str, Places] = {}
        self._at: dict[Slot | str, Places] = {}
        self._find(finder)

    def read(self, first_record: int, context: Context) -> Scanned:
        """The events. Lines are numbered from ``first_record``."""
        action = self._statuses()
        time, logged, clock = self._times(context)
        subject = self._first(self._choices.subject)
        origin = self._first(self._choices.origin)
        session = self._sessions(origin)
        again = action == int(Action.RESTART)
        self.slow |= (subject.codes < 0) & (session.codes < 0) & ~again
        four, has_four = self._fours()
        sixes = [(slot, self._six(slot, prefix=slot is not Slot.SIX)) for slot in _SIXES if slot in self._line]
        self._same_sixes([six for _, six in sixes])
        good = ~self.slow
        record = self._records.first.astype(np.int64) + first_record
        common = {"time": time, "subject": subject, "session": session, "origin": origin, "logged": logged}
        common = {name: column for name, column in common.items() if not _absent(column)}
        if clock.any():
            common["clock"] = clock
        made = []
        # What began anew is the device alone: no subject, no session.
        bare = {name: column for name, column in common.items() if name not in ("subject", "session")}
        restarted = np.flatnonzero(good & again)
        if len(restarted):
            kinds = (LogKind.AP_AUTH, LogKind.AP_NAT) if self._choices.nat else (LogKind.AP_AUTH,)
            made += [_events(kind, record, action, bare, restarted, None) for kind in kinds]
        good &= ~again
        told = has_four.copy()
        chosen = np.flatnonzero(good & has_four)
        if len(chosen):
            made.append(_events(LogKind.AP_AUTH, record, action, common, chosen, Addresses.v4(four[chosen])))
        parts, prefixes = [], False
        for slot, (low, high, length, has) in sixes:
            told |= has
            at = np.flatnonzero(good & has)
            parts.append((at, low[at], high[at], length[at]))
            prefixes |= slot is not Slot.SIX and len(at) > 0
        if any(len(part[0]) for part in parts):
            at, low, high, length = (np.concatenate(column) for column in zip(*parts, strict=True))
            order = np.argsort(at, kind="stable")
            found = Addresses(6, low[order], high[order], length[order] if prefixes else None)
            made.append(_events(LogKind.AP_AUTH, record, action, common, at[order], found))
        return Scanned(tuple(made), int((good & ~told).sum()), np.flatnonzero(self.slow))

    def _find(self, finder: Finder) -> None:
        chunk, records = self._chunk, self._records
        words = chunk.words(chunk.starts)
        filled = chunk.ends > chunk.starts
        head = np.zeros(len(chunk), np.bool_)
        head[records.first] = True
        record = np.cumsum(head, dtype=np.int32) - np.int32(1)
        odd = np.flatnonzero(filled & (_ATTRIBUTE[(words & np.uint64(0xFFFF)).astype(np.uint16)] == head))
        self.slow[record[odd]] = True
        headless = swar.byte_at(words[records.first], 0) == 0x09
        self.slow |= headless
        lines, number = finder.lines(words)
        for place, marks in enumerate(finder.classes(), start=1):
            mine = lines[number == place]
            if not len(mine):
                continue
            starts = chunk.starts[mine]
            for mark in marks:
                self._mark(mark, mine, starts, record)
        if chunk.raw.find(b"\\") >= 0:
            self.slow[np.unique(record[chunk.line_of(chunk.places_of(b"\\"))])] = True

    def _mark(self, mark: _Mark, lines: Places, starts: Places, record: NDArray[np.int32]) -> None:
        chunk = self._chunk
        if mark.slot == _SLOWLY:
            self.slow[record[lines[chunk.equal(starts, mark.name)]]] = True
            return
        # What the line was found by needs no second look.
        skip = min(BEGIN, len(mark.name))
        whole = chunk.equal(starts + skip, mark.whole[skip:])
        if not whole.all():
            self._odd(mark, lines[~whole], starts[~whole], record)
            lines, starts = lines[whole], starts[whole]
        if not len(lines):
            return
        of = record[lines]
        if not isinstance(mark.slot, str) and mark.slot not in _FAST:
            self.slow[of] = True
            return
        if mark.slot in self._line:
            self.slow[of[self._line[mark.slot][of] >= 0]] = True
        else:
            self._line[mark.slot] = np.full(self._count, -1, np.intp)
            self._at[mark.slot] = np.zeros(self._count, np.intp)
        again = of[1:] == of[:-1]
        if again.any():
            self.slow[of[1:][again]] = True
        self._line[mark.slot][of] = lines
        self._at[mark.slot][of] = starts + len(mark.whole)

    def _odd(self, mark: _Mark, lines: Places, starts: Places, record: NDArray[np.int32]) -> None:
        """Leave records to the exact reader in which the attribute is written in another way."""
        after = swar.byte_at(self._chunk.words(starts + len(mark.name)), 0)
        odd = self._chunk.equal(starts, mark.name) & ((after == 0x20) | (after == 0x0A) | (after == 0x0D))
        self.slow[record[lines[odd]]] = True

    @cached_property
    def _none(self) -> Places:
        return np.full(self._count, -1, np.intp)

    def _values(self, slot: Slot | str) -> tuple[Places, Places, Bools]:
        """Where each record's value begins and ends, and which have one."""
        line = self._line.get(slot, self._none)
        has = line >= 0
        at = self._at[slot] if slot in self._at else np.zeros(self._count, np.intp)
        return at, np.where(has, self._chunk.ends[line], at), has

    def _statuses(self) -> UInt8s:
        at, end, has = self._values(Slot.STATUS)
        length = end - at
        first, last = self._chunk.words(at), self._chunk.words(at + 8)
        action = np.zeros(self._count, np.uint8)
        for word, meant in STATUSES.items():
            same = (length == len(word)) & (first & swar.MASKS[min(len(word), 8)] == _number(word[:8]))
            if len(word) > 8:
                same &= last & swar.MASKS[len(word) - 8] == _number(word[8:])
            action[same] = int(meant)
        self.slow |= ~has | (action == 0)
        at, end, has = self._values(Slot.PACKET)
        self.slow |= has
        return action

    def _times(self, context: Context) -> tuple[Int64s, Int64s, UInt8s]:
        """When each record's event was, when it arrived by the server's clock, and what was assumed."""
        delay, has_delay = self._numbers(Slot.DELAY)
        received, has_received = self._numbers(Slot.RECEIVED)
        arrival = (received - np.where(has_delay, delay, 0)) * SECOND
        time, notes, has_event = self._own_times(context)
        self.slow |= ~has_event & (~has_received | (arrival < EARLIEST))
        known = has_event & has_received & (arrival >= EARLIEST)
        time = np.where(has_event, time, arrival)
        notes = np.where(has_event, notes, np.uint8(ClockNote.OTHER_CLOCK))
        return time, np.where(known, arrival, NO_TIME), notes

    def _own_times(self, context: Context) -> tuple[Int64s, UInt8s, Bools]:
        at, end, has = self._values(Slot.EVENT)
        time, notes = np.zeros(self._count, np.int64), np.zeros(self._count, np.uint8)
        if not has.any():
            return time, notes, has
        chosen = np.flatnonzero(has)
        at, end = at[chosen], end[chosen]
        quoted = swar.byte_at(self._chunk.words(at), 0) == _QUOTE
        at, limit = at + quoted, end - quoted
        good = ~quoted | ((limit > at) & (swar.byte_at(self._chunk.words(limit), 0) == _QUOTE))
        stamps, length, read = read_stamps(self._chunk, at, limit, Form.ISO | Form.BSD, self._minutes)
        rest = limit - at - length
        tail = self._chunk.words(at + length) & swar.MASKS[np.minimum(np.maximum(rest, 0), 8)]
        offset = stamps.offset
        named = np.zeros(len(chosen), np.bool_)
        for name, ahead in ZONES.items():
            zone = (rest == len(name) + 1) & (tail == _number(b" " + name)) & (offset == NO_OFFSET)
            offset = np.where(zone, np.int32(ahead), offset)
            named |= zone
        good &= read & ((rest == 0) | named)
        stamps = Stamps(stamps.local, offset, stamps.marks)
        moments = resolve(stamps, context.zone, context.received)
        # A clock before 2000, by any reading of it, is the exact reader's matter.
        zoned = offset == NO_OFFSET
        early = stamps.local - np.where(zoned, 0, offset.astype(np.int64)) * MINUTE < EARLIEST
        good &= (moments.wrong == 0) & ~early
        self.slow[chosen[~good]] = True
        time[chosen], notes[chosen] = moments.time, moments.notes
        return time, notes, has

    def _numbers(self, slot: Slot) -> tuple[Int64s, Bools]:
        """Numbers of at most ten digits that fit 32 bits; anything else is read by itself."""
        at, end, has = self._values(slot)
        if not has.any():
            return np.zeros(self._count, np.int64), has
        length = end - at
        first, second = self._chunk.words(at), self._chunk.words(at + 8)
        head = np.minimum(np.maximum(length, 1), 8).astype(np.uint64)
        tail = np.minimum(np.maximum(length - 8, 0), 2).astype(np.uint64)
        digits = swar.lowest(swar.non_digits(first)) >= head
        digits &= swar.lowest(swar.non_digits(second)) >= tail
        value = swar.digits_value(first, head) * np.uint64(10) ** tail
        value += np.where(tail > 0, swar.digits_value(second, np.maximum(tail, np.uint64(1))), np.uint64(0))
        good = digits & (length >= 1) & (length <= 10) & (value < 2**32)
        self.slow |= has & ~good
        return np.where(has & good, value, 0).astype(np.int64), has

    def _first(self, names: Sequence[str]) -> Texts:
        """The text of the first of the attributes that each record has."""
        at, end = np.zeros(self._count, np.intp), np.zeros(self._count, np.intp)
        has = np.zeros(self._count, np.bool_)
        for name in names:
            mine = self._values(name)
            at, end = np.where(has, at, mine[0]), np.where(has, end, mine[1])
            has = has | mine[2]
        return self._texts(at, end, has)

    def _texts(self, at: Places, end: Places, has: Bools) -> Texts:
        """Texts, quoted or not; -1 where there is none. An empty or odd one is read by itself."""
        mark = swar.byte_at(self._chunk.words(at), 0)
        # One back from an end is within the record: its line begins with the attribute's name.
        last = swar.byte_at(self._chunk.words(np.maximum(end - 1, 0)), 0)
        quoted = has & (mark == _QUOTE) & (last == _QUOTE) & (end - at >= 2)
        bare = has & (mark != _QUOTE) & (mark != _APOSTROPHE)
        at, end = at + quoted, end - quoted
        length = end - at
        good = (quoted | bare) & (length > 0) & (length <= MAX_TEXT)
        self.slow |= has & ~good
        codes = np.full(self._count, -1, np.int32)
        chosen = np.flatnonzero(good & ~self.slow)
        texts, wrong = self._chunk.texts(at[chosen], end[chosen])
        self.slow[chosen[wrong]] = True
        codes[chosen] = texts.codes
        return Texts(codes, texts.values)

    def _sessions(self, origin: Texts) -> Texts:
        """The server's own id of a session, or the NAS's with the NAS."""
        at, end, has_unique = self._values(Slot.UNIQUE)
        unique = self._texts(at, end, has_unique)
        at, end, has = self._values(Slot.SESSION)
        has &= ~has_unique
        if not has.any():
            return unique
        own = self._texts(at, end, has)
        rest = np.flatnonzero(own.codes >= 0)
        width = np.int64(len(origin.values) + 1)
        pair = own.codes[rest].astype(np.int64) * width + (origin.codes[rest] + 1)
        pairs, codes = np.unique(pair, return_inverse=True)
        texts = []
        for number in pairs.tolist():
            name, device = own.values[number // int(width)], number % int(width)
            texts.append(name if device == 0 else f"{name}@{origin.values[device - 1]}")
        made = unique.codes.copy()
        made[rest] = codes + len(unique.values)
        return Texts(made.astype(np.int32), (*unique.values, *texts))

    def _fours(self) -> tuple[NDArray[np.uint32], Bools]:
        at, end, has = self._values(Slot.ADDRESS)
        address = np.zeros(self._count, np.uint64)
        good = has.copy()
        for octet in range(4):
            words = self._chunk.words(at)
            length = swar.lowest(swar.non_digits(words))
            good &= (length - _ONE) < _THREE  # 1 to 3
            length = np.minimum(np.maximum(length, _ONE), _THREE)
            value = swar.digits_value(words, length)
            good &= (value < 256) & ((length == 1) | (swar.byte_at(words, 0) != 0x30))
            address = (address << swar.EIGHT) | value
            at = at + length.astype(np.intp)
            if octet < 3:
                good &= swar.byte_at(words, length) == 0x2E
                at = at + 1
        good &= at == end
        self.slow |= has & ~good
        nobodys = np.isin(address, np.array(sorted(NOBODYS), np.uint64))
        return np.where(good, address, 0).astype(np.uint32), good & ~nobodys

    def _six(self, slot: Slot, *, prefix: bool) -> tuple[UInt64s, UInt64s, UInt8s, Bools]:
        """Lower and upper halves, prefix lengths (128 for an address), and which records have one."""
        at, end, has = self._values(slot)
        low, high = np.zeros(self._count, np.uint64), np.zeros(self._count, np.uint64)
        length = np.full(self._count, 128, np.uint8)
        chosen = np.flatnonzero(has)
        at, end = at[chosen], end[chosen]
        (lower, upper), good, _, size = read_ip6(self._chunk, at, end)
        after = at + size
        bits = np.full(len(chosen), 128, np.uint64)
        if prefix:
            words = self._chunk.words(np.minimum(after, end))
            slash = swar.byte_at(words, 0) == 0x2F
            digits = swar.lowest(swar.non_digits(words >> swar.EIGHT))
            told = swar.digits_value(words >> swar.EIGHT, np.minimum(np.maximum(digits, _ONE), _THREE))
            padded = (swar.byte_at(words, 1) == 0x30) & (digits > 1)
            good &= ~slash | ((digits >= 1) & (digits <= 3) & (told <= 128) & ~padded)
            # A prefix without its length is told by the exact reader.
            good &= slash
            bits = np.where(slash, np.minimum(told, np.uint64(128)), bits)
            after = after + np.where(slash, digits.astype(np.intp) + 1, 0)
        good &= after == end
        upper &= _mask(bits)
        lower &= _mask(np.where(bits > 64, bits - np.uint64(64), np.uint64(0)))
        self.slow[chosen[~good]] = True
        low[chosen], high[chosen] = lower, upper
        length[chosen] = bits.astype(np.uint8)
        return low, high, length, has & ((low != 0) | (high != 0))

    def _same_sixes(self, sixes: Sequence[tuple[UInt64s, UInt64s, UInt8s, Bools]]) -> None:
        """Two attributes of one record with one value are one assignment: read by itself."""
        for number, one in enumerate(sixes):
            for other in sixes[:number]:
                self.slow |= one[3] & other[3] & (one[0] == other[0]) & (one[1] == other[1]) & (one[2] == other[2])


def _mask(bits: UInt64s) -> UInt64s:
    """A word whose first ``bits`` (0 to 64; more counts as 64) bits are set."""
    few = np.minimum(bits, np.uint64(64))
    found: UInt64s = np.where(few == 0, np.uint64(0), ~np.uint64(0) << (np.uint64(64) - np.maximum(few, np.uint64(1))))
    return found


def _number(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


def _absent(column: Any) -> bool:
    if isinstance(column, Texts):
        return not bool((column.codes >= 0).any())
    return not bool((column != NO_TIME).any())


def _events(
    kind: LogKind,
    record: Int64s,
    action: UInt8s,
    common: Mapping[str, Any],
    at: Places,
    address: Addresses | None,
) -> Events:
    columns = {name: column[at] for name, column in common.items()}
    return Events(kind, record[at], action[at], address=address, **columns)
