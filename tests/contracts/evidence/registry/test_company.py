"""The corporate number's check digit, and company names and head offices compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.evidence.registry.company import (
    CorporateNumber,
    check_digit,
    comparison,
    names_agree,
    offices_agree,
    told,
)
from sekisho.contracts.evidence.registry.errors import CorporateNumberWrong
from sekisho.contracts.individual_number import in_free_text, in_identifier
from sekisho.contracts.simulators.corporate_registry import MIHON, made_up_number


def test_the_check_digit_is_the_national_tax_agencys() -> None:
    """The Agency's own numbers: 7000012050002 is its own, 1000011000005 the National Diet Library's."""
    for published in ("7000012050002", "1000011000005"):
        assert str(check_digit(published[1:])) == published[0]
        assert CorporateNumber(published).registered_number == published[1:]


@given(st.integers(0, 10**12 - 1))
def test_every_body_has_one_check_digit_from_1_to_9(body: int) -> None:
    """9 minus a remainder of 9 is never 0, so no number begins with 0."""
    written = f"{body:012d}"
    good = [first for first in range(10) if _holds(f"{first}{written}")]
    assert good == [check_digit(written)]
    assert 1 <= good[0] <= 9


def _holds(digits: str) -> bool:
    try:
        CorporateNumber(digits)
    except CorporateNumberWrong:
        return False
    return True


@given(st.integers(0, 10**12 - 1), st.integers(1, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_unless_a_nine_becomes_a_nought(body: int, place: int, by: int) -> None:
    """The sum is modulo nine: 0 and 9 are one to it. Every other mistake in one digit shows."""
    number = f"{check_digit(f'{body:012d}')}{body:012d}"
    old = int(number[place])
    new = (old + by) % 10
    changed = number[:place] + str(new) + number[place + 1 :]
    weight = 1 if (12 - place) % 2 == 0 else 2
    assert _holds(changed) == ((new - old) * weight % 9 == 0)


@pytest.mark.parametrize(
    "written",
    [MIHON.number, f" {MIHON.number[0]}-{MIHON.number[1:5]}-{MIHON.number[5:]}", "７０００ ０１２０ ５０００２"],
)
def test_people_write_it_in_many_ways(written: str) -> None:
    """Full-width digits, hyphens and spaces are levelled."""
    assert len(CorporateNumber.written(written).digits) == 13


@pytest.mark.parametrize(
    "written",
    ["", "1", MIHON.number + "0", MIHON.number[:-1], "0" + MIHON.number[1:], "１２３四五六七八九十１２３", "٣" * 13],
)
def test_anything_else_is_no_corporate_number(written: str) -> None:
    """Wrong length, wrong digit, other digits; the error doesn't repeat what was written."""
    with pytest.raises(CorporateNumberWrong) as refused:
        CorporateNumber.written(written)
    assert refused.value.fields == {}


@given(st.integers(1, 999_999))
def test_a_corporate_number_is_no_individual_number(place: int) -> None:
    """Thirteen digits pass where twelve with an individual number's check digit wouldn't."""
    number = made_up_number(place)
    assert not in_free_text(number)
    assert not in_free_text(f"法人番号 {number}")
    assert not in_identifier(number, document=None)


@pytest.mark.parametrize(
    ("shown", "stated", "expected"),
    [
        ("見本商事株式会社", "見本商事(株)", True),
        ("株式会社見本", "㈱見本", True),
        ("見本商事株式会社", "株式会社見本商事", False),
        ("見本有限会社", "見本（有）", True),
        ("ＭＩＨＯＮ合同会社", "MIHON(同)", True),
        ("見本〓株式会社", "見本崎株式会社", None),
    ],
)
def test_names_agree_differ_or_cant_be_told(shown: str, stated: str, expected: bool | None) -> None:
    """Short forms are written out; before and after the name are two companies; a substitute is unknown."""
    assert names_agree(shown, stated) is expected


def test_head_offices_are_addresses() -> None:
    """The ways of writing numbers are levelled as elsewhere."""
    assert offices_agree("東京都千代田区架空町一丁目２番３号", "東京都千代田区架空町1-2-3") is True


def test_what_is_missing_on_either_side_is_unknown() -> None:
    """No fact, and the note says so."""
    found = comparison(name="見本", address=None, stated_name="見本", stated_address="東京都")
    assert found == {"name_agrees": True}
    assert told(found).en == "name: agrees, head office: unknown"
    assert comparison(name="見〓", address="東", stated_name="見本", stated_address=None) == {}
