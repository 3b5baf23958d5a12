"""Reading a published ledger without its lock: leaves and proofs up to the last checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from sekisho.ledger import merkle
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.errors import LedgerDamaged, LedgerMissing, NoSuchLeaf, NoSuchSize
from sekisho.ledger.tiles import TILE_WIDTH, TileReader, published_root
from sekisho.store.files import FileLayer, RealFiles

CHECKPOINT_NAME = "checkpoint"
"""C2SP tlog-tiles, "Checkpoints"."""
JOURNAL_NAME = "journal"
"""The directory of the journal; see :mod:`sekisho.ledger.journal`."""

REAL_FILES = RealFiles()
"""The default file layer: it has no state, so one serves everybody."""


def read_checkpoint(directory: Path, files: FileLayer) -> bytes:
    """The checkpoint's bytes, unverified. Raises :class:`LedgerMissing`."""
    try:
        return files.read(directory / CHECKPOINT_NAME)
    except (FileNotFoundError, NotADirectoryError):
        raise LedgerMissing(directory=str(directory)) from None


def require_index(index: int, size: int) -> None:
    """Refuse an index outside a ledger of ``size`` leaves."""
    if not 0 <= index < size:
        raise NoSuchLeaf(index=index, size=size)


def require_sizes(old: int, new: int, size: int) -> None:
    """Refuse proof sizes unless 0 <= old <= new <= size."""
    if not 0 <= new <= size:
        raise NoSuchSize(asked=new, size=size)
    if not 0 <= old <= new:
        raise NoSuchSize(asked=old, size=new)


class LedgerReader:
    """A ledger as its last published checkpoint shows it. Any number may read beside one writer.

    What it does not do: it does not see leaves that are acknowledged but not yet under a checkpoint, and it does not
    verify every tile it reads from (:func:`sekisho.ledger.verify.verify_ledger` does); opening checks that the right
    edge of the tiles has the signed root.
    """

    def __init__(self, directory: Path, *, public_key: bytes, origin: str | None, files: FileLayer) -> None:
        """Use :meth:`open`."""
        self._directory = directory
        self._public_key = public_key
        self._origin = origin
        self._files = files
        self._tiles = TileReader(directory, files)
        self._note = b""
        self._checkpoint = Checkpoint("", 0, merkle.EMPTY_ROOT)
        self.refresh()

    @classmethod
    def open(
        cls, directory: Path, *, public_key: bytes, origin: str | None = None, files: FileLayer = REAL_FILES
    ) -> LedgerReader:
        """Open the ledger in ``directory`` whose checkpoints ``public_key`` (32 bytes) signs.

        ``origin`` None accepts any name under that key. Raises :class:`LedgerMissing`, :class:`CheckpointRefused`,
        :class:`LedgerDamaged`.
        """
        return cls(directory, public_key=public_key, origin=origin, files=files)

    def __enter__(self) -> Self:
        """Itself; there is nothing to release."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to release."""

    def refresh(self) -> int:
        """Read the newest checkpoint and return its size."""
        note = read_checkpoint(self._directory, self._files)
        checkpoint = open_checkpoint(note, public_key=self._public_key, origin=self._origin)
        if published_root(self._tiles, checkpoint.size) != checkpoint.root:
            raise LedgerDamaged(file="tile", offset=0, problem="the tiles at the right edge don't have the signed root")
        self._note, self._checkpoint = note, checkpoint
        return checkpoint.size

    @property
    def directory(self) -> Path:
        """Where the ledger is."""
        return self._directory

    @property
    def files(self) -> FileLayer:
        """The file layer it is read through."""
        return self._files

    @property
    def origin(self) -> str:
        """The ledger's name, as signed."""
        return self._checkpoint.origin

    @property
    def size(self) -> int:
        """Leaves under the checkpoint read last."""
        return self._checkpoint.size

    def root(self) -> bytes:
        """The signed root (32 bytes)."""
        return self._checkpoint.root

    def checkpoint(self) -> bytes:
        """The signed checkpoint read last, as published."""
        return self._note

    def leaf(self, index: int) -> bytes:
        """Leaf ``index``. Raises :class:`NoSuchLeaf`, :class:`LedgerDamaged`."""
        require_index(index, self.size)
        return self._tiles.leaf(index, self.size)

    def leaves(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Leaves from ``start`` up to ``stop`` (default: all). Raises :class:`NoSuchLeaf` when ``stop`` is too
        large."""
        size = self.size
        end = size if stop is None else stop
        if end > size:
            raise NoSuchLeaf(index=end - 1, size=size)
        return tile_leaves(self._tiles, start, end, size)

    def tile_file(self, level: int | None, index: int) -> bytes:
        """The bytes of a tile (of an entry bundle when ``level`` is None) as the checkpoint's tree has it."""
        return self._tiles.file(level, index, self.size)

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that leaf ``index`` is in the tree of ``size`` leaves (default: the checkpoint's)."""
        size = self.size if size is None else size
        require_sizes(0, size, self.size)
        require_index(index, size)
        return merkle.prove_inclusion(index, size, self._tiles.source(self.size))

    def prove_consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of ``new`` leaves (default: the checkpoint's) extends that of ``old``."""
        new = self.size if new is None else new
        require_sizes(old, new, self.size)
        return merkle.prove_consistency(old, new, self._tiles.source(self.size))


def tile_leaves(tiles: TileReader, start: int, stop: int, size: int) -> Iterator[bytes]:
    """Leaves ``start`` to ``stop`` of a published tree of ``size``."""
    while start < stop:
        bundle, offset = divmod(start, TILE_WIDTH)
        entries = tiles.tile(None, bundle, size)[offset : offset + stop - start]
        yield from entries
        start += len(entries)
