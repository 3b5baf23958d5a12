"""ISC dhcpd's lease files, ``dhcpd.leases`` and ``dhcpd6.leases``: who was given which address until when.

::

    lease 192.0.2.10 {                                  ia-na "\\001\\000\\000\\000\\000\\001…" {      its IAID and DUID
      starts 1 2026/11/23 09:15:00;                       cltt 1 2026/11/23 09:15:00;
      ends 1 2026/11/23 09:25:00;                         iaaddr 2001:db8::10 {
      cltt 1 2026/11/23 09:20:00;                           binding state active;
      binding state active;                                 max-life 600;
      hardware ethernet 02:00:5e:10:00:01;                  ends epoch 1795425900; # …
    }                                                     } }

Times are UTC, whether as dates or, with ``db-time-format local``, as seconds since 1970. An active lease began at
``starts``, was last spoken of at ``cltt`` and lasts until ``ends``; one that is free, released or expired ended at
``ends``. A later block about the same lease supersedes an earlier one, and the server rewrites the file from time to
time with only the last: it is a state, not a history. Read it continuously, or log ``on commit``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sekisho.logs.events import Action
from sekisho.logs.formats import settings as reading
from sekisho.logs.formats.chunk import plain
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.leases import require_lease
from sekisho.logs.formats.line_times import SECOND, Form, Minutes, Stamp, read_stamp
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.formats.single import Net, Single, Told, net, settled
from sekisho.logs.formats.template import MAX_TEXT
from sekisho.logs.framing import RAW_KEPT
from sekisho.logs.kinds import LogKind

MAX_BLOCK: Final = 65_536
"""Bytes of one lease: a longer one was never closed."""
SUBJECTS: Final = frozenset({"hardware", "uid", "duid", "agent.circuit-id", "agent.remote-id", "agent.subscriber-id"})
ENDED: Final = frozenset({"free", "released", "expired"})
OTHERS: Final = frozenset({"abandoned", "backup", "reset", "bootp"})
"""States in which no client has the address by a lease that the file tells of."""
NEVER: Final = "never"

_OPENS: Final = re.compile(rb"(lease|ia-na|ia-ta|ia-pd) .*\{\s*")
_TIME: Final = re.compile(rb"[0-6] (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)|epoch (\d{1,11})")
_STATEMENT: Final = re.compile(rb'((?:"(?:[^"\\]|\\.)*"|#[^\n]*|[^";{}#])*)([;{}])', re.DOTALL)
_COMMENT: Final = re.compile(rb'("(?:[^"\\]|\\.)*")|#[^\n]*', re.DOTALL)
_OCTETS: Final = re.compile(rb"\\([0-7]{3}|.)|(.)", re.DOTALL)


class _Malformed(Exception):
    """A lease can't be read; the message is the slug."""


class LeasesReader:
    """Reads one input. A lease has the number of its first line."""

    framing = Framing.LINES
    records = 0

    def __init__(self, subject: Sequence[str]) -> None:
        """``subject`` names what a client is known by, the best first."""
        self._subject = subject
        self._held: list[bytes] = []
        self._size = 0
        self._depth = 0
        self._first = 0
        self._minutes = Minutes()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the leases that end in ``chunk`` hold."""
        told, raws = Told.nothing(), dict[int, bytes]()
        lines = chunk.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        for number, line in enumerate(lines, start=first_record):
            self._line(number, line, told, raws)
        yield from settled(told, context, raws.__getitem__)

    def finish(self, context: Context) -> Iterable[Found]:
        """A lease that the input ended in the middle of."""
        told, raws = Told.nothing(), dict[int, bytes]()
        self._give_up(told, raws)
        yield from settled(told, context, raws.__getitem__)

    def _line(self, number: int, line: bytes, told: Told, raws: dict[int, bytes]) -> None:
        if _OPENS.fullmatch(line):
            # Leases begin at the beginning of a line, and only they do: what is still open was cut off.
            self._give_up(told, raws)
            self._first = number
        elif not self._held:
            stripped = line.strip()
            if plain(stripped) is None:
                told.refused[number] = "not_text"
                raws[number] = line[:RAW_KEPT]
            elif stripped:
                told.ignore("other_statement")
            return
        self._held.append(line)
        self._size += len(line) + 1
        bare = _COMMENT.sub(b"", line)
        self._depth += bare.count(b"{") - bare.count(b"}")
        if self._depth <= 0:
            self._end(told, raws)
        elif self._size > MAX_BLOCK:
            self._give_up(told, raws)

    def _give_up(self, told: Told, raws: dict[int, bytes]) -> None:
        if self._held:
            told.refused[self._first] = "not_closed"
            raws[self._first] = b"\n".join(self._held)[:RAW_KEPT]
        self._held, self._size, self._depth = [], 0, 0

    def _end(self, told: Told, raws: dict[int, bytes]) -> None:
        raw, number = b"\n".join(self._held), self._first
        self._held, self._size, self._depth = [], 0, 0
        raws[number] = raw
        try:
            found = _Lease(raw, self._subject, self._minutes, number).events()
        except _Malformed as malformed:
            told.refused[number] = str(malformed)
            return
        if found:
            told.events += found
        else:
            told.ignore("no_client")


class _Lease:
    """One block on its way to events."""

    def __init__(self, raw: bytes, subject: Sequence[str], minutes: Minutes, number: int) -> None:
        self._wanted, self._minutes, self._number = subject, minutes, number
        self._statements = [(match[1].strip(), match[2]) for match in _STATEMENT.finditer(_COMMENT.sub(rb"\1", raw))]

    def events(self) -> list[Single]:
        if not self._statements:
            # A "#" before the brace that opened it.
            raise _Malformed("unknown_statement")
        opening, _ = self._statements[0]
        kind, _, name = opening.partition(b" ")
        if kind == b"lease":
            told = self._values(self._statements[1:])
            return self._told(_address(name, prefix=False), told, told)
        outer: dict[str, bytes] = {}
        inner: list[tuple[Net, dict[str, bytes]]] = []
        body: list[tuple[bytes, bytes]] | None = None
        for statement, mark in self._statements[1:]:
            if mark == b"{":
                word, _, address = statement.partition(b" ")
                if body is not None or word not in (b"iaaddr", b"iaprefix"):
                    raise _Malformed("unknown_statement")
                body = []
                inner.append((_address(address, prefix=word == b"iaprefix"), {}))
            elif mark == b"}" and body is not None:
                inner[-1][1].update(self._values(body))
                body = None
            elif body is not None:
                body.append((statement, mark))
            else:
                outer.update(self._values([(statement, mark)]))
        octets = _octets(name)
        # An IAID of four octets, then the DUID (RFC 8415 section 11).
        outer["duid"] = octets[4:].hex(":").encode() if len(octets) > 4 else b""
        return [event for address, told in inner for event in self._told(address, told, outer)]

    def _values(self, statements: Iterable[tuple[bytes, bytes]]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for statement, mark in statements:
            if mark != b";":
                continue
            for begin, part in _STATEMENTS:
                if statement.startswith(begin):
                    found[part] = statement[len(begin) :].strip()
        return found

    def _told(self, address: Net, told: Mapping[str, bytes], client: Mapping[str, bytes]) -> list[Single]:
        state = told.get("state", b"active").decode("ascii", "replace")
        if state in OTHERS:
            return []
        if state != "active" and state not in ENDED:
            raise _Malformed("binding_state_unknown")
        subject = self._client(client)
        if subject is None:
            return []
        begin, spoken = self._time(told.get("starts")), self._time(client.get("cltt"))
        ends = told.get("ends", b"")
        end = None if ends == NEVER.encode() or not ends else self._time(ends)
        begin = spoken if begin is None else begin
        if begin is None:
            raise _Malformed("no_time")
        if state in ENDED:
            if end is None:
                return []
            start = begin if begin.local <= end.local else None
            return [self._single(Action.STOP, end, address, subject, start=start)]
        if end is not None and end.local < begin.local:
            raise _Malformed("ends_before_start")
        made = [self._single(Action.START, begin, address, subject, limit=_span(begin, end))]
        if spoken is not None and spoken.local > begin.local and (end is None or spoken.local <= end.local):
            made.append(self._single(Action.INTERIM, spoken, address, subject, limit=_span(spoken, end)))
        return made

    def _single(
        self, action: Action, time: Stamp, address: Net, subject: str, *, limit: int = 0, start: Stamp | None = None
    ) -> Single:
        return Single(
            LogKind.AP_DHCP, self._number, action, time, address, subject=subject, limit=limit, start=start
        )

    def _time(self, written: bytes | None) -> Stamp | None:
        if written is None:
            return None
        match = _TIME.fullmatch(written)
        if match is None:
            raise _Malformed("not_a_time")
        if match[2] is not None:
            return Stamp(int(match[2]) * SECOND, 0, 0)
        found = read_stamp(match[1], 0, Form.ISO, self._minutes)
        if found is None:
            raise _Malformed("not_a_time")
        return found[0]._replace(offset=0)

    def _client(self, told: Mapping[str, bytes]) -> str | None:
        for part in self._wanted:
            raw = told.get(part)
            if not raw:
                continue
            if part == "hardware":
                value = raw.partition(b" ")[2]
            elif part == "duid":
                value = raw
            else:
                octets = _octets(raw)
                value = octets if part != "uid" and plain(octets) is not None else octets.hex(":").encode()
            text = plain(value)
            if text is None or len(value) > MAX_TEXT:
                raise _Malformed("not_text")
            if text:
                return text
        return None


_STATEMENTS: Final = (
    (b"starts ", "starts"),
    (b"ends ", "ends"),
    (b"cltt ", "cltt"),
    (b"binding state ", "state"),
    (b"hardware ", "hardware"),
    (b"uid ", "uid"),
    (b"option agent.circuit-id ", "agent.circuit-id"),
    (b"option agent.remote-id ", "agent.remote-id"),
    (b"option agent.subscriber-id ", "agent.subscriber-id"),
)
"""The statements that are read."""


def _address(raw: bytes, *, prefix: bool) -> Net:
    found = net(raw.strip().decode("ascii", "replace"))
    if found is None or (found.length is not None) != prefix:
        raise _Malformed("not_an_address")
    return found


def _octets(raw: bytes) -> bytes:
    """The octets of a quoted text with ``\\ooo`` escapes, or of hexadecimal ones parted by colons."""
    if raw[:1] == b'"' and raw[-1:] == b'"' and len(raw) >= 2:
        return b"".join(
            match[2] or (bytes([int(match[1], 8) & 0xFF]) if len(match[1]) == 3 else match[1])
            for match in _OCTETS.finditer(raw[1:-1])
        )
    try:
        return bytes(int(part, 16) for part in raw.split(b":"))
    except ValueError:
        raise _Malformed("not_octets") from None


def _span(begin: Stamp, end: Stamp | None) -> int:
    return 0 if end is None else max(end.local - begin.local, 0)


def reader(settings: Mapping[str, Any]) -> LeasesReader:
    """A reader by a source's settings: ``subject`` names what a client is known by. Raises ``FormatSettingRefused``."""
    require_lease(settings)
    found = reading.texts(settings, "subject", ("hardware", "duid", "uid"))
    if not set(found) <= SUBJECTS:
        raise FormatSettingRefused(field="subject", problem=f"known: {', '.join(sorted(SUBJECTS))}")
    return LeasesReader(found)
