"""Every trap of time that a line can set: what is read, what is assumed and noted, what is refused."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sekisho.logs.events import ClockNote
from sekisho.logs.formats import cgnat, shapes
from sekisho.logs.formats.line_times import Form, Minutes, Stamps, epoch_micros, epochs_micros, read_stamp, resolve
from sekisho.logs.formats.reader import Context
from tests.logs.formats.reading import context, events_of, read, refused
from tests.logs.formats.samples import micros

ASSUMED, INFERRED = int(ClockNote.ZONE_ASSUMED), int(ClockNote.YEAR_INFERRED)
FOLD, OTHER = int(ClockNote.FOLD), int(ClockNote.OTHER_CLOCK)
LINE = "nfware: A VRF 0 INT 100.64.0.1 EXT 192.0.2.1:1024-1535"


def event(header: str, at: Context | None = None) -> dict[str, Any] | str:
    """The one event of a line whose time is its header's, the same either way; or why it is refused."""
    raw = f"{header} {LINE}\n".encode()
    both = [read(shapes.shipped("nfware"), raw, at, exactly=exactly) for exactly in (False, True)]
    rows = [events_of(found) for found in both]
    assert rows[0] == rows[1]
    assert refused(both[0]) == refused(both[1])
    return rows[0][0] if rows[0] else refused(both[0])[1]


def told(header: str, at: Context | None = None) -> tuple[int, int] | str:
    """Its time and what was assumed beside that the header's clock was used."""
    row = event(header, at)
    return row if isinstance(row, str) else (row["time"], row.get("clock", 0) & ~OTHER)


def test_a_date_without_a_year_takes_that_of_its_receipt() -> None:
    """RFC 3164 has no year: within half a year of the receipt there is one, and it is noted as inferred."""
    assert told("<134>Nov 23 18:15:04 gw") == (micros("2026-11-23T09:15:04+00:00"), ASSUMED | INFERRED)


def test_december_received_in_january_is_last_year() -> None:
    """A file of New Year's Eve read on New Year's Day doesn't lie a year ahead."""
    at = context(micros("2027-01-01T00:00:05+09:00"))
    assert told("<134>Dec 31 23:59:58 gw", at) == (micros("2026-12-31T23:59:58+09:00"), ASSUMED | INFERRED)


def test_january_received_in_december_is_next_year() -> None:
    """A device whose clock is ahead at midnight doesn't lie a year back."""
    at = context(micros("2026-12-31T23:59:58+09:00"))
    assert told("<134>Jan  1 00:00:01 gw", at) == (micros("2027-01-01T00:00:01+09:00"), ASSUMED | INFERRED)


def test_the_years_turn_is_the_sources_not_utc() -> None:
    """At 08:00 on 1 January in Japan it is still the old year in UTC; the source's calendar decides."""
    at = context(micros("2027-01-01T08:00:00+09:00"))
    assert told("<134>Jan  1 07:59:00 gw", at) == (micros("2027-01-01T07:59:00+09:00"), ASSUMED | INFERRED)


def test_29_february_takes_the_leap_year_near_its_receipt() -> None:
    """Received in March 2028, or in autumn 2027, it is 2028's; received in 2026 there is none near: refused."""
    leap = (micros("2028-02-29T12:00:00+09:00"), ASSUMED | INFERRED)
    assert told("<134>Feb 29 12:00:00 gw", context(micros("2028-03-02T00:00:00+09:00"))) == leap
    assert told("<134>Feb 29 12:00:00 gw", context(micros("2027-10-01T00:00:00+09:00"))) == leap
    assert told("<134>Feb 29 12:00:00 gw", context(micros("2026-03-01T00:00:00+09:00"))) == "year_not_known"


def test_a_timestamp_without_offset_is_the_sources_and_noted() -> None:
    """RFC 5424 asks for an offset; where it is missing the declared zone counts and ``ZONE_ASSUMED`` says so."""
    assert told("<14>1 2026-11-23T18:15:04.040 gw") == (micros("2026-11-23T09:15:04+00:00") + 40_000, ASSUMED)


@pytest.mark.parametrize("text", ["10:15:04+01:00", "17:15:04+08:00", "09:15:04Z", "04:45:04-0430"])
def test_offsets_mixed_in_one_file_are_one_moment(text: str) -> None:
    """Each line's own offset counts, whatever the zone of the source, and nothing is assumed."""
    assert told(f"<14>1 2026-11-23T{text} gw") == (micros("2026-11-23T09:15:04+00:00"), 0)


@pytest.mark.parametrize("day", ["2026 Nov 23", "Nov 23 2026"])
def test_a_year_beside_the_month_is_read(day: str) -> None:
    """Routers write the year before the month or after the day; then nothing is inferred."""
    assert told(f"<134>1 {day} 18:15:04 gw") == (micros("2026-11-23T09:15:04+00:00"), ASSUMED)


def test_midnight_as_24_00_is_the_next_day() -> None:
    """``24:00:00`` is the next day's first moment; no other time has a 24th hour."""
    assert told("<14>1 2026-11-22T24:00:00+09:00 gw") == (micros("2026-11-23T00:00:00+09:00"), 0)
    assert told("<14>1 2026-11-22T24:00:01+09:00 gw") == "no_time"


def test_a_leap_second_is_the_next_second() -> None:
    """``23:59:60`` is taken as the next minute's first second; a 61st isn't a time."""
    assert told("<14>1 2016-12-31T23:59:60Z gw") == (micros("2017-01-01T00:00:00+00:00"), 0)
    assert told("<14>1 2016-12-31T23:59:61Z gw") == "no_time"


def test_a_smeared_second_is_a_time_like_any_other() -> None:
    """A clock that smears its leap second writes fractions only; they are read as they are."""
    assert told("<14>1 2016-12-31T23:59:59.999999Z gw") == (micros("2017-01-01T00:00:00+00:00") - 1, 0)


def test_an_hour_that_comes_twice_is_the_earlier_one_and_noted() -> None:
    """At the end of summer time an hour repeats: the earlier is taken, ``FOLD`` says that both are possible."""
    at = context(micros("2026-11-01T12:00:00+00:00"), "America/New_York")
    assert told("<14>1 2026-11-01T01:30:00 gw", at) == (micros("2026-11-01T01:30:00-04:00"), ASSUMED | FOLD)
    assert told("<14>1 2026-11-01T02:30:00 gw", at) == (micros("2026-11-01T02:30:00-05:00"), ASSUMED)


def test_an_hour_that_never_comes_is_refused() -> None:
    """In the hour that is skipped in spring nothing can happen: the declared zone or the clock is wrong."""
    at = context(micros("2026-03-08T12:00:00+00:00"), "America/New_York")
    assert told("<14>1 2026-03-08T02:30:00 gw", at) == "time_not_in_zone"


def test_zones_with_half_hours_fold_by_half_an_hour() -> None:
    """Lord Howe Island's clocks move by thirty minutes: only half an hour comes twice."""
    zone = ZoneInfo("Australia/Lord_Howe")
    stamps = [read_stamp(f"2026-04-05 {text}".encode(), 0, Form.ISO, Minutes()) for text in ("01:29:59", "01:30:00")]
    made = resolve(Stamps.of([one[0] for one in stamps if one]), zone, 0)
    assert made.notes.tolist() == [ASSUMED, ASSUMED | FOLD]


def test_two_clocks_in_one_line_give_the_event_and_the_skew() -> None:
    """The services card's own time is the event's; the header's, in another zone's hours, is ``logged``."""
    line = (
        b"Nov 23 18:15:06  gw (FPC Slot 2, PIC Slot 0) 2026-11-23 09:15:04 [FWNAT]:ASP_NAT_PORT_BLOCK_ALLOC: "
        b"100.64.0.1 -> 192.0.2.3:1050-1099\n"
    )
    [row] = events_of(cgnat.juniper_softwire({"record_zone": "UTC"}).read(line, 1, context()))
    assert (row["time"], row["logged"]) == (micros("2026-11-23T09:15:04+00:00"), micros("2026-11-23T09:15:06+00:00"))


def test_a_hexadecimal_epoch_is_not_read_as_decimal() -> None:
    """Junos writes seconds in hexadecimal; digits alone don't make them decimal."""
    line = (
        'RT_NAT - RT_SRC_NAT_PBA_ALLOC [internal-ip="100.64.1.1" block-used="1" block-max-per-host="4" '
        'block-port-low="1024" block-port-high="1151" reflexive-ip="192.0.2.1" nat-pool-name="p" '
        'logical-system-id="0" epoch-time-64="{0}"]\n'
    )
    [row] = events_of(read(shapes.shipped("juniper_pba"), line.format("62540492").encode()))
    assert row["time"] == 0x62540492 * 1_000_000
    assert refused(read(shapes.shipped("juniper_pba"), line.format("0").encode())) == {1: "clock_not_set"}


@pytest.mark.parametrize("scale", [1, 10**3, 10**6, 10**9])
def test_seconds_and_their_thousandths_are_told_apart(scale: int) -> None:
    """Seconds, milli-, micro- and nanoseconds of one moment are that moment, at once and one by one."""
    value = 1_795_425_304 * scale
    assert epoch_micros(value) == 1_795_425_304_000_000
    assert epochs_micros(np.array([value, value], np.int64)).tolist() == [1_795_425_304_000_000] * 2


def test_the_japanese_midnight_is_a_boundary_of_days_not_of_times() -> None:
    """One second before and after midnight in Japan, written in UTC, are two moments two seconds apart."""
    before, after = told("<14>1 2026-11-22T14:59:59Z gw"), told("<14>1 2026-11-22T15:00:01Z gw")
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert after[0] - before[0] == 2_000_000


def test_a_header_without_a_time_is_refused_from_a_file_and_the_receipt_when_live() -> None:
    """A file's receipt says nothing of its lines; a live line's does, and ``OTHER_CLOCK`` says that it was used."""
    assert told("gw") == "no_time"
    row = event("gw", context(live=True))
    assert isinstance(row, dict)
    assert (row["time"], row["clock"]) == (context().received, OTHER)


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01", "0000-01-01", "2026-00-10"])
def test_a_date_that_does_not_exist_is_no_time(date: str) -> None:
    """The calendar decides; the line is refused, not bent."""
    assert told(f"<14>1 {date}T10:00:00Z gw") == "no_time"


def test_a_clock_that_was_never_set_is_refused() -> None:
    """Devices that start without a time server write 1970: such a time says nothing."""
    assert told("<14>1 1970-01-01T00:00:09Z gw") == "clock_not_set"
