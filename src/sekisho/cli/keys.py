"""``sekisho keys``: list, back up, dispose of backups, destroy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import orjson

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session, pass_session
from sekisho.errors import InputRefused, Unavailable
from sekisho.keys import KeyFile, backup
from sekisho.keys.mortal import MortalRing
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

BACKUP_LEAF = "keys.backup_made"
DESTRUCTION_LEAF = "keys.destroyed"


class NotBackedUpHere(Unavailable):
    """This keyring is not backed up from here."""

    reason = "not_backed_up_here"
    ja = "この鍵束はここからはバックアップできません。装置（HSM）の手順に従ってください。"
    en = "This keyring isn't backed up from here; follow your security module's own procedure."


class KeyOfWorkspace(InputRefused):
    """The key holds the workspace itself together."""

    reason = "key_of_workspace"
    ja = (
        "「{name}」は作業領域そのものの鍵です。"
        "作業領域を終えるときは、フォルダーと鍵ファイルを保管規程に従って廃棄してください。"
    )
    en = "'{name}' is a key of the workspace itself. To end a workspace, dispose of its folder and its key file."


@click.group()
def keys() -> None:
    """鍵の一覧・バックアップ・破棄 / List, back up and destroy keys."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON で出す / Print JSON.")
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """生きている鍵と破棄した鍵 / Living keys and destroyed ones."""
    session.json = as_json
    with session.open("read") as workspace:
        ring = _mortal(workspace)
        living, ended, now = sorted(ring.names()), ring.destructions(), workspace.clock.now()
        document: dict[str, Any] = {
            "epoch": ring.epoch(),
            "living": living,
            "destroyed": [
                {
                    "name": end.name,
                    "at": end.at.isoformat(),
                    "reason": end.reason,
                    "state": backup.destruction_state(ring, end.name, at=now).value,
                }
                for end in ended
            ],
        }
    if as_json:
        session.answer(document)
        return
    for name in living:
        session.say(f"  {name}")
    for end in document["destroyed"]:
        session.say(f"✗ {end['name']}  {end['at']}  {end['reason']}  ({end['state']})")


@keys.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--number", type=click.IntRange(1), required=True, help="通し番号 / Serial number.")
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="有効日数 / Days it lives.")
@click.option(
    "--backup-key-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="バックアップを開く鍵ファイル / Key file that opens the backup.",
)
@pass_session
def backup_(session: Session, target: Path, number: int, days: int, backup_key_file: Path) -> None:
    """番号と期限のあるバックアップを作る（データのバックアップとは別の場所に） / Make a numbered, expiring backup."""
    with session.open() as workspace:
        actor = _custodian(workspace, session)
        now = workspace.clock.now()
        made = backup.backup(
            _mortal(workspace),
            target,
            number=number,
            made_at=now,
            expires_at=now + timedelta(days=days),
            unlock=KeyFile(backup_key_file),
            apart_from=[workspace.path],
        )
        body = {"number": number, "expires_at": made.expires_at.isoformat(), "by": actor.staff_id}
        workspace.commit(
            lambda _: None, [workspace.seal(kind=BACKUP_LEAF, owner=HOUSE_KEY, body=orjson.dumps(body), at=now)]
        )
    session.say(f"{target}  #{number}  → {made.expires_at.date().isoformat()}")


@keys.command()
@click.argument("name")
@click.option("--reason", required=True, help="破棄の理由 / Why.")
@click.confirmation_option(
    prompt="この鍵で暗号化したものは二度と開けません。続けますか / Nothing under it will ever open again. Go on?"
)
@pass_session
def destroy(session: Session, name: str, reason: str) -> None:
    """鍵を破棄する（戻せない） / Destroy a key; there is no way back."""
    if name.startswith("workspace/"):
        raise KeyOfWorkspace(name=name)
    with session.open() as workspace:
        actor = _custodian(workspace, session)
        now = workspace.clock.now()
        # The leaf comes first: a key that is gone without a trace would look like damage.
        body = orjson.dumps({"name": name, "reason": reason, "by": actor.staff_id, "at": now.isoformat()})
        workspace.keyring.derive(name, info=b"sekisho keys destroy: does it live")
        workspace.commit(lambda _: None, [workspace.seal(kind=DESTRUCTION_LEAF, owner=HOUSE_KEY, body=body, at=now)])
        ended = workspace.keyring.destroy(name, at=now, reason=reason)
    session.say(f"✗ {ended.name}  epoch {ended.epoch}")


def _custodian(workspace: Workspace, session: Session) -> Principal:
    with workspace.database.read() as connection:
        return stated_principal(connection, session.require_staff(), required=Scope.KEYS_MANAGE)


def _mortal(workspace: Workspace) -> MortalRing:
    ring = workspace.keyring
    if not isinstance(ring, MortalRing):
        raise NotBackedUpHere
    return ring
