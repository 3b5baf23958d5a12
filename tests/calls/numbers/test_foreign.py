"""Foreign numbers, and the table of country codes beside libphonenumber's."""

from __future__ import annotations

from datetime import date

import pytest
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

from sekisho.calls.numbers import Kind, classify
from sekisho.calls.numbers.countries import ASSIGNED, JAPAN, UIFN, UNCERTAIN
from sekisho.calls.numbers.foreign import DATA, examine

TODAY = date(2026, 11, 23)


def test_country_codes_are_those_of_libphonenumber() -> None:
    """Every code it knows is assigned or marked uncertain here, with its country, and no other is assigned."""
    theirs = {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
    assert {code: theirs[code] for code in ASSIGNED} == ASSIGNED
    assert set(theirs) - set(ASSIGNED) - {JAPAN, UIFN} <= set(UNCERTAIN)
    assert not set(ASSIGNED) & set(UNCERTAIN)


def test_no_code_begins_with_another() -> None:
    """So that a number has one code at most, whichever is looked for first."""
    codes = {*ASSIGNED, *UNCERTAIN, JAPAN, UIFN}
    assert not [code for code in codes for length in range(1, len(code)) if code[:length] in codes]


@pytest.mark.parametrize(
    ("number", "region", "valid", "kind"),
    [
        ("+12025550123", "US", True, "fixed_line_or_mobile"),
        ("+442079460123", "GB", True, "fixed_line"),
        ("+8613012345678", "CN", True, "mobile"),
        ("+80012345678", "001", True, "toll_free"),
        ("+4412", None, False, "unknown"),
    ],
)
def test_foreign_numbers_are_examined(number: str, region: str | None, valid: bool, kind: str) -> None:
    """Country, validity and kind are libphonenumber's."""
    found = examine(classify(number, on=TODAY))
    assert found is not None
    assert (found.region, found.valid, found.kind) == (region, valid, kind)
    assert DATA.startswith("phonenumbers ")


@pytest.mark.parametrize("number", ["0312345678", "02012345678", "110", "+10335810110", "+8312345678", "+8004"])
def test_others_arent_asked_about(number: str) -> None:
    """Japanese numbers, which libphonenumber misreads, and what can't be a number."""
    assert examine(classify(number, on=TODAY)) is None


def test_every_uncertain_code_says_why() -> None:
    """An uncertain code's numbers are foreign, marked, and not called impossible."""
    for code, why in UNCERTAIN.items():
        assert why
        assert classify(f"+{code}12345678", on=TODAY).kind is Kind.FOREIGN
