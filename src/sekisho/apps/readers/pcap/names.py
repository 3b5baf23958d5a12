"""What was asked for by name: DNS messages (RFC 1035), and the host that a TLS ClientHello names (RFC 6066 3)."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass
from typing import Final

from sekisho.apps.recipients.domains import as_host

RECORDS_MOST: Final = 100
JUMPS_MOST: Final = 20
HELLO_MOST: Final = 64 * 1024
"""Bytes in which a ClientHello must have ended; with post-quantum keys it has two thousand."""
_ASKED: Final = frozenset({1, 28, 64, 65})


class NotRead(Exception):
    """It isn't what its port or its beginning says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A DNS message: the name asked for, whether it is an answer, CNAMEs in their order, and addresses."""

    name: str
    answered: bool
    chain: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def dns(message: bytes) -> Answer | None:
    """The message's one question; ``None`` where no host's address is asked for, or the name doesn't exist.

    Raises :class:`NotRead` for what is no DNS.
    """
    try:
        flags, questions, answers = struct.unpack_from(">2x3H", message)
        if questions != 1:
            if flags & 0x8000:
                return None
            raise NotRead
        name, at = _name(message, 12)
        kind = struct.unpack_from(">H", message, at)[0]
        if kind not in _ASKED or not name or flags & 0x800F not in {0, 0x8000}:
            return None
        if not flags & 0x8000:
            return Answer(name, answered=False)
        at += 4
        to: dict[str, str] = {}
        addresses = []
        for _ in range(min(answers, RECORDS_MOST)):
            owner, at = _name(message, at)
            kind, size = struct.unpack_from(">H6xH", message, at)
            at += 10
            if kind == 5:
                to.setdefault(owner, _name(message, at)[0])
            elif (kind, size) in {(1, 4), (28, 16)}:
                addresses.append(str(ipaddress.ip_address(message[at : at + size])))
            at += size
    except (struct.error, IndexError, ValueError) as error:
        raise NotRead from error
    chain: list[str] = []
    while (following := to.get(chain[-1] if chain else name)) and following not in chain and following != name:
        chain.append(following)
    return Answer(name, True, tuple(chain), tuple(addresses))


def _name(message: bytes, at: int) -> tuple[str, int]:
    """A name and where it ends. Only jumps backwards are followed, so that it ends."""
    labels: list[str] = []
    after, lowest, jumps = -1, at, 0
    while size := message[at]:
        if size >= 0xC0:
            goal = (size & 0x3F) << 8 | message[at + 1]
            after = at + 2 if after < 0 else after
            jumps += 1
            if goal >= lowest or jumps > JUMPS_MOST:
                raise NotRead
            at = lowest = goal
        elif size >= 0x40:
            raise NotRead
        else:
            label = message[at + 1 : at + 1 + size]
            if len(label) < size or sum(map(len, labels)) > 255:
                raise NotRead
            labels.append(label.decode("ascii"))
            at += 1 + size
    return as_host(".".join(labels)), at + 1 if after < 0 else after


def client_hello(data: bytes | bytearray) -> str | None:
    """The host in the ClientHello with which ``data`` begins, empty where it names none; ``None``: more is needed.

    Raises :class:`NotRead` for what is no ClientHello. With encrypted ClientHello it is the outer name.
    """
    hello, at = bytearray(), 0
    while at + 5 <= len(data):
        kind, major, size = struct.unpack_from(">BBxH", data, at)
        if kind != 22 or major != 3 or not size:
            raise NotRead
        hello += data[at + 5 : at + 5 + size]
        if hello and hello[0] != 1:
            raise NotRead
        if len(hello) >= 4 and len(hello) >= 4 + int.from_bytes(hello[1:4]):
            try:
                return _sni(bytes(hello[4 : 4 + int.from_bytes(hello[1:4])]))
            except (struct.error, IndexError, UnicodeDecodeError) as error:
                raise NotRead from error
        at += 5 + size
    if len(data) > HELLO_MOST:
        raise NotRead
    return None


def _sni(body: bytes) -> str:
    at = 34
    at += 1 + body[at]
    at += 2 + struct.unpack_from(">H", body, at)[0]
    at += 1 + body[at]
    if at + 2 > len(body):
        return ""
    at += 2
    while at + 4 <= len(body):
        kind, size = struct.unpack_from(">HH", body, at)
        if kind == 0 and size >= 5 and body[at + 6] == 0:
            length = struct.unpack_from(">H", body, at + 7)[0]
            if 5 + length > size:
                raise NotRead
            return as_host(body[at + 9 : at + 9 + length].decode("ascii"))
        at += 4 + size
    return ""
