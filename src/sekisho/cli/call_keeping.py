"""``sekisho call keeping``: what the calls desk keeps, what for and for how long; certificates of keys that ended."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.calls.keeping import ending
from sekisho.calls.keeping.kinds import Kept
from sekisho.calls.keeping.periods import Periods
from sekisho.cli.call_options import opened, tell, token_option
from sekisho.cli.certificate_files import write_certificate
from sekisho.cli.session import Session, output_options, pass_session


@click.group()
def keeping() -> None:
    """通話の登録の保存期間と破棄の証明書 / How long the registers are kept, and certificates of their end."""


@keeping.command("list")
@token_option
@output_options
@pass_session
def list_(session: Session, token_file: Path | None) -> None:
    """種類ごとの目的と、終わってからの保存日数 / Each kind's purpose, and its days after the end."""
    with opened(session, token_file) as (service, _):
        found = Periods(service.desk).every()
    lines = {
        lang: "\n".join(
            f"{one['kind']}  {one['days_after_end']}{unit}  {one['title'][lang]}: {one['purpose'][lang]}"
            for one in found
        )
        for lang, unit in (("ja", "日"), ("en", " days"))
    }
    tell(session, found, lines["ja"], lines["en"])


@keeping.command()
@click.argument("kind", type=click.Choice([one.value for one in Kept]))
@click.option("--days", type=int, required=True, help="終わってからの日数 / Days after the end.")
@click.option("--reason", required=True, help="その期間が要る理由（記録に残る） / Why for so long.")
@token_option
@output_options
@pass_session
def declare(session: Session, kind: str, days: int, reason: str, token_file: Path | None) -> None:
    """保存期間を宣言する。過ぎたものは次の `sekisho due` で消える / Declare a period; what is over goes with `due`."""
    with opened(session, token_file) as (service, by):
        made = Periods(service.desk).declare(kind, days, reason, by=by)
    document = {"kind": made.kind.value, "days_after_end": made.days}
    tell(session, document, f"{kind} を終了後 {made.days} 日保存します。", f"{kind}: {made.days} days after the end.")


@keeping.command()
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), help="書き出すファイル / File to write the certificate to.")
@output_options
@pass_session
def certificate(session: Session, key: str, out: Path | None) -> None:
    """破棄した月の鍵（calls/2026-11）の証明書を出す / Issue the certificate of a month's key that ended.

    台帳の公開鍵だけで確かめられる。
    The ledger's public key alone checks it.
    """
    with session.open("read") as workspace:
        document = ending.issued(workspace, key)
    write_certificate(session, document, key=key, out=out)
