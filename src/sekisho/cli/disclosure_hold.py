"""``sekisho disclosure hold``: what a case asks to be kept is kept, on its own terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, tell, token_option
from sekisho.cli.log_options import as_day, day_type
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.service import DisclosureService
from sekisho.logs.holds.letters import Letter
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import ReleaseReason


@click.group()
def hold() -> None:
    """記録を保全・延長・解除する / Hold records, extend, release."""


@hold.command()
@case_argument
@click.option("--until", type=day_type, help="最後の日（省くと求められた日数） / Its last day; as asked by default.")
@token_option
@output_options
@pass_session
def make(session: Session, case_id: str, until: datetime | None, token_file: Path | None) -> None:
    """請求のとおりに保全し、通知の文書を出す / Hold what the request asks for, and print the letter."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        holding = DisclosureService(workspace).holding
        entries = holding.hold(case_id, until=as_day(until), by=by)
        letters = holding.letters(case_id, by=by)
    _tell(session, case_id, entries, letters)


@hold.command()
@case_argument
@token_option
@output_options
@pass_session
def approve(session: Session, case_id: str, token_file: Path | None) -> None:
    """任意の依頼による保全を承認する / Approve holds that rest on the operator's own judgement."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entries = DisclosureService(workspace).holding.approve(case_id, by=by)
    _tell(session, case_id, entries, ())


@hold.command()
@case_argument
@click.option("--note", required=True, help="何を確かめたか / What was found.")
@token_option
@output_options
@pass_session
def review(session: Session, case_id: str, note: str, token_file: Path | None) -> None:
    """終わりの日がない保全が、まだ要ることを確かめた / What has no last day is still needed."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entries = DisclosureService(workspace).holding.review(case_id, note, by=by)
    _tell(session, case_id, entries, ())


@hold.command()
@case_argument
@click.option(
    "--of", "parent", required=True, metavar="CASE", help="先の保全要請の案件 / The case of the first request."
)
@click.option("--until", type=day_type, required=True, help="新しい最後の日 / The new last day.")
@click.option("--why", required=True, help="特に必要な理由 / What makes it specially needed.")
@token_option
@output_options
@pass_session
def extend(session: Session, case_id: str, parent: str, until: datetime, why: str, token_file: Path | None) -> None:
    """延長の要請により、先の保全を延長する（通算60日まで） / Extend the first request's hold: 60 days in all."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        service = DisclosureService(workspace)
        entries = service.holding.extend(case_id, parent, until=until.date(), why=why, by=by)
        letters = service.holding.letters(case_id, by=by)
    _tell(session, case_id, entries, letters)


@hold.command()
@case_argument
@click.option(
    "--reason", "why", required=True, type=click.Choice([one.value for one in ReleaseReason]), help="理由 / Why."
)
@click.option("--document", default="", help="取消書面・裁判所の通知など / The paper it rests on.")
@click.option("--decided-on", type=day_type, help="決定の告知を受けた日 / Day on which a decision was served.")
@click.option("--ended-on", type=day_type, help="事件が終わった日 / Day on which the case ended.")
@token_option
@output_options
@pass_session
def release(
    session: Session,
    case_id: str,
    why: str,
    document: str,
    decided_on: datetime | None,
    ended_on: datetime | None,
    token_file: Path | None,
) -> None:
    """保全を解除する。写しは次の `sekisho due` で消える / Release; the next `sekisho due` destroys the copies."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).holding.release(
            case_id,
            ReleaseReason(why),
            document=document,
            decided_on=as_day(decided_on),
            ended_on=as_day(ended_on),
            by=by,
        )
        tell(session, entry, "保全を解除しました。", "The hold is released.")


@hold.command()
@case_argument
@token_option
@output_options
@pass_session
def show(session: Session, case_id: str, token_file: Path | None) -> None:
    """案件の保全と通知の文書 / The hold of a case, and its letter."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        holding = DisclosureService(workspace).holding
        entries, letters = holding.find(case_id, by=by), holding.letters(case_id, by=by)
    _tell(session, case_id, entries, letters)


def _tell(session: Session, case_id: str, entries: Sequence[HoldEntry], letters: Sequence[Letter]) -> None:
    if session.json:
        told = [
            {**one.document_json(), "text": {"ja": one.text("ja"), "en": one.text("en")}} for one in letters
        ]
        session.answer({"case": case_id, "holds": [one.document() for one in entries], "letters": told})
        return
    for entry in entries:
        session.say(f"{entry.id}  {entry.state.value}  {entry.received} → {entry.until or '—'}")
    if any(entry.state is HoldState.REQUESTED for entry in entries):
        session.say_in(
            f"承認が要ります: sekisho disclosure hold approve {case_id}、その後 sekisho disclosure hold make {case_id}",
            f"Approval is needed: sekisho disclosure hold approve {case_id}, then "
            f"sekisho disclosure hold make {case_id}",
        )
    for letter in letters:
        session.say("")
        session.say(letter.text(session.lang).rstrip("\n"))
