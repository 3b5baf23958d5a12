"""kill -9 of one of the proxy's children, and what Sekisho's absence does to a running proxy.

Kamailio ends all of its processes when one of them dies; whatever supervises it starts it again. What is shown here is
that nothing of Sekisho's is lost or stays locked by that.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.calls.connector.proxy import QUIET, Phone, Proxy, eventually, free_port, invite, kill, running
from tests.calls.connector.sipp import answering, came, start_calls
from tests.calls.connector.test_watching import _forged, _publish, _watched

pytestmark = pytest.mark.kamailio

REFUSED = "0398760004"
RAISED = 'alarms{pattern="many_numbers_on_trunk"}'


@contextmanager
def started_again(proxy: Proxy) -> Iterator[None]:
    """Start it once more, as its supervisor does when it has ended, and end that in the end."""
    proxy.process.wait(20)
    with (proxy.directory / "kamailio.log").open("ab") as log:
        proxy.process = subprocess.Popen(proxy.process.args, stderr=log, stdout=log)
    try:
        yield
    finally:
        if proxy.process.poll() is None:
            proxy.stop()


def answered(proxy: Proxy, call_id: str) -> bool:
    """Whether a call is refused as its line asked."""
    phone = Phone()
    phone.socket.settimeout(0.3)
    phone.send(invite(phone, REFUSED, call_id=call_id), proxy.port)
    try:
        return phone.final().startswith(b"SIP/2.0 603")
    except (TimeoutError, ConnectionError):
        return False


def test_no_answered_call_s_evidence_is_lost_with_a_child(tmp_path: Path, kamailio_there: None) -> None:
    """A child is killed while calls run: of every call that was answered, before and after, there is a record, and no
    file of evidence is torn where it was written."""
    with running(tmp_path, children=3) as proxy:
        proxy.next_hop.socket.close()
        pairs = [("0312345678", QUIET), ("0312345679", "0398760002"), ("0312345670", REFUSED)]
        with answering(proxy.next_hop_port, tmp_path):
            calling = start_calls(proxy.port, tmp_path, pairs, calls=900, rate=200, source=free_port())
            time.sleep(1.5)
            kill(proxy.workers()[0])
            with started_again(proxy):
                found = came(calling, tmp_path, timeout=90)
        ids = [one["call_id"] for one in proxy.records()]
        assert found.calls == 900
        # Calls that stood in the proxy at that moment can fail; their callers' networks repeat most of them.
        assert found.failed < 90
        assert len(set(ids)) >= found.calls - found.failed
        assert sum(one.missing for one in proxy.evidence()) == 0


def test_the_windows_go_on_where_they_were(tmp_path: Path, kamailio_there: None) -> None:
    """Sixty calls, a child is killed, thirty-nine more after the start: no alarm; the hundredth raises it. So no lock
    stayed held, and what was counted is there."""
    settings: dict[str, Any] = _watched(tmp_path)
    with running(
        tmp_path, children=3, published=False, settings=settings, prepare=lambda at: _publish(at.parent / "bundle")
    ) as proxy:
        _forged(proxy, 60)
        eventually(lambda: proxy.metrics().get("evidence_written") == 60, "sixty records")
        kill(proxy.workers()[1])
        with started_again(proxy):
            eventually(lambda: _up(proxy), "it is up again")
            _forged(proxy, 60, 99)
            eventually(lambda: proxy.metrics().get("evidence_written") == 39, "thirty-nine more")
            assert RAISED not in proxy.metrics()
            _forged(proxy, 99, 101)
            eventually(lambda: proxy.metrics().get(RAISED) == 1, "one alarm")
            assert not [name for name in proxy.metrics() if name.startswith("watch_failed")]
        assert len([one for one in proxy.records() if "alarm" not in one]) == 101


def _up(proxy: Proxy) -> bool:
    try:
        proxy.metrics()
    except OSError:
        return False
    return True


def test_sekisho_down_leaves_the_rules_and_counts_what_is_lost(proxy: Proxy) -> None:
    """Bundles and spool gone from under a running proxy: calls are judged by the rules it has, emergency calls pass,
    and each record that can't be written is counted; with the folder evidence comes back."""
    assert answered(proxy, "before")
    shutil.rmtree(proxy.bundle)
    # What the running processes hold open can still be written to, and nobody finds it.
    shutil.rmtree(proxy.spool)
    time.sleep(1.2)
    numbers = iter(range(100))
    eventually(
        lambda: answered(proxy, f"without{next(numbers)}")
        and proxy.metrics().get('evidence_lost{reason="file_removed"}', 0) > 0,
        "records of a removed file are counted as lost",
    )
    phone = Phone()
    phone.send(invite(phone, "110", call_id="e"), proxy.port)
    assert proxy.next_hop.receive().startswith(b"INVITE sip:110@")
    assert proxy.metrics()["emergency"] == 1
    eventually(lambda: 'reloads{result="failed"}' in proxy.metrics(), "a bundle that is gone is said")
    assert json.dumps(proxy.metrics()).count("failed_open") == 0


def test_a_full_stop_of_the_spool_is_counted_and_ends(tmp_path: Path, kamailio_there: None) -> None:
    """There is no folder for evidence: calls are judged, each lost record is counted; once there is one, records are
    written, and the first file says how many were lost."""
    with running(tmp_path, children=1, prepare=lambda at: (at.parent / "spool").rmdir()) as proxy:
        for number in range(5):
            assert answered(proxy, f"lost{number}")

        def lost() -> list[float]:
            return [value for name, value in proxy.metrics().items() if name.startswith("evidence_lost")]

        eventually(lambda: lost() == [5], "each is counted, once its call is on its way")
        proxy.spool.mkdir()
        time.sleep(1.1)
        assert answered(proxy, "kept")
        proxy.stop()
        (file,) = proxy.evidence()
        assert (len(file.records), file.lost) == (1, 5)
