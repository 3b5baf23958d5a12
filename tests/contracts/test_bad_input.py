"""Bad input: each fault is refused with an error that names the field, or works; nothing else is ever raised."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sekisho.contracts.application import MAX_BYTES, MAX_DEPTH, MAX_EVIDENCE, parse_json
from sekisho.contracts.errors import (
    ApplicationRefused,
    EvidenceAfterDecision,
    IndividualNumber,
    MissingField,
    NotJson,
    TooLarge,
    UnknownField,
    WrongValue,
)
from sekisho.contracts.field_reading import MAX_NAME_SHOWN, MAX_TEXT
from tests.contracts.applications import INDIVIDUAL_NUMBER, PLAIN, SIGNATURE, item, read, written


def _refused(made: dict[str, Any], error: type[ApplicationRefused], field: str | None = None) -> ApplicationRefused:
    with pytest.raises(error) as caught:
        read(made)
    if field is not None:
        assert caught.value.fields["field"] == field
    assert caught.value.exit_code == 2
    assert 400 <= caught.value.http_status < 500
    return caught.value


def _subject(**changed: Any) -> dict[str, Any]:
    return written(subject={**PLAIN["subject"], **changed})


def _evidence(**changed: Any) -> dict[str, Any]:
    return written(evidence=[item(**changed)])


# --- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": 01}',
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": "\x01"}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\xc0\xaf"}',
        b'{"a": "\\ud842"}',
        b'{"\\udfb7": 1}',
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-16-le"),
        '{"a": "関所"}'.encode("shift_jis"),
        b"\xef\xbb\xbf{}",
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
)
def test_what_is_not_one_json_object_in_utf_8_is_refused(raw: bytes) -> None:
    """Other encodings, lone surrogates, keys given twice, numbers that aren't JSON: none is guessed at."""
    with pytest.raises(NotJson) as caught:
        parse_json(raw, line=7)
    assert caught.value.fields["line"] == 7
    assert caught.value.exit_code == 2


def test_a_kanji_beyond_the_basic_plane_works_raw_and_escaped() -> None:
    """𠮷 is one character, written as four bytes or as a pair of escapes."""
    assert parse_json('{"name": "𠮷野"}'.encode()) == parse_json(b'{"name": "\\ud842\\udfb7\\u91ce"}')


def test_fifty_megabytes_are_refused_for_their_size() -> None:
    """Size is looked at before anything is read."""
    with pytest.raises(TooLarge):
        parse_json(b'{"a": "' + b"x" * 50_000_000 + b'"}')
    with pytest.raises(TooLarge):
        parse_json(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 10_000, 120_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting_is_refused(depth: int, opening: bytes, closing: bytes) -> None:
    """However deep, and whichever limit it meets first, it is an error and not a crash."""
    raw = b'{"a": ' + opening * depth + b"1" + closing * depth + b"}"
    with pytest.raises(TooLarge):
        parse_json(raw)
    with pytest.raises((TooLarge, NotJson)):
        parse_json(raw[: depth * len(opening)])


# --- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["application", "event", "channel", "service", "evidence"])
def test_a_missing_field_is_named(name: str) -> None:
    """Without these nothing can be decided."""
    _refused(written(**{name: None}), MissingField, name)


def test_missing_fields_below_the_top_are_named() -> None:
    """The kind of counterparty, and what every evidence item needs."""
    _refused(written(subject={}), MissingField, "subject.kind")
    _refused(written(subject=None), MissingField, "subject.kind")
    for name in ("kind", "at", "person"):
        _refused(_evidence(**{name: None}), MissingField, f"evidence[0].{name}")


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (written(colour="red"), "colour"),
        (_subject(colour="red"), "subject.colour"),
        (_subject(age=30), "subject.age"),
        (_evidence(colour="red"), "evidence[0].colour"),
        (_evidence(document="passport"), "evidence[0].document"),
        (written(lines={"birth_date": "1990-01-01"}), "lines.birth_date"),
        (written(service_details={"service": "voice"}), "service_details.service"),
        (written(Event="new_contract"), "Event"),
        (written() | {"ｅvent": "new_contract"}, "ｅvent"),
        (written(**{"": 1}), ""),
    ],
)
def test_a_field_nobody_reads_is_refused_by_name(made: dict[str, Any], field: str) -> None:
    """Nothing the sender meant is lost in silence, and what is derived can't be given."""
    _refused(made, UnknownField, field)


@pytest.mark.parametrize("name", ["\x1b[2J", "a\u202eb", "\n", "x" * 10_000, "\u200b"])
def test_an_error_does_not_repeat_a_hostile_name(name: str) -> None:
    """Control characters reach no terminal through an error, and it stays short."""
    error = _refused(written(**{name: 1}), UnknownField)
    assert error.fields["field"].isprintable()
    assert len(error.fields["field"]) <= MAX_NAME_SHOWN


WRONG: list[Any] = [None, 1, 1.5, "text", True, [], {}, ["x"], {"x": 1}, [1], [[]], [{}]]
"""One value of each JSON type, plain and odd."""


@pytest.mark.parametrize(
    ("field", "make", "good"),
    [
        ("event", lambda v: written() | {"event": v}, str),
        ("channel", lambda v: written() | {"channel": v}, str),
        ("subject", lambda v: written() | {"subject": v}, dict),
        ("representative", lambda v: written() | {"representative": v}, dict),
        ("evidence", lambda v: written() | {"evidence": v}, list),
        ("application", lambda v: written() | {"application": v}, str),
        ("verified_by", lambda v: written() | {"verified_by": v}, str),
        ("decided_at", lambda v: written() | {"decided_at": v}, None),
        ("applied_at", lambda v: written() | {"applied_at": v}, None),
        ("subject.name", lambda v: _subject(name=v), str),
        ("subject.birth_date", lambda v: _subject(birth_date=v), None),
        ("representative.acting", lambda v: written(representative={"acting": v}), bool),
        ("lines.voice_active", lambda v: written(lines={"voice_active": v}), int),
        ("evidence[0].kind", lambda v: written(evidence=[SIGNATURE | {"kind": v}]), None),
        ("evidence[0].at", lambda v: written(evidence=[SIGNATURE | {"at": v}]), None),
        ("evidence[0].person", lambda v: written(evidence=[SIGNATURE | {"person": v}]), None),
        ("evidence[0].signature_valid", lambda v: written(evidence=[SIGNATURE | {"signature_valid": v}]), bool),
        ("evidence[0].identifier", lambda v: written(evidence=[SIGNATURE | {"identifier": v}]), str),
        ("evidence[0]", lambda v: written(evidence=[v]), dict),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(
    field: str, make: Callable[[object], dict[str, Any]], good: type | None
) -> None:
    """A boolean is no number, a number no text, null no absence: each field takes its own type only."""
    for value in WRONG:
        if good is not None and type(value) is good:
            continue
        _refused(make(value), WrongValue, field)


@pytest.mark.parametrize("value", ["new-contract", "NEW_CONTRACT", "ｎew_contract", "", "natural"])
def test_an_unknown_value_of_an_enumeration_is_refused(value: str) -> None:
    """The closed list stands in the error."""
    error = _refused(written(event=value), WrongValue, "event")
    assert "new_contract" in error.fields["expected"]


@pytest.mark.parametrize("value", [-1, 100_001, 10**30, -(10**4000), 1.0, 1e400, True, False, "1", None])
def test_a_number_out_of_its_domain_is_refused(value: object) -> None:
    """Huge, negative, broken and boolean numbers alike."""
    _refused(written(lines={"voice_active": value}), WrongValue, "lines.voice_active")


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-13-01",
        "2025-02-29",
        "2026-2-3",
        "20260203",
        "2026-W14-4",
        "2026-093",
        "0000-01-01",
        "２０２６-01-01",
        "2026/01/01",
        "26-01-01",
        " 2026-01-01",
        "2026-01-01 ",
        "2026-01-01T00:00:00+09:00",
        "令和8年1月1日",
    ],
)
def test_a_date_that_does_not_exist_or_is_written_otherwise_is_refused(value: str) -> None:
    """Only ``YYYY-MM-DD``, and only days there are."""
    _refused(_subject(birth_date=value), WrongValue, "subject.birth_date")


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30T00:00:00+09:00",
        "2026-04-01T10:00:00",
        "2026-04-01",
        "2026-04-01T10:00+09:00",
        "2026-04-01T10+09:00",
        "2026-04-01T10:00:00+0900",
        "2026-04-01T10:00:00+09",
        "20260401T100000+0900",
        "2026-W14-3T10:00:00+09:00",
        "2026-04-01T24:00:00+09:00",
        "2026-04-01T10:00:60+09:00",
        "2026-04-01T10:00:00+24:00",
        "2026-04-01T10:00:00 JST",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1775005200",
    ],
)
@pytest.mark.parametrize("field", ["decided_at", "applied_at"])
def test_a_time_without_offset_or_beyond_the_calendar_is_refused(field: str, value: str) -> None:
    """RFC 3339 and nothing looser; a naive time would leave the law's day to chance."""
    _refused(written(**{field: value}), WrongValue, field)


@pytest.mark.parametrize("at", ["2026-04-02T10:00:00", "2026-04-02T10:00", "0001-01-01T00:00:00+14:00"])
def test_a_naive_time_of_an_act_is_refused(at: str) -> None:
    """An act's time needs its offset as the decision's does."""
    _refused(_evidence(at=at), WrongValue, "evidence[0].at")


@pytest.mark.parametrize("birth", ["2026-04-03", "9999-12-31", "1895-04-01", "0001-01-01"])
def test_nobody_is_born_after_the_decision_or_lives_that_long(birth: str) -> None:
    """A date of birth gives an age within the catalogue's domain, or is refused."""
    _refused(_subject(birth_date=birth), WrongValue, "subject.birth_date")
    people = written(representative={"acting": True, "birth_date": birth})
    _refused(people, WrongValue, "representative.birth_date")


def test_an_application_is_not_made_after_its_decision() -> None:
    """Applied later than decided is a mistake in one of the two."""
    _refused(written(applied_at="2026-04-02T10:00:01+09:00"), WrongValue, "applied_at")


# --- evidence after the decision --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "at", ["2026-04-03", "2026-04-02T10:00:01+09:00", "2026-04-02T15:00:00Z", "9999-12-31", "2026-04-02T23:59:00+09:00"]
)
def test_evidence_dated_after_the_decision_is_refused(at: str) -> None:
    """By the day, or by the time where both are told: nobody decides on what hasn't happened."""
    error = _refused(_evidence(at=at), EvidenceAfterDecision, "evidence[0].at")
    assert error.fields["decided_on"].isoformat() == "2026-04-02"


@pytest.mark.parametrize("at", ["2026-04-02", "2026-04-02T10:00:00+09:00", "2026-04-02T01:00:00Z"])
def test_evidence_of_the_moment_of_the_decision_counts(at: str) -> None:
    """On the day, or at the very second."""
    assert len(read(_evidence(at=at)).evidence) == 1


def test_evidence_after_now_is_refused_where_no_decision_time_is_given() -> None:
    """Without ``decided_at`` now is the limit."""
    _refused(written(decided_at=None, evidence=[item(at="2026-04-03")]), EvidenceAfterDecision)


def test_too_much_evidence_is_refused() -> None:
    """One item above the limit."""
    _refused(written(evidence=[SIGNATURE] * (MAX_EVIDENCE + 1)), TooLarge)


def test_agreement_is_given_once() -> None:
    """A name to compare and an attested agreement could contradict each other: one of them only."""
    for name, value in (("name", "関所 玲"), ("address", "架空県"), ("birth_date", "1990-05-01")):
        bare = item(name=None, address=None, birth_date=None)
        made = written(evidence=[{**bare, name: value, f"{name}_agrees": True}])
        _refused(made, WrongValue, f"evidence[0].{name}_agrees")


def test_a_name_on_evidence_that_shows_none_is_refused() -> None:
    """A face has no name: what can't be compared isn't taken in."""
    face = {"kind": "face_image", "person": "subject", "at": "2026-04-02", "name": "関所 玲"}
    _refused(written(evidence=[face]), UnknownField, "evidence[0].name")


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u3000",
        "関所\n玲",
        "関所\t玲",
        "関所\x00玲",
        "関所\x1b[31m玲",
        "関所\x7f玲",
        "関所\x85玲",
        "関所\u2028玲",
        "関所\u202e玲",
        "関所\u2066玲\u2069",
        "関所\u200f玲",
        "関所\u200b玲",
        "関所\ufeff玲",
        "関所\u00ad玲",
        "玲" * (MAX_TEXT + 1),
    ],
)
@pytest.mark.parametrize("field", ["name", "address"])
def test_text_with_invisible_characters_is_refused(field: str, text: str) -> None:
    """Controls, line ends, direction overrides and zero-width characters could show one name and mean another."""
    _refused(_subject(**{field: text}), WrongValue, f"subject.{field}")
    _refused(_evidence(identifier=text), WrongValue, "evidence[0].identifier")
    _refused(written(application=text), WrongValue, "application")


@pytest.mark.parametrize(
    "text", ["関所\u3000玲", "か\u3099", "葛\U000e0100城", "ｾｷｼﾖ", "𠮷野", "O'Brien-Łuksza", "〓野"]
)
def test_text_as_people_write_it_is_accepted(text: str) -> None:
    """The ideographic space, composed and decomposed kana, variation selectors and half-width kana are text."""
    assert read(_subject(name=text)).subject.name == text


@pytest.mark.parametrize("letter", ["ｲ", "ﾊ", "ﾆ", "(ﾎ)", "ﾁ号"])
def test_item_letters_in_half_width_kana_are_text_where_text_is_free(letter: str) -> None:
    """Somebody who notes the item's letter in a reference may; no field takes a letter for a method."""
    assert read(written(application=f"3条1項1号{letter}")).reference.endswith(letter)
    _refused(written(method=letter), UnknownField, "method")


# --- the individual number --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["my_number", "MyNumber", "個人番号", "ﾏｲﾅﾝﾊﾞｰ", "ＭＹ－ＮＵＭＢＥＲ", "individualNumber"]
)
@pytest.mark.parametrize("value", [INDIVIDUAL_NUMBER, "", None, 1, {}])
def test_a_field_for_the_individual_number_is_refused_whatever_it_holds(name: str, value: object) -> None:
    """The name of the field is enough, at every place where a field can stand."""
    _refused(written() | {name: value}, IndividualNumber, name)
    _refused(written(subject={**PLAIN["subject"], name: value}), IndividualNumber, f"subject.{name}")
    _refused(written(evidence=[{**SIGNATURE, name: value}]), IndividualNumber, f"evidence[0].{name}")


@pytest.mark.parametrize(
    "text",
    [
        INDIVIDUAL_NUMBER,
        "1234 5678 9018",
        "1234-5678-9018",
        "１２３４５６７８９０１８",
        f"関所玲（個人番号 {INDIVIDUAL_NUMBER}）",
    ],
)
@pytest.mark.parametrize("field", ["name", "address"])
def test_an_individual_number_in_free_text_is_refused(field: str, text: str) -> None:
    """Alone or beside a word for it, in the application and in the evidence."""
    _refused(_subject(**{field: text}), IndividualNumber, f"subject.{field}")
    _refused(_evidence(**{field: text}), IndividualNumber, f"evidence[0].{field}")
    made = written(representative={"acting": True, field: text})
    _refused(made, IndividualNumber, f"representative.{field}")


@pytest.mark.parametrize(
    "shown",
    [
        {"kind": "document_shown", "document": "mynumber_card"},
        {"kind": "chip_read", "document": "mynumber_card"},
        {"kind": "document_shown", "document": "notification_card"},
        {"kind": "card_substitute_record"},
    ],
)
def test_the_individual_number_as_number_of_its_card_is_refused(shown: dict[str, Any]) -> None:
    """The card's own number isn't needed for the record, and what has its check digit is the individual number."""
    base = {**shown, "person": "subject", "at": "2026-04-02"}
    _refused(written(evidence=[{**base, "identifier": INDIVIDUAL_NUMBER}]), IndividualNumber, "evidence[0].identifier")
    assert read(written(evidence=[{**base, "identifier": "123456789017"}])).evidence[0].identifier == "123456789017"


@pytest.mark.parametrize("field", ["application", "verified_by", "recorded_by"])
def test_a_reference_that_says_it_is_one_is_refused(field: str) -> None:
    """A reference may have twelve digits; one that calls itself an individual number may not."""
    assert read(written(**{field: INDIVIDUAL_NUMBER}))
    _refused(written(**{field: f"マイナンバー{INDIVIDUAL_NUMBER}"}), IndividualNumber, field)


def test_a_number_in_a_fields_name_is_refused_and_not_repeated() -> None:
    """The sender's own names are searched too, and the number isn't sent back."""
    error = _refused(written(**{INDIVIDUAL_NUMBER: 1}), IndividualNumber)
    assert INDIVIDUAL_NUMBER not in json.dumps(error.as_document())


@pytest.mark.parametrize("place", ["name", "identifier", "document", "kind", "at"])
def test_no_error_repeats_what_was_written(place: str) -> None:
    """Whatever is wrong with a value, the error names the field and never the value."""
    made = written(evidence=[{**SIGNATURE, place: f"個人番号{INDIVIDUAL_NUMBER}"}])
    with pytest.raises(ApplicationRefused) as caught:
        read(made)
    assert INDIVIDUAL_NUMBER not in json.dumps(caught.value.as_document(), ensure_ascii=False)
