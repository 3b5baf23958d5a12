"""Calls go on: without rules, without Sekisho, with a broken script, while rules change and processes die."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path

import pytest

from sekisho.calls.screening import bundle
from tests.calls.connector import torture
from tests.calls.connector.proxy import (
    QUIET,
    Phone,
    Proxy,
    eventually,
    free_port,
    header,
    invite,
    kill,
    publish,
    running,
)
from tests.calls.connector.sipp import answering, came, start_calls

pytestmark = pytest.mark.kamailio

REFUSED = "0398760004"


def _passes(proxy: Proxy, called: str, *, call_id: str, uri: str | None = None) -> bytes:
    phone = Phone()
    phone.send(invite(phone, called, call_id=call_id, uri=uri), proxy.port)
    got = proxy.next_hop.receive()
    assert got.startswith(b"INVITE ")
    assert header(got, "From") == [f'"Name" <sip:0312345678@198.51.100.7>;tag=from-{call_id}']
    assert header(got, "P-Asserted-Identity") == ["<sip:0312345678@198.51.100.7>"]
    return got


def test_without_rules_calls_pass_and_are_counted(tmp_path: Path, kamailio_there: None) -> None:
    """Sekisho has published nothing: every call passes unchanged, counted as such, and says so in its evidence."""
    with running(tmp_path, published=False) as proxy:
        _passes(proxy, REFUSED, call_id="n")
        eventually(lambda: proxy.metrics().get('failed_open{reason="no_bundle"}') == 1, "counted")
        assert "Calls pass unjudged." in proxy.log
        publish(proxy.bundle)
        phone = Phone()

        def refused() -> bool:
            phone.send(invite(phone, REFUSED, call_id=f"r{refused_calls.pop()}"), proxy.port)
            return phone.final().startswith(b"SIP/2.0 603")

        refused_calls = list(range(400))
        proxy.next_hop.socket.settimeout(0.01)
        phone.socket.settimeout(0.2)
        eventually(lambda: _or_false(refused), "rules that come later are taken up")


def _or_false(check: object) -> bool:
    assert callable(check)
    try:
        return bool(check())
    except TimeoutError:
        return False


def _break_script(directory: Path) -> None:
    (directory / "python/sekisho/calls/connector/kemi.py").write_text("raise RuntimeError('broken')\n")


def _raise_in_route(directory: Path) -> None:
    path = directory / "sekisho_kemi.py"
    wrapped = "\n\nclass _Raises:\n    def child_init(self, rank):\n        return 0\n\n"
    wrapped += "    def screen(self, message, *a):\n        raise RuntimeError('in the route')\n\n"
    wrapped += "    def afterwards(self, message, *a):\n        return 1\n\n\ndef mod_init():\n    return _Raises()\n"
    path.write_text(path.read_text() + wrapped)


def _break_settings(directory: Path) -> None:
    (directory / "connector.json").write_text("{")


def _remove_code(directory: Path) -> None:
    shutil.rmtree(directory / "python/sekisho/calls/screening")


@pytest.mark.parametrize("harm", [_break_script, _raise_in_route, _break_settings, _remove_code])
def test_a_broken_script_lets_calls_pass(tmp_path: Path, kamailio_there: None, harm: object) -> None:
    """Whatever is wrong with the script, Kamailio starts, ordinary and emergency calls pass unchanged, counted."""
    assert callable(harm)
    with running(tmp_path, prepare=harm) as proxy:
        _passes(proxy, REFUSED, call_id="b")
        _passes(proxy, "110", call_id="e")
        found = proxy.metrics()
        assert found["emergency"] == 1
        assert sum(value for name, value in found.items() if name.startswith("failed_open")) == 1


@pytest.mark.parametrize(
    "uri", ["sip:110@203.0.113.9", "sip:119@203.0.113.9;user=phone", "tel:118", "sip:184110@a", "urn:service:sos"]
)
def test_emergency_calls_pass_with_the_number_unchanged(tmp_path: Path, kamailio_there: None, uri: str) -> None:
    """With a bundle that is broken on disk, from a source that is nobody's trunk, the number stays as it was."""
    with running(tmp_path, settings={"trunks": []}, prepare=lambda at: _spoil(at.parent / "bundle")) as proxy:
        got = _passes(proxy, "110", call_id="e", uri=uri)
        assert got.startswith(f"INVITE {uri} SIP/2.0".encode())
        assert proxy.metrics()["emergency"] == 1


def _spoil(root: Path) -> None:
    (root / bundle.CURRENT).write_text("00000001\n")
    (root / "00000001" / "rules.json").write_text("{}")


def test_a_bundle_that_is_broken_leaves_the_old_one(proxy: Proxy) -> None:
    """A new bundle that doesn't load is refused loudly; the old rules go on deciding; the next good one is taken."""
    phone = Phone()
    phone.send(invite(phone, REFUSED, call_id="1"), proxy.port)
    assert phone.final().startswith(b"SIP/2.0 603")
    shutil.copytree(proxy.bundle / "00000001", proxy.bundle / "00000002")
    (proxy.bundle / "00000002" / "rules.json").write_text("{}")
    (proxy.bundle / "fresh").write_text("00000002\n")
    (proxy.bundle / "fresh").replace(proxy.bundle / bundle.CURRENT)
    _answered_until(proxy, phone, "stays in force")
    assert 'reloads{result="failed"}' in proxy.metrics()
    publish(proxy.bundle, reason="other")
    _answered_until(proxy, phone, "rules 00000003 are in force")
    eventually(lambda: _counted_other(proxy, phone), "the new rules decide")


def _counted_other(proxy: Proxy, phone: Phone) -> bool:
    phone.send(invite(phone, REFUSED, call_id=f"o{phone.port}{len(proxy.log)}"), proxy.port)
    assert phone.final().startswith(b"SIP/2.0 603")
    return 'decisions{outcome="reject",reason="other"}' in proxy.metrics()


def _answered_until(proxy: Proxy, phone: Phone, said: str) -> None:
    """Every call until the log says something is refused as the rules have it."""
    number = 0

    def once() -> bool:
        nonlocal number
        number += 1
        phone.send(invite(phone, REFUSED, call_id=f"u{len(said)}-{number}"), proxy.port)
        assert phone.final().startswith(b"SIP/2.0 603")
        return said in proxy.log

    eventually(once, said)


def test_rules_change_under_load_without_a_failed_call(proxy: Proxy, tmp_path: Path) -> None:
    """SIPp calls while bundles are published: no call fails, and no evidence is lost."""
    proxy.next_hop.socket.close()
    pairs = [("0312345678", QUIET), ("0312345679", "0398760002"), ("0312345670", REFUSED)]
    with answering(proxy.next_hop_port, tmp_path):
        calling = start_calls(proxy.port, tmp_path, pairs, calls=900, rate=200, source=free_port())
        for _ in range(3):
            publish(proxy.bundle)
            time.sleep(1.2)  # longer than between two looks for new rules
        found = came(calling, tmp_path, timeout=60)
    assert (found.calls, found.failed) == (900, 0)
    proxy.stop()
    files = proxy.evidence()
    assert sum(len(one.records) for one in files) == 900
    assert sum(one.missing for one in files) == 0
    assert all(one.ended or not one.torn for one in files)


def test_a_kill_of_everything_leaves_all_evidence(proxy: Proxy) -> None:
    """kill -9 of Kamailio and its children: every decision whose answer was seen is in the spool."""
    phone = Phone()
    for number in range(60):
        phone.send(invite(phone, REFUSED, call_id=f"k{number}"), proxy.port)
        assert phone.final().startswith(b"SIP/2.0 603")
    children = proxy.workers()
    proxy.process.send_signal(signal.SIGKILL)
    for child in children:
        kill(child)
    proxy.process.wait(20)
    eventually(lambda: sum(len(one.records) for one in proxy.evidence()) == 60, "all sixty")
    files = proxy.evidence()
    assert not any(one.torn or one.damaged for one in files)
    ids = {json.loads(one)["call_id"] for file in files for one in file.records}
    assert len(ids) == 60


def test_what_is_not_utf8_or_huge_is_judged_too(proxy: Proxy) -> None:
    """Bytes that aren't UTF-8, 40 kB of headers, letters, 40 digits, full-width digits: judged as the line asked."""
    phone = Phone()
    odd: list[tuple[str, list[str | bytes]]] = [
        ("<sip:0312345678@a>", [b"Subject: \xff\xfe\x80"]),
        ("<sip:0312345678@a>", ["X-Long: " + "y" * 40_000]),
        ("<sip:03abc@a>", []),
        (f"<tel:{'9' * 40}>", []),
        ("<sip:０３１２３４５６７８@a>", []),
        ('"open <sip:0312345678@a>', []),
    ]
    for number, (asserted, extra) in enumerate(odd):
        phone.send(invite(phone, REFUSED, asserted=asserted, extra=extra, call_id=f"odd{number}"), proxy.port)
        assert phone.final().startswith(b"SIP/2.0 603"), number
    assert [name for name in proxy.metrics() if name.startswith("failed_open")] == []


def test_torture_messages_harm_neither_the_proxy_nor_the_next_call(proxy: Proxy) -> None:
    """After every odd message of :mod:`tests.calls.connector.torture` the same processes judge calls as ever."""
    workers, phone = proxy.workers(), Phone()
    odd = [*torture.PASSES.values(), *(one for one, _ in torture.REFUSED.values()), *torture.SILENT.values()]
    for number, data in enumerate(odd):
        Phone().send(data, proxy.port)
        phone.send(invite(phone, REFUSED, call_id=f"after{number}"), proxy.port)
        while not (got := phone.receive()).startswith(b"SIP/2.0 603"):
            assert got.startswith(b"SIP/2.0 100")
    assert proxy.workers() == workers
    assert not [name for name in proxy.metrics() if name.startswith("failed_open")]
