"""A page's text as it is read: headings, paragraphs, list items and tables, in order, bounded.

Whatever the page is nested in or how much of it there is: nothing here depends on depth, and what lies beyond a bound
is left out and said to be (:attr:`Page.cut`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

TEXT_MOST: Final = 300_000
"""Characters of text that are read; long policies have some fifty thousand."""
BLOCKS_MOST: Final = 20_000
CELLS_MOST: Final = 20_000
SPAN_MOST: Final = 60


@unique
class Kind(Enum):
    """What a block is."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and whether the page marks it as a header."""

    text: str
    header: bool = False


Grid = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. ``level`` is a heading's (1 the widest); ``grid`` a table's rows; ``number`` its place on the page."""

    kind: Kind
    text: str = ""
    level: int = 0
    grid: Grid = ()
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is on a page. ``links`` are the links' words with their addresses.

    ``hidden`` names what stands on the page and can't be read as text (``iframe``, ``picture``); ``cut`` is true where
    something was left out for its size; ``password`` where there is a field for one; ``scripts`` counts scripts.
    """

    title: str = ""
    blocks: tuple[Block, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()
    pictures: int = 0
    scripts: int = 0
    password: bool = False
    cut: bool = False

    @property
    def letters(self) -> int:
        """Characters of text."""
        return sum(len(each.text) + sum(len(cell.text) for row in each.grid for cell in row) for each in self.blocks)

    @property
    def text(self) -> str:
        """All text, a line each block or row."""
        return "\n".join(
            "\n".join(" ".join(cell.text for cell in row) for row in each.grid) or each.text for each in self.blocks
        )
