"""The outside world of the stops desk, as protocols: what a number is, and the call core that stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sekisho.stops.kinds import NumberKind


@dataclass(frozen=True, slots=True)
class Placed:
    """A number read by the plan of a day. ``number``: digits as dialled in Japan, or ``+`` and digits."""

    number: str
    kind: NumberKind


class NumberPlan(Protocol):
    """The number plan and the register of protected numbers."""

    def place(self, written: str, on: date) -> Placed:
        """What a number is. Raises an ``InputRefused`` that doesn't hold the number."""
        ...

    def public_office(self, number: str) -> bool:
        """Whether it is a registered public office's."""
        ...

    def public_offices(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of many that are, with one look at the register."""
        ...


class CallCore(Protocol):
    """What connects calls. Both acts may be repeated: the same ``act`` again answers as the first time.

    All numbers of an act or none: a core that can't do so raises.
    """

    def stop(self, act: str, numbers: Sequence[str]) -> str:
        """Stop them; the core's reference of the confirmation. Raises ``CallCoreUnavailable``."""
        ...

    def resume(self, act: str, numbers: Sequence[str]) -> str:
        """Let them connect again. Raises ``CallCoreUnavailable``."""
        ...
