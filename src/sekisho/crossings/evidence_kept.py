"""How long the evidence of a day may be kept, as the logs' policies say, for the calls desk's keys of evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sekisho.clock import japan_date
from sekisho.logs.kinds import LogKind
from sekisho.logs.policies import policies_of
from sekisho.logs.policy import last_day_of
from sekisho.workspace import Workspace


def evidence_kept(workspace: Workspace) -> Callable[[date], date | None]:
    """The last day for what was written on a day; None where no policy says so. Asked anew each time."""

    def last(day: date) -> date | None:
        with workspace.database.read() as connection:
            policies = policies_of(connection, LogKind.CALL_EVIDENCE)
        return last_day_of(policies, LogKind.CALL_EVIDENCE, day, today=japan_date(workspace.clock.now()))

    return last
