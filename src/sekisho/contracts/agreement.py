"""Compare what evidence shows with what the application states: agree, differ, or could not tell.

Only spelling that means the same is levelled: Unicode compatibility forms, white space, variation selectors, and in
addresses the ways of writing numbers. Different kanji differ; a substitution character can't be compared, which is
unknown, never agreement.
"""

from __future__ import annotations

import re
import unicodedata

_SUBSTITUTES = frozenset("〓●■□◆\ufffd?？")
"""Characters that systems put in place of one they can't show (JPKI's substitution information is about these)."""

_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACE = re.compile(r"\s+")
_HYPHENS = re.compile(r"(?<=\d)[‐‑‒–—―−ー－ｰ-](?=\d)")
_KANJI_CHOME = re.compile(r"([〇一二三四五六七八九十]+)(?=丁目)")
_BLOCK = re.compile(r"(?<=\d)(?:丁目|番地の|番地|番|号|の)(?=\d)")
_BLOCK_END = re.compile(r"(?<=\d)(?:番地|番|号)(?!\w)|(?<=\d)(?:番地|番|号)$")
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}


def level(text: str) -> str:
    """The text with spelling differences that mean nothing levelled; for comparison only, never for storing."""
    return _SPACE.sub("", _VARIATION.sub("", unicodedata.normalize("NFKC", text))).casefold()


def level_address(text: str) -> str:
    """An address levelled: 一丁目2番3号 and 1-2-3 are one address."""
    plain = _KANJI_CHOME.sub(lambda match: str(_kanji_number(match.group())), level(text))
    plain = _HYPHENS.sub("-", plain)
    plain = _BLOCK.sub("-", plain)
    return _BLOCK_END.sub("", plain)


def names_agree(shown: str, stated: str) -> bool | None:
    """Whether two names are the same; None where a substitution character makes it impossible to tell."""
    return _agree(level(shown), level(stated))


def addresses_agree(shown: str, stated: str) -> bool | None:
    """Whether two addresses are the same; None where it is impossible to tell."""
    return _agree(level_address(shown), level_address(stated))


def _agree(shown: str, stated: str) -> bool | None:
    if shown == stated:
        return True
    if len(shown) == len(stated) and all(
        a == b or a in _SUBSTITUTES or b in _SUBSTITUTES for a, b in zip(shown, stated, strict=True)
    ):
        return None
    return False


def _kanji_number(text: str) -> int:
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return int("".join(str(_DIGITS[character]) for character in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
