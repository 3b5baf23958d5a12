"""``sekisho stop``: numbers stopped under the scheme, and who is refused new ones. Loaded as it is used."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "receive": (
        "sekisho.cli.stop_case:receive",
        "警察の要請を登録し、番号ごとに答える / Enter a request.",
    ),
    "call-back": ("sekisho.cli.stop_case:call_back", "折り返して確かめたことを記録する / Record the call-back."),
    "reject": ("sekisho.cli.stop_case:reject", "偽の要請として退ける / Reject a request that isn't genuine."),
    "pass-on": ("sekisho.cli.stop_case:pass_on", "卸先・移転先に回したことを記録する / Record that it was passed on."),
    "show": ("sekisho.cli.stop_case:show", "要請・番号・拒否・承認の求めを見る / Look at a case."),
    "list": ("sekisho.cli.stop_case:list_", "要請の一覧 / The newest requests."),
    "propose": ("sekisho.cli.stop_act:propose", "停止・拒否などの承認を求める / Ask for approval of an act."),
    "approve": ("sekisho.cli.stop_act:approve", "求めた人と別の人が承認する / Approve, by somebody else."),
    "order": ("sekisho.cli.stop_act:order", "承認されたことを行う / Do what was approved."),
    "withdraw": ("sekisho.cli.stop_act:withdraw", "承認の求めを取り下げる / Withdraw a proposal."),
    "carry-out": (
        "sekisho.cli.stop_act:carry_out",
        "呼処理設備の確認を記録する / Record a confirmation.",
    ),
    "contractor-report": ("sekisho.cli.stop_act:contractor_report", "警察庁への契約者情報の報告 / Report contractors."),
    "notice": ("sekisho.cli.stop_denial:notice", "警察庁の通知を登録する / Enter the police agency's notice."),
    "denials": ("sekisho.cli.stop_denial:denials", "提供拒否の一覧 / All denials."),
    "count": ("sekisho.cli.stop_denial:count", "契約者ごとの要請の件数 / Requests that a contractor had."),
    "object": ("sekisho.cli.stop_denial:object_", "異議を登録する / Enter an objection."),
    "decide": ("sekisho.cli.stop_denial:decide", "異議を判断する（関わらなかった人） / Decide an objection."),
    "report": ("sekisho.cli.stop_denial:report", "月ごとの件数と注意喚起文 / A month's figures and warning."),
    "warning": ("sekisho.cli.stop_denial:warning", "月の注意喚起文 / A month's public warning."),
    "contractor": ("sekisho.cli.stop_register:contractor", "番号を持つ契約者を登録する / Enter a contractor."),
    "assign": ("sekisho.cli.stop_register:assign", "番号と契約者を登録する / Enter who holds numbers."),
    "give-back": ("sekisho.cli.stop_register:give_back", "番号が契約者から戻った / A number was given back."),
    "wholesale": ("sekisho.cli.stop_register:wholesale", "卸の系統に加える / Add to the wholesale tree."),
    "tree": ("sekisho.cli.stop_register:tree", "卸の系統を見る / The wholesale tree."),
    "check": ("sekisho.cli.stop_register:check", "卸先の確認を登録する / Enter a check of a wholesale customer."),
    "questions": ("sekisho.cli.stop_register:questions_", "卸先の確認の項目 / The questions of the check."),
    "keeping": ("sekisho.cli.stop_keeping:keeping", "保存期間と破棄の証明書 / Periods, and certificates of keys' end."),
    "setting": ("sekisho.cli.stop_register:setting", "設定を見る・変える / Settings."),
}
"""Command to where it is defined and what it does."""


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def stop() -> None:
    """詐欺に使われた番号の利用停止 / Numbers used for fraud are stopped.

    固定電話番号・050番号の利用停止等スキームを、警察の要請から契約者情報の報告、提供拒否、在庫番号の一括停止、異議と解除まで扱います。
    停止・拒否・解除は、必ず2人で行います。携帯電話番号は契約者確認（契約の窓口）によります。

    The scheme for fixed and 050 numbers, from the police force's request to release; two people act, always.
    """
