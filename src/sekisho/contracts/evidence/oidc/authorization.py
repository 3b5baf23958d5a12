"""The authorization request (OpenID Connect Core section 3.1.2.1) and the checks of its answer.

The code flow only, with PKCE by S256 always (RFC 7636; RFC 9700 section 2.1.1): there is no way to leave it out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson

from sekisho.contracts.evidence.oidc.discovery import Metadata
from sekisho.contracts.evidence.oidc.errors import (
    AnswerIssuerDiffers,
    MessageMalformed,
    SignInDenied,
    StateDiffers,
)
from sekisho.contracts.evidence.oidc.ports import Begun
from sekisho.contracts.evidence.oidc.profile import MAX_TEXT, MIN_SECRET_CHARACTERS
from sekisho.contracts.evidence.oidc.provider import Provider

_ANSWER: Final = frozenset({"state", "code", "iss", "error", "error_description", "error_uri", "session_state"})
"""Parameters of an answer. ``session_state`` is that of OpenID Connect Session Management, which isn't used."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person's browser brought back, as it came: nothing of it is believed."""

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    iss: str | None = None
    error: str | None = None


def authorization_address(
    provider: Provider, metadata: Metadata, begun: Begun, *, verifier: str, claims: Mapping[str, Any] | None = None
) -> str:
    """Where to send the person's browser. ``claims`` is the request parameter of Core section 5.5.

    ``state``, ``nonce`` and ``verifier`` come from a random source with at least 256 bits each, and are three.
    """
    secrets = (begun.state, begun.nonce, verifier)
    if len(set(secrets)) != 3 or min(map(len, secrets)) < MIN_SECRET_CHARACTERS:
        raise ValueError("state, nonce and verifier are three secrets of 256 bits")
    if begun.redirect_uri not in provider.redirect_uris or begun.issuer != metadata.issuer:
        raise ValueError("the request is for this provider and one of its redirect addresses")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": begun.redirect_uri,
        "scope": " ".join(provider.profile.scopes),
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    if begun.acr_values:
        asked["acr_values"] = " ".join(begun.acr_values)
    if begun.max_age is not None:
        asked["max_age"] = str(int(begun.max_age.total_seconds()))
    if claims is not None:
        asked["claims"] = orjson.dumps(claims).decode("utf-8")
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return metadata.authorization_endpoint + joint + urlencode(asked)


def challenge_of(verifier: str) -> str:
    """RFC 7636 section 4.2, S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def read_answer(parameters: Mapping[str, str]) -> Answer:
    """The parameters of the redirect, each once; ``MessageMalformed`` for others or none that say anything."""
    what = "authorization response"
    for name, value in parameters.items():
        if name not in _ANSWER:
            raise MessageMalformed(what=what, problem=f"unknown parameter {ascii(name)[1:-1][:40]}")
        if not (0 < len(value) <= MAX_TEXT and value.isprintable()):
            raise MessageMalformed(what=what, problem=f"{name} is not text of 1 to {MAX_TEXT} characters")
    if "state" not in parameters or ("code" in parameters) == ("error" in parameters):
        raise MessageMalformed(what=what, problem="it has a state, and either a code or an error")
    return Answer(parameters["state"], parameters.get("code"), parameters.get("iss"), parameters.get("error"))


def check_answer(answer: Answer, begun: Begun, *, answers_with_issuer: bool) -> None:
    """RFC 6749 section 10.12 and RFC 9207 section 2.4, before the code goes anywhere; then, whether it is an error."""
    if not hmac.compare_digest(answer.state.encode(), begun.state.encode()):
        raise StateDiffers
    check_issuer(answer.iss, begun.issuer, answers_with_issuer=answers_with_issuer)
    if answer.error is not None:
        raise SignInDenied(error=ascii(answer.error)[1:-1][:60])


def check_issuer(found: str | None, expected: str, *, answers_with_issuer: bool) -> None:
    """RFC 9207 section 2.4: where there is an ``iss`` it is exactly the issuer; where it is advertised it is there."""
    if found != expected and (found is not None or answers_with_issuer):
        raise AnswerIssuerDiffers(found=(found or "–")[:300], expected=expected)
