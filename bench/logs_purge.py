"""How long a day's purge takes, whatever its size, and how long copying held records with their proofs.

Days of 10⁵, 10⁶ and 10⁷ port-block rows are purged by the product's own steps: plan, look for holds, destroy the key,
probe from another process before and after, unlink, certify; every step a leaf, durable. The other process's start is
inside the clock. Carving copies 10,000 records spread over a day of 5 million rows, one address and port each, and
reads them back to verify every proof before the hold is active.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from bench.runner import BenchmarkError
from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import FixedClock
from sekisho.destruction.certificate import PURGE, check
from sekisho.destruction.probing import SubprocessProber
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.schedule import log_key
from sekisho.logs import manifest
from sekisho.logs.columns import Addresses
from sekisho.logs.holds.rows import HoldState, segments_of
from sekisho.logs.holds.rules import HoldType
from sekisho.logs.holds.scope import Scope as HoldScope
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.terms import Authority, HoldTerms
from sekisho.logs.intervals.days import DAY, begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.grant import Target
from sekisho.logs.manifest import SegmentState
from sekisho.logs.policies import Policies
from sekisho.logs.policy_reading import read_policy
from sekisho.logs.purge.certificates import issued
from sekisho.logs.purge.day import DayPurge
from sekisho.logs.purge.ending import Reached
from sekisho.logs.rows import Rows
from sekisho.logs.sealing import MERGE_ROWS
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

FIRST: Final = date(2026, 5, 1)
NOW: Final = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
KIND: Final = LogKind.AP_NAT
SIZES: Final = {"1e5": 100_000, "1e6": 1_000_000, "1e7": 10_000_000}
CARVE_ROWS: Final = 5_000_000
CARVED: Final = 10_000
KEPT_DAYS: Final = 90
POOL: Final = int(IPv4Address("240.0.0.0"))
BLOCK: Final = 256
BLOCKS: Final = 64_512 // BLOCK
"""Blocks of an address; each is given once a day here, so that records asked for lie far apart."""
_REASON: Final = {"necessity": "計測のため。", "effect": "計測できる。", "social_change": "計測が求められている。"}


def rows(count: int, day: date, generator: np.random.Generator) -> Rows:
    """Port blocks of a day, each address's in turn: whole seconds, gaps of some minutes."""
    number = np.arange(count)
    start = begin_of(day) + generator.integers(0, 80_000, count) * 1_000_000
    end = np.minimum(start + generator.integers(60, 5_000, count) * 1_000_000, begin_of(day) + DAY)
    low = (1_024 + number % BLOCKS * BLOCK).astype(np.uint16)
    zeros = np.zeros(count, np.uint8)
    return Rows(
        KIND,
        Addresses.v4((POOL + number // BLOCKS).astype(np.uint32)),
        low,
        (low + BLOCK - 1).astype(np.uint16),
        zeros,
        start,
        end,
        zeros,
        zeros,
        np.ones(count, np.uint16),
        np.zeros(count, np.uint64),
        end.copy(),
        inside=Addresses.v4((int(IPv4Address("100.64.0.0")) + generator.integers(0, 1 << 22, count)).astype(np.uint32)),
    )


_CUSTODIAN: Final = Principal("custodian", StaffKind.PERSON, scopes_of([Role.LOG_CUSTODIAN]), Proof.TOKEN, "t", None)


@contextmanager
def store() -> Iterator[tuple[Workspace, KeyFile, FixedClock, Principal]]:
    """A workspace with a policy."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        root, clock = Path(folder), FixedClock(NOW)
        key = make_key_file(root / "key", RealDisk())
        with Workspace.create(
            root / "ws", name="bench", legal_confirmation="shown", keyring=key, clock=clock
        ) as workspace:
            custodian = _hire(workspace)
            written = {
                "provider": "bench", "service": "bench", "kind": KIND.value, "purposes": ["complaints"],
                "fields": ["address", "ports", "times", "inside"], "period": f"{KEPT_DAYS}d", "need": "計測",
                "reason": _REASON, "valid_from": "2026-05-31",
            }  # fmt: skip
            Policies(workspace).add(read_policy(written), by=custodian)
            yield workspace, key, clock, custodian


def _hire(workspace: Workspace) -> Principal:
    workspace.change(partial(access.add_first_administrator, staff_id="admin", name="admin", now=NOW))
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    add = partial(
        access.add_staff, actor=admin, staff_id="custodian", name="custodian", kind=StaffKind.PERSON, now=NOW
    )
    workspace.change(add)
    return _CUSTODIAN


def fill(workspace: Workspace, day: date, count: int, generator: np.random.Generator) -> None:
    """A sealed day of ``count`` rows, as the seal leaves one: several segments where it is large."""
    files, now = LogService(workspace).files, workspace.clock.now()
    whole = rows(count, day, generator)
    made = [files.write(day, whole[at : at + MERGE_ROWS]) for at in range(0, count, MERGE_ROWS)]
    said = {"segments": [{"id": one.segment.id, "rows": one.rows, "root": one.root.hex()} for one in made]}
    leaf = workspace.seal(kind="log.sealed", owner=HOUSE_KEY, body=orjson.dumps(said), at=now)

    def write(connection: Any) -> None:
        manifest.ensure_day(connection, KIND, day, at=now)
        for one in made:
            manifest.enter(connection, one, SegmentState.SEALED, layout="4.4.0.0", at=now, leaf=leaf.id)
        manifest.set_day(connection, KIND, day, manifest.DayState.SEALED, at=now, leaf=leaf.id)

    workspace.commit(write, [leaf])


def purge_seconds(count: int, *, repeats: int, seed: int) -> list[float]:
    """Seconds from nothing to a certificate that holds, a fresh prober each time."""
    found = []
    generator = np.random.default_rng(seed)
    with store() as (workspace, key, clock, _):
        days = [FIRST + timedelta(days=at) for at in range(repeats)]
        for day in days:
            fill(workspace, day, count, generator)
        clock.advance(timedelta(days=KEPT_DAYS + 31))
        for day in days:
            name = log_key(KIND.value, day)
            begin = time.perf_counter()
            with SubprocessProber(workspace.path, key) as prober:
                reached = DayPurge(workspace, prober, by="bench").run(name)
                found.append(time.perf_counter() - begin)
            workspace.checkpoint()
            said = check(orjson.dumps(issued(workspace, name, by=_CUSTODIAN)), key=None, formats=(PURGE,)).said
            planned = sum(one["rows"] for one in said["planned"]["segments"])
            if reached is not Reached.FINAL or planned != count:
                raise BenchmarkError(f"the purge of {count} rows ended {reached} with {planned}")
    return found


def carve_seconds(*, repeats: int, seed: int) -> list[float]:
    """Seconds to hold :data:`CARVED` records of a day of :data:`CARVE_ROWS`, verified and active."""
    generator = np.random.default_rng(seed)
    found = []
    with store() as (workspace, _, clock, custodian):
        fill(workspace, FIRST, CARVE_ROWS, generator)
        clock.advance(timedelta(days=1))
        for _ in range(repeats):
            chosen = np.sort(generator.choice(CARVE_ROWS, CARVED, replace=False))
            targets = []
            for one in chosen.tolist():
                address, block = POOL + one // BLOCKS, one % BLOCKS
                low = 1_024 + block * BLOCK
                targets.append(Target(ip_network(address), low, low + BLOCK - 1))
            terms = HoldTerms(
                HoldType.COURT_ORDER,
                Authority("bench", document="1", document_date=date(2026, 5, 31), checked="bench"),
                HoldScope(frozenset({KIND}), begin_of(FIRST), begin_of(FIRST) + DAY, tuple(targets)),
                date(2026, 6, 1),
            )
            holds = Holds(workspace)
            begin = time.perf_counter()
            hold = holds.add(terms, by=custodian)
            found.append(time.perf_counter() - begin)
            with workspace.database.read() as connection:
                kept = sum(one.rows for one in segments_of(connection, hold=hold.id))
            if hold.state is not HoldState.ACTIVE or kept != CARVED:
                raise BenchmarkError(f"{kept} records were held, not {CARVED}")
    return found


def _figure(name: str, seconds: list[float], goal: float, inside: str) -> dict[str, Any]:
    median = statistics.median(seconds)
    return {
        "name": name,
        "value": round(median, 4),
        "spread": round((max(seconds) - min(seconds)) / median, 4),
        "unit": "s",
        "better": "lower",
        "goal": goal,
        "inside": inside,
        "peers": [],
    }


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures."""
    figures = []
    for name, count in SIZES.items():
        seconds = purge_seconds(count, repeats=min(repeats, 3), seed=seed)
        inside = (
            f"a day of {count:,} rows: another process started, plan, canary and one group of each file opened by it, "
            "holds evaluated, key destroyed, everything refused, files unlinked, certificate; seven leaves"
        )
        figures.append(_figure(f"purge_day_{name}_s", seconds, 1.0, inside))
    seconds = carve_seconds(repeats=min(repeats, 3), seed=seed)
    inside = (
        f"{CARVED:,} records spread over a day of {CARVE_ROWS:,} rows: found, proven, written under the hold's own "
        "key, read back, every proof verified, the hold active and in the ledger"
    )
    figures.append(_figure("carve_10k_s", seconds, 5.0, inside))
    inputs = {"carve_rows": CARVE_ROWS, "carved": CARVED, "purge_rows": "1e5, 1e6, 1e7"}
    return {"inputs": inputs, "figures": figures}
