"""Keys that an operator configures: a key, a certificate around one, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.driving_licence.keys import read_keys
from sekisho.contracts.evidence.driving_licence.profile import USE_LICENCE_KEY
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.verifier import TrustFile
from tests.contracts.evidence.driving_licence.checking import verify
from tests.contracts.evidence.fixtures import driving_licence as build


def certificate(identifier: bytes | None) -> bytes:
    """A certificate around a commission's key, long expired: the key counts, not its wrapping."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up commission")])
    key = build.private_key("kakuu")
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
    )
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if identifier is not None:
        made = made.add_extension(x509.SubjectKeyIdentifier(identifier), critical=False)
    return made.sign(key, SHA256()).public_bytes(Encoding.DER)


FORMS: dict[str, Callable[[], bytes]] = {
    "a key": lambda: build.public_key("kakuu"),
    "a certificate": lambda: certificate(None),
    "a certificate that names its key": lambda: certificate(build.identifier("kakuu")),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_key_or_a_certificate_around_it(form: str) -> None:
    """All three are the same key by the same identifier, and verify the same licence."""
    keys = read_keys([TrustFile("k", FORMS[form]())], USE_LICENCE_KEY)
    assert keys[0].identifier == build.identifier("kakuu")
    assert verify(build.licence("hanako"), trust=keys).verified is not None


def test_a_certificate_s_own_identifier_counts() -> None:
    """An issuer may name keys as it likes."""
    assert read_keys([TrustFile("k", certificate(b"mine"))], USE_LICENCE_KEY)[0].identifier == b"mine"


def other_key(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """Its public half."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


OTHERS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a key in PEM": lambda: b"-----BEGIN PUBLIC KEY-----",
    "a byte more": lambda: build.public_key("kakuu") + b"\x00",
    "a byte less": lambda: build.public_key("kakuu")[:-1],
    "a key on a curve": lambda: other_key(ec.generate_private_key(ec.SECP256R1())),
    "a short key": lambda: other_key(rsa.generate_private_key(65537, 1024)),  # noqa: S505  # must be refused
    "a small exponent": lambda: other_key(rsa.generate_private_key(3, 2048)),
}


@pytest.mark.parametrize("other", OTHERS)
def test_anything_else_is_refused_by_the_file_s_name(other: str) -> None:
    """No key, a damaged one, another algorithm, too short, a small exponent."""
    with pytest.raises(TrustFileRefused) as raised:
        read_keys([TrustFile("mine.der", OTHERS[other]())], USE_LICENCE_KEY)
    assert (raised.value.fields["name"], raised.value.fields["use"]) == ("mine.der", USE_LICENCE_KEY)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 290), st.integers(0, 255))
def test_any_key_file(at: int, byte: int) -> None:
    """A changed key file is a key still, or refused by name."""
    data = bytearray(build.public_key("kakuu"))
    data[at] = byte
    try:
        read_keys([TrustFile("k", bytes(data))], USE_LICENCE_KEY)
    except TrustFileRefused:
        return
