"""RADIUS packets: what proves them, what is answered, and that nothing that comes breaks the parser."""

from __future__ import annotations

import hashlib
import hmac
import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.formats.radius.packet import (
    Attribute,
    Code,
    Packet,
    Proof,
    parse,
    proof_of,
    request,
    response_to,
)

SECRET = b"a secret of enough characters"


def _parsed(data: bytes) -> Packet:
    packet = parse(data)
    assert packet is not None
    return packet


def _signed(attributes: list[tuple[int, bytes]], *, code: int = 4, authenticator: bytes = bytes(16)) -> bytes:
    """A request with a Message-Authenticator, as RFC 3579 and 5997 say; written apart from the product's code."""
    body = bytes([80, 18]) + bytes(16) + b"".join(bytes([k, len(v) + 2]) + v for k, v in attributes)
    head = struct.pack(">BBH", code, 9, 20 + len(body))
    made = hmac.new(SECRET, head + authenticator + body, hashlib.md5).digest()
    body = bytes([80, 18]) + made + body[18:]
    if code == 4:
        authenticator = hashlib.md5(head + bytes(16) + body + SECRET).digest()  # noqa: S324  the protocol's
    return head + authenticator + body


def test_request_proves_its_secret() -> None:
    """The Request Authenticator is right with the secret, and with no other; one changed byte breaks it."""
    data = request(7, [(40, struct.pack(">I", 1)), (1, b"hanako")], SECRET)
    assert proof_of(_parsed(data), SECRET) is Proof.AUTHENTICATOR
    assert proof_of(_parsed(data), SECRET + b"x") is Proof.NONE
    changed = data[:-1] + bytes([data[-1] ^ 1])
    assert proof_of(_parsed(changed), SECRET) is Proof.NONE


def test_message_authenticator_counts_where_it_is() -> None:
    """A right one is the stronger proof; a wrong one or two of them are none, whatever the authenticator says."""
    assert proof_of(_parsed(_signed([(1, b"hanako")])), SECRET) is Proof.MESSAGE
    wrong = request(7, [(80, bytes(16)), (1, b"hanako")], SECRET)
    assert proof_of(_parsed(wrong), SECRET) is Proof.NONE
    assert proof_of(_parsed(request(7, [(80, b"short")], SECRET)), SECRET) is Proof.NONE


def test_status_server_needs_a_message_authenticator() -> None:
    """RFC 5997: its authenticator is random, so only the Message-Authenticator proves it."""
    assert proof_of(_parsed(_signed([], code=12, authenticator=b"0123456789abcdef")), SECRET) is Proof.MESSAGE
    assert proof_of(_parsed(request(7, [], SECRET, code=12)), SECRET) is Proof.NONE


def test_response_has_the_proxy_states_and_the_right_authenticator() -> None:
    """RFC 2866 section 4.2: Proxy-States come back unchanged and in order; the authenticator is over the request's."""
    data = request(7, [(33, b"one"), (1, b"hanako"), (33, b"two")], SECRET)
    answer = response_to(_parsed(data), SECRET, message_authenticator=False)
    packet = _parsed(answer)
    assert (packet.code, packet.identifier) == (Code.ACCOUNTING_RESPONSE, 7)
    assert list(packet.attributes()) == [(33, b"one"), (33, b"two")]
    expected = hashlib.md5(answer[:4] + data[4:20] + answer[20:] + SECRET).digest()  # noqa: S324  the protocol's
    assert packet.authenticator == expected


def test_response_with_a_message_authenticator() -> None:
    """Computed over the answer with the request's authenticator in its place and zeros in its own."""
    data = _signed([(33, b"state")])
    answer = response_to(_parsed(data), SECRET, message_authenticator=True)
    kind, value = next(_parsed(answer).attributes())
    blank = answer[:4] + data[4:20] + answer[20:22] + bytes(16) + answer[38:]
    assert (kind, value) == (Attribute.MESSAGE_AUTHENTICATOR, hmac.new(SECRET, blank, hashlib.md5).digest())


def test_padding_is_no_part_of_a_packet() -> None:
    """Bytes after a packet's length are padding; a packet shorter than it says is none."""
    data = request(7, [(1, b"hanako")], SECRET)
    assert proof_of(_parsed(data + b"padding"), SECRET) is Proof.AUTHENTICATOR
    assert parse(data[:-1]) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=120), st.booleans())
def test_any_bytes(data: bytes, as_attributes: bool) -> None:
    """Whatever comes is a packet that proves nothing, or none."""
    if as_attributes:
        data = struct.pack(">BBH", 4, 1, 20 + len(data)) + bytes(16) + data
    packet = parse(data)
    if packet is not None:
        list(packet.attributes())
        assert proof_of(packet, SECRET) is Proof.NONE
        response_to(packet, SECRET, message_authenticator=True)
