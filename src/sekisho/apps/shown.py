"""Text of unknown origin as it may be shown: what can't be seen or steers the display is told by its number.

A company's name or a host comes from files that others made: a letter in it must not turn what stands next to it around
or hide a part of it.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str) -> str:
    """``text`` on one line, with every letter that can't be seen or steers the display as ``〔U+202E〕``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_letter(each) for each in text)


def _letter(letter: str) -> str:
    if letter in "\n\r\t":
        return " "
    return f"〔U+{ord(letter):04X}〕" if unicodedata.category(letter) in _HIDDEN else letter
