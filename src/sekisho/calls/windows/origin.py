"""Where the caller's number that a call shows comes from: its country code and its range. Standard library only.

What a range is here: the country code and the digits after it, three at most, of a foreign number; always so few that
four digits or more of the number stay unsaid. A range never tells one number. Japanese numbers have no range here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from sekisho.calls.numbers import Kind, NumberRefused, classify, countries
from sekisho.calls.screening.agreements import JAPAN
from sekisho.calls.screening.call import Direction

RANGE_DIGITS: Final = 3
"""Digits after the country code that a range has at most."""
UNSAID_DIGITS: Final = 4
"""Digits of a number that its range leaves out at least."""
POLICE_ENDING: Final = "0110"
_SHORTEST_WITHOUT_PLUS: Final = 7
_KNOWN: Final = frozenset(countries.ASSIGNED) | frozenset(countries.UNCERTAIN) | {countries.UIFN}


@unique
class OriginKind(StrEnum):
    """What the number shown is, as far as its origin goes."""

    JAPAN = "japan"
    FOREIGN = "foreign"
    """A possible number under a country code that somebody has, or may have."""
    IMPOSSIBLE = "impossible"
    """Under such a code, but no number can be so."""
    UNASSIGNED = "unassigned"
    """Under a country code that nobody has."""
    NOT_A_NUMBER = "not_a_number"
    """Read as a Japanese number that the plan hasn't, or not readable at all."""
    NONE = "none"
    """No number was shown."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of one number. ``key`` is the number in one form (never to be kept where ranges are meant); ``code`` the
    country code without ``+``, of an unassigned one its first three digits; ``range`` as the module says."""

    kind: OriginKind
    key: str = ""
    code: str = ""
    range: str = ""

    @property
    def foreign(self) -> bool:
        """Whether it is written as another country's number, possible or not."""
        return self.kind in (OriginKind.FOREIGN, OriginKind.IMPOSSIBLE, OriginKind.UNASSIGNED)

    @property
    def police_ending(self) -> bool:
        """Whether it ends as numbers of police stations do."""
        return self.key.endswith(POLICE_ENDING)

    @property
    def japanese_inside(self) -> bool:
        """Whether a Japanese number was written behind +1 (traffic facts: ``+10335…``, ``+18033…``)."""
        digits = self.key[1:]
        return self.foreign and (digits[:2] == "10" or (digits[:3] == "180" and len(digits) > 11))


NO_NUMBER: Final = Origin(OriginKind.NONE)
_UNREADABLE: Final = Origin(OriginKind.NOT_A_NUMBER)


def country_code(digits: str) -> str:
    """The country code that an international number begins with; its first three digits where nobody has one."""
    for length in (1, 2, 3):
        if digits[:length] in _KNOWN:
            return digits[:length]
    return digits[:3]


def range_of(digits: str, code: str) -> str:
    """The range of an international number: ``code`` and what follows it, as the module says."""
    after = min(RANGE_DIGITS, max(0, len(digits) - len(code) - UNSAID_DIGITS))
    return digits[: len(code) + after]


def origin_of(number: str | None, *, direction: Direction, at: datetime, international: bool | None = None) -> Origin:
    """The origin of a number as a call shows it. ``at`` is the call's moment; ``international`` what ISUP says.

    A number from abroad without its plus is read as the international number it is, as the decision core does.
    """
    if not number:
        return NO_NUMBER
    if (direction is Direction.ABROAD and international is not False) or international:
        number = _with_plus(number, said=bool(international))
    try:
        found = classify(number, on=at.astimezone(JAPAN).date())
    except NumberRefused:
        return _UNREADABLE
    if found.place.domestic:
        kind = OriginKind.NOT_A_NUMBER if found.kind is Kind.NOT_IN_PLAN else OriginKind.JAPAN
        return Origin(kind, found.digits)
    key, code = f"+{found.digits}", country_code(found.digits)
    if found.kind is Kind.COUNTRY_UNASSIGNED:
        return Origin(OriginKind.UNASSIGNED, key, code)
    if code == countries.JAPAN:
        return Origin(OriginKind.NOT_A_NUMBER, key)
    kind = OriginKind.FOREIGN if found.place.e164 else OriginKind.IMPOSSIBLE
    return Origin(kind, key, code, range_of(found.digits, code))


def _with_plus(number: str, *, said: bool) -> str:
    if not (number.isascii() and number.isdigit()) or number[:3] == "010":
        return number
    return f"+{number}" if said or (number[0] != "0" and len(number) >= _SHORTEST_WITHOUT_PLUS) else number
