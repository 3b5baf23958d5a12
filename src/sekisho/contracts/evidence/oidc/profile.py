"""Limits, algorithms and the named profiles of providers.

Marks of certainty: [C2] the same in several independent public sources; [U] from one source or unconfirmed. Nothing in
the code repeats a value that stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

LEEWAY: Final = timedelta(seconds=60)
"""How far two clocks may differ. OpenID Connect Core section 3.1.3.7 (9) and RFC 7519 section 4.1.4 allow "no more than
a few minutes"; machines that keep time by NTP differ by less than a second, so one minute is ample."""

SIGN_IN_LIFE: Final = timedelta(minutes=15)
"""How long a sign-in that was begun can be finished: reading a card and finding a PIN takes minutes, not an hour."""

CLIENT_ASSERTION_LIFE: Final = timedelta(seconds=60)
"""Life of a client assertion (RFC 7523 section 3 (4)): one request."""

MAX_TOKEN: Final = 32 * 1024
"""Bytes of a signed JWT. Real ID tokens are 1 to 3 KiB; with verified_claims and evidence, some more."""

MAX_HEADER: Final = 2 * 1024
"""Bytes of a JWT's header, encoded: alg, kid, typ and perhaps a certificate's thumbprint are under 300."""

MAX_SIGNATURE: Final = 1024
"""Bytes of a signature, encoded: that of a 4096-bit RSA key has 683 characters."""

MAX_USERINFO: Final = 64 * 1024
"""Bytes of a userinfo answer."""

MAX_METADATA: Final = 64 * 1024
"""Bytes of a discovery document. The largest public ones have about 10 KiB."""

MAX_KEY_SET: Final = 64 * 1024
"""Bytes of a JWKS."""

MAX_KEYS: Final = 32
"""Keys in a JWKS. Providers in rotation have two to six; twice that for several algorithms."""

MAX_TOKEN_ANSWER: Final = 3 * MAX_TOKEN
"""Bytes of a token endpoint's answer: ID token, access token, refresh token."""

MAX_CONFIGURATION: Final = 128 * 1024
"""Bytes of an operator's provider file: a JWKS and a page of settings."""

MAX_DEPTH: Final = 16
"""Levels of JSON: verified_claims with evidence and check details has nine."""

MAX_TEXT: Final = 2_000
"""Characters of one text member other than a token."""

RSA_BITS: Final = range(2048, 4096 + 1)
"""NIST SP 800-131A rev. 2 from below; above, checking one signature would take milliseconds."""

MIN_SECRET_CHARACTERS: Final = 43
"""256 bits in base64url: state, nonce and PKCE verifier (RFC 7636 section 4.1 asks for at least 43)."""


class ClientAuthentication(Enum):
    """How the client proves itself at the token endpoint. Decided by the profile, never by what a provider offers."""

    PRIVATE_KEY_JWT = "private_key_jwt"
    """RFC 7523; OpenID Connect Core section 9."""
    CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105  the name of a method, not a secret
    """RFC 6749 section 2.3.1: only where the provider takes nothing better."""


ALGORITHM_KEYS: Final = {"ES256": "EC", "PS256": "RSA", "RS256": "RSA"}
"""Signature algorithms (RFC 7518 section 3.1) that any profile may name, with the type of key. None is symmetric, and
``none`` is not among them."""


@dataclass(frozen=True, slots=True)
class ProviderProfile:
    """What is fixed about one kind of provider.

    ``token_algorithms`` are accepted on ID tokens and signed userinfo; ``client_algorithms`` may sign our client
    assertions, the first by default. ``scopes`` are asked for. ``pkce_advertised`` says that a provider which doesn't
    advertise S256 is refused; PKCE is sent either way.
    """

    name: str
    client_authentication: ClientAuthentication
    token_algorithms: frozenset[str]
    client_algorithms: tuple[str, ...]
    scopes: tuple[str, ...]
    pkce_advertised: bool = True

    def __post_init__(self) -> None:
        """An empty list would mean that anything goes, or that nothing can be sent."""
        if not self.token_algorithms or not self.token_algorithms <= frozenset(ALGORITHM_KEYS):
            raise ValueError("a profile names its algorithms, none of them symmetric")
        if self.client_authentication is ClientAuthentication.PRIVATE_KEY_JWT and not self.client_algorithms:
            raise ValueError("private_key_jwt needs an algorithm")
        if "openid" not in self.scopes:
            raise ValueError("OpenID Connect asks for the scope openid")


RELIED_ON: Final = ProviderProfile(
    "openid_ida",
    ClientAuthentication.PRIVATE_KEY_JWT,
    frozenset({"ES256", "PS256"}),  # as FAPI 2.0 Security Profile section 5.4.1; RS256 isn't among them
    ("ES256", "PS256"),
    ("openid",),
)
"""Another operator or bank that speaks OpenID Connect for Identity Assurance."""

DIGITAL_AUTH_APP: Final = ProviderProfile(
    "digital_auth_app",
    ClientAuthentication.PRIVATE_KEY_JWT,  # [C2]
    frozenset({"ES256"}),  # [C2]
    ("ES256", "RS256"),  # which of them the provider takes of a client: [U]
    ("openid", "name", "address", "birthdate", "gender"),  # [C2]
)
"""デジタル認証アプリ, the authentication API."""

GBIZID: Final = ProviderProfile(
    "gbizid",
    ClientAuthentication.CLIENT_SECRET_BASIC,  # [C2] the guideline names no other
    frozenset({"RS256"}),  # [C2]
    (),
    ("openid", "profile", "jp_gbizid_v1_ida"),  # the last by prior application [C2]
    pkce_advertised=False,  # optional there [C2]
)
"""gBizID (「Gビズ ID 接続システム向けガイドライン」 2.9)."""

PROFILES: Final = {one.name: one for one in (RELIED_ON, DIGITAL_AUTH_APP, GBIZID)}
"""By the name in a provider file."""
