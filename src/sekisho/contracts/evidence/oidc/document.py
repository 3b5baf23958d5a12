"""One sign-in in one JSON document: what is kept as evidence, and what ``sekisho contract verify`` reads.

::

    {"provider": {"issuer": "…", "client_id": "…"}, "application": "A-1",
     "request": {"state": "…", "nonce": "…", "redirect_uri": "…", "begun_at": "2026-11-23T12:00:00+09:00",
                 "acr_values": ["…"], "max_age": 300},                                the last two optional
     "answer": {"state": "…", "iss": "…"},                                            iss optional
     "id_token": "…",
     "userinfo": {"media_type": "application/json", "body": "…"},                       optional
     "consent": {"agreed_at": "…", "explained": true, "text_sha256": "<64 hex digits>"},  only for reliance, optional
     "corporate_number": "…",                                                       only for gbizid, optional
     "stated": {"name": "…", "address": "…", "birth_date": "1990-04-01"}}             optional

Reads, believes nothing, and never brings trust: the provider it names must be a configured one. No code, no PKCE
verifier, no access token and no credential stands in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.oidc.ports import Begun
from sekisho.contracts.evidence.oidc.profile import MAX_TEXT, MAX_TOKEN, MAX_USERINFO, MIN_SECRET_CHARACTERS
from sekisho.contracts.evidence.oidc.provider import MAX_AGE_LIMIT
from sekisho.contracts.evidence.verifier import Person
from sekisho.contracts.individual_number import in_free_text, in_json_text, in_token

MAX_STATED: Final = 500
"""Characters of a stated name or address, as for applications."""

CONSENT: Final = "consent"
CORPORATE_NUMBER: Final = "corporate_number"

_FIELDS: Final[dict[str, tuple[set[str], set[str]]]] = {
    "": (
        {"provider", "application", "request", "answer", "id_token"},
        {"userinfo", CONSENT, CORPORATE_NUMBER, "stated"},
    ),
    "provider": ({"issuer", "client_id"}, set()),
    "request": ({"state", "nonce", "redirect_uri", "begun_at"}, {"acr_values", "max_age"}),
    "answer": ({"state"}, {"iss"}),
    "userinfo": ({"media_type", "body"}, set()),
    CONSENT: ({"agreed_at", "explained", "text_sha256"}, set()),
    "stated": (set(), {"name", "address", "birth_date"}),
}
"""Required and optional fields of each object; a field that is in neither is refused."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CORPORATE = re.compile(r"\d{13}", re.ASCII)
_MEDIA_TYPES: Final = ("application/json", "application/jwt")


@dataclass(frozen=True, slots=True)
class Userinfo:
    """A userinfo answer as it came."""

    media_type: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """The person was told of the data flow between the firms and agreed: the caller's word, and the text's hash."""

    agreed_at: datetime
    explained: bool
    text_sha256: str


@dataclass(frozen=True, slots=True)
class SignInDocument:
    """What a document holds."""

    begun: Begun
    answer_state: str = field(repr=False)
    answer_iss: str | None
    id_token: str = field(repr=False)
    userinfo: Userinfo | None
    consent: Consent | None
    stated: Person
    corporate_number: str | None = field(repr=False)


def read_document(raw: bytes, *, only: frozenset[str] = frozenset()) -> SignInDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field.

    ``only`` are the members that just some kinds have (:data:`CONSENT`, :data:`CORPORATE_NUMBER`) and this kind does.
    What came is searched for an individual number before anybody knows whose it is: nobody keeps one (番号利用法20条).
    """
    root = _object({"": parse_json(raw)}, "", only)
    provider, request = _object(root, "provider", only), _object(root, "request", only)
    answer = _object(root, "answer", only)
    id_token, userinfo = _text(root, "id_token", "", MAX_TOKEN), _userinfo(root, only)
    if in_token(id_token):
        raise IndividualNumber(field="id_token")
    begun = Begun(
        issuer=_text(provider, "issuer", "provider."),
        client_id=_text(provider, "client_id", "provider."),
        application=_text(root, "application", "", MAX_STATED),
        state=_secret(request, "state"),
        nonce=_secret(request, "nonce"),
        redirect_uri=_text(request, "redirect_uri", "request."),
        begun_at=_time(request, "begun_at", "request."),
        acr_values=_acr_values(request),
        max_age=_max_age(request),
    )
    return SignInDocument(
        begun,
        _text(answer, "state", "answer."),
        _text(answer, "iss", "answer.") if "iss" in answer else None,
        id_token,
        userinfo,
        _consent(root, only),
        _stated(root, only),
        _corporate_number(root),
    )


def document_of(
    begun: Begun,
    *,
    answer_iss: str | None,
    id_token: str,
    userinfo: Userinfo | None,
    consent: Consent | None = None,
    corporate_number: str | None = None,
) -> dict[str, Any]:
    """The document of a sign-in whose answer's state was found to be the one begun. :func:`read_document` reads it."""
    request: dict[str, Any] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "redirect_uri": begun.redirect_uri,
        "begun_at": begun.begun_at.isoformat(),
    }
    if begun.acr_values:
        request["acr_values"] = list(begun.acr_values)
    if begun.max_age is not None:
        request["max_age"] = int(begun.max_age.total_seconds())
    made: dict[str, Any] = {
        "provider": {"issuer": begun.issuer, "client_id": begun.client_id},
        "application": begun.application,
        "request": request,
        "answer": {"state": begun.state} | ({} if answer_iss is None else {"iss": answer_iss}),
        "id_token": id_token,
    }
    if userinfo is not None:
        made["userinfo"] = {"media_type": userinfo.media_type, "body": userinfo.body}
    if consent is not None:
        made[CONSENT] = {
            "agreed_at": consent.agreed_at.isoformat(),
            "explained": consent.explained,
            "text_sha256": consent.text_sha256,
        }
    if corporate_number is not None:
        made[CORPORATE_NUMBER] = corporate_number
    return made


def challenge_of_kind(nonce: str, kind: str) -> bytes:
    """What a sign-in's answer uses up as evidence of ``kind``: once for each kind that reads such an answer."""
    return hashlib.sha256(f"sekisho/sign-in/1 {kind} {nonce}".encode("ascii")).digest()


def received_text(
    begun: Begun, *, kind: str, answer_iss: str | None, id_token: str, userinfo: Userinfo | None
) -> bytes:
    """Our own record of a sign-in, as the text of the challenge ``SIGN_IN``: what was asked, and hashes of what came.

    A userinfo without a signature is worth nothing in a document, unless this says that we had it of the provider.
    """
    told = None if userinfo is None else [userinfo.media_type, _sha256(userinfo.body)]
    said = {
        "challenge": challenge_of_kind(begun.nonce, kind).hex(),
        "nonce": begun.nonce,
        "state_sha256": _sha256(begun.state),
        "issuer": begun.issuer,
        "client_id": begun.client_id,
        "redirect_uri": begun.redirect_uri,
        "begun_at": begun.begun_at.astimezone(UTC).isoformat(),
        "acr_values": list(begun.acr_values),
        "max_age": None if begun.max_age is None else int(begun.max_age.total_seconds()),
        "answer_iss": answer_iss,
        "id_token_sha256": _sha256(id_token),
        "userinfo": told,
    }
    return json.dumps(said, sort_keys=True).encode("ascii")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_consent(written: Any) -> Consent:
    """A consent alone, by the same rules."""
    return _consent_of(_object({CONSENT: written}, CONSENT, frozenset({CONSENT})))


def _userinfo(root: Mapping[str, Any], only: frozenset[str]) -> Userinfo | None:
    if "userinfo" not in root:
        return None
    said = _object(root, "userinfo", only)
    if said["media_type"] not in _MEDIA_TYPES:
        raise WrongValue(field="userinfo.media_type", expected=" or ".join(_MEDIA_TYPES))
    body = said["body"]
    if not isinstance(body, str) or not 0 < len(body) <= MAX_USERINFO:
        raise WrongValue(field="userinfo.body", expected=f"text of 1 to {MAX_USERINFO} characters")
    if in_json_text(body) if said["media_type"] == "application/json" else in_token(body):
        raise IndividualNumber(field="userinfo.body")
    return Userinfo(said["media_type"], body)


def _consent(root: Mapping[str, Any], only: frozenset[str]) -> Consent | None:
    return _consent_of(_object(root, CONSENT, only)) if CONSENT in root else None


def _consent_of(said: Mapping[str, Any]) -> Consent:
    if not isinstance(said["explained"], bool):
        raise WrongValue(field="consent.explained", expected="true or false")
    digest = said["text_sha256"]
    if not isinstance(digest, str) or _DIGEST.fullmatch(digest) is None:
        raise WrongValue(field="consent.text_sha256", expected="64 hexadecimal digits in small letters")
    return Consent(_time(said, "agreed_at", "consent."), said["explained"], digest)


def _stated(root: Mapping[str, Any], only: frozenset[str]) -> Person:
    if "stated" not in root:
        return Person()
    said = _object(root, "stated", only)
    name, address = (_text(said, one, "stated.", MAX_STATED) if one in said else None for one in ("name", "address"))
    for spot, found in (("stated.name", name), ("stated.address", address)):
        if found is not None and in_free_text(found):
            raise IndividualNumber(field=spot)
    return Person(name, address, _day(said) if "birth_date" in said else None)


def _corporate_number(root: Mapping[str, Any]) -> str | None:
    found = root.get(CORPORATE_NUMBER)
    if CORPORATE_NUMBER in root and (not isinstance(found, str) or _CORPORATE.fullmatch(found) is None):
        raise WrongValue(field=CORPORATE_NUMBER, expected="13 digits")
    return found


def _object(parent: Mapping[str, Any], name: str, only: frozenset[str]) -> Mapping[str, Any]:
    required, optional = _FIELDS[name]
    optional = optional - ({CONSENT, CORPORATE_NUMBER} - only)
    found = parent[name]
    if not isinstance(found, dict):
        raise WrongValue(field=name or "document", expected="an object")
    prefix = f"{name}." if name else ""
    for spot in found:
        if spot not in required | optional:
            raise UnknownField(field=prefix + ascii(spot)[1:-1][:40])
    for spot in sorted(required):
        if spot not in found:
            raise MissingField(field=prefix + spot)
    return found


def _text(parent: Mapping[str, Any], name: str, prefix: str, limit: int = MAX_TEXT) -> str:
    found = parent[name]
    # The ideographic space parts Japanese names, and Python doesn't count it as printable.
    if not isinstance(found, str) or not found.replace("\u3000", " ").isprintable() or not 0 < len(found) <= limit:
        raise WrongValue(field=prefix + name, expected=f"text of 1 to {limit} printable characters")
    return found


def _secret(request: Mapping[str, Any], name: str) -> str:
    found = _text(request, name, "request.")
    if len(found) < MIN_SECRET_CHARACTERS or not found.isascii():
        raise WrongValue(field=f"request.{name}", expected=f"at least {MIN_SECRET_CHARACTERS} ASCII characters")
    return found


def _time(parent: Mapping[str, Any], name: str, prefix: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(parent, name, prefix, 40))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise WrongValue(field=prefix + name, expected="a time with offset (RFC 3339)")
    return found


def _acr_values(request: Mapping[str, Any]) -> tuple[str, ...]:
    found = request.get("acr_values", [])
    if not isinstance(found, list) or len(found) > 10 or not all(isinstance(one, str) and one for one in found):
        raise WrongValue(field="request.acr_values", expected="a list of at most 10 texts")
    return tuple(found)


def _max_age(request: Mapping[str, Any]) -> timedelta | None:
    if "max_age" not in request:
        return None
    found = request["max_age"]
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= MAX_AGE_LIMIT:
        raise WrongValue(field="request.max_age", expected=f"0 to {MAX_AGE_LIMIT} seconds")
    return timedelta(seconds=found)


def _day(said: Mapping[str, Any]) -> date:
    found = said["birth_date"]
    if isinstance(found, str) and _DAY.fullmatch(found):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    raise WrongValue(field="stated.birth_date", expected="a date that exists (YYYY-MM-DD)")
