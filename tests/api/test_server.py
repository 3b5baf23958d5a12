"""A real ``sekisho serve``: what it listens on, how it ends, and what survives when it is killed."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from sekisho.keys import KeyFile
from sekisho.ledger import open_checkpoint
from sekisho.workspace import Workspace
from tests.api.conftest import APPLICATION, issue, serving
from tests.cli.conftest import ACCEPTED, Shop, document


def client(address: str, token: str) -> httpx.Client:
    """A client of one server that shows ``token``."""
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def published(shop: Shop) -> int:
    """The size under the checkpoint that lies on disk, without opening the workspace for writing."""
    with Workspace.open(shop.path, mode="read") as reading:
        return reading.ledger().size


def test_it_listens_on_loopback_and_nowhere_else(shop: Shop) -> None:
    """The printed address answers; every other address of this machine doesn't."""
    with serving(shop) as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert httpx.get(server.address + "v1/openapi.json").status_code == 200
        assert httpx.get(server.address + "v1/rulebook").status_code == 401
        port = int(server.address.rsplit(":", 1)[1].strip("/"))
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex(("127.0.0.2", port)) != 0


def test_addresses_beyond_loopback(shop: Shop) -> None:
    """0.0.0.0 and :: are refused without the flag, before the workspace is opened, and a port in use is named."""
    for host in ("0.0.0.0", "::", "192.0.2.1"):  # noqa: S104  to be refused
        refused = shop.run("serve", "--host", host, "--json")
        assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (2, "public_address")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = shop.run("serve", "--port", str(taken.getsockname()[1]), "--json")
        assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (4, "system_refused")


def test_decide_read_and_check(either_shop: Shop) -> None:
    """On both databases: decided, read again, under a checkpoint whose signature holds, and busy for others."""
    token = issue(either_shop, "decide", "attest", "read")
    with serving(either_shop) as server, client(server.address, token) as http:
        made = http.post("v1/contracts/decisions", json=APPLICATION).raise_for_status().json()
        assert made["verdict"] == "accept"
        read = http.get(f"v1/contracts/decisions/{made['id']}").raise_for_status().json()
        assert read["ledger_index"] == made["ledger_index"]
        with Workspace.open(either_shop.path, mode="read") as reading:
            key, origin, several = reading.ledger_public_key, reading.origin, reading.database.several_workers
        note = http.get("v1/ledger/checkpoint").raise_for_status().content
        assert open_checkpoint(note, public_key=key, origin=origin).size > made["ledger_index"]
        beside = either_shop.run("contract", "decide", ACCEPTED, "--json", by="clerk")
        if several:
            assert document(beside)["verdict"] == "accept"
        else:
            assert json.loads(beside.stdout)["error"]["reason"] == "workspace_busy"
        assert either_shop.run("contract", "show", made["id"]).exit_code == 0
        assert server.end() == 0


def test_a_flood_is_refused_and_costs_no_memory(shop: Shop) -> None:
    """50 MB sent to the real server: 413, whether announced or not, and it neither keeps them nor stops answering."""
    token = issue(shop, "decide", "attest", "read")

    def resident(pid: int) -> int:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        (line,) = (line for line in lines if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def parts() -> Iterator[bytes]:
        for _ in range(800):
            yield b"x" * 65536

    with serving(shop) as server, client(server.address, token) as http:
        http.post("v1/contracts/decisions", json=APPLICATION).raise_for_status()
        before = resident(server.process.pid)
        for body in (b"x" * 50_000_000, parts()):
            try:
                answer = http.post("v1/contracts/decisions", content=body)
            except httpx.TransportError:
                continue  # refused while we were still sending: the server may close
            assert answer.status_code == 413
        assert http.post("v1/contracts/decisions", json=APPLICATION).status_code == 200
        assert resident(server.process.pid) - before < 20_000_000


@pytest.mark.parametrize("either_shop", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_two_servers_and_one_key(either_shop: Shop) -> None:
    """On PostgreSQL two servers share a workspace: one idempotency key sent to both at once is one decision."""
    token = issue(either_shop, "decide", "attest", "read")
    with serving(either_shop) as one, serving(either_shop) as other:
        with client(one.address, token) as first, client(other.address, token) as second:

            def send(turn: int) -> tuple[str, int]:
                http = (first, second)[turn % 2]
                headers = {"Idempotency-Key": f"k-{turn // 4}"}
                found = http.post("v1/contracts/decisions", json=APPLICATION, headers=headers).raise_for_status().json()
                return found["id"], found["ledger_index"]

            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(send, range(40)))
        for start in range(0, 40, 4):
            assert len(set(found[start : start + 4])) == 1
        assert len(set(found)) == 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_gentle_end_publishes_everything(shop: Shop, number: signal.Signals) -> None:
    """Requests under way are answered, the ledger on disk covers all of them, and the exit code is 0."""
    token = issue(shop, "decide", "attest", "read")
    answered: list[int] = []
    with serving(shop) as server:
        stop = threading.Event()

        def work() -> None:
            with client(server.address, token) as http:
                while not stop.is_set():
                    try:
                        answer = http.post("v1/contracts/decisions", json=APPLICATION)
                    except httpx.TransportError:
                        return
                    if answer.status_code == 200:
                        answered.append(answer.json()["ledger_index"])
                    else:
                        assert answer.status_code == 503

        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(work) for _ in range(4)]
            # As soon as it answers, however long it took to get ready; then a while in the middle of things.
            until = time.monotonic() + 60
            while len(answered) <= 4 and time.monotonic() < until:
                time.sleep(0.05)
            time.sleep(0.5)
            assert server.end(number) == 0
            stop.set()
            for each in running:
                each.result()
        assert server.process.stderr is not None
        assert b"Traceback" not in server.process.stderr.read()
    assert len(answered) > 4
    assert published(shop) > max(answered)
    assert document(shop.run("ledger", "verify", "--json"))["holds"]


def test_kill_9_under_load(either_shop: Shop) -> None:
    """Twice killed while clients write: everything answered is found by GET at the same place after the restart, a
    repeat under the same key is the same decision, and the ledger verifies.
    """
    token = issue(either_shop, "decide", "attest", "read")
    answered: dict[str, dict[str, Any]] = {}
    sent: set[str] = set()
    for life in range(2):
        with serving(either_shop) as server:

            def work(name: int, life: int = life, address: str = server.address) -> None:
                with client(address, token) as http:
                    for turn in range(10_000):
                        key = f"{life}-{name}-{turn}"
                        sent.add(key)
                        try:
                            answer = http.post(
                                "v1/contracts/decisions", json=APPLICATION, headers={"Idempotency-Key": key}
                            )
                        except httpx.TransportError:
                            return
                        assert answer.status_code == 200, answer.text
                        answered[key] = answer.json()

            with ThreadPoolExecutor(4) as pool:
                running = [pool.submit(work, name) for name in range(4)]
                before = len(answered)
                deadline = time.monotonic() + 60
                while len(answered) < before + 40 + 17 * life:
                    assert time.monotonic() < deadline
                    time.sleep(0.005)
                server.end(signal.SIGKILL)
                for each in running:
                    each.result()
    unanswered = sent - answered.keys()
    with serving(either_shop) as server, client(server.address, token) as http:
        for key, made in answered.items():
            read = http.get(f"v1/contracts/decisions/{made['id']}").raise_for_status().json()
            assert read["ledger_index"] == made["ledger_index"], key
        for key in [*list(answered)[-10:], *unanswered]:
            again = http.post("v1/contracts/decisions", json=APPLICATION, headers={"Idempotency-Key": key})
            found = again.raise_for_status().json()
            if key in answered:
                assert found["id"] == answered[key]["id"]
        assert server.end() == 0
    assert document(either_shop.run("ledger", "verify", "--json"))["holds"]
    with Workspace.open(either_shop.path, keyring=KeyFile(either_shop.key)) as opened:
        for made in answered.values():
            leaf = opened.open_leaf(made["ledger_index"])
            assert leaf is not None
            assert leaf.row.id == made["id"]
