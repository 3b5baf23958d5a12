"""The report to the National Police Agency, as a paper: what stands on it, and what can't harm it."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pypdf
import pytest

from sekisho.clock import JAPAN
from sekisho.stops.errors import WrongStep
from sekisho.stops.figures import Stop, month_figures
from sekisho.stops.papers import report_html, report_pdf
from tests.stops.world import FIXED, IP050, World

OFFICE = "関所通信株式会社"


def made(world: World, *numbers: str) -> dict[str, Any]:
    """A report of stopped numbers."""
    return world.service.reports.make(world.stopped(*numbers).id, by=world["tanto"])


def test_no_report_before_the_stop(world: World) -> None:
    """Not while it is asked for, ordered, or unconfirmed; and each number is reported once."""
    case = world.verified(FIXED)
    for step in (lambda: None, lambda: world.ordered(world.service.stopping.propose(case.id, by=world["tanto"]))):
        step()
        with pytest.raises(WrongStep):
            world.service.reports.make(case.id, by=world["tanto"])
    (act,) = world.service.stopping.unfinished()
    world.service.stopping.carry_out(act.id, world.core, by=world["tanto"])
    world.service.reports.make(case.id, by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.reports.make(case.id, by=world["tanto"])


def test_what_stands_on_it(world: World) -> None:
    """To whom, from whom, on which request, which numbers, whose, since when; the same bytes each time."""
    report = made(world, FIXED, IP050)
    html = unescape(report_html(report, office=OFFICE))
    for part in ("警察庁", OFFICE, "令和8年11月20日付け架空県警察捜二発第12号", FIXED, IP050, "架空転送株式会社",
                 "架空県見本市1-2-3", "令和8年11月24日12時00分", report["report"]):  # fmt: skip
        assert part in html, part
    pdf = report_pdf(report, office=OFFICE)
    assert pdf == report_pdf(report, office=OFFICE)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    assert FIXED in text
    assert "契約者情報報告書" in text


def test_a_name_is_text_whatever_it_says(world: World) -> None:
    """Markup in a contractor's name stays text, what steers a display is shown by its number, nothing is fetched."""
    report = made(world, FIXED)
    report["numbers"][0]["contractor"]["name"] = '<img src="http://192.0.2.1/x">{{ 7 * 7 }}\u202e社'
    html = report_html(report, office=OFFICE)
    assert "<img" not in html
    assert "{{ 7 * 7 }}" in html
    assert "〔U+202E〕" in html
    assert report_pdf(report, office=OFFICE).startswith(b"%PDF")


def test_the_leaf_names_nobody(world: World) -> None:
    """The ledger has the report's digest, no number and no name."""
    made(world, FIXED)
    told = str([world.leaves(kind) for kind in ("stops.report", "stops.act", "stops.request", "stops.proposal")])
    assert "sha256" in told
    for secret in (FIXED, "架空転送", "捜二発"):
        assert secret not in told


def test_a_months_figures() -> None:
    """By the Japan day of receipt; counted by hand: three asked for, two stopped after 2 and 26 hours."""
    begin = datetime(2026, 11, 1, 0, 30, tzinfo=JAPAN)
    stops = [
        Stop("架空県警察", "fixed_number", "to_stop", begin, begin + timedelta(hours=2)),
        Stop("架空県警察", "ip_phone_number", "to_stop", begin, begin + timedelta(hours=26)),
        Stop("隣県警察", "mobile_number", "subscriber_confirmation", begin, None),
        Stop("隣県警察", "fixed_number", "to_stop", begin - timedelta(hours=1), begin),
    ]
    found = month_figures(stops, "2026-11")
    assert (found["requested"], found["stopped"]) == (3, 2)
    assert found["by_kind"] == {"fixed_number": 1, "ip_phone_number": 1}
    assert found["by_force"] == {"架空県警察": 2, "隣県警察": 1}
    assert found["hours_to_stop"] == {"median": 14.0, "longest": 26.0}
    assert "2件（固定電話番号1件、050番号1件）" in found["warning"]["ja"]
    assert month_figures([], "2026-12")["hours_to_stop"] is None
    assert "ありませんでした" in month_figures([], "2026-12")["warning"]["ja"]
