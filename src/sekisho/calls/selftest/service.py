"""The self-test of one workspace: settings, runs on record, and what the newest runs say.

A canary that isn't caught raises an alarm, which stays until a person says what was done; the trunk is overdue until a
later run catches it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.analytics.alarms import ALARM_LEAF, Alarms
from sekisho.calls.analytics.counting import AlarmSeen
from sekisho.calls.desk import Desk, new_id
from sekisho.calls.screening.agreements import Agreement
from sekisho.calls.screening.call import Direction
from sekisho.calls.selftest.canaries import Canary, CanaryKind, canaries
from sekisho.calls.selftest.core import Judging, judging, through_core
from sekisho.calls.selftest.errors import CanarySettingRefused
from sekisho.calls.selftest.results import Result, Sent, Way
from sekisho.calls.selftest.tables import call_canary, call_canary_setting
from sekisho.calls.selftest.wire import WirePlan, over_wire

RUN_LEAF: Final = "calls.selftest"
SETTING_LEAF: Final = "calls.selftest_setting"
ALL: Final = "*"
"""The setting of trunks that have none of their own."""
EVERY_HOURS: Final = 24
"""How often a trunk is tested where nothing else is set. A house figure."""
NOT_CAUGHT: Final = "canary_not_caught"
"""The pattern of the alarm."""
SLACK: Final = timedelta(hours=1)
"""A run is due this much earlier, so that a daily job doesn't skip a day for a few seconds."""

Wire = Callable[[WirePlan, tuple[Canary, ...]], tuple[Sent, ...]]


def _over_wire(plan: WirePlan, wanted: tuple[Canary, ...]) -> tuple[Sent, ...]:
    return asyncio.run(over_wire(plan, wanted))


@dataclass(frozen=True, slots=True)
class Setting:
    """How often a trunk is tested, and how over the wire, if at all."""

    trunk: str
    every_hours: int
    wire: WirePlan | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "trunk": self.trunk, "every_hours": self.every_hours,
            "wire": None if self.wire is None else json.loads(self.wire.text()),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrunkRun:
    """What one run said of one trunk by one way. ``bundle_sha256`` is that of the bundle's manifest."""

    run: str
    at: datetime
    trunk: str
    agreement: str
    way: Way
    bundle: str
    bundle_sha256: str
    rules_sha256: str
    sent: tuple[Sent, ...]

    def of(self, result: Result) -> list[Sent]:
        """The canaries with a result."""
        return [one for one in self.sent if one.result is result]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "run": self.run, "at": self.at.isoformat(), "trunk": self.trunk, "agreement": self.agreement,
            "way": self.way.value, "bundle": self.bundle, "bundle_sha256": self.bundle_sha256,
            "rules_sha256": self.rules_sha256,
            "canaries": [
                {"canary": one.kind.value, "result": one.result.value, "reason": one.reason} for one in self.sent
            ],
        }  # fmt: skip


class SelfTest:
    """The self-test of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, bundles: Path, *, wire: Wire = _over_wire) -> None:
        """Reads and writes nothing until asked to. ``bundles`` is the folder that proxies watch; ``wire`` sends."""
        self._desk, self._bundles, self._wire, self._alarms = desk, bundles, wire, Alarms(desk)

    # --- settings

    def set(self, trunk: str, *, every_hours: int, wire: dict[str, Any] | None, by: Principal) -> Setting:
        """Set how a trunk is tested; ``*`` for all that have no setting. Raises ``CanarySettingRefused``."""
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        if not 0 < len(trunk) <= 64 or (trunk == ALL and wire is not None):
            raise CanarySettingRefused(field="trunk", problem="a trunk's id; * has no way over the wire")
        if not 1 <= every_hours <= 24 * 7:
            raise CanarySettingRefused(field="every_hours", problem="1 to 168")
        made = Setting(trunk, every_hours, None if wire is None else WirePlan.of(wire, clock=desk.workspace.clock))

        def write(connection: Connection) -> None:
            connection.execute(delete(call_canary_setting).where(call_canary_setting.c.trunk == trunk))
            connection.execute(
                insert(call_canary_setting).values(
                    trunk=trunk, every_hours=every_hours, wire=None if made.wire is None else made.wire.text(),
                    at=now, by=by.staff_id,
                )
            )  # fmt: skip

        said = {"trunk": trunk, "every_hours": every_hours, "wire": made.wire is not None}
        desk.workspace.commit(write, [desk.leaf(SETTING_LEAF, said, by, now)])
        return made

    def setting(self, trunk: str) -> Setting:
        """What holds for a trunk."""
        with self._desk.workspace.database.read() as connection:
            rows = {row.trunk: row for row in connection.execute(select(call_canary_setting))}
        row, common = rows.get(trunk), rows.get(ALL)
        if row is None:
            return Setting(trunk, EVERY_HOURS if common is None else common.every_hours, None)
        plan = None if row.wire is None else WirePlan.of(json.loads(row.wire), clock=self._desk.workspace.clock)
        return Setting(trunk, row.every_hours, plan)

    # --- runs

    def trunks(self) -> list[Agreement]:
        """Agreements in force now on trunks of the operator's own customers, as published; none without a bundle."""
        return _egress(judging(self._bundles), self._desk.now())

    def problem(self) -> str | None:
        """Why nothing can be tested although something was published; None where nothing is in the way."""
        judged = judging(self._bundles)
        return judged.problem if judged.folder else None

    def due(self) -> list[str]:
        """Trunks whose next run has come."""
        now, newest = self._desk.now(), self._newest_moments()
        found = []
        for each in self.trunks():
            last, every = newest.get(each.trunk), timedelta(hours=self.setting(each.trunk).every_hours)
            # A last run that lies ahead is of a clock that was wrong.
            if last is None or last > now or now - last >= every - SLACK:
                found.append(each.trunk)
        return found

    def run(self, only: Iterable[str] | None = None, *, by: Principal) -> list[TrunkRun]:
        """Test trunks (all, or ``only`` these), record it, and raise an alarm for what wasn't caught. Raises
        ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        now, run = self._desk.now(), new_id("cs_")
        judged = judging(self._bundles)
        agreements = _egress(judged, now)
        wanted = None if only is None else set(only)
        runs = []
        for each in agreements:
            if wanted is not None and each.trunk not in wanted:
                continue
            plan, wire = canaries(each, agreements), self.setting(each.trunk).wire
            runs.append(_run(run, now, judged, each, Way.CORE, through_core(judged, each, plan, at=now)))
            if wire is not None:
                runs.append(_run(run, now, judged, each, Way.WIRE, self._wire(wire, plan)))
        if runs:
            self._record(runs, by)
        return runs

    def newest(self) -> list[TrunkRun]:
        """The newest run of every trunk and way."""
        latest = select(func.max(call_canary.c.id)).group_by(call_canary.c.trunk, call_canary.c.way)
        with self._desk.workspace.database.read() as connection:
            last = connection.execute(
                select(call_canary.c.run, call_canary.c.trunk, call_canary.c.way).where(call_canary.c.id.in_(latest))
            ).all()
            found = []
            for run, trunk, way in last:
                c = call_canary.c
                mine = select(call_canary).where(c.run == run, c.trunk == trunk, c.way == way).order_by(c.id)
                found.append(_read(connection.execute(mine).all()))
        return sorted(found, key=lambda one: (one.trunk, one.way))

    def _newest_moments(self) -> dict[str, datetime]:
        query = select(call_canary.c.trunk, func.max(call_canary.c.at)).group_by(call_canary.c.trunk)
        with self._desk.workspace.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _record(self, runs: list[TrunkRun], by: Principal) -> None:
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> list[str]:
            raised: list[str] = []
            for one in runs:
                connection.execute(insert(call_canary), _rows(one))
                missed = one.of(Result.NOT_CAUGHT)
                if not missed:
                    continue
                seen = AlarmSeen(
                    at=now, pattern=NOT_CAUGHT, trunk=one.trunk, calls=len(one.sent), different=len(missed),
                    threshold=0.0, subject=f"{one.way.value} {one.rules_sha256[:16]} {one.bundle_sha256[:16]}",
                )  # fmt: skip
                alarm = f"{one.run}.{one.way.value}.{len(raised)}"
                if self._alarms.enter(connection, alarm, "selftest", seen):
                    raised.append(alarm)
            return raised

        told = [{**one.document(), "at": None} for one in runs]
        leaf = desk.leaf(RUN_LEAF, {"runs": told}, by, now)
        desk.workspace.commit(
            write,
            lambda raised: [leaf, *(desk.leaf(ALARM_LEAF, {"alarm": a, "state": "open"}, by, now) for a in raised)],
        )


def _egress(judged: Judging, now: datetime) -> list[Agreement]:
    if judged.bundle is None:
        return []
    every = judged.bundle.agreements
    mine = [one for one in every.all if one.direction is Direction.EGRESS]
    return [one for one in mine if every.of(one.trunk, Direction.EGRESS, now) is one]


def _run(run: str, at: datetime, judged: Judging, agreement: Agreement, way: Way, sent: tuple[Sent, ...]) -> TrunkRun:
    return TrunkRun(
        run, at, agreement.trunk, agreement.id, way, judged.folder, judged.sha256, judged.rules_sha256, sent
    )


def _rows(one: TrunkRun) -> list[dict[str, Any]]:
    return [
        {
            "run": one.run, "at": one.at, "trunk": one.trunk, "agreement": one.agreement[:64], "way": one.way.value,
            "canary": each.kind.value, "result": each.result.value, "reason": each.reason[:100], "bundle": one.bundle,
            "bundle_sha256": one.bundle_sha256, "rules_sha256": one.rules_sha256,
        }
        for each in one.sent
    ]  # fmt: skip


def _read(rows: Any) -> TrunkRun:
    first = rows[0]
    sent = tuple(Sent(CanaryKind(row.canary), Way(row.way), Result(row.result), row.reason) for row in rows)
    return TrunkRun(
        first.run, first.at, first.trunk, first.agreement, Way(first.way), first.bundle, first.bundle_sha256,
        first.rules_sha256, sent,
    )  # fmt: skip
