"""``sekisho contract destruction-certificate``: list, issue, and check without a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.certificate_files import read_certificate, say_checked, write_certificate
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.lifecycle.certificate import check
from sekisho.contracts.lifecycle.certificates import issued, listed


@click.group("destruction-certificate")
def destruction_certificate() -> None:
    """鍵の破棄の証明書 / Certificates that a key was destroyed."""


@destruction_certificate.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """破棄した鍵と、証明書の状態（live・final） / Destroyed keys, and the state of their certificates."""
    with session.open("read") as workspace:
        found = list(listed(workspace))
    if session.json:
        session.answer([{"key": each.key, "state": each.state, "erased": each.erased} for each in found])
        return
    for each in found:
        session.say(f"{each.key}  {each.state.value}  ({each.erased})")
    if not found:
        session.say_in("破棄した契約の鍵はまだありません。", "No contract key has been destroyed yet.")


@destruction_certificate.command()
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), help="書き出すファイル / File to write the certificate to.")
@output_options
@pass_session
def issue(session: Session, key: str, out: Path | None) -> None:
    """証明書を出す（台帳の公開鍵だけで確かめられる） / Issue a certificate that the ledger's key alone checks."""
    with session.open("read") as workspace:
        document = issued(workspace, key)
    write_certificate(session, document, key=key, out=out)


@destruction_certificate.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "fingerprint", help="別の方法で得た公開鍵の指紋 / The fingerprint, got another way.")
@output_options
@pass_session
def verify(session: Session, file: Path, fingerprint: str | None) -> None:
    """証明書を確かめる（作業領域はいらない） / Check a certificate; needs no workspace."""
    found = check(read_certificate(file), key=fingerprint)
    rows = sum(found.rows.values())
    japanese = (
        f"✓ 鍵 {found.key} は {found.destroyed_at} に破棄されました（{rows} 行、葉 {found.leaves} 件）。"
        f"状態: {found.state}"
    )
    english = (
        f"✓ The key {found.key} was destroyed at {found.destroyed_at} ({rows} rows, {found.leaves} leaves). "
        f"State: {found.state}"
    )
    lines = [(japanese, english)]
    if found.state == "live":
        lines.append(
            (
                f"鍵の控え {len(found.backups)} 件に、まだこの鍵が残っていました。",
                f"{len(found.backups)} key backups still held it.",
            )
        )
    if not found.key_compared:
        lines.append(
            (
                f"公開鍵の指紋 {found.fingerprint} を、別の方法で得たものと比べてください（--key）。",
                f"Compare the fingerprint {found.fingerprint} with one you got another way (--key).",
            )
        )
    more = {
        "destroyed_at": found.destroyed_at,
        "reason": found.reason,
        "rows": dict(found.rows),
        "leaves": found.leaves,
        "erased": found.erased,
        "backups": list(found.backups),
    }
    say_checked(session, found, more=more, lines=lines)
