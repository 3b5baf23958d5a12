"""Records of one template made into events: what happened, to which public address and ports, of whom, and when.

What can't be so is refused record by record: a session without its public port (several subscribers share the address),
ports that aren't one range, a clock that was never set.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from sekisho.logs.columns import NO_TIME, Bools, Int64s, Texts, UInt8s, UInt64s
from sekisho.logs.events import Action, ClockNote, Events, Unreadable
from sekisho.logs.formats.ipfix.columns import Ips, Records, ips_4, ips_6, repeated, same_text
from sekisho.logs.formats.ipfix.elements import Element, Key
from sekisho.logs.formats.ipfix.messages import EARLIEST, NETFLOW9, SECOND
from sekisho.logs.formats.ipfix.profiles import Holds, Profile, Says
from sekisho.logs.formats.ipfix.templates import Template
from sekisho.logs.formats.reader import Found, Ignored
from sekisho.logs.kinds import LogKind

LATEST: Final = 4_294_967_295
"""Seconds: what lies beyond (2106) isn't a time."""

_WHY: Final = (
    "",
    "no_public_port",
    "address_unset",
    "port_out_of_range",
    "ports_reversed",
    "ports_not_contiguous",
    "protocol_out_of_range",
    "no_time",
    "clock_not_set",
    "not_text",
    "no_inside_address",
)
_NTP: Final = 2_208_988_800
"""Seconds from 1900, NTP's origin, to 1970."""
_TIME_FORMS: Final = {
    "observed": (
        (Element.OBSERVATION_TIME_MILLISECONDS, 1_000),
        (Element.OBSERVATION_TIME_MICROSECONDS, 0),
        (Element.OBSERVATION_TIME_NANOSECONDS, 0),
        (Element.OBSERVATION_TIME_SECONDS, SECOND),
    ),
    "start": (
        (Element.FLOW_START_MILLISECONDS, 1_000),
        (Element.FLOW_START_MICROSECONDS, 0),
        (Element.FLOW_START_NANOSECONDS, 0),
        (Element.FLOW_START_SECONDS, SECOND),
    ),
    "end": (
        (Element.FLOW_END_MILLISECONDS, 1_000),
        (Element.FLOW_END_MICROSECONDS, 0),
        (Element.FLOW_END_NANOSECONDS, 0),
        (Element.FLOW_END_SECONDS, SECOND),
    ),
}
"""Where each time may stand, and microseconds of its unit; 0: NTP's 64 bits (RFC 7011 sections 6.1.9 and 6.1.10)."""
_UPTIMES: Final = {"start": Element.FLOW_START_SYS_UP_TIME, "end": Element.FLOW_END_SYS_UP_TIME}


@dataclass(slots=True)
class Batch:
    """Data sets of one template and exporter: their bodies, how many records each has, the number of its first record,
    and of its message the version, the time of export (UTC microseconds) and the uptime (version 9, milliseconds)."""

    template: Template
    profile: Profile
    origin: str
    version: int
    bodies: list[bytes]
    counts: list[int]
    firsts: list[int]
    exported: list[int]
    uptimes: list[int]


def events_of(batch: Batch) -> Iterator[Found]:
    """What a batch's records say."""
    return _Work(batch, Records.of(batch.template, batch.bodies)).found()


class _Work:
    """One batch on its way. ``why`` says of each record what is wrong with it, 0 where nothing is."""

    def __init__(self, batch: Batch, records: Records) -> None:
        self.batch = batch
        self.records = records
        count = self.count = records.count
        self.why: UInt8s = np.zeros(count, np.uint8)
        self.clock: UInt8s = np.zeros(count, np.uint8)
        self.exported = repeated(batch.exported, batch.counts)
        starts = np.cumsum([0, *batch.counts[:-1]])
        within = np.arange(count) - np.repeat(starts, batch.counts)
        self.record: Int64s = repeated(batch.firsts, batch.counts) + within
        self.inside_names: list[str | None] | None = None

    def found(self) -> Iterator[Found]:
        """Events, refused records, and what is only counted."""
        action, holds, ignored = self._what()
        taken = action != 0
        inside = self._inside(taken)
        columns = self._columns(action, holds, taken)
        address, destination = self._outside(taken), self._destination(holds)
        subject = self._subject(taken)
        for reason, count in ignored.items():
            yield Ignored(count, reason)
        for number in np.flatnonzero(taken & (self.why != 0)).tolist():
            yield Unreadable(int(self.record[number]), _WHY[int(self.why[number])], self.records.raw(number))
        good = taken & (self.why == 0)
        code = (address.family.astype(np.int64) * 8 + inside.family) * 8 + destination.family
        for one in np.unique(code[good]).tolist():
            at: Any = good & (code == one)
            if at.all():
                at = slice(None)
            made = {name: column[at] for name, column in columns.items()}
            if not destination[at].addresses():
                made.pop("destination_port")
            events = Events(
                LogKind.AP_NAT,
                address=address[at].addresses(),
                inside=inside[at].addresses(),
                destination=destination[at].addresses(),
                **made,
            )
            yield events if subject is None else replace(events, subject=subject[at])

    def _refuse(self, which: Bools, reason: str) -> None:
        self.why[which & (self.why == 0)] = _WHY.index(reason)

    # --- what happened -----------------------------------------------------------------------------------------------

    def _what(self) -> tuple[UInt8s, UInt8s, dict[str, int]]:
        """The action of each record (0: none), what it is about (a place in :data:`_HOLDS`), what is only counted."""
        profile, count = self.batch.profile, self.count
        holds = np.full(count, _HOLDS.index(Holds.SESSION), np.uint8)
        action = np.zeros(count, np.uint8)
        ignored: dict[str, int] = {}
        if profile.says is Says.EVENT and profile.event is not None:
            numbers = self.records.numbers(profile.event)
            for number in np.unique(numbers).tolist():
                which = numbers == number
                meaning = profile.meanings.get(number)
                if meaning is None or meaning.action is None:
                    name = "nat_event_unknown" if meaning is None else meaning.name
                    ignored[name] = ignored.get(name, 0) + int(which.sum())
                    continue
                action[which] = int(meaning.action)
                holds[which] = _HOLDS.index(meaning.holds)
        elif profile.says is Says.TIMES:
            start, end = self._moment("start"), self._moment("end")
            action[:] = np.where(end != NO_TIME, int(Action.STOP), int(Action.START))
            self._refuse((start == NO_TIME) & (end == NO_TIME), "no_time")
        else:
            action[:] = int(Action.WHOLE)
            # A flow that wasn't translated has zeros, or the same address again, where its public side would be.
            outside = self._public()
            plain = outside.family == 0
            before = self._source()
            plain |= (before.family == outside.family) & (before.high == outside.high) & (before.low == outside.low)
            action[plain] = 0
            if plain.any():
                ignored["not_translated"] = int(plain.sum())
        return action, holds, ignored

    # --- whose and where ---------------------------------------------------------------------------------------------

    def _public(self) -> Ips:
        four = ips_4(self.records, Element.POST_NAT_SOURCE_IPV4_ADDRESS)
        return four.otherwise(ips_6(self.records, Element.POST_NAT_SOURCE_IPV6_ADDRESS))

    def _source(self) -> Ips:
        # With DS-Lite both are there: the IPv4 address is one that every household has, the IPv6 one is the line's.
        six = ips_6(self.records, Element.SOURCE_IPV6_ADDRESS)
        return six.otherwise(ips_4(self.records, Element.SOURCE_IPV4_ADDRESS))

    def _outside(self, taken: Bools) -> Ips:
        found = self._public()
        self._refuse(taken & (found.family == 0), "address_unset")
        return found

    def _inside(self, taken: Bools) -> Ips:
        key = self.batch.profile.inside_text
        if key is None:
            return self._source()
        texts, wrong = self.records.texts(key)
        self._refuse(taken & wrong, "not_text")
        found = [_name_and_address(text) for text in texts]
        self.inside_names = [name for name, _ in found]
        numbers = [0 if address is None else int(address) for _, address in found]
        made = Ips(
            np.array([0 if address is None else address.version for _, address in found], np.uint8),
            np.array([number >> 64 for number in numbers], np.uint64),
            np.array([number & (2**64 - 1) for number in numbers], np.uint64),
        )
        made = made.otherwise(self._source())
        self._refuse(taken & (made.family == 0), "no_inside_address")
        return made

    def _destination(self, holds: UInt8s) -> Ips:
        found = ips_4(self.records, Element.POST_NAT_DESTINATION_IPV4_ADDRESS)
        for other in (
            ips_6(self.records, Element.POST_NAT_DESTINATION_IPV6_ADDRESS),
            ips_4(self.records, Element.DESTINATION_IPV4_ADDRESS),
            ips_6(self.records, Element.DESTINATION_IPV6_ADDRESS),
        ):
            found = found.otherwise(other)
        return found.only(holds == _HOLDS.index(Holds.SESSION))

    def _subject(self, taken: Bools) -> Texts | None:
        key: Key = (0, int(Element.USER_NAME))
        names = self.inside_names
        if self.records.has(key):
            texts, wrong = self.records.texts(key)
            self._refuse(taken & wrong, "not_text")
            names = texts
        return None if names is None or not any(names) else Texts.of(names)

    # --- columns -----------------------------------------------------------------------------------------------------

    def _columns(self, action: UInt8s, holds: UInt8s, taken: Bools) -> dict[str, Any]:
        time, start = self._times(action, taken)
        low, high = self._ports(holds, taken)
        protocol = self.records.numbers((0, int(Element.PROTOCOL_IDENTIFIER)))
        self._refuse(taken & (protocol > 255), "protocol_out_of_range")
        later = self._port(Element.POST_NAPT_DESTINATION_TRANSPORT_PORT, taken)
        destination_port = np.where(later == 0, self._port(Element.DESTINATION_TRANSPORT_PORT, taken), later)
        ranges = (holds == _HOLDS.index(Holds.BLOCK)) | (holds == _HOLDS.index(Holds.ADDRESS))
        columns: dict[str, Any] = {
            "record": self.record,
            "action": action,
            "time": time,
            "port_low": low.astype(np.uint16),
            "port_high": high.astype(np.uint16),
            "protocol": np.where(ranges, 0, protocol).astype(np.uint8),
            "destination_port": destination_port.astype(np.uint16),
            "origin": same_text(self.batch.origin, self.count),
            "logged": np.where(self.clock == 0, self.exported, NO_TIME),
            "clock": self.clock,
        }
        if start is not None:
            columns["start"] = start
        realm = self._realm()
        if realm is not None:
            columns["reference"] = realm
        return columns

    def _port(self, element: Element, taken: Bools) -> UInt64s:
        found = self.records.numbers((0, int(element)))
        self._refuse(taken & (found > 65_535), "port_out_of_range")
        return found

    def _ports(self, holds: UInt8s, taken: Bools) -> tuple[UInt64s, UInt64s]:
        records = self.records
        port = self._port(Element.POST_NAPT_SOURCE_TRANSPORT_PORT, taken)
        low, high = port, port
        told = records.has((0, int(Element.POST_NAPT_SOURCE_TRANSPORT_PORT)))
        address = holds == _HOLDS.index(Holds.ADDRESS)
        if not told:
            one_port = (holds == _HOLDS.index(Holds.SESSION)) | (holds == _HOLDS.index(Holds.BINDING))
            self._refuse(taken & one_port, "no_public_port")
        whole = address if not told else address & (port == 0)
        low, high = np.where(whole, 0, low), np.where(whole, 65_535, high)
        block = holds == _HOLDS.index(Holds.BLOCK)
        if block.any():
            first = self._port(Element.PORT_RANGE_START, taken & block)
            last = self._port(Element.PORT_RANGE_END, taken & block)
            number = self._port(Element.PORT_RANGE_NUM_PORTS, taken & block)
            step = records.numbers((0, int(Element.PORT_RANGE_STEP_SIZE)))
            self._refuse(taken & block & (step > 1), "ports_not_contiguous")
            last = np.where((last == 0) & (number > 0), first + number - np.uint64(1), last)
            self._refuse(taken & block & (last > 65_535), "port_out_of_range")
            self._refuse(taken & block & (first > last), "ports_reversed")
            spread = (number > 0) & (last - first + np.uint64(1) != number)
            self._refuse(taken & block & spread, "ports_not_contiguous")
            if not records.has((0, int(Element.PORT_RANGE_START))):
                self._refuse(taken & block, "no_public_port")
            low, high = np.where(block, first, low), np.where(block, last, high)
        return low, high

    def _realm(self) -> Texts | None:
        """The inside network of a device that translates for several: their inside addresses may be the same."""
        key: Key = (0, int(Element.INGRESS_VRF_ID))
        if not self.records.has(key):
            return None
        values, codes = np.unique(self.records.numbers(key), return_inverse=True)
        if not values.any():
            return None
        made = Texts(codes.astype(np.int32), tuple(f"vrf {value}" for value in values.tolist()))
        return replace(made, codes=np.where(values[codes] == 0, np.int32(-1), made.codes))

    # --- times -------------------------------------------------------------------------------------------------------

    def _times(self, action: UInt8s, taken: Bools) -> tuple[Int64s, Int64s | None]:
        observed, start, end = self._moment("observed"), self._moment("start"), self._moment("end")
        stops = (action == int(Action.STOP)) | (action == int(Action.WHOLE))
        own = np.where(stops, end, start)
        time = np.where((observed == NO_TIME) | (action == int(Action.WHOLE)), own, observed)
        lacking = time == NO_TIME
        self.clock[lacking] = int(ClockNote.OTHER_CLOCK)
        time = np.where(lacking, self.exported, time)
        if (stops & (start != NO_TIME)).any():
            self._refuse(taken & (action == int(Action.WHOLE)) & (start == NO_TIME), "no_time")
            return time, np.where(stops, start, NO_TIME)
        self._refuse(taken & (action == int(Action.WHOLE)), "no_time")
        return time, None

    def _moment(self, which: str) -> Int64s:
        """A time of each record in UTC microseconds; an element that is zero tells none."""
        found = np.full(self.count, NO_TIME, np.int64)
        for element, unit in _TIME_FORMS[which]:
            if self.records.has((0, int(element))):
                made = self._of_unit(self.records.numbers((0, int(element))), unit)
                found = np.where(found == NO_TIME, made, found)
        since = _UPTIMES.get(which)
        if since is not None and self.records.has((0, int(since))):
            found = np.where(found == NO_TIME, self._of_uptime(self.records.numbers((0, int(since)))), found)
        return found

    def _of_unit(self, values: UInt64s, unit: int) -> Int64s:
        if unit:
            beyond = values > np.uint64(LATEST * SECOND // unit)
            micros = np.where(beyond, np.uint64(0), values).astype(np.int64) * unit
        else:
            seconds = (values >> np.uint64(32)).astype(np.int64) - _NTP
            fraction = (values & np.uint64(0xFFFFFFFF)) * np.uint64(SECOND) >> np.uint64(32)
            micros = seconds * SECOND + fraction.astype(np.int64)
            beyond = np.zeros(len(values), np.bool_)
        set_ = values != 0
        self._refuse(set_ & (beyond | (micros < EARLIEST * SECOND)), "clock_not_set")
        return np.where(set_, micros, NO_TIME)

    def _of_uptime(self, values: UInt64s) -> Int64s:
        """Times since the device's start, by the header's uptime (version 9) or the start told in the record."""
        set_ = values != 0
        if self.batch.version == NETFLOW9:
            uptime = repeated(self.batch.uptimes, self.batch.counts)
            # 32 bits that start anew every 49.7 days: the difference is right across that.
            back = (uptime - values.astype(np.int64) + 2**31) % 2**32 - 2**31
            return np.where(set_, self.exported - back * 1_000, NO_TIME)
        key: Key = (0, int(Element.SYSTEM_INIT_TIME_MILLISECONDS))
        if not self.records.has(key):
            return np.full(self.count, NO_TIME, np.int64)
        began = self._of_unit(self.records.numbers(key), 1_000)
        return np.where(set_ & (began != NO_TIME), began + values.astype(np.int64) * 1_000, NO_TIME)


_HOLDS: Final[Sequence[Holds]] = tuple(Holds)

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _name_and_address(text: str | None) -> tuple[str | None, _Address | None]:
    """``NAME@ADDRESS``. A name such as ``LSN-Host`` is a kind of subscriber, not one."""
    if text is None:
        return None, None
    name, at, tail = text.rpartition("@")
    try:
        address = ipaddress.ip_address(tail.strip())
    except ValueError:
        return None, None
    return (name if at and name and not name.casefold().endswith("-host") else None), address
