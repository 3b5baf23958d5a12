"""What tests of listeners share: sources, listeners that take in when told, and RADIUS requests."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from sekisho.logs.formats.reader import Context, Found
from sekisho.logs.kinds import LogKind
from sekisho.logs.listeners.endpoints import ListenSpec, Transport, endpoint
from sekisho.logs.listeners.listening import Listening
from sekisho.logs.listeners.sink import CAPACITY
from sekisho.logs.listeners.streams import StreamLimits
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT
from tests.logs.simple_format import SimpleReader


class PrioritiesOff(SimpleReader):
    """The simple format behind a syslog priority."""

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterable[Found]:
        """The lines without their priority."""
        return super().read(chunk.replace(b"<14>", b""), first_record, context)


def priorities_off(settings: Mapping[str, Any]) -> PrioritiesOff:
    """A reader of it."""
    del settings
    return PrioritiesOff()


SECRET = b"a secret of enough characters"


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something, and fail if it doesn't come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it didn't come"
        time.sleep(0.005)


def line(number: int) -> bytes:
    """An assignment in the simple format, each of a port of its own."""
    address = IPv4Address("198.18.0.0") + number // 60_000
    port = number % 60_000 + 1
    return f"A {MIDNIGHT + 1} {address} {port} {port} 100.64.0.1".encode()


def add_source(logs: LogService, format_: str, kind: LogKind = LogKind.AP_NAT, **settings: Any) -> str:
    """A source named after its format."""
    logs.add_source(SourceSpec(format_, "関所通信", "hikari", kind, format_, settings=settings), by="admin")
    return format_


@contextmanager
def listening(
    workspace: Workspace,
    logs: LogService,
    transport: Transport,
    source: str = "cgn",
    *,
    limits: StreamLimits | None = None,
    capacity: int = CAPACITY,
    **more: Any,
) -> Iterator[Listening]:
    """A listener at a free port of loopback, that takes in only when told or at the end."""
    spec = ListenSpec((endpoint(transport, "127.0.0.1:0"),), **more)
    found = logs.source(source)
    with Listening(workspace, logs, found, spec, drain_seconds=3600, limits=limits, capacity=capacity) as made:
        yield made


def address_of(of: Listening) -> tuple[str, int]:
    """Where it listens."""
    return of.endpoints[0].host, of.endpoints[0].port


def connected(of: Listening) -> socket.socket:
    """A TCP connection to it."""
    return socket.create_connection(address_of(of), timeout=20)


def secrets_file(directory: Path) -> Path:
    """Every client on loopback has :data:`SECRET`."""
    path = directory / "radius.secrets"
    path.write_bytes(b"# who  secret\n127.0.0.0/8 " + SECRET.replace(b" ", b"-") + b"\n")
    path.chmod(0o600)
    return path


SHARED = SECRET.replace(b" ", b"-")
"""The secret as it stands in the file."""


def number(value: int) -> bytes:
    """32 bits."""
    return struct.pack(">I", value)


def start_attributes(session: int, at: int, status: int = 1) -> list[tuple[int, bytes]]:
    """A session that begins, with an address of its own."""
    return [
        (40, number(status)),
        (1, f"line-{session}".encode()),
        (4, bytes([192, 0, 2, 10])),
        (44, f"{session:08x}".encode()),
        (8, (IPv4Address("198.18.0.1") + session).packed),
        (55, number(at)),
    ]
