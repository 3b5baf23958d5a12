"""``sekisho ledger``: verify, prove, open and export what was recorded."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

import click
import orjson

from sekisho.cli.session import Session, pass_session
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
@click.option("--json", "as_json", is_flag=True, help="JSON で出す / Print JSON.")
@pass_session
def verify(session: Session, as_json: bool) -> None:
    """台帳全体を検証し、異常の場所を示す / Verify the whole ledger and locate any fault."""
    session.json = as_json
    with session.open("read") as workspace:
        found = verify_ledger(
            workspace.ledger_directory,
            public_key=workspace.ledger_public_key,
            origin=workspace.origin,
            progress=_progress,
        )
        key = fingerprint(workspace.ledger_public_key)
    document = {
        "holds": found.holds,
        "size": found.size,
        "root": base64.b64encode(found.root).decode(),
        "signed": found.signed,
        "unpublished": found.unpublished,
        "key": key,
        "findings": [_finding(each) for each in found.findings],
        "more": found.more,
    }
    if as_json:
        session.answer(document)
        if not found.holds:
            sys.exit(CheckFailed.exit_code)
        return
    for each in found.findings:
        session.say(f"✗ {each}")
    if not found.holds:
        raise LedgerDoesNotHold(count=len(found.findings) + found.more)
    if session.lang == "ja":
        session.say(f"✓ 台帳 {found.size} 件、署名とすべてのハッシュが合っています。根 {document['root']}  鍵 {key}")
    else:
        session.say(f"✓ {found.size} leaves; the signature and every hash hold. Root {document['root']}  key {key}")


@ledger.command()
@click.argument("index", type=click.IntRange(0))
@pass_session
def prove(session: Session, index: int) -> None:
    """葉が含まれることの証明（RFC 9162 2.1.3）を出す / Print an inclusion proof."""
    session.json = True
    with session.open("read") as workspace, workspace.ledger() as reader:
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
    type=click.Path(path_type=Path, file_okay=False),
    help="body と salt を書き出すフォルダー / Write body and salt here.",
)
@pass_session
def open_(session: Session, leaf: str, out: Path | None) -> None:
    """葉を1枚だけ開く（内容とソルト） / Open one leaf alone: its body and salt."""
    session.json = True
    with session.open("read") as workspace:
        opened = workspace.open_leaf(int(leaf) if leaf.isdigit() and len(leaf) < 20 else leaf)
        if opened is None:
            raise NoSuchLeaf(leaf=leaf[:64])
        told = parse_leaf(opened.row.leaf)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "body").write_bytes(opened.body)
        (out / "salt").write_text(opened.salt.hex() + "\n", encoding="ascii")
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
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@pass_session
def export(session: Session, target: Path) -> None:
    """検証プログラム付きの zip に書き出す / Export a zip that anyone can verify without Sekisho."""
    with session.open("read") as workspace, workspace.ledger() as reader:
        export_ledger(
            reader, target, key_name=workspace.origin, public_key=workspace.ledger_public_key, progress=_progress
        )
        key = fingerprint(workspace.ledger_public_key)
    if session.lang == "ja":
        session.say(f"{target} に書き出しました。受け取った人は python verify.py --key {key} で検証できます。")
    else:
        session.say(f"Wrote {target}. Whoever receives it runs: python verify.py --key {key}")


def _finding(each: Any) -> dict[str, Any]:
    return {name: str(getattr(each, name)) for name in each.__slots__}


def _body(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and total > 200_000:
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r{done:,} / {total:,}{end}")
