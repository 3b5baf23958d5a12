"""Rows come back from a segment as they were written, and nothing comes back without its key."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pytest

from sekisho.logs.columns import Addresses
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import GROUP_ROWS, SegmentReader, order, write_rows
from tests.logs.segments.rows_made import made, same

KEY, IDENTITY = b"k" * 32, b"sekisho/segment/test"


def written(rows: Rows) -> bytes:
    sink = io.BytesIO()
    write_rows(rows, sink, key=KEY, identity=IDENTITY)
    return sink.getvalue()


def reader(raw: bytes, *, key: bytes = KEY, identity: bytes = IDENTITY) -> SegmentReader:
    return SegmentReader(pa.BufferReader(raw), key=key, identity=identity)


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("count", [1, 2, 700])
def test_rows_come_back(family: int, unit: int, plain: bool, count: int) -> None:
    """Every column, in every unit of time, whether a column holds one value or many."""
    rows = made(count, count + unit, family=family, unit=unit, plain=plain, texts=not plain)
    rows = rows[order(rows)]
    assert same(reader(written(rows)).read([0]), rows)


def test_groups_stand_alone() -> None:
    """A group is read without the one before it, though gaps are counted from row to row."""
    rows = made(2 * GROUP_ROWS + 5, 7, plain=True)
    rows = rows[order(rows)]
    opened = reader(written(rows))
    assert len(opened) == 3
    assert same(opened.read([1]), rows[GROUP_ROWS : 2 * GROUP_ROWS])
    assert same(opened.read([0, 1, 2]), rows)


@pytest.mark.parametrize("family", [4, 6])
def test_a_stretch_is_found(family: int) -> None:
    """Finding an address and ports gives exactly the rows that a scan of all gives, over the borders of groups."""
    rows = made(3 * GROUP_ROWS, 11, family=family)
    rows = rows[order(rows)]
    opened = reader(written(rows))
    for at in (0, GROUP_ROWS - 1, GROUP_ROWS, 2 * GROUP_ROWS + 17, len(rows) - 1):
        low = int(rows.address.low[at])
        high = 0 if rows.address.high is None else int(rows.address.high[at])
        port = int(rows.port_low[at])
        mine = (
            (rows.address.low == rows.address.low[at]) & (rows.port_low >= max(port - 255, 0)) & (rows.port_low <= port)
        )
        if rows.address.high is not None:
            mine &= rows.address.high == rows.address.high[at]
        found = opened.find(low, high, max(port - 255, 0), port)
        assert found is not None
        assert same(found, rows[mine])
        (many,) = opened.find_all([(low, high, max(port - 255, 0), port)])
        assert many is not None
        assert same(many, rows[mine])
    assert opened.find(1, 0, 0, 65535) is None


def test_only_its_key_and_its_identity_open_it() -> None:
    """Another key, another identity and a changed byte anywhere end in an error, never in other rows."""
    rows = made(3_000, 3, plain=True)
    raw = written(rows[order(rows)])
    for bad in ({"key": b"x" * 32}, {"identity": b"sekisho/segment/other"}):
        with pytest.raises((OSError, ValueError)):
            reader(raw, **bad).read([0])
    for at in range(5, len(raw), len(raw) // 40):
        bent = bytearray(raw)
        bent[at] ^= 1
        with pytest.raises((OSError, ValueError)):
            reader(bytes(bent)).read([0])


def test_nothing_of_a_row_stands_in_the_clear() -> None:
    """Names, and the footer's words, aren't among the bytes."""
    rows = made(500, 5, texts=True)
    raw = written(rows[order(rows)])
    for word in ("回線1".encode(), b"ap.nat", b"first_low", b"address"):
        assert word not in raw


def test_rows_out_of_order_are_refused() -> None:
    """A lookup relies on the order, so a writer that broke it is stopped."""
    rows = made(50, 9)
    backwards = rows[order(rows)[::-1]]
    with pytest.raises(ValueError, match="order"):
        written(backwards)
    with pytest.raises(ValueError, match="has rows"):
        written(rows[:0])


def test_a_port_block_row_takes_few_bytes() -> None:
    """Port blocks handed out again and again take less than seven bytes a row: what the sizing page promises."""
    draw = np.random.default_rng(1)
    slots, each = 1_000, 34
    gap, hold = (draw.exponential(mean, (slots, each)).astype(np.int64) + 1 for mean in (300, 2_200))
    start = (np.cumsum(gap + hold, axis=1) - hold).ravel() * 1_000_000
    rows = made(slots * each, 2, plain=True)
    end = start + hold.ravel() * 1_000_000
    address = Addresses.v4((np.repeat(np.arange(slots) // 252, each) + 0xC6120000).astype(np.uint32))
    port = np.repeat((np.arange(slots) % 252) * 256 + 1_024, each).astype(np.uint16)
    inside = Addresses.v4((0x64400000 + draw.integers(0, 1_000_000, slots * each)).astype(np.uint32))
    blocks = Rows(
        rows.kind, address, port, (port + 255).astype(np.uint16), rows.protocol, start, end, rows.start_known,
        rows.end_known, rows.source, rows.session, end, inside,
    )  # fmt: skip
    assert len(written(blocks)) < 7 * len(blocks)
