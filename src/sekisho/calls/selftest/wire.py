"""Canaries as real SIP over UDP: INVITEs to the proxy from a trunk's test address, and a test number that answers.

::

    sender (the trunk's test address) ──INVITE──▶ proxy ──INVITE──▶ answerer (the operator's test number)
                                                                    notes what it was shown, answers 486 at once

The answerer is this module's own. Nothing rings: it answers "busy" to canaries, 481 to all else, and if anybody else
picks up, the call is ended in the same moment and counts as not checked. A canary counts as caught where the proxy
refused it (603, 607, 608) and the answerer saw nothing of it, or where what arrived has the number in no place.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from sekisho.calls.connector.message import is_emergency
from sekisho.calls.numbers import CallerUse, NumberRefused, classify
from sekisho.calls.selftest.canaries import Canary
from sekisho.calls.selftest.errors import CanarySettingRefused
from sekisho.calls.selftest.results import Result, Sent, Way
from sekisho.clock import Clock, japan_date

REFUSALS: Final = frozenset({603, 607, 608})
"""Answers by which a proxy refuses a caller's number (RFC 3261, 8197, 8688)."""
BUSY: Final = 486
_T1: Final = 0.5
"""RFC 3261 section 17.1.1.2."""
_KEYS: Final = {"source", "proxy", "called", "answer"}
_PLACE: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})", re.ASCII)
_SOURCE: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WirePlan:
    """How a trunk's canaries reach the proxy: ``source`` is the address it knows the trunk by, ``proxy`` its own,
    ``called`` the operator's test number, ``answer`` where the proxy routes that to."""

    source: str
    proxy: tuple[str, int]
    called: str
    answer: tuple[str, int]

    @classmethod
    def of(cls, said: Mapping[str, Any], *, clock: Clock) -> Self:
        """From JSON values. Raises ``CanarySettingRefused``: also for a test number that nobody's line can have."""
        if set(said) != _KEYS:
            raise CanarySettingRefused(field="wire", problem=", ".join(sorted(_KEYS)))
        if not isinstance(said["source"], str) or not _SOURCE.fullmatch(said["source"]):
            raise CanarySettingRefused(field="source", problem="an IPv4 address")
        called = str(said["called"])
        try:
            use = classify(called, on=japan_date(clock.now())).place.use
        except NumberRefused:
            use = CallerUse.NEVER
        if use is not CallerUse.ORDINARY or not called.isdigit() or is_emergency(f"tel:{called}"):
            raise CanarySettingRefused(field="called", problem="the test number: an ordinary Japanese one, digits only")
        return cls(said["source"], _place("proxy", said["proxy"]), called, _place("answer", said["answer"]))

    def text(self) -> str:
        """As it is stored."""
        proxy, answer = (f"{host}:{port}" for host, port in (self.proxy, self.answer))
        return json.dumps({"source": self.source, "proxy": proxy, "called": self.called, "answer": answer})


def _place(name: str, value: Any) -> tuple[str, int]:
    found = _PLACE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not 0 < int(found[2]) < 65_536:
        raise CanarySettingRefused(field=name, problem="ADDRESS:PORT")
    return found[1], int(found[2])


@dataclass(slots=True)
class _Answerer(asyncio.DatagramProtocol):
    """The test number: notes every INVITE by its Call-ID, and says that it is busy."""

    expected: set[str]
    seen: dict[str, bytes] = field(default_factory=dict)
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        """Keep what answers go out by."""
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """An INVITE is noted and answered; an ACK needs no answer."""
        method = data.partition(b" ")[0]
        call_id = _header(data, "call-id")
        if method not in (b"INVITE", b"CANCEL") or self.transport is None:
            return
        if method == b"INVITE" and call_id in self.expected:
            self.seen.setdefault(call_id, data)
            self.transport.sendto(_answer(data, f"{BUSY} Busy Here"), addr)
        else:
            self.transport.sendto(_answer(data, "481 Call/Transaction Does Not Exist"), addr)


@dataclass(slots=True)
class _Sender(asyncio.DatagramProtocol):
    """The trunk's side: hands answers to whoever waits for their Call-ID."""

    waiting: dict[str, asyncio.Queue[bytes]] = field(default_factory=dict)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """An answer, or something nobody waits for."""
        del addr
        queue = self.waiting.get(_header(data, "call-id"))
        if queue is not None and data.startswith(b"SIP/2.0 "):
            queue.put_nowait(data)


async def over_wire(plan: WirePlan, canaries: Iterable[Canary], *, patience: float = 8.0) -> tuple[Sent, ...]:
    """Send each canary, one after the other; ``patience`` is how many seconds one may take.

    Raises nothing for a proxy that isn't there, or an address that isn't ours: such canaries could not be checked.
    """
    wanted = tuple(canaries)
    loop, expected = asyncio.get_running_loop(), set[str]()
    answerer, sender = _Answerer(expected), _Sender()
    try:
        here, _ = await loop.create_datagram_endpoint(lambda: answerer, local_addr=plan.answer)
    except OSError as error:
        return _unchecked(wanted, f"answer: {error.strerror}")
    try:
        out, _ = await loop.create_datagram_endpoint(lambda: sender, local_addr=(plan.source, 0))
    except OSError as error:
        here.close()
        return _unchecked(wanted, f"source: {error.strerror}")
    try:
        sent = []
        for each in wanted:
            call_id = f"{secrets.token_hex(12)}@selftest.invalid"
            expected.add(call_id)
            waiting = sender.waiting[call_id] = asyncio.Queue()
            status = await _call(out, waiting, plan, each, call_id, patience)
            sent.append(_judged(each, status, answerer.seen.get(call_id), plan.called))
        return tuple(sent)
    finally:
        out.close()
        here.close()


def _unchecked(canaries: Iterable[Canary], reason: str) -> tuple[Sent, ...]:
    return tuple(Sent(each.kind, Way.WIRE, Result.COULD_NOT_CHECK, reason[:100]) for each in canaries)


def _judged(canary: Canary, status: int | None, arrived: bytes | None, called: str) -> Sent:
    def sent(result: Result, reason: str) -> Sent:
        return Sent(canary.kind, Way.WIRE, result, reason)

    if _digits(canary.number) in called:
        return sent(Result.COULD_NOT_CHECK, "the test number itself")
    if arrived is not None:
        if _shows(arrived, canary.number):
            return sent(Result.NOT_CAUGHT, "the number arrived")
        return sent(Result.CAUGHT, "the number was withheld")
    if status in REFUSALS:
        return sent(Result.CAUGHT, f"SIP {status}")
    if status is None:
        return sent(Result.COULD_NOT_CHECK, "no answer")
    if status < 300:
        return sent(Result.COULD_NOT_CHECK, "somebody else answered the test number")
    return sent(Result.COULD_NOT_CHECK, f"SIP {status}")


def _shows(arrived: bytes, number: str) -> bool:
    """Whether a message has the number anywhere, however written: by its digits without prefixes."""
    plain = re.sub(rb"(?<=\d)[-. ()]+(?=\d)", b"", arrived)
    return _digits(number).encode() in plain


def _digits(number: str) -> str:
    digits = number.lstrip("+")
    for prefix in ("01081", "81", "0"):
        if digits.startswith(prefix):
            return digits.removeprefix(prefix)
    return digits


async def _call(
    out: asyncio.DatagramTransport, waiting: asyncio.Queue[bytes], plan: WirePlan, canary: Canary, call_id: str,
    patience: float,
) -> int | None:  # fmt: skip
    """The final answer's status; None for none. The INVITE is repeated until there is any answer (RFC 3261 17.1.1.2),
    and taken back where no final one comes."""
    host, port = out.get_extra_info("sockname")[:2]
    dialogue = _Dialogue(plan, f"{host}:{port}", canary.number, call_id)
    loop = asyncio.get_running_loop()
    end, pause, heard = loop.time() + patience, _T1, False
    out.sendto(dialogue.request("INVITE"), plan.proxy)
    while (left := end - loop.time()) > 0:
        try:
            data = await asyncio.wait_for(waiting.get(), left if heard else min(left, pause))
        except TimeoutError:
            if not heard:
                out.sendto(dialogue.request("INVITE"), plan.proxy)
                pause *= 2
            continue
        heard, status = True, _status(data)
        if status is None or status < 200:
            continue
        to = _header(data, "to")
        if status < 300:
            out.sendto(dialogue.request("ACK", to=to, branch="k", data=data), plan.proxy)
            out.sendto(dialogue.request("BYE", to=to, branch="b", number=2, data=data), plan.proxy)
        else:
            out.sendto(dialogue.request("ACK", to=to), plan.proxy)
        return status
    out.sendto(dialogue.request("CANCEL"), plan.proxy)
    return None


@dataclass(frozen=True, slots=True)
class _Dialogue:
    plan: WirePlan
    here: str
    number: str
    call_id: str

    def request(self, method: str, *, to: str = "", branch: str = "i", number: int = 1, data: bytes = b"") -> bytes:
        """A request of this call. ``data``: the answer whose Contact and Record-Route say where it goes."""
        called = f"sip:{self.plan.called}@{self.plan.proxy[0]}:{self.plan.proxy[1]}"
        contact = re.search(r"<(sips?:[^>\r\n]+)>", _header(data, "contact")) if data else None
        target = contact[1] if contact else called
        routes = [f"Route: {one}" for one in reversed(_headers(data, "record-route"))] if data else []
        token = self.call_id.partition("@")[0]
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.here};branch=z9hG4bK{branch}{token};rport",
            "Max-Forwards: 70",
            *routes,
            f"From: <sip:{self.number}@{self.here}>;tag={token[:12]}",
            f"To: {to or f'<{called}>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
        ]
        if method == "INVITE":
            lines += [f"P-Asserted-Identity: <sip:{self.number}@{self.here}>", f"Contact: <sip:selftest@{self.here}>"]
        return "\r\n".join([*lines, "Content-Length: 0", "", ""]).encode()


def _status(data: bytes) -> int | None:
    found = re.match(rb"SIP/2\.0 ([1-6]\d\d) ", data)
    return None if found is None else int(found[1])


def _headers(data: bytes, name: str) -> list[str]:
    head = data.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    wanted = {name, {"call-id": "i", "to": "t", "from": "f", "via": "v", "contact": "m"}.get(name, name)}
    parts = (line.partition(":") for line in head)
    return [value.strip() for key, _, value in parts if key.strip().lower() in wanted]


def _header(data: bytes, name: str) -> str:
    return next(iter(_headers(data, name)), "")


def _answer(request: bytes, status: str) -> bytes:
    to = _header(request, "to")
    lines = [
        f"SIP/2.0 {status}",
        *(f"Via: {one}" for one in _headers(request, "via")),
        f"From: {_header(request, 'from')}",
        f"To: {to}" if ";tag=" in to else f"To: {to};tag=selftest",
        f"Call-ID: {_header(request, 'call-id')}",
        f"CSeq: {_header(request, 'cseq')}",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
