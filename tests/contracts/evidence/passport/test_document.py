"""A passport's files in JSON come out as they went in, and anything else is refused with its field."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.passport.document import read_document
from sekisho.contracts.evidence.passport.model import Access, ActiveAnswer, ReadersReport, Stated
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.passport.checking import verify


def text(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


def document(**other: Any) -> dict[str, Any]:
    """A document of a declared passport; ``other`` changes fields, None takes one away."""
    files = build.passport("japan")
    whole = {
        "sod": text(files.sod),
        "groups": {str(number): text(data) for number, data in files.groups.items()},
        "stated": {"name": "Sekisho Hanako", "birth_date": "1990-04-01"},
        **other,
    }
    return {name: value for name, value in whole.items() if value is not None}


def test_the_smallest_document() -> None:
    """Files and what is stated are read as they are, and verify."""
    found = read_document(json.dumps(document()).encode())
    assert found.files.sod == build.passport("japan").sod
    assert found.stated == Stated("Sekisho Hanako", date(1990, 4, 1))
    assert verify(found.files, name=found.stated.name).report.require_facts()["name_agrees"] is True
    bare = read_document(json.dumps(document(stated=None)).encode())
    assert (bare.stated, bare.files.reader, bare.files.active) == (Stated(), ReadersReport(), None)


def test_the_largest_document() -> None:
    """Every optional field is read."""
    found = read_document(
        json.dumps(
            document(
                com=text(b"com"),
                signer=text(b"signer"),
                active={"challenge": "0001020304050607", "response": text(b"answer")},
                reader={"chip_authentication": True, "access": "pace"},
            )
        ).encode()
    ).files
    assert (found.com, found.signer) == (b"com", b"signer")
    assert found.active == ActiveAnswer(bytes(range(8)), b"answer")
    assert found.reader == ReadersReport(True, Access.PACE)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"sod": None}, "sod"),
        ({"groups": None}, "groups"),
        ({"sod": "?"}, "sod"),
        ({"sod": 1}, "sod"),
        ({"groups": []}, "groups"),
        ({"groups": {"17": ""}}, "groups.17"),
        ({"groups": {"1": "x"}}, "groups.1"),
        ({"address": "x"}, "address"),
        ({"stated": {"address": "x"}}, "stated.address"),
        ({"stated": {"name": ""}}, "stated.name"),
        ({"stated": {"name": None}}, "stated.name"),
        ({"stated": {"name": "a\nb"}}, "stated.name"),
        ({"stated": {"name": "関所 花子 個人番号 123456789018"}}, "stated.name"),
        ({"stated": {"birth_date": "1990-02-30"}}, "stated.birth_date"),
        ({"stated": {"birth_date": "19900401"}}, "stated.birth_date"),
        ({"stated": {"birth_date": None}}, "stated.birth_date"),
        ({"active": {"challenge": "00" * 8}}, "active.response"),
        ({"active": {"challenge": "00" * 7, "response": ""}}, "active.challenge"),
        ({"active": {"challenge": 8, "response": ""}}, "active.challenge"),
        ({"reader": {"chip_authentication": "yes"}}, "reader.chip_authentication"),
        ({"reader": {"access": "none"}}, "reader.access"),
        ({"reader": {"access": []}}, "reader.access"),
    ],
)
def test_another_document_is_refused_by_field(other: dict[str, Any], field: str) -> None:
    """A field missing, unknown, or of another form is named."""
    with pytest.raises(ApplicationRefused) as raised:
        read_document(json.dumps(document(**other)).encode())
    assert raised.value.fields["field"] == field
    assert raised.value.sentence("ja")


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("sod", "groups", "com", "signer", "active", "reader", "stated", "other")), _VALUES)
def test_any_value_of_a_field(field: str, value: object) -> None:
    """Any JSON in any field is read or refused by name."""
    try:
        read_document(json.dumps({**document(), field: value}).encode())
    except ApplicationRefused:
        return
    assert field != "other"
