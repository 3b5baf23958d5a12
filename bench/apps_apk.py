"""An APK of 50 MB: seconds and memory until everything in it that we look for is known.

A part of ``scripts/bench apps`` (:func:`measure`); by itself: ``python -m bench.apps_apk``. Each reading is done in a
process of its own, so that its peak of memory is its own. Beside it: androguard (strings and classes of the DEX files
alone), the way of εxodus (one expression for each signature over the list of classes, our own re-implementation with
our marks, since its code and data may not be used here), and blint, all of the same file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.apps_apk_made import known_marks, make
from bench.runner import PEER_PYTHON, ROOT, BenchmarkError, run_peer
from sekisho.apps.archive import Archive
from sekisho.apps.readers.android import read
from sekisho.apps.readers.android.dex import read_dex
from sekisho.apps.recipients import shipped

BLINT_SECONDS: Final = 180
"""What blint is given; it is told when that isn't enough."""


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.apk"
        inputs: dict[str, Any] = {f"apk {key}": value for key, value in make(path, seed=seed).items()}
        ours = [_child("ours", path) for _ in range(repeats)]
        missing = set(known_marks()) - set(ours[0]["signatures"])
        if missing:
            raise BenchmarkError(f"the reading misses {sorted(missing)}")
        way = _child("way", path)
        androguard = run_peer(ROOT / "bench" / "peers" / "apk_androguard.py", str(path))
        blint = _blint(path, Path(folder))
    inputs |= {"apk known recipients": len(known_marks()), "apk signatures": way["signatures"],
               "blint": "finished" if blint else f"not finished in {BLINT_SECONDS} s"}  # fmt: skip
    named = [("androguard, strings and classes of the DEX files", androguard),
             ("εxodus's way (own re-implementation), classes alone", way)]  # fmt: skip
    if blint is not None:
        named.append(("blint", blint))
    inside = "one APK from the disk to a reading: digest, archive, manifest, every DEX file's packages, calls and "
    inside += "hosts, hosts of native libraries, resources and assets; knowledge base loaded; without starting Python"
    return {
        "inputs": inputs,
        "figures": [
            _figure("apk50_s", "s", 3, inside, [each["seconds"] for each in ours],
                    [{"name": name, "value": each["seconds"]} for name, each in named]),
            _figure("apk50_mib", "MiB", 150, "peak resident memory of the process that does it, Python and all",
                    [each["mib"] for each in ours],
                    [{"name": name, "value": each["mib"]} for name, each in named if "mib" in each]),
        ],
    }  # fmt: skip


def _figure(
    name: str, unit: str, goal: float, inside: str, values: list[float], peers: list[dict[str, Any]]
) -> dict[str, Any]:
    middle = median(values)
    return {
        "name": name, "value": middle, "spread": (max(values) - min(values)) / middle, "unit": unit, "better": "lower",
        "goal": goal, "inside": inside, "peers": peers,
    }  # fmt: skip


def _child(kind: str, path: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "bench.apps_apk", kind, str(path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode:
        raise BenchmarkError(f"reading failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _ours(path: Path) -> dict[str, Any]:
    began = time.perf_counter()
    with path.open("rb") as file:
        reading = read(file, name=path.name)
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds, "mib": _peak(), "pieces": len(reading.pieces),
        "signatures": sorted({each.signature for each in reading.pieces if each.signature}),
    }  # fmt: skip


def _exodus_way(path: Path) -> dict[str, Any]:
    """Every class of every DEX file against one expression for each signature, one after another."""
    marks = [mark for row in shipped().rows for mark in row.android]
    began = time.perf_counter()
    names: set[str] = set()
    with path.open("rb") as file:
        archive = Archive(file)
        for entry in archive.entries:
            if entry.name.endswith(".dex"):
                names |= read_dex(archive.read(entry), wanted=lambda _: True).defined
    expressions = [re.compile(rf"^{re.escape(mark)}\.") for mark in marks]
    found = [one.pattern for one in expressions if any(one.search(name) for name in names)]
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "mib": _peak(), "signatures": len(marks), "found": len(found)}


def _peak() -> float:
    # Not getrusage(): its figure begins with what the process that started this one had.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _blint(path: Path, folder: Path) -> dict[str, float] | None:
    """blint's seconds, or ``None`` where it hasn't finished in time. Its memory isn't measured."""
    began = time.perf_counter()
    try:
        subprocess.run(
            [str(PEER_PYTHON.parent / "blint"), "-i", str(path), "-o", str(folder / "blint"), "--no-banner"],
            capture_output=True, check=True, timeout=BLINT_SECONDS, cwd=folder,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as error:
        raise BenchmarkError(f"blint failed:\n{error.stderr.decode(errors='replace')[-2000:]}") from None
    return {"seconds": time.perf_counter() - began}


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps({"ours": _ours, "way": _exodus_way}[sys.argv[1]](Path(sys.argv[2]))))
    else:
        print(json.dumps(measure(repeats=3, seed=1), indent=1, ensure_ascii=False))
