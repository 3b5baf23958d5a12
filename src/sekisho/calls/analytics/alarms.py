"""Alarms: raised by the windows of a proxy or by a self-test, open until a person says what was done.

An alarm is a question, never a finding, and changes no call by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, insert, or_, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.analytics.counting import AlarmSeen
from sekisho.calls.analytics.errors import AlarmDone, AlarmNoteRefused, UnknownAlarm
from sekisho.calls.analytics.tables import call_alarm
from sekisho.calls.desk import Desk, checked_text

ALARM_LEAF: Final = "calls.alarm"
LOOKED_AT_WITHIN: Final = timedelta(days=1)
"""Until when somebody should have looked at an alarm. A house limit."""


@dataclass(frozen=True, slots=True)
class OpenedAlarm:
    """One alarm. ``subject`` is a trunk, a range, or a caller's number, which is covered by secrecy."""

    id: str
    source: str
    pattern: str
    trunk: str
    at: datetime
    state: str
    said: dict[str, Any]
    done_at: datetime | None
    done_by: str | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "source": self.source, "pattern": self.pattern, "trunk": self.trunk,
            "at": self.at.isoformat(), "state": self.state, **self.said,
            "done_at": None if self.done_at is None else self.done_at.isoformat(), "done_by": self.done_by,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingAlarm:
    """An open alarm, as a worklist has it."""

    id: str
    trunk: str
    pattern: str
    at: datetime


class Alarms:
    """The alarms of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def enter(self, connection: Connection, alarm_id: str, source: str, seen: AlarmSeen) -> bool:
        """Enter an alarm once, within a transaction; whether it is new."""
        if connection.execute(select(call_alarm.c.id).where(call_alarm.c.id == alarm_id)).one_or_none() is not None:
            return False
        key = self._desk.key()
        said = {
            "subject": seen.subject, "calls": seen.calls, "different": seen.different, "threshold": seen.threshold,
            "done": None,
        }  # fmt: skip
        connection.execute(
            insert(call_alarm).values(
                id=alarm_id, source=source, pattern=seen.pattern, trunk=seen.trunk, at=seen.at, state="open", key=key,
                body=self._desk.seal(call_alarm, said, row_id=alarm_id, key=key),
            )
        )  # fmt: skip
        return True

    def acknowledge(self, alarm_id: str, done: str, *, by: Principal) -> OpenedAlarm:
        """Say what was done about an alarm. Raises ``UnknownAlarm``, ``AlarmDone``, ``AlarmNoteRefused``,
        ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        note = checked_text(done, most=1000)
        if note is None:
            raise AlarmNoteRefused
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> None:
            row = connection.execute(select(call_alarm).where(call_alarm.c.id == alarm_id)).one_or_none()
            if row is None:
                raise UnknownAlarm(alarm=alarm_id[:64])
            if row.state != "open":
                raise AlarmDone(alarm=row.id)
            body = {**desk.open(call_alarm, row), "done": note}
            connection.execute(
                update(call_alarm)
                .where(call_alarm.c.id == alarm_id)
                .values(
                    state="done", done_at=now, done_by=by.staff_id,
                    body=desk.seal(call_alarm, body, row_id=row.id, key=row.key),
                )
            )  # fmt: skip

        desk.workspace.commit(write, [desk.leaf(ALARM_LEAF, {"alarm": alarm_id[:64], "state": "done"}, by, now)])
        return self.find(alarm_id)

    def find(self, alarm_id: str) -> OpenedAlarm:
        """One alarm. Raises ``UnknownAlarm``."""
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(select(call_alarm).where(call_alarm.c.id == alarm_id)).one_or_none()
        if row is None:
            raise UnknownAlarm(alarm=alarm_id[:64])
        return self._opened(row)

    def every(self, *, all_states: bool = False, by: Principal) -> list[OpenedAlarm]:
        """Open alarms, oldest first; with those that are done, where asked for. Raises ``ScopeMissing``: a caller's
        number may stand in one."""
        by.require(Scope.REQUEST)
        with self._desk.workspace.database.read() as connection:
            return [self._opened(row) for row in connection.execute(_query(all_states=all_states))]

    def page(
        self, *, all_states: bool = False, after: str | None = None, limit: int, by: Principal
    ) -> tuple[list[OpenedAlarm], str | None]:
        """At most ``limit`` of :meth:`every`, behind the alarm ``after``, and the id to go on behind (None: the end).
        Raises ``UnknownAlarm`` where ``after`` is no alarm any more, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        query, table = _query(all_states=all_states), call_alarm
        with self._desk.workspace.database.read() as connection:
            if after is not None:
                last = connection.execute(select(table.c.id, table.c.at).where(table.c.id == after)).one_or_none()
                if last is None:
                    raise UnknownAlarm(alarm=after[:64])
                query = query.where(or_(table.c.at > last.at, and_(table.c.at == last.at, table.c.id > last.id)))
            rows = connection.execute(query.limit(limit + 1)).all()
        found = [self._opened(row) for row in rows[:limit]]
        return found, found[-1].id if len(rows) > limit else None

    def waiting(self) -> list[WaitingAlarm]:
        """Open alarms without what they are about, oldest first."""
        with self._desk.workspace.database.read() as connection:
            rows = connection.execute(_query(all_states=False)).all()
        return [WaitingAlarm(row.id, row.trunk, row.pattern, row.at) for row in rows]

    def _opened(self, row: Any) -> OpenedAlarm:
        return OpenedAlarm(
            row.id, row.source, row.pattern, row.trunk, row.at, row.state, self._desk.open(call_alarm, row),
            row.done_at, row.done_by,
        )  # fmt: skip


def _query(*, all_states: bool) -> Select[Any]:
    query = select(call_alarm).order_by(call_alarm.c.at, call_alarm.c.id)
    return query if all_states else query.where(call_alarm.c.state == "open")
