"""App and site of one service: who gets what from which, and what nobody knows."""

from __future__ import annotations

import random
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.apps.flows import flows_of
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.compare import Comparison, Side, Standing, compare
from sekisho.apps.reconcile.origin import Origin
from sekisho.apps.reconcile.picture import NARROW, ROWS_MOST, WIDE, inline, svg
from sekisho.errors import Lang
from tests.apps.reconcile.sides import APK, HAR, WEB, embedded, observed, reading, service

TOLD = {HAR.name: Origin.ANDROID}


def _compared() -> Comparison:
    flows, readings = service()
    return compare(flows, readings, told=TOLD)


def test_each_recipient_stands_where_it_was_seen() -> None:
    """Both, one side alone, in the file only; own hosts aren't recipients."""
    standing = {row.recipient: row.standing for row in _compared().rows}
    assert standing == {
        "google-analytics": Standing.BOTH, "adjust": Standing.APP_ALONE, "meta": Standing.APP_ALONE,
        "bare-host.example": Standing.APP_ALONE, "line-tag": Standing.WEB_ALONE, "user-local": Standing.WEB_ALONE,
        "unknown-vendor-with-a-very-long-name-that-does-not-fit-in-any-column.example": Standing.WEB_ALONE,
        "appsflyer": Standing.EMBEDDED, "onesignal": Standing.EMBEDDED,
    }  # fmt: skip


def test_what_differs_is_told_where_both_were_seen() -> None:
    """The kinds of information of one side alone are told of a recipient seen on both, and of no other."""
    rows = {row.recipient: row for row in _compared().rows}
    assert rows["google-analytics"].differs == (frozenset({"device_id"}), frozenset({"cookie_id", "page_viewed"}))
    assert rows["adjust"].differs == (frozenset(), frozenset())


def test_a_side_that_nobody_recorded_has_nothing_alone() -> None:
    """Without a recording of the app nothing is the site's alone, and its cells say not measured."""
    web = reading(WEB, *observed("ui.userlocal.jp", "cookie_id"))
    apk = reading(APK, embedded("com.appsflyer"))
    found = compare(flows_of([web, apk], shipped(), ()), [web, apk])
    assert found.measured == {Side.WEB}
    assert [row.standing for row in found.rows] == [Standing.EMBEDDED, Standing.NOT_MEASURED]
    assert "アプリの通信は記録がなく、測定不能" in found.sentence("ja")
    assert found.table("ja").rows[1][1] == "測定不能"


def test_a_recording_of_nobody_knows_what_counts_for_neither() -> None:
    """Beside a visit to the site and an app's file, a recording is of neither until somebody says."""
    flows, readings = service()
    found = compare(flows, readings)
    assert found.unplaced == (HAR.name,)
    assert found.measured == {Side.WEB}
    assert HAR.name in found.sentence("en")
    assert Standing.APP_ALONE not in {row.standing for row in found.rows}


def test_contents_unseen_are_no_difference() -> None:
    """Where one side shows only that something was sent, nothing is the other side's alone."""
    readings = [reading(WEB, *observed("ui.userlocal.jp", "cookie_id")), reading(HAR, *observed("ui.userlocal.jp"))]
    (row,) = compare(flows_of(readings, shipped(), ()), readings, told=TOLD).rows
    assert row.standing is Standing.BOTH
    assert row.differs == (frozenset(), frozenset())


def test_document_has_everything() -> None:
    """Counts, sentences in both languages and every row are given to machines."""
    document = _compared().as_document()
    assert document["counts"]["app_alone"] == 3
    assert document["measured"] == ["app", "web"]
    assert len(document["rows"]) == 9


@given(st.randoms(use_true_random=False))
def test_order_changes_nothing(draw: random.Random) -> None:
    """Flows and readings in any order give the same comparison."""
    flows, readings = service()
    mixed = draw.sample(flows, len(flows))
    assert compare(mixed, draw.sample(readings, len(readings)), told=TOLD) == compare(flows, readings, told=TOLD)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_picture_is_read_out_and_loads_nothing(lang: Lang, layout: object) -> None:
    """The picture is XML with role, title and description, letters of 12 pixels or more, and refers to nothing."""
    text = svg(_compared(), lang, layout=layout)  # type: ignore[arg-type]  # the parameters are untyped
    root = ET.fromstring(text)  # noqa: S314  our own text
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    labelled = (root.get("aria-labelledby") or "").split()
    assert [root.find(f"{space}title").get("id"), root.find(f"{space}desc").get("id")] == labelled  # type: ignore[union-attr]  # found or fails
    assert all(int(each.get("font-size") or 0) >= 12 for each in root.iter(f"{space}text"))
    assert "href" not in text
    assert "url(" not in text
    width = float(root.get("width") or 0)
    for box in root.iter(f"{space}rect"):
        assert float(box.get("x") or 0) >= 0
        assert float(box.get("x") or 0) + float(box.get("width") or 0) <= width


def test_hostile_names_stay_text() -> None:
    """Markup, controls and display-steering letters in a name are shown, not obeyed."""
    base = _compared()
    bad = replace(base.rows[0], service="<script>x</script>\u202e\x00&\"'")
    text = inline(replace(base, rows=(bad,)), "ja")
    ET.fromstring(text)  # noqa: S314  our own text
    assert "<script" not in text
    assert "〔U+202E〕" in text
    assert "\x00" not in text


def test_too_many_recipients_are_told() -> None:
    """Beyond what is drawn, the picture says how many more stand in the table; without any it says so."""
    base = _compared()
    many = replace(base, rows=tuple(replace(base.rows[0], recipient=f"r{n:03}") for n in range(ROWS_MOST + 7)))
    assert "ほか7件は表にあります" in svg(many, "ja")
    assert "送信先はありません" in svg(replace(base, rows=()), "ja")
