"""The outside world of STIR: where certificates come from. Asked between calls, never while one is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sekisho.calls.stir.errors import CredentialUnavailable


class CertificateSource(Protocol):
    """Fetches what stands at an ``x5u``. The URL comes from whoever placed the call, so it is a stranger's.

    An implementation follows no redirect, asks only hosts the operator allowed, and reads at most
    :data:`~sekisho.calls.stir.credential.MAX_CHAIN_BYTES`. It checks no certificate.
    """

    def fetch(self, url: str) -> bytes:
        """The bytes at ``url``; raises :class:`CredentialUnavailable`."""
        ...


class SimulatedSource:
    """A repository in memory: ``pages`` by URL. What isn't there is unavailable; ``asked`` lists what was asked."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        """``pages`` may be changed later: it is looked at anew each time."""
        self.pages = pages
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        """The page, or :class:`CredentialUnavailable`."""
        self.asked.append(url)
        if url not in self.pages:
            raise CredentialUnavailable(url=url, problem="404")
        return self.pages[url]
