"""Taking logs in, end to end on one core: bytes of a file to sealed, encrypted, committed segments.

``./scripts/bench logs`` runs it. One process pinned to one core takes a file in through the service (hash, framing,
reading, pairing, sorting, blinded commitments, encryption, fsync, ledger) and seals the day; the clock covers both.
"""

from __future__ import annotations

import io
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench import logs_inputs
from bench.runner import BenchmarkError, run_peer
from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import JAPAN, FixedClock, japan_date
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs import manifest
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import SegmentState
from sekisho.logs.policies import Policies
from sekisho.logs.policy_reading import read_policy
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace

LINES, RECORDS, SESSIONS = 2_000_000, 300_000, 1_000_000
"""Lines, records and sessions taken in each time."""
COMPARED: Final = 400_000
"""Lines that the peers take in."""
AFTER: Final = datetime.combine(logs_inputs.DAY, datetime.min.time(), JAPAN) + timedelta(days=1, hours=12)
"""When it is taken in: noon of the next day, so that the day can be sealed."""
PEER: Final = Path(__file__).parent / "peers" / "log_table.py"


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking an input in came to: seconds of both steps, rows and bytes on disk of the sealed segments."""

    seconds: float
    events: int
    rows: int
    size: int

    @property
    def bytes_per_row(self) -> float:
        """Bytes on disk of a row, its commitment included."""
        return self.size / self.rows


@contextmanager
def one_core() -> Iterator[None]:
    """This process on one core: what it does in a second is what a core does."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def take(data: bytes, kind: LogKind, name: str, settings: dict[str, Any]) -> Taken:
    """Take an input in and seal its day, in a workspace of its own."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        root = Path(folder)
        (root / "safe").mkdir()
        keyring = make_key_file(root / "safe" / "sekisho.key", RealDisk())
        with Workspace.create(
            root / "ws", name="関所通信", legal_confirmation="shown", keyring=keyring, clock=FixedClock(AFTER)
        ) as workspace:
            _declare(workspace, kind)
            logs = LogService(workspace)
            spec = SourceSpec("measured", "関所通信", "hikari", kind, name, settings=settings)
            logs.add_source(spec, by="bench")
            with one_core():
                begin = time.perf_counter()
                done = logs.ingest(io.BytesIO(data), "measured")
                sealed = logs.seal(kind, logs_inputs.DAY)
                seconds = time.perf_counter() - begin
            if sealed is None or done.quarantined or done.refused or done.ignored:
                raise BenchmarkError(f"{name}: not all of the input was taken in: {done}")
            with workspace.database.read() as connection:
                states = (SegmentState.SEALED,)
                found = manifest.segments_of(connection, kind=kind, day=logs_inputs.DAY, states=states)
            return Taken(seconds, done.events, sum(one.rows for one in found), sum(one.size for one in found))


_REASON: Final = {"necessity": "計測のため。", "effect": "計測できる。", "social_change": "計測が求められている。"}
_CUSTODIAN, _OFFICER = Role.LOG_CUSTODIAN, Role.PRIVACY_OFFICER


def _hire(workspace: Workspace) -> dict[Role, Principal]:
    """A custodian and a privacy officer."""
    workspace.change(partial(access.add_first_administrator, staff_id="admin", name="admin", now=AFTER))
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    people = {}
    for role in (_CUSTODIAN, _OFFICER):
        name = role.value.replace("_", "-")
        add = partial(access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=AFTER)
        workspace.change(add)
        workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=AFTER))
        people[role] = Principal(name, StaffKind.PERSON, scopes_of((role,)), Proof.TOKEN, "t", None)
    return people


def _declare(workspace: Workspace, kind: LogKind) -> None:
    """A policy: nothing is recorded without one, and no destination without its own."""
    own = {"purposes": ["system_security"], "period": "120d", "need": "計測", "reason": _REASON}
    document: dict[str, Any] = {
        "provider": "関所通信",
        "service": "hikari",
        "kind": kind.value,
        "purposes": ["complaints"],
        "fields": ["address", "ports", "times"],
        "period": "120d",
        "need": "計測",
        "reason": _REASON,
        "valid_from": japan_date(AFTER).isoformat(),
        "destinations": own if kind is LogKind.AP_NAT else None,
    }
    policies, people = Policies(workspace), _hire(workspace)
    made = policies.add(read_policy(document), by=people[_CUSTODIAN])
    if made.approvals:
        policies.approve(made.id, by=people[_OFFICER])
        policies.make(made.id, by=people[_CUSTODIAN])


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """``inputs`` and ``figures`` as :mod:`bench.runner` documents them."""
    lines = logs_inputs.port_block_lines(LINES, seed)
    records = logs_inputs.radius_records(RECORDS, seed)
    file = logs_inputs.session_file(SESSIONS, seed)
    # The first input of a process pays for what it imports.
    take(logs_inputs.port_block_lines(1_000, seed), LogKind.AP_NAT, "juniper_pba", {})
    blocks = _times(repeats, lambda: take(lines, LogKind.AP_NAT, "juniper_pba", {}))
    radius = _times(repeats, lambda: take(records, LogKind.AP_AUTH, "freeradius-detail", {}))
    sessions = take(file, LogKind.AP_NAT, "parquet", logs_inputs.SESSION_SETTINGS)
    some = b"".join(lines.splitlines(keepends=True)[:COMPARED])
    peers = _peers(some)
    return {
        "inputs": {
            "port block lines": blocks[0].events,
            "bytes a line": round(len(lines) / blocks[0].events),
            "rows of them": blocks[0].rows,
            "RADIUS records": radius[0].events,
            "bytes a record": round(len(records) / radius[0].events),
            "interims a session": logs_inputs.INTERIMS,
            "sessions": sessions.rows,
            "destinations": logs_inputs.DESTINATIONS,
            "Zipf exponent": logs_inputs.ZIPF,
            "lines the peers took in": COMPARED,
        },
        "figures": [
            _figure("pba_lines_per_s_core", [one.events / one.seconds for one in blocks], "/s", "higher", 600_000,
                    "Juniper port block lines of a file to the sealed day: read, paired, sorted, committed, encrypted, "
                    "durable; the peers only split the same lines and keep them in a table",
                    [{"name": name, "value": round(rate)} for name, rate, _ in peers]),
            _figure("radius_records_per_s_core", [one.events / one.seconds for one in radius], "/s", "higher", 200_000,
                    "FreeRADIUS detail records of a file to the sealed day, as above; sessions of a start, four "
                    "interims and a stop"),
            _figure("pba_bytes_per_record", [blocks[0].bytes_per_row], "B", "lower", 7.2,
                    "bytes on disk of a sealed port block interval, two lines: encrypted, with its commitment; the "
                    "peers keep lines, so theirs is of two of them",
                    [{"name": name, "value": round(2 * size, 1)} for name, _, size in peers]),
            _figure("session_bytes_per_record", [sessions.bytes_per_row], "B", "lower", 8,
                    "the same of a translated session with its destination, in seconds as syslog tells them"),
        ],
    }  # fmt: skip


def _times(repeats: int, work: Callable[[], Taken]) -> list[Taken]:
    return [work() for _ in range(repeats)]


def _figure(
    name: str,
    values: Sequence[float],
    unit: str,
    better: str,
    goal: float | None,
    inside: str,
    peers: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 3),
        "spread": round((max(values) - min(values)) / median, 4),
        "unit": unit,
        "better": better,
        "goal": goal,
        "inside": inside,
        "peers": list(peers),
    }


def _peers(lines: bytes) -> list[tuple[str, float, float]]:
    """Name, lines a second and bytes a line of each."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        path = Path(folder) / "lines.log"
        path.write_bytes(lines)
        count = lines.count(b"\n")
        found = [_sqlite(path, Path(folder) / "lines.sqlite3", count)]
        told = run_peer(PEER, str(path), str(Path(folder) / "lines.duckdb"))
        found.append((f"DuckDB {told['version']}, one thread", count / told["seconds"], told["size"] / count))
    return found


def _sqlite(path: Path, database: Path, count: int) -> tuple[str, float, float]:
    """Lines split by their quotes in Python, and inserted in one transaction."""
    with one_core():
        begin = time.perf_counter()
        connection = sqlite3.connect(database)
        connection.execute("create table line (word text, inside text, low int, high int, public text, at int)")
        connection.executemany("insert into line values (?, ?, ?, ?, ?, ?)", _split(path))
        connection.commit()
        connection.close()
        seconds = time.perf_counter() - begin
    return f"SQLite {sqlite3.sqlite_version}, lines split in Python", count / seconds, database.stat().st_size / count


def _split(path: Path) -> Iterator[tuple[str, str, int, int, str, int]]:
    with path.open(encoding="ascii") as lines:
        for line in lines:
            parts = line.split('"')
            word = "A" if "PBA_ALLOC" in parts[0] else "R"
            yield word, parts[1], int(parts[7]), int(parts[9]), parts[11], int(parts[17], 16)
