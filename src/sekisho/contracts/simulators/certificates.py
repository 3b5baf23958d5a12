"""What the simulated certificate authorities have in common. Everything they issue says SIMULATOR in its names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

AUTHORITY_LIFE: Final = timedelta(days=10 * 365)
_LIST_LIFE: Final = timedelta(hours=48)


def new_key() -> RSAPrivateKey:
    """A key that lives in this process alone."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def made_up_name(said: str) -> x509.Name:
    """A distinguished name that nobody real has."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sekisho SIMULATOR"),
            x509.NameAttribute(NameOID.COMMON_NAME, said),
        ]
    )


def usage(*, authority: bool = False, digital_signature: bool = False) -> x509.KeyUsage:
    """keyUsage of an authority, of an authentication key, or of a signing key."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=not authority and not digital_signature,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def made_up_authority(said: str, key: RSAPrivateKey, *, since: datetime) -> x509.Certificate:
    """A self-signed authority."""
    name = made_up_name(said)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def list_of(authority: x509.Certificate, key: RSAPrivateKey, *, moment: datetime, revoked: Sequence[int] = ()) -> bytes:
    """The authority's revocation list of ``moment`` in DER, good for two days. ``revoked`` are serial numbers."""
    # All at once: added one by one, each entry would copy those before it.
    entries = [
        x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build() for serial in revoked
    ]
    made = x509.CertificateRevocationListBuilder(
        authority.subject, moment - timedelta(minutes=1), moment + _LIST_LIFE, revoked_certificates=entries
    ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    return made.sign(key, SHA256()).public_bytes(Encoding.DER)


def element(tag: int, content: bytes) -> bytes:
    """One element of DER with a short tag."""
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def utf8(text: str) -> bytes:
    """A UTF8String in DER."""
    return element(0x0C, text.encode())
