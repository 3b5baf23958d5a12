"""Tombstones: the list of destroyed names, and the epoch, which is its length.

One file is both, so the two can't disagree. A worker asks :meth:`Tombstones.newly_destroyed` before each answer; when
nothing happened that is one ``stat``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sekisho.keys.chained_log import ChainedLog
from sekisho.keys.derivation import Mac
from sekisho.keys.disk import Disk
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.ring import Destruction, utc_text

MAX_REASON = 500
"""Longest reason kept with a destruction, in characters; the rest is cut. The full reason belongs in the ledger."""


class Tombstones:
    """Every destruction of one keyring. A name once in it never leaves."""

    def __init__(self, path: Path, disk: Disk, mac: Mac) -> None:
        """The file must exist: see :meth:`sekisho.keys.chained_log.ChainedLog.make`."""
        self._log = ChainedLog(path, disk, mac)
        self._by_name: dict[str, Destruction] = {}

    def newly_destroyed(self) -> list[str]:
        """Names destroyed since the last call, by any process."""
        records = self._log.read_new()
        if not records:
            return []
        fresh = []
        for record in records:
            name = record["name"]
            at = datetime.fromisoformat(record["at"]).astimezone(UTC)
            self._by_name[name] = Destruction(name, len(self._by_name) + 1, at, record["reason"])
            fresh.append(name)
        return fresh

    def add(self, name: str, *, at: datetime, reason: str) -> Destruction:
        """Record the end of ``name``: durable on return, and the moment from which it can't come back.

        The caller holds the keyring's lock and has called :meth:`newly_destroyed`; ``name`` is not in the list.
        """
        self._log.append({"name": name, "at": utc_text(at), "reason": reason[:MAX_REASON]})
        self.newly_destroyed()
        return self._by_name[name]

    def settle(self) -> None:
        """Make sure that every destruction read so far is durable."""
        self._log.settle()

    def find(self, name: str) -> Destruction | None:
        """The destruction of ``name`` among those read so far."""
        return self._by_name.get(name)

    def refuse(self, name: str) -> None:
        """``KeyDestroyed`` if ``name`` is in the list."""
        end = self._by_name.get(name)
        if end is not None:
            raise KeyDestroyed(name=name, epoch=end.epoch, at=utc_text(end.at))

    def all(self) -> list[Destruction]:
        """Oldest first."""
        return list(self._by_name.values())

    def __len__(self) -> int:
        """The epoch."""
        return len(self._by_name)
