"""Text for terminals in which Japanese and Latin letters stand in columns: widths, padding, wrapping."""

from __future__ import annotations

import unicodedata

WIDTH = 110
"""Columns that text is wrapped to: what a wide terminal and a printed page both hold."""

_NOT_AT_START = "、。，．）」』】・：；！？ー々〉》〕,.;:)]"
_NOT_AT_END = "（「『【〈《〔(["


def shown_width(text: str) -> int:
    """Columns that ``text`` takes: East Asian wide and full-width characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, width: int) -> str:
    """``text`` and spaces up to ``width`` columns; longer text stays as it is."""
    return text + " " * max(0, width - shown_width(text))


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns: broken at spaces, or between wide characters.

    A closing mark never begins a line and an opening one never ends it (kinsoku); a longer Latin word stays whole.
    """
    lines: list[str] = []
    line: list[str] = []
    for piece in _pieces(text):
        if line and shown_width("".join(line) + piece.rstrip()) > width:
            carried = [piece]
            while len(line) > 1 and (carried[0][0] in _NOT_AT_START or line[-1][-1] in _NOT_AT_END):
                carried.insert(0, line.pop())
            lines.append("".join(line).rstrip())
            line = ["".join(carried).lstrip()] if len(carried) == 1 else carried
        else:
            line.append(piece)
    return [*lines, "".join(line).rstrip()] if line or not lines else lines


def _pieces(text: str) -> list[str]:
    """Units that aren't broken: a wide character, or a run of others up to and with the next space."""
    pieces: list[str] = []
    run = ""
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            pieces += [run, character] if run else [character]
            run = ""
        elif character == " ":
            pieces.append(run + character)
            run = ""
        else:
            run += character
    return [*pieces, run] if run else pieces


def labelled(label: str, text: str, *, indent: int = 0, label_width: int = 12, width: int = WIDTH) -> list[str]:
    """``text`` beside its label, wrapped below itself."""
    room = max(20, width - indent - label_width)
    if shown_width(label) >= label_width:
        return [" " * indent + label, *(" " * (indent + label_width) + line for line in wrap(text, room))]
    head, *rest = wrap(text, room) or [""]
    first = " " * indent + pad(label, label_width) + head
    return [first.rstrip(), *(" " * (indent + label_width) + line for line in rest)]
