"""RADIUS packets (RFC 2865 section 3, RFC 2866) and what proves that their sender knows the shared secret.

MD5 is the protocol's, not a choice (RFC 2866 section 3): it proves little against somebody who can see the traffic.
RADIUS belongs on a network of the operator's own, or inside a tunnel; ``Message-Authenticator`` (HMAC-MD5) is checked
wherever it is sent, and can be demanded.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

MIN_PACKET: Final = 20
MAX_PACKET: Final = 4_096
"""Bytes (RFC 2865 section 3)."""

_HEADER = struct.Struct(">BBH16s")
_ZEROS: Final = bytes(16)


class Code(IntEnum):
    """Codes that are taken (RFC 2866 section 4, RFC 5997 section 2)."""

    ACCOUNTING_REQUEST = 4
    ACCOUNTING_RESPONSE = 5
    STATUS_SERVER = 12


class Attribute(IntEnum):
    """Attributes the protocol itself needs."""

    NAS_IP_ADDRESS = 4
    VENDOR_SPECIFIC = 26
    NAS_IDENTIFIER = 32
    PROXY_STATE = 33
    MESSAGE_AUTHENTICATOR = 80
    NAS_IPV6_ADDRESS = 95
    EXTENDED_1 = 241
    EXTENDED_2 = 242
    EXTENDED_3 = 243
    EXTENDED_4 = 244
    """Of 245 and 246 (long, in fragments) nothing is read."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of the right shape. Says nothing of who sent it: that is :func:`proof_of`."""

    code: int
    identifier: int
    authenticator: bytes
    body: bytes
    """Its attributes, as they came."""

    def attributes(self) -> Iterator[tuple[int, bytes]]:
        """Type and value of each, in their order."""
        at = 0
        while at < len(self.body):
            length = self.body[at + 1]
            yield self.body[at], self.body[at + 2 : at + length]
            at += length


def parse(data: bytes) -> Packet | None:
    """The packet a datagram holds; None where it is none. Bytes beyond its length are padding (RFC 2865 section 3)."""
    length = length_of(data)
    if length is None or length > len(data):
        return None
    code, identifier, _, authenticator = _HEADER.unpack_from(data)
    body = data[_HEADER.size : length]
    at = 0
    while at < len(body):
        if len(body) - at < 2 or body[at + 1] < 2 or at + body[at + 1] > len(body):
            return None
        at += body[at + 1]
    return Packet(code, identifier, authenticator, body)


def length_of(data: bytes) -> int | None:
    """The length a packet says it has; None where it can't be so."""
    if len(data) < MIN_PACKET:
        return None
    length = int.from_bytes(data[2:4], "big")
    return length if MIN_PACKET <= length <= MAX_PACKET else None


class Proof(Enum):
    """What a request proves."""

    NONE = "none"
    """Another secret, or changed on the way."""
    AUTHENTICATOR = "authenticator"
    """The Request Authenticator is right."""
    MESSAGE = "message"
    """A Message-Authenticator is there and right, too."""


def proof_of(packet: Packet, secret: bytes) -> Proof:
    """Whether the sender of a request knew ``secret``.

    An Accounting-Request proves it by its Request Authenticator (RFC 2866 section 3) and by every Message-Authenticator
    it has (RFC 3579 section 3.2; computed over sixteen zeros in the authenticator's place); a Status-Server, whose
    authenticator is random, by its Message-Authenticator alone (RFC 5997 section 3).
    """
    accounting = packet.code == Code.ACCOUNTING_REQUEST
    if accounting:
        expected = _md5(_packed(packet, _ZEROS, packet.body) + secret)
        if not hmac.compare_digest(expected, packet.authenticator):
            return Proof.NONE
    found = [value for kind, value in packet.attributes() if kind == Attribute.MESSAGE_AUTHENTICATOR]
    if not found:
        return Proof.AUTHENTICATOR if accounting else Proof.NONE
    authenticator = _ZEROS if accounting else packet.authenticator
    expected = _message_authenticator(_packed(packet, authenticator, _blanked(packet.body)), secret)
    if len(found) == 1 and hmac.compare_digest(expected, found[0]):
        return Proof.MESSAGE
    return Proof.NONE


def response_to(request: Packet, secret: bytes, *, message_authenticator: bool) -> bytes:
    """The Accounting-Response to a request: with its Proxy-States unchanged and in their order (RFC 2866 section 4.2),
    and with a Message-Authenticator where the request had one."""
    body = b""
    if message_authenticator:
        body += bytes([Attribute.MESSAGE_AUTHENTICATOR, 18]) + _ZEROS
    for kind, value in request.attributes():
        if kind == Attribute.PROXY_STATE:
            body += bytes([kind, len(value) + 2]) + value
    answer = Packet(Code.ACCOUNTING_RESPONSE, request.identifier, request.authenticator, body)
    if message_authenticator:
        signed = _message_authenticator(_packed(answer, request.authenticator, body), secret)
        body = body[:2] + signed + body[18:]
    authenticator = _md5(_packed(answer, request.authenticator, body) + secret)
    return _packed(answer, authenticator, body)


def request(identifier: int, attributes: list[tuple[int, bytes]], secret: bytes, *, code: int = 4) -> bytes:
    """An Accounting-Request, as a client would send it: for tests and benchmarks, and to try a listener out."""
    body = b"".join(bytes([kind, len(value) + 2]) + value for kind, value in attributes)
    packet = Packet(code, identifier, _ZEROS, body)
    return _packed(packet, _md5(_packed(packet, _ZEROS, body) + secret), body)


def _packed(packet: Packet, authenticator: bytes, body: bytes) -> bytes:
    return _HEADER.pack(packet.code, packet.identifier, _HEADER.size + len(body), authenticator) + body


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()  # the protocol's (RFC 2866 section 3)


def _message_authenticator(data: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, data, "md5").digest()  # the protocol's (RFC 3579 section 3.2)


def _blanked(body: bytes) -> bytes:
    """Attributes with zeros in the place of a Message-Authenticator."""
    made, at = bytearray(body), 0
    while at < len(made):
        length = made[at + 1]
        if made[at] == Attribute.MESSAGE_AUTHENTICATOR:
            made[at + 2 : at + length] = bytes(length - 2)
        at += length
    return bytes(made)
