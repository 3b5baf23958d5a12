"""The C2SP tlog-tiles layout: paths, entry bundles, reading nodes and leaves from tiles, and growing the right edge.

What this does not do: it does not decide what is durable or signed, and it trusts the hashes it reads (``verify`` does
not).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.ledger.errors import LedgerDamaged
from sekisho.ledger.merkle import EMPTY_ROOT, HASH_SIZE, NodeSource, node_hash, range_hash, subtree_root
from sekisho.store.files import FileLayer

TILE_HEIGHT = 8
"""Levels of the tree in one tile (C2SP tlog-tiles, "Merkle Tree")."""
TILE_WIDTH = 1 << TILE_HEIGHT
"""Hashes in a full tile, entries in a full bundle."""
MAX_LEAF = 0xFFFF
"""Bytes in a leaf: an entry's length is a uint16 (C2SP tlog-tiles, "Log entries")."""
_CACHED_FILES = 64


def tile_path(level: int | None, index: int, width: int = TILE_WIDTH) -> str:
    """``tile/<L>/<N>[.p/<W>]``; ``level`` None is an entry bundle. Index 1234067 is ``x001/x234/067``."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    number = "/".join(reversed(parts))
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{number}{partial}"


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length as a big-endian uint16."""
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def decode_bundle(data: bytes, count: int, file: str) -> list[bytes]:
    """The ``count`` entries of a bundle. Raises :class:`LedgerDamaged` naming ``file`` when the bytes are not that."""
    entries: list[bytes] = []
    position, total = 0, len(data)
    for _ in range(count):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if position > total or start > total:
            raise LedgerDamaged(file=file, offset=start - 2, problem=f"entry {len(entries)} runs past the end")
        entries.append(data[start:position])
    if position != total:
        raise LedgerDamaged(file=file, offset=position, problem=f"{total - position} bytes after the last entry")
    return entries


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes tile ``index`` of ``level`` has in a tree of ``size`` leaves: 0 (no such tile) to 256."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH))


class TileReader:
    """Reads the tiles of a published tree of a given size. Safe for several threads.

    A partial tile that has since been completed and removed is read as the full one's beginning: tiles only grow.
    """

    def __init__(self, directory: Path, files: FileLayer) -> None:
        """``directory`` is the ledger's."""
        self._directory = directory
        self._files = files
        self._cache: OrderedDict[tuple[int | None, int, int], list[bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def _read(self, level: int | None, index: int, width: int) -> tuple[bytes, str, int]:
        """Content, path and width of the file that has the first ``width`` of a tile."""
        exact = tile_path(level, index, width)
        for name, found in ((exact, width), (tile_path(level, index), TILE_WIDTH)):
            try:
                return self._files.read(self._directory / name), name, found
            except FileNotFoundError:
                continue
        raise LedgerDamaged(file=exact, offset=0, problem="the file is missing")

    def tile(self, level: int | None, index: int, size: int) -> list[bytes]:
        """The hashes of a tile (entries when ``level`` is None) in a tree of ``size``. Raises
        :class:`LedgerDamaged`."""
        width = tile_width(level or 0, index, size)
        key = (level, index, width)
        with self._lock:
            cached = self._cache.get(key)
            if cached is not None:
                self._cache.move_to_end(key)
                return cached
        data, name, found = self._read(level, index, width)
        if level is None:
            items = decode_bundle(data, found, name)[:width]
        else:
            full = found * HASH_SIZE
            if len(data) != full:
                raise LedgerDamaged(
                    file=name, offset=min(len(data), full), problem=f"{len(data)} bytes instead of {full}"
                )
            items = [data[i : i + HASH_SIZE] for i in range(0, width * HASH_SIZE, HASH_SIZE)]
        with self._lock:
            self._cache[key] = items
            if len(self._cache) > _CACHED_FILES:
                self._cache.popitem(last=False)
        return items

    def file(self, level: int | None, index: int, size: int) -> bytes:
        """The bytes of the tile or bundle file that a tree of ``size`` has, made from the full one if it has gone."""
        width = tile_width(level or 0, index, size)
        data, _, found = self._read(level, index, width)
        if found == width:
            return data
        items = self.tile(level, index, size)
        return encode_bundle(items) if level is None else b"".join(items)

    def leaf(self, index: int, size: int) -> bytes:
        """Leaf ``index`` of a tree of ``size``."""
        return self.tile(None, index // TILE_WIDTH, size)[index % TILE_WIDTH]

    def node(self, level: int, index: int, size: int) -> bytes:
        """The complete subtree ``(level, index)`` of a tree of ``size`` leaves."""
        tile_level, rest = divmod(level, TILE_HEIGHT)
        first = index << rest
        tile, offset = divmod(first, TILE_WIDTH)
        hashes = self.tile(tile_level, tile, size)
        return subtree_root(hashes[offset : offset + (1 << rest)])

    def source(self, size: int) -> NodeSource:
        """The nodes of a tree of ``size`` leaves."""
        return lambda level, index: self.node(level, index, size)


def published_root(reader: TileReader, size: int) -> bytes:
    """The root over the right edge of a published tree. Does not look below the edge."""
    return range_hash(0, size, reader.source(size)) if size else EMPTY_ROOT


@dataclass(slots=True)
class Edge:
    """The incomplete tiles at the right edge of a tree: all that growing it needs.

    ``hashes[L]`` are the hashes of the incomplete tile of level L; ``entries`` the leaves of the incomplete bundle.
    """

    size: int = 0
    hashes: list[list[bytes]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    @staticmethod
    def load(reader: TileReader, size: int) -> Edge:
        """The edge of the published tree of ``size`` leaves. Raises :class:`LedgerDamaged`."""
        edge = Edge(size=size)
        level = 0
        while size >> (TILE_HEIGHT * level):
            index = (size >> (TILE_HEIGHT * level)) // TILE_WIDTH
            edge.hashes.append(list(reader.tile(level, index, size)) if tile_width(level, index, size) else [])
            level += 1
        if size % TILE_WIDTH:
            edge.entries = list(reader.tile(None, size // TILE_WIDTH, size))
        return edge

    def copy(self) -> Edge:
        """An independent copy."""
        return Edge(self.size, [list(hashes) for hashes in self.hashes], list(self.entries))

    def root(self) -> bytes:
        """The root of the tree (RFC 9162 §2.1.1), folded from the right."""
        root: bytes | None = None
        for hashes in self.hashes:  # the lowest level is the rightmost part of the tree
            end = len(hashes)
            while end:
                width = end & -end
                part = subtree_root(hashes[end - width : end])
                root = part if root is None else node_hash(part, root)
                end -= width
        return EMPTY_ROOT if root is None else root

    def grow(self, leaves: Sequence[bytes], leaf_hashes: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        """Add leaves, yielding each file (path, content) that becomes complete, in order. Must be run to its end."""
        position = 0
        while position < len(leaves):
            take = min(TILE_WIDTH - len(self.entries), len(leaves) - position)
            self.entries += leaves[position : position + take]
            hashes = leaf_hashes[position : position + take]
            position += take
            if len(self.entries) == TILE_WIDTH:
                yield tile_path(None, (self.size + take) // TILE_WIDTH - 1), encode_bundle(self.entries)
                self.entries = []
            yield from self._push(0, hashes, self.size + take)
            self.size += take

    def _push(self, level: int, hashes: Sequence[bytes], size: int) -> Iterator[tuple[str, bytes]]:
        if level == len(self.hashes):
            self.hashes.append([])
        tile = self.hashes[level]
        tile += hashes
        if len(tile) == TILE_WIDTH:
            yield tile_path(level, (size >> (TILE_HEIGHT * level)) // TILE_WIDTH - 1), b"".join(tile)
            self.hashes[level] = []
            yield from self._push(level + 1, [subtree_root(tile)], size)

    def partial_files(self) -> Iterator[tuple[str, bytes]]:
        """The partial tiles and bundle of this edge."""
        if self.entries:
            yield tile_path(None, self.size // TILE_WIDTH, len(self.entries)), encode_bundle(self.entries)
        for level, hashes in enumerate(self.hashes):
            if hashes:
                index = (self.size >> (TILE_HEIGHT * level)) // TILE_WIDTH
                yield tile_path(level, index, len(hashes)), b"".join(hashes)
