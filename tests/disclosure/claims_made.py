"""Civil claims on their way to a hearing or a delivery: made-up people, invented numbers, documentation addresses."""

from __future__ import annotations

from datetime import date
from typing import Any

from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.hearing.letter import Claim, Sender
from sekisho.disclosure.record import Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.logs.subscribers.read import read_register
from sekisho.logs.subscribers.register import SubscriberRegister
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk

REGISTER = """contract,line,phone,email,valid_from,valid_to,氏名,住所,口座番号
C-7,line-7,090-0000-0007,nana@example.jp,2026-04-01,,架空 七海,関所市霞7-7,1234567
C-8,line-8,090-0000-0008,hachi@example.jp,2026-04-01,,架空 八郎,関所市霞8-8,7654321
"""
SENDER = Sender("架空 七海", "関所市霞7-7")
CLAIM = Claim("(氏名は非開示希望)", "https://example.jp/posts/1", "架空の書き込み", "名誉権", "事実に反する")
WANTED = ["civil.1", "civil.2"]


def with_register(desk: Desk) -> None:
    """A register in which line-7 and line-8 each have one contractor."""
    rows = read_register(REGISTER.encode(), lines=False)
    SubscriberRegister(desk.workspace).take_in(rows, covers_from=date(2026, 4, 1), as_of=date(2026, 11, 23), by="admin")


def claim(**changed: Any) -> dict[str, Any]:
    """A claim out of court about one address."""
    return {
        "type": "voluntary_claim",
        "requester": {"kind": "claimant", "name": "請求 花子", "officer": "", "rank": ""},
        "document": {"number": "請求-1", "title": "発信者情報開示請求書", "valid_until": None, "legal_provision": ""},
        "items": [item(wanted=WANTED)],
    } | changed


CLAIM_FACTS = ("claim.infringement_clear", "claim.proper_reason", "document.in_writing", "document.addressed_to_us")
ORDER_FACTS = ("order.court_issued", "order.served", "order.final", *CLAIM_FACTS)


def prove(desk: Desk, case_id: str, *names: str) -> None:
    """Facts of a claim that was found in order."""
    service, clerk = desk.service, desk["kakunin"]
    service.set_fact(
        case_id, "authenticity.identity_proved", True, origin=Origin.CHECKED, note="本人確認書類の写し", by=clerk
    )
    for name in names:
        service.set_fact(case_id, name, True, origin=Origin.CHECKED, note="原本を見た", by=clerk)
    service.set_fact(
        case_id, "order.objection_pending", False, origin=Origin.CHECKED, note="裁判所に照会", by=clerk
    )


def claimed(desk: Desk, *names: str, **changed: Any) -> CaseEntry:
    """A claim that was reviewed, found in order and searched. ``names`` are the facts that hold."""
    made = desk.reviewed(**claim(**changed))
    prove(desk, made.id, *(names or CLAIM_FACTS))
    desk.service.searching.request(made.id, by=desk["kensaku"])
    for name in ("kakunin", "hogo"):
        desk.service.searching.approve(made.id, by=desk[name])
    return desk.service.searching.run(made.id, by=desk["kensaku"])


def ordered(desk: Desk, **changed: Any) -> CaseEntry:
    """A court's final order to disclose, searched."""
    title = {"number": "令和8年（発チ）第1号", "title": "開示命令", "valid_until": None, "legal_provision": "8条"}
    return claimed(desk, *ORDER_FACTS, type="disclosure_order", document=title, **changed)


def decided(desk: Desk, case_id: str, *numbers: int) -> CaseEntry:
    """Every item of ``numbers`` permitted."""
    choices = dict.fromkeys(numbers or (1,), (Choice.DISCLOSE, "可"))
    return desk.service.deciding.decide(case_id, choices, by=desk["kaiji"])
