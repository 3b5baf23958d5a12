"""Certificates held, by URL: filled between calls, looked up while one is judged.

What a URL led to is held as it came out, good or bad, until it is due again: a repository that is down, or a forged
certificate, costs one fetch and no more. Not shared between processes: each worker holds its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.calls.stir.credential import Credential, TrustSet, establish
from sekisho.calls.stir.errors import CredentialMissing, StirFault
from sekisho.calls.stir.identity_header import require_https
from sekisho.calls.stir.ports import CertificateSource

MAX_HELD = 10_000
"""URLs. Anybody can name a new one in a call, so the oldest has to go; at about 2 KiB each, 20 MiB."""
GOOD_FOR = timedelta(hours=24)
"""A certificate is fetched again daily: ATIS-1000074 has repositories keep a URL's content until it expires."""
BAD_FOR = timedelta(minutes=5)
"""What couldn't be had, or used, is tried again then."""


@dataclass(frozen=True, slots=True)
class _Held:
    found: Credential | StirFault
    until: datetime


class CredentialStore:
    """Credentials by URL, at most :data:`MAX_HELD`. The trust set is fixed: another one is another store."""

    def __init__(self, trust: TrustSet) -> None:
        """Empty; ``trust`` is what every chain must lead to."""
        self._trust = trust
        self._held: OrderedDict[str, _Held] = OrderedDict()

    @property
    def held(self) -> int:
        """How many URLs are held."""
        return len(self._held)

    def put(self, url: str, data: bytes, *, at: datetime) -> Credential | StirFault:
        """Hold what ``url`` gave at ``at``. Returns the credential, or why it is none."""
        try:
            found: Credential | StirFault = establish(data, self._trust)
        except StirFault as fault:
            found = fault
        self._hold(url, found, at)
        return found

    def fetch(
        self, urls: Iterable[str], source: CertificateSource, *, at: datetime
    ) -> dict[str, Credential | StirFault]:
        """Fetch each URL that isn't held or is due, and hold it. Between calls: it may wait for the network."""
        result: dict[str, Credential | StirFault] = {}
        for url in urls:
            held = self._held.get(url)
            if held is not None and at < held.until:
                result[url] = held.found
                continue
            try:
                data = source.fetch(require_https(url))
            except StirFault as fault:
                self._hold(url, fault, at)
                result[url] = fault
            else:
                result[url] = self.put(url, data, at=at)
        return result

    def due(self, at: datetime) -> list[str]:
        """The URLs of good certificates that should be fetched again."""
        return [url for url, held in self._held.items() if isinstance(held.found, Credential) and held.until <= at]

    def look_up(self, url: str) -> Credential:
        """The credential at ``url``, without fetching; raises why there is none, :class:`CredentialMissing` if unheld.

        One that is due is used until its successor is there: whether it is valid and not revoked is asked per call.
        """
        held = self._held.get(url)
        if held is None:
            raise CredentialMissing(url=url)
        if isinstance(held.found, StirFault):
            # A new object: the one held would gather tracebacks, and with them the calls it was raised for.
            raise type(held.found)(**held.found.fields)
        return held.found

    def _hold(self, url: str, found: Credential | StirFault, at: datetime) -> None:
        self._held.pop(url, None)
        self._held[url] = _Held(found, at + (GOOD_FOR if isinstance(found, Credential) else BAD_FOR))
        while len(self._held) > MAX_HELD:
            self._held.popitem(last=False)
