"""Whom a package is encrypted for: a public key they sent, or a key of its own under a passphrase.

X25519 keys are refused: the ``openssl`` that recipients have (3.0) can't open CMS for them. Whose key it is isn't
known from the key: its fingerprint is compared with the recipient another way, and stands in the record.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from sekisho.disclosure.delivery import der
from sekisho.disclosure.delivery.errors import RecipientKeyRefused

MAX_PEM: Final = 64 * 1024
"""Bytes of a certificate or key: a certificate seldom has four kilobytes."""
MIN_RSA: Final = 2048
"""CRYPTREC's list and NIST SP 800-57 allow 2048 bits to 2030."""
MAX_RSA: Final = 8192
ROUNDS: Final = 600_000
"""Of PBKDF2 with HMAC-SHA-256: what OWASP's password storage cheat sheet of 2023 names. The passphrase is made here
and has 160 bits, so that nothing hangs on it."""
_SALT: Final = 16
_IV: Final = 16
_GROUPS: Final = 8

RecipientPublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class RecipientKey:
    """A public key that a package may be encrypted for. ``fingerprint``: SHA-256 of the SubjectPublicKeyInfo, hex."""

    public: RecipientPublicKey
    fingerprint: str
    identifier: bytes
    """The subject key identifier (RFC 5280 section 4.2.1.2, method 1), by which CMS names it."""


def read_key(pem: bytes) -> RecipientKey:
    """A certificate or a public key in PEM. A certificate's validity and issuer aren't checked. Raises
    ``RecipientKeyRefused``; also for a private key, which nobody must send."""
    if len(pem) > MAX_PEM:
        raise RecipientKeyRefused(problem=f"over {MAX_PEM} bytes")
    if b"PRIVATE KEY" in pem:
        raise RecipientKeyRefused(problem="a private key: it must stay with the recipient, who now needs another")
    try:
        if b"BEGIN CERTIFICATE" in pem:
            certificate = x509.load_pem_x509_certificate(pem)
            return _named(of_public(certificate.public_key()), certificate)
        found = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise RecipientKeyRefused(problem="not a PEM certificate or public key") from None
    return of_public(found)


def _named(key: RecipientKey, certificate: x509.Certificate) -> RecipientKey:
    """The key under the identifier that the certificate has: by that its holder's program looks for it."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return key
    return replace(key, identifier=held.value.digest)


def of_public(found: object) -> RecipientKey:
    """The same of a key that was read. Raises ``RecipientKeyRefused``."""
    if isinstance(found, rsa.RSAPublicKey):
        if not MIN_RSA <= found.key_size <= MAX_RSA:
            raise RecipientKeyRefused(problem=f"RSA with {found.key_size} bits")
    elif not isinstance(found, ec.EllipticCurvePublicKey) or not isinstance(found.curve, ec.SECP256R1 | ec.SECP384R1):
        raise RecipientKeyRefused(problem="neither RSA nor P-256 nor P-384")
    form = serialization.PublicFormat
    whole = found.public_bytes(serialization.Encoding.DER, form.SubjectPublicKeyInfo)
    identifier = x509.SubjectKeyIdentifier.from_public_key(found).digest
    return RecipientKey(found, hashlib.sha256(whole).hexdigest(), identifier)


@dataclass(frozen=True, slots=True)
class PassphraseKey:
    """A key made for one package: ``pem`` is the private key under the passphrase (PKCS #8, PBES2), which goes with the
    package; ``passphrase`` goes another way, is shown once and kept nowhere."""

    key: RecipientKey
    pem: bytes
    passphrase: str


def passphrase_key() -> PassphraseKey:
    """A fresh key under a fresh passphrase: eight groups of four, 160 bits."""
    private = ec.generate_private_key(ec.SECP256R1())
    letters = base64.b32encode(secrets.token_bytes(_GROUPS * 4 * 5 // 8)).decode().lower()
    passphrase = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return PassphraseKey(of_public(private.public_key()), _protected(plain, passphrase), passphrase)


def _protected(plain: bytes, passphrase: str) -> bytes:
    """EncryptedPrivateKeyInfo (RFC 5958 section 3) by PBES2 (RFC 8018 section 6.2): PBKDF2 over SHA-256, AES-256-CBC.

    ``cryptography`` writes the same with few rounds and no way to ask for more.
    """
    salt, vector = secrets.token_bytes(_SALT), secrets.token_bytes(_IV)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, ROUNDS).derive(passphrase.encode())
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    sealed = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    stretch = der.algorithm(
        "1.2.840.113549.1.5.12",
        der.sequence(der.octets(salt), der.integer(ROUNDS), der.algorithm("1.2.840.113549.2.9", der.NULL)),
    )
    scheme = der.algorithm("2.16.840.1.101.3.4.1.42", der.octets(vector))
    whole = der.sequence(der.algorithm("1.2.840.113549.1.5.13", der.sequence(stretch, scheme)), der.octets(sealed))
    body = base64.encodebytes(whole)
    lines = body.replace(b"\n", b"")
    wrapped = b"\n".join(lines[at : at + 64] for at in range(0, len(lines), 64))
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + wrapped + b"\n-----END ENCRYPTED PRIVATE KEY-----\n"
