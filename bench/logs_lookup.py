"""Lookups measured: one link, the chain with its ledger commit, a cold command, memory, ten thousand at once.

A part of ``scripts/bench logs``; by itself: ``python -m bench.logs_lookup --days 4 --rows 500000``. The store is
:mod:`bench.logs_lookup_store`'s, made once below ``bench/data`` (180 days of five million rows take some 6 GB).
Everything warm is measured in a process of its own, whose largest memory is the figure for memory.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.logs_lookup_store import Size, ensure, grant_of, opened, person, questions
from bench.runner import DATA, PEER_PYTHON, ROOT
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import Asked, japan_text
from sekisho.logs.lookup.batch import read_batch
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.find import find
from sekisho.logs.lookup.grant_use import require_grant
from sekisho.logs.lookup.readers import OPEN_READERS, Readers
from sekisho.logs.lookup.run import run
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.lookup.view import RuleCache, SourceCache, StoreView
from sekisho.logs.segments.files import SegmentFiles
from sekisho.store.files import RealFiles
from sekisho.workspace import Workspace

DAYS, ROWS, SUBSCRIBERS = 180, 5_000_000, 250_000
WARM, MEASURED, CHAINS, TUPLES, COLD = 2_000, 5_000, 500, 10_000, 5
PEER_ROWS: Final = 10_000_000
"""Rows the peers get: what SQLite and PostgreSQL load within minutes. The size stands in each peer's name."""
PEER_QUESTIONS: Final = 500

CHAIN_KINDS = ("ap.nat", "ap.auth")


def measure(
    *, repeats: int, seed: int, days: int = DAYS, rows: int = ROWS, subscribers: int = SUBSCRIBERS, peers: bool = True
) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them. Makes the store if it isn't there."""
    size = Size(days, rows, subscribers, seed)
    place = ensure(DATA / "lookup", size)
    warm = [_child("warm", place, size) for _ in range(repeats)]
    cold = [_cold(place, size) for _ in range(max(repeats, COLD))]
    others = _peers(size) if peers else []

    def figure(
        name: str, unit: str, goal: float | None, inside: str, theirs: Sequence[dict[str, Any]] = ()
    ) -> dict[str, Any]:
        values = cold if name == "lookup_cold_s" else [one[name] for one in warm]
        middle = float(np.median(values))
        spread = (max(values) - min(values)) / middle if middle else 0.0
        return {
            "name": name, "value": middle, "spread": spread, "unit": unit, "better": "lower", "goal": goal,
            "inside": inside, "peers": list(theirs),
        }  # fmt: skip

    link = "one link (address and port to holder) of a random address, port and moment, grant, sources' health and "
    link += f"clocks included; warm process, at most {OPEN_READERS} segments open; nothing recorded"
    tuples = f"{TUPLES:,} tuples of random addresses, ports and moments of all days, from CSV to documents"
    return {
        "inputs": {
            "lookup days": days, "port blocks a day": warm[0]["rows"] // days, "rows": warm[0]["rows"],
            "public addresses": size.addresses, "subscribers": subscribers, "links measured": MEASURED,
            "chains measured": CHAINS, "share of unique links": round(warm[0]["unique"], 3),
        },
        "figures": [
            figure("lookup_p50_ms", "ms", 3, link, [one["p50"] for one in others]),
            figure("lookup_p99_ms", "ms", 8, link, [one["p99"] for one in others]),
            figure("chain_p99_ms", "ms", 25, "the whole chain to the line, its document, and its leaf durable"),
            figure("lookup_cold_s", "s", 1.5, "`sekisho log who` as a new process, to its end"),
            figure("lookup_rss_mib", "MiB", 1024, "largest resident memory of the process that measured all of this"),
            figure("batch_10k_s", "s", 3, f"{tuples}, the link from address and port; warm process, one leaf"),
            figure("batch_10k_chain_s", "s", None, f"{tuples}, the whole chain to the line; warm process, one leaf"),
        ],
    }  # fmt: skip


def _child(what: str, place: Path, size: Size) -> dict[str, Any]:
    """What this module prints when run for a part of the measurement."""
    arguments = [str(each) for each in (size.days, size.rows, size.subscribers, size.seed)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.logs_lookup", what, str(place), *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _warm(place: Path, size: Size) -> dict[str, Any]:
    with opened(place) as workspace:
        grant = grant_of(workspace, size, kinds=CHAIN_KINDS)
        link, unique = _links(workspace, size, grant)
        lookups = Lookups(workspace)
        kanri = person("kanri")

        def chain(asked: Asked) -> None:
            lookups.who(asked, grant=grant, by=kanri)

        for asked in questions(size, WARM // 10, 5):
            chain(asked)
        chains = _timed(chain, questions(size, CHAINS, 6))
        text = _csv(questions(size, TUPLES, 7))

        def batch(kinds: tuple[str, ...]) -> float:
            allowed = grant_of(workspace, size, kinds=kinds)
            gc.collect()
            gc.disable()  # as the command does
            began = time.perf_counter()
            made = lookups.who_all(read_batch(text), grant=allowed, by=kanri).document
            taken = time.perf_counter() - began
            gc.enable()
            assert len(made["answers"]) == TUPLES
            assert made["refused"] == 0
            return taken

        links, whole = batch(("ap.nat",)), batch(CHAIN_KINDS)
        lookups.close()
        with workspace.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT SUM(rows) FROM log_segment WHERE kind = 'ap.nat'").scalar()
    return {
        "lookup_p50_ms": _percentile(link, 50),
        "lookup_p99_ms": _percentile(link, 99),
        "chain_p99_ms": _percentile(chains, 99),
        "batch_10k_s": links,
        "batch_10k_chain_s": whole,
        "lookup_rss_mib": _peak_mib(),
        "rows": rows,
        "unique": unique,
    }


def _peak_mib() -> float:
    """The largest resident memory since this program began. ``getrusage`` would count that of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _links(workspace: Workspace, size: Size, grant_id: str) -> tuple[list[float], float]:
    """Seconds of each link, and which share of them was unique. The steps of ``Lookups`` up to the record."""
    ring = workspace.keyring
    files = SegmentFiles(workspace.path / "logs", RealFiles(), ring)
    readers = Readers(files.open, ring.epoch)
    sources, rules = SourceCache(), RuleCache()
    outcomes: list[str] = []

    def link(asked: Asked) -> None:
        epoch = readers.epoch()
        with workspace.database.read() as connection:
            now = workspace.clock.now()
            grant = require_grant(connection, ring, grant_id, by="kanri", count=1, now=now)
            grant.require_address(asked.address, asked.port)
            grant.require_time(asked.begin, asked.end)
            view = StoreView(connection, ring, rules, sources, sources.read(connection))
            question = Question(asked.address, asked.port, asked.begin, asked.end)
            step = run(find(view, question, {LogKind.AP_NAT}, allowed=grant.terms.kinds), readers)
        assert readers.epoch() == epoch
        outcomes.append(step.link.outcome.value)

    for asked in questions(size, WARM, 1):
        link(asked)
    outcomes.clear()
    seconds = _timed(link, questions(size, MEASURED, 2))
    readers.clear()
    return seconds, outcomes.count("unique") / len(outcomes)


def _timed(ask: Callable[[Asked], None], asked: Sequence[Asked]) -> list[float]:
    seconds = []
    for one in asked:
        began = time.perf_counter()
        ask(one)
        seconds.append(time.perf_counter() - began)
    return seconds


def _percentile(seconds: Sequence[float], percent: float) -> float:
    return float(np.percentile(seconds, percent)) * 1000


def _csv(asked: Sequence[Asked]) -> bytes:
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("address", "port", "time"))
        writer.writerows((one.address, one.port, japan_text(one.at)) for one in asked)
        file.seek(0)
        return file.read().encode()


def _cold(place: Path, size: Size) -> float:
    """Seconds of one command in a new process, under a grant of its own."""
    grant = _child("grant", place, size)["grant"]
    (asked,) = questions(size, 1, int(time.monotonic_ns() % 2**32))
    command = [
        str(Path(sys.executable).with_name("sekisho")), "--workspace", str(place / "ws"), "--by", "kanri", "log", "who",
        str(asked.address), str(asked.port), japan_text(asked.at), "--grant", grant,
    ]  # fmt: skip
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    taken = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stdout[-500:] + done.stderr[-2000:])
    return taken


def _peers(size: Size) -> list[dict[str, Any]]:
    """The same kind of rows and questions in other engines, at a size they load within minutes."""
    rows = min(size.rows * size.days, PEER_ROWS)
    found = []
    for engine in ("sqlite", "duckdb", "chdb", "postgresql"):
        python = sys.executable if engine in ("sqlite", "postgresql") else str(PEER_PYTHON)
        done = subprocess.run(
            [python, str(ROOT / "bench" / "peers" / "log_lookup.py"), engine, str(rows), str(PEER_QUESTIONS)],
            capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{engine}: {done.stderr[-2000:]}")
        answer = json.loads(done.stdout)
        name = f"{answer['version']}, {answer['rows']:,} rows, one table, no grant, no encryption"
        found.append({each: {"name": name, "value": answer[each]} for each in ("p50", "p99")})
    return found


def _grant(place: Path, size: Size) -> dict[str, Any]:
    with opened(place) as workspace:
        return {"grant": grant_of(workspace, size, kinds=CHAIN_KINDS, queries=1)}


def main(arguments: Sequence[str]) -> None:
    """A part of the measurement in its own process, or all of it at a size of one's own."""
    if arguments and arguments[0] in {"warm", "grant"}:
        size = Size(*(int(each) for each in arguments[2:]))
        part = _warm if arguments[0] == "warm" else _grant
        print(json.dumps(part(Path(arguments[1]), size)))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--subscribers", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true")
    chosen = parser.parse_args(arguments)
    found = measure(
        repeats=chosen.repeats, seed=1, days=chosen.days, rows=chosen.rows, subscribers=chosen.subscribers,
        peers=not chosen.no_peers,
    )  # fmt: skip
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
