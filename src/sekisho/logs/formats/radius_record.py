"""One RADIUS accounting record as ``detail`` files write it, read exactly: attributes to events, or why not.

::

    Tue Sep 13 16:24:27 2011                  when it was written, in the server's local time: not when it happened
            User-Name = "bob@example.jp"
            Acct-Status-Type = Start
            Event-Timestamp = "Apr  2 2019 17:38:01 UTC"      the NAS's clock (RFC 2869 section 5.3)
            Acct-Delay-Time = 5                               how long the NAS tried to send it (RFC 2866 section 5.2)
            Framed-IP-Address = 192.0.2.15
            Timestamp = 1554226686                            when the server received it

When it happened is ``Event-Timestamp``; without one that can be (a clock before 2000 was never set), ``Timestamp`` less
``Acct-Delay-Time``; without that, the header less the delay. What isn't the NAS's own clock is noted.

Attributes that aren't listed here are passed over, whatever they hold. One that is listed counts once; twice with two
values, and nobody knows which is meant. FreeRADIUS 3 writes vendors' names before their attributes and version 4
doesn't: both are read. Passwords, and what else a record says of a connection, are never kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum
from typing import Any, Final

from sekisho.logs.events import Action, ClockNote
from sekisho.logs.formats import settings as reading
from sekisho.logs.formats.chunk import plain
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.line_times import EARLIEST, NO_OFFSET, SECOND, Form, Minutes, Stamp, read_stamp
from sekisho.logs.formats.single import Net, Single, net
from sekisho.logs.formats.template import MAX_TEXT
from sekisho.logs.formats.zones import minutes_ahead
from sekisho.logs.kinds import LogKind

MAX_LINES: Final = 2_000
"""Lines of one record: a RADIUS packet has at most 4,096 bytes (RFC 2865 section 3), two for each attribute."""
SHORT: Final = 7
"""Characters of a name below which a line without a sign is passed over like any other: it may be anything."""
MAX_EPOCH_DIGITS: Final = 10
"""Digits of an attribute's seconds: it has 32 bits (RFC 8044 section 3.3)."""

Slot = Enum(
    "Slot",
    "STATUS EVENT RECEIVED DELAY LASTED UNIQUE SESSION ADDRESS PREFIX DELEGATED SIX PACKET NAT_RANGE NAT_ADDRESS "
    "NAT_LOW NAT_HIGH NAT_PROTOCOL NAT_INSIDE NAT_ALLOCATION",
)
"""What an attribute is read for, besides those that the source's settings name."""

Slots = Mapping[bytes, Slot | str]
"""Attribute names to what they are read for; a text is the attribute's own name, for the settings' lists."""

NAMES: Final[Mapping[str, Slot]] = {
    "Acct-Status-Type": Slot.STATUS,
    "Event-Timestamp": Slot.EVENT,
    "Timestamp": Slot.RECEIVED,
    "Acct-Delay-Time": Slot.DELAY,
    "Acct-Session-Time": Slot.LASTED,
    "Acct-Unique-Session-Id": Slot.UNIQUE,
    "Acct-Session-Id": Slot.SESSION,
    "Framed-IP-Address": Slot.ADDRESS,
    "Framed-IPv6-Prefix": Slot.PREFIX,
    "Delegated-IPv6-Prefix": Slot.DELEGATED,
    "Framed-IPv6-Address": Slot.SIX,
    "Packet-Type": Slot.PACKET,
    # Nokia SR OS: "198.51.100.7 1024..2047 router base policy"
    "Alc-Nat-Port-Range": Slot.NAT_RANGE,
    "Nat-Port-Range": Slot.NAT_RANGE,
    "Alc-Nat-Outside-Ip-Addr": Slot.NAT_ADDRESS,
    "Nat-Outside-Ip-Addr": Slot.NAT_ADDRESS,
    # Huawei
    "Huawei-NAT-Public-Address": Slot.NAT_ADDRESS,
    "Huawei-NAT-Start-Port": Slot.NAT_LOW,
    "Huawei-NAT-End-Port": Slot.NAT_HIGH,
    "NAT-Public-Address": Slot.NAT_ADDRESS,
    "NAT-Start-Port": Slot.NAT_LOW,
    "NAT-End-Port": Slot.NAT_HIGH,
    # RFC 8045 section 3.1.2, as FreeRADIUS names the parts of IP-Port-Range
    "IP-Port-Range-Ext-IPv4-Addr": Slot.NAT_ADDRESS,
    "IP-Port-Range-Range-Start": Slot.NAT_LOW,
    "IP-Port-Range-Range-End": Slot.NAT_HIGH,
    "IP-Port-Range-Type": Slot.NAT_PROTOCOL,
    "IP-Port-Range-Int-IPv4-Addr": Slot.NAT_INSIDE,
    "IP-Port-Range-Alloc": Slot.NAT_ALLOCATION,
    "IP-Port-Ext-IPv4-Addr": Slot.NAT_ADDRESS,
    "IP-Port-Range-Start": Slot.NAT_LOW,
    "IP-Port-Range-End": Slot.NAT_HIGH,
    "IP-Port-Type": Slot.NAT_PROTOCOL,
    "IP-Port-Int-IPv4-Addr": Slot.NAT_INSIDE,
    "IP-Port-Alloc": Slot.NAT_ALLOCATION,
}
"""The attributes that are read."""
MANY: Final = frozenset(
    {Slot.PREFIX, Slot.DELEGATED, Slot.SIX}
    | {slot for slot in Slot if slot.name.startswith("NAT_")}
)
"""What one record may tell several of."""
NESTED: Final = (b"Vendor-Specific.", b"Extended-Attribute-1.")
"""What FreeRADIUS 4 may write before a vendor's attribute."""
ALIKE: Final = {"IMSI": "3GPP-IMSI", "3GPP-IMSI": "IMSI"}
"""Names that settings may give for one attribute."""

STATUSES: Final[Mapping[bytes, Action]] = {
    b"Start": Action.START,
    b"1": Action.START,
    b"Stop": Action.STOP,
    b"2": Action.STOP,
    b"Interim-Update": Action.INTERIM,
    b"Alive": Action.INTERIM,
    b"3": Action.INTERIM,
    b"Accounting-On": Action.RESTART,
    b"7": Action.RESTART,
    b"Accounting-Off": Action.RESTART,
    b"8": Action.RESTART,
}
"""RFC 2866 section 5.1. ``Alive`` is what old dictionaries call an interim update."""
OTHER_STATUSES: Final = re.compile(rb"(?:Tunnel-[A-Za-z-]+|Failed|Subsystem-O(?:n|ff)|[0-9]{1,10})")
"""Those that say nothing of who has an address (RFC 2867 and vendors' own)."""
NOBODYS: Final = frozenset({0, 0xFFFFFFFE, 0xFFFFFFFF})
"""Framed-IP-Address that is none: unset, or "the NAS (the user) shall choose" (RFC 2865 section 5.8)."""

_ATTRIBUTE: Final = re.compile(rb"\t([A-Za-z0-9][^ ]*+)(?: (?:=|:=|\+=) (.*))?+.*", re.DOTALL)
_HEADER: Final = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2} [ 1-3][0-9]) (\d\d:\d\d:\d\d) (\d{4})")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,62}")
_RANGE: Final = re.compile(r"(?:(?P<address>[0-9.]+) )?(?P<low>[0-9]{1,5})(?:\.\.|-)(?P<high>[0-9]{1,5})(?: .*)?")
_ESCAPE: Final = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a source declares of its RADIUS records.

    ``subject`` and ``origin`` name attributes; the first that a record has counts. ``nat`` reads translations, too.
    ``whole_session``: this network gives out ``Framed-IP-Address`` when a session begins and keeps it until its end,
    so a stop's ``Acct-Session-Time`` tells since when it was held. Without that word it tells nothing of the address.
    """

    subject: tuple[str, ...]
    origin: tuple[str, ...]
    nat: bool
    whole_session: bool
    names: Slots

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Choices:
        """From a source's settings. Raises ``FormatSettingRefused``."""
        subject = reading.texts(settings, "subject", ("User-Name", "Calling-Station-Id", "IMSI"))
        origin = reading.texts(settings, "origin", ("NAS-IP-Address", "NAS-IPv6-Address", "NAS-Identifier"))
        names: dict[bytes, Slot | str] = {}
        for field, listed in (("subject", subject), ("origin", origin)):
            for name in listed:
                if not _NAME.fullmatch(name) or name in NAMES:
                    raise FormatSettingRefused(field=field, problem=f"{name[:64]!r} isn't an attribute that names one")
                names[name.encode("ascii")] = name
                if name in ALIKE:
                    names[ALIKE[name].encode("ascii")] = name
        nat = reading.flag(settings, "nat", absent=True)
        whole = reading.flag(settings, "address_lasts_whole_session", absent=False)
        for name, slot in NAMES.items():
            if (slot.name.startswith("NAT_") and not nat) or (slot is Slot.LASTED and not whole):
                continue
            names[name.encode("ascii")] = slot
        return cls(subject, origin, nat, whole, names)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a record gives no events. ``known``: it is one that has no use, and is only counted."""

    reason: str
    known: bool = False


class _Malformed(Exception):
    """A record can't be read; the message is the slug."""


def read_record(
    record: int, lines: Sequence[bytes], choices: Choices, minutes: Minutes, zone: tzinfo, *, ended: bool
) -> list[Single] | Refused:
    """The events of one record, whose number is ``record``; ``ended`` says that an empty line follows it.

    Without that it was perhaps cut off in the middle of an address: it counts only if its last line is ``Timestamp``,
    which the server writes last.
    """
    if lines[0].startswith(b"\t"):
        return Refused("no_header")
    if len(lines) > MAX_LINES:
        return Refused("too_many_attributes")
    if not ended and not re.fullmatch(rb"\tTimestamp = [0-9]{10}", lines[-1]):
        return Refused("incomplete")
    try:
        return _Record(record, lines, choices, minutes, zone).events()
    except _Malformed as malformed:
        return Refused(str(malformed))


class _Record:
    """A record's attributes on their way to events."""

    def __init__(
        self, record: int, lines: Sequence[bytes], choices: Choices, minutes: Minutes, zone: tzinfo
    ) -> None:
        self.record, self.choices, self.minutes, self.zone = record, choices, minutes, zone
        self.header = lines[0]
        self.found: dict[Slot | str, list[bytes]] = {}
        for line in lines[1:]:
            self._take(line)

    def _take(self, line: bytes) -> None:
        match = _ATTRIBUTE.fullmatch(line)
        if match is None:
            raise _Malformed("not_an_attribute")
        name = match[1]
        if name.startswith(NESTED):
            name = name.rsplit(b".", 1)[1]
        slot = self.choices.names.get(name)
        if slot is None:
            return
        if match[2] is None:
            if len(name) < SHORT:
                return
            raise _Malformed("attribute_malformed")
        values = self.found.setdefault(slot, [])
        if slot not in MANY and values and values[0] != match[2]:
            raise _Malformed("attribute_repeated")
        if match[2] not in values or slot in MANY:
            values.append(match[2])

    def events(self) -> list[Single] | Refused:
        packet = self._one(Slot.PACKET)
        if packet is not None and packet not in (b"Accounting-Request", b"4"):
            return Refused("not_accounting", known=True)
        status = self._one(Slot.STATUS)
        if status is None:
            return Refused("status_missing")
        action = STATUSES.get(status)
        if action is None:
            known = OTHER_STATUSES.fullmatch(status) is not None
            return Refused("other_status" if known else "status_unknown", known=known)
        common = self._clocks()
        common["origin"] = self._first(self.choices.origin)
        if action is Action.RESTART:
            kinds = (LogKind.AP_AUTH, LogKind.AP_NAT) if self.choices.nat else (LogKind.AP_AUTH,)
            return [Single(kind, self.record, action, **common) for kind in kinds]
        common["subject"] = self._first(self.choices.subject)
        common["session"] = self._session(common["origin"])
        if common["subject"] is None and common["session"] is None:
            return Refused("nobody_named")
        inside = self._address()
        made = self._assigned(action, inside, common) + self._translated(action, inside, common)
        return made or Refused("no_address", known=True)

    def _one(self, slot: Slot) -> bytes | None:
        values = self.found.get(slot)
        return None if values is None else values[0]

    def _text(self, raw: bytes) -> str | None:
        """A text attribute's value; None for an empty one."""
        value = unquoted(raw)
        if len(value) > MAX_TEXT:
            raise _Malformed("text_too_long")
        text = plain(value)
        if text is None:
            raise _Malformed("not_text")
        return text or None

    def _first(self, names: Sequence[str]) -> str | None:
        for name in names:
            values = self.found.get(name)
            told = self._text(values[0]) if values else None
            if told is not None:
                return told
        return None

    def _session(self, origin: str | None) -> str | None:
        for slot in (Slot.UNIQUE, Slot.SESSION):
            raw = self._one(slot)
            told = None if raw is None else self._text(raw)
            if told is not None:
                # A NAS counts its sessions for itself: two may have the same number.
                return told if slot is Slot.UNIQUE or origin is None else f"{told}@{origin}"
        return None

    def _number(self, slot: Slot) -> int | None:
        raw = self._one(slot)
        return None if raw is None else number(raw)

    def _clocks(self) -> dict[str, Any]:
        delay = self._number(Slot.DELAY) or 0
        received = self._number(Slot.RECEIVED)
        arrival = None if received is None else Stamp((received - delay) * SECOND, 0, 0)
        told = self._one(Slot.EVENT)
        event = None if told is None else self._event(told)
        if event is not None:
            # A server clock that was never set is no second opinion.
            known = arrival is not None and arrival.local >= EARLIEST
            return {"time": event, "logged": arrival if known else None}
        if arrival is not None:
            return {"time": arrival, "notes": ClockNote.OTHER_CLOCK}
        written = self._written()
        return {"time": written, "earlier": delay * SECOND, "notes": ClockNote.OTHER_CLOCK}

    def _event(self, raw: bytes) -> Stamp | None:
        """The NAS's own time; None if its clock was never set."""
        value = unquoted(raw)
        if value.isdigit():
            stamp = Stamp(number(value) * SECOND, 0, 0)
        else:
            found = read_stamp(value, 0, Form.ISO | Form.BSD, self.minutes)
            if found is None:
                raise _Malformed("event_time_malformed")
            stamp, end = found
            if end < len(value):
                offset = self._zone(value[end:], stamp)
                stamp = stamp._replace(offset=offset)
        if stamp.offset == int(NO_OFFSET):
            return stamp if stamp.local >= EARLIEST else None
        return stamp if stamp.local - stamp.offset * 60 * SECOND >= EARLIEST else None

    def _zone(self, tail: bytes, stamp: Stamp) -> int:
        """Minutes ahead of UTC of an abbreviation: a known one, or the source's own zone's at that time."""
        if stamp.offset != int(NO_OFFSET) or not tail.startswith(b" "):
            raise _Malformed("event_time_malformed")
        ahead = minutes_ahead(tail[1:], stamp, self.zone)
        if ahead is None:
            raise _Malformed("event_time_zone_unknown")
        return ahead

    def _written(self) -> Stamp:
        header = _HEADER.fullmatch(self.header)
        text = b"%b %b %b" % (header[1], header[3], header[2]) if header else self.header
        found = read_stamp(text, 0, Form.ISO | Form.BSD, self.minutes)
        if found is None or found[1] != len(text):
            raise _Malformed("no_time")
        return found[0]

    def _address(self) -> Net | None:
        raw = self._one(Slot.ADDRESS)
        if raw is None:
            return None
        found = _net(raw, 4, prefix=False)
        return None if found.number in NOBODYS else found

    def _assigned(self, action: Action, address: Net | None, common: Mapping[str, Any]) -> list[Single]:
        made = []
        if address is not None:
            start = self._since(action)
            made.append(Single(LogKind.AP_AUTH, self.record, action, address=address, start=start, **common))
        seen: list[Net] = []
        for slot, prefix in ((Slot.PREFIX, True), (Slot.DELEGATED, True), (Slot.SIX, False)):
            for raw in self.found.get(slot, ()):
                found = _net(raw, 6, prefix=prefix)
                if found.number and found not in seen:
                    seen.append(found)
                    made.append(Single(LogKind.AP_AUTH, self.record, action, address=found, **common))
        return made

    def _since(self, action: Action) -> Stamp | None:
        lasted = self._number(Slot.LASTED)
        if lasted is None or action is Action.START:
            return None
        time: Stamp = self._clocks()["time"]
        return time._replace(local=time.local - lasted * SECOND)

    def _translated(self, action: Action, inside: Net | None, common: Mapping[str, Any]) -> list[Single]:
        publics = self._nets(Slot.NAT_ADDRESS)
        blocks: list[tuple[Net, int, int]] = []
        for raw in self.found.get(Slot.NAT_RANGE, ()):
            match = _RANGE.fullmatch(self._text(raw) or "")
            if match is None:
                raise _Malformed("nat_range_malformed")
            told = net(match["address"]) if match["address"] else publics[0] if len(publics) == 1 else None
            if told is None:
                raise _Malformed("nat_range_malformed")
            blocks.append((told, int(match["low"]), int(match["high"])))
        lows, highs = ([number(raw) for raw in self.found.get(slot, ())] for slot in (Slot.NAT_LOW, Slot.NAT_HIGH))
        if len(lows) != len(highs):
            raise _Malformed("nat_ports_incomplete")
        if lows:
            # One public address may have several ranges in one record; several must be as many as the ranges.
            each = publics * len(lows) if len(publics) == 1 else publics
            if len(each) != len(lows):
                raise _Malformed("nat_ports_incomplete")
            blocks += zip(each, lows, highs, strict=True)
        if not blocks:
            return []
        protocol = self._number(Slot.NAT_PROTOCOL) or 0
        if protocol > 255:
            raise _Malformed("protocol_out_of_range")
        within = self._nets(Slot.NAT_INSIDE)
        inner = within[0] if len(within) == 1 else inside
        # RFC 8045 section 3.2.8: within a session, an interim record tells each range that comes (1) or goes (2).
        allocation = self._number(Slot.NAT_ALLOCATION)
        if action is Action.INTERIM and allocation is not None:
            action = {1: Action.START, 2: Action.STOP}.get(allocation, action)
        made = []
        for public, low, high in blocks:
            if high > 65_535:
                raise _Malformed("port_out_of_range")
            if low > high:
                raise _Malformed("ports_reversed")
            block = Single(
                LogKind.AP_NAT,
                self.record,
                action,
                address=public,
                ports=(low, high),
                protocol=protocol,
                inside=inner,
                **common,
            )
            if block not in made:
                made.append(block)
        return made

    def _nets(self, slot: Slot) -> list[Net]:
        return [_net(raw, 4, prefix=False) for raw in self.found.get(slot, ())]


def unquoted(raw: bytes) -> bytes:
    """An attribute's value without its quotes and escapes (``\\"``, ``\\\\``, ``\\n``, ``\\303``)."""
    if len(raw) >= 2 and raw[:1] in (b'"', b"'") and raw[-1:] == raw[:1]:
        raw = raw[1:-1]
        return _ESCAPE.sub(_unescaped, raw) if b"\\" in raw else raw
    return raw


def _unescaped(match: re.Match[bytes]) -> bytes:
    told = match[1]
    if len(told) == 3:
        return bytes([int(told, 8) & 0xFF])
    return _ESCAPES.get(told, told)


def number(raw: bytes) -> int:
    """A whole number of 32 bits."""
    if not raw.isdigit() or len(raw) > MAX_EPOCH_DIGITS or int(raw) >= 2**32:
        raise _Malformed("number_malformed")
    return int(raw)


def _net(raw: bytes, family: int, *, prefix: bool) -> Net:
    found = net(unquoted(raw).decode("ascii", "replace"))
    if found is None or found.family != family or (found.length is not None and not prefix):
        raise _Malformed("not_an_address")
    return found
