"""What the tests of smartphone cards share: the declared trust made ready, and one call that verifies."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import cbor2

from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import MemoryNonces
from sekisho.contracts.evidence.mdoc.kind import SMARTPHONE_CARD
from sekisho.contracts.evidence.steps import Report
from sekisho.contracts.evidence.verifier import Asked, Person, Prepared, TrustFile, Verification
from tests.contracts.evidence.fixtures import mdoc as build


@cache
def ready() -> Prepared:
    """The declared authorities and their lists."""
    return SMARTPHONE_CARD.prepare(build.trust(), moment=build.MOMENT)


def prepared(**other: Sequence[TrustFile]) -> Prepared:
    """The declared trust with some uses otherwise, by the last part of their names."""
    changed = {f"smartphone_card_{use}": list(files) for use, files in other.items()}
    return SMARTPHONE_CARD.prepare({**build.trust(), **changed}, moment=build.MOMENT)


def document(
    response: bytes, challenge: Challenge | None = None, *, form: str = "device_response", **other: Any
) -> bytes:
    """A document around a response, with the nonce of a session where one is given."""
    session = {} if challenge is None else {"session": {"nonce": challenge.nonce.hex()}}
    return json.dumps({form: base64.b64encode(response).decode(), **session, **other}).encode()


def issued(*challenges: Challenge) -> MemoryNonces:
    """A store that issued these sessions."""
    store = MemoryNonces()
    for one in challenges:
        store.keep(one)
    return store


def asked(
    slug: str | None, *, store: MemoryNonces | None = None, moment: datetime = build.MOMENT, application: str = "A-1"
) -> Asked:
    """About the application of a declared holder."""
    person = Person() if slug is None else Person(*build.stated(slug))
    return Asked(application, moment, person, store)


def verify(
    response: bytes,
    *,
    slug: str | None = "hanako",
    challenge: Challenge | None = None,
    trust: Prepared | None = None,
    moment: datetime = build.MOMENT,
    form: str = "device_response",
    **other: Any,
) -> Verification:
    """Verify a response; the session, where one is given, was issued and not yet used."""
    store = None if challenge is None else issued(challenge)
    return (trust or ready()).verify(
        document(response, challenge, form=form, **other), asked(slug, store=store, moment=moment)
    )


def answered(slug: str = "hanako", **other: Any) -> Verification:
    """A declared card that answers a session of ours."""
    challenge = build.new_session()
    return verify(build.card(slug).answer(challenge), slug=slug, challenge=challenge, **other)


def states(report: Report) -> dict[int, str]:
    """The state of each step by its number."""
    return {result.step.number: result.state.value for result in report.steps}


def encoded(signed: Mapping[str, Any], device: Mapping[str, Any] | None = None, **other: Any) -> bytes:
    """A response with these parts."""
    return cbor2.dumps(build.response(signed, device, **other))
