"""What a live listener has received and acknowledged, kept encrypted until it is taken in like any file.

::

    WORKSPACE/spool/<source>/<number>-<day>-<id>.live     being written
    WORKSPACE/spool/<source>/<number>-<day>-<id>.spool    complete: a drain takes it in and removes it

A file is frames of a length (4 bytes, little endian) and that many bytes. Each frame holds records as they came, with
the time of their receipt and who sent them, under the key of the source's kind and the day of receipt; it is sealed to
its file and place. A record is acknowledged when its frame is synced. A frame that a crash tore is at the end and was
never acknowledged: it is ignored. A frame that is damaged later is a loss, which the source's health tells of.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple, Self

from sekisho.keys import Keyring
from sekisho.keys.errors import CouldNotDecrypt
from sekisho.keys.schedule import log_key
from sekisho.logs.errors import SpoolInUse
from sekisho.logs.intervals.days import DAY, JAPAN, date_of
from sekisho.logs.kinds import LogKind
from sekisho.store.files import AppendFile, FileLayer

LIVE: Final = ".live"
COMPLETE: Final = ".spool"
FRAME: Final = 256 * 1024
"""Bytes gathered before a frame is written without being asked for."""
ROLL: Final = 64 * 1024 * 1024
"""Bytes after which a file is complete: what one drain takes in."""
MAX_RECORD: Final = 1024 * 1024
"""Bytes of one record; a datagram has at most 65,507."""

_NAME = re.compile(r"(\d{20})-(\d{4}-\d\d-\d\d)-([0-9a-f]{32})\.(?:live|spool)")
_LENGTH = struct.Struct("<I")
END: Final = b"\xff" * 4
"""Ends a file that its listener completed: there, no frame can have been torn by a crash."""
_RECORD = struct.Struct("<qHI")


class Received(NamedTuple):
    """A record as it came: when (UTC microseconds), from whom, and its bytes. A tuple: there are many."""

    at: int
    peer: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """A complete file. ``id`` is random and stays with it: what was taken in once is not taken in again."""

    path: Path
    day: date
    id: str


@dataclass(frozen=True, slots=True)
class Damage:
    """Frames that can't be opened, between two that were received at ``begin`` and ``end``."""

    frames: int
    begin: int
    end: int


def spool_files(directory: Path, files: FileLayer) -> list[SpoolFile]:
    """The complete files of a source, oldest first."""
    found = []
    for name in files.names(directory):
        match = _NAME.fullmatch(name)
        if match and name.endswith(COMPLETE):
            found.append(SpoolFile(directory / name, date.fromisoformat(match[2]), match[3]))
    return found


class SpoolLock:
    """Held by the one listener that writes a source's spool; free again when its process has died."""

    def __init__(self, directory: Path) -> None:
        """Raises ``SpoolInUse``."""
        self._descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise SpoolInUse(path=str(directory)) from None

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)


class SpoolWriter:
    """Appends what one source's listener receives. Thread-safe.

    :meth:`append` keeps in memory, :meth:`sync` makes everything appended before it durable: only then may the sender
    be answered. Many appends and one sync cost little more than one of each.
    """

    def __init__(self, directory: Path, files: FileLayer, keyring: Keyring, kind: LogKind) -> None:
        """Takes the source's spool and completes what an earlier listener left. Raises ``SpoolInUse``."""
        self._directory = directory
        self._files = files
        self._keyring = keyring
        self._kind = kind
        files.ensure_directory(directory)
        self._lock = SpoolLock(directory)
        self._guard = threading.Lock()
        self._buffer = bytearray()
        self._handle: AppendFile | None = None
        self._path = directory
        self._day = date.min
        self._id = ""
        self._frames = 0
        self._closed = False
        self._head: Callable[[int], Sequence[Received]] = _no_head
        complete_left(directory, files)

    def begin_with(self, head: Callable[[int], Sequence[Received]]) -> None:
        """Put what ``head`` gives for the moment of a file's first record before that record, in every file begun from
        now on: what a reader must know first, whatever ended the file before. It is called in :meth:`append`."""
        with self._guard:
            self._head = head

    def append(self, data: bytes, *, received: int, peer: str = "") -> None:
        """Take a record. ValueError above :data:`MAX_RECORD` bytes: the listener cuts or refuses it before."""
        if len(data) > MAX_RECORD:
            raise ValueError("a record has at most a MiB")
        name = peer.encode()[:255]
        with self._guard:
            day = _day_of(received)
            if day != self._day or self._handle is None:
                self._next(day)
                for one in self._head(received):
                    self._put(one.data, one.at, one.peer.encode()[:255])
            self._put(data, received, name)
            if len(self._buffer) >= FRAME:
                self._write()

    def _put(self, data: bytes, received: int, name: bytes) -> None:
        self._buffer += _RECORD.pack(received, len(name), len(data)) + name + data

    def sync(self) -> None:
        """Return when every record appended so far is on the disk. Raises ``OSError``: then nothing is acknowledged,
        and the next record begins a new file."""
        with self._guard:
            self._sync()
            if self._handle is not None and self._handle.size >= ROLL:
                self._complete()

    def roll(self) -> None:
        """Complete the file, so that a drain takes it in; everything in it is durable."""
        with self._guard:
            self._sync()
            self._complete()

    def close(self) -> None:
        """Complete the file and let others write. Closing twice does nothing."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            try:
                self._sync()
                self._complete()
            finally:
                self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _next(self, day: date) -> None:
        self._sync()
        self._complete()
        complete_left(self._directory, self._files)  # those that were given up
        self._keyring.ensure(log_key(self._kind.value, day))
        self._id = secrets.token_hex(16)
        names = self._files.names(self._directory)
        number = max((int(name[:20]) for name in names if _NAME.fullmatch(name)), default=0)
        self._path = self._directory / f"{number + 1:020d}-{day.isoformat()}-{self._id}{LIVE}"
        self._handle = self._files.create(self._path)
        self._files.sync_directory(self._directory)
        self._day, self._frames = day, 0

    def _write(self) -> None:
        if self._handle is None or not self._buffer:
            return
        aad = _place(self._kind, self._day, self._id, self._frames)
        sealed = self._keyring.encrypt(log_key(self._kind.value, self._day), bytes(self._buffer), aad=aad)
        try:
            self._handle.write(_LENGTH.pack(len(sealed)) + sealed)
        except OSError:
            self._give_up()
            raise
        self._frames += 1
        self._buffer.clear()

    def _sync(self) -> None:
        self._write()
        if self._handle is not None:
            try:
                self._handle.datasync()
            except OSError:
                self._give_up()
                raise

    def _give_up(self) -> None:
        """After a failed write nobody knows what of the last frame is there: the file takes no more."""
        self._buffer.clear()
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _complete(self) -> None:
        if self._handle is None:
            return
        try:
            self._handle.write(END)
            self._handle.datasync()
        except OSError:
            # All records in it are durable; what stood after half of the mark could not be read.
            self._give_up()
            raise
        self._handle.close()
        self._handle = None
        self._files.rename(self._path, self._path.with_suffix(COMPLETE))
        self._files.sync_directory(self._directory)


def _no_head(at: int) -> Sequence[Received]:
    del at
    return ()


def complete_left(directory: Path, files: FileLayer) -> None:
    """Complete the files that a listener left when it died. Only who holds the :class:`SpoolLock` may."""
    left = [name for name in files.names(directory) if name.endswith(LIVE)]
    for name in left:
        files.rename(directory / name, (directory / name).with_suffix(COMPLETE))
    if left:
        files.sync_directory(directory)


def read_spool(files: FileLayer, keyring: Keyring, kind: LogKind, spool: SpoolFile) -> Iterator[Received | Damage]:
    """The records of a complete file in their order. Raises ``KeyDestroyed``."""
    data = files.read(spool.path)
    whole = data.endswith(END)
    end = len(data) - len(END) if whole else len(data)
    key = log_key(kind.value, spool.day)
    at, frame, lost, last = 0, 0, 0, 0
    while at < end:
        length = _LENGTH.unpack_from(data, at)[0] if at + _LENGTH.size <= end else end
        at += _LENGTH.size
        sealed, at = data[at : min(at + length, end)], at + length
        try:
            plain = keyring.decrypt(key, sealed, aad=_place(kind, spool.day, spool.id, frame))
        except CouldNotDecrypt:
            lost += 1
        else:
            records = _records(plain)
            if lost:
                yield Damage(lost, last or records[0].at, records[0].at)
                lost = 0
            yield from records
            last = records[-1].at
        frame += 1
    if lost and whole:
        yield Damage(lost, last, last)


def _records(plain: bytes) -> Sequence[Received]:
    at, found, head = 0, [], _RECORD.size
    unpack, names = _RECORD.unpack_from, dict[bytes, str]()
    while at < len(plain):
        received, peer, size = unpack(plain, at)
        begin = at + head + peer
        name = plain[at + head : begin]
        at = begin + size
        text = names.get(name)
        if text is None:
            text = names[name] = name.decode()
        found.append(Received(received, text, plain[begin:at]))
    return found


def _day_of(moment: int) -> date:
    return date_of((moment + JAPAN) // DAY)


def _place(kind: LogKind, day: date, identity: str, frame: int) -> bytes:
    return f"sekisho/spool/1/{kind.value}/{day.isoformat()}/{identity}/{frame}".encode("ascii")
