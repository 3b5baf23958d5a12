"""A hold's own files: the held rows and their proofs, encrypted under the hold's own key.

::

    WORKSPACE/holds/<hold>/<kind>/<day>/<id>.segment   the rows, whole (:mod:`sekisho.logs.segments.encoding`)
    WORKSPACE/holds/<hold>/<kind>/<day>/<id>.proofs    their proofs (:mod:`sekisho.logs.holds.proofs`)

The key is ``log/hold/<hold>``: it lives as long as the hold, whatever becomes of the day's.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sekisho.destruction.probing import FileSample
from sekisho.keys import Keyring
from sekisho.keys.errors import CouldNotDecrypt
from sekisho.keys.ring import checked_name
from sekisho.logs.errors import SegmentMissing
from sekisho.logs.holds.proofs import Proofs
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import SegmentReader, write_rows
from sekisho.logs.segments.files import ID_BYTES, SegmentId, damaged
from sekisho.store.files import FileLayer

ROWS: Final = ".segment"
PROOFS: Final = ".proofs"
FOLDER: Final = "holds"


def hold_key(hold: str) -> str:
    """``log/hold/<hold>``: the key of everything a hold has."""
    return checked_name(f"log/hold/{hold}")


@dataclass(frozen=True, slots=True)
class HeldSegmentId(SegmentId):
    """A vault's segment: a :class:`SegmentId` of ``hold``, under the hold's key."""

    hold: str = ""

    @property
    def key(self) -> str:
        """The name of the hold's key."""
        return hold_key(self.hold)

    @property
    def identity(self) -> bytes:
        """What its bytes are bound to."""
        return f"sekisho/held/1/{self.hold}/{self.kind.value}/{self.day.isoformat()}/{self.id}".encode("ascii")


@dataclass(frozen=True, slots=True)
class Kept:
    """A vault segment as written. ``proofs`` is the SHA-256 of the file of proofs, ``size`` counts both files."""

    segment: HeldSegmentId
    rows: int
    family: int
    size: int
    proofs: bytes


class Vault:
    """The vaults of a workspace's holds. Thread-safe: every file has a name of its own."""

    def __init__(self, root: Path, files: FileLayer, keyring: Keyring) -> None:
        """``root`` is the workspace's folder."""
        self._root = root / FOLDER
        self._files = files
        self._keyring = keyring

    def write(self, hold: str, day: date, rows: Rows, proofs: Proofs) -> Kept:
        """Write rows, in a segment's order, and their proofs; durable when this returns. Raises ``KeyDestroyed``."""
        segment = HeldSegmentId(rows.kind, day, secrets.token_hex(ID_BYTES), hold)
        path = self._path(segment, ROWS)
        self._files.ensure_directory(path.parent)
        key = self._keyring.derive(segment.key, info=b"rows/" + segment.identity)
        self._files.publish_from(path, lambda sink: write_rows(rows, sink, key=key, identity=segment.identity))
        sealed = self._keyring.encrypt(segment.key, proofs.packed(), aad=b"proofs/" + segment.identity)
        self._files.publish([(self._path(segment, PROOFS), sealed)])
        size = path.stat().st_size + len(sealed)
        return Kept(segment, len(rows), rows.address.family, size, hashlib.sha256(sealed).digest())

    def open(self, segment: HeldSegmentId) -> SegmentReader:
        """A reader. Raises ``SegmentMissing``, ``SegmentDamaged``, ``KeyDestroyed``, ``KeyNotFound``."""
        path = self._path(segment, ROWS)
        key = self._keyring.derive(segment.key, info=b"rows/" + segment.identity)
        if not path.exists():
            raise SegmentMissing(segment=segment.id, kind=segment.kind.value, day=segment.day.isoformat())
        try:
            return SegmentReader(path, key=key, identity=segment.identity)
        except (OSError, ValueError, KeyError) as error:
            raise damaged(segment, error) from error

    def rows(self, segment: HeldSegmentId) -> Rows:
        """All its rows. Raises as :meth:`open`."""
        reader = self.open(segment)
        try:
            return reader.read(range(len(reader)))
        except (OSError, ValueError, KeyError) as error:
            raise damaged(segment, error) from error
        finally:
            reader.close()

    def proofs(self, segment: HeldSegmentId) -> Proofs:
        """Its proofs. Raises as :meth:`open`."""
        try:
            sealed = self._files.read(self._path(segment, PROOFS))
        except FileNotFoundError:
            raise SegmentMissing(segment=segment.id, kind=segment.kind.value, day=segment.day.isoformat()) from None
        try:
            return Proofs.unpacked(self._keyring.decrypt(segment.key, sealed, aad=b"proofs/" + segment.identity))
        except (CouldNotDecrypt, ValueError) as error:
            raise damaged(segment, error) from error

    def sample(self, segment: HeldSegmentId) -> FileSample:
        """For the probe."""
        return FileSample(self._path(segment, ROWS), b"rows/" + segment.identity, segment.identity)

    def remove(self, segment: HeldSegmentId) -> None:
        """Remove both files, so far as the disk allows; the next sweep removes what stays."""
        for suffix in (PROOFS, ROWS):
            with suppress(OSError):
                self._files.unlink(self._path(segment, suffix))

    def sweep(self, hold: str, known: Collection[str]) -> int:
        """Remove the files of a hold that the database doesn't know: a crash left them. Nobody may carve for this hold
        meanwhile."""
        removed = 0
        for path in list(self._files.walk(self._root / hold)):
            if path.name.partition(".")[0] not in known:
                self._files.unlink(path)
                self._files.sync_directory(path.parent)
                removed += 1
        return removed

    def remove_all(self, hold: str) -> tuple[int, int]:
        """Remove everything of a hold, folders as well, durably: how many files that were, and how many are left."""
        top = self._root / hold
        removed = 0
        for path in list(self._files.walk(top)):
            self._files.unlink(path)
            removed += 1
        for kind in self._files.names(top):
            for day in self._files.names(top / kind):
                self._files.sync_directory(top / kind / day)
                self._files.remove_directory(top / kind / day)
            self._files.sync_directory(top / kind)
            self._files.remove_directory(top / kind)
        if self._files.exists(top):
            self._files.remove_directory(top)
            self._files.sync_directory(self._root)
        return removed, sum(1 for _ in self._files.walk(top))

    def _path(self, segment: HeldSegmentId, suffix: str) -> Path:
        return self._root / segment.hold / segment.kind.value / segment.day.isoformat() / (segment.id + suffix)
