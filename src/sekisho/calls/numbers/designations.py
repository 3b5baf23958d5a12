"""Which blocks of numbers are designated, to whom, as of a day (電気通信番号指定状況). Standard library only.

A snapshot is what MIC published on one day; every answer that used one says which. What it doesn't know: who holds a
ported number (the block's holder is who was designated), what was designated after the snapshot, and whether a single
number of a block is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from sekisho.calls.numbers.errors import DesignationsRefused

MOST_BLOCKS: Final = 200_000
"""Of one snapshot. Fixed numbers have 81,000 beginnings of six digits at most; all other kinds together have fewer."""
SHORTEST, LONGEST = 4, 9
"""Digits of a block's beginning, the leading 0 included: those of MIC's tables that were seen have six or seven."""


_SERVICES: Final = frozenset({"0120", "0170", "0180", "0570", "0800", "0990", "0600", "0200", "0204"})


def table_of(national: str) -> str:
    """Which of MIC's tables has a number: 0A for fixed ones (a file each), 0A0 for others, 0AB0 for services."""
    if national[:4] in _SERVICES:
        return national[:4]
    return national[:3] if national[2:3] == "0" or national[:3] == "091" else national[:2]


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers that begin with ``prefix`` (national digits), and their ``holder`` (指定事業者).

    ``area`` is the area code (市外局番) with its 0 where the table says it. ``in_service``: whether the table says that
    the block is in use (使用中); ``None`` where it doesn't say. ``status`` is the table's own word.
    """

    prefix: str
    holder: str
    area: str | None = None
    in_service: bool | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Designations:
    """A snapshot: blocks by their beginnings. Made by :func:`designations`; compared by identity."""

    as_of: date
    source: str
    blocks: Mapping[str, Block]
    lengths: tuple[int, ...]
    covered: frozenset[str]
    """Which of MIC's tables the snapshot has, by :func:`table_of`."""
    conflicts: tuple[str, ...] = field(default=())
    """Beginnings that two rows gave to different holders: no holder is told for them."""

    def covers(self, national: str) -> bool:
        """Whether the snapshot has the table in which this number would stand: only then is no block an answer."""
        return table_of(national) in self.covered

    def block_of(self, national: str) -> Block | None:
        """The smallest block that has this number (national digits); ``None`` where no block has."""
        found = self.blocks.get
        for length in self.lengths:
            block = found(national[:length])
            if block is not None:
                return block
        return None


def _order(found: Mapping[str, Block]) -> tuple[int, ...]:
    """In which order lengths are tried: the longest first only where one block lies inside another.

    In MIC's tables none does; there the shortest lengths, which hold by far the most numbers, come first.
    """
    lengths = sorted({len(prefix) for prefix in found})
    nested = any(prefix[:length] in found for prefix in found for length in lengths if length < len(prefix))
    return tuple(reversed(lengths) if nested else lengths)


def designations(blocks: Iterable[Block], *, as_of: date, source: str) -> Designations:
    """A snapshot of ``blocks``. Raises :class:`DesignationsRefused` for none, for too many, and for a malformed one.

    Two rows that give one beginning to different holders cancel each other: the block stays designated, its holder
    is left open and the beginning is in ``conflicts``.
    """
    found: dict[str, Block] = {}
    conflicts: set[str] = set()
    for line, block in enumerate(blocks, 1):
        prefix = block.prefix
        if not (
            SHORTEST <= len(prefix) <= LONGEST and prefix.isascii() and prefix.isdigit() and prefix[0] == "0"
        ):
            raise DesignationsRefused(problem="a beginning is not a national number's", line=line)
        other = found.get(prefix)
        if other is not None and other.holder != block.holder:
            conflicts.add(prefix)
        found[prefix] = block
        if len(found) > MOST_BLOCKS:
            raise DesignationsRefused(problem=f"more than {MOST_BLOCKS} blocks", line=line)
    if not found:
        raise DesignationsRefused(problem="no block", line=0)
    for prefix in conflicts:
        found[prefix] = Block(prefix=prefix, holder="", area=found[prefix].area)
    return Designations(
        as_of=as_of,
        source=source,
        blocks=MappingProxyType(found),
        lengths=_order(found),
        covered=frozenset(table_of(prefix) for prefix in found),
        conflicts=tuple(sorted(conflicts)),
    )
