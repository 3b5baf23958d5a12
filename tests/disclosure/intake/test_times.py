"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.clock import JAPAN
from sekisho.disclosure.intake.times import (
    Moment,
    Span,
    TimeFault,
    Unread,
    era_date,
    japan_words,
    plain_words,
    read_date,
    read_ends,
    read_moment,
    read_span,
)
from sekisho.disclosure.record import Precision

NOON = datetime(2026, 11, 20, 3, 34, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("2026-11-20T12:34:56+09:00", ""),
        ("2026-11-20T03:34:56Z", ""),
        ("2026-11-20T03:34:56-00:00", ""),
        ("2026-11-20 12:34:56 JST", ""),
        ("2026/11/20 12:34:56", "Asia/Tokyo"),
        ("2026-11-19T23:34:56.000-04:00", ""),
        ("令和8年11月20日12時34分56秒（日本時間）", ""),
        ("令和８年１１月２０日　１２時３４分５６秒", "日本標準時"),
        ("R8.11.20 12:34:56", "UTC+9"),
        ("日本時間 2026年11月20日(金) 午後0時34分56秒", ""),
        ("2026-11-20 12:34:56 JST (UTC+9)", "+09:00"),
        ("㋿8年11月20日12:34:56JST", ""),
        ("2026-11-20 03:34:56", "協定世界時"),
    ],
)
def test_one_moment_written_in_many_ways(written: str, zone: str) -> None:
    """RFC 3339, era years, Japanese style and full-width digits name the same second."""
    assert read_moment(written, zone) == Moment(NOON, Precision.SECOND)


@pytest.mark.parametrize(
    ("written", "precision", "begins"),
    [
        ("2026-11-20 JST", Precision.DAY, (0, 0)),
        ("2026年11月20日12時（日本時間）", Precision.HOUR, (12, 0)),
        ("2026-11-20 12:34 JST", Precision.MINUTE, (12, 34)),
        ("2026-11-20 午後3時5分 JST", Precision.MINUTE, (15, 5)),
    ],
)
def test_what_is_not_written_is_not_known(written: str, precision: Precision, begins: tuple[int, int]) -> None:
    """A time is as exact as it is written, and begins with its unit."""
    assert read_moment(written) == Moment(datetime(2026, 11, 20, *begins, tzinfo=JAPAN), precision)


def test_a_day_ends_at_24() -> None:
    """24:00 is the next day's midnight."""
    found = read_moment("2026-11-20 24:00 JST")
    assert isinstance(found, Moment)
    assert found.at == datetime(2026, 11, 21, tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("written", "zone", "fault"),
    [
        ("", "", TimeFault.MISSING),
        ("2026-11-20T12:34:56", "", TimeFault.ZONE_MISSING),
        ("令和8年11月20日", "", TimeFault.ZONE_MISSING),
        ("2026-11-20 12:34:56 CST", "", TimeFault.ZONE_UNKNOWN),
        ("2026-11-20 12:34:56", "現地時間", TimeFault.ZONE_UNKNOWN),
        ("2026-11-20T12:34:56+09:00", "UTC", TimeFault.ZONES_DIFFER),
        ("2026-11-20T12:34:56+15:00", "", TimeFault.ZONE_UNKNOWN),
        ("11/20/2026 12:00 JST", "", TimeFault.UNREADABLE),
        ("2026-02-29 12:00 JST", "", TimeFault.NO_SUCH),
        ("2026-11-20 25:00 JST", "", TimeFault.NO_SUCH),
        ("2026-11-20 24:01 JST", "", TimeFault.NO_SUCH),
        ("2026-12-31 23:59:60 UTC", "", TimeFault.NO_SUCH),
        ("平成31年5月1日 JST", "", TimeFault.NOT_OF_ERA),
        ("令和0年5月1日 JST", "", TimeFault.NOT_OF_ERA),
        ("令和元年4月30日 JST", "", TimeFault.NOT_OF_ERA),
        ("2026年11月20日午後12時 JST", "", TimeFault.NOON_OR_MIDNIGHT),
        ("2026年11月20日12時頃 JST", "", TimeFault.UNREADABLE),
        ("9999-12-31T23:59:59-14:00", "", TimeFault.NO_SUCH),
        ("0001-01-01 JST", "", TimeFault.NO_SUCH),
        ("1" * 5_000, "", TimeFault.UNREADABLE),
    ],
)
def test_what_cannot_be_known_is_asked(written: str, zone: str, fault: TimeFault) -> None:
    """Each way in which a time can be doubtful has its own question."""
    found = read_moment(written, zone)
    assert isinstance(found, Unread)
    assert found.fault is fault


def test_a_time_without_zone_is_shown_both_ways() -> None:
    """What it would be as Japan time and as UTC, nine hours apart; neither is taken."""
    found = read_moment("令和8年11月20日12時34分56秒")
    assert isinstance(found, Unread)
    assert found.ways is not None
    assert found.ways.utc - found.ways.japan == timedelta(hours=9)
    assert japan_words(found.ways.utc) == "令和8年11月20日21時34分56秒（日本時間）"
    assert plain_words(found.ways.japan) == "2026-11-20T12:34:56+09:00 (2026-11-20T03:34:56Z)"


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20 12:00～12:05 JST",
        "2026-11-20 12:00 JST〜2026-11-20 12:05",
        "2026年11月20日12時00分から2026年11月20日12時5分まで（日本時間）",
        "2026-11-20T03:00Z~2026-11-20 12:05 JST",
    ],
)
def test_ranges(written: str) -> None:
    """A range's zone may stand at either end, and its second date may be left out."""
    noon = datetime(2026, 11, 20, 12, tzinfo=JAPAN)
    assert read_span(written) == Span(
        Moment(noon, Precision.MINUTE), Moment(noon + timedelta(minutes=5), Precision.MINUTE)
    )


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("2026-11-20 12:00 JST～", TimeFault.NO_END),
        ("2026-11-20 12:00 JST以降", TimeFault.NO_END),
        ("2026-11-20 12:00 JST から現在", TimeFault.NO_END),
        ("～2026-11-20 12:00 JST", TimeFault.NO_BEGINNING),
        ("2026-11-20 JSTまで", TimeFault.NO_BEGINNING),
        ("a~b~c", TimeFault.UNREADABLE),
    ],
)
def test_open_ranges(written: str, fault: TimeFault) -> None:
    """A range without beginning or end is asked about."""
    assert read_span(written) == Unread(fault)


def test_ends_apart() -> None:
    """Where the ends stand in two fields, an empty one is none."""
    assert read_ends("2026-11-20 JST", "") == Unread(TimeFault.NO_END)
    assert read_ends("", "2026-11-20 JST") == Unread(TimeFault.NO_BEGINNING)
    assert read_ends("", " ") == Unread(TimeFault.MISSING)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H1.1.8", date(1989, 1, 8)),
        ("2026-11-23", date(2026, 11, 23)),
    ],
)
def test_dates_of_papers(written: str, day: date) -> None:
    """Dates of papers are read in era years and written back so."""
    assert read_date(written) == day
    assert read_date(era_date(day)) == day


def test_a_date_has_no_time() -> None:
    """A date with a time or a zone isn't a paper's date."""
    assert read_date("2026-11-23 12:00") == Unread(TimeFault.UNREADABLE)
    assert read_date("2026-11-23 UTC") == Unread(TimeFault.UNREADABLE)


@settings(max_examples=60, deadline=None)
@given(st.datetimes(min_value=datetime(1989, 1, 9), max_value=datetime(2115, 1, 1)))  # noqa: DTZ001 - given a zone below
def test_what_is_written_is_read_back(wall: datetime) -> None:
    """A moment in era words, and in RFC 3339, is read as itself."""
    at = wall.replace(tzinfo=JAPAN)
    assert read_moment(japan_words(at)) == Moment(at, Precision.SECOND)
    assert read_moment(at.astimezone(UTC).isoformat()) == Moment(at, Precision.SECOND)


_PIECES = st.sampled_from(
    ["令和", "平成", "R", "元", "8", "11", "2026", "年", "月", "日", "時", "分", "秒", "午後", ":", "-", "/", ".", "T",
     " ", "Z", "+09:00", "+", "JST", "UTC", "(", "）", "～", "から", "まで", "　", "99", "٣", "%", "\x00", "以降"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=200), st.text(max_size=20) | _PIECES)
def test_no_text_breaks_the_reader(written: str, zone: str) -> None:
    """Whatever is written is a time or a question; a time that was read names its zone somewhere."""
    for found in (read_span(written, zone), read_ends(written, written, zone), read_moment(written, zone)):
        if isinstance(found, Moment):
            assert found.at.tzinfo is not None
        elif isinstance(found, Span):
            assert found.begin.at.tzinfo is not None
    read_date(written)
