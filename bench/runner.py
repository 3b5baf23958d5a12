"""Runs one benchmark, prints its figures beside the goals and the peers, and writes the two files that hold them.

A benchmark is a module of this package with ``run(*, repeats: int, seed: int) -> dict``, which returns::

    {"inputs": {"rules": 214, …},                       # what the figures depend on; printed and kept
     "figures": [{"name": "decisions_per_s",            # stable: results are compared by it
                  "value": 25000.0, "spread": 0.03,     # median over the repeats; (max - min) / median
                  "unit": "/s", "better": "higher",     # or "lower"
                  "goal": 20000,                        # None where none was set
                  "inside": "evaluate + trace, no I/O", # what the clock covers, in words
                  "peers": [{"name": "zen-engine 2.1.3", "value": 9000.0}]}]}

``bench/results.json`` and ``docs/benchmarks.md`` are written here and nowhere else, so every figure in
them was measured. Doesn't judge: a missed goal is shown as missed, and the command still ends with 0.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from bench.machine import Machine, describe
from sekisho.clock import SystemClock, japan_date

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
DATA = ROOT / "bench" / "data"
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"

NOT_BENCHMARKS = {"__init__", "machine", "runner"}
REPEATS = 5
SEED = 20050415
"""The day the Act was promulgated (2005 No. 31): any fixed number would do."""


class BenchmarkError(Exception):
    """A benchmark that can't be run, or whose answer isn't what :mod:`bench.runner` documents."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another engine's figure for the same work."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. ``spread`` is (max - min) / median over the repeats; 0 where there was one repeat."""

    name: str
    value: float
    spread: float
    unit: str
    better: Literal["higher", "lower"]
    goal: float | None
    inside: str
    peers: tuple[Peer, ...] = field(default=())

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def ratio(self, peer: Peer) -> float:
        """How many times better than the peer we are (below 1: worse), whichever direction is better."""
        ours, theirs = (self.value, peer.value) if self.better == "higher" else (peer.value, self.value)
        return ours / theirs if theirs else math.inf


def _number(of: Mapping[str, Any], key: str, where: str) -> float:
    value = of.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BenchmarkError(f"{where}: {key} is {value!r}, expected a finite number")
    return value


def _words(of: Mapping[str, Any], key: str, where: str) -> str:
    value = of.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BenchmarkError(f"{where}: {key} is {value!r}, expected words")
    return value


def read_figure(document: Mapping[str, Any]) -> Figure:
    """One entry of ``figures``; raises :class:`BenchmarkError` naming what is wrong."""
    name = _words(document, "name", "figure")
    unknown = set(document) - {"name", "value", "spread", "unit", "better", "goal", "inside", "peers"}
    if unknown:
        raise BenchmarkError(f"{name}: unknown {', '.join(sorted(unknown))}")
    better = document.get("better")
    if better not in {"higher", "lower"}:
        raise BenchmarkError(f"{name}: better is {better!r}, expected higher or lower")
    return Figure(
        name=name,
        value=_number(document, "value", name),
        spread=_number(document, "spread", name),
        unit=_words(document, "unit", name),
        better="higher" if better == "higher" else "lower",
        goal=None if document.get("goal") is None else _number(document, "goal", name),
        inside=_words(document, "inside", name),
        peers=tuple(
            Peer(_words(peer, "name", name), _number(peer, "value", name)) for peer in document.get("peers", ())
        ),
    )


def benchmarks() -> list[str]:
    """The names that can be run."""
    return sorted(
        path.stem for path in (ROOT / "bench").glob("*.py")
        if path.stem not in NOT_BENCHMARKS and "\ndef run(" in path.read_text(encoding="utf-8")
    )


def run_peer(script: Path, *arguments: str, given: str = "") -> Any:
    """What ``script`` printed as JSON when run by the Python that has the peers, ``given`` on its standard input.

    Peers run in their own process and environment: they are measured, never imported here. Raises
    :class:`BenchmarkError` with what the script said if it failed.
    """
    if not PEER_PYTHON.exists():
        raise BenchmarkError("the peers are not installed: run scripts/setup --bench")
    done = subprocess.run(
        [str(PEER_PYTHON), str(script), *arguments], input=given, capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode:
        raise BenchmarkError(f"{script.name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def commit() -> str:
    """The commit measured, with ``+`` if the code differs from it; ``unknown`` outside a checkout."""
    head = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", "src", "bench", "requirements.lock", ":!bench/results.json")
    return f"{head}{'+' if changed else ''}" if head else "unknown"


def measure(name: str, module: ModuleType, *, machine: Machine, repeats: int, seed: int) -> dict[str, Any]:
    """Run a benchmark and return its entry for ``results.json``.

    Raises :class:`BenchmarkError` if its answer isn't what this module documents.
    """
    measured_on, at = japan_date(SystemClock().now()), commit()
    answer = module.run(repeats=repeats, seed=seed)
    if not isinstance(answer, dict) or not answer.get("figures"):
        raise BenchmarkError(f"{name}: run() returned no figures")
    figures = [read_figure(one) for one in answer["figures"]]
    return {
        "measured_on": measured_on.isoformat(),
        "commit": at,
        "seed": seed,
        "repeats": repeats,
        "machine": machine.as_document(),
        "inputs": answer.get("inputs", {}),
        "figures": [
            {"name": f.name, "value": f.value, "spread": f.spread, "unit": f.unit, "better": f.better, "goal": f.goal,
             "inside": f.inside, "peers": [{"name": p.name, "value": p.value} for p in f.peers]}
            for f in figures
        ],
    }


def shown(value: float) -> str:
    """A number as people read it: thousands apart, three significant figures below a hundred."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _in_words(pairs: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {shown(one) if isinstance(one, int | float) else one}" for key, one in pairs.items())


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return "none set"
    sign = "≥" if figure.better == "higher" else "≤"
    return f"{sign} {shown(figure.goal)} {figure.unit}: {'met' if figure.met else 'missed'}"


def _when(entry: Mapping[str, Any]) -> str:
    changed = " with changes" if entry["commit"].endswith("+") else ""
    return (f"{entry['measured_on']}, commit {entry['commit'][:12]}{changed}, seed {entry['seed']}, "
            f"{entry['repeats']} repeats")


def as_text(name: str, entry: Mapping[str, Any]) -> str:
    """An entry for a terminal."""
    lines = [f"{name}, {_when(entry)}",
             f"machine: {_in_words(entry['machine'])}"]
    if entry.get("inputs"):
        lines.append(f"inputs: {_in_words(entry['inputs'])}")
    for figure in map(read_figure, entry["figures"]):
        lines += ["", f"{figure.name}  {shown(figure.value)} {figure.unit}",
                  f"  spread {figure.spread:.0%}; goal {_goal(figure)}",
                  f"  inside the clock: {figure.inside}"]
        lines += [f"  {peer.name}: {shown(peer.value)} {figure.unit} (ours is {figure.ratio(peer):.2f} times as good)"
                  for peer in figure.peers]
    return "\n".join(lines)


def as_page(results: Mapping[str, Mapping[str, Any]]) -> str:
    """``docs/benchmarks.md`` for everything measured so far."""
    lines = [
        "# Benchmarks", "",
        "Written by `scripts/bench` from `bench/results.json`; don't edit. Each figure is the median of its repeats;",
        "the spread is (largest − smallest) ÷ median. A ratio above 1 means Sekisho did better. Figures of different",
        "machines don't compare: run `scripts/bench NAME` on yours.",
    ]
    for name, entry in sorted(results.items()):
        figures = [read_figure(one) for one in entry["figures"]]
        lines += ["", f"## {name}", "",
                  f"Measured on {_when(entry)}.", "",
                  f"Machine: {_in_words(entry['machine'])}."]
        if entry.get("inputs"):
            lines += ["", f"Inputs: {_in_words(entry['inputs'])}."]
        lines += ["", "| figure | value | unit | spread | goal | inside the clock |", "|---|---:|---|---:|---|---|"]
        lines += [f"| {f.name} | {shown(f.value)} | {f.unit} | {f.spread:.0%} | {_goal(f)} | {f.inside} |"
                  for f in figures]
        if any(figure.peers for figure in figures):
            lines += ["", "| figure | engine | value | Sekisho ÷ engine |", "|---|---|---:|---:|"]
            for f in figures:
                lines += [f"| {f.name} | {peer.name} | {shown(peer.value)} {f.unit} | {f.ratio(peer):.2f} |"
                          for peer in f.peers]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    # Through a new file, so that a run that is stopped leaves the last complete results.
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def record(name: str, entry: Mapping[str, Any], *, results: Path = RESULTS, page: Path = PAGE) -> None:
    """Replace one benchmark's entry in ``results`` and write ``page`` anew from all of them."""
    everything = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    everything = dict(sorted({**everything, name: entry}.items()))
    _write(results, json.dumps(everything, ensure_ascii=False, indent=1) + "\n")
    _write(page, as_page(everything))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of ``scripts/bench``; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures Sekisho on this machine.")
    parser.add_argument("name", metavar="NAME", help=f"one of: {', '.join(benchmarks())}")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--repeats", type=int, default=REPEATS, metavar="N",
                        help="how often each figure is measured (default %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N",
                        help="what the made-up inputs are drawn from (default %(default)s)")
    options = parser.parse_args(arguments)
    if options.name not in benchmarks():
        print(f"{options.name} という測定はありません。次から選んでください。 / There is no such benchmark. "
              f"Choose one of: {', '.join(benchmarks())}", file=sys.stderr)
        return 2
    if options.repeats < 1:
        print("--repeats は 1 以上にしてください。 / --repeats must be at least 1.", file=sys.stderr)
        return 2
    machine = describe(DATA)
    # A benchmark's own prints would spoil the one JSON document, so everything it says goes to stderr.
    try:
        with contextlib.redirect_stdout(sys.stderr):
            module = importlib.import_module(f"bench.{options.name}")
            entry = measure(options.name, module, machine=machine, repeats=options.repeats, seed=options.seed)
    except BenchmarkError as error:
        print(f"測定できず、何も記録していません。 / It could not be measured; nothing was recorded. {error}",
              file=sys.stderr)
        return 1
    record(options.name, entry)
    print(json.dumps({options.name: entry}, ensure_ascii=False) if options.json else as_text(options.name, entry))
    return 0


if __name__ == "__main__":
    sys.exit(main())
