"""Rows to encrypted Parquet and back: a few bytes each, and one small group of them read at a time.

Parquet Modular Encryption through pyarrow's direct-key interface, uniform, with an encrypted footer: what a file holds,
how much of it and in which order is told to nobody without the key. Each file has a key of its own, derived from its
day's, and its identity as additional authenticated data, so that no file passes for another.

A start is written as the gap after the end of the row before it, where both are of the same address and port: blocks
are handed out again soon after they come back, so gaps are small numbers. Times are in the coarsest unit that loses
nothing. The first key of every group stands in the footer, so a lookup opens a file and reads one group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from numpy.typing import NDArray

from sekisho.logs.columns import Addresses, Bools, Family, Int64s, Places, Texts, UInt16s, UInt64s
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Rows

_direct: Final[Any] = pe  # the stubs lack the direct-key functions of pyarrow 26

FORMAT: Final = 1
GROUP_ROWS: Final = 16_384
"""Rows read and decrypted at a time: measured as 6.1 bytes a row and 0.5 ms a group; 4,096 take 6.5 and 0.35."""
COMPRESSION_LEVEL: Final = 3
"""Of zstd: level 9 gains 0.5 % and halves the speed."""

_GROUPS_AT_ONCE: Final = 8
"""Groups read and held at a time when many are looked into: some 6 MB, in one call that lets go of Python's lock. To
wait for the lock after each group would cost more than to read it, where another thread works on what was found."""

_UNITS: Final = (1_000_000, 1_000, 1)
"""Microseconds in a unit, coarsest first."""
_META: Final = b"sekisho"
_CODED: Final = frozenset({"width", "protocol", "source", "prefix", "inside_prefix"})
"""Of few values: written as places in a list of them. Not ``known``: zstd makes it as small, and it is read faster."""
_DELTA: Final = frozenset({"address", "address_high", "port", "destination_port"})
_SPLIT: Final = frozenset({"start", "length", "inside", "inside_high", "destination", "destination_high"})
_TEXTS: Final = ("subject", "origin", "reference")
_MAY_LACK: Final = frozenset({"session", "doubtful", *_TEXTS})
"""Columns without a value in some rows."""
_OFTEN_ONE: Final = {"width": np.uint16, "protocol": np.uint8, "known": np.uint8, "source": np.uint16}
"""Columns that in most segments hold one value: it then stands in the footer, and a group has a column less to read."""


def order(rows: Rows) -> Places:
    """The order of a segment: by address, port and start; of equals, as they stand."""
    if rows.address.high is None:
        # Rows come as a few runs that are in order by time: one stable sort of address and port then does it.
        key = (rows.address.low.astype(np.uint64) << np.uint64(16)) | rows.port_low
        places = np.argsort(key, kind="stable")
        key, start = key[places], rows.start[places]
        if not ((key[1:] == key[:-1]) & (start[1:] < start[:-1])).any():
            return places
    keys: list[NDArray[Any]] = [rows.start, rows.port_low, rows.address.low]
    if rows.address.high is not None:
        keys.append(rows.address.high)
    return np.lexsort(keys)


def write_rows(rows: Rows, sink: BinaryIO, *, key: bytes, identity: bytes) -> None:
    """Write sorted rows (:func:`order`). ``key`` is this file's own (32 bytes), ``identity`` what it will be read as.

    Raises ValueError where the rows aren't sorted. Neither bytes of rows nor the key are kept anywhere.
    """
    if not len(rows):
        raise ValueError("a segment has rows")
    same = _same_key(rows)
    if not _sorted(rows):
        raise ValueError("rows are written in their order")
    times = (rows.start, rows.end, rows.confirmed)
    unit = next(u for u in _UNITS if not any((column % u).any() for column in times))
    origin = int(rows.start.min())
    start, end = (rows.start - origin) // unit, (rows.end - origin) // unit
    same[::GROUP_ROWS] = False
    gaps = np.where(same, start - np.concatenate([[0], end[:-1]]), start)
    columns = _addresses("address", rows.address)
    columns["port"] = rows.port_low
    columns["width"] = (rows.port_high - rows.port_low).astype(np.uint16)
    columns["protocol"] = rows.protocol
    columns["start"], columns["length"] = _narrow(gaps), _narrow(end - start)
    columns["known"] = (rows.start_known | (rows.end_known << 4)).astype(np.uint8)
    columns["source"] = rows.source
    constants = {name: int(columns[name][0]) for name in _OFTEN_ONE if (columns[name] == columns[name][0]).all()}
    for name in constants:
        del columns[name]
    if rows.session.any():
        columns["session"] = pa.array(rows.session.view(np.int64), mask=rows.session == 0)
    doubtful = end - (rows.confirmed - origin) // unit
    if doubtful.any():
        columns["doubtful"] = pa.array(_narrow(doubtful), mask=doubtful == 0)
    for name in ("inside", "destination"):
        found = getattr(rows, name)
        if found is not None:
            columns |= _addresses(name, found)
    if rows.destination_port is not None:
        columns["destination_port"] = rows.destination_port
    for name in _TEXTS:
        text = getattr(rows, name)
        if text is not None:
            columns[name] = _text_column(text)
    firsts = slice(None, None, GROUP_ROWS)
    meta = {
        "format": FORMAT,
        "kind": rows.kind.value,
        "rows": len(rows),
        "unit": unit,
        "origin": origin,
        "family": rows.address.family,
        "families": {n: getattr(rows, n).family for n in ("inside", "destination") if getattr(rows, n) is not None},
        "constants": constants,
        "widest": int((rows.port_high - rows.port_low).max()),
        "prefixes": [] if rows.address.prefix is None else sorted({int(one) for one in np.unique(rows.address.prefix)}),
        "first_low": rows.address.low[firsts].tolist(),
        "first_high": [] if rows.address.high is None else rows.address.high[firsts].tolist(),
        "first_port": rows.port_low[firsts].tolist(),
    }
    table = pa.table(columns)
    # Which rows lack a value is written, and read, only where some do: an eighth of the time a group takes.
    whole = [one.with_nullable(one.name in _MAY_LACK) for one in table.schema]
    table = pa.Table.from_arrays(table.columns, schema=pa.schema(whole, {_META: orjson.dumps(meta)}))
    names = set(table.column_names)
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=sorted(names & (_CODED | set(_TEXTS))),  # type: ignore[arg-type] # the stubs know only bool
        column_encoding=dict.fromkeys(names & _DELTA, "DELTA_BINARY_PACKED")
        | dict.fromkeys(names & _SPLIT, "BYTE_STREAM_SPLIT"),
        write_statistics=False,
        encryption_properties=_direct.create_encryption_properties(key, aad_prefix=identity, store_aad_prefix=False),
    ) as writer:
        writer.write_table(table, row_group_size=GROUP_ROWS)


@dataclass(frozen=True, slots=True)
class Groups:
    """What the footer says of a segment: enough to know which groups may hold an answer."""

    kind: LogKind
    rows: int
    family: Family
    widest: int
    prefixes: tuple[int, ...]
    first_low: NDArray[Any]
    first_high: NDArray[np.uint64] | None
    first_port: UInt16s

    def holding(self, low: int, high: int, port_from: int, port_to: int) -> range:
        """The groups that may hold rows of this address whose first port is in [``port_from``, ``port_to``]."""
        begin = self._place(low, high, port_from, "left")
        end = self._place(low, high, port_to, "right")
        return range(max(begin - 1, 0), end)

    def _place(self, low: int, high: int, port: int, side: str) -> int:
        first, last = 0, len(self.first_port)
        wanted = (high, low, port)
        while first < last:
            middle = (first + last) // 2
            found = (
                0 if self.first_high is None else int(self.first_high[middle]),
                int(self.first_low[middle]),
                int(self.first_port[middle]),
            )
            if found < wanted or (side == "right" and found == wanted):
                first = middle + 1
            else:
                last = middle
        return first


class SegmentReader:
    """An open segment. Not shared between threads; holds the file and its key until closed."""

    def __init__(self, source: Any, *, key: bytes, identity: bytes) -> None:
        """``source`` is a path or a file. What can't be decrypted or isn't a segment raises what pyarrow raises."""
        properties = _direct.create_decryption_properties(key, aad_prefix=identity)
        self._file = pq.ParquetFile(source, decryption_properties=properties)
        meta = orjson.loads((self._file.schema_arrow.metadata or {})[_META])
        if meta["format"] != FORMAT:
            raise ValueError(f"segment format {meta['format']}")
        self._meta = meta
        family = meta["family"]
        self.groups = Groups(
            LogKind(meta["kind"]),
            meta["rows"],
            family,
            meta["widest"],
            tuple(meta["prefixes"]),
            np.array(meta["first_low"], np.uint32 if family == 4 else np.uint64),
            None if family == 4 else np.array(meta["first_high"], np.uint64),
            np.array(meta["first_port"], np.uint16),
        )

    def __len__(self) -> int:
        """Groups."""
        return self._file.num_row_groups

    def read(self, groups: Sequence[int]) -> Rows:
        """The rows of these groups, one after another."""
        parts = [self._decoded(self._file.read_row_group(group, use_threads=False)) for group in groups]
        return parts[0] if len(parts) == 1 else joined(parts)

    def find(self, low: int, high: int, port_from: int, port_to: int) -> Rows | None:
        """The rows of one address (or prefix of that beginning) whose first port is in [``port_from``, ``port_to``].

        None where there are none. Only these rows are decoded, which is most of what a lookup costs.
        """
        found = []
        for group in self.groups.holding(low, high, port_from, port_to):
            table = self._file.read_row_group(group, use_threads=False)
            begin, end = _between(_keys(table, self.groups.family), low, high, port_from, port_to)
            if begin < end:
                # A stretch begins where address and port change, so its first start is written whole.
                found.append(self._decoded(table.slice(begin, end - begin)))
        return None if not found else found[0] if len(found) == 1 else joined(found)

    def find_all(self, wanted: Sequence[tuple[int, int, int, int]]) -> list[Rows | None]:
        """:meth:`find` for many ``(low, high, port_from, port_to)``, reading each group once."""
        by_group: dict[int, list[int]] = {}
        for at, one in enumerate(wanted):
            for group in self.groups.holding(*one):
                by_group.setdefault(group, []).append(at)
        found: list[list[Rows]] = [[] for _ in wanted]
        groups = sorted(by_group)
        for first in range(0, len(groups), _GROUPS_AT_ONCE):
            some = {group: by_group[group] for group in groups[first : first + _GROUPS_AT_ONCE]}
            for at, rows in self._found_in(some, wanted):
                found[at].append(rows)
        return [None if not parts else parts[0] if len(parts) == 1 else joined(parts) for parts in found]

    def _found_in(
        self, by_group: Mapping[int, Sequence[int]], wanted: Sequence[tuple[int, int, int, int]]
    ) -> Iterator[tuple[int, Rows]]:
        """The stretches of some groups, decoded together: decoding one costs as much as decoding all."""
        places, tables, ends = [], [], [0]
        whole, first = self._file.read_row_groups(list(by_group), use_threads=False), 0
        for group, asked in by_group.items():
            # Only the last group of a segment is shorter.
            table = whole.slice(first, min(GROUP_ROWS, self.groups.rows - group * GROUP_ROWS))
            first += table.num_rows
            keys = _keys(table, self.groups.family)
            for at in asked:
                begin, end = _between(keys, *wanted[at])
                if begin < end:
                    places.append(at)
                    tables.append(table.slice(begin, end - begin))
                    ends.append(ends[-1] + end - begin)
        if tables:
            rows = self._decoded(pa.concat_tables(tables), np.array(ends[:-1], np.intp))
            for at, begin, end in zip(places, ends[:-1], ends[1:], strict=True):
                yield at, rows[begin:end]

    def close(self) -> None:
        """Let go of file and key."""
        self._file.close(force=True)

    def _decoded(self, table: pa.Table, breaks: Places | None = None) -> Rows:
        """The rows of a table. ``breaks`` are places at which a stretch begins: there, a start is written whole."""
        meta = self._meta
        found = {name: table.column(name) for name in table.column_names}

        def array(name: str) -> NDArray[Any]:
            if name in meta["constants"]:
                return np.full(table.num_rows, meta["constants"][name], _OFTEN_ONE[name])
            return found[name].combine_chunks().to_numpy(zero_copy_only=False)

        address = _read_addresses("address", meta["family"], found, array)
        port = array("port")
        same = _same(address, port)
        if breaks is not None:
            same[breaks] = False
        coded, length = array("start").astype(np.int64), array("length").astype(np.int64)
        steps = np.where(same, coded + np.concatenate([[0], length[:-1]]), 0)
        total = np.cumsum(steps)
        begins = np.maximum.accumulate(np.where(same, 0, np.arange(len(port))))
        start = coded[begins] + total - total[begins]
        known = array("known")
        texts = {name: _read_text(found[name]) for name in _TEXTS if name in found}
        others = {name: _read_addresses(name, family, found, array) for name, family in meta["families"].items()}
        return Rows(
            kind=self.groups.kind,
            address=address,
            port_low=port,
            port_high=(port + array("width")).astype(np.uint16),
            protocol=array("protocol"),
            start=start * meta["unit"] + meta["origin"],
            end=(start + length) * meta["unit"] + meta["origin"],
            start_known=known & np.uint8(0x0F),
            end_known=known >> np.uint8(4),
            source=array("source"),
            session=_session(found["session"]) if "session" in found else np.zeros(table.num_rows, np.uint64),
            confirmed=(start + length - (_filled(found["doubtful"]) if "doubtful" in found else 0)) * meta["unit"]
            + meta["origin"],
            inside=others.get("inside"),
            destination=others.get("destination"),
            destination_port=array("destination_port") if "destination_port" in found else None,
            subject=texts.get("subject"),
            origin=texts.get("origin"),
            reference=texts.get("reference"),
        )


def _keys(table: Any, family: Family) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[Any]]:
    """The columns by which a group is ordered: lower and upper half of the address, and the port."""
    low, port = (table.column(name).combine_chunks().to_numpy(zero_copy_only=False) for name in ("address", "port"))
    if family == 4:
        return low, None, port
    high = table.column("address_high").combine_chunks().to_numpy(zero_copy_only=False)
    return low.view(np.uint64), high.view(np.uint64), port


def _between(
    keys: tuple[NDArray[Any], NDArray[Any] | None, NDArray[Any]], low: int, high: int, port_from: int, port_to: int
) -> tuple[int, int]:
    """Where the rows of an address whose first port lies in a range begin and end, in a group's order."""
    begin, end = 0, len(keys[0])
    for column, least, most in ((keys[1], high, high), (keys[0], low, low), (keys[2], port_from, port_to)):
        if column is not None:
            part = column[begin:end]
            # In the column's own type: numpy would otherwise convert the whole column first.
            end = begin + int(part.searchsorted(part.dtype.type(most), "right"))
            begin += int(part.searchsorted(part.dtype.type(least), "left"))
    return begin, end


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after another; all of one kind, with the same columns."""
    made: dict[str, Any] = {}
    for name in Rows.__dataclass_fields__:
        columns = [getattr(part, name) for part in parts]
        first = columns[0]
        if name == "kind":
            made[name] = first
        elif all(column is None for column in columns):
            made[name] = None
        elif isinstance(first, Addresses):
            made[name] = Addresses.joined(columns)
        elif isinstance(first, Texts):
            made[name] = Texts.joined(columns)
        else:
            made[name] = np.concatenate(columns)
    return Rows(**made)


def _same_key(rows: Rows) -> Bools:
    return _same(rows.address, rows.port_low)


def _same(address: Addresses, port: UInt16s) -> Bools:
    """Whether each row is of the address and port of the one before it."""
    same = np.zeros(len(port), np.bool_)
    same[1:] = (port[1:] == port[:-1]) & (address.low[1:] == address.low[:-1])
    if address.high is not None:
        same[1:] &= address.high[1:] == address.high[:-1]
    return same


def _sorted(rows: Rows) -> bool:
    """Whether no row stands before its predecessor."""
    keys = [rows.address.low, rows.port_low, rows.start]
    if rows.address.high is not None:
        keys.insert(0, rows.address.high)
    equal = np.ones(len(rows) - 1, np.bool_)
    for key in keys:
        if bool((equal & (key[1:] < key[:-1])).any()):
            return False
        equal &= key[1:] == key[:-1]
    return True


def _narrow(values: Int64s) -> NDArray[Any]:
    """As 32 bits where all fit."""
    small = np.iinfo(np.int32)
    return values.astype(np.int32) if values.min() >= small.min and values.max() <= small.max else values


def _addresses(name: str, found: Addresses) -> dict[str, Any]:
    made: dict[str, Any] = {name: found.low if found.family == 4 else found.low.view(np.int64)}
    if found.high is not None:
        made[f"{name}_high"] = found.high.view(np.int64)
    if found.prefix is not None:
        made[f"{name}_prefix" if name != "address" else "prefix"] = found.prefix
    return made


def _read_addresses(name: str, family: Family, found: dict[str, Any], array: Any) -> Addresses:
    prefix_name = f"{name}_prefix" if name != "address" else "prefix"
    prefix = array(prefix_name) if prefix_name in found else None
    if family == 4:
        return Addresses(4, array(name), None, prefix)
    return Addresses(6, array(name).view(np.uint64), array(f"{name}_high").view(np.uint64), prefix)


def _text_column(text: Texts) -> Any:
    codes: Any = pa.array(text.codes, mask=text.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(text.values, pa.string())).dictionary_decode()


def _read_text(column: Any) -> Texts:
    coded = column.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Texts(codes, tuple(coded.dictionary.to_pylist()))


def _filled(column: Any) -> Int64s:
    found: Int64s = column.combine_chunks().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _session(column: Any) -> UInt64s:
    found: UInt64s = column.combine_chunks().fill_null(0).to_numpy(zero_copy_only=False).view(np.uint64)
    return found
