"""Which days are due: those whose last day of keeping has passed, by the policies that hold for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from sekisho.keys import Keyring
from sekisho.keys.schedule import log_key
from sekisho.logs import manifest
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import DayState
from sekisho.logs.policies import policies_of
from sekisho.logs.policy import last_day_of
from sekisho.logs.purge.ending import day_of


@dataclass(frozen=True, slots=True)
class DueDay:
    """A kind's day and the last day on which it may be kept; None where no policy says how long."""

    kind: LogKind
    day: date
    last: date | None

    @property
    def key(self) -> str:
        """The name of its key."""
        return log_key(self.kind.value, self.day)

    def due(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.last is not None and today > self.last


def kept_days(connection: Connection, keyring: Keyring, *, today: date) -> list[DueDay]:
    """Every day of every kind that isn't purged yet, the oldest first: those the database knows, and those of which
    there is a key alone."""
    found = {
        (kind, day)
        for (kind, day), state in manifest.days_of(connection).items()
        if state is not DayState.PURGED and keyring.exists(log_key(kind.value, day))
    }
    for name in keyring.names():
        told = day_of(name)
        if told is not None and told[0] in set(LogKind):
            found.add((LogKind(told[0]), told[1]))
    policies = {kind: policies_of(connection, kind) for kind in {kind for kind, _ in found}}
    ordered = sorted(found, key=lambda one: (one[1], one[0].value))
    return [DueDay(kind, day, last_day_of(policies[kind], kind, day, today=today)) for kind, day in ordered]
