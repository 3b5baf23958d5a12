"""``sekisho disclosure correct``: a fact of an answered case was otherwise. One person states it, another confirms."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.disclosure_judge import value_of
from sekisho.cli.disclosure_options import actor, case_argument, note_option, tell, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.service import DisclosureService


@click.group()
def correct() -> None:
    """交付した後の事実の訂正（2人で。決定は書き換えない） / Correct a fact after the delivery: two people."""


@correct.command()
@case_argument
@click.argument("fact", metavar="FACT[=VALUE]")
@note_option
@token_option
@output_options
@pass_session
def state(session: Session, case_id: str, fact: str, note: str, token_file: Path | None) -> None:
    """事実がどうだったかと、その根拠を申し出る / State how a fact was, and what shows it."""
    name, _, written = fact.partition("=")
    value = value_of(name, written or "true")
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        made = DisclosureService(workspace).corrections.state(case_id, name, value, note, by=by)
    if session.json:
        session.answer(made.document())
        return
    session.say_in(
        f"{made.number} 番として記録しました。別の人が確認するまで、何も変わりません。",
        f"On record as number {made.number}. Nothing changes until somebody else confirms it.",
    )


@correct.command()
@case_argument
@click.argument("number", type=click.IntRange(1))
@token_option
@output_options
@pass_session
def confirm(session: Session, case_id: str, number: int, token_file: Path | None) -> None:
    """別の人が確認する。決定の記録は残る / Confirm it, as somebody else. What was decided stays on record."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).corrections.confirm(case_id, number, by=by)
        ja, en = "事実を訂正しました。決定は当時のまま残ります。", "Corrected; the decision stays as it was."
        tell(session, entry, ja, en)


@correct.command("list")
@case_argument
@token_option
@output_options
@pass_session
def list_(session: Session, case_id: str, token_file: Path | None) -> None:
    """申し出と確認の一覧 / What was stated, and what was confirmed."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).corrections.every(case_id, by=by)
    if session.json:
        session.answer({"corrections": [one.document() for one in found]})
        return
    for one in found:
        waits = {"ja": "確認待ち", "en": "to be confirmed"}[session.lang]
        who = f"{one.stated_by} → {one.confirmed_by or waits}"
        session.say(f"{one.number}  {one.fact}: {one.was} → {one.value}  {who}  {one.note}")
