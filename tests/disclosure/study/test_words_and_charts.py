"""The study as people read it: lines and charts in both languages."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

import pytest

from sekisho.disclosure.study.answer import SIMULATED, make
from sekisho.disclosure.study.chart import changes_chart, lost_chart
from sekisho.disclosure.study.questions import Asked, Change
from sekisho.disclosure.study.routes import ROUTES, Route
from sekisho.disclosure.study.simulate import Setting, Study
from sekisho.disclosure.study.stages import STAGES, StageName
from sekisho.disclosure.study.times import Delay, fixed
from sekisho.disclosure.study.words import CHANGES, lines_of, share_text
from sekisho.logs.sizing import Mode, inputs

SPACE = "{http://www.w3.org/2000/svg}"
FOUND = make(Study(draws=5_000), Asked(), sizing=inputs(50_000, Mode.PBA), cases_a_year=40)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_lines_tell_all_that_went_in(lang: str) -> None:
    """Every stage with its source and what of it was chosen, every route, the cost, and that it is simulated."""
    text = "\n".join(lines_of(FOUND, lang))
    assert SIMULATED.in_(lang) in text
    for spec in STAGES.values():
        assert spec.title.in_(lang) in text
        assert spec.source.in_(lang) in text
        assert spec.chosen is None or spec.chosen.in_(lang) in text
    assert all(one.title.in_(lang) in text for one in ROUTES.values())
    assert "¥" in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_settings_and_own_times_are_told(lang: str) -> None:
    """Nobody takes an unusual setting, or own times, for the ordinary."""
    setting = Setting(hops=1, login=fixed(4), hold_at_once=True, transfer_hours=6, faster_days=2)
    own = {StageName.VOLUNTARY_ANSWER: fixed(11)}
    found = make(Study(draws=1_000, setting=setting, times=own))
    text = "\n".join(lines_of(found, lang, kept=180, delay=Delay(60, 150)))
    told = (
        ("11日（自社）", "6時間", "1社", "180日")
        if lang == "ja"
        else ("11 days (own)", "6 hours", "in between: 1", "180")
    )
    assert all(one in text for one in told)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("retention", [(90, 120, 150, 180, 365), (30,), (400, 500), tuple(range(30, 54))])
def test_the_chart_of_shares_stands_by_itself(lang: str, retention: tuple[int, ...]) -> None:
    """Well-formed, nothing from outside, inside its frame, all told in ``desc``, lines that differ without colour."""
    drawn = lost_chart(make(Study(draws=1_000, retention=retention)), lang)
    root = Tree.fromstring(drawn)  # noqa: S314  our own output
    _stands_alone(drawn, root)
    lines = list(root.iter(f"{SPACE}polyline"))
    assert len(lines) == 9
    assert len({one.get("stroke-dasharray") for one in lines}) == 3
    description = root.findtext(f"{SPACE}desc") or ""
    assert SIMULATED.in_(lang) in description
    assert all(one.title.in_(lang) in description for one in ROUTES.values())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_chart_of_changes_stands_by_itself(lang: str) -> None:
    """As the other; what costs has a pattern, and two of them on one page share no id."""
    charts = [changes_chart(FOUND, FOUND.study.delays[at], Route.VOLUNTARY, 90, lang) for at in (0, 1)]
    seen: set[str] = set()
    for drawn in charts:
        root = Tree.fromstring(drawn)  # noqa: S314  our own output
        _stands_alone(drawn, root)
        assert "url(#" in drawn
        assert CHANGES[Change.HOLD_AT_ONCE].in_(lang) in (root.findtext(f"{SPACE}desc") or "")
        mine = {str(one.get("id")) for one in root.iter() if one.get("id")}
        assert len(mine) == 3
        assert not mine & seen
        seen |= mine


def _stands_alone(drawn: str, root: Tree.Element) -> None:
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert named == [root.find(f"{SPACE}{one}").get("id") for one in ("title", "desc")]  # type: ignore[union-attr]  # both are there
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    wide, high = float(root.get("width", 0)), float(root.get("height", 0))
    for one in root.iter(f"{SPACE}rect"):
        x, y = float(one.get("x", 0)), float(one.get("y", 0))
        assert 0 <= x <= x + float(one.get("width", 0)) <= wide
        assert 0 <= y <= y + float(one.get("height", 0)) <= high
    for line in root.iter(f"{SPACE}polyline"):
        for point in str(line.get("points")).split():
            x, y = (float(part) for part in point.split(","))
            assert 0 <= x <= wide
            assert 0 <= y <= high


def test_small_shares_arent_told_as_nothing() -> None:
    """What is rounded away is still told to be there."""
    assert [share_text(one) for one in (0, 0.0004, 0.006, 0.5, 0.9999, 1)] == ["0%", "<1%", "1%", "50%", ">99%", "100%"]
