"""``sekisho log listen`` and ``sekisho serve``: records received live by a real process, ended as a system ends it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sekisho.clock import japan_date
from sekisho.keys import KeyFile
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace
from tests.cli.conftest import PROGRAM, PROJECT, Shop, document
from tests.logs.declared import declare

LOG = PROJECT / "examples" / "logs" / "juniper-pba.log"


@pytest.fixture
def desk(shop: Shop) -> Shop:
    """A workspace with a policy, and a source that ``serve`` listens for, too."""
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        declare(workspace, valid_from=japan_date(workspace.clock.now()).isoformat())
        listen = {"endpoints": ["tcp://127.0.0.1:0"]}
        spec = SourceSpec("cgn", "関所通信", "hikari", LogKind.AP_NAT, "juniper-pba", settings={"listen": listen})
        LogService(workspace).add_source(spec, by="admin")
    return shop


@contextmanager
def running(desk: Shop, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The program, killed at the end if it still runs."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    process = subprocess.Popen(
        [str(PROGRAM), "--workspace", str(desk.path), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, env=surroundings, text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next line of JSON it prints."""
    assert process.stdout is not None
    text = process.stdout.readline()
    if not text:
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())
    found: dict[str, Any] = json.loads(text)
    return found


def send(where: str) -> None:
    """The example's lines over TCP."""
    host, _, port = where.removeprefix("tcp://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as sender:
        sender.sendall(LOG.read_bytes())


def stored(desk: Shop) -> int:
    """Records of the source ``cgn`` that the store has."""
    (health,) = document(desk.run("log", "health", "--json"))
    return int(health["records"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_listen_until_told(desk: Shop, number: signal.Signals) -> None:
    """The addresses are told when they are open; at the end everything that arrived is in the store."""
    with running(desk, "log", "listen", "--source", "cgn", "--tcp", "127.0.0.1:0", "--json") as process:
        (where,) = line_of(process)["listening"]
        send(where)
        process.send_signal(number)
        told = line_of(process)
        assert process.wait(30) == 0
    assert (told["received"], told["durable"], told["listening"]) == (400, 400, False)
    (health,) = document(desk.run("log", "health", "--json"))
    assert (health["listener"]["durable"], health["listener"]["endpoints"]) == (400, [where])
    assert "durable 400" in desk.run("log", "health").stdout
    assert stored(desk) == 400


def test_serve_listens_as_settings_say(desk: Shop) -> None:
    """One process serves and receives; its end takes in what arrived."""
    with running(desk, "serve", "--port", "0", "--json") as process:
        assert "address" in line_of(process)
        found = line_of(process)
        assert found["source"] == "cgn"
        send(found["listening"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert stored(desk) == 400


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--source", "nobody", "--tcp", "127.0.0.1:0"], 2, "unknown_source"),
        (["--source", "cgn", "--tcp", "127.0.0.1"], 2, "listen_refused"),
        (["--source", "cgn", "--tcp", "192.0.2.1:514"], 2, "listen_refused"),
        (["--source", "cgn", "--tls", "127.0.0.1:0"], 2, "listen_refused"),
        (["--source", "cgn", "--ipfix", "127.0.0.1:0"], 2, "listen_refused"),
        (["--source", "cgn", "--tcp", "127.0.0.1:0", "--allow", "example.jp"], 2, "listen_refused"),
        (["--source", "cgn", "--tcp", "192.0.2.1:514", "--beyond-loopback"], 4, "listen_port_unavailable"),
    ],
)
def test_what_is_refused(desk: Shop, arguments: list[str], code: int, reason: str) -> None:
    """Each with its reason and exit code, before anything is received."""
    done = desk.run("log", "listen", *arguments, "--json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["reason"]) == (code, reason)


def test_nothing_is_received_without_a_policy(shop: Shop) -> None:
    """Not even for a moment: what nobody decided to keep isn't kept in a spool either."""
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        spec = SourceSpec("cgn", "関所通信", "hikari", LogKind.AP_NAT, "juniper-pba")
        LogService(workspace).add_source(spec, by="admin")
    done = shop.run("log", "listen", "--source", "cgn", "--tcp", "127.0.0.1:0", "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["reason"] == "no_log_policy"
    assert not (shop.path / "spool").exists()
