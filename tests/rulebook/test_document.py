"""The strict YAML reader: plain values with their lines, and a refusal that names file and line for everything else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.rulebook.document import MAX_FILE_BYTES, MAX_NESTING, read
from sekisho.rulebook.errors import RulebookRefused


def _refused(text: str) -> RulebookRefused:
    with pytest.raises(RulebookRefused) as caught:
        read(text, "file.yaml")
    assert caught.value.fields["file"] == "file.yaml"
    return caught.value


def test_values_are_what_they_look_like() -> None:
    """Only true and false are booleans, only ISO days are dates, only digits are numbers; the rest is text."""
    written = """\
    a: true
    b: no
    c: on
    d: 2026-04-01
    e: 12
    f: -3
    g: '12'
    h: "true"
    i: 1.5
    j: ~
    k: 0x1f
    l: 2026-04-01T10:00:00
    m: [true, 2026-04-01, x]
    """
    assert read(written, "f").plain() == {
        "a": True,
        "b": "no",
        "c": "on",
        "d": date(2026, 4, 1),
        "e": 12,
        "f": -3,
        "g": "12",
        "h": "true",
        "i": "1.5",
        "j": "~",
        "k": "0x1f",
        "l": "2026-04-01T10:00:00",
        "m": [True, date(2026, 4, 1), "x"],
    }


def test_every_value_knows_its_line() -> None:
    """Lines are counted from one, in block and in flow style."""
    root = read("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", "f").mapping()
    assert root["a"].line == 1
    second = root["b"].items()[1]
    assert second.line == 4
    assert second.mapping()["d"].line == 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a: {b: 1,\n  b: 2}\n", 2),
        ("a: 1\nb: &anchor 2\n", 2),
        ("a: 1\nb: 2\nc: *anchor\n", 3),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2),
        ("a: 1\nb: !tag 2\n", 2),
        ("a: 1\nb: [1, 2\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 2026-02-30\n", 1),
        ("a: 1\nb: 2025-02-29\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("", 1),
        ("# nothing\n", 1),
        ("a: '\x07'\n", 1),
    ],
)
def test_what_is_not_plain_yaml_is_refused_at_its_line(text: str, line: int) -> None:
    """Keys given twice, anchors, aliases, tags, days that don't exist, several documents, and none."""
    assert _refused(text).fields["line"] == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: " + "[" * 100_000, 2),
        ("a: " + "{a: " * 5_000, 1),
        ("a: 1\n" + "- " * 5_000, 2),
        ("? " * 5_000, 1),
        ("\n".join(" " * n + "a:" for n in range(400)), 2 * MAX_NESTING + 1),
        ("\n".join("  " * n + "- a:" for n in range(900)), MAX_NESTING + 1),
    ],
)
def test_deep_nesting_is_refused_before_the_parser_meets_it(text: str, line: int) -> None:
    """The parser's recursion would end the process: brackets, dashes and indentation are counted first."""
    error = _refused(text)
    assert error.fields["line"] == line
    assert "nested deeper" in error.fields["problem"]


def test_nesting_up_to_the_limit_is_read() -> None:
    """The limit itself is allowed."""
    assert read("[" * MAX_NESTING + "]" * MAX_NESTING, "f").items()


def test_a_large_file_is_refused() -> None:
    """Size is looked at first, in bytes."""
    assert "larger" in _refused("#" + "関" * (MAX_FILE_BYTES // 3 + 1)).fields["problem"]


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("[1]", "mapping"),
        ("{a: 1}", "items"),
        ("[1]", "text"),
        ("5", "text"),
        ("true", "text"),
        ("''", "text"),
        ("' '", "text"),
        ("text", "day"),
        ("text", "integer"),
        ("true", "integer"),
        ("2026-04-01", "integer"),
        ("[1]", "texts"),
    ],
)
def test_a_value_of_another_type_is_refused(text: str, ask: str) -> None:
    """Each question takes its own type only; a boolean is no number and a number no text."""
    place = read("\n\n" + text, "file.yaml")
    with pytest.raises(RulebookRefused) as caught:
        getattr(place, ask)()
    assert caught.value.fields["line"] == 3


def test_unknown_and_missing_keys_are_refused() -> None:
    """A key nobody reads stands in the error with those that are known; a missing one with the mapping's line."""
    place = read("a: 1\nb: 2\n", "file.yaml")
    with pytest.raises(RulebookRefused) as unknown:
        place.mapping(frozenset({"a"}))
    assert unknown.value.fields["line"] == 2
    assert "'b'" in unknown.value.fields["problem"]
    with pytest.raises(RulebookRefused) as missing:
        place.mapping(frozenset({"a", "b", "c"}), frozenset({"c"}))
    assert missing.value.fields["line"] == 1
    assert "'c'" in missing.value.fields["problem"]


def test_the_hashed_form_has_no_dates() -> None:
    """Dates are text in the form that is hashed, so that it is JSON."""
    assert read("a: [2026-04-01, {b: true}]", "f").canonical() == {"a": ["2026-04-01", {"b": True}]}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{},#&*!|>'\"%@`?\n \t0123456789\x00\ufeff", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, the outcome is a value or a refusal."""
    line = 1
    try:
        read(text, "f").canonical()
    except RulebookRefused as error:
        line = error.fields["line"]
    assert line >= 1
