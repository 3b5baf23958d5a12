"""What is encrypted is opened by ``openssl`` with the recipient's key, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.x509.oid import NameOID

from sekisho.disclosure.delivery import cms, der
from sekisho.disclosure.delivery.errors import RecipientKeyRefused
from sekisho.disclosure.delivery.recipient import MAX_PEM, passphrase_key, read_key
from tests.disclosure.delivery.opened import Private, by_openssl, private_pem, public_pem, recipient_key

CONTENT = "回答書".encode() * 5_000


@pytest.fixture(scope="module", params=["rsa", "p256", "p384"])
def private(request: pytest.FixtureRequest) -> Private:
    """A recipient's key."""
    if request.param == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1() if request.param == "p256" else ec.SECP384R1())


def test_opened_by_openssl(private: Private, tmp_path: Path) -> None:
    """The recipient opens it with their key; with any byte changed, or with another key, nothing is opened."""
    package = cms.seal(CONTENT, recipient_key(private))
    assert by_openssl(tmp_path, package, private_pem(private)) == (0, CONTENT)
    other = ec.generate_private_key(ec.SECP256R1())
    code, opened = by_openssl(tmp_path, package, private_pem(other))
    assert (code != 0) or opened != CONTENT
    for place in (len(package) // 2, len(package) - 1):
        changed = package[:place] + bytes([package[place] ^ 1]) + package[place + 1 :]
        assert by_openssl(tmp_path, changed, private_pem(private))[0] != 0


def test_never_the_same_twice(private: Private) -> None:
    """Two packages of one content share neither key nor nonce, and none shows the content."""
    key = recipient_key(private)
    one, two = cms.seal(CONTENT, key), cms.seal(CONTENT, key)
    assert one != two
    assert CONTENT[:30] not in one


def test_a_passphrase_opens_it(tmp_path: Path) -> None:
    """The key that goes with it is PKCS #8 under the passphrase; a wrong one opens nothing."""
    made = passphrase_key()
    package = cms.seal(CONTENT, made.key)
    assert by_openssl(tmp_path, package, made.pem, passphrase=made.passphrase) == (0, CONTENT)
    assert by_openssl(tmp_path, package, made.pem, passphrase="aaaa-bbbb")[0] != 0
    assert serialization.load_pem_private_key(made.pem, made.passphrase.encode())
    assert passphrase_key().passphrase != made.passphrase
    assert len(made.passphrase.replace("-", "")) == 32


def test_a_certificate_is_a_key_too(tmp_path: Path) -> None:
    """A certificate's key is used under the identifier that the certificate has."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "関所県警察")])
    now = datetime(2026, 11, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, private.public_key(), 1, now, now + timedelta(days=365))
    plain = builder.sign(private, hashes.SHA256())
    named = builder.add_extension(x509.SubjectKeyIdentifier(b"own identifier"), critical=False)
    for certificate in (plain, named.sign(private, hashes.SHA256())):
        key = read_key(certificate.public_bytes(serialization.Encoding.PEM))
        assert by_openssl(tmp_path, cms.seal(b"x", key), private_pem(private)) == (0, b"x")
        assert key.fingerprint == recipient_key(private).fingerprint
    assert key.identifier == b"own identifier"


def test_keys_that_are_refused() -> None:
    """Short RSA, other curves, X25519, a private key, no key at all."""
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505  to be refused
    publics = (
        short.public_key(),
        ec.generate_private_key(ec.SECP256K1()).public_key(),
        x25519.X25519PrivateKey.generate().public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
    )
    for public in publics:
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(RecipientKeyRefused):
            read_key(pem)
    good = ec.generate_private_key(ec.SECP256R1())
    for pem in (private_pem(good), b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(RecipientKeyRefused):
            read_key(pem)
    with pytest.raises(RecipientKeyRefused):
        read_key(public_pem(good) + b"\n" * MAX_PEM)


def test_der_as_the_standard_has_it() -> None:
    """Lengths, numbers and identifiers as X.690 writes them."""
    assert der.integer(0) == b"\x02\x01\x00"
    assert der.integer(128) == b"\x02\x02\x00\x80"
    assert der.integer(600_000) == bytes.fromhex("02030927c0")
    assert der.octets(bytes(200))[:3] == b"\x04\x81\xc8"
    assert der.octets(bytes(70_000))[:5] == b"\x04\x83\x01\x11\x70"
    assert der.oid("1.2.840.113549.1.7.1") == bytes.fromhex("06092a864886f70d010701")
    assert der.oid("2.16.840.1.101.3.4.1.46") == bytes.fromhex("060960864801650304012e")
