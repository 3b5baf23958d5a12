"""Messages of the token and userinfo endpoints (OpenID Connect Core sections 3.1.3, 5.3). Sends nothing itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.client import Credential, authentication
from sekisho.contracts.evidence.oidc.discovery import Metadata
from sekisho.contracts.evidence.oidc.document import Userinfo
from sekisho.contracts.evidence.oidc.errors import ExchangeRefused, MessageMalformed, ProviderUnreachable
from sekisho.contracts.evidence.oidc.ports import Begun, HttpAnswer, HttpRequest
from sekisho.contracts.evidence.oidc.profile import MAX_TOKEN, MAX_TOKEN_ANSWER, MAX_USERINFO
from sekisho.contracts.evidence.oidc.provider import Provider

_JSON: Final = "application/json"
_JWT: Final = "application/jwt"
_TOKEN_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""RFC 6750 section 2.1, b68token: what may stand in a header."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave. The access token serves for one userinfo request and is then forgotten."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


def token_request(
    provider: Provider,
    metadata: Metadata,
    begun: Begun,
    credential: Credential,
    *,
    code: str,
    verifier: str,
    jti: str,
    moment: datetime,
) -> HttpRequest:
    """RFC 6749 section 4.1.3 with RFC 7636 section 4.5."""
    headers, fields = authentication(provider, credential, audience=metadata.token_endpoint, jti=jti, moment=moment)
    asked: Mapping[str, str] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun.redirect_uri,
        "code_verifier": verifier,
        "client_id": provider.client_id,
        **fields,
    }
    sent = {"accept": _JSON, "content-type": "application/x-www-form-urlencoded", **headers}
    return HttpRequest("POST", metadata.token_endpoint, sent, urlencode(asked).encode(), MAX_TOKEN_ANSWER)


def read_tokens(answer: HttpAnswer) -> Tokens:
    """RFC 6749 sections 5.1, 5.2. ``ExchangeRefused`` for a no, ``ProviderUnreachable`` for what says nothing."""
    what = "token response"
    if answer.status >= 500 or answer.status == 429:
        raise ProviderUnreachable(problem=f"token endpoint: HTTP {answer.status}")
    _require_media_type(answer, {_JSON}, what)
    written = messages.read_object(answer.body, what=what, limit=MAX_TOKEN_ANSWER)
    if answer.status != 200:
        error = written.get("error")
        raise ExchangeRefused(error=ascii(error)[1:-1][:60] if isinstance(error, str) else f"HTTP {answer.status}")
    if messages.text(written, "token_type", what=what, limit=20).lower() != "bearer":
        raise MessageMalformed(what=what, problem="token_type is not Bearer")
    access = messages.text(written, "access_token", what=what, limit=MAX_TOKEN)
    if _TOKEN_CHARACTERS.fullmatch(access) is None:
        raise MessageMalformed(what=what, problem="access_token has characters that no header may have")
    return Tokens(messages.text(written, "id_token", what=what, limit=MAX_TOKEN), access)


def userinfo_request(metadata: Metadata, tokens: Tokens) -> HttpRequest | None:
    """OpenID Connect Core section 5.3.1; None where the provider has no such endpoint."""
    if metadata.userinfo_endpoint is None:
        return None
    headers = {"accept": f"{_JSON}, {_JWT}", "authorization": f"Bearer {tokens.access_token}"}
    return HttpRequest("GET", metadata.userinfo_endpoint, headers, b"", MAX_USERINFO)


def read_userinfo_answer(answer: HttpAnswer) -> Userinfo:
    """The answer as it came, not yet believed."""
    what = "userinfo response"
    if answer.status != 200:
        raise ProviderUnreachable(problem=f"userinfo endpoint: HTTP {answer.status}")
    _require_media_type(answer, {_JSON, _JWT}, what)
    try:
        return Userinfo(answer.media_type, answer.body.decode("utf-8"))
    except UnicodeDecodeError:
        raise MessageMalformed(what=what, problem="not UTF-8") from None


def _require_media_type(answer: HttpAnswer, wanted: set[str], what: str) -> None:
    if answer.media_type not in wanted:
        raise MessageMalformed(what=what, problem=f"its media type is not {' or '.join(sorted(wanted))}")
