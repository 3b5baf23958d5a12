"""A log store with a policy, staff, and days that the clock has passed: for tests of policies, holds and purges."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from sekisho.clock import JAPAN, FixedClock
from sekisho.destruction.probing import FileSample, Probed, Sample
from sekisho.due import Entry, run_all
from sekisho.keys import KeyFile, Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.logs.due import log_tasks
from sekisho.logs.holds.rows import HoldEntry
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.terms import HoldTerms, read_terms
from sekisho.logs.intake_desk import Ingested
from sekisho.logs.intervals.days import begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.policies import Policies
from sekisho.logs.purge.certificates import issued
from sekisho.logs.purge.tasks import keeping_tasks
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.declared import AUDITOR, CUSTODIAN, declare


def hold_document(**changed: Any) -> dict[str, Any]:
    """A preservation request received on 2026-11-23 for one address on 2026-11-22."""
    scope = {
        "kinds": ["ap.nat"],
        "begin": "2026-11-22T00:00:00+09:00",
        "end": "2026-11-23T00:00:00+09:00",
        "addresses": ["203.0.113.5"],
    } | changed.pop("scope", {})
    authority = {
        "name": "関所県警察本部 サイバー犯罪対策課",
        "officer": "検見川 守",
        "rank": "judicial_police_officer",
        "document": "関サ保第12号",
        "document_date": "2026-11-23",
        "checked": "代表番号に折り返して確認",
    } | changed.pop("authority", {})
    return {
        "type": "preservation_request",
        "authority": authority,
        "scope": scope,
        "received": "2026-11-23",
        "until": "2026-12-23",
    } | changed


def hold_terms(**changed: Any) -> HoldTerms:
    """The same, read."""
    return read_terms(hold_document(**changed))


class Unasked:
    """A prober that saves a second: it tries in this process, which tests of the probe itself don't."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def probe(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """As a process of its own would."""
        found = {"opened": 0, "refused": 0}
        for sample in samples:
            try:
                if isinstance(sample, Sample):
                    self._ring.decrypt(key, sample.sealed, aad=sample.aad)
                else:
                    self._ring.derive(key, info=sample.info)
            except KeyDestroyed:
                found["refused"] += 1
            else:
                found["opened"] += 1
        return Probed(found["opened"], found["refused"], 0, self._ring.epoch(), 0)


@dataclass(slots=True)
class Keeper:
    """A workspace's logs, and the clock."""

    workspace: Workspace
    clock: FixedClock
    key_file: KeyFile
    logs: LogService

    @property
    def holds(self) -> Holds:
        """Its holds."""
        return Holds(self.workspace)

    @property
    def policies(self) -> Policies:
        """Its policies."""
        return Policies(self.workspace)

    def declare(self, **changed: Any) -> None:
        """Declare a policy, approved where it must be."""
        declare(self.workspace, **changed)

    def take(self, *lines: str, source: str = "cgn") -> Ingested:
        """Ingest lines of the simple format."""
        return self.logs.ingest(io.BytesIO("".join(line + "\n" for line in lines).encode()), source)

    def hold(self, **changed: Any) -> HoldEntry:
        """Add a hold."""
        return self.holds.add(hold_terms(**changed), by=CUSTODIAN)

    def go_to(self, day: date, hour: int = 12) -> None:
        """That hour of ``day`` in Japan."""
        at = datetime(day.year, day.month, day.day, hour, tzinfo=JAPAN)
        self.clock.advance(at - self.clock.now())

    def certificate(self, key: str) -> bytes:
        """The certificate of a key that ended, over the ledger as published now."""
        self.workspace.checkpoint()
        return orjson.dumps(issued(self.workspace, key, by=AUDITOR))

    def due(self, prober: Any = None) -> list[Entry]:
        """Run the log desk's due tasks."""
        asked = prober or Unasked(self.workspace.keyring)
        return list(run_all((*log_tasks(self.workspace), *keeping_tasks(self.workspace, asked, by="keeper"))))


def whole(day: date, begin: int, end: int, address: str, low: int, high: int, inside: str) -> str:
    """A line: an address's block of ports, from and to in seconds of ``day``."""
    midnight = begin_of(day) // 1_000_000
    return f"W {midnight + end} {address} {low} {high} {inside} {midnight + begin}"


def failed(entries: Sequence[Entry]) -> list[Entry]:
    """Those that say that something could not be done."""
    return [each for each in entries if each.state == "failed"]


YESTERDAY = date(2026, 11, 22)
GONE_ON = YESTERDAY + timedelta(days=121)
"""The day on which YESTERDAY's records are due, kept for 120 days."""
NAT = LogKind.AP_NAT
