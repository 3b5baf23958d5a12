"""What a source listens at, as declared in its settings or on the command line; and the sockets made of it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sekisho.logs.formats.reader import Framing
from sekisho.logs.formats.registry import make_reader
from sekisho.logs.listeners.errors import ListenRefused, PortUnavailable
from sekisho.logs.sources import Network, Source

BACKLOG: Final = 256
RECEIVE_BUFFER: Final = 16 * 1024 * 1024
"""Bytes the kernel is asked to keep of a UDP socket while we are busy: a second of 64,000 datagrams."""
MAX_ENDPOINTS: Final = 16
MAX_ALLOWED: Final = 1_000

_SETTINGS: Final = frozenset({
    "endpoints",
    "allow",
    "certificate",
    "key",
    "client_ca",
    "secrets",
    "demand_message_authenticator",
    "beyond_loopback",
})


class Transport(Enum):
    """How records come."""

    UDP = "udp"
    """Syslog, a message in each datagram (RFC 5426)."""
    TCP = "tcp"
    """Syslog in a stream (RFC 6587). Nothing is acknowledged: what a sender had on its way when a connection broke is
    lost, and neither side can say what."""
    TLS = "tls"
    """The same inside TLS (RFC 5425)."""
    RADIUS = "radius"
    """RADIUS accounting (RFC 2866): answered when the record is on the disk."""
    IPFIX = "ipfix"
    """IPFIX or NetFlow version 9, a message in each datagram."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and port. ``host`` is an IP address; port 0 takes a free one."""

    transport: Transport
    host: str
    port: int

    def __str__(self) -> str:
        """``udp://127.0.0.1:5514``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport.value}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return ipaddress.ip_address(self.host).is_loopback


@dataclass(frozen=True, slots=True)
class ListenSpec:
    """Everything declared of a source's listeners.

    ``allow``: senders whose records are taken; none: all that reach it. ``certificate``, ``key`` and ``client_ca`` are
    PEM files for TLS; with ``client_ca`` only clients with a certificate of that authority are let in. ``secrets`` is
    the file of RADIUS secrets. ``beyond_loopback`` says that others than this machine are meant to reach it.
    """

    endpoints: tuple[Endpoint, ...]
    allow: tuple[Network, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    secrets: Path | None = None
    demand_message_authenticator: bool = False
    beyond_loopback: bool = False

    def checked(self, source: Source) -> ListenSpec:
        """Itself, seen to fit the source. Raises ``ListenRefused``."""
        if not 0 < len(self.endpoints) <= MAX_ENDPOINTS:
            raise ListenRefused(field="endpoints", problem=f"1 to {MAX_ENDPOINTS}")
        for one in self.endpoints:
            if not one.is_loopback and not self.beyond_loopback:
                raise ListenRefused(field=str(one), problem="others can reach it; say beyond_loopback if that is meant")
            _require_format(one, source)
            if one.transport is Transport.TLS and (self.certificate is None or self.key is None):
                raise ListenRefused(field=str(one), problem="TLS needs certificate and key")
            if one.transport is Transport.RADIUS and self.secrets is None:
                raise ListenRefused(field=str(one), problem="RADIUS needs the file of secrets")
        if len(self.allow) > MAX_ALLOWED:
            raise ListenRefused(field="allow", problem=f"at most {MAX_ALLOWED} prefixes")
        return self


def _require_format(endpoint: Endpoint, source: Source) -> None:
    name = source.spec.format
    wanted = {Transport.RADIUS: "radius", Transport.IPFIX: "ipfix"}.get(endpoint.transport)
    if wanted is not None and name != wanted:
        raise ListenRefused(field=str(endpoint), problem=f"the source's format is {name}; {wanted} is needed")
    if wanted is None and make_reader(name, source.settings).framing is not Framing.LINES:
        raise ListenRefused(field=str(endpoint), problem=f"the source's format {name} isn't one of lines")


def endpoint(transport: Transport, text: str) -> Endpoint:
    """From ``127.0.0.1:5514``, ``[::1]:5514`` or ``localhost:5514``. Raises ``ListenRefused``."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else -1
        address = ipaddress.ip_address(host)
    except ValueError:
        number, address = -1, None
    if not colon or address is None or not 0 <= number <= 65_535:
        raise ListenRefused(field=transport.value, problem=f"{text[:80]!r}: ADDRESS:PORT is expected")
    return Endpoint(transport, str(address), number)


def declared(settings: Mapping[str, Any]) -> ListenSpec | None:
    """What a source's setting ``listen`` says; None where there is none. Raises ``ListenRefused``."""
    found = settings.get("listen")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ListenRefused(field="listen", problem="a mapping is expected")
    unknown = sorted(set(found) - _SETTINGS)
    if unknown:
        known = ", ".join(sorted(_SETTINGS))
        raise ListenRefused(field=f"listen.{unknown[0][:80]}", problem=f"unknown; known: {known}")
    endpoints = []
    for text in _texts(found, "endpoints"):
        scheme, mark, rest = text.partition("://")
        try:
            transport = Transport(scheme)
        except ValueError:
            transport = None
        if not mark or transport is None:
            known = "|".join(one.value for one in Transport)
            raise ListenRefused(field="listen.endpoints", problem=f"{text[:80]!r}: {known}://ADDRESS:PORT is expected")
        endpoints.append(endpoint(transport, rest))
    return ListenSpec(
        tuple(endpoints),
        allowed(_texts(found, "allow")),
        certificate=_path(found, "certificate"),
        key=_path(found, "key"),
        client_ca=_path(found, "client_ca"),
        secrets=_path(found, "secrets"),
        demand_message_authenticator=_flag(found, "demand_message_authenticator"),
        beyond_loopback=_flag(found, "beyond_loopback"),
    )


def allowed(texts: Sequence[str]) -> tuple[Network, ...]:
    """Prefixes of senders. Raises ``ListenRefused``."""
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise ListenRefused(field="allow", problem=str(error)[:200]) from None


def _texts(found: Mapping[str, Any], name: str) -> list[str]:
    value = found.get(name, [])
    if not isinstance(value, list) or len(value) > MAX_ALLOWED or not all(isinstance(one, str) for one in value):
        raise ListenRefused(field=f"listen.{name}", problem="a list of texts is expected")
    return value


def _path(found: Mapping[str, Any], name: str) -> Path | None:
    value = found.get(name)
    if value is not None and (not isinstance(value, str) or not value):
        raise ListenRefused(field=f"listen.{name}", problem="the path of a file is expected")
    return None if value is None else Path(value)


def _flag(found: Mapping[str, Any], name: str) -> bool:
    value = found.get(name, False)
    if not isinstance(value, bool):
        raise ListenRefused(field=f"listen.{name}", problem="true or false is expected")
    return value


class Senders:
    """Who may send. Answers are remembered, so that asking for each datagram costs little."""

    REMEMBERED: Final = 4_096

    def __init__(self, allow: Sequence[Network]) -> None:
        """``allow`` empty: everybody."""
        self._allow = allow
        self._known: dict[str, bool] = {}

    def may(self, host: str) -> bool:
        """Whether records of ``host`` are taken."""
        if not self._allow:
            return True
        found = self._known.get(host)
        if found is None:
            if len(self._known) >= self.REMEMBERED:
                self._known.clear()
            address = ipaddress.ip_address(host.partition("%")[0])
            found = any(address in one for one in self._allow if one.version == address.version)
            self._known[host] = found
        return found


def bound(where: Endpoint) -> socket.socket:
    """A socket at an endpoint, not blocking; a stream's listens. Raises ``PortUnavailable``."""
    stream = where.transport in (Transport.TCP, Transport.TLS)
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        if stream:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            _enlarge(made)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((where.host, where.port))
        if stream:
            made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise PortUnavailable(endpoint=str(where), why=error.strerror or type(error).__name__) from None
    return made


def _enlarge(made: socket.socket) -> None:
    """A large receive buffer: beyond the system's limit where we may, up to it where not."""
    with suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    with suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER)


_SO_RCVBUFFORCE: Final = 33
"""Linux's number (socket(7)); Python doesn't name it."""


def named(address: Sequence[Any]) -> tuple[str, str]:
    """A sender's address, and that with its port, as texts."""
    host = str(address[0])
    return host, f"[{host}]:{address[1]}" if ":" in host else f"{host}:{address[1]}"
