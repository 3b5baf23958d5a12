"""What every kind that rests on a sign-in does the same in ``kind.py``: trust files, and which application it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence.oidc.document import SignInDocument
from sekisho.contracts.evidence.oidc.profile import MAX_CONFIGURATION
from sekisho.contracts.evidence.oidc.provider import USE, USE_KEYS, Provider, Providers, read_keys, read_provider
from sekisho.contracts.evidence.verifier import Asked, Trust, TrustUse, trusting
from sekisho.engine.facts import Text

PROVIDER_USES: Final = (
    TrustUse(
        USE,
        Text("OpenID Connectの提供元の設定（JSON）", "configuration of an OpenID provider (JSON)"),
        MAX_CONFIGURATION,
    ),
    TrustUse(
        USE_KEYS,
        Text("提供元の公開鍵（JSON、発行者とJWKS）", "keys of an OpenID provider (JSON: issuer and JWKS)"),
        MAX_CONFIGURATION,
    ),
)
"""The uses of trust files of every such kind."""


def providers_of(trust: Trust, profile: str | None = None) -> Providers:
    """The configured providers of one profile (None: of all); without pinned keys, with those it is known to have had.

    Raises ``TrustFileRefused`` for a file that can't be used, whatever its profile.
    """
    found: list[Provider] = []
    for file in trust.get(USE, ()):
        with trusting(USE, file):
            # Two that say the same thing are refused at the second, which the error then names.
            found = list(Providers((*found, read_provider(file.content))).listed)
    for file in trust.get(USE_KEYS, ()):
        with trusting(USE_KEYS, file):
            issuer, keys = read_keys(file.content)
        found = [
            replace(one, keys=keys if one.keys is None else one.keys.joined(keys))
            if one.issuer == issuer and not one.pinned
            else one
            for one in found
        ]
    return Providers(tuple(one for one in found if profile is None or one.profile.name == profile))


def application_of(document: SignInDocument, asked: Asked) -> str:
    """The application the sign-in is for: the one asked about, which the document must name too."""
    if asked.application and document.begun.application != asked.application:
        raise WrongValue(field="application", expected="the application that this evidence is for")
    return document.begun.application
