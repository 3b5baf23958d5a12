"""The headers that an answer repeats, byte for byte as they came, and where it goes. Pure; standard library only.

:mod:`sekisho.calls.connector.message` reads what a request says; this keeps what whoever sent it must find again
(RFC 3261 §8.2.6.2, §18.2.2; RFC 3581 §4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from sekisho.calls.connector.message import MAX_HEAD

_SHORT: Final = {b"v": b"via", b"f": b"from", b"t": b"to", b"i": b"call-id"}
_REPEATED: Final = (b"from", b"to", b"call-id", b"cseq")
_NAMES: Final = {b"via": b"Via", b"from": b"From", b"to": b"To", b"call-id": b"Call-ID", b"cseq": b"CSeq"}
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")
_FIRST: Final = re.compile(rb'(?:"(?:[^"\\]|\\.)*"|[^",])*', re.DOTALL)
_VIA: Final = re.compile(
    rb"\s*SIP\s*/\s*2\.0\s*/\s*\w+\s+(\[[0-9A-Fa-f:.]+\]|[^\s:;,\[]+)\s*+(?::\s*(\d{1,5})\s*)?+(;.*)?", re.DOTALL
)
_RECEIVED: Final = re.compile(rb";\s*received\s*=\s*[^;,\s]*", re.IGNORECASE)
# Possessive where blanks can follow blanks: thousands of them must not be shared out in every possible way.
_RPORT: Final = re.compile(rb";\s*+rport\s*+(?:=\s*+\d*+)?+(?=\s*+(?:;|$))", re.IGNORECASE)
_TAG: Final = re.compile(rb";\s*tag\s*=", re.IGNORECASE)
_CSEQ: Final = re.compile(rb"(\d{1,10})\s+(\S+)")
_SIP_PORT: Final = 5060

Source = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer needs of a request. ``top_via`` is the first value of its Via, ``other_vias`` what follows."""

    version: bytes
    top_via: bytes
    other_vias: tuple[bytes, ...]
    headers: dict[bytes, bytes]

    @property
    def missing(self) -> str | None:
        """A header without which a request isn't one; From is left to whoever judges."""
        return next((_NAMES[name].decode() for name in _REPEATED[1:] if not self.headers.get(name)), None)

    @property
    def has_to_tag(self) -> bool:
        """Whether it belongs to a call that is running already."""
        return _TAG.search(self.value(b"to").rpartition(b">")[2]) is not None

    @property
    def number(self) -> bytes:
        """CSeq's number."""
        found = _CSEQ.fullmatch(self.value(b"cseq"))
        return found[1] if found else b""

    def method_differs(self, method: str) -> bool:
        """Whether CSeq names another method than the request does, or can't be read."""
        found = _CSEQ.fullmatch(self.value(b"cseq"))
        return found is None or found[2] != method.encode()

    def value(self, name: bytes) -> bytes:
        """A header's first value; empty for none."""
        return self.headers.get(name, b"")

    def way_back(self, source: Source) -> Source:
        """Where the answer goes: always to the address that the request came from."""
        found = _VIA.fullmatch(self.top_via)
        if found is None or _RPORT.search(found[3] or b""):
            return source
        port = int(found[2] or _SIP_PORT)
        return (source[0], port) if 0 < port < 65_536 else source

    def reply(self, status: str, extra: list[str], source: Source, *, tag: str) -> bytes:
        """The answer's bytes. ``tag`` is added to To where it has none."""
        lines = [b"SIP/2.0 " + status.encode(), b"Via: " + self._via(source)]
        lines += [b"Via: " + one for one in self.other_vias]
        for name in _REPEATED:
            value = self.headers.get(name)
            if not value:
                continue
            if name == b"to" and not self.has_to_tag:
                value += b";tag=" + tag.encode()
            lines.append(_NAMES[name] + b": " + value)
        lines += [one.encode() for one in extra]
        return b"\r\n".join([*lines, b"Content-Length: 0", b"", b""])

    def _via(self, source: Source) -> bytes:
        found = _VIA.fullmatch(self.top_via)
        if found is None:
            return self.top_via
        parameters = _RECEIVED.sub(b"", found[3] or b"")
        asked = _RPORT.search(parameters) is not None
        if asked:
            parameters = _RPORT.sub(b";rport=%d" % source[1], parameters, count=1)
        if asked or not _same(found[1], source[0]):
            parameters += b";received=" + source[0].encode()
        return self.top_via[: found.start(3) if found[3] else len(self.top_via)].rstrip() + parameters


def read_head(data: bytes) -> Head | None:
    """What an answer needs; ``None`` where nobody could be answered, because there is no Via."""
    head = data[:MAX_HEAD].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    first, *lines = (one.strip(b"\r") for one in _FOLD.sub(b" ", head).split(b"\n"))
    headers: dict[bytes, bytes] = {}
    vias: list[bytes] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.strip(b" \t").lower()
        name = _SHORT.get(name, name)
        # A lone carriage return would be a line's end to some.
        value = value.replace(b"\r", b" ").strip()
        if not colon or name not in _NAMES:
            continue
        if name == b"via":
            vias.append(value)
        else:
            headers.setdefault(name, value)
    if not vias:
        return None
    top = _FIRST.match(vias[0])
    end = top.end() if top else 0
    rest = vias[0][end:].lstrip(b", \t")
    version = first.split()[-1] if first.split() else b""
    return Head(version, vias[0][:end].strip(), (*((rest,) if rest else ()), *vias[1:]), headers)


def _same(host: bytes, address: str) -> bool:
    try:
        return ip_address(host.strip(b"[]").decode("ascii")) == ip_address(address)
    except ValueError:
        return False
