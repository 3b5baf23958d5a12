"""What may be done to a case over HTTP: each step's address, what its body may hold, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.api import disclosure_acts as acts
from sekisho.api import disclosure_follow_ups as follow_ups
from sekisho.api.disclosure_acts import UPLOADS, Desk, Told
from sekisho.disclosure.attaching import MAX_BYTES, Keep
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.service import Channel, Mode
from sekisho.disclosure.hearing.letter import Claim, Sender
from sekisho.disclosure.hearing.record import Answer, Why
from sekisho.disclosure.hearing.record import Channel as Sending
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.record import MAX_ITEMS, Origin
from sekisho.disclosure.secrecy import Ground
from sekisho.logs.holds.rules import ReleaseReason

TEXT: Final = {"type": "string", "maxLength": 20_000}
DAY: Final = {"type": "string", "format": "date"}
NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": MAX_ITEMS}
NUMBERS: Final = {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": NUMBER}
NOTE: Final = {"note": TEXT}

Run = Callable[[Desk, str, Mapping[str, Any], Principal], Told]


@dataclass(frozen=True, slots=True)
class Step:
    """One address below a case: what its body may hold, and what it does."""

    path: str
    summary: str
    run: Run
    fields: Mapping[str, Any]
    required: tuple[str, ...] = ()


def _enum(kinds: Any) -> dict[str, Any]:
    return {"enum": [one.value for one in kinds]}


_INQUIRY: Final = {"inquiry": NUMBER}
_SENDING: Final = {"channel": _enum(Sending), "on": DAY}
_HANDING: Final = {"package": TEXT, "channel": _enum(Channel), "how": TEXT}
_DECISION: Final = {
    "type": "object",
    "properties": {"items": NUMBERS, "choice": _enum(Choice), "note": TEXT},
    "required": ["items", "choice", "note"],
    "additionalProperties": False,
}


_CHOSEN: Final = {
    "type": "object",
    "properties": {"number": NUMBER, "peer": TEXT},
    "required": ["number", "peer"],
    "additionalProperties": False,
}
_DATA: Final = {"type": "string", "contentEncoding": "base64", "maxLength": 4 * MAX_BYTES // 3 + 4}


def _letter_part(kind: Any) -> dict[str, Any]:
    names = list(kind.__dataclass_fields__)
    return {
        "type": "object",
        "properties": dict.fromkeys(names, TEXT),
        "required": names,
        "additionalProperties": False,
    }


STEPS: Final = (
    Step(
        "question",
        "請求者に質問を返す / Ask whoever sent it",
        acts.question,
        {"question": TEXT, "fields": {"type": "array", "items": TEXT}},
        ("question",),
    ),
    Step(
        "facts",
        "確かめた事実を記録する / Record what was checked",
        acts.fact,
        {"name": TEXT, "value": {"type": ["boolean", "integer", "string"]}, "origin": _enum(Origin), "note": TEXT},
        ("name", "value"),
    ),
    Step("review", "別の人が確認する / Review, by a second person", acts.review, NOTE, ("note",)),
    Step(
        "refuse",
        "請求の全体を断る / Refuse the whole request",
        acts.refuse,
        {"reason": _enum(RefusalReason), **NOTE},
        ("reason", "note"),
    ),
    Step("withdraw", "取下げを記録する / Record a withdrawal", acts.withdraw, {"document": TEXT}, ("document",)),
    Step("close", "終える / Close", acts.close, NOTE, ("note",)),
    Step(
        "members", "秘密の案件を同僚に知らせる / Let a colleague know", acts.member, {"staff_id": TEXT}, ("staff_id",)
    ),
    Step(
        "deadlines",
        "期限を設ける / Set a term",
        acts.term,
        {"kind": TEXT, "started_on": DAY, "due_on": DAY},
        ("kind", "started_on", "due_on"),
    ),
    Step("deadlines/end", "期限を終える / End a term", acts.term_ended, {"kind": TEXT, **NOTE}, ("kind",)),
    Step(
        "decisions",
        "項目ごとに決定する / Decide items",
        acts.decide,
        {"decisions": {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": _DECISION}},
        ("decisions",),
    ),
    Step("search/request", "検索を申請する / Ask for the search", acts.request, {}),
    Step(
        "search/approve",
        "検索を承認する（2人） / Approve it: two people",
        acts.approve,
        {"grants": {"type": "array", "minItems": 1, "items": TEXT}},
    ),
    Step("search/run", "検索する / Run it", acts.run, {}),
    Step("hold", "保全する / Hold", acts.hold, {"until": DAY}),
    Step("hold/approve", "保全を承認する / Approve the holds", acts.hold_approved, {}),
    Step(
        "hold/review",
        "保全がまだ要ることを確かめた / The holds are still needed",
        acts.hold_reviewed,
        {"note": TEXT},
        ("note",),
    ),
    Step(
        "hold/extend",
        "先の保全を延長する / Extend an earlier hold",
        acts.hold_extended,
        {"of": TEXT, "until": DAY, "why": TEXT},
        ("of", "until", "why"),
    ),
    Step(
        "hold/release",
        "保全を解除する / Release a hold",
        acts.hold_released,
        {"reason": _enum(ReleaseReason), "document": TEXT, "decided_on": DAY, "ended_on": DAY},
        ("reason",),
    ),
    Step(
        "emergency/call",
        "社外の承認者に知らせる / Call the outside approver",
        acts.called,
        {"staff_id": TEXT},
        ("staff_id",),
    ),
    Step("emergency/approve", "社外から承認する / Approve from outside", acts.outside, NOTE, ("note",)),
    Step("emergency/review", "あとから確かめる / Review afterwards", acts.afterwards, NOTE, ("note",)),
    Step(
        "hearing/draft",
        "意見照会書を作る / Write a letter to the sender",
        acts.draft,
        {"items": NUMBERS, "sender": _letter_part(Sender), "claim": _letter_part(Claim)},
        ("items", "sender", "claim"),
    ),
    Step("hearing/sent", "送付を記録する / It was sent", acts.sent, {**_INQUIRY, **_SENDING}, ("inquiry", "channel")),
    Step("hearing/reached", "到達を記録する / It arrived", acts.reached, {**_INQUIRY, "on": DAY}, ("inquiry",)),
    Step(
        "hearing/extend",
        "回答の期限を延ばす / Give more time",
        acts.longer,
        {**_INQUIRY, "until": DAY, "reason": TEXT},
        ("inquiry", "until", "reason"),
    ),
    Step(
        "hearing/answer",
        "回答を記録する / Record the answer",
        acts.answered,
        {**_INQUIRY, "answer": _enum(Answer), "on": DAY, "how": TEXT, "reasons": TEXT},
        ("inquiry", "answer"),
    ),
    Step(
        "hearing/unheard",
        "意見を聴けないと申し出る / Say that the sender can't be heard",
        acts.unheard,
        {"items": NUMBERS, "why": _enum(Why), "reason": TEXT},
        ("items", "why", "reason"),
    ),
    Step("hearing/confirm", "それを別の人が確かめる / Confirm that", acts.confirmed, {"number": NUMBER}, ("number",)),
    Step(
        "hearing/told",
        "開示命令を知らせたことを記録する / The objector was told",
        acts.told,
        {"objector": TEXT, **_SENDING, **NOTE},
        ("objector", "channel", "note"),
    ),
    Step(
        "papers",
        "書類を加える / Add a paper",
        acts.paper,
        {
            "kind": {"enum": list(UPLOADS)},
            "keep": _enum(Keep),
            "data": _DATA,
        },
        ("kind", "data"),
    ),
    Step(
        "packages",
        "開示する項目を包む / Pack what was decided",
        acts.packed,
        {
            "recipient": {"enum": ["requester", "next_provider", "data_subject"]},
            "name": TEXT,
            "mode": _enum(Mode),
            "key": TEXT,
            "letters": {"type": "array", "items": TEXT},
        },
        ("name", "mode"),
    ),
    Step("packages/release", "渡す / Hand it over", acts.released, _HANDING, ("package", "channel", "how")),
    Step(
        "packages/again",
        "同じ包みをもう一度渡す / Hand it over again",
        acts.again,
        _HANDING,
        ("package", "channel", "how"),
    ),
    Step(
        "packages/receipt",
        "受領を記録する / Register the receipt",
        acts.receipt,
        {"package": TEXT, "received_on": DAY, "signed_by": TEXT, "sha256": TEXT},
        ("package", "signed_by"),
    ),
    Step("wait", "異議の期間を始める / Begin the time for objections", acts.wait, NOTE, ("note",)),
    Step(
        "next",
        "項目ごとに次の提供者を定める / Name the next provider of each item",
        follow_ups.next_named,
        {"items": {"type": "array", "maxItems": MAX_ITEMS, "items": _CHOSEN}},
    ),
    Step("next/told", "申立人に名称を知らせる / Tell the applicant its name", follow_ups.next_told, {"number": TEXT}),
    Step(
        "next/notified",
        "申立ての通知を記録する / Record the applicant's notice of the petition",
        follow_ups.next_notified,
        {"peer": TEXT, "court": TEXT, "number": TEXT, "dated": DAY, "on": DAY, "data": _DATA},
        ("peer", "court", "number", "dated", "data"),
    ),
    Step(
        "next/forward",
        "次の提供者に引き継ぐ / Hand the items over to the next provider",
        follow_ups.next_forwarded,
        {"peer": TEXT},
        ("peer",),
    ),
    Step(
        "corrections",
        "回答した案件の事実がどうだったかを申し出る / State how a fact of an answered case was",
        follow_ups.corrected,
        {"name": TEXT, "value": {"type": ["boolean", "integer", "string"]}, **NOTE},
        ("name", "value", "note"),
    ),
    Step(
        "corrections/confirm",
        "それを別の人が確認する / Confirm that, as somebody else",
        follow_ups.correction_confirmed,
        {"number": NUMBER},
        ("number",),
    ),
    Step(
        "secrecy",
        "秘密が終わったと申し出る / State that the secrecy ended",
        follow_ups.secrecy_over,
        {"ground": _enum(Ground), **NOTE},
        ("ground", "note"),
    ),
    Step(
        "secrecy/confirm",
        "それを別の人が確認する / Confirm that, as somebody else",
        follow_ups.secrecy_confirmed,
        {"number": NUMBER},
        ("number",),
    ),
    Step(
        "inspection",
        "検査用の一式を作る / Everything about the case, to be verified offline",
        follow_ups.inspected,
        {"why": TEXT},
        ("why",),
    ),
    Step("own-answer", "本人への回答 / The answer to a data subject", follow_ups.own_answer, {}),
)
"""Every step, in the order in which a case meets them."""
