"""States and next steps in Japanese, by the words that the desk's code uses. Pure."""

from __future__ import annotations

from typing import Final

STATES: Final = {
    # requests, proposals, denials, objections, checks
    "received": "折返し前", "verified": "折返し済み", "rejected": "退けた", "requested": "承認待ち",
    "ordered": "設備の確認待ち", "done": "完了", "withdrawn": "取下げ済み", "noticed": "通知を登録済み",
    "in_force": "拒否の期間中", "ended": "期間満了", "lifted": "取消し済み", "upheld": "認めた", "entered": "登録済み",
    "accepted": "承認済み",
    # numbers
    "open": "未処理", "answered": "回答済み", "asked": "承認待ち", "stopping": "停止の確認待ち", "stopped": "停止中",
    "resumed": "解除済み",
    # found when an act begins
    "changed": "内容が変わった", "decided": "ほかの人が処理した", "none": "番号の指定なし",
    "none_held": "停止できる番号なし",
    "not_checked": "卸先の確認なし", "nothing_to_report": "報告するものなし",
    # kinds of proposals
    "stop": "停止", "resume": "解除", "deny": "提供拒否", "stop_stock": "在庫停止", "lift_denial": "拒否の取消し",
    "wholesale": "卸先の確認",
    # answers
    "to_stop": "停止の対象", "next_operator": "ほかの事業者へ回す番号", "scheme_not_found": "スキームの対象外",
    "subscriber_confirmation": "携帯電話番号", "protected": "保護する番号",
    "reassigned": "犯行の後に別の契約者に渡った番号",
    "not_in_service": "使われていない番号", "not_ours": "当社の番号でない", "already_stopped": "すでに停止した番号",
}  # fmt: skip
"""A state, as it stands in 「…」."""

NEXT: Final = {
    "a denial in force whose notice asks for it": "在庫番号の停止も求める通知の、拒否の期間中に限って行えます。",
    "a new check": "確認を新しく登録してください。",
    "a new notice": "新しい通知を登録してください。",
    "a proposal of another kind": "行うことに合った種類の承認の求めを指定してください。",
    "approve or withdraw it": "それを承認するか、取り下げてください。",
    "call a published number of the force back":
        "公表された警察の番号に折り返し、`sekisho stop call-back` で記録してください。",
    "carry it out": "設備で行い、`sekisho stop carry-out` で確認を記録してください。",
    "check the wholesale customer first":
        "先に卸先を確認し、承認を受けてください（`sekisho stop check`、`sekisho stop propose`）。",
    "decide it first": "先にそれを判断してください（`sekisho stop decide`）。",
    "have it approved, and order it": "別の人の承認を受け、`sekisho stop order` で行ってください。",
    "its last day isn't over": "期間の最後の日が過ぎるまで待ってください。",
    "look at it again": "いまの状態を見直してください（`sekisho stop show`）。",
    "look at it again; a new proposal where it is needed": "いまの状態を見直し、必要なら新しく承認を求めてください。",
    "name at least one number": "番号を1件以上指定してください。",
    "no number of it is to be stopped":
        "停止する番号はありません。番号ごとの回答を見てください（`sekisho stop show`）。",
    "nothing": "ありません。",
    "nothing: it was decided": "ありません。すでに判断しました。",
    "nothing: it was settled": "ありません。すでに折返しの結果を記録しました。",
    "only a stopped number is let connect again": "解除できるのは停止中の番号だけです。",
    "only one in force is lifted": "取り消せるのは期間中の拒否だけです。",
    "only what belongs to another operator, once": "回せるのはほかの事業者の番号だけで、1回限りです。",
    "stop its numbers first, confirmed": "先に番号の停止を設備で確認してください。",
    "the contractor holds nothing that isn't stopped": "この契約者に、これから停止できる番号はありません。",
    "withdraw it and propose again": "取り下げて、もう一度承認を求めてください。",
}
"""A next step, as a sentence."""
