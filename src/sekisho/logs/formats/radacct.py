"""FreeRADIUS's ``radacct`` table as CSV (RFC 4180) with a header: one row for each session, as far as it has come.

::

    acctuniqueid,username,nasipaddress,acctstarttime,acctupdatetime,acctstoptime,framedipaddress,…
    ed8119f6,bob@example.jp,192.0.2.1,2026-11-23 09:15:00+00,2026-11-23 10:15:00+00,,198.51.100.7

A row without ``acctstoptime`` began at ``acctstarttime`` and was still so at ``acctupdatetime``. A row with it ended
then, and tells its own start: an event of a stop, so that a session seen open in an earlier export is ended by it, and
one that wasn't seen is whole. PostgreSQL's ``timestamptz`` has an offset; MySQL's ``datetime`` has none, so the
source's zone is assumed and noted. Exporting only what changed (``WHERE acctupdatetime >= …``) avoids storing sessions
twice.

The table is a state, not a history: an address that changed within a session has overwritten the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sekisho.logs.events import Action
from sekisho.logs.formats import settings as reading
from sekisho.logs.formats.delimited import Delimited, Headed, Row
from sekisho.logs.formats.line_times import Form, Minutes, Stamp, read_stamp
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.formats.single import Net, Single, Told, net, settled
from sekisho.logs.formats.template import MAX_TEXT
from sekisho.logs.kinds import LogKind

NAMES: Final[Mapping[str, Sequence[str]]] = {
    "unique": ("acctuniqueid",),
    "subject": ("username",),
    "origin": ("nasipaddress",),
    "start": ("acctstarttime",),
    "update": ("acctupdatetime",),
    "stop": ("acctstoptime",),
    "address": ("framedipaddress",),
    "six": ("framedipv6address",),
    "prefix": ("framedipv6prefix",),
    "delegated": ("delegatedipv6prefix",),
}
"""What is read, and what the columns are called; the first name that a header has counts."""
ADDRESSES: Final = ("address", "six", "prefix", "delegated")
NEEDED: Final = (("unique",), ("subject",), ("start",), ("stop",), ADDRESSES)
NULLS: Final = frozenset({"", "NULL", r"\N", "0000-00-00 00:00:00"})
"""How exports write that there is none: PostgreSQL, MySQL's clients, ``SELECT … INTO OUTFILE``, MySQL's zero date."""


class RadacctReader:
    """Reads one input."""

    framing = Framing.LINES
    records = 0

    def __init__(self, columns: Mapping[str, Sequence[str]], delimiter: str) -> None:
        """``columns`` are the names each part may have in a header."""
        self._table = Headed("radacct", columns, NEEDED, Delimited(delimiter))
        self._minutes = Minutes()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the rows that end in ``chunk`` hold. Raises ``ColumnsMissing`` for a header that lacks something."""
        told, raws = Told.nothing(), dict[int, bytes]()
        yield from self._found(self._table.rows(chunk, first_record, told, raws), told, raws, context)

    def finish(self, context: Context) -> Iterable[Found]:
        """A row that the input ended in the middle of."""
        told, raws = Told.nothing(), dict[int, bytes]()
        yield from self._found(self._table.rest(told, raws), told, raws, context)

    def _found(
        self, rows: Iterable[tuple[int, Row]], told: Told, raws: Mapping[int, bytes], context: Context
    ) -> Iterator[Found]:
        for number, row in rows:
            read = self._events(number, row)
            if isinstance(read, str):
                told.refused[number] = read
            elif read:
                told.events += read
            else:
                told.ignore("no_address")
        yield from settled(told, context, raws.__getitem__)

    def _events(self, number: int, row: Row) -> list[Single] | str:
        values = {part: value for part, value in row.items() if value not in NULLS}
        for part in ("unique", "subject", "origin"):
            text = values.get(part, "")
            if len(text.encode()) > MAX_TEXT or not text.isprintable():
                return "not_text"
        if "unique" not in values and "subject" not in values:
            return "nobody_named"
        stamps: dict[str, Stamp] = {}
        for part in ("start", "update", "stop"):
            if part in values:
                stamp = _stamp(values[part], self._minutes)
                if stamp is None:
                    return "not_a_time"
                stamps[part] = stamp
        nets: list[Net] = []
        for part in ADDRESSES:
            if part in values:
                found = _net(values[part], 4 if part == "address" else 6)
                if found is None:
                    return "not_an_address"
                if found.number and found not in nets:
                    nets.append(found)
        named: dict[str, Any] = {
            "subject": values.get("subject"),
            "session": values.get("unique"),
            "origin": values.get("origin"),
        }
        start, update, stop = (stamps.get(part) for part in ("start", "update", "stop"))
        made: list[Single] = []
        for each in nets:
            if stop is not None:
                made.append(Single(LogKind.AP_AUTH, number, Action.STOP, stop, each, start=start, **named))
                continue
            if start is None:
                return "no_time"
            made.append(Single(LogKind.AP_AUTH, number, Action.START, start, each, **named))
            if update is not None and update.local > start.local:
                made.append(Single(LogKind.AP_AUTH, number, Action.INTERIM, update, each, **named))
        return made


def _stamp(written: str, minutes: Minutes) -> Stamp | None:
    """``2026-11-23 09:15:00.123+00``; the offset may be hours alone, as PostgreSQL writes it."""
    raw = written.encode()
    if raw[-3:-2] in (b"+", b"-"):
        raw += b":00"
    found = read_stamp(raw, 0, Form.ISO, minutes)
    return found[0] if found is not None and found[1] == len(raw) else None


def _net(written: str, family: int) -> Net | None:
    # PostgreSQL's inet writes a single address without its length, MySQL's text is as FreeRADIUS wrote it.
    found = net(written)
    if found is None or found.family != family:
        return None
    whole = 32 if family == 4 else 128
    return found._replace(length=None) if found.length == whole else found


def reader(settings: Mapping[str, Any]) -> RadacctReader:
    """A reader by a source's settings: ``columns`` maps parts to other names, ``delimiter`` is a comma or another.

    Raises ``FormatSettingRefused``.
    """
    told = reading.mapping(settings, "columns", frozenset(NAMES))
    columns = {part: reading.texts(told, part, names) for part, names in NAMES.items()}
    delimiter = reading.choice(settings, "delimiter", {",": ",", ";": ";", "tab": "\t"}, ",")
    return RadacctReader(columns, delimiter)
