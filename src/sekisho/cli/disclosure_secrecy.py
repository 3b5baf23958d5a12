"""``sekisho disclosure secrecy``: the end of a case's secrecy, stated by one person and confirmed by another."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, note_option, tell, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.secrecy import Ground
from sekisho.disclosure.service import DisclosureService


@click.group()
def secrecy() -> None:
    """秘密保持の終わりを記録する（2人で） / Record that a case is no longer secret; it takes two people."""


@secrecy.command()
@case_argument
@click.argument("ground", type=click.Choice([one.value for one in Ground]))
@note_option
@token_option
@output_options
@pass_session
def state(session: Session, case_id: str, ground: str, note: str, token_file: Path | None) -> None:
    """終わったと申し出る（文書があるか、期日が過ぎた） / State that it ended: by a document, or its day is over."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        made = DisclosureService(workspace).secrecy.state(case_id, Ground(ground), note, by=by)
    if session.json:
        session.answer(made.document())
        return
    session.say_in(
        f"{made.number} 番として記録しました。別の人が確認するまで、秘密のままです。",
        f"On record as number {made.number}. It stays secret until somebody else confirms it.",
    )


@secrecy.command()
@case_argument
@click.argument("number", type=click.IntRange(1))
@token_option
@output_options
@pass_session
def confirm(session: Session, case_id: str, number: int, token_file: Path | None) -> None:
    """別の人が確認する。ここで秘密が終わる / Confirm it, as somebody else. With this the secrecy ends."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).secrecy.confirm(case_id, number, by=by)
        tell(session, entry, "秘密は終わりました。", "The case is no longer secret.")


@secrecy.command("list")
@case_argument
@token_option
@output_options
@pass_session
def list_(session: Session, case_id: str, token_file: Path | None) -> None:
    """申し出と確認の一覧 / What was stated, and what was confirmed."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).secrecy.every(case_id, by=by)
    if session.json:
        session.answer({"ends": [one.document() for one in found]})
        return
    for one in found:
        waits = {"ja": "確認待ち", "en": "to be confirmed"}[session.lang]
        session.say(f"{one.number}  {one.ground.value}  {one.stated_by} → {one.confirmed_by or waits}  {one.said}")
