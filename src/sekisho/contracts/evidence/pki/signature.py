"""The one signature of JPKI: RSA, PKCS #1 v1.5, SHA-256 (RFC 8017 §8.2.2, RFC 4055 §5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sekisho.contracts.evidence.pki.errors import UnsuitableAlgorithm, UnsuitableKey

SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
"""AlgorithmIdentifier of sha256WithRSAEncryption with its NULL (RFC 4055 §5: the NULL must be there)."""
RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")
"""AlgorithmIdentifier of rsaEncryption, as it stands in a subjectPublicKeyInfo."""

EXPONENT = 65537
"""What JPKI's keys have; a small exponent invites forgeries against careless verifiers."""


@dataclass(frozen=True, slots=True)
class RsaVerifier:
    """A public key that was looked at: RSA of the size and exponent asked for."""

    key: RSAPublicKey

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether ``signature`` is this key's over ``data``.

        The padding is rebuilt and compared as a whole, never searched for the hash: that is how signatures made from
        nothing but an exponent of 3 were believed (CVE-2006-4339).
        """
        try:
            self.key.verify(signature, data, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def verifier(public_key: bytes, *, bits: frozenset[int]) -> RsaVerifier:
    """The key of a subjectPublicKeyInfo (DER); raises :class:`UnsuitableKey` unless it has one of the sizes."""
    expected = f"RSA-{'/'.join(map(str, sorted(bits)))}, e={EXPONENT}"
    # Without the exact identifier the same bytes could be read as a key for another scheme.
    if public_key.find(RSA_ENCRYPTION, 0, 24) not in (2, 3, 4):
        raise UnsuitableKey(expected=expected)
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise UnsuitableKey(expected=expected) from None
    if not isinstance(key, RSAPublicKey) or key.key_size not in bits or key.public_numbers().e != EXPONENT:
        raise UnsuitableKey(expected=expected)
    return RsaVerifier(key)


@lru_cache(maxsize=64)
def authority_verifier(public_key: bytes, *, bits: frozenset[int]) -> RsaVerifier:
    """As :func:`verifier`, remembered: for the few keys of authorities, never for the many of people."""
    return verifier(public_key, bits=bits)


def require_algorithm(identifier: bytes) -> None:
    """Raises :class:`UnsuitableAlgorithm` unless the AlgorithmIdentifier is exactly :data:`SHA256_WITH_RSA`."""
    if identifier != SHA256_WITH_RSA:
        raise UnsuitableAlgorithm(expected="sha256WithRSAEncryption")
