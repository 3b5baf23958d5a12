"""Read the four items of a signing certificate from its subjectAltName (otherName, UTF8String).

Reads, believes nothing: the caller has verified the certificate, or throws the answer away.
"""

from __future__ import annotations

import re
from datetime import date

from sekisho.contracts.evidence.jpki import profile
from sekisho.contracts.evidence.jpki.errors import AttributesUnreadable
from sekisho.contracts.evidence.jpki.model import SUBSTITUTE, Attributes, Sex
from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate
from sekisho.contracts.evidence.pki.extensions import other_names

MAX_TEXT_BYTES = 2_000
"""A name or an address of JPKI; the resident register's own fields hold a few hundred characters."""
MAX_OTHER_NAMES = 32
"""There are six; later profiles may add the reading of the name and a former family name."""

_KNOWN = (
    profile.NAME,
    profile.NAME_SUBSTITUTES,
    profile.SEX,
    profile.BIRTH_DATE,
    profile.ADDRESS,
    profile.ADDRESS_SUBSTITUTES,
)
_BIRTH_DATE = re.compile(r"([0-9])([0-9]{4})([0-9]{2})([0-9]{2})")
_POSITIONS = re.compile(r"[01]*")

_ERAS = {
    # Gregorian years in which a birth may bear the era; a year of change may bear both.
    "1": (1868, 1912),  # 明治 [U]
    "2": (1912, 1926),  # 大正 [U]
    "3": (1926, 1989),  # 昭和 [U]
    "4": (1989, 2019),  # 平成 [C2]
    "5": (2019, 9999),  # 令和 [C2]
}


def read_attributes(certificate: UnverifiedCertificate) -> Attributes:
    """The four items. Raises :class:`AttributesUnreadable`, or a DER error; an absent item is None."""
    texts: dict[str, str] = {}
    unknown: list[str] = []
    names = other_names(certificate)
    if len(names) > MAX_OTHER_NAMES:
        raise AttributesUnreadable(problem=f"more than {MAX_OTHER_NAMES} names")
    for name in names:
        if name.type not in _KNOWN:
            unknown.append(name.type)
        elif name.type in texts:
            raise AttributesUnreadable(problem=f"{name.type} twice")
        else:
            texts[name.type] = _text(name.type, name.value)
    return Attributes(
        _with_substitutes(texts.get(profile.NAME), texts.get(profile.NAME_SUBSTITUTES)),
        _with_substitutes(texts.get(profile.ADDRESS), texts.get(profile.ADDRESS_SUBSTITUTES)),
        birth_date(texts.get(profile.BIRTH_DATE, "")),
        _sex(texts.get(profile.SEX)),
        tuple(unknown),
    )


def _text(kind: str, value: bytes) -> str:
    element = der.require_der(value, what="otherName", limit=MAX_TEXT_BYTES)
    if element.tag != der.UTF8_STRING:
        raise AttributesUnreadable(problem=f"{kind} is not UTF-8 text")
    return der.utf8(element)


def birth_date(written: str) -> date | None:
    """EYYYYMMDD: one digit for the era, then the Gregorian date. None unless every part is known and they agree.

    Unknown parts are zeros (``400000000``). A part that is known isn't used alone: half a date proves no age.
    """
    match = _BIRTH_DATE.fullmatch(written)
    if match is None or match[1] not in _ERAS:
        return None
    first, last = _ERAS[match[1]]
    year = int(match[2])
    if not first <= year <= last:
        return None
    try:
        return date(year, int(match[3]), int(match[4]))
    except ValueError:
        return None


def _with_substitutes(text: str | None, positions: str | None) -> str | None:
    """The text with :data:`SUBSTITUTE` where ``positions`` says a character was replaced; None if that can't be told.

    ``positions`` has a 1 for each replaced character and a 0 for each other [U]; in any other form there may be a
    substitute anywhere, so nothing can be compared.
    """
    if not text:
        return None
    if not positions or not positions.strip("0"):
        return text
    if not _POSITIONS.fullmatch(positions) or len(positions.rstrip("0")) > len(text):
        return None
    marks = positions.ljust(len(text), "0")
    return "".join(SUBSTITUTE if mark == "1" else character for character, mark in zip(text, marks, strict=False))


def _sex(written: str | None) -> Sex | None:
    return next((sex for sex in Sex if sex.value == written), None)
