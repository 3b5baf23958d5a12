"""What no set of facts may ever open: the law's prohibitions, tried with perfect papers changed at random.

Each prohibition is stated apart from the rules, with its source. A case begins as a paper in perfect order, so that
nearly everything but the prohibition speaks for the act, and some facts are then changed to any value or to unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.engine.facts import FactSpec, FactType, Value
from sekisho.engine.verdicts import Verdict
from tests.disclosure.expected_rows import plain
from tests.disclosure.test_expected_situations import LAW, desk

OPENING = (Act.SEARCH, Act.DISCLOSE, Act.FORWARD)

NO_GROUND_FOR_SECRECY = (
    CaseType.INVESTIGATION_INQUIRY,
    CaseType.POLICE_INQUIRY_2026,
    CaseType.BAR_INQUIRY,
    CaseType.COURT_INQUIRY,
    CaseType.DOCUMENT_REQUEST,
    CaseType.PRESERVATION_REQUEST,
    CaseType.PRESERVATION_EXTENSION,
    CaseType.TAX_PRESERVATION,
    CaseType.LOCATION_RESCUE,
    CaseType.DELETION_PROHIBITION,
    CaseType.LOG_INJUNCTION,
    CaseType.VOLUNTARY_PRESERVATION,
)
"""電気通信事業法4条: without a warrant or a law that says so, a request opens nothing that secrecy covers."""

WARRANTS = (CaseType.SEARCH_SEIZURE, CaseType.RECORDING_SEIZURE, CaseType.DATA_PROVISION_ORDER)
LOCATION = (*WARRANTS, CaseType.LOCATION_RESCUE, CaseType.OWN_ACCOUNT)
"""ガイドライン41条: location under a warrant, for a rescue, or to the person."""
PRESERVATIONS = (CaseType.PRESERVATION_REQUEST, CaseType.PRESERVATION_EXTENSION, CaseType.TAX_PRESERVATION)
CONSENT = "consent.valid"
"""The user's own consent is a ground by itself, whatever the paper: left out where a paper's reach is tried."""

DAYS = st.sampled_from([date(2025, 6, 1), date(2026, 11, 23), date(2027, 4, 1), date(2027, 12, 1)])


def values(spec: FactSpec) -> st.SearchStrategy[Value | None]:
    """Any value of a fact, and unknown."""
    if spec.type is FactType.BOOL:
        return st.sampled_from([True, False, None])
    if spec.type is FactType.ENUM:
        return st.sampled_from([*spec.values, None])
    return st.sampled_from([spec.low, 1, 29, 30, 31, 60, 61, spec.high, None])


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Value | None]:
    """Up to eight facts with any value."""
    free = sorted(set(CATALOGUE.facts) - set(CATALOGUE.dimensions))
    names = draw(st.lists(st.sampled_from(free), max_size=8, unique=True))
    return {name: draw(values(CATALOGUE.facts[name])) for name in names}


def permitted(
    event: CaseType,
    act: Act,
    data_class: DataClass,
    on: date,
    changed: Mapping[str, Value | None],
    given_facts: Mapping[str, Value | None],
) -> bool:
    """Whether the gate opens for a paper in perfect order with these changes; ``given_facts`` stand whatever else."""
    known = plain()
    facts: dict[str, Any] = {
        **known["common"],
        **known["classes"][data_class.value],
        **known["acts"][act.value],
        **known["types"][event.value],
        **changed,
        **given_facts,
    }
    facts = {name: value for name, value in facts.items() if value is not None}
    permission = desk().permission(
        facts, event=event, act=act, data_class=data_class, on=on, law=LAW, received=on
    )
    return permission.outcome.would_be is Verdict.ACCEPT


@settings(max_examples=300)
@given(st.sampled_from(NO_GROUND_FOR_SECRECY), st.sampled_from(OPENING), DAYS, changes())
def test_no_inquiry_and_no_keeping_opens_what_secrecy_covers(
    event: CaseType, act: Act, on: date, changed: dict[str, Value | None]
) -> None:
    """R11, R13: neither a search nor a disclosure nor a naming, whoever asks and whatever they bring."""
    assert not permitted(event, act, DataClass.SECRECY, on, changed, {CONSENT: None})


@settings(max_examples=200)
@given(st.sampled_from(sorted(set(CaseType) - set(LOCATION))), st.sampled_from(OPENING), DAYS, changes())
def test_location_is_for_warrants_and_rescues(
    event: CaseType, act: Act, on: date, changed: dict[str, Value | None]
) -> None:
    """ガイドライン41条."""
    assert not permitted(event, act, DataClass.LOCATION, on, changed, {CONSENT: None})


@settings(max_examples=200)
@given(st.sampled_from(WARRANTS), st.sampled_from(OPENING), st.sampled_from(DataClass), DAYS, changes())
def test_no_warrant_opens_without_a_judge_or_beyond_its_dates(
    event: CaseType, act: Act, data_class: DataClass, on: date, changed: dict[str, Value | None]
) -> None:
    """刑訴法218条1項・219条1項: each lack by itself keeps everything shut."""
    for lack in ("document.issued_by_judge", "document.in_date", "scope.within_order"):
        for value in (False, None):
            assert not permitted(event, act, data_class, on, changed, {lack: value, CONSENT: None}), lack


@settings(max_examples=200)
@given(st.sampled_from(CaseType), st.sampled_from(DataClass), DAYS, changes())
def test_an_ambiguous_result_is_never_handed_over(
    event: CaseType, data_class: DataClass, on: date, changed: dict[str, Value | None]
) -> None:
    """電気通信事業法4条: all but one of several candidates are strangers to the case."""
    assert not permitted(event, Act.DISCLOSE, data_class, on, changed, {"answer.outcome": "ambiguous"})


@settings(max_examples=200)
@given(st.sampled_from(PRESERVATIONS), st.sampled_from(DataClass), DAYS, changes())
def test_a_preservation_keeps_within_its_article(
    event: CaseType, data_class: DataClass, on: date, changed: dict[str, Value | None]
) -> None:
    """刑訴法197条3項・4項: no constable, no 31 or 61 days, nothing oral, withdrawn or of the future."""
    for bar in (
        {"requester.kind": "judicial_constable"},
        {"preservation.days_asked": 31},
        {"preservation.days_total": 61},
        {"document.in_writing": False},
        {"preservation.withdrawn": True},
        {"scope.existing_only": False},
    ):
        assert not permitted(event, Act.HOLD, data_class, on, changed, {**bar, CONSENT: None}), bar


@settings(max_examples=200)
@given(st.sampled_from(CaseType), st.sampled_from(Act), st.sampled_from(DataClass), DAYS, changes())
def test_nothing_is_done_by_one_person_alone(
    event: CaseType, act: Act, data_class: DataClass, on: date, changed: dict[str, Value | None]
) -> None:
    """Guideline art. 12: a second person of the operator, or one from outside with a review afterwards."""
    alone = {"people.reviewed": None, "people.outside_approver": None}
    assert not permitted(event, act, data_class, on, changed, alone)


@settings(max_examples=200)
@given(DAYS, st.sampled_from(DataClass), changes())
def test_civil_orders_hand_nothing_over_too_early_or_to_the_wrong_one(
    on: date, data_class: DataClass, changed: dict[str, Value | None]
) -> None:
    """情プラ法14条: not before it is final. 15条1項2号: never from the naming provider to the petitioner."""
    for bar in ({"order.final": False}, {"order.objection_pending": True}, {"order.court_issued": None}):
        given_facts = {**bar, CONSENT: None}
        assert not permitted(CaseType.DISCLOSURE_ORDER, Act.DISCLOSE, data_class, on, changed, given_facts), bar
    to_petitioner = {"recipient": "requester", CONSENT: None}
    assert not permitted(CaseType.IDENTIFICATION_ORDER, Act.DISCLOSE, DataClass.SECRECY, on, changed, to_petitioner)


@settings(max_examples=200)
@given(st.sampled_from((Act.SEARCH, Act.DISCLOSE)), st.sampled_from(DataClass), DAYS, changes())
def test_necessity_needs_every_element(
    act: Act, data_class: DataClass, on: date, changed: dict[str, Value | None]
) -> None:
    """刑法37条1項: present danger, no other means, harms weighed. An attack is another ground and left out here."""
    for lack in ("emergency.danger_current", "emergency.no_other_means", "emergency.harm_balanced"):
        for value in (False, None):
            given_facts = {lack: value, "attack.under_way": False, CONSENT: None}
            assert not permitted(CaseType.EMERGENCY, act, data_class, on, changed, given_facts), lack
