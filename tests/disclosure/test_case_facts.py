"""The gate sees a fact only where the word behind it is enough: what is merely declared opens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.case_facts import facts_of, suffices
from sekisho.disclosure.facts import CATALOGUE, CLOSES, STATED_BY, StatedBy
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.progress import Part
from sekisho.disclosure.reading import DERIVED
from sekisho.disclosure.record import DisclosureCase, Fact, Origin
from sekisho.engine.facts import FactType, Value
from tests.disclosure.expected_rows import plain
from tests.disclosure.law_cases import DESK, LAW, TODAY
from tests.disclosure.made_cases import case, item

AT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
PARTS = {"uketsuke": {Part.INTAKE}, "kakunin": {Part.REVIEW}, "kensaku": {Part.SEARCH}}
HEARD: dict[str, Value] = {"hearing.asked": True, "hearing.answer": "agrees"}

STATED = sorted(set(STATED_BY) - DERIVED)
LOOKED_AT = sorted(name for name, by in STATED_BY.items() if by in (StatedBy.INTAKE, StatedBy.REVIEWER))
"""What somebody of this operator must have looked at."""
FLAGS = sorted(name for name in LOOKED_AT if CATALOGUE.facts[name].type is FactType.BOOL)

ITEMS: dict[DataClass, dict[str, Any]] = {
    DataClass.SECRECY: item(wanted=["civil.1"]),
    DataClass.SUBSCRIBER: item(kind="phone", value="09000000000", port=None, data_class="subscriber"),
    DataClass.LOCATION: item(kind="line", value="line-7", port=None, data_class="location", wanted=["location"]),
}


def stated(value: Value, *, origin: Origin, by: str = "kakunin") -> Fact:
    """What somebody said."""
    assert isinstance(value, bool | int | str)
    return Fact(value, origin, by, AT, "代表番号で確認")


def asked(kind: CaseType, data_class: DataClass, facts: dict[str, Fact]) -> DisclosureCase:
    """A request whose paper is in order, with what was said about it."""
    known = plain()
    made = case(
        type=kind.value,
        requester={"kind": known["types"][kind.value].get("requester.kind", "claimant")},
        items=[ITEMS[data_class]],
    )
    return replace(made, facts=facts)


def good(kind: CaseType, data_class: DataClass) -> dict[str, Fact]:
    """Every fact of a paper in perfect order, each checked by the reviewer."""
    known = plain()
    whole = {**known["common"], **known["classes"][data_class.value], **known["types"][kind.value]}
    return {
        name: stated(value, origin=Origin.CHECKED)
        for name, value in whole.items()
        if name in STATED and value is not None
    }


def opened(kind: CaseType, data_class: DataClass, facts: dict[str, Fact]) -> set[Act]:
    """What the gate permits of a case in which these facts were stated; a search found somebody."""
    seen = facts_of(
        asked(kind, data_class, facts),
        on=TODAY,
        parts=PARTS,
        terms=(),
        within_order=True,
        outcome="next_provider" if kind is CaseType.IDENTIFICATION_ORDER else "unique",
        hearing=HEARD,
    )
    found = DESK.permissions(seen, event=kind, on=TODAY, law=LAW, data_classes=(data_class,), received=TODAY)
    return {one.act for one in found.each if one.permitted}


KINDS, CLASSES = st.sampled_from(sorted(CaseType)), st.sampled_from(sorted(DataClass))


def test_every_fact_says_whose_word_is_enough() -> None:
    """The list is whole and names nothing else; what only closes is a fact of two values that isn't derived."""
    assert set(STATED_BY) == set(CATALOGUE.facts)
    assert frozenset(name for name, by in STATED_BY.items() if by is StatedBy.DERIVED) == DERIVED
    assert all(CATALOGUE.facts[name].type is FactType.BOOL and name in STATED for name in CLOSES)
    for name in ("consent.valid", "order.final", "claim.infringement_clear"):
        assert STATED_BY[name] is StatedBy.REVIEWER
    for prefix in ("authenticity.", "emergency."):
        assert {by for name, by in STATED_BY.items() if name.startswith(prefix)} == {StatedBy.INTAKE}
    assert {by for name, by in STATED_BY.items() if name.startswith(("people.", "hearing."))} == {StatedBy.DERIVED}


@pytest.mark.parametrize(
    ("name", "origin", "by", "enough"),
    [
        ("document.necessity_stated", Origin.DECLARED, "uketsuke", True),
        ("document.issued_by_judge", Origin.DECLARED, "uketsuke", False),
        ("document.issued_by_judge", Origin.DECLARED, "kakunin", False),
        ("document.issued_by_judge", Origin.CHECKED, "uketsuke", True),
        ("consent.valid", Origin.DECLARED, "kakunin", False),
        ("consent.valid", Origin.CHECKED, "uketsuke", False),
        ("consent.valid", Origin.CHECKED, "kensaku", False),
        ("consent.valid", Origin.CHECKED, "kakunin", True),
        ("order.case_ended", Origin.DECLARED, "uketsuke", True),
        ("people.reviewed", Origin.CHECKED, "kakunin", False),
    ],
)
def test_whose_word_is_enough(name: str, origin: Origin, by: str, enough: bool) -> None:
    """A declaration for what the paper asks, a check at intake for what one sees, a reviewer's for what one judges."""
    assert suffices(name, stated(True, origin=origin, by=by), frozenset({"kakunin"})) is enough


def test_papers_in_order_open_what_they_should() -> None:
    """The cases from which the properties below start aren't closed anyway."""
    found = {(kind, act) for kind in CaseType for one in DataClass for act in opened(kind, one, good(kind, one))}
    assert {kind for kind, _ in found} >= {
        CaseType.SEARCH_SEIZURE,
        CaseType.INVESTIGATION_INQUIRY,
        CaseType.PRESERVATION_REQUEST,
        CaseType.EMERGENCY,
        CaseType.VOLUNTARY_CLAIM,
        CaseType.DISCLOSURE_ORDER,
        CaseType.OWN_ACCOUNT,
    }
    assert {act for _, act in found} == set(Act)


@settings(max_examples=150, deadline=None)
@given(KINDS, CLASSES, st.data())
def test_no_permission_differs_by_what_is_merely_declared(
    kind: CaseType, data_class: DataClass, data: st.DataObject
) -> None:
    """Whatever else was checked: declaring what must be looked at changes nothing, save what only closes."""
    whole = good(kind, data_class)
    names = data.draw(st.sets(st.sampled_from(FLAGS), min_size=1, max_size=len(FLAGS)))
    kept = {name: fact for name, fact in whole.items() if name not in names}
    by = data.draw(st.sampled_from(sorted(PARTS)))
    declared = {name: stated(True, origin=Origin.DECLARED, by=by) for name in names if CLOSES.get(name) is not True}
    assert opened(kind, data_class, {**kept, **declared}) == opened(kind, data_class, kept)
    closing = {name: stated(value, origin=Origin.DECLARED, by=by) for name, value in CLOSES.items() if name in names}
    assert opened(kind, data_class, {**kept, **closing}) <= opened(kind, data_class, kept)


@settings(max_examples=60, deadline=None)
@given(KINDS, CLASSES, st.sampled_from(sorted(PARTS)))
def test_nothing_rests_on_declarations_alone(kind: CaseType, data_class: DataClass, by: str) -> None:
    """A perfect paper of which nothing was looked at opens nothing, whoever typed it in."""
    said = {
        name: stated(fact.value, origin=Origin.DECLARED, by=by) for name, fact in good(kind, data_class).items()
    }
    assert opened(kind, data_class, said) == set()


@settings(max_examples=60, deadline=None)
@given(KINDS, CLASSES)
def test_what_a_reviewer_must_see_is_not_seen_by_intake_alone(kind: CaseType, data_class: DataClass) -> None:
    """Where a permission rests on a question of law, the check of whoever took the request in isn't enough."""
    whole = good(kind, data_class)
    judged = {name for name in whole if STATED_BY[name] is StatedBy.REVIEWER}
    by_intake = {
        name: stated(fact.value, origin=Origin.CHECKED, by="uketsuke") if name in judged else fact
        for name, fact in whole.items()
    }
    without = {name: fact for name, fact in whole.items() if name not in judged or CLOSES.get(name) is fact.value}
    assert opened(kind, data_class, by_intake) == opened(kind, data_class, without)


def test_a_future_day_is_not_made_past_by_saying_so() -> None:
    """Items that reach beyond the receipt ask for records to come, whatever the paper says of itself."""
    made = case(
        type="preservation_request",
        items=[item(end="2026-12-20T12:00:00+09:00")],
        facts={
            "scope.existing_only": {
                "value": True, "origin": "declared", "by": "x", "at": "2026-11-23T10:05:00+09:00", "note": "",
            }
        },
    )  # fmt: skip
    seen = facts_of(made, on=date(2026, 11, 23), parts=PARTS, terms=(), within_order=True)
    assert seen["scope.existing_only"] is False
