"""The gate's answer as a document: whole for machines, in both languages, and nothing internal for the requester."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.permission_document import permission_document, requester_texts
from sekisho.engine.facts import Value
from sekisho.engine.rules import Role
from tests.disclosure.law_cases import CLAIM, DESK, INQUIRY, LAW, TODAY, WARRANT, permission


def test_a_document_holds_verdict_ground_and_citation() -> None:
    """For every act and class: the verdict and the deciding rules with their citations."""
    found = DESK.permissions(WARRANT, event=CaseType.SEARCH_SEIZURE, on=TODAY, law=LAW)
    made = json.loads(json.dumps([permission_document(DESK, one) for one in found.each]))
    assert len(made) == 12
    search = next(one for one in made if (one["act"], one["data_class"]) == ("search", "secrecy"))
    assert search["permitted"] is True
    (ground,) = search["grounds"]
    assert ground["rule"] == "ground.warrant"
    assert ground["provisions"][0]["label"] == {"ja": "刑訴法218条1項・2項", "en": "CCP art. 218(1), (2)"}
    assert ground["text_state"] == "summary"


@pytest.mark.parametrize(
    ("facts", "event", "data_class", "state"),
    [
        # 刑訴法218条 was read in a copy; what excuses the other duties is surer or less sure and doesn't count.
        (WARRANT, CaseType.SEARCH_SEIZURE, DataClass.SECRECY, "summary"),
        # 刑訴法102条の2 (令和7年法律39号): nobody has read its text.
        ({**WARRANT, "document.basis_in_force": True}, CaseType.DATA_PROVISION_ORDER, DataClass.SECRECY, "unverified"),
        # A second ground, the user's own consent, is no surer than the first.
        (
            {**WARRANT, "document.basis_in_force": True, "consent.valid": True},
            CaseType.DATA_PROVISION_ORDER,
            DataClass.SECRECY,
            "unverified",
        ),
        # Refused by the 2026 Act, unread, beside the guideline.
        (
            {**INQUIRY, "requester.kind": "police_chief", "document.basis_in_force": False},
            CaseType.POLICE_INQUIRY_2026,
            DataClass.SECRECY,
            "unverified",
        ),
    ],
)
def test_a_decision_is_as_sure_as_the_least_sure_of_its_grounds(
    facts: dict[str, Value], event: CaseType, data_class: DataClass, state: str
) -> None:
    """The mark is the weakest of the grounds and refusals; rules that only excuse a duty stand apart and carry none."""
    one = permission(facts, event, Act.SEARCH, data_class)
    made = permission_document(DESK, one, ways=False)
    assert made["text_state"] == state
    roles = {rule.id: rule.role for rule in one.outcome.deciding}
    assert {cited["rule"] for cited in made["scope"]} == {name for name, role in roles.items() if role is Role.SCOPE}
    assert {cited["rule"] for cited in made["deciding"]} == {
        name for name, role in roles.items() if role is not Role.SCOPE
    }
    assert bool(made["scope"]) is one.permitted
    assert not {cited["rule"] for cited in made["scope"]} & {rule["rule"] for rule in made["grounds"]}


def test_what_has_neither_ground_nor_refusal_is_as_sure_as_nothing() -> None:
    """Where something is missing there is no ground yet, and no mark that would speak of one."""
    one = permission({}, CaseType.SEARCH_SEIZURE, Act.SEARCH, DataClass.SECRECY)
    assert permission_document(DESK, one, ways=False)["text_state"] is None


def test_what_is_missing_says_how_what_and_whom() -> None:
    """A known and an unknown fact are told apart; a way shows what would open the gate."""
    facts = {**WARRANT, "document.in_date": False}
    del facts["people.reviewed"]
    made = permission_document(DESK, permission(facts, CaseType.SEARCH_SEIZURE, Act.SEARCH, DataClass.SECRECY))
    told = {fact["name"]: (fact["state"], fact["asked_of"]) for one in made["missing"] for fact in one["facts"]}
    assert told == {"document.in_date": ("otherwise", "applicant"), "people.reviewed": ("unknown", "operator")}
    (way,) = made["ways"]
    assert way["verdict"] == "accept"
    assert {change["name"] for change in way["changes"]} == set(told)
    assert (
        permission_document(
            DESK, permission(facts, CaseType.SEARCH_SEIZURE, Act.SEARCH, DataClass.SECRECY), ways=False
        )["ways"]
        is None
    )


def test_a_refusal_is_told_to_staff_and_requester_in_their_own_words() -> None:
    """The kind of no, the citation and how it ends; the requester reads what to do instead."""
    one = permission(INQUIRY, CaseType.INVESTIGATION_INQUIRY, Act.DISCLOSE, DataClass.SECRECY)
    made = permission_document(DESK, one)
    (refusal,) = made["refusal"]
    assert refusal["kind"] == "lawful_ground_missing"
    assert refusal["provisions"][0]["label"]["ja"] == "ガイドライン38条2項"
    assert "令状" in refusal["ends_when"]["ja"]
    assert made["requester"] == [
        {
            "ja": "通信の秘密に当たる情報は、照会ではお答えできません。裁判官の令状によりお求めください。",
            "en": "We cannot answer this on an inquiry: please obtain a judge’s warrant.",
        }
    ]


def test_what_is_settled_inside_is_not_told_to_the_requester() -> None:
    """That a second person hasn't looked yet is nobody's business outside; a missing reason is theirs."""
    waiting = {name: value for name, value in CLAIM.items() if name != "people.reviewed"}
    inside = permission(waiting, CaseType.VOLUNTARY_CLAIM, Act.DISCLOSE, DataClass.SECRECY)
    assert not inside.permitted
    assert requester_texts(inside) == ()
    asked = permission(
        {**waiting, "claim.proper_reason": False}, CaseType.VOLUNTARY_CLAIM, Act.DISCLOSE, DataClass.SECRECY
    )
    told = [text.ja for text in requester_texts(asked)]
    assert any("正当な理由" in text for text in told)
    assert not any("別の人" in text for text in told)


def test_both_languages_are_everywhere() -> None:
    """Every text that has one language has the other."""
    found = DESK.permissions({}, event=CaseType.VOLUNTARY_CLAIM, on=TODAY, law=LAW)

    def check(value: Any) -> None:
        if isinstance(value, dict):
            if "ja" in value or "en" in value:
                assert set(value) == {"ja", "en"}
                assert all(value.values()) or value == {"ja": [], "en": []}
            for part in value.values():
                check(part)
        elif isinstance(value, list):
            for part in value:
                check(part)

    check([permission_document(DESK, one, ways=False) for one in found.each])
