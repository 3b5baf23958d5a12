"""``sekisho log subscriber`` and ``sekisho log rule``: the register, and rules from which assignments are computed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import orjson

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.computed.store import KeptRule, MapRules
from sekisho.logs.intervals.days import moment_of
from sekisho.logs.lookup.asked import read_time
from sekisho.logs.subscribers.read import read_register
from sekisho.logs.subscribers.register import SubscriberRegister
from sekisho.workspace import Workspace

MAX_REGISTER: Final = 2 * 1024 * 1024 * 1024
"""Bytes of a register: ten million contracts of two hundred bytes."""
MAX_RULE: Final = 256 * 1024 * 1024
"""Bytes of a rule: two million bindings."""

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def subscriber() -> None:
    """契約者名簿 / The subscriber register."""


@subscriber.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--covers-from", type=_DAY, required=True, help="この日から載っている全契約 / First day of which it lists all."
)
@click.option("--as-of", type=_DAY, required=True, help="名簿の日付（最後の日） / The register's own day.")
@output_options
@pass_session
def import_(session: Session, file: Path, covers_from: datetime, as_of: datetime) -> None:
    """その期間の全契約を載せた名簿（CSV・JSON Lines）を取り込む / Take in a register of all contracts of a time."""
    with file.open("rb") as opened:
        content = opened.read(MAX_REGISTER + 1)
    if len(content) > MAX_REGISTER:
        raise FileRefused(path=readable(file), why=f"more than {MAX_REGISTER} bytes")
    rows = read_register(content, lines=file.suffix.lower() in {".jsonl", ".ndjson"})
    with session.open() as workspace:
        by = _staff(workspace, session)
        taken = SubscriberRegister(workspace).take_in(
            rows, covers_from=covers_from.date(), as_of=as_of.date(), by=by
        )
    if session.json:
        session.answer(
            {"id": taken.id, "ledger_index": taken.ledger_index, "rows": taken.rows, "refused": taken.refused}
        )
    session.say_in(
        f"{taken.rows:,} 件を取り込みました。削除済みの日の {taken.refused:,} 件は取り込んでいません。",
        f"{taken.rows:,} rows were taken in; {taken.refused:,} are of days that were deleted.",
    )


@click.group()
def rule() -> None:
    """割当規則（MAP-E・lw4o6・固定ポート割当） / Assignment rules: MAP-E, lw4o6, deterministic translation."""


@rule.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@output_options
@pass_session
def add(session: Session, file: Path) -> None:
    """規則（JSON）を加える / Add a rule, as JSON."""
    with file.open("rb") as opened:
        content = opened.read(MAX_RULE + 1)
    try:
        written = orjson.loads(content) if len(content) <= MAX_RULE else None
    except orjson.JSONDecodeError:
        written = None
    if not isinstance(written, dict):
        raise FileRefused(path=readable(file), why="not a JSON object")
    with session.open() as workspace:
        made = MapRules(workspace).add(written, by=_staff(workspace, session))
    if session.json:
        session.answer({"id": made})
    session.say_in(f"規則 {made} を加えました。", f"The rule {made} was added.")


@rule.command("end")
@click.argument("rule_id")
@click.option("--at", "moment", required=True, metavar="TIME", help="終わった時（時差付き） / When, with its offset.")
@output_options
@pass_session
def end(session: Session, rule_id: str, moment: str) -> None:
    """規則が効かなくなった時を記す / Record when a rule ceased to be in force."""
    at = moment_of(read_time(moment, "at"))
    with session.open() as workspace:
        MapRules(workspace).end(rule_id, at=at, by=_staff(workspace, session))
    if session.json:
        session.answer({"id": rule_id, "valid_to": at.isoformat()})
    session.say_in(f"規則 {rule_id} の終わりを記しました。", f"The end of {rule_id} is recorded.")


@rule.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """割当規則の一覧 / The assignment rules."""
    with session.open("read") as workspace:
        _staff(workspace, session)
        found = MapRules(workspace).every()
    if session.json:
        session.answer([_document(each) for each in found])
        return
    for each in found:
        told = _document(each)
        session.say(f"{each.id}  {told['method']}  {told['name']}  {told['valid_from']} – {told['valid_to'] or ''}")
    if not found:
        session.say_in("割当規則はまだありません。", "There is no rule yet.")


def _document(kept: KeptRule) -> dict[str, Any]:
    found = kept.rule
    return {
        "id": kept.id,
        "name": found.name,
        "method": found.method,
        "source": found.source,
        "valid_from": found.valid_from.isoformat(),
        "valid_to": None if found.valid_to is None else found.valid_to.isoformat(),
    }


def _staff(workspace: Workspace, session: Session) -> str:
    with workspace.database.read() as connection:
        return stated_principal(connection, session.require_staff(), required=Scope.LOG_SEARCH).staff_id
