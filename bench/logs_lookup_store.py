"""A store of any size for measuring lookups: port blocks and sessions of made-up subscribers, made once and kept.

Parameters (a network that hands out blocks of 512 ports): a block is held for 2,200 s on average and handed out again
after 300 s on average (exponential both), so that a block is handed out 34.5 times a day and a public address with its
126 blocks 4,350 times; half of the public addresses are from 198.18.0.0/15, half from 240.0.0.0/4. Inside addresses
are from 100.64.0.0/10; each has one session a day. Blocks held across midnight are cut there, as the product does.

Days are written by two processes straight as sealed segments, with commitments, as a seal would leave them; a run that
was stopped goes on with the day it stopped at.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv4Address, ip_network
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import insert, select

from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import JAPAN
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs import manifest
from sekisho.logs.columns import Addresses, Int64s, Texts
from sekisho.logs.intervals.days import DAY, begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import Asked, japan_text
from sekisho.logs.lookup.grant import read_terms
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.manifest import DayState, SegmentState, layout_of
from sekisho.logs.rows import Known, Rows
from sekisho.logs.segments.files import SegmentFiles, Written
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.logs.tables import log_day, log_heard
from sekisho.store.files import RealFiles
from sekisho.workspace import Workspace

LAST_DAY: Final = date(2026, 11, 20)
NOW: Final = datetime(2026, 11, 21, 12, tzinfo=JAPAN)
"""When its days were sealed."""
HELD_SECONDS, FREE_SECONDS = 2_200, 300
BLOCK_PORTS, BLOCKS, FIRST_PORT = 512, 126, 1_024
NAT, AUTH = 1, 2
"""Numbers of the two sources."""
WORKERS: Final = 2
POOLS: Final = (int(IPv4Address("198.18.0.0")), int(IPv4Address("240.0.0.0")))
INSIDE: Final = int(IPv4Address("100.64.0.0"))


@dataclass(frozen=True, slots=True)
class Size:
    """How large: days, rows of port blocks a day, subscribers (each with one session a day)."""

    days: int
    rows: int
    subscribers: int
    seed: int

    @property
    def addresses(self) -> int:
        """Public addresses in use."""
        per_address = BLOCKS * 86_400 / (HELD_SECONDS + FREE_SECONDS)
        return max(2, round(self.rows / per_address / 2) * 2)

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"{self.days}x{self.rows}x{self.subscribers}-{self.seed}"

    def day(self, number: int) -> date:
        """The days, oldest first."""
        return LAST_DAY - timedelta(days=self.days - 1 - number)


def public(numbers: Any) -> Any:
    """The public address of each number: half from either pool."""
    return np.where(numbers % 2 == 0, POOLS[0], POOLS[1]) + numbers // 2


def nat_rows(size: Size, number: int) -> Rows:
    """The port blocks of one day, in the order of a segment."""
    rng = np.random.default_rng([size.seed, number, NAT])
    slots = size.addresses * BLOCKS
    # So many draws that hardly a slot runs out before midnight; what would begin after it is dropped.
    draws = int(86_400 / (HELD_SECONDS + FREE_SECONDS) * 1.6) + 8
    held = np.maximum(rng.exponential(HELD_SECONDS, (slots, draws)), 1).astype(np.int32)
    free = np.maximum(rng.exponential(FREE_SECONDS, (slots, draws)), 1).astype(np.int32)
    steps = held + free
    start = np.cumsum(steps, axis=1) - steps - rng.integers(0, HELD_SECONDS + FREE_SECONDS, (slots, 1))
    end = start + held
    good = (start < 86_400) & (end > 0)
    slot = np.repeat(np.arange(slots), draws).reshape(slots, draws)[good]
    start, end = start[good], end[good]
    early, late = start < 0, end > 86_400
    begin = begin_of(size.day(number))
    session = np.zeros(len(start), np.uint64)
    cut = np.flatnonzero(early | late)
    session[cut] = rng.integers(1, 2**63, len(cut), dtype=np.uint64)
    ends: Int64s = np.minimum(end, 86_400).astype(np.int64) * 1_000_000 + begin
    address = public(slot // BLOCKS)
    order = np.lexsort([start, slot % BLOCKS, address])
    low = (FIRST_PORT + slot % BLOCKS * BLOCK_PORTS).astype(np.uint16)
    made = Rows(
        LogKind.AP_NAT,
        Addresses.v4(address.astype(np.uint32)),
        low,
        (low + (BLOCK_PORTS - 1)).astype(np.uint16),
        np.zeros(len(start), np.uint8),
        np.maximum(start, 0).astype(np.int64) * 1_000_000 + begin,
        ends,
        np.where(early, np.uint8(Known.CARRIED), np.uint8(Known.LOGGED)),
        np.where(late, np.uint8(Known.CARRIED), np.uint8(Known.LOGGED)),
        np.full(len(start), NAT, np.uint16),
        session,
        ends,
        inside=Addresses.v4((INSIDE + rng.integers(0, size.subscribers, len(start))).astype(np.uint32)),
    )
    return made[order]


def auth_rows(size: Size, number: int) -> Rows:
    """The sessions of one day: each inside address has one, all day."""
    count = size.subscribers
    begin = begin_of(size.day(number))
    ends = np.full(count, begin + DAY, np.int64)
    names = tuple(f"u{at:07d}@sekisho.example" for at in range(count))
    carried = np.full(count, np.uint8(Known.CARRIED))
    return Rows(
        LogKind.AP_AUTH,
        Addresses.v4((INSIDE + np.arange(count)).astype(np.uint32)),
        np.zeros(count, np.uint16),
        np.full(count, 65_535, np.uint16),
        np.zeros(count, np.uint8),
        np.full(count, begin, np.int64),
        ends,
        carried,
        carried,
        np.full(count, AUTH, np.uint16),
        np.arange(1, count + 1).astype(np.uint64),
        ends,
        subject=Texts(np.arange(count, dtype=np.int32), names),
    )


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    """The workspace of a store."""
    with Workspace.open(folder / "ws", keyring=KeyFile(folder / "ws.key")) as workspace:
        yield workspace


def ensure(folder: Path, size: Size) -> Path:
    """The store of that size below ``folder``, made or completed now. Says on stderr how far it is."""
    place = folder / size.name
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "ws" / "workspace.toml").exists():
        _create(place)
    Workspace.migrate(place / "ws")  # one that was kept may be of an earlier version
    began, written = time.monotonic(), 0
    with opened(place) as workspace:
        with workspace.database.read() as connection:
            days = select(log_day.c.day).where(log_day.c.kind == LogKind.AP_NAT.value)
            sealed = set(connection.execute(days).scalars())
        missing = [number for number in range(size.days) if size.day(number) not in sealed]
        spawn = get_context("spawn")
        with ProcessPoolExecutor(min(WORKERS, max(len(missing), 1)), mp_context=spawn) as pool:
            for number, made in zip(missing, pool.map(_write, [(place, size, each) for each in missing]), strict=True):
                _enter(workspace, size, number, made)
                written += sum(one.rows for one, _ in made)
                rate = written / (time.monotonic() - began)
                print(f"day {number + 1}/{size.days}: {rate:,.0f} rows/s", file=sys.stderr)
    (place / "size.json").write_text(json.dumps(asdict(size)), encoding="utf-8")
    return place


def _create(place: Path) -> None:
    key = place / "ws.key"
    key.unlink(missing_ok=True)
    with Workspace.create(
        place / "ws", name="bench", legal_confirmation="shown", keyring=make_key_file(key, RealDisk())
    ) as workspace:
        workspace.change(
            lambda connection: access.add_first_administrator(connection, staff_id="admin", name="admin", now=NOW)
        )
        with workspace.database.read() as connection:
            admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
        for name, role in PEOPLE.items():
            workspace.change(
                lambda connection, name=name: access.add_staff(  # type: ignore[misc] # a default binds the loop's value
                    connection, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=NOW
                )
            )
            workspace.change(
                lambda connection, name=name, role=role: access.grant_role(  # type: ignore[misc] # as above
                    connection, actor=admin, staff_id=name, role=role, now=NOW
                )
            )
        logs = LogService(workspace)
        ours = tuple(ip_network(one) for one in ("198.18.0.0/15", "240.0.0.0/4"))
        inside = (ip_network("100.64.0.0/10"),)
        for name, kind, format_, covers in (
            ("cgn", LogKind.AP_NAT, "juniper-pba", ours),
            ("bras", LogKind.AP_AUTH, "freeradius-detail", inside),
        ):
            spec = SourceSpec(name, "bench", "bench", kind, format_, covers=covers, acknowledged=True)
            source = logs.add_source(spec, by="admin")
            heard = {"source": source.number, "begin": 0, "end": begin_of(LAST_DAY) + 2 * DAY}
            workspace.commit(lambda connection, heard=heard: connection.execute(insert(log_heard).values(**heard)))  # type: ignore[misc] # as above


PEOPLE: Final = {"kanri": Role.LOG_CUSTODIAN, "hogo1": Role.PRIVACY_OFFICER, "hogo2": Role.PRIVACY_OFFICER}


def person(name: str) -> Principal:
    """One of them, as if their token had been shown."""
    return Principal(name, StaffKind.PERSON, scopes_of([PEOPLE[name]]), Proof.TOKEN, "t", None)


def _write(task: tuple[Path, Size, int]) -> list[tuple[Written, str]]:
    """The segments of one day, in a process of its own."""
    place, size, number = task
    with Workspace.open(place / "ws", mode="read", keyring=KeyFile(place / "ws.key")) as workspace:
        files = SegmentFiles(place / "ws" / "logs", RealFiles(), workspace.keyring)
        return [
            (files.write(size.day(number), rows), layout_of(rows))
            for rows in (nat_rows(size, number), auth_rows(size, number))
        ]


def _enter(workspace: Workspace, size: Size, number: int, made: list[tuple[Written, str]]) -> None:
    day = size.day(number)

    def write(connection: Any) -> None:
        for written, layout in made:
            manifest.ensure_day(connection, written.segment.kind, day, at=NOW)
            manifest.enter(connection, written, SegmentState.SEALED, layout=layout, at=NOW, leaf="-")
            manifest.set_day(connection, written.segment.kind, day, DayState.SEALED, at=NOW, leaf="-")

    workspace.commit(write)


def grant_of(workspace: Workspace, size: Size, *, kinds: tuple[str, ...], queries: int = 1_000_000) -> str:
    """A grant for every address in use and all days, approved by two."""
    grants = Lookups(workspace).grants
    numbers = np.arange(size.addresses)
    networks = sorted({str(ip_network((int(one) & ~0xFF, 24))) for one in public(numbers).tolist()})
    terms = read_terms(
        {
            "kinds": list(kinds),
            "targets": networks,
            "begin": japan_text(begin_of(size.day(0)) - DAY),
            "end": japan_text(begin_of(LAST_DAY) + 2 * DAY),
            "ground": "own_business",
            "reference": "bench",
            "callers": ["kanri"],
            "max_queries": queries,
            "expires_at": (workspace.clock.now() + timedelta(days=30)).isoformat(),
        }
    )
    entry = grants.request(terms, by=person("kanri"))
    for name in ("hogo1", "hogo2"):
        grants.approve(entry.id, by=person(name))
    return grants.make(entry.id, by=person("kanri")).id


def questions(size: Size, count: int, seed: int) -> list[Asked]:
    """Questions about addresses in use, any port of a block, any moment of any day."""
    rng = np.random.default_rng([size.seed, seed])
    addresses = public(rng.integers(0, size.addresses, count)).tolist()
    ports = rng.integers(FIRST_PORT, FIRST_PORT + BLOCKS * BLOCK_PORTS, count).tolist()
    first = begin_of(size.day(0))
    moments = (first + rng.integers(5, size.days * 86_400 - 5, count) * 1_000_000).tolist()
    return [
        Asked(IPv4Address(address), port, moment)
        for address, port, moment in zip(addresses, ports, moments, strict=True)
    ]
