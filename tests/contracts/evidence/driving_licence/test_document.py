"""A licence's files in JSON come out as they went in, and anything else is refused with its field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.driving_licence.document import read_document
from sekisho.contracts.evidence.driving_licence.model import ReadersWord, UnverifiedLicence, UnverifiedRecord
from sekisho.contracts.evidence.verifier import Person
from tests.contracts.evidence.driving_licence.checking import person
from tests.contracts.evidence.fixtures import driving_licence as build


def read(document: dict[str, Any]) -> UnverifiedLicence | UnverifiedRecord:
    """What a document holds of a licence."""
    return read_document(json.dumps(document).encode()).read


def test_a_card_s_document() -> None:
    """Files, the reader's word and the person stated are read as they are."""
    found = read_document(json.dumps(build.document("hanako")).encode())
    assert found.read == build.licence("hanako")
    assert found.stated == person("hanako")
    bare = build.document("hanako", reader=None, stated=None)
    assert read_document(json.dumps(bare).encode()).stated == Person()
    assert read(bare).reader == ReadersWord()


def test_a_record_s_document() -> None:
    """The other form has other files."""
    found = read(build.record_document())
    assert isinstance(found, UnverifiedRecord)
    assert (found.wef02, found.wef03) == (build.record().wef02, build.record().wef03)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"form": None}, "form"),
        ({"form": "licence"}, "form"),
        ({"form": ["licence_card"]}, "form"),
        ({"files": None}, "files"),
        ({"files": {}}, "files.DF1/EF01"),
        ({"files": "DF1/EF01"}, "files"),
        ({"files": {"DF1/EF01": "AA==", "DF1/EF08": "AA=="}}, "files.DF1/EF08"),
        ({"files": {"DF1/EF01": ""}}, "files.DF1/EF01"),
        ({"files": {"DF1/EF01": "A"}}, "files.DF1/EF01"),
        ({"files": {"DF1/EF01": 1}}, "files.DF1/EF01"),
        ({"files": {"DF1/EF01": "AA==", "WEF02": "AA=="}}, "files.WEF02"),
        ({"form": "mynumber_card"}, "files.DF1/EF01"),
        ({"reader": {"pin1": True}}, "reader.pin1"),
        ({"reader": {"pin_1": "yes"}}, "reader.pin_1"),
        ({"reader": {"application": "x" * 101}}, "reader.application"),
        ({"reader": {"application": "\x1b[2J"}}, "reader.application"),
        ({"stated": {"sex": "2"}}, "stated.sex"),
        ({"stated": {"name": ""}}, "stated.name"),
        ({"stated": {"birth_date": "1990-02-30"}}, "stated.birth_date"),
        ({"keys": []}, "keys"),
    ],
)
def test_another_document_is_refused_by_field(other: dict[str, Any], field: str) -> None:
    """A field missing, unknown, or of another form is named; trust is never a document's to bring."""
    with pytest.raises(ApplicationRefused) as raised:
        read(build.document("hanako", **other))
    assert raised.value.fields["field"] == field


@pytest.mark.parametrize(
    "other",
    [
        {"stated": {"name": "個人番号 123456789018"}},
        {"stated": {"address": "1234-5678-9018"}},
        {"individual_number": "x"},
        {"個人番号": "x"},
        {"1234 5678 9018": "x"},
        {"reader": {"my_number": "x"}},
        {"reader": {"application": "マイナンバー123456789018"}},
    ],
)
def test_an_individual_number_is_refused(other: dict[str, Any]) -> None:
    """By the field's name, or by context and check digit in a text; the number isn't repeated."""
    with pytest.raises(ApplicationRefused) as raised:
        read(build.document("hanako", **other))
    assert raised.value.reason == "individual_number"
    assert "9018" not in str(raised.value)


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("form", "files", "reader", "stated", "other")), _VALUES)
def test_any_value_of_a_field(field: str, value: object) -> None:
    """Any JSON in any field is read or refused by name."""
    try:
        read({**build.document("hanako"), field: value})
    except ApplicationRefused:
        return
    assert field != "other"
