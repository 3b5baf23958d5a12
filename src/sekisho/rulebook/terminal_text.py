"""Text for terminals in which Japanese and Latin letters stand in columns: widths, padding, wrapping."""

from __future__ import annotations

import unicodedata

WIDTH = 110
"""Columns that text is wrapped to: what a wide terminal and a printed page both hold."""

_NOT_AT_START = "、。，．）」』】・：；！？ー々〉》,.;:)]"


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
    """``text`` in lines of at most ``width`` columns: broken at spaces, or after any wide character.

    A closing mark never begins a line (kinsoku); a longer Latin word stays whole.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        fits = shown_width((line + piece).rstrip()) <= width
        if line and not fits and piece[0] not in _NOT_AT_START:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


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
    head, *rest = wrap(text, room) or [""]
    first = " " * indent + pad(label, label_width) + head
    return [first.rstrip(), *(" " * (indent + label_width) + line for line in rest)]
