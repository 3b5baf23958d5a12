"""The proofs of held records: that each stood in the segment whose root is in the ledger. Packed, and checked. Pure.

Records of one block share its proof. What is packed names no record's content: salts, hashes, numbers.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from sekisho.logs.rows import Rows
from sekisho.logs.segments.commitments import BLOCK, SALT, BlockProof, record_bytes

_HASH: Final = 32
_HEAD = struct.Struct("<8sQQQ32s")
_MAGIC: Final = b"shproof1"
_BLOCK = struct.Struct("<QHB")


@dataclass(frozen=True, slots=True)
class Proofs:
    """Proofs of some records of a segment of ``records`` records under ``root``: for each its number and salt, in the
    order of the rows they are of; and the blocks they stand in."""

    records: int
    root: bytes
    indexes: tuple[int, ...]
    salts: tuple[bytes, ...]
    blocks: tuple[BlockProof, ...]

    def packed(self) -> bytes:
        """As bytes."""
        parts = [
            _HEAD.pack(_MAGIC, self.records, len(self.indexes), len(self.blocks), self.root),
            np.array(self.indexes, "<u8").tobytes(),
            b"".join(self.salts),
        ]
        for one in self.blocks:
            parts += [_BLOCK.pack(one.number, len(one.leaves) // _HASH, len(one.path)), one.leaves, *one.path]
        return b"".join(parts)

    @classmethod
    def unpacked(cls, data: bytes) -> Proofs:
        """From :meth:`packed`. Raises ValueError for anything else."""
        try:
            magic, records, count, blocks, root = _HEAD.unpack_from(data)
            at = _HEAD.size
            indexes = tuple(np.frombuffer(data, "<u8", count, at).tolist())
            at += 8 * count
            salts = tuple(data[at + SALT * place : at + SALT * (place + 1)] for place in range(count))
            at += SALT * count
            found = []
            for _ in range(blocks):
                number, leaves, path = _BLOCK.unpack_from(data, at)
                at += _BLOCK.size
                end = at + _HASH * leaves
                steps = tuple(data[end + _HASH * step : end + _HASH * (step + 1)] for step in range(path))
                found.append(BlockProof(number, data[at:end], steps))
                at = end + _HASH * path
        except struct.error as error:
            raise ValueError("not proofs") from error
        if magic != _MAGIC or at != len(data):
            raise ValueError("not proofs")
        return cls(records, root, indexes, salts, tuple(found))

    def hold(self, rows: Rows) -> bool:
        """Whether ``rows`` are, one by one, what these prove; none left over on either side."""
        if len(rows) != len(self.indexes) or len(self.salts) != len(self.indexes):
            return False
        blocks = {one.number: one for one in self.blocks}
        if any(not one.holds(records=self.records, root=self.root) for one in self.blocks):
            return False
        if any(low >= high for low, high in zip(self.indexes, self.indexes[1:], strict=False)):
            return False
        records = record_bytes(rows)
        for at, (index, salt) in enumerate(zip(self.indexes, self.salts, strict=True)):
            block = blocks.get(index // BLOCK)
            if block is None or not block.has(records[at : at + 1].tobytes(), salt, index):
                return False
        return True
