"""A visit of a site in every state that was asked for, and what comes of it as requests, observations and a reading."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sekisho.apps.collector.errors import PlaywrightMissing
from sekisho.apps.collector.honey import Honey, honey
from sekisho.apps.collector.notice import notices
from sekisho.apps.collector.observed import (
    BannerSeen,
    CookieSeen,
    FingerprintSeen,
    Observed,
    StorageSeen,
    Unsent,
)
from sekisho.apps.collector.plan import ORDER, Plan
from sekisho.apps.collector.resolver import NoResolver, Resolver
from sekisho.apps.collector.unmeasured import unmeasured
from sekisho.apps.evidence import Consent, NotMeasured, Reading, Target, TargetKind
from sekisho.apps.leaks import search
from sekisho.apps.traffic import OwnHosts, Request, host_of, pieces_of

if TYPE_CHECKING:
    from sekisho.apps.collector.state import StateVisit

_RESOLVE_S: Final = 20.0
"""Wait for all names together; a resolver that doesn't answer gives no alias."""
_MAX_RESOLVED: Final = 200
_FINGERPRINTS: Final = frozenset({"canvas", "fonts", "audio", "webrtc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a visit gave. ``honey`` is who was typed into forms; ``None`` if nobody was.

    ``requests`` are numbered from 1 over all states. The reading's pieces are what every request carries, and what of
    ``honey`` was found in requests to others. Nothing in it is judged.
    """

    requests: tuple[Request, ...]
    observed: Observed
    reading: Reading
    honey: Honey | None


def collect(plan: Plan, *, resolver: Resolver | None = None) -> Collected:
    """Visits the site of ``plan`` and returns what it sent and showed; blocks until that is done.

    Without a ``resolver`` no alias is asked for, and that is said. Whatever a page does becomes part of the result, if
    need be as 測定不能. Not to be called where an event loop runs already.

    Raises :class:`PlaywrightMissing` and :class:`BrowserMissing`.
    """
    return asyncio.run(collecting(plan, resolver=resolver))


async def collecting(plan: Plan, *, resolver: Resolver | None = None) -> Collected:
    """:func:`collect` where an event loop runs."""
    try:
        # Optional: whoever never visits a site needs no browser's driver.
        from playwright.async_api import async_playwright  # noqa: PLC0415  the optional part

        from sekisho.apps.collector.browser import opened  # noqa: PLC0415  the optional part
        from sekisho.apps.collector.state import StateVisit  # noqa: PLC0415  the optional part
    except ImportError as error:
        raise PlaywrightMissing from error
    version = ""
    visits = {consent: StateVisit(plan, consent) for consent in ORDER if consent in plan.states}
    async with async_playwright() as playwright:

        async def one(visit: StateVisit, pages: Sequence[str]) -> None:
            nonlocal version
            async with opened(playwright, plan) as running:
                version = running.version
                await visit.run(running, pages)

        first = visits.get(Consent.BEFORE)
        if first is not None:
            await one(first, ())
        pages = first.visited if first is not None and first.visited else [plan.address, *plan.pages]
        async with asyncio.TaskGroup() as group:
            for consent, visit in visits.items():
                if consent is not Consent.BEFORE:
                    group.create_task(one(visit, pages))
    return await _result(plan, list(visits.values()), resolver or NoResolver(), version)


async def _result(plan: Plan, visits: list[StateVisit], resolver: Resolver, version: str) -> Collected:
    found: list[Request] = []
    unsent: list[Unsent] = []
    for visit in visits:
        for recorder in visit.recorders:
            found += recorder.requests()
            unsent += (Unsent(address=address, page=page, consent=consent, why=why)
                       for address, page, consent, why in recorder.unsent())  # fmt: skip
        found += visit.elsewhere.missing(visit.seen_by_tabs())
    aliases = await _aliases(plan, found, resolver)
    requests = tuple(
        replace(each, number=number, cname=aliases.get(each.host) or ()) for number, each in enumerate(found, start=1)
    )
    observed = _observed(visits, requests, tuple(unsent))
    missing = [each for visit in visits for each in visit.missing]
    unknown = sorted(host for host, names in aliases.items() if names is None)
    if unknown:
        missing.append(unmeasured("cname_not_asked", page=plan.address, consent=Consent.UNKNOWN,
                                  detail=", ".join(unknown)))  # fmt: skip
    missing += _bodies(requests)
    person = honey(plan.honey_seed) if plan.honey_seed else None
    own = OwnHosts(plan.own)
    taken = search((each for each in requests if not own.receives(each)), person.known()) if person is not None else ()
    reading = Reading(
        target=Target(name=plan.address, sha256="", kind=TargetKind.WEB),
        pieces=(*pieces_of(requests, plan.own), *taken),
        not_measured=tuple(missing), facts=_facts(plan, visits, version),
    )  # fmt: skip
    return Collected(requests=requests, observed=observed, reading=reading, honey=person)


async def _aliases(plan: Plan, requests: Iterable[Request], resolver: Resolver) -> dict[str, tuple[str, ...] | None]:
    """What each of the operator's own hosts is an alias of; ``None`` where nobody told."""
    own = OwnHosts(plan.own)
    hosts = sorted({each.host for each in requests if each.host in own})[:_MAX_RESOLVED]
    found: dict[str, tuple[str, ...] | None] = dict.fromkeys(hosts)
    try:
        async with asyncio.timeout(_RESOLVE_S):
            for host in hosts:
                found[host] = await asyncio.to_thread(resolver.aliases, host)
    except TimeoutError:
        return found
    return found


def _observed(visits: Sequence[StateVisit], requests: Sequence[Request], unsent: tuple[Unsent, ...]) -> Observed:
    reports = [each for visit in visits for recorder in visit.recorders for each in recorder.reports]
    cookies = [
        CookieSeen(name=name, domain=each.host, set_by=each.url, how="header", consent=each.consent, page=each.page)
        for each in requests for name in each.set_cookies
    ] + [
        CookieSeen(name=each.name, domain=host_of(each.page), set_by=each.by, how="script", consent=each.consent,
                   page=each.page)
        for each in reports if each.kind == "cookie"
    ]  # fmt: skip
    first = next((visit for visit in visits if visit.consent is Consent.BEFORE), None)
    return Observed(
        pages=tuple(each for visit in visits for each in visit.pages),
        cookies=tuple(dict.fromkeys(cookies)),
        storage=tuple(dict.fromkeys(
            StorageSeen(key=each.name, area=each.how, set_by=each.by, consent=each.consent, page=each.page)
            for each in reports if each.kind == "storage"
        )),
        fingerprints=tuple(dict.fromkeys(
            FingerprintSeen(kind=each.kind, how=each.how, by=each.by, consent=each.consent, page=each.page)
            for each in reports if each.kind in _FINGERPRINTS
        )),
        banners=_banners(visits),
        notices=notices(tuple(first.looked.values()), first.visited) if first is not None else (),
        fields=tuple(each for visit in visits for each in visit.fields),
        held_back=tuple(dict.fromkeys((each.page, each.by) for each in reports if each.kind == "submit")),
        unsent=tuple(dict.fromkeys(unsent)),
        screenshots=tuple(each for visit in visits for each in visit.screenshots),
    )  # fmt: skip


def _banners(visits: Sequence[StateVisit]) -> tuple[BannerSeen, ...]:
    """Each page's banner once, as the state saw it that looked deepest."""
    found: dict[str, BannerSeen] = {}
    for visit in visits:
        if visit.banner is not None:
            before = found.get(visit.banner.page)
            if before is None or len(visit.banner.buttons) > len(before.buttons):
                found[visit.banner.page] = visit.banner
    return tuple(found.values())


def _bodies(requests: Iterable[Request]) -> list[NotMeasured]:
    unseen = [each for each in requests if not each.body_whole]
    if not unseen:
        return []
    return [unmeasured("body_unseen", page=unseen[0].page, consent=Consent.UNKNOWN, detail=len(unseen))]


def _facts(plan: Plan, visits: Sequence[StateVisit], version: str) -> tuple[tuple[str, str], ...]:
    """What the result depends on besides the site: how long was waited, how the browser was set."""
    timing = plan.timing
    return (
        ("browser", f"Chromium {version}"),
        ("settle_s", str(timing.settle_s)),
        ("quiet_s", str(timing.quiet_s)),
        ("settle_most_s", str(timing.settle_most_s)),
        ("max_pages", str(plan.max_pages)),
        ("states", ",".join(visit.consent.value for visit in visits)),
        ("own_hosts", ",".join(plan.own)),
        ("cache", "off"),
        ("service_workers", "blocked"),
        ("webdriver", "true"),
        ("language", plan.language),
        ("honey_seed", plan.honey_seed),
    )
