"""What each feature of a call and each of its values is called, for people. The codes are those of
:mod:`sekisho.calls.screening.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.errors import Lang

_WISHES: Final[Mapping[str, tuple[str, str]]] = {
    "pass": ("希望なし（同意なしを含む）", "nothing asked for, or no consent"),
    "label": ("注意の表示", "a label"),
    "anonymise": ("非通知にする", "to be withheld"),
    "announce": ("音声の案内", "an announcement first"),
    "reject": ("着信拒否", "refusal"),
}

FEATURES: Final[Mapping[str, tuple[str, str]]] = {
    "direction": ("向き", "direction"),
    "called": ("着信先", "called"),
    "callback": ("緊急機関からの折返し", "emergency call-back"),
    "agreement": ("回線の合意", "agreement of the trunk"),
    "form": ("発信者番号", "caller's number"),
    "agreed": ("合意との照合", "compared with the agreement"),
    "home": ("海外から届いた日本の番号", "a Japanese number from abroad"),
    "shape": ("番号の形", "shape"),
    "foreign": ("国際通話", "a call from abroad"),
    "shown": ("着信側に見えるもの", "what the called would see"),
    "screening": ("発信側の網による確認", "verified by the network it came from"),
    "signature": ("署名", "signature"),
    "listed": ("一覧", "lists"),
    "wish_anonymous": ("着信側の希望（非通知の通話）", "the line's wish (calls without a number)"),
    "wish_foreign": ("着信側の希望（国際通話）", "the line's wish (calls from abroad)"),
    "wish_listed": ("着信側の希望（一覧にある番号）", "the line's wish (listed numbers)"),
    "wish_suspicious": ("着信側の希望（疑わしい番号）", "the line's wish (suspicious numbers)"),
}
"""Each feature, in Japanese and in English."""

VALUES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "direction": {
        "egress": ("自社の利用者・卸先からの発信", "out, from own users or wholesale"),
        "domestic": ("国内の他社から", "in, from another operator in Japan"),
        "abroad": ("海外から", "in, from abroad"),
    },
    "called": {"ordinary": ("一般の番号", "an ordinary number"), "emergency": ("緊急通報", "an emergency number")},
    "callback": {
        "none": ("いいえ", "no"), "marked": ("はい（網の印）", "yes, marked by the network"),
        "shaped": ("はい（110・118・119の表示）", "yes, it shows 110, 118 or 119"),
    },
    "agreement": {
        "missing": ("なし", "none"), "own_numbers": ("自身の番号", "own numbers"), "wholesale": ("卸", "wholesale"),
        "transit": ("中継", "transit"), "roaming_hub": ("ローミングの中継", "roaming hub"),
    },
    "form": {
        "missing": ("番号なし", "none"), "ordinary": ("一般の番号", "ordinary"), "foreign": ("外国の番号", "foreign"),
        "service": ("0AB0番号", "a service number (0AB0)"), "uifn": ("国際フリーフォン（+800）", "+800"),
        "uncertain": ("番号計画の表が不確か", "the plan's table is uncertain"),
        "not_in_service": ("使用されていない番号", "not in service"),
        "not_designated": ("指定されていない番号", "not designated"),
        "stopped": ("利用を停止した番号", "stopped for fraud"),
        "never": ("発信者番号になり得ない番号", "never a caller's"),
        "impossible": ("その国にあり得ない番号", "impossible in its country"),
        "unassigned": ("割当てのない国番号", "a country code nobody has"),
        "not_in_plan": ("番号計画にない番号", "not in the plan"), "unreadable": ("読み取れない", "can't be read"),
    },
    "agreed": {
        "not_said": ("照合なし（合意または番号なし）", "nothing to compare"),
        "yes": ("合意した番号", "agreed"),
        "open": ("合意は番号を限らない", "the agreement limits none"),
        "forwarded": ("合意した番号が転送", "forwarded by an agreed number"),
        "no": ("合意していない番号", "not agreed"),
    },
    "home": {
        "none": ("該当なし", "no"), "proven": ("ローミング中と確認済み", "proven to roam"),
        "vouched": ("契約により確認済み", "vouched for by contract"), "unchecked": ("確認なし", "not checked"),
        "refuted": ("海外にいないと確認済み", "known not to roam"),
        "cannot_roam": ("ローミングしない種類の番号", "of a kind that never roams"),
    },
    "shape": {
        "none": ("特になし", "nothing special"), "police_ending": ("末尾0110の外国の番号", "foreign, ends in 0110"),
        "japanese_inside": ("外国の国番号の後ろに日本の番号", "a Japanese number behind a foreign code"),
    },
    "foreign": {"no": ("いいえ", "no"), "yes": ("はい", "yes")},
    "shown": {
        "number": ("番号", "a number"), "withheld": ("非通知（発信者の求め）", "none, as the caller asked"),
        "missing": ("番号なし", "none, there is none"),
    },
    "screening": {
        "not_said": ("記載なし", "not said"), "unverified": ("未確認", "not verified"),
        "verified": ("確認済み", "verified"), "failed": ("確認に失敗", "verified and failed"),
        "network": ("網が付与", "provided by the network"),
    },
    "signature": {
        "full": ("発信者と番号を確認（A）", "full (A)"), "partial": ("発信者だけ確認（B）", "partial (B)"),
        "gateway": ("入口の網だけ確認（C）", "gateway (C)"), "invalid": ("無効", "invalid"),
        "not_checked": ("確認なし", "not checked"),
    },
    "listed": {
        "none": ("なし", "on none"), "shared_frees": ("事業者・取込みの一覧（通す）", "a shared list lets it through"),
        "shared_asks": ("事業者・取込みの一覧", "on a shared list"),
        "own_frees": ("利用者自身の一覧（通す）", "the subscriber lets it through"),
        "own_asks": ("利用者自身の一覧", "on the subscriber's own list"),
    },
    "wish_anonymous": _WISHES, "wish_foreign": _WISHES, "wish_listed": _WISHES, "wish_suspicious": _WISHES,
}  # fmt: skip
"""Each value of each feature, in Japanese and in English."""


def in_words(feature: str, value: str, lang: Lang) -> tuple[str, str]:
    """A feature and its value. Raises ``KeyError`` for what no feature has."""
    at = 0 if lang == "ja" else 1
    return FEATURES[feature][at], VALUES[feature][value][at]
