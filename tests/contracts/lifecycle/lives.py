"""A workspace whose clock the tests move, applications decided in it, and what can be read of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sekisho.clock import JAPAN, FixedClock
from sekisho.contracts.lifecycle.due import contract_tasks
from sekisho.contracts.lifecycle.holdings import HOLDINGS, Holding
from sekisho.contracts.lifecycle.service import ContractLife
from sekisho.contracts.service import Asking, Caller, ContractService
from sekisho.destruction.probing import FileSample, Probed, Sample, SubprocessProber
from sekisho.due import Entry, run_all
from sekisho.keys import KeyFile, Keyring, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import KeyDestroyed
from sekisho.ledger import leaf_opens
from sekisho.workspace import Workspace
from tests.contracts.applications import ADDRESS, BIRTH, NAME, written

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Noon of 2026-11-23 in Japan."""

CLERK = Caller("stated:clerk", may_attest=True)
BY = "stated:clerk"
KEEPER = "keeper"


def shown(**changed: Any) -> dict[str, Any]:
    """A driving licence shown at the counter: evidence that somebody attests."""
    return {
        "kind": "document_shown",
        "person": "subject",
        "at": "2026-11-23",
        "document": "driving_licence",
        "identifier": "第123456789012号",
        "valid_until": "2029-04-01",
        "altered": False,
        "name": NAME,
        "address": ADDRESS,
        "birth_date": BIRTH,
    } | changed


def at_counter(reference: str, day: date, **changed: Any) -> dict[str, Any]:
    """An application at the counter that is accepted on ``day``."""
    made = written(application=reference, channel="face_to_face", evidence=[shown(at=day.isoformat())], **changed)
    return {name: value for name, value in made.items() if name not in ("applied_at", "decided_at")}


class Unasked:
    """A prober that saves a second: it tries in this process, which tests of the probe itself don't."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def probe(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """As a process of its own would."""
        opened = refused = 0
        for sample in samples:
            assert isinstance(sample, Sample)
            try:
                self._ring.decrypt(key, sample.sealed, aad=sample.aad)
            except KeyDestroyed:
                refused += 1
            else:
                opened += 1
        return Probed(opened, refused, 0, self._ring.epoch(), 0)


@dataclass(slots=True)
class Shop:
    """A workspace, its clock and what opens it."""

    workspace: Workspace
    clock: FixedClock
    key_file: KeyFile

    @property
    def life(self) -> ContractLife:
        """The lives of its contracts."""
        return ContractLife(self.workspace)

    @property
    def desk(self) -> ContractService:
        """Its contract desk."""
        return ContractService(self.workspace)

    @property
    def today(self) -> date:
        """The Japan date of its clock."""
        return self.clock.now().astimezone(JAPAN).date()

    def go_to(self, day: date) -> None:
        """Noon of ``day`` in Japan."""
        self.clock.advance(datetime(day.year, day.month, day.day, 3, tzinfo=UTC) - self.clock.now())

    def pass_days(self, days: int) -> None:
        """Later."""
        self.clock.advance(timedelta(days=days))

    def accepted(self, reference: str, **changed: Any) -> str:
        """Decide an application that is accepted today; its decision's id."""
        answer = self.desk.decide(at_counter(reference, self.today, **changed), CLERK, Asking())
        assert answer.document["verdict"] == "accept", answer.document["verdict"]
        return answer.id

    def turned_away(self, reference: str) -> str:
        """Decide an application that lacks everything; its decision's id."""
        answer = self.desk.decide(at_counter(reference, self.today) | {"evidence": []}, CLERK, Asking())
        assert answer.document["verdict"] == "need_evidence"
        return answer.id

    def due(self, *, ask: bool = True) -> list[Entry]:
        """Run everything that is due, the probe in a real process of its own unless told otherwise."""
        prober = SubprocessProber(self.workspace.path, self.key_file) if ask else Unasked(self.workspace.keyring)
        return list(run_all(contract_tasks(self.workspace, prober, by=KEEPER)))

    def readable(self, decision: str) -> bool:
        """Whether a decision's row can be read."""
        try:
            self.desk.find(decision)
        except KeyDestroyed:
            return False
        return True

    def leaf_opens(self, leaf: str) -> bool:
        """Whether a leaf can be opened, with a salt that the ledger accepts."""
        try:
            opened = self.workspace.open_leaf(leaf)
        except KeyDestroyed:
            return False
        assert opened is not None
        assert leaf_opens(opened.row.leaf, body=opened.body, salt=opened.salt)
        return True

    def key_of(self, decision: str) -> str:
        """The key that a decision's row names."""
        return keys_in(self.workspace, HOLDINGS[0])[decision]


def keys_in(workspace: Workspace, holding: Holding) -> dict[str, str]:
    """Row id to key of one table."""
    columns = holding.table.c
    with workspace.database.read() as connection:
        return {row.id: row.key for row in connection.execute(select(columns.id, columns.key))}


def open_shop(path: Path, *, database_url: str | None = None, start: datetime = START) -> Shop:
    """A new workspace in which unconfirmed law decides."""
    (path / "safe").mkdir(parents=True)
    key_file = make_key_file(path / "safe" / "sekisho.key", RealDisk())
    clock = FixedClock(start)
    workspace = Workspace.create(
        path / "ws",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key_file,
        database_url=database_url,
        clock=clock,
    )
    return Shop(workspace, clock, key_file)


def said(entries: list[Entry], task: str) -> list[tuple[str, str]]:
    """What and state of a task's entries."""
    return [(each.what, each.state.value) for each in entries if each.task == task]
