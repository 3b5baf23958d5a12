"""Threads for what waits on somebody outside, apart from those that decide.

An outside party may take ten seconds for an answer. With threads of its own, a slow one holds up the questions to
outside parties, and no decision that asks nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

MOST: Final = 16
"""Questions under way at once. They wait and compute hardly anything; what comes beyond that waits its turn."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


class WaitingThreads:
    """Runs calls that may take as long as somebody outside does. A thread is made when it is first needed."""

    def __init__(self) -> None:
        """No thread yet."""
        self._pool = ThreadPoolExecutor(MOST, "sekisho-outside")

    async def run(self, call: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """What ``call`` returns or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(call, *args, **kwargs))
