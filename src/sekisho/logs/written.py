"""Records that another part of Sekisho wrote (the evidence of decisions about calls), kept as they came.

One file for each file of a spool, ``WORKSPACE/logs/<kind>/<day>/<id>.written``: frames of a length (4 bytes, little
endian) and that many bytes, each sealed to its file and place under the day's key. So they end with the day, as any log
of the kind does; :mod:`sekisho.logs.policy` has the period.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
from sqlalchemy import Connection, func, insert, select

from sekisho.keys import Keyring
from sekisho.keys.errors import CouldNotDecrypt
from sekisho.keys.schedule import log_key
from sekisho.logs import manifest
from sekisho.logs.errors import AlreadyIngested, DayGone, SegmentDamaged, SegmentMissing
from sekisho.logs.ground import Ground
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.manifest import GONE
from sekisho.logs.tables import log_written
from sekisho.store.files import FileLayer, RealFiles
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

SUFFIX: Final = ".written"
LEAF: Final = "log.written"
FRAME: Final = 1024 * 1024
"""Bytes gathered before they are sealed."""

_LENGTH: Final = struct.Struct("<I")
_SIZE: Final = struct.Struct("<Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file's content as it is handed over. ``id`` (32 hexadecimal digits) stays its own; ``writer`` and ``number``
    say which process wrote it and as which of its files; ``missing`` are records known not to be here."""

    id: str
    kind: LogKind
    day: date
    writer: str
    number: int
    frames: int
    records: Sequence[bytes]
    missing: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What a writer's files say is missing between them: files that never came, and frames of files that came short."""

    writer: str
    files: int


class WrittenFiles:
    """Takes such files in, durable and on record, and reads them."""

    def __init__(self, workspace: Workspace, *, layer: FileLayer | None = None) -> None:
        """Touches nothing yet."""
        self._workspace = workspace
        self._ground = Ground(workspace, layer or RealFiles())

    def take(self, handed: Handed) -> int:
        """Keep a file; the index of the leaf that says so. When this returns everything is durable.

        Raises ``AlreadyIngested``, ``DayGone`` for a day that was purged, ``StoreNotWritable``; ValueError for a kind
        that an operator's own logs are of.
        """
        if not KINDS[handed.kind].written_by_sekisho:
            raise ValueError("a kind that Sekisho writes itself")
        now = self._workspace.clock.now()
        with self._workspace.database.read() as connection:
            self._require(connection, handed)
        with self._ground.writing():
            path, layer = self._path(handed.kind, handed.day, handed.id), self._ground.layer
            self._workspace.keyring.ensure(log_key(handed.kind.value, handed.day))
            layer.ensure_directory(path.parent)
            content = _sealed(self._workspace.keyring, handed)
            layer.publish([(path, content)])
            said = {
                "kind": handed.kind.value,
                "day": handed.day.isoformat(),
                "id": handed.id,
                "records": len(handed.records),
                "missing": handed.missing,
            }
            body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
            leaf = self._workspace.seal(kind=LEAF, owner=HOUSE_KEY, body=body, at=now)

            def write(connection: Connection) -> None:
                self._require(connection, handed)
                manifest.ensure_day(connection, handed.kind, handed.day, at=now)
                connection.execute(
                    insert(log_written).values(
                        id=handed.id,
                        kind=handed.kind.value,
                        day=handed.day,
                        writer=handed.writer,
                        number=handed.number,
                        frames=handed.frames,
                        records=len(handed.records),
                        missing=handed.missing,
                        size=len(content),
                        leaf=leaf.id,
                    )
                )

            return self._workspace.commit(write, [leaf]).leaf_indexes[0]

    def gaps(self, kind: LogKind) -> tuple[Gap, ...]:
        """Files that were never taken in, of each writer that has later ones; those of purged days count as there."""
        query = (
            select(log_written.c.writer, func.max(log_written.c.number), func.count(), func.min(log_written.c.number))
            .where(log_written.c.kind == kind.value)
            .group_by(log_written.c.writer)
            .order_by(log_written.c.writer)
        )
        with self._workspace.database.read() as connection:
            rows = connection.execute(query).all()
        found = (Gap(writer, last - first + 1 - count) for writer, last, count, first in rows)
        return tuple(one for one in found if one.files)

    def ids(self, kind: LogKind, day: date) -> tuple[str, ...]:
        """The files of a day."""
        with self._workspace.database.read() as connection:
            return ids_of(connection, kind, day)

    def read(self, kind: LogKind, day: date, identity: str) -> Iterator[bytes]:
        """The records of a file. Who may ask isn't checked here. Raises ``SegmentMissing``, ``SegmentDamaged``,
        ``KeyDestroyed``."""
        names = {"segment": identity, "kind": kind.value, "day": day.isoformat()}
        try:
            data = self._ground.layer.read(self._path(kind, day, identity))
        except FileNotFoundError:
            raise SegmentMissing(**names) from None
        at = frame = 0
        key = log_key(kind.value, day)
        while at < len(data):
            try:
                (length,) = _LENGTH.unpack_from(data, at)
                sealed = data[at + _LENGTH.size : at + _LENGTH.size + length]
                plain = self._workspace.keyring.decrypt(key, sealed, aad=_place(kind, day, identity, frame))
            except (CouldNotDecrypt, struct.error) as error:
                raise SegmentDamaged(**names, problem=type(error).__name__) from error
            (size,) = _SIZE.unpack_from(plain)
            yield from _records(pa.decompress(plain[_SIZE.size :], size, codec="zstd", asbytes=True))
            at, frame = at + _LENGTH.size + length, frame + 1

    def _require(self, connection: Connection, handed: Handed) -> None:
        if manifest.day_state(connection, handed.kind, handed.day) in GONE:
            raise DayGone(kind=handed.kind.value, day=handed.day.isoformat())
        found = connection.execute(select(log_written.c.leaf).where(log_written.c.id == handed.id)).scalar_one_or_none()
        if found is not None:
            raise AlreadyIngested(input=found, at=handed.day.isoformat())

    def _path(self, kind: LogKind, day: date, identity: str) -> Path:
        return self._ground.root / kind.value / day.isoformat() / (identity + SUFFIX)


def ids_of(connection: Connection, kind: LogKind, day: date) -> tuple[str, ...]:
    """The files of a kind's day."""
    query = select(log_written.c.id).where(log_written.c.kind == kind.value, log_written.c.day == day)
    return tuple(connection.execute(query.order_by(log_written.c.id)).scalars())


def sample(root: Path, files: FileLayer, kind: LogKind, day: date, identity: str) -> tuple[bytes, bytes] | None:
    """The first sealed frame of a file and what it is bound to, for a probe; None where there is none."""
    try:
        data = files.read(root / kind.value / day.isoformat() / (identity + SUFFIX))
        (length,) = _LENGTH.unpack_from(data)
    except (FileNotFoundError, struct.error):
        return None
    return data[_LENGTH.size : _LENGTH.size + length], _place(kind, day, identity, 0)


def _sealed(keyring: Keyring, handed: Handed) -> bytes:
    place = partial(_place, handed.kind, handed.day, handed.id)
    key, out, frame, gathered = log_key(handed.kind.value, handed.day), bytearray(), 0, bytearray()
    for number, record in enumerate(handed.records, 1):
        gathered += _LENGTH.pack(len(record)) + record
        if len(gathered) >= FRAME or number == len(handed.records):
            plain = _SIZE.pack(len(gathered)) + pa.compress(bytes(gathered), codec="zstd", asbytes=True)
            sealed = keyring.encrypt(key, plain, aad=place(frame))
            out += _LENGTH.pack(len(sealed)) + sealed
            frame += 1
            gathered.clear()
    return bytes(out)


def _records(plain: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(plain):
        (length,) = _LENGTH.unpack_from(plain, at)
        at += _LENGTH.size
        yield plain[at : at + length]
        at += length


def _place(kind: LogKind, day: date, identity: str, frame: int) -> bytes:
    return f"sekisho/written/1/{kind.value}/{day.isoformat()}/{identity}/{frame}".encode("ascii")
