"""``sekisho disclosure setting``: prices, other providers' prefixes, and this operator's name on its papers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import orjson

from sekisho.cli.disclosure_options import actor, token_option
from sekisho.cli.log_options import as_day, day_type, read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.desk_settings import DeskSettings, Made, Setting

_NAMES = click.Choice([one.value for one in Setting])


@click.group()
def setting() -> None:
    """料金・他の事業者のアドレス範囲・書面の名義の設定 / Prices, other providers' prefixes, the name on papers."""


@setting.command("set")
@click.argument("name", type=_NAMES, metavar="NAME")
@click.argument("file", metavar="FILE|-")
@click.option("--from", "valid_from", type=day_type, help="いつから（省くと今日） / From which day; today by default.")
@token_option
@output_options
@pass_session
def set_(session: Session, name: str, file: str, valid_from: datetime | None, token_file: Path | None) -> None:
    """prices・others・office を定める（管理者のトークンで） / Set prices, others or office, as an administrator.

    前の設定は消えず、記録に残ります。過ぎた日からの設定はできません。

    The former setting stays on record. Nothing can be set from a day that is over.
    """
    written = read_document(file)
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        made = DeskSettings(workspace).make(Setting(name), written, valid_from=as_day(valid_from), by=by)
    if session.json:
        session.answer(made.document())
        return
    session.say_in(f"{name} を {made.valid_from} から使います。", f"{name} is in force from {made.valid_from}.")


@setting.command()
@click.argument("name", type=_NAMES, metavar="[NAME]", required=False)
@click.option("--history", is_flag=True, help="これまでのすべて / All there ever were.")
@click.option("--on", type=day_type, help="その日の設定（省くと今日） / As of a day; today by default.")
@output_options
@pass_session
def show(session: Session, name: str | None, history: bool, on: datetime | None) -> None:
    """今の設定を示す / Show what is set."""
    wanted = list(Setting) if name is None else [Setting(name)]
    with session.open("read") as workspace:
        settings = DeskSettings(workspace)
        if history:
            found = [one for one in settings.every() if one.name in wanted]
        else:
            in_force = (settings.in_force(one, as_day(on)) for one in wanted)
            found = [one for one in in_force if one is not None]
    if session.json:
        session.answer([one.document() for one in found])
        return
    for one in found:
        session.say(_line(one))
    if not found:
        session.say_in("設定はありません。", "Nothing is set.")


def _line(one: Made) -> str:
    value = orjson.dumps(dict(one.value)).decode()
    return f"{one.name.value}  {one.valid_from}  {one.since.isoformat()}  {one.by}  {value}"
