"""Papers say what the intake, the hearing and the delivery prepared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sekisho.disclosure.delivery.manifest import File, Manifest
from sekisho.disclosure.hearing.letter import WEEKS, Claim, Letter, Sender
from sekisho.disclosure.hearing.record import Stage
from sekisho.disclosure.intake import fees
from sekisho.disclosure.intake.question_letter import question_letter
from sekisho.disclosure.papers.errors import PaperRefused, SecrecyForbidsPaper
from sekisho.disclosure.papers.frame import Office
from sekisho.disclosure.papers.from_desk import handed, opinion_inquiry, question_back, quote
from sekisho.disclosure.papers.handing import Inventory
from sekisho.disclosure.papers.printing import html_of, text_of
from sekisho.disclosure.record import Secrecy, SecrecyState
from sekisho.engine.facts import Text
from tests.disclosure.intake.made_requests import checked
from tests.disclosure.intake.made_requests import item as written
from tests.disclosure.made_cases import case
from tests.disclosure.papers.made_papers import DAY, DIGEST, OFFICE, claimed

WITH: dict[str, Any] = {"office": OFFICE, "number": "開示-8-30", "dated": DAY}
LETTER = Letter(
    case_id="d0123456789abcdef",
    inquiry=1,
    stage=Stage.VOLUNTARY,
    operator="関所通信株式会社",
    sender=Sender("綿貫 千早", "〒000-0001\n関所県関所市波止場町2-3-4"),
    claim=Claim("芦屋 桐子", "https://board.example/1", "（投稿）", "名誉権", "理由"),
    items=(1,),
    wanted=(Text("氏名又は名称", "name"),),
    written_on=DAY,
    answer_within=WEEKS,
    earlier=("令和8年10月1日に照会し、ご回答がありませんでした。",),
)


def test_a_question_back_has_the_intakes_questions() -> None:
    """Every question of the intake stands on the paper with its items; a time without zone is shown both ways."""
    found = checked(written(time="2026-11-20T12:00:00"))
    letter = question_letter(found, received=DAY)
    assert letter is not None
    assert letter.questions
    text = text_of(html_of(question_back(case(), letter, **WITH)))
    for one in (*letter.refusals, *letter.questions):
        assert "".join(one.text.ja.split()) in text
    assert "日本時間であれば令和8年11月20日12時00分00秒、UTCであれば日本時間の令和8年11月20日21時00分00秒" in text


def test_a_quote_adds_up_to_the_intakes_fees() -> None:
    """The paper's total is the fees', and identifiers named again are said to cost nothing."""
    made = claimed()
    twice = (*made.items, replace(made.items[0], number=3))
    counted = fees.quote(made.type, twice)
    paper = quote(made, counted, payment="関所銀行", pay_by=date(2026, 12, 24), **WITH)
    assert paper.total_yen == counted.total == 10_000
    text = text_of(html_of(paper))
    assert "重複1件" in text
    assert "税込み" in text


def test_a_letter_to_the_sender_is_the_hearings() -> None:
    """The hearing's letter is printed as it was written, with its term in words; a court only at the court's stage."""
    text = text_of(html_of(opinion_inquiry(claimed(), LETTER, office=OFFICE, number="開示-8-31")))
    for words in (
        "綿貫千早様",
        "この書面が届いた日から2週間以内に",
        "令和8年10月1日に照会し",
        "https://board.example/1",
    ):
        assert words in text
    assert "裁判所に、あなたの" not in text
    later = replace(LETTER, stage=Stage.COURT)
    order = claimed("disclosure_order")
    assert "裁判所に、あなたの" in text_of(html_of(opinion_inquiry(order, later, office=OFFICE, number="x")))
    secret = replace(claimed(), secrecy=Secrecy(SecrecyState.ASKED))
    with pytest.raises(SecrecyForbidsPaper):
        opinion_inquiry(secret, LETTER, office=OFFICE, number="x")


def test_a_list_has_the_manifests_files() -> None:
    """Name, size and hash of each file of a delivery stand on the list."""
    manifest = Manifest(
        "d0123456789abcdef", "第1号", OFFICE.name, {}, "2026-11-23", (), (File("answer.csv", 12, DIGEST),), {}
    )
    listed = Inventory.of(case(), handed(manifest, what={"answer.csv": "接続記録"}), belongs_to="x", **WITH)
    text = text_of(html_of(listed))
    assert "answer.csv" in text
    assert "接続記録" in text
    assert DIGEST in text


def test_the_operators_name_is_read_from_settings() -> None:
    """An office is read from its table; an unknown, missing or wrongly typed field is refused by name."""
    table = {"name": "関所通信", "address": ["関所市1-1", "8階"], "signs": "法務部長", "desk": "法務部"}
    assert Office.read(table).address == ("関所市1-1", "8階")
    assert Office.read({**table, "address": "関所市1-1\n8階"}) == Office.read(table)
    every_wrong: list[dict[str, Any]] = [{"fax": "1"}, {"name": 1}, {"address": [1]}, {"address": []}, {"signs": ""}]
    for wrong in every_wrong:
        with pytest.raises(PaperRefused, match="office"):
            Office.read({**table, **wrong})
    with pytest.raises(PaperRefused, match="office"):
        Office.read({})
