"""Recognise an individual number (個人番号) where none may be: by its check digit, and by what stands around it.

The check digit is that of Number Use Act enforcement ordinance of the ministry (平成26年総務省令第85号) art. 5. One
twelve-digit number in eleven passes it by chance, so free text needs context too; typed fields (licence, tracking and
telephone numbers) are never searched.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Iterator

_ANNOUNCING = frozenset(
    {
        "individualnumber",
        "mynumber",
        "personalnumber",
        "kojinbango",
        "kojinbangou",
        "個人番号",
        "マイナンバー",
        "まいなんばー",
    }
)
"""Names of an individual number, letters and digits only, in the spelling :func:`announces` levels to."""

BEARING_DOCUMENTS = frozenset({"mynumber_card", "notification_card"})
"""Documents that bear the individual number, so that a number given as theirs is most likely this one."""

_CONTEXT = re.compile(
    r"個人番号|マイナンバ|マイナ番号|まいなんば|my[\s_-]*(?:number|no\b)|individual[\s_-]*number|kojin[\s_-]*bango",
    re.IGNORECASE,
)
_SEPARATORS = r"[\s‐‑‒–—―−ー・._/-]{0,2}"
_TWELVE = re.compile(rf"(?<!\d)(?=(\d(?:{_SEPARATORS}\d){{11}})(?!\d))")
"""Twelve digits, however grouped. The look-ahead finds those that begin inside another match too."""


def announces(field: str) -> bool:
    """Whether a field's name, in any spelling and case, says that an individual number stands in it."""
    plain = unicodedata.normalize("NFKC", field).casefold()
    return "".join(character for character in plain if character.isalnum()) in _ANNOUNCING


def has_valid_check_digit(digits: str) -> bool:
    """Whether twelve digits end with the check digit of an individual number."""
    body = [int(digit) for digit in reversed(digits[:11])]
    total = sum(value * (n + 1 if n <= 6 else n - 5) for n, value in enumerate(body, start=1))
    remainder = total % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def in_free_text(text: str) -> bool:
    """Whether free text (a name, an address) holds an individual number.

    The check digit must be right, and a word for it must stand in the same text, or the text be that number alone.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = set(_numbers(plain))
    if not found:
        return False
    # One number alone, said again and again, is found at no more than twelve places: long texts cost no more.
    return bool(_CONTEXT.search(plain)) or (len(found) <= 12 and any(_alone(number, plain) for number in found))


def in_identifier(text: str, *, document: str | None) -> bool:
    """Whether a typed identifier holds an individual number.

    A licence, tracking or reference number may have twelve digits and the right check digit by chance, so it passes;
    that of a document which bears the individual number, or one that says what it is, does not.
    """
    plain = unicodedata.normalize("NFKC", text)
    return any(document in BEARING_DOCUMENTS or _CONTEXT.search(plain) for _ in _numbers(plain))


def in_json_text(text: str) -> bool:
    """Whether JSON holds an individual number: by a member's name, or in any text or number by :func:`in_free_text`.

    What isn't JSON, or is nested too deeply to be any message, is searched as the text that it is.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return in_free_text(text)
    left: list[object] = [found]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if any(announces(name) for name in value):
                return True
            left += [*value, *value.values()]
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str | int) and in_free_text(str(value)):
            return True
    return False


def in_token(text: str) -> bool:
    """Whether a JSON Web Token holds an individual number in header or payload; nothing of it needs to be right."""
    return any(in_json_text(_decoded(part)) for part in text.split(".", 2)[:2])


def _decoded(part: str) -> str:
    """What base64url says, as text; what isn't base64url as it stands."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return part
    return data.decode("utf-8", errors="replace")


def _numbers(plain: str) -> Iterator[str]:
    for match in _TWELVE.finditer(plain):
        if has_valid_check_digit(re.sub(r"\D", "", match.group(1))):
            yield match.group(1)


def _alone(number: str, plain: str) -> bool:
    return not any(character.isalnum() for character in plain.replace(number, ""))
