"""The provider's metadata (OpenID Connect Discovery 1.0; RFC 8414), checked against what was configured.

What a provider offers never weakens what the profile asks: the document says where its addresses are, not how it is to
be checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import MetadataRefused
from sekisho.contracts.evidence.oidc.ports import HttpRequest
from sekisho.contracts.evidence.oidc.profile import MAX_KEY_SET, MAX_METADATA
from sekisho.contracts.evidence.oidc.provider import Provider, is_safe_address

_WHAT: Final = "discovery document"
_MOST: Final = 100
"""Values of one list of the document."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where the provider's addresses are. ``answers_with_issuer``: RFC 9207 is advertised, or was configured."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    jwks_uri: str
    answers_with_issuer: bool


def metadata_request(provider: Provider) -> HttpRequest:
    """OpenID Connect Discovery section 4.1: a final slash of the issuer is left out before the rest is put after."""
    address = provider.issuer.removesuffix("/") + "/.well-known/openid-configuration"
    return HttpRequest("GET", address, {"accept": "application/json"}, b"", MAX_METADATA)


def keys_request(metadata: Metadata) -> HttpRequest:
    """For the provider's JWKS."""
    return HttpRequest("GET", metadata.jwks_uri, {"accept": "application/json"}, b"", MAX_KEY_SET)


def read_metadata(raw: bytes, provider: Provider) -> Metadata:
    """The document; ``MetadataRefused`` where it isn't this provider's, or the profile can't be kept with it."""
    written = messages.read_object(raw, what=_WHAT, limit=MAX_METADATA)
    issuer = messages.text(written, "issuer", what=_WHAT, limit=300)
    if issuer != provider.issuer:  # Discovery section 4.3: exactly, the slash at the end included
        raise MetadataRefused(problem=f"its issuer is {issuer}, the configured one is {provider.issuer}")
    profile = provider.profile
    _require(written, "response_types_supported", {"code"})
    _require(written, "id_token_signing_alg_values_supported", profile.token_algorithms)
    if "token_endpoint_auth_methods_supported" in written:  # absent means client_secret_basic, says Discovery section 3
        _require(written, "token_endpoint_auth_methods_supported", {profile.client_authentication.value})
    if profile.pkce_advertised or "code_challenge_methods_supported" in written:
        _require(written, "code_challenge_methods_supported", {"S256"})
    advertised = written.get("authorization_response_iss_parameter_supported", False)
    if not isinstance(advertised, bool):
        raise MetadataRefused(problem="authorization_response_iss_parameter_supported is not true or false")
    return Metadata(
        issuer,
        _address(written, "authorization_endpoint"),
        _address(written, "token_endpoint"),
        _address(written, "userinfo_endpoint") if "userinfo_endpoint" in written else None,
        _address(written, "jwks_uri"),
        advertised or provider.answers_with_issuer,
    )


def _require(written: Mapping[str, Any], name: str, wanted: set[str] | frozenset[str]) -> None:
    if not wanted & set(messages.texts(written, name, what=_WHAT, most=_MOST)):
        raise MetadataRefused(problem=f"{name} has none of {', '.join(sorted(wanted))}")


def _address(written: Mapping[str, Any], name: str) -> str:
    found = messages.text(written, name, what=_WHAT)
    if not is_safe_address(found):
        raise MetadataRefused(problem=f"{name} is not an https address")
    return found
