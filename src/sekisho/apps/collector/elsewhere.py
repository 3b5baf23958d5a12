"""What workers and other windows of a site send: the tab's own record doesn't have it, the browser's driver does.

The driver tells less: no cookies' values, and of a WebSocket in a worker nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from playwright.async_api import BrowserContext, Error
from playwright.async_api import Request as Driven

from sekisho.apps.evidence import Consent
from sekisho.apps.traffic import MAX_BODY, Request, host_of

MAX_KEPT: Final = 5_000
"""Requests kept until they are compared with the tabs' records."""


class Elsewhere:
    """Keeps every request that the driver tells of; :meth:`missing` are those that no tab recorded."""

    def __init__(self) -> None:
        self._kept: list[tuple[Driven, Consent, str]] = []

    def listen(self, context: BrowserContext, now: Callable[[], tuple[Consent, str] | None]) -> None:
        """Begins; ``now`` gives the state and page at this moment, ``None`` where no more is to be kept."""

        def keep(request: Driven) -> None:
            moment = now()
            if moment and len(self._kept) < MAX_KEPT and request.url.startswith(("http://", "https://")):
                self._kept.append((request, *moment))

        context.on("request", keep)

    def missing(self, recorded: Counter[tuple[str, str]]) -> tuple[Request, ...]:
        """What isn't in ``recorded`` (method and address, how often), unnumbered: 0."""
        left = Counter(recorded)
        found = []
        for each, consent, page in self._kept:
            url = each.url.partition("#")[0]
            if left[each.method, url] > 0:
                left[each.method, url] -= 1
                continue
            body = b""
            with suppress(Error):
                body = each.post_data_buffer or b""
            found.append(
                Request(
                    number=0, url=url, host=host_of(url), method=each.method,
                    headers=tuple((name, value) for name, value in each.headers.items()),
                    body=body[:MAX_BODY], body_whole=len(body) <= MAX_BODY, consent=consent, page=page,
                    cleartext=url.startswith("http://"),
                )
            )  # fmt: skip
        return tuple(found)
