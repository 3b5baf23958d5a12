"""Forged numbers through a real Kamailio: what could go round the rules, and what could leave the number in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls.connector.proxy import QUIET, Phone, Proxy, eventually, header, invite, running
from tests.calls.connector.test_forging import OWN, OWN_AGREEMENT, publish_agreements

pytestmark = pytest.mark.kamailio

FORGED = "0335810110"


@pytest.fixture(name="customer")
def _customer(tmp_path: Path, kamailio_there: None) -> Iterator[Proxy]:
    """A proxy whose only trunk may show two numbers of its own; anything else is refused."""
    with running(
        tmp_path, published=False,
        settings={"trunks": [{"id": "customer", "direction": "egress", "addresses": ["127.0.0.1"]}]},
        prepare=lambda at: publish_agreements(at.parent / "bundle", OWN_AGREEMENT),
    ) as proxy:  # fmt: skip
        yield proxy


def _routed(message: bytes, *routes: str) -> bytes:
    """The request as one of a call that is said to be running already."""
    head, rest = message.split(b"\r\n", 1)
    rest = rest.replace(b"@203.0.113.9>\r\n", b"@203.0.113.9>;tag=made-up\r\n", 1)
    return b"\r\n".join([head, *(f"Route: {one}".encode() for one in routes), rest])


@pytest.mark.parametrize("route", ["", ";lr", ";lr;ftag=from-a", ";lr;ftag=other;skw=1"])
def test_a_made_up_dialog_does_not_go_round_the_rules(customer: Proxy, route: str) -> None:
    """A first INVITE with a tag in To, with a Route to the proxy or without, is judged like any other."""
    phone, call_id = Phone(), "a"
    routes = [f"<sip:127.0.0.1:{customer.port}{route}>"] if route else []
    phone.send(_routed(invite(phone, number=FORGED, call_id=call_id), *routes), customer.port)
    assert phone.final().startswith(b"SIP/2.0 603 ")


def test_a_made_up_dialog_goes_to_no_other_place(customer: Proxy) -> None:
    """Whoever shows an agreed number and a Route of their own still only reaches the next hop."""
    phone, elsewhere = Phone(), Phone()
    routes = [f"<sip:127.0.0.1:{customer.port};lr>", f"<sip:127.0.0.1:{elsewhere.port};lr>"]
    phone.send(_routed(invite(phone, number=OWN), *routes), customer.port)
    assert customer.next_hop.receive().startswith(b"INVITE ")


@pytest.mark.parametrize(
    ("uri", "judged"),
    [
        ("tel:110;phone-context=+81-44-5555", True),
        ("sip:110;phone-context=+81445555@203.0.113.9;user=phone", True),
        ("tel:110;phone-context=+81", False),
        ("sip:110;phone-context=+81@203.0.113.9;user=phone", False),
    ],
)
def test_only_an_emergency_number_is_one(customer: Proxy, uri: str, judged: bool) -> None:
    """A whole number that ends in 110, written with a context, isn't let past the rules; 110 in Japan's context is."""
    phone = Phone()
    phone.send(invite(phone, number=FORGED, uri=uri), customer.port)
    if judged:
        assert phone.final().startswith(b"SIP/2.0 603 ")
    else:
        assert customer.next_hop.receive().startswith(f"INVITE {uri} ".encode())


@pytest.mark.parametrize(
    "extra",
    [
        "y: 0312345678",
        "Reply-To: <sip:0312345678@a>", "Referred-By: <sip:0312345678@a>", "Additional-Identity: <tel:0312345678>",
        "P-Served-User: <tel:0312345678>", "Remote-Party-ID: <sip:0312345678@a>", "P-Charge-Info: <sip:0312345678@a>",
    ],
)  # fmt: skip
def test_a_withheld_number_is_in_no_other_header_either(proxy: Proxy, extra: str) -> None:
    """Whatever else says who calls goes as well."""
    phone = Phone()
    phone.send(invite(phone, "0398760002", extra=[extra]), proxy.port)
    got = proxy.next_hop.receive()
    assert b"0312345678" not in got, got.decode()
    (shown,) = header(got, "From")
    assert "<sip:anonymous@anonymous.invalid>" in shown


@pytest.mark.parametrize("second", ["From: <sip:0312345678@a>;tag=b", "f: <sip:1@a>;tag=b", "To: <sip:1@a>", "i: x"])
def test_what_cannot_be_hidden_is_not_sent_on(proxy: Proxy, second: str) -> None:
    """With a second From, To or Call-ID the headers after it can't be taken out: nobody hears of the call."""
    phone = Phone()
    phone.send(invite(phone, "0398760002", extra=[second, "P-Asserted-Identity: <tel:0312345678>"]), proxy.port)
    eventually(lambda: proxy.metrics().get("dropped") == 1, "counted")
    proxy.next_hop.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        proxy.next_hop.receive()


@pytest.mark.parametrize(
    "contact",
    [
        '"0312345678" <sip:0312345678@{}>', "<sip:0312345678;isub=1@{}>", "sip:0312345678:pw@{}",
        "<sip:x@{}>, <sip:0312345678@{}>", '"a<b" <sips:0312345678@{};transport=udp>',
    ],
)  # fmt: skip
def test_a_withheld_number_is_not_in_any_form_of_contact(proxy: Proxy, contact: str) -> None:
    """With a name beside it, a parameter in its user part, a password, or as one of two."""
    phone = Phone()
    sent = invite(phone, "0398760002").split(b"\r\n")
    here = f"127.0.0.1:{phone.port}"
    line = ("Contact: " + contact.replace("{}", here)).encode()
    phone.send(b"\r\n".join(line if one.startswith(b"Contact:") else one for one in sent), proxy.port)
    got = proxy.next_hop.receive()
    assert b"0312345678" not in got, got.decode()
    assert f"sip:anonymous@{here}" in header(got, "Contact")[0].replace("sips:", "sip:")


def test_a_quiet_call_keeps_its_two_froms(proxy: Proxy) -> None:
    """A call with nothing against it arrives as it came, odd as it is."""
    phone = Phone()
    phone.send(invite(phone, QUIET, extra=["From: <sip:0312345678@a>;tag=second"]), proxy.port)
    assert len(header(proxy.next_hop.receive(), "From")) == 2
