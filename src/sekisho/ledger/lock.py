"""One sequencer per ledger: an operating-system lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sekisho.ledger.errors import LedgerBusy

LOCK_NAME = "lock"
"""The lock file. It is always empty; its content means nothing."""


class WriterLock:
    """Held while a ledger is open for writing; a second holder, in this or another process, gets :class:`LedgerBusy`.

    ``flock`` is released by the kernel however the process ends. It does not protect against a file system shared
    between machines whose server ignores it.
    """

    def __init__(self, directory: Path) -> None:
        """Take the lock of the ledger in ``directory``, which must exist. Raises :class:`LedgerBusy`, ``OSError``."""
        self._descriptor = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise LedgerBusy(directory=str(directory)) from None

    def release(self) -> None:
        """Give it up. Releasing twice does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
