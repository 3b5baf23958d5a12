"""kill -9 of a process that uses a whole workspace: real ledger, real keys."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from sekisho.keys import KeyFile
from sekisho.ledger import parse_leaf
from sekisho.store import outbox
from sekisho.workspace import Workspace

_CHILD = """
import os, sys, threading
from pathlib import Path
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace

path, key, life = sys.argv[1:]
workspace = Workspace.open(Path(path), keyring=KeyFile(Path(key)))

def work(name):
    for turn in range(1_000_000):
        body = f"{life}-{name}-{turn}".encode()
        leaf = workspace.seal(kind="test.said", owner="contract/2026-11", body=body)
        (index,) = workspace.commit(lambda connection: None, [leaf]).leaf_indexes
        os.write(1, f"{index} {leaf.id} {body.decode()}\\n".encode())

for name in range(8):
    threading.Thread(target=work, args=(name,)).start()
"""


def test_acknowledged_leaves_survive(workspace: Workspace, key_file: KeyFile, tmp_path: Path) -> None:
    """Three lives ended by kill -9: each acknowledged leaf opens at its index; rows and leaves match one to one."""
    workspace.close()
    chance = random.Random(7)  # noqa: S311  picks moments, not secrets
    said: dict[str, tuple[int, str]] = {}
    for life in range(3):
        output = tmp_path / f"out-{life}"
        with output.open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, "-c", _CHILD, str(workspace.path), str(key_file.path), str(life)], stdout=out
            )
        deadline = time.monotonic() + 60
        while not output.stat().st_size:
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        child.kill()
        child.wait()
        for line in output.read_text().splitlines():
            number, leaf_id, body = line.split(" ")
            said[leaf_id] = (int(number), body)
    assert len(said) > 10
    with Workspace.open(workspace.path, keyring=key_file) as again:
        again.checkpoint()
        in_ledger = [parse_leaf(leaf).id for leaf in again.ledger().leaves()]
        with again.database.read() as connection:
            query = select(outbox.outbox.c.id, outbox.outbox.c.leaf_index)
            rows = {row.id: row.leaf_index for row in connection.execute(query)}
        assert Counter(in_ledger) == Counter(rows.keys())
        assert rows == {leaf_id: index for index, leaf_id in enumerate(in_ledger)}
        for leaf_id, (index, body) in said.items():
            opened = again.open_leaf(index)
            assert opened is not None
            assert (opened.row.id, opened.body.decode()) == (leaf_id, body)
