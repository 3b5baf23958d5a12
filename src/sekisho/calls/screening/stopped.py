"""Numbers stopped for fraud, as the decision core knows them. Standard library only.

A stopped number is nobody's to call with, whatever its kind, until it is released: its ``form`` is ``stopped``. Whether
a call **to** it connects isn't judged here; that is the switch's, which was told of the stop.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Final

from sekisho.calls.numbers import Designations
from sekisho.calls.screening.errors import BundleRefused
from sekisho.calls.screening.features import Info, Reader
from sekisho.calls.screening.vocabulary import FEATURES

PART: Final = "stopped.json"
"""The bundle's file. It holds numbers in the clear, as the lists do."""
MOST: Final = 1_000_000
"""Numbers in it. More than all numbers that were ever stopped under the scheme."""
_STOPPED: Final = FEATURES["form"].index("stopped")


class StopReader(Reader):
    """Reads calls as :class:`Reader` does, and knows which numbers are stopped."""

    __slots__ = ("_stopped",)

    def __init__(self, *, on: date, designations: Designations | None, stopped: frozenset[str]) -> None:
        """``stopped``: national digits."""
        super().__init__(on=on, designations=designations)
        self._stopped = stopped

    def _read(self, number: str) -> Info:
        found = super()._read(number)
        return (max(found[0], _STOPPED), *found[1:]) if found[1] in self._stopped else found


def write(numbers: Iterable[str]) -> bytes:
    """The file. The same numbers give the same bytes."""
    return json.dumps({"format": 1, "numbers": sorted(set(numbers))}).encode()


def read(raw: bytes) -> frozenset[str]:
    """The numbers of a file. Raises :class:`BundleRefused`."""
    try:
        document = json.loads(raw)
        found = frozenset(document["numbers"])
        if document["format"] != 1 or len(found) > MOST or not all(one.isascii() and one.isdigit() for one in found):
            raise ValueError  # noqa: TRY301  told as any other wrong content, below
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BundleRefused(part=PART, problem=type(error).__name__) from None
    return found
