"""One of each paper, made up: the operator, the people and the addresses don't exist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sekisho.disclosure.papers.answers import (
    Answer,
    BarAnswer,
    Charge,
    Doubt,
    Named,
    NextProvider,
    Provider,
    QuestionBack,
    Quote,
)
from sekisho.disclosure.papers.decisions import DisclosureDecision, RefusalDecision
from sekisho.disclosure.papers.forms import EntryForm
from sekisho.disclosure.papers.frame import Addressee, Office, Paper
from sekisho.disclosure.papers.handing import Handed, Inventory, Means, Provision, Receipt
from sekisho.disclosure.papers.keeping import Held, HoldExtension, HoldNotice
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.sender import Claim, OpinionAnswer, OpinionInquiry, SenderNotice
from sekisho.disclosure.papers.shown import Answered, Told
from sekisho.disclosure.record import DisclosureCase
from sekisho.logs.lookup.answer import Outcome
from tests.disclosure.made_cases import case, item

DAY: Final = date(2026, 11, 23)
OFFICE: Final = Office(
    name="関所通信株式会社",
    address=("関所県関所市霞一丁目1番1号", "関所第一ビル8階"),
    signs="法務部長　鹿島 澄",
    desk="法務部 開示請求窓口",
    phone="03-0000-0199",
    mail="kaiji@sekisho.example",
)
SENDER: Final = Addressee(name="綿貫 千早", honorific="様", address=("〒000-0001", "関所県関所市波止場町2-3-4"))
DIGEST: Final = "0123456789abcdef" * 4
HANDED: Final = (
    Handed(name="answer-1.csv", what="接続記録（令和8年11月20日分）", items="1", size=1_234_567, sha256=DIGEST),
    Handed(name="契約者情報.pdf", what="契約者情報", items="1、2", size=45_678, sha256=DIGEST[::-1]),
    Handed(name="契約申込書の写し", what="書面2枚"),
)
CLAIM: Final = Claim(
    claimant="芦屋 桐子",
    posted="https://board.example/thread/1 の3番の投稿\n「（投稿の内容）」",
    right="名誉権",
    reason="投稿は、請求者が取引先から金銭を受け取ったという事実を示すが、そのような事実はない。",
)
TOLD: Final = (
    Told(content="civil.1", label="氏名", value="綿貫 千早"),
    Told(content="civil.2", label="住所", value="関所県関所市波止場町2-3-4"),
)


def officer(kind: str, **changed: Any) -> DisclosureCase:
    """A request of an investigator."""
    title = {"preservation_request": "保全要請書", "preservation_extension": "保全期間延長要請書"}
    document = {"title": title.get(kind, "捜査関係事項照会書"), "number": "関捜一第88号"}
    given = {"document": document, "items": [item(), item(2, value="2001:db8::5", port=None)]} | changed
    return case(type=kind, **given)


def claimed(kind: str = "voluntary_claim", **changed: Any) -> DisclosureCase:
    """A civil claim of two items: one names the sender."""
    given: dict[str, Any] = {
        "requester": {
            "kind": "claimant_lawyer",
            "name": "芦屋 桐子 代理人",
            "office": "関所市堀端9-9",
            "officer": "弁護士 御影 直",
            "rank": "",
        },
        "document": {
            "number": "",
            "title": "発信者情報開示請求書",
            "valid_until": None,
            "legal_provision": "情報流通プラットフォーム対処法5条",
        },
        "items": [
            item(wanted=["civil.1", "civil.2", "civil.5"]),
            item(2, value="203.0.113.9", port=4000, wanted=["civil.1"]),
        ],
    } | changed
    return case(type=kind, **given)


def inquiry(**changed: Any) -> OpinionInquiry:
    """A letter to the sender of the first item."""
    given: dict[str, Any] = {"to": SENDER, "items": [1], "claim": CLAIM, "answer_by": date(2026, 12, 7)} | changed
    return OpinionInquiry.of(claimed(), office=OFFICE, number="開示-8-31", dated=DAY, **given)


def every() -> Mapping[PaperKind, Paper | EntryForm]:
    """Each kind of paper."""
    with_number: dict[str, Any] = {"office": OFFICE, "number": "開示-8-30", "dated": DAY}
    found = Answered(
        item=1, outcome=Outcome.UNIQUE, told=(Told(content="subscriber", label="契約者", value="綿貫 千早"),)
    )
    warrant = case()
    order = claimed(
        "disclosure_order",
        requester={"kind": "court", "name": "関所地方裁判所", "office": "", "officer": "", "rank": ""},
        document={"number": "令和8年（発チ）第5号", "title": "発信者情報開示命令", "valid_until": None},
    )
    naming = claimed(
        "identification_order",
        document={"number": "令和8年（発チ）第6号", "title": "提供命令", "valid_until": None},
    )
    bar = claimed(
        "bar_inquiry",
        requester={"kind": "bar_association", "name": "関所県弁護士会", "office": "", "officer": "", "rank": ""},
        document={"number": "関弁照第77号", "title": "照会書", "valid_until": None},
        items=[item(kind="phone", value="090-0000-0000", port=None, data_class="subscriber")],
    )
    kept = (
        Held(item=1, records="接続記録（割当てのログ）", expires_on=date(2026, 12, 20)),
        Held(item=2, why="該当する記録がありません"),
    )
    decided = (
        Answered(item=1, outcome=Outcome.UNIQUE, told=TOLD),
        Answered(item=2, outcome=Outcome.AMBIGUOUS),
    )
    listed: dict[str, Any] = {"belongs_to": "開示-8-30", "office": OFFICE, "number": "開示-8-32", "dated": DAY}
    letter = inquiry()
    return {
        PaperKind.ANSWER: Answer.of(
            officer("investigation_inquiry"), [found, Answered(item=2, outcome=Outcome.EXPIRED)], **with_number
        ),
        PaperKind.BAR_ANSWER: BarAnswer.of(bar, [found], note="照会手数料は受領済みです。", **with_number),
        PaperKind.QUESTION: QuestionBack.of(
            claimed(),
            [
                Doubt(field="文書番号", question="文書番号がありません。番号をお知らせください。"),
                Doubt(items="2", field="時刻", question="日本時間とUTCのどちらですか。"),
            ],
            answer_by=date(2026, 12, 1),
            **with_number,
        ),
        PaperKind.QUOTE: Quote.of(
            claimed(),
            [Charge(what="調査手数料（1識別子）", count=2, each_yen=5_000)],
            counting="IPアドレス、送信元ポート番号及び日本時間のタイムスタンプの組を1件と数えます。",
            payment="関所銀行 霞支店 普通 0000000",
            tax="税込み",
            pay_by=date(2026, 12, 24),
            **with_number,
        ),
        PaperKind.HOLD_NOTICE: HoldNotice.of(
            officer("preservation_request"), kept, since=DAY, until=date(2026, 12, 23), **with_number
        ),
        PaperKind.HOLD_EXTENSION: HoldExtension.of(
            officer("preservation_extension"),
            kept,
            since=DAY,
            was_until=date(2026, 12, 23),
            until=date(2027, 1, 22),
            **with_number,
        ),
        PaperKind.OPINION_INQUIRY: letter,
        PaperKind.OPINION_ANSWER: OpinionAnswer.of(
            claimed(), to=SENDER, inquiry=letter, office=OFFICE, number="開示-8-31-2", dated=DAY
        ),
        PaperKind.DISCLOSURE_DECISION: DisclosureDecision.of(claimed(), decided, **with_number),
        PaperKind.REFUSAL_DECISION: RefusalDecision.of(
            claimed(), ["権利が侵害されたことが明らかであるとは認められません。"], **with_number
        ),
        PaperKind.SENDER_NOTICE: SenderNotice.of(
            order,
            to=SENDER,
            items=[1],
            court="関所地方裁判所",
            order="令和8年（発チ）第5号",
            ordered_on=date(2026, 11, 20),
            opposed_on=date(2026, 10, 5),
            **with_number,
        ),
        PaperKind.PROVISION: Provision.of(
            warrant,
            HANDED,
            means=Means.MEDIUM,
            package_sha256=DIGEST,
            note="合言葉は別の経路で伝えます。",
            **with_number,
        ),
        PaperKind.INVENTORY: Inventory.of(warrant, HANDED, **listed),
        PaperKind.RECEIPT: Receipt.of(warrant, HANDED, **listed),
        PaperKind.NEXT_PROVIDER: NextProvider.of(
            naming,
            [
                Named(item=1, provider=Provider(name="隣町電信株式会社", address="隣町市本町1-1")),
                Named(item=2, provider=None, why="記録の保存期間が過ぎています"),
            ],
            notify_by=date(2027, 1, 25),
            **with_number,
        ),
        PaperKind.INQUIRY_FORM: EntryForm(kind=PaperKind.INQUIRY_FORM, brand="関所モバイル"),
        PaperKind.PRESERVATION_FORM: EntryForm(kind=PaperKind.PRESERVATION_FORM),
    }
