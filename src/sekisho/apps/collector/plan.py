"""What is visited, in which states, and how much of a site is borne at most."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sekisho.apps.collector.errors import AddressRefused, PlanRefused
from sekisho.apps.evidence import Consent
from sekisho.apps.recipients.domains import as_host, registrable
from sekisho.apps.traffic import OwnHosts

CHROMIUM: Final = Path("/usr/bin/chromium")
"""Where Debian's package puts it."""

ORDER: Final = (Consent.BEFORE, Consent.ACCEPTED, Consent.REJECTED, Consent.OPTED_OUT)
"""The order of states in every result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long is waited, in seconds. It stands in every result: what comes later wasn't seen.

    After a page has loaded (at most ``load_s``), ``settle_s`` are waited, then until no request began for ``quiet_s``,
    in all at most ``settle_most_s``. An answer of a document has ``answer_s``,
    a page with all that is done on it ``page_s``, a state ``state_s``.
    """

    settle_s: float = 1.2
    quiet_s: float = 0.5
    settle_most_s: float = 5.0
    load_s: float = 15.0
    answer_s: float = 4.0
    page_s: float = 40.0
    state_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one page may ask of the browser before it is closed; memory is the whole browser's, in bytes.

    A page of a large news site makes some 500 requests and 20 MiB; the limits are several times that.
    """

    requests: int = 2_000
    received_bytes: int = 96 * 1024 * 1024
    frames: int = 150
    dialogs: int = 20
    windows: int = 5
    reports: int = 2_000
    """What scripts did, as told by the hooks; beyond it no more is kept of that page."""
    memory_bytes: int = 1_800 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One visit of one site.

    ``pages`` are visited before those that links lead to; ``max_pages`` bounds both, without pages of the notice and
    of opting out. ``own_hosts`` are the operator's besides the registered domain of ``address``. ``opt_out`` are pages
    on which the operator's users stop sending; where none are given, links by words are followed. ``honey_seed``
    chooses the made-up person typed into forms; empty leaves forms alone. ``resolver_rules`` are Chromium's
    ``--host-resolver-rules``. ``trusted_keys`` are base64 SHA-256 of public keys (SPKI) whose certificates are
    accepted: a staging site's own; no other faulty certificate is. ``user_agent`` replaces the browser's own, from
    which the word ``Headless`` is removed otherwise, since some tags send nothing then.

    Raises :class:`AddressRefused` and :class:`PlanRefused`.
    """

    address: str
    pages: tuple[str, ...] = ()
    max_pages: int = 5
    own_hosts: tuple[str, ...] = ()
    states: tuple[Consent, ...] = ORDER
    opt_out: tuple[str, ...] = ()
    honey_seed: str = "sekisho"
    user_agent: str = ""
    language: str = "ja-JP"
    chromium: Path = CHROMIUM
    resolver_rules: str = ""
    trusted_keys: tuple[str, ...] = ()
    timing: Timing = Timing()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        """Refuses what can't be visited or meant."""
        for address in (self.address, *self.pages, *self.opt_out):
            if not _visitable(address):
                raise AddressRefused(address=address[:200])
        if not 1 <= self.max_pages <= 200:
            raise PlanRefused(name="max_pages", value=self.max_pages)
        if Consent.UNKNOWN in self.states or not self.states:
            raise PlanRefused(name="states", value=",".join(self.states))
        for each in fields(self.timing):
            if not 0 < getattr(self.timing, each.name) <= 3600:
                raise PlanRefused(name=each.name, value=getattr(self.timing, each.name))
        for each in fields(self.limits):
            if getattr(self.limits, each.name) < 1:
                raise PlanRefused(name=each.name, value=getattr(self.limits, each.name))

    @property
    def own(self) -> tuple[str, ...]:
        """The operator's hosts: what is below the address's registered domain, and those given."""
        host = as_host(urlsplit(self.address).hostname or "")
        return (registrable(host) or host, *self.own_hosts)

    def is_own(self, address: str) -> bool:
        """Whether an address is the operator's own page."""
        return _visitable(address) and as_host(urlsplit(address).hostname or "") in OwnHosts(self.own)


def _visitable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(as_host(parts.hostname or "")) and parts.port != 0
    except ValueError:
        return False
