"""Records that couldn't be read, as they came: number, reason and bytes, encrypted under the quarantine's own day key.

One file for each input that had any, ``WORKSPACE/logs/quarantine/<day of ingest>/<id>.quarantine``: frames of a length
(4 bytes, little endian) and that many bytes, each sealed to its file and place, so that none can be cut out, doubled or
moved. Records of days whose period has ended don't come here: they are counted and forgotten.
"""

from __future__ import annotations

import secrets
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from sekisho.keys import Keyring
from sekisho.keys.errors import CouldNotDecrypt
from sekisho.keys.schedule import log_key
from sekisho.logs.errors import SegmentDamaged, SegmentMissing
from sekisho.logs.events import Unreadable
from sekisho.logs.framing import RAW_KEPT
from sekisho.logs.kinds import LogKind
from sekisho.store.files import TEMPORARY_PREFIX, AppendFile, FileLayer

SUFFIX: Final = ".quarantine"
FRAME: Final = 1024 * 1024
"""Bytes gathered before they are sealed: what is held of unreadable records, whatever the input's size."""

_RECORD = struct.Struct("<QHI")
_LENGTH = struct.Struct("<I")
_SIZE = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What an input put there. ``size`` counts bytes on disk."""

    id: str
    day: date
    records: int
    size: int
    reasons: dict[str, int]


class QuarantineWriter:
    """Takes the unreadable records of one input. Nothing is on disk until the first frame is full, or the end."""

    def __init__(self, root: Path, files: FileLayer, keyring: Keyring, day: date) -> None:
        """``root`` is the folder of segments; ``day`` the Japan day of the ingest."""
        self._directory = root / LogKind.QUARANTINE.value / day.isoformat()
        self._files = files
        self._keyring = keyring
        self._day = day
        self._id = secrets.token_hex(16)
        self._buffer = bytearray()
        self._handle: AppendFile | None = None
        self._frames = 0
        self.reasons: Counter[str] = Counter()

    def add(self, record: Unreadable) -> None:
        """Take one; of a very long one the beginning."""
        self.reasons[record.reason] += 1
        raw, reason = record.raw[:RAW_KEPT], record.reason.encode()
        self._buffer += _RECORD.pack(record.record, len(reason), len(raw)) + reason + raw
        if len(self._buffer) >= FRAME:
            self._seal()

    def finish(self) -> Quarantined | None:
        """Make it durable under its name; None where there was nothing to keep."""
        if self._buffer:
            self._seal()
        if self._handle is None:
            return None
        self._handle.datasync()
        size = self._handle.size
        self._handle.close()
        self._files.rename(self._temporary, self._directory / (self._id + SUFFIX))
        self._files.sync_directory(self._directory)
        return Quarantined(self._id, self._day, self.reasons.total(), size, dict(sorted(self.reasons.items())))

    def abandon(self) -> None:
        """Leave nothing on disk, so far as the disk allows; the next sweep removes what stays."""
        if self._handle is not None:
            self._handle.close()
            for name in (self._temporary, self._directory / (self._id + SUFFIX)):
                with suppress(OSError):
                    self._files.unlink(name)

    @property
    def _temporary(self) -> Path:
        return self._directory / (TEMPORARY_PREFIX + self._id + SUFFIX)

    def _seal(self) -> None:
        if self._handle is None:
            self._keyring.ensure(log_key(LogKind.QUARANTINE.value, self._day))
            self._files.ensure_directory(self._directory)
            self._handle = self._files.create(self._temporary)
        plain = _SIZE.pack(len(self._buffer)) + pa.compress(bytes(self._buffer), codec="zstd", asbytes=True)
        key = log_key(LogKind.QUARANTINE.value, self._day)
        sealed = self._keyring.encrypt(key, plain, aad=_place(self._id, self._day, self._frames))
        self._handle.write(_LENGTH.pack(len(sealed)) + sealed)
        self._frames += 1
        self._buffer.clear()


def read(root: Path, files: FileLayer, keyring: Keyring, of: Quarantined) -> Iterator[Unreadable]:
    """The records of an input. Raises ``SegmentMissing``, ``SegmentDamaged`` (also for one cut short),
    ``KeyDestroyed``."""
    names = {"segment": of.id, "kind": LogKind.QUARANTINE.value, "day": of.day.isoformat()}
    try:
        data = files.read(root / LogKind.QUARANTINE.value / of.day.isoformat() / (of.id + SUFFIX))
    except FileNotFoundError:
        raise SegmentMissing(**names) from None
    at, frame, found = 0, 0, 0
    key = log_key(LogKind.QUARANTINE.value, of.day)
    while at < len(data):
        try:
            (length,) = _LENGTH.unpack_from(data, at)
            sealed = data[at + _LENGTH.size : at + _LENGTH.size + length]
            plain = keyring.decrypt(key, sealed, aad=_place(of.id, of.day, frame))
        except (CouldNotDecrypt, struct.error) as error:
            raise SegmentDamaged(**names, problem=type(error).__name__) from error
        (size,) = _SIZE.unpack_from(plain)
        for record in _records(pa.decompress(plain[_SIZE.size :], size, codec="zstd", asbytes=True)):
            found += 1
            yield record
        at, frame = at + _LENGTH.size + length, frame + 1
    if found != of.records:
        raise SegmentDamaged(**names, problem=f"{found}/{of.records}")


def sample(root: Path, files: FileLayer, day: date, identity: str) -> tuple[bytes, bytes] | None:
    """The first sealed frame of a file and what it is bound to, for a probe; None where there is none."""
    try:
        data = files.read(root / LogKind.QUARANTINE.value / day.isoformat() / (identity + SUFFIX))
        (length,) = _LENGTH.unpack_from(data)
    except (FileNotFoundError, struct.error):
        return None
    return data[_LENGTH.size : _LENGTH.size + length], _place(identity, day, 0)


def _records(plain: bytes) -> Iterator[Unreadable]:
    at = 0
    while at < len(plain):
        record, reason, raw = _RECORD.unpack_from(plain, at)
        at += _RECORD.size
        yield Unreadable(record, plain[at : at + reason].decode(), plain[at + reason : at + reason + raw])
        at += reason + raw


def _place(identity: str, day: date, frame: int) -> bytes:
    return f"sekisho/quarantine/1/{day.isoformat()}/{identity}/{frame}".encode("ascii")
