"""Canaries as real SIP: over UDP to a small proxy of the test, and to a real Kamailio with the shipped rules."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.compiling import ShippedCompiler
from sekisho.calls.screening import agreements as trunks
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening.agreements import Agreement, NumberSet, Shows
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.selftest.canaries import Canary, CanaryKind, canaries
from sekisho.calls.selftest.results import Result, Sent, Way
from sekisho.calls.selftest.service import SelfTest
from sekisho.calls.selftest.wire import WirePlan, over_wire
from tests.calls.connector.proxy import available, free_port, running
from tests.calls.desk import NOW, CallDesk
from tests.calls.selftest.test_canaries import passing

CALLED = "0398765432"
CANARIES = (Canary(CanaryKind.NEXT_TO_RANGE, "0398760101"), Canary(CanaryKind.FOREIGN, "+12125550134"))


class Middle(asyncio.DatagramProtocol):
    """A proxy of one test: ``act`` says what becomes of an INVITE (bytes to send on, or a status line)."""

    def __init__(self, onward: tuple[str, int], act: Callable[[bytes], bytes | str | None]) -> None:
        self.onward, self.act = onward, act
        self.seen: list[bytes] = []
        self.back: Any = None
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.seen.append(data)
        if data.startswith(b"SIP/2.0"):
            self.transport.sendto(data, self.back)
            return
        self.back = addr
        done = self.act(data) if data.startswith(b"INVITE") else None
        if isinstance(done, bytes):
            self.transport.sendto(done, self.onward)
        elif done is not None:
            head = data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
            kept = [one for one in head if one.lower().startswith((b"via:", b"from:", b"to:", b"call-id:", b"cseq:"))]
            self.transport.sendto(b"\r\n".join([f"SIP/2.0 {done}".encode(), *kept, b"", b""]), addr)


@asynccontextmanager
async def middle(act: Callable[[bytes], bytes | str | None]) -> AsyncIterator[tuple[WirePlan, Middle]]:
    """A plan over such a proxy."""
    answer = ("127.0.0.1", free_port())
    made = Middle(answer, act)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: made, ("127.0.0.1", 0))
    try:
        yield WirePlan("127.0.0.2", transport.get_extra_info("sockname")[:2], CALLED, answer), made
    finally:
        transport.close()


def sent(act: Callable[[bytes], bytes | str | None], *, patience: float = 5.0) -> tuple[tuple[Sent, ...], Middle]:
    """What sending the canaries came to, and what the proxy saw."""

    async def go() -> tuple[tuple[Sent, ...], Middle]:
        async with middle(act) as (plan, proxy):
            found = await over_wire(plan, CANARIES, patience=patience)
            # What was sent last has arrived once this has.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"LAST", plan.proxy)
                while b"LAST" not in proxy.seen:
                    await asyncio.sleep(0.01)
            return found, proxy

    return asyncio.run(go())


def withheld(data: bytes) -> bytes:
    """As a proxy withholds a number."""
    data = re.sub(rb"From: <sip:[^@]+@[^>]+>", b"From: <sip:anonymous@anonymous.invalid>", data)
    return re.sub(rb"P-Asserted-Identity: [^\r]+\r\n", b"Privacy: id\r\n", data)


def test_a_number_that_arrives_isnt_caught() -> None:
    """The test number saw it; the call is acknowledged and nothing is left open."""
    found, proxy = sent(lambda data: data)
    assert [(one.result, one.reason) for one in found] == [(Result.NOT_CAUGHT, "the number arrived")] * 2
    assert len([one for one in proxy.seen if one.startswith(b"ACK ")]) == 2


@pytest.mark.parametrize("left", [b"Contact", b"X-Note", b"Remote-Party-ID"])
def test_a_number_left_in_any_header_isnt_caught(left: bytes) -> None:
    """Withheld in From and kept elsewhere, with separators even: it can be read there."""
    found, _ = sent(lambda data: withheld(data).replace(b"Max-", left + b": <sip:+81-3-9876-0101@a>\r\nMax-"))
    assert found[0].result is Result.NOT_CAUGHT
    assert found[1].result is Result.CAUGHT


def test_a_withheld_number_is_caught() -> None:
    """The call arrived without it."""
    found, _ = sent(withheld)
    assert [(one.result, one.reason) for one in found] == [(Result.CAUGHT, "the number was withheld")] * 2


@pytest.mark.parametrize("status", ["603 Decline", "607 Unwanted", "608 Rejected"])
def test_a_refusal_is_caught(status: str) -> None:
    """And acknowledged."""
    found, proxy = sent(lambda _: status)
    assert [(one.result, one.reason) for one in found] == [(Result.CAUGHT, f"SIP {status[:3]}")] * 2
    assert sum(one.startswith(b"ACK ") for one in proxy.seen) == 2


@pytest.mark.parametrize("status", ["404 Not Found", "486 Busy Here", "503 Service Unavailable"])
def test_any_other_refusal_says_nothing_of_the_number(status: str) -> None:
    """Not caught, not let through: not known."""
    found, _ = sent(lambda _: status)
    assert {one.result for one in found} == {Result.COULD_NOT_CHECK}


def test_somebody_elses_answer_ends_at_once_and_isnt_a_result() -> None:
    """ACK and BYE follow in the same moment."""
    found, proxy = sent(lambda _: "200 OK")
    assert {(one.result, one.reason) for one in found} == {
        (Result.COULD_NOT_CHECK, "somebody else answered the test number")
    }
    assert sum(one.startswith(b"BYE ") for one in proxy.seen) == 2


def test_silence_is_its_own_result_and_the_call_is_taken_back() -> None:
    """The INVITE is repeated, then cancelled."""
    found, proxy = sent(lambda _: None, patience=0.8)
    assert {(one.result, one.reason) for one in found} == {(Result.COULD_NOT_CHECK, "no answer")}
    assert sum(one.startswith(b"INVITE ") for one in proxy.seen) >= 4
    assert sum(one.startswith(b"CANCEL ") for one in proxy.seen) == 2


def test_an_address_that_isnt_ours_could_not_be_checked() -> None:
    """Nothing is raised: the run goes on with the other trunks."""
    plan = WirePlan("203.0.113.9", ("127.0.0.1", 9), CALLED, ("127.0.0.1", free_port()))
    found = asyncio.run(over_wire(plan, CANARIES))
    assert {one.result for one in found} == {Result.COULD_NOT_CHECK}
    assert all(one.reason.startswith("source: ") for one in found)


def agreement(trunk: str, otherwise: Outcome) -> Agreement:
    """A trunk with a hundred numbers."""
    return Agreement(
        id=f"a-{trunk}", trunk=trunk, direction=Direction.EGRESS, shows=Shows.OWN_NUMBERS, otherwise=otherwise,
        begins=date(2020, 1, 1), numbers=NumberSet((), (("0398760000", "0398760099"),)),
    )  # fmt: skip


PBX, SHOP = agreement("pbx", Outcome.ANONYMISE), agreement("shop", Outcome.REJECT)
SOURCES = {"pbx": "127.0.0.2", "shop": "127.0.0.3"}


@pytest.mark.kamailio
@pytest.mark.skipif(not available(), reason="kamailio, kamailio-python3-modules or sip-tester isn't installed")
def test_a_real_kamailio_catches_every_canary_until_its_rules_are_wrong(desk: CallDesk, tmp_path: Path) -> None:
    """Real INVITEs from each trunk's address: withheld on one, refused on the other; with a rule set that lets all
    through every one arrives, and the run says so."""
    directory = tmp_path / "k"
    directory.mkdir()
    entries = [{"id": name, "direction": "egress", "addresses": [f"{place}/32"]} for name, place in SOURCES.items()]
    with running(directory, published=False, settings={"trunks": entries}) as proxy:
        place = f"127.0.0.1:{proxy.next_hop.port}"
        proxy.next_hop.socket.close()
        test = SelfTest(desk.service.desk, proxy.bundle)
        for name, source in SOURCES.items():
            wire = {"source": source, "proxy": f"127.0.0.1:{proxy.port}", "called": CALLED, "answer": place}
            test.set(name, every_hours=24, wire=wire, by=desk["tanto"])

        def on_the_wire(rules: bytes, loads: int) -> dict[str, list[tuple[Result, str]]]:
            parts = {"rules.json": rules, "agreements.json": trunks.to_json([PBX, SHOP])}
            bundles.write(proxy.bundle, parts, made_at=NOW)
            wait(proxy, loads)
            runs = [one for one in test.run(by=desk["tanto"]) if one.way is Way.WIRE]
            return {one.trunk: [(each.result, each.reason) for each in one.sent] for one in runs}

        count = len(canaries(PBX, (PBX, SHOP)))
        found = on_the_wire(ShippedCompiler().house(), 1)
        assert found["pbx"] == [(Result.CAUGHT, "the number was withheld")] * count
        assert found["shop"] == [(Result.CAUGHT, "SIP 603")] * count
        found = on_the_wire(passing(), 2)
        assert {one for trunk in found.values() for one in trunk} == {(Result.NOT_CAUGHT, "the number arrived")}


def wait(proxy: Any, loads: int) -> None:
    """Until every child has taken the bundle up: each looks once a second, when it is asked something."""
    from tests.calls.connector.proxy import Phone, _answers, eventually

    probe = Phone()
    probe.socket.settimeout(0.2)

    def loaded() -> bool:
        _answers(probe, proxy)
        return bool(proxy.metrics().get('reloads{result="done"}', 0) >= 2 * loads)

    eventually(loaded, "the bundle wasn't taken up")
