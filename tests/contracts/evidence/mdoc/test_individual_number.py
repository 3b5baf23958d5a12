"""An individual number (個人番号) is not taken from a smartphone card, wherever in it it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.jpki.model import Stated
from sekisho.contracts.evidence.mdoc.errors import RecordNumberPresent
from sekisho.contracts.evidence.mdoc.model import UnverifiedSubmission
from sekisho.contracts.evidence.mdoc.profile import PRODUCTION
from sekisho.contracts.evidence.mdoc.verify import verify_record
from sekisho.contracts.evidence.passport.trust import trust_store
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.mdoc.checking import encoded, verify
from tests.contracts.evidence.mdoc.made_wrong import card, of_values

NUMBER = "123456789018"
"""Invented; it ends with the check digit of an individual number."""

NUMBERS: dict[str, Mapping[tuple[str, str], Any]] = {
    "its own element": {(build.JP, "individual_number_unicode"): "not even a number"},
    "by name in another name space": {("org.example", "My-Number"): "x"},
    "by its check digit": {("org.example", "note"): NUMBER},
    "as a number": {("org.example", "note"): int(NUMBER)},
    "with a word for it": {(build.JP, "resident_address_unicode"): f"東京都 個人番号 {NUMBER}"},
    "as bytes": {("org.example", "note"): NUMBER.encode()},
    "inside a list": {("org.example", "note"): [{"x": NUMBER}]},
    "under a tag": {("org.example", "note"): CBORTag(0, NUMBER)},
}


@pytest.mark.parametrize("case", NUMBERS)
def test_an_individual_number_is_not_taken(case: str) -> None:
    """The walk stops at step 2, and the whole document is refused so that nobody keeps it."""
    raw = of_values(NUMBERS[case])
    with pytest.raises(IndividualNumber) as caught:
        verify(raw)
    assert caught.value.step == 2
    with pytest.raises(IndividualNumber):
        verify(cbor2.dumps(build.loads(raw)["documents"][0]["issuerSigned"]), form="issuer_signed")
    nobody = trust_store((), source="test", imported_at=build.MOMENT).store
    report = verify_record(
        UnverifiedSubmission(raw),
        application="A-1",
        profile=PRODUCTION,
        store=nobody,
        lists=(),
        asking=None,
        stated=Stated(),
        moment=build.MOMENT,
    ).report
    assert isinstance(report.failure, RecordNumberPresent)
    assert report.failure.step == 2


def test_an_individual_number_of_the_phones_own() -> None:
    """Nor is it taken where the phone itself says it."""
    own = cbor2.dumps({build.JP: {"individual_number_unicode": "1"}})
    device = build.device_signed(card().phone, b"\x83\xf6\xf6\xf6", own=own)
    with pytest.raises(IndividualNumber):
        verify(encoded(card().issued(), device))
