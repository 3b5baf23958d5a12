"""A provider as the operator confirmed it: a trust file of the use ``oidc_provider``.

::

    {"profile": "openid_ida", "issuer": "https://id.example/", "client_id": "sekisho",
     "redirect_uris": ["https://shop.example/callback"],
     "answers_with_issuer": true,                                   optional: RFC 9207 is advertised
     "acr_values": ["urn:example:two-factors"], "max_age": 300,       optional: asked for, and then required
     "jwks": {"keys": […]},                                          optional: its keys, and then only these
     "reliance": {…}}                                                openid_ida: what the two firms agreed
                                                                     (:mod:`sekisho.contracts.evidence.reliance.agreement`)

Holds no secret: the client's own key or secret is kept apart. That the issuer is the right one was the operator's to
confirm; nothing that comes with a sign-in changes what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import ProviderNotConfigured, ProviderRefused
from sekisho.contracts.evidence.oidc.jwks import KeySet, key_set
from sekisho.contracts.evidence.oidc.profile import MAX_CONFIGURATION, PROFILES, ProviderProfile

USE: Final = "oidc_provider"
"""The use of the trust files."""

USE_KEYS: Final = "oidc_provider_keys"
"""The use of keys that a provider had at some time: documents outlive a provider's rotation of its keys."""

MAX_AGE_LIMIT: Final = 24 * 60 * 60
"""Seconds: who authenticated more than a day ago hasn't authenticated for this contract."""

_WHAT: Final = "oidc_provider"
_REQUIRED: Final = frozenset({"profile", "issuer", "client_id", "redirect_uris"})
_OPTIONAL: Final = frozenset({"answers_with_issuer", "acr_values", "max_age", "jwks", "reliance"})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Provider:
    """One configured provider. ``reliance`` is the section of that name, unread; None where there is none.

    ``pinned``: the file itself has keys, and no others count.
    """

    profile: ProviderProfile
    issuer: str
    client_id: str
    redirect_uris: tuple[str, ...]
    answers_with_issuer: bool = False
    acr_values: tuple[str, ...] = ()
    max_age: timedelta | None = None
    keys: KeySet | None = field(default=None, repr=False)
    reliance: Mapping[str, Any] | None = field(default=None, repr=False)
    pinned: bool = False


def read_provider(raw: bytes) -> Provider:
    """One file; ``ProviderRefused``, ``KeySetRefused`` and the errors of :mod:`.messages` say what is wrong."""
    written = messages.read_object(raw, what=_WHAT, limit=MAX_CONFIGURATION)
    for member in sorted(written.keys() - _REQUIRED - _OPTIONAL):
        raise ProviderRefused(problem=f"unknown member {ascii(member)[1:-1][:40]}")
    profile = PROFILES.get(messages.text(written, "profile", what=_WHAT))
    if profile is None:
        raise ProviderRefused(problem=f"profile is one of {', '.join(PROFILES)}")
    issuer = messages.text(written, "issuer", what=_WHAT, limit=300)
    if not is_safe_address(issuer) or urlsplit(issuer).query:
        # OpenID Connect Core section 1.2: https, no query, no fragment
        raise ProviderRefused(problem="issuer is not an https address without query")
    redirects = messages.texts(written, "redirect_uris", what=_WHAT, most=10)
    if not redirects or not all(map(is_safe_address, redirects)):
        raise ProviderRefused(problem="redirect_uris are https addresses, at least one")
    answers = written.get("answers_with_issuer", False)
    if not isinstance(answers, bool):
        raise ProviderRefused(problem="answers_with_issuer is true or false")
    reliance = messages.object_member(written, "reliance", what=_WHAT) if "reliance" in written else None
    if (reliance is not None) != (profile.name == "openid_ida"):
        raise ProviderRefused(problem="the profile openid_ida, and no other, has a section reliance")
    return Provider(
        profile,
        issuer,
        messages.text(written, "client_id", what=_WHAT, limit=200),
        redirects,
        answers,
        messages.texts(written, "acr_values", what=_WHAT, most=10) if "acr_values" in written else (),
        _max_age(written) if "max_age" in written else None,
        key_set(messages.object_member(written, "jwks", what=_WHAT)) if "jwks" in written else None,
        reliance,
        "jwks" in written,
    )


def _max_age(written: Mapping[str, Any]) -> timedelta:
    found = written["max_age"]
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= MAX_AGE_LIMIT:
        raise ProviderRefused(problem=f"max_age is 0 to {MAX_AGE_LIMIT} seconds")
    return timedelta(seconds=found)


def is_safe_address(address: str) -> bool:
    """An https address, or http on loopback (RFC 8252 section 7.3), without user, password or fragment."""
    try:
        parts = urlsplit(address)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return False
    plain = address.isascii() and address.isprintable() and " " not in address and "#" not in address
    return plain and bool(parts.hostname) and "@" not in parts.netloc and port_is_one


@dataclass(frozen=True, slots=True)
class Providers:
    """Configured providers by issuer and client: one issuer may know several clients."""

    listed: tuple[Provider, ...]

    def __post_init__(self) -> None:
        """Two with one issuer and client would leave open which one counts."""
        if len({(one.issuer, one.client_id) for one in self.listed}) != len(self.listed):
            raise ProviderRefused(problem="two files configure one issuer and client")

    def find(self, issuer: str, client_id: str) -> Provider:
        """``ProviderNotConfigured`` where there is none. Compared character by character."""
        for one in self.listed:
            if one.issuer == issuer and one.client_id == client_id:
                return one
        raise ProviderNotConfigured(issuer=issuer)


def read_keys(raw: bytes) -> tuple[str, KeySet]:
    """A file of the use :data:`USE_KEYS`: an issuer and keys that it had at some time, to check kept documents by.

    ``{"issuer": "…", "jwks": {"keys": […]}}``
    """
    written = messages.read_object(raw, what=USE_KEYS, limit=MAX_CONFIGURATION)
    if set(written) != {"issuer", "jwks"}:
        raise ProviderRefused(problem="it has issuer and jwks, and nothing else")
    issuer = messages.text(written, "issuer", what=USE_KEYS, limit=300)
    return issuer, key_set(messages.object_member(written, "jwks", what=USE_KEYS))
