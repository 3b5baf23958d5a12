"""Requests in the manner of RFC 4475, by the name of its section. Written anew, not copied: numbers and hosts are
invented, and lengths shorter than the RFC's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final


def request(
    *extra: str | bytes,
    start: str | bytes = "INVITE sip:0312340000@203.0.113.9 SIP/2.0",
    via: str = "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-t;rport",
    cseq: str = "CSeq: 1 INVITE",
    without: Sequence[str] = (),
) -> bytes:
    """An INVITE with all it needs but ``without``, and ``extra`` lines after."""
    lines: list[str | bytes] = [
        start, via, "Max-Forwards: 70", "From: <sip:0311112222@192.0.2.7>;tag=f", "To: <sip:0312340000@203.0.113.9>",
        "Call-ID: torture@192.0.2.7", cseq,
    ]  # fmt: skip
    kept = [one for one in lines if isinstance(one, bytes) or one.partition(":")[0] not in without]
    return b"\r\n".join(one if isinstance(one, bytes) else one.encode() for one in [*kept, *extra]) + b"\r\n\r\n"


SHORT_TORTUOUS: Final = (
    b"INVITE sip:0312340000@203.0.113.9;unknown SIP/2.0\r\n"
    b"TO :\r\n sip:0312340000@203.0.113.9 ;   x  = a\r\n"
    b'from   : "J \\\\\\" x , <sip:0319999999@a>"       <sip:0311112222@192.0.2.7>\r\n  ;\r\n  tag = 98asjd8\r\n'
    b"MaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.x@192.0.2.7\r\nContent-Length   : 0\r\ncseq: 0009\r\n  INVITE\r\n"
    b"Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n"
    b"s :\r\nNewFangledHeader:   x\r\n new\r\n"
    b"v:  SIP  / 2.0  / TCP     spindle.example   ;\r\n  branch  =   z9hG4bK9ik8  ,\r\n"
    b" SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
    b'm:"Quoted string \\"\\"" <sip:x@192.0.2.7> ; newparam =\r\n      x ;\r\n  secondparam ; q = 0.33\r\n\r\n'
)
"""§3.1.1.1: folding, blanks, short forms and odd case wherever the grammar allows them."""

PASSES: Final = {
    "3.1.1.1 wsinv": SHORT_TORTUOUS,
    "3.1.1.3 esc01": request(start="INVITE sips:0312340000%3B%20x@203.0.113.9 SIP/2.0"),
    "3.1.1.4 escnull": request('Contact: <sip:null-%00-null@192.0.2.7>', "From: sip:null-%00@192.0.2.7;tag=2"),
    "3.1.1.6 lwsdisp": request("P-Asserted-Identity: name<sip:0311112222@192.0.2.7>"),
    "3.1.1.7 longreq": request("X-" + "long" * 2_000 + ": " + "value" * 4_000, *["Route: <sip:p@192.0.2.9;lr>"] * 300),
    "3.1.1.9 semiuri": request(start="INVITE sip:0312340000;par=u%40x@203.0.113.9 SIP/2.0"),
    "3.1.1.11 mpart01": request(b"Content-Type: multipart/mixed;boundary=7a", b"", b"\x00\xff\x80"),
    "3.1.2.1 badinv01": request('Contact: "Joe" <sip:joe@example.org>;;;;', 'Via: SIP/2.0/UDP 192.0.2.15;;,;,,'),
    "3.1.2.2 clerr": request("Content-Length: 9999"),
    "3.1.2.3 ncl": request("Content-Length: -999"),
    "3.1.2.4 scalar02": request("Expires: 1" + "0" * 40, "Retry-After: 949302838503028349304023988"),
    "3.1.2.6 quotbal": request('P-Asserted-Identity: "Mr. J. User <sip:0311112222@192.0.2.7>'),
    "3.1.2.11 baddate": request("Date: Fri, 01 Jan 2010 16:00:00 EST"),
    "3.1.2.14 baddn": request("From: Bell, Alexander <sip:0311112222@192.0.2.7>;tag=43", without=["From"]),
    "3.3.1 insuf, no From": request(without=["From"]),
    "3.3.5 bext01": request("Require: nothingSupportsThis, nothingSupportsThisEither"),
    "3.3.6 invut": request("Content-Type: application/unknownformat"),
    "3.3.8 multi01": request("From: <sip:0319999999@a>;tag=2", "To: <sip:1@a>", "Call-ID: other", "CSeq: 5 INVITE"),
    "3.3.9 mcl01": request("Content-Length: 13", "Content-Length: 5"),
    "3.4.1 inv2543": request(via="Via: SIP/2.0/UDP iftgw.example", without=["Max-Forwards"]),
    "not UTF-8": request(b"Subject: \xff\xfe\x80", b'P-Asserted-Identity: "\xe3\x81" <sip:0311112222@a>'),
    "60,000 bytes of headers": request("X-Long: " + "y" * 60_000),
    "full width": request("P-Asserted-Identity: <sip:０３１２３４５６７８@a>".encode()),
    "forty digits": request(f"P-Asserted-Identity: <tel:{'9' * 40}>"),
}
"""Calls that can be placed, however odd: the server says where to."""

REFUSED: Final = {
    "3.1.2.16 badvers": (request(start="INVITE sip:0312340000@203.0.113.9 SIP/7.0"), b"505"),
    "3.1.2.17 mismatch01": (request(cseq="CSeq: 8 INFO"), b"400"),
    "3.1.2.5 scalarlg": (request(cseq="CSeq: 36893488147419103232 INVITE"), b"400"),
    "3.1.2.7 ltgtruri": (request(start="INVITE <sip:0312340000@203.0.113.9> SIP/2.0"), b"416"),
    "3.3.1 insuf, no Call-ID": (request(without=["Call-ID"]), b"400"),
    "3.3.2 unkscm": (request(start="INVITE nobodyKnowsThisScheme:totallyopaque SIP/2.0"), b"416"),
    "3.1.1.2 intmeth": (
        request(start="!x-M0123_*+`.%'~ sip:1_u.URI~(to!)&isn't+it$/crazy?,/;;*:&it+has@e SIP/2.0",
                cseq="CSeq: 1 !x-M0123_*+`.%'~"), b"405"),
    "Max-Forwards 0": (request("Max-Forwards: 0", without=["Max-Forwards"]), b"483"),
    "3.3.11 zeromf": (request("Max-Forwards: 0", start="OPTIONS sip:u@a SIP/2.0", cseq="CSeq: 1 OPTIONS",
                              without=["Max-Forwards"]), b"200"),
    "CANCEL of nothing": (request(start="CANCEL sip:1@a SIP/2.0", cseq="CSeq: 1 CANCEL"), b"481"),
    "within a call": (request("To: <sip:1@a>;tag=x", without=["To"]), b"481"),
}  # fmt: skip
"""What is no call that could be placed, with the answer."""

SILENT: Final = {
    "keep-alive": b"\r\n\r\n",
    "an answer": b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.7\r\n\r\n",
    "3.1.2.19 bigcode": b"SIP/2.0 4294967301 better not break\r\nVia: SIP/2.0/UDP 192.0.2.7\r\n\r\n",
    "no Via": request(without=["Via"]),
    "ACK": request(start="ACK sip:1@a SIP/2.0", cseq="CSeq: 1 ACK"),
    "3.1.2.10 lwsstart": b"INVITE\r\n sip:1@a  SIP/2.0\r\n",
    "junk": bytes(range(256)),
}
"""What nobody could be answered for, or mustn't be."""
