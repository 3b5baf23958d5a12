"""What a figure was measured on: processor, memory, Python, and how long the disk takes to make a write durable."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

DISK_SAMPLES = 400
"""Enough that the 99th percentile rests on four values; under four seconds at 10 ms each."""

BLOCK = b"\x5a" * 4096
"""One page: what the smallest durable append costs on common file systems."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine as the figures name it. Doesn't say how busy it was: read the spread of each figure for that."""

    cpu: str
    """The processor's own name for itself."""
    cores: int
    """Logical cores this process may use (not what the machine has)."""
    memory_gib: float
    """Physical memory, in GiB."""
    python: str
    """Implementation and version."""
    fdatasync_p50_ms: float
    """Half of 4 KiB appends were durable within this many milliseconds."""
    fdatasync_p99_ms: float
    """99 of 100 were. A value far below 0.05 means the disk (or its virtual machine) does not wait for the medium."""

    def as_document(self) -> dict[str, str | int | float]:
        """The machine for ``bench/results.json``."""
        return asdict(self)


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def fdatasync_ms(directory: Path, *, samples: int = DISK_SAMPLES) -> list[float]:
    """Milliseconds of each of ``samples`` appends of 4 KiB (write and ``fdatasync``) to a file in ``directory``.

    The file is removed. Doesn't measure creating or renaming a file, which also needs the directory synced.
    """
    times = []
    with tempfile.NamedTemporaryFile(dir=directory, prefix="fdatasync-") as file:
        descriptor = file.fileno()
        for _ in range(samples):
            start = time.perf_counter()
            os.write(descriptor, BLOCK)
            os.fdatasync(descriptor)
            times.append((time.perf_counter() - start) * 1000)
    return times


def describe(directory: Path) -> Machine:
    """This machine, its disk measured in ``directory`` (made if missing), where the benchmark will write too."""
    directory.mkdir(parents=True, exist_ok=True)
    times = fdatasync_ms(directory)
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        fdatasync_p50_ms=round(statistics.median(times), 3),
        fdatasync_p99_ms=round(statistics.quantiles(times, n=100)[98], 3),
    )
