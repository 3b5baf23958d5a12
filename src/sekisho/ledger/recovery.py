"""Opening a ledger again: the right edge of its tree, and what the journal acknowledged beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.errors import LedgerDamaged
from sekisho.ledger.journal import is_journal_name, journal_name, parse_journal
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.reader import JOURNAL_NAME
from sekisho.ledger.tiles import TILE_WIDTH, Edge, TileReader, tile_path
from sekisho.store.files import FileLayer


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the journal holds beyond the published tree: ``leaves`` up to number ``end``. ``clean``: the ledger was
    closed in order, there is nothing to publish or tidy."""

    leaves: list[bytes]
    end: int
    clean: bool


def load_edge(tiles: TileReader, head: Checkpoint) -> Edge:
    """The right edge of the tree under ``head``, checked against its root and against the incomplete bundle's leaves.
    Raises :class:`LedgerDamaged`. Does not look at complete tiles below the edge."""
    edge = Edge.load(tiles, head.size)
    for offset, entry in enumerate(edge.entries):
        if leaf_hash(entry) != edge.hashes[0][offset]:
            file = tile_path(None, head.size // TILE_WIDTH, len(edge.entries))
            position = sum(2 + len(before) for before in edge.entries[:offset])
            index = head.size - len(edge.entries) + offset
            raise LedgerDamaged(file=file, offset=position, problem=f"leaf {index} doesn't have its hash")
    if edge.root() != head.root:
        raise LedgerDamaged(file="tile", offset=0, problem="the tiles at the right edge don't have the signed root")
    return edge


def recover_journal(journals: Path, *, published: int, files: FileLayer) -> Recovered:
    """Read the journal, cut off a torn end, and make sure that what is kept is durable.

    Raises :class:`LedgerDamaged` for anything that is not a torn end: nothing is cut then.
    """
    names = files.names(journals)
    contents = [(name, files.read(journals / name)) for name in names]
    last = max((i for i, (_, data) in enumerate(contents) if data), default=-1)
    leaves: list[bytes] = []
    cuts: list[tuple[Path, int]] = []
    end: int | None = None
    for position, (name, data) in enumerate(contents):
        file = f"{JOURNAL_NAME}/{name}"
        if not is_journal_name(name):
            raise LedgerDamaged(file=file, offset=0, problem="this is not a journal file")
        first = int(name)
        if end is None:
            if first > published:
                raise LedgerDamaged(file=file, offset=0, problem=f"leaves {published} to {first - 1} are in no file")
            end = first
        if not data and first <= end:
            continue  # begun and not used
        if first != end:
            raise LedgerDamaged(file=file, offset=0, problem=f"it begins with leaf {first}; leaf {end} should follow")
        content = parse_journal(data, file=file, first=first, may_be_torn=position == last)
        cuts.append((journals / name, content.torn_at))
        end = first + len(content.leaves)
        leaves += content.leaves[max(0, published - first) :]
    if end is None or end < published:
        raise LedgerDamaged(file=JOURNAL_NAME, offset=0, problem=f"no journal file continues from leaf {published}")
    for path, size in cuts:
        handle = files.open_append(path)
        if size < handle.size:
            handle.truncate(size)
        handle.datasync()  # a process that was killed may have left it unsynced; tiles may only hold what is durable
        handle.close()
    return Recovered(leaves, end, clean=not leaves and names == [journal_name(end)])
