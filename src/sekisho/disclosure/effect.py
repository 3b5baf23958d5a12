"""What keeping logs achieved in this house: its own cases, refusals, courses and purged days, as the study reads them.

Nothing is opened for it: what is counted stands in the clear in the tables. Who may know of which case holds here as
everywhere: a releaser's figures are of the cases they may see, an auditor's of all. What leaves the house counts secret
cases only where their counts alone could be published, so that no difference to what somebody sees tells of one.

What this does not do: it publishes nothing by itself, and it doesn't judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.progress import Event, RefusalReason, State
from sekisho.disclosure.study import actual_retention, own_times, publication
from sekisho.disclosure.study.actual_retention import KeptActually, PurgedDay
from sekisho.disclosure.study.outcomes import Asked, Refused, Statistics, statistics
from sekisho.disclosure.study.own_times import Course
from sekisho.disclosure.study.routes import RETENTION
from sekisho.disclosure.study.stages import StageName
from sekisho.disclosure.study.times import Times
from sekisho.disclosure.tables import disclosure_case, disclosure_event, disclosure_outcome
from sekisho.disclosure.visibility import visible
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.manifest import GONE
from sekisho.logs.policies import Policies
from sekisho.logs.policy import HOUSE_POLICIES, Policy
from sekisho.logs.purge.tables import log_purge
from sekisho.logs.tables import log_day
from sekisho.workspace import Workspace, destructions

READERS: Final = frozenset({Scope.DISCLOSURE_AUDIT, Scope.DISCLOSURE_RELEASE})
_ENDED: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.CLOSED})
_REFUSE: Final = f"{Event.REFUSE.value}."
_IN_FORCE: Final = "in_force"


@dataclass(frozen=True, slots=True)
class _Counted:
    """Searches and refusals of some cases."""

    asked: tuple[Asked, ...]
    refused: tuple[Refused, ...]

    def statistics(self, first: date, last: date, retention: Sequence[int]) -> Statistics:
        return statistics(self.asked, first=first, last=last, retention=retention, refused=self.refused)


class Effects:
    """The figures of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads nothing until asked to."""
        self._workspace = workspace

    def statistics(self, first: date, last: date, *, retention: Sequence[int] = RETENTION, by: Principal) -> Statistics:
        """Exact counts of ``first`` to ``last`` (Japan days), for the house alone: of every case for an auditor, of
        those that ``by`` may know of for a releaser. Raises ``ScopeMissing``."""
        _require(by)
        with self._workspace.database.read() as connection:
            return _counted(connection, visible(by)).statistics(first, last, retention)

    def publication(self, first: date, last: date, *, by: Principal) -> dict[str, Any]:
        """What may leave the house, as JSON values: small counts are hidden, and secret cases are in it only where
        each of their counts is large enough by itself. For auditors alone, who know all that it is made of.

        Raises ``ScopeMissing``.
        """
        by.require(Scope.DISCLOSURE_AUDIT)
        with self._workspace.database.read() as connection:
            open_ = _counted(connection, disclosure_case.c.secret.is_(False))
            secret = _counted(connection, disclosure_case.c.secret.is_(True))
        if _tells_nothing(secret.statistics(first, last, ())):
            open_ = _Counted(open_.asked + secret.asked, open_.refused + secret.refused)
        return publication.publication(open_.statistics(first, last, ()))

    def courses(self, *, by: Principal) -> tuple[Course, ...]:
        """When what happened in each case that ``by`` may know of. Raises ``ScopeMissing``."""
        _require(by)
        with self._workspace.database.read() as connection:
            return _courses(connection, visible(by))

    def own_times(self, *, by: Principal) -> dict[StageName, Times]:
        """The stages that own cases measure, for ``Study.times``: what isn't in it keeps its default. Raises
        ``ScopeMissing``."""
        return own_times.own_times(own_times.estimates(self.courses(by=by)))

    def stage_times(self, *, by: Principal) -> dict[str, Any]:
        """The same with how many cases stand behind each, and between which steps the days go, as JSON values. Raises
        ``ScopeMissing``."""
        mine = self.courses(by=by)
        return own_times.document(own_times.estimates(mine), own_times.waits(mine))

    def retention(self, *, by: Principal) -> tuple[KeptActually, ...]:
        """How long logs were really kept until today, for the Ministry's hearing
        (:func:`.actual_retention.as_csv`, :func:`.actual_retention.document`): by certificates of purged days. Raises
        ``ScopeMissing``."""
        _require(by)
        today, workspace = japan_date(self._workspace.clock.now()), self._workspace
        with workspace.database.read() as connection:
            ended = {one.name: one.at for one in destructions.recorded(connection, workspace.keyring)}
            purged, oldest = _purged(connection, ended), _oldest(connection)
        return actual_retention.actual(self._policies(), purged, oldest, on=today)

    def _policies(self) -> list[Policy]:
        declared = [one.policy for one in Policies(self._workspace).every() if one.state == _IN_FORCE]
        return [*declared, *HOUSE_POLICIES.values()]


def _require(by: Principal) -> None:
    if not by.scopes & READERS:
        raise ScopeMissing(scope=" / ".join(sorted(READERS)), staff_id=by.staff_id)


def _tells_nothing(secret: Statistics) -> bool:
    """Whether every count of secret cases, and every sum of them, is none or large enough."""
    for tables in (secret.tables, (secret.refusals,)):
        counts, _ = publication.lines_of(tables)
        if any(0 < count < publication.SMALLEST for count in counts.values()):
            return False
    return True


def _counted(connection: Connection, which: ColumnElement[bool]) -> _Counted:
    found, events, cases = disclosure_outcome, disclosure_event, disclosure_case
    asked = select(found).join(cases, cases.c.id == found.c.case_id).where(which)
    refused = (
        select(cases.c.type, events.c.event, events.c.at)
        .join(cases, cases.c.id == events.c.case_id)
        .where(events.c.event.startswith(_REFUSE, autoescape=True), which)
    )
    return _Counted(
        tuple(
            Asked(
                CaseType(row.type),
                DataClass(row.data_class),
                Outcome(row.outcome),
                row.lack,
                row.age_days,
                row.found_on,
            )
            for row in connection.execute(asked)
        ),
        tuple(
            Refused(CaseType(row.type), RefusalReason(row.event.removeprefix(_REFUSE)), japan_date(row.at))
            for row in connection.execute(refused)
        ),
    )


def _courses(connection: Connection, which: ColumnElement[bool]) -> tuple[Course, ...]:
    events, cases = disclosure_event, disclosure_case
    query = (
        select(cases.c.id, cases.c.type, cases.c.state, events.c.event, func.min(events.c.at).label("first"))
        .join(cases, cases.c.id == events.c.case_id)
        .where(which, events.c.event.in_([one.value for one in Event]))
        .group_by(cases.c.id, cases.c.type, cases.c.state, events.c.event)
        .order_by(cases.c.id)
    )
    kinds: dict[str, tuple[CaseType, State]] = {}
    at: dict[str, dict[Event, datetime]] = {}
    for row in connection.execute(query):
        kinds[row.id] = (CaseType(row.type), State(row.state))
        at.setdefault(row.id, {})[Event(row.event)] = row.first
    return tuple(Course(kind, at[case_id], ended=state in _ENDED) for case_id, (kind, state) in kinds.items())


def _purged(connection: Connection, ended: dict[str, datetime]) -> list[PurgedDay]:
    """Days whose purge is certified, and when their keys were destroyed."""
    table = log_purge
    query = select(table.c.key, table.c.kind, table.c.day).where(table.c.certified_leaf.is_not(None))
    return [
        PurgedDay(LogKind(row.kind), row.day, japan_date(ended[row.key]), row.key)
        for row in connection.execute(query.order_by(table.c.key))
        if row.key in ended
    ]


def _oldest(connection: Connection) -> dict[LogKind, date]:
    table = log_day
    kept = table.c.state.not_in([one.value for one in GONE])
    query = select(table.c.kind, func.min(table.c.day).label("day")).where(kept).group_by(table.c.kind)
    return {LogKind(row.kind): row.day for row in connection.execute(query)}
