"""Reads the evidence that :mod:`sekisho.calls.connector.spool` wrote: Sekisho's side, with the private key."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekisho.calls.connector.errors import SpoolFileRefused, SpoolKeyUnknown
from sekisho.calls.connector.sealing import KEY_BYTES, TAG_BYTES, hkdf
from sekisho.calls.connector.spool import (
    END,
    HEAD,
    LENGTH,
    MAGIC,
    MAX_RECORD,
    OPENING,
    RECORD,
    ROLL_BYTES,
    SUFFIX,
    bound_to,
    key_id,
)

_EPOCH: Final = date(1970, 1, 1)
_MAX_FILE: Final = ROLL_BYTES + 2 * MAX_RECORD


class Derives(Protocol):
    """What of a keyring makes the spool's key."""

    def derive(self, name: str, *, info: bytes, length: int = ...) -> bytes:
        """Bytes that depend on the data key ``name`` and ``info``."""
        ...


@dataclass(frozen=True, slots=True)
class SpoolKey:
    """The key a spool is written to: the public part goes to the proxy, the private stays here. ``name``: of the data
    key it is derived from."""

    private: X25519PrivateKey
    name: str = ""

    @classmethod
    def of(cls, ring: Derives, name: str) -> SpoolKey:
        """Derived from the data key ``name``, gone when that is destroyed. Nothing of it is stored."""
        seed = ring.derive(name, info=b"sekisho call spool x25519 v1", length=KEY_BYTES)
        return cls(X25519PrivateKey.from_private_bytes(seed), name)

    @property
    def public(self) -> bytes:
        """32 bytes for the proxy's configuration."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


    def find(self, identity: bytes) -> SpoolKey | None:
        """Itself, where it is the key of this id."""
        return self if key_id(self.public) == identity else None


class SpoolKeys:
    """Several keys, of which a file names one."""

    def __init__(self, keys: Iterable[SpoolKey]) -> None:
        """In any order."""
        self._keys = {key_id(key.public): key for key in keys}

    def find(self, identity: bytes) -> SpoolKey | None:
        """The key of an id; ``None`` where it isn't among them."""
        return self._keys.get(identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolFile:
    """What a complete file holds. ``day`` is the Japan day its records were written on.

    ``key`` is the name of the data key it was sealed under.

    ``writer`` and ``number`` say which process wrote it and as which of its files; ``previous`` is the id of the one
    before, which had ``previous_frames`` frames. ``lost`` are records that this file says were not written. ``damaged``
    counts frames that don't open, ``torn`` that the last one is incomplete, ``ended`` that the process ended it
    itself: of one that was killed nothing is lost beyond what these say.
    """

    id: str
    day: date
    writer: str
    number: int
    previous: str | None
    previous_frames: int
    lost: int
    records: tuple[bytes, ...]
    frames: int
    damaged: int
    torn: bool
    ended: bool
    key: str = ""

    @property
    def missing(self) -> int:
        """Records that are known not to be here."""
        return self.lost + self.damaged + int(self.torn)


def complete_files(directory: Path) -> Iterator[Path]:
    """The files of a spool that nobody writes to any more, in no order."""
    for path in sorted(directory.iterdir()):
        if path.suffix != SUFFIX or not path.is_file():
            continue
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
        yield path


def read_spool_file(path: Path, keys: SpoolKey | SpoolKeys) -> SpoolFile:
    """Read a complete file. Raises ``SpoolFileRefused``, ``SpoolKeyUnknown``."""
    with path.open("rb") as file:
        data = file.read(_MAX_FILE + 1)
    if len(data) < HEAD.size or len(data) > _MAX_FILE:
        raise SpoolFileRefused(path=path.name, problem="size")
    magic, identity, to, day, ephemeral = HEAD.unpack_from(data)
    if magic != MAGIC:
        raise SpoolFileRefused(path=path.name, problem="not a spool file")
    key = keys.find(to)
    if key is None:
        raise SpoolKeyUnknown(path=path.name, key=to.hex())
    shared = key.private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    opened = _frames(data, AESGCM(hkdf(shared, salt=ephemeral + key.public)))
    if not opened.plain or not opened.plain[0].startswith(OPENING):
        raise SpoolFileRefused(path=path.name, problem="its first frame can't be opened")
    said = _document(opened.plain[0])
    ended = opened.plain[-1].startswith(END)
    lost = int(said["lost"]) + (int(_document(opened.plain[-1])["lost"]) if ended else 0)
    return SpoolFile(
        id=identity.hex(),
        day=_EPOCH + timedelta(days=day),
        writer=str(said["writer"]),
        number=int(said["number"]),
        previous=said["previous"],
        previous_frames=int(said["frames"]),
        lost=lost,
        records=tuple(plain[1:] for plain in opened.plain if plain.startswith(RECORD)),
        frames=opened.count,
        damaged=opened.damaged,
        torn=opened.torn,
        ended=ended,
        key=key.name,
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    plain: list[bytes]
    count: int
    damaged: int
    torn: bool


def _frames(data: bytes, cipher: AESGCM) -> _Opened:
    head, at, number, damaged, torn = data[: HEAD.size], HEAD.size, 0, 0, False
    plain: list[bytes] = []
    while at < len(data):
        if at + LENGTH.size > len(data):
            torn = True
            break
        (length,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        if at + length > len(data) or not TAG_BYTES < length <= MAX_RECORD + TAG_BYTES + KEY_BYTES:
            # Cut off, or a length that was changed: where the next frame begins isn't known.
            torn = True
            break
        try:
            plain.append(cipher.decrypt(number.to_bytes(12), data[at : at + length], bound_to(head, number)))
        except InvalidTag:
            damaged += 1
        at += length
        number += 1
    return _Opened(plain, number, damaged, torn)


def _document(frame: bytes) -> dict[str, Any]:
    found = json.loads(frame[1:])
    if not isinstance(found, dict):
        raise TypeError("a frame's document is an object")
    return found
