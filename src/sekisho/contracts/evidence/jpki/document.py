"""A submission and its challenge in one JSON document: for the command line, and for looking at a kept case again.

::

    {"purpose": "signing",
     "application": "A-1",                                                 optional where whoever asks knows it
     "challenge": {"nonce": "<hex>",
                   "text": "<base64>",                                     both, or neither where the one who
                   "expires_at": "2026-11-23T12:09:00+09:00"},             issued it is asked
     "certificate": "<base64 of DER>", "signature": "<base64>",
     "pin": {"reader": "app 1.2", "entered": true},                        optional
     "stated": {"name": "…", "address": "…", "birth_date": "1990-04-01"}}  optional

Reads, believes nothing. Whether the challenge was ours and answered once can't be told from a document:
:class:`DocumentChallenge` says so in the report. Where its issuer is asked, the issuer's text and time count, and the
document's aren't looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.jpki.errors import NonceExpired, NonceForAnother, NonceUnknown
from sekisho.contracts.evidence.jpki.model import Challenge, PinAttestation, Stated, UnverifiedSubmission
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.verifier import Asked
from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True)
class DocumentChallenge:
    """The challenge that a document brings with it. Remembers nothing: its limits say so."""

    challenge: Challenge

    @property
    def limits(self) -> Text:
        """That nothing was checked which only the issuer of challenges knows."""
        return Text(
            "文書にある署名要求です。発行したことと再使用は確かめていません",
            "the document's own challenge: neither that it was issued nor reuse was checked",
        )

    def consume(self, nonce: bytes, *, purpose: str, application: str, moment: datetime) -> Challenge:
        """The challenge, if it is this one, in time, and for this."""
        if nonce != self.challenge.nonce:
            raise NonceUnknown
        if moment >= self.challenge.expires_at:
            raise NonceExpired(expires_at=self.challenge.expires_at.isoformat())
        if (self.challenge.purpose, self.challenge.application) != (purpose, application):
            raise NonceForAnother
        return self.challenge


class ForApplication(Protocol):
    """A document of evidence for one application, which it may leave to whoever asks."""

    @property
    def application(self) -> str | None:
        """The application it says it is for."""


class Answering(Protocol):
    """A document that answers a challenge, which it may leave to whoever asks."""

    @property
    def challenge(self) -> Challenge | None:
        """The challenge it brought along."""


def application_of(document: ForApplication, asked: Asked) -> str:
    """The application the evidence is for; a document without one is for the one asked about."""
    if asked.application:
        if document.application not in {None, asked.application}:
            raise WrongValue(field="application", expected="left out, or the application that this evidence is for")
        return asked.application
    if document.application is None:
        raise MissingField(field="application")
    return document.application


def challenges_of(document: Answering, asked: Asked) -> Challenges:
    """Who knows the challenge: whoever issued it, and otherwise the document, which must then bring it."""
    if asked.challenges is not None:
        return asked.challenges
    if document.challenge is None:
        raise MissingField(field="challenge.text")
    return DocumentChallenge(document.challenge)


@dataclass(frozen=True, slots=True)
class JpkiDocument:
    """What a document holds. Without an ``application`` or a ``challenge``, whoever asks knows them."""

    purpose: Purpose
    application: str | None
    challenge: Challenge | None
    submission: UnverifiedSubmission
    stated: Stated


def read_document(raw: bytes) -> JpkiDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(
        raw,
        required={"purpose", "challenge", "certificate", "signature"},
        optional={"application", "pin", "stated"},
        limit=MAX_RAW_BYTES,
    )
    asked = root.object("challenge", required={"nonce"}, optional={"text", "expires_at"})
    try:
        purpose = Purpose(root.printable("purpose"))
    except ValueError:
        raise WrongValue(field="purpose", expected=" or ".join(one.value for one in Purpose)) from None
    application = root.printable("application") if root.has("application") else None
    try:
        nonce = bytes.fromhex(asked.printable("nonce"))
        challenge = _challenge(asked, nonce, purpose, application or "")
    except ValueError:
        raise WrongValue(
            field="challenge", expected="a nonce of at least 16 bytes in hexadecimal that stands in the text"
        ) from None
    pin = None
    if root.has("pin"):
        said = root.object("pin", required={"reader", "entered"})
        pin = PinAttestation(said.printable("reader"), said.truth("entered"))
    submission = UnverifiedSubmission(nonce, root.octets("certificate"), root.octets("signature"), pin)
    stated = root.object("stated", optional={"name", "address", "birth_date"})
    return JpkiDocument(
        purpose,
        application,
        challenge,
        submission,
        Stated(stated.optional_text("name"), stated.optional_text("address"), stated.optional_day("birth_date")),
    )


def _challenge(asked: Fields, nonce: bytes, purpose: Purpose, application: str) -> Challenge | None:
    if not asked.has("text") and not asked.has("expires_at"):
        return None
    for name in ("text", "expires_at"):
        if not asked.has(name):
            raise MissingField(field=f"challenge.{name}")
    return Challenge(nonce, purpose, application, asked.octets("text"), asked.moment("expires_at"))
