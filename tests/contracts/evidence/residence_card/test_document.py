"""A card's files in JSON come out as they went in, and anything else is refused with its field."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.residence_card.document import read_document
from sekisho.contracts.evidence.residence_card.model import ReadersReport
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.residence_card.checking import CARDS


@pytest.mark.parametrize("slug", CARDS)
def test_a_document_is_read_as_it_is(slug: str) -> None:
    """Files, number, the reader's word and what is stated."""
    found = read_document(json.dumps(build.document(slug)).encode())
    assert found.card == build.card(slug)
    assert found.birth_date == build.stated(slug)


def test_the_smallest_document() -> None:
    """Reader and statement may be missing."""
    found = read_document(json.dumps(build.document("second-card", reader=None, stated=None)).encode())
    assert (found.card.reader, found.birth_date) == (ReadersReport(), None)
    assert read_document(json.dumps(build.document("second-card", reader={}, stated={})).encode()).birth_date is None
    assert read_document(json.dumps(build.document("second-card", files={})).encode()).card.files == {}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no number": ({"number": None}, "number"),
    "no files": ({"files": None}, "files"),
    "a field nobody reads": ({"mynumber": "123456789018"}, "mynumber"),
    "the trust": ({"authority": "AAAA"}, "authority"),
    "files that are none": ({"files": []}, "files"),
    "a file of another application": ({"files": {"DF4/EF01": "AAAA"}}, "files.DF4/EF01"),
    "a file that isn't base64": ({"files": {"DF1/EF01": "*"}}, "files.DF1/EF01"),
    "a file that isn't text": ({"files": {"DF1/EF01": 1}}, "files.DF1/EF01"),
    "a number that is a number": ({"number": 1}, "number"),
    "an empty number": ({"number": ""}, "number"),
    "a long number": ({"number": "A" * 41}, "number"),
    "an individual number": ({"number": "123456789018"}, "number"),
    "an individual number as the reader": ({"reader": {"application": "個人番号 123456789018"}}, "reader.application"),
    "a reader's word that is none": ({"reader": {"secure_messaging": "yes"}}, "reader.secure_messaging"),
    "a reader's word about something else": ({"reader": {"revocation": "good"}}, "reader.revocation"),
    "a statement nobody compares": ({"stated": {"name": "Sekisho"}}, "stated.name"),
    "a day that doesn't exist": ({"stated": {"birth_date": "1990-02-30"}}, "stated.birth_date"),
    "a day in another form": ({"stated": {"birth_date": "19900401"}}, "stated.birth_date"),
}


@pytest.mark.parametrize("case", WRONG)
def test_anything_else_is_refused_with_its_field(case: str) -> None:
    """A document is refused as a whole, and the error names the field and no value."""
    changes, field = WRONG[case]
    with pytest.raises(ApplicationRefused) as caught:
        read_document(json.dumps(build.document("second-card", **changes)).encode())
    assert caught.value.fields["field"] == field
    assert "123456789018" not in caught.value.sentence("ja") + caught.value.sentence("en")


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("number", "files", "reader", "stated")),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(("MF/EF02", "DF1/EF01", "application", "secure_messaging", "birth_date")),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=8,
        ),
        max_size=4,
    )
)
def test_any_document_is_read_or_refused(found: dict[str, Any]) -> None:
    """Whatever JSON comes, nothing but an ApplicationRefused is raised."""
    with contextlib.suppress(ApplicationRefused):
        read_document(json.dumps(found).encode())


def test_dates_are_dates() -> None:
    """What is stated comes out as a date."""
    assert read_document(json.dumps(build.document("second-card")).encode()).birth_date == date(1990, 4, 1)
