"""How much work something takes, counted in calls: the same number on every machine, however busy it is.

What a single call does inside C isn't counted; a hang there ends at the suite's time limit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Calls:
    """The functions called so far, Python's and C's, by this thread."""

    def __init__(self) -> None:
        self.count = 0

    def _called(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            self.count += 1


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts the calls made inside."""
    calls = Calls()
    before: Callable[..., object] | None = sys.getprofile()
    sys.setprofile(calls._called)
    try:
        yield calls
    finally:
        sys.setprofile(before)
