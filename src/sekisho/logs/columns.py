"""Columns that events and rows are made of: addresses and texts, as arrays. Pure; no column is ever changed in place.

Times are UTC microseconds since 1970 in ``int64`` arrays everywhere in this package; ``NO_TIME`` is an absent one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
UInt8s = NDArray[np.uint8]
UInt16s = NDArray[np.uint16]
UInt32s = NDArray[np.uint32]
UInt64s = NDArray[np.uint64]
Int32s = NDArray[np.int32]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]

NO_TIME: Final = np.iinfo(np.int64).min
"""An absent time. Sorts before every real one."""

Family = Literal[4, 6]


@dataclass(frozen=True, slots=True)
class Addresses:
    """IP addresses or prefixes of one family.

    ``low`` is the whole address for IPv4 (``uint32``) and its lower half for IPv6 (``uint64``, with ``high``).
    ``prefix`` is the prefix length where these are prefixes, whose host bits are zero; None for single addresses.
    """

    family: Family
    low: NDArray[Any]
    high: UInt64s | None = None
    prefix: UInt8s | None = None

    def __post_init__(self) -> None:
        """ValueError where the arrays don't fit the family or each other."""
        width = np.uint32 if self.family == 4 else np.uint64
        if self.low.dtype != width or (self.high is None) != (self.family == 4):
            raise ValueError("IPv4: low is uint32 and nothing else; IPv6: low and high are uint64")
        for other in (self.high, self.prefix):
            if other is not None and len(other) != len(self.low):
                raise ValueError("columns of one length")

    def __len__(self) -> int:
        """How many."""
        return len(self.low)

    def __getitem__(self, at: Any) -> Addresses:
        """Those at ``at`` (a slice, a mask or positions)."""
        high = None if self.high is None else self.high[at]
        return Addresses(self.family, self.low[at], high, None if self.prefix is None else self.prefix[at])

    @classmethod
    def v4(cls, low: UInt32s) -> Self:
        """Single IPv4 addresses."""
        return cls(4, low)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """From texts of one family, ``a.b.c.d``, ``x::y`` or ``x::/56``: for tests and the slow path."""
        networks = [ipaddress.ip_network(text) for text in texts]
        if len({network.version for network in networks}) > 1:
            raise ValueError("addresses of one family")
        numbers = [int(network.network_address) for network in networks]
        lengths = [network.prefixlen for network in networks]
        if not networks or networks[0].version == 4:
            whole = all(length == 32 for length in lengths)
            prefix = None if whole else np.array(lengths, np.uint8)
            return cls(4, np.array(numbers, np.uint32), None, prefix)
        prefix = None if all(length == 128 for length in lengths) else np.array(lengths, np.uint8)
        low = np.array([number & (2**64 - 1) for number in numbers], np.uint64)
        return cls(6, low, np.array([number >> 64 for number in numbers], np.uint64), prefix)

    def text(self, at: int) -> str:
        """One of them, as people write it."""
        number = int(self.low[at])
        if self.family == 4 and self.prefix is None:
            # A quarter of what ipaddress takes; answers are full of these.
            return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        number |= 0 if self.high is None else int(self.high[at]) << 64
        made = ipaddress.IPv4Address(number) if self.family == 4 else ipaddress.IPv6Address(number)
        return str(made) if self.prefix is None else f"{made}/{int(self.prefix[at])}"

    @classmethod
    def joined(cls, parts: Sequence[Addresses]) -> Addresses:
        """One after another; all of one family."""
        first = parts[0]
        if any(part.family != first.family for part in parts):
            raise ValueError("addresses of one family")
        high = None if first.high is None else np.concatenate([part.high for part in parts if part.high is not None])
        prefix = None
        if any(part.prefix is not None for part in parts):
            whole = 32 if first.family == 4 else 128
            prefix = np.concatenate([np.full(len(p), whole, np.uint8) if p.prefix is None else p.prefix for p in parts])
        return Addresses(first.family, np.concatenate([part.low for part in parts]), high, prefix)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts, each kept once: ``codes`` are places in ``values``; -1 is an absent text."""

    codes: Int32s
    values: tuple[str, ...]

    def __len__(self) -> int:
        """How many."""
        return len(self.codes)

    def __getitem__(self, at: Any) -> Texts:
        """Those at ``at``; the values stay as they are."""
        return Texts(self.codes[at], self.values)

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Self:
        """From texts in their order."""
        places: dict[str, int] = {}
        codes = [-1 if text is None else places.setdefault(text, len(places)) for text in texts]
        return cls(np.array(codes, np.int32), tuple(places))

    def text(self, at: int) -> str | None:
        """One of them."""
        code = int(self.codes[at])
        return None if code < 0 else self.values[code]

    @classmethod
    def joined(cls, parts: Sequence[Texts]) -> Texts:
        """One after another."""
        places: dict[str, int] = {}
        codes = []
        for part in parts:
            moved = np.array([places.setdefault(value, len(places)) for value in part.values] or [0], np.int32)
            codes.append(np.where(part.codes < 0, np.int32(-1), moved[part.codes]))
        return cls(np.concatenate(codes) if codes else np.empty(0, np.int32), tuple(places))
