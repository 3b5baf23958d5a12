"""Principals kept for a few seconds, so that a busy caller doesn't ask the database about a token each time.

A revocation is respected in two ways. Every change of staff, roles or tokens raises the generation
(:func:`sekisho.access.service.generation`, one row): an entry of another generation isn't used, so a caller that
reads the generation with each request loses no time at all. A caller that reads it less often is stale for as long as
it waits, but never for more than ``KEPT_FOR``.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sekisho.access.principal import Principal

KEPT_FOR: Final = timedelta(seconds=5)
"""Longest time a principal is used without asking again, whatever the caller does about generations."""
MAX_KEPT: Final = 10_000
"""Most entries; the longest unused goes first. 10,000 take about 10 MB."""


@dataclass(frozen=True, slots=True)
class _Entry:
    principal: Principal
    generation: int
    until: datetime


class PrincipalCache:
    """Thread-safe. Keeps hashes of tokens, not tokens, and only tokens that were accepted."""

    def __init__(self) -> None:
        """Empty."""
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._guard = threading.Lock()

    def find(self, token: str, *, generation: int, now: datetime) -> Principal | None:
        """The principal kept for ``token``, if it is of this generation and still good at ``now``."""
        key = _key(token)
        with self._guard:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.generation != generation or now >= entry.until:
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return entry.principal

    def keep(self, token: str, principal: Principal, *, generation: int, now: datetime) -> None:
        """Keep what was just learnt. ``generation`` must have been read before the token was looked up, not after."""
        until = now + KEPT_FOR
        if principal.expires_at is not None:
            until = min(until, principal.expires_at)
        with self._guard:
            self._entries[_key(token)] = _Entry(principal, generation, until)
            if len(self._entries) > MAX_KEPT:
                self._entries.popitem(last=False)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
