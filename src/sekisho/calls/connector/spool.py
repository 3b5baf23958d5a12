"""Evidence of decisions, written beside the proxy and readable only by Sekisho. Standard library only.

::

    DIRECTORY/<id>.evidence      head, then frames: a length (4 bytes, little endian) and that many bytes

Each process has a file of its own, held by ``flock`` as long as it writes; a file without a holder is complete. Each
record is one frame and one ``write``: once that returned, no end of the process loses it (a power cut may: the route of
a call waits for no disk). Each frame is sealed to its file and place, so none can be changed, doubled or moved without
being noticed; a process numbers its files, and each file says how many frames the one before had. So what is missing is
counted.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import struct
from pathlib import Path
from typing import Any, Final

from sekisho.calls.connector.sealing import KEY_BYTES, FileSeal, SealingUnavailable

MAGIC: Final = b"SKCE0001"
SUFFIX: Final = ".evidence"
HEAD: Final = struct.Struct(f"<8s16s8sI{KEY_BYTES}s")
"""Magic, the file's id, the id of the public key, the Japan day as days since 1970, the ephemeral public key."""
LENGTH: Final = struct.Struct("<I")
ROLL_BYTES: Final = 8 * 1024 * 1024
ROLL_SECONDS: Final = 60.0
"""After which a file is ended by the next record or :meth:`SpoolWriter.tick`, so that Sekisho can take it in."""
MAX_RECORD: Final = 16 * 1024
"""Bytes of a record: far more than one of an honest call has. Whoever writes them shortens longer ones."""
UNKNOWN_SHARE: Final = 2
"""Once files take this part (a half) of the bound, nothing of unknown sources is kept any more: whoever floods the
proxy without a trunk takes no room from calls that have one."""
RETRY_SECONDS: Final = 1.0
"""Between two attempts after a full or broken disk."""

OPENING: Final = b"H"
RECORD: Final = b"R"
END: Final = b"E"

_JAPAN_SECONDS: Final = 9 * 3600
_DAY_SECONDS: Final = 86_400


def key_id(public_key: bytes) -> bytes:
    """Eight bytes that tell public keys apart."""
    return hashlib.sha256(public_key).digest()[:8]


def bound_to(head: bytes, number: int) -> bytes:
    """What a frame is authenticated with: its file and its place."""
    return head + number.to_bytes(8, "little")


class SpoolWriter:
    """Writes one process's evidence. Never raises; what can't be written is counted and said in the next file.

    ``lost`` counts the records that weren't written, ``written`` those that were.
    """

    def __init__(self, directory: str, public_key: bytes, *, max_bytes: int) -> None:
        """``max_bytes`` bounds what all files in the directory may take, of all processes together. Opens nothing."""
        self._directory = directory
        self._public_key = public_key
        self._max_bytes = max_bytes
        self._writer = os.urandom(8).hex()
        self._descriptor = -1
        self._seal: FileSeal | None = None
        self._head = b""
        self._file = 0
        self._frames = 0
        self._records = 0
        self._size = 0
        self._day = -1
        self._opened = 0.0
        self._not_before = 0.0
        self._previous: tuple[str, int] | None = None
        self._unsaid = 0
        self._room_for_unknown = False
        self.lost = 0
        self.written = 0
        self.problem: str | None = None
        """Why the last record wasn't written; ``None`` where it was."""

    def write(self, record: bytes, now: float, *, known_source: bool) -> bool:
        """Write a record at ``now`` (seconds since 1970). False where it is lost.

        ``known_source``: the call came from a trunk that is known. Others' records are the first to go: with the room
        of :data:`UNKNOWN_SHARE` taken they are counted as lost (``unknown_source``). How much is taken is looked at
        when a file begins, so each process may go beyond by one file.
        """
        try:
            self._ready(now)
            if self._descriptor < 0:
                self._lose(self.problem or "waiting")
                return False
            if not known_source and not self._room_for_unknown:
                self._lose("unknown_source")
                return False
            if len(record) > MAX_RECORD:
                self._lose("too_long")
                return False
            self._frame(RECORD + record)
            self._records += 1
        except (OSError, SealingUnavailable) as error:
            self._give_up(now, type(error).__name__)
            self._lose(self.problem or "")
            return False
        self.written += 1
        self.problem = None
        return True

    def seal_to(self, public_key: bytes) -> None:
        """Seal to another key from the next record on; the file to the former one is ended."""
        if public_key != self._public_key:
            self.close()
            self._public_key = public_key

    def tick(self, now: float) -> int:
        """End a file that is old enough; call it when there is time. How many records have turned out to be lost: those
        of a file that somebody removed while it was written to."""
        if self._descriptor < 0:
            return 0
        if os.fstat(self._descriptor).st_nlink == 0:
            gone = self._records
            self._give_up(now, "file_removed")
            self.lost += gone
            self._unsaid += gone
            self.written -= gone
            return gone
        if now - self._opened >= ROLL_SECONDS:
            self.close()
        return 0

    def close(self) -> None:
        """End the file, if one is open."""
        if self._descriptor < 0:
            return
        try:
            self._frame(END + _json({"lost": self._unsaid}))
            self._unsaid = 0
        except (OSError, SealingUnavailable) as error:
            self.problem = type(error).__name__
        self._let_go()

    def _ready(self, now: float) -> None:
        day = int(now + _JAPAN_SECONDS) // _DAY_SECONDS
        if self._descriptor >= 0:
            if self._size < ROLL_BYTES and day == self._day and 0 <= now - self._opened < ROLL_SECONDS:
                return
            self.close()
        # A clock set back must not keep the spool shut.
        if not 0 < self._not_before - now <= RETRY_SECONDS:
            self._open(now, day)

    def _open(self, now: float, day: int) -> None:
        with os.scandir(self._directory) as entries:
            taken = sum(one.stat().st_size for one in entries if one.is_file())
        if taken + ROLL_BYTES > self._max_bytes:
            self._not_before, self.problem = now + RETRY_SECONDS, "spool_full"
            return
        self._room_for_unknown = taken + ROLL_BYTES <= self._max_bytes // UNKNOWN_SHARE
        identity = os.urandom(16)
        seal = FileSeal(self._public_key)
        self._head = HEAD.pack(MAGIC, identity, key_id(self._public_key), day, seal.ephemeral)
        fresh = Path(self._directory) / f"{identity.hex()}.new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(fresh, flags, 0o640)
        self._seal, self._frames, self._records, self._size = seal, 0, 0, 0
        self._day, self._opened = day, now
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._put(self._head)
        previous, frames = self._previous or (None, 0)
        said = {
            "writer": self._writer,
            "number": self._file + 1,
            "previous": previous,
            "frames": frames,
            "lost": self._unsaid,
        }
        self._frame(OPENING + _json(said))
        # It gets its name when it is held and has its beginning: nobody ever sees half of one without a holder.
        fresh.rename(fresh.with_suffix(SUFFIX))
        self._file += 1
        self._unsaid = 0
        self._previous = (identity.hex(), 0)

    def _frame(self, plain: bytes) -> None:
        if self._seal is None:
            raise SealingUnavailable("no file")
        sealed = self._seal.seal(plain, number=self._frames, bound=bound_to(self._head, self._frames))
        self._put(LENGTH.pack(len(sealed)) + sealed)
        self._frames += 1
        if self._previous is not None:
            self._previous = (self._previous[0], self._frames)

    def _put(self, data: bytes) -> None:
        done = os.write(self._descriptor, data)
        if done != len(data):
            # A full disk takes half: what follows must not stand behind a torn frame.
            raise OSError("short write")
        self._size += done

    def _give_up(self, now: float, problem: str) -> None:
        self._not_before, self.problem = now + RETRY_SECONDS, problem
        if self._descriptor >= 0:
            self._let_go()

    def _let_go(self) -> None:
        # Closing gives the lock up too.
        os.close(self._descriptor)
        self._descriptor = -1
        if self._seal is not None:
            self._seal.close()
            self._seal = None

    def _lose(self, problem: str) -> None:
        self.lost += 1
        self._unsaid += 1
        self.problem = problem


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()
