"""A commitment to every record of a segment, which says nothing about any of them without its salt.

A record's leaf is ``SHA-256(0x00 ‖ salt ‖ record)``; 64 leaves make a block, ``SHA-256(0x01 ‖ leaves)``; the blocks are
the leaves of a Merkle tree (RFC 9162 §2.1), whose root stands in the ledger's leaf about the segment. A proof for one
record shows the other 63 leaves of its block, which are blinded, and the way to the root. The salts are one keystream
under a key derived from the day's: once that key is gone, a leaf is a random number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from numpy.typing import NDArray

from sekisho.ledger import merkle
from sekisho.logs.columns import Addresses, Texts
from sekisho.logs.rows import Rows

BLOCK: Final = 64
"""Records in a block: a proof is 2 KiB of neighbours, and the tree has a 64th of the nodes."""
SALT: Final = 16
_AT_ONCE: Final = BLOCK * 256
"""Records whose leaves are held at once: what is hashed then lies in the processor's cache."""
_HASH: Final = merkle.HASH_SIZE
_sha256 = hashlib.sha256

_COLUMNS: Final = (
    ("address", "ip"),
    ("port_low", "<u2"),
    ("port_high", "<u2"),
    ("protocol", "u1"),
    ("start", "<i8"),
    ("end", "<i8"),
    ("confirmed", "<i8"),
    ("start_known", "u1"),
    ("end_known", "u1"),
    ("source", "<u2"),
    ("session", "<u8"),
    ("inside", "ip"),
    ("destination", "ip"),
    ("destination_port", "<u2"),
    ("subject", "text"),
    ("origin", "text"),
    ("reference", "text"),
)
"""The order and form of a record's bytes: integers little endian; an address as its family's 4 or 16 bytes (low half
first), then a byte of prefix length where there is one; a text as the first 16 bytes of its SHA-256, zeros if absent.
Columns that a segment lacks are left out; which it has stands in the seal."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a segment is committed to by: the leaves of its blocks and their root."""

    records: int
    blocks: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The Merkle root over the blocks, as leaf hashes."""
        return merkle.root_of(self.blocks)


@dataclass(frozen=True, slots=True)
class RecordProof:
    """That one record is in a segment: its salt, the leaves of its block (its own among them), and the way up."""

    index: int
    salt: bytes
    leaves: tuple[bytes, ...]
    path: tuple[bytes, ...]


def record_bytes(rows: Rows) -> NDArray[Any]:
    """The bytes that stand for each row, as an array of fixed-width items."""
    parts: list[tuple[str, str, Any]] = []
    for name, form in _COLUMNS:
        column = getattr(rows, name)
        if column is None:
            continue
        if isinstance(column, Addresses):
            parts.append((name, "<u4" if column.family == 4 else "<u8", column.low))
            if column.high is not None:
                parts.append((name + "_high", "<u8", column.high))
            if column.prefix is not None:
                parts.append((name + "_prefix", "u1", column.prefix))
        elif isinstance(column, Texts):
            # Of a slice, only the texts that are still in it.
            used = np.unique(column.codes[column.codes >= 0])
            digests = np.zeros(len(column.values) + 1, "V16")
            if len(used):
                found = b"".join([_sha256(column.values[code].encode("utf-8")).digest()[:16] for code in used])
                digests[used] = np.frombuffer(found, "V16")
            parts.append((name, "V16", digests[column.codes]))
        else:
            parts.append((name, form, column))
    made = np.empty(len(rows), np.dtype([(name, form) for name, form, _ in parts]))
    for name, _, column in parts:
        made[name] = column
    return made


def commit(rows: Rows, *, key: bytes) -> Commitment:
    """Commit to ``rows`` in their order. ``key`` (32 bytes) is for this segment's salts alone."""
    records, size = record_bytes(rows), _HASH * BLOCK
    blocks: list[bytes] = []
    for first in range(0, len(rows), _AT_ONCE):
        part = records[first : first + _AT_ONCE]
        leaves = _leaves(part, _salts(key, first, len(part)))
        blocks += [_sha256(b"\x01" + leaves[at : at + size]).digest() for at in range(0, len(leaves), size)]
    return Commitment(len(rows), tuple(blocks))


def prove(rows: Rows, indexes: Sequence[int], commitment: Commitment, *, key: bytes, first: int) -> list[RecordProof]:
    """Proofs for the records ``indexes`` of the segment, whose rows from number ``first`` on are ``rows``.

    ``first`` and the end of ``rows`` lie at the edges of blocks (or at the segment's end).
    """
    if first % BLOCK or (first + len(rows) != commitment.records and len(rows) % BLOCK):
        raise ValueError("rows of whole blocks")
    salts = _salts(key, first, len(rows))
    leaves = _leaves(record_bytes(rows), salts)
    tree = _tree(commitment.blocks)
    proofs = []
    for index in indexes:
        at, block = index - first, index // BLOCK
        begin = (block * BLOCK - first) * _HASH
        block_leaves = leaves[begin : begin + BLOCK * _HASH]
        proofs.append(
            RecordProof(
                index,
                salts[at * SALT : (at + 1) * SALT],
                tuple(block_leaves[place : place + _HASH] for place in range(0, len(block_leaves), _HASH)),
                tuple(merkle.prove_inclusion(block, len(commitment.blocks), tree)),
            )
        )
    return proofs


@dataclass(frozen=True, slots=True)
class BlockProof:
    """That a block of records is in a segment: its number, the leaves of its records (32 bytes each), the way up."""

    number: int
    leaves: bytes
    path: tuple[bytes, ...]

    def holds(self, *, records: int, root: bytes) -> bool:
        """Whether this is that block of the segment of ``records`` records under ``root``."""
        blocks = -(-records // BLOCK)
        if not 0 <= self.number < blocks or len(self.leaves) != min(BLOCK, records - self.number * BLOCK) * _HASH:
            return False
        leaf = _sha256(b"\x01" + self.leaves).digest()
        return merkle.verify_inclusion(leaf, self.number, blocks, self.path, root)

    def has(self, record: bytes, salt: bytes, index: int) -> bool:
        """Whether ``record`` is what stands in the block at the segment's ``index``."""
        block, place = divmod(index, BLOCK)
        leaf = _sha256(b"\x00" + salt + record).digest()
        return block == self.number and len(salt) == SALT and leaf == self.leaves[place * _HASH : (place + 1) * _HASH]


class BlockProver:
    """Proves blocks of one segment; its tree is worked out once, so that many proofs cost little more than one."""

    def __init__(self, commitment: Commitment, *, key: bytes) -> None:
        """``key`` is that of the segment's salts."""
        self._blocks = len(commitment.blocks)
        self._tree = _tree(commitment.blocks)
        self._key = key

    def prove(self, rows: Rows, indexes: Sequence[int], *, first: int) -> tuple[list[bytes], list[BlockProof]]:
        """The salts of the records ``indexes`` (ascending), and the proofs of their blocks, each once.

        ``rows`` are the segment's rows from number ``first`` on; both their ends lie at the edges of blocks, or at the
        segment's end.
        """
        salts = _salts(self._key, first, len(rows))
        wanted = sorted({index // BLOCK for index in indexes})
        places = [range(block * BLOCK - first, min((block + 1) * BLOCK - first, len(rows))) for block in wanted]
        mine = np.concatenate([np.arange(one.start, one.stop) for one in places])
        taken = np.frombuffer(salts, f"V{SALT}")[mine].tobytes()
        leaves = _leaves(record_bytes(rows[mine]), taken)
        proofs, at = [], 0
        for block, place in zip(wanted, places, strict=True):
            size = len(place) * _HASH
            path = tuple(merkle.prove_inclusion(block, self._blocks, self._tree))
            proofs.append(BlockProof(block, leaves[at : at + size], path))
            at += size
        return [salts[(index - first) * SALT : (index - first + 1) * SALT] for index in indexes], proofs


def verify(record: bytes, proof: RecordProof, *, records: int, root: bytes) -> bool:
    """Whether ``record`` is what the segment of ``records`` records under ``root`` holds at ``proof.index``."""
    block, place = divmod(proof.index, BLOCK)
    blocks = -(-records // BLOCK)
    held = min(BLOCK, records - block * BLOCK)
    if not 0 <= proof.index < records or len(proof.leaves) != held or any(len(one) != _HASH for one in proof.leaves):
        return False
    if len(proof.salt) != SALT or _sha256(b"\x00" + proof.salt + record).digest() != proof.leaves[place]:
        return False
    leaf = _sha256(b"\x01" + b"".join(proof.leaves)).digest()
    return merkle.verify_inclusion(leaf, block, blocks, proof.path, root)


def _salts(key: bytes, first: int, count: int) -> bytes:
    """The salts of ``count`` records from ``first`` on: the AES-256-CTR keystream, a block each."""
    counter = first.to_bytes(16, "big")
    return Cipher(AES(key), CTR(counter)).encryptor().update(bytes(SALT * count))


def _leaves(records: NDArray[Any], salts: bytes) -> bytes:
    width = records.dtype.itemsize
    whole = np.empty((len(records), 1 + SALT + width), np.uint8)
    whole[:, 0] = 0
    whole[:, 1 : 1 + SALT] = np.frombuffer(salts, np.uint8).reshape(-1, SALT)
    whole[:, 1 + SALT :] = records.view(np.uint8).reshape(-1, width)
    raw, size, sha256 = whole.tobytes(), 1 + SALT + width, _sha256
    return b"".join([sha256(raw[at : at + size]).digest() for at in range(0, len(raw), size)])


def _tree(blocks: Sequence[bytes]) -> merkle.NodeSource:
    """Every complete subtree's hash, worked out once."""
    levels = [list(blocks)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([merkle.node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]
