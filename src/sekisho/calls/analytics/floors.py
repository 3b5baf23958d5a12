"""Counts that may leave the desk: no range, country or code with few calls is told, not by subtraction either. Pure.

(1) whatever has fewer calls than the floor goes into ``other``, without its name;
(2) where these have fewer than the floor together, the smallest of the rest join them, until they have as many;
(3) where nothing is left, nothing is told but the whole, and that only from the floor on.

So every count told is 0 or at least the floor, and so is every difference between a whole and its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FLOOR: Final = 10
"""The fewest calls of a range, country or code that are told. A house figure: no law that was read names one."""


@dataclass(frozen=True, slots=True)
class Told:
    """``cells``: by name, the most calls first. ``other``: calls of all the rest together, 0 or at least the floor.
    ``total`` None: too few to tell."""

    cells: Mapping[str, int]
    other: int
    total: int | None

    def first(self, most: int) -> Told:
        """The ``most`` largest; the others join the rest."""
        kept = dict(list(self.cells.items())[:most])
        return Told(kept, self.other + sum(self.cells.values()) - sum(kept.values()), self.total)


def tell(counts: Mapping[str, int], *, floor: int = FLOOR) -> Told:
    """What of ``counts`` may be told."""
    ordered = sorted(((name, n) for name, n in counts.items() if n > 0), key=lambda pair: (-pair[1], pair[0]))
    total = sum(n for _, n in ordered)
    cells = [(name, n) for name, n in ordered if n >= floor]
    other = total - sum(n for _, n in cells)
    while cells and 0 < other < floor:
        # All with the same count join together: which one does must not hang on its name.
        least = cells[-1][1]
        other += sum(n for _, n in cells if n == least)
        cells = [pair for pair in cells if pair[1] != least]
    if not cells and total < floor:
        return Told({}, 0, 0 if total == 0 else None)
    return Told(dict(cells), other, total)
