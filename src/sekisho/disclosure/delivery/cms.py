"""CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084) for one recipient.

RSA: key transport by RSAES-OAEP with SHA-256 (RFC 3560, RFC 4055). P-256, P-384: ephemeral-static ECDH with the X9.63
key derivation over SHA-256 and AES-256 key wrap (RFC 5753). The recipient opens it with::

    openssl cms -decrypt -binary -inform DER -in PACKAGE -inkey KEY.pem -out package.tar

It says nothing of who made it: the manifest names the ledger, and the receipt is by another channel.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from sekisho.disclosure.delivery import der
from sekisho.disclosure.delivery.recipient import RecipientKey

_NONCE: Final = 12
_TAG: Final = 16
_KEY: Final = 32

_DATA: Final = "1.2.840.113549.1.7.1"
_AUTH_ENVELOPED: Final = "1.2.840.113549.1.9.16.1.23"
_AES256_GCM: Final = "2.16.840.1.101.3.4.1.46"
_AES256_WRAP: Final = "2.16.840.1.101.3.4.1.45"
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_MGF1: Final = "1.2.840.113549.1.1.8"
_OAEP: Final = "1.2.840.113549.1.1.7"
_ECDH_SHA256: Final = "1.3.132.1.11.1"
_EC_KEY: Final = "1.2.840.10045.2.1"


def seal(content: bytes, recipient: RecipientKey) -> bytes:
    """``content``, encrypted so that only ``recipient`` opens it: DER. Never the same twice."""
    key, nonce = AESGCM.generate_key(_KEY * 8), secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, content, None)
    encrypted = der.sequence(
        der.oid(_DATA),
        der.algorithm(_AES256_GCM, der.sequence(der.octets(nonce), der.integer(_TAG))),
        der.implicit(0, sealed[:-_TAG]),
    )
    recipients = der.element(der.SET, _wrapped(key, recipient))
    # RFC 5083 section 2.1: version 0, no originator, no attributes, the tag as the mac.
    enveloped = der.sequence(der.integer(0), recipients, encrypted, der.octets(sealed[-_TAG:]))
    return der.sequence(der.oid(_AUTH_ENVELOPED), der.explicit(0, enveloped))


def _wrapped(key: bytes, recipient: RecipientKey) -> bytes:
    public = recipient.public
    if isinstance(public, rsa.RSAPublicKey):
        return _transported(key, public, recipient.identifier)
    return _agreed(key, public, recipient.identifier)


def _transported(key: bytes, public: rsa.RSAPublicKey, identifier: bytes) -> bytes:
    """KeyTransRecipientInfo (RFC 5652 section 6.2.1), version 2: named by its key identifier."""
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    sha256 = der.algorithm(_SHA256, der.NULL)
    parameters = der.sequence(der.explicit(0, sha256), der.explicit(1, der.algorithm(_MGF1, sha256)))
    return der.sequence(
        der.integer(2),
        der.implicit(0, identifier),
        der.algorithm(_OAEP, parameters),
        der.octets(public.encrypt(key, scheme)),
    )


def _agreed(key: bytes, public: ec.EllipticCurvePublicKey, identifier: bytes) -> bytes:
    """KeyAgreeRecipientInfo (RFC 5652 section 6.2.2, RFC 5753 section 3.1)."""
    mine = ec.generate_private_key(public.curve)
    wrap = der.algorithm(_AES256_WRAP)
    # ECC-CMS-SharedInfo (RFC 5753 section 7.2): the algorithm, and the key's length in bits.
    shared = der.sequence(wrap, der.explicit(2, der.octets((_KEY * 8).to_bytes(4, "big"))))
    wrapping = X963KDF(hashes.SHA256(), _KEY, shared).derive(mine.exchange(ec.ECDH(), public))
    point = mine.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    originator = der.explicit(0, der.explicit(1, der.algorithm(_EC_KEY), der.bits(point)))
    encrypted = der.sequence(der.explicit(0, der.octets(identifier)), der.octets(aes_key_wrap(wrapping, key)))
    return der.explicit(1, der.integer(3), originator, der.algorithm(_ECDH_SHA256, wrap), der.sequence(encrypted))
