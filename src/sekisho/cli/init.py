"""``sekisho init``: make a workspace, its key file, and the first administrator."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.access.service import add_first_administrator
from sekisho.cli.errors import ReservedName
from sekisho.cli.session import Session, default_key_file, output_options, pass_session
from sekisho.errors import InputRefused
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from sekisho.workspace.errors import DatabaseUnreachable

DEMO_NAME = "sekisho-demo"
"""The name by which a workspace is known to be a demonstration, which may be made again."""


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
@click.option(
    "--pkcs11-library",
    type=click.Path(path_type=Path),
    help="鍵をHSMに置く: PKCS#11 ライブラリ / Keep the keys in a security module: its PKCS#11 library.",
)
@click.option("--token-label", help="HSMのトークン名 / The token's label.")
@click.option(
    "--pin-file", type=click.Path(path_type=Path), help="HSMのPINを書いたファイル / A file that holds the PIN."
)
@output_options
@pass_session
def init(
    session: Session,
    directory: Path,
    name: str,
    legal_confirmation: str,
    administrator: str,
    database_url: str | None,
    pkcs11_library: Path | None,
    token_label: str | None,
    pin_file: Path | None,
) -> None:
    """作業領域を作る / Make a workspace."""
    if name == DEMO_NAME:
        raise ReservedName(name=name)
    session.pkcs11_library = pkcs11_library or session.pkcs11_library
    session.token_label = token_label or session.token_label
    session.pin_file = pin_file or session.pin_file
    key_file = _new_key_file(session, directory)
    try:
        made = Workspace.create(
            directory,
            name=name,
            legal_confirmation="shown" if legal_confirmation == "shown" else "required",
            keyring=session.unlock(directory),
            database_url=database_url,
        )
    except (InputRefused, DatabaseUnreachable):
        # Nothing was made, and a key file that opens nothing would be taken for one that does.
        if key_file is not None:
            key_file.unlink(missing_ok=True)
        raise
    with made as workspace:
        now = workspace.clock.now()
        workspace.change(lambda c: add_first_administrator(c, staff_id=administrator, name=administrator, now=now))
        document = {
            "workspace": str(directory),
            "workspace_id": workspace.workspace_id,
            "key_file": str(session.key_file) if session.key_file is not None else None,
            "administrator": administrator,
            "legal_confirmation": workspace.legal_confirmation,
            "ledger_origin": workspace.origin,
            "ledger_public_key": workspace.ledger_public_key.hex(),
        }
    if session.json:
        session.answer(document)
    session.say_in(f"作業領域 {directory} を作りました。", f"Made the workspace {directory}.")
    if session.key_file is not None:
        session.say_in(
            f"鍵ファイルは {session.key_file} です。作業領域の控えと別の場所に保管してください。失うと何も開けません。",
            f"Its key file is {session.key_file}. Keep it apart from backups of the workspace; "
            "without it nothing opens.",
        )


def _new_key_file(session: Session, directory: Path) -> Path | None:
    """Make the key file where one is needed and there is none; which was made."""
    if not session.makes_key_file():
        return None
    session.key_file = session.key_file or default_key_file(directory)
    if session.key_file.exists():
        return None
    make_key_file(session.key_file, RealDisk())
    return session.key_file
