"""``sekisho disclosure hold``: what a case asks to be kept is kept, on its own terms."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, tell, token_option
from sekisho.cli.log_options import as_day, day_type
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.service import DisclosureService
from sekisho.logs.holds.letters import Letter
from sekisho.logs.holds.rows import HoldEntry
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.holds.service import Holds


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
        entry = DisclosureService(workspace).holding.hold(case_id, until=as_day(until), by=by)
        letter = Holds(workspace).letter(entry.id, by=by) if entry.state.value == "active" else None
    _tell(session, case_id, entry, letter)


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
        entry = service.holding.extend(case_id, parent, until=until.date(), why=why, by=by)
        letter = Holds(workspace).letter(entry.id, by=by)
    _tell(session, case_id, entry, letter)


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
        entry = DisclosureService(workspace).holding.find(case_id, by=by)
        letter = Holds(workspace).letter(entry.id, by=by) if entry.state.value == "active" else None
    _tell(session, case_id, entry, letter)


def _tell(session: Session, case_id: str, entry: HoldEntry, letter: Letter | None) -> None:
    if session.json:
        said = {"case": case_id, "hold": entry.document()}
        if letter is not None:
            said["letter"] = {**letter.document_json(), "text": {"ja": letter.text("ja"), "en": letter.text("en")}}
        session.answer(said)
        return
    session.say(f"{entry.id}  {entry.state.value}  {entry.received} → {entry.until or '—'}")
    if entry.state.value == "requested":
        session.say_in(
            f"承認が要ります: sekisho log hold approve {entry.id}、その後 sekisho disclosure hold make {case_id}",
            f"It needs approval: sekisho log hold approve {entry.id}, then sekisho disclosure hold make {case_id}",
        )
    elif letter is not None:
        session.say("")
        session.say(letter.text(session.lang).rstrip("\n"))
