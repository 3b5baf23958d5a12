"""The decision as JSON: complete, in both languages, and without a name or address outside the record."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sekisho.contracts.decide import ContractDecision, ContractDesk
from sekisho.contracts.document import NEXT_STEP, decision_document
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation
from sekisho.engine.plan import LawEngine
from sekisho.engine.verdicts import Verdict
from tests.contracts.applications import LICENCE, item, read, written
from tests.contracts.desk import BASE, SIGNATURE, decide, engine, law, method, of_person

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "contracts").glob("*.json"))
DESK = ContractDesk(contract_engine())
KNOWN = date(2027, 12, 31)

PERSONAL = ("name", "address", "birth_date", "identifier")


def _document(example: Path, *, explain: bool = True) -> dict[str, Any]:
    application = read(json.loads(example.read_bytes()))
    return decision_document(contract_engine(), DESK.decide(application, law(as_known_at=KNOWN)), explain=explain)


def _of(over: LawEngine, found: ContractDecision) -> dict[str, Any]:
    return decision_document(over, found)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield name
            yield from _strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from _strings(below)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_outside_the_record_nobody_is_named(example: Path) -> None:
    """No name, address, date of birth or document number stands anywhere else, in any language or tree."""
    made = json.loads(example.read_bytes())
    document = _document(example)
    document.pop("record")
    secrets: set[str] = set()
    for holder in (made["subject"], made.get("representative", {}), *made["evidence"]):
        secrets |= {str(holder[name]) for name in PERSONAL if name in holder}
    told = "\n".join(_strings(document))
    assert secrets
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_document_is_plain_json_and_the_same_again(example: Path) -> None:
    """Nothing but JSON values, and the same input gives the same bytes, though parts are kept between decisions."""
    first = json.dumps(_document(example), ensure_ascii=False)
    assert json.dumps(_document(example), ensure_ascii=False) == first
    fresh = LawEngine(contract_engine().rulebook, contract_engine().catalogue)
    application = read(json.loads(example.read_bytes()))
    again = decision_document(fresh, ContractDesk(fresh).decide(application, law(as_known_at=KNOWN)), explain=True)
    assert json.dumps(again, ensure_ascii=False) == first


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_changing_a_document_changes_no_other(example: Path) -> None:
    """What rules say is made once and shared: the next document must not feel what a caller did to this one."""
    before = copy.deepcopy(_document(example))
    spoilt = _document(example)
    for finding in spoilt["findings"]:
        finding["verdict"] = "met"
        finding.pop("why", None)
    assert _document(example) == before


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_sentence_is_in_both_languages(example: Path) -> None:
    """Where there is Japanese there is English, and neither is empty."""

    def check(value: Any) -> None:
        if isinstance(value, dict):
            if "ja" in value or "en" in value:
                assert value.keys() >= {"ja", "en"}
                if isinstance(value["ja"], str):
                    assert value["ja"].strip()
                    assert value["en"].strip()
            for below in value.values():
                check(below)
        elif isinstance(value, list):
            for below in value:
                check(below)

    check(_document(example))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_what_decides_is_cited_and_found(example: Path) -> None:
    """Each deciding rule cites provisions with the labels of the day, and stands among the findings."""
    document = _document(example)
    findings = {finding["rule"]: finding for finding in document["findings"]}
    assert document["deciding"]
    for deciding in document["deciding"]:
        assert deciding["rule"] in findings
        assert deciding["provisions"]
        for provision in deciding["provisions"]:
            assert provision["label"]["ja"]
    if document["verdict"] == "refuse":
        assert document["refusal"]
        assert {ground["rule"] for ground in document["refusal"]} == {one["rule"] for one in document["deciding"]}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_ground_that_is_not_met_accuses_nobody(example: Path) -> None:
    """No sentence of a ground of refusal reaches an application to which it doesn't apply."""
    rules = contract_engine().rulebook.rules
    for finding in _document(example)["findings"]:
        if finding["role"] == "refusal" and finding["verdict"] != "met":
            message = rules[finding["rule"]].message
            for lang in ("ja", "en"):
                assert finding["staff"][lang] != message.staff.in_(lang)
                assert finding["applicant"][lang] != message.applicant.in_(lang)


def test_every_verdict_has_its_next_step() -> None:
    """One step each, in both languages."""
    assert set(NEXT_STEP) == set(Verdict)


def test_the_tree_is_added_where_it_is_asked_for() -> None:
    """Without ``explain`` a finding has no tree; with it, each rule that was evaluated has."""
    [first, *_] = EXAMPLES
    assert all("conditions" not in finding for finding in _document(first, explain=False)["findings"])
    trees = [finding for finding in _document(first)["findings"] if finding["conditions"]]
    assert trees
    assert all("truth" in tree for finding in trees for tree in finding["conditions"].values())


def test_the_record_alone_holds_the_identity_items() -> None:
    """Name, address and date of birth, method, day and documents with their origin."""
    over = engine(*BASE, SIGNATURE)
    document = _of(over, decide(over, written(evidence=[item(identifier="serial 42")])))
    person = document["record"]["counterparty"]
    assert person["identity"] == {"name": "関所 玲", "address": "架空県見本市関所町1-2-3", "birth_date": "1990-05-01"}
    assert (person["verified_on"], person["rule"], person["method"]) == ("2026-04-02", "signature", "signature")
    assert person["documents"] == [
        {
            "evidence": "electronic_signature",
            "document": "jpki_signing",
            "identifier": "serial 42",
            "at": "2026-04-02",
            "origin": "attested",
            "kept_as": None,
            "seen": None,
        }
    ]


def test_who_saw_a_paper_stands_in_document_and_record() -> None:
    """Two clerks at one application are told apart, and what was attested without a look is named."""
    at_counter = method("counter", of_person("document_shown", "subject"))
    over = engine(*BASE, at_counter)
    seen = {"seen_by": "staff:clerk-7", "seen_at": "2026-04-02T09:45:00+09:00", "looked_at": ["photo", "name"]}
    told = _of(over, decide(over, written(channel="face_to_face", evidence=[LICENCE | seen, LICENCE])))
    [shown] = told["seen"]
    assert (shown["item"], shown["evidence"], shown["origin"]) == (0, "document_shown", "attested")
    assert (shown["seen_by"], shown["seen_at"]) == ("staff:clerk-7", "2026-04-02T09:45:00+09:00")
    assert [one["look"] for one in shown["looked_at"]] == ["photo", "name"]
    first, second = told["record"]["counterparty"]["documents"]
    assert (first["seen"]["seen_by"], second["seen"]) == ("staff:clerk-7", None)
    said = {(one["what"], one.get("item")): one for one in told["not_checked"]}
    unseen = said["attested_without_a_look", 0]["en"]
    assert unseen.endswith(": address_agrees, altered, birth_date_agrees, no_expiry, valid_until")
    assert ("seen_by_not_told", 1) in said
    assert ("seen_by_not_told", 0) not in said


def test_nobody_is_asked_who_saw_what_nobody_vouches_for() -> None:
    """A declared paper proves nothing, whoever saw it."""
    over = engine(*BASE, SIGNATURE)
    told = _of(over, decide(over, written(evidence=[LICENCE]), origin=Origin.DECLARED))
    assert "seen_by_not_told" not in {one["what"] for one in told["not_checked"]}


def test_what_was_not_checked_is_said() -> None:
    """Attested and declared evidence is called so; nothing suggests that a register was asked."""
    over = engine(*BASE, SIGNATURE)

    def said(origin: Origin) -> set[str]:
        return {told["what"] for told in _of(over, decide(over, written(), origin=origin))["not_checked"]}

    assert said(Origin.ATTESTED) >= {"evidence_attested", "current_address"}
    assert said(Origin.DECLARED) >= {"evidence_only_declared", "current_address"}
    assert "evidence_attested" not in said(Origin.VERIFIED)


def test_confirmation_is_shown_rule_by_rule() -> None:
    """What decides says whether its text was confirmed, and the verdict waits where that is required."""
    over = engine(*BASE, SIGNATURE)
    confirmed = {SIGNATURE.id: SIGNATURE.content_hash}
    document = _of(over, decide(over, written(), law(confirmation=Confirmation(required=True, confirmed=confirmed))))
    assert (document["verdict"], document["would_be"]) == ("needs_legal_confirmation", "accept")
    assert document["legal_confirmation"] == "required"
    told = {deciding["rule"]: deciding["confirmed"] for deciding in document["deciding"]}
    assert told == {"duty.identity": False, "signature": True, "scope.alone": False}


def test_dates_and_law_are_named() -> None:
    """The day judged, the knowledge, the rulebook's hash and what was adopted."""
    over = engine(*BASE, SIGNATURE)
    document = _of(over, decide(over, written(), law(as_of=date(2026, 4, 3))))
    assert (document["as_of"], document["as_known_at"], document["hypothetical"]) == ("2026-04-03", "2026-11-01", True)
    assert document["decided_at"] == "2026-04-02T10:00:00+09:00"
    assert document["rulebook"] == "made up"
    assert document["adopted"] == []
    assert document["dimensions"] == {
        "event": "new_contract",
        "subject.kind": "natural",
        "channel": "remote",
        "service": "voice",
    }
