"""A plain application for tests to change: made-up people, one JSON object at a time."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from sekisho.contracts.application import Application, read_application
from sekisho.contracts.evidence_items import Origin

NOW = datetime(2026, 4, 2, 1, 0, tzinfo=UTC)
"""2026-04-02, 10:00 in Japan."""

INDIVIDUAL_NUMBER = "123456789018"
"""Twelve digits that end with the check digit of an individual number (worked out in test_individual_number)."""

NAME, ADDRESS, BIRTH = "関所 玲", "架空県見本市関所町1-2-3", "1990-05-01"

SIGNATURE: dict[str, Any] = {
    "kind": "electronic_signature",
    "person": "subject",
    "at": "2026-04-02T09:41:00+09:00",
    "certificate": "jpki_signing",
    "signature_valid": True,
    "revocation": "good",
    "pin_entered": True,
    "name": NAME,
    "address": ADDRESS,
    "birth_date": BIRTH,
}

LICENCE: dict[str, Any] = {
    "kind": "document_shown",
    "person": "subject",
    "at": "2026-04-02T09:41:00+09:00",
    "document": "driving_licence",
    "bears_photo": True,
    "valid_until": "2028-06-01",
    "altered": False,
    "name": NAME,
    "address": ADDRESS,
    "birth_date": BIRTH,
}
"""A document seen at a counter: no verifier makes it, so that the service counts it where somebody attests it."""

PLAIN: dict[str, Any] = {
    "application": "T-1",
    "event": "new_contract",
    "channel": "remote",
    "service": "voice",
    "applied_at": "2026-04-01T09:00:00+09:00",
    "decided_at": "2026-04-02T10:00:00+09:00",
    "subject": {"kind": "natural", "name": NAME, "address": ADDRESS, "birth_date": BIRTH},
    "representative": {"acting": False},
    "verified_by": "shop-012/tanaka",
    "recorded_by": "shop-012/suzuki",
    "evidence": [SIGNATURE],
}


def written(**changed: Any) -> dict[str, Any]:
    """The plain application with top-level fields changed; ``None`` takes a field away."""
    made = copy.deepcopy(PLAIN) | copy.deepcopy(changed)
    return {name: value for name, value in made.items() if value is not None}


def at_the_counter(**changed: Any) -> dict[str, Any]:
    """The plain application at a counter, with a licence shown: what the service accepts from those who may attest."""
    return written(**{"channel": "face_to_face", "evidence": [LICENCE], **changed})


def item(base: dict[str, Any] = SIGNATURE, **changed: Any) -> dict[str, Any]:
    """An evidence item with attributes changed; ``None`` takes one away."""
    return {name: value for name, value in (copy.deepcopy(base) | changed).items() if value is not None}


def read(made: dict[str, Any], *, now: datetime = NOW, origin: Origin = Origin.ATTESTED) -> Application:
    """Read as the desk does."""
    return read_application(made, now=now, origin=origin)
