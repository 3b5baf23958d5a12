"""What the gate says to people: no code, the provision of each reason, and what to do next."""

from __future__ import annotations

import re

import pytest

from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.intake.finding_words import WORDINGS
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.law import load_disclosure
from sekisho.disclosure.words import ACTS, CLASSES, VERDICTS, not_permitted
from sekisho.engine.verdicts import Verdict
from tests.disclosure.world import Desk


def test_every_act_class_and_verdict_has_words() -> None:
    """Nothing is called by its code."""
    assert (set(ACTS), set(CLASSES), set(VERDICTS)) == (set(Act), set(DataClass), set(Verdict))
    for act in Act:
        for data_class in DataClass:
            for verdict in Verdict:
                error = NotPermittedByLaw(why_ja="", why_en="", **not_permitted(act, data_class, verdict))
                assert "_" not in error.sentence("ja") + error.sentence("en")


@pytest.mark.parametrize(
    ("type_", "provision"),
    [(CaseType.INVESTIGATION_INQUIRY, "刑訴法197条2項"), (CaseType.SEARCH_SEIZURE, "")],
)
def test_a_refusal_cites_its_provision(desk: Desk, type_: CaseType, provision: str) -> None:
    """Each reason names the article it rests on, in both languages, and what is missing is told with it."""
    made = desk.reviewed(type=type_.value)
    with pytest.raises(NotPermittedByLaw) as caught:
        desk.service.searching.request(made.id, by=desk["kensaku"])
    ja, en = caught.value.sentence("ja"), caught.value.sentence("en")
    assert ja.startswith("通信の秘密に当たる情報の検索は、")
    assert provision in ja
    assert re.search(r"（[^）]*条[^）]*）|（[^）]*方針[^）]*）", ja)
    assert re.search(r"\([^)]*art\. \d", en) or "(house" in en.lower()
    for code in ("secrecy)", "need_evidence", "'search'", "{"):
        assert code not in en


STAFF = ("事件に綴じ", "確かめて記録", "記録してください", "尋ねてください", "受け取る", "sekisho", "確かめました。")
"""What is said to colleagues only."""


def test_what_the_requester_is_told_is_worded_for_them() -> None:
    """Every sentence for whoever asked ends as a letter does, and gives no instruction that is the staff's."""
    rules = load_disclosure().rules.values()
    texts = [rule.message.applicant for rule in rules] + [one.text for one in WORDINGS.values()]
    for text in texts:
        assert re.search(r"(ください|ます|ません|です|ました|でした)(（[^）]*）)?。$", text.ja), text.ja
        assert not [word for word in STAFF if word in text.ja], text.ja
