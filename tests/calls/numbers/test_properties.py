"""What holds for every string and every number."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.numbers import (
    Asked,
    CallerUse,
    DateBeforePlan,
    Kind,
    NoDigits,
    NotDigits,
    Numbering,
    NumberRefused,
    Reason,
    TooManyDigits,
    classify,
    classify_many,
)
from sekisho.calls.numbers.plan import CHANGES, FIRST, PLAN, rows_on
from sekisho.calls.numbers.words import ASKED, CONFIDENCES, KINDS, REASONS, USES
from tests.repository.tree import SRC

TODAY = date(2026, 11, 23)
DAYS = st.dates(min_value=FIRST, max_value=date(2030, 12, 31))
DIGITS = st.text("0123456789", min_size=1, max_size=27)
NATIONAL = st.text("0123456789", min_size=2, max_size=14).map(lambda rest: f"0{rest}").filter(
    lambda number: number[1] != "0" and not number.startswith("010")
)  # fmt: skip


@settings(max_examples=300)
@given(st.text(max_size=120), DAYS)
def test_any_string_is_told_or_refused(text: str, on: date) -> None:
    """Nothing but the typed refusals is raised, and no refusal holds what was given."""
    (found,) = classify_many([text], on=on)
    if isinstance(found, NumberRefused):
        assert set(found.fields) <= {"position", "character", "most"}
    else:
        assert found.kind in Kind
        assert found.digits.isdigit()


@settings(max_examples=300)
@given(st.text("0123456789+-() 　０９（）ー", max_size=60), DAYS)
def test_anything_like_a_number_is_told_or_refused(text: str, on: date) -> None:
    """The same for what looks like a number."""
    try:
        found = classify(text, on=on)
    except NumberRefused:
        return
    assert (found.e164 is None) or found.e164[0] == "+"
    assert (found.use is CallerUse.NEVER) or not {Reason.LENGTH, Reason.BEGINNING} & set(found.reasons)


@given(NATIONAL, DAYS)
def test_international_and_national_forms_agree(number: str, on: date) -> None:
    """``0…``, ``+81…`` and ``01081…`` of one number are told alike, and the international form told leads back."""
    home = classify(number, on=on)
    for form in (f"+81{number[1:]}", f"01081{number[1:]}"):
        if len(form) <= 27:
            assert classify(form, on=on) == home
    if home.e164 is not None:
        assert classify(home.e164, on=on) == home


@given(DIGITS.filter(lambda digits: digits[0] != "0" and not digits.startswith("81")), DAYS)
def test_a_plus_and_010_are_the_same(digits: str, on: date) -> None:
    """A foreign number is told alike as displayed and as dialled."""
    if len(digits) <= 24:
        assert classify(f"+{digits}", on=on) == classify(f"010{digits}", on=on)


@given(NATIONAL, DAYS, st.sampled_from("-. 　－ー"), st.integers(1, 9))
def test_separators_and_full_width_change_nothing(number: str, on: date, separator: str, at: int) -> None:
    """However a number is typed, it is the same."""
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for form in (wide, number[:at] + separator + number[at:]):
        assert classify(form, on=on) == classify(number, on=on)


@given(NATIONAL, DAYS)
def test_184_and_186_change_only_what_was_asked(number: str, on: date) -> None:
    """The prefix is told beside the number, which stays what it is."""
    plain = classify(number, on=on)
    for prefix, asked in (("184", Asked.WITHHOLD), ("186", Asked.SHOW)):
        found = classify(prefix + number, on=on)
        assert (found.place, found.digits, found.asked) == (plain.place, plain.digits, asked)


def test_the_rows_of_every_day_follow_each_other_without_gap() -> None:
    """Ids are unique, no row ends before it begins, and what ends is followed on that day by a row of the same form."""
    assert len({row.id for row in PLAN}) == len(PLAN)
    assert CHANGES[0] == FIRST
    for row in PLAN:
        if row.ends is not None:
            assert row.begins < row.ends
            assert any(row.forms == later.forms and later.begins == row.ends for later in rows_on(row.ends))


def test_every_row_is_reached() -> None:
    """No row is hidden by an earlier one on all of its days."""
    reached = {
        Numbering(on=day).classify("".join(head) + tail).place.row
        for day in CHANGES
        for head in product("0123456789", repeat=4)
        for tail in ("", "1234567", "123456", "12", "1234567890", "1")
    } | {classify(number, on=TODAY).place.row for number in ("110", "188", "119")}
    assert {row.id for row in PLAN} <= reached


def test_every_row_says_where_it_stands_and_how_surely() -> None:
    """An uncertain row is told as such with every number it takes."""
    for row in PLAN:
        assert row.source
        assert row.begins >= FIRST
    assert Reason.ROW_UNCERTAIN in classify("09131234567", on=TODAY).reasons


@pytest.mark.parametrize(
    ("given", "error", "position"),
    [
        ("", NoDigits, None),
        ("+", NoDigits, None),
        ("　- ", NoDigits, None),
        ("03-ABCD-5678", NotDigits, 4),
        ("sip:0312345678@example.jp", NotDigits, 1),
        ("0312345678+", NotDigits, 11),
        ("++81312345678", NotDigits, 2),
        ("0312345678*1", NotDigits, 11),
        ("٠٣١٢٣٤٥٦٧٨", NotDigits, 1),
        ("03²", NotDigits, 3),
        ("03\x00", NotDigits, 3),
        ("03\ud800", NotDigits, 3),
        ("1" * 40, TooManyDigits, None),
        ("1" * 28, TooManyDigits, None),
        (" " * 101, TooManyDigits, None),
        ("0" * 100_000, TooManyDigits, None),
    ],
)
def test_what_is_no_number_is_refused_by_its_reason(
    given: str, error: type[NumberRefused], position: int | None
) -> None:
    """Letters, signs in the wrong place, other scripts' digits, nothing at all, and too much."""
    with pytest.raises(error) as raised:
        classify(given, on=TODAY)
    assert raised.value.fields.get("position") == position
    assert raised.value.sentence("ja")
    assert raised.value.sentence("en")


def test_a_refusal_stands_in_its_place_among_many() -> None:
    """One number that can't be read doesn't stop the others."""
    first, second, third = classify_many(["0312345678", "x", "110"], on=TODAY)
    assert not isinstance(first, NumberRefused)
    assert isinstance(second, NotDigits)
    assert not isinstance(third, NumberRefused)


def test_a_day_before_the_table_is_refused() -> None:
    """What the plan said before 22 May 2019 isn't guessed."""
    with pytest.raises(DateBeforePlan):
        classify("0312345678", on=FIRST - timedelta(days=1))


def test_every_word_has_both_languages() -> None:
    """Whatever can be told can be said."""
    for pairs in (KINDS.values(), REASONS.values(), USES.values(), CONFIDENCES.values(), ASKED.values()):
        assert all(len(pair) == 2 for pair in pairs)
    assert set(KINDS) == set(Kind)
    assert set(REASONS) == set(Reason)
    assert set(USES) == set(CallerUse)


def test_the_core_needs_the_standard_library_only() -> None:
    """It is imported and used by an interpreter that has no other package."""
    program = (
        f"import sys; sys.path.insert(0, {str(SRC.parent)!r})\n"
        "from datetime import date\n"
        "import sekisho.calls.numbers as n, sekisho.calls.numbers.words\n"
        "print(n.classify('0312345678', on=date(2026, 11, 23)).kind.value)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "fixed", done.stderr
