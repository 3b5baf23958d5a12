"""kill -9 at arbitrary moments while keys are created and destroyed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sekisho.keys import FileKeyring, KeyFile
from sekisho.keys.errors import KeyDestroyed, KeyNameUsed

WORKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sekisho.keys import FileKeyring, KeyFile
directory, key_file, start = sys.argv[1:]
ring = FileKeyring.open(Path(directory), KeyFile(Path(key_file)))
for number in range(int(start), int(start) + 100000):
    name = f"k/{number}"
    ring.create(name)
    print("created", name, ring.derive(name, info=b"x").hex(), flush=True)
    if number % 3:
        print("ending", name, flush=True)
        ring.destroy(name, at=datetime(2026, 11, 23, tzinfo=UTC), reason="killed?")
        print("ended", name, flush=True)
"""
ROUNDS = 5


def killed_run(directory: Path, key_file: KeyFile, start: int, seconds: float) -> list[list[str]]:
    """What a worker acknowledged before it was killed, some moments after its first answer."""
    command = [sys.executable, "-c", WORKER, str(directory), str(key_file.path), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        lines = [first, *process.stdout.read().splitlines(keepends=True)]
    return [line.split() for line in lines if line.endswith("\n")]


def test_acknowledged_things_survive_kill(tmp_path: Path, key_file: KeyFile) -> None:
    """Over several killed workers on one keyring: acknowledged keys answer the same, acknowledged destructions hold,
    and what was in progress is one or the other for good."""
    directory = tmp_path / "ring"
    FileKeyring.make(directory, key_file).close()
    values: dict[str, str] = {}
    ending: set[str] = set()
    ended: set[str] = set()
    chance = random.Random(20261123)  # noqa: S311  moments to kill at, not secrets
    for round_number in range(ROUNDS):
        said = killed_run(directory, key_file, round_number * 100_000, chance.uniform(0.02, 0.25))
        for what, name, *value in said:
            if what == "created":
                values[name] = value[0]
            else:
                (ending if what == "ending" else ended).add(name)
        ring = FileKeyring.open(directory, key_file)
        live = set(ring.names())
        for name, value_hex in values.items():
            if name in live:
                assert name not in ended
                assert ring.derive(name, info=b"x").hex() == value_hex
            else:
                assert name in ending
                with pytest.raises(KeyDestroyed):
                    ring.derive(name, info=b"x")
                with pytest.raises(KeyNameUsed):
                    ring.create(name)
        # What was in progress has been decided: it doesn't change again.
        ending -= live
        assert {path.name for path in (directory / "keys").iterdir()} == {n.replace("/", "_") + ".key" for n in live}
        ring.close()
    assert len(ended) > ROUNDS
