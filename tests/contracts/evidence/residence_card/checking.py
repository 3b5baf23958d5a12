"""What the residence card tests share: the declared authorities as a store, and one call that verifies."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from sekisho.contracts.evidence.residence_card.model import CardResult, UnverifiedCard
from sekisho.contracts.evidence.residence_card.trust import TrustStore, read_authority
from sekisho.contracts.evidence.residence_card.verify import verify_card
from tests.contracts.evidence.fixtures import residence_card as build

CARDS = tuple(build.DECLARED["cards"])
FIRST = tuple(slug for slug in CARDS if slug.startswith("first"))
SECOND = tuple(slug for slug in CARDS if slug not in FIRST)
AGENCY = ("first-2018", "first-2024", "second")
"""The authorities that an operator configures."""


@cache
def store(*slugs: str) -> TrustStore:
    """The declared authorities of these names."""
    return TrustStore.of(read_authority(build.authority(slug).certificate, source=slug) for slug in slugs)


def verify(
    card: UnverifiedCard,
    *,
    trust: TrustStore | None = None,
    moment: datetime = build.MOMENT,
    birth: date | None = None,
) -> CardResult:
    """Verify with the agency's authorities unless told otherwise."""
    return verify_card(card, store=store(*AGENCY) if trust is None else trust, moment=moment, birth_date=birth)
