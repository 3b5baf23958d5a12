"""Syslog and IPFIX over UDP: each datagram is kept or counted, and what was dropped becomes a gap."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.logs import spool as spooling
from sekisho.logs.errors import SpoolInUse
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.listeners import announcements as announcing
from sekisho.logs.listeners import losses
from sekisho.logs.listeners import sink as sinking
from sekisho.logs.listeners.announcements import Announcements
from sekisho.logs.listeners.counts import Counts
from sekisho.logs.listeners.datagrams import Datagrams
from sekisho.logs.listeners.drops import KernelDrops, drops_in
from sekisho.logs.listeners.endpoints import Senders, Transport, declared, endpoint
from sekisho.logs.listeners.errors import ListenRefused
from sekisho.logs.listeners.losses import Losses
from sekisho.logs.listeners.status import read_status
from sekisho.logs.service import LogService
from sekisho.logs.spool import spool_files
from sekisho.store import files as disk
from sekisho.store.files import RealFiles
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON, asked
from tests.logs.formats.ipfix.exporter import BLOCK, a_set, message, record, template
from tests.logs.listeners.made import add_source, address_of, line, listening, until

NOW = microseconds(NOON)
AT = NOW // 1_000_000 - 600


def _sender() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


def test_syslog_datagrams_become_rows(workspace: Workspace, logs: LogService) -> None:
    """One message in each; line feeds and NULs at its end don't count, an empty one is only counted."""
    with listening(workspace, logs, Transport.UDP) as made, _sender() as sender:
        for number in range(1_000):
            sender.sendto(b"<14>" + line(number) + (b"\n", b"\r\n", b"\0", b"")[number % 4], address_of(made))
            if number % 100 == 99:
                until(lambda sent=number + 1: made.counts.durable == sent)  # type: ignore[misc] # a lambda's default has no type of its own
        sender.sendto(b"\n", address_of(made))
        until(lambda: made.counts.dropped["empty"] == 1)
    assert sum(len(rows) for rows in asked(logs).values()) == 1_000
    status = read_status(logs.ground.spool_of(logs.source("cgn")), RealFiles())
    assert status is not None
    assert (status["received"], status["durable"], status["dropped"]) == (1_000, 1_000, {"empty": 1})


def test_sender_that_is_not_allowed(workspace: Workspace, logs: LogService) -> None:
    """Its datagrams are counted and dropped."""
    with (
        listening(workspace, logs, Transport.UDP, allow=(ipaddress.ip_network("192.0.2.0/24"),)) as made,
        _sender() as sender,
    ):
        sender.sendto(line(1), address_of(made))
        until(lambda: made.counts.dropped["sender_not_allowed"] == 1)
        assert made.counts.received == 0


def test_kernel_drops_are_counted_and_become_a_gap(workspace: Workspace, logs: LogService) -> None:
    """Datagrams that come while nobody reads fill the socket's buffer; those beyond it are counted by the kernel."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    receiver.bind(("127.0.0.1", 0))
    receiver.setblocking(False)
    taken: list[bytes] = []
    counts = Counts()
    datagrams = Datagrams(receiver, Senders(()), counts, lambda data, *_: taken.append(data))
    with _sender() as sender:
        for _ in range(200):
            sender.sendto(b"x" * 500, receiver.getsockname())
    while datagrams._readable() > 0:
        pass
    assert 0 < len(taken) < 200
    assert datagrams.drops.count() == 200 - len(taken)
    datagrams.close()
    told = Losses(NOW)
    counts.dropped["kernel"] = 200 - len(taken)
    gaps = told.look(counts.dropped, NOW + 1_000_000)
    assert [(gap.reason, gap.missing, gap.begin) for gap in gaps] == [("listener_kernel", 200 - len(taken), NOW)]
    assert told.look(counts.dropped, NOW + 2_000_000) == []
    losses.enter(workspace, logs.source("cgn").number, gaps)
    assert not logs.coverage("cgn", NOW, NOW + 500_000).whole


def test_drops_in_the_kernels_table() -> None:
    """The last column of the line with the socket's inode (proc(5))."""
    table = (
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer"
        " drops\n"
        "  459: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 81 2 0 17\n"
    )
    assert (drops_in(table, 81), drops_in(table, 82), drops_in("", 81)) == (17, 0, 0)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as made:
        made.bind(("::1", 0))
        assert KernelDrops(made).count() == 0
        assert str(os.fstat(made.fileno()).st_ino) in Path("/proc/net/udp6").read_text("ascii")


# --- IPFIX -----------------------------------------------------------------------------------------------------------


def _blocks(first: int, count: int, sequence: int) -> bytes:
    body = b"".join(
        record(BLOCK, [AT * 1000 + n, "100.64.0.9", "203.0.113.5", 1024 + n, 1024 + n, 16])
        for n in range(first, first + count)
    )
    return message(a_set(256, body), sequence=sequence, at=AT)


def test_ipfix_datagrams_become_rows(workspace: Workspace, logs: LogService) -> None:
    """Templates and data sets in datagrams; what isn't IPFIX is counted and not kept."""
    add_source(logs, "ipfix")
    with listening(workspace, logs, Transport.IPFIX, "ipfix") as made, _sender() as sender:
        sender.sendto(message(template(256, BLOCK), at=AT), address_of(made))
        for number in range(20):
            sender.sendto(_blocks(number * 20, 20, number * 20), address_of(made))
        sender.sendto(b"<14>syslog", address_of(made))
        until(lambda: made.counts.received == 21 and made.counts.dropped["not_ipfix"] == 1)
    assert sum(len(rows) for rows in asked(logs).values()) == 400
    (health,) = [one for one in logs.health() if one.name == "ipfix"]
    assert (health.events, health.sequence_missing, health.quarantined) == (400, 0, 0)


def test_template_is_known_after_a_restart(workspace: Workspace, logs: LogService) -> None:
    """An exporter that announces every half hour loses nothing when we begin anew: the listener remembers."""
    add_source(logs, "ipfix")
    with _sender() as sender:
        with listening(workspace, logs, Transport.IPFIX, "ipfix") as made:
            sender.sendto(message(template(256, BLOCK), _blocks(0, 1, 0)[16:], at=AT), address_of(made))
            until(lambda: made.counts.durable == 1)
        again = LogService(workspace)
        with listening(workspace, again, Transport.IPFIX, "ipfix") as made:
            sender.sendto(_blocks(1, 1, 1), address_of(made))
            until(lambda: made.counts.durable == 1)
            assert made.flush()
            sender.sendto(_blocks(2, 1, 2), address_of(made))
            until(lambda: made.counts.durable == 2)
    assert sum(len(rows) for rows in asked(logs).values()) == 3


@pytest.mark.parametrize("why", ["size", "midnight", "disk"])
def test_template_is_known_after_a_restart_whatever_ended_the_file(
    workspace: Workspace, logs: LogService, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """The file that a restart finds was begun by the size of the one before, by midnight or after a disk's error: its
    records are read without waiting for the next announcement."""
    monkeypatch.setattr(sinking, "RETRY_SECONDS", 0.01)
    add_source(logs, "ipfix")
    spool = logs.ground.spool_of(logs.source("ipfix"))
    clock.advance(timedelta(hours=11, minutes=59))
    now = int(clock.now().timestamp())
    with (
        _sender() as sender,
        monkeypatch.context() as patch,
        listening(workspace, logs, Transport.IPFIX, "ipfix") as made,
    ):
        if why == "size":
            patch.setattr(spooling, "ROLL", 1)
        sender.sendto(message(template(256, BLOCK), at=now), address_of(made))
        until(lambda: made.counts.durable == 1)
        if why == "midnight":
            clock.advance(timedelta(minutes=2))
        if why == "disk":
            patch.setattr(disk._RealAppendFile, "datasync", _fails)
        sender.sendto(_blocks(0, 3, 0), address_of(made))
        if why == "disk":
            until(lambda: made.counts.disk_errors > 0)
            patch.undo()
        until(lambda: made.counts.durable == 2)
        spool_files(spool, RealFiles())[0].path.unlink()  # it was taken in before the restart
    LogService(workspace).drain("ipfix")
    assert sum(len(rows) for rows in asked(logs).values()) == 3


def _fails(self: object) -> None:
    raise OSError(5, "Input/output error")


def test_a_template_that_came_later_is_not_told_before_its_records(tmp_path: Path) -> None:
    """Records that waited while their exporter announced anew are read by the layout they were made with; an exporter
    that repeats what it said is known from the first time."""
    path = tmp_path / "announcements.json"
    found = Announcements(path, RealFiles(), lifetime=1_000, now=0)
    old, new = message(template(256, BLOCK)), message(template(256, BLOCK[:3]))
    for at, told in ((10, old), (20, new), (30, new)):
        found.note(told, "192.0.2.1:1", at)
    sizes = [[len(one.data) for one in found.records(at)] for at in (5, 15, 25)]
    assert [len(each) for each in sizes] == [0, 1, 2]
    assert sizes[1][0] == sizes[2][0] > sizes[2][1]


def test_what_begins_a_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much exporters announce, the head of a file stays small beside it; who announced last is told."""
    found = Announcements(tmp_path / "announcements.json", RealFiles(), lifetime=1_000, now=0)
    for number in range(20):
        found.note(message(template(256, BLOCK)), f"192.0.2.1:{number}", number)
    one = len(found.records(50)[0].data)
    monkeypatch.setattr(announcing, "MAX_HEAD", 3 * one)
    assert [each.peer for each in found.records(50)] == [f"192.0.2.1:{number}" for number in (17, 18, 19)]


def test_announcements_are_bounded_and_age(tmp_path: Path) -> None:
    """Too old ones aren't told again; a damaged file is as none; the latest definition of a number comes last."""
    path = tmp_path / "announcements.json"
    first = Announcements(path, RealFiles(), lifetime=1_000, now=0)
    for number in range(100):
        first.note(message(template(256, BLOCK[: 2 + number % 3])), f"192.0.2.1:{number % 2}", number)
    first.save()
    again = Announcements(path, RealFiles(), lifetime=1_000, now=100)
    assert [one.data for one in again.records(100)] == [one.data for one in first.records(100)]
    assert len(again.records(100)) == 6
    assert again.records(5_000) == []
    for damaged in (b"", b"[", b'[{"peer": 1}]', b'{"a": 1}', b"[1]"):
        path.write_bytes(damaged)
        assert Announcements(path, RealFiles(), lifetime=1_000, now=0).records(0) == []


# --- what is declared ------------------------------------------------------------------------------------------------


def test_declared_in_a_sources_settings() -> None:
    """Endpoints, senders and files as the setting ``listen`` says them."""
    found = declared({
        "listen": {"endpoints": ["udp://127.0.0.1:5514", "tls://[::1]:6514"], "allow": ["192.0.2.0/24"], "key": "k"}
    })
    assert found is not None
    assert [str(one) for one in found.endpoints] == ["udp://127.0.0.1:5514", "tls://[::1]:6514"]
    assert (str(found.allow[0]), str(found.key), declared({})) == ("192.0.2.0/24", "k", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoints": ["udp:127.0.0.1:5514"]},
        {"endpoints": ["smtp://127.0.0.1:25"]},
        {"endpoints": ["udp://127.0.0.1:70000"]},
        {"endpoints": ["udp://example.jp:514"]},
        {"endpoints": "udp://127.0.0.1:1"},
        {"allow": ["192.0.2.1/24"]},
        {"beyond_loopback": "yes"},
        {"port": 5},
        {"key": ""},
    ],
)
def test_declared_wrongly(wrong: dict[str, object]) -> None:
    """What can't be so is refused with its name."""
    with pytest.raises(ListenRefused):
        declared({"listen": wrong})


def test_transport_that_does_not_go_with_the_format(workspace: Workspace, logs: LogService) -> None:
    """Lines for a format of lines, IPFIX for ipfix, RADIUS for radius, TLS with a certificate."""
    add_source(logs, "ipfix")
    add_source(logs, "radius", LogKind.AP_AUTH)
    for transport, source in (
        (Transport.UDP, "ipfix"),
        (Transport.IPFIX, "cgn"),
        (Transport.RADIUS, "cgn"),
        (Transport.RADIUS, "radius"),
        (Transport.TLS, "cgn"),
    ):
        with pytest.raises(ListenRefused), listening(workspace, logs, transport, source):
            raise AssertionError
    with pytest.raises(ListenRefused):
        endpoint(Transport.UDP, "5514")


def test_listener_does_not_run_twice_for_one_source(workspace: Workspace, logs: LogService) -> None:
    """A second one of the same source says so; the first goes on."""
    with listening(workspace, logs, Transport.UDP) as made, _sender() as sender:
        with pytest.raises(SpoolInUse), listening(workspace, logs, Transport.UDP):
            raise AssertionError
        sender.sendto(line(1), address_of(made))
        until(lambda: made.counts.durable == 1)
