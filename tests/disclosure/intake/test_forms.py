"""The standard form of civil claims, and papers by typed entry."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.intake.draft import Draft
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.paper_forms import PAPER_FORMS
from sekisho.disclosure.intake.papers import read_paper
from sekisho.disclosure.intake.standard_form import STANDARD_FORM, read_standard_form
from sekisho.disclosure.intake.validation import Checked, Verdict, check
from sekisho.disclosure.kinds import CaseType, DataClass, RequesterKind
from sekisho.disclosure.reading import DERIVED
from sekisho.disclosure.record import SecrecyState
from tests.disclosure.intake.made_requests import AROUND, RECEIVED, item


def _checked(draft: Draft) -> Checked:
    return check(draft, received_at=RECEIVED, by="uketsuke", around=AROUND)


def _claim(**changed: Any) -> dict[str, Any]:
    return {
        "addressee": "関所通信株式会社",
        "dated": "令和8年11月20日",
        "claimant_name": "被害 花子",
        "claimant_address": "関所市霞2-2",
        "claimant_contact": "03-0000-0111",
        "posted": "「うそつき」との書き込み",
        "rights": ["honour", "privacy"],
        "why_evident": "事実に反します。",
        "reasons": ["damages"],
        "wanted": [1, 2, 4],
        "evidence": ["甲1"],
        "not_to_sender": ["住所"],
        "zone": "日本時間",
        "items": [item(time="2026-11-20 12:00:00")],
    } | changed


def test_a_claim_on_the_standard_form() -> None:
    """Its items ask for what was ticked; its words stay with the papers."""
    made = read_standard_form(_claim())
    found = _checked(made)
    assert found.verdict is Verdict.ACCEPT
    assert found.case is not None
    assert found.case.type is CaseType.VOLUNTARY_CLAIM
    assert found.case.items[0].wanted == ("civil.1", "civil.2", "civil.4")
    assert found.case.items[0].data_class is DataClass.SECRECY
    assert made.head.entry["not_to_sender"] == ["住所"]
    assert "うそつき" not in str(found.case.json())


def test_a_claim_judges_nothing_of_itself() -> None:
    """That the infringement is evident and the reason proper is never declared by the claimant's words."""
    assert set(read_standard_form(_claim()).head.facts) == {"document.in_writing"}


def test_an_agent() -> None:
    """A lawyer who acts makes it a lawyer's claim; another agent doesn't."""
    lawyer = read_standard_form(_claim(agent_name="代理 守", agent_is_lawyer=True)).head
    assert (lawyer.requester_kind, lawyer.requester["officer"]) == (RequesterKind.CLAIMANT_LAWYER, "代理 守")
    other = read_standard_form(_claim(agent_name="代理 守", agent_is_lawyer=False)).head
    assert other.requester_kind is RequesterKind.CLAIMANT


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"wanted": []}, "wanted"),
        ({"wanted": [15]}, "wanted"),
        ({"wanted": [True]}, "wanted"),
        ({"wanted": ["1"]}, "wanted"),
        ({"wanted": [[]]}, "wanted"),
        ({"rights": ["peace"]}, "rights"),
        ({"reasons": "damages"}, "reasons"),
        ({"addressee": ""}, "addressee"),
        ({"evidence": ["甲"] * 201}, "evidence"),
        ({"sealed": "yes"}, "sealed"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_form_that_has_no_such_field(changed: dict[str, Any], field: str) -> None:
    """Refused, naming the field."""
    with pytest.raises(CaseRefused) as caught:
        read_standard_form(_claim(**changed))
    assert caught.value.fields["field"] == field


def _typed(**changed: Any) -> dict[str, Any]:
    return {
        "agency": "関所県警察本部", "unit": "サイバー犯罪対策課", "officer": "検見川 守", "rank": "警部補",
        "contact": "03-0000-0110", "number": "関サ発第12号", "dated": "令和8年11月21日", "zone": "日本時間",
        "items": [item(time="令和8年11月20日12時0分0秒")],
    } | changed  # fmt: skip


_OF = {
    RequesterKind.COURT: {"agency": "関所地方裁判所"},
    RequesterKind.BAR_ASSOCIATION: {"agency": "関所弁護士会"},
    RequesterKind.JUDICIAL_POLICE_OFFICER: {"requester_kind": "judicial_police_officer"},
}


@pytest.mark.parametrize("kind", list(PAPER_FORMS))
def test_every_paper_by_typed_entry(kind: CaseType) -> None:
    """A paper in order becomes a case of its type."""
    form = PAPER_FORMS[kind]
    validity = {"valid_until": "令和8年11月28日"} if any(one.name == "valid_until" for one in form.fields) else {}
    found = _checked(read_paper(kind, _typed(**_OF[form.requesters[0]], **validity)))
    assert found.findings == ()
    assert found.case is not None
    assert found.case.type is kind
    assert found.case.document.title == form.title.ja


def test_every_field_declares_a_fact_that_may_be_declared() -> None:
    """The facts behind fields are the catalogue's, none of them the desk's own to work out; names stand once."""
    for form in PAPER_FORMS.values():
        names = [one.name for one in form.fields]
        assert len(set(names)) == len(names)
        for one in form.fields:
            assert one.fact is None or (one.fact in CATALOGUE.facts and one.fact not in DERIVED), one.name
    assert len({one.name for one in STANDARD_FORM}) == len(STANDARD_FORM)


def test_a_preservation_request() -> None:
    """Its days and its seizure are declared, its period stays with the papers, its secrecy is the case's."""
    made = read_paper(
        CaseType.PRESERVATION_REQUEST,
        _typed(requester_kind="judicial_police_officer", days_asked=30, for_seizure=True, hold_from="令和8年11月23日",
               hold_until="令和8年12月22日", log_kinds=["接続認証ログ"], secrecy="asked", original=True),
    )  # fmt: skip
    found = _checked(made)
    assert found.case is not None
    assert {name: fact.value for name, fact in found.case.facts.items()} == {
        "document.in_writing": True,
        "document.original_received": True,
        "preservation.days_asked": 30,
        "preservation.for_seizure": True,
    }
    assert found.case.secrecy.state is SecrecyState.ASKED
    assert made.head.entry["hold_until"] == "令和8年12月22日"
    assert found.case.items[0].wanted == ("log",)


def test_a_warrant_names_a_suspect_only_in_its_papers() -> None:
    """刑訴法219条's fields: the suspect and the list of what is ordered never stand in the case."""
    made = read_paper(
        CaseType.SEARCH_SEIZURE,
        _typed(requester_kind="prosecutor", suspect="疑義 太郎", offence="名誉毀損", list=["通信履歴"],
               valid_until="令和8年11月28日", judge="裁 判子", judge_sealed=True, legal_provision="刑事訴訟法218条1項"),
    )  # fmt: skip
    found = _checked(made)
    assert found.case is not None
    assert found.case.facts["document.issued_by_judge"].value is True
    assert made.head.entry["suspect"] == "疑義 太郎"
    assert "疑義" not in str(found.case.json())


def test_the_image_of_a_paper() -> None:
    """A hash that stands on the entry must be that of the file; without one the file's own is put down."""
    assert read_paper(CaseType.COURT_INQUIRY, _typed(), computed_sha256="a" * 64).head.sha256 == "a" * 64
    wrong = _checked(read_paper(CaseType.COURT_INQUIRY, _typed(sha256="B" * 64), computed_sha256="a" * 64))
    assert [one.code for one in wrong.findings] == [Code.CHECKSUM_DIFFERS]


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        (CaseType.EMERGENCY, {}, "type"),
        (CaseType.PRESERVATION_REQUEST, {}, "requester_kind"),
        (CaseType.PRESERVATION_REQUEST, {"requester_kind": "court"}, "requester_kind"),
        (CaseType.COURT_INQUIRY, {"suspect": "だれか"}, "suspect"),
        (CaseType.COURT_INQUIRY, {"sha256": "xyz"}, "sha256"),
        (CaseType.COURT_INQUIRY, {"original": 1}, "original"),
        (CaseType.COURT_INQUIRY, {"flags": "urgent"}, "flags"),
        (CaseType.PRESERVATION_REQUEST, {"days_asked": "30"}, "days_asked"),
        (CaseType.PRESERVATION_REQUEST, {"days_asked": -1}, "days_asked"),
        (CaseType.PRESERVATION_REQUEST, {"log_kinds": ["x"] * 1_001}, "log_kinds"),
        (CaseType.BAR_INQUIRY, {"question": "あ" * 20_001}, "question"),
    ],
)
def test_a_paper_that_has_no_such_field(kind: CaseType, changed: dict[str, Any], field: str) -> None:
    """Refused, naming the field."""
    with pytest.raises(CaseRefused) as caught:
        read_paper(kind, _typed(**changed))
    assert caught.value.fields["field"] == field
