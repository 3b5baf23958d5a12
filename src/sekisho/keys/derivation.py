"""What is done with a data key, written once for every keyring: it needs only HMAC-SHA256 under that key.

So a key in a security module never has to leave it. The HMAC inputs of the keyring's own uses start with ``RESERVED``;
:func:`expand` refuses caller info that starts the same way, so that no caller can derive what the keyring uses itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sekisho.keys.errors import CouldNotDecrypt, ReservedInfo

Mac = Callable[[bytes], bytes]
"""HMAC-SHA256 under one fixed key."""

RESERVED = b"sekisho/keys/"
MAX_EXPAND = 255 * 32
"""RFC 5869 section 2.3: L <= 255*HashLen."""

SEAL_VERSION = b"\x01"
_SEAL_SALT = 24
"""192 random bits per message: 2**64 messages under one named key still repeat a message key with odds of 2**-65."""
_SEAL_NONCE = bytes(12)
"""Every message has its own AES key, used once; a constant nonce is then unique as NIST SP 800-38D section 8 asks."""
_TAG = 16
SEAL_OVERHEAD = 1 + _SEAL_SALT + _TAG
"""Bytes that sealing adds."""


def hkdf_expand(mac: Mac, info: bytes, length: int) -> bytes:
    """HKDF-Expand of RFC 5869 section 2.3, the PRK being the key inside ``mac``.

    Does not extract: the PRK must be uniform.
    """
    if not 1 <= length <= MAX_EXPAND:
        raise ReservedInfo(why=f"length {length}, allowed 1 to {MAX_EXPAND}")
    out, block, counter = b"", b"", 0
    while len(out) < length:
        counter += 1
        block = mac(block + info + bytes([counter]))
        out += block
    return out[:length]


def expand(mac: Mac, info: bytes, length: int) -> bytes:
    """:func:`hkdf_expand` for callers: ``ReservedInfo`` if ``info`` starts like the keyring's own."""
    if info.startswith(RESERVED):
        raise ReservedInfo(why=f"info starts with {RESERVED.decode()}")
    return hkdf_expand(mac, info, length)


def _message_key(mac: Mac, salt: bytes) -> AESGCM:
    return AESGCM(hkdf_expand(mac, RESERVED + b"seal/1\x00" + salt, 32))


def _bound(name: str, aad: bytes) -> bytes:
    label = name.encode("ascii")
    return SEAL_VERSION + len(label).to_bytes(2, "big") + label + aad


def seal(mac: Mac, name: str, plaintext: bytes, aad: bytes) -> bytes:
    """``version(1) | salt(24) | AES-256-GCM ciphertext and tag``, bound to ``name`` and ``aad``."""
    salt = secrets.token_bytes(_SEAL_SALT)
    return SEAL_VERSION + salt + _message_key(mac, salt).encrypt(_SEAL_NONCE, plaintext, _bound(name, aad))


def open_sealed(mac: Mac, name: str, blob: bytes, aad: bytes) -> bytes:
    """The plaintext of :func:`seal`; ``CouldNotDecrypt`` for anything else."""
    if len(blob) < SEAL_OVERHEAD or blob[:1] != SEAL_VERSION:
        raise CouldNotDecrypt(name=name)
    salt = blob[1 : 1 + _SEAL_SALT]
    try:
        return _message_key(mac, salt).decrypt(_SEAL_NONCE, blob[1 + _SEAL_SALT :], _bound(name, aad))
    except InvalidTag:
        raise CouldNotDecrypt(name=name) from None


def blind(mac: Mac, value: bytes) -> bytes:
    """A keyed hash of ``value``, 32 bytes, unrelated to anything :func:`expand` can give."""
    return mac(RESERVED + b"blind/1\x00" + value)
