"""Syslog over TCP and TLS: nothing read is lost, and nobody can hold more than a place."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sekisho.logs.listeners.endpoints import ListenSpec, Transport, endpoint
from sekisho.logs.listeners.errors import ListenRefused, PortUnavailable
from sekisho.logs.listeners.listening import Listening
from sekisho.logs.listeners.streams import StreamLimits
from sekisho.logs.service import LogService
from sekisho.logs.spool import SpoolWriter
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON, asked
from tests.logs.listeners.made import address_of, connected, line, listening, until


def test_lines_of_many_connections_become_rows(workspace: Workspace, logs: LogService) -> None:
    """Counted messages and lines, from several senders at once: every one is a row."""
    with listening(workspace, logs, Transport.TCP) as made:

        def send(first: int, *, counted: bool) -> None:
            with connected(made) as sender:
                for number in range(first, first + 500):
                    text = b"<14>" + line(number) if counted else line(number)
                    sender.sendall(b"%d %b" % (len(text), text) if counted else text + b"\n")

        threads = [threading.Thread(target=send, args=(n * 500,), kwargs={"counted": n % 2 == 0}) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until(lambda: made.counts.durable == 2_000)
    assert made.counts.connections == 4
    assert sum(len(rows) for rows in asked(logs).values()) == 2_000
    (health,) = logs.health()
    assert (health.records, health.events) == (2_000, 2_000)


def test_end_takes_in_what_has_arrived(workspace: Workspace, logs: LogService) -> None:
    """What senders sent before the end is read, kept and taken in, connections open or not."""
    with listening(workspace, logs, Transport.TCP) as made:
        sender = connected(made)
        sender.sendall(b"".join(line(number) + b"\n" for number in range(20_000)))
    sender.close()
    assert made.counts.received == made.counts.durable == 20_000
    assert sum(len(rows) for rows in asked(logs).values()) == 20_000


def test_half_a_line_is_lost_and_counted(workspace: Workspace, logs: LogService) -> None:
    """A connection that ends within a line: half of it would be read as another, so it is a gap."""
    with listening(workspace, logs, Transport.TCP) as made:
        with connected(made) as sender:
            sender.sendall(line(1) + b"\n" + line(2)[:-3])
        until(lambda: made.counts.dropped["incomplete"] == 1)
    (health,) = logs.health()
    assert health.records == 1
    assert [gap.reason for gap in health.gaps] == ["listener_incomplete"]


def test_line_of_a_mb_goes_to_the_quarantine(workspace: Workspace, logs: LogService) -> None:
    """It is cut, refused by its reader and counted; the next line is a row."""
    with listening(workspace, logs, Transport.TCP) as made:
        with connected(made) as sender:
            sender.sendall(line(1) + b"x" * 1_000_000 + b"\n" + line(2) + b"\n")
        until(lambda: made.counts.durable == 2)
    (health,) = logs.health()
    assert (health.records, health.events, health.quarantined) == (2, 1, 1)


def test_full_sink_stops_reading_and_loses_nothing(
    workspace: Workspace, logs: LogService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk is slow senders wait; what waits in memory stays near the bound."""
    slow = threading.Event()
    real = SpoolWriter.sync

    def sync(self: SpoolWriter) -> None:
        slow.wait(20)
        real(self)

    monkeypatch.setattr(SpoolWriter, "sync", sync)
    lines = [line(number) + b"\n" for number in range(60_000)]
    with listening(workspace, logs, Transport.TCP, capacity=256 * 1024) as made:
        sender = threading.Thread(target=lambda: _send(made, b"".join(lines)))
        sender.start()
        until(lambda: made.counts.received_bytes > 256 * 1024)
        time.sleep(0.2)
        assert made.counts.received_bytes < 1024 * 1024
        assert made.counts.durable == 0
        slow.set()
        sender.join()
        until(lambda: made.counts.durable == 60_000)
    assert made.counts.dropped.total() == 0


def _send(made: Listening, data: bytes) -> None:
    with connected(made) as sender:
        sender.sendall(data)


def test_too_many_connections_are_refused(workspace: Workspace, logs: LogService) -> None:
    """Beyond the bound a connection is closed at once; when one ends there is a place again."""
    with listening(workspace, logs, Transport.TCP, limits=StreamLimits(of_one=3)) as made:
        kept = [connected(made) for _ in range(3)]
        until(lambda: made.counts.connections == 3)
        with connected(made) as refused:
            assert refused.recv(1) == b""
        assert made.counts.refused["too_many_of_one"] == 1
        kept.pop().close()
        until(lambda: _served(made, 100))
        for one in kept:
            one.close()


def _served(made: Listening, number: int) -> bool:
    before = made.counts.received
    with connected(made) as sender:
        try:
            sender.sendall(line(number) + b"\n")
            sender.shutdown(socket.SHUT_WR)
            sender.recv(1)
        except OSError:
            return False
    time.sleep(0.05)
    return made.counts.received > before


def test_sender_that_never_ends_its_line_is_closed(workspace: Workspace, logs: LogService) -> None:
    """A byte now and then holds a place for a while, not for ever; one that is only silent may stay."""
    limits = StreamLimits(incomplete_seconds=0.3)
    with (
        listening(workspace, logs, Transport.TCP, limits=limits) as made,
        connected(made) as silent,
        connected(made) as slow,
    ):
        silent.sendall(line(1) + b"\n")
        with suppress(OSError):
            while made.counts.refused["too_slow"] == 0:
                slow.sendall(b"x")
                time.sleep(0.05)
        until(lambda: made.counts.refused["too_slow"] == 1)
        silent.sendall(line(2) + b"\n")
        until(lambda: made.counts.durable == 2)


def test_count_that_is_none_ends_the_connection(workspace: Workspace, logs: LogService) -> None:
    """What came before it counts."""
    with listening(workspace, logs, Transport.TCP) as made, connected(made) as sender:
        text = b"<14>" + line(1)
        sender.sendall(b"%d %b" % (len(text), text) + b"garbage")
        until(lambda: made.counts.refused["framing"] == 1)


def test_sender_that_is_not_allowed(workspace: Workspace, logs: LogService) -> None:
    """Only declared senders are let in."""
    allow = (ipaddress.ip_network("192.0.2.0/24"),)
    with listening(workspace, logs, Transport.TCP, allow=allow) as made, connected(made) as sender:
        assert sender.recv(1) == b""
        assert made.counts.refused["sender_not_allowed"] == 1


def test_port_in_use_and_addresses_beyond_loopback(workspace: Workspace, logs: LogService) -> None:
    """A port that is taken says so; an address that others reach must be meant."""
    with listening(workspace, logs, Transport.TCP) as made:
        host, port = address_of(made)
        taken = ListenSpec((endpoint(Transport.TCP, f"{host}:{port}"),))
        with pytest.raises(PortUnavailable):
            Listening(workspace, logs, logs.source("cgn"), taken).start()
    open_ = ListenSpec((endpoint(Transport.TCP, "0.0.0.0:0"),))
    with pytest.raises(ListenRefused):
        Listening(workspace, logs, logs.source("cgn"), open_)


# --- TLS -------------------------------------------------------------------------------------------------------------


def _certificate(directory: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for loopback, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - datetime.timedelta(days=3650))
        .not_valid_after(NOON + datetime.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = directory / f"{name}.pem", directory / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


def test_tls(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """Counted messages inside TLS (RFC 5425) become rows; a client that speaks no TLS is refused and counted."""
    certificate, key = _certificate(tmp_path, "server")
    with listening(workspace, logs, Transport.TLS, certificate=certificate, key=key) as made:
        context = ssl.create_default_context(cafile=str(certificate))
        with context.wrap_socket(connected(made), server_hostname="127.0.0.1") as sender:
            for number in range(2_000):
                text = b"<14>" + line(number)
                sender.sendall(b"%d %b" % (len(text), text))
            sender.unwrap()
        with connected(made) as plain:
            plain.sendall(line(5_000) + b"\n")
            until(lambda: made.counts.refused["handshake"] == 1)
        until(lambda: made.counts.durable == 2_000)
    assert sum(len(rows) for rows in asked(logs).values()) == 2_000


def test_tls_handshake_that_does_not_come(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """A connection that never shakes hands is closed in time and its place is free again."""
    limits = StreamLimits(of_one=2, handshake_seconds=0.5)
    certificate, key = _certificate(tmp_path, "server")
    with listening(workspace, logs, Transport.TLS, limits=limits, certificate=certificate, key=key) as made:
        held = [connected(made) for _ in range(2)]
        until(lambda: made.counts.refused["handshake"] == 2)
        context = ssl.create_default_context(cafile=str(certificate))
        with context.wrap_socket(connected(made), server_hostname="127.0.0.1") as sender:
            sender.sendall(line(1) + b"\n")
            until(lambda: made.counts.durable == 1)
        for one in held:
            one.close()


def test_tls_client_certificates(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """Where an authority is declared, only clients with a certificate of it are let in."""
    certificate, key = _certificate(tmp_path, "server")
    client, client_key = _certificate(tmp_path, "client")
    with listening(
        workspace, logs, Transport.TLS, certificate=certificate, key=key, client_ca=client
    ) as made:
        context = ssl.create_default_context(cafile=str(certificate))
        # With TLS 1.3 a client learns only afterwards that its certificate was missed.
        with suppress(OSError), context.wrap_socket(connected(made), server_hostname="127.0.0.1") as sender:
            sender.sendall(line(1) + b"\n")
            assert sender.recv(1) == b""
        until(lambda: made.counts.refused["handshake"] == 1)
        context.load_cert_chain(client, client_key)
        with context.wrap_socket(connected(made), server_hostname="127.0.0.1") as sender:
            sender.sendall(line(2) + b"\n")
            until(lambda: made.counts.durable == 1)
        assert made.counts.received == 1


def test_certificate_that_is_none(workspace: Workspace, logs: LogService, tmp_path: Path) -> None:
    """A file that is no certificate is refused before anything is opened."""
    (tmp_path / "no.pem").write_text("no certificate", encoding="utf-8")
    with (
        pytest.raises(ListenRefused),
        listening(workspace, logs, Transport.TLS, certificate=tmp_path / "no.pem", key=tmp_path / "no.pem"),
    ):
        raise AssertionError
