"""Times as lines write them: read exactly one by one, or for many lines at once, with the same result.

Forms: RFC 3339 and RFC 5424 (``2026-11-23T09:15:00.123456+09:00``, ``Z``; a space, ``/`` or ``time=`` where devices
write them), the same without an offset, RFC 3164 (``Nov 23 09:15:00``, no year) and its relatives with a year before
the month or after the day. A minute's text is the key: each different one of a chunk is read once, exactly; seconds,
fraction and offset are read with array operations.

Reading says what the text says (:class:`Stamps`, a *local* time and perhaps an offset). :func:`resolve` says which
moment that was, by the source's zone and the receipt, and notes what it assumed. It doesn't correct a device's clock.

- ``24:00:00`` is the next day's ``00:00:00``; a second ``60`` (a leap second) is the next minute's first second.
- Without an offset the source's zone counts. A time that comes twice there is taken as the earlier and noted; one
  that doesn't exist there (the hour skipped in spring) is refused, for the zone is then wrong or the clock is.
- Without a year, the one that puts the date within half a year of the receipt; 29 February needs a leap year there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import Bools, Int32s, Int64s, Places, UInt8s, UInt64s
from sekisho.logs.events import ClockNote
from sekisho.logs.formats import swar

if TYPE_CHECKING:
    from sekisho.logs.formats.chunk import Chunk

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 86_400 * SECOND
NO_OFFSET: Final = np.int32(-(2**31))
"""The text had no offset."""
HALF_YEAR: Final = 183
"""Days. A date without a year lies within this of its receipt."""
EARLIEST: Final = 946_684_800 * SECOND
"""2000-01-01: what a device says from before that shows that its clock was never set."""
LONGEST_KEY: Final = 21
"""Bytes of a minute's text, ``2026-11-23 time=09:15``."""
YEARLESS: Final = 2000
"""The leap year that stands for the missing one, so that 29 February can be written down."""

_EPOCH: Final = date(1970, 1, 1)
_ORIGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER: Final = 15 * MINUTE
_MONTHS: Final = {
    name: number + 1 for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
}
_KEY: Final = re.compile(
    rb"(?:(?P<y1>\d{4})(?P<mark>[-/])(?P<m1>\d\d)(?P=mark)(?P<d1>\d\d)(?:[T ]| time=)"
    rb"|(?:(?P<y2>\d{4}) )?(?P<m2>[A-Z][a-z]{2}) (?P<d2>[ 123]?\d) (?:(?P<y3>\d{4}) )?)"
    rb"(?P<hour>\d\d):(?P<minute>\d\d)"
)
_REST: Final = re.compile(rb":(\d\d)(?:[.,](\d{1,9}+))?+(?:(Z)|([+-])(\d\d):?+(\d\d))?+")
_COLON: Final = re.compile(rb"[^:]{8,18}:")


class Form(IntFlag):
    """Which forms of a time are meant."""

    ISO = 1
    """Year, month and day as numbers."""
    BSD = 2
    """The month's name; the year may be missing."""


class Mark(IntFlag):
    """What a minute's text leaves open."""

    NONE = 0
    YEARLESS = 1
    MIDNIGHT = 2
    """``24:00``, which only ``:00`` may follow."""


class Stamp(NamedTuple):
    """One time as it is written: microseconds of local time since 1970, minutes of offset, and what is left open."""

    local: int
    offset: int
    marks: int


@dataclass(frozen=True, slots=True)
class Stamps:
    """Times as they are written, per line. ``marks`` are :class:`Mark`."""

    local: Int64s
    offset: Int32s
    marks: UInt8s

    def __getitem__(self, at: Any) -> Stamps:
        """Those at ``at``."""
        return Stamps(self.local[at], self.offset[at], self.marks[at])

    @classmethod
    def of(cls, stamps: Sequence[Stamp]) -> Stamps:
        """From single ones."""
        return cls(
            np.array([one.local for one in stamps], np.int64),
            np.array([one.offset for one in stamps], np.int32),
            np.array([one.marks for one in stamps], np.uint8),
        )


class Minutes:
    """Texts of minutes, each read once. Not for several threads at once."""

    LIMIT: Final = 65_536
    """Texts remembered: more than a month's minutes; then it starts anew."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[bytes, tuple[int, int, int] | None] = {}

    def read(self, key: bytes) -> tuple[int, int, int] | None:
        """Local microseconds, :class:`Mark` and :class:`Form` of ``2026-11-23T09:15``; None if there is no such."""
        if key not in self._known:
            if len(self._known) >= self.LIMIT:
                self._known.clear()
            self._known[key] = _minute(key)
        return self._known[key]


def _minute(key: bytes) -> tuple[int, int, int] | None:
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    year = found["y1"] or found["y2"] or found["y3"]
    if found["y2"] and found["y3"]:
        return None
    month = int(found["m1"]) if found["m1"] else _MONTHS.get(found["m2"], 0)
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    try:
        day = date(int(year) if year else YEARLESS, month, int(found["d1"] or found["d2"]))
    except ValueError:
        return None
    marks = (0 if year else Mark.YEARLESS) | (Mark.MIDNIGHT if hour == 24 else 0)
    local = (day - _EPOCH).days * DAY + (hour * 60 + minute) * MINUTE
    return local, int(marks), int(Form.ISO if found["m1"] else Form.BSD)


def read_stamp(raw: bytes, at: int, forms: Form, minutes: Minutes) -> tuple[Stamp, int] | None:
    """The time that begins at ``at``, and where it ends; None if none of the ``forms`` stands there."""
    colon = _COLON.match(raw, at)
    if colon is None:
        return None
    key_end = colon.end() + 2
    known = minutes.read(raw[at:key_end])
    rest = _REST.match(raw, key_end)
    if known is None or rest is None or not known[2] & forms:
        return None
    local, marks, form = known
    second = int(rest[1])
    fraction = int((rest[2] or b"0").ljust(6, b"0")[:6])
    if second > 60 or (marks & Mark.MIDNIGHT and (second or fraction)):
        return None
    offset, end = int(NO_OFFSET), rest.end()
    if form == Form.BSD and (rest[3] or rest[4]):
        end = rest.end(3) - 1 if rest[3] else rest.start(4)
    elif rest[3]:
        offset = 0
    elif rest[4]:
        if int(rest[5]) > 23 or int(rest[6]) > 59:
            return None
        offset = (int(rest[5]) * 60 + int(rest[6])) * (-1 if rest[4] == b"-" else 1)
    return Stamp(local + second * SECOND + fraction, offset, marks), end


def read_stamps(
    chunk: Chunk, at: Places, limit: Places, forms: Form, minutes: Minutes
) -> tuple[Stamps, Places, Bools]:
    """As :func:`read_stamp` for the time that begins at each place: the times, their lengths, and which are one.

    ``limit`` is where each line ends. Where there is none, length and time are 0.
    """
    first, second, third = (chunk.words(at + begin) for begin in (0, 8, 16))
    colon = swar.lowest(swar.equal_to(second, 0x3A)) + np.uint64(8)
    late = colon == 16
    if late.any():
        colon[late] += swar.lowest(swar.equal_to(third[late], 0x3A))
    key = (colon + np.uint64(3)).astype(np.intp)
    good = (swar.equal_to(first, 0x3A) == 0) & (key <= LONGEST_KEY)
    key = np.minimum(key, LONGEST_KEY)
    local, marks, known = _minutes(chunk, at, key, forms, minutes, (first, second, third))
    good &= known
    place = at + np.where(good, key, 0)
    words = chunk.words(place)  # ':SS' and what follows
    shape = swar.non_digits(words) & np.uint64(0x808080)
    good &= (shape == np.uint64(0x80)) & (swar.byte_at(words, 0) == np.uint64(0x3A))
    seconds = swar.digits_value((words >> swar.EIGHT) & np.uint64(0xFFFF), np.full(len(at), 2, np.uint64))
    good &= seconds <= 60
    place = place + np.where(good, 3, 0)
    fraction, length = _fractions(chunk, place, swar.byte_at(words, 3))
    place = place + np.where(good, length, 0)
    offset, length, wrong = _offsets(chunk.words(place))
    if forms & Form.BSD:
        # Month and name: what follows the seconds of an old-style time is no offset of it.
        old = ~_begins_iso(first)
        offset, length, wrong = np.where(old, NO_OFFSET, offset), np.where(old, 0, length), wrong & ~old
    place = place + np.where(good, length, 0)
    midnight = (marks & np.uint8(Mark.MIDNIGHT)) != 0
    good &= ~wrong & (place <= limit) & ~(midnight & ((seconds > 0) | (fraction > 0)))
    written = local + seconds.astype(np.int64) * SECOND + fraction
    return (
        Stamps(np.where(good, written, 0), offset.astype(np.int32), marks),
        np.where(good, place - at, 0),
        good,
    )


def _begins_iso(words: UInt64s) -> Bools:
    """Whether four digits and a ``-`` or ``/`` stand there."""
    mark = swar.byte_at(words, 4)
    found: Bools = ((swar.non_digits(words) & np.uint64(0x80808080)) == 0) & ((mark == 0x2D) | (mark == 0x2F))
    return found


def _minutes(
    chunk: Chunk, at: Places, length: Places, forms: Form, minutes: Minutes, words: tuple[UInt64s, UInt64s, UInt64s]
) -> tuple[Int64s, UInt8s, Bools]:
    """The minute whose text stands at each place: every different one is read once."""
    count = len(at)
    first = words[0]
    second = words[1] & swar.MASKS[np.minimum(length - 8, 8)]
    last = words[2] & swar.MASKS[np.maximum(length - 16, 0)]
    change = np.ones(count, np.bool_)
    change[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1]) | (last[1:] != last[:-1])
    runs = np.flatnonzero(change)
    found = np.zeros((len(runs), 3), np.int64)
    known: dict[tuple[int, int, int], tuple[int, int, int] | None] = {}
    keys = zip(first[runs].tolist(), second[runs].tolist(), last[runs].tolist(), strict=True)
    for number, (key, begin, size) in enumerate(zip(keys, at[runs].tolist(), length[runs].tolist(), strict=True)):
        if key not in known:
            known[key] = minutes.read(chunk.raw[begin : begin + size])
        one = known[key]
        if one is not None and one[2] & forms:
            found[number] = one
    of = np.cumsum(change) - 1
    return found[of, 0], found[of, 1].astype(np.uint8), found[of, 2] != 0


def _fractions(chunk: Chunk, at: Places, mark: UInt64s) -> tuple[Int64s, Places]:
    """Microseconds of the fraction that stands at each place, and its length with its mark (0 where there is none)."""
    count = len(at)
    fraction, length = np.zeros(count, np.int64), np.zeros(count, np.intp)
    having = np.flatnonzero((mark == 0x2E) | (mark == 0x2C))
    if not len(having):
        return fraction, length
    words = chunk.words(at[having] + 1)
    digits = swar.lowest(swar.non_digits(words))
    six = np.clip(digits, 1, 6).astype(np.uint64)
    value = swar.digits_value(words, six) * (np.uint64(10) ** (np.uint64(6) - six))
    ninth = swar.lowest(swar.non_digits(chunk.words(at[having] + 9))) > 0
    size = digits.astype(np.intp) + ((digits == 8) & ninth)
    fraction[having] = np.where(size > 0, value, 0).astype(np.int64)
    length[having] = np.where(size > 0, size + 1, 0)
    return fraction, length


def _offsets(words: UInt64s) -> tuple[Int32s, Places, Bools]:
    """Minutes of the offset written at the beginning of each word, its length, and which can't be one."""
    head = swar.byte_at(words, 0)
    count = len(words)
    offset, length = np.full(count, NO_OFFSET, np.int32), np.zeros(count, np.intp)
    zulu = head == 0x5A
    offset[zulu], length[zulu] = 0, 1
    signed = (head == 0x2B) | (head == 0x2D)
    wrong = np.zeros(count, np.bool_)
    if not signed.any():
        return offset, length, wrong
    others = swar.non_digits(words)
    with_colon = signed & ((others & np.uint64(0x808080808080)) == np.uint64(0x80000080))
    with_colon &= swar.byte_at(words, 3) == 0x3A
    without = signed & ((others & np.uint64(0x8080808080)) == np.uint64(0x80))
    two = np.full(count, 2, np.uint64)
    hours = swar.digits_value((words >> np.uint64(8)) & np.uint64(0xFFFF), two).astype(np.int64)
    shift = np.where(with_colon, np.uint64(32), np.uint64(24))
    minutes = swar.digits_value((words >> shift) & np.uint64(0xFFFF), two).astype(np.int64)
    told = with_colon | without
    wrong = told & ((hours > 23) | (minutes > 59))
    value = (hours * 60 + minutes) * np.where(head == 0x2D, -1, 1)
    offset = np.where(told, value, offset).astype(np.int32)
    return offset, np.where(with_colon, 6, np.where(without, 5, length)), wrong


@dataclass(frozen=True, slots=True)
class Moments:
    """Moments in UTC microseconds, what had to be assumed (:class:`ClockNote`), and which of them can't be told.

    ``wrong`` holds a number into :data:`REASONS`, 0 where nothing is wrong.
    """

    time: Int64s
    notes: UInt8s
    wrong: UInt8s


REASONS: Final = ("", "time_not_in_zone", "year_not_known", "clock_not_set")
"""Why a time can't be told, by the number in :attr:`Moments.wrong`."""


def resolve(stamps: Stamps, zone: tzinfo, received: int) -> Moments:
    """Which moments were meant, by the source's ``zone`` and the time of ``received`` (UTC microseconds)."""
    local, notes = stamps.local, np.zeros(len(stamps.local), np.uint8)
    wrong = np.zeros(len(local), np.uint8)
    yearless = np.flatnonzero(stamps.marks & np.uint8(Mark.YEARLESS))
    if len(yearless):
        local = local.copy()
        dated, unknown = _with_year(local[yearless], zone, received)
        local[yearless] = dated
        notes[yearless] |= np.uint8(ClockNote.YEAR_INFERRED)
        wrong[yearless[unknown]] = 2
    told = stamps.offset != NO_OFFSET
    if told.all():
        time = local - stamps.offset.astype(np.int64) * MINUTE
    else:
        shift, kind = _shifts(local, zone)
        shift = np.where(told, stamps.offset.astype(np.int64) * MINUTE, shift)
        kind = np.where(told, 0, kind)
        time = local - shift
        notes |= np.where(told, 0, ClockNote.ZONE_ASSUMED).astype(np.uint8)
        notes |= np.where(kind == _TWICE, ClockNote.FOLD, 0).astype(np.uint8)
        wrong[(kind == _NEVER) & (wrong == 0)] = 1
    wrong[(time < EARLIEST) & (wrong == 0)] = 3
    return Moments(time, notes, wrong)


def _with_year(local: Int64s, zone: tzinfo, received: int) -> tuple[Int64s, Bools]:
    """Local times of the year 2000 moved to the year nearest to the receipt, and which fit none."""
    base = (date(YEARLESS, 1, 1) - _EPOCH).days
    days = local // DAY - base
    try:
        today = (_ORIGIN + timedelta(microseconds=received)).astimezone(zone).date()
    except (OverflowError, ValueError):
        return local, np.ones(len(local), np.bool_)
    moved = np.zeros(len(local), np.int64)
    unknown = np.zeros(len(local), np.bool_)
    for day in np.unique(days).tolist():
        mine = days == day
        number = _nearest(date(YEARLESS, 1, 1) + timedelta(days=day), today)
        if number is None:
            unknown |= mine
        else:
            moved[mine] = number
    return np.where(unknown, local, local % DAY + moved * DAY), unknown


def _nearest(written: date, today: date) -> int | None:
    """The day, since 1970, of the year that puts ``written`` within half a year of ``today``."""
    found: list[tuple[int, int]] = []
    for year in (today.year, today.year - 1, today.year + 1):
        try:
            number = (written.replace(year=year) - _EPOCH).days
        except ValueError:  # 29 February of another year
            continue
        found.append((abs(number - (today - _EPOCH).days), number))
    near = min(found, default=None)
    return near[1] if near is not None and near[0] <= HALF_YEAR else None


_ONCE: Final = 0
_TWICE: Final = 1
_NEVER: Final = 2


def _shifts(local: Int64s, zone: tzinfo) -> tuple[Int64s, NDArray[np.uint8]]:
    """How far the zone is ahead of UTC at each local time, and whether that time comes once, twice or never there.

    Every zone of the IANA list has changed its offset on whole quarters of an hour since 2000.
    """
    quarters = local // _QUARTER
    if not len(quarters):
        return local, np.zeros(0, np.uint8)
    low, high = int(quarters.min()), int(quarters.max())
    if high - low < 4096:
        present = np.flatnonzero(np.bincount(quarters - low)) + low
        shift = np.zeros(high - low + 1, np.int64)
        kind = np.zeros(high - low + 1, np.uint8)
        for quarter in present.tolist():
            shift[quarter - low], kind[quarter - low] = _shift(quarter, zone)
        return shift[quarters - low], kind[quarters - low]
    present, of = np.unique(quarters, return_inverse=True)
    pairs = np.array([_shift(quarter, zone) for quarter in present.tolist()], np.int64)
    return pairs[of, 0], pairs[of, 1].astype(np.uint8)


def _shift(quarter: int, zone: tzinfo) -> tuple[int, int]:
    try:
        moment = datetime(1970, 1, 1) + timedelta(microseconds=quarter * _QUARTER)  # noqa: DTZ001 - a local time
        earlier = moment.replace(tzinfo=zone).utcoffset()
        later = moment.replace(tzinfo=zone, fold=1).utcoffset()
    except (OverflowError, ValueError):
        return 0, _NEVER
    if earlier is None or later is None:
        return 0, _NEVER
    kind = _ONCE if earlier == later else _TWICE if earlier > later else _NEVER
    return earlier // timedelta(microseconds=1), kind


def epoch_micros(value: int) -> int:
    """Microseconds of an epoch time in seconds, milli-, micro- or nanoseconds: its size tells which (until 5138)."""
    for limit, factor in _SCALES:
        if value < limit:
            return value * factor
    return value // 1000


def epochs_micros(values: Int64s) -> Int64s:
    """As :func:`epoch_micros` for many, none negative."""
    if len(values) and int(values.max()) < _SCALES[0][0]:
        return values * SECOND
    conditions = [values < limit for limit, _ in _SCALES]
    return np.select(conditions, [values * factor for _, factor in _SCALES], values // 1000)


_SCALES: Final = ((10**11, SECOND), (10**14, 1000), (10**17, 1))


def header_stamps(chunk: Chunk, lines: Places, minutes: Minutes) -> tuple[Stamps, Bools]:
    """The time in each line's syslog header (RFC 5424, RFC 3164, or as a relay writes it to a file), where there is."""
    at, limit = chunk.starts[lines], chunk.ends[lines]
    words = chunk.words(at)
    end = swar.lowest(swar.equal_to(words, 0x3E))
    digits = swar.lowest(swar.non_digits(words >> swar.EIGHT))
    marked = (swar.byte_at(words, 0) == 0x3C) & (end >= 2) & (end <= 4) & (digits == end - np.uint64(1))
    at = at + np.where(marked, end.astype(np.intp) + 1, 0)
    version = marked & ((chunk.words(at) & np.uint64(0xFFFF)) == np.uint64(0x2031))
    at = at + np.where(version, 2, 0)
    stamps, _, good = read_stamps(chunk, at, limit, Form.ISO | Form.BSD, minutes)
    return stamps, good


_HEADER: Final = re.compile(rb"(?:<\d{1,3}>(?:1 )?+)?+")


def header_stamp(line: bytes, minutes: Minutes) -> Stamp | None:
    """As :func:`header_stamps` for one line."""
    begin = _HEADER.match(line)
    found = read_stamp(line, begin.end() if begin is not None else 0, Form.ISO | Form.BSD, minutes)
    return None if found is None else found[0]


def moments_of(stamps: Iterable[Stamp], zone: tzinfo, received: int) -> Moments:
    """:func:`resolve` of single ones."""
    return resolve(Stamps.of(list(stamps)), zone, received)
