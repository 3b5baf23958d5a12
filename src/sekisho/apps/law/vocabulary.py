"""Plain yes-or-no facts that items of the catalogue ask about, with the sentence for either answer and what to do.

A reader that found something gives ``Known(True)``; ``Known(False)`` only where it looked at the whole and it isn't
there. What couldn't be read whole is not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One plain fact: its sentences when it holds and when it doesn't, and what to do then."""

    holds: Text
    lacks: Text
    next_step: Text


def _told(ja: str, en: str) -> Observation:
    return Observation(
        holds=Text(f"ポリシーに{ja}の記載がある。", f"The policy tells {en}."),
        lacks=Text(
            f"ポリシーの全文を読み、{ja}の記載が見つからない。", f"The whole policy was read and doesn't tell {en}."
        ),
        next_step=Text(f"ポリシーに{ja}を書き加える。", f"Add {en} to the policy."),
    )


def _seen(has: tuple[str, str], lacks: tuple[str, str], step: tuple[str, str]) -> Observation:
    return Observation(holds=Text(*has), lacks=Text(*lacks), next_step=Text(*step))


OBSERVATIONS: Final[Mapping[str, Observation]] = {
    "policy.for_app": _told("このアプリについてであること", "that it is about this app"),
    "policy.provider": _told("提供者の名称と連絡先", "the provider's name and contact"),
    "policy.items": _told("取得する情報の項目", "what is collected"),
    "policy.method": _told("取得の方法", "how it is collected"),
    "policy.purposes": _told("項目ごとの利用目的", "the purpose of each item"),
    "policy.notice_way": _told("通知・公表又は同意の方法", "how it is told or agreed to"),
    "policy.involvement": _told("利用停止・削除などの方法", "how users can stop or delete"),
    "policy.external": _told("外部送信の有無と内容", "what is sent out"),
    "policy.third_party": _told("第三者提供の有無と内容", "disclosure to third parties"),
    "policy.modules": _told("情報収集モジュールごとの事項", "each module's particulars"),
    "policy.contact": _told("問合せ窓口", "where to ask"),
    "policy.changes": _told("変更の手続", "the procedure for changes"),
    "policy.summary": _told("短い概要", "a short summary"),
    "policy.children": _told("子どもにも分かる説明", "an explanation that children understand"),
    "policy.retention": _told("保存期間と退会後の取扱い", "how long it is kept"),
    "policy.profiling": _told("プロファイリングの説明", "about profiling"),
    "policy.before_download": _seen(
        ("ダウンロードの前に読める。", "It can be read before download."),
        ("ダウンロードの前にも、取得の前にも読めない。", "It can't be read before download or collection."),
        ("ストアにポリシーのアドレスを登録する。", "Register the policy's address with the store.")),
    "declarations.agree": _seen(
        ("ポリシーとストアの申告が食い違わない。", "The policy and the stores' forms agree."),
        ("ポリシーとストアの申告が食い違う。", "The policy and the stores' forms differ."),
        ("実際の送信に合わせて、どちらも直す。", "Correct both to what is really sent.")),
    "manifest.agrees": _seen(
        ("マニフェストと通信が食い違わない。", "The manifest and the traffic agree."),
        ("マニフェストにない通信がある。", "There is traffic that the manifest doesn't tell."),
        ("マニフェストを直す。", "Correct the manifest.")),
    "permission.asked_first": _seen(
        ("機微な情報は、許諾の後に送られた。", "Sensitive information was sent after permission."),
        ("機微な情報が、許諾の前に送られた。", "Sensitive information was sent before permission."),
        ("説明と許諾の後に取得する。", "Collect after explanation and permission.")),
    "permission.used": _seen(
        ("権限はどれも使われている。", "Each permission is used."),
        ("使われていない権限がある。", "There are permissions that nothing uses."),
        ("使わない権限を外す。", "Remove what isn't used.")),
    "choice.defaults_off": _seen(
        ("任意のものは、はじめは切れている。", "What is optional begins switched off."),
        ("任意のものが、はじめから入っている。", "What is optional begins switched on."),
        ("はじめは切っておく。", "Begin switched off.")),
    "choice.withdraw": _seen(
        ("撤回は同意と同じ手数でできる。", "Withdrawing takes as many steps as agreeing."),
        ("撤回は同意より手数がかかるか、できない。", "Withdrawing takes more steps than agreeing, or is impossible."),
        ("撤回の入口を同意と同じ所に置く。", "Put the way to withdraw beside the way to agree.")),
    "account.deletable": _seen(
        ("アカウントを削除できる。", "The account can be deleted."),
        ("アカウントを削除する入口がない。", "There is no way to delete the account."),
        ("アプリの中と外に削除の入口を置く。", "Offer deletion in the app and outside.")),
    "storage.protected": _seen(
        ("端末内の保存は保護されている。", "What is stored on the device is protected."),
        ("端末内に保護されずに保存される。", "Something is stored on the device without protection."),
        ("OSの保護された保存を使う。", "Use the system's protected storage.")),
    "vulnerability.contact": _seen(
        ("脆弱性を知らせる窓口がある。", "There is a place to report vulnerabilities."),
        ("脆弱性を知らせる窓口が見つからない。", "No place to report vulnerabilities was found."),
        ("security.txt などを置く。", "Publish a security.txt.")),
    "modules.no_known_flaw": _seen(
        ("既知の脆弱性のあるモジュールは見つからない。", "No module with a known flaw was found."),
        ("既知の脆弱性のあるモジュールがある。", "There is a module with a known flaw."),
        ("モジュールを更新する。", "Update the module.")),
    "youth.report": _seen(
        ("報告の機能がある。", "There is a function to report."),
        ("報告の機能がない。", "There is no function to report."),
        ("投稿や相手の画面に報告を置く。", "Put a way to report beside posts and profiles.")),
    "youth.block": _seen(
        ("ブロックの機能がある。", "There is a function to block."),
        ("ブロックの機能がない。", "There is no function to block."),
        ("相手の画面にブロックを置く。", "Put a way to block beside profiles.")),
    "youth.guardian_data": _seen(
        ("利用者情報の提供に保護者が関わる。", "Guardians take part in decisions on data."),
        ("利用者情報の提供に保護者が関わらない。", "Guardians don't take part in decisions on data."),
        ("保護者の同意や設定の仕組みを置く。", "Offer a guardian's consent or settings.")),
    "youth.guardian_payment": _seen(
        ("課金に保護者が関わる。", "Guardians take part in payment."),
        ("課金に保護者が関わらない。", "Guardians don't take part in payment."),
        ("上限や承認の仕組みを置く。", "Offer limits or approval.")),
}  # fmt: skip
"""Every plain fact that a scan may give."""

DERIVED: Final = frozenset(
    {"choice.fair", "refusal.respected", "wire.encrypted", "modules.listed",
     "youth.no_targeting", "youth.age_signals", "youth.rating"}
)  # fmt: skip
"""Facts that are made from what was observed, and can't be given."""
