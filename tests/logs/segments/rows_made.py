"""Rows made from a seed, with every kind of column."""

from __future__ import annotations

from typing import Any

import numpy as np

from sekisho.logs.columns import Addresses, Texts
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Rows

DAY_BEGIN = 1_790_434_800_000_000
"""2026-09-27T00:00:00+09:00, in microseconds."""


def made(
    count: int, seed: int, *, family: int = 4, unit: int = 1_000_000, plain: bool = False, texts: bool = False
) -> Rows:
    """``count`` rows in no order. ``plain``: every column that may be one value is; ``unit`` in microseconds."""
    draw = np.random.default_rng(seed)
    start = DAY_BEGIN + draw.integers(0, 80_000_000_000 // unit, count) * unit
    length = draw.integers(0, 3_000_000_000 // unit, count) * unit
    doubtful = np.zeros(count, np.int64) if plain else draw.integers(0, 2, count) * (length // unit // 2) * unit
    port = (draw.integers(0, 40, count) * 256).astype(np.uint16)
    known = np.zeros(count, np.uint8) if plain else draw.integers(0, 8, count).astype(np.uint8)
    more: dict[str, Any] = {}
    if texts:
        words = [None if draw.integers(0, 4) == 0 else f"回線{draw.integers(0, 9)}" for _ in range(count)]
        more = {"subject": Texts.of(words), "origin": Texts.of(["nas"] * count), "reference": Texts.of([None] * count)}
        more["destination"] = _addresses(draw, count, 4)
        more["destination_port"] = draw.integers(0, 65536, count).astype(np.uint16)
    return Rows(
        kind=LogKind.AP_NAT,
        address=_addresses(draw, count, family),
        port_low=port,
        port_high=(port + (255 if plain else draw.integers(0, 256, count))).astype(np.uint16),
        protocol=np.full(count, 6, np.uint8) if plain else draw.choice(np.array([0, 6, 17], np.uint8), count),
        start=start,
        end=start + length,
        start_known=known,
        end_known=known,
        source=np.full(count, 3, np.uint16),
        session=np.zeros(count, np.uint64) if plain else draw.integers(0, 2**63, count).astype(np.uint64),
        confirmed=start + length - doubtful,
        inside=_addresses(draw, count, family),
        **more,
    )


def _addresses(draw: np.random.Generator, count: int, family: int) -> Addresses:
    low = draw.integers(0, 12, count)
    if family == 4:
        return Addresses.v4((low + 0xC6120000).astype(np.uint32))
    high = np.full(count, 0x20010DB800000000 + 2**63, np.uint64) + draw.integers(0, 3, count).astype(np.uint64)
    return Addresses(6, (low.astype(np.uint64) << np.uint64(60)), high)


def same(left: Rows, right: Rows) -> bool:
    """Whether two batches are equal in every column."""
    for name in Rows.__dataclass_fields__:
        one, other = getattr(left, name), getattr(right, name)
        if isinstance(one, Addresses | Texts):
            if [one.text(at) for at in range(len(one))] != [other.text(at) for at in range(len(other))]:
                return False
        elif isinstance(one, np.ndarray):
            if not np.array_equal(one, other):
                return False
        elif one != other:
            return False
    return True
