"""``sekisho stop``: the police agency's notices, objections, and a month's figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.access.service import authenticate
from sekisho.cli.log_options import read_document, stated
from sekisho.cli.session import Session, output_options, pass_session, read_secret
from sekisho.cli.stop_text import service_of, tell


@click.command()
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def notice(session: Session, file: str) -> None:
    """警察庁の通知を登録する / Enter a notice that names a contractor.

    JSON: document_number, dated, received_at, contractor, kinds, period_days, called_back, stock
    """
    written = read_document(file)
    with session.open() as workspace:
        made = service_of(workspace).denials.receive(written, by=stated(workspace, session, Scope.REQUEST))
    tell(session, made.document())


@click.command()
@output_options
@pass_session
def denials(session: Session) -> None:
    """提供拒否の一覧 / All denials, newest first."""
    with session.open("read") as workspace:
        found = [one.document() for one in service_of(workspace).denials.every()]
    if session.json:
        session.answer(found)
        return
    for one in found:
        session.say(f"{one['id']}  {one['state']}  {one['contractor']}  {one['from'] or ''} – {one['until'] or ''}")


@click.command()
@click.argument("contractor", metavar="CONTRACTOR")
@output_options
@pass_session
def count(session: Session, contractor: str) -> None:
    """契約者ごとの要請の件数（何も自動では拒否しない） / Requests that a contractor had; nothing follows by itself."""
    with session.open("read") as workspace:
        found = service_of(workspace).denials.count(contractor)
    if session.json:
        session.answer(found)
        return
    session.say(f"{found['contractor']}  {found['requests']}  / {found['threshold'] or '―'}")
    session.say(found["note"][session.lang])


@click.command("object")
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def object_(session: Session, file: str) -> None:
    """異議を登録する / Enter an objection. JSON: about, contact, grounds, received_at"""
    written = read_document(file)
    with session.open() as workspace:
        made = service_of(workspace).objections.receive(written, by=stated(workspace, session, Scope.DECIDE))
    tell(session, made)


@click.command()
@click.argument("objection_id", metavar="OBJECTION")
@click.option("--outcome", type=click.Choice(["upheld", "rejected"]), required=True, help="結論 / The outcome.")
@click.option("--note", required=True, help="契約者に伝える理由 / The reason that the contractor is told.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    required=True,
    help="判断する人のトークンを書いたファイル / A file with the token of whoever decides.",
)
@output_options
@pass_session
def decide(session: Session, objection_id: str, outcome: str, note: str, token_file: Path) -> None:
    """異議を判断する（停止・拒否に関わらなかった人） / Decide an objection; nobody who took part before."""
    with session.open() as workspace:
        token = read_secret(token_file)
        with workspace.database.read() as connection:
            actor = authenticate(connection, token, required=Scope.READ, now=workspace.clock.now())
        made = service_of(workspace).objections.decide(objection_id, outcome, note, by=actor)
    tell(session, made)


@click.command()
@click.option("--month", required=True, metavar="2026-11", help="月（日本の暦） / The month, in Japan.")
@output_options
@pass_session
def report(session: Session, month: str) -> None:
    """月ごとの件数（種類・警察・停止までの時間）と注意喚起文 / A month's figures, and the warning they give."""
    found = _figures(session, month)
    if session.json:
        session.answer(found)
        return
    for name in ("requested", "stopped", "by_kind", "by_force", "by_answer", "hours_to_stop"):
        session.say(f"{name}  {found[name]}")
    session.say(found["warning"][session.lang])


@click.command()
@click.option("--month", required=True, metavar="2026-11", help="月（日本の暦） / The month, in Japan.")
@output_options
@pass_session
def warning(session: Session, month: str) -> None:
    """月の件数に基づく注意喚起文（日・英） / A month's public warning."""
    found = _figures(session, month)["warning"]
    if session.json:
        session.answer(found)
        return
    session.say(found[session.lang])


def _figures(session: Session, month: str) -> dict[str, Any]:
    with session.open("read") as workspace:
        return service_of(workspace).figures(month)
