"""Residence cards in the shape of every verifier."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.residence_card.kind import RESIDENCE_CARD
from sekisho.contracts.evidence.residence_card.profile import USE_AUTHORITY
from sekisho.contracts.evidence.verifier import Asked, Person, Trust, TrustFile, Verifier
from sekisho.contracts.evidence_kinds import EVIDENCE
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.residence_card.checking import AGENCY, CARDS

TRUST: Trust = {USE_AUTHORITY: [TrustFile(f"{slug}.cer", build.authority(slug).certificate) for slug in AGENCY]}
ALONE = Asked("", build.MOMENT)


def raw(slug: str) -> bytes:
    """A declared card's document."""
    return json.dumps(build.document(slug)).encode()


def test_it_is_a_verifier() -> None:
    """It covers both documents, and what is attested beside it are attributes of the item."""
    verifier: Verifier = RESIDENCE_CARD
    chip_read = next(one for one in EVIDENCE if one.kind == "chip_read")
    assert verifier.attested_beside <= chip_read.attributes.keys()
    for wanted in ("residence_card", "special_permanent_resident_certificate"):
        assert verifier.covers[0].holds("chip_read", {"document": wanted})
    assert not verifier.covers[0].holds("chip_read", {"document": "passport"})


@pytest.mark.parametrize("slug", CARDS)
def test_a_document_verifies(slug: str) -> None:
    """From one JSON document to facts, the number for the record, and what the card itself says."""
    found = RESIDENCE_CARD.prepare(TRUST, moment=build.MOMENT).verify(raw(slug), ALONE)
    assert found.report.require_facts()["authenticity"] == "signature_verified"
    assert found.identifier == build.DECLARED["cards"][slug]["number"]
    assert (found.shown.name, found.shown.address) == (None, None)
    assert (found.shown.birth_date is None) == ("first" in slug or "unknown" in slug)


def test_what_is_verified_isnt_attested() -> None:
    """Nothing that a verification proves of its own may be attested beside it, but what a picture alone shows."""
    facts = RESIDENCE_CARD.prepare(TRUST, moment=build.MOMENT).verify(raw("first-card"), ALONE).report.require_facts()
    assert not facts.keys() & RESIDENCE_CARD.attested_beside


def test_no_trust_is_an_honest_answer() -> None:
    """Without trust files nothing is verified, and nothing refused."""
    found = RESIDENCE_CARD.prepare({}, moment=build.MOMENT).verify(raw("second-card"), ALONE)
    assert found.report.require_facts()["authenticity"] == "read_not_authenticated"


def test_the_applications_person_counts() -> None:
    """In an application, what the document states of a person isn't looked at."""
    ready = RESIDENCE_CARD.prepare(TRUST, moment=build.MOMENT)
    asked = Asked("A-1", build.MOMENT, Person(birth_date=date(1990, 4, 2)))
    assert ready.verify(raw("second-card"), asked).report.require_facts()["birth_date_agrees"] is False
    nobody = Asked("A-1", build.MOMENT)
    assert "birth_date_agrees" not in ready.verify(raw("second-card"), nobody).report.require_facts()


def test_a_trust_file_that_is_none_is_named() -> None:
    """The operator learns which of its files can't be used, and why."""
    wrong = {USE_AUTHORITY: [TrustFile("card.cer", build.right_leaf("second", "P-384"))]}
    with pytest.raises(TrustFileRefused) as caught:
        RESIDENCE_CARD.prepare(wrong, moment=build.MOMENT)
    assert (caught.value.fields["name"], caught.value.fields["use"]) == ("card.cer", USE_AUTHORITY)


def test_fixtures_are_written_as_files(tmp_path: Path) -> None:
    """Every declared authority and card, in the form that the command line takes, and no key among them."""
    build.write(tmp_path)
    trust: Trust = {USE_AUTHORITY: [TrustFile(path.name, path.read_bytes()) for path in sorted(tmp_path.glob("*.cer"))]}
    ready = RESIDENCE_CARD.prepare(trust, moment=build.MOMENT)
    for path in tmp_path.glob("*.json"):
        assert ready.verify(path.read_bytes(), ALONE).report.failure is None
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in tmp_path.iterdir())
