"""Measuring decisions over HTTP: a real ``sekisho serve`` on loopback, and requests that come whether it keeps up.

The rate is constant and open-loop: request *n* is due at *n* ÷ rate seconds, and its latency counts from then, not from
when a connection was free (otherwise a stall would hide the requests it delayed: coordinated omission). As a program
(``python -m bench.law_http PORT RATE PID WARM_UP FILE``) this file is the client alone; the token comes on standard
input, so that it is in no process list.
"""

from __future__ import annotations

import asyncio
import gc
import json
import math
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.law_cases import usual_cases
from bench.runner import ROOT, BenchmarkError
from sekisho.contracts.facts import CATALOGUE
from sekisho.engine.columns import PastCase
from sekisho.engine.facts import Item

SEKISHO = Path(sys.executable).with_name("sekisho")
EXAMPLES = ROOT / "examples" / "contracts"
WARM_UP = 2_000
"""Requests sent before, one after the other, that aren't counted: as in a service that has run for a while, the
rules' conditions are compiled and most plans made."""
STARTING_SECONDS = 30
CONNECTIONS = 32
"""Connections kept open; more are opened while all are busy, as a pool in front of a service would."""


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds from when each request was due until its answer was read; and processor time of the server."""

    milliseconds: tuple[float, ...]
    server_cpu_share: float
    """Processor seconds of the server per second of the measurement (1.0 is one core)."""

    def percentile(self, percent: float) -> float:
        """The smallest latency that ``percent`` of 100 requests did not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def applications(count: int, seed: int) -> list[bytes]:
    """The examples and as many made-up applications as it takes, mixed, as JSON."""
    examples = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    made = [_application(past) for past in usual_cases(count, seed).past_cases(0, count)]
    rng = random.Random(seed)  # noqa: S311  made-up input, nothing secret
    chosen = [made[n] if rng.random() < 0.5 else rng.choice(examples) for n in range(count)]
    return [json.dumps(each, ensure_ascii=False).encode() for each in chosen]


def _application(past: PastCase) -> dict[str, Any]:
    written: dict[str, Any] = {
        "application": past.reference,
        "decided_at": f"{past.as_of.isoformat()}T12:00:00+09:00",
        "evidence": [
            {**_always(kind, past.as_of), "kind": kind, **_plain(item)}
            for kind, items in past.case.evidence.items()
            for item in items
        ],
    }
    for name, value in _plain(past.case.facts).items():
        section, _, own = name.partition(".")
        if not own:
            written[name] = value
        elif name != "subject.age":  # worked out from the date of birth, never stated
            written.setdefault("service_details" if section == "service" else section, {})[own] = value
    return written


def _always(kind: str, day: date) -> dict[str, Any]:
    """What an item of this kind must state, for the made-up ones in which it is unknown."""
    needed: dict[str, Any] = {"at": day.isoformat()}
    if "person" in CATALOGUE.evidence[kind].attributes:
        needed["person"] = "subject"
    return needed


def _plain(values: Item) -> dict[str, Any]:
    return {
        name: sorted(value) if isinstance(value, frozenset) else value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


# --- the server -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process id, port, and a token that may decide and attest."""

    pid: int
    port: int
    token: str


def _sekisho(workspace: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(SEKISHO), "--workspace", str(workspace), "--by", "admin", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"sekisho {' '.join(arguments)}: {done.stderr}")
    return done.stdout


@contextmanager
def serving(folder: Path, prepare: Callable[[Path], object] | None = None) -> Iterator[Server]:
    """A workspace made in ``folder`` by the command line, and ``sekisho serve`` over it; stopped at the end.

    ``prepare`` is given the workspace's folder before the server starts.
    """
    workspace = folder / "workspace"
    _sekisho(workspace, "init", str(workspace), "--legal-confirmation", "shown")
    _sekisho(workspace, "staff", "add", "sign-up", "--name", "sign-up", "--kind", "service", "--role", "integration")
    token = _sekisho(workspace, "staff", "token", "sign-up", "--scope", "decide", "--scope", "attest").strip()
    if prepare is not None:
        prepare(workspace)
    server = subprocess.Popen(
        [str(SEKISHO), "--workspace", str(workspace), "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stdout.readline())
        if found is None:
            raise BenchmarkError("sekisho serve did not say where it listens")
        _wait_for(int(found[1]))
        yield Server(server.pid, int(found[1]), token)
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    """Return when the server answers; it says its port a moment before."""
    for _ in range(STARTING_SECONDS * 20):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise BenchmarkError("sekisho serve does not answer")


def measure(server: Server, folder: Path, *, rate: int, seconds: float, seed: int) -> Latencies:
    """Send ``rate`` applications a second for ``seconds`` from another process; every one must be decided."""
    return send(server, folder, applications(WARM_UP + int(rate * seconds), seed), rate=rate, warm_up=WARM_UP)


def send(server: Server, folder: Path, bodies: Sequence[bytes], *, rate: int, warm_up: int) -> Latencies:
    """Send ``bodies`` from another process: ``warm_up`` of them one after the other, the rest at ``rate`` a second."""
    path = folder / "applications.jsonl"
    path.write_bytes(b"\n".join(bodies))
    done = subprocess.run(
        [sys.executable, "-m", "bench.law_http", str(server.port), str(rate), str(server.pid), str(warm_up), str(path)],
        input=server.token,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode:
        raise BenchmarkError(done.stderr)
    found = json.loads(done.stdout)
    return Latencies(tuple(found["milliseconds"]), found["server_cpu_share"])


# --- the client, a process of its own -------------------------------------------------------------------------------


class _Client:
    """Requests over connections that are kept open."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = (
            "POST /v1/contracts/decisions HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        )
        # Taken in turn: one that lies idle for five seconds is closed by the server.
        self._free: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()

    async def connect(self) -> None:
        for _ in range(CONNECTIONS):
            self._free.append(await asyncio.open_connection("127.0.0.1", self._port))

    async def send(self, body: bytes, due: float) -> float:
        """Milliseconds from ``due`` until the whole answer was read. Anything but 200 is an error."""
        reader, writer = self._free.popleft() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        answer = await reader.readexactly(int(length[1])) if length is not None else b""
        took = (time.perf_counter() - due) * 1000
        if not head.startswith(b"HTTP/1.1 200"):
            raise BenchmarkError(f"{head.decode()}{answer.decode()} for {body.decode()}")
        self._free.append((reader, writer))
        return took


async def _load(
    port: int, rate: int, bodies: Sequence[bytes], token: str, pid: int, warm_up: int
) -> dict[str, Any]:
    client = _Client(port, token)
    await client.connect()
    # The client's own pauses would be counted as the server's.
    gc.disable()
    for body in bodies[:warm_up]:
        await client.send(body, time.perf_counter())
    cpu, started = _cpu_seconds(pid), time.perf_counter()
    tasks: list[asyncio.Task[float]] = []
    for number, body in enumerate(bodies[warm_up:]):
        due = started + number / rate
        await asyncio.sleep(due - time.perf_counter())
        tasks.append(asyncio.create_task(client.send(body, due)))
    milliseconds = await asyncio.gather(*tasks)
    share = (_cpu_seconds(pid) - cpu) / (time.perf_counter() - started)
    return {"milliseconds": milliseconds, "server_cpu_share": share}


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(port: str, rate: str, pid: str, warm_up: str, path: str) -> None:
    """Send every line of ``path``, all but the first ``warm_up`` at ``rate`` a second; print the latencies as JSON."""
    bodies = Path(path).read_bytes().splitlines()
    token = sys.stdin.read().strip()
    print(json.dumps(asyncio.run(_load(int(port), int(rate), bodies, token, int(pid), int(warm_up)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
