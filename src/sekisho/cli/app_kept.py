"""``sekisho app show|list|history|compare|schedule|forget|certificate``: scans that a workspace keeps."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson

from sekisho.access.roles import Scope
from sekisho.apps.changes import baseline_of, changes
from sekisho.apps.collector import SystemResolver
from sekisho.apps.ending import endings, issued
from sekisho.apps.errors import BaselineRefused
from sekisho.apps.schedule import Schedules
from sekisho.apps.service import AppScans, Stored
from sekisho.apps.visiting import Browser, WebPages
from sekisho.cli.app_text import tell
from sekisho.cli.certificate_files import write_certificate
from sekisho.cli.log_options import stated
from sekisho.cli.session import Session, output_options, pass_session, yes_option
from sekisho.destruction.probing import SubprocessProber
from sekisho.workspace import Workspace


@click.command()
@click.argument("scan_id", metavar="SCAN|last:SERVICE")
@click.option("--all", "everything", is_flag=True, help="測れていない事項も1件ずつ出す / Print unmeasured items too.")
@output_options
@pass_session
def show(session: Session, scan_id: str, everything: bool) -> None:
    """調べた結果を見る / A scan that was kept."""
    with session.open("read") as workspace:
        service = AppScans(workspace)
        stored, document = service.find(scan_id)
        found = service.changed(stored.id)
        before = service.find(stored.baseline)[1] if stored.baseline and found else None
    told = [] if before is None else changes(baseline_of(before, "before"), baseline_of(document, stored.id))
    said = {**document, "scan": stored.document(), "changes": [each.as_document() for each in told]}
    if session.json:
        session.answer(said)
        return
    tell(session, said, said["changes"], everything=everything)
    session.say(f"\n{stored.id}  sha256:{stored.digest}")


@click.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """サービスごとの最新の結果 / Each service with its last scan."""
    with session.open("read") as workspace:
        _rows(session, AppScans(workspace).services())


@click.command()
@click.argument("service", metavar="SERVICE")
@output_options
@pass_session
def history(session: Session, service: str) -> None:
    """サービスの結果の一覧（新しい順） / A service's scans, the newest first."""
    with session.open("read") as workspace:
        _rows(session, AppScans(workspace).history(service))


def _rows(session: Session, found: tuple[Stored, ...]) -> None:
    if session.json:
        session.answer([each.document() for each in found])
        return
    for each in found:
        new = f"  +{each.new_recipients}" if each.new_recipients else ""
        session.say(f"{each.id}  {each.day}  {each.service}  #{each.number}  {each.recipients}{new}")
    if not found:
        session.say_in("まだ調べていません。`sekisho app scan` で調べます。",
                       "Nothing was scanned yet: `sekisho app scan`.")  # fmt: skip


@click.command()
@click.argument("before", metavar="SCAN|FILE")
@click.argument("after", metavar="SCAN|FILE")
@output_options
@pass_session
def compare(session: Session, before: str, after: str) -> None:
    """2つの結果を比べる / What the later of two scans has that the earlier hasn't."""
    found = changes(baseline_of(_document(session, before), before), baseline_of(_document(session, after), after))
    if session.json:
        session.answer({"changes": [each.as_document() for each in found]})
        return
    for each in found:
        session.say(each.sentence(session.lang))
    if not found:
        session.say_in("変化は見つかりません。", "No difference was found.")


def _document(session: Session, given: str) -> Any:
    path = Path(given)
    if not path.is_file():
        with session.open("read") as workspace:
            return AppScans(workspace).find(given)[1]
    try:
        return orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        raise BaselineRefused(name=given, problem="not JSON") from None


@click.command()
@click.argument("service", metavar="SERVICE", required=False)
@click.argument("targets", metavar="URL…", nargs=-1)
@click.option("--every", "every_days", type=int, default=7, show_default=True, help="何日ごとか / How many days apart.")
@click.option("--own-host", "own_hosts", multiple=True, help="自社のホスト / A host of the operator's own.")
@click.option("--policy", "policies", multiple=True, metavar="URL", help="公表のページ / The notice.")
@click.option("--stop", is_flag=True, help="やめる / Scan it no more.")
@output_options
@pass_session
def schedule(
    session: Session, service: str | None, targets: tuple[str, ...], every_days: int, own_hosts: tuple[str, ...],
    policies: tuple[str, ...], stop: bool,
) -> None:  # fmt: skip
    """サイトを定期に調べ直す（`sekisho due` が行う） / Scan a site again and again; `sekisho due` does it.

    SERVICE と URL がなければ一覧を出します。Without SERVICE and URL: the list.
    """
    writing = service is not None and (stop or targets)
    with session.open("write" if writing else "read") as workspace:
        schedules = schedules_of(workspace)
        if service is not None and stop:
            schedules.stop(service, by=stated(workspace, session, Scope.REQUEST))
        elif service is not None and targets:
            schedules.set(service, targets, every_days=every_days, own_hosts=own_hosts, policies=policies,
                          by=stated(workspace, session, Scope.REQUEST))  # fmt: skip
        found = [each for each in schedules.every() if service in (None, each.service)]
    if session.json:
        session.answer([each.document() for each in found])
        return
    for each in found:
        session.say(f"{each.service}  {each.next_on}  /{each.every_days}d  {' '.join(each.targets)}")
    if not found:
        session.say_in("予定はありません。", "Nothing is scheduled.")


def schedules_of(workspace: Workspace) -> Schedules:
    """The schedules, visited with the system's browser."""
    return Schedules(AppScans(workspace), collector=Browser(SystemResolver()), pages=WebPages())


@click.command()
@click.option("--before", "before", required=True, type=click.DateTime(["%Y-%m-%d"]),
              help="この日より前の結果 / Scans made before this day.")  # fmt: skip
@yes_option
@output_options
@pass_session
def forget(session: Session, before: datetime, yes: bool) -> None:
    """古い結果を消す（各サービスの最新は残す） / Delete old scans, but each service's last.

    残るもののない過ぎた月の鍵は、別のプロセスで開かないことを確かめて破棄し、証明書を作ります。
    まだ過ぎていない月の鍵は、後で `sekisho due` が破棄します。
    The key of a past month of which nothing is left is destroyed: another process is asked before and after, and there
    is a certificate. What is too early now ends with `sekisho due`.
    """
    session.confirm(f"{before.date()} より前の結果を消します。戻せません。よろしいですか",
                    f"Scans made before {before.date()} will be deleted for good. Go on?", yes=yes)  # fmt: skip
    with session.open() as workspace:
        by = stated(workspace, session, Scope.REQUEST)
        count = AppScans(workspace).forget(before.date(), by=by)
        with SubprocessProber(workspace.path, session.unlock(workspace.path)) as prober:
            ends = endings(workspace, prober, by=by.staff_id)
            ended = {key: ends.run(key).value for key in ends.due()}
    if session.json:
        session.answer({"forgotten": count, "keys_destroyed": ended})
        return
    session.say_in(f"{count}件を消しました。", f"{count} deleted.")
    for key, state in ended.items():
        session.say_in(f"鍵 {key} を破棄しました（{state}）。証明書: `sekisho app certificate {key}`",
                       f"The key {key} is destroyed ({state}). Its certificate: `sekisho app certificate {key}`",
                       )  # fmt: skip


@click.command()
@click.argument("key")
@click.option("--out", type=click.Path(path_type=Path), help="書き出すファイル / File to write the certificate to.")
@output_options
@pass_session
def certificate(session: Session, key: str, out: Path | None) -> None:
    """破棄した月の鍵（apps/2026-11）の証明書を出す / Issue the certificate of a month's key that ended.

    台帳の公開鍵だけで確かめられる。
    The ledger's public key alone checks it.
    """
    with session.open("read") as workspace:
        document = issued(workspace, key)
    write_certificate(session, document, key=key, out=out)
