"""Whatever bytes come: only errors of the tree come out, in bounded time and memory."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings

from sekisho.contracts.evidence.commercial_register.kind import COMMERCIAL_REGISTER
from sekisho.contracts.evidence.commercial_register.model import UnverifiedRegisterSubmission
from sekisho.contracts.evidence.commercial_register.parse import policies, read_corporation
from sekisho.contracts.evidence.commercial_register.profile import CORPORATION
from sekisho.contracts.evidence.commercial_register.verify import prove_register_signature
from sekisho.contracts.evidence.jpki.ports import MemoryNonces
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.verifier import Asked
from sekisho.errors import SekishoError
from tests.contracts.evidence.fixtures import commercial_register as made
from tests.contracts.evidence.fixtures.commercial_register import APPLICATION, MIHON, MOMENT, items
from tests.contracts.evidence.fuzzing import LENGTHS, in_bounds, in_memory, mutated


def whole_verification(certificate: bytes) -> None:
    """Verify with this certificate; never raises at all."""
    nonces, challenge = MemoryNonces(), made.challenge()
    nonces.keep(challenge)
    prove_register_signature(
        UnverifiedRegisterSubmission(challenge.nonce, certificate, b"s" * 256),
        application=APPLICATION,
        stated=MIHON,
        moment=MOMENT,
        profile=made.profile(),
        nonces=nonces,
        revocation=made.stored_lists(),
    )


def read_items(value: bytes) -> None:
    """Read the registrar's extension with this value, whatever stands around it."""
    read = parse_certificate(made.certificate("mihon"))
    extensions = tuple(
        type(one)(one.oid, one.critical, value if one.oid == CORPORATION else one.value) for one in read.extensions
    )
    changed = type(read)(
        **{name: getattr(read, name) for name in read.__slots__ if name != "extensions"}, extensions=extensions
    )
    with contextlib.suppress(SekishoError):
        read_corporation(changed, made.profile())
    with contextlib.suppress(SekishoError):
        policies(changed)


@settings(max_examples=150, deadline=None)
@given(mutated(made.certificate("mihon"), pieces=LENGTHS))
def test_damaged_certificates_end_in_a_report(data: bytes) -> None:
    """Near-DER never breaks out of the report."""
    with in_bounds():
        whole_verification(data)


@settings(max_examples=150, deadline=None)
@given(mutated(items({0: "見本商事株式会社", 1: "999901000001", 2: "東京都", 3: "見本太郎"}), pieces=LENGTHS))
@example(b"")
@example(b"\x30\x80" * 200)
@example(b"\x30\x84\xff\xff\xff\xff")
def test_damaged_items_end_in_a_named_error(data: bytes) -> None:
    """The registrar's own extension is opened last, and just as strictly."""
    with in_bounds():
        read_items(data)


DOCUMENT = json.dumps(
    {
        "application": APPLICATION,
        "challenge": {"nonce": "00" * 16},
        "certificate": base64.b64encode(made.certificate("mihon")).decode(),
        "signature": base64.b64encode(b"s" * 256).decode(),
        "stated": {"name": "見本商事株式会社"},
    },
    ensure_ascii=False,
).encode()


def whole_document(data: bytes) -> None:
    """Read and verify a document."""
    with contextlib.suppress(SekishoError):
        COMMERCIAL_REGISTER.prepare({}, moment=MOMENT).verify(
            data, Asked(APPLICATION, MOMENT, challenges=MemoryNonces())
        )


@settings(max_examples=150, deadline=None)
@given(mutated(DOCUMENT))
def test_damaged_documents_end_in_a_named_error(data: bytes) -> None:
    """Near-JSON, and near-base64 inside."""
    with in_bounds():
        whole_document(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80" * 8_000,
        b"\x30\x82\x3f\xfc" + b"\x05\x00" * 8_190,
        b"\x30\x84\x7f\xff\xff\xff" + b"\x00" * 16_000,
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
    ids=["nested", "many", "length bomb", "brackets", "objects"],
)
@pytest.mark.parametrize("work", [whole_verification, read_items, whole_document], ids=lambda one: one.__name__)
def test_bombs_stay_within_time_and_memory(work: Callable[[bytes], None], data: bytes) -> None:
    """Inputs made to cost as much as they can."""
    work(made.certificate("mihon"))
    with in_bounds(), in_memory():
        work(data)
