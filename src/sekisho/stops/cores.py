"""Call cores: one that is a person's word, and a simulator of the same protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sekisho.stops.errors import CallCoreUnavailable, RequestRefused

LONGEST_REFERENCE = 200
"""Characters of a confirmation's reference: a house limit."""


@dataclass(frozen=True, slots=True)
class StatedCore:
    """Somebody did it at the operator's own equipment and states the reference that it gave."""

    reference: str

    def stop(self, act: str, numbers: Sequence[str]) -> str:
        """The reference, as stated. Raises ``RequestRefused`` where nothing was stated."""
        del act, numbers
        if not 0 < len(self.reference.strip()) <= LONGEST_REFERENCE:
            raise RequestRefused(field="reference", problem=f"1 to {LONGEST_REFERENCE} characters")
        return self.reference.strip()

    def resume(self, act: str, numbers: Sequence[str]) -> str:
        """As :meth:`stop`."""
        return self.stop(act, numbers)


@dataclass(slots=True)
class SimulatedCore:
    """A call core in memory. ``failures``: how many of the next acts it doesn't confirm."""

    failures: int = 0
    stopped: set[str] = field(default_factory=set)
    acts: dict[str, str] = field(default_factory=dict)

    def stop(self, act: str, numbers: Sequence[str]) -> str:
        """All or none, once for each act."""
        return self._done(act, set(numbers), stop=True)

    def resume(self, act: str, numbers: Sequence[str]) -> str:
        """All or none, once for each act."""
        return self._done(act, set(numbers), stop=False)

    def refuses(self, caller: str) -> bool:
        """Whether a call from this number is refused."""
        return caller in self.stopped

    def _done(self, act: str, numbers: set[str], *, stop: bool) -> str:
        if self.failures > 0:
            self.failures -= 1
            raise CallCoreUnavailable(act=act, cause="no answer")
        if act not in self.acts:
            self.acts[act] = f"core-{len(self.acts) + 1}"
            self.stopped = self.stopped | numbers if stop else self.stopped - numbers
        return self.acts[act]
