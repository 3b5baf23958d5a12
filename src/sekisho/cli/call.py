"""``sekisho call``: numbers, and what becomes of calls that show them."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "agreement": (
        "sekisho.cli.call_publish:agreement",
        "回線ごとの発信者番号の合意（二人で登録） / What each trunk may show; entered by two people.",
    ),
    "appeal": ("sekisho.cli.call_list:appeal", "誤登録の申立て / Appeals against being listed."),
    "connectors": (
        "sekisho.cli.call_connectors:connectors",
        "接続先ごとの判定データと根拠の届き方 / Each connector's bundle, and the evidence that came from it.",
    ),
    "designations": (
        "sekisho.cli.call_designations:designations",
        "総務省の電気通信番号指定状況 / MIC's tables of designated numbers, for bundles.",
    ),
    "evidence": (
        "sekisho.cli.call_evidence:evidence",
        "かかってきた通話の扱いとその理由 / What became of calls to a number, and why.",
    ),
    "line": ("sekisho.cli.call_publish:line", "回線ごとの希望と同意 / What each line asked for, and its consent."),
    "list": ("sekisho.cli.call_list:list_", "着信を判定するリスト / Lists of callers' numbers."),
    "keeping": (
        "sekisho.cli.call_keeping:keeping",
        "通話の登録の保存期間と破棄の証明書 / How long the registers are kept, and certificates of their end.",
    ),
    "publish": ("sekisho.cli.call_publish:publish", "判定データを発行する / Publish what proxies judge by."),
    "rule-set": ("sekisho.cli.call_publish:rule_set", "自社の判定の規則 / The operator's own screening rules."),
    "number": ("sekisho.cli.call_number:number", "番号の種類を、その日の番号計画で示す / What a number is, on a day."),
    "kamailio-config": (
        "sekisho.cli.call_kamailio:kamailio_config",
        "Kamailioに置くものを書き出す / Write what Kamailio needs.",
    ),
    "redirect": (
        "sekisho.cli.call_redirect:redirect",
        "プロキシのない所で、転送先を答える / A SIP redirect server for small sites.",
    ),
    "spool": ("sekisho.cli.call_spool:spool", "判定の根拠を取り込む / Take evidence in."),
    "report": ("sekisho.cli.call_report:report", "通話の月次報告 / The month's report on calls."),
    "warning": ("sekisho.cli.call_report:warning", "件数から作る注意喚起の文 / Public warnings from the figures."),
    "alarms": ("sekisho.cli.call_report:alarms", "通話の警報 / Alarms about calls."),
    "selftest": (
        "sekisho.cli.call_selftest:selftest",
        "回線の発信者番号の自己試験 / Test trunks with numbers they may not show.",
    ),
    "screen": ("sekisho.cli.call_screen:screen", "通話1件を判定し、理由を示す / Judge one call, and say why."),
    "rules": ("sekisho.cli.call_screen:rules", "判定の規則と根拠を示す / The screening rules and their legal basis."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def call() -> None:
    """通話と発信者番号 / Calls, and the numbers they show."""
