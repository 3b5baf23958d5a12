"""A process that appends from several threads and prints each acknowledged number and leaf, until it is killed."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from pathlib import Path

from sekisho.ledger import Ledger
from tests.ledger.signer import ORIGIN, MemorySigner


def main() -> None:
    """Arguments: the ledger's directory, and a name for this run."""
    ledger = Ledger.open(Path(sys.argv[1]), origin=ORIGIN, signer=MemorySigner(), publish_every=40)

    def work(worker: int) -> None:
        for step in itertools.count():
            leaf = f"{sys.argv[2]}/{worker}/{step}"
            (index,) = ledger.append([leaf.encode()])
            os.write(1, f"{index} {leaf}\n".encode())  # one write per line: a kill tears at most the last
            if worker == 0 and step % 25 == 24:
                ledger.checkpoint()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    main()
