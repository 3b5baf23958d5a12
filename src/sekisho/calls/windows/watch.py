"""Watches calls for the patterns, one call at a time. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.calls.windows.alarms import Alarm, Pattern
from sekisho.calls.windows.shared import CALLER_SLOT, RANGE_SLOT, SharedFile
from sekisho.calls.windows.slots import Counted, Slots
from sekisho.calls.windows.trunks import LastCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When an alarm is raised. Settings of the house: no text that was read gives figures.

    ``generation_seconds``: a window is the running generation and the one before, so between one and two of these.
    ``trunk_ratio``: different numbers per call over a full window of a trunk that shows its own numbers (traffic facts
    §1.5: measured on a simulated trunk of the IPS shape, tripped at the first window). ``spray_callers``: different
    callers of one range, ``spray_times`` as many as usual, with at most ``spray_calls_each`` calls each.
    ``lines_rung``: different lines that one caller rings.
    """

    generation_seconds: int = 300
    trunk_ratio: float = 0.5
    spray_callers: int = 200
    spray_times: float = 5.0
    spray_calls_each: float = 3.0
    lines_rung: int = 100


class Watch:
    """Counts calls of all processes that share a file, and says when a pattern reaches its threshold.

    Ratios say nothing of a transit trunk, whose callers are anybody: only trunks said to show their own numbers are
    watched for them. Call centres ring many lines honestly, and a range may become busy for a good reason: an alarm is
    a question, not a finding.
    """

    __slots__ = ("_callers", "_ranges", "_shared", "_thresholds", "_trunks", "unwatched")

    def __init__(self, shared: SharedFile, thresholds: Thresholds | None = None) -> None:
        """Count into ``shared``."""
        shape = shared.shape
        self._shared, self._thresholds = shared, thresholds or Thresholds()
        self._trunks = LastCalls(shared)
        self._callers = Slots(shared, at=shape.callers_at, places=shape.callers, slot_bytes=CALLER_SLOT)
        self._ranges = Slots(shared, at=shape.ranges_at, places=shape.ranges, slot_bytes=RANGE_SLOT)
        self.unwatched = 0
        """Calls of trunks for which the file had no room left."""

    def own_numbers(self, trunk: str, caller: str, *, agreed: int | None) -> Alarm | None:
        """Count a call of a trunk whose agreement says that it shows its own numbers.

        ``agreed`` is how many numbers it may show, ``None`` where the agreement doesn't list them: a trunk isn't
        suspect for showing as many as it has.
        """
        key, mark = self._shared.hash(f"trunk {trunk}"), self._shared.hash(caller)
        with self._shared.alone():
            counted = self._trunks.count(key, mark)
            if counted is None:
                self.unwatched += 1
                return None
            calls, different, alarmed = counted
            full = calls == self._shared.shape.last_calls
            limit = self._thresholds.trunk_ratio * calls
            if agreed is not None:
                limit = max(limit, float(agreed))
            raise_now = full and not alarmed and different > limit
            if raise_now or (alarmed and different <= limit / 2):
                self._trunks.alarm(key, raised=raise_now)
        if not raise_now:
            return None
        return Alarm(
            pattern=Pattern.MANY_NUMBERS_ON_TRUNK, subject=trunk, calls=calls, different=different, threshold=limit
        )

    def from_range(self, range_: str, caller: str, *, at: float) -> Alarm | None:
        """Count a call of ``caller`` under ``range_``, at ``at`` (seconds since 1970)."""
        key, mark = self._shared.hash(f"range {range_}"), self._shared.hash(caller)
        limits = self._thresholds
        with self._shared.alone():
            generation = int(at // limits.generation_seconds)
            counted = self._ranges.count(key, mark, generation)
            # The window is up to two generations, the usual count is of one.
            limit = max(float(limits.spray_callers), 2 * limits.spray_times * counted.usual)
            few = counted.calls <= limits.spray_calls_each * max(counted.different, 1)
            raised = self._raised(self._ranges, key, generation, counted, limit, also=few)
        return self._alarm(Pattern.NUMBER_SPRAY, range_, counted, limit) if raised else None

    def rings(self, caller: str, called: str, *, at: float) -> Alarm | None:
        """Count that ``caller`` rings ``called``, at ``at`` (seconds since 1970)."""
        key, mark = self._shared.hash(f"caller {caller}"), self._shared.hash(called)
        limits = self._thresholds
        with self._shared.alone():
            generation = int(at // limits.generation_seconds)
            counted = self._callers.count(key, mark, generation)
            raised = self._raised(self._callers, key, generation, counted, float(limits.lines_rung), also=True)
        return self._alarm(Pattern.ONE_TO_MANY, caller, counted, float(limits.lines_rung)) if raised else None

    @staticmethod
    def _raised(slots: Slots, key: int, generation: int, counted: Counted, limit: float, *, also: bool) -> bool:
        raise_now = also and not counted.alarmed and counted.different >= limit
        if raise_now or (counted.alarmed and counted.different <= limit / 2):
            slots.alarm(key, generation, raised=raise_now)
        return raise_now

    @staticmethod
    def _alarm(pattern: Pattern, subject: str, counted: Counted, limit: float) -> Alarm:
        return Alarm(
            pattern=pattern, subject=subject, calls=counted.calls, different=counted.different, threshold=limit
        )
