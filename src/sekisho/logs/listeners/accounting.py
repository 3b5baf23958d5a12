"""RADIUS accounting (RFC 2866, RFC 5080): proved, kept on the disk, and only then answered.

A request whose sender doesn't prove that it knows the secret is dropped without an answer (RFC 2866 section 3). One
that comes again because the answer was lost, or because it wasn't durable yet, is recognised (RFC 5080 section 2.2.2):
it is answered once more and not kept twice.
"""

from __future__ import annotations

import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from sekisho.logs.formats.radius.packet import Code, Packet, Proof, parse, proof_of, response_to
from sekisho.logs.listeners.counts import Counts
from sekisho.logs.listeners.secrets import Secrets
from sekisho.logs.listeners.sink import Record, Sink

REMEMBERED_SECONDS: Final = 30.0
"""How long a request is recognised: clients try again for some 5 to 30 seconds with the same identifier."""
MAX_REMEMBERED: Final = 100_000

_Key = tuple[str, int, int, bytes]


class Accounting:
    """Answers one socket."""

    def __init__(
        self,
        sock: socket.socket,
        secrets: Secrets,
        sink: Sink,
        counts: Counts,
        *,
        now: Callable[[], int],
        call: Callable[[Callable[[], None]], None],
        demand_message_authenticator: bool,
    ) -> None:
        """``now`` tells UTC microseconds; ``call`` has something called in the socket's thread."""
        self._sock = sock
        self._secrets = secrets
        self._sink = sink
        self._counts = counts
        self._now = now
        self._call = call
        self._demand = demand_message_authenticator
        self._known: OrderedDict[_Key, tuple[float, bytes | None]] = OrderedDict()

    def take(self, data: bytes, host: str, peer: str, address: Any) -> None:
        """A datagram came."""
        packet = parse(data)
        if packet is None or packet.code not in (Code.ACCOUNTING_REQUEST, Code.STATUS_SERVER):
            self._counts.dropped["not_a_request"] += 1
            return
        secret = self._secrets.of(host)
        if secret is None:
            self._counts.dropped["client_unknown"] += 1
            return
        key = (peer, packet.code, packet.identifier, packet.authenticator)
        if self._again(key, address):
            return
        proof = proof_of(packet, secret)
        if proof is Proof.NONE or (self._demand and proof is not Proof.MESSAGE):
            self._counts.dropped["not_proved"] += 1
            return
        answer = response_to(packet, secret, message_authenticator=proof is Proof.MESSAGE)
        if packet.code == Code.STATUS_SERVER:
            # RFC 5997 section 4.2: says that we live. Nothing is kept of it.
            self._send(answer, address)
            return
        self._keep(key, packet, data, peer, answer, address)

    def _again(self, key: _Key, address: Any) -> bool:
        """Whether the request is one that is known; if it is durable, it is answered again."""
        self._forget()
        found = self._known.get(key)
        if found is None:
            return False
        self._counts.repeated += 1
        if found[1] is not None:
            self._send(found[1], address)
        return True

    def _keep(self, key: _Key, packet: Packet, data: bytes, peer: str, answer: bytes, address: Any) -> None:
        length = len(packet.body) + 20  # what follows is padding
        done = partial(self._call, partial(self._durable, key, answer, address))
        if self._sink.offer(Record(data[:length], self._now(), peer, durable=done)):
            self._known[key] = (time.monotonic() + REMEMBERED_SECONDS, None)
        else:
            # The client tries again: nothing is lost.
            self._counts.dropped["busy"] += 1

    def _durable(self, key: _Key, answer: bytes, address: Any) -> None:
        # Its time runs anew: the client may not hear this answer and ask again.
        self._known[key] = (time.monotonic() + REMEMBERED_SECONDS, answer)
        self._known.move_to_end(key)
        self._send(answer, address)

    def _send(self, answer: bytes, address: Any) -> None:
        # A send buffer that is full, or a client that is gone: it asks again if it wants to know.
        with suppress(OSError):
            self._sock.sendto(answer, address)
            self._counts.answered += 1

    def _forget(self) -> None:
        now = time.monotonic()
        while self._known:
            key, (until, _) = next(iter(self._known.items()))
            if until > now and len(self._known) <= MAX_REMEMBERED:
                return
            del self._known[key]
