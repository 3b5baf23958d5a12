"""A decision at the terminal: the verdict first, what stands behind it, and one next step, in both languages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sekisho.cli.contract_text import decision_text, explanation_text, verdict_word
from sekisho.contracts.decide import ContractDesk
from sekisho.contracts.document import decision_document
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation
from sekisho.engine.nodes import AllOf, Atom, Op
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import KindOfNo, Role, Strength, TextState
from sekisho.engine.verdicts import DutyState, Verdict
from tests.contracts.applications import item, read, written
from tests.contracts.desk import (
    BASE,
    CHANGE,
    SIGNATURE,
    copy_and_post,
    decide,
    engine,
    law,
    method,
    of_person,
    shown,
    until,
)
from tests.engine.builders import rule

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "contracts").glob("*.json"))
DESK = ContractDesk(contract_engine())
KNOWN = date(2027, 12, 31)


def _document(over: LawEngine, made: dict[str, Any], explain: bool = False, **changed: Any) -> dict[str, Any]:
    origin = changed.pop("origin", Origin.ATTESTED)
    return decision_document(over, decide(over, made, law(**changed), origin), explain=explain)


def _lines(document: dict[str, Any], lang: str = "en") -> list[str]:
    return decision_text(document, lang, ledger_index=None, decision_id=None).split("\n")


def _one(lines: list[str], part: str) -> str:
    [found] = [line for line in lines if part in line]
    return found


def _example(path: Path, *, explain: bool = False) -> dict[str, Any]:
    found = DESK.decide(read(json.loads(path.read_bytes())), law(as_known_at=KNOWN))
    return decision_document(contract_engine(), found, explain=explain)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_told(path: Path, lang: str) -> None:
    """Reference and law on the first line, then the verdict; duties, a next step, and no control character."""
    document = _example(path)
    text = decision_text(document, lang, ledger_index=7, decision_id="d-1")
    lines = text.split("\n")
    assert lines[0].startswith(document["application"])
    assert document["as_of"] in lines[0]
    assert document["rulebook"][:8] in lines[0]
    assert f"({document['verdict']})" in lines[2]
    assert verdict_word(document["verdict"], lang) in lines[2]
    for duty in document["duties"]:
        assert any(duty["title"][lang] in line for line in lines[3:])
    assert sum(document["next_step"][lang] in line for line in lines) == 1
    assert "#7" in lines[-1]
    assert "d-1" in lines[-1]
    assert all(line.isprintable() for line in lines)
    for way in document["ways"]:
        assert any(way["text"][lang] in line for line in lines)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_explained(path: Path, lang: str) -> None:
    """The tree names each rule that was evaluated, and nothing is asked of one that wasn't."""
    document = _example(path, explain=True)
    text = explanation_text(document, lang)
    for finding in document["findings"]:
        assert (f" {finding['rule']}  " in text) is bool(finding["conditions"])


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_word(verdict: Verdict) -> None:
    """In both languages, and not the identifier."""
    assert verdict_word(verdict.value, "ja")
    assert verdict_word(verdict.value, "en")
    assert verdict_word(verdict.value, "ja") != verdict.value


def test_an_acceptance_says_on_which_day_the_person_was_verified() -> None:
    """One line, with the verdict."""
    line = _lines(_document(engine(*BASE, SIGNATURE), written()))[2]
    assert line == "  accepted (accept) — verified on 2026-04-02"


def test_an_open_leg_says_by_when() -> None:
    """The method's mark is that of something under way, and its end is the limit."""
    copy = {"kind": "document_copy", "person": "subject", "at": "2026-03-30", "document": "driving_licence"}
    post = {"kind": "postal_item", "person": "subject", "at": "2026-03-30"}
    made = written(applied_at=None, decided_at="2026-03-30T10:00:00+09:00", evidence=[copy, post])
    lines = _lines(_document(engine(*BASE, copy_and_post()), made))
    assert lines[2] == f"  accepted on completion (accept_on_completion) — must be completed before {CHANGE}"
    assert _one(lines, "title copy.identity").startswith("  … ")


def test_what_waits_for_confirmation_says_what_it_would_be() -> None:
    """And never that it is accepted."""
    confirmation = Confirmation(required=True, confirmed={})
    line = _lines(_document(engine(*BASE, SIGNATURE), written(), confirmation=confirmation))[2]
    assert line == "  needs legal confirmation (needs_legal_confirmation) — once confirmed: accepted"


@pytest.mark.parametrize("kind", list(KindOfNo))
def test_a_refusal_names_its_kind_its_ground_and_its_end(kind: KindOfNo) -> None:
    """The kinds of no are never mixed: each has its own words before the ground."""
    ground = rule("no", Role.REFUSAL, requires=Atom("representative.acting", False, Op.EQ, False), kind_of_no=kind)
    lines = _lines(_document(engine(*BASE, SIGNATURE, ground), written()))
    told = _one(lines, "staff no (en)")
    assert "art. 1 (en)" in told
    assert lines[lines.index(told) + 1] == "    Ends when: ends (en)"
    others = {
        _one(_lines(_document(engine(*BASE, SIGNATURE, other), written())), "staff no (en)")
        for other in (rule("no", Role.REFUSAL, requires=ground.requires, kind_of_no=one) for one in KindOfNo)
    }
    assert len(others) == len(KindOfNo)


def test_a_ground_that_is_not_met_is_not_told() -> None:
    """Nothing at the counter suggests it."""
    ground = rule("no", Role.REFUSAL, requires=Atom("representative.acting", False, Op.EQ, True))
    assert "no" not in " ".join(_lines(_document(engine(*BASE, SIGNATURE, ground), written()))).split()


def test_what_was_tried_says_why_it_failed() -> None:
    """Under the method's title the condition that isn't met; methods nobody tried share a line."""
    other = method("other", of_person("document_shown", "subject"))
    lines = _lines(_document(engine(*BASE, SIGNATURE, other), written(evidence=[item(signature_valid=False)])))
    at = lines.index(_one(lines, "✗ title signature (en)"))
    assert "the signature verifies: no" in lines[at + 1]
    assert _one(lines, "Other methods open") == "  Other methods open: title other (en)"
    assert _one(lines, " 1. applicant: ").endswith("→ accepted")


def test_a_method_that_ended_and_was_tried_is_told_with_what_to_do_now() -> None:
    """The copy that no longer counts is named, and one nobody sent isn't."""
    copy = {"kind": "document_copy", "person": "subject", "at": "2026-04-02"}
    over = engine(*BASE, SIGNATURE, copy_and_post())
    assert any("title copy.identity" in line for line in _lines(_document(over, written(evidence=[copy]))))
    assert not any("title copy.identity" in line for line in _lines(_document(over, written(evidence=[]))))
    still = copy_and_post(id="later", start=until(CHANGE), end=None)
    lines = _lines(_document(engine(*BASE, SIGNATURE, copy_and_post(), still), written(evidence=[copy])))
    assert not any("title copy.identity" in line for line in lines)


def test_text_that_nobody_read_is_marked() -> None:
    """Beside the citation, in the reader's language."""
    unsure = method("unsure", of_person("electronic_signature", "subject"), text_state=TextState.UNVERIFIED)
    document = _document(engine(*BASE, unsure), written())
    assert _one(_lines(document), "title unsure").endswith("[text unverified]")
    assert _one(_lines(document, "ja"), "title unsure").endswith("[未確認]")


def test_what_does_not_bind_says_so() -> None:
    """An industry's requirement that isn't met is told as such."""
    own = rule(
        "own",
        Role.REQUIREMENT,
        requires=Atom("notice.resale_warning_given", False, Op.EQ, True),
        strength=Strength.VOLUNTARY,
        instrument="guild",
    )
    document = _document(engine(*BASE, SIGNATURE, own), written(notice={"resale_warning_given": False}))
    assert document["verdict"] == "accept"
    assert _one(_lines(document), "title own").endswith("[industry rule]")


@pytest.mark.parametrize("state", list(DutyState))
def test_every_state_of_a_duty_has_words(state: DutyState) -> None:
    """Whatever became of a duty can be told in both languages."""
    document = _document(engine(*BASE, SIGNATURE), written())
    document["duties"][0] |= {"state": state.value, "by": ["scope.alone"]}
    for lang in ("ja", "en"):
        title = document["duties"][0]["title"][lang]
        [line] = [line for line in _lines(document, lang) if line.startswith(f"  {title}")]
        told = line.removeprefix(f"  {title}").strip()
        assert told
        assert "_" not in told


def test_a_duty_outside_the_law_says_why() -> None:
    """The scope rule's title and citation stand in the duty's line; what an industry asks for stands beside it."""
    lines = _lines(_document(engine(*BASE, SIGNATURE), written()))
    assert "outside: title scope.alone (en) (art. 1 (en))" in _one(lines, "representative_identity (en)")
    own = rule("own", Role.DUTY, duties=("identity",), strength=Strength.VOLUNTARY, instrument="guild")
    out = rule("out", Role.SCOPE, duties=("identity",))
    told = _one(_lines(_document(engine(*BASE[1:], own, out, SIGNATURE), written())), "  identity (en)")
    assert told.endswith("industry rule: fulfilled")


def test_a_hypothetical_answer_says_so_on_the_first_line() -> None:
    """Nobody takes the law of another day for that of this contract."""
    document = _document(engine(*BASE, SIGNATURE), written(), as_of=date(2026, 4, 3))
    assert "(hypothetical)" in _lines(document)[0]
    assert "（仮定）" in _lines(document, "ja")[0]
    assert "hypothetical" not in _lines(_document(engine(*BASE, SIGNATURE), written()))[0]


def test_questions_are_told_three_at_most() -> None:
    """What to find out first, by title."""
    unknown = AllOf(tuple(shown(name) for name in ("signature_valid", "pin_entered", "name_agrees", "address_agrees")))
    bare = item(signature_valid=None, pin_entered=None, name=None, address=None, birth_date=None)
    document = _document(
        engine(*BASE, method("m", of_person("electronic_signature", "subject", unknown))), written(evidence=[bare])
    )
    assert len(document["questions"]) == 4
    lines = _lines(document)
    at = lines.index("  Worth finding out first")
    assert [line.startswith("   – ") for line in lines[at + 1 : at + 5]] == [True, True, True, False]


def test_declared_evidence_is_told_as_not_counted() -> None:
    """Among what wasn't checked."""
    document = _document(engine(*BASE, SIGNATURE), written(), origin=Origin.DECLARED)
    assert any("only declared" in line for line in _lines(document))


def test_the_tree_shows_values_operators_and_origin() -> None:
    """Indented under the rule and the slot; a missing item has a dash, an unknown value a question mark."""
    over = engine(*BASE, SIGNATURE, method("face", of_person("face_image", "subject")))
    text = explanation_text(_document(over, written(evidence=[item(signature_valid=None)]), explain=True), "en")
    lines = text.split("\n")
    assert _one(lines, "signature_valid").strip() == "? signature_valid = ?  (eq True)  [attested]"
    assert any(line.strip() == "✗ exists face_image  –" for line in lines)
