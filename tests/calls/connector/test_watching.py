"""What the children of one proxy see together: a trunk that shows more numbers than it can have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.screening import bundle
from sekisho.calls.screening.agreements import Agreement, NumberSet, Shows, to_json
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.compile import compiled_json, shipped
from sekisho.calls.screening.decision import Outcome
from tests.calls.connector.proxy import Phone, Proxy, eventually, invite, running

pytestmark = pytest.mark.kamailio

OWN = Agreement(
    id="customer-2026", trunk="customer", direction=Direction.EGRESS, shows=Shows.OWN_NUMBERS,
    numbers=NumberSet(["0398760000"]), otherwise=Outcome.REJECT, begins=date(2020, 1, 1), ends=None,
)  # fmt: skip


def _watched(directory: Path) -> dict[str, Any]:
    trunks = [{"id": "customer", "direction": "egress", "addresses": ["127.0.0.1"]}]
    return {"trunks": trunks, "windows": str(directory / "windows")}


def _publish(root: Path, *agreements: Agreement) -> None:
    parts = {"rules.json": compiled_json(shipped(), name="shipped"), "agreements.json": to_json(list(agreements))}
    bundle.write(root, parts, made_at=datetime(2026, 11, 23, tzinfo=UTC))


def _forged(proxy: Proxy, *calls: int) -> list[bytes]:
    """As the calls of the IPS case: each with another number, and nothing else against it. Their first answers."""
    answers = []
    for number in range(*calls):
        phone = Phone()  # another source port each: the kernel gives the calls to all children
        phone.send(invite(phone, "0312340000", number=f"0345{number * 7919 % 1_000_000:06d}", call_id=f"f{number}"),
                   proxy.port)  # fmt: skip
        answers.append(phone.receive())
    return answers


def test_a_trunk_without_an_agreement_raises_one_alarm_within_a_hundred_calls(
    tmp_path: Path, kamailio_there: None
) -> None:
    """Counted by three children together: one alarm at the hundredth call, none at the ninety-ninth."""
    settings = _watched(tmp_path)
    with running(
        tmp_path, children=3, published=False, settings=settings,
        prepare=lambda at: _publish(at.parent / "bundle"),
    ) as proxy:  # fmt: skip
        raised = 'alarms{pattern="many_numbers_on_trunk"}'
        assert all(one.startswith(b"SIP/2.0 100") for one in _forged(proxy, 99))
        eventually(lambda: proxy.metrics().get("evidence_written") == 99, "ninety-nine records")
        assert raised not in proxy.metrics()
        _forged(proxy, 99, 200)
        eventually(lambda: proxy.metrics().get("evidence_written") == 200, "two hundred records")
        assert proxy.metrics()[raised] == 1
        assert not [name for name in proxy.metrics() if name.startswith("watch_failed")]
        proxy.stop()
        writers = {file.writer for file in proxy.evidence()}
        (alarm,) = [one for one in proxy.records() if "alarm" in one]
        assert (alarm["trunk"], alarm["calls"]) == ("customer", 100)
        assert len(writers) > 1


def test_a_trunk_with_an_agreement_shows_none_of_them(tmp_path: Path, kamailio_there: None) -> None:
    """Under an agreement that refuses every number but its own, each of these calls is refused, from the first."""
    with running(
        tmp_path, children=3, published=False, settings=_watched(tmp_path),
        prepare=lambda at: _publish(at.parent / "bundle", OWN),
    ) as proxy:  # fmt: skip
        answers = _forged(proxy, 100)
        assert {one.split(b"\r\n")[0] for one in answers} == {b"SIP/2.0 603 Decline"}
        phone = Phone()
        phone.send(invite(phone, "0312340000", number="0398760000", call_id="own"), proxy.port)
        assert phone.receive().startswith(b"SIP/2.0 100")


def test_a_file_of_windows_that_cannot_be_used_changes_no_call(tmp_path: Path, kamailio_there: None) -> None:
    """Where the shared file isn't one, calls are judged as ever, and it is said and counted."""
    (tmp_path / "windows").write_bytes(b"something else")
    with running(
        tmp_path, published=False, settings=_watched(tmp_path),
        prepare=lambda at: _publish(at.parent / "bundle", OWN),
    ) as proxy:  # fmt: skip
        assert _forged(proxy, 1)[0].startswith(b"SIP/2.0 603")
        eventually(lambda: 'watch_failed{reason="WindowsUnusable"}' in proxy.metrics(), "counted")
        assert "nothing is watched for patterns" in proxy.log
