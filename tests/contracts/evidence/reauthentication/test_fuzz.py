"""Whatever bytes come: only errors of the tree come out, in bounded time and memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.reauthentication.document import (
    read_assertion,
    read_document,
    read_registered,
    read_registration,
    read_step_up,
)
from sekisho.contracts.evidence.reauthentication.kind import FileRegistrations
from sekisho.contracts.evidence.reauthentication.profile import PURPOSE_ASSERTION, PURPOSE_REGISTRATION
from sekisho.contracts.evidence.reauthentication.verify import prove_assertion, prove_registration
from sekisho.contracts.reauthentication.passkey import (
    UnverifiedAssertion,
    UnverifiedRegistration,
    from_base64url,
    read_attestation,
    read_authenticator_data,
    require_key,
)
from sekisho.errors import SekishoError
from tests.contracts.evidence.fixtures.reauthentication import documents
from tests.contracts.evidence.fuzzing import JSON_VALUES, Place, in_bounds, in_memory, mutated, places, replaced
from tests.contracts.evidence.reauthentication.authenticator import Authenticator
from tests.contracts.evidence.reauthentication.test_passkey import APPLICATION, AT, NONCE, PARTY, issued, registered

DEVICE = Authenticator("RS256")
CREDENTIAL = DEVICE.answer(NONCE)
ENROLLED = DEVICE.register(NONCE, fmt="packed")
BOMBS = (
    b"\x9b" + b"\xff" * 8,  # an array of 2**64 - 1
    b"\xbb" + b"\x7f" * 8,
    b"\x5b\x00\x00\x00\xff\xff\xff\xff\xff",  # a text longer than any memory
    b"\x81" * 4000,  # nested to the end
    b"\xd8\x1c" * 2000,
    b"\xc2\x59\x0f\xff" + b"\xff" * 4095,  # a number of 32,760 bits
)


def bounded(reader: Callable[[], Any]) -> None:
    """Run within the bounds; nothing but the tree's errors."""
    with in_bounds(), in_memory(), suppress(SekishoError):
        reader()


def part(credential: dict[str, Any], name: str) -> bytes:
    """One part of a response."""
    return from_base64url(credential["response"][name], name)


@given(data=mutated(part(ENROLLED, "attestationObject"), pieces=BOMBS))
@settings(max_examples=250, deadline=None)
def test_damaged_attestations(data: bytes) -> None:
    """A registration with a damaged attestation object ends in a report; its parser in a named error."""
    made = UnverifiedRegistration(DEVICE.credential_id, part(ENROLLED, "clientDataJSON"), data)
    bounded(lambda: read_attestation(data))
    bounded(
        lambda: prove_registration(
            made, application=APPLICATION, moment=AT, party=PARTY, challenges=issued(PURPOSE_REGISTRATION)
        )
    )


@given(
    client=mutated(part(CREDENTIAL, "clientDataJSON"), pieces=BOMBS) | st.just(part(CREDENTIAL, "clientDataJSON")),
    data=mutated(part(CREDENTIAL, "authenticatorData"), pieces=BOMBS) | st.just(part(CREDENTIAL, "authenticatorData")),
    signature=mutated(part(CREDENTIAL, "signature"), pieces=BOMBS) | st.binary(max_size=2000),
)
@settings(max_examples=250, deadline=None)
def test_damaged_answers(client: bytes, data: bytes, signature: bytes) -> None:
    """An answer with damaged parts is refused with a report, and never accepted."""
    known = registered(DEVICE)

    def prove() -> None:
        found = prove_assertion(
            UnverifiedAssertion(DEVICE.credential_id, client, data, signature),
            application=APPLICATION,
            moment=AT,
            party=PARTY,
            challenges=issued(PURPOSE_ASSERTION),
            registrations=FileRegistrations({known.credential_id: known}),
        )
        same = (client, data, signature) == tuple(
            part(CREDENTIAL, name) for name in ("clientDataJSON", "authenticatorData", "signature")
        )
        assert found.assertion is None or same

    bounded(prove)


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("reader", [read_attestation, read_authenticator_data, require_key])
def test_bombs(reader: Callable[[bytes], Any], bomb: bytes) -> None:
    """Lengths that no memory holds, nesting without end: refused at once, also behind good authenticator data."""
    bounded(lambda: reader(bomb))
    bounded(lambda: reader(DEVICE.data(0xC5) + bomb))


@given(key=st.binary(max_size=80) | mutated(documents()["registration.json"]["public_key"].encode(), pieces=BOMBS))
@settings(max_examples=150, deadline=None)
def test_any_bytes_as_a_key(key: bytes) -> None:
    """Not a key, or refused; nothing else."""
    bounded(lambda: require_key(key))


READERS: dict[str, tuple[Callable[[bytes], Any], dict[str, Any]]] = {
    "answer": (read_document, documents()["answer.json"]),
    "step-up": (read_step_up, documents()["step_up.json"]),
    "registration": (read_registered, documents()["registration.json"]),
    "assertion": (lambda raw: read_assertion(json.loads(raw), "credential."), CREDENTIAL),
    "enrolled": (lambda raw: read_registration(json.loads(raw), "credential."), ENROLLED),
}


@pytest.mark.parametrize("name", READERS)
def test_documents_with_anything_in_them(name: str) -> None:
    """Any value in the place of any field is refused by name or read."""
    reader, whole = READERS[name]
    reader(json.dumps(whole).encode())

    @given(place=st.sampled_from([(), *places(whole)]), value=JSON_VALUES | st.just("A" * 20_000))
    @settings(max_examples=150, deadline=None)
    def read(place: Place, value: Any) -> None:
        bounded(lambda: reader(json.dumps(replaced(whole, place, value)).encode()))

    read()


@pytest.mark.parametrize("name", ["answer", "step-up", "registration"])
def test_damaged_documents(name: str) -> None:
    """Damage of the JSON itself."""
    reader, whole = READERS[name]

    @given(mutated(json.dumps(whole).encode(), pieces=BOMBS))
    @settings(max_examples=100, deadline=None)
    def read(data: bytes) -> None:
        bounded(lambda: reader(data))

    read()
