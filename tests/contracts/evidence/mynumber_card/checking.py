"""What the My Number card tests share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sekisho.contracts.evidence.mynumber_card.kind import MYNUMBER_CARD
from sekisho.contracts.evidence.mynumber_card.model import CardResult, UnverifiedCard
from sekisho.contracts.evidence.mynumber_card.verify import verify_card
from sekisho.contracts.evidence.verifier import Asked, Person, Verification, verified
from tests.contracts.evidence.fixtures import mynumber_card as build

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""When the tests check: noon in Japan."""

NUMBER = "123456789018"
"""Twelve digits with the right check digit, which nobody has been given."""


def person(slug: str) -> Person:
    """Who an honest application states."""
    said = build.stated(slug)
    return Person(said["name"], said["address"], date.fromisoformat(said["birth_date"]))


def verify(card: UnverifiedCard, *, moment: datetime = MOMENT, stated: Person | None = None) -> CardResult:
    """Verify against the holder of ``hanako`` unless told otherwise."""
    return verify_card(card, moment=moment, stated=person("hanako") if stated is None else stated)


def by_kind(document: Mapping[str, Any], asked: Asked | None = None) -> Verification:
    """Verify a JSON document as the command line does."""
    ready = MYNUMBER_CARD.prepare({}, moment=MOMENT)
    return verified(ready, json.dumps(document).encode(), asked or Asked(application="", moment=MOMENT))
