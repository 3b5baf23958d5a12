"""The document of a sign-in by デジタル認証アプリ: that of every sign-in (``oidc.document``)."""

from __future__ import annotations

from sekisho.contracts.evidence.oidc import document as sign_in
from sekisho.contracts.evidence.oidc.document import SignInDocument


def read_document(raw: bytes) -> SignInDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    return sign_in.read_document(raw)
