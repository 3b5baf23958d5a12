"""The steps that end a key of the log store: a day's, or a released hold's.

(1) planned    what lies under the key, and which holds are evaluated; a canary is sealed under it
(2) carved     every matching hold has its copy, proven
(3) destroyed  the key is gone, on record; the epoch that every worker checks rises
(4) probed     another process, which could open the canary and the files before, is refused all of them
(5) unlinked   the files are removed, their folders synced; what remains tells of nobody
(6) live       the certificate: a key backup may still hold the key
    final      every backup that held it is recorded as gone

Each is a leaf. The time they take doesn't depend on how much is under the key: nothing of it is read but one group of
rows of each file. A step is done again wherever it isn't noted; each may be.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Table

from sekisho.destruction.probing import FileSample, Prober, Sample
from sekisho.destruction.steps import Steps
from sekisho.workspace import Workspace


class Reached(StrEnum):
    """How far the end of a key has come."""

    PLANNED = "planned"
    CARVED = "carved"
    DESTROYED = "destroyed"
    PROBED = "probed"
    UNLINKED = "unlinked"
    LIVE = "live"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of the leaves of one sort of ending."""

    planned: str
    carved: str
    probed: str
    unlinked: str
    certified: str
    final: str


@dataclass(frozen=True, slots=True)
class Served:
    """What a hold has of what is about to end; ``shown`` is what the leaf calls it (``rows.shown_in``)."""

    hold: str
    shown: str
    rows: int
    segments: int
    proofs: tuple[bytes, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        proofs = [one.hex() for one in self.proofs]
        return {"hold": self.shown, "rows": self.rows, "segments": self.segments, "proofs": proofs}


@dataclass(frozen=True, slots=True)
class Plan:
    """What lies under a key: its leaf's words, values for its row, and what is written with it, given the leaf's id."""

    said: Mapping[str, Any]
    values: Mapping[str, Any]
    write: Callable[..., None]


class Again(Exception):
    """Something changed meanwhile: the step is prepared anew."""


class Ending(ABC):
    """Ends keys of one sort. Each method that takes a key may be asked again."""

    kinds: Kinds
    reason: str

    def __init__(self, workspace: Workspace, table: Table, prober: Prober | None, *, by: str) -> None:
        """``by`` is the staff id on record."""
        self._workspace = workspace
        self._steps = Steps(workspace, table, prober, by=by)

    # --- what differs ------------------------------------------------------------------------------------------------

    @abstractmethod
    def _plan(self, key: str) -> Plan:
        """What is planned. The key lives."""

    @abstractmethod
    def _samples(self, key: str) -> list[Sample | FileSample]:
        """What the probe tries besides the canary: every file."""

    @abstractmethod
    def _serve(self, key: str) -> list[Served]:
        """Copy what is held; what each hold has. Raises what must keep the key alive."""

    @abstractmethod
    def _require_served(self, connection: Connection, key: str, served: Sequence[Served]) -> None:
        """In the transaction that lets go of the key: raise :class:`Again` where a hold came meanwhile."""

    @abstractmethod
    def _unlink(self, key: str) -> tuple[int, int]:
        """Remove the files: how many that were, and how many are left."""

    @abstractmethod
    def _forget(self, connection: Connection, key: str, leaf: str) -> None:
        """In the transaction that notes that the files are gone: what remains tells of nobody."""

    @abstractmethod
    def _close(self, connection: Connection, key: str, leaf: str) -> None:
        """In the transaction that certifies."""

    # --- the steps ---------------------------------------------------------------------------------------------------

    def begun(self) -> list[str]:
        """Keys whose end was begun and isn't final."""
        return sorted(self._steps.begun(until=Reached.FINAL.value))

    def reached(self, key: str) -> Reached | None:
        """How far the end of a key has come."""
        row = self._steps.row(key)
        return None if row is None else Reached(row.state)

    def run(self, key: str) -> Reached:
        """Take the end of ``key`` as far as it goes now. Raises ``ProbeFailed``, ``CarvingFailed`` and what keyring and
        store raise; what was done stays done."""
        row = self._steps.row(key)
        if row is None:
            plan = self._plan(key)
            leaf = self._steps.leaf(self.kinds.planned, {"key": key, **plan.said, "by": self._steps.by})
            write = partial(plan.write, leaf=leaf.id)
            self._steps.begin(key, Reached.PLANNED, leaf, write=write, **plan.values)
            row = self._steps.need(key)
        steps = {
            Reached.PLANNED: self._carve,
            Reached.CARVED: self._destroy,
            Reached.DESTROYED: self._probe,
            Reached.PROBED: self._remove,
            Reached.UNLINKED: self._certify,
            Reached.LIVE: self._finish,
        }
        for state, step in steps.items():
            if row.state == state.value:
                row = self._steps.take(key, row, step)
        return Reached(row.state)

    def _carve(self, key: str, row: Row[Any]) -> None:
        if not self._workspace.keyring.exists(key):
            # Destroyed by somebody else, on record: there is nothing left to copy.
            leaf = self._steps.leaf(self.kinds.carved, {"key": key, "holds": [], "opened": 0})
            self._steps.note(key, Reached.PLANNED, Reached.CARVED, {"carved_leaf": leaf.id}, [leaf])
            return
        self._steps.require_open(key, row)
        samples = self._samples(key)
        opened = self._steps.ask(key, samples).opened if samples else 0
        while True:
            served = self._serve(key)
            said = {"key": key, "holds": [one.document() for one in served], "opened": opened}
            leaf = self._steps.leaf(self.kinds.carved, said)
            require = partial(self._require_served, key=key, served=served)
            try:
                self._steps.note(
                    key, Reached.PLANNED, Reached.CARVED, {"carved_leaf": leaf.id}, [leaf], write=require
                )
            except Again:
                continue
            return

    def _destroy(self, key: str, row: Row[Any]) -> None:
        del row
        leaf_id = self._steps.destroy(key, reason=self.reason)
        self._steps.note(key, Reached.CARVED, Reached.DESTROYED, {"destroyed_leaf": leaf_id})

    def _probe(self, key: str, row: Row[Any]) -> None:
        samples = [self._steps.canary(key, row), *self._samples(key)]
        asked = self._steps.require_refused(key, samples)
        said = {"key": key, "tried": len(samples), "refused": asked.refused, "opened": 0, "epoch": asked.epoch}
        leaf = self._steps.leaf(self.kinds.probed, said)
        self._steps.note(key, Reached.DESTROYED, Reached.PROBED, {"probed_leaf": leaf.id}, [leaf])

    def _remove(self, key: str, row: Row[Any]) -> None:
        del row
        files, left = self._unlink(key)
        leaf = self._steps.leaf(self.kinds.unlinked, {"key": key, "files": files, "left": left})
        values = {"unlinked_leaf": leaf.id, "erased": files}
        forget = partial(self._forget, key=key, leaf=leaf.id)
        self._steps.note(key, Reached.PROBED, Reached.UNLINKED, values, [leaf], write=forget)

    def _certify(self, key: str, row: Row[Any]) -> None:
        del row
        said = {"key": key, "state": Reached.LIVE.value, "backups": self._steps.backups(key)}
        leaf = self._steps.leaf(self.kinds.certified, said)
        close = partial(self._close, key=key, leaf=leaf.id)
        self._steps.note(key, Reached.UNLINKED, Reached.LIVE, {"certified_leaf": leaf.id}, [leaf], write=close)

    def _finish(self, key: str, row: Row[Any]) -> None:
        del row
        if self._steps.is_final(key):
            leaf = self._steps.leaf(self.kinds.final, {"key": key, "state": Reached.FINAL.value})
            self._steps.note(key, Reached.LIVE, Reached.FINAL, {"final_leaf": leaf.id}, [leaf])


def day_of(key: str) -> tuple[str, date] | None:
    """Kind and day in a key's name ``log/<kind>/<day>``; None for another key."""
    parts = key.split("/")
    if len(parts) != 3 or parts[0] != "log":
        return None
    try:
        return parts[1], date.fromisoformat(parts[2])
    except ValueError:
        return None
