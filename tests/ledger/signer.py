"""A signer that holds its key in memory, the same for the same seed."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "operator.example/ledger"


class MemorySigner:
    """An Ed25519 key from a seed; refuses to sign while ``broken``."""

    def __init__(self, seed: str = "ledger", name: str = ORIGIN) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
        self.name = name
        self.broken = False

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        if self.broken:
            raise RuntimeError("the signing device is away")
        return self._key.sign(message)
