"""Kea DHCP: the memfile lease journal, the legal log, and the server's own lines about leases.

The journal (``kea-leases4.csv``, ``kea-leases6.csv``) gets a row whenever a lease changes::

    address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
    192.0.2.111,02:00:5e:10:00:01,,600,1795425900,1,0,0,,0,,0

A lease began, or was renewed, at ``expire − valid_lifetime`` (UTC). State 0 is a lease; 1 was declined (its client is
cleared); 2 has expired and been reclaimed; 3 was released. A row with no lifetime says that the lease was removed, but
not when: it had ended by the latest moment that the journal had told of until then, which is noted as another's clock.

A lease file is a state: Kea's clean-up rewrites it without what is over. Read it continuously (the spool directory), or
keep the legal log, which is a history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from sekisho.logs.events import Action, ClockNote
from sekisho.logs.formats import settings as reading
from sekisho.logs.formats.chunk import plain
from sekisho.logs.formats.delimited import Delimited, Headed, Quoting, Row
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.leases import Lease, Leases, require_lease
from sekisho.logs.formats.line_times import NO_OFFSET, SECOND, Form, Minutes, Stamp, read_stamp
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.formats.single import Net, Single, Told, net, settled
from sekisho.logs.formats.template import MAX_LINE, MAX_TEXT
from sekisho.logs.formats.zones import minutes_ahead
from sekisho.logs.kinds import LogKind

COLUMNS: Final = {
    name: (name,)
    for name in (
        "address",
        "hwaddr",
        "client_id",
        "duid",
        "valid_lifetime",
        "expire",
        "state",
        "lease_type",
        "prefix_len",
        "user_context",
    )
}
NEEDED: Final = (("address",), ("valid_lifetime",), ("expire",), ("hwaddr", "duid"))
RELAYED: Final = frozenset({"remote-id", "relay-id", "sub-options"})
"""What a relay told of the client, in the row's user context."""
SUBJECTS: Final = frozenset({"hwaddr", "client_id", "duid"}) | RELAYED
DELEGATION: Final = frozenset({"2", "IA_PD"})
INFINITE: Final = 2**32 - 1
"""A lifetime without an end (RFC 2131 section 3.3)."""
_COMMA: Final = re.compile(r"&#x([0-9a-fA-F]{2})")


class JournalReader:
    """Reads one lease file."""

    framing = Framing.LINES
    records = 0

    def __init__(self, subject: tuple[str, ...]) -> None:
        """``subject`` names what a client is known by, the best first."""
        self._subject = subject
        self._table = Headed("kea-csv", COLUMNS, NEEDED, Delimited(quoting=Quoting.NONE))
        self._leases = Leases()
        self._latest = 0

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the rows of ``chunk`` hold. Raises ``ColumnsMissing``."""
        told, raws = Told.nothing(), dict[int, bytes]()
        for number, row in self._table.rows(chunk, first_record, told, raws):
            read = self._event(number, row)
            if isinstance(read, Single):
                told.events.append(read)
            elif read.startswith("~"):
                told.ignore(read[1:])
            else:
                told.refused[number] = read
        yield from settled(told, context, raws.__getitem__)

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: rows are lines."""
        del context
        return ()

    def _event(self, number: int, row: Row) -> Single | str:
        address = net(row["address"])
        if address is None or address.length is not None:
            return "not_an_address"
        if row.get("lease_type") in DELEGATION:
            address = net(f"{row['address']}/{row.get('prefix_len') or '128'}")
            if address is None:
                return "not_a_prefix"
        told = [_whole(row[part]) for part in ("valid_lifetime", "expire")]
        lifetime, expire = told
        state = row.get("state") or "0"
        if lifetime is None or expire is None or state not in _STATES:
            return "number_malformed"
        given = expire - (0 if lifetime == INFINITE else lifetime)
        if state == "4":
            return "~registered"
        if state == "0" and lifetime:
            subject = self._client(row)
            if subject is None:
                return "nobody_named"
            if len(subject) > MAX_TEXT or not subject.isprintable():
                return "not_text"
            self._latest = max(self._latest, given)
            until = INFINITE * 1000 if lifetime == INFINITE else expire
            action = self._leases.given(address, Lease(subject, until), given)
            limit = 0 if lifetime == INFINITE else lifetime * SECOND
            time = Stamp(given * SECOND, 0, 0)
            return Single(LogKind.AP_DHCP, number, action, time, address, subject=subject, limit=limit)
        return self._end(number, row, address, state, given, expire, lifetime)

    def _end(
        self, number: int, row: Row, address: Net, state: str, given: int, expire: int, lifetime: int
    ) -> Single | str:
        known = self._leases.ended(address)
        subject = self._client(row) or (None if known is None else known.subject)
        if subject is None or len(subject) > MAX_TEXT or not subject.isprintable():
            return "~ended_without_client"
        notes = ClockNote.NONE
        if state == "1":
            at = given
        elif state == "2" and lifetime:
            at = expire
        else:
            at, notes = max(self._latest, given), ClockNote.OTHER_CLOCK
            if known is not None:
                at = min(at, known.expire)
        time = Stamp(at * SECOND, 0, 0)
        return Single(LogKind.AP_DHCP, number, Action.STOP, time, address, subject=subject, notes=notes)

    def _client(self, row: Row) -> str | None:
        for part in self._subject:
            found = _relayed(row.get("user_context", ""), part) if part in RELAYED else row.get(part)
            if found:
                return found
        return None


_STATES: Final = frozenset({"0", "1", "2", "3", "4"})


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 11 else None


def _relayed(context: str, part: str) -> str | None:
    """What a relay told, kept by Kea as ``{"ISC": {"relay-agent-info": {…}}}`` with its commas escaped."""
    if not context:
        return None
    try:
        told = orjson.loads(_COMMA.sub(lambda match: chr(int(match[1], 16)), context))
        found = told["ISC"]["relay-agent-info"][part]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


_LEGAL: Final = re.compile(
    r"(?P<what>Address|Prefix): (?P<address>[0-9a-fA-F.:]+)(?P<length>/[0-9]{1,3})? has been "
    r"(?P<verb>assigned|renewed|released)"
    r"(?: for (?P<hours>[0-9]{1,6}) hrs (?P<minutes>[0-9]{1,2}) min (?P<seconds>[0-9]{1,2}) secs)?"
    r" (?:to|from) a device with (?P<rest>.*)"
)
_SERVER: Final = re.compile(
    r"DHCP[46]_(?P<verb>LEASE_ALLOC|LEASE_REUSE|RELEASE) (?P<rest>.*?), tid=0x[0-9a-fA-F]+: "
    r"(?:lease (?:for address )?|address )(?P<address>[0-9a-fA-F.:]+)(?P<length>/[0-9]{1,3})? .*?"
    r"(?:(?:has been allocated|reused|has been reused) for (?P<seconds>[0-9]{1,10}) seconds?.*|released properly\.?)"
)
_PARTS: Final = {
    "hwaddr": re.compile(r"hwtype=[0-9]+ ([0-9a-f:]+)"),
    "client_id": re.compile(r"(?:client-id: |cid=\[)([0-9a-f:]+)"),
    "duid": re.compile(r"(?:DUID: |duid=\[)([0-9a-f:]+)"),
    "circuit-id": re.compile(r"circuit-id: ([0-9a-f:]+)"),
    "remote-id": re.compile(r"remote-id: ([0-9a-f:]+)"),
    "subscriber-id": re.compile(r"subscriber-id: ([0-9a-f:]+)"),
}
_LEVELS: Final = (b"DEBUG", b"INFO", b"WARN", b"ERROR", b"FATAL")
_MARKS: Final = (" has been assigned", " has been renewed", " has been released", "_LEASE_ALLOC", "_RELEASE ")


class LegalReader:
    """Reads the legal log (one line for each lease given, renewed or released), or a server's log with such lines."""

    framing = Framing.LINES
    records = 0

    def __init__(self, subject: tuple[str, ...]) -> None:
        """``subject`` names what a client is known by, the best first."""
        self._subject = subject
        self._minutes = Minutes()
        self._leases = Leases()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the lines of ``chunk`` hold."""
        told, lines = Told.nothing(), chunk.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        for number, line in enumerate(lines, start=first_record):
            read = self._line(number, line.removesuffix(b"\r"), context)
            if isinstance(read, Single):
                told.events.append(read)
            elif read.startswith("~"):
                told.ignore(read[1:])
            else:
                told.refused[number] = read
        yield from settled(told, context, lambda record: lines[record - first_record])

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: records are lines."""
        del context
        return ()

    def _line(self, number: int, line: bytes, context: Context) -> Single | str:
        if len(line) > MAX_LINE:
            return "line_too_long"
        text = plain(line)
        if text is None:
            return "not_text"
        match = _LEGAL.search(text) or _SERVER.search(text)
        if match is None:
            return "no_match" if any(mark in text for mark in _MARKS) else "~other_message"
        found = read_stamp(line, 0, Form.ISO, self._minutes)
        if found is None:
            return "no_time"
        stamp, end = found
        zone = re.match(rb" ([A-Z]{3,5}) ", line[end:])
        if stamp.offset == int(NO_OFFSET) and zone is not None and zone[1] not in _LEVELS:
            ahead = minutes_ahead(zone[1], stamp, context.zone)
            if ahead is None:
                return "time_zone_unknown"
            stamp = stamp._replace(offset=ahead)
        address = net(match["address"] + (match["length"] or ""))
        if address is None:
            return "not_an_address"
        subject = self._client(match["rest"])
        if subject is None:
            return "nobody_named"
        if match["verb"] in ("released", "RELEASE"):
            self._leases.ended(address)
            return Single(LogKind.AP_DHCP, number, Action.STOP, stamp, address, subject=subject)
        named = match.groupdict()
        told = [int(named.get(part) or 0) for part in ("hours", "minutes", "seconds")]
        seconds = told[0] * 3600 + told[1] * 60 + told[2]
        at = stamp.local // SECOND
        action = self._leases.given(address, Lease(subject, at + seconds), at)
        if match["verb"] == "renewed":
            action = Action.INTERIM
        limit = 0 if seconds >= INFINITE else seconds * SECOND
        return Single(LogKind.AP_DHCP, number, action, stamp, address, subject=subject, limit=limit)

    def _client(self, rest: str) -> str | None:
        for part in self._subject:
            found = _PARTS[part].search(rest)
            if found is not None and len(found[1]) <= MAX_TEXT:
                return found[1]
        return None


def journal(settings: Mapping[str, Any]) -> JournalReader:
    """A reader of lease files. Raises ``FormatSettingRefused``."""
    return JournalReader(_subject(settings, SUBJECTS))


def legal(settings: Mapping[str, Any]) -> LegalReader:
    """A reader of the legal log. Raises ``FormatSettingRefused``."""
    return LegalReader(_subject(settings, frozenset(_PARTS)))


def _subject(settings: Mapping[str, Any], known: frozenset[str]) -> tuple[str, ...]:
    require_lease(settings)
    found = reading.texts(settings, "subject", ("duid", "hwaddr", "client_id"))
    if not set(found) <= known:
        raise FormatSettingRefused(field="subject", problem=f"known: {', '.join(sorted(known))}")
    return found
