"""The document of a reliance: that of every sign-in, and the person's consent."""

from __future__ import annotations

from sekisho.contracts.evidence.oidc import document as sign_in
from sekisho.contracts.evidence.oidc.document import CONSENT, SignInDocument


def read_document(raw: bytes) -> SignInDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    return sign_in.read_document(raw, only=frozenset({CONSENT}))
