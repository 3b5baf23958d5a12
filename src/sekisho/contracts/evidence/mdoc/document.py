"""A smartphone card's response in one JSON document: what a sign-up system sends, and a kept case again.

::

    {"device_response": "<base64>",            or "issuer_signed": "<base64>"
     "application": "A-1",                                                                        optional
     "session": {"nonce": "<hexadecimal>", "text": "<base64>", "expires_at": "<RFC 3339>"},       optional
     "stated": {"name": "…", "address": "…", "birth_date": "1990-04-01"}}                         optional

Of a session, ``nonce`` is enough where whoever issued it is asked; ``text`` and ``expires_at`` are for a document that
is looked at without them. Reads, believes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.jpki.model import MIN_NONCE_BYTES, Challenge
from sekisho.contracts.evidence.mdoc.model import UnverifiedSubmission
from sekisho.contracts.evidence.mdoc.profile import MAX_DOCUMENT
from sekisho.contracts.evidence.mdoc.session import PURPOSE
from sekisho.contracts.evidence.verifier import Person

_FORMS: Final = ("device_response", "issuer_signed")
_NONCE = re.compile(r"(?:[0-9a-f]{2}){16,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BroughtSession:
    """A session that the document brought itself: it doesn't show that it was issued, nor that it is new."""

    text: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What a document holds."""

    submission: UnverifiedSubmission
    application: str | None
    brought: BroughtSession | None
    stated: Person

    def challenge(self, application: str) -> Challenge | None:
        """The session it brought as a challenge for ``application``; None where it brought none."""
        if self.brought is None or self.submission.nonce is None:
            return None
        try:
            return Challenge(self.submission.nonce, PURPOSE, application, self.brought.text, self.brought.expires_at)
        except ValueError:
            raise WrongValue(field="session.text", expected="the session's text, with its nonce") from None


def read_document(raw: bytes) -> CardDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(raw, required=set(), optional={*_FORMS, "application", "session", "stated"}, limit=MAX_DOCUMENT)
    given = [form for form in _FORMS if root.has(form)]
    if not given:
        raise MissingField(field=_FORMS[0])
    if len(given) > 1:
        raise WrongValue(field=_FORMS[1], expected="left out where device_response is there")
    nonce, brought = _session(root) if root.has("session") else (None, None)
    said = root.object("stated", optional={"name", "address", "birth_date"})
    return CardDocument(
        UnverifiedSubmission(
            root.octets("device_response") if root.has("device_response") else None,
            root.octets("issuer_signed") if root.has("issuer_signed") else None,
            nonce,
        ),
        root.optional_text("application"),
        brought,
        Person(
            said.optional_text("name"),
            said.optional_text("address"),
            said.day("birth_date") if said.has("birth_date") else None,
        ),
    )


def _session(root: Fields) -> tuple[bytes, BroughtSession | None]:
    said = root.object("session", required={"nonce"}, optional={"text", "expires_at"})
    written = said.text("nonce")
    if not _NONCE.fullmatch(written):
        raise WrongValue(field="session.nonce", expected=f"at least {MIN_NONCE_BYTES} bytes in hexadecimal")
    if said.has("text") != said.has("expires_at"):
        raise MissingField(field="session.expires_at" if said.has("text") else "session.text")
    brought = BroughtSession(said.octets("text"), said.moment("expires_at")) if said.has("text") else None
    return bytes.fromhex(written), brought
