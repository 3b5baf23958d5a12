"""SIPp, driven: many calls through a proxy on loopback, and what they came to."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SCENARIOS: Final = Path(__file__).parent / "scenarios"
BUCKETS: Final = ("<1", "<2", "<5", "<10", "<50", "<200", ">=200")
"""Milliseconds to the final answer, as the scenario's repartition has them."""


@dataclass(frozen=True, slots=True)
class Came:
    """What calls came to. ``within`` counts them by milliseconds to the final answer (:data:`BUCKETS`); ``took`` are
    the seconds from the first to the last."""

    took: float
    calls: int
    failed: int
    within: dict[str, int]


@contextmanager
def answering(port: int, directory: Path) -> Iterator[None]:
    """Somebody who answers every call at a port of loopback."""
    command = [
        "sipp", "-sf", str(SCENARIOS / "called.xml"), "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-aa",
        "-buff_size", "4194304", "127.0.0.1:9",
    ]  # fmt: skip
    with (directory / "called.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def start_calls(
    to: int,
    directory: Path,
    pairs: Sequence[tuple[str, str]],
    *,
    calls: int,
    rate: int,
    source: int,
    scenario: str = "caller.xml",
) -> subprocess.Popen[bytes]:
    """Start ``calls`` calls at ``rate`` a second to a port of loopback; ``pairs`` are numbers shown and called."""
    given = directory / "calls.csv"
    given.write_text("SEQUENTIAL\n" + "".join(f"{shown};{called}\n" for shown, called in pairs))
    command = [
        "sipp", "-sf", str(SCENARIOS / scenario), "-inf", str(given), "-i", "127.0.0.1", "-p", str(source),
        "-m", str(calls), "-r", str(rate), "-l", "20000", "-nostdin", "-trace_stat", "-fd", "1",
        "-recv_timeout", "20000", "-stf", str(directory / "calls.stat"), "-buff_size", "4194304", f"127.0.0.1:{to}",
    ]  # fmt: skip
    with (directory / "caller.log").open("wb") as log:
        return subprocess.Popen(command, cwd=directory, stdout=log, stderr=log)


def came(process: subprocess.Popen[bytes], directory: Path, *, timeout: float) -> Came:
    """Wait for calls and read what they came to."""
    try:
        process.wait(timeout)
    finally:
        process.kill()
        process.wait()
    with (directory / "calls.stat").open(newline="") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    times = [value for name, value in last.items() if name and name.startswith("ResponseTimeRepartition1_<")]
    beyond = [value for name, value in last.items() if name and name.startswith("ResponseTimeRepartition1_>=")]
    counted = [int(one) for one in [*times, *beyond]]
    done, failed = int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])
    hours, minutes, seconds, *_ = last["ElapsedTime(C)"].split(":")
    took = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return Came(took, done + failed, failed, dict(zip(BUCKETS, counted, strict=True)))
