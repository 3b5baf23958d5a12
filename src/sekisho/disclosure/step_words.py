"""What a case's states, its steps and its facts' origins are called in sentences, in both languages. Data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.disclosure.progress import TRANSITIONS, State
from sekisho.engine.facts import Text

STATES: Final[Mapping[str, Text]] = {
    State.RECEIVED: Text("受付済み（確認待ち）", "received, waiting for review"),
    State.QUESTIONED: Text("請求者に質問中", "asked back"),
    State.REVIEWED: Text("確認済み", "reviewed"),
    State.SEARCHING: Text("検索中", "searching"),
    State.FOUND: Text("検索済み（決定待ち）", "searched, waiting for a decision"),
    State.HEARING: Text("意見聴取中", "the sender is heard"),
    State.DECIDED: Text("決定済み（交付待ち）", "decided, to be handed over"),
    State.DELIVERED: Text("交付済み", "handed over"),
    State.WAITING: Text("異議の期間中", "waiting for objections"),
    State.HOLDING: Text("保全中", "records are held"),
    State.REFUSED: Text("不開示", "refused"),
    State.WITHDRAWN: Text("取下げ", "withdrawn"),
    State.CLOSED: Text("終了", "closed"),
}
"""Each state."""

STEPS: Final[Mapping[str, Text]] = {
    **{event.value: row.title for event, row in TRANSITIONS.items()},
    "fact": Text("事実の記録", "a fact stated"),
    "paper": Text("書類の追加", "a paper added"),
    "member": Text("見られる人の追加", "somebody let know"),
    "search_requested": Text("検索の申請", "search asked for"),
    "search_approved": Text("検索の承認", "search approved"),
    "approve": Text("検索の承認", "approving the search"),
    "hold_begun": Text("保全の着手", "holding begun"),
    "hold_reviewed": Text("保全の見直し", "holds looked at again"),
    "hold_released": Text("保全の解除", "holds released"),
    "packed": Text("包みの作成", "packed"),
    "receipt": Text("受領書の記録", "receipt registered"),
    "redelivered": Text("再度の交付", "handing over again"),
    "released": Text("交付の決定", "deciding to hand over"),
    "outside_called": Text("社外の承認者の呼出し", "outside approver called"),
    "reviewed_afterwards": Text("事後の確認", "review afterwards"),
    "next_named": Text("次の提供者の特定", "next provider named"),
    "notified": Text("申立ての通知の記録", "recording the applicant's notice"),
    "forward": Text("次の提供者への引継ぎ", "passing on to the next provider"),
    "filing_notified": Text("申立ての通知の記録", "the applicant's notice recorded"),
    "handover": Text("他の提供者からの引継ぎ", "handed over by another provider"),
    "handover_opened": Text("引き継いだ項目を開く", "what was handed over opened"),
    "hold_ended": Text("保全の終わり", "holds ended"),
    "told_data_subject": Text("本人への通知", "the data subject told"),
    "agency_task": Text("電文の受信", "a message received"),
    "term": Text("期限の記録", "a term set"),
    "term_ended": Text("期限の終わり", "a term ended"),
    "forwarded": Text("次の提供者への引継ぎ", "passed on to the next provider"),
}
"""Each step and note of a case's timeline, and what else is refused for a case's state. One that isn't here is told by
its code."""

ORIGINS: Final[Mapping[str, Text]] = {
    "declared": Text("申告のみ", "only declared"),
    "checked": Text("確認済み", "checked"),
}
"""How a fact came to be known."""


def called(names: Mapping[str, Text], code: str) -> Text:
    """What ``code`` is called; itself where it has no name."""
    return names.get(code, Text(code, code))
