"""A card's files in JSON come out as they went in, and anything else is refused with its field."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.mynumber_card.document import read_document
from sekisho.contracts.evidence.mynumber_card.fields import FIELDS
from sekisho.contracts.evidence.mynumber_card.model import ReadersWord
from sekisho.contracts.evidence.mynumber_card.profile import FACE_TAGS, ITEM_TAGS, CardFile
from sekisho.contracts.evidence.verifier import Person
from tests.contracts.evidence.fixtures import mynumber_card as build
from tests.contracts.evidence.mynumber_card.checking import person


def test_documents() -> None:
    """Files, the reader's word and the person stated are read as they are."""
    found = read_document(json.dumps(build.document("hanako")).encode())
    assert (found.card, found.stated) == (build.card("hanako"), person("hanako"))
    bare = read_document(json.dumps(build.document("hanako", reader=None, stated=None)).encode())
    assert (bare.card.reader, bare.stated) == (ReadersWord(), Person())


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"files": None}, "files"),
        ({"files": []}, "files"),
        ({"files": {"0402/0001": "AA=="}}, "files.0402/0001"),
        ({"files": {"0408/0002": "A"}}, "files.0408/0002"),
        ({"files": {"0408/0002": ""}}, "files.0408/0002"),
        ({"reader": {"pin": 1}}, "reader.pin"),
        ({"reader": {"application": ""}}, "reader.application"),
        ({"stated": {"address": "x" * 501}}, "stated.address"),
        ({"stated": {"birth_date": "1990-4-1"}}, "stated.birth_date"),
        ({"anchor": "x"}, "anchor"),
    ],
)
def test_another_document_is_refused_by_field(other: dict[str, Any], field: str) -> None:
    """A field missing, unknown, or of another form is named; trust is never a document's to bring."""
    with pytest.raises(ApplicationRefused) as raised:
        read_document(json.dumps(build.document("hanako", **other)).encode())
    assert raised.value.fields["field"] == field


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("files", "reader", "stated", "other")), _VALUES)
def test_any_value_of_a_field(field: str, value: object) -> None:
    """Any JSON in any field is read or refused by name."""
    try:
        read_document(json.dumps({**build.document("hanako"), field: value}).encode())
    except ApplicationRefused:
        return
    assert field != "other"


def test_every_field_has_its_treatment() -> None:
    """Nothing a card gives is taken or passed over without saying so."""
    names = {f"{CardFile.ITEMS.value}.{name}" for name in ITEM_TAGS.values()}
    names |= {f"{CardFile.FACE.value}.{name}" for name in FACE_TAGS.values()}
    names |= {CardFile.CERTIFICATE.value} | {f"reader.{one.name}" for one in fields(ReadersWord)}
    assert FIELDS.unaccounted(names) == FIELDS.absent(names) == set()
