"""What the tests of face matches share: the declared providers made ready, and one call that verifies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sekisho.contracts.evidence.face_match.kind import FACE_MATCH
from sekisho.contracts.evidence.face_match.profile import USE_PROVIDER
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import Challenges, MemoryNonces
from sekisho.contracts.evidence.steps import Report
from sekisho.contracts.evidence.verifier import Asked, Prepared, TrustFile
from tests.contracts.evidence.fixtures import face_match as build


def prepared(*files: bytes) -> Prepared:
    """Providers from these files."""
    trust = {USE_PROVIDER: [TrustFile(f"provider-{number}.json", file) for number, file in enumerate(files)]}
    return FACE_MATCH.prepare(trust, moment=build.MOMENT)


@cache
def ready() -> Prepared:
    """All declared providers."""
    return prepared(*(build.provider_file(slug) for slug in build.DECLARED["providers"]))


def document(result: str, *, photos: Sequence[str] | None = (build.PHOTO,), **other: Any) -> bytes:
    """A document around a result."""
    given = {} if photos is None else {"photos": list(photos)}
    return json.dumps({"result": result, **given, **other}).encode()


def issued(*challenges: Challenge) -> MemoryNonces:
    """A store that issued these challenges."""
    store = MemoryNonces()
    for one in challenges:
        store.keep(one)
    return store


def asked(store: Challenges | None = None, *, application: str = "A-1", moment: datetime = build.MOMENT) -> Asked:
    """About an application."""
    return Asked(application, moment, challenges=store)


def verify(
    result: str,
    *,
    photos: Sequence[str] | None = (build.PHOTO,),
    trust: Prepared | None = None,
    challenges: Sequence[Challenge] | None = None,
    moment: datetime = build.MOMENT,
) -> Report:
    """Verify a result; its challenge was issued and not yet used unless ``challenges`` says otherwise."""
    store = issued(*((build.challenge(),) if challenges is None else challenges))
    return (trust or ready()).verify(document(result, photos=photos), asked(store, moment=moment)).report


def states(report: Report) -> dict[int, str]:
    """The state of each step by its number."""
    return {found.step.number: found.state.value for found in report.steps}
