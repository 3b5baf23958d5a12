"""Days and moments as Japanese papers write them: era, year, month, day, Japan time. Pure.

元号法 (昭和54年法律43号) and its ordinances say when each era began. A day before Japan's Gregorian calendar
(1873-01-01, 明治5年太政官布告337号) is written with its year alone: era days before it were lunar.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sekisho.clock import JAPAN
from sekisho.disclosure.record import Precision

ERAS: Final = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),
)
"""Each era's first day, the latest first. 明治 began in 1868; its Gregorian days began in its sixth year."""
_MEIJI_BEFORE: Final = 1867


def era_day(day: date) -> str:
    """``令和8年11月23日``; the first year is ``元年``; before 1873 the Western year."""
    for first, name in ERAS:
        if day >= first:
            year = day.year - (_MEIJI_BEFORE if name == "明治" else first.year - 1)
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"西暦{day.year}年{day.month}月{day.day}日"


def era_moment(moment: datetime, precision: Precision = Precision.SECOND) -> str:
    """``令和8年11月20日12時00分00秒`` in Japan time, as exactly as ``precision`` says. ``ValueError`` for a moment
    without zone: none is ever assumed."""
    if moment.tzinfo is None:
        raise ValueError("a moment without zone")
    local = moment.astimezone(JAPAN)
    day = era_day(local.date())
    if precision is Precision.DAY:
        return day
    if precision is Precision.HOUR:
        return f"{day}{local.hour}時台"
    if precision is Precision.MINUTE:
        return f"{day}{local.hour}時{local.minute:02d}分"
    fraction = f".{local.microsecond:06d}".rstrip("0").rstrip(".") if local.microsecond else ""
    return f"{day}{local.hour}時{local.minute:02d}分{local.second:02d}{fraction}秒"


def era_span(begin: datetime, end: datetime, precision: Precision = Precision.SECOND) -> str:
    """From ``begin`` to ``end`` as the request states them, or one moment where they are the same; always marked as
    Japan time unless only days are told."""
    first, last = era_moment(begin, precision), era_moment(end, precision)
    told = first if first == last else f"{first}から{last}まで"
    return told if precision is Precision.DAY else f"{told}（日本時間）"


def last_day_of(until: datetime) -> date:
    """The last Japan day of a span that ends, exclusive, at ``until``."""
    return (until - timedelta(microseconds=1)).astimezone(JAPAN).date()
