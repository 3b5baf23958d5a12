"""Sites that are scanned again on a schedule, by ``sekisho due``.

Only addresses are scheduled: a file changes where it is built, and CI scans it there. A re-scan is compared with the
scan before; a new recipient is told as something for a person to act on at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, delete, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.apps.changes import Change, ChangeKind
from sekisho.apps.collector import Plan
from sekisho.apps.errors import ScanRefused, UnknownScan
from sekisho.apps.looking import Asked, is_address, look
from sekisho.apps.ports import Collector, Pages
from sekisho.apps.scan import scan
from sekisho.apps.service import AppScans, Stored
from sekisho.apps.tables import app_schedule
from sekisho.due import Entry, State, failed
from sekisho.errors import SekishoError
from sekisho.workspace.parts import HOUSE_KEY

TASK: Final = "apps"
SCHEDULE_LEAF: Final = "apps.schedule"
ASKED_MOST: Final = 4_000
"""Characters of what one schedule asks for."""
DAYS_MOST: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """One service that is scanned again: what, how often, and from which day (Japan) next."""

    service: str
    every_days: int
    next_on: date
    targets: tuple[str, ...]
    own_hosts: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "service": self.service, "every_days": self.every_days, "next_on": self.next_on.isoformat(),
            "targets": list(self.targets), "own_hosts": list(self.own_hosts), "policies": list(self.policies),
        }  # fmt: skip


class Schedules:
    """The schedules of one workspace. Thread-safe."""

    def __init__(self, scans: AppScans, *, collector: Collector, pages: Pages) -> None:
        """Reads and writes nothing until asked to."""
        self._scans, self._collector, self._pages = scans, collector, pages

    def set(
        self, service: str, targets: Sequence[str], *, every_days: int, own_hosts: Sequence[str] = (),
        policies: Sequence[str] = (), by: Principal,
    ) -> Scheduled:  # fmt: skip
        """Scan these sites every so many days, from today. Raises ``ScanRefused``, ``ScopeMissing``, and what an
        address is refused for."""
        by.require(Scope.REQUEST)
        if not 1 <= every_days <= DAYS_MOST:
            raise ScanRefused(field="every", problem=f"1 to {DAYS_MOST} days")
        Asked(service=service, targets=targets, own_hosts=own_hosts, policies=policies)
        for each in (*targets, *policies):
            if not is_address(each):
                raise ScanRefused(field="targets", problem=f"{each[:100]!r} is no address; CI scans files")
            Plan(address=each)
        asked = orjson.dumps({"targets": targets, "own_hosts": own_hosts, "policies": policies}).decode()
        if len(asked) > ASKED_MOST:
            raise ScanRefused(field="targets", problem=f"more than {ASKED_MOST} characters")
        now, today = self._scans.workspace.clock.now(), self._scans.today()
        row = {"service": service, "every_days": every_days, "next_on": today, "asked": asked, "at": now,
               "by": by.staff_id}  # fmt: skip

        def write(connection: Connection) -> None:
            connection.execute(delete(app_schedule).where(app_schedule.c.service == service))
            connection.execute(insert(app_schedule).values(**row))

        self._scans.workspace.commit(write, [self._leaf({"service": service, "every_days": every_days}, by)])
        return self.find(service)

    def stop(self, service: str, *, by: Principal) -> None:
        """Scan it no more. Raises ``UnknownScan``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        self.find(service)

        def write(connection: Connection) -> None:
            connection.execute(delete(app_schedule).where(app_schedule.c.service == service))

        self._scans.workspace.commit(write, [self._leaf({"service": service, "every_days": None}, by)])

    def every(self) -> tuple[Scheduled, ...]:
        """All schedules, by service."""
        with self._scans.workspace.database.read() as connection:
            return tuple(map(_scheduled, connection.execute(select(app_schedule).order_by(app_schedule.c.service))))

    def find(self, service: str) -> Scheduled:
        """A service's schedule. Raises ``UnknownScan``."""
        for each in self.every():
            if each.service == service:
                return each
        raise UnknownScan(what="schedule", id=service[:100])

    def due(self) -> tuple[Scheduled, ...]:
        """Those whose day has come."""
        return tuple(each for each in self.every() if each.next_on <= self._scans.today())

    def run(self, one: Scheduled, *, by: Principal) -> tuple[Stored, tuple[Change, ...]]:
        """Scan it now, keep that, and set its next day. Raises the collector's ``Unavailable``."""
        asked = Asked(service=one.service, targets=one.targets, own_hosts=one.own_hosts, policies=one.policies)
        seen = look(asked, collector=self._collector, pages=self._pages)
        material = replace(seen, past=self._scans.past(one.service))
        answers = self._scans.answers(one.service)
        kept = self._scans.keep(scan(material, answers=answers, on=self._scans.today()), by=by)
        following = self._scans.today() + timedelta(days=one.every_days)

        def write(connection: Connection) -> None:
            mine = app_schedule.c.service == one.service
            connection.execute(update(app_schedule).where(mine).values(next_on=following))

        self._scans.workspace.commit(write)
        return kept

    def _leaf(self, said: dict[str, Any], by: Principal) -> Any:
        body = orjson.dumps({**said, "by": by.staff_id, "proof": by.proof.value}, option=orjson.OPT_SORT_KEYS)
        return self._scans.workspace.seal(kind=SCHEDULE_LEAF, owner=HOUSE_KEY, body=body)


class AppTask:
    """The user-information desk's part of ``sekisho due``. ``by`` None: only looks."""

    name = TASK

    def __init__(self, schedules: Schedules, *, by: Principal | None) -> None:
        """Reads and writes nothing until asked to."""
        self._schedules, self._by = schedules, by

    def plan(self) -> Iterator[Entry]:
        """Sites that would be scanned."""
        for one in self._schedules.due():
            yield _entry(one.service, "scan", State.PLANNED, f"{one.service} を調べ直します。",
                         f"{one.service} will be scanned again.")  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Scan them; one that can't be scanned keeps its day and the others go on."""
        for one in self._schedules.due():
            if self._by is None:
                continue
            try:
                stored, found = self._schedules.run(one, by=self._by)
            except SekishoError as error:
                yield failed(TASK, error, service=one.service)
                continue
            yield _entry(one.service, "scan", State.DONE, f"{one.service} を調べ直しました（{stored.id}）。",
                         f"{one.service} was scanned again ({stored.id}).", scan=stored.id)  # fmt: skip
            new = [each.name for each in found if each.kind is ChangeKind.NEW_RECIPIENT]
            if new:
                names = ", ".join(new[:10])
                yield _entry(one.service, "new_recipient", State.OVERDUE,
                             f"{one.service} に新しい送信先があります：{names}。公表を改めるか、止めてください。",
                             f"{one.service} has new recipients: {names}. Change the notice, or stop sending.",
                             scan=stored.id, recipients=new)  # fmt: skip


def _entry(service: str, what: str, state: State, ja: str, en: str, **fields: Any) -> Entry:
    return Entry(TASK, what, state, ja, en, {"service": service, **fields})


def _scheduled(row: Row[Any]) -> Scheduled:
    asked = orjson.loads(row.asked)
    return Scheduled(
        service=row.service, every_days=row.every_days, next_on=row.next_on, targets=tuple(asked["targets"]),
        own_hosts=tuple(asked["own_hosts"]), policies=tuple(asked["policies"]),
    )  # fmt: skip
