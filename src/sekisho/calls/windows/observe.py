"""From a call that was just judged to the windows it is counted in, and the alarms that come of it. Standard library
only: it runs inside the SIP proxy, once the call is on its way.

Watched are: on a trunk of the operator's own customers whose agreement says that it shows its own numbers, or that has
no agreement at all, how many different ones it shows; of calls from abroad, and of foreign callers elsewhere, ranges
that spray and callers that ring many lines. Emergency calls and call-backs are never counted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from sekisho.calls.screening.agreements import Agreement, Shows
from sekisho.calls.screening.call import Call, Direction
from sekisho.calls.screening.features import calls_emergency, is_extension
from sekisho.calls.windows.alarms import Alarm, Pattern
from sekisho.calls.windows.origin import NO_NUMBER, origin_of
from sekisho.calls.windows.shared import Shape, SharedFile
from sekisho.calls.windows.watch import Thresholds, Watch

_MOST_REMEMBERED: Final = 1_000


class Observer:
    """Watches for one process, beside the others that share its file."""

    __slots__ = ("_agreed", "_watch")

    def __init__(self, watch: Watch) -> None:
        """Counts into the file that ``watch`` has."""
        self._watch = watch
        self._agreed: dict[str, tuple[Agreement, int]] = {}

    @classmethod
    def open(cls, path: str, *, shape: Shape | None = None, thresholds: Thresholds | None = None) -> Observer:
        """Over the shared file at ``path``; once in each process, after the fork. Raises ``WindowsUnusable``,
        ``OSError``."""
        return cls(Watch(SharedFile(Path(path), shape or Shape()), thresholds))

    @property
    def unwatched(self) -> int:
        """Calls so far of trunks for which the file had no room left."""
        return self._watch.unwatched

    def observe(self, call: Call, agreement: Agreement | None) -> tuple[Alarm, ...]:
        """Count a call; the alarms that it raises, mostly none.

        ``agreement`` is the one the call was judged by. Raises what a file that went away raises: whoever calls this
        counts that and lets the call be.
        """
        if call.emergency_callback or calls_emergency(call.called):
            return ()
        shown = call.asserted or call.presented
        caller = origin_of(shown, direction=call.direction, at=call.at, international=call.isup.international)
        if caller.kind is NO_NUMBER.kind:
            return ()
        number = caller.key or str(shown)[:64]
        alarms: list[Alarm | None] = []
        if call.direction is Direction.EGRESS:
            if agreement is None or agreement.shows is Shows.OWN_NUMBERS:
                agreed = None if agreement is None else self._count(agreement)
                alarms.append(self._watch.own_numbers(call.trunk, _claimed(call, number, agreement), agreed=agreed))
        elif call.direction is Direction.ABROAD or caller.foreign:
            at = call.at.timestamp()
            if caller.range or caller.code:
                alarms.append(self._watch.from_range(caller.range or caller.code, number, at=at))
            alarms.append(self._watch.rings(number, call.called, at=at))
        return tuple(one for one in alarms if one is not None)

    def _count(self, agreement: Agreement) -> int | None:
        """How many numbers an agreement lists; None for none."""
        known = self._agreed.get(agreement.id)
        if known is None or known[0] is not agreement:
            if len(self._agreed) >= _MOST_REMEMBERED:
                self._agreed.clear()
            wide = sum(int(high.lstrip("+")) - int(low.lstrip("+")) + 1 for low, high in agreement.numbers.ranges)
            known = self._agreed[agreement.id] = (agreement, len(agreement.numbers.singles) + wide)
        return known[1] or None


def _claimed(call: Call, shown: str, agreement: Agreement | None) -> str:
    """What a call of an own trunk is counted by: one number that stays the same mustn't hide others that don't.

    All that it shows together; under an agreement the first that isn't agreed, because agreed ones may stand in any
    combination.
    """
    beside = (each for each in (call.presented, *call.asserted_others) if each and not is_extension(each))
    origins = (origin_of(each, direction=call.direction, at=call.at) for each in beside)
    keys = list(dict.fromkeys((shown, *(each.key for each in origins if each.key))))
    if agreement is None:
        return " ".join(keys)
    return next((each for each in keys if each not in agreement.numbers), shown)


def alarm_record(alarm: Alarm, call: Call) -> bytes:
    """An alarm as a record of the evidence spool: sealed like the calls, for its subject may be somebody's number."""
    said: dict[str, Any] = {
        "at": round(call.at.timestamp() * 1_000_000),
        "alarm": alarm.pattern.value,
        "subject": alarm.subject,
        "trunk": call.trunk,
        "calls": alarm.calls,
        "different": alarm.different,
        "threshold": alarm.threshold,
    }
    return json.dumps(said, separators=(",", ":")).encode()


SECRET_SUBJECT: Final = frozenset({Pattern.ONE_TO_MANY})
"""Patterns whose subject is a number: covered by the secrecy of communications."""
