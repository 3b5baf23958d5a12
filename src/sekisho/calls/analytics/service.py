"""The month's report and warnings of one workspace: reads the tallies and what stands beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.analytics.errors import MonthNotOver, MonthRefused
from sekisho.calls.analytics.months import Month
from sekisho.calls.analytics.report import Appealed, Around, CanaryTrunk, Report, TrunkAlarms, report
from sekisho.calls.analytics.tables import call_alarm, call_tally
from sekisho.calls.analytics.warning import PublicTexts, public_texts
from sekisho.calls.desk import Desk
from sekisho.calls.selftest.tables import call_canary
from sekisho.calls.tables import call_appeal
from sekisho.clock import japan_date

_BACK: Final = 12
"""Months before the one reported that "newly seen" looks back to."""
_NINE_HOURS: Final = timedelta(hours=9)


class Reports:
    """The reports of one workspace. Thread-safe; writes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Reads nothing until asked to."""
        self._desk = desk

    def month(self, month: Month, *, by: Principal) -> Report:
        """The report of a month. Raises ``MonthRefused`` where nothing was counted in it, ``ScopeMissing``."""
        by.require(Scope.READ)
        today = japan_date(self._desk.now())
        if month.first > today:
            raise MonthRefused(month=str(month), problem="it hasn't begun")
        first = month
        for _ in range(_BACK):
            first = first.before
        t = call_tally.c
        query = (
            select(t.day, t.kind, t.subject, func.sum(t.calls))
            .where(t.day >= first.first, t.day < month.after)
            .group_by(t.day, t.kind, t.subject)
        )
        with self._desk.workspace.database.read() as connection:
            rows = [(row[0], row[1], row[2], int(row[3])) for row in connection.execute(query)]
            if not any(Month.of(row[0]) == month for row in rows):
                raise MonthRefused(month=str(month), problem="nothing was counted in it")
            around = Around(
                trunks=_trunks(connection, month), canaries=_canaries(connection, month),
                appeals=_appeals(connection, month),
            )  # fmt: skip
        return report(month, rows, around, today=today)

    def texts(self, month: Month, *, by: Principal) -> PublicTexts:
        """The public texts of a month that is over. Raises ``MonthNotOver``, and as :meth:`month`."""
        found = self.month(month, by=by)
        if not found.over:
            raise MonthNotOver(month=str(month))
        return public_texts(found)


def _between(month: Month) -> tuple[datetime, datetime]:
    """The moments at which a month begins and ends in Japan."""
    begins, ends = (datetime.combine(day, time(), UTC) - _NINE_HOURS for day in (month.first, month.after))
    return begins, ends


def _trunks(connection: Connection, month: Month) -> tuple[TrunkAlarms, ...]:
    begins, ends = _between(month)
    c = call_alarm.c
    query = select(c.trunk, c.pattern, c.state).where(c.at >= begins, c.at < ends)
    patterns: defaultdict[str, Counter[str]] = defaultdict(Counter)
    still: Counter[str] = Counter()
    for trunk, pattern, state in connection.execute(query):
        patterns[trunk][pattern] += 1
        still[trunk] += state == "open"
    return tuple(TrunkAlarms(trunk, dict(sorted(patterns[trunk].items())), still[trunk]) for trunk in sorted(patterns))


def _canaries(connection: Connection, month: Month) -> tuple[CanaryTrunk, ...]:
    begins, ends = _between(month)
    c = call_canary.c
    query = select(c.trunk, c.result, func.count()).where(c.at >= begins, c.at < ends).group_by(c.trunk, c.result)
    found: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"caught": 0, "not_caught": 0, "could_not_check": 0})
    for trunk, result, number in connection.execute(query):
        found[trunk][result] = int(number)
    return tuple(CanaryTrunk(trunk, found[trunk]) for trunk in sorted(found))


def _appeals(connection: Connection, month: Month) -> Appealed:
    begins, ends = _between(month)
    c = call_appeal.c
    query = select(c.state, func.count()).where(c.received_at >= begins, c.received_at < ends).group_by(c.state)
    states = {state: int(number) for state, number in connection.execute(query)}
    return Appealed(sum(states.values()), states.get("upheld", 0), states.get("rejected", 0), states.get("open", 0))
