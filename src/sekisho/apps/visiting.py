"""The two ways to visit a site: Chromium, and a simulator in memory of the same protocol; and how a page is fetched."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from sekisho.apps.collector import Collected, NoResolver, Observed, Plan, Resolver, collect, honey
from sekisho.apps.collector.unmeasured import unmeasured
from sekisho.apps.errors import TargetRefused
from sekisho.apps.evidence import Consent, NotMeasured, Reading, Target, TargetKind
from sekisho.apps.leaks import search
from sekisho.apps.traffic import OwnHosts, Request, pieces_of

PAGE_MOST: Final = 4 * 1024 * 1024
"""Bytes of a policy's page; real ones have some hundred kilobytes."""
_REDIRECTS_MOST: Final = 5
_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Browser:
    """The system's Chromium. Names are resolved (CNAME) only by the ``resolver`` that is given."""

    resolver: Resolver = field(default_factory=NoResolver)

    def visit(self, plan: Plan) -> Collected:
        """As :func:`sekisho.apps.collector.collect`."""
        return collect(plan, resolver=self.resolver)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a simulated site sends and shows; ``gaps`` are what a visit couldn't look at."""

    requests: tuple[Request, ...] = ()
    observed: Observed = field(default_factory=Observed)
    gaps: tuple[NotMeasured, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedBrowser:
    """Sites in memory, by address. Of an address that isn't there nothing can be opened, as in a browser."""

    sites: Mapping[str, Site]

    def visit(self, plan: Plan) -> Collected:
        """What the site sends in the states of the plan."""
        site = self.sites.get(plan.address)
        if site is None:
            gaps = tuple(unmeasured("navigation_failed", page=plan.address, consent=consent, detail="no such site")
                         for consent in plan.states)  # fmt: skip
            site = Site(gaps=gaps)
        requests = tuple(each for each in site.requests if each.consent in (*plan.states, Consent.UNKNOWN))
        person = honey(plan.honey_seed) if plan.honey_seed else None
        own = OwnHosts(plan.own)
        elsewhere = [each for each in requests if not own.receives(each)]
        taken = search(elsewhere, person.known()) if person is not None else ()
        reading = Reading(
            target=Target(name=plan.address, sha256="", kind=TargetKind.WEB),
            pieces=(*pieces_of(requests, plan.own), *taken), not_measured=site.gaps,
            facts=(("browser", "simulated"), ("own_hosts", ",".join(plan.own))),
        )  # fmt: skip
        return Collected(requests=requests, observed=site.observed, reading=reading, honey=person)


@dataclass(frozen=True, slots=True)
class WebPages:
    """Fetches by HTTP: no script runs, at most :data:`PAGE_MOST` bytes, a few redirects, some seconds."""

    transport: httpx.BaseTransport | None = None

    def fetch(self, address: str) -> bytes:
        """The page's body. Raises :class:`TargetRefused`."""
        ends = time.monotonic() + _SECONDS
        try:
            with (
                httpx.Client(
                    transport=self.transport, follow_redirects=True, max_redirects=_REDIRECTS_MOST, timeout=_SECONDS
                ) as client,
                client.stream("GET", address) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise TargetRefused(name=address[:200], why=f"HTTP {answer.status_code}")
                found = bytearray()
                for part in answer.iter_bytes():
                    found += part
                    if len(found) > PAGE_MOST or time.monotonic() > ends:
                        raise TargetRefused(name=address[:200], why="too large or too slow")
                return bytes(found)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TargetRefused(name=address[:200], why=type(error).__name__) from None
