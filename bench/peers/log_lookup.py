"""Lookups in other engines: one plain table of port blocks, and the question who had an address and port at a time.

``log_lookup.py ENGINE ROWS QUESTIONS``: makes the same kind of rows as :mod:`bench.logs_lookup_store` (a block held
2,200 s on average, free 300 s), loads them into a table ordered or indexed as the engine likes best, and asks. Prints
version, rows, and milliseconds (p50, p99) of a question in a warm process. No grant, no encryption, no gaps, no clocks:
the bare search. nfdump isn't here: it reads files from end to end and answers no question about an interval.

The engines are imported by name, because they aren't installed where this file is checked.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

BLOCKS, BLOCK_PORTS, FIRST_PORT = 126, 512, 1_024
HELD, FREE = 2_200, 300
DAYS = 2
SEED = 1

Columns = dict[str, Any]


def made(rows: int) -> tuple[Columns, int]:
    """The columns, sorted by address, port and start; and how many public addresses they have."""
    rng = np.random.default_rng(SEED)
    per_slot = DAYS * 86_400 / (HELD + FREE)
    addresses = max(1, round(rows / per_slot / BLOCKS))
    slots = addresses * BLOCKS
    draws = round(rows / slots)
    held = np.maximum(rng.exponential(HELD, (slots, draws)), 1).astype(np.int64)
    steps = held + np.maximum(rng.exponential(FREE, (slots, draws)), 1).astype(np.int64)
    start = (np.cumsum(steps, axis=1) - steps).ravel()
    slot = np.repeat(np.arange(slots), draws)
    low = FIRST_PORT + slot % BLOCKS * BLOCK_PORTS
    columns = {
        "address": (0xC6120000 + slot // BLOCKS).astype(np.int64),
        "port_low": low,
        "port_high": low + BLOCK_PORTS - 1,
        "start_at": start,
        "end_at": start + held.ravel(),
        "inside": 0x64400000 + rng.integers(0, 250_000, len(slot)),
    }
    return columns, addresses


def asked(addresses: int, count: int) -> list[tuple[int, int, int]]:
    """Address, port, second."""
    rng = np.random.default_rng(SEED + 1)
    return list(
        zip(
            (0xC6120000 + rng.integers(0, addresses, count)).tolist(),
            rng.integers(FIRST_PORT, FIRST_PORT + BLOCKS * BLOCK_PORTS, count).tolist(),
            rng.integers(0, DAYS * 86_400, count).tolist(),
            strict=True,
        )
    )


NAMES = ("address", "port_low", "port_high", "start_at", "end_at", "inside")
MEETS = (
    "SELECT inside, start_at, end_at FROM block WHERE address = {0} AND port_low BETWEEN {1} - 511 AND {1} "
    "AND port_high >= {1} AND start_at < {2} + 3 AND end_at > {2} - 2"
)
"""Every interval that meets the window of two seconds to either side."""

Ask = Callable[[int, int, int], Any]


@contextmanager
def in_sqlite(columns: Columns) -> Iterator[tuple[str, Ask]]:
    """A table without row ids, clustered by address, port and start."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "peer.sqlite3", isolation_level=None)
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA synchronous=OFF")
        database.execute(
            "CREATE TABLE block (address INTEGER, port_low INTEGER, start_at INTEGER, port_high INTEGER, "
            "end_at INTEGER, inside INTEGER, PRIMARY KEY (address, port_low, start_at)) WITHOUT ROWID"
        )
        database.execute("BEGIN")
        rows = zip(*(columns[name].tolist() for name in NAMES), strict=True)
        database.executemany(
            "INSERT INTO block (address, port_low, port_high, start_at, end_at, inside) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        database.execute("COMMIT")
        query = MEETS.format("?1", "?2", "?3")
        yield f"SQLite {sqlite3.sqlite_version}", lambda *one: database.execute(query, one).fetchall()
        database.close()


@contextmanager
def in_duckdb(columns: Columns) -> Iterator[tuple[str, Ask]]:
    """A plain table in order: zones of its columns leave out what can't match."""
    duckdb: Any = import_module("duckdb")
    with tempfile.TemporaryDirectory() as folder:
        database = duckdb.connect(str(Path(folder) / "peer.duckdb"))
        database.register("given", columns)
        database.execute("CREATE TABLE block AS SELECT * FROM given")
        database.unregister("given")
        database.execute("CHECKPOINT")
        query = MEETS.format("$1", "$2", "$3")
        yield f"DuckDB {duckdb.__version__}", lambda *one: database.execute(query, list(one)).fetchall()
        database.close()


@contextmanager
def in_chdb(columns: Columns) -> Iterator[tuple[str, Ask]]:
    """A MergeTree ordered by address, port and start."""
    chdb: Any = import_module("chdb")
    session_of: Any = import_module("chdb.session")
    with tempfile.TemporaryDirectory() as folder:
        session = session_of.Session(str(Path(folder) / "chdb"))
        session.query("CREATE DATABASE peer ENGINE = Atomic")
        session.query(
            "CREATE TABLE peer.block (address UInt32, port_low UInt16, port_high UInt16, start_at UInt32, "
            "end_at UInt32, inside UInt32) ENGINE = MergeTree ORDER BY (address, port_low, start_at)"
        )
        raw = Path(folder) / "rows.bin"
        shape = "address UInt32, port_low UInt16, port_high UInt16, start_at UInt32, end_at UInt32, inside UInt32"
        types = ["<u4", "<u2", "<u2", "<u4", "<u4", "<u4"]
        packed = np.empty(len(columns["address"]), np.dtype(list(zip(NAMES, types, strict=True))))
        for name in NAMES:
            packed[name] = columns[name]
        packed.tofile(raw)
        session.query(f"INSERT INTO peer.block SELECT * FROM file('{raw}', RowBinary, '{shape}')")  # noqa: S608  our own file
        session.query("OPTIMIZE TABLE peer.block FINAL")
        query = MEETS.replace("FROM block", "FROM peer.block")
        yield f"chdb {chdb.__version__}", lambda *one: session.query(query.format(*one), "CSV").bytes()
        session.close()


@contextmanager
def in_postgresql(columns: Columns) -> Iterator[tuple[str, Ask]]:
    """A table with a B-tree over address, port and start, on a server of its own."""
    psycopg: Any = import_module("psycopg")
    with _server() as address, psycopg.connect(address, autocommit=True) as database:
        database.execute(
            "CREATE UNLOGGED TABLE block (address bigint, port_low int, port_high int, start_at bigint, end_at bigint, "
            "inside bigint)"
        )
        with database.cursor().copy(f"COPY block ({', '.join(NAMES)}) FROM STDIN") as copy:
            for row in zip(*(columns[name].tolist() for name in NAMES), strict=True):
                copy.write_row(row)
        database.execute("CREATE INDEX ON block (address, port_low, start_at)")
        database.execute("VACUUM ANALYZE block")
        query = MEETS.format("%(a)s", "%(p)s", "%(t)s")
        version = database.execute("SHOW server_version").fetchone()[0].split()[0]

        def ask(a: int, p: int, t: int) -> Any:
            return database.execute(query, {"a": a, "p": p, "t": t}, prepare=True).fetchall()

        yield f"PostgreSQL {version}", ask


@contextmanager
def _server() -> Iterator[str]:
    """A server reachable only through a socket, run by somebody without rights."""
    folder = Path(tempfile.mkdtemp(prefix="peer."))
    owner = [] if os.getuid() else ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise SystemExit("PostgreSQL isn't installed: apt-get install postgresql")
    programs = found[-1]
    if not os.getuid():
        shutil.chown(folder, "nobody", "nogroup")

    def run(*command: str) -> None:
        subprocess.run([*owner, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    data = str(folder / "data")
    try:
        run(str(programs / "initdb"), "-D", data, "-U", "peer", "--auth=trust", "-N")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=1GB -c max_wal_size=4GB"
        run(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"host={folder} user=peer dbname=postgres"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


ENGINES = {"sqlite": in_sqlite, "duckdb": in_duckdb, "chdb": in_chdb, "postgresql": in_postgresql}


def main() -> None:
    """See the module."""
    engine, rows, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    columns, addresses = made(rows)
    with ENGINES[engine](columns) as (version, ask):
        questions = asked(addresses, count + 100)
        seconds = []
        for at, one in enumerate(questions):
            began = time.perf_counter()
            ask(*one)
            if at >= 100:
                seconds.append(time.perf_counter() - began)
    p50, p99 = (float(np.percentile(seconds, percent)) * 1000 for percent in (50, 99))
    print(json.dumps({"version": version, "rows": len(columns["address"]), "p50": p50, "p99": p99}))


if __name__ == "__main__":
    main()
