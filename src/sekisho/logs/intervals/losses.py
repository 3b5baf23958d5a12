"""When a source loses so much that what it does say can't be believed to be all.

That a start and a stop of one holder, with nothing between them, are of one holding is sure only as far as records
don't get lost: four lost in a row (a stop, somebody else's start and stop, a start) would look the same. Of every
holding that is followed by somebody else's, the stop must have come; the share of those whose stop didn't is how much
is lost. Where a device tells a session of its own with each record, that proves what belongs together, and isn't
counted.
"""

from __future__ import annotations

import math
from typing import Final

MOST: Final = 0.05
"""Of stops lost: at one in twenty, four in a row are one in 160,000, and the same holder must come again besides."""
LEAST: Final = 20
"""Holdings below which nothing is said."""
_SIGMAS: Final = 3.0
"""How sure it must be."""


def too_lossy(handed_over: int, given_back: int) -> bool:
    """Whether of ``handed_over + given_back`` holdings surely more than :data:`MOST` lost their stop."""
    count = handed_over + given_back
    if count < LEAST:
        return False
    share, square = handed_over / count, _SIGMAS**2
    # The lower end of Wilson's interval.
    middle = share + square / (2 * count)
    spread = _SIGMAS * math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    return (middle - spread) / (1 + square / count) > MOST
