"""Who saw a paper, when, and what was looked at: read strictly, and held against what is attested."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused, EvidenceAfterDecision, MissingField, WrongValue
from sekisho.contracts.evidence.paper.seen import KINDS, LOOK_WORDS, SEEN_FIELDS, Look, Seen, read_seen, unsupported
from sekisho.contracts.evidence_kinds import EVIDENCE
from sekisho.engine.facts import Value

AT = date(2026, 11, 23)
DECIDED = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "kind": "document_shown",
    "seen_by": "staff:clerk-7",
    "seen_at": "2026-11-23T14:05:00+09:00",
    "looked_at": ["original", "unaltered", "name"],
}


def read(kind: str = "document_shown", **changes: object) -> Seen | None:
    """Read the item with these changes; None takes a field away."""
    item = {name: value for name, value in {**ITEM, **changes}.items() if value is not None}
    return read_seen(item, path="evidence[0]", kind=kind, at=AT, decided=DECIDED)


def test_clerk_time_and_looks_are_read() -> None:
    """Typed, in Japan time, and told in both languages without anything of the applicant."""
    seen = read()
    assert seen is not None
    assert seen.seen_by == "staff:clerk-7"
    assert seen.looked_at == {Look.ORIGINAL, Look.UNALTERED, Look.NAME}
    assert seen.as_document() == {
        "seen_by": "staff:clerk-7",
        "seen_at": "2026-11-23T14:05:00+09:00",
        "looked_at": [
            {"look": "original", "ja": "原本であること", "en": "that it is the original"},
            {"look": "unaltered", "ja": "改変の形跡がないこと", "en": "that it shows no alteration"},
            {"look": "name", "ja": "氏名・名称", "en": "the name"},
        ],
    }


def test_an_item_without_them_says_nothing() -> None:
    """The application's own ``verified_by`` and the day still stand in the record."""
    assert read(seen_by=None, seen_at=None, looked_at=None) is None


def test_the_day_is_japans() -> None:
    """A quarter past midnight in Japan is the day of the act, although it is yesterday in UTC."""
    assert read(seen_at="2026-11-22T15:15:00Z") is not None
    with pytest.raises(WrongValue):
        read(seen_at="2026-11-22T14:59:59Z")


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"seen_by": None}, MissingField, "seen_by"),
        ({"seen_at": None}, MissingField, "seen_at"),
        ({"looked_at": None}, MissingField, "looked_at"),
        ({"seen_by": "見本太郎"}, WrongValue, "seen_by"),
        ({"seen_by": "Taro Mihon"}, WrongValue, "seen_by"),
        ({"seen_by": 7}, WrongValue, "seen_by"),
        ({"seen_at": "2026-11-23"}, WrongValue, "seen_at"),
        ({"seen_at": "2026-11-23T15:00:01+09:00"}, EvidenceAfterDecision, "seen_at"),
        ({"looked_at": []}, WrongValue, "looked_at"),
        ({"looked_at": "name"}, WrongValue, "looked_at"),
        ({"looked_at": ["name", "name"]}, WrongValue, "looked_at"),
        ({"looked_at": ["everything"]}, WrongValue, "looked_at"),
        ({"looked_at": [{}]}, WrongValue, "looked_at"),
    ],
)
def test_each_fault_names_its_field(changes: dict[str, Any], error: type[ApplicationRefused], field: str) -> None:
    """Half a statement, a name in place of an id, another day, after the decision, nothing looked at."""
    with pytest.raises(error) as refused:
        read(**changes)
    assert refused.value.fields["field"] == f"evidence[0].{field}"


def test_a_chip_is_seen_by_nobody() -> None:
    """What a verifier makes has a report, not a clerk."""
    with pytest.raises(WrongValue) as refused:
        read("chip_read")
    assert refused.value.fields["field"] == "evidence[0].seen_by"


def test_what_is_attested_without_having_been_looked_at() -> None:
    """The address and the expiry were attested; only the name and the paper itself were looked at."""
    seen = read()
    assert seen is not None
    attributes: dict[str, Value] = {
        "document": "registry_certificate",
        "altered": False,
        "name_agrees": True,
        "address_agrees": True,
        "valid_until": date(2030, 1, 1),
    }
    assert unsupported(attributes, seen) == ("address_agrees", "valid_until")


def test_the_kinds_and_attributes_are_the_catalogues() -> None:
    """Kinds exist; the three fields are nobody's attribute; each attribute that needs a look is one of a kind seen."""
    from sekisho.contracts.evidence.paper import seen

    specs = {spec.kind: spec for spec in EVIDENCE}
    assert specs.keys() >= KINDS
    assert not any(SEEN_FIELDS & spec.attributes.keys() for spec in EVIDENCE)
    of_kinds = {name for kind in KINDS for name in specs[kind].attributes}
    assert seen._NEEDED.keys() <= of_kinds
    assert set(LOOK_WORDS) == set(Look) == set(seen._NEEDED.values())


@given(
    st.dictionaries(
        st.sampled_from(sorted(SEEN_FIELDS)),
        st.one_of(st.none(), st.text(max_size=30), st.integers(), st.lists(st.text(max_size=10), max_size=4)),
    )
)
def test_whatever_is_written_is_read_or_refused_by_name(item: dict[str, Any]) -> None:
    """Nothing but the errors of applications comes out."""
    with contextlib.suppress(ApplicationRefused):
        read_seen(item, path="evidence[0]", kind="document_shown", at=AT, decided=DECIDED)
