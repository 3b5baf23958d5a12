"""Events told one by one, gathered into columns: for formats whose records are read one at a time."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from sekisho.logs.columns import NO_TIME, Addresses, Family, Int64s, Texts
from sekisho.logs.events import Action, ClockNote, Events, Unreadable
from sekisho.logs.formats.line_times import REASONS, Stamp, moments_of
from sekisho.logs.formats.reader import Context, Found, Ignored
from sekisho.logs.framing import RAW_KEPT
from sekisho.logs.kinds import LogKind

REMEMBERED: Final = 65_536
"""Addresses remembered with what they are: more than those of one piece of an input."""


class Net(NamedTuple):
    """An address, or a prefix of ``length`` whose host bits are zero; None for a single address."""

    family: Family
    number: int
    length: int | None


@dataclass(frozen=True, slots=True)
class Single:
    """One event as its record told it; columns as in :class:`sekisho.logs.events.Events`.

    Times are as they are written, for the whole of them is resolved at once. The event was ``earlier`` microseconds
    before ``time`` (a delay that the record tells). ``notes`` are what the format itself assumed.
    """

    kind: LogKind
    record: int
    action: Action
    time: Stamp
    address: Net | None = None
    ports: tuple[int, int] | None = None
    protocol: int = 0
    inside: Net | None = None
    destination: Net | None = None
    destination_port: int | None = None
    subject: str | None = None
    session: str | None = None
    origin: str | None = None
    reference: str | None = None
    start: Stamp | None = None
    logged: Stamp | None = None
    limit: int = 0
    earlier: int = 0
    notes: ClockNote = ClockNote.NONE


@lru_cache(maxsize=REMEMBERED)
def net(text: str) -> Net | None:
    """The address or prefix that ``text`` is; host bits of a prefix are cleared. None for anything else."""
    try:
        if "/" in text:
            network = ipaddress.ip_network(text, strict=False)
            return Net(network.version, int(network.network_address), network.prefixlen)
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return None
    return Net(address.version, int(address), None)


@dataclass(slots=True)
class Told:
    """What one piece's records told: events, refused records with the reason, and counts of what has no use."""

    events: list[Single]
    refused: dict[int, str]
    ignored: dict[str, int]

    @classmethod
    def nothing(cls) -> Told:
        """Nothing yet."""
        return cls([], {}, {})

    def ignore(self, reason: str, count: int = 1) -> None:
        """Count records without use."""
        self.ignored[reason] = self.ignored.get(reason, 0) + count


def settled(told: Told, context: Context, raw: Callable[[int], bytes]) -> Iterator[Found]:
    """What a piece came to: its events by kind and family, then what was refused (``raw`` gives a record's bytes)."""
    events, refused = gathered(told.events, context)
    yield from events
    for record, reason in sorted({**refused, **told.refused}.items()):
        yield Unreadable(record, reason, raw(record)[:RAW_KEPT])
    for reason, count in told.ignored.items():
        yield Ignored(count, reason)


def gathered(events: Sequence[Single], context: Context) -> tuple[list[Events], Mapping[int, str]]:
    """Events in columns, and the records whose times can't be told, with the reason."""
    if not events:
        return [], {}
    moments = moments_of([one.time for one in events], context.zone, context.received)
    time = moments.time - np.array([one.earlier for one in events], np.int64)
    notes = moments.notes | np.array([int(one.notes) for one in events], np.uint8)
    wrong = moments.wrong.copy()
    start, start_wrong = _others([one.start for one in events], context)
    logged, _ = _others([one.logged for one in events], context)
    wrong = np.where(wrong == 0, start_wrong, wrong)
    refused = {events[at].record: REASONS[int(wrong[at])] for at in np.flatnonzero(wrong).tolist()}
    groups: dict[tuple[Any, ...], list[int]] = {}
    for at, one in enumerate(events):
        if not refused or one.record not in refused:
            groups.setdefault(_group(one), []).append(at)
    made = []
    for places in groups.values():
        chosen, which = [events[place] for place in places], np.array(places, np.intp)
        columns = _columns(chosen)
        for name, column in (("start", start), ("logged", logged)):
            if (column[which] != NO_TIME).any():
                columns[name] = column[which]
        if notes[which].any():
            columns["clock"] = notes[which]
        record = np.array([one.record for one in chosen], np.int64)
        action = np.array([int(one.action) for one in chosen], np.uint8)
        made.append(Events(chosen[0].kind, record, action, time[which], **columns))
    return made, refused


def _group(one: Single) -> tuple[Any, ...]:
    families = [0 if each is None else each.family for each in (one.address, one.inside, one.destination)]
    return (one.kind, *families, one.destination_port is not None)


def _others(stamps: Sequence[Stamp | None], context: Context) -> tuple[Int64s, Any]:
    """The moments of times that may be absent (``NO_TIME``), and what is wrong with those that aren't."""
    time = np.full(len(stamps), NO_TIME, np.int64)
    wrong = np.zeros(len(stamps), np.uint8)
    there = [at for at, stamp in enumerate(stamps) if stamp is not None]
    if there:
        found = moments_of([stamp for stamp in stamps if stamp is not None], context.zone, context.received)
        time[there] = np.where(found.wrong == 0, found.time, NO_TIME)
        wrong[there] = found.wrong
    return time, wrong


def _columns(chosen: Sequence[Single]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in ("address", "inside", "destination"):
        nets = [getattr(one, name) for one in chosen]
        if nets[0] is not None:
            made[name] = addresses(nets)
    if any(one.ports is not None for one in chosen):
        ports = [one.ports or (0, 65_535) for one in chosen]
        made["port_low"] = np.array([low for low, _ in ports], np.uint16)
        made["port_high"] = np.array([high for _, high in ports], np.uint16)
    if any(one.protocol for one in chosen):
        made["protocol"] = np.array([one.protocol for one in chosen], np.uint8)
    if chosen[0].destination_port is not None:
        made["destination_port"] = np.array([one.destination_port or 0 for one in chosen], np.uint16)
    for name in ("subject", "session", "origin", "reference"):
        texts = [getattr(one, name) for one in chosen]
        if any(text is not None for text in texts):
            made[name] = Texts.of(texts)
    if any(one.limit for one in chosen):
        made["limit"] = np.array([one.limit for one in chosen], np.int64)
    return made


def addresses(nets: Iterable[Net]) -> Addresses:
    """A column of addresses of one family. Among prefixes, a single address is one of full length."""
    found = list(nets)
    family = found[0].family
    whole = 32 if family == 4 else 128
    lengths = [one.length for one in found]
    prefix = None
    if any(length is not None for length in lengths):
        prefix = np.array([whole if length is None else length for length in lengths], np.uint8)
    if family == 4:
        return Addresses(4, np.array([one.number for one in found], np.uint32), None, prefix)
    low = np.array([one.number & (2**64 - 1) for one in found], np.uint64)
    return Addresses(6, low, np.array([one.number >> 64 for one in found], np.uint64), prefix)
