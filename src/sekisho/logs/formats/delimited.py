"""Comma-separated records by RFC 4180: quoted fields, doubled quotes, line ends inside quotes. Told as they stand.

Records begin anywhere in a piece and may end in a later one, so what is incomplete is kept. Lines are numbered from 1;
a record has the number of its first line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

from sekisho.logs.formats.errors import ColumnsMissing
from sekisho.logs.formats.single import Told
from sekisho.logs.framing import RAW_KEPT

MAX_RECORD: Final = 65_536
"""Bytes of one record: a longer one began with a quote that nobody closed."""
MAX_FIELDS: Final = 512

Fields = list[str]
Row = Mapping[str, str]
"""A row's values by part."""
Record = tuple[int, bytes, Fields | str]
"""The number of a record's first line, its bytes, and its fields or why it has none."""


class Quoting(Enum):
    """What a quote means."""

    RFC4180 = "rfc4180"
    """It encloses a field."""
    NONE = "none"
    """It is a character like any other (Kea's lease files)."""


class Delimited:
    """Cuts whole lines into records. Not for several threads."""

    def __init__(self, delimiter: str = ",", quoting: Quoting = Quoting.RFC4180) -> None:
        """``delimiter`` is one ASCII character."""
        self._delimiter = delimiter
        self._quoting = quoting
        self._held: list[tuple[int, bytes]] = []
        self._size = 0

    def records(self, chunk: bytes, first: int) -> Iterator[Record]:
        """Each record that ends in ``chunk``: its first line's number, its bytes, and its fields or why it has none.

        ``chunk`` is whole lines, the first of which has the number ``first``. Where a quote isn't closed, or what it
        encloses is no record, only the line with the quote is refused: what follows is read anew.
        """
        lines = chunk.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        for number, line in enumerate(lines, start=first):
            if self._quoting is Quoting.NONE or (not self._held and b'"' not in line):
                yield number, line, self.fields(line)
            else:
                yield from self._take(deque([(number, line)]))

    def rest(self) -> Iterator[Record]:
        """What the input ended in the middle of."""
        while self._held:
            yield from self._give_up("quote_not_closed")

    def _take(self, lines: deque[tuple[int, bytes]]) -> Iterator[Record]:
        while lines:
            number, line = lines.popleft()
            odd = line.count(b'"') % 2 == 1
            self._held.append((number, line))
            self._size += len(line) + 1
            if odd == (len(self._held) == 1):
                # A quote is open: opened by this line, or by an earlier one and not closed by this one.
                if self._size > MAX_RECORD:
                    yield self._refuse("quote_not_closed", lines)
                continue
            raw = b"\n".join(line for _, line in self._held)
            found = self.fields(raw)
            if isinstance(found, str) and len(self._held) > 1:
                yield self._refuse(found, lines)
                continue
            first = self._held[0][0]
            self._held, self._size = [], 0
            yield first, raw, found

    def _refuse(self, reason: str, lines: deque[tuple[int, bytes]]) -> Record:
        """The line that opened a quote; the others go back before ``lines``."""
        (number, line), *others = self._held
        lines.extendleft(reversed(others))
        self._held, self._size = [], 0
        return number, line[:RAW_KEPT], reason

    def _give_up(self, reason: str) -> Iterator[Record]:
        lines: deque[tuple[int, bytes]] = deque()
        yield self._refuse(reason, lines)
        yield from self._take(lines)

    def fields(self, raw: bytes) -> Fields | str:
        """The fields of one record, or why it has none."""
        if len(raw) > MAX_RECORD:
            return "record_too_long"
        try:
            text = raw.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            return "not_text"
        plain = self._quoting is Quoting.NONE or '"' not in text
        found = text.split(self._delimiter) if plain else self._quoted(text)
        if isinstance(found, str):
            return found
        if len(found) > MAX_FIELDS:
            return "too_many_fields"
        return found if "\x00" not in text else "not_text"

    def _quoted(self, text: str) -> Fields | str:
        found: Fields = []
        at = 0
        while True:
            if not text.startswith('"', at):
                end = text.find(self._delimiter, at)
                value = text[at:] if end < 0 else text[at:end]
                if '"' in value:
                    return "quote_inside"
                found.append(value)
            else:
                end = at + 1
                while True:
                    end = text.find('"', end)
                    if end < 0:
                        return "quote_not_closed"
                    if not text.startswith('""', end):
                        break
                    end += 2
                found.append(text[at + 1 : end].replace('""', '"'))
                end += 1
                if end == len(text):
                    return found
                if text[end] != self._delimiter:
                    return "quote_inside"
            if end < 0:
                return found
            at = end + 1


class Headed:
    """Rows of an input whose first row names its columns. What isn't a row is told to a :class:`Told`."""

    def __init__(
        self,
        name: str,
        columns: Mapping[str, Sequence[str]],
        needed: Sequence[Sequence[str]],
        delimited: Delimited,
    ) -> None:
        """``columns`` are the names that each part may have, the best first; of each of ``needed`` one part is."""
        self._name = name
        self._columns = columns
        self._needed = needed
        self._delimited = delimited
        self._header: Fields = []
        self._places: Mapping[str, int] = {}

    def rows(self, chunk: bytes, first: int, told: Told, raws: dict[int, bytes]) -> Iterator[tuple[int, Row]]:
        """The rows that end in ``chunk``, by part. Raises ``ColumnsMissing`` for a header that lacks what is needed."""
        return self._rows(self._delimited.records(chunk, first), told, raws)

    def rest(self, told: Told, raws: dict[int, bytes]) -> Iterator[tuple[int, Row]]:
        """What the input ended in the middle of."""
        return self._rows(self._delimited.rest(), told, raws)

    def _rows(self, records: Iterator[Record], told: Told, raws: dict[int, bytes]) -> Iterator[tuple[int, Row]]:
        for number, raw, fields in records:
            if fields == [""]:
                told.ignore("empty_line")
            elif not self._places or fields == self._header:
                # Files that were put one after another have a header each.
                self._begin([] if isinstance(fields, str) else fields)
                told.ignore("header")
            else:
                raws[number] = raw
                if isinstance(fields, str):
                    told.refused[number] = fields
                elif len(fields) != len(self._header):
                    told.refused[number] = "wrong_number_of_fields"
                else:
                    yield number, {part: fields[at] for part, at in self._places.items()}

    def _begin(self, header: Fields) -> None:
        names = [name.strip().casefold() for name in header]
        names[:1] = [name.removeprefix("\ufeff") for name in names[:1]]
        found: dict[str, int] = {}
        for part, listed in self._columns.items():
            known = next((name.casefold() for name in listed if name.casefold() in names), None)
            if known is not None:
                found[part] = names.index(known)
        missing = [parts for parts in self._needed if not any(part in found for part in parts)]
        if missing:
            wanted = [[name for part in parts for name in self._columns[part]] for parts in missing]
            raise ColumnsMissing(
                format=self._name,
                missing=", ".join("/".join(names) for names in wanted),
                found=", ".join(name[:40] for name in names[:20] if name.isprintable()),
            )
        self._header, self._places = header, found
