"""What stores were told: Play's Data safety form, App Store's age rating and privacy label."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Grade, Reading
from sekisho.apps.readers import age_rating, data_safety
from sekisho.apps.readers.data_safety import BYTES_MOST, HEADER, TYPES, items_of

_USE = "PSL_DATA_USAGE_RESPONSES:{}:{}"
_MANNER = "PSL_DATA_USAGE_COLLECTION_AND_SHARING"
Row = tuple[str, str, str]


def form(*rows: Row, header: Sequence[str] = HEADER, bom: bool = False) -> bytes:
    """A form's CSV with these answers."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([*row, "OPTIONAL", "label"] for row in rows)
    return (b"\xef\xbb\xbf" if bom else b"") + out.getvalue().encode()


def safety(data: bytes) -> Reading:
    """The reading of a form."""
    return data_safety.read(data, name="safety.csv")


def rating(document: object) -> Reading:
    """The reading of a JSON document."""
    return age_rating.read(json.dumps(document).encode(), name="age.json")


def reasons(reading: Reading) -> list[str]:
    """Why something wasn't understood."""
    return [each.reason for each in reading.not_measured]


LOCATION: Sequence[Row] = (
    ("PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA", "", "true"),
    ("PSL_DATA_TYPES_LOCATION", "PSL_PRECISE_LOCATION", "true"),
    ("PSL_DATA_TYPES_LOCATION", "PSL_APPROX_LOCATION", ""),
    (_USE.format("PSL_PRECISE_LOCATION", _MANNER), "PSL_DATA_USAGE_ONLY_COLLECTED", "true"),
    (_USE.format("PSL_PRECISE_LOCATION", _MANNER), "PSL_DATA_USAGE_ONLY_SHARED", "false"),
    (_USE.format("PSL_PRECISE_LOCATION", "PSL_DATA_USAGE_EPHEMERAL"), "", "true"),
    (_USE.format("PSL_PRECISE_LOCATION", "DATA_USAGE_USER_CONTROL"), "PSL_DATA_USAGE_USER_CONTROL_OPTIONAL", "true"),
    (_USE.format("PSL_PRECISE_LOCATION", "DATA_USAGE_COLLECTION_PURPOSE"), "PSL_ANALYTICS", "true"),
    (_USE.format("PSL_PRECISE_LOCATION", "DATA_USAGE_SHARING_PURPOSE"), "PSL_ADVERTISING", "true"),
)


@pytest.mark.parametrize("bom", [False, True])
def test_a_form_declares_types_with_purposes(bom: bool) -> None:
    """What is answered with yes is declared, with its line; what is answered with no or nothing is nothing."""
    found = safety(form(*LOCATION, bom=bom))
    assert found.not_measured == ()
    assert [(each.information, each.purpose, each.grade, each.place.path) for each in found.pieces] == [
        ("precise_location", "analytics", Grade.DECLARED, "line 9"),
        ("precise_location", "advertising", Grade.DECLARED, "line 10"),
    ]
    assert {each.host or each.company for each in found.pieces} == {None}
    facts = dict(found.facts)
    assert facts["PSL_PRECISE_LOCATION"] == "collected ephemeral optional"
    assert facts["PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA"] == "true"


def test_a_type_that_is_only_mentioned_is_declared_without_a_purpose() -> None:
    """A type that was ticked and not answered further is declared all the same."""
    found = safety(form(("PSL_DATA_TYPES_PERSONAL", "PSL_EMAIL", "TRUE")))
    assert [(each.information, each.purpose) for each in found.pieces] == [("email", None)]
    assert dict(found.facts)["PSL_EMAIL"] == "mentioned"


def test_every_type_of_the_form_is_known() -> None:
    """No type of the form falls out of the vocabulary."""
    assert [each for group in TYPES.values() for each in group if not items_of(f"PSL_{each}")] == []


@pytest.mark.parametrize(
    "row",
    [
        ("PSL_DATA_TYPES_PERSONAL", "PSL_SHOE_SIZE", "true"),
        (_USE.format("PSL_SHOE_SIZE", _MANNER), "PSL_DATA_USAGE_ONLY_COLLECTED", "true"),
        (_USE.format("PSL_EMAIL", _MANNER), "PSL_DATA_USAGE_SOLD", "true"),
        (_USE.format("PSL_EMAIL", "DATA_USAGE_COLLECTION_PURPOSE"), "PSL_WORLD_PEACE", "true"),
        (_USE.format("PSL_EMAIL", "PSL_NEW_QUESTION"), "X", "true"),
    ],
)
def test_an_answer_that_is_not_known_is_told(row: Row) -> None:
    """A form that has changed isn't read as if nothing were answered."""
    assert reasons(safety(form(row))) == ["data_safety_unknown_id"]
    assert reasons(safety(form((row[0], row[1], "false")))) == []


def test_what_is_no_form_is_told() -> None:
    """Other headings, another encoding, short rows, broken quotes, too much: each by its name, nothing raised."""
    assert reasons(safety(form(header=("a", "b")))) == ["data_safety_header"]
    assert reasons(safety(b"")) == ["data_safety_header"]
    assert reasons(safety("氏名,番号".encode("shift_jis"))) == ["data_safety_not_utf8"]
    assert reasons(safety(form() + b"only,two\r\n")) == ["data_safety_row"]
    assert reasons(safety(form() + b'"open,a,b\r\n')) == ["data_safety_broken"]
    assert reasons(safety(form() + b" " * BYTES_MOST)) == ["data_safety_too_large"]
    assert reasons(safety(form() + b"q,r,true,o,l\n" * 20_001)) == ["data_safety_too_many_rows"]


def test_a_form_cut_at_any_byte_raises_nothing() -> None:
    """Whatever is left of it is read or told."""
    whole = form(*LOCATION)
    for cut in range(len(whole)):
        safety(whole[:cut])


ANSWERS = {"advertising": True, "gambling": False, "violenceRealistic": "INFREQUENT", "kidsAgeBand": None}


@pytest.mark.parametrize(
    "document", [ANSWERS, {"data": {"attributes": ANSWERS}}, {"data": [{"type": "x", "attributes": ANSWERS}]}]
)
def test_age_rating_answers_are_facts(document: object) -> None:
    """Bare or as the API wraps them; an unanswered question is said to be unanswered, not answered with no."""
    found = rating(document)
    assert found.not_measured == ()
    assert dict(found.facts) == {
        "advertising": "true", "gambling": "false", "kidsAgeBand": "unanswered", "violenceRealistic": "INFREQUENT",
    }  # fmt: skip


def test_of_several_declarations_only_the_first_is_read_and_that_is_said() -> None:
    """A list of declarations (of several versions of an app) doesn't pass for one."""
    found = rating({"data": [{"attributes": ANSWERS}, {"attributes": {"advertising": False}}]})
    assert dict(found.facts)["advertising"] == "true"
    assert reasons(found) == ["age_rating_more"]


@pytest.mark.parametrize(
    "answers",
    [{"advertising": "yes"}, {"violenceRealistic": "SOMETIMES"}, {"advertising": True, "newQuestion": True},
     {"kidsAgeBand": 5}],
)  # fmt: skip
def test_an_answer_of_another_form_is_told(answers: dict[str, object]) -> None:
    """It is kept as it stands and said not to be understood."""
    assert reasons(rating(answers)) == ["age_rating_unknown"]


def test_a_privacy_label_declares() -> None:
    """Each category with each purpose; a category or purpose that isn't known is told; nothing collected is a fact."""
    found = rating([
        {"category": "EMAIL_ADDRESS", "purposes": ["ANALYTICS"], "data_protections": ["DATA_LINKED_TO_YOU"]},
        {"category": "SHOE_SIZE", "purposes": [], "data_protections": []},
        {"category": "DEVICE_ID", "purposes": ["WORLD_PEACE"], "data_protections": ["DATA_USED_TO_TRACK_YOU"]},
        "row",
    ])  # fmt: skip
    assert {(each.information, each.purpose) for each in found.pieces} >= {("email", "analytics"), ("device_id", None)}
    assert {each.grade for each in found.pieces} == {Grade.DECLARED}
    assert reasons(found) == ["app_privacy_unknown", "app_privacy_unknown", "app_privacy_row"]
    none = rating([{"data_protections": ["DATA_NOT_COLLECTED"]}])
    assert (none.pieces, none.facts) == ((), (("app_privacy", "DATA_NOT_COLLECTED"),))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"null", b"7", b"{}", b"[]", b'{"data": []}', b"[" * 5_000])
def test_what_is_no_declaration_is_told(data: bytes) -> None:
    """Nothing found is no answer."""
    assert reasons(age_rating.read(data, name="x"))[0].startswith("age_rating_unreadable")


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["data", "attributes", "advertising", "category", "purposes", "contests",
                                       "data_protections"]), inner, max_size=4), max_leaves=15,
))  # fmt: skip
def test_no_document_raises(document: object) -> None:
    """Members of any type in any place are read or told."""
    rating(document)
