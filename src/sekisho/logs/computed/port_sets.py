"""Which ports belong to which port-set identifier (PSID): RFC 7597 section 5.1. Pure.

A port is read as three numbers: ``a`` bits of offset A, ``k`` bits of PSID, and the ``m = 16 − a − k`` bits that are
left. With ``a`` above zero the ports of A = 0 (0 to 2^(16−a) − 1, which hold the well-known ones) belong to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PortSets:
    """``offset`` is ``a``, ``length`` is ``k``; ValueError unless together they fit 16 bits."""

    offset: int
    length: int

    def __post_init__(self) -> None:
        """See the class."""
        if not (0 <= self.offset <= 15 and self.length >= 0 and self.offset + self.length <= 16):
            raise ValueError("a from 0 to 15, and a + k at most 16")

    @property
    def low_bits(self) -> int:
        """``m``."""
        return 16 - self.offset - self.length

    @property
    def count(self) -> int:
        """Ports of one set: (2^a − 1) × 2^m, or 2^m where a is 0."""
        return ((1 << self.offset) - 1 if self.offset else 1) << self.low_bits

    def of(self, port: int) -> int | None:
        """The PSID of a port; None for one that belongs to nobody."""
        if self.offset and port >> (16 - self.offset) == 0:
            return None
        return (port >> self.low_bits) & ((1 << self.length) - 1)

    def ranges(self, psid: int) -> list[tuple[int, int]]:
        """The ports of a set, as inclusive ranges, ascending."""
        first = 1 if self.offset else 0
        span = 1 << self.low_bits
        found = []
        for a in range(first, 1 << self.offset):
            low = ((a << self.length) | psid) << self.low_bits
            found.append((low, low + span - 1))
        return found

    def around(self, port: int) -> tuple[int, int]:
        """The contiguous range of its set that holds ``port``."""
        low = port >> self.low_bits << self.low_bits
        return low, low + (1 << self.low_bits) - 1
