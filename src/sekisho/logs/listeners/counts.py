"""What a listener counts. Counts tell of nobody: no sender, no content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Counts:
    """Since the listener began. ``received`` are messages (lines, packets, datagrams) that came whole and may be kept,
    ``durable`` those that are on the disk. ``dropped`` are others, by reason; ``refused`` connections, by reason."""

    received: int = 0
    received_bytes: int = 0
    durable: int = 0
    answered: int = 0
    repeated: int = 0
    connections: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    disk_errors: int = 0
    drains: int = 0
    drain_errors: Counter[str] = field(default_factory=Counter)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "received": self.received,
            "received_bytes": self.received_bytes,
            "durable": self.durable,
            "answered": self.answered,
            "repeated": self.repeated,
            "connections": self.connections,
            "dropped": _settled(self.dropped),
            "refused": _settled(self.refused),
            "disk_errors": self.disk_errors,
            "drains": self.drains,
            "drain_errors": _settled(self.drain_errors),
        }


def _settled(counter: Counter[str]) -> dict[str, int]:
    # A copy first: another thread may be counting.
    return {reason: count for reason, count in sorted(dict(counter).items()) if count}


LOST = ("kernel", "queue_full", "incomplete", "overlong", "disk")
"""Reasons of ``dropped`` that are losses of the source: each becomes a gap."""
