"""Counts that may be published: nobody is singled out, not by subtraction either. Pure.

What is published must not tell that there is any one request, whoever knows of the others.
Each table has one dimension. A category of fewer than :data:`LEAST` requests is told only together with others:

(1) everything below :data:`LEAST`, zeros included, goes into one pool, so that being in it tells nothing;
(2) the smallest other count joins it, with every category that has just this count;
(3) where there is no other and all are too few together, the total itself isn't told.

So every published number is 0 or at least :data:`LEAST`. None of the pooled ones follows from it: which categories are
pooled depends on the counts alone, so the pool's counts could as well be exchanged among its categories, and they
aren't all the same. Tables that would share a part with another one are published only where that part is
(:mod:`sekisho.disclosure.reports.transparency`).
What this doesn't protect against: what somebody knows from elsewhere, or follows from knowing which sort of request
asks for which sort of data; even then a rest is told of many types together, never of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAST: Final = 5
"""The smallest count above 0 that is published. A house rule: no law names one."""


@dataclass(frozen=True, slots=True)
class Published:
    """One table. ``cells`` are categories with their counts; ``pooled`` those that are told together, ``pool`` how many
    (None: too few to tell); ``total`` None where it is too small to tell."""

    cells: Mapping[str, int]
    pooled: tuple[str, ...]
    pool: int | None
    total: int | None

    def tells(self, category: str) -> bool:
        """Whether the count of a category is published by itself."""
        return category in self.cells


def publish(counts: Mapping[str, int], categories: Sequence[str]) -> Published:
    """What of ``counts`` (by category; absent: 0) may be published, in the order of ``categories``.

    ``ValueError`` for a count of something that isn't a category.
    """
    if strange := sorted(set(counts) - set(categories)):
        raise ValueError(f"not a category: {strange[0]}")
    known = {one: counts.get(one, 0) for one in categories}
    total = sum(known.values())
    if all(not 0 < count < LEAST for count in known.values()):
        return Published(known, (), 0, total)
    pool = {one for one, count in known.items() if count < LEAST}  # (1)
    rest = [count for count in known.values() if count >= LEAST]
    if rest:
        pool |= {one for one, count in known.items() if count == min(rest)}  # (2)
    pooled = sum(known[one] for one in pool)
    told = pooled >= LEAST
    return Published(
        {one: count for one, count in known.items() if one not in pool},
        tuple(one for one in categories if one in pool),
        pooled if told else None,
        total if told else None,  # (3)
    )
