"""Reading requests: total, bounded, and right about numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.connector.message import MAX_VALUES, addresses, is_emergency, number_of, read_message
from sekisho.calls.connector.reading import isup_hints, read_call
from sekisho.calls.connector.trunks import Trunk, TrunkTable, TrunkTableRefused
from sekisho.calls.screening.call import Call, Direction, RoamingProof, Screening, Signature

ABROAD = Trunk(id="t", direction=Direction.ABROAD)
AT = datetime(2026, 11, 23, tzinfo=UTC)


def _call(*lines: str | bytes, uri: str = "sip:0312340000@a", trunk: Trunk = ABROAD) -> Call:
    head = [f"INVITE {uri} SIP/2.0".encode(), *(one if isinstance(one, bytes) else one.encode() for one in lines)]
    return read_call(read_message(b"\r\n".join(head) + b"\r\n\r\n"), trunk, at=AT)


def test_headers_are_found_in_every_spelling() -> None:
    """Compact names, odd case, folding and blanks before the colon (RFC 4475 §3.1.1.1) don't hide a number."""
    found = _call("f  : <sip:0311112222@a>", "P-ASSERTED-identity:\r\n\t<tel:+81-3-1111-3333>", "PRIVACY: Id ; Header")
    assert (found.presented, found.asserted) == ("0311112222", "+81-3-1111-3333")
    assert found.privacy == {"id", "header"}
    assert not found.unreadable


def test_several_asserted_numbers_are_told_apart() -> None:
    """A display name with commas and brackets in quotes separates nothing; every number comes out."""
    value = 'P-Asserted-Identity: "a, <sip:0000@x> \\" b" <sip:0311112222@a>, <tel:0311113333>'
    found = _call("From: <sip:1@a>", value, "P-Asserted-Identity: sip:0311114444@a;verstat=x")
    assert found.asserted == "0311112222"
    assert found.asserted_others == ("0311113333", "0311114444")


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("sip:0312345678@a", "0312345678"),
        ("SIP:0312345678:secret@a;user=phone", "0312345678"),
        ("sip:+81312345678;npdi;rn=1@a", "+81312345678"),
        ("tel:3-1234-5678;phone-context=+81", "+813-1234-5678"),
        ("tel:0312345678;phone-context=example.jp", "0312345678"),
        ("sip:%30%33%31@a", "031"),
        ("sip:0312abcd@a", "0312abcd"),
        ("sip:%EF%BC%90%EF%BC%93@a", "０３"),
        ("sip:" + "9" * 40 + "@a", "9" * 40),
        ("sip:alice@a", None),
        ("sip:anonymous@anonymous.invalid", None),
        ("sip:0312345678@anonymous.invalid", "0312345678"),
        ("sip:example.jp", None),
        ("mailto:0312345678@a", None),
        ("", None),
    ],
)
def test_the_number_of_an_address(uri: str, number: str | None) -> None:
    """What stands for a number comes out as it came; what has none gives none."""
    assert number_of(uri) == number


@pytest.mark.parametrize(
    "uri",
    [
        "sip:110@a", "sips:119@a;user=phone", "tel:118", "tel:110;phone-context=+81", "sip:184110@a", "sip:186119@a",
        "sip:%31%31%30@a", "sip:１１０@a", "urn:service:sos", "URN:service:sos.police", "sip:1-1-0@a",
    ],
)  # fmt: skip
def test_emergency_calls_are_known(uri: str) -> None:
    """110, 118 and 119 in every form a phone may send them."""
    assert is_emergency(uri)


@pytest.mark.parametrize("uri", ["sip:1101@a", "sip:0110@a", "sip:117@a", "sip:184@a", "sip:110.example", "", "x"])
def test_other_numbers_are_no_emergency_calls(uri: str) -> None:
    """What only looks like one isn't let past the rules."""
    assert not is_emergency(uri)


def test_forwarders_come_nearest_first() -> None:
    """Diversion's top entry is the nearest (RFC 5806); History-Info is read from its end, without the target."""
    both = ["From: <sip:1@a>", "Diversion: <tel:0311112222>;reason=unconditional, <tel:0311113333>"]
    assert _call(*both).diverted_by == ("0311112222", "0311113333")
    history = "History-Info: <sip:0311113333@a>;index=1, <sip:0311112222@a>;index=1.1, <sip:0312340000@a>;index=1.2"
    assert _call("From: <sip:1@a>", history).diverted_by == ("0311112222", "0311113333")


def test_what_a_caller_writes_is_not_the_networks_word() -> None:
    """verstat, roaming proof and psap-callback count only on a trunk whose entry says that the other side sets them."""
    lines = [
        "From: <sip:1@a>", "P-Asserted-Identity: <tel:+81312345678;verstat=TN-Validation-Passed>",
        "P-Attestation-Indicator: B", "Roamed: proven", "Priority: psap-callback",
    ]  # fmt: skip
    found = _call(*lines)
    assert (found.signature, found.roaming) == (Signature.NOT_CHECKED, RoamingProof.NOT_CHECKED)
    assert not found.emergency_callback
    trusted = Trunk(
        id="t", direction=Direction.DOMESTIC, verifies=True, emergency_callbacks=True, roaming_header="roamed"
    )
    found = _call(*lines, trunk=trusted)
    assert (found.signature, found.roaming) == (Signature.PARTIAL, RoamingProof.PROVEN)
    assert found.emergency_callback


def test_what_cannot_be_read_is_named() -> None:
    """An open quote, an open bracket, no From, bytes that aren't UTF-8: named or read around, never refused."""
    found = _call('P-Asserted-Identity: "open <sip:1@a>', "Diversion: <sip:1@a", b"Subject: \xff\xfe")
    assert found.unreadable == {"p-asserted-identity", "diversion", "from"}
    found = _call(b'From: "\xff\xfe" <sip:0311112222@a>')
    assert found.presented == "0311112222"
    assert not found.unreadable


def test_isup_indicators() -> None:
    """Indicators are read by Q.763's values; Kamailio's -1 for "no such part" is "not said"."""
    hints = isup_hints(nature="4", screening="1", presentation="1")
    assert (hints.international, hints.screening, hints.restricted) == (True, Screening.VERIFIED, True)
    hints = isup_hints(nature="-1", screening="-1", presentation="None")
    assert (hints.international, hints.screening, hints.restricted) == (None, None, None)


def test_a_hundred_kilobytes_of_headers_are_bounded() -> None:
    """A head beyond the bound, or a thousand asserted numbers, are cut and said to be."""
    found = _call("From: <sip:1@a>", "X: " + "y" * 100_000, "P-Asserted-Identity: <tel:0312345678>")
    assert "message" in found.unreadable
    many, clear = addresses(["<tel:0312345678>," * 999 + "<tel:1>"])
    assert (len(many), clear) == (MAX_VALUES, False)


TORTURE = [
    b"", b"\r\n\r\n", b"\x00" * 50, b"INVITE", b"INVITE sip:1@a", b"INVITE  sip:1@a  SIP/2.0\r\n\r\n",
    b"INVITE <sip:1@a> SIP/2.0\r\nFrom: <sip:1@a>\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n",
    b"INVITE sip:1@a SIP/7.0\r\nFrom:::;;,<>\r\nContact: \"\\\"\r\n\r\n",
    b"INVITE sip:1@a SIP/2.0\nFrom: <sip:0312345678@a>\n\n",
    b"INVITE sip:%@a SIP/2.0\r\nFrom: <sip:%zz%00@a>;tag=;;;\r\n\r\n",
    b"INVITE sip:1@a SIP/2.0\r\n: no name\r\nno colon\r\nFrom: <<<sip:1@a>>>\r\n\r\n",
    b"!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?@e SIP/2.0\r\n\r\n",
]  # fmt: skip
"""Messages in the manner of RFC 4475 §3.1 and §3.3."""


@pytest.mark.parametrize("message", TORTURE)
def test_torture_messages_are_read_without_a_word(message: bytes) -> None:
    """Nothing that can arrive raises."""
    assert isinstance(read_call(read_message(message), ABROAD, at=AT), Call)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.text(alphabet='"<>,;:@%\\ sip0+\t\r\n', max_size=80))
def test_any_bytes_are_read(junk: bytes, value: str) -> None:
    """Neither random bytes nor any mix of the characters that mean something raise."""
    lines = [b"INVITE sip:1@a SIP/2.0", b"From: " + value.encode(), b"P-Asserted-Identity: " + value.encode(), junk]
    read_call(read_message(b"\r\n".join(lines)), ABROAD, at=AT)
    read_call(read_message(junk), ABROAD, at=AT)
    is_emergency(value)


def test_the_longest_prefix_names_the_trunk() -> None:
    """A source is found by its address, by the longest prefix, in both families; an unknown one by none."""
    entries = [
        {"id": "net", "direction": "domestic", "addresses": ["192.0.2.0/24", "2001:db8::/32"]},
        {"id": "host", "direction": "abroad", "addresses": ["192.0.2.7"]},
    ]
    table = TrunkTable(entries)
    found = [table.find(one) for one in ("192.0.2.7", "192.0.2.8", "2001:db8::1", "198.51.100.1", "nonsense")]
    assert [one and one.id for one in found] == ["host", "net", "net", None, None]
    with pytest.raises(TrunkTableRefused, match="another trunk's"):
        TrunkTable([*entries, {"id": "twice", "direction": "egress", "addresses": ["192.0.2.7"]}])
    with pytest.raises(TrunkTableRefused, match="unknown"):
        TrunkTable([{"id": "x", "direction": "egress", "addresses": ["192.0.2.7"], "trusted": True}])


@pytest.mark.parametrize("name", ["X-Long", "P-Asserted-Identity", "Via"])
def test_a_hundred_kilobytes_of_headers_are_read_up_to_the_bound(name: str) -> None:
    """Of 100 KB what came first counts, and that the rest wasn't read is said."""
    lines = ["From: <sip:0311112222@a>", *[f"{name}: " + "9" * 995] * 100]
    found = _call(*lines)
    assert found.presented == "0311112222"
    assert "message" in found.unreadable
