"""The userinfo answer (OpenID Connect Core section 5.3.2): about the same person, signed or as the endpoint sent it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.compact import check_signature, claims_of, take_apart
from sekisho.contracts.evidence.oidc.document import Userinfo
from sekisho.contracts.evidence.oidc.errors import MessageMalformed, ProviderKeysMissing, SubjectDiffers
from sekisho.contracts.evidence.oidc.id_token import check_parties, subject_of
from sekisho.contracts.evidence.oidc.profile import MAX_USERINFO
from sekisho.contracts.evidence.oidc.provider import Provider

WHAT: Final = "userinfo"


def is_signed(userinfo: Userinfo) -> bool:
    """Whether it came as a JWT. One that didn't is only as good as the connection it came by."""
    return userinfo.media_type == "application/jwt"


def read_userinfo(userinfo: Userinfo, provider: Provider, *, subject: str) -> Mapping[str, Any]:
    """The claims, about ``subject``. A signed answer is checked by the same keys and algorithms as the ID token."""
    if is_signed(userinfo):
        if provider.keys is None:
            raise ProviderKeysMissing(issuer=provider.issuer)
        token = take_apart(userinfo.body, what=WHAT, algorithms=provider.profile.token_algorithms)
        check_signature(token, provider.keys.find(token.kid, token.algorithm, what=WHAT))
        claims = claims_of(token)
        check_parties(claims, provider, what=WHAT)
    elif userinfo.media_type == "application/json":
        claims = messages.read_object(userinfo.body.encode("utf-8"), what=WHAT, limit=MAX_USERINFO)
    else:
        raise MessageMalformed(what=WHAT, problem="it is application/json or application/jwt")
    if not hmac.compare_digest(subject_of(claims, what=WHAT).encode(), subject.encode()):
        raise SubjectDiffers
    return claims
