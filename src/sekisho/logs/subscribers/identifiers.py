"""What a contractor is asked for by: each identifier in the one form in which it is compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.logs.subscribers.errors import IdentifierRefused

MAX_TEXT: Final = 200
"""Characters of a free identifier."""


class IdentifierKind(StrEnum):
    """Kinds of identifiers. The value is part of blind indexes, for good."""

    LINE = "line"
    """The line as access logs name it: user name, circuit id."""
    PHONE = "phone"
    ICCID = "iccid"
    """The number of a SIM (ITU-T E.118)."""
    IMEI = "imei"
    """The number of a device (3GPP TS 23.003 section 6)."""
    ACCOUNT = "account"
    EMAIL = "email"
    PAYMENT = "payment"
    """A reference to a payment, as the operator's ledger names it; never a card number."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier in its compared form; make it with :func:`identifier`."""

    kind: IdentifierKind
    value: str


def identifier(kind: IdentifierKind, written: str) -> Identifier:
    """The identifier that somebody wrote. Raises ``IdentifierRefused``; its error never repeats the value.

    - telephone numbers: full-width digits, hyphens, spaces and ``+81`` as people write them; compared in national form;
    - ICCID: 18 to 22 digits (the filler F at the end is left out);
    - IMEI: 14 to 16 digits, compared by the first 14: the 15th is a check digit, or a version's first;
    - e-mail: without regard to case (a mailbox that tells case apart is unheard of among providers).
    """
    text = unicodedata.normalize("NFKC", written).strip()
    if not text or len(text) > MAX_TEXT or not text.isprintable():
        raise IdentifierRefused(kind=kind.value, problem=f"1 to {MAX_TEXT} characters on one line")
    return Identifier(kind, _FORMS[kind](text) if kind in _FORMS else text)


def _phone(text: str) -> str:
    digits = re.sub(r"[-‐‑–—ー−()\s.]", "", text)
    if digits.startswith("+81"):
        digits = "0" + digits[3:].removeprefix("0")
    if not re.fullmatch(r"0[0-9]{8,13}|\+[1-9][0-9]{6,14}", digits, re.ASCII):
        raise IdentifierRefused(kind="phone", problem="a number with its area code, or + and the country's")
    return digits


def _iccid(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text).upper().removesuffix("F")
    if not re.fullmatch(r"[0-9]{18,22}", digits, re.ASCII):
        raise IdentifierRefused(kind="iccid", problem="18 to 22 digits")
    return digits


def _imei(text: str) -> str:
    digits = re.sub(r"[\s/-]", "", text)
    if not re.fullmatch(r"[0-9]{14,16}", digits, re.ASCII):
        raise IdentifierRefused(kind="imei", problem="14 to 16 digits")
    return digits[:14]


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise IdentifierRefused(kind="email", problem="name@domain")
    return text.casefold()


_FORMS: Final = {
    IdentifierKind.PHONE: _phone,
    IdentifierKind.ICCID: _iccid,
    IdentifierKind.IMEI: _imei,
    IdentifierKind.EMAIL: _email,
}
