"""``sekisho disclosure effect``: what requests came to, how long each step took, how long logs were really kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.disclosure_deliver import write_new
from sekisho.cli.disclosure_options import actor, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.disclosure.effect import Effects
from sekisho.disclosure.study import actual_retention, outcomes

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def effect() -> None:
    """結果の集計（効果検証） / What became of requests: the verification of effect."""


@effect.command()
@click.option("--from", "first", type=_DAY, required=True, help="この日から / From this day.")
@click.option("--to", "last", type=_DAY, required=True, help="この日まで / To this day.")
@click.option("--publish", "public", is_flag=True, help="外に出せる形（小さい数は伏せる） / As it may leave the house.")
@token_option
@output_options
@pass_session
def outcome(session: Session, first: datetime, last: datetime, *, public: bool, token_file: Path | None) -> None:
    """請求の種類ごとの結果・ログの古さ・特定できなかった理由 / Outcomes by type, age of the log, reasons of failure."""
    with session.open("read") as workspace:
        by, effects = actor(workspace, session, token_file), Effects(workspace)
        days = first.date(), last.date()
        document = effects.publication(*days, by=by) if public else outcomes.document(effects.statistics(*days, by=by))
    _tell(session, document)


@effect.command()
@token_option
@output_options
@pass_session
def times(session: Session, token_file: Path | None) -> None:
    """自社の案件で測った各段階の日数。`study` は retention-study --times に渡せる / How long own cases took.

    `study` は `sekisho disclosure retention-study --times FILE` に渡せます。

    `study` is what `sekisho disclosure retention-study --times FILE` takes.
    """
    with session.open("read") as workspace:
        by, effects = actor(workspace, session, token_file), Effects(workspace)
        measured = {name.value: one.document() for name, one in effects.own_times(by=by).items()}
        _tell(session, {**effects.stage_times(by=by), "study": measured})


@effect.command()
@click.option("--csv", "csv", type=click.Path(path_type=Path), metavar="FILE", help="CSVを書き出す / Write the table.")
@token_option
@output_options
@pass_session
def retention(session: Session, csv: Path | None, token_file: Path | None) -> None:
    """実際の保存期間（事業者ヒアリング用） / How long logs were really kept, for the ministry's hearing."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found, today = Effects(workspace).retention(by=by), japan_date(workspace.clock.now())
    if csv is not None:
        write_new(csv, actual_retention.as_csv(found, session.lang).encode("utf-8-sig"))
    if session.json:
        session.answer(actual_retention.document(found, on=today))
        return
    session.say(actual_retention.as_csv(found, session.lang).rstrip("\r\n"))


def _tell(session: Session, document: dict[str, Any]) -> None:
    if session.json:
        session.answer(document)
        return
    for line in _lines(document, ""):
        session.say(line)


def _lines(value: Any, indent: str) -> list[str]:
    """A document as indented lines; tables keep one row on a line."""
    if isinstance(value, dict):
        made = []
        for name, one in value.items():
            if isinstance(one, dict | list) and one:
                made += [f"{indent}{name}:", *_lines(one, indent + "  ")]
            else:
                made.append(f"{indent}{name}: {one}")
        return made
    return [indent + _row(one) for one in value]


def _row(one: Any) -> str:
    return "  ".join(f"{name}={each}" for name, each in one.items()) if isinstance(one, dict) else str(one)
