"""A format for tests: ``A|R|I|Z <seconds> <address> <low> <high> <inside>``, one event per line; ``#`` is a comment.

``A`` assigned, ``R`` released, ``I`` still so, ``W`` whole (with a sixth field: its start), ``Z`` the device restarted.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from sekisho.logs.columns import NO_TIME, Addresses
from sekisho.logs.events import Action, Events, Unreadable
from sekisho.logs.formats.reader import Context, Found, Framing, Ignored
from sekisho.logs.kinds import LogKind

ACTIONS = {b"A": Action.START, b"R": Action.STOP, b"I": Action.INTERIM, b"W": Action.WHOLE, b"Z": Action.RESTART}


class SimpleReader:
    """Reads the lines one by one."""

    framing = Framing.LINES
    records = 0

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterable[Found]:
        """The events of the lines, then what can't be read."""
        del context
        good: list[tuple[int, Action, int, int, int, int, int, int]] = []
        bad: list[Unreadable] = []
        comments = 0
        for record, line in enumerate(chunk.splitlines(), first_record):
            if line.startswith(b"#"):
                comments += 1
                continue
            try:
                action, second, address, low, high, inside, *start = line.split(b" ")
                ports = int(low), int(high)
                if not all(0 <= port <= 65_535 for port in ports):
                    bad.append(Unreadable(record, "port_out_of_range", line))
                    continue
                told = round(float(start[0]) * 1e6) if start else NO_TIME
                moment = round(float(second) * 1e6)
                numbers = [int(ipaddress.IPv4Address(text.decode())) for text in (address, inside)]
                good.append((record, ACTIONS[action], moment, numbers[0], *ports, numbers[1], told))
            except (ValueError, KeyError):
                bad.append(Unreadable(record, "no_match", line))
        if comments:
            yield Ignored(comments, "comment")
        yield from bad
        if good:
            yield _events(good)

    def finish(self, context: Context) -> Iterator[Found]:
        """Nothing is left."""
        del context
        return iter(())


def _events(good: list[Any]) -> Events:
    record, action, time, address, low, high, inside, start = (np.array(column) for column in zip(*good, strict=True))
    return Events(
        LogKind.AP_NAT,
        record.astype(np.int64),
        action.astype(np.uint8),
        time.astype(np.int64),
        Addresses.v4(address.astype(np.uint32)),
        low.astype(np.uint16),
        high.astype(np.uint16),
        inside=Addresses.v4(inside.astype(np.uint32)),
        start=start.astype(np.int64) if (start != NO_TIME).any() else None,
    )


def make(settings: Mapping[str, Any]) -> SimpleReader:
    """A reader."""
    return SimpleReader()
