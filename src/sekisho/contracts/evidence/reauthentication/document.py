"""A passkey's answer, a whole step-up and a registration as JSON documents: for the command line and for kept cases.

An answer, of the form that browsers give (``PublicKeyCredential.toJSON()``), beside its challenge::

    {"application": "A-1",                                     optional where whoever asks knows it
     "challenge": {"nonce": "<hex>", "expires_at": "2026-11-23T12:10:00+09:00"},   left out where its issuer is asked
     "credential": {"id": "…", "rawId": "…", "type": "public-key",
                    "response": {"clientDataJSON": "…", "authenticatorData": "…", "signature": "…",
                                 "userHandle": "…"}}}

A step-up, as the service keeps it::

    {"application": "A-1", "step_up": "…", "acr_values": ["aal2"], "max_age": 600,
     "answers": [{"means": "passkey", "at": "…", "challenge": {…}, "credential": {…}},
                 {"means": "totp", "at": "…"}, {"means": "password", "at": "…", "vouched_by": "token:…"}]}

A registration, which comes as a trust file::

    {"rp_id": "example.jp", "name": "Example", "origins": ["https://my.example.jp"], "credential_id": "…",
     "public_key": "…", "sign_count": 0, "backup_eligible": true}

Reads, believes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import ApplicationRefused, WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.reauthentication.errors import PasskeyUnreadable
from sekisho.contracts.evidence.reauthentication.profile import MAX_ANSWERS, PURPOSE_ASSERTION
from sekisho.contracts.reauthentication.factors import VOUCHED, Means
from sekisho.contracts.reauthentication.passkey import (
    Registered,
    RelyingParty,
    UnverifiedAssertion,
    UnverifiedRegistration,
    from_base64url,
)
from sekisho.contracts.reauthentication.step_up import StepUpRequest

MAX_ENCODED = 16 * 1024
"""Characters of one part in base64url: the longest part has 8 KiB."""

_REGISTRATION_FILE = frozenset(
    {"rp_id", "name", "origins", "credential_id", "public_key", "sign_count", "backup_eligible"}
)
_CREDENTIAL = frozenset({"id", "rawId", "type", "response"})
_CREDENTIAL_OPTIONAL = frozenset({"authenticatorAttachment", "clientExtensionResults"})
_ASSERTION = frozenset({"clientDataJSON", "authenticatorData", "signature"})
_REGISTRATION = frozenset({"clientDataJSON", "attestationObject"})
# What browsers add beside it, all of it again in the attestation object.
_REGISTRATION_OPTIONAL = frozenset({"transports", "publicKey", "publicKeyAlgorithm", "authenticatorData"})


@dataclass(frozen=True, slots=True)
class PasskeyDocument:
    """One answer. Without an ``application`` or a ``challenge``, whoever asks knows them."""

    application: str | None
    challenge: Challenge | None
    assertion: UnverifiedAssertion


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer of a step-up. ``assertion`` and ``challenge`` for a passkey alone."""

    means: Means
    at: datetime
    assertion: UnverifiedAssertion | None
    challenge: Challenge | None
    vouched_by: str | None


@dataclass(frozen=True, slots=True)
class StepUpDocument:
    """A step-up as kept."""

    application: str
    step_up: str
    request: StepUpRequest
    answers: tuple[KeptAnswer, ...]


def read_document(raw: bytes) -> PasskeyDocument:
    """Read one answer; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(raw, required=frozenset({"credential"}), optional=frozenset({"application", "challenge"}))
    application = root.text("application") if root.has("application") else None
    challenge = None
    if root.has("challenge"):
        challenge = _challenge(root, application or "")
    return PasskeyDocument(application, challenge, read_assertion(root.found["credential"], "credential."))


def read_step_up(raw: bytes) -> StepUpDocument:
    """Read a whole step-up; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(
        raw, required=frozenset({"application", "step_up", "acr_values", "max_age", "answers"}), optional=frozenset()
    )
    application = root.text("application")
    answers = root.found["answers"]
    if not isinstance(answers, list) or not 0 < len(answers) <= MAX_ANSWERS:
        raise WrongValue(field="answers", expected=f"a list of 1 to {MAX_ANSWERS}")
    return StepUpDocument(
        application,
        root.slug("step_up"),
        read_request(root),
        tuple(_answer(each, f"answers[{n}].", application) for n, each in enumerate(answers)),
    )


def read_request(root: Fields) -> StepUpRequest:
    """``acr_values`` and ``max_age``, each optional; raises ``WrongValue``."""
    request = StepUpRequest()
    values, age = root.found.get("acr_values"), root.found.get("max_age")
    if values is not None and not (isinstance(values, list) and all(isinstance(each, str) for each in values)):
        raise WrongValue(field=f"{root.path}acr_values", expected="a list of names")
    if age is not None and (not isinstance(age, int) or isinstance(age, bool) or not 0 < age < 10**6):
        raise WrongValue(field=f"{root.path}max_age", expected="seconds")
    return StepUpRequest(
        request.acr_values if values is None else tuple(values),
        request.max_age if age is None else timedelta(seconds=age),
    )


def read_registered(raw: bytes) -> tuple[RelyingParty, Registered]:
    """Read a registration file; raises ``PasskeyUnreadable`` with what is wrong."""
    try:
        return _registered(parse_json(raw))
    except (ApplicationRefused, ValueError) as error:
        raise PasskeyUnreadable(problem=f"registration file: {error}") from None


def _registered(said: Mapping[str, Any]) -> tuple[RelyingParty, Registered]:
    if said.keys() != _REGISTRATION_FILE:
        raise ValueError("fields: " + ", ".join(sorted(_REGISTRATION_FILE)))
    if not isinstance(said["origins"], list) or not all(isinstance(each, str) for each in said["origins"]):
        raise ValueError("origins: a list of texts")
    if not all(isinstance(said[name], str) for name in ("rp_id", "name", "credential_id", "public_key")):
        raise ValueError("rp_id, name, credential_id and public_key: texts")
    count, eligible = said["sign_count"], said["backup_eligible"]
    if type(count) is not int or not 0 <= count < 2**32 or not isinstance(eligible, bool):
        raise ValueError("sign_count: 0 to 2**32 - 1; backup_eligible: true or false")
    party = RelyingParty(said["rp_id"], said["name"], tuple(said["origins"]))
    key = from_base64url(said["public_key"], "public_key")
    return party, Registered(from_base64url(said["credential_id"], "credential_id"), key, count, eligible)


def read_assertion(value: object, path: str) -> UnverifiedAssertion:
    """A credential of ``navigator.credentials.get()``; raises an ``ApplicationRefused`` that names the field."""
    credential_id, response = _credential(value, path, _ASSERTION, frozenset({"userHandle"}))
    return UnverifiedAssertion(
        credential_id,
        *(_octets(response, name) for name in ("clientDataJSON", "authenticatorData", "signature")),
    )


def read_registration(value: object, path: str) -> UnverifiedRegistration:
    """A credential of ``navigator.credentials.create()``; raises an ``ApplicationRefused`` that names the field."""
    credential_id, response = _credential(value, path, _REGISTRATION, _REGISTRATION_OPTIONAL)
    return UnverifiedRegistration(
        credential_id, _octets(response, "clientDataJSON"), _octets(response, "attestationObject")
    )


def _credential(value: object, path: str, needed: frozenset[str], optional: frozenset[str]) -> tuple[bytes, Fields]:
    name = path.removesuffix(".")
    fields = Fields("", {name: value}).object(name, required=_CREDENTIAL, optional=_CREDENTIAL_OPTIONAL)
    if fields.found["type"] != "public-key":
        raise WrongValue(field=f"{path}type", expected="public-key")
    credential_id = _octets(fields, "rawId")
    if fields.found["id"] != fields.found["rawId"]:
        raise WrongValue(field=f"{path}id", expected="the same as rawId")
    return credential_id, fields.object("response", required=needed, optional=optional)


def _octets(fields: Fields, name: str) -> bytes:
    found = fields.found[name]
    if not isinstance(found, str) or not found.isascii() or not 0 < len(found) <= MAX_ENCODED:
        raise WrongValue(field=fields.path + name, expected="base64url")
    try:
        return from_base64url(found, name)
    except PasskeyUnreadable:
        raise WrongValue(field=fields.path + name, expected="base64url without padding") from None


def _challenge(fields: Fields, application: str) -> Challenge:
    said = fields.object("challenge", required=frozenset({"nonce", "expires_at"}))
    try:
        nonce = bytes.fromhex(said.slug("nonce"))
        return Challenge(nonce, PURPOSE_ASSERTION, application, nonce.hex().encode("ascii"), said.moment("expires_at"))
    except ValueError:
        raise WrongValue(field=f"{said.path}nonce", expected="at least 16 bytes in hexadecimal") from None


def _answer(value: object, path: str, application: str) -> KeptAnswer:
    plain = Fields(path, value if isinstance(value, dict) else {})
    means = Means(plain.choice("means", tuple(each.value for each in Means))) if plain.has("means") else None
    if means is None:
        raise WrongValue(field=f"{path}means", expected="one of " + ", ".join(each.value for each in Means))
    own = {Means.PASSKEY: {"challenge", "credential"}}.get(means, {"vouched_by"} if means in VOUCHED else set())
    for name in plain.found:
        if name not in {"means", "at", *own}:
            raise WrongValue(field=path + ascii(name)[1:-1][:40], expected=f"left out for {means.value}")
    for name in sorted({"at", *own}):
        if not plain.has(name):
            raise WrongValue(field=path + name, expected="given")
    passkey = means is Means.PASSKEY
    return KeptAnswer(
        means,
        plain.moment("at"),
        read_assertion(plain.found["credential"], f"{path}credential.") if passkey else None,
        _challenge(plain, application) if passkey else None,
        plain.slug("vouched_by") if means in VOUCHED else None,
    )
