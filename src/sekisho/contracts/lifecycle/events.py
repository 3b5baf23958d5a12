"""What can happen to a contract, and when. Pure; Japan dates.

::

    begun ──▶ delivered (once, as long as it runs)
      │
      └──▶ ended ──▶ end_corrected ──▶ …
             └─────▶ end_withdrawn ──▶ (runs again)

The day a contract ended starts the three years (Act art. 4(2)). An end may be withdrawn or corrected as long as its
records can still be read; the leaf says whether they had been moved to the key of their last day before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sekisho.contracts.lifecycle import standing
from sekisho.contracts.lifecycle.errors import EventDayRefused, WrongEvent


class ContractKind(StrEnum):
    """What kind of contract it is: whose record rules hold."""

    SERVICE = "service"
    RENTAL = "rental"


class EventKind(StrEnum):
    """What happened."""

    BEGUN = "begun"
    DELIVERED = "delivered"
    ATTACHED = "attached"
    ENDED = "ended"
    END_WITHDRAWN = "end_withdrawn"
    END_CORRECTED = "end_corrected"


@dataclass(frozen=True, slots=True)
class Life:
    """Where a contract stands. ``last_day``: until when what belongs to it is kept, once the end is known."""

    began_on: date
    delivered_on: date | None = None
    ended_on: date | None = None
    last_day: date | None = None

    @property
    def state(self) -> str:
        """``running`` or ``ended``."""
        return "running" if self.ended_on is None else "ended"


def after(life: Life, kind: EventKind, on: date | None, *, today: date) -> Life:
    """The life after an event. Raises ``WrongEvent``, ``EventDayRefused``."""
    running = life.ended_on is None
    if kind is EventKind.END_WITHDRAWN:
        if running:
            raise WrongEvent(event=kind.value, state=life.state)
        return replace(life, ended_on=None, last_day=None)
    if kind is EventKind.ATTACHED:
        return life
    if on is None or on > today:
        raise EventDayRefused(day=str(on), problem="a day that has not come")
    if on < life.began_on:
        raise EventDayRefused(day=on.isoformat(), problem=f"before the contract began ({life.began_on})")
    if kind is EventKind.DELIVERED:
        if not running or life.delivered_on is not None:
            raise WrongEvent(event=kind.value, state=life.state if not running else "delivered")
        return replace(life, delivered_on=on)
    wanted = EventKind.ENDED if running else EventKind.END_CORRECTED
    if kind is not wanted:
        raise WrongEvent(event=kind.value, state=life.state)
    return replace(life, ended_on=on, last_day=standing.end_last_day(on, known_on=today))
