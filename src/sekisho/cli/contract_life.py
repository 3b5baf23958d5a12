"""``sekisho contract begin`` and what follows: a contract's life, rental records, the period of what led to nothing."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.application import parse_json
from sekisho.contracts.lifecycle.record import Contract, Recorded
from sekisho.contracts.lifecycle.rentals import Rentals
from sekisho.contracts.lifecycle.service import ContractLife
from sekisho.workspace import Workspace

MAX_RENTAL_BYTES = 64 * 1024
"""A rental record of a thousand numbers has some 20 KB."""

on_option = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="起きた日（省くと今日） / The day it happened; today by default."
)
note_option = click.option("--note", help="覚え書き（個人番号は不可） / A note.")


def actor(workspace: Workspace, session: Session, scope: Scope) -> str:
    """Who acts, for the record: somebody named with ``--by`` whose roles allow it."""
    with workspace.database.read() as connection:
        found = stated_principal(connection, session.require_staff(), required=scope)
    return f"stated:{found.staff_id}"


@click.command()
@click.argument("decisions", metavar="DECISION...", nargs=-1, required=True)
@click.option("--reference", help="契約番号（省くと申込みの番号） / Your number; by default the application's.")
@on_option
@output_options
@pass_session
def begin(session: Session, decisions: tuple[str, ...], reference: str | None, on: datetime | None) -> None:
    """受け入れた判断から契約を始める（記録は終了後3年保存） / Begin a contract with an accepted decision."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        done = ContractLife(workspace).begin(decisions, reference=reference, on=_day(on), by=by)
    _tell(session, done)


@click.command()
@click.argument("contract")
@click.argument("decision")
@output_options
@pass_session
def attach(session: Session, contract: str, decision: str) -> None:
    """譲渡などの判断を、契約と同じだけ保存する / Keep another decision as long as the contract."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        done = ContractLife(workspace).attach(contract, decision, by=by)
    _tell(session, done)


@click.command("not-made")
@click.argument("decision")
@output_options
@pass_session
def not_made(session: Session, decision: str) -> None:
    """この判断からは契約に至らなかったと記す / Say that no contract came of a decision."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        index = ContractLife(workspace).not_made(decision, by=by)
    if session.json:
        session.answer({"decision": decision, "ledger_index": index})
    session.say_in(f"{decision} は契約に至らなかったと記しました。", f"Recorded that nothing came of {decision}.")


@click.command()
@click.argument("contract")
@on_option
@note_option
@output_options
@pass_session
def delivered(session: Session, contract: str, on: datetime | None, note: str | None) -> None:
    """SIM・端末を引き渡した日を記す / Record that SIM or handset was handed over."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        done = ContractLife(workspace).delivered(contract, on=_day(on), by=by, note=note)
    _tell(session, done)


@click.command()
@click.argument("contract")
@on_option
@note_option
@output_options
@pass_session
def end(session: Session, contract: str, on: datetime | None, note: str | None) -> None:
    """契約が終わった日を記す（この日から3年） / Record the day the contract ended: three years run from it."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        done = ContractLife(workspace).end(contract, on=_day(on), by=by, note=note)
    _tell(session, done)


@click.command("correct-end")
@click.argument("contract")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="正しい終了日 / The day on which it really ended."
)
@note_option
@output_options
@pass_session
def correct_end(session: Session, contract: str, on: datetime, note: str | None) -> None:
    """記した終了日を直す / Correct the day on which it ended."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        done = ContractLife(workspace).correct_end(contract, on=on.date(), by=by, note=note)
    _tell(session, done)


@click.command("withdraw-end")
@click.argument("contract")
@note_option
@output_options
@pass_session
def withdraw_end(session: Session, contract: str, note: str | None) -> None:
    """終了の記録を取り消す（契約は続いている） / Withdraw an end: the contract goes on."""
    with session.open() as workspace:
        by = actor(workspace, session, Scope.DECIDE)
        done = ContractLife(workspace).withdraw_end(contract, by=by, note=note)
    _tell(session, done)


@click.command("list")
@click.option("--after", default="", help="このIDより後 / After this id.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="件数 / How many.")
@output_options
@pass_session
def list_(session: Session, after: str, limit: int) -> None:
    """契約とその経過 / Contracts and how they stand."""
    with session.open("read") as workspace:
        found = [each.document() for each in ContractLife(workspace).contracts(after_id=after, limit=limit)]
    if session.json:
        session.answer(found)
        return
    for each in found:
        until = f"  → {each['kept_until']}" if each["kept_until"] else ""
        session.say(f"{each['id']}  {each['reference'] or '—'}  {each['state']}  {each['began_on']}{until}")
    if not found:
        session.say_in("契約はまだありません。", "There are no contracts yet.")


@click.command()
@click.option("--all", "all_of_them", is_flag=True, help="待ち始めたばかりのものも / Those of the last days, too.")
@output_options
@pass_session
def unresolved(session: Session, all_of_them: bool) -> None:
    """受け入れたが契約の記録がない判断 / Accepted decisions of which no contract is known."""
    with session.open("read") as workspace:
        found = ContractLife(workspace).unresolved(all_of_them=all_of_them)
    if session.json:
        session.answer(
            [
                {
                    "decision": each.decision,
                    "event": each.event,
                    "decided_on": each.decided_on.isoformat(),
                    "days": each.days,
                    "late": each.late,
                }
                for each in found
            ]
        )
        return
    for each in found:
        session.say(f"{'!' if each.late else ' '} {each.decision}  {each.event}  {each.decided_on}  ({each.days})")
    if not found:
        session.say_in("ありません。", "There are none.")


@click.command()
@click.option("--months", type=click.INT, help="契約に至らない申込みを残す月数 / Months to keep what led to nothing.")
@click.option("--reason", help="その期間にした理由 / Why so long.")
@output_options
@pass_session
def period(session: Session, months: int | None, reason: str | None) -> None:
    """契約に至らなかった申込みを残す期間を見る・宣言する / How long applications without a contract are kept."""
    if (months is None) is not (reason is None):
        raise click.UsageError("--months and --reason go together")
    if months is not None and reason is not None:
        with session.open() as workspace:
            by = actor(workspace, session, Scope.RULEBOOK_CONFIRM)
            ContractLife(workspace).declare_period(months, reason=reason, by=by)
    with session.open("read") as workspace:
        now = ContractLife(workspace).period()
    if session.json:
        session.answer({"months": now.months, "reason": now.reason, "declared_by": now.declared_by})
    session.say_in(f"{now.months} か月（{now.reason}）", f"{now.months} months ({now.reason})")


@click.command("record-rental")
@click.argument("decision")
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def record_rental(session: Session, decision: str, file: str) -> None:
    """貸与の記録（規則21条）を作る（引渡しから3日以内） / Record a rental, within three days of the hand-over.

    FILE は JSON: units, phone_numbers, tracking_number, payment_method, handed_over_by, handed_over_at。

    FILE is JSON with these fields; tracking_number only where it was sent by post.
    """
    raw = sys.stdin.buffer.read(MAX_RENTAL_BYTES + 1) if file == "-" else _read(Path(file))
    with session.open() as workspace:
        by = actor(workspace, session, Scope.ATTEST)
        found = Rentals(workspace).record(decision, parse_json(raw, limit=MAX_RENTAL_BYTES), by=by)
    if session.json:
        session.answer(
            {
                "id": found.id,
                "ledger_index": found.ledger_index,
                "decision": decision,
                "due_on": found.due_on.isoformat(),
                "late": found.late,
            }
        )
    if found.late:
        session.say_in(
            f"記録しました。ただし期限（{found.due_on}）を過ぎています。",
            f"Recorded, but late: it was due on {found.due_on}.",
        )
    else:
        session.say_in(f"記録しました（期限 {found.due_on}）。", f"Recorded (due on {found.due_on}).")


@click.command()
@click.option("--due", "due_only", is_flag=True, help="期限を過ぎたものだけ / Only what is late.")
@output_options
@pass_session
def rentals(session: Session, due_only: bool) -> None:
    """記録がまだない貸与と、その期限（規則23条） / Rentals still to be recorded, and by when."""
    with session.open("read") as workspace:
        found = [each for each in Rentals(workspace).to_record() if each.late or not due_only]
    if session.json:
        session.answer(
            [
                {
                    "decision": each.decision,
                    "handed_over_on": each.handed_over_on.isoformat(),
                    "presumed": each.presumed,
                    "due_on": each.due_on.isoformat(),
                    "late": each.late,
                }
                for each in found
            ]
        )
        return
    for each in found:
        session.say(f"{'!' if each.late else ' '} {each.decision}  → {each.due_on}{'  (?)' if each.presumed else ''}")
    if not found:
        session.say_in("ありません。", "There are none.")


def _tell(session: Session, done: Recorded) -> None:
    if session.json:
        session.answer({**done.contract.document(), "ledger_index": done.ledger_index})
        return
    session.say(_line(done.contract, session.lang))


def _line(found: Contract, lang: str) -> str:
    told: dict[str, Any] = found.document()
    kept = told["kept_until"]
    if lang == "ja":
        until = f"、記録は {kept} まで保存" if kept else ""
        return f"契約 {told['reference']}（{found.id}）: {told['state']}、開始 {told['began_on']}{until}"
    until = f", records kept until {kept}" if kept else ""
    return f"Contract {told['reference']} ({found.id}): {told['state']}, began {told['began_on']}{until}"


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_RENTAL_BYTES + 1)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


COMMANDS: tuple[click.Command, ...] = (
    begin,
    attach,
    not_made,
    delivered,
    end,
    correct_end,
    withdraw_end,
    list_,
    unresolved,
    period,
    record_rental,
    rentals,
)
"""What ``sekisho contract`` takes up."""
