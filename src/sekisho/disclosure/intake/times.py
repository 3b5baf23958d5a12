"""Times as people write them: RFC 3339, Japanese style and era years. Pure.

A time without a zone is never assumed to be of one: nine hours name another person. It comes back as
:attr:`TimeFault.ZONE_MISSING` with what it would be either way, so that the question can show both.

Read are ``2026-11-20T12:34:56+09:00`` (RFC 3339), ``2026/11/20 12:34 JST``, ``令和8年11月20日 午後3時5分（日本時間）``,
``R8.11.20``, ``平成31年4月30日``; full-width digits too; ranges with ``～`` and ``から…まで``. Not read, and asked
about: day and month of which nobody knows which is first, hours past 24, ``12時`` of a forenoon or afternoon, leap
seconds, ``頃``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

from sekisho.clock import JAPAN
from sekisho.disclosure.record import Precision
from sekisho.logs.intervals.days import sayable

MAX_TIME: Final = 120
"""Characters of a time: a range in era years with both zones spelt out has ninety."""
MAX_OFFSET: Final = timedelta(hours=14)
"""The farthest any place on Earth is from UTC (Kiribati)."""


class TimeFault(StrEnum):
    """Why a time wasn't read."""

    MISSING = "time_missing"
    UNREADABLE = "time_unreadable"
    NO_SUCH = "no_such_time"
    NOT_OF_ERA = "not_of_era"
    NOON_OR_MIDNIGHT = "noon_or_midnight"
    ZONE_MISSING = "zone_missing"
    ZONE_UNKNOWN = "zone_unknown"
    ZONES_DIFFER = "zones_differ"
    NO_BEGINNING = "no_beginning"
    NO_END = "no_end"


@dataclass(frozen=True, slots=True)
class BothWays:
    """A time without a zone, read as Japan time and read as UTC (both aware)."""

    japan: datetime
    utc: datetime
    precision: Precision


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that was read: the beginning of the unit it names, and which unit that is."""

    at: datetime
    precision: Precision


@dataclass(frozen=True, slots=True)
class Unread:
    """A time that wasn't read, and why. ``ways`` where only the zone is missing."""

    fault: TimeFault
    ways: BothWays | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A time or a range; of a single time both ends are the same."""

    begin: Moment
    end: Moment


@dataclass(frozen=True, slots=True)
class _Local:
    """What a text says before its zone is settled: ``wall`` is the clock's face (its tzinfo means nothing)."""

    wall: datetime
    precision: Precision
    zones: frozenset[timedelta]


_ERAS: Final = {
    "令和": (2018, date(2019, 5, 1), date(9999, 12, 31)),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
}
"""Year before the first, first and last day (皇室典範特例法附則1条・平成31年政令143号; 昭和64年政令1号)."""
_LETTERS: Final = {"R": "令和", "H": "平成"}

_JST: Final = timedelta(hours=9)
_ZONES: Final = {
    **dict.fromkeys(("jst", "日本時間", "日本標準時", "asia/tokyo"), _JST),
    **dict.fromkeys(("utc", "gmt", "z", "協定世界時", "世界協定時", "世界標準時", "グリニッジ標準時"), timedelta(0)),
}
"""Names that are nobody else's: CST is in America, China and Cuba."""
_OFFSET: Final = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)

_FORM: Final = re.compile(
    r"(?P<before>(?:日本時間|日本標準時|協定世界時|世界標準時|jst|utc|gmt)[\s:、,]*)?"
    r"(?:"
    r"(?:(?P<era>令和|平成)\s?|(?P<letter>[RrHh])\s?)(?P<era_year>元|\d{1,2})(?:\s?年\s?|(?P<mark>[./-]))"
    r"|(?P<year>\d{4})(?:\s?年\s?|(?P<mark2>[./-]))"
    r")"
    r"(?P<month>\d{1,2})(?:\s?月\s?|[./-])(?P<day>\d{1,2})(?P<sun>\s?日)?"
    r"(?:\s?\([日月火水木金土]\))?"
    r"(?:(?:[Tt]|\s|(?<=[日)])|\s?,\s?)(?P<half>午前|午後)?\s?"
    r"(?:(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"|(?P<hh>\d{1,2})\s?時(?:\s?(?P<mm>\d{1,2})\s?分(?:\s?(?P<ss>\d{1,2})(?:\.(?P<ff>\d{1,9}))?\s?秒)?)?))?"
    r"(?P<after>(?:[\s(\[,、]|(?=[zZ+-]|jst|utc|gmt|JST|UTC|GMT|日本|協|世)).*)?",
    re.ASCII,
)
_CLOCK_ONLY: Final = re.compile(r"(?:午前|午後)?\s?\d{1,2}\s?[:時]", re.ASCII)
_RANGE: Final = re.compile(r"\s*(?:~|〜|から)\s*")
_DASHES: Final = str.maketrans({"−": "-", "‐": "-", "‑": "-", "–": "-"})


def _plain(written: str) -> str:
    text = unicodedata.normalize("NFKC", written).translate(_DASHES)
    return re.sub(r"\s+", " ", text).strip()


def read_moment(written: str, zone: str = "") -> Moment | Unread:
    """One time. ``zone`` is what stands about it elsewhere (a column, the form's own line)."""
    local = _local(written)
    return local if isinstance(local, Unread) else _settled(local, zone, frozenset())


def read_span(written: str, zone: str = "") -> Span | Unread:
    """A time, or a range: ``2026-11-20 12:00～12:05 JST``. A zone named at one end is that of both."""
    if len(written) > MAX_TIME:
        return Unread(TimeFault.UNREADABLE)
    text = _plain(written)
    if text.endswith(("以降", "以後")):
        return Unread(TimeFault.NO_END)
    parts = _RANGE.split(text)
    if len(parts) == 1:
        if text.endswith(("まで", "以前")):
            return Unread(TimeFault.NO_BEGINNING)
        found = read_moment(text, zone)
        return found if isinstance(found, Unread) else Span(found, found)
    if len(parts) > 2:
        return Unread(TimeFault.UNREADABLE)
    return _range(parts[0], parts[1].replace("まで", " ", 1).strip(), zone)


def read_ends(begin: str, end: str, zone: str = "") -> Span | Unread:
    """A range whose ends stand apart. An empty end is none: the question asks for it."""
    if max(len(begin), len(end)) > MAX_TIME:
        return Unread(TimeFault.UNREADABLE)
    if not begin.strip() and not end.strip():
        return Unread(TimeFault.MISSING)
    return _range(_plain(begin), _plain(end), zone)


def _range(begin: str, end: str, zone: str) -> Span | Unread:
    if not begin:
        return Unread(TimeFault.NO_BEGINNING)
    if end in ("", "現在", "現在に至る", "今", "今日"):
        return Unread(TimeFault.NO_END)
    first = _local(begin)
    if isinstance(first, Unread):
        return first
    if _CLOCK_ONLY.match(end):
        end = f"{first.wall:%Y-%m-%d} {end}"
    last = _local(end)
    if isinstance(last, Unread):
        return last
    both = first.zones or last.zones
    one, other = _settled(first, zone, both), _settled(last, zone, both)
    if isinstance(one, Unread):
        return one
    return other if isinstance(other, Unread) else Span(one, other)


def read_date(written: str) -> date | Unread:
    """A date as papers have it: in era years, in Japanese style or ``2026-11-23``. A date has no zone to be named:
    it is one of Japan."""
    found = _local(written)
    if isinstance(found, Unread):
        return found
    if found.precision is not Precision.DAY or found.zones:
        return Unread(TimeFault.UNREADABLE)
    return found.wall.date()


def _settled(local: _Local, zone: str, lent: frozenset[timedelta]) -> Moment | Unread:
    said = _zones(zone)
    if isinstance(said, Unread):
        return said
    named = (local.zones or lent) | said
    if len(named) > 1:
        return Unread(TimeFault.ZONES_DIFFER)
    if not named:
        japan, utc = _at(local.wall, JAPAN), _at(local.wall, UTC)
        if isinstance(japan, Unread) or isinstance(utc, Unread):
            return Unread(TimeFault.NO_SUCH)
        return Unread(TimeFault.ZONE_MISSING, BothWays(japan, utc, local.precision))
    (offset,) = named
    at = _at(local.wall, JAPAN if offset == _JST else timezone(offset))
    return at if isinstance(at, Unread) else Moment(at, local.precision)


def _at(wall: datetime, zone: tzinfo) -> datetime | Unread:
    found = wall.replace(tzinfo=zone)
    return found if sayable(found) else Unread(TimeFault.NO_SUCH)


def _local(written: str) -> _Local | Unread:
    if len(written) > MAX_TIME:
        return Unread(TimeFault.UNREADABLE)
    text = _plain(written)
    if not text:
        return Unread(TimeFault.MISSING)
    form = _FORM.fullmatch(text)
    if form is None:
        return Unread(TimeFault.UNREADABLE)
    part = form.groupdict()
    zones = _zones(f"{part['before'] or ''} {part['after'] or ''}")
    if isinstance(zones, Unread):
        return zones
    day = _day(part)
    if isinstance(day, Unread):
        return day
    hour, minute, second = part["h"] or part["hh"], part["m"] or part["mm"], part["s"] or part["ss"]
    if hour is None:
        return _Local(day, Precision.DAY, zones)
    clock = _clock(int(hour), int(minute or 0), int(second or 0), part["half"])
    if isinstance(clock, Unread):
        return clock
    fraction = timedelta(microseconds=int(((part["f"] or part["ff"] or "0") + "000000")[:6]))
    precision = Precision.HOUR if minute is None else Precision.MINUTE if second is None else Precision.SECOND
    try:
        return _Local(day + clock + fraction, precision, zones)
    except OverflowError:
        return Unread(TimeFault.NO_SUCH)


def _day(part: dict[str, str | None]) -> datetime | Unread:
    era = part["era"] or _LETTERS.get((part["letter"] or "").upper())
    try:
        if era is None:
            return datetime(int(part["year"] or 0), int(part["month"] or 0), int(part["day"] or 0), tzinfo=UTC)
        before, first, last = _ERAS[era]
        year = 1 if part["era_year"] == "元" else int(part["era_year"] or 0)
        found = datetime(before + year, int(part["month"] or 0), int(part["day"] or 0), tzinfo=UTC)
    except ValueError:
        return Unread(TimeFault.NO_SUCH)
    return found if year >= 1 and first <= found.date() <= last else Unread(TimeFault.NOT_OF_ERA)


def _clock(hour: int, minute: int, second: int, half: str | None) -> timedelta | Unread:
    if half is not None:
        if hour == 12:
            # 午後12時 is midnight by 明治5年太政官布告337号 and noon to most people.
            return Unread(TimeFault.NOON_OR_MIDNIGHT)
        if hour > 12:
            return Unread(TimeFault.NO_SUCH)
        hour += 12 if half == "午後" else 0
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return Unread(TimeFault.NO_SUCH)
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _zones(text: str) -> frozenset[timedelta] | Unread:
    """The offsets that a text names: none, one, or several that don't agree."""
    if len(text) > MAX_TIME:
        return Unread(TimeFault.ZONE_UNKNOWN)
    found = set()
    for word in re.split(r"[\s()\[\],、:]+(?![0-9])|\s+|[()\[\],、]", _plain(text).casefold()):
        if not word:
            continue
        offset = _ZONES.get(word)
        if offset is None and (form := _OFFSET.fullmatch(word)) is not None and int(form[3] or 0) < 60:
            offset = timedelta(hours=int(form[2]), minutes=int(form[3] or 0)) * (1 if form[1] == "+" else -1)
        if offset is None or abs(offset) > MAX_OFFSET:
            return Unread(TimeFault.ZONE_UNKNOWN)
        found.add(offset)
    return frozenset(found)


def era_date(day: date) -> str:
    """A date in era years: ``令和8年11月23日``, the first year as 元年; before Heisei in western years."""
    for era, (before, first, last) in _ERAS.items():
        if first <= day <= last:
            year = day.year - before
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def japan_words(at: datetime, precision: Precision = Precision.SECOND) -> str:
    """A moment in Japan time as a letter has it: ``令和8年11月20日12時34分56秒（日本時間）``."""
    local = at.astimezone(JAPAN)
    text = era_date(local.date())
    if precision is not Precision.DAY:
        text += f"{local.hour}時"
    if precision in (Precision.MINUTE, Precision.SECOND):
        text += f"{local.minute:02}分"
    if precision is Precision.SECOND:
        text += f"{local.second:02}" + (f".{local.microsecond:06}".rstrip("0") if local.microsecond else "") + "秒"
    return f"{text}（日本時間）"


def plain_words(at: datetime) -> str:
    """A moment with both zones: ``2026-11-20T12:34:56+09:00 (2026-11-20T03:34:56Z)``."""
    utc = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{at.astimezone(JAPAN).isoformat()} ({utc})"
