"""``sekisho contract trust``: what evidence is verified against in a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.contract_verify import read_at_most, uses_epilog
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.errors import UnknownUse
from sekisho.contracts.evidence.verifiers import uses
from sekisho.contracts.trust import TrustEntry, TrustSettings
from sekisho.workspace import Workspace


@click.group()
def trust() -> None:
    """証拠の検証に使う認証局・失効リストなど / Authorities, lists and the like that evidence is verified against."""


@trust.command(epilog=uses_epilog())
@click.argument("use")
@click.argument("file", metavar="FILE")
@click.option(
    "--name", help="呼び名（既定はファイル名、同じ名前のものと入れ替える） / Its name; replaces one of that name."
)
@output_options
@pass_session
def add(session: Session, use: str, file: str, name: str | None) -> None:
    """公式の経路で確かめた FILE を用途 USE で信頼する / Trust FILE, which you confirmed by an official way, for USE."""
    known = uses()
    if use not in known:
        raise UnknownUse(use=use, known=", ".join(known))
    content = read_at_most(file, known[use].limit)
    with session.open() as workspace:
        entry = TrustSettings(workspace).add(use, name or Path(file).name, content, by=_who(workspace, session))
    _told(session, entry, "信頼します", "Trusted")


@trust.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """信頼しているファイルの一覧 / What is trusted."""
    with session.open("read", keys=False) as workspace:
        entries = TrustSettings(workspace).entries()
    if session.json:
        session.answer([entry.as_document() for entry in entries])
        return
    for entry in entries:
        session.say(
            f"{entry.use}  {entry.name}  sha256 {entry.sha256[:16]}…  {entry.size}  {entry.added_by}  {entry.id}"
        )


@trust.command()
@click.argument("entry_id", metavar="ID")
@output_options
@pass_session
def remove(session: Session, entry_id: str) -> None:
    """以後は信頼しない / Trust it no longer."""
    with session.open() as workspace:
        entry = TrustSettings(workspace).remove(entry_id, by=_who(workspace, session))
    _told(session, entry, "外しました", "Removed")


def _who(workspace: Workspace, session: Session) -> str:
    """Who acts, as stated at this machine; only those whose role allows it choose what evidence is verified against."""
    with workspace.database.read() as connection:
        principal = stated_principal(connection, session.require_staff(), required=Scope.TRUST_MANAGE)
    return f"stated:{principal.staff_id}"


def _told(session: Session, entry: TrustEntry, ja: str, en: str) -> None:
    if session.json:
        session.answer(entry.as_document())
        return
    session.say_in(
        f"{ja}: {entry.use} {entry.name}（sha256 {entry.sha256[:16]}…）",
        f"{en}: {entry.use} {entry.name} (sha256 {entry.sha256[:16]}…)",
    )
