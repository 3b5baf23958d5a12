"""An append-only file of records, each under a MAC that covers all before it.

Altering, reordering or removing a record in the middle is found. Removing records from the end is not: who can write
the directory can roll it back, which is why the ledger's destructions are applied again at each restore.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from sekisho.keys.derivation import Mac
from sekisho.keys.disk import Disk
from sekisho.keys.errors import KeyringDamaged, KeyringUnavailable

MAX_LINE = 4 * 1024 * 1024
"""Longest record, bytes: a backup of 20,000 keys with names of full length. Longer is refused as damage."""

_Seen = tuple[int, int, int]


class ChainedLog:
    """Reads incrementally; a look that finds nothing new costs one ``stat``.

    Not thread-safe: the owner holds a lock.
    """

    def __init__(self, path: Path, disk: Disk, mac: Mac) -> None:
        """``mac`` must be under a key used for this file alone. The file must exist: see :meth:`make`."""
        self._path = path
        self._text_path = str(path)
        self._disk = disk
        self._mac = mac
        self._chain = bytes(32)
        self._end = 0
        self._seen: _Seen | None = None

    @staticmethod
    def make(path: Path, disk: Disk) -> None:
        """Make the empty file, durably, unless it is there."""
        if not path.exists():
            disk.write_new(path, b"")
            disk.sync_file(path)
            disk.sync_directory(path.parent)

    def read_new(self) -> list[dict[str, Any]]:
        """The records added since the last call, by any process.

        ``KeyringDamaged`` if what was read before has changed.
        """
        try:
            status = os.stat(self._text_path)  # noqa: PTH116  on the path of every answer; Path.stat costs twice as much
        except OSError as error:
            raise KeyringDamaged(path=self._path, why=f"unreadable: {error.strerror}") from None
        seen = (status.st_ino, status.st_size, status.st_mtime_ns)
        # A tail not yet whole is read again each time: its size alone doesn't tell when it becomes so.
        if seen == self._seen and status.st_size == self._end:
            return []
        if self._seen is not None and (status.st_ino != self._seen[0] or status.st_size < self._end):
            raise KeyringDamaged(path=self._path, why="replaced or shortened while open")
        records = self._read_from_end()
        self._seen = seen
        return records

    def _read_from_end(self) -> list[dict[str, Any]]:
        with self._path.open("rb") as file:
            file.seek(self._end)
            data = file.read()
        records: list[dict[str, Any]] = []
        start = 0
        while (stop := data.find(b"\n", start)) >= 0:
            record = self._verified(data[start:stop])
            if record is None:
                # After a power cut the device may hold a tail of zeros in place of what was being written.
                if b"\x00" in data[start:]:
                    break
                raise KeyringDamaged(path=self._path, why=f"record at byte {self._end} does not verify")
            records.append(record)
            self._end += stop + 1 - start
            start = stop + 1
        return records

    def _verified(self, line: bytes) -> dict[str, Any] | None:
        tag, _, body = line.partition(b" ")
        expected = self._mac(self._chain + body)
        if len(line) > MAX_LINE or not hmac.compare_digest(tag, expected.hex().encode()):
            return None
        record: dict[str, Any] = orjson.loads(body)
        self._chain = expected
        return record

    def append(self, record: Mapping[str, Any]) -> None:
        """Add ``record`` durably. The caller holds the keyring's exclusive lock and has read all that is new."""
        body = orjson.dumps(dict(record), option=orjson.OPT_SORT_KEYS)
        line = self._mac(self._chain + body).hex().encode() + b" " + body + b"\n"
        if len(line) > MAX_LINE:
            raise KeyringUnavailable(why=f"a record of {len(line)} bytes, at most {MAX_LINE}")
        try:
            self._cut_tail()
            self._disk.append(self._path, line)
            self._disk.sync_file(self._path)
        except OSError as error:
            # After a failed sync the bytes may be readable and yet never reach the device; syncing again would prove
            # nothing. So they are taken back, and a retry writes them anew.
            with suppress(OSError):
                self._cut_tail()
            raise KeyringUnavailable(why=f"{self._path.name}: {error.strerror}") from error

    def settle(self) -> None:
        """Make sure that what has been read is durable: its writer may have been killed before it could."""
        try:
            self._disk.sync_file(self._path)
        except OSError as error:
            raise KeyringUnavailable(why=f"{self._path.name}: {error.strerror}") from error

    def _cut_tail(self) -> None:
        if self._path.stat().st_size > self._end:
            self._disk.truncate(self._path, self._end)
