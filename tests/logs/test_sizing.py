"""The sizing plan: its arithmetic by hand, its numbers held to what was measured, its chart in both languages."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.logs.kinds import LogKind
from sekisho.logs.sizing import DEFAULTS, LIMITS, MEASURED, PERIODS, Mode, document, inputs, plan
from sekisho.logs.sizing_chart import chart
from sekisho.logs.sizing_errors import SizingRefused
from sekisho.logs.sizing_text import lines_of, size_text

ROOT = Path(__file__).resolve().parents[2]


def test_a_million_subscribers_with_port_blocks() -> None:
    """Worked out by hand: 20 blocks and one assignment a day, 181 days, two copies."""
    found = plan(inputs(1_000_000, Mode.PBA))
    half_year = found.kept[PERIODS.index(180)]
    nat = 20_000_000 * MEASURED["pba_bytes_per_record"].value * 181
    auth = 1_000_000 * MEASURED["auth_bytes_per_record"].value * 181
    assert half_year.bytes == {LogKind.AP_NAT: nat, LogKind.AP_AUTH: auth}
    assert half_year.stored == 2 * (nat + auth)
    assert half_year.storage_yen == pytest.approx(2 * (nat + auth) / 1e9 * 10)
    assert half_year.core_yen == 5_000
    assert found.lines_per_s == pytest.approx((40_000_000 + 4_000_000) / 86_400)


def test_what_is_computed_takes_no_translation_log() -> None:
    """MAP-E and deterministic assignments: only the assignments of prefixes."""
    for mode in (Mode.DETERMINISTIC, Mode.RADIUS):
        found = plan(inputs(500_000, mode))
        assert [one.kind for one in found.streams] == [LogKind.AP_AUTH]
    sessions, assignments = (plan(inputs(500_000, mode)).kept[0].stored for mode in (Mode.SESSION, Mode.RADIUS))
    assert sessions > 1_000 * assignments


@given(
    subscribers=st.integers(1, 10**8),
    mode=st.sampled_from(list(Mode)),
    growth=st.floats(0, 2),
    copies=st.integers(1, 5),
)
def test_longer_is_never_less(subscribers: int, mode: Mode, growth: float, copies: int) -> None:
    """Whatever the numbers: bytes rise with the days, and everything is finite."""
    found = plan(inputs(subscribers, mode, copies=copies))
    sizes = [one.stored for one in found.kept]
    assert sizes == sorted(sizes)
    grown = plan(inputs(subscribers, mode, copies=copies, growth=growth))
    assert all(math.isfinite(one.yen) and one.stored >= 0 for one in grown.kept)


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_each_number_has_its_range(name: str) -> None:
    """Beyond it is refused by name."""
    low, high = LIMITS[name]
    for wrong in (low - 1, high * 2, math.nan, math.inf):
        many = 1
        if name == "subscribers":
            many = int(wrong) if math.isfinite(wrong) else -1
        given = {} if name == "subscribers" else {name: wrong}
        with pytest.raises(SizingRefused) as caught:
            inputs(many, Mode.PBA, **given)
        assert caught.value.fields["field"] == name


def test_what_was_measured_is_what_is_promised() -> None:
    """The plan is never more hopeful than the figures of ``scripts/bench logs``."""
    results = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))
    figures = {one["name"]: one["value"] for one in results.get("logs", {}).get("figures", [])}
    for name, one in MEASURED.items():
        if name in figures:
            careful = one.value >= figures[name] if "bytes" in name else one.value <= figures[name]
            assert careful, (name, one.value, figures[name])


def test_every_assumption_is_told_with_its_source() -> None:
    """In the document, and in words in both languages."""
    found = plan(inputs(1_000, Mode.PBA, copies=3))
    said = document(found)
    assert set(said["inputs"]) == {"subscribers", "mode", *DEFAULTS}
    assert said["inputs"]["copies"]["default"] is False
    for lang in ("ja", "en"):
        text = "\n".join(lines_of(found, lang))
        for one in (*DEFAULTS.values(), *MEASURED.values()):
            assert (one.source.ja if lang == "ja" else one.source.en) in text


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("mode", list(Mode))
def test_the_chart_stands_by_itself(mode: Mode, lang: str) -> None:
    """Well-formed, nothing from outside, every bar inside the frame, told in ``desc``."""
    found = plan(inputs(12_345, mode))
    drawn = chart(found, lang)
    root = Tree.fromstring(drawn)  # noqa: S314  our own output
    space = "{http://www.w3.org/2000/svg}"
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    description = root.findtext(f"{space}desc") or ""
    assert all(size_text(one.stored) in description for one in found.kept)
    for bar in root.iter(f"{space}rect"):
        assert float(bar.get("y", 0)) >= 0
        assert float(bar.get("height", 0)) <= float(root.get("height", 0))


def test_sizes_as_people_read_them() -> None:
    """Decimal units, three digits."""
    assert [size_text(one) for one in (0, 999, 1_000, 25_830_000_000, 1.5e15)] == [
        "0 B", "999 B", "1 kB", "25.8 GB", "1.5 PB",
    ]  # fmt: skip
