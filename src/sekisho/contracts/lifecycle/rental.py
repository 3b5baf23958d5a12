"""The record of a rental: what Ordinance art. 21 asks for beside the record of verification, and its three days. Pure.

====================  ===============================================================================================
units                 how many handsets or SIMs were handed over
phone_numbers         their numbers
tracking_number       of the post, where they were sent
payment_method        how it was paid
handed_over_by        who handed over
handed_over_at        when
====================  ===============================================================================================

The record must be made within three days of the hand-over (Ordinance art. 23); the day of hand-over isn't counted
(Civil Code art. 140). What we know of art. 21 is its list of items, not its wording.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.field_reading import as_identifier, as_moment, identifier_of, need, only
from sekisho.keys.schedule import Period, last_day

RECORD_WITHIN: Final = Period(days=3)
"""Ordinance 2005 No. 167 art. 23: within three days of the hand-over (Act art. 10(2))."""

MAX_UNITS = 1000
"""More than a company rents for an event; a list of numbers stays within one row."""

PAYMENTS = ("cash", "credit_card", "debit_card", "bank_transfer", "invoice", "prepaid", "other")

_NUMBER = re.compile(r"\+?[0-9][0-9-]{8,17}[0-9]", re.ASCII)
_FIELDS = {
    "units",
    "phone_numbers",
    "tracking_number",
    "payment_method",
    "handed_over_by",
    "handed_over_at",
}


@dataclass(frozen=True, slots=True)
class RentalRecord:
    """The items of art. 21. ``handed_over_at`` is aware."""

    units: int
    phone_numbers: tuple[str, ...]
    tracking_number: str | None
    payment_method: str
    handed_over_by: str
    handed_over_at: datetime

    def document(self) -> dict[str, Any]:
        """As JSON values, in one form: the same record gives the same document."""
        return {
            "units": self.units,
            "phone_numbers": list(self.phone_numbers),
            "tracking_number": self.tracking_number,
            "payment_method": self.payment_method,
            "handed_over_by": self.handed_over_by,
            "handed_over_at": self.handed_over_at.isoformat(),
        }


def read_rental(written: Mapping[str, Any], *, now: datetime) -> RentalRecord:
    """Read a rental record strictly. Raises an ``ApplicationRefused`` that names the field."""
    only(written, _FIELDS, "")
    units = need(written, "units", "")
    if not isinstance(units, int) or isinstance(units, bool) or not 1 <= units <= MAX_UNITS:
        raise WrongValue(field="units", expected=f"a whole number from 1 to {MAX_UNITS}")
    numbers = need(written, "phone_numbers", "")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= units:
        raise WrongValue(field="phone_numbers", expected="a list of one number per unit at most")
    payment = need(written, "payment_method", "")
    if payment not in PAYMENTS:
        raise WrongValue(field="payment_method", expected="one of " + ", ".join(PAYMENTS))
    at = as_moment(need(written, "handed_over_at", ""), "handed_over_at")
    if at > now:
        raise WrongValue(field="handed_over_at", expected="a time that has come")
    return RentalRecord(
        units=units,
        phone_numbers=tuple(_number(each, f"phone_numbers[{place}]") for place, each in enumerate(numbers)),
        tracking_number=identifier_of(written, "tracking_number", ""),
        payment_method=payment,
        handed_over_by=as_identifier(need(written, "handed_over_by", ""), "handed_over_by"),
        handed_over_at=at,
    )


def due_on(handed_over_on: date) -> date:
    """The last day on which the record may be made."""
    return last_day(handed_over_on, RECORD_WITHIN)


def handed_over_on(record: RentalRecord) -> date:
    """The Japan date of the hand-over."""
    return japan_date(record.handed_over_at)


def _number(value: object, path: str) -> str:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise WrongValue(field=path, expected="a telephone number (digits, hyphens, + in front)")
    return value
