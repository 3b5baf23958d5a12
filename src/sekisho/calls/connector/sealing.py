"""Encrypts to a public key with OpenSSL's library, through :mod:`ctypes`. Standard library only.

Kamailio embeds Debian's Python, which has no package for encryption, but is itself linked to ``libcrypto``: whoever has
that Python has this library. One file has one key: an ephemeral X25519 key (RFC 7748) agrees with the public key, HKDF
(RFC 5869, SHA-256) makes the AES-256-GCM key of it (NIST SP 800-38D), and the ephemeral private part is forgotten. Who
wrote a file can't open it afterwards.
"""

from __future__ import annotations

import ctypes
import hashlib
import hmac
import os
from typing import Any, Final

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
INFO: Final = b"sekisho call spool 1"

_X25519: Final = 1034
_GET_TAG: Final = 0x10
_NAMES: Final = ("libcrypto.so.3", "libcrypto.so.1.1")


class SealingUnavailable(Exception):
    """OpenSSL's library isn't there, or refused what was asked of it."""


def _library() -> Any:
    for name in _NAMES:
        try:
            found = ctypes.CDLL(name)
        except OSError:
            continue
        for function in (
            "EVP_PKEY_new_raw_private_key",
            "EVP_PKEY_new_raw_public_key",
            "EVP_PKEY_CTX_new",
            "EVP_CIPHER_CTX_new",
            "EVP_aes_256_gcm",
        ):
            getattr(found, function).restype = ctypes.c_void_p
        return found
    raise SealingUnavailable(" or ".join(_NAMES))


class FileSeal:
    """Seals the frames of one file, each once and in their order."""

    def __init__(self, recipient: bytes) -> None:
        """``recipient`` is an X25519 public key. Raises :class:`SealingUnavailable`."""
        if len(recipient) != KEY_BYTES:
            raise SealingUnavailable("a public key has 32 bytes")
        self._crypto = _library()
        self.ephemeral, shared = self._agree(recipient)
        key = hkdf(shared, salt=self.ephemeral + recipient)
        self._context = ctypes.c_void_p(self._crypto.EVP_CIPHER_CTX_new())
        cipher = ctypes.c_void_p(self._crypto.EVP_aes_256_gcm())
        self._require(self._crypto.EVP_EncryptInit_ex(self._context, cipher, None, key, None))
        self._length = ctypes.c_int()
        self._tag = ctypes.create_string_buffer(TAG_BYTES)

    def seal(self, plain: bytes, *, number: int, bound: bytes) -> bytes:
        """A frame's ciphertext and tag. ``number`` never comes twice for one file; ``bound`` is authenticated too."""
        crypto, context, length = self._crypto, self._context, ctypes.byref(self._length)
        out = ctypes.create_string_buffer(len(plain))
        done = (
            crypto.EVP_EncryptInit_ex(context, None, None, None, number.to_bytes(12)) == 1
            and crypto.EVP_EncryptUpdate(context, None, length, bound, len(bound)) == 1
            and crypto.EVP_EncryptUpdate(context, out, length, plain, len(plain)) == 1
            and crypto.EVP_EncryptFinal_ex(context, None, length) == 1
            and crypto.EVP_CIPHER_CTX_ctrl(context, _GET_TAG, TAG_BYTES, self._tag) == 1
        )
        self._require(int(done))
        return out.raw + self._tag.raw

    def close(self) -> None:
        """Free the context and the key in it. Twice does nothing."""
        if self._context:
            self._crypto.EVP_CIPHER_CTX_free(self._context)
            self._context = ctypes.c_void_p()

    def _agree(self, recipient: bytes) -> tuple[bytes, bytes]:
        crypto = self._crypto
        own = ctypes.c_void_p(crypto.EVP_PKEY_new_raw_private_key(_X25519, None, os.urandom(KEY_BYTES), KEY_BYTES))
        peer = ctypes.c_void_p(crypto.EVP_PKEY_new_raw_public_key(_X25519, None, recipient, KEY_BYTES))
        context = ctypes.c_void_p(crypto.EVP_PKEY_CTX_new(own, None) if own else None)
        public, shared = ctypes.create_string_buffer(KEY_BYTES), ctypes.create_string_buffer(KEY_BYTES)
        size = ctypes.c_size_t(KEY_BYTES)
        try:
            self._require(int(bool(own and peer and context)))
            self._require(crypto.EVP_PKEY_get_raw_public_key(own, public, ctypes.byref(size)))
            self._require(crypto.EVP_PKEY_derive_init(context))
            self._require(crypto.EVP_PKEY_derive_set_peer(context, peer))
            self._require(crypto.EVP_PKEY_derive(context, shared, ctypes.byref(size)))
        finally:
            crypto.EVP_PKEY_CTX_free(context)
            crypto.EVP_PKEY_free(peer)
            crypto.EVP_PKEY_free(own)
        return public.raw, shared.raw

    def _require(self, answer: int) -> None:
        if answer != 1:
            raise SealingUnavailable("libcrypto refused")


def hkdf(secret: bytes, *, salt: bytes) -> bytes:
    """RFC 5869 with SHA-256, one block: the key of a file."""
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, INFO + b"\x01", hashlib.sha256).digest()
