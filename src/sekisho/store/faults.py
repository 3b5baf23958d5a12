"""Telling of faults that repeat: once with its traceback, then counted."""

from __future__ import annotations

import logging


class FaultLog:
    """Writes to a logger, and keeps a fault that returns many times a second from filling the disk. For one thread."""

    def __init__(self, logger: logging.Logger) -> None:
        """Faults go to ``logger`` as errors."""
        self._logger = logger
        self._told = ""
        self._repeats = 0

    def tell(self, what: str, error: Exception) -> None:
        """Log ``what`` and ``error``; the same again is only counted, until another fault or :meth:`over`."""
        told = f"{what}: {type(error).__name__}"
        if told == self._told:
            self._repeats += 1
            return
        self.over()
        self._told = told
        self._logger.error("%s", told, exc_info=error)

    def over(self) -> None:
        """It works again: say how often the last fault came back, if it did."""
        if self._repeats:
            self._logger.error("%s: %d more times", self._told, self._repeats)
        self._told, self._repeats = "", 0
