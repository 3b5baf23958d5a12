"""What the stops desk has due: denials whose time is over, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.due import Entry, State
from sekisho.stops.service import StopService

TASK: Final = "stops"


class StopTask:
    """The stops desk's part of ``sekisho due``. ``by`` None: only looks."""

    name = TASK

    def __init__(self, service: StopService, *, by: Principal | None) -> None:
        """Reads and writes nothing until asked to."""
        self._service, self._by = service, by

    def plan(self) -> Iterator[Entry]:
        """Denials that would be ended, and what waits."""
        for denial in self._over():
            yield _entry(
                State.PLANNED,
                "denial_over",
                f"提供拒否 {denial} の期間が過ぎました。",
                f"The period of denial {denial} is over.",
                denial,
            )
        yield from self._waiting()

    def run(self) -> Iterator[Entry]:
        """End denials whose time is over, and tell what waits."""
        for denial in self._over():
            if self._by is not None:
                self._service.denials.expire(denial, by=self._by)
            yield _entry(
                State.DONE,
                "denial_over",
                f"提供拒否 {denial} を期間満了で終えました。",
                f"Denial {denial} ended with its period.",
                denial,
            )
        yield from self._waiting()

    def _over(self) -> list[str]:
        today = self._service.desk.today()
        return [
            one.id for one in self._service.denials.every()
            if one.state == "in_force" and one.ends is not None and one.ends <= today
        ]  # fmt: skip

    def _waiting(self) -> Iterator[Entry]:
        service, today = self._service, self._service.desk.today()
        with service.desk.workspace.database.read() as connection:
            report, answer = (
                service.desk.days(connection, name) for name in ("report_within_days", "answer_within_days")
            )
        for act in service.stopping.unfinished():
            yield _entry(
                State.OVERDUE,
                "act_unconfirmed",
                f"{act.id} は呼処理設備の確認を待っています。もう一度行ってください。",
                f"{act.id} waits for the call core's confirmation: carry it out again.",
                act.id,
            )
        seen: set[str] = set()
        for row in service.reports.missing():
            if row.request not in seen:
                seen.add(row.request)
                due = japan_date(row.stopped_at) + timedelta(days=report)
                yield _entry(
                    _state(due, today),
                    "report",
                    f"要請 {row.request} の契約者情報を {due} までに警察庁に報告してください。",
                    f"Report the contractors of request {row.request} to the National Police Agency by {due}.",
                    row.request,
                )
        for one in service.objections.every("open"):
            due = date.fromisoformat(one["due_on"])
            yield _entry(
                _state(due, today),
                "objection",
                f"異議 {one['id']} に {due} までに答えてください。",
                f"Decide objection {one['id']} by {due}.",
                one["id"],
            )
        for one in service.objections.unreleased():
            yield _entry(
                State.OVERDUE,
                "release",
                f"認めた異議 {one['id']} の停止・拒否がまだ解かれていません。",
                f"What objection {one['id']} was upheld against still holds: release it.",
                one["id"],
            )
        for case in service.requests.page(limit=1_000):
            if case.state == "received":
                due = japan_date(case.request.received_at) + timedelta(days=answer)
                yield _entry(
                    _state(due, today),
                    "call_back",
                    f"要請 {case.id} を折り返して確かめてください（{due} まで）。",
                    f"Call back about request {case.id} by {due}.",
                    case.id,
                )


def _state(due: date, today: date) -> State:
    return State.OVERDUE if today > due else State.WAITING


def _entry(state: State, what: str, ja: str, en: str, about: str) -> Entry:
    return Entry(TASK, what, state, ja, en, {"about": about})
