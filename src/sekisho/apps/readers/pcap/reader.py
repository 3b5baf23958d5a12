"""A capture as requests: cleartext HTTP as it was sent, of TLS the host's name alone, of DNS what was asked for.

Number and place are the packet's (``request 17`` begins in frame 17). TLS isn't decrypted, also where the file has its
keys; QUIC, HTTP/2 without encryption, fragments and tunnels aren't read: each is told as not measured.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Place, Reading, TargetKind
from sekisho.apps.leaks import Value
from sekisho.apps.readers.pcap.files import NotCapture, Packet, packets
from sekisho.apps.readers.pcap.frames import Segment, Unread, segment
from sekisho.apps.readers.pcap.http import METHODS, Asked, NotHttp, Reader
from sekisho.apps.readers.pcap.names import NotRead, client_hello, dns
from sekisho.apps.readers.recorded import Fact, Opened, Seen, Watch, missing, opened, reading
from sekisho.apps.traffic import OwnHosts, Request, host_of

STREAMS_MOST: Final = 20_000
"""Sides of connections that are followed at a time; the oldest is closed for a further one."""
HELD_MOST: Final = 64 * 1024 * 1024
"""Bytes of all followed sides together."""
WAITING_MOST: Final = 256
"""Segments of one side that wait for one before them."""
NAMES_MOST: Final = 50_000
_PREFACE: Final = b"PRI * HTTP/2.0"
_RECORDS: Final = frozenset(range(0x14, 0x18))
"""Kinds of TLS records (RFC 8446 5.1)."""

_SAYS: Final = {
    "pcap_cut_off": ("記録が途中で切れています。切れる前の分だけを調べました。取り直してください。",
                     "The capture is cut off. Only what stands before was looked at. Record it again."),
    "pcap_broken": ("パケットの記録として読めない箇所があり、そこから後は調べていません。保存し直してください。",
                    "It is no packet capture from here on; what follows wasn't looked at. Save it again."),
    "pcap_empty": ("パケットがありません。", "There are no packets in it."),
    "pcap_link_type": ("このリンク種別は読めません。EthernetかLinux cookedで取り直してください。",
                       "This link type isn't read. Capture as Ethernet or Linux cooked."),
    "pcap_frame_broken": ("このパケットは読めません。", "This packet can't be read."),
    "pcap_fragment": ("分割されたIPパケットの中身は読みません。", "What IP fragments carry isn't read."),
    "pcap_encapsulated": ("トンネルや別の包みの中の通信は読みません。トンネルの外側か端末で取ってください。",
                          "Traffic inside a tunnel or another wrapping isn't read. Capture outside of it."),
    "pcap_packet_cut": ("パケットの一部しか記録されていません。長さの制限なしで取り直してください。",
                        "Only a part of this packet was kept. Capture without a length limit."),
    "pcap_tls_content": ("TLSで暗号化されており、送った情報は測定できません。HARかmitmproxyの記録を加えてください。",
                         "It is encrypted (TLS): what was sent isn't known. Add a HAR or mitmproxy flows."),
    "pcap_quic": ("QUICの通信は読みません。QUICを無効にして取り直すか、HARを加えてください。",
                  "QUIC isn't read. Record again with QUIC off, or add a HAR."),
    "pcap_http2": ("暗号化のないHTTP/2は読みません。", "HTTP/2 without encryption isn't read."),
    "pcap_other": ("HTTPでもTLSでもない通信で、送った情報は測定できません。",
                   "Neither HTTP nor TLS: what was sent isn't known."),
    "pcap_http_broken": ("HTTPとして読めない箇所があり、この接続のその後は調べていません。",
                         "It isn't HTTP from here on; the rest of this connection wasn't looked at."),
    "pcap_gap": ("接続の一部が記録になく、その後は調べていません。",
                 "A part of this connection is missing in the capture; what follows wasn't looked at."),
    "pcap_too_many": ("同時の接続が上限を超え、古い接続の残りは調べていません。記録を分けてください。",
                      "More connections at a time than the limit; the rest of old ones wasn't read. Split it."),
    "pcap_too_many_names": ("名前が多すぎるため、以後の問い合わせは調べていません。記録を分けてください。",
                            "Too many names; further questions weren't looked at. Split the capture."),
    "pcap_dns_broken": ("DNSとして読めません。", "It can't be read as DNS."),
}  # fmt: skip


def read(
    data: BinaryIO | bytes,
    *,
    name: str,
    own_hosts: Sequence[str] = (),
    values: Sequence[Value] = (),
    consent: Consent = Consent.UNKNOWN,
    watch: Watch | None = None,
) -> Reading:
    """What the packets in ``data`` carried to whom. Never raises for what the file holds."""
    target = opened(data)
    return reading(
        TargetKind.PCAP, target, name, seen(target, own_hosts=own_hosts, consent=consent),
        own_hosts=own_hosts, values=values, watch=watch,
    )  # fmt: skip


def seen(target: Opened, *, own_hosts: Sequence[str] = (), consent: Consent = Consent.UNKNOWN) -> Iterator[Seen]:
    """Every request and asked name of the file, and what couldn't be read of it."""
    capture, number = _Capture(OwnHosts(own_hosts), consent), 0
    try:
        for packet in packets(target.file):
            number = packet.number
            yield from capture.packet(packet)
    except NotCapture as error:
        yield _says("capture", "pcap_cut_off" if error.cut else "pcap_broken", error.offset)
    else:
        if not number:
            yield _says("capture", "pcap_empty")
    yield from capture.finish()
    yield Fact("packets", str(number))


def _says(path: str, reason: str, offset: int | None = None) -> NotMeasured:
    return missing(path, reason, *_SAYS[reason], offset=offset)


_Key = tuple[str, int, str, int]


@dataclass(slots=True)
class _Side:
    """What one end sent: the next number in sequence, what waits, and how it is read."""

    following: int
    opened: bool
    start: bytearray = field(default_factory=bytearray)
    waiting: dict[int, bytes] = field(default_factory=dict)
    http: Reader | None = None
    over: bool = False
    at: datetime | None = None
    number: int = 0

    @property
    def held(self) -> int:
        return len(self.start) + sum(map(len, self.waiting.values())) + (self.http.held if self.http else 0)

    def close(self) -> None:
        self.over, self.http = True, None
        self.start.clear()
        self.waiting.clear()


class _Capture:
    """Connections and names of one capture, within the limits."""

    def __init__(self, own: OwnHosts, consent: Consent) -> None:
        self._own, self._consent = own, consent
        self._sides: OrderedDict[_Key, _Side] = OrderedDict()
        self._held = 0
        self._asked: dict[str, int] = {}
        self._chains: dict[str, tuple[str, ...]] = {}
        self._called: dict[str, str] = {}
        self._said: set[tuple[str, str]] = set()

    def packet(self, packet: Packet) -> Iterator[Seen]:
        path = f"request {packet.number}"
        if not packet.whole:
            yield _says(path, "pcap_packet_cut", packet.offset)
        try:
            found = segment(packet.link, packet.data)
        except Unread as error:
            yield _says(path, error.reason, packet.offset)
            return
        if found is None:
            return
        if found.tcp:
            yield from self._tcp(found, packet)
        elif 53 in {found.source_port, found.target_port}:
            yield from self._dns(found.data, path)
        elif found.target_port == 443 and found.data[:1] >= b"\xc0":
            yield from self._once(path, "pcap_quic", self._called.get(found.target, found.target))

    def finish(self) -> Iterator[Seen]:
        while self._sides:
            yield from self._end(*self._sides.popitem(last=False))
        for name, number in self._asked.items():
            yield from self._name(name, number, ())

    def _once(self, path: str, reason: str, whose: str) -> Iterator[NotMeasured]:
        if (reason, whose) not in self._said and len(self._said) < NAMES_MOST:
            self._said.add((reason, whose))
            yield _says(f"{path}, {whose}", reason)

    def _dns(self, message: bytes, path: str) -> Iterator[Seen]:
        number = int(path.rpartition(" ")[2])
        try:
            told = dns(message)
        except NotRead:
            yield _says(path, "pcap_dns_broken")
            return
        if told is None:
            return
        if len(self._chains) >= NAMES_MOST or len(self._asked) >= NAMES_MOST:
            yield from self._once(path, "pcap_too_many_names", "DNS")
            return
        if not told.answered:
            if told.name not in self._chains:
                self._asked.setdefault(told.name, number)
            return
        self._chains[told.name] = told.chain or self._chains.get(told.name, ())
        for address in told.addresses:
            # An address that stands for two names tells of neither.
            if len(self._called) < NAMES_MOST:
                self._called[address] = told.name if self._called.get(address, told.name) == told.name else ""
        yield from self._name(told.name, self._asked.pop(told.name, number), self._chains[told.name])

    def _name(self, name: str, number: int, chain: tuple[str, ...]) -> Iterator[Piece]:
        request = Request(number=number, url="", host=name, cname=chain)
        if not self._own.receives(request):
            yield Piece(grade=Grade.OBSERVED, place=Place(path=f"{request.path}, DNS question"), host=name,
                        aliases=chain, consent=self._consent)  # fmt: skip

    def _tcp(self, found: Segment, packet: Packet) -> Iterator[Seen]:
        key = (found.source, found.source_port, found.target, found.target_port)
        side, begins = self._sides.get(key), bool(found.flags & 2)
        if side is not None and begins and (found.seq + 1) & 0xFFFFFFFF != side.following and not side.waiting:
            yield from self._end(key, self._sides.pop(key))
            side = None
        if side is None:
            if not found.data and not begins:
                return
            side = self._sides[key] = _Side((found.seq + begins) & 0xFFFFFFFF, opened=begins and not found.flags & 16)
        if side.over:
            return
        before = side.held
        self._held -= before
        side.at = packet.at
        yield from self._take(side, key, (found.seq + begins) & 0xFFFFFFFF, found.data, packet.number)
        if found.flags & 4:
            yield from self._end(key, side)
        self._held += side.held
        while self._sides and (len(self._sides) > STREAMS_MOST or self._held > HELD_MOST):
            old, oldest = self._sides.popitem(last=False)
            self._held -= oldest.held
            if not oldest.over:
                yield _says(f"request {packet.number}", "pcap_too_many")
                yield from self._end(old, oldest)

    def _take(self, side: _Side, key: _Key, seq: int, data: bytes, number: int) -> Iterator[Seen]:
        ahead = (seq - side.following) & 0xFFFFFFFF
        if ahead >= 1 << 31:
            data, ahead = data[(1 << 32) - ahead :], 0
        if not data:
            return
        if ahead:
            if len(side.waiting) >= WAITING_MOST:
                yield _says(f"request {number}", "pcap_gap")
                yield from self._end(key, side)
            elif len(data) > len(side.waiting.get(seq, b"")):
                side.waiting[seq] = data
            return
        while data and not side.over:
            side.following = (side.following + len(data)) & 0xFFFFFFFF
            yield from self._bytes(side, key, data, number)
            data = b""
            for start in list(side.waiting):
                back = (side.following - start) & 0xFFFFFFFF
                if back < 1 << 31:
                    data = side.waiting.pop(start)[back:]
                    if data:
                        break

    def _bytes(self, side: _Side, key: _Key, data: bytes, number: int) -> Iterator[Seen]:
        if side.http is None:
            side.number = side.number or number
            side.start += data
            yield from self._beginning(side, key)
            return
        try:
            for asked in side.http.feed(data, number):
                yield self._request(asked, side, key)
        except NotHttp:
            yield _says(f"request {number}", "pcap_http_broken")
            yield from self._end(key, side)

    def _beginning(self, side: _Side, key: _Key) -> Iterator[Seen]:
        start, path = bytes(side.start[:16]), f"request {side.number}"
        host = self._called.get(key[2]) or key[2]
        if start[:1] == b"\x16":
            try:
                name = client_hello(side.start)
            except NotRead:
                name = "" if side.opened else None
                side.close()
            if name is None:
                return
            host = host_of(f"//{name}/") or host
            yield from self._host(host, side)
            yield from self._once(path, "pcap_tls_content", host)
            side.close()
        elif start.startswith(METHODS):
            side.http, data = Reader(), bytes(side.start)
            side.start.clear()
            yield from self._bytes(side, key, data, side.number)
        elif start.startswith(_PREFACE):
            yield from self._host(host, side)
            yield from self._once(path, "pcap_http2", host)
            side.close()
        elif not any(each.startswith(start) for each in (*METHODS, _PREFACE)):
            # Of a connection that began before the capture, TLS's records still tell that something was sent.
            running = key[3] == 443 and len(start) >= 3 and start[0] in _RECORDS and start[1] == 3
            if side.opened or running:
                yield from self._host(host, side)
                yield from self._once(path, "pcap_tls_content" if running else "pcap_other", host)
            side.close()

    def _host(self, host: str, side: _Side) -> Iterator[Request]:
        shown = f"[{host}]" if ":" in host else host
        yield Request(number=side.number, url=f"https://{shown}/", host=host, encrypted_only=True, started=side.at,
                      consent=self._consent, cname=self._chains.get(host, ()))  # fmt: skip

    def _request(self, asked: Asked, side: _Side, key: _Key) -> Request:
        if asked.method == "CONNECT":
            host = host_of(f"//{asked.goal}/") or key[2]
            return Request(number=asked.number, url=f"https://{asked.goal}/", host=host, encrypted_only=True,
                           started=side.at, consent=self._consent, cname=self._chains.get(host, ()))  # fmt: skip
        through = asked.goal.startswith(("http://", "https://"))
        said = host_of(asked.goal) if through else host_of(f"//{asked.header('host')}/")
        host = said or self._called.get(key[2]) or key[2]
        port = "" if key[3] in {80, 443} else f":{key[3]}"
        shown = f"[{host}]" if ":" in host else host
        return Request(
            number=asked.number, url=asked.goal if through else f"http://{shown}{port}{asked.goal}", host=host,
            method=asked.method, started=side.at, headers=asked.headers, body=asked.body, body_whole=asked.whole,
            consent=self._consent, page=asked.header("referer"), cname=self._chains.get(host, ()), cleartext=True,
        )  # fmt: skip

    def _end(self, key: _Key, side: _Side) -> Iterator[Seen]:
        if side.http is not None:
            for asked in side.http.rest():
                yield self._request(asked, side, key)
        if side.waiting or side.start:
            yield _says(f"request {side.number or 1}", "pcap_gap")
        side.close()
