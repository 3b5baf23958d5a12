"""``sekisho contract outside``: whom a workspace asks while it verifies evidence."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.adapters.bounded_http import Host, Key
from sekisho.contracts.outside.parties import PARTIES, OutsideParties, PartyEntry
from sekisho.workspace import Workspace

_NAMES = "\n\n".join(f"{one.name}: {one.title.ja} / {one.title.en}" for one in PARTIES.values())


@click.group()
def outside() -> None:
    """検証のときの照会先（失効、法人番号、登記情報） / Whom to ask while evidence is verified."""


@outside.command("set", epilog=_NAMES)
@click.argument("name")
@click.argument("address", metavar="URL")
@click.option(
    "--key-file",
    "key_file",
    type=click.Path(path_type=Path),
    required=True,
    help="照会先に示す鍵を1行で入れたファイル（chmod 600） / The key shown there, alone in a file only you may read.",
)
@output_options
@pass_session
def set_(session: Session, name: str, address: str, key_file: Path) -> None:
    """以後、照会先 NAME には URL で照会する / Ask NAME at URL from now on.

    鍵は暗号化して保存し、表示しません。前の設定と入れ替えます。照会先が止まっているときは「確認できず」になります。

    The key is kept encrypted and never shown. A party that is down makes a check that could not be made, and no error.
    """
    key = Key.read(key_file)
    with session.open() as workspace:
        entry = OutsideParties(workspace).set(name, address, key, by=_who(workspace, session))
    _told(session, entry, "照会します", "Asked from now on")


@outside.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """照会先の一覧（鍵は表示しない） / Who is asked; never a key."""
    with session.open("read", keys=False) as workspace:
        entries = OutsideParties(workspace).entries()
    if session.json:
        session.answer([entry.as_document() for entry in entries])
        return
    if not entries:
        session.say_in("照会先は設定されていません。", "No outside party is set.")
    for entry in entries:
        simulator = "  simulator" if Host(entry.address).is_loopback else ""
        session.say(f"{entry.name}  {entry.address}{simulator}  {entry.set_by}  {entry.set_at.isoformat()}")


@outside.command()
@click.argument("name")
@output_options
@pass_session
def remove(session: Session, name: str) -> None:
    """以後は照会せず、鍵も消す / Ask it no longer, and forget its key."""
    with session.open() as workspace:
        entry = OutsideParties(workspace).remove(name, by=_who(workspace, session))
    _told(session, entry, "以後は照会しません", "Asked no longer")


def _who(workspace: Workspace, session: Session) -> str:
    """Who acts, as stated at this machine; whom to believe is chosen by those who choose the trust files."""
    with workspace.database.read() as connection:
        principal = stated_principal(connection, session.require_staff(), required=Scope.TRUST_MANAGE)
    return f"stated:{principal.staff_id}"


def _told(session: Session, entry: PartyEntry, ja: str, en: str) -> None:
    if session.json:
        session.answer(entry.as_document())
        return
    session.say_in(f"{ja}: {entry.name} {entry.address}", f"{en}: {entry.name} {entry.address}")
