"""The keys of police commissions that an operator configured, and which of them signed.

Where a private firm obtains them isn't public, so Sekisho ships none. A key counts from when it is configured until it
is taken away: a certificate around it is a wrapping, whose own issuer and validity were the operator's to look at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sekisho.contracts.evidence.driving_licence.errors import (
    LicenceKeyUnknown,
    LicenceSignatureMalformed,
    LicenceSignatureWrong,
)
from sekisho.contracts.evidence.driving_licence.model import PoliceKey
from sekisho.contracts.evidence.driving_licence.profile import KEY_BITS, SIGNATURE_BYTES, SignatureTags
from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import MAX_CERTIFICATE_BYTES, parse_certificate
from sekisho.contracts.evidence.pki.extensions import subject_key_identifier
from sekisho.contracts.evidence.pki.signature import authority_verifier
from sekisho.contracts.evidence.verifier import TrustFile, trusting


def read_keys(files: Sequence[TrustFile], use: str) -> tuple[PoliceKey, ...]:
    """The keys in ``files``; raises a ``TrustFileRefused`` that names the one that can't be used."""
    found = []
    for file in files:
        with trusting(use, file):
            found.append(_key(file))
    return tuple(found)


def who_signed(signature: dict[int, bytes], tags: SignatureTags, data: bytes, keys: Sequence[PoliceKey]) -> PoliceKey:
    """The key whose signature over ``data`` it is.

    Raises :class:`LicenceSignatureWrong` where the key that is named is configured and didn't sign,
    :class:`LicenceKeyUnknown` where it isn't configured and no other key signed.
    """
    value = signature.get(tags.value, b"")
    if len(value) != SIGNATURE_BYTES:
        raise LicenceSignatureMalformed(problem=f"not {SIGNATURE_BYTES} bytes")
    for key in keys:
        if key.verifier.holds(value, data):
            return key
    named = signature.get(tags.key_identifier)
    if named and any(key.identifier == named for key in keys):
        raise LicenceSignatureWrong
    raise LicenceKeyUnknown


def _key(file: TrustFile) -> PoliceKey:
    root = der.require_der(file.content, what="public key", limit=MAX_CERTIFICATE_BYTES)
    public, identifier = file.content, None
    # RFC 5280 §4.1, §4.1.2.7: a certificate has three parts, a subjectPublicKeyInfo two.
    if root.tag == der.SEQUENCE and len(list(root.children())) == 3:
        certificate = parse_certificate(file.content)
        public, identifier = certificate.public_key, subject_key_identifier(certificate)
    verifier = authority_verifier(public, bits=KEY_BITS)
    return PoliceKey(file.name, identifier or _identifier(public), verifier)


def _identifier(public: bytes) -> bytes:
    """RFC 5280 §4.2.1.2 (1): SHA-1 of the key's bits without the count of unused ones. Names a key, proves nothing."""
    _, bits = der.require_der(public, what="public key", limit=MAX_CERTIFICATE_BYTES).children()
    return hashlib.sha1(bits.content[1:], usedforsecurity=False).digest()
