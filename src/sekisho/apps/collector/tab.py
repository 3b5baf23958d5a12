"""One tab: everything that is asked of a page goes through here, with an end to every wait.

A page is asked from a world of its own (CDP ``Page.createIsolatedWorld``): scripts of the page can't change the answer.
Only whether the hooks still stand is asked in the page's own world.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Coroutine
from importlib import resources
from typing import Any, Final, TypeVar

from playwright.async_api import BrowserContext, CDPSession, Dialog, Error, Page

from sekisho.apps.collector.browser import Running
from sekisho.apps.collector.plan import Plan
from sekisho.apps.collector.recorder import MAX_INITIATORS, Recorder
from sekisho.apps.collector.unmeasured import Stopped

T = TypeVar("T")

_CLOSE_S: Final = 4.0
MAX_FRAMES_ASKED: Final = 25
"""Frames that are looked into for banners, fields and hooks; pages seldom have more that show anything."""

_SCRIPTS: Final = resources.files("sekisho.apps.collector") / "scripts"
_LOOK: Final = (_SCRIPTS / "page.js").read_text(encoding="utf-8")
_HOOKS: Final = (_SCRIPTS / "hooks.js").read_text(encoding="utf-8")


class World:
    """One frame's document, asked from a world of our own."""

    def __init__(self, tab: Tab, context: int, url: str, *, main: bool) -> None:
        self.tab = tab
        self.url = url
        self.main = main
        self._context = context

    async def ask(self, expression: str) -> Any:
        """The value of an expression over ``look`` (scripts/page.js). Raises :class:`Stopped`."""
        answer = await self._evaluate(expression, by_value=True)
        return answer.get("value")

    async def where(self, at: int) -> tuple[float, float] | None:
        """The middle of a kept element in the tab's coordinates, scrolled to; ``None`` where it has no place."""
        await self.ask(f"look.bring({at})")
        answer = await self._evaluate(f"look.kept[{at}]", by_value=False)
        if "objectId" not in answer:
            return None
        try:
            told = await self.tab.cdp.send("DOM.getContentQuads", {"objectId": answer["objectId"]})
        except Error:
            return None
        if not told["quads"]:
            return None
        quad = told["quads"][0]
        return sum(quad[0::2]) / 4, sum(quad[1::2]) / 4

    async def _evaluate(self, expression: str, *, by_value: bool) -> dict[str, Any]:
        answer = await self.tab.bounded(
            self.tab.cdp.send(
                "Runtime.evaluate",
                {"expression": expression, "contextId": self._context, "returnByValue": by_value,
                 "timeout": int(self.tab.answer_s * 800)},
            ),
            self.tab.answer_s,
        )  # fmt: skip
        if "exceptionDetails" in answer:
            raise Stopped("page_refused", answer["exceptionDetails"].get("text", ""))
        result: dict[str, Any] = answer["result"]
        return result


class Tab:
    """A tab with its recorder. Once :meth:`pull` was called, every wait ends with :class:`Stopped`."""

    def __init__(self, page: Page, cdp: CDPSession, plan: Plan) -> None:
        self.page = page
        self.cdp = cdp
        self.plan = plan
        self.answer_s = plan.timing.answer_s
        self.recorder = Recorder(plan.limits, self.pull)
        self.downloads = 0
        self._dialogs = 0
        self._windows = 0
        self._pulled: Stopped | None = None
        self._pull = asyncio.Event()
        self._binding = f"b{secrets.token_hex(8)}"
        self._seal = f"s{secrets.token_hex(8)}"

    def pull(self, reason: str, detail: object = "") -> None:
        """Ends what goes on in this tab, for this reason; the first one counts."""
        if self._pulled is None:
            self._pulled = Stopped(reason, detail)
            self._pull.set()

    @property
    def alive(self) -> bool:
        """Whether the tab can go on to another page."""
        return self._pulled is None

    async def bounded(self, work: Coroutine[Any, Any, T], seconds: float, reason: str = "no_answer") -> T:
        """What ``work`` gives, if the tab isn't ended before and ``seconds`` aren't over. Raises :class:`Stopped`."""
        task, pulled = asyncio.ensure_future(work), asyncio.ensure_future(self._pull.wait())
        try:
            await asyncio.wait({task, pulled}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and not self._pull.is_set():
                return task.result()
            # What doesn't answer now won't answer the next question either.
            self.pull(reason, seconds)
            raise self._pulled or Stopped(reason, seconds)
        finally:
            for each in (task, pulled):
                each.cancel()
            await asyncio.gather(task, pulled, return_exceptions=True)

    async def worlds(self) -> list[World]:
        """The tab's frames, the main one first, each ready to be asked; those that can't be asked are left out."""
        tree = await self.bounded(self.cdp.send("Page.getFrameTree"), self.answer_s)
        found: list[World] = []
        waiting = [tree["frameTree"]]
        while waiting and len(found) < MAX_FRAMES_ASKED:
            node = waiting.pop(0)
            waiting += node.get("childFrames", ())
            main = not found
            with contextlib.suppress(Error):
                told = await self.bounded(
                    self.cdp.send("Page.createIsolatedWorld", {"frameId": node["frame"]["id"], "worldName": "sekisho"}),
                    self.answer_s,
                )
                world = World(self, told["executionContextId"], str(node["frame"].get("url", "")), main=main)
                await world.ask(_LOOK)
                found.append(world)
            if main and not found:
                raise Stopped("never_stays")
        return found

    async def settle(self, seconds: float | None = None) -> tuple[bool, float]:
        """Waits the fixed time, then for quiet; whether quiet came, and the seconds it took."""
        timing = self.plan.timing
        began = time.perf_counter()
        await self._sleep(timing.settle_s if seconds is None else seconds)
        while time.perf_counter() - self.recorder.last_request < timing.quiet_s:
            if time.perf_counter() - began >= timing.settle_most_s:
                return False, round(time.perf_counter() - began, 2)
            await self._sleep(0.1)
        return True, round(time.perf_counter() - began, 2)

    async def barrier(self) -> None:
        """Everything that was sent until now has been recorded when this returns."""
        await self.bounded(self.cdp.send("Page.getFrameTree"), self.answer_s)

    async def press(self, world: World, at: int) -> bool:
        """Presses a kept element with the mouse, as a user would; false where it has no place on the screen."""
        place = await world.where(at)
        if place is None:
            return False
        await self.bounded(self.page.mouse.click(*place), self.answer_s)
        return True

    async def seals(self) -> list[tuple[str, str]]:
        """Frames in which the hooks don't stand: address, and ``hook_absent`` or ``hook_replaced``."""
        asked = f"(() => {{ const seal = window[Symbol.for('{self._seal}')]; return seal ? seal.intact() : null; }})()"
        found = []
        for frame in self.page.frames[:MAX_FRAMES_ASKED]:
            try:
                intact = await self.bounded(frame.evaluate(asked), self.answer_s)
            except Error:
                intact = None
            if intact is not True:
                found.append((frame.url, "hook_absent" if intact is None else "hook_replaced"))
        return found

    async def hold_forms(self, *, hold: bool) -> None:
        """Whether forms are kept from being sent, in every frame whose hooks stand."""
        seal = f"window[Symbol.for('{self._seal}')]"
        asked = f"(() => {{ if ({seal}) {seal}.hold = {json.dumps(hold)}; }})()"
        for frame in self.page.frames[:MAX_FRAMES_ASKED]:
            with contextlib.suppress(Error):
                await self.bounded(frame.evaluate(asked), self.answer_s)

    async def close(self) -> None:
        """Closes the tab without asking it; a tab that doesn't close is left to the end of its browser."""
        self.pull("page_refused", "closed")
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self.page.close(run_before_unload=False)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._pull.wait()
        if self._pulled is not None:
            raise self._pulled

    async def _listen(self) -> None:
        """Everything that is recorded and limited, before the first page."""
        recorder, on = self.recorder, self.cdp.on
        for event, take in (
            ("Network.requestWillBeSent", recorder.will_be_sent),
            ("Network.requestWillBeSentExtraInfo", recorder.sent_headers),
            ("Network.responseReceivedExtraInfo", recorder.given_headers),
            ("Network.responseReceived", recorder.response),
            ("Network.requestServedFromCache", recorder.from_cache),
            ("Network.loadingFailed", recorder.failed),
            ("Network.dataReceived", recorder.received),
            ("Network.webSocketCreated", recorder.socket),
            ("Network.webSocketWillSendHandshakeRequest", recorder.handshake),
            ("Network.webSocketHandshakeResponseReceived", recorder.handshaken),
            ("Network.webSocketFrameSent", recorder.message),
            ("Page.frameAttached", recorder.frame),
        ):
            on(event, take)
        on("Runtime.bindingCalled", self._told)
        self.page.on("dialog", self._dialog)
        self.page.on("crash", lambda _: self.pull("page_crashed"))
        self.page.on("download", self._download)
        self.page.on("popup", self._window)
        await self.cdp.send("Page.enable")
        await self.cdp.send("Runtime.enable")
        await self.cdp.send("Runtime.addBinding", {"name": self._binding})
        # Only so does an image that a script made say which script; nothing is ever paused.
        await self.cdp.send("Debugger.enable")
        await self.cdp.send("Debugger.setSkipAllPauses", {"skip": True})
        await self.cdp.send("Debugger.setAsyncCallStackDepth", {"maxDepth": MAX_INITIATORS})
        hooks = _HOOKS.replace("BINDING", self._binding).replace("SEAL", self._seal)
        await self.cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": hooks})
        # What a cache answers isn't sent, so that a second page would seem to send less than it does to a new user.
        await self.cdp.send("Network.enable", {"maxPostDataSize": 2 * 1024 * 1024})
        await self.cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        tree = await self.cdp.send("Page.getFrameTree")
        recorder.main_frame = tree["frameTree"]["frame"]["id"]

    def _told(self, event: dict[str, Any]) -> None:
        if event.get("name") == self._binding:
            self.recorder.told(str(event.get("payload", "")))

    async def _dialog(self, dialog: Dialog) -> None:
        self._dialogs += 1
        if self._dialogs > self.plan.limits.dialogs:
            self.pull("dialog_loop", self.plan.limits.dialogs)
        with contextlib.suppress(Error):
            # Leaving a page is ours to decide; any other question is declined.
            await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())

    def _download(self, _: object) -> None:
        self.downloads += 1

    async def _window(self, window: Page) -> None:
        self._windows += 1
        if self._windows > self.plan.limits.windows:
            self.pull("too_many_windows", self.plan.limits.windows)
        if self._windows > 1:
            with contextlib.suppress(Error):
                await window.close()


async def open_tab(running: Running, context: BrowserContext) -> Tab:
    """A new tab of this profile, recorded from its first request on. Raises Playwright's error, or ``TimeoutError``."""
    async with asyncio.timeout(running.plan.timing.load_s):
        page = await context.new_page()
        tab = Tab(page, await context.new_cdp_session(page), running.plan)
        running.when_ended(tab.pull)
        await tab._listen()  # noqa: SLF001  its own constructor's second half
    return tab
