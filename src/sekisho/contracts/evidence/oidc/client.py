"""How we prove ourselves to a provider's token endpoint: by a signed assertion, or a secret where it takes no better.

A credential is a secret: it stands in no trust file, no document, no report, and its ``repr`` shows nothing.
"""

from __future__ import annotations

import base64
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sekisho.contracts.evidence.oidc.errors import ProviderRefused
from sekisho.contracts.evidence.oidc.profile import (
    ALGORITHM_KEYS,
    CLIENT_ASSERTION_LIFE,
    RSA_BITS,
    ClientAuthentication,
)
from sekisho.contracts.evidence.oidc.provider import Provider

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""RFC 7523 section 2.2."""

MAX_CREDENTIAL: Final = 16 * 1024
"""Bytes of a key or secret file."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A client's private key. ``kid`` is the RFC 7638 thumbprint, under which the provider is given the public half."""

    algorithm: str
    kid: str
    key: RSAKey | ECKey = field(repr=False)

    def public_jwk(self) -> Mapping[str, object]:
        """What is registered with the provider."""
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": self.algorithm}


@dataclass(frozen=True, slots=True)
class Secret:
    """A client secret (RFC 6749 section 2.3.1)."""

    value: str = field(repr=False)


Credential = SigningKey | Secret


def read_credential(raw: bytes, provider: Provider) -> Credential:
    """A private key (PEM) or a secret (one line of text), whichever the provider's profile asks for.

    Raises ``ProviderRefused``; its sentence says what is wrong and nothing of what stands in the file.
    """
    if len(raw) > MAX_CREDENTIAL:
        raise ProviderRefused(problem=f"the credential is over {MAX_CREDENTIAL} bytes")
    if provider.profile.client_authentication is ClientAuthentication.CLIENT_SECRET_BASIC:
        try:
            value = raw.decode("ascii").strip("\r\n")
        except UnicodeDecodeError:
            value = ""
        if not (16 <= len(value) <= 500 and value.isprintable()):
            raise ProviderRefused(problem="the secret is not one line of 16 to 500 characters")
        return Secret(value)
    return _signing_key(raw, provider)


def _signing_key(raw: bytes, provider: Provider) -> SigningKey:
    for algorithm in provider.profile.client_algorithms:
        kind: type[RSAKey | ECKey] = RSAKey if ALGORITHM_KEYS[algorithm] == "RSA" else ECKey
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                key = kind.import_key(raw)
                size = key.raw_value.key_size
        except (JoseError, ValueError, TypeError, Warning):
            continue
        fits = size in RSA_BITS if kind is RSAKey else key.as_dict()["crv"] == "P-256"
        if key.is_private and fits:
            return SigningKey(algorithm, key.thumbprint(), key)
    wanted = " / ".join(provider.profile.client_algorithms)
    raise ProviderRefused(problem=f"the credential is not a private key (PEM) for {wanted}")


def authentication(
    provider: Provider, credential: Credential, *, audience: str, jti: str, moment: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and form fields that prove the client.

    The assertion is RFC 7523 section 3: ``iss`` and ``sub`` are the client, ``aud`` is the token endpoint alone,
    ``jti`` is random and never used again, life one minute.
    """
    if isinstance(credential, Secret):
        if provider.profile.client_authentication is not ClientAuthentication.CLIENT_SECRET_BASIC:
            raise ValueError("a secret is only for a profile that names client_secret_basic")
        # RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(credential.value)}"
        return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}, {}
    if provider.profile.client_authentication is not ClientAuthentication.PRIVATE_KEY_JWT:
        raise ValueError("a key is only for a profile that names private_key_jwt")
    issued = int(moment.timestamp())
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": audience,
        "jti": jti,
        "iat": issued,
        "exp": issued + int(CLIENT_ASSERTION_LIFE.total_seconds()),
    }
    header = {"alg": credential.algorithm, "kid": credential.kid}
    assertion = jwt.encode(header, claims, credential.key, algorithms=[credential.algorithm])
    return {}, {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
