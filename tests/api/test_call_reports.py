"""``/v1/calls``: the month's report, alarms, self-tests, and what is kept, as on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from sekisho.calls.analytics.alarms import Alarms
from sekisho.calls.analytics.counting import AlarmSeen
from sekisho.calls.analytics.folding import Folding
from sekisho.calls.analytics.months import Month
from sekisho.calls.analytics.service import Reports
from tests.api.call_desk import HttpCalls, calls_over_http
from tests.calls.analytics.month import file, october
from tests.calls.desk import NOW, CallDesk
from tests.calls.listing.conftest import desk  # noqa: F401  the fixture of that package
from tests.calls.listing.test_publishing import AGREEMENT


@pytest.fixture(name="http")
def _http(desk: CallDesk) -> Iterator[HttpCalls]:  # noqa: F811  asks for the fixture
    with calls_over_http(desk) as made:
        yield made


def answer(http: HttpCalls, who: str, address: str, status: int = 200) -> Any:
    """What a GET answers; a refusal is a problem."""
    found = http.ask(who, "GET", address)
    assert found.status_code == status, found.text
    if status != 200:
        assert found.headers["content-type"].startswith("application/problem+json")
    return found.json()


def test_the_months_report_is_the_commands(http: HttpCalls) -> None:
    """The same document, without a number; a text for the public once the month is over; months without figures and
    what is no month are refused."""
    Folding(http.desk.service.desk).fold(file(october()))
    found = answer(http, "madoguchi", "/reports/2026-10")
    by = http.desk["madoguchi"]
    assert found == Reports(http.desk.service.desk).month(Month.read("2026-10"), by=by).document()
    assert {"page", "sms", "poster"} <= answer(http, "madoguchi", "/reports/2026-10/warning").keys()
    assert answer(http, "madoguchi", "/reports/2026-09", 422)["title"] == "call_month_refused"
    assert answer(http, "madoguchi", "/reports/october/warning", 422)["title"] == "call_month_refused"


def enter(http: HttpCalls, count: int) -> None:
    """Alarms as a proxy's windows raise them, two at each moment."""
    alarms = Alarms(http.desk.service.desk)

    def write(connection: Connection) -> None:
        for each in range(count):
            at = NOW - timedelta(minutes=each // 2)
            seen = AlarmSeen(
                at=at, pattern="spray", trunk="t1", calls=100, different=90, threshold=0.5, subject="+44207"
            )
            assert alarms.enter(connection, f"al-{each}", "watch", seen)

    http.desk.workspace.commit(write)


def test_alarms_a_page_at_a_time(http: HttpCalls) -> None:
    """Every alarm once, oldest first, over pages of two; done ones where asked for. Who may only read sees none."""
    enter(http, 5)
    whole = [one["id"] for one in answer(http, "tanto", "/alarms")["alarms"]]
    assert sorted(whole) == [f"al-{each}" for each in range(5)]
    paged, cursor = list[str](), ""
    while cursor is not None:
        found = answer(http, "tanto", f"/alarms?limit=2{cursor and '&cursor='}{cursor}")
        assert 0 < len(found["alarms"]) <= 2
        paged, cursor = paged + [one["id"] for one in found["alarms"]], found["cursor"]
    assert paged == whole
    done = http.post("tanto", "/alarms/al-0/acknowledge", done="回線の契約者に確かめた")
    assert (done["state"], done["done"], done["done_by"]) == ("done", "回線の契約者に確かめた", "tanto")
    assert len(answer(http, "tanto", "/alarms")["alarms"]) == 4
    assert len(answer(http, "tanto", "/alarms?all=true")["alarms"]) == 5
    assert http.refused("tanto", "/alarms/al-0/acknowledge", done="again") == "call_alarm_done"
    assert http.refused("tanto", "/alarms/al-1/acknowledge") == "call_alarm_note_refused"
    assert http.refused("madoguchi", "/alarms/al-1/acknowledge", done="x") == "scope_missing"
    assert http.refused("tanto", "/alarms/al-1/acknowledge", more="x") == "query_refused"
    assert answer(http, "madoguchi", "/alarms", 403)["title"] == "scope_missing"
    assert answer(http, "tanto", "/alarms?cursor=none", 404)["title"] == "unknown_call_alarm"
    for wrong in ("limit=0", "limit=1001", "limit=two", "all=perhaps", "state=open"):
        assert answer(http, "tanto", f"/alarms?{wrong}", 422)["title"] == "query_refused"


def test_selftests(http: HttpCalls) -> None:
    """Run over what is published, told by trunk; a trunk without an agreement has none."""
    assert answer(http, "madoguchi", "/selftests") == {"runs": []}
    asked = http.post("tanto", "/agreements", agreements=[AGREEMENT])
    http.post("hogo", f"/proposals/{asked['id']}/approve")
    http.post("tanto", f"/proposals/{asked['id']}/make")
    http.post("tanto", "/bundles")
    (run,) = http.post("tanto", "/selftests")["runs"]
    assert {one["result"] for one in run["canaries"]} == {"caught"}
    assert answer(http, "madoguchi", "/selftests") == {"runs": [run]}
    assert http.post("tanto", "/selftests", trunks=["unknown"]) == {"runs": []}
    assert http.refused("madoguchi", "/selftests") == "scope_missing"
    assert http.refused("tanto", "/selftests", trunks=[]) == "query_refused"
    assert http.refused("tanto", "/selftests", trunk="t1") == "query_refused"


def test_what_is_kept(http: HttpCalls) -> None:
    """Kinds with their periods, one declared with its reason; no certificate of a key that lives."""
    kinds = answer(http, "madoguchi", "/keeping")["kinds"]
    kind = kinds[0]["kind"]
    assert http.post("tanto", f"/keeping/{kind}", days=30, reason="短くする") == {"kind": kind, "days_after_end": 30}
    assert answer(http, "madoguchi", "/keeping")["kinds"][0]["declared"]["reason"] == "短くする"
    assert http.refused("madoguchi", f"/keeping/{kind}", days=30, reason="x") == "scope_missing"
    assert http.refused("tanto", "/keeping/none", days=30, reason="x") == "call_period_refused"
    for wrong in ({"days": "30", "reason": "x"}, {"days": True, "reason": "x"}, {"days": 1}, {"day": 1}):
        assert http.refused("tanto", f"/keeping/{kind}", **wrong) == "query_refused"
    for key in ("calls/2026-11", "call-spool/2026-11", "x"):
        assert answer(http, "hogo", f"/keeping/certificates/{key}", 404)["title"] == "unknown_call_certificate"


def test_a_connector_is_taken_off_the_list(http: HttpCalls) -> None:
    """With a reason and the count of what is lost; again it is as it was; who may not, and what is unknown, is told."""
    http.post("madoguchi", "/connectors/sbc-1", problem="made up")
    wanted = {"reason": "廃止", "lost": 2}
    assert http.refused("madoguchi", "/connectors/sbc-1/remove", **wanted) == "scope_missing"
    assert http.refused("tanto", "/connectors/sbc-2/remove", **wanted) == "unknown_call_connector"
    for wrong in ({"reason": "廃止"}, {"reason": 1, "lost": 0}, {"reason": "x", "lost": True}, {**wanted, "x": 1}):
        assert http.refused("tanto", "/connectors/sbc-1/remove", **wrong) == "query_refused"
    assert http.refused("tanto", "/connectors/sbc-1/remove", reason=" ", lost=0) == "call_proposal_refused"
    assert http.post("tanto", "/connectors/sbc-1/remove", **wanted)["already"] is False
    assert http.post("tanto", "/connectors/sbc-1/remove", **wanted)["already"] is True
    assert answer(http, "madoguchi", "/connectors") == {"connectors": []}
