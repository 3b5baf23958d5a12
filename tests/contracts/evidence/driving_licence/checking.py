"""What the licence tests share: the declared keys configured, and one call that verifies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sekisho.contracts.evidence.driving_licence.keys import read_keys
from sekisho.contracts.evidence.driving_licence.kind import LicenceVerifier
from sekisho.contracts.evidence.driving_licence.model import (
    LicenceResult,
    PoliceKey,
    UnverifiedLicence,
    UnverifiedRecord,
)
from sekisho.contracts.evidence.driving_licence.profile import (
    SPECIFICATION_010,
    USE_LICENCE_KEY,
    USE_RECORD_KEY,
    LicenceFile,
    LicenceProfile,
)
from sekisho.contracts.evidence.driving_licence.record import verify_record
from sekisho.contracts.evidence.driving_licence.verify import verify_licence
from sekisho.contracts.evidence.verifier import Asked, Person, TrustFile, Verification
from tests.contracts.evidence.fixtures import driving_licence as build

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""When the tests check: noon in Japan."""

RECORD_KNOWN = replace(SPECIFICATION_010, record_expiry=0xC4, record_number=0xC3)
"""A profile that knows where the made-up record has its last day and its number."""


@cache
def keys(*names: str) -> tuple[PoliceKey, ...]:
    """The declared keys of these names; all of them where none is named."""
    files = [TrustFile(name, build.public_key(name)) for name in names or tuple(build.DECLARED["keys"])]
    return read_keys(files, USE_LICENCE_KEY)


def person(slug: str) -> Person:
    """Who an honest application states."""
    said = build.stated(slug)
    return Person(said["name"], said["address"], date.fromisoformat(said["birth_date"]))


def verify(
    licence: UnverifiedLicence,
    *,
    trust: tuple[PoliceKey, ...] | None = None,
    profile: LicenceProfile = SPECIFICATION_010,
    moment: datetime = MOMENT,
    stated: Person | None = None,
) -> LicenceResult:
    """Verify with the declared keys, against the holder of ``hanako``, unless told otherwise."""
    return verify_licence(
        licence,
        keys=keys() if trust is None else trust,
        profile=profile,
        moment=moment,
        stated=person("hanako") if stated is None else stated,
    )


def verify_one(
    record: UnverifiedRecord,
    *,
    trust: tuple[PoliceKey, ...] | None = None,
    profile: LicenceProfile = RECORD_KNOWN,
    moment: datetime = MOMENT,
) -> LicenceResult:
    """Verify a record with the declared keys unless told otherwise."""
    return verify_record(record, keys=keys() if trust is None else trust, profile=profile, moment=moment)


def by_kind(
    document: Mapping[str, Any],
    *,
    trusted: bool = True,
    asked: Asked | None = None,
    profile: LicenceProfile = RECORD_KNOWN,
) -> Verification:
    """Verify a JSON document as the command line does."""
    files = [TrustFile(name, build.public_key(name)) for name in build.DECLARED["keys"]]
    trust = {USE_LICENCE_KEY: files, USE_RECORD_KEY: files[:1]} if trusted else {}
    ready = LicenceVerifier(profile).prepare(trust, moment=MOMENT)
    return ready.verify(json.dumps(document).encode(), asked or Asked(application="", moment=MOMENT))


def other(file: LicenceFile, data: bytes) -> UnverifiedLicence:
    """The right card with one file otherwise, under the signature of the right one."""
    right = build.licence("hanako")
    return replace(right, files={**right.files, file: data})
