"""OpenID providers over HTTP: sends what :mod:`sekisho.contracts.evidence.oidc.exchange` makes, and nothing of its own.

TLS, or plain HTTP on loopback for a simulator. Follows no redirect (a token request that is redirected would hand the
code to somebody else), keeps no cookie, takes no proxy from the environment, asks for no compression, and never reads
more, or for longer, than it was told to.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import httpx

from sekisho.contracts.adapters.bounded_http import TIMEOUT_SECONDS
from sekisho.contracts.evidence.oidc.errors import MessageTooLarge, ProviderUnreachable
from sekisho.contracts.evidence.oidc.ports import HttpAnswer, HttpRequest
from sekisho.contracts.evidence.oidc.provider import is_safe_address

_WHAT: Final = "answer of the provider"


@dataclass(frozen=True, slots=True)
class OidcHttp:
    """A ``Transport`` over HTTP. Thread-safe; keeps no connection. ``timeout`` is for a whole answer, in seconds."""

    timeout: float = TIMEOUT_SECONDS

    def send(self, request: HttpRequest) -> HttpAnswer:
        """As ``Transport.send``."""
        if not is_safe_address(request.address):
            raise ProviderUnreachable(problem="not an https address")
        headers = {**request.headers, "accept-encoding": "identity"}
        until = time.monotonic() + self.timeout
        found = bytearray()
        try:
            with (
                httpx.Client(trust_env=False, follow_redirects=False, timeout=self.timeout) as client,
                client.stream(request.method, request.address, headers=headers, content=request.body) as answer,
            ):
                if answer.is_redirect:
                    raise ProviderUnreachable(problem=f"a redirect (HTTP {answer.status_code}), which isn't followed")
                for part in answer.iter_raw():
                    found += part
                    if len(found) > request.limit:
                        raise MessageTooLarge(what=_WHAT, limit=f"{request.limit} bytes")
                    if time.monotonic() > until:
                        # httpx's own limit is for each part, and a byte now and then keeps within it for ever.
                        raise ProviderUnreachable(problem="timed out")
                media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                return HttpAnswer(answer.status_code, media_type, bytes(found))
        except httpx.TimeoutException:
            raise ProviderUnreachable(problem="timed out") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise ProviderUnreachable(problem="no connection, or it broke") from None
