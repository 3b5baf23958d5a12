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

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sekisho.contracts.application import MAX_RAW_BYTES, parse_json
from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.jpki.errors import NonceExpired, NonceForAnother, NonceUnknown
from sekisho.contracts.evidence.jpki.model import Challenge, PinAttestation, Stated, UnverifiedSubmission
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.individual_number import in_free_text
from sekisho.engine.facts import Text

MAX_STATED = 500
"""Characters of a stated name or address, as for applications."""

_FIELDS = {
    "": ({"purpose", "challenge", "certificate", "signature"}, {"application", "pin", "stated"}),
    "challenge": ({"nonce"}, {"text", "expires_at"}),
    "pin": ({"reader", "entered"}, set[str]()),
    "stated": (set[str](), {"name", "address", "birth_date"}),
}
"""Required and optional fields of each object; a field that is in neither is refused."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


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
    root = _object({"": parse_json(raw, limit=MAX_RAW_BYTES)}, "")
    asked = _object(root, "challenge")
    try:
        purpose = Purpose(_text(root, "purpose", ""))
    except ValueError:
        raise WrongValue(field="purpose", expected=" or ".join(one.value for one in Purpose)) from None
    application = _text(root, "application", "") if "application" in root else None
    try:
        nonce = bytes.fromhex(_text(asked, "nonce", "challenge."))
        challenge = _challenge(asked, nonce, purpose, application or "")
    except ValueError:
        raise WrongValue(
            field="challenge", expected="a nonce of at least 16 bytes in hexadecimal that stands in the text"
        ) from None
    pin = None
    if "pin" in root:
        said = _object(root, "pin")
        if not isinstance(said["entered"], bool):
            raise WrongValue(field="pin.entered", expected="true or false")
        pin = PinAttestation(_text(said, "reader", "pin."), said["entered"])
    submission = UnverifiedSubmission(nonce, _base64(root, "certificate", ""), _base64(root, "signature", ""), pin)
    return JpkiDocument(purpose, application, challenge, submission, _stated(root))


def _challenge(asked: Mapping[str, Any], nonce: bytes, purpose: Purpose, application: str) -> Challenge | None:
    if not {"text", "expires_at"} & set(asked):
        return None
    for name in ("text", "expires_at"):
        if name not in asked:
            raise MissingField(field=f"challenge.{name}")
    return Challenge(nonce, purpose, application, _base64(asked, "text", "challenge."), _ends(asked))


def _stated(root: Mapping[str, Any]) -> Stated:
    if "stated" not in root:
        return Stated()
    said = _object(root, "stated")
    name, address = (_text(said, one, "stated.") if one in said else None for one in ("name", "address"))
    for field, text in (("stated.name", name), ("stated.address", address)):
        if text is not None and in_free_text(text):
            raise IndividualNumber(field=field)
    return Stated(name, address, _day(said) if "birth_date" in said else None)


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    required, optional = _FIELDS[name]
    found = parent[name]
    if not isinstance(found, dict):
        raise WrongValue(field=name, expected="an object")
    prefix = f"{name}." if name else ""
    for field in found:
        if field not in required | optional:
            raise UnknownField(field=prefix + ascii(field)[1:-1][:40])
    for field in sorted(required):
        if field not in found:
            raise MissingField(field=prefix + field)
    return found


def _text(parent: Mapping[str, Any], name: str, prefix: str) -> str:
    found = parent[name]
    # The ideographic space parts Japanese names, and Python doesn't count it as printable.
    if not isinstance(found, str) or not found.replace("\u3000", " ").isprintable() or not 0 < len(found) <= MAX_STATED:
        raise WrongValue(field=prefix + name, expected=f"text of 1 to {MAX_STATED} printable characters")
    return found


def _base64(parent: Mapping[str, Any], name: str, prefix: str) -> bytes:
    found = parent[name]
    try:
        return base64.b64decode(found if isinstance(found, str) else "*", validate=True)
    except (binascii.Error, ValueError):
        raise WrongValue(field=prefix + name, expected="base64") from None


def _ends(asked: Mapping[str, Any]) -> datetime:
    expected = "a time with offset (RFC 3339)"
    try:
        found = datetime.fromisoformat(_text(asked, "expires_at", "challenge."))
    except ValueError:
        raise WrongValue(field="challenge.expires_at", expected=expected) from None
    if found.tzinfo is None:
        raise WrongValue(field="challenge.expires_at", expected=expected)
    return found


def _day(said: Mapping[str, Any]) -> date:
    found = said["birth_date"]
    if isinstance(found, str) and _DAY.fullmatch(found):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    raise WrongValue(field="stated.birth_date", expected="a date that exists (YYYY-MM-DD)")
