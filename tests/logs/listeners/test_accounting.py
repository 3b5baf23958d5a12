"""RADIUS accounting: who proves nothing gets nothing, and an answer means that the record is on the disk."""

from __future__ import annotations

import hashlib
import hmac
import socket
import threading
from pathlib import Path

import pytest

from sekisho.logs.formats.radius.packet import parse, request
from sekisho.logs.kinds import LogKind
from sekisho.logs.listeners.endpoints import Transport
from sekisho.logs.listeners.errors import SecretsRefused
from sekisho.logs.listeners.listening import Listening
from sekisho.logs.listeners.secrets import read_secrets
from sekisho.logs.service import LogService
from sekisho.logs.spool import SpoolWriter
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, asked
from tests.logs.listeners.made import (
    SHARED,
    add_source,
    address_of,
    listening,
    secrets_file,
    start_attributes,
    until,
)

AT = MIDNIGHT + 3_600


def _client() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(10)
    return made


def _radius(logs: LogService) -> str:
    return add_source(logs, "radius", LogKind.AP_AUTH)


def test_accounting_is_answered_and_becomes_rows(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """Each request has its answer with the right authenticator; each session is a row."""
    with (
        listening(workspace, logs, Transport.RADIUS, _radius(logs), secrets=secrets_file(tmp_path)) as made,
        _client() as client,
    ):
        for number in range(50):
            data = request(number, [*start_attributes(number, AT), (33, b"state")], SHARED)
            client.sendto(data, address_of(made))
            answer = client.recv(4096)
            expected = hashlib.md5(answer[:4] + data[4:20] + answer[20:] + SHARED).digest()  # noqa: S324  the protocol's
            assert (answer[0], answer[1], answer[4:20]) == (5, number, expected)
            assert answer[20:] == b"\x21\x07state"
        until(lambda: made.counts.durable == made.counts.answered == 50)
    assert len(asked(logs, LogKind.AP_AUTH)["2026-11-23"]) == 50


def test_no_answer_before_the_disk_has_it(
    workspace: Workspace, logs: LogService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk is slow nobody is answered; a request that comes again meanwhile is kept once."""
    slow = threading.Event()
    real = SpoolWriter.sync

    def sync(self: SpoolWriter) -> None:
        slow.wait(20)
        real(self)

    monkeypatch.setattr(SpoolWriter, "sync", sync)
    data = request(1, start_attributes(1, AT), SHARED)
    with (
        listening(workspace, logs, Transport.RADIUS, _radius(logs), secrets=secrets_file(tmp_path)) as made,
        _client() as client,
    ):
        client.sendto(data, address_of(made))
        until(lambda: made.counts.received == 1)
        client.sendto(data, address_of(made))
        until(lambda: made.counts.repeated == 1)
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(4096)
        client.settimeout(10)
        slow.set()
        first = client.recv(4096)
        client.sendto(data, address_of(made))
        assert client.recv(4096) == first
        until(lambda: (made.counts.durable, made.counts.repeated, made.counts.answered) == (1, 2, 2))
    (health,) = [one for one in logs.health() if one.name == "radius"]
    assert health.records == 1


def test_what_proves_nothing_is_dropped(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """Wrong secrets, other codes, garbage, and clients without a secret: counted, unanswered, not kept."""
    secrets = tmp_path / "radius.secrets"
    secrets.write_bytes(b"127.0.0.1/32 " + SHARED + b"\n")
    secrets.chmod(0o600)
    with (
        listening(workspace, logs, Transport.RADIUS, _radius(logs), secrets=secrets) as made,
        _client() as client,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        stranger.bind(("127.0.0.2", 0))
        good = request(1, start_attributes(1, AT), SHARED)
        client.sendto(request(1, start_attributes(1, AT), b"another secret"), address_of(made))
        client.sendto(b"\x01" + good[1:], address_of(made))
        client.sendto(b"garbage", address_of(made))
        client.sendto(good[:-1], address_of(made))
        stranger.sendto(good, address_of(made))
        until(lambda: made.counts.dropped.total() == 5)
        assert dict(made.counts.dropped) == {"not_proved": 1, "not_a_request": 3, "client_unknown": 1}
        assert (made.counts.received, made.counts.answered) == (0, 0)


def test_message_authenticator_can_be_demanded(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """Where it is demanded a request without it is dropped; with it, the answer has one, too."""
    body = bytes([80, 18]) + bytes(16)
    head = bytes([4, 7, 0, 38])
    body = body[:2] + hmac.new(SHARED, head + bytes(16) + body, hashlib.md5).digest()
    signed = head + hashlib.md5(head + bytes(16) + body + SHARED).digest() + body  # noqa: S324  the protocol's
    with (
        listening(
            workspace,
            logs,
            Transport.RADIUS,
            _radius(logs),
            secrets=secrets_file(tmp_path),
            demand_message_authenticator=True,
        ) as made,
        _client() as client,
    ):
        client.sendto(request(1, start_attributes(1, AT), SHARED), address_of(made))
        until(lambda: made.counts.dropped["not_proved"] == 1)
        client.sendto(signed, address_of(made))
        answer = parse(client.recv(4096))
        assert answer is not None
        assert [kind for kind, _ in answer.attributes()] == [80]


def test_garbage_does_not_end_the_listener(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """After a thousand datagrams of garbage a good request is answered."""
    with (
        listening(workspace, logs, Transport.RADIUS, _radius(logs), secrets=secrets_file(tmp_path)) as made,
        _client() as client,
    ):
        good = request(1, start_attributes(1, AT), SHARED)
        for number in range(1_000):
            client.sendto(good[: number % 60] + bytes([number % 256]) * (number % 7), address_of(made))
        _answered(client, made, good)


def _answered(client: socket.socket, made: Listening, data: bytes) -> None:
    client.settimeout(1)
    for _ in range(10):
        client.sendto(data, address_of(made))
        try:
            assert client.recv(4096)[0] == 5
        except TimeoutError:
            continue
        return
    raise AssertionError


def test_secrets_by_prefix(tmp_path: Path) -> None:
    """The longest prefix counts; who has none has no secret."""
    path = tmp_path / "secrets"
    path.write_bytes(b"\n# comment\n192.0.2.0/24 0123456789abcdef\n192.0.2.1/32 fedcba9876543210\n2001:db8::/32 "
                     b"0123456789abcdeX\n")
    path.chmod(0o600)
    found = read_secrets(path)
    assert found.of("192.0.2.2") == b"0123456789abcdef"
    assert found.of("192.0.2.1") == b"fedcba9876543210"
    assert found.of("2001:db8::1") == b"0123456789abcdeX"
    assert found.of("198.51.100.1") is None


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (b"192.0.2.0/24 0123456789abcdef\n", 0o640),
        (b"192.0.2.0/24 short\n", 0o600),
        (b"192.0.2.0/24\n", 0o600),
        (b"example.jp 0123456789abcdef\n", 0o600),
        (b"192.0.2.0/24 0123456789abcdef\n192.0.2.0/24 0123456789abcdef\n", 0o600),
        (b"# nothing\n", 0o600),
    ],
)
def test_secrets_that_are_refused(tmp_path: Path, content: bytes, mode: int) -> None:
    """Others may not read the file, and every line must say what it should; no secret stands in the message."""
    path = tmp_path / "secrets"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(SecretsRefused) as refused:
        read_secrets(path)
    assert "0123456789abcdef" not in str(refused.value.as_document())
    with pytest.raises(SecretsRefused):
        read_secrets(tmp_path / "none")
