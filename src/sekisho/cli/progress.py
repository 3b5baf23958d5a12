"""Progress on stderr: only at a terminal, and only for what takes longer than a moment."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 2.0
"""Nothing is shown for what is over by then."""

STEP_SECONDS = 0.2
"""How often the line is drawn anew."""


class Progress:
    """A line that counts. Call it with how many are done, and of how many where that is known."""

    def __init__(self) -> None:
        """Starts the clock; prints nothing."""
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + PATIENCE_SECONDS
        self._drawn = False

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show it, if it is time."""
        if not self._shown:
            return
        moment = time.monotonic()
        if moment < self._next:
            return
        self._next = moment + STEP_SECONDS
        self._drawn = True
        sys.stderr.write(f"\r{done:,}" + (f" / {total:,}" if total is not None else ""))
        sys.stderr.flush()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
