"""In which spellings one value is written: widths, kana, with and without hyphens, Japanese character sets.

Advertising interfaces normalise before they hash (trimmed and lower-cased e-mail, telephone number in E.164 or bare
digits), so every spelling here is looked for as it stands and as what a hash was made of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sekisho.apps.leaks.values import Kind, Value

CHARSETS: Final = (("", "utf-8"), ("shift_jis", "cp932"), ("euc-jp", "euc_jp"))
"""UTF-8 isn't named in a chain; the older ones are, as its innermost layer."""

_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_VOICED: Final = {"ヴ": "ｳﾞ"} | {
    full: unicodedata.normalize("NFKC", half + mark) and half + mark
    for half in "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"
    for mark in "ﾞﾟ"
    if len(full := unicodedata.normalize("NFKC", half + mark)) == 1
}
_HALF: Final = _VOICED | {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_DASHES: Final = re.compile(r"[-‐‑‒–—―−ーｰ－]")
_SPACES: Final = re.compile(r"[\s　]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling in bytes. ``how`` says which, in words; ``charset`` is empty for UTF-8."""

    value: Value
    content: bytes
    how: str
    charset: str = ""

    @property
    def digits_only(self) -> bool:
        """Whether a digit before or after makes it another number."""
        return self.content.isdigit()

    @property
    def needs_edges(self) -> bool:
        """Whether a letter or digit before or after makes it another word."""
        return len(self.content) < 12 and self.content.isalnum() and self.content.isascii()


def half_kana(text: str) -> str:
    """Katakana of half width (半角カナ), voiced marks apart."""
    return "".join(_HALF.get(each, each) for each in text)


def full_width(text: str) -> str:
    """ASCII in full width (全角)."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def spellings(value: Value) -> tuple[Spelling, ...]:
    """Every spelling of the value, the plainest first, none twice."""
    found: dict[bytes, Spelling] = {}
    texts: dict[str, str] = {}
    for how, text in _texts(value):
        texts.setdefault(text, how)
    for charset, codec in CHARSETS:
        for text, how in texts.items():
            try:
                content = text.encode(codec)
            except UnicodeEncodeError:
                continue
            # Two characters in an old set are four bytes, which chance makes in a few gigabytes.
            if len(content) >= 6:
                found.setdefault(content, Spelling(value, content, how, charset))
    return tuple(found.values())


def _texts(value: Value) -> Iterator[tuple[str, str]]:
    given = value.text.strip()
    folded = unicodedata.normalize("NFKC", given)
    of_kind = {
        Kind.NAME: _name, Kind.KANA: _kana, Kind.EMAIL: _email, Kind.PHONE: _phone, Kind.POSTAL: _postal,
        Kind.BIRTHDAY: _birthday, Kind.ADDRESS: _address, Kind.ADVERTISING_ID: _identifier,
        Kind.DEVICE_ID: _identifier,
    }.get(value.kind)  # fmt: skip
    if value.kind not in {Kind.PHONE, Kind.POSTAL}:
        yield "as given", given
        yield "NFKC", folded
    if of_kind is not None:
        yield from of_kind(folded)


def _spaced(how: str, text: str) -> Iterator[tuple[str, str]]:
    parts = _SPACES.split(text)
    yield how, " ".join(parts)
    if len(parts) > 1:
        yield f"{how}, no space", "".join(parts)
        yield f"{how}, full-width space", "　".join(parts)
        yield f"{how}, plus for space", "+".join(parts)


def _name(text: str) -> Iterator[tuple[str, str]]:
    yield from _spaced("name", text)
    if text.isascii():
        yield from _spaced("name, lower case", text.lower())
        yield from _spaced("name, upper case", text.upper())
    else:
        yield from _kana(text)


def _kana(text: str) -> Iterator[tuple[str, str]]:
    katakana = text.translate(_HIRAGANA)
    yield from _spaced("katakana", katakana)
    yield from _spaced("hiragana", text.translate(_KATAKANA))
    yield from _spaced("half-width kana", half_kana(katakana))


def _email(text: str) -> Iterator[tuple[str, str]]:
    yield "lower case", text.lower()
    yield "upper case", text.upper()


def _phone(text: str) -> Iterator[tuple[str, str]]:
    plain = _DASHES.sub("-", text)
    digits = re.sub(r"\D", "", plain)
    if plain.startswith("+"):
        national = f"0{digits[2:]}" if digits.startswith("81") else ""
        international = digits
    else:
        national = digits
        international = f"81{digits[1:]}" if digits.startswith("0") else ""
    if international:
        yield "E.164", f"+{international}"
        yield "E.164, no plus", international
    if national:
        yield "national", national
        grouped = plain if not plain.startswith("+") and "-" in plain else _grouped(national)
        if grouped:
            yield "national, hyphens", grouped
            yield "national, full width", full_width(grouped).replace("-", "－")
            if international:
                yield "international, hyphens", f"+81-{grouped[1:]}"
        yield "national, full width", full_width(national)


def _grouped(national: str) -> str:
    return f"{national[:3]}-{national[3:7]}-{national[7:]}" if len(national) == 11 else ""


def _postal(text: str) -> Iterator[tuple[str, str]]:
    digits = re.sub(r"\D", "", text)
    grouped = f"{digits[:3]}-{digits[3:]}"
    yield "hyphen", grouped
    yield "digits", digits
    yield "full width", full_width(grouped)
    yield "full width", full_width(digits)


def _birthday(text: str) -> Iterator[tuple[str, str]]:
    found = re.match(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", text)
    if found is None:
        return
    year, month, day = found[1], int(found[2]), int(found[3])
    yield "digits", f"{year}{month:02}{day:02}"
    for mark in "-/.":
        yield f"with {mark}", f"{year}{mark}{month:02}{mark}{day:02}"
        yield f"with {mark}, short", f"{year}{mark}{month}{mark}{day}"
    yield "day first", f"{day:02}/{month:02}/{year}"
    yield "month first", f"{month:02}/{day:02}/{year}"
    yield "Japanese", f"{year}年{month}月{day}日"
    yield "Japanese", f"{year}年{month:02}月{day:02}日"


def _address(text: str) -> Iterator[tuple[str, str]]:
    yield from _spaced("address", text)
    wide = full_width(text).replace("-", "－")
    yield from _spaced("address, full width", wide)


def _identifier(text: str) -> Iterator[tuple[str, str]]:
    for how, each in (("lower case", text.lower()), ("upper case", text.upper())):
        yield how, each
        yield f"{how}, no marks", re.sub(r"[-:]", "", each)
