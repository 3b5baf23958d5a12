"""What the stops desk has due: denials whose time is over, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.due import Entry, State
from sekisho.stops.kinds import NumberState
from sekisho.stops.proposals import ProposalKind
from sekisho.stops.service import StopService

TASK: Final = "stops"
_ACTS: Final = {ProposalKind.DENY: "deny", ProposalKind.STOP_STOCK: "stock", ProposalKind.STOP: "stop"}
"""As ``stop propose`` names them."""


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
        yield from self._unacted(answer, today)
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


    def _unacted(self, within: int, today: date) -> Iterator[Entry]:
        """Papers on which nobody has acted: notices without a denial, stocks not stopped, requests called back whose
        numbers nobody stopped. Told from the day of receipt, late after ``within`` days."""
        service = self._service
        asked = {(one.kind, one.about) for one in service.proposals.every("requested")}

        def told(about: str, since: date, kind: ProposalKind, ja: str, en: str) -> Entry:
            due, days = since + timedelta(days=within), (today - since).days
            if (kind, about) in asked:
                to_do = "別の人が承認し、`sekisho stop order` で行ってください", "have it approved and order it"
            else:
                command = f"`sekisho stop propose {_ACTS[kind]}`"
                to_do = f"{command} で承認を求めてください", f"ask for approval with {command}"
            return _entry(
                _state(due, today), "unacted", f"{ja}（{days}日目、{due} まで）。{to_do[0]}。",
                f"{en} (day {days}, due by {due}): {to_do[1]}.", about, days=days, due=due.isoformat(),
                step=kind.value,
            )  # fmt: skip

        for denial in service.denials.every():
            if denial.state == "noticed":
                since = japan_date(denial.notice.received_at)
                ja, en = f"通知 {denial.id} の提供拒否が済んでいません", f"Nobody acted on notice {denial.id}"
                yield told(denial.id, since, ProposalKind.DENY, ja, en)
            elif denial.begins is not None and (left := service.denials.stock_left(denial)):
                ja = f"通知 {denial.id} の在庫番号 {left} 件が停止されていません"
                en = f"{left} stock numbers of notice {denial.id} aren't stopped"
                if not any(one.about == denial.id for one in service.proposals.every("ordered")):
                    yield told(denial.id, denial.begins, ProposalKind.STOP_STOCK, ja, en)
        for case in service.requests.page(limit=1_000):
            left = sum(one.state in (NumberState.OPEN, NumberState.ASKED) for one in case.numbers)
            if case.state == "verified" and left:
                ja = f"要請 {case.id} の番号 {left} 件が停止されていません"
                en = f"{left} numbers of request {case.id} aren't stopped"
                yield told(case.id, japan_date(case.request.received_at), ProposalKind.STOP, ja, en)


def _state(due: date, today: date) -> State:
    return State.OVERDUE if today > due else State.WAITING


def _entry(state: State, what: str, ja: str, en: str, about: str, **more: str | int) -> Entry:
    return Entry(TASK, what, state, ja, en, {"about": about, **more})
