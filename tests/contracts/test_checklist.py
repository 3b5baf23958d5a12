"""The list of what to bring: predictable, made from the rules alone, with belonging and authority apart (A2-1)."""

from __future__ import annotations

import json
from datetime import date
from itertools import product

import pytest

from sekisho.contracts.checklist import (
    _KINDS,
    _PROOFS,
    _SHOWN_BY,
    Checklist,
    Form,
    Question,
    Standing,
    checklist,
)
from sekisho.contracts.evidence_kinds import EVIDENCE
from sekisho.contracts.facts import CATALOGUE, CHANNELS, EVENTS, SERVICES, SUBJECTS
from sekisho.contracts.law import contract_engine

TODAY = date(2026, 11, 23)
ACT_2026 = date(2027, 5, 29)


def made(
    subject: str = "corporation",
    *,
    event: str = "new_contract",
    channel: str = "face_to_face",
    service: str = "voice",
    on: date = TODAY,
) -> Checklist:
    """The list for one kind of case, as known on the day of these tests."""
    dimensions = {"event": event, "subject.kind": subject, "channel": channel, "service": service}
    return checklist(contract_engine(), dimensions, on=on, as_known_at=TODAY)


def question(listed: Checklist, key: str) -> Question:
    """One of its questions."""
    return next(one for one in listed.questions if one.key == key)


def test_a_company_gets_four_questions_apart() -> None:
    """The company, the person, belonging, authority: each with its own standing in law."""
    listed = made()
    assert [(one.key, one.standing) for one in listed.questions] == [
        ("identity", Standing.DUTY),
        ("representative_identity", Standing.DUTY),
        ("affiliation", Standing.PROPOSAL),
        ("authority", Standing.EXPECTED),
    ]
    assert all(one.ways for one in listed.questions)


def test_nothing_that_shows_belonging_alone_shows_authority() -> None:
    """An employee card, a certificate of employment, a gBizID member: under 在籍 and never under 権限; a business card
    under neither."""
    for on in (TODAY, ACT_2026):
        listed = made(on=on)
        affiliation = {way.title.en for way in question(listed, "affiliation").ways}
        authority = " ".join(f"{way.title.en} {way.how.en}" for way in question(listed, "authority").ways).lower()
        assert {"employee card", "certificate of employment", "gBizID Member"} <= affiliation
        assert "business card" not in affiliation
        assert all(word not in authority for word in ("employee card", "business card", "gbizid"))


def test_paper_and_electronic_ways_are_both_there() -> None:
    """The company by papers or by its certificate; belonging by a card or by gBizID."""
    listed = made()
    for key in ("identity", "affiliation", "authority"):
        forms = {form for way in question(listed, key).ways for form in way.forms}
        assert {Form.PAPER, Form.ELECTRONIC} <= forms, key
    assert Form.WE_LOOK_UP in {form for way in question(listed, "identity").ways for form in way.forms}


def test_authority_becomes_a_duty_with_the_2026_act() -> None:
    """Until its latest day the model of the AML Ordinance is shown as expected; from then on the Act's own ways."""
    before, after = (question(made(on=on), "authority") for on in (date(2027, 5, 28), ACT_2026))
    assert before.standing is Standing.EXPECTED
    assert {way.rule for way in before.ways} == {
        f"proposal.aml-12-5.body.{slug}"
        for slug in ("letter-of-attorney", "registered-officer", "telephone", "evident")
    }
    assert all(not way.title.ja.startswith("[") for way in before.ways)
    assert after.standing is Standing.DUTY
    assert {way.rule for way in after.ways} == {
        f"act2026.authority.{slug}" for slug in ("letter-of-attorney", "registered-officer", "telephone", "evident")
    }


def test_ways_that_end_say_until_when() -> None:
    """Copies by post ended on 2026-09-30; on the day before, the list says so, and afterwards they are gone."""
    before = question(made(channel="postal", on=date(2026, 9, 30)), "identity").ways
    after = question(made(channel="postal", on=date(2026, 10, 1)), "identity").ways
    (copy,) = [way for way in before if way.until == date(2026, 10, 1)]
    assert copy.rule not in {way.rule for way in after}


def test_a_person_gets_no_question_about_a_company() -> None:
    """No belonging; authority only of whoever acts for him, which is no duty yet."""
    listed = made("natural")
    assert [one.key for one in listed.questions] == ["identity", "representative_identity", "authority"]
    assert question(listed, "representative_identity").standing is Standing.IN_SOME_CASES
    assert len(listed.notes) == 1


def test_what_the_law_doesnt_ask_says_so() -> None:
    """A state-like body isn't verified itself beside who acts; a data-only line asks for nothing by law today."""
    assert question(made(service="data_only"), "identity").standing is Standing.NOT_ASKED
    assert question(made(service="data_only"), "identity").ways == ()


def test_the_same_kind_of_case_has_the_same_list() -> None:
    """Predictable: nothing but the kind of case and the day goes in, and the same comes out."""
    assert json.dumps(made().as_document()) == json.dumps(made().as_document())


@pytest.mark.parametrize("on", [date(2024, 4, 1), TODAY, date(2027, 4, 1), ACT_2026])
def test_every_kind_of_case_has_a_list_a_person_can_follow(on: date) -> None:
    """Each way has something to do in both languages, how it is brought, and what it rests on."""
    for event, subject, channel in product(EVENTS, SUBJECTS, CHANNELS):
        listed = made(subject, event=event, channel=channel, on=on)
        for one in listed.questions:
            assert one.title.ja
            assert one.title.en
            for way in one.ways:
                assert way.how.ja, way.rule
                assert way.how.en, way.rule
                assert way.forms, way.rule
                assert way.cited, way.rule


def test_every_service_has_a_list() -> None:
    """Any value of any dimension."""
    for service in SERVICES:
        assert made(service=service).questions


def test_every_kind_of_evidence_has_a_form() -> None:
    """So that no way stands in a list without saying how it is brought."""
    assert _KINDS.keys() | _PROOFS == {spec.kind for spec in EVIDENCE}
    shown = {
        value
        for kind, attribute in (("authority_proof", "proof"), ("affiliation_proof", "shown_by"))
        for value in CATALOGUE.evidence[kind].attributes[attribute].values
    }
    assert shown == set(_SHOWN_BY)
