"""A company's submission and its challenge in one JSON document.

::

    {"application": "A-1",                                                  optional
     "challenge": {"nonce": "<hex>",
                   "text": "<base64>", "expires_at": "2026-11-23T12:09:00+09:00"},   these two optional
     "certificate": "<base64 of DER>", "signature": "<base64>",
     "stated": {"name": "…", "address": "…"}}                              optional

What is optional is known to whoever asks about an application; a kept case brings it along. Reads, believes nothing.
Whether the challenge was ours and answered once can't be told from a document.
"""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.commercial_register.model import StatedCorporation, UnverifiedRegisterSubmission
from sekisho.contracts.evidence.commercial_register.profile import PURPOSE
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.jpki.model import Challenge


@dataclass(frozen=True, slots=True)
class RegisterDocument:
    """What a document holds. Without an ``application`` or a ``challenge``, whoever asks knows them."""

    application: str | None
    challenge: Challenge | None
    submission: UnverifiedRegisterSubmission
    stated: StatedCorporation


def read_document(raw: bytes) -> RegisterDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(raw, required={"challenge", "certificate", "signature"}, optional={"application", "stated"})
    asked = root.object("challenge", required={"nonce"}, optional={"text", "expires_at"})
    said = root.object("stated", optional={"name", "address"})
    application = root.optional_text("application")
    try:
        nonce = bytes.fromhex(asked.text("nonce"))
        challenge = _challenge(asked, nonce, application or "")
    except ValueError:
        raise WrongValue(
            field="challenge", expected="a nonce of at least 16 bytes in hexadecimal that stands in the text"
        ) from None
    return RegisterDocument(
        application,
        challenge,
        UnverifiedRegisterSubmission(nonce, root.octets("certificate"), root.octets("signature")),
        StatedCorporation(said.optional_text("name"), said.optional_text("address")),
    )


def _challenge(asked: Fields, nonce: bytes, application: str) -> Challenge | None:
    if not asked.has("text") and not asked.has("expires_at"):
        return None
    for name in ("text", "expires_at"):
        if not asked.has(name):
            raise MissingField(field=f"challenge.{name}")
    return Challenge(nonce, PURPOSE, application, asked.octets("text"), asked.moment("expires_at"))
