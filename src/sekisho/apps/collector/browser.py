"""Starts the system's Chromium for one state's visit, watches its memory, and ends it whatever it is doing.

Each state has a browser of its own: what one of them does to its browser does nothing to another's result. Nothing of
the machine's own profile is used, nothing is downloaded, and the browser itself asks nobody for anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, Error, Playwright

from sekisho.apps.collector.errors import BrowserMissing
from sekisho.apps.collector.plan import Plan

_START_MS: Final = 60_000
_CLOSE_S: Final = 8.0
_LOOK_S: Final = 0.5
"""How often memory is looked at; filling a gigabyte takes a page longer."""

_ARGUMENTS: Final = (
    # All frames in one process: one record has them all in order. There is nothing in it to be isolated from.
    "--disable-site-isolation-trials",
    # The browser's own sign-in asks accounts.google.com; it asks this closed port instead. Pages aren't affected.
    "--gaia-url=http://127.0.0.1:9/",
    # Nor does it ask what a form's fields are for, or register for push messages.
    "--autofill-server-url=http://127.0.0.1:9/",
    "--gcm-checkin-url=http://127.0.0.1:9/",
    "--gcm-registration-url=http://127.0.0.1:9/",
    "--gcm-mcs-endpoint=http://127.0.0.1:9/",
    "--disable-sync",
    "--js-flags=--max-old-space-size=512",
    "--disable-gpu",
    "--mute-audio",
)


class Running:
    """A browser that runs. ``why`` is the reason it was ended for, if it was: a slug of a reason not to measure."""

    def __init__(self, browser: Browser, plan: Plan) -> None:
        self.browser = browser
        self.plan = plan
        self.why = ""
        self.version = browser.version
        self._pid = 0
        self._ended: list[Callable[[str, object], None]] = []
        browser.on("disconnected", lambda _: self._end("browser_gone", ""))

    def when_ended(self, told: Callable[[str, object], None]) -> None:
        """``told`` is called with the reason when the browser ends before its time."""
        self._ended.append(told)

    def _end(self, why: str, detail: object) -> None:
        if not self.why:
            self.why = why
            for told in self._ended:
                told(why, detail)

    async def context(self) -> BrowserContext:
        """A fresh profile: nothing stored, no permission, no download, no service worker."""
        agent = self.plan.user_agent or await self._agent()
        context = await self.browser.new_context(
            accept_downloads=False, service_workers="block", locale=self.plan.language, timezone_id="Asia/Tokyo",
            user_agent=agent, viewport={"width": 1280, "height": 800}, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(self.plan.timing.load_s * 1000)
        return context

    async def _agent(self) -> str:
        session = await self.browser.new_browser_cdp_session()
        told = await session.send("Browser.getVersion")
        await session.detach()
        return str(told["userAgent"]).replace("Headless", "")

    async def watch(self) -> None:
        """Looks at the memory until cancelled, and kills the browser if it uses more than its limit.

        What each process alone has counts. Where the system doesn't tell (not Linux), nothing is limited here.
        """
        session = await self.browser.new_browser_cdp_session()
        while True:
            told = await session.send("SystemInfo.getProcessInfo")
            pids = [int(each["id"]) for each in told["processInfo"]]
            self._pid = next((int(each["id"]) for each in told["processInfo"] if each["type"] == "browser"), self._pid)
            if sum(map(_own_bytes, pids)) > self.plan.limits.memory_bytes:
                self._end("memory_limit", self.plan.limits.memory_bytes)
                self.kill()
                return
            await asyncio.sleep(_LOOK_S)

    def kill(self) -> None:
        """Ends the browser's process at once."""
        if self._pid > 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)


@asynccontextmanager
async def opened(playwright: Playwright, plan: Plan) -> AsyncIterator[Running]:
    """A browser for one state. It is gone afterwards, also where it doesn't answer any more.

    Raises :class:`BrowserMissing`.
    """
    arguments = list(_ARGUMENTS)
    if plan.resolver_rules:
        arguments.append(f"--host-resolver-rules={plan.resolver_rules}")
    if plan.trusted_keys:
        arguments.append(f"--ignore-certificate-errors-spki-list={','.join(plan.trusted_keys)}")
    try:
        browser = await playwright.chromium.launch(
            executable_path=plan.chromium, args=arguments, timeout=_START_MS,
            # A browser blocks windows that nobody asked for; Playwright's own default lets them open.
            ignore_default_args=["--disable-popup-blocking"],
            # Root has no user namespaces to build a sandbox of.
            chromium_sandbox=os.geteuid() != 0,
        )  # fmt: skip
    except Error as error:
        raise BrowserMissing(path=str(plan.chromium), detail=error.message.splitlines()[0][:200]) from error
    running = Running(browser, plan)
    watching = asyncio.create_task(_quietly(running))
    try:
        yield running
    finally:
        running.why = running.why or "closed"
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        try:
            async with asyncio.timeout(_CLOSE_S):
                await browser.close()
        except (TimeoutError, Error):
            running.kill()


async def _quietly(running: Running) -> None:
    # A browser that is gone can't be asked for its memory; that it is gone is told by itself.
    with contextlib.suppress(Error):
        await running.watch()


def _own_bytes(pid: int) -> int:
    """Bytes of memory that this process alone has; 0 where it is gone or the system doesn't tell (proc(5))."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
