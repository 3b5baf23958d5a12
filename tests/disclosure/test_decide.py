"""The gate: permitted, missing or refused, with what stands behind it and from whom the rest must come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.decide import EARLIEST, Law
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.gate_errors import BeforeRulebook, DimensionAsFact, NotPermittedByLaw, UnknownFact, WrongFact
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.engine.conclude import Confirmation
from sekisho.engine.facts import ChangedBy, FactSpec, FactType, Value
from sekisho.engine.rules import KindOfNo, Selection
from sekisho.engine.verdicts import Verdict
from tests.disclosure.law_cases import (
    CLAIM,
    DESK,
    INQUIRY,
    LAW,
    ORDER,
    PRESERVATION,
    TODAY,
    WARRANT,
    permission,
)

SECRECY, SUBSCRIBER, LOCATION = DataClass.SECRECY, DataClass.SUBSCRIBER, DataClass.LOCATION


def test_a_warrant_in_order_opens_just_this_act() -> None:
    """Permitted, to whoever asked, with its ground and the citation behind it; nothing is missing."""
    found = permission(WARRANT, CaseType.SEARCH_SEIZURE, Act.DISCLOSE, SECRECY).require()
    assert found.verdict is Verdict.ACCEPT
    assert found.recipients == ("requester",)
    assert [rule.id for rule in found.grounds] == ["ground.warrant"]
    assert found.grounds[0].provisions == ("criminal-procedure.218-1",)
    assert (found.missing, found.questions, found.refusals) == ((), (), ())
    assert "advice.list" in {rule.id for rule in found.advice}


def test_an_expired_warrant_is_told_as_a_fact_that_stands_otherwise() -> None:
    """What another paper can mend is asked for: the fact, that it is known, and who can settle it."""
    found = permission({**WARRANT, "document.in_date": False}, CaseType.SEARCH_SEIZURE, Act.SEARCH, SECRECY)
    assert found.verdict is Verdict.NEED_EVIDENCE
    ((missing),) = found.missing
    assert missing.duty == "lawful_ground"
    assert [(fact.name, fact.known, fact.asked_of) for fact in missing.facts] == [
        ("document.in_date", True, ChangedBy.APPLICANT)
    ]
    assert missing.how.ja
    assert found.open_duties == ("lawful_ground",)


def test_what_nobody_said_is_asked_of_whoever_can_say_it() -> None:
    """An unknown is neither yes nor no: it is named, and the question says whom to ask."""
    facts = {name: value for name, value in WARRANT.items() if name != "people.reviewed"}
    found = permission(facts, CaseType.SEARCH_SEIZURE, Act.SEARCH, SECRECY)
    assert found.verdict is Verdict.NEED_EVIDENCE
    assert [(asked.name, asked.asked_of) for asked in found.questions] == [("people.reviewed", ChangedBy.OPERATOR)]
    assert [fact.known for one in found.missing for fact in one.facts] == [False]


def test_an_inquiry_opens_facts_of_a_contract_and_no_log() -> None:
    """Subscriber facts may be given on an inquiry; the secrecy of communications is refused, with citation."""
    assert permission(INQUIRY, CaseType.INVESTIGATION_INQUIRY, Act.DISCLOSE, SUBSCRIBER).permitted
    refused = permission(INQUIRY, CaseType.INVESTIGATION_INQUIRY, Act.DISCLOSE, SECRECY)
    assert refused.verdict is Verdict.REFUSE
    assert {rule.kind_of_no for rule in refused.refusals} == {KindOfNo.LAWFUL_GROUND_MISSING}
    assert refused.refusals[0].provisions[0] == "telecom-guideline.38-2"
    assert refused.recipients == ()


def test_consent_that_nobody_put_forward_is_none_and_one_that_is_there_opens() -> None:
    """Silence about consent refuses an inquiry into logs; a valid consent is a ground of its own."""
    with_consent = {**INQUIRY, "consent.valid": True}
    assert permission(with_consent, CaseType.INVESTIGATION_INQUIRY, Act.SEARCH, SECRECY).permitted


def test_a_refusal_says_what_and_how_it_ends() -> None:
    """The error that stops an act names the rules, and its sentence the reason in both languages."""
    with pytest.raises(NotPermittedByLaw) as stopped:
        permission(INQUIRY, CaseType.INVESTIGATION_INQUIRY, Act.SEARCH, SECRECY).require()
    assert "令状" in stopped.value.sentence("ja")
    assert "warrant" in stopped.value.sentence("en")
    assert stopped.value.fields["rules"] == ["refuse.inquiry.secrecy"]
    with pytest.raises(NotPermittedByLaw) as waiting:
        permission({**WARRANT, "document.in_date": False}, CaseType.SEARCH_SEIZURE, Act.SEARCH, SECRECY).require()
    assert waiting.value.fields["missing"] == ["document.in_date"]
    assert waiting.value.fields["duties"] == ["lawful_ground"]


@pytest.mark.parametrize(
    ("facts", "on", "error"),
    [
        ({"document.sealed": True}, TODAY, UnknownFact),
        ({"document.in_writing": "yes"}, TODAY, WrongFact),
        ({"preservation.days_asked": -1}, TODAY, WrongFact),
        ({"act": "search"}, TODAY, DimensionAsFact),
        ({}, EARLIEST - timedelta(days=1), BeforeRulebook),
    ],
)
def test_what_the_catalogue_or_the_calendar_does_not_hold_is_refused(
    facts: dict[str, Value], on: date, error: type[Exception]
) -> None:
    """An unknown fact, a value outside its domain, a dimension among the facts, a day before the law: an error each."""
    with pytest.raises(error):
        permission(facts, CaseType.EMERGENCY, Act.SEARCH, SECRECY, on=on)


def test_the_desks_own_rules_are_never_left_out() -> None:
    """A law without the second person and the check of a paper isn't judged under."""
    bare = Law(TODAY, Selection(), Confirmation(required=False, confirmed={}))
    with pytest.raises(ValueError, match="never left out"):
        permission(WARRANT, CaseType.SEARCH_SEIZURE, Act.SEARCH, SECRECY, law=bare)


def test_unconfirmed_law_opens_nothing_where_confirmation_is_required() -> None:
    """Where texts must be confirmed first, an otherwise good case stays closed and says what waits."""
    law = Law.of(TODAY, confirmation=Confirmation(required=True, confirmed={}))
    found = permission(WARRANT, CaseType.SEARCH_SEIZURE, Act.SEARCH, SECRECY, law=law)
    assert found.verdict is Verdict.NEEDS_LEGAL_CONFIRMATION
    assert not found.permitted
    with pytest.raises(NotPermittedByLaw) as stopped:
        found.require()
    assert "ground.warrant" in stopped.value.fields["rules"]


def test_a_hold_ends_on_a_day_and_opens_nothing_else() -> None:
    """A preservation request holds for the days asked; searching and handing over stay closed."""
    found = permission(PRESERVATION, CaseType.PRESERVATION_REQUEST, Act.HOLD, SECRECY)
    assert found.permitted
    assert found.until is not None
    assert found.until.day == TODAY + timedelta(days=30)
    for act in (Act.SEARCH, Act.DISCLOSE, Act.FORWARD):
        assert permission(PRESERVATION, CaseType.PRESERVATION_REQUEST, act, SECRECY).verdict is Verdict.REFUSE


def test_an_order_to_name_reaches_two_and_tells_the_applicant_no_items() -> None:
    """The next provider's name goes to the applicant, the items to that provider; a late notice ends the second."""
    found = permission(ORDER, CaseType.IDENTIFICATION_ORDER, Act.FORWARD, SECRECY)
    assert found.recipients == ("requester", "next_provider")
    assert permission(ORDER, CaseType.IDENTIFICATION_ORDER, Act.DISCLOSE, SECRECY).verdict is Verdict.REFUSE
    late = {**ORDER, "order.filing_in_time": False}
    assert permission(late, CaseType.IDENTIFICATION_ORDER, Act.FORWARD, SECRECY).recipients == ("requester",)
    to_provider = {**late, "recipient": "next_provider"}
    assert permission(to_provider, CaseType.IDENTIFICATION_ORDER, Act.FORWARD, SECRECY).verdict is Verdict.REFUSE


@pytest.mark.parametrize("act", list(Act))
def test_a_law_without_its_day_is_looked_up_and_neither_opened_nor_refused_by_silence(act: Act) -> None:
    """A judge's order under an Act whose day isn't fixed: one question to this operator; what is known decides."""
    facts = {**WARRANT, "answer.outcome": "next_provider"}
    kind = CaseType.DATA_PROVISION_ORDER
    unknown = permission(facts, kind, act, SECRECY)
    assert unknown.verdict is Verdict.NEED_EVIDENCE
    assert [(one.name, one.asked_of) for one in unknown.questions] == [
        ("document.basis_in_force", ChangedBy.OPERATOR)
    ]
    assert [fact.name for one in unknown.missing for fact in one.facts] == ["document.basis_in_force"]
    assert permission({**facts, "document.basis_in_force": False}, kind, act, SECRECY).verdict is Verdict.REFUSE
    assert permission({**facts, "document.basis_in_force": True}, kind, act, SECRECY).permitted
    assert permission(facts, kind, act, SECRECY, on=date(2027, 3, 31)).permitted
    assert permission(facts, kind, act, SECRECY, on=date(2025, 5, 22)).verdict is Verdict.REFUSE


@pytest.mark.parametrize("act", [Act.SEARCH, Act.DISCLOSE])
def test_an_inquiry_under_a_law_without_its_day_is_neither_answered_nor_refused_by_silence(act: Act) -> None:
    """The 2026 Act's inquiry into facts of a contract: one question; known not to be in force it is refused."""
    facts = {**INQUIRY, "requester.kind": "police_chief"}
    kind = CaseType.POLICE_INQUIRY_2026
    unknown = permission(facts, kind, act, SUBSCRIBER)
    assert unknown.verdict is Verdict.NEED_EVIDENCE
    assert [one.name for one in unknown.questions] == ["document.basis_in_force"]
    assert permission({**facts, "document.basis_in_force": False}, kind, act, SUBSCRIBER).verdict is Verdict.REFUSE
    assert permission({**facts, "document.basis_in_force": True}, kind, act, SUBSCRIBER).permitted
    assert permission(facts, kind, act, SECRECY).verdict is Verdict.REFUSE


def test_the_old_seizure_ends_where_the_new_order_begins() -> None:
    """The seizure with a recording order opens to the last day on which the new order can start, and not after."""
    assert permission(WARRANT, CaseType.RECORDING_SEIZURE, Act.SEARCH, SECRECY, on=date(2027, 3, 30)).permitted
    after = permission(WARRANT, CaseType.RECORDING_SEIZURE, Act.SEARCH, SECRECY, on=date(2027, 3, 31))
    assert after.verdict is Verdict.REFUSE


def test_the_ways_offered_do_open_the_gate() -> None:
    """Each way is a change that somebody can make, and with it the act is permitted."""
    closed = permission({**CLAIM, "claim.proper_reason": False}, CaseType.VOLUNTARY_CLAIM, Act.DISCLOSE, SECRECY)
    ways = DESK.ways(closed)
    assert ways
    for way in ways:
        assert way.verdict is Verdict.ACCEPT
        assert {change.by for change in way.changes} <= {ChangedBy.APPLICANT, ChangedBy.OPERATOR}


def test_every_act_on_every_class_is_judged_once() -> None:
    """All acts and classes of a case at once: each by itself, and the same as asked alone."""
    found = DESK.permissions(INQUIRY, event=CaseType.INVESTIGATION_INQUIRY, on=TODAY, law=LAW, received=TODAY)
    assert len(found.each) == len(Act) * len(DataClass)
    assert {(one.act, one.data_class) for one in found.each if one.permitted} == {
        (Act.SEARCH, SUBSCRIBER),
        (Act.DISCLOSE, SUBSCRIBER),
    }
    with pytest.raises(KeyError):
        DESK.permissions(INQUIRY, event=CaseType.EMERGENCY, on=TODAY, law=LAW, acts=(Act.HOLD,)).of(Act.SEARCH, SECRECY)
    assert found.rulebook == DESK.engine.rulebook.content_hash


@pytest.mark.parametrize("event", list(CaseType))
def test_a_case_without_facts_opens_nothing(event: CaseType) -> None:
    """An empty set of facts is a failure, never a permission."""
    found = DESK.permissions({}, event=event, on=TODAY, law=LAW, received=TODAY)
    assert [one for one in found.each if one.permitted] == []


def _values(spec: FactSpec) -> st.SearchStrategy[Value]:
    if spec.type is FactType.BOOL:
        return st.booleans()
    if spec.type is FactType.INT:
        return st.integers(spec.low, min(spec.high, 100))
    return st.sampled_from(spec.values)


ANY_FACTS = st.fixed_dictionaries(
    {},
    optional={
        name: _values(spec) for name, spec in sorted(CATALOGUE.facts.items()) if name not in CATALOGUE.dimensions
    },
)


@settings(max_examples=60, deadline=None)
@given(ANY_FACTS, st.sampled_from(sorted(CaseType)), st.sampled_from((SECRECY, LOCATION)))
def test_whatever_the_facts_these_never_open(facts: dict[str, Value], event: CaseType, data_class: DataClass) -> None:
    """No combination of facts lets a hold be searched, a soft inquiry open a log without consent, or one person act."""
    found = DESK.permissions(facts, event=event, on=TODAY, law=LAW, data_classes=(data_class,), received=TODAY)
    opened = {one.act for one in found.each if one.permitted}
    if event in (CaseType.PRESERVATION_REQUEST, CaseType.PRESERVATION_EXTENSION, CaseType.TAX_PRESERVATION):
        assert opened <= {Act.HOLD}
    if event in (CaseType.INVESTIGATION_INQUIRY, CaseType.BAR_INQUIRY, CaseType.COURT_INQUIRY):
        assert not opened or facts.get("consent.valid") is True
    if facts.get("people.reviewed") is not True and facts.get("people.outside_approver") is not True:
        assert not opened
    if facts.get("answer.outcome") in ("ambiguous", "none", "expired", "coverage_gap"):
        assert Act.DISCLOSE not in opened
