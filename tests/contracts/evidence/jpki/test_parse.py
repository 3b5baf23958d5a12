"""The four items of a certificate, at the places and in the forms the profile has."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.contracts.evidence.jpki.model import Sex
from sekisho.contracts.evidence.jpki.parse import birth_date, read_attributes
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from tests.contracts.evidence.fixtures import jpki_pki as pki


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("419900401", date(1990, 4, 1)),
        ("520200229", date(2020, 2, 29)),
        ("319261225", date(1926, 12, 25)),
        ("219261224", date(1926, 12, 24)),
        ("118680101", date(1868, 1, 1)),
        ("400000000", None),
        ("419900400", None),
        ("419900001", None),
        ("419900000", None),
        ("520210229", None),
        ("319900401", None),
        ("519900401", None),
        ("419880401", None),
        ("019900401", None),
        ("619900401", None),
        ("19900401", None),
        ("4199004011", None),
        ("4１9900401", None),
        ("", None),
        ("東京都千代田区", None),
    ],
)
def test_a_birth_date_is_whole_or_unknown(written: str, expected: date | None) -> None:
    """EYYYYMMDD; unknown parts, an era that contradicts the year, or another form: unknown, never half a date."""
    assert birth_date(written) == expected


def test_the_items_of_a_signing_certificate() -> None:
    """Each at its own OID."""
    found = read_attributes(parse_certificate(pki.certificate("taro")))
    assert found.name == "見本　太郎"
    assert found.address == "東京都千代田区架空町一丁目2番3号"
    assert found.birth_date == date(1990, 4, 1)
    assert found.sex is Sex.MALE
    assert found.unknown == ()


def test_a_user_authentication_certificate_has_no_items() -> None:
    """It holds none of the four (digital.go.jp, 2026-09-03)."""
    found = read_attributes(parse_certificate(pki.certificate("taro-auth")))
    assert (found.name, found.address, found.birth_date, found.sex) == (None, None, None, None)


def test_substitution_characters_are_marked() -> None:
    """Where the certificate says a character was replaced, a mark stands in its place."""
    assert read_attributes(parse_certificate(pki.certificate("substituted"))).name == "〓本　太郎"


@pytest.mark.parametrize(
    ("label", "name", "address", "born"),
    [
        ("items-as-misread", None, None, None),
        ("address-and-marks-swapped", "見本　太郎", None, date(1990, 4, 1)),
    ],
)
def test_items_in_places_public_code_has_wrong(
    label: str, name: str | None, address: str | None, born: date | None
) -> None:
    """Published mistakes (.2 as birth date and .4 as address; .5 and .6 swapped) yield unknown, never another item."""
    found = read_attributes(parse_certificate(pki.certificate(label)))
    assert (found.name, found.birth_date) == (name, born)
    assert found.address == address


def test_no_item_is_shown_by_accident() -> None:
    """The representation of what was read doesn't hold it: logs and tracebacks show representations."""
    found = read_attributes(parse_certificate(pki.certificate("taro")))
    assert all(word not in repr(found) for word in ("見本", "千代田", "1990"))
