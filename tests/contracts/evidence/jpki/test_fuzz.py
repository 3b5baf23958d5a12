"""Whatever bytes come: only errors of the tree come out, in bounded time and memory."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.model import UnverifiedSubmission
from sekisho.contracts.evidence.jpki.parse import read_attributes
from sekisho.contracts.evidence.jpki.ports import MemoryNonces
from sekisho.contracts.evidence.jpki.verify import verify_signing
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.crl import read_crl
from sekisho.contracts.evidence.pki.extensions import (
    distribution_points,
    extended_key_usage,
    is_authority,
    key_usage,
    policies,
    subject_key_identifier,
)
from sekisho.contracts.evidence.pki.ocsp import ocsp_request, read_ocsp
from sekisho.contracts.evidence.pki.path import Authority
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT, TARO
from tests.contracts.evidence.fuzzing import LENGTHS, in_bounds, in_memory, mutated

NONCE = b"n" * 32


@pytest.fixture(autouse=True, scope="module")
def built() -> None:
    """The made-up JPKI, whose keys take their time, is there before any clock starts."""
    pki.profile()
    pki.stored_lists()
    pki.issued("taro")


def certificate(data: bytes) -> None:
    """Read a certificate and everything in it."""
    read = parse_certificate(data)
    for open_extension in (
        key_usage,
        is_authority,
        policies,
        extended_key_usage,
        subject_key_identifier,
        distribution_points,
        read_attributes,
    ):
        try:
            open_extension(read)
        except EvidenceRefused:
            continue


def whole_verification(data: bytes) -> None:
    """Verify a submission with this certificate; never raises at all."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    verify_signing(
        UnverifiedSubmission(challenge.nonce, data, b"s" * 256),
        application=APPLICATION,
        stated=TARO,
        moment=MOMENT,
        profile=pki.profile(),
        nonces=nonces,
        revocation=pki.stored_lists(),
    )


def authority(data: bytes) -> None:
    """Configure an authority."""
    Authority.of(data)


def revocation_list(data: bytes) -> None:
    """Read a revocation list."""
    read_crl(data, pki.signing_store())


def ocsp(data: bytes) -> None:
    """Read an OCSP answer."""
    read_ocsp(data, pki.issued("taro"), nonce=NONCE, moment=MOMENT)


def signed_list() -> bytes:
    """A good list to damage."""
    return pki.crl()


def answered() -> bytes:
    """A good OCSP answer to damage."""
    return pki.ocsp_answer(ocsp_request(pki.issued("taro"), nonce=NONCE))


def bounded(reader: Callable[[bytes], None], data: bytes) -> None:
    """Read within the bounds; nothing but the tree's errors."""
    with in_bounds(), contextlib.suppress(EvidenceRefused, NotCheckable):
        reader(data)


READERS: tuple[tuple[Callable[[bytes], None], Callable[[], bytes]], ...] = (
    (certificate, lambda: pki.certificate("taro")),
    (whole_verification, lambda: pki.certificate("taro")),
    (authority, lambda: pki.certificate("sign-ca-2")),
    (revocation_list, signed_list),
    (ocsp, answered),
)


@pytest.mark.parametrize(("reader", "whole"), READERS, ids=lambda one: getattr(one, "__name__", ""))
def test_damaged_input_ends_in_a_named_error(reader: Callable[[bytes], None], whole: Callable[[], bytes]) -> None:
    """Damage of near-DER, for each reader."""

    @settings(max_examples=300, deadline=None)
    @given(mutated(whole(), pieces=LENGTHS))
    def read(data: bytes) -> None:
        bounded(reader, data)

    read()


@pytest.mark.parametrize("reader", [reader for reader, _ in READERS], ids=lambda one: one.__name__)
def test_any_bytes_end_in_a_named_error(reader: Callable[[bytes], None]) -> None:
    """Bytes that were never DER, for each reader."""

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=400))
    @example(b"")
    @example(b"\x30\x80" * 200)
    @example(b"\x30\x84\xff\xff\xff\xff")
    def read(data: bytes) -> None:
        bounded(reader, data)

    read()


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80" * 8_000,
        b"\x30\x82\x3f\xfc" + b"\x05\x00" * 8_190,
        b"\x30\x82\x3f\xfc" + b"\x30\x82\x3f\xf8" + b"\x02\x01\x01" * 5_456,
        b"\x30\x84\x7f\xff\xff\xff" + b"\x00" * 16_000,
    ],
    ids=["nested", "many", "many deeper", "length bomb"],
)
@pytest.mark.parametrize("reader", [reader for reader, _ in READERS], ids=lambda one: one.__name__)
def test_bombs_stay_within_time_and_memory(reader: Callable[[bytes], None], data: bytes) -> None:
    """Inputs made to cost as much as they can: under a second and 64 MiB each."""
    bounded(reader, pki.certificate("taro"))
    with in_memory():
        bounded(reader, data)
