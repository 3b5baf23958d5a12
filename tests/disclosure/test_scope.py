"""What would be done against what was ordered: strict containment, and a typed error for each way of exceeding it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.gate import order_of_question
from sekisho.disclosure.kinds import DataClass
from sekisho.disclosure.scope import OrderScope, Planned, mismatches, require_within
from sekisho.disclosure.scope_errors import (
    AddressNotOrdered,
    ClassNotOrdered,
    IdentifierNotOrdered,
    KindNotOrdered,
    NameNotOrdered,
    NothingNamed,
    NotYetValid,
    PortNotOrdered,
    RecipientNotNamed,
    ScopeExceeded,
    TimeNotOrdered,
    ValidityOver,
)
from sekisho.logs.holds.scope import Scope
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.grant import GrantTerms, Ground, target
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier
from tests.disclosure.made_cases import case, item

JST = timezone(timedelta(hours=9))
NOON = datetime(2026, 11, 1, 12, tzinfo=JST)
HOUR = timedelta(hours=1)
PHONE = identifier(IdentifierKind.PHONE, "090-0000-0001")
CLASSES = frozenset({DataClass.SECRECY})

ORDER = OrderScope(
    kinds=frozenset({LogKind.AP_NAT, LogKind.AP_AUTH}),
    data_classes=CLASSES,
    begin=NOON,
    end=NOON + HOUR,
    targets=(target("203.0.113.0/28:1024-2047"), target("2001:db8::/64")),
    identifiers=frozenset({PHONE}),
    names=frozenset({"line-1"}),
    recipients=frozenset({"○○県警察本部"}),
    valid_from=NOON,
    valid_until=NOON + 7 * 24 * HOUR,
)
PLANNED = Planned(
    kinds=frozenset({LogKind.AP_NAT}),
    data_classes=CLASSES,
    begin=NOON,
    end=NOON + HOUR,
    targets=(target("203.0.113.5:1024-1100"), target("2001:db8::1")),
    identifiers=(PHONE,),
    names=frozenset({"line-1"}),
    recipient="○○県警察本部",
)
AT = NOON + 24 * HOUR
RECEIVED = datetime(2026, 11, 23, 10, tzinfo=JST)
NETWORKS = [
    f"{network}{ports}"
    for network in ("203.0.113.0/28", "203.0.113.5", "203.0.113.16/28", "203.0.113.0/24")
    for ports in ("", ":1024-2047", ":1100-1200", ":2000-3000")
] + ["2001:db8::/64", "2001:db8::1", "2001:db8:0:1::/64", "2001:db8::/32", "::cb00:7105"]


def test_what_lies_within_passes() -> None:
    """One address, some ports, the whole time and a named recipient are within the order."""
    assert mismatches(ORDER, PLANNED, at=AT) == ()
    require_within(ORDER, PLANNED, at=AT)


@pytest.mark.parametrize(
    ("planned", "error"),
    [
        (replace(PLANNED, targets=(target("203.0.113.16:1024"),)), AddressNotOrdered),
        (replace(PLANNED, targets=(target("203.0.113.0/24"),)), AddressNotOrdered),
        (replace(PLANNED, targets=(target("2001:db8:1::1"),)), AddressNotOrdered),
        (replace(PLANNED, targets=(target("203.0.113.5:2047-2048"),)), PortNotOrdered),
        (replace(PLANNED, targets=(target("203.0.113.5"),)), PortNotOrdered),
        (replace(PLANNED, begin=NOON - timedelta(microseconds=1)), TimeNotOrdered),
        (replace(PLANNED, end=NOON + HOUR + timedelta(microseconds=1)), TimeNotOrdered),
        (replace(PLANNED, end=NOON), TimeNotOrdered),
        (replace(PLANNED, identifiers=(identifier(IdentifierKind.PHONE, "090-0000-0002"),)), IdentifierNotOrdered),
        (replace(PLANNED, names=frozenset({"line-1", "line-2"})), NameNotOrdered),
        (replace(PLANNED, kinds=frozenset({LogKind.CP_LOGIN})), KindNotOrdered),
        (replace(PLANNED, data_classes=frozenset({DataClass.LOCATION})), ClassNotOrdered),
        (replace(PLANNED, recipient="somebody else"), RecipientNotNamed),
        (replace(PLANNED, targets=(), identifiers=(), names=frozenset()), NothingNamed),
    ],
)
def test_each_way_of_exceeding_is_its_own_error(planned: Planned, error: type[ScopeExceeded]) -> None:
    """Another address, port, time, identifier, name, kind, class or recipient: refused, by its own name."""
    with pytest.raises(error) as refused:
        require_within(ORDER, planned, at=AT)
    assert [type(one) for one in mismatches(ORDER, planned, at=AT)] == [error]
    for lang in ("ja", "en"):
        assert refused.value.as_document()["message"][lang]


def test_the_papers_validity_is_a_half_open_time() -> None:
    """From its first moment to just before its end."""
    assert ORDER.valid_until is not None
    require_within(ORDER, PLANNED, at=NOON)
    with pytest.raises(NotYetValid):
        require_within(ORDER, PLANNED, at=NOON - timedelta(seconds=1))
    require_within(ORDER, PLANNED, at=ORDER.valid_until - timedelta(seconds=1))
    with pytest.raises(ValidityOver):
        require_within(ORDER, PLANNED, at=ORDER.valid_until)


def test_every_mismatch_is_told_and_no_value_is_repeated() -> None:
    """All mismatches come at once, each by its place; what was asked about stands in no error."""
    planned = replace(
        PLANNED,
        targets=(target("198.51.100.77"), target("203.0.113.5:9")),
        identifiers=(identifier(IdentifierKind.PHONE, "090-0000-0009"),),
        recipient="somebody else",
    )
    found = mismatches(ORDER, planned, at=AT)
    assert [type(one) for one in found] == [AddressNotOrdered, PortNotOrdered, IdentifierNotOrdered, RecipientNotNamed]
    assert [one.fields.get("item") for one in found] == [1, 2, 1, None]
    said = " ".join(f"{one.as_document()}" for one in found)
    assert "198.51.100.77" not in said
    assert "0009" not in said
    assert "somebody" not in said


def test_a_grant_and_a_hold_are_compared_whole() -> None:
    """Everything that a search grant would allow, or a hold would keep, must lie within the order."""
    terms = GrantTerms(
        kinds=frozenset({LogKind.AP_NAT}),
        targets=(target("203.0.113.5:1024-1100"),),
        identifiers=(PHONE,),
        begin=NOON,
        end=NOON + HOUR,
        ground=Ground.WARRANT,
        reference="令状 1",
        callers=frozenset({"suzuki"}),
        max_queries=1,
        expires_at=AT,
    )
    require_within(ORDER, Planned.of_grant(terms, CLASSES), at=AT)
    with pytest.raises(TimeNotOrdered):
        require_within(ORDER, Planned.of_grant(replace(terms, end=NOON + 2 * HOUR), CLASSES), at=AT)
    begin = int(NOON.timestamp() * 1_000_000)
    hold = Scope(
        frozenset({LogKind.AP_NAT}),
        begin,
        begin + 3_600_000_000,
        addresses=(target("203.0.113.5:1024-1100"),),
        subjects=frozenset({"line-1"}),
    )
    require_within(ORDER, Planned.of_hold(hold, CLASSES), at=AT)
    with pytest.raises(NameNotOrdered):
        require_within(ORDER, Planned.of_hold(replace(hold, references=frozenset({"post-9"})), CLASSES), at=AT)


@settings(max_examples=60, deadline=None)
@given(
    ordered=st.lists(st.sampled_from(NETWORKS), max_size=6),
    planned=st.sampled_from(NETWORKS),
)
def test_an_address_is_found_as_if_each_were_compared(ordered: list[str], planned: str) -> None:
    """Whatever is ordered: the look-up by prefix says what the comparison of each pair says."""
    wide, narrow = [target(one) for one in ordered], target(planned)
    at = [
        one
        for one in wide
        if one.network.version == narrow.network.version and narrow.network.subnet_of(one.network)  # type: ignore[arg-type]  # of one version
    ]
    fits = any(one.port_low <= narrow.port_low and narrow.port_high <= one.port_high for one in at)
    found = mismatches(replace(ORDER, targets=tuple(wide)), replace(PLANNED, targets=(narrow,)), at=AT)
    assert [type(one) for one in found] == ([] if fits else [PortNotOrdered if at else AddressNotOrdered])


def test_what_was_found_is_compared_by_the_questions_under_which_it_was_found() -> None:
    """An address with its window, a number on its day, a line's trail: each is within its own item and no other."""
    address = {"address": "203.0.113.5", "port": 2000, "time": "2026-11-20T12:00:00.499999+09:00"}
    window = {**address, "within_seconds": 0.499999, "protocol": None}
    phone = {"kind": "phone", "value": "09000000000", "on": "2026-11-20"}
    begin = int(datetime(2026, 11, 20, 3, tzinfo=UTC).timestamp()) * 1_000_000
    trail = {"subject": "line-7", "begin": begin, "end": begin + 1_000_000}
    line = {"kind": "line", "port": None, "wanted": ["log"]}
    number = {"kind": "phone", "port": None, "data_class": "subscriber", "value": "09000000000"}
    asked: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
        (window, {}, {"value": "203.0.113.6"}),
        (window, {}, {"port": 2001}),
        (window, {}, {"begin": "2026-11-20T12:00:01+09:00", "end": "2026-11-20T12:00:01+09:00"}),
        (phone, number, {**number, "value": "09000000001"}),
        (phone, number, {**number, "begin": "2026-11-21T12:00:00+09:00", "end": "2026-11-21T12:00:00+09:00"}),
        (trail, {**line, "value": "line-7"}, {**line, "value": "line-8"}),
    ]
    for question, own, other in asked:
        order, other_order = (
            order_of_question(made, made.items[0], question)
            for made in (case(items=[item(**own)]), case(items=[item(**other)]))
        )
        planned = Planned.of_question(question, order.data_classes)
        require_within(order, planned, at=RECEIVED)
        with pytest.raises(ScopeExceeded):
            require_within(other_order, planned, at=RECEIVED)


def test_a_question_about_a_day_lends_its_day_to_no_other() -> None:
    """The register answers for whole days; a search in logs at midnight isn't within an item about noon."""
    midnight = {"address": "203.0.113.5", "port": 2000, "time": "2026-11-20T00:00:00+09:00", "within_seconds": 0.0}
    with pytest.raises(TimeNotOrdered):
        require_within(
            order_of_question(case(), case().items[0], midnight), Planned.of_question(midnight, CLASSES), at=RECEIVED
        )
