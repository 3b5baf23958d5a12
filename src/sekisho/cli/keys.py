"""``sekisho keys``: list, back up, restore, dispose of backups, destroy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import orjson

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session, output_options, pass_session, yes_option
from sekisho.errors import InputRefused
from sekisho.keys import KeyFile, Passphrase, backup, make_key_file
from sekisho.keys.backup import Restored
from sekisho.keys.catalogue import BackupRecord
from sekisho.keys.disk import RealDisk
from sekisho.keys.epoch import MAX_REASON
from sekisho.keys.mortal import MortalRing
from sekisho.workspace import Workspace
from sekisho.workspace.destructions import refuse_own_key
from sekisho.workspace.parts import HOUSE_KEY

BACKUP_LEAF = "keys.backup_made"
DISPOSAL_LEAF = "keys.backup_gone"

backup_key_option = click.option(
    "--backup-key-file",
    type=click.Path(path_type=Path),
    required=True,
    help="バックアップを開く鍵ファイル（keys make-file で作る） / Key file that opens the backup (keys make-file).",
)


class KeysStayInModule(InputRefused):
    """The keys are in a security module, or in a ring of another making."""

    reason = "keys_stay_in_module"
    ja = "鍵がHSMにあるため、ここからはできません。装置の手順に従ってください。"
    en = "The keys are in a security module; follow its own procedure."


@click.group()
def keys() -> None:
    """鍵の一覧・控え・復元・破棄 / List, back up, restore and destroy keys."""


@keys.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """生きている鍵と破棄した鍵 / Living keys and destroyed ones."""
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
    if session.json:
        session.answer(document)
        return
    for name in living:
        session.say(f"  {name}")
    for end in document["destroyed"]:
        session.say(f"✗ {end['name']}  {end['at']}  {end['reason']}  ({end['state']})")


@keys.command("make-file")
@click.argument("path", type=click.Path(path_type=Path))
@output_options
@pass_session
def make_file(session: Session, path: Path) -> None:
    """鍵ファイルを作る（控えを開くためなど） / Make a key file, such as one that opens backups."""
    make_key_file(path, RealDisk())
    if session.json:
        session.answer({"key_file": str(path)})
    session.say_in(f"{path} を作りました。", f"Made {path}.")


@keys.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--number", type=click.IntRange(1), help="通し番号（既定: 次の番号） / Serial number (default: the next)."
)
@click.option("--days", type=click.IntRange(1, 92), default=90, show_default=True, help="有効日数 / Days it lives.")
@backup_key_option
@output_options
@pass_session
def backup_(session: Session, target: Path, number: int | None, days: int, backup_key_file: Path) -> None:
    """番号と期限のある控えを作る（データの控えとは別の場所に） / Make a numbered, expiring backup."""
    with session.open() as workspace:
        actor, ring, now = _custodian(workspace, session), _mortal(workspace), workspace.clock.now()
        if number is None:
            with ring.catalogue() as catalogue:
                number = catalogue.next_number()
        made = backup.backup(
            ring,
            target,
            number=number,
            made_at=now,
            expires_at=now + timedelta(days=days),
            unlock=KeyFile(backup_key_file),
            apart_from=[workspace.path],
        )
        said = {"number": number, "expires_at": made.expires_at.isoformat(), "by": actor.staff_id}
        _record(workspace, BACKUP_LEAF, said)
    if session.json:
        session.answer({"file": str(target), **_backup(made)})
    session.say(f"{target}  #{number}  → {made.expires_at.date().isoformat()}")


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
@backup_key_option
@output_options
@pass_session
def restore(session: Session, file: Path, backup_key_file: Path) -> None:
    """控えから鍵を戻す（破棄した鍵は戻らない） / Restore keys from a backup; destroyed ones stay destroyed."""
    path = session.require_workspace()
    unlock = session.unlock(path)
    if not isinstance(unlock, (KeyFile, Passphrase)):
        raise KeysStayInModule
    with session.open("read", keys=False) as workspace:
        actor = _custodian(workspace, session)
    done = Workspace.restore_keys(
        path, file, backup_unlock=KeyFile(backup_key_file), keyring=unlock, by=actor.staff_id
    )
    if session.json:
        session.answer(_restored(done))
    session.say_in(
        f"控え #{done.number} から鍵 {len(done.taken)} 個を戻しました（破棄済みの {len(done.withheld)} 個を除く）。",
        f"Restored {len(done.taken)} keys from backup #{done.number}; withheld {len(done.withheld)} destroyed ones.",
    )
    for name in done.withheld:
        session.say(f"✗ {name}")


@keys.command()
@output_options
@pass_session
def due(session: Session) -> None:
    """期限が切れて、まだ処分の記録がない控え / Expired backups that nobody has recorded as gone."""
    with session.open("read") as workspace:
        found = backup.due_for_disposal(_mortal(workspace), at=workspace.clock.now())
    if session.json:
        session.answer([_backup(each) for each in found])
        return
    for each in found:
        session.say(f"#{each.number}  → {each.expires_at.date().isoformat()}")
    if not found:
        session.say_in("処分すべき控えはありません。", "No backup is due for disposal.")


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
@yes_option
@output_options
@pass_session
def dispose(session: Session, file: Path, yes: bool) -> None:
    """控えのファイルを上書きして消し、処分を記録する / Overwrite and remove a backup file, and record it as gone."""
    with session.open() as workspace:
        actor, ring = _custodian(workspace, session), _mortal(workspace)
        session.confirm(
            f"{file} を消します。これが唯一の写しですか",
            f"{file} will be removed. Is it the only copy there is?",
            yes=yes,
        )
        gone = backup.dispose(file, ring, at=workspace.clock.now(), by=actor.staff_id)
        _record(workspace, DISPOSAL_LEAF, {"number": gone.number, "how": gone.gone_how, "by": actor.staff_id})
    _tell_gone(session, gone)


@keys.command("record-gone")
@click.argument("number", type=click.IntRange(1))
@click.option("--how", required=True, help="どう処分したか / How it was disposed of.")
@output_options
@pass_session
def record_gone(session: Session, number: int, how: str) -> None:
    """別の場所で処分した控えを記録する / Record a backup that was disposed of elsewhere."""
    with session.open() as workspace:
        actor, ring, now = _custodian(workspace, session), _mortal(workspace), workspace.clock.now()
        with ring.catalogue() as catalogue:
            gone = catalogue.record_gone(number, at=now, by=actor.staff_id, how=_bounded(how))
        _record(workspace, DISPOSAL_LEAF, {"number": number, "how": gone.gone_how, "by": actor.staff_id})
    _tell_gone(session, gone)


@keys.command()
@click.argument("name")
@click.option("--reason", required=True, help="破棄の理由 / Why.")
@yes_option
@output_options
@pass_session
def destroy(session: Session, name: str, reason: str, yes: bool) -> None:
    """鍵を破棄する（戻せない） / Destroy a key; there is no way back."""
    refuse_own_key(name)
    reason = _bounded(reason)
    with session.open() as workspace:
        actor = _custodian(workspace, session)
        session.confirm(
            f"鍵「{name}」で暗号化したものは二度と開けません。続けますか",
            f"Nothing encrypted under {name} will ever open again. Go on?",
            yes=yes,
        )
        ended = workspace.destroy_key(name, reason=reason, by=actor.staff_id)
        state = backup.destruction_state(_mortal(workspace), name, at=workspace.clock.now()).value
    if session.json:
        at = ended.at.isoformat()
        session.answer(
            {"name": ended.name, "epoch": ended.epoch, "at": at, "reason": ended.reason, "state": state}
        )
    session.say(f"✗ {ended.name}  epoch {ended.epoch}  ({state})")


def _custodian(workspace: Workspace, session: Session) -> Principal:
    with workspace.database.read() as connection:
        return stated_principal(connection, session.require_staff(), required=Scope.KEYS_MANAGE)


def _mortal(workspace: Workspace) -> MortalRing:
    ring = workspace.keyring
    if not isinstance(ring, MortalRing):
        raise KeysStayInModule
    return ring


def _record(workspace: Workspace, kind: str, said: dict[str, Any]) -> None:
    body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    workspace.commit(lambda _: None, [workspace.seal(kind=kind, owner=HOUSE_KEY, body=body)])


def _bounded(text: str) -> str:
    if not text.strip() or len(text) > MAX_REASON or not text.isprintable():
        raise click.BadParameter(f"1 to {MAX_REASON} printable characters")
    return text


def _tell_gone(session: Session, gone: BackupRecord) -> None:
    if session.json:
        session.answer(_backup(gone))
    session.say_in(f"控え #{gone.number} の処分を記録しました。", f"Recorded backup #{gone.number} as gone.")


def _backup(each: BackupRecord) -> dict[str, Any]:
    return {
        "number": each.number,
        "made_at": each.made_at.isoformat(),
        "expires_at": each.expires_at.isoformat(),
        "keys": len(each.names),
        "gone_at": each.gone_at.isoformat() if each.gone_at is not None else None,
    }


def _restored(done: Restored) -> dict[str, Any]:
    return {"number": done.number, "taken": list(done.taken), "withheld": list(done.withheld)}
