"""Live syslog over TCP: lines from a process of their own, over loopback, until each is a committed, encrypted row.

The sender writes as fast as the listener reads. The clock runs from the first byte sent until the last drain has
committed, so it covers reading, framing, the encrypted spool with its syncs, reading that again, pairing, sorting,
commitments, encryption and the ledger. Lost is what was sent and can't be found in the store's counts.

As a program (``python -m bench.logs_tcp PORT FILE``) this file is the sender alone.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench import logs_inputs
from bench.runner import ROOT, BenchmarkError
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.clock import JAPAN, FixedClock
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs.kinds import LogKind
from sekisho.logs.listeners.endpoints import ListenSpec, Transport, endpoint
from sekisho.logs.listeners.listening import Listening
from sekisho.logs.policies import Policies
from sekisho.logs.policy_reading import read_policy
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace

LINES: Final = 2_000_000
"""Lines sent each time: some ten seconds' worth, so that several drains run while others are received."""
DRAIN_SECONDS: Final = 2.0
PIECE: Final = 1024 * 1024
WAIT_SECONDS: Final = 300.0
AFTER: Final = datetime.combine(logs_inputs.DAY, datetime.min.time(), JAPAN) + timedelta(days=1, hours=12)
CUSTODIAN: Final = Principal(
    "bench", StaffKind.PERSON, scopes_of((Role.LOG_CUSTODIAN,)), Proof.TOKEN, None, None
)
POLICY: Final = {
    "provider": "関所通信",
    "service": "hikari",
    "kind": "ap.nat",
    "purposes": ["complaints"],
    "fields": ["address", "ports", "times", "inside"],
    "period": "120d",
    "need": "計測",
    "reason": {"necessity": "計測", "effect": "計測", "social_change": "計測"},
    "valid_from": AFTER.date().isoformat(),
}


@dataclass(frozen=True, slots=True)
class Received:
    """What one run came to."""

    seconds: float
    sent: int
    stored: int
    rows: int
    drains: int


def send(port: int, file: Path) -> None:
    """Send a file's bytes to loopback."""
    with socket.create_connection(("127.0.0.1", port)) as sock, file.open("rb") as lines:
        while piece := lines.read(PIECE):
            sock.sendall(piece)


def receive(data: bytes) -> Received:
    """Receive the lines of ``data`` in a workspace of its own."""
    sent = data.count(b"\n")
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        root = Path(folder)
        (root / "safe").mkdir()
        keyring = make_key_file(root / "safe" / "sekisho.key", RealDisk())
        lines = root / "lines"
        lines.write_bytes(data)
        with Workspace.create(
            root / "ws", name="関所通信", legal_confirmation="shown", keyring=keyring, clock=FixedClock(AFTER)
        ) as workspace:
            Policies(workspace).add(read_policy(POLICY), by=CUSTODIAN)
            logs = LogService(workspace)
            declared = SourceSpec("live", "関所通信", "hikari", LogKind.AP_NAT, "juniper_pba")
            source = logs.add_source(declared, by="bench")
            spec = ListenSpec((endpoint(Transport.TCP, "127.0.0.1:0"),))
            with Listening(workspace, logs, source, spec, drain_seconds=DRAIN_SECONDS) as listening:
                command = [sys.executable, "-m", "bench.logs_tcp", str(listening.endpoints[0].port), str(lines)]
                sender = subprocess.Popen(command, cwd=ROOT)
                while not listening.counts.received:
                    _require(sender)
                    time.sleep(0.001)
                begin = time.perf_counter()
                _wait(sender, listening, sent)
                if not listening.flush(WAIT_SECONDS):
                    raise BenchmarkError("the spool was not taken in")
                seconds = time.perf_counter() - begin
            (health,) = logs.health()
            rows = sum(entry.rows for entry in logs.open_segments(LogKind.AP_NAT, logs_inputs.DAY))
            return Received(seconds, sent, health.events, rows, listening.counts.drains)


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """``inputs`` and ``figures`` as :mod:`bench.runner` documents them."""
    data = logs_inputs.port_block_lines(LINES, seed)
    receive(logs_inputs.port_block_lines(10_000, seed))
    runs = [receive(data) for _ in range(repeats)]
    rates = [one.sent / one.seconds for one in runs]
    lost = [float(one.sent - one.stored) for one in runs]
    inside = "loopback, sender beside it: read, spool, sync, drain, encrypt, commit"
    return {
        "inputs": {
            "live lines": runs[0].sent,
            "bytes a live line": round(len(data) / runs[0].sent),
            "live rows": runs[0].rows,
            "drains": runs[0].drains,
        },
        "figures": [
            _figure("tcp_syslog_lines_per_s", rates, "/s", "higher", 100_000, inside),
            _figure("tcp_syslog_lost", lost, "lines", "lower", 0, "lines sent and not in the store"),
        ],
    }


def _wait(sender: subprocess.Popen[bytes], listening: Listening, sent: int) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while listening.counts.durable < sent:
        if time.monotonic() > end or listening.failed is not None:
            return  # what is missing is counted as lost
        if sender.poll() is not None:
            _require(sender)
        time.sleep(0.005)


def _require(sender: subprocess.Popen[bytes]) -> None:
    if sender.poll() not in (None, 0):
        raise BenchmarkError(f"the sender ended with {sender.returncode}")


def _figure(
    name: str, values: list[float], unit: str, better: str, goal: float, inside: str
) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 3),
        "spread": round((max(values) - min(values)) / median, 4) if median else 0.0,
        "unit": unit,
        "better": better,
        "goal": goal,
        "inside": inside,
        "peers": [],
    }


if __name__ == "__main__":
    send(int(sys.argv[1]), Path(sys.argv[2]))
