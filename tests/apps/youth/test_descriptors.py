"""Descriptors are lower bounds made from what was observed."""

from __future__ import annotations

from sekisho.apps.evidence import Consent, Place
from sekisho.apps.law.facts import Sending
from sekisho.apps.youth.descriptors import (
    ATTRIBUTES,
    WORDS,
    Agreement,
    Descriptor,
    Level,
    Observed,
    agreement,
    from_sendings,
)


def _sending(*information: str, vendor: tuple[str, ...] = ()) -> Sending:
    return Sending(
        recipient="adco",
        name="adco",
        information=frozenset(information),
        states=frozenset({Consent.BEFORE}),
        vendor_purposes=frozenset(vendor),
        places=(Place(path="request 1"),),
    )


def test_what_was_sent_shows_what_it_shows_and_no_more() -> None:
    """Location, contacts and personal data raise the level; a vendor's own words are no observation."""
    found = from_sendings([_sending("precise_location", "contacts"), _sending("ip_address", vendor=("advertising",))])
    assert {one: seen.level for one, seen in found.items()} == {
        Descriptor.CONTACTS: Level.INTENSE, Descriptor.INFORMATION: Level.MILD, Descriptor.LOCATION: Level.INTENSE,
    }  # fmt: skip
    assert from_sendings([_sending("email")])[Descriptor.INFORMATION].level is Level.INTENSE
    assert from_sendings([]) == {}


def test_a_rating_is_compared_with_what_was_seen_only() -> None:
    """Unseen, unanswered and level none leave it open."""
    seen = Observed(level=Level.MILD, places=())
    assert agreement(Descriptor.ADVERTISING, None, {"advertising": "true"}) is Agreement.NOT_SEEN
    none = Observed(level=Level.NONE, places=())
    assert agreement(Descriptor.ADVERTISING, none, {"advertising": "false"}) is Agreement.NOT_SEEN
    assert agreement(Descriptor.ADVERTISING, seen, {}) is Agreement.SILENT
    assert agreement(Descriptor.ADVERTISING, seen, {"advertising": "NONE"}) is Agreement.DENIES
    assert agreement(Descriptor.LOCATION, seen, {"advertising": "false"}) is Agreement.SILENT


def test_every_descriptor_has_words() -> None:
    """Words for people, and only known descriptors in the table of attributes."""
    assert set(WORDS) == set(Descriptor)
    assert set(ATTRIBUTES) <= set(Descriptor)
