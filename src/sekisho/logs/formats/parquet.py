"""Parquet by a declared mapping of columns (:mod:`sekisho.logs.formats.mapping`), a bounded batch of rows at a time.

A column may be of these types:

- a time: a timestamp (without a zone: local time of the source's), or a whole number since 1970 as in JSON Lines;
- an address: a text, 4 or 16 octets, or an unsigned number of 32 bits for IPv4;
- a port, a protocol, seconds: whole numbers;
- a text: a text, or a whole number.

A row without a time or an address, or with a value that can't be so, is refused by its number; a file that is damaged,
or whose columns aren't of these types, as a whole.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sekisho.logs.columns import NO_TIME, Addresses, Bools, Int64s, Texts
from sekisho.logs.errors import InputNotReadable
from sekisho.logs.events import Action, Events, Unreadable
from sekisho.logs.formats.errors import ColumnsMissing, FormatSettingRefused
from sekisho.logs.formats.line_times import NO_OFFSET, REASONS, SECOND, Moments, Stamps, epochs_micros, resolve
from sekisho.logs.formats.mapping import LONGEST, NETS, PORTS, SPANS, TEXTS, TIMES, FieldMap, Words
from sekisho.logs.formats.reader import Context, Found, Framing, Ignored
from sekisho.logs.formats.single import Net, addresses, net
from sekisho.logs.formats.template import MAX_TEXT

BATCH_ROWS: Final = 65_536
"""Rows read at once."""
MAX_GROUP: Final = 1 << 30
"""Bytes of one row group, expanded: writers make them of some 128 MiB."""
_ANY: Final = {"port_low": 0, "port_high": 65_535, "destination_port": 0}
_compute: Final[Any] = pc


class ParquetReader:
    """Reads one input, given as a whole. Rows are records, numbered from 1."""

    framing = Framing.WHOLE

    def __init__(self, fields: FieldMap) -> None:
        """A fresh reader by a mapping."""
        self._map = fields
        self.records = 0

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """The rows of a file. Raises ``InputNotReadable``, ``ColumnsMissing``, ``FormatSettingRefused``."""
        del first_record
        try:
            file = pq.ParquetFile(pa.BufferReader(chunk))
            wanted = self._wanted(file.schema_arrow)
            sizes = [file.metadata.row_group(at).total_byte_size for at in range(file.metadata.num_row_groups)]
            if max(sizes, default=0) > MAX_GROUP:
                raise InputNotReadable(problem=f"a row group of more than {MAX_GROUP} bytes")
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted, use_threads=False):
                yield from _Batch(self._map, batch, self.records + 1, context).found()
                self.records += len(batch)
        except (pa.ArrowException, OSError, OverflowError) as error:
            raise InputNotReadable(problem=f"no Parquet file, or a damaged one ({type(error).__name__})") from error

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: the input was read as a whole."""
        del context
        return ()

    def _wanted(self, schema: pa.Schema) -> list[str]:
        names = [*self._map.fields.values()]
        names += [words.field for words in (self._map.actions, self._map.protocols) if words and words.field]
        missing = sorted({name for name in names if name not in schema.names})
        if missing:
            shown = ", ".join(name[:40] for name in schema.names[:20])
            raise ColumnsMissing(format="parquet", missing=", ".join(missing), found=shown)
        for part, name in self._map.fields.items():
            found = schema.field(name).type
            if not _fits(part, found):
                raise FormatSettingRefused(field=f"fields.{part}", problem=f"the column {name[:64]} is {found}")
        return sorted(set(names))


def _fits(part: str, found: pa.DataType) -> bool:
    kinds = pa.types
    if kinds.is_dictionary(found):
        found = found.value_type
    if part in TIMES:
        return kinds.is_timestamp(found) or kinds.is_integer(found)
    if part in NETS:
        octets = kinds.is_binary(found) or kinds.is_large_binary(found) or kinds.is_fixed_size_binary(found)
        return _is_text(found) or octets or kinds.is_uint32(found)
    if part in TEXTS:
        return _is_text(found) or kinds.is_integer(found)
    return kinds.is_integer(found)


def _is_text(found: pa.DataType) -> bool:
    return pa.types.is_string(found) or pa.types.is_large_string(found)


class _Batch:
    """Some rows on their way to events. ``why`` says of each what is wrong with it."""

    def __init__(self, fields: FieldMap, batch: pa.RecordBatch, first: int, context: Context) -> None:
        self._map, self._batch, self._context = fields, batch, context
        self._record = np.arange(first, first + len(batch), dtype=np.int64)
        self._why = np.full(len(batch), "", object)

    def found(self) -> Iterator[Found]:
        action, ignored = self._words(self._map.actions, "action_unknown")
        columns = self._columns(action)
        families = {part: self._nets(part) for part in NETS if part in self._map.fields}
        if "address" in families:
            self._refuse((families["address"][0] == 0) & (action != int(Action.RESTART)), "no_address")
        self._why[ignored] = ""
        good = (self._why == "") & ~ignored
        shapes = np.zeros(len(good), np.int64)
        for family, _ in families.values():
            shapes = shapes * 16 + family
        for shape in np.unique(shapes[good]).tolist():
            at = np.flatnonzero(good & (shapes == shape))
            made = {name: column[at] for name, column in columns.items()}
            for part, (family, nets) in families.items():
                if family[at[0]]:
                    made[part] = _addresses(nets, at)
            if "destination_port" in made and "destination" not in made:
                del made["destination_port"]
            yield Events(self._map.kind, self._record[at], action[at].astype(np.uint8), **made)
        for row in np.flatnonzero((self._why != "") & ~ignored).tolist():
            raw = orjson.dumps(self._batch.slice(row, 1).to_pylist()[0], default=str)
            yield Unreadable(int(self._record[row]), str(self._why[row]), raw)
        if ignored.any():
            yield Ignored(int(ignored.sum()), "other_event")

    def _refuse(self, which: Bools, reason: str) -> None:
        self._why[which & (self._why == "")] = reason

    def _column(self, name: str) -> Any:
        column: Any = self._batch.column(name)
        return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column

    def _words(self, words: Words, reason: str) -> tuple[Int64s, Bools]:
        """What each row says, and which say that they have no use."""
        count = len(self._batch)
        if words.field is None:
            return np.full(count, words.always, np.int64), np.zeros(count, np.bool_)
        coded = _compute.cast(self._column(words.field), pa.string()).dictionary_encode()
        values = coded.dictionary.to_pylist()
        meant = [words.words.get(value, -1) for value in values]
        table = np.array([*(-2 if meaning is None else meaning for meaning in meant), -1], np.int64)
        found = table[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
        self._refuse(found == -1, reason)
        return np.maximum(found, 0), found == -2

    def _columns(self, action: Int64s) -> dict[str, Any]:
        made: dict[str, Any] = {}
        fields = self._map.fields
        notes = np.zeros(len(action), np.uint8)
        for part in TIMES:
            if part in fields:
                moments, absent = self._moments(fields[part])
                if part == "time":
                    self._refuse(absent, "no_time")
                if part != "logged":
                    for code, reason in enumerate(REASONS[1:], start=1):
                        self._refuse((moments.wrong == code) & ~absent, reason)
                notes |= np.where(absent, 0, moments.notes).astype(np.uint8)
                made[part] = np.where(absent | (moments.wrong > 0), NO_TIME, moments.time)
        for part in SPANS:
            if part in fields:
                span, absent = self._whole(fields[part], LONGEST, "duration_out_of_range")
                if part == "limit":
                    made["limit"] = np.where(absent, 0, span) * SECOND
                else:
                    made["start"] = np.where(absent, NO_TIME, made["time"] - span * SECOND)
        if "start" in made:
            self._refuse((action == int(Action.WHOLE)) & (made["start"] == NO_TIME), "no_start")
        made |= self._ports()
        if "protocol" in fields:
            number, absent = self._whole(fields["protocol"], 255, "protocol_out_of_range")
            made["protocol"] = np.where(absent, 0, number).astype(np.uint8)
        elif self._map.protocols is not None:
            made["protocol"] = self._words(self._map.protocols, "protocol_unknown")[0].astype(np.uint8)
        made |= {part: self._texts(fields[part]) for part in TEXTS if part in fields}
        if notes.any():
            made["clock"] = notes
        return made

    def _ports(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for part in PORTS:
            if part in self._map.fields:
                number, absent = self._whole(self._map.fields[part], 65_535, "port_out_of_range")
                ends = ("port_low", "port_high") if part == "port" else (part,)
                for end in ends:
                    # Without a port, any.
                    made[end] = np.where(absent, _ANY[end], number).astype(np.uint16)
        if "port_low" in made:
            self._refuse(made["port_low"] > made["port_high"], "ports_reversed")
        return made

    def _whole(self, name: str, most: int, reason: str) -> tuple[Int64s, Bools]:
        column = self._column(name)
        absent = column.is_null().to_numpy(zero_copy_only=False)
        if pa.types.is_uint64(column.type):
            bound = pa.scalar(most, pa.uint64())
            large = _compute.greater(column, bound).fill_null(False).to_numpy(zero_copy_only=False)
            column = _compute.if_else(pa.array(large), bound, column)
            self._refuse(large, reason)
        number = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        self._refuse((number < 0) | (number > most), reason)
        within: Int64s = np.clip(number, 0, most)
        return within, absent

    def _moments(self, name: str) -> tuple[Moments, Bools]:
        column = self._column(name)
        absent = column.is_null().to_numpy(zero_copy_only=False)
        if pa.types.is_timestamp(column.type):
            zoned = column.type.tz is not None
            # A nanosecond that isn't a whole microsecond is cut off.
            micros = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
            local = micros.fill_null(0).to_numpy(zero_copy_only=False)
            offset = np.full(len(local), 0 if zoned else NO_OFFSET, np.int32)
            stamps = Stamps(np.asarray(local, np.int64), offset, np.zeros(len(local), np.uint8))
        else:
            number, _ = self._whole(name, 2**63 - 1, "not_a_time")
            stamps = Stamps(
                epochs_micros(number), np.zeros(len(number), np.int32), np.zeros(len(number), np.uint8)
            )
        return resolve(stamps, self._context.zone, self._context.received), absent

    def _texts(self, name: str) -> Texts:
        coded = self._column(name).cast(pa.string()).dictionary_encode()
        values: list[str] = []
        place = []
        for value in coded.dictionary.to_pylist():
            good = value.isprintable() and len(value.encode()) <= MAX_TEXT
            place.append(-1 if value == "" else len(values) if good else -2)
            if place[-1] >= 0:
                values.append(value)
        codes = np.array([*place, -1], np.int32)[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
        self._refuse(codes == -2, "not_text")
        return Texts(np.maximum(codes, -1), tuple(values))

    def _nets(self, part: str) -> tuple[NDArray[np.int64], list[Net | None]]:
        """The family of each row's address (0 where there is none), and the addresses."""
        coded = self._column(self._map.fields[part]).dictionary_encode()
        known = [None if value in ("", b"") else _net(value) for value in coded.dictionary.to_pylist()]
        empty = [value in ("", b"") for value in coded.dictionary.to_pylist()]
        places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        wrong = np.array([one is None and not blank for one, blank in zip(known, empty, strict=True)] + [False])
        self._refuse(wrong[places], "not_an_address")
        families = np.array([0 if one is None else one.family for one in known] + [0], np.int64)
        return families[places], [*(known[place] if place >= 0 else None for place in places.tolist())]


def _net(value: Any) -> Net | None:
    if isinstance(value, str):
        return net(value)
    if isinstance(value, int):
        return Net(4, value, None)
    try:
        return net(str(ipaddress.ip_address(value)))
    except ValueError:
        return None


def _addresses(nets: list[Net | None], at: NDArray[np.intp]) -> Addresses:
    return addresses([one for one in (nets[place] for place in at.tolist()) if one is not None])


def reader(settings: Mapping[str, Any]) -> ParquetReader:
    """A reader by a source's settings. Raises ``FormatSettingRefused``."""
    return ParquetReader(FieldMap.of(settings))
