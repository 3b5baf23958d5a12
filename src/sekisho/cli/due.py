"""``sekisho due``: everything that is due, of every desk."""

from __future__ import annotations

from collections import Counter

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.apps.ending import AppKeys
from sekisho.apps.schedule import AppTask
from sekisho.calls.keeping.due import register_tasks
from sekisho.calls.selftest.due import call_tasks
from sekisho.cli.app_kept import schedules_of
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.lifecycle.due import contract_tasks
from sekisho.contracts.lifecycle.errors import DueFailed
from sekisho.contracts.scheme_keeping import ToldDenials
from sekisho.crossings.deliver import Deliveries
from sekisho.crossings.evidence_kept import evidence_kept
from sekisho.crossings.number_plan import CallsNumberPlan
from sekisho.destruction.probing import SubprocessProber
from sekisho.disclosure.due import disclosure_tasks
from sekisho.due import Entry, State, plan_all, run_all
from sekisho.logs.due import log_tasks
from sekisho.logs.purge.tasks import keeping_tasks
from sekisho.stops.due import StopTask
from sekisho.stops.keeping.due import keeping_tasks as stop_keeping_tasks
from sekisho.stops.service import StopService

_MARK = {State.PLANNED: "·", State.DONE: "✓", State.WAITING: " ", State.OVERDUE: "!", State.FAILED: "✗"}


@click.command()
@click.option("--plan", is_flag=True, help="何をするかだけ示す / Only say what would be done.")
@output_options
@pass_session
def due(session: Session, plan: bool) -> None:
    """期日の仕事をすべて行う（毎日実行する） / Do everything that is due; run it every day.

    鍵の付け替えと破棄、ログの封緘・保全・消去、証明書、途中の判断のやり直し、開示の案件の期限の後始末、回線の発信者番号の
    自己試験、予定したサイトの再調査を行い、人の手が要るものを並べます。秘密の案件は、関わる人にだけ示します。
    何度実行しても同じ結果です。
    できなかったこと、期日を過ぎたことがあれば 1 で終わります。

    Re-wraps and destroys keys with certificates, seals, holds and purges logs, finishes what was interrupted, does what
    follows once a term of a disclosure case is over, tests trunks with numbers they may not show, and lists what needs
    a person; secret cases are told to their members alone. Running it again changes nothing. It ends with 1 if
    something could not be done or is late.
    """
    if plan:
        with session.open("read") as workspace:
            stops = StopService(workspace, CallsNumberPlan(workspace))
            tasks = (
                *contract_tasks(workspace, None, by=""),
                *log_tasks(workspace),
                *keeping_tasks(workspace, None, by=""),
                *disclosure_tasks(workspace, None, by=None),
                StopTask(stops, by=None),
                Deliveries(workspace, stops, by=None),
                *stop_keeping_tasks(stops, ToldDenials(workspace.keyring), None, by=None),
                *call_tasks(workspace, by=None),
                *register_tasks(workspace, None, evidence_kept(workspace), by=None),
                AppTask(schedules_of(workspace), by=None),
                AppKeys(workspace, None, by=None),
            )
            entries = list(plan_all(tasks))
        _tell(session, entries)
        return
    with session.open() as workspace:
        with workspace.database.read() as connection:
            actor = stated_principal(connection, session.require_staff(), required=Scope.KEYS_MANAGE)
        stops = StopService(workspace, CallsNumberPlan(workspace))
        with SubprocessProber(workspace.path, session.unlock(workspace.path)) as prober:
            tasks = (
                *contract_tasks(workspace, prober, by=actor.staff_id),
                *log_tasks(workspace),
                *keeping_tasks(workspace, prober, by=actor.staff_id),
                *disclosure_tasks(workspace, prober, by=actor),
                StopTask(stops, by=actor),
                Deliveries(workspace, stops, by=actor),
                *stop_keeping_tasks(stops, ToldDenials(workspace.keyring), prober, by=actor),
                *call_tasks(workspace, by=actor),
                *register_tasks(workspace, prober, evidence_kept(workspace), by=actor),
                AppTask(schedules_of(workspace), by=actor),
                AppKeys(workspace, prober, by=actor),
            )
            entries = list(run_all(tasks))
    _tell(session, entries)
    counted = Counter(each.state for each in entries)
    if counted[State.FAILED] or counted[State.OVERDUE]:
        if session.json:
            raise click.exceptions.Exit(DueFailed.exit_code)
        raise DueFailed(failed=counted[State.FAILED], overdue=counted[State.OVERDUE])


def _tell(session: Session, entries: list[Entry]) -> None:
    if session.json:
        session.answer([each.document() for each in entries])
        return
    for each in entries:
        session.say(f"{_MARK[each.state]} {each.ja if session.lang == 'ja' else each.en}")
    if not entries:
        session.say_in("期日の仕事はありません。", "Nothing is due.")
