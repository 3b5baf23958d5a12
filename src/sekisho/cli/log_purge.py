"""``sekisho log purge`` and ``sekisho log certificate``: days end on their day, and anybody can check it."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.access.roles import Scope
from sekisho.cli.certificate_files import read_certificate, say_checked, write_certificate
from sekisho.cli.errors import Usage
from sekisho.cli.log_options import stated
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.contracts.lifecycle.errors import DueFailed
from sekisho.destruction.certificate import PURGE, RELEASE, check
from sekisho.destruction.probing import SubprocessProber
from sekisho.destruction.standalone.verify_certificate import told
from sekisho.due import Entry, State
from sekisho.logs.purge.certificates import issued, listed
from sekisho.logs.purge.due import kept_days
from sekisho.logs.purge.tasks import HoldTask, Purges

_MARK = {State.PLANNED: "·", State.DONE: "✓", State.WAITING: " ", State.OVERDUE: "!", State.FAILED: "✗"}


@click.command()
@click.option("--due", "run", is_flag=True, help="期日の来た日を消去する / Purge the days that are due.")
@click.option("--plan", is_flag=True, help="何をするかだけ示す / Only say what would be done.")
@click.option("--list", "days", is_flag=True, help="保存中の日と最後の日 / The days that are kept, and their last day.")
@click.option(
    "--accept-unreadable",
    is_flag=True,
    help="読めなくなったファイルは写さずに消去する / Don't wait for files of a held day that can't be read any more.",
)
@output_options
@pass_session
def purge(session: Session, run: bool, plan: bool, days: bool, accept_unreadable: bool) -> None:
    """保存期間の終わった日を、証明書とともに消去する / Purge what has had its time, with certificates.

    保全された記録を写す → その日の鍵を破棄する → 別のプロセスで開けないことを確かめる → ファイルを消す → 証明書。
    どこで止まっても、次の実行が続きから行います。

    Carve what is held, destroy the day's key, let another process try and be refused, remove the files, certify. A run
    that was stopped is finished by the next.
    """
    if [run, plan, days].count(True) != 1:
        raise Usage(problem="give one of --due, --plan, --list", command="sekisho log purge")
    if days:
        _list(session)
        return
    if plan:
        with session.open("read") as workspace:
            entries = [*HoldTask(workspace, None, "").plan(), *Purges(workspace, None, "").plan()]
        _tell(session, entries)
        return
    with session.open() as workspace:
        by = stated(workspace, session, Scope.KEYS_MANAGE).staff_id
        with SubprocessProber(workspace.path, session.unlock(workspace.path)) as prober:
            holds = HoldTask(workspace, prober, by)
            entries = [*holds.run(), *Purges(workspace, prober, by, accept_unreadable).run()]
    _tell(session, entries)
    failed = sum(1 for each in entries if each.state is State.FAILED)
    overdue = sum(1 for each in entries if each.state is State.OVERDUE)
    if failed or overdue:
        if session.json:
            raise click.exceptions.Exit(DueFailed.exit_code)
        raise DueFailed(failed=failed, overdue=overdue)


def _list(session: Session) -> None:
    with session.open("read") as workspace, workspace.database.read() as connection:
        today = japan_date(workspace.clock.now())
        found = kept_days(connection, workspace.keyring, today=today)
    if session.json:
        session.answer(
            [
                {
                    "kind": one.kind.value,
                    "day": one.day.isoformat(),
                    "last": None if one.last is None else one.last.isoformat(),
                    "due": one.due(today),
                }
                for one in found
            ]
        )
        return
    for one in found:
        session.say(f"{'!' if one.due(today) or one.last is None else ' '} {one.day}  {one.kind.value}  → {one.last}")
    if not found:
        session.say_in("保存中の日はありません。", "No day is kept.")


def _tell(session: Session, entries: list[Entry]) -> None:
    if session.json:
        session.answer([each.document() for each in entries])
        return
    for each in entries:
        session.say(f"{_MARK[each.state]} {each.ja if session.lang == 'ja' else each.en}")
    if not entries:
        session.say_in("期日の来た日はありません。", "No day is due.")


@click.group()
def certificate() -> None:
    """消去と保全解除の証明書 / Certificates of purged days and released holds."""


@certificate.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """証明書の一覧（live・final） / The certificates there are."""
    with session.open("read") as workspace:
        found = list(listed(workspace, by=stated(workspace, session, Scope.READ)))
    if session.json:
        session.answer([{"key": one.key, "state": one.state.value, "files": one.files} for one in found])
        return
    for one in found:
        session.say(f"{one.key}  {one.state.value}")
    if not found:
        session.say_in("証明書はまだありません。", "There is no certificate yet.")


@certificate.command()
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), help="書き出すファイル / File to write the certificate to.")
@output_options
@pass_session
def issue(session: Session, key: str, out: Path | None) -> None:
    """証明書を出す（KEY は log/ap.nat/2026-11-22 など） / Issue a certificate that the ledger's key alone checks."""
    with session.open("read") as workspace:
        document = issued(workspace, key, by=stated(workspace, session, Scope.READ))
    write_certificate(session, document, key=key, out=out)


@certificate.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "fingerprint", help="別の方法で得た公開鍵の指紋 / The fingerprint, got another way.")
@output_options
@pass_session
def verify(session: Session, file: Path, fingerprint: str | None) -> None:
    """証明書を確かめる（作業領域はいらない） / Check a certificate; needs no workspace."""
    found = check(read_certificate(file), key=fingerprint, formats=(PURGE, RELEASE))
    say_checked(session, found, more={"format": found.format, "said": found.said}, lines=told(found))
