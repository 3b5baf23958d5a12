"""Measuring the simulation: how long a million applications take, in a process of its own, and whether both agree.

As a program (``python -m bench.law_simulation FOLDER REPEATS THREADS``) it opens a columnar file and simulates it, and
prints times and peak memory as JSON: the memory of a process that does nothing else. The clock covers opening the
memory-mapped file and checking every code, compiling the rulebook to steps, judging every case under two scenarios
(the law of its own day and that of another day) and the report with its breakdowns and examples; not loading the
rulebook, and not starting Python.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.law_cases import any_cases, usual_cases
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import contract_engine
from sekisho.engine.chunk import Chunk
from sekisho.engine.column_files import open_columns, write_columns
from sekisho.engine.columns import VERDICTS, CaseColumns, PastCase
from sekisho.engine.conclude import judge
from sekisho.engine.errors import SilentLaw
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Selection, Strength
from sekisho.engine.simulate import CHUNK_ROWS, SHOWN, simulate
from sekisho.engine.tally import SILENT
from sekisho.engine.vector_conclude import Scenario, VectorLaw

ANOTHER_DAY = date(2026, 4, 1)
"""The day on which most changes: every case is judged by its own day's law and by this one's."""

AGE_BANDS = (18, 20, 30, 40, 50, 60, 70, 80)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each repeat, and the peak memory of the whole process in MiB."""

    seconds: tuple[float, ...]
    peak_mib: float


def measure(count: int, seed: int, *, repeats: int, threads: int = 1) -> Measured:
    """Simulate ``count`` usual cases, ``repeats`` times, in another process."""
    with tempfile.TemporaryDirectory() as folder:
        write_columns(usual_cases(count, seed), Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "bench.law_simulation", folder, str(repeats), str(threads)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parents[1],
        )
    found = json.loads(done.stdout)
    return Measured(tuple(found["seconds"]), found["peak_mib"])


def disagreements(count: int, seed: int) -> int:
    """In how many of ``count`` random cases the two evaluations differ in the verdict.

    Half are any cases and half usual ones, each half judged by its own day's law, and with everything adopted and
    proposed as known at the end of 2027.
    """
    engine = contract_engine()
    rules = engine.rulebook.rules.values()
    proposals = frozenset(rule.id for rule in rules if rule.strength is Strength.PROPOSAL)
    everything = Scenario(None, date(2027, 12, 31), Selection(frozenset(engine.rulebook.instruments), proposals))
    quarter, rest = divmod(count, 4)
    return (
        _differing(engine, any_cases(quarter + rest, seed), Scenario())
        + _differing(engine, any_cases(quarter, seed + 1), everything)
        + _differing(engine, usual_cases(quarter, seed + 2), Scenario())
        + _differing(engine, usual_cases(quarter, seed + 3), everything)
    )


def _differing(engine: LawEngine, columns: CaseColumns, scenario: Scenario) -> int:
    law = VectorLaw(engine)
    differing = 0
    for start in range(0, len(columns), CHUNK_ROWS):
        chunk = Chunk(columns, start, min(start + CHUNK_ROWS, len(columns)))
        verdicts = law.conclude(chunk, scenario, 0, SHOWN).verdicts.tolist()
        past = columns.past_cases(chunk.start, chunk.stop)
        differing += sum(_scalar(engine, one, scenario) != code for one, code in zip(past, verdicts, strict=True))
    return differing


def _scalar(engine: LawEngine, past: PastCase, scenario: Scenario) -> int:
    try:
        found = judge(
            engine,
            past.case,
            as_of=scenario.as_of or past.as_of,
            as_known_at=scenario.as_known_at or past.as_known_at,
            selection=scenario.selection,
            confirmation=SHOWN,
        )
    except SilentLaw:
        return SILENT
    return VERDICTS.index(found.verdict)


def main(folder: str, repeats: str, threads: str) -> None:
    """Simulate the cases in ``folder`` and print what it took."""
    engine = contract_engine()
    seconds = []
    for _ in range(int(repeats)):
        started = time.perf_counter()
        columns = open_columns(Path(folder), CATALOGUE)
        simulate(
            engine,
            columns,
            baseline=Scenario(),
            variant=Scenario(as_of=ANOTHER_DAY),
            bands={"subject.age": AGE_BANDS},
            threads=int(threads),
        )
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
