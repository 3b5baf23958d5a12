"""Syslog over TCP and TLS: many connections, none of which can take more than its share of memory or time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sekisho.logs.listeners.counts import Counts
from sekisho.logs.listeners.endpoints import Senders, named
from sekisho.logs.listeners.errors import ListenRefused
from sekisho.logs.listeners.framing import FramingBroken, SyslogFrames
from sekisho.logs.listeners.sink import Record, Sink

READ: Final = 64 * 1024
"""Bytes read from one connection at a time."""
ACCEPT_PAUSE: Final = 0.5
"""Seconds without accepting when the system has no descriptors left."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What connections may take. ``of_one``: connections of one address, of which a relay uses a few.
    ``incomplete_seconds``: how long a message that has begun may take; a sender that is slower holds a place and says
    nothing. One that is silent between two messages may stay."""

    connections: int = 512
    of_one: int = 128
    handshake_seconds: float = 10.0
    incomplete_seconds: float = 60.0


class StreamServer:
    """Accepts connections at one socket."""

    def __init__(
        self,
        sock: socket.socket,
        senders: Senders,
        sink: Sink,
        counts: Counts,
        *,
        now: Callable[[], int],
        tls: ssl.SSLContext | None,
        limits: StreamLimits,
    ) -> None:
        """Accepts nothing before :meth:`start`."""
        self._sock = sock
        self._senders = senders
        self._sink = sink
        self._counts = counts
        self._now = now
        self._tls = tls
        self._limits = limits
        self._hosts: Counter[str] = Counter()
        self._open: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._stopped = False

    def start(self) -> None:
        """Accept from now on."""
        self._accepting = self._loop.create_task(self._accept())

    async def stop(self, grace: float) -> None:
        """Accept no more, read what senders have sent, for at most ``grace`` seconds, and close."""
        if self._accepting is not None:
            self._accepting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._accepting
        self._sock.close()
        until = time.monotonic() + grace
        before = -1
        # Nothing more came for a moment, and what came was taken.
        while time.monotonic() < until and (before != self._counts.received_bytes or self._stopped):
            before = self._counts.received_bytes
            await asyncio.sleep(0.1)
        for connection in tuple(self._open):
            connection.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.sleep(0)

    def sweep(self) -> None:
        """Close connections whose message has been under way for too long."""
        now = time.monotonic()
        for connection in tuple(self._open):
            if connection.since is not None and now - connection.since > self._limits.incomplete_seconds:
                self._counts.refused["too_slow"] += 1
                connection.close()

    async def _accept(self) -> None:
        while True:
            try:
                accepted, address = await self._loop.sock_accept(self._sock)
            except OSError:
                self._counts.refused["no_descriptors"] += 1
                await asyncio.sleep(ACCEPT_PAUSE)
                continue
            host, peer = named(address)
            reason = self._refusal(host)
            if reason is not None:
                self._counts.refused[reason] += 1
                accepted.close()
                continue
            accepted.setblocking(False)
            _keep_alive(accepted)
            self._hosts[host] += 1
            task = self._loop.create_task(self._connect(accepted, host, peer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _refusal(self, host: str) -> str | None:
        if not self._senders.may(host):
            return "sender_not_allowed"
        if self._hosts.total() >= self._limits.connections:
            return "too_many_connections"
        if self._hosts[host] >= self._limits.of_one:
            return "too_many_of_one"
        return None

    async def _connect(self, accepted: socket.socket, host: str, peer: str) -> None:
        connection = _Connection(self, host, peer)
        try:
            await self._loop.connect_accepted_socket(
                lambda: connection,
                accepted,
                ssl=self._tls,
                ssl_handshake_timeout=None if self._tls is None else self._limits.handshake_seconds,
            )
        except (OSError, ssl.SSLError, TimeoutError):
            self._counts.refused["handshake" if self._tls is not None else "connection"] += 1
            accepted.close()
        except asyncio.CancelledError:
            accepted.close()
            raise
        finally:
            if not connection.made:
                self._gone(host)

    def _gone(self, host: str) -> None:
        self._hosts[host] -= 1
        if self._hosts[host] <= 0:
            del self._hosts[host]

    # --- called by connections ---------------------------------------------------------------------------------------

    def opened(self, connection: _Connection) -> None:
        """A connection stands; TLS, where asked for, included."""
        self._counts.connections += 1
        self._open.add(connection)
        if self._stopped:
            connection.pause()

    def closed(self, connection: _Connection, host: str) -> None:
        """A connection has ended. A message that was under way is lost: half of one would be read as another."""
        self._open.discard(connection)
        self._gone(host)
        if connection.frames.pending:
            self._counts.dropped["incomplete"] += 1

    def take(self, connection: _Connection, data: bytes, peer: str) -> bool:
        """Bytes came; whether they completed a message."""
        frames = connection.frames
        before = frames.overlong
        try:
            lines = frames.feed(data)
        except FramingBroken:
            self._counts.refused["framing"] += 1
            connection.close()
            return False
        self._counts.dropped["overlong"] += frames.overlong - before
        if lines:
            # What was read can't be given back: it is taken even if the queue is full, and then nobody is read.
            record = Record(lines, self._now(), peer, messages=lines.count(b"\n"))
            if not self._sink.offer(record, force=True):
                self._counts.dropped["queue_full"] += record.messages
        if self._sink.full and not self._stopped:
            self._stopped = True
            for one in self._open:
                one.pause()
            self._sink.when_there_is_room(self._room)
        return bool(lines)

    def _room(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        self._stopped = False
        for one in self._open:
            one.resume()


class _Connection(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, server: StreamServer, host: str, peer: str) -> None:
        self._server = server
        self._host = host
        self._peer = peer
        self._buffer = bytearray(READ)
        self._transport: asyncio.Transport | None = None
        self.frames = SyslogFrames()
        self.since: float | None = None
        """When the message that is under way began."""
        self.made = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.made = True
        self._transport = _as_transport(transport)
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._server.closed(self, self._host)

    def get_buffer(self, sizehint: int) -> bytearray:
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        completed = self._server.take(self, bytes(memoryview(self._buffer)[:nbytes]), self._peer)
        if not self.frames.pending:
            self.since = None
        elif self.since is None or completed:
            self.since = time.monotonic()

    def eof_received(self) -> bool:
        return False

    def pause(self) -> None:
        if self._transport is not None and self._transport.is_reading():
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _as_transport(found: Any) -> asyncio.Transport:
    # A stream's transport, although the protocol's type doesn't say so; uvloop's are of its own kind, alike.
    transport: asyncio.Transport = found
    return transport


def _keep_alive(sock: socket.socket) -> None:
    """Connections whose other end is gone without a word are found out within two minutes."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def tls_context(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """TLS 1.2 and later, as a server (RFC 5425, RFC 9662). Raises ``ListenRefused``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise ListenRefused(field="certificate", problem=_why(error)) from None
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(client_ca)
        except (OSError, ssl.SSLError) as error:
            raise ListenRefused(field="client_ca", problem=_why(error)) from None
    return context


def _why(error: OSError) -> str:
    return error.strerror or getattr(error, "reason", None) or type(error).__name__
