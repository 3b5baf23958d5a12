"""Keys that sign PASSporTs: ES256 (RFC 7518 §3.4), the private part in the keyring or, for tests, in a PEM file."""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from sekisho.calls.stir.refusals import KeyDiffers
from sekisho.keys.ring import Keyring

_ES256 = ec.ECDSA(hashes.SHA256())
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""n of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3)."""
_INFO = b"sekisho stir es256 v1"
_SEED_BYTES = 40
"""FIPS 186-5 A.2.1: 64 bits more than the order has, so that the remainder's bias is negligible."""


class Es256Key(Protocol):
    """Signs with one P-256 key."""

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """For the certificate request, and to compare with the certificate."""
        ...

    def sign(self, message: bytes) -> bytes:
        """R and S, 32 bytes each."""
        ...


def _sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(message, _ES256))
    return r.to_bytes(32) + s.to_bytes(32)


class PemKey:
    """A key in PEM, in memory: for tests and for trying things out. Nothing ends its life."""

    def __init__(self, pem: bytes) -> None:
        """Unencrypted PEM of a P-256 key; raises :class:`KeyDiffers` for any other."""
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise KeyDiffers
        self._key = key

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public part."""
        return self._key.public_key()

    def sign(self, message: bytes) -> bytes:
        """R and S."""
        return _sign(self._key, message)


class KeyringKey:
    """A key that lives in the keyring: derived from the data key ``name``, and gone when that is destroyed.

    Nothing of it is stored. A derived key outlives the check the keyring makes, so the keyring's epoch is asked before
    every signature; a key destroyed by another process signs nothing more (``KeyDestroyed``).
    """

    def __init__(self, ring: Keyring, name: str) -> None:
        """``name`` must be a live data key, made for this and used for nothing else."""
        self._ring = ring
        self._name = name
        self._key, self._epoch = self._derived()

    def _derived(self) -> tuple[ec.EllipticCurvePrivateKey, int]:
        epoch = self._ring.epoch()
        seed = int.from_bytes(self._ring.derive(self._name, info=_INFO, length=_SEED_BYTES))
        return ec.derive_private_key(seed % (_ORDER - 1) + 1, ec.SECP256R1()), epoch

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public part."""
        return self._key.public_key()

    def sign(self, message: bytes) -> bytes:
        """R and S; raises ``KeyDestroyed`` once the key's life has ended."""
        if self._ring.epoch() != self._epoch:
            # Some key was destroyed; deriving anew refuses if it was ours.
            self._key, self._epoch = self._derived()
        return _sign(self._key, message)
