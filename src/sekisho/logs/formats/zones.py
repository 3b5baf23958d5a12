"""Abbreviations of time zones, as ``strftime`` writes them: few are one zone's alone."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

from sekisho.logs.formats.line_times import Stamp

ZONES: Final = {b"UTC": 0, b"GMT": 0, b"JST": 540}
"""Minutes ahead of UTC of the zones whose abbreviation is nobody else's."""


def minutes_ahead(name: bytes, stamp: Stamp, zone: tzinfo) -> int | None:
    """Minutes ahead of UTC of an abbreviation: a known one, or what ``zone`` itself is called at that local time.

    None for any other: CST is in America, China and Cuba. Where a local time comes twice, the name tells which it is.
    """
    if name in ZONES:
        return ZONES[name]
    try:
        local = datetime(1970, 1, 1) + timedelta(microseconds=stamp.local)  # noqa: DTZ001 - a local time
        for fold in (0, 1):
            moment = local.replace(tzinfo=zone, fold=fold)
            offset = moment.utcoffset()
            if offset is not None and (moment.tzname() or "").encode() == name:
                return offset // timedelta(minutes=1)
    except (OverflowError, ValueError):
        return None
    return None
