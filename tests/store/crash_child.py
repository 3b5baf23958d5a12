"""A worker to be killed: commits units from several threads and prints each acknowledgement after it was given.

Run as ``python -m tests.store.crash_child URL LEDGER NAME [FAULT]``. ``FAULT`` is ``before`` or ``after`` and a count:
the process kills itself just before or after that append.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sekisho.store.commit import CommitQueue
from sekisho.store.database import Database
from tests.store.conftest import say
from tests.store.file_log import leaf_id_of, leaf_of, opener

THREADS = 8


def _die_at(count: int) -> Callable[[], None]:
    left = count

    def hook() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def _work(commits: CommitQueue, name: str, thread: int) -> None:
    turn = 0
    while True:
        said = f"{name}-{thread}-{turn}"
        (index,) = commits.commit(partial(say, said=said), [leaf_of(said)]).leaf_indexes
        # One write call for the whole line: a kill can't tear it.
        os.write(1, f"{index} {said}\n".encode())
        turn += 1


def main() -> None:
    """Work until killed."""
    url, ledger, name, *fault = sys.argv[1:]
    hooks = {fault[0]: _die_at(int(fault[1]))} if fault else {}
    commits = CommitQueue.open(Database(url), open_log=opener(Path(ledger), **hooks), leaf_id_of=leaf_id_of)
    if commits is None:
        raise SystemExit("ledger taken")
    os.write(1, b"ready\n")
    for thread in range(THREADS):
        threading.Thread(target=_work, args=(commits, name, thread)).start()


if __name__ == "__main__":
    main()
