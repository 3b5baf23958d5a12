"""One state's visit of a site in a browser of its own: its pages one after another, and what each of them showed."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from playwright.async_api import BrowserContext, Error

from sekisho.apps.collector import choice, form
from sekisho.apps.collector.browser import Running
from sekisho.apps.collector.crawl import Frontier, Link, bare, followed
from sekisho.apps.collector.elsewhere import Elsewhere
from sekisho.apps.collector.honey import honey
from sekisho.apps.collector.lexicon import leads_to_opt_out
from sekisho.apps.collector.notice import MAX_EXTRA_PAGES, MAX_HTML, Looked, promised
from sekisho.apps.collector.observed import BannerSeen, FieldSeen, PageSeen, Screenshot
from sekisho.apps.collector.plan import Plan
from sekisho.apps.collector.recorder import Recorder
from sekisho.apps.collector.tab import Tab, open_tab
from sekisho.apps.collector.unmeasured import Stopped, unmeasured
from sekisho.apps.evidence import Consent, NotMeasured

_MAX_LINKS: Final = 2_000
_MAX_TEXT: Final = 200_000
_MAX_SHOTS: Final = 40
_LAST_WORDS_S: Final = 0.3
"""What a page sends when it is left needs a moment to be recorded."""


class StateVisit:
    """One state. Everything it finds is in its fields at any moment, so that an end in between loses nothing."""

    def __init__(self, plan: Plan, consent: Consent) -> None:
        self.plan = plan
        self.consent = consent
        self.recorders: list[Recorder] = []
        self.pages: list[PageSeen] = []
        self.looked: dict[str, Looked] = {}
        self.visited: list[str] = []
        self.banner: BannerSeen | None = None
        self.fields: list[FieldSeen] = []
        self.screenshots: list[Screenshot] = []
        self.missing: list[NotMeasured] = []
        self.elsewhere = Elsewhere()
        self._now = Consent.BEFORE
        self._tab: Tab | None = None
        self._asked: set[str] = set()

    async def run(self, running: Running, pages: Sequence[str]) -> None:
        """Visits. ``pages`` are what the first state found. What a page does raises nothing."""
        context = None
        try:
            async with asyncio.timeout(self.plan.timing.state_s):
                context = await running.context()
                self.elsewhere.listen(context, self._moment)
                if self.consent is Consent.BEFORE:
                    await self._before(running, context)
                else:
                    await self._after(running, context, pages)
                await self._leave()
        except TimeoutError:
            self._miss("state_timeout", self.plan.address, self.plan.timing.state_s)
        except Stopped as stopped:
            self._miss(stopped.reason, self._page or self.plan.address, stopped.detail)
        except Error as error:
            limit = self.plan.limits.memory_bytes if running.why == "memory_limit" else ""
            self._miss(running.why or "page_refused", self._page or self.plan.address, limit or _first_line(error))
        finally:
            if self._tab is not None:
                await self._tab.close()

    async def _before(self, running: Running, context: BrowserContext) -> None:
        frontier = Frontier(self.plan)
        while (address := frontier.next()) is not None:
            looked = await self._visit(running, context, address)
            if looked is not None:
                frontier.arrived(looked.address)
                frontier.add(looked.links)
                self.visited.append(looked.address)
        self.visited = list(dict.fromkeys(self.visited))
        for _ in range(MAX_EXTRA_PAGES):
            links = tuple(Link(each, "", 0, True) for each in promised(tuple(self.looked.values())))
            waiting = [each for each in followed(self.plan, links) if each not in self._asked]
            if not waiting:
                break
            await self._visit(running, context, waiting[0])

    async def _after(self, running: Running, context: BrowserContext, pages: Sequence[str]) -> None:
        first = pages[0] if pages else self.plan.address
        if self.consent is Consent.OPTED_OUT:
            await self._opt_out(running, context, first)
        else:
            if await self._visit(running, context, first) is None or self._tab is None:
                raise Stopped("no_banner")
            await self._choose(self._tab, first, self.consent)
        for address in pages:
            await self._visit(running, context, address)

    async def _choose(self, tab: Tab, page: str, wanted: Consent) -> None:
        """Makes the choice; what begins after it is of its state."""
        await tab.barrier()
        tab.recorder.consent = self._now = wanted
        try:
            chosen = await (choice.accept if wanted is Consent.ACCEPTED else choice.reject)(tab, page)
        except Stopped as stopped:
            untouched = stopped.reason in {"no_banner", "banner_unclear"}
            self._relabel(tab, wanted, Consent.BEFORE if untouched else Consent.UNKNOWN)
            raise
        self.banner = chosen.banner
        await tab.settle()
        if await choice.still_there(tab):
            self._relabel(tab, wanted, Consent.UNKNOWN)
            raise Stopped("press_without_effect", chosen.words)
        await self._shoot(tab, page, "choice")

    async def _opt_out(self, running: Running, context: BrowserContext, first: str) -> None:
        """Stops sending on the operator's own page; where the site asks for consent, that is given before."""
        looked = await self._visit(running, context, first)
        ways = [*self.plan.opt_out]
        if looked is not None:
            links = [each for each in looked.links if leads_to_opt_out(each.words)]
            ways += followed(self.plan, links)
            if not ways:
                # A policy or the notice is where such links commonly stand.
                for address in followed(self.plan, [Link(each, "", 0, True) for each in promised([looked])])[:3]:
                    policy = await self._visit(running, context, address)
                    ways += followed(self.plan, [each for each in (policy.links if policy else ())
                                                 if leads_to_opt_out(each.words)])  # fmt: skip
                    ways.append(address)
        if looked is not None and self._tab is not None:
            with suppress(Stopped):
                if await self._visit(running, context, first) is not None:
                    await self._choose(self._tab, first, Consent.ACCEPTED)
        for address in dict.fromkeys(ways):
            if await self._visit(running, context, bare(address)) is None or self._tab is None:
                continue
            tab = self._tab
            await tab.barrier()
            before, tab.recorder.consent = tab.recorder.consent, Consent.OPTED_OUT
            try:
                await choice.opt_out(tab)
            except Stopped:
                tab.recorder.consent = before
                continue
            self._now = Consent.OPTED_OUT
            await tab.settle()
            return
        raise Stopped("no_opt_out")

    def _relabel(self, tab: Tab, since: Consent, until: Consent) -> None:
        """A choice that wasn't made, or may not have been, makes no state."""
        tab.recorder.relabel(since, until)
        tab.recorder.consent = self._now = until

    async def _visit(self, running: Running, context: BrowserContext, address: str) -> Looked | None:
        """One page; ``None`` where it couldn't be looked at, with the reason kept."""
        if running.why:
            raise Stopped(running.why, self.plan.limits.memory_bytes)
        if self._tab is None or not self._tab.alive:
            if self._tab is not None:
                await self._tab.close()
            self._tab = await open_tab(running, context)
            self.recorders.append(self._tab.recorder)
        tab = self._tab
        tab.recorder.consent = self._now
        self._asked.add(bare(address))
        try:
            async with asyncio.timeout(self.plan.timing.page_s):
                return await self._look(tab, address)
        except TimeoutError:
            tab.pull("page_timeout", self.plan.timing.page_s)
            self._miss("page_timeout", address, self.plan.timing.page_s)
        except Stopped as stopped:
            self._miss(stopped.reason, address, stopped.detail)
        except Error as error:
            self._miss(running.why or "page_refused", address, _first_line(error))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            # What a page makes the browser answer need not have the shape of an answer.
            self._miss("page_refused", address, type(error).__name__)
        return None

    async def _look(self, tab: Tab, address: str) -> Looked:
        status = await self._go(tab, address)
        for world in await tab.worlds():
            if world.main:
                await world.ask("look.scroll()")
        settled, waited = await tab.settle()
        if not settled:
            self._miss("never_settled", address, waited)
        main = (await tab.worlds())[0]
        await main.ask("look.top()")
        told = await main.ask(f"look.text({_MAX_TEXT})")
        links = tuple(Link(str(each["href"]), str(each["words"]), float(each["px"]), bool(each["seen"]))
                      for each in await main.ask(f"look.links({_MAX_LINKS})"))  # fmt: skip
        looked = Looked(bare(tab.page.url), str(told["title"]), tuple(map(str, told["headings"])), str(told["text"]),
                        {float(px): int(count) for px, count in told["sizes"].items()}, str(told["language"]), links,
                        "")  # fmt: skip
        if looked.is_notice:
            html = str(await main.ask(f"look.html({MAX_HTML})"))
            looked = Looked(looked.address, looked.title, looked.headings, looked.text, looked.sizes, looked.language,
                            links, html)  # fmt: skip
        self.looked.setdefault(looked.address, looked)
        self._asked.add(looked.address)
        await self._shoot(tab, looked.address, "notice" if looked.is_notice else "page")
        await self._watch(tab, looked.address)
        if self.consent is Consent.BEFORE and self.banner is None and not self.visited:
            try:
                self.banner = await choice.find(tab, looked.address)
            except Stopped as stopped:
                self._miss(stopped.reason, looked.address, stopped.detail)
        if self.plan.honey_seed:
            await self._fill(tab, looked.address)
        self.pages.append(
            PageSeen(address=looked.address, consent=self._now, title=looked.title, status=status, settled=settled,
                     waited_s=waited, requests=tab.recorder.count)
        )  # fmt: skip
        return looked

    async def _go(self, tab: Tab, address: str) -> int:
        """Opens a page; the status of its answer. Raises :class:`Stopped` where there is no page to look at.

        A page that moves on by itself may end this navigation, and is looked at where it went. One that the page before
        it kept from being asked for at all wasn't looked at.
        """
        timing = self.plan.timing
        tab.recorder.begin(bare(address))
        downloads = tab.downloads
        try:
            response = await tab.bounded(
                tab.page.goto(address, wait_until="load", timeout=timing.load_s * 1000), timing.load_s + 3,
                "navigation_failed",
            )  # fmt: skip
        except Error as error:
            said = _first_line(error)
            await asyncio.sleep(0)
            if tab.downloads > downloads or "Download is starting" in said:
                raise Stopped("download") from error
            if "ERR_CERT" in said or "ERR_SSL" in said:
                raise Stopped("certificate", _code(said)) from error
            if "ERR_TOO_MANY_REDIRECTS" in said:
                raise Stopped("redirect_loop") from error
            if "Timeout" in said and tab.page.url not in {"about:blank", ""}:
                self._miss("load_unfinished", address, timing.load_s)
                return 0
            if ("interrupted by another navigation" in said or "ERR_ABORTED" in said) and tab.recorder.reached(address):
                return 0
            raise Stopped("navigation_failed", _code(said)) from error
        return response.status if response is not None else 0

    async def _watch(self, tab: Tab, page: str) -> None:
        """Whether the hooks stood in every frame to the end, and what they don't reach."""
        for frame, reason in await tab.seals():
            self._miss(reason, page, frame)
        for each in tab.recorder.reports:
            if each.kind == "worker" and each.page == tab.recorder.page and each.consent is self._now:
                self._miss("worker_unwatched", page, each.how)
        if tab.recorder.dropped_reports:
            self._miss("reports_full", page, self.plan.limits.reports)

    async def _fill(self, tab: Tab, page: str) -> None:
        found = await form.fill(tab, honey(self.plan.honey_seed), page, self._now)
        self.fields += found
        unclear = [each.label or "?" for each in found if each.kind is None]
        if unclear:
            self._miss("fields_unclear", page, " / ".join(unclear))
        if found:
            await tab.settle(self.plan.timing.quiet_s)
            await tab.hold_forms(hold=False)

    async def _shoot(self, tab: Tab, page: str, about: str) -> None:
        if len(self.screenshots) >= _MAX_SHOTS:
            return
        with suppress(Error, Stopped):
            told = await tab.bounded(
                tab.cdp.send("Page.captureScreenshot", {"format": "jpeg", "quality": 50, "optimizeForSpeed": True}), 5.0
            )
            data = b64decode(told["data"])
            digest = hashlib.sha256(data).hexdigest()
            self.screenshots.append(Screenshot(page=page, consent=self._now, about=about, sha256=digest, data=data))
        if not tab.alive:
            raise Stopped("page_refused")

    async def _leave(self) -> None:
        """What the last page sends when it is left belongs to it."""
        if self._tab is not None and self._tab.alive:
            with suppress(Error, Stopped):
                await self._tab.bounded(self._tab.page.goto("about:blank"), 5.0)
                await asyncio.sleep(_LAST_WORDS_S)

    def _moment(self) -> tuple[Consent, str] | None:
        """State and page at this moment; ``None`` where the page's limit is reached and no more is kept."""
        full = self._tab is None or self._tab.recorder.count > self.plan.limits.requests
        return None if full else (self._now, self._page)

    @property
    def _page(self) -> str:
        return self._tab.recorder.page if self._tab is not None else ""

    def seen_by_tabs(self) -> Counter[tuple[str, str]]:
        """Method and address of everything that the tabs' own records have."""
        total: Counter[tuple[str, str]] = Counter()
        for each in self.recorders:
            total += each.addresses()
        return total

    def _miss(self, reason: str, page: str, detail: Any = "") -> None:
        found = unmeasured(reason, page=page, consent=self.consent, detail=detail)
        if found not in self.missing:
            self.missing.append(found)


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else ""


def _code(said: str) -> str:
    return next((each for each in said.split() if each.startswith("net::")), said)[:120]
