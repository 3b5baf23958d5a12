"""The ledger: acknowledged appends a second from many callers, and verifying a million leaves offline."""

from __future__ import annotations

import hashlib
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.runner import DATA
from sekisho.ledger import Ledger, LedgerReader
from sekisho.ledger.export import export_ledger
from sekisho.ledger.verify import verify_ledger

CALLERS = 64
"""Threads that append at the same time, each one leaf per call and one call at a time."""
CALLS = 1_000
"""Calls of each."""
LEAF_BYTES = 300
"""About what a sealed leaf takes: ids and names of ordinary length, and a commitment of 64 digits."""
VERIFIED = 1_000_000
"""Leaves in the ledger that is verified."""
ORIGIN = "operator.example/ledger"


class _Signer:
    """A key in memory, from the seed."""

    def __init__(self, seed: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(str(seed).encode()).digest())
        self.name = ORIGIN
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def _figure(
    name: str, values: Sequence[float], unit: str, better: str, goal: float | None, inside: str
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
        "peers": [],
    }


def _appends(directory: Path, signer: _Signer, rng: random.Random) -> tuple[float, float, float]:
    """Appends a second, and the median and 99th percentile of one call in milliseconds."""
    leaves = [rng.randbytes(LEAF_BYTES) for _ in range(256)]
    barrier = threading.Barrier(CALLERS + 1)
    times: list[list[float]] = [[] for _ in range(CALLERS)]

    def call(caller: int) -> None:
        mine = times[caller]
        barrier.wait()
        for number in range(CALLS):
            start = time.perf_counter()
            ledger.append([leaves[(caller + number) % 256]])
            mine.append(time.perf_counter() - start)

    with Ledger.create(directory, origin=ORIGIN, signer=signer) as ledger:
        threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        barrier.wait()
        start = time.perf_counter()
        for thread in threads:
            thread.join()
        elapsed = time.perf_counter() - start
        if ledger.size != CALLERS * CALLS:
            raise RuntimeError("leaves are missing")
    every = sorted(value for mine in times for value in mine)
    return len(every) / elapsed, every[len(every) // 2] * 1000, every[len(every) * 99 // 100] * 1000


def _million(directory: Path, signer: _Signer, rng: random.Random) -> None:
    """A closed ledger of a million leaves, and its export unpacked beside it."""
    with Ledger.create(directory / "ledger", origin=ORIGIN, signer=signer) as ledger:
        for _ in range(VERIFIED // 10_000):
            ledger.append([rng.randbytes(LEAF_BYTES) for _ in range(10_000)])
    reader = LedgerReader.open(directory / "ledger", public_key=signer.public_key)
    export_ledger(reader, directory / "export.zip", key_name=ORIGIN, public_key=signer.public_key)
    with zipfile.ZipFile(directory / "export.zip") as archive:
        archive.extractall(directory / "export")


def _verify(directory: Path, signer: _Signer) -> tuple[float, float]:
    """Seconds to verify inside Sekisho, and by the exported verifier as a process of its own."""
    start = time.perf_counter()
    result = verify_ledger(directory / "ledger", public_key=signer.public_key, origin=ORIGIN)
    inside = time.perf_counter() - start
    if not result.holds or result.size != VERIFIED:
        raise RuntimeError("the ledger that was just written does not verify")
    start = time.perf_counter()
    subprocess.run([sys.executable, str(directory / "export" / "verify.py")], check=True, capture_output=True)
    return inside, time.perf_counter() - start


def run(*, repeats: int, seed: int) -> dict[str, Any]:
    """Measure, on the disk that holds ``bench/data``."""
    signer = _Signer(seed)
    rng = random.Random(seed)  # noqa: S311  made-up leaves, nothing secret
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA, prefix="ledger-") as name:
        directory = Path(name)
        appended = [_appends(directory / f"appends-{number}", signer, rng) for number in range(repeats)]
        _million(directory, signer, rng)
        verified = [_verify(directory, signer) for _ in range(repeats)]
    calls = (
        f"{CALLERS} threads, one leaf of {LEAF_BYTES} bytes a call: hash, group, journal write, fdatasync, wake-up, "
        "and the tree published in the background"
    )
    files = f"{VERIFIED:,} leaves of {LEAF_BYTES} bytes in the page cache: signature, every entry, every tile, the root"
    return {
        "inputs": {"callers": CALLERS, "leaf_bytes": LEAF_BYTES, "verified_leaves": VERIFIED},
        "figures": [
            _figure("appends_per_s", [one[0] for one in appended], "/s", "higher", 10_000, calls),
            _figure("append_p50_ms", [one[1] for one in appended], "ms", "lower", None, f"one call; {calls}"),
            _figure("append_p99_ms", [one[2] for one in appended], "ms", "lower", None, f"one call; {calls}"),
            _figure("verify_1m_s", [one[0] for one in verified], "s", "lower", 10, files),
            _figure("verify_1m_standalone_s", [one[1] for one in verified], "s", "lower", 10,
                    f"the exported verify.py, process start included; {files}"),
        ],
    }
