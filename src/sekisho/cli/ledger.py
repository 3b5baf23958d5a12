"""``sekisho ledger``: verify, prove, open and export what was recorded."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path
from typing import Any

import click
import orjson

from sekisho.access.service import stated_principal
from sekisho.cli.progress import Progress
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.leaf_visibility import may_open
from sekisho.errors import CheckFailed, InputRefused
from sekisho.ledger import fingerprint, parse_leaf
from sekisho.ledger.export import export_ledger
from sekisho.ledger.verify import verify_ledger


class LedgerDoesNotHold(CheckFailed):
    """Verification found damage."""

    reason = "ledger_does_not_hold"
    ja = "台帳に{count}件の異常があります。上の場所を確かめ、控えのチェックポイントと比べてください。"
    en = "The ledger has {count} faults. Look at the places above, and compare with a checkpoint kept elsewhere."


class NoSuchLeaf(InputRefused):
    """The ledger has no such leaf, or no row for it."""

    reason = "no_such_leaf"
    http_status = 404
    ja = "台帳に「{leaf}」はありません。"
    en = "The ledger has no leaf '{leaf}'."


@click.group()
def ledger() -> None:
    """台帳を検証し、証明し、開き、書き出す / Verify, prove, open and export the ledger."""


@ledger.command()
@output_options
@pass_session
def verify(session: Session) -> None:
    """台帳全体を検証し、異常の場所を示す / Verify the whole ledger and locate any fault."""
    with session.open("read", keys=False) as workspace, Progress() as progress:
        found = verify_ledger(
            workspace.ledger_directory,
            public_key=workspace.ledger_public_key,
            origin=workspace.origin,
            progress=progress,
        )
        key = fingerprint(workspace.ledger_public_key)
    document = {
        "holds": found.holds,
        "size": found.size,
        "root": base64.b64encode(found.root).decode(),
        "signed": found.signed,
        "unpublished": found.unpublished,
        "key": key,
        "findings": [each._asdict() for each in found.findings],
        "more": found.more,
    }
    if session.json:
        session.answer(document)
        if not found.holds:
            sys.exit(CheckFailed.exit_code)
        return
    for each in found.findings:
        leaf = "" if each.leaf is None else f"  #{each.leaf}"
        session.say(f"✗ {each.file}  +{each.offset}{leaf}  {each.ja if session.lang == 'ja' else each.en}")
    if not found.holds:
        raise LedgerDoesNotHold(count=len(found.findings) + found.more)
    if session.lang == "ja":
        session.say(f"✓ 台帳 {found.size} 件、署名とすべてのハッシュが合っています。根 {document['root']}  鍵 {key}")
    else:
        session.say(f"✓ {found.size} leaves; the signature and every hash hold. Root {document['root']}  key {key}")


@ledger.command()
@click.argument("index", type=click.IntRange(0))
@output_options
@pass_session
def prove(session: Session, index: int) -> None:
    """葉が含まれることの証明（RFC 9162 2.1.3）を出す / Print an inclusion proof."""
    with session.open("read", keys=False) as workspace, workspace.ledger() as reader:
        proof = reader.prove_inclusion(index)
        session.answer(
            {
                "index": index,
                "leaf": base64.b64encode(reader.leaf(index)).decode(),
                "proof": [base64.b64encode(each).decode() for each in proof],
                "checkpoint": reader.checkpoint().decode(),
            }
        )


@ledger.command("open")
@click.argument("leaf")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="body と salt を書き出すフォルダー / Write body and salt here.",
)
@output_options
@pass_session
def open_(session: Session, leaf: str, out: Path | None) -> None:
    """葉を1枚だけ開く（内容とソルト） / Open one leaf alone: its body and salt."""
    with session.open("read") as workspace:
        opened = workspace.open_leaf(int(leaf) if leaf.isascii() and leaf.isdigit() and len(leaf) < 19 else leaf)
        if opened is None:
            raise NoSuchLeaf(leaf=leaf[:64])
        told = parse_leaf(opened.row.leaf)
        with workspace.database.read() as connection:
            by = None if session.staff is None else stated_principal(connection, session.staff, required=None)
            if not may_open(connection, workspace.keyring, owner=told.owner, body=opened.body, by=by):
                raise NoSuchLeaf(leaf=leaf[:64])
    if out is not None:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(out / "body", opened.body)
        _write_private(out / "salt", opened.salt.hex().encode() + b"\n")
    session.answer(
        {
            "id": told.id,
            "index": opened.row.leaf_index,
            "kind": told.kind,
            "at": told.at.isoformat(),
            "owner": told.owner,
            "salt": opened.salt.hex(),
            "body": _body(opened.body),
        }
    )


@ledger.command()
@click.argument("target", type=click.Path(path_type=Path))
@output_options
@pass_session
def export(session: Session, target: Path) -> None:
    """検証プログラム付きの zip に書き出す / Export a zip that anyone can verify without Sekisho."""
    with (
        session.open("read", keys=False) as workspace,
        workspace.ledger() as reader,
        Progress() as progress,
    ):
        export_ledger(
            reader, target, key_name=workspace.origin, public_key=workspace.ledger_public_key, progress=progress
        )
        key = fingerprint(workspace.ledger_public_key)
    if session.json:
        session.answer({"file": str(target), "size": reader.size, "key": key})
    if session.lang == "ja":
        session.say(f"{target} に書き出しました。受け取った人は python verify.py --key {key} で検証できます。")
    else:
        session.say(f"Wrote {target}. Whoever receives it runs: python verify.py --key {key}")


def _write_private(path: Path, content: bytes) -> None:
    """What the leaf spoke of is for whoever asked, not for everybody on this machine."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor, for its mode
        os.fchmod(descriptor, 0o600)
        file.write(content)


def _body(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"base64": base64.b64encode(body).decode()}
