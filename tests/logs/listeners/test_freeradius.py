"""Real peers: FreeRADIUS's client and server, over loopback, and our listener killed in the middle."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sekisho.clock import SystemClock
from sekisho.keys import KeyFile
from sekisho.logs.formats.radius.packet import request
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.listeners.endpoints import Transport
from sekisho.logs.manifest import days_of
from sekisho.logs.sealing import read_all
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, asked
from tests.logs.declared import declare_all
from tests.logs.listeners.freeradius import packets, radclient, require, server
from tests.logs.listeners.made import SHARED, add_source, listening, secrets_file, start_attributes, until

AT = MIDNIGHT + 3_600

pytestmark = pytest.mark.freeradius


def test_radclient_is_answered(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """A real client's accounting is answered with what it accepts as right, and becomes rows."""
    require("radclient")
    sessions = [f"s{number}" for number in range(100)]
    source = add_source(logs, "radius", LogKind.AP_AUTH)
    with listening(workspace, logs, Transport.RADIUS, source, secrets=secrets_file(tmp_path)) as made:
        found = radclient(made.endpoints[0].port, packets(sessions, at=AT))
        assert (found.code, found.sessions) == (0, frozenset(sessions)), found.output[-2000:]
        assert made.counts.durable == 100
    assert len(asked(logs, LogKind.AP_AUTH)["2026-11-23"]) == 100


def test_radclient_with_another_secret_is_not_answered(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """Nothing is said to who doesn't know the secret."""
    require("radclient")
    source = add_source(logs, "radius", LogKind.AP_AUTH)
    path = tmp_path / "radius.secrets"
    path.write_bytes(b"127.0.0.0/8 quite-another-secret\n")
    path.chmod(0o600)
    with listening(workspace, logs, Transport.RADIUS, source, secrets=path) as made:
        found = radclient(made.endpoints[0].port, packets(["s"], at=AT), tries=1, timeout=0.5)
        assert (found.code, found.sessions) == (1, frozenset())
        assert made.counts.dropped["not_proved"] >= 1


def test_freeradius_sends_on_and_writes_the_same(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """A real server proxies accounting to us, with its Proxy-State, and writes its detail file: both give the same."""
    require("freeradius")
    directory = tmp_path / "freeradius"
    directory.mkdir()
    sessions = [f"s{number}" for number in range(30)]
    source = add_source(logs, "radius", LogKind.AP_AUTH)
    detail = add_source(logs, "freeradius-detail", LogKind.AP_AUTH)
    with (
        listening(workspace, logs, Transport.RADIUS, source, secrets=secrets_file(tmp_path)) as made,
        server(directory, home=made.endpoints[0].port) as port,
    ):
        found = radclient(port, packets(sessions, at=AT), timeout=3)
        assert found.sessions == frozenset(sessions), (directory / "output").read_text()[-3000:]
        assert made.counts.durable >= 30
        assert made.counts.dropped.total() == 0
    live = asked(logs, LogKind.AP_AUTH)["2026-11-23"]
    assert len(live) == 30
    with (directory / "detail").open("rb") as file:
        done = logs.ingest(file, detail)
    assert (done.records >= 30, done.quarantined) == (True, {})
    assert len(asked(logs, LogKind.AP_AUTH)["2026-11-23"]) == 60


# --- killed ----------------------------------------------------------------------------------------------------------


class _Child:
    """``sekisho log listen`` as a process of its own."""

    def __init__(self, workspace: Path, key_file: Path, secrets: Path) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable, "-c", "from sekisho.cli import main; main()", "--workspace", str(workspace),
                "--key-file", str(key_file), "log", "listen", "--source", "radius", "--radius", "127.0.0.1:0",
                "--secrets", str(secrets), "--drain-every", "1", "--json",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "SEKISHO_LANG": "en"},
        )  # fmt: skip
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        if not first:
            raise AssertionError(self.process.communicate(timeout=30)[1])
        self.port = int(json.loads(first)["listening"][0].rpartition(":")[2])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)

    def end(self) -> dict[str, Any]:
        self.process.send_signal(signal.SIGTERM)
        out, error = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, error
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found


class _Client(threading.Thread):
    """Sends requests as fast as it is answered, 30 at a time, and notes which were."""

    def __init__(self, port: int, first: int, at: int) -> None:
        super().__init__(daemon=True)
        self.port, self.first, self.at = port, first, at
        self.answered: set[str] = set()
        self.stopped = threading.Event()

    def run(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(("127.0.0.1", self.port))
            sock.settimeout(0.5)
            for base in range(self.first, self.first + 60_000, 30):
                sent = {number % 256: number for number in range(base, base + 30)}
                try:
                    for identifier, number in sent.items():
                        sock.send(request(identifier, start_attributes(number, self.at), SHARED))
                    for _ in range(30):
                        self.answered.add(f"line-{sent[sock.recv(4096)[1]]}")
                except (OSError, KeyError):
                    if self.stopped.is_set():
                        return


def test_what_was_answered_survives_a_kill(tmp_path: Path, key_file: KeyFile) -> None:
    """The listener is killed with -9 again and again, between and within syncs: every answered record is there."""
    clock = SystemClock()
    at = microseconds(clock.now()) // 1_000_000 - 120
    path = tmp_path / "ws"
    secrets = secrets_file(tmp_path)
    with Workspace.create(path, name="関所通信", legal_confirmation="shown", keyring=key_file) as workspace:
        declare_all(workspace)
        add_source(LogService(workspace), "radius", LogKind.AP_AUTH)
    answered: set[str] = set()
    rng = random.Random(2866)  # noqa: S311  when to kill needn't be a secret
    for turn in range(4):
        child = _Child(path, key_file.path, secrets)
        client = _Client(child.port, turn * 60_000, at)
        client.start()
        until(lambda started=client: len(started.answered) > 60)  # type: ignore[misc] # a lambda's default has no type of its own
        time.sleep(rng.uniform(0.05, 1.8))
        child.kill()
        client.stopped.set()
        client.join(60)
        answered |= client.answered
    child = _Child(path, key_file.path, secrets)
    found = radclient(child.port, packets(["last"], at=at))
    assert found.sessions == {"last"}
    told = child.end()
    assert (told["durable"], told["drain_errors"]) == (1, {})
    with Workspace.open(path, keyring=key_file) as workspace:
        subjects = _subjects(LogService(workspace), workspace)
    assert answered | {"user-last"} <= subjects
    assert len(answered) > 240
    assert not [one for one in path.rglob("*") if one.is_file() and b"line-" in one.read_bytes()]


def _subjects(logs: LogService, workspace: Workspace) -> set[str]:
    with workspace.database.read() as connection:
        days = list(days_of(connection, LogKind.AP_AUTH))
    found: set[str] = set()
    for _, day in days:
        for entry in logs.open_segments(LogKind.AP_AUTH, day):
            rows = read_all(logs.files, entry.segment)
            assert rows.subject is not None
            found |= set(rows.subject.values)
    return found
