"""The machine-readable zone in data group 1: TD3 of passports (ICAO 9303-4) and TD1 of cards (ICAO 9303-5).

Reads and checks the digits; doesn't say whether the zone is authentic, and knows the century of a date only relative to
a day it is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sekisho.contracts.evidence.passport.errors import CheckDigitWrong, MrzRefused

TD3_LENGTH: Final = 88
TD1_LENGTH: Final = 90

_CHARACTERS = re.compile(r"[A-Z0-9<]+", re.ASCII)
_WEIGHTS = (7, 3, 1)
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_UNKNOWN_PART = re.compile(r"(?:\d\d|<<)(?:\d\d|<<)(?:\d\d|<<)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mrz:
    """A zone as read. ``birth`` is None where a part of it isn't known; ``name_cut``: the name fills its field.

    ``surname`` and ``given`` have single spaces where the zone has fillers; ``issuer`` and ``nationality`` have none.
    """

    code: str
    issuer: str
    surname: str
    given: str
    name_cut: bool
    number: str
    nationality: str
    birth: date | None
    sex: str
    expiry: date


def check_digit(text: str) -> str:
    """The check digit over ``text`` (ICAO 9303-3 §4.9: weights 7, 3, 1, modulo 10)."""
    return str(sum(_VALUES[character] * _WEIGHTS[at % 3] for at, character in enumerate(text)) % 10)


def read_mrz(content: bytes, *, today: date) -> Mrz:
    """The zone of 88 (TD3) or 90 (TD1) characters without line breaks. ``today`` settles the centuries."""
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        raise MrzRefused(problem="other characters than A-Z, 0-9 and <") from error
    if _CHARACTERS.fullmatch(text) is None:
        raise MrzRefused(problem="other characters than A-Z, 0-9 and <")
    if len(text) == TD3_LENGTH:
        return _td3(text, today)
    if len(text) == TD1_LENGTH:
        return _td1(text, today)
    raise MrzRefused(problem=f"{len(text)} characters, not {TD3_LENGTH} or {TD1_LENGTH}")


def _td3(text: str, today: date) -> Mrz:
    first, second = text[:44], text[44:]
    # ICAO 9303-4 §4.2.2
    _check("document number", second[0:9], second[9])
    _check("birth date", second[13:19], second[19])
    _check("expiry date", second[21:27], second[27])
    if not (second[42] == "<" and second[28:42] == "<" * 14):
        _check("personal number", second[28:42], second[42])
    _check("composite", second[0:10] + second[13:20] + second[21:43], second[43])
    surname, given, cut = _names(first[5:44])
    return Mrz(
        code=first[0:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        surname=surname,
        given=given,
        name_cut=cut,
        number=second[0:9].rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        birth=_birth(second[13:19], today),
        sex=second[20],
        expiry=_expiry(second[21:27]),
    )


def _td1(text: str, today: date) -> Mrz:
    first, second, third = text[:30], text[30:60], text[60:]
    # ICAO 9303-5 §4.2.2
    number, digit = first[5:14], first[14]
    if digit == "<":  # ICAO 9303-5 §4.2.4: a longer number goes on in the optional data, its check digit last
        further = first[15:30].partition("<")[0]
        if not further:
            raise CheckDigitWrong(field="document number")
        number, digit = number + further[:-1], further[-1]
    _check("document number", number, digit)
    _check("birth date", second[0:6], second[6])
    _check("expiry date", second[8:14], second[14])
    _check("composite", first[5:30] + second[0:7] + second[8:15] + second[18:29], second[29])
    surname, given, cut = _names(third)
    return Mrz(
        code=first[0:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        surname=surname,
        given=given,
        name_cut=cut,
        number=number.rstrip("<"),
        nationality=second[15:18].rstrip("<"),
        birth=_birth(second[0:6], today),
        sex=second[7],
        expiry=_expiry(second[8:14]),
    )


def _check(field: str, text: str, digit: str) -> None:
    if digit != check_digit(text):
        raise CheckDigitWrong(field=field)


def _names(text: str) -> tuple[str, str, bool]:
    """ICAO 9303-3 §4.6: two fillers after the primary identifier; a field without a filler at its end may be cut."""
    primary, _, secondary = text.partition("<<")
    if not primary.strip("<"):
        raise MrzRefused(problem="no name")
    return " ".join(primary.replace("<", " ").split()), " ".join(secondary.replace("<", " ").split()), text[-1] != "<"


def _birth(text: str, today: date) -> date | None:
    """The latest such day not after ``today``: nobody is born later. None where a part is unknown (9303-3 §4.7)."""
    if _UNKNOWN_PART.fullmatch(text) is None:
        raise MrzRefused(problem="a date of birth that isn't six digits")
    if "<" in text:
        return None
    this_century = today.year // 100 * 100
    for century in (this_century, this_century - 100):
        # 29 February may exist in one century only.
        found = _date(century, text)
        if found is not None and found <= today:
            return found
    raise MrzRefused(problem="a date of birth that doesn't exist")


def _expiry(text: str) -> date:
    """Chips have been in passports since 2004 and no passport outlives a few decades: the century is this one."""
    found = _date(2000, text)
    if found is None:
        raise MrzRefused(problem="a date of expiry that doesn't exist")
    return found


def _date(century: int, text: str) -> date | None:
    """The day of six digits in this century; None where there is none, or where a digit isn't one."""
    try:
        return date(century + int(text[0:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
