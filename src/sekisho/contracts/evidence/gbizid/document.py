"""The document of a gBizID sign-in: that of every sign-in, and the corporate number that the application states."""

from __future__ import annotations

from sekisho.contracts.evidence.oidc import document as sign_in
from sekisho.contracts.evidence.oidc.document import CORPORATE_NUMBER, SignInDocument


def read_document(raw: bytes) -> SignInDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    return sign_in.read_document(raw, only=frozenset({CORPORATE_NUMBER}))
