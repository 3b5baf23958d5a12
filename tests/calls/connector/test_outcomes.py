"""What becomes of calls on the wire, through a real Kamailio."""

from __future__ import annotations

import pytest

from tests.calls.connector.proxy import Phone, Proxy, answer, eventually, header, invite

pytestmark = pytest.mark.kamailio


def _forwarded(proxy: Proxy, message: bytes, phone: Phone) -> bytes:
    phone.send(message, proxy.port)
    got = proxy.next_hop.receive()
    assert got.startswith(b"INVITE ")
    return got


def test_a_call_with_nothing_against_it_arrives_unchanged(proxy: Proxy) -> None:
    """Every header of a passing call but those of its way arrives as it was sent, in its order."""
    phone = Phone()
    sent = invite(phone, extra=["Privacy: none", "Diversion: <tel:+81312340000>", "X-Odd: a,b;c"])
    got = _forwarded(proxy, sent, phone)
    way = (b"via:", b"max-forwards:", b"record-route:")
    before = [one for one in sent.split(b"\r\n")[1:] if not one.lower().startswith(way)]
    after = [one for one in got.split(b"\r\n")[1:] if not one.lower().startswith(way)]
    assert after == before
    assert got.split(b"\r\n")[0] == sent.split(b"\r\n")[0]


def test_a_withheld_number_stands_nowhere_in_what_the_called_side_gets(proxy: Proxy) -> None:
    """Anonymised: the number is in no header of the INVITE, and Privacy and From say that it is withheld."""
    phone = Phone()
    identity = ["P-Preferred-Identity: <tel:0312345678>", "Remote-Party-ID: <sip:0312345678@a>", "Identity: 0312345678"]
    got = _forwarded(proxy, invite(phone, "0398760002", extra=identity), phone)
    assert b"0312345678" not in got
    assert header(got, "From")[0].replace('"', "").startswith("Anonymous <sip:anonymous@anonymous.invalid>;tag=from-a")
    assert header(got, "Privacy") == ["id"]
    assert not header(got, "P-Asserted-Identity")


def test_a_withheld_number_stays_withheld_until_the_call_ends(proxy: Proxy) -> None:
    """The ACK and the BYE of the caller don't tell the number either, and the callee's BYE reaches the caller."""
    phone, callee = Phone(), proxy.next_hop
    got = _forwarded(proxy, invite(phone, "0398760002"), phone)
    callee.send(answer(got, callee), proxy.port)
    answered = phone.final()
    assert answered.startswith(b"SIP/2.0 200")
    routes = header(answered, "Record-Route")
    assert len(routes) == 1

    def within(method: str, number: int) -> bytes:
        lines = [
            f"{method} sip:callee@127.0.0.1:{callee.port} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{phone.port};branch=z9hG4bK-w{number}",
            "Max-Forwards: 70",
            f"Route: {routes[0]}",
            'From: "Name" <sip:0312345678@198.51.100.7>;tag=from-a',
            "To: <sip:0398760002@203.0.113.9>;tag=to",
            "Call-ID: a@198.51.100.7",
            f"CSeq: {number} {method}",
            f"Contact: <sip:0312345678@127.0.0.1:{phone.port}>",
            "P-Asserted-Identity: <tel:0312345678>",
            "Content-Length: 0",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    for method, number in (("ACK", 1), ("UPDATE", 2)):
        phone.send(within(method, number), proxy.port)
        got = callee.receive()
        assert got.startswith(method.encode())
        assert b"0312345678" not in got
    back = [
        f"BYE sip:anonymous@127.0.0.1:{phone.port} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{callee.port};branch=z9hG4bK-back",
        "Max-Forwards: 70",
        f"Route: {routes[0]}",
        "From: <sip:0398760002@203.0.113.9>;tag=to",
        'To: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=from-a',
        "Call-ID: a@198.51.100.7",
        "CSeq: 9 BYE",
        "Content-Length: 0",
    ]
    callee.send(("\r\n".join(back) + "\r\n\r\n").encode(), proxy.port)
    got = phone.final()
    assert got.startswith(f"BYE sip:0312345678@127.0.0.1:{phone.port} ".encode())


def test_a_label_is_shown_beside_the_number(proxy: Proxy) -> None:
    """Labelled: the words stand as From's display name; its URI and the asserted identity are unchanged."""
    phone = Phone()
    got = _forwarded(proxy, invite(phone, "0398760001"), phone)
    assert header(got, "From") == ['"迷惑電話の疑い" <sip:0312345678@198.51.100.7>;tag=from-a']
    assert header(got, "P-Asserted-Identity") == ["<sip:0312345678@198.51.100.7>"]


def test_an_announced_call_goes_to_the_announcement_server(proxy: Proxy) -> None:
    """The announcement server gets the call, and is told whom it was for."""
    phone = Phone()
    phone.send(invite(phone, "0398760003"), proxy.port)
    got = proxy.announcer.receive()
    assert got.startswith(f"INVITE sip:annc@127.0.0.1:{proxy.announcer.port};play=notice SIP/2.0".encode())
    assert header(got, "P-Called-Party-ID") == ["<sip:0398760003@203.0.113.9>"]


@pytest.mark.parametrize(
    ("called", "line"),
    [("0398760004", "603 Decline"), ("0398760007", "607 Unwanted"), ("0398760008", "608 Rejected")],
)
def test_a_refusal_is_answered_with_its_status(proxy: Proxy, called: str, line: str) -> None:
    """Refused: the caller gets the status; a 608 says where to complain; the called side hears nothing."""
    phone = Phone()
    phone.send(invite(phone, called), proxy.port)
    got = phone.final()
    assert got.startswith(f"SIP/2.0 {line}\r\n".encode())
    assert header(got, "Reason") == ["Q.850;cause=21"]
    wanted = ["<https://redress.example/card>;purpose=jwscard"] if called.endswith("8") else []
    assert header(got, "Call-Info") == wanted
    proxy.next_hop.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        proxy.next_hop.receive()


def test_decisions_are_counted_and_leave_evidence(proxy: Proxy) -> None:
    """Metrics count by outcome and reason; each decision leaves one record that only the private key opens."""
    phone = Phone()
    for number, called in enumerate(("0398760000", "0398760002", "0398760004")):
        phone.send(invite(phone, called, call_id=f"c{number}"), proxy.port)
    eventually(lambda: proxy.metrics().get("evidence_written") == 3, "three records")
    found = proxy.metrics()
    assert found['decisions{outcome="reject",reason="what_the_line_asked"}'] == 1
    assert found['decisions{outcome="anonymise",reason="what_the_line_asked"}'] == 1
    raw = b"".join(path.read_bytes() for path in proxy.spool.iterdir())
    assert b"0312345678" not in raw
    proxy.stop()
    records = {one["called"]: one for one in proxy.records()}
    assert records["0398760004"] | {"at": 0} == {
        "at": 0,
        "from": "127.0.0.1",
        "outcome": "reject",
        "reason": "what_the_line_asked",
        "rules": "00000001",
        "rule": "test.line",
        "basis": ["test.provision"],
        "consent": "consent-4",
        "sip_status": 603,
        "call_id": "c2@198.51.100.7",
        "request_uri": "sip:0398760004@203.0.113.9",
        "trunk": "from-abroad",
        "direction": "abroad",
        "called": "0398760004",
        "asserted": "0312345678",
        "presented": "0312345678",
        "line": "0398760004",
    }
    assert sum(file.missing for file in proxy.evidence()) == 0
