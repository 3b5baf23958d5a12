"""Claims of an ID token whose signature holds (OpenID Connect Core section 3.1.3.7), one check per rule."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import (
    AudienceDiffers,
    AuthenticationNotTold,
    AuthenticationTooOld,
    AuthenticationTooWeak,
    IssuerDiffers,
    NonceDiffers,
    TokenExpired,
    TokenFromTheFuture,
    TokenOlderThanRequest,
)
from sekisho.contracts.evidence.oidc.ports import Begun
from sekisho.contracts.evidence.oidc.profile import LEEWAY
from sekisho.contracts.evidence.oidc.provider import Provider

WHAT: Final = "ID token"
MAX_SUBJECT: Final = 255
"""Characters of ``sub`` (Core section 2)."""
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class AuthenticationEvent:
    """When and how the person authenticated, as the provider says it; None or empty where it doesn't."""

    at: datetime | None
    acr: str | None
    amr: tuple[str, ...]


def check_parties(claims: Mapping[str, Any], provider: Provider, *, what: str) -> None:
    """Rules (2) to (5): exactly this issuer, this client and nobody else, and this client as authorized party."""
    found = messages.text(claims, "iss", what=what)
    if found != provider.issuer:
        raise IssuerDiffers(what=what, found=found[:300], expected=provider.issuer)
    audience = claims.get("aud")
    if audience not in (provider.client_id, [provider.client_id]):  # others in the list are not trusted: rule (3)
        raise AudienceDiffers(what=what, member="aud")
    if "azp" in claims and claims["azp"] != provider.client_id:
        raise AudienceDiffers(what=what, member="azp")


def subject_of(claims: Mapping[str, Any], *, what: str) -> str:
    """``sub``: who, in the provider's own words."""
    return messages.text(claims, "sub", what=what, limit=MAX_SUBJECT)


def check_nonce(claims: Mapping[str, Any], begun: Begun) -> None:
    """Rule (11)."""
    found = claims.get("nonce")
    if not isinstance(found, str) or not hmac.compare_digest(found.encode(), begun.nonce.encode()):
        raise NonceDiffers


def check_times(claims: Mapping[str, Any], begun: Begun, moment: datetime) -> None:
    """Rules (9) and (10): not expired, not from the future, and not issued before it was asked for."""
    expires, issued = (messages.moment(claims, name, what=WHAT) for name in ("exp", "iat"))
    if moment >= expires + LEEWAY:
        raise TokenExpired(expires_at=expires.isoformat())
    if issued > moment + LEEWAY:
        raise TokenFromTheFuture(claim="iat", at=issued.isoformat())
    if "nbf" in claims:
        begins = messages.moment(claims, "nbf", what=WHAT)
        if begins > moment + LEEWAY:
            raise TokenFromTheFuture(claim="nbf", at=begins.isoformat())
    if issued < begun.begun_at - LEEWAY:
        raise TokenOlderThanRequest(issued_at=issued.isoformat())


def check_event(claims: Mapping[str, Any], begun: Begun, moment: datetime) -> AuthenticationEvent:
    """Rules (12) and (13): what was asked about the authentication is told, and is so."""
    at = messages.moment(claims, "auth_time", what=WHAT) if "auth_time" in claims else None
    if at is not None and at > moment + LEEWAY:
        raise TokenFromTheFuture(claim="auth_time", at=at.isoformat())
    if begun.max_age is not None:
        if at is None:
            raise AuthenticationNotTold(claim="auth_time")
        if moment - at > begun.max_age + LEEWAY:
            raise AuthenticationTooOld(at=at.isoformat(), max_age=int(begun.max_age.total_seconds()))
    acr = messages.optional_text(claims, "acr", what=WHAT, limit=300)
    if begun.acr_values:
        if acr is None:
            raise AuthenticationNotTold(claim="acr")
        # デジタル認証アプリ asks for two words as one class ("aal3 crl") and may answer with both.
        if acr not in (*begun.acr_values, " ".join(begun.acr_values)):
            raise AuthenticationTooWeak(found=acr, asked=" / ".join(begun.acr_values))
    amr = messages.texts(claims, "amr", what=WHAT, most=_MOST) if "amr" in claims else ()
    return AuthenticationEvent(at, acr, amr)
