"""Runs a :class:`~sekisho.calls.connector.redirecting.Redirector` on a UDP port, with figures in a file.

One process and one thread: some thousands of calls a second, far more than a small site has.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from sekisho.calls.connector.redirecting import Redirector
from sekisho.calls.connector.screener import Screener
from sekisho.clock import Clock

FIGURES_SECONDS: Final = 5.0
_LABELS: Final = {
    "decisions": ("outcome", "reason"), "failed_open": ("reason",), "evidence_lost": ("reason",),
    "reloads": ("result",), "alarms": ("pattern",), "watch_failed": ("reason",), "answers": ("status",),
    "not_enforced": ("outcome",), "unanswered": ("reason",),
}  # fmt: skip


class RedirectServer(asyncio.DatagramProtocol):
    """Answers datagrams. ``figures`` is a file in Prometheus's text form, for a collector of such files."""

    def __init__(self, redirector: Redirector, screener: Screener, clock: Clock, *, figures: Path | None) -> None:
        """``redirector`` asks ``screener``."""
        self._redirector, self._screener, self._clock, self._figures = redirector, screener, clock, figures
        self._transport: asyncio.DatagramTransport | None = None
        self._totals: Counter[tuple[str, ...]] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is open."""
        # A datagram's transport, which Python 3.11 doesn't derive from the class of that name.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one."""
        now = self._clock.now().timestamp()
        reply = self._redirector.answer(data, (addr[0], addr[1]), now)
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply.data, reply.to)
        self._screener.between_calls(now)

    def error_received(self, exc: Exception) -> None:
        """An answer that couldn't be sent: its caller has gone, or it is too long for a datagram."""
        self._totals["unanswered", type(exc).__name__] += 1

    async def run(self, host: str, port: int, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Serve until ``stop``. Raises ``OSError`` where the port can't be had."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        ready()
        try:
            while not stop.is_set():
                try:
                    await asyncio.wait_for(stop.wait(), FIGURES_SECONDS)
                except TimeoutError:
                    self._screener.between_calls(self._clock.now().timestamp())
                self.tell()
        finally:
            transport.close()
            self._screener.close()
            self.tell()

    def tell(self) -> None:
        """Write the figures."""
        for counts in (self._screener.counts, self._redirector.counts):
            self._totals.update(counts)
            counts.clear()
        if self._figures is None:
            return
        lines = [_line(name, number) for name, number in sorted(self._totals.items())]
        fresh = self._figures.with_name(self._figures.name + ".new")
        try:
            fresh.write_text("".join(lines), encoding="utf-8")
            fresh.replace(self._figures)
        except OSError:  # a full disk stops no calls
            self._totals["figures_failed",] += 1


def _line(key: tuple[str, ...], number: int) -> str:
    name, *values = key
    shown = ",".join(f'{label}="{value}"' for label, value in zip(_LABELS.get(name, ()), values, strict=False))
    return f"sekisho_calls_{name}{f'{{{shown}}}' if shown else ''} {number}\n"
