"""Certificates over HTTPS, only from hosts the operator allowed: a stranger's URL isn't simply opened."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

from sekisho.calls.stir.credential import MAX_CHAIN_BYTES
from sekisho.calls.stir.errors import CredentialUnavailable
from sekisho.calls.stir.identity_header import require_https

TIMEOUT_SECONDS = 3.0
"""Per step (connect, read); nobody waits for it, the call went on without."""


class HttpsSource:
    """Asks the hosts in ``hosts`` (exact names) and no other; follows no redirect, uses no proxy of the environment."""

    def __init__(self, hosts: Iterable[str], *, transport: httpx.BaseTransport | None = None) -> None:
        """``transport`` replaces the network; None is TLS with the system's authorities."""
        self._hosts = frozenset(host.lower() for host in hosts)
        self._client = httpx.Client(
            transport=transport, timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False
        )

    def fetch(self, url: str) -> bytes:
        """The bytes at ``url``, at most :data:`MAX_CHAIN_BYTES`; raises :class:`CredentialUnavailable`."""
        host = urlsplit(require_https(url)).hostname
        if host not in self._hosts:
            raise CredentialUnavailable(url=url, problem="host not allowed")
        data = b""
        try:
            with self._client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise CredentialUnavailable(url=url, problem=f"HTTP {answer.status_code}")
                for part in answer.iter_raw():
                    data += part
                    if len(data) > MAX_CHAIN_BYTES:
                        raise CredentialUnavailable(url=url, problem=f"more than {MAX_CHAIN_BYTES} bytes")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CredentialUnavailable(url=url, problem=type(error).__name__) from error
        return data

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
