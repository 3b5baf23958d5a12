"""``sekisho disclosure emergency``: at night, with two people inside, somebody outside approves."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, note_option, tell, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.service import DisclosureService


@click.group()
def emergency() -> None:
    """緊急避難・救助: 社外の人が承認し、あとで別の人が確かめる / Emergencies: approved outside, reviewed afterwards."""


@emergency.command()
@case_argument
@click.argument("outside", metavar="STAFF")
@token_option
@output_options
@pass_session
def call(session: Session, case_id: str, outside: str, token_file: Path | None) -> None:
    """社外の承認者に案件を知らせる / Let the approver from outside know of the case."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).emergencies.call(case_id, outside, by=by)
        tell(session, entry, f"{outside} が案件を見られるようになりました。", f"{outside} may see the case now.")


@emergency.command()
@case_argument
@note_option
@token_option
@output_options
@pass_session
def approve(session: Session, case_id: str, note: str, token_file: Path | None) -> None:
    """社外の承認者が承認する（本人のトークンで） / Approve from outside, by one's own token."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).emergencies.approve(case_id, note, by=by)
        tell(session, entry, "社外の承認を記録しました。", "The approval from outside is on record.")


@emergency.command()
@case_argument
@note_option
@token_option
@output_options
@pass_session
def review(session: Session, case_id: str, note: str, token_file: Path | None) -> None:
    """関わっていない人が、あとから確かめる / Somebody who had no part looks at it afterwards."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).emergencies.review_afterwards(case_id, note, by=by)
        tell(session, entry, "事後の確認を記録しました。", "The review afterwards is on record.")
