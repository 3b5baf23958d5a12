"""From a real Kamailio's calls to an alarm on a person's worklist."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sekisho.calls.analytics.alarms import Alarms
from sekisho.calls.analytics.folding import Folding
from sekisho.calls.compiling import ShippedCompiler
from sekisho.calls.screening import agreements as trunks
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening.agreements import Agreement, Shows
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.decision import Outcome
from tests.calls.connector.proxy import Phone, available, eventually, invite, running
from tests.calls.desk import CallDesk


@pytest.mark.kamailio
@pytest.mark.skipif(not available(), reason="kamailio, kamailio-python3-modules or sip-tester isn't installed")
def test_forged_numbers_through_two_children_raise_one_alarm_that_a_person_sees(desk: CallDesk, tmp_path: Path) -> None:
    """A hundred different numbers on an own-numbers trunk, judged by two children, are one alarm in figures, evidence
    and worklist; each call was judged and kept as before."""
    directory = tmp_path / "k"
    directory.mkdir()
    own = Agreement(id="a", trunk="pbx", direction=Direction.EGRESS, shows=Shows.OWN_NUMBERS,
                    otherwise=Outcome.REJECT, begins=date(2020, 1, 1))  # fmt: skip
    settings = {
        "trunks": [{"id": "pbx", "direction": "egress", "addresses": ["127.0.0.0/8"]}],
        "windows": str(tmp_path / "windows"),
    }

    def prepare(_: Path) -> None:
        parts = {"rules.json": ShippedCompiler().house(), "agreements.json": trunks.to_json([own])}
        bundles.write(directory / "bundle", parts, made_at=datetime(2026, 11, 23, tzinfo=UTC))

    with running(directory, published=False, settings=settings, prepare=prepare) as proxy:
        phone = Phone()
        for n in range(120):
            phone.send(invite(phone, number=f"03{98_760_000 + n}", call_id=f"c{n}"), proxy.port)
            assert phone.final().startswith(b"SIP/2.0 603 ")
        eventually(lambda: proxy.metrics().get('alarms{pattern="many_numbers_on_trunk"}') == 1, "no alarm")
        proxy.stop()
        files = proxy.evidence()
    records = [json.loads(one) for file in files for one in file.records]
    assert sum("alarm" in one for one in records) == 1
    assert sum(one.get("reason") == "number_not_agreed" for one in records) == 120
    for file in files:
        Folding(desk.service.desk).fold(file)
    (alarm,) = Alarms(desk.service.desk).every(by=desk["tanto"])
    assert (alarm.pattern, alarm.trunk, alarm.said["subject"]) == ("many_numbers_on_trunk", "pbx", "pbx")
    assert (alarm.said["calls"], alarm.said["different"]) == (100, 100)
