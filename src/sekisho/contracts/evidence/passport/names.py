"""Whether a name in the machine-readable zone is the one stated: agrees, or can't be told. It never says "differs".

The zone writes names in A–Z only (ICAO 9303-3 §4.6, §6), states choose among several transliterations, and a long name
is cut. So an unequal name proves nothing, a name stated in kanji or kana can't be compared, and a name that fills its
field may have been cut. Surname first, as the zone has it, or given names first: both orders of one name agree.
"""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_STATED: Final = 200
"""Characters of a stated name that are compared; the zone has 39."""

# ICAO 9303-3 §6 A: what a letter becomes, where it isn't the letter without its mark, or not only that.
_OTHERWISE: Final = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ø": ("OE",),
    "Ü": ("UE", "UXX", "U"),
    "ß": ("SS",),
    "ẞ": ("SS",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Þ": ("TH",),
    "Œ": ("OE",),
    "Ĳ": ("IJ",),
    "Ł": ("L",),
    "Ħ": ("H",),
    "Ŧ": ("T",),
    "Ŋ": ("N",),
    "İ": ("I",),
    "ı": ("I",),
    "ĸ": ("Q",),
}
_OMITTED: Final = frozenset("'’ʼ`.")
_SEPARATORS: Final = frozenset(" -‐‑–,　")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def name_agrees(surname: str, given: str, *, cut: bool, stated: str) -> bool | None:
    """True where ``stated`` transliterates to this name, None where that can't be told.

    ``surname`` and ``given`` are as in the zone with single spaces for fillers; ``cut`` says that the field is full.
    """
    if cut or len(stated) > MAX_STATED:
        return None
    written = _options(stated)
    if written is None:
        return None
    orders = {" ".join(part for part in parts if part) for parts in ((surname, given), (given, surname))}
    return True if any(_could_be(written, order) for order in orders) else None


def _options(stated: str) -> list[tuple[str, ...]] | None:
    """For each character what it may become, words apart by one space; None where one has no transliteration."""
    found: list[tuple[str, ...]] = []
    for character in unicodedata.normalize("NFC", stated.strip()):
        if character in _OMITTED:  # ICAO 9303-3 §4.6: apostrophes are omitted, hyphens become fillers
            continue
        if character in _SEPARATORS:
            if found and found[-1] != (" ",):
                found.append((" ",))
            continue
        letters = _letter(character)
        if letters is None:
            return None
        found.append(letters)
    return found


def _letter(character: str) -> tuple[str, ...] | None:
    upper = character if character in _OTHERWISE else character.upper()
    if upper in _OTHERWISE:
        return _OTHERWISE[upper]
    wide = unicodedata.normalize("NFKC", upper) if unicodedata.east_asian_width(upper) == "F" else upper
    plain = "".join(one for one in unicodedata.normalize("NFD", wide) if not unicodedata.combining(one))
    return (plain,) if plain in _LETTERS else None


def _could_be(written: list[tuple[str, ...]], zone: str) -> bool:
    reached = {0}
    for options in written:
        reached = {at + len(option) for at in reached for option in options if zone.startswith(option, at)}
        if not reached:
            return False
    return len(zone) in reached
