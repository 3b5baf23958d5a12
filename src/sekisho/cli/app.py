"""``sekisho app``: what an app or a site sends to whom."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "scan": ("sekisho.cli.app_scan:scan_command", "アプリ・サイトを調べる / What an app or a site sends to whom."),
    "show": ("sekisho.cli.app_kept:show", "調べた結果を見る / A scan that was kept."),
    "list": ("sekisho.cli.app_kept:list_", "サービスごとの最新の結果 / Each service with its last scan."),
    "history": ("sekisho.cli.app_kept:history", "サービスの結果の一覧 / A service's scans."),
    "compare": ("sekisho.cli.app_kept:compare", "2つの結果を比べる / What is new between two scans."),
    "schedule": ("sekisho.cli.app_kept:schedule", "サイトを定期に調べ直す / Scan a site again and again."),
    "forget": ("sekisho.cli.app_kept:forget", "古い結果を消す / Delete old scans."),
    "certificate": ("sekisho.cli.app_kept:certificate", "破棄した鍵の証明書 / The certificate of a key that ended."),
    "questions": ("sekisho.cli.app_answers:questions", "質問票 / What a scan leaves to people."),
    "answer": ("sekisho.cli.app_answers:answer", "質問票に答える / Answer questions for a service."),
    "notice": ("sekisho.cli.app_notice:notice", "公表ページを作る・比べる / Make the notice, or compare it."),
    "recipients": ("sekisho.cli.app_recipients:recipients", "送信先のデータ / Who receives, and by what it is known."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def app() -> None:
    """アプリ・サイトの利用者情報の外部送信 / What apps and sites send about users."""
