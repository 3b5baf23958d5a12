"""The benchmark runner: what it accepts, how it judges a goal, and that only it writes the published figures."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench import runner
from bench.machine import Machine, describe, fdatasync_ms

MACHINE = Machine(
    cpu="Example CPU", cores=2, memory_gib=8.0, python="CPython 3.11.2", fdatasync_p50_ms=1.5, fdatasync_p99_ms=4.0
)


def figure(**changes: Any) -> dict[str, Any]:
    """A well-formed figure, with changes."""
    return {"name": "decisions_per_s", "value": 25_000.0, "spread": 0.03, "unit": "/s", "better": "higher",
            "goal": 20_000, "inside": "evaluate and trace",
            "peers": [{"name": "other 1.0", "value": 5_000.0}], **changes}


def benchmark(answer: object) -> ModuleType:
    """A module whose ``run`` gives ``answer``."""
    module = ModuleType("bench.example")
    module.run = lambda **_settings: answer  # type: ignore[attr-defined]  # modules take any attribute
    return module


@pytest.mark.parametrize(("better", "value", "met"), [
    ("higher", 20_000, True), ("higher", 19_999, False), ("lower", 20_000, True), ("lower", 20_001, False),
])
def test_a_goal_is_met_in_the_direction_that_is_better(better: str, value: float, met: bool) -> None:
    """Reaching the goal exactly is meeting it; one short is missing it."""
    assert runner.read_figure(figure(better=better, value=value)).met is met


def test_without_a_goal_nothing_is_met_or_missed() -> None:
    """A figure without a goal is neither."""
    assert runner.read_figure(figure(goal=None)).met is None


def test_a_ratio_above_one_always_means_we_did_better() -> None:
    """Five times the rate, and a fifth of the time, are both a ratio of five."""
    rate = runner.read_figure(figure())
    time = runner.read_figure(figure(better="lower", value=2.0, peers=[{"name": "other 1.0", "value": 10.0}]))
    assert (rate.ratio(rate.peers[0]), time.ratio(time.peers[0])) == (5.0, 5.0)


@pytest.mark.parametrize("wrong", [
    {"value": "fast"}, {"value": float("nan")}, {"value": True}, {"better": "more"}, {"inside": ""}, {"unit": None},
    {"goal": "high"}, {"speed": 3},
])
def test_a_malformed_figure_is_refused(wrong: dict[str, Any]) -> None:
    """A number that isn't one, an unknown direction, a figure that doesn't say what was measured: none is published."""
    with pytest.raises(runner.BenchmarkError):
        runner.read_figure(figure(**wrong))


@pytest.mark.parametrize("answer", [None, {}, {"figures": []}, {"figures": [figure(value=None)]}])
def test_a_benchmark_without_figures_is_refused(answer: object) -> None:
    """Measuring nothing is an error, not an empty table."""
    with pytest.raises(runner.BenchmarkError):
        runner.measure("example", benchmark(answer), machine=MACHINE, repeats=1, seed=1)


def test_results_and_page_are_written_together(tmp_path: Path) -> None:
    """A new measurement replaces its own entry only, and the page shows every entry, met and missed."""
    results, page = tmp_path / "results.json", tmp_path / "docs" / "benchmarks.md"
    answer = {"inputs": {"rules": 20}, "figures": [figure(), figure(name="late", better="lower", value=9.0, goal=5)]}
    entry = runner.measure("example", benchmark(answer), machine=MACHINE, repeats=3, seed=7)
    runner.record("example", entry, results=results, page=page)
    runner.record("another", {**entry, "figures": [figure(value=1.0)]}, results=results, page=page)
    runner.record("another", {**entry, "figures": [figure(value=2.0)]}, results=results, page=page)
    written = json.loads(results.read_text(encoding="utf-8"))
    assert sorted(written) == ["another", "example"]
    assert set(written["example"]) >= {"measured_on", "commit", "seed", "repeats", "machine", "figures"}
    assert written["another"]["figures"][0]["value"] == 2.0
    text = page.read_text(encoding="utf-8")
    assert text == runner.as_page(written)
    assert "≥ 20,000 /s: met" in text
    assert "≤ 5 /s: missed" in text
    assert "| decisions_per_s | other 1.0 | 5,000 /s | 5.00 |" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "results.json"]


def test_the_terminal_shows_machine_inputs_figure_peer_and_ratio() -> None:
    """Whoever runs it sees what was measured, on what, and how the others did."""
    answer = {"inputs": {"rules": 20}, "figures": [figure()]}
    text = runner.as_text("example", runner.measure("example", benchmark(answer), machine=MACHINE, repeats=3, seed=7))
    for part in ("Example CPU", "rules 20", "25,000 /s", "other 1.0: 5,000 /s", "5.00 times", "evaluate and trace"):
        assert part in text


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 2, nothing is written, and the message lists what can be run."""
    assert runner.main(["no_such_benchmark"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "no_such_benchmark" in said.err


def test_the_published_page_is_what_the_results_say() -> None:
    """``docs/benchmarks.md`` was written by the script from ``bench/results.json``, not by hand."""
    assert runner.RESULTS.exists() == runner.PAGE.exists()
    if runner.RESULTS.exists():
        results = json.loads(runner.RESULTS.read_text(encoding="utf-8"))
        assert runner.PAGE.read_text(encoding="utf-8") == runner.as_page(results)


def test_the_machine_is_described_with_its_disk(tmp_path: Path) -> None:
    """Processor, cores, memory and the disk's sync times are there, the measuring file is gone."""
    machine = describe(tmp_path)
    assert machine.cpu
    assert machine.cores >= 1
    assert machine.memory_gib > 0
    assert 0 < machine.fdatasync_p50_ms <= machine.fdatasync_p99_ms
    assert len(fdatasync_ms(tmp_path, samples=3)) == 3
    assert list(tmp_path.iterdir()) == []
