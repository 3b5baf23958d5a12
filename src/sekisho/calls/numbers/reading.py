"""From what people and machines write to digits: full width, separators, ``+``, 184 and 186. Standard library only.

Read: ASCII and full-width digits, one ``+`` before them, and between them the separators of RFC 3966 (``-.()``) and
those Japanese texts use. ``tel:`` and ``sip:`` addresses aren't numbers: take the number out of them first.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from sekisho.calls.numbers.errors import NoDigits, NotDigits, TooManyDigits

MOST_DIGITS: Final = 27
"""The longest that can be dialled: 184, a carrier's 0091XY, 010, and the fifteen digits of ITU-T E.164."""
MOST_CHARACTERS: Final = 100
"""Of a number with its separators: more is no number, and isn't looked at."""

_SEPARATORS: Final = " \t\u00a0\u3000-.()（）‐‑‒–—―−－ー．･・"
_TABLE: Final = str.maketrans("０１２３４５６７８９＋", "0123456789+", _SEPARATORS)


@unique
class Asked(StrEnum):
    """What the caller asked of this one call by a prefix (発信者番号通知)."""

    NOTHING = "nothing"
    WITHHOLD = "withhold"
    """184."""
    SHOW = "show"
    """186."""


_ASKED: Final = {"184": Asked.WITHHOLD, "186": Asked.SHOW}


def digits_of(number: str) -> str:
    """Digits of ``number``, with the ``+`` before them where there is one; separators gone, in ASCII.

    Raises :class:`NoDigits`, :class:`NotDigits` or :class:`TooManyDigits`, none of which holds the number.
    """
    if len(number) > MOST_CHARACTERS:
        raise TooManyDigits(most=MOST_DIGITS)
    plain = number.translate(_TABLE)
    digits = plain[1:] if plain[:1] == "+" else plain
    if not (digits.isascii() and digits.isdigit()):
        _refuse(number)
    if len(digits) > MOST_DIGITS:
        raise TooManyDigits(most=MOST_DIGITS)
    return plain


def asked_of(digits: str) -> tuple[Asked, str]:
    """What 184 or 186 before a number asks, and the number without it. Either alone is a number of its own (1XY)."""
    if len(digits) > 3 and digits[:3] in _ASKED:
        return _ASKED[digits[:3]], digits[3:]
    return Asked.NOTHING, digits


def _refuse(number: str) -> None:
    """Raise for the first character that can't stand where it does; for none, that there is no digit."""
    begun = False
    for position, character in enumerate(number, 1):
        plain = character.translate(_TABLE)
        if plain and not ("0" <= plain <= "9" or (plain == "+" and not begun)):
            raise NotDigits(position=position, character=f"U+{ord(character):04X}")
        begun = begun or plain != ""
    raise NoDigits
