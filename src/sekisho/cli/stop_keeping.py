"""``sekisho stop keeping``: what the stops desk keeps, what for and for how long; certificates of keys that ended."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.cli.certificate_files import write_certificate
from sekisho.cli.log_options import stated
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.cli.stop_text import service_of
from sekisho.contracts.scheme_keeping import ToldDenials
from sekisho.stops.keeping import ending
from sekisho.stops.keeping.kinds import Kept
from sekisho.stops.keeping.periods import Periods


@click.group()
def keeping() -> None:
    """記録の保存期間と破棄の証明書 / How long the desk's records are kept, and certificates of their end."""


@keeping.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """種類ごとの目的と、終わってからの保存日数 / Each kind's purpose, and its days after the end."""
    with session.open("read") as workspace:
        found = Periods(service_of(workspace).desk).every()
    if session.json:
        session.answer(found)
        return
    for one in found:
        title, purpose = (one[name][session.lang] for name in ("title", "purpose"))
        unit = "日" if session.lang == "ja" else " days"
        session.say(f"{one['kind']}  {one['days_after_end']}{unit}  {title}: {purpose}")


@keeping.command()
@click.argument("kind", type=click.Choice([one.value for one in Kept]))
@click.option("--days", type=int, required=True, help="終わってからの日数 / Days after the end.")
@click.option("--reason", required=True, help="その期間が要る理由（記録に残る） / Why for so long.")
@output_options
@pass_session
def declare(session: Session, kind: str, days: int, reason: str) -> None:
    """保存期間を宣言する。過ぎたものは次の `sekisho due` で消える / Declare a period; what is over goes with `due`."""
    with session.open() as workspace:
        by = stated(workspace, session, Scope.REQUEST)
        made = Periods(service_of(workspace).desk).declare(kind, days, reason, by=by)
    if session.json:
        session.answer({"kind": made.kind.value, "days_after_end": made.days})
        return
    session.say_in(f"{kind} を終了後 {made.days} 日保存します。", f"{kind}: {made.days} days after the end.")


@keeping.command()
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), help="書き出すファイル / File to write the certificate to.")
@output_options
@pass_session
def certificate(session: Session, key: str, out: Path | None) -> None:
    """破棄した月の鍵（stops/2026-11）の証明書を出す / Issue the certificate of a month's key that ended.

    台帳の公開鍵だけで確かめられる。
    The ledger's public key alone checks it.
    """
    with session.open("read") as workspace:
        document = ending.issued(workspace, ToldDenials(workspace.keyring), key)
    write_certificate(session, document, key=key, out=out)
