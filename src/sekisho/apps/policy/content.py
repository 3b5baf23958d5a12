"""Bytes into text: what a file is at all, and in which of the encodings that Japanese pages have it is written."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

READ_MOST: Final = 8 * 1024 * 1024
"""Bytes that are read of a page; what lies behind isn't, and the page is said to be cut."""

_PICTURES: Final = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF", b"BM", b"II*\x00", b"MM\x00*",
    b"\x00\x00\x00\x1cftyp", b"\x00\x00\x00 ftyp",
)  # fmt: skip
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED: Final = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:-]{2,40})|encoding=[\"']"
                              rb"([A-Za-z0-9_.:-]{2,40})")
_SAME: Final = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "ms_kanji": "cp932", "cp932": "cp932", "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "eucjp": "euc_jp",
    "iso-2022-jp": "iso2022_jp", "utf-8": "utf-8", "utf8": "utf-8",
}  # fmt: skip
"""Encodings that a page may declare; everything else is found out from the bytes."""

_ESCAPES: Final = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_BROKEN_MOST: Final = 0.02
"""Share of characters that may be broken for a page to be read all the same, as a page read in part."""
_KANA: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc、。]")
_ODD: Final = re.compile("[\uff61-\uff9f\ue000-\uf8ff\ufffd\x80-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file's text. ``broken`` is true where some of its bytes have no meaning in its encoding."""

    text: str
    encoding: str
    broken: bool = False


def what_it_is(data: bytes) -> str | None:
    """``pdf``, ``picture``, ``binary`` or ``empty``; ``None`` for what may be text."""
    head = data[:1024].lstrip()
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        return "empty"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if data.startswith(_PICTURES):
        return "picture"
    if head.startswith((b"PK\x03\x04", b"\x7fELF", b"\xd0\xcf\x11\xe0")):
        return "binary"
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "binary" if not wide and b"\x00" in data[:4096] else None


def decoded(data: bytes) -> Content | None:
    """The text, or ``None`` where no encoding of Japanese pages fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _tolerant(data[len(mark) :], encoding)
    try:
        if not any(each in data for each in _ESCAPES):
            return Content(text=data.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        pass
    named = [_declared(data), "iso2022_jp" if any(each in data for each in _ESCAPES) else None]
    for encoding in dict.fromkeys(each for each in named if each):
        content = _tolerant(data, encoding)
        if content is not None and not content.broken:
            return content
    guessed = [each for encoding in ("cp932", "euc_jp", "utf-8") if (each := _tolerant(data, encoding)) is not None]
    return max(guessed, key=_fitness, default=None)


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:4096])
    name = (match.group(1) or match.group(2)).decode("ascii").lower() if match else ""
    return _SAME.get(name)


def _tolerant(data: bytes, encoding: str) -> Content | None:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    if broken > _BROKEN_MOST * len(text):
        return None
    return Content(text=text, encoding=encoding, broken=broken > 0)


def _fitness(content: Content) -> tuple[bool, float]:
    """Whole before broken; then more kana, and fewer letters that come of reading one encoding as another."""
    sample = content.text[:200_000]
    good, odd = len(_KANA.findall(sample)), len(_ODD.findall(sample))
    return (not content.broken, (good - 3 * odd) / (len(sample) or 1))
