"""Compare what evidence shows with what the application states: agree, differ, or could not tell.

Only spelling that means the same is levelled: Unicode compatibility forms, white space, variation selectors, and in
addresses the ways of writing numbers. Different kanji differ; a substitution character can't be compared, nor can kana
that differ only in being small (older systems write ｾｷｼﾖ for セキショ): that is unknown, never agreement.
"""

from __future__ import annotations

import re
import unicodedata

_SUBSTITUTES = frozenset("〓●■□◆\ufffd?？")
"""Characters that systems put in place of one they can't show (JPKI's substitution information is about these)."""

MAX_SUBSTITUTES = 8
"""A text with more substitutes than this is not compared at all; it also bounds the work on a hostile one."""

_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACE = re.compile(r"\s+")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)\s+(?=\d)")
_GAP = "\N{SYMBOL FOR SPACE}"
"""Stands for white space between two numbers of an address: without it, ``1-2 3`` would be ``1-23``."""

_HYPHENS = re.compile(r"(?<=\d)[‐‑‒–—―−ー－ｰ-](?=\d)")
_KANJI_BLOCK = re.compile(
    r"(?<![\d〇一二三四五六七八九十百千])([〇一二三四五六七八九十]+)(?=丁目|番地|番(?![町丁街館])|号(?![館棟室線]))"
)
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九]+|([二三四五六七八九]?)十([一二三四五六七八九]?)")
_BLOCK = re.compile(r"(?<=\d)(?:丁目|番地の|番地|番|号|の)(?=\d)")
_BLOCK_END = re.compile(r"(?<=\d)(?:番地|番|号)(?!\w)|(?<=\d)(?:番地|番|号)$")
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
_LARGE = str.maketrans(_SMALL_KANA, "あいうえおつやゆよわかけアイウエオツヤユヨワカケ")


def level(text: str) -> str:
    """The text with spelling differences that mean nothing levelled; for comparison only, never for storing."""
    return _SPACE.sub("", _characters(text))


def level_address(text: str) -> str:
    """An address levelled: 一丁目2番3号 and 1-2-3 are one address; 1-2 3 and 1-23 are two."""
    plain = _SPACE.sub("", _BETWEEN_NUMBERS.sub(_GAP, _characters(text)))
    plain = _KANJI_BLOCK.sub(lambda match: _arabic(match.group()), plain)
    plain = _HYPHENS.sub("-", plain)
    plain = _BLOCK.sub("-", plain)
    return _BLOCK_END.sub("", plain)


def names_agree(shown: str, stated: str) -> bool | None:
    """Whether two names are the same; None where a substitution character makes it impossible to tell."""
    return _agree(level(shown), level(stated))


def addresses_agree(shown: str, stated: str) -> bool | None:
    """Whether two addresses are the same; None where it is impossible to tell."""
    return _agree(level_address(shown), level_address(stated))


def _characters(text: str) -> str:
    return unicodedata.normalize("NFKC", _VARIATION.sub("", unicodedata.normalize("NFKC", text))).casefold()


def _agree(shown: str, stated: str) -> bool | None:
    substitutes = sum(character in _SUBSTITUTES for character in shown + stated)
    if substitutes > MAX_SUBSTITUTES:
        return None
    if not substitutes and shown == stated:
        return True
    large_shown, large_stated = shown.translate(_LARGE), stated.translate(_LARGE)
    if _could_be(large_shown, large_stated) or _could_be(large_stated, large_shown):
        return None
    return False


def _could_be(shown: str, stated: str) -> bool:
    """Whether ``shown`` may stand for ``stated``: a substitute for one character, or for half of one written in two."""
    reached = {0}
    for character in shown:
        further = {at + 1 for at in reached if at < len(stated) and _alike(character, stated[at])}
        reached = further | reached if character in _SUBSTITUTES else further
    return len(stated) in reached


def _alike(a: str, b: str) -> bool:
    return a == b or a in _SUBSTITUTES or b in _SUBSTITUTES


def _arabic(written: str) -> str:
    """A number of a block in digits; what isn't a number below a hundred or digit by digit stays as it is."""
    match = _KANJI_NUMBER.fullmatch(written)
    if match is None:
        return written
    if "十" not in written:
        return str(int("".join(str(_DIGITS[character]) for character in written)))
    tens, ones = match.group(1), match.group(2)
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
