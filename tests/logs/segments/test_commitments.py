"""A record is proven to be in a segment, alone, and nothing else passes for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sekisho.logs.segments.commitments import BLOCK, commit, prove, record_bytes, verify
from sekisho.logs.segments.encoding import order
from tests.logs.segments.rows_made import made

KEY = b"s" * 32


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1_000])
@pytest.mark.parametrize("texts", [True, False])
def test_every_record_is_proven(count: int, texts: bool) -> None:
    """The first, the last and those beside a block's border, in segments of every shape."""
    rows = made(count, count, texts=texts)
    rows = rows[order(rows)]
    commitment = commit(rows, key=KEY)
    records = record_bytes(rows)
    indexes = sorted({0, count - 1, min(BLOCK - 1, count - 1), min(BLOCK, count - 1), count // 2})
    for index, proof in zip(indexes, prove(rows, indexes, commitment, key=KEY, first=0), strict=True):
        assert verify(records[index].tobytes(), proof, records=count, root=commitment.root)


def test_a_part_of_the_rows_is_enough() -> None:
    """A carve reads only the blocks it needs; where they begin is told."""
    rows = made(1_000, 1)
    rows = rows[order(rows)]
    commitment = commit(rows, key=KEY)
    part = rows[2 * BLOCK : 4 * BLOCK]
    (proof,) = prove(part, [3 * BLOCK + 5], commitment, key=KEY, first=2 * BLOCK)
    assert verify(record_bytes(rows)[3 * BLOCK + 5].tobytes(), proof, records=1_000, root=commitment.root)
    with pytest.raises(ValueError, match="whole blocks"):
        prove(rows[10:80], [11], commitment, key=KEY, first=10)


def test_nothing_else_is_proven() -> None:
    """Another record, place, salt, neighbour, path, size or root: each is refused."""
    rows = made(300, 4)
    rows = rows[order(rows)]
    commitment = commit(rows, key=KEY)
    record = record_bytes(rows)[100].tobytes()
    (proof,) = prove(rows, [100], commitment, key=KEY, first=0)
    assert verify(record, proof, records=300, root=commitment.root)
    bent = bytes([record[0] ^ 1]) + record[1:]
    assert not verify(bent, proof, records=300, root=commitment.root)
    for other in (
        replace(proof, index=101),
        replace(proof, index=100 + BLOCK),
        replace(proof, index=-1),
        replace(proof, salt=bytes(16)),
        replace(proof, salt=proof.salt[:15]),
        replace(proof, leaves=proof.leaves[:-1]),
        replace(proof, leaves=(bytes(32), *proof.leaves[1:])),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=(*proof.path, bytes(32))),
    ):
        assert not verify(record, other, records=300, root=commitment.root)
    assert not verify(record, proof, records=100, root=commitment.root)
    assert not verify(record, proof, records=300, root=bytes(32))


def test_equal_records_have_unlike_leaves() -> None:
    """Two equal rows can't be told to be equal by their leaves, and another key gives other leaves for the same row."""
    rows = made(1, 1)[[0, 0]]
    (proof,) = prove(rows, [0], commit(rows, key=KEY), key=KEY, first=0)
    assert proof.leaves[0] != proof.leaves[1]
    (other,) = prove(rows, [0], commit(rows, key=b"t" * 32), key=b"t" * 32, first=0)
    assert proof.leaves[0] != other.leaves[0]
