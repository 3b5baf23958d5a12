"""``sekisho init``: make a workspace, its key file, and the first administrator."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.access.service import add_first_administrator
from sekisho.cli.session import Session, default_key_file, pass_session
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--name", default="sekisho", show_default=True, help="作業領域の名前 / The workspace's name.")
@click.option(
    "--legal-confirmation",
    type=click.Choice(["required", "shown"]),
    default="required",
    show_default=True,
    help="未確認の条文で判断するか（shown は試用・試験向け） / Whether unconfirmed texts decide (shown: for trials).",
)
@click.option(
    "--administrator", default="admin", show_default=True, help="最初の管理者の職員ID / The first administrator's id."
)
@click.option("--database-url", help="PostgreSQLのURL（既定: 中のSQLite） / PostgreSQL's URL (default: SQLite inside).")
@click.option("--json", "as_json", is_flag=True, help="JSON で出す / Print JSON.")
@pass_session
def init(
    session: Session,
    directory: Path,
    name: str,
    legal_confirmation: str,
    administrator: str,
    database_url: str | None,
    as_json: bool,
) -> None:
    """作業領域を作る / Make a workspace."""
    session.json = as_json
    key_file = session.key_file or default_key_file(directory)
    if not key_file.exists():
        make_key_file(key_file, RealDisk())
    session.key_file = key_file
    with Workspace.create(
        directory,
        name=name,
        legal_confirmation="shown" if legal_confirmation == "shown" else "required",
        keyring=session.unlock(directory),
        database_url=database_url,
    ) as workspace:
        now = workspace.clock.now()
        workspace.change(lambda c: add_first_administrator(c, staff_id=administrator, name=administrator, now=now))
        document = {
            "workspace": str(directory),
            "workspace_id": workspace.workspace_id,
            "key_file": str(key_file),
            "administrator": administrator,
            "legal_confirmation": workspace.legal_confirmation,
            "ledger_origin": workspace.origin,
            "ledger_public_key": workspace.ledger_public_key.hex(),
        }
    if as_json:
        session.answer(document)
    elif session.lang == "ja":
        session.say(f"作業領域 {directory} を作りました。鍵ファイルは {key_file} です。")
        session.say("鍵ファイルは作業領域のバックアップと別の場所に保管してください。失うと何も開けません。")
    else:
        session.say(f"Made the workspace {directory}. Its key file is {key_file}.")
        session.say("Keep the key file apart from backups of the workspace. Without it nothing can be opened.")
