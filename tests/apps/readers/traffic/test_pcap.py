"""Captures tell hosts, aliases and cleartext requests; what is encrypted or unread is told as not measured."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Grade, Reading
from sekisho.apps.leaks import Kind, Value
from sekisho.apps.readers.pcap import reader
from sekisho.apps.readers.pcap.names import NotRead, dns
from sekisho.apps.readers.recorded import opened
from sekisho.apps.traffic import Request
from tests.apps.readers.traffic import captures
from tests.apps.readers.traffic.captures import connection, ethernet, hello, ip, pcap, pcapng, tcp, udp

VALUES = (Value(kind=Kind.EMAIL, text="hanako.kakuu@mail.example.jp", label="account"),)


def read(data: bytes) -> Reading:
    """The reading of a capture."""
    return reader.read(data, name="x.pcap", own_hosts=("shop.example.jp",), values=VALUES)


def requests(data: bytes) -> list[Request]:
    """The requests alone."""
    return [each for each in reader.seen(opened(data)) if isinstance(each, Request)]


def reasons(data: bytes) -> set[str]:
    """Why something wasn't measured."""
    return {each.reason for each in read(data).not_measured}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", [pcap, pcapng])
def test_a_phone(form: Callable[..., bytes], order: str) -> None:
    """Both forms in both byte orders: an own name that is a vendor's alias is the vendor's; the e-mail address is
    found in a chunked body over several segments; what TLS carried is told as not measured."""
    found = form(*captures.phone(), order=order)
    reading = read(found)
    assert {each.grade for each in reading.pieces} == {Grade.OBSERVED}
    vendor = [each for each in reading.pieces if each.host == "a.shop.example.jp"]
    assert {each.aliases for each in vendor} == {("edge.vendor.example.org",)}
    assert {each.information for each in vendor} == {None, "ip_address"}
    email = [each for each in reading.pieces if each.information == "email"]
    assert [(each.host, each.cleartext) for each in email] == [("t.metrics.example.net", True)]
    assert {each.reason for each in reading.not_measured} == {"pcap_tls_content"}
    tls, http = requests(found)
    assert (tls.host, tls.encrypted_only, tls.number) == ("a.shop.example.jp", True, 4)
    assert (http.method, http.url) == ("POST", "http://t.metrics.example.net/c?uid=1")
    assert http.body == b"hanako.kakuu@mail.example.jp&a=1"
    assert http.body_whole


@pytest.mark.parametrize(
    ("link", "before"),
    [(113, bytes(14) + b"\x08\x00"), (276, b"\x08\x00" + bytes(18)), (101, b""), (228, b""), (0, b"\2\0\0\0"),
     (108, b"\0\0\0\2"), (1, bytes(12) + b"\x81\x00\x00\x01\x81\x00\x00\x02\x08\x00")],
)  # fmt: skip
def test_link_types(link: int, before: bytes) -> None:
    """Linux cooked 1 and 2, raw, loopback in both orders, and two VLAN tags give the same host."""
    frames = [before + each for each in connection(hello("t.example.net"))]
    assert [each.host for each in requests(pcap(*frames, link=link))] == ["t.example.net"]


def test_segments_in_any_order() -> None:
    """Late, repeated and overlapping segments are put in order; over IPv6 too, without the connection's opening."""
    data = hello("t.example.net")
    v6 = [ip(tcp(1, data), 6, "2001:db8::1", "2001:db8::2")]
    assert [each.host for each in requests(pcap(*map(ethernet, v6)))] == ["t.example.net"]
    first, one, two, three = connection(data, parts=3)
    assert [each.host for each in requests(pcap(*map(ethernet, [first, three, one, one, two])))] == ["t.example.net"]
    wrapped = [ip(tcp(0xFFFFFFFE, data[:10]), 6), ip(tcp(8, data[10:]), 6)]
    assert [each.host for each in requests(pcap(*map(ethernet, wrapped)))] == ["t.example.net"]


def test_what_is_not_read_is_told() -> None:
    """QUIC, fragments, tunnels, unknown links, other protocols, cut packets, gaps, broken HTTP: each has a reason."""
    assert reasons(pcap(ethernet(ip(udp(b"\xc3" + bytes(40), (40000, 443)), 17)))) == {"pcap_quic"}
    assert reasons(pcap(ethernet(ip(b"x" * 30, 6, parts=0x2000)))) == {"pcap_fragment"}
    assert reasons(pcap(ethernet(ip(b"x" * 30, 47)))) == {"pcap_encapsulated"}
    assert reasons(pcap(b"x" * 60, link=147)) == {"pcap_link_type"}
    assert reasons(pcap(*map(ethernet, connection(b"\x00\x01binary")))) == {"pcap_other"}
    assert reasons(pcap(*map(ethernet, connection(b"PRI * HTTP/2.0\r\n\r\nSM")))) == {"pcap_http2"}
    broken = connection(b"GET / HTTP/9\r\n\r\n", ports=(40000, 80))
    assert reasons(pcap(*map(ethernet, broken))) == {"pcap_http_broken"}
    first, _, two = connection(hello("t.example.net"), parts=2)
    assert reasons(pcap(*map(ethernet, [first, two]))) == {"pcap_gap"}
    frame = ethernet(first)
    cut = pcap()[:24] + struct.pack("<IIII", 1, 0, 20, len(frame)) + frame[:20]
    assert reasons(cut) == {"pcap_packet_cut", "pcap_frame_broken"}
    assert reasons(pcap()) == {"pcap_empty"}
    assert reasons(b"") == {"pcap_cut_off"}
    assert reasons(b"\x00" * 40) == {"pcap_broken"}
    assert reasons(pcap()[:24] + struct.pack("<IIII", 1, 0, 1 << 31, 1 << 31)) == {"pcap_broken"}


def test_a_body_that_ends_early() -> None:
    """A request whose body the capture doesn't have is there with what was sent, and is told as not whole."""
    post = b"POST /x HTTP/1.1\r\nHost: t.example.net\r\nContent-Length: 900000000\r\n\r\nabc"
    (found,) = requests(pcap(*map(ethernet, connection(post, ports=(40000, 80)))))
    assert (found.body, found.body_whole) == (b"abc", False)


def test_names_without_end() -> None:
    """A compressed name that points at itself, forwards, or at nothing is no name."""
    head = struct.pack(">6H", 7, 0x0100, 1, 0, 0, 0)
    for name in (b"\xc0\x0c", b"\xc0\x20", b"\x01a\xc0\x0c", b"\x3fshort", b"\x80"):
        with pytest.raises(NotRead):
            dns(head + name + b"\0\1\0\1")


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_cut_anywhere(form: Callable[..., bytes]) -> None:
    """Cut at any byte, a capture gives what stands before, says so, and no host that isn't in the whole."""
    whole = form(*captures.phone())
    hosts = {each.host for each in read(whole).pieces}
    for end in range(len(whole)):
        found = read(whole[:end])
        assert {each.host for each in found.pieces} <= hosts
        assert found.not_measured or found.facts


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=6))
def test_any_damage_has_an_answer(at: int, noise: bytes) -> None:
    """Whatever bytes are damaged, there is a reading."""
    whole = pcapng(*captures.phone())
    assert read(whole[:at] + noise + whole[at + len(noise) :]).target.name == "x.pcap"


def test_a_capture_that_begins_late_still_tells_whom_tls_goes_to() -> None:
    """Records of a connection opened before the capture tell its other end and that its content isn't known; what
    the other end sends back makes nobody a recipient."""
    record = b"\x17\x03\x03\x00\x20" + bytes(32)
    late = pcap(ethernet(ip(tcp(500, record), 6)), ethernet(ip(tcp(900, record, ports=(443, 40000)), 6)))
    assert reasons(late) == {"pcap_tls_content"}
    assert [each.host for each in requests(late)] == [captures.SERVER]


def test_names_beyond_the_limit_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A capture full of made-up names is bounded, and says that it was."""
    monkeypatch.setattr(reader, "NAMES_MOST", 3)
    asked = [ethernet(ip(udp(captures.question(f"n{number}.example.net")), 17)) for number in range(9)]
    assert reasons(pcap(*asked)) == {"pcap_too_many_names"}
