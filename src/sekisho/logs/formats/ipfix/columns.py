"""Records of one template, read all at once: array views where records have one length, gathered where they don't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import Addresses, Bools, Int64s, Texts, UInt64s
from sekisho.logs.formats.chunk import plain
from sekisho.logs.formats.ipfix.elements import Key
from sekisho.logs.formats.ipfix.templates import VARIABLE, Template

MAX_PADDING: Final = 7
"""Bytes after the last record of a set that bring it to a multiple of 4 or 8 (RFC 7011 section 3.3.1)."""
_WIDTHS: Final = frozenset({1, 2, 4, 8})

Bytes = NDArray[np.uint8]


class SetBroken(Exception):
    """A data set whose length doesn't go with its template: it is read by another one than it was written by."""


def count_records(template: Template, body: bytes) -> int:
    """How many records a data set of a template without variable fields has. Raises :class:`SetBroken`."""
    count, left = divmod(len(body), template.least)
    _require_padding(body[len(body) - left :])
    return count


def _require_padding(rest: bytes) -> None:
    if len(rest) > MAX_PADDING or any(rest):
        raise SetBroken


@dataclass(slots=True)
class Ends:
    """Where the fields of records of differing length lie in their set: per record, per field that is read."""

    starts: dict[int, list[int]]
    lengths: dict[int, list[int]] = field(default_factory=dict)
    records: list[int] = field(default_factory=list)
    """Where each record begins, and the last one ends."""

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.records) - 1


def find_records(template: Template, body: bytes, base: int) -> Ends:
    """Go through a data set whose records differ in length; ``base`` is added to every place.

    Raises :class:`SetBroken` where a record leaves the set.
    """
    wanted = set(template.places.values())
    found = Ends({at: [] for at in wanted}, {at: [] for at in wanted})
    at, size = 0, len(body)
    found.records.append(base)
    while size - at >= template.least:
        if size - at <= MAX_PADDING and not any(body[at:]):
            return found
        for number, one in enumerate(template.fields):
            length = one.length
            if length == VARIABLE:
                if at >= size:
                    raise SetBroken
                length = body[at]
                at += 1
                if length == 255:
                    if size - at < 2:
                        raise SetBroken
                    length = (body[at] << 8) | body[at + 1]
                    at += 2
            if number in wanted:
                found.starts[number].append(base + at)
                found.lengths[number].append(length)
            at += length
        if at > size:
            raise SetBroken
        found.records.append(base + at)
    _require_padding(body[at:])
    return found


class Records:
    """The records of some data sets of one template, one after another."""

    def __init__(self, template: Template, data: bytes, ends: Sequence[Ends] = ()) -> None:
        """``data`` is whole records; ``ends`` are their places where they differ in length."""
        self._template = template
        self._data = np.frombuffer(data, np.uint8)
        self._ends = ends
        self.count = sum(one.count for one in ends) if ends else len(data) // template.least

    @classmethod
    def of(cls, template: Template, bodies: Sequence[bytes]) -> Self:
        """The records of data sets; padding was seen to be such (:func:`count_records`), or was cut off."""
        if not template.variable:
            size = template.least
            return cls(template, b"".join(body[: len(body) // size * size] for body in bodies))
        ends, base = [], 0
        for body in bodies:
            ends.append(find_records(template, body, base))
            base += len(body)
        return cls(template, b"".join(bodies), ends)

    def has(self, key: Key) -> bool:
        """Whether the template has the element."""
        return key in self._template.places

    def numbers(self, key: Key) -> UInt64s:
        """An unsigned element, or the bytes of an address of 4 bytes as a number. Zeros where it isn't there."""
        if not self.has(key):
            return np.zeros(self.count, np.uint64)
        width = self._width(key)
        if not self._ends and width in _WIDTHS:
            return self._view(key, 0, width).astype(np.uint64)
        return _joined(self._bytes(key, width))

    def address_6(self, key: Key) -> tuple[UInt64s, UInt64s]:
        """Upper and lower half of an address of 16 bytes; zeros where it isn't there."""
        if not self.has(key):
            return np.zeros(self.count, np.uint64), np.zeros(self.count, np.uint64)
        if not self._ends:
            return self._view(key, 0, 8).astype(np.uint64), self._view(key, 8, 8).astype(np.uint64)
        found = self._bytes(key, 16)
        return _joined(found[:, :8]), _joined(found[:, 8:])

    def texts(self, key: Key) -> tuple[list[str | None], Bools]:
        """A text of each record (None where it is empty), and which are no text."""
        places = self._template.places[key]
        if self._ends:
            starts = [at for one in self._ends for at in one.starts[places]]
            lengths = [length for one in self._ends for length in one.lengths[places]]
        else:
            width = self._width(key)
            first = self._offset(key)
            starts = [number * self._template.least + first for number in range(self.count)]
            lengths = [width] * self.count
        data = self._data.tobytes()
        known: dict[bytes, str | None] = {}
        found: list[str | None] = []
        wrong = np.zeros(self.count, np.bool_)
        for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
            raw = data[start : start + length].rstrip(b"\0")
            if raw not in known:
                known[raw] = plain(raw[:MAX_TEXT]) if len(raw) <= MAX_TEXT else None
            text = known[raw]
            wrong[number] = text is None
            found.append(text or None)
        return found, wrong

    def raw(self, number: int) -> bytes:
        """The bytes of one record."""
        if not self._ends:
            size = self._template.least
            return self._data[number * size : (number + 1) * size].tobytes()
        for one in self._ends:
            if number < one.count:
                return self._data[one.records[number] : one.records[number + 1]].tobytes()
            number -= one.count
        raise IndexError

    def _width(self, key: Key) -> int:
        return self._template.fields[self._template.places[key]].length

    def _offset(self, key: Key) -> int:
        return sum(one.length for one in self._template.fields[: self._template.places[key]])

    def _view(self, key: Key, shift: int, width: int) -> NDArray[np.uint64]:
        return np.ndarray(
            (self.count,),
            np.dtype(f">u{width}"),
            self._data,
            offset=self._offset(key) + shift if self.count else 0,
            strides=(self._template.least,),
        )

    def _bytes(self, key: Key, width: int) -> Bytes:
        if not self._ends:
            first = self._offset(key)
            return self._data.reshape(self.count, self._template.least)[:, first : first + width]
        place = self._template.places[key]
        starts = np.array([at for one in self._ends for at in one.starts[place]], np.intp)
        found: Bytes = self._data[starts[:, None] + np.arange(width)]
        return found


MAX_TEXT: Final = 256
"""Bytes of a text: what is longer names nobody."""


def _joined(columns: Bytes) -> UInt64s:
    made = np.zeros(len(columns), np.uint64)
    for at in range(columns.shape[1]):
        made = (made << np.uint64(8)) | columns[:, at].astype(np.uint64)
    return made


@dataclass(frozen=True, slots=True)
class Ips:
    """An address of each record: which family (0: none), and its halves."""

    family: NDArray[np.uint8]
    high: UInt64s
    low: UInt64s

    def __getitem__(self, at: Any) -> Ips:
        """Those at ``at``."""
        return Ips(self.family[at], self.high[at], self.low[at])

    @classmethod
    def none(cls, count: int) -> Ips:
        """None at all."""
        return cls(np.zeros(count, np.uint8), np.zeros(count, np.uint64), np.zeros(count, np.uint64))

    def otherwise(self, other: Ips) -> Ips:
        """Where there is none, the other's."""
        lacking = self.family == 0
        return Ips(
            np.where(lacking, other.family, self.family),
            np.where(lacking, other.high, self.high),
            np.where(lacking, other.low, self.low),
        )

    def only(self, which: Bools) -> Ips:
        """Those of the records ``which``; none elsewhere."""
        return Ips(np.where(which, self.family, np.uint8(0)), self.high, self.low)

    def addresses(self) -> Addresses | None:
        """As a column; all are of one family."""
        family = int(self.family[0]) if len(self.family) else 0
        if family == 0:
            return None
        return Addresses.v4(self.low.astype(np.uint32)) if family == 4 else Addresses(6, self.low, self.high)


def ips_4(records: Records, element: int) -> Ips:
    """An element of 4 bytes; 0.0.0.0 is none."""
    low = records.numbers((0, element))
    return Ips(np.where(low == 0, 0, 4).astype(np.uint8), np.zeros(records.count, np.uint64), low)


def ips_6(records: Records, element: int) -> Ips:
    """An element of 16 bytes; ``::`` is none."""
    high, low = records.address_6((0, element))
    return Ips(np.where((high == 0) & (low == 0), 0, 6).astype(np.uint8), high, low)


def repeated(values: Sequence[int], counts: Sequence[int]) -> Int64s:
    """Each value as often as its count."""
    return np.repeat(np.array(values, np.int64), counts)


def same_text(text: str, count: int) -> Texts:
    """One text for all."""
    return Texts(np.zeros(count, np.int32), (text,))
