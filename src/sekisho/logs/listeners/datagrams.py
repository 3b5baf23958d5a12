"""UDP sockets: syslog and IPFIX. Every datagram that is there is read at once, and goes to the sink or is counted."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

from sekisho.logs.listeners.counts import Counts
from sekisho.logs.listeners.drops import ANCILLARY, KernelDrops
from sekisho.logs.listeners.endpoints import Senders, named

AT_ONCE: Final = 512
"""Datagrams read before others get their turn."""
MAX_DATAGRAM: Final = 65_535

Take = Callable[[bytes, str, str, Any], None]
"""Takes a datagram: its bytes, the sender's address, that with its port, and the socket's own form of it."""


class Datagrams:
    """Reads one UDP socket."""

    def __init__(self, sock: socket.socket, senders: Senders, counts: Counts, take: Take) -> None:
        """Reads nothing before :meth:`start`."""
        self._sock = sock
        self._senders = senders
        self._counts = counts
        self._take = take
        self._buffer = bytearray(MAX_DATAGRAM)
        self._view = memoryview(self._buffer)
        self.drops = KernelDrops(sock)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read from now on."""
        self._loop = loop
        loop.add_reader(self._sock.fileno(), self._readable)

    def stop(self) -> None:
        """Read what has arrived, and no more."""
        if self._loop is not None:
            self._loop.remove_reader(self._sock.fileno())
            self._loop = None
            while self._readable() == AT_ONCE:
                pass

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def _readable(self) -> int:
        for number in range(AT_ONCE):
            try:
                size, ancillary, _, address = self._sock.recvmsg_into([self._buffer], ANCILLARY)
            except (BlockingIOError, InterruptedError):
                return number
            except OSError:
                # An ICMP error that came back for an answer of ours: it says nothing about what comes in.
                self._counts.dropped["socket_error"] += 1
                continue
            if ancillary:
                self.drops.note(ancillary)
            host, peer = named(address)
            if not self._senders.may(host):
                self._counts.dropped["sender_not_allowed"] += 1
                continue
            self._take(bytes(self._view[:size]), host, peer, address)
        return AT_ONCE


def syslog_message(data: bytes) -> bytes:
    """One syslog message of a datagram (RFC 5426 section 3.1), without what some senders put at its end."""
    return data.rstrip(b"\r\n\0")
