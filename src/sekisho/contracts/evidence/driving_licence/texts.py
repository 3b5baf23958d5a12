"""The two ways a licence writes: texts in JIS X 0208 without escapes, and dates as an era's digit and six more.

Reads, believes nothing.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sekisho.contracts.evidence.driving_licence.errors import LicenceItemMalformed
from sekisho.contracts.evidence.jpki.model import SUBSTITUTE

EXTERNAL: Final = tuple(bytes((0xFF, low)) for low in range(0xF1, 0xF8))
"""FFF1 to FFF7: a character outside the standard, whose image stands in EF03 or EF05 [R]."""

MISSING: Final = b"\xff\xfa"
"""FFFA: a character that there is no image of either [R]."""

_DATE = re.compile(rb"([0-9])([0-9]{2})([0-9]{2})([0-9]{2})")

_ERAS: Final = {
    # First Gregorian year, and the last in which the era was used at all; a year of change may bear both [C2].
    b"1": (1868, 1912),  # 明治
    b"2": (1912, 1926),  # 大正
    b"3": (1926, 1989),  # 昭和
    b"4": (1989, 2019),  # 平成
    b"5": (2019, 9999),  # 令和
}


def read_text(value: bytes, *, item: str) -> str:
    """A text; :data:`SUBSTITUTE` where a character is external, missing or not in the standard.

    Raises :class:`LicenceItemMalformed` for bytes that are no characters at all.
    """
    if len(value) % 2:
        raise LicenceItemMalformed(item=item, problem="an odd number of bytes")
    return "".join(_character(value[at : at + 2], item) for at in range(0, len(value), 2))


def read_loosely(value: bytes) -> str:
    """The text, or nothing where there is none: to look through items that aren't used."""
    try:
        return read_text(value, item="")
    except LicenceItemMalformed:
        return ""


def read_day(value: bytes) -> date | None:
    """A date: the era's digit, then year of the era, month and day. None unless it is one.

    An era that has ended goes on here: licences issued before a change of era were given last days in the old one.
    """
    match = _DATE.fullmatch(value)
    if match is None or match[1] not in _ERAS or match[2] == b"00":
        return None
    try:
        return date(_ERAS[match[1]][0] + int(match[2]) - 1, int(match[3]), int(match[4]))
    except ValueError:
        return None


def read_birth(value: bytes) -> date | None:
    """A date of birth: as :func:`read_day`, and in a year in which the era was used."""
    day = read_day(value)
    return None if day is None or day.year > _ERAS[value[:1]][1] else day


def _character(pair: bytes, item: str) -> str:
    if pair in EXTERNAL or pair == MISSING:
        return SUBSTITUTE
    if not all(0x21 <= byte <= 0x7E for byte in pair):
        raise LicenceItemMalformed(item=item, problem="not JIS X 0208")
    try:
        return (b"\x1b$B" + pair + b"\x1b(B").decode("iso2022_jp")
    except UnicodeDecodeError:
        # A place of the table that holds nothing in the edition we know.
        return SUBSTITUTE
