"""Documents as the desk reads them: strict, bounded, dates with their year and times with their zone. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.stops.errors import EraDateRefused, RequestRefused, TooManyNumbers

MOST_NUMBERS: Final = 1_000
"""Numbers of one request. A house limit: what a person can compare with a paper; a stock stop names none."""
LONGEST_TEXT: Final = 2_000
"""Characters of a free text: a house limit, two pages."""
LONGEST_NUMBER: Final = 64
"""Characters of a number as written, with spaces and hyphens."""

_ERAS: Final = {"令和": (2018, date(2019, 5, 1)), "平成": (1988, date(1989, 1, 8)), "昭和": (1925, date(1926, 12, 25))}
"""Year before the first, and first day (元号法)."""
_ENDS: Final = {"平成": date(2019, 4, 30), "昭和": date(1989, 1, 7)}
_ERA_DAY: Final = re.compile(r"(令和|平成|昭和)(元|[0-9]{1,2})年([0-9]{1,2})月([0-9]{1,2})日")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as a request has it, with the day of the crime."""

    number: str
    crime_on: date


@dataclass(frozen=True, slots=True)
class StopRequest:
    """A request of a police force, as read from its paper."""

    force: str
    document_number: str
    dated: date
    basis: str
    contact: str
    received_at: datetime
    numbers: tuple[WrittenNumber, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "force": self.force, "document_number": self.document_number, "dated": self.dated.isoformat(),
            "basis": self.basis, "contact": self.contact, "received_at": self.received_at.isoformat(),
            "numbers": [{"number": one.number, "crime_on": one.crime_on.isoformat()} for one in self.numbers],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the National Police Agency about one contractor."""

    document_number: str
    dated: date
    received_at: datetime
    contractor: str
    kinds: tuple[str, ...]
    period_days: int | None
    called_back: str
    stock: bool

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "document_number": self.document_number, "dated": self.dated.isoformat(), "stock": self.stock,
            "received_at": self.received_at.isoformat(), "contractor": self.contractor, "kinds": list(self.kinds),
            "period_days": self.period_days, "called_back": self.called_back,
        }  # fmt: skip


def read_request(written: Mapping[str, Any], *, now: datetime) -> StopRequest:
    """A request: ``force``, ``document_number``, ``dated``, ``basis``, ``contact``, ``received_at``, ``numbers``
    (``number`` and ``crime_on`` each). Raises ``RequestRefused``, ``EraDateRefused``, ``TooManyNumbers``."""
    only(written, {"force", "document_number", "dated", "basis", "contact", "received_at", "numbers"})
    given = written.get("numbers")
    if not isinstance(given, list) or not given:
        raise RequestRefused(field="numbers", problem="a list of at least one number")
    if len(given) > MOST_NUMBERS:
        raise TooManyNumbers(given=len(given), most=MOST_NUMBERS)
    received, dated = as_moment(written, "received_at", now), as_day(written.get("dated"), "dated")
    _not_after(dated, received, "dated")
    numbers = []
    for place, one in enumerate(given, start=1):
        name = f"numbers[{place}]"
        if not isinstance(one, Mapping) or not set(one) == {"number", "crime_on"}:
            raise RequestRefused(field=name, problem="an object with number and crime_on")
        crime = as_day(one["crime_on"], f"{name}.crime_on")
        _not_after(crime, received, f"{name}.crime_on")
        numbers.append(WrittenNumber(as_text(one["number"], f"{name}.number", most=LONGEST_NUMBER), crime))
    return StopRequest(
        as_text(written.get("force"), "force", most=100),
        as_text(written.get("document_number"), "document_number", most=100), dated,
        as_text(written.get("basis"), "basis"), as_text(written.get("contact"), "contact"), received, tuple(numbers),
    )  # fmt: skip


def read_notice(written: Mapping[str, Any], *, now: datetime, kinds: frozenset[str]) -> Notice:
    """A notice: ``document_number``, ``dated``, ``received_at``, ``contractor`` (its id here), ``kinds``,
    ``period_days`` (where the notice sets it), ``called_back`` (which published number, and who confirmed), ``stock``
    (whether it asks for the stock too). Raises ``RequestRefused``, ``EraDateRefused``."""
    only(
        written,
        {"document_number", "dated", "received_at", "contractor", "kinds", "period_days", "called_back", "stock"},
    )
    received, dated = as_moment(written, "received_at", now), as_day(written.get("dated"), "dated")
    _not_after(dated, received, "dated")
    period = written.get("period_days")
    if period is not None and (type(period) is not int or not 1 <= period <= 3_660):
        raise RequestRefused(field="period_days", problem="whole days, 1 to 3660")
    asked = written.get("kinds")
    if not isinstance(asked, list) or not asked or not all(one in kinds for one in asked):
        raise RequestRefused(field="kinds", problem=f"a list of {', '.join(sorted(kinds))}")
    stock = written.get("stock", False)
    if type(stock) is not bool:
        raise RequestRefused(field="stock", problem="true or false")
    return Notice(
        as_text(written.get("document_number"), "document_number", most=100), dated, received,
        as_text(written.get("contractor"), "contractor", most=64), tuple(sorted(set(asked))), period,
        as_text(written.get("called_back"), "called_back"), stock,
    )  # fmt: skip


def only(written: Mapping[str, Any], known: set[str]) -> None:
    """``RequestRefused`` for a field nobody knows."""
    unknown = sorted(set(written) - known, key=str)
    if unknown:
        raise RequestRefused(field=ascii(unknown[0])[:40], problem="no such field")


def as_text(value: object, field: str, *, most: int = LONGEST_TEXT) -> str:
    """Text that says something; unseen letters and lines are refused where only a few characters are expected."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise RequestRefused(field=field, problem=f"1 to {most} characters")
    if any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn") and one != "\n" for one in value):
        raise RequestRefused(field=field, problem="a character that can't be seen")
    return value.strip()


def as_day(value: object, field: str) -> date:
    """``2026-11-23`` or ``令和8年11月23日`` (full-width digits too). Raises ``EraDateRefused``."""
    text = unicodedata.normalize("NFKC", value).replace(" ", "") if isinstance(value, str) and len(value) < 30 else ""
    era = _ERA_DAY.fullmatch(text)
    try:
        if era is None:
            if not _DAY.fullmatch(text):
                raise EraDateRefused(field=field, problem="not a day")
            return date.fromisoformat(text)
        name, year, month, day = era.groups()
        before, first = _ERAS[name]
        found = date(before + (1 if year == "元" else int(year)), int(month), int(day))
    except ValueError:
        raise EraDateRefused(field=field, problem="no such day") from None
    if not first <= found <= _ENDS.get(name, date.max):
        raise EraDateRefused(field=field, problem="no day of this era")
    return found


def as_moment(written: Mapping[str, Any], field: str, now: datetime) -> datetime:
    """A time with its zone, not in the future; ``now`` where the field is missing. Raises ``RequestRefused``."""
    value = written.get(field)
    if value is None:
        return now
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found > now:
        raise RequestRefused(field=field, problem="a past time with a zone such as 2026-11-23T10:00:00+09:00")
    return found


def _not_after(day: date, received: datetime, field: str) -> None:
    if day > japan_date(received):
        raise EraDateRefused(field=field, problem="after the day of receipt")
