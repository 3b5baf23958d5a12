"""What a lookup reads of a segment is what all of it holds of the address and ports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.columns import Addresses, Texts
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import COLUMNS, Rows
from sekisho.logs.segments import encoding
from sekisho.logs.segments.encoding import SegmentReader, order, write_rows

KEY, NAME = b"k" * 32, b"segment"


def same(one: object, other: object) -> bool:
    """Columns with the same content."""
    if isinstance(one, Addresses) and isinstance(other, Addresses):
        return [one.text(at) for at in range(len(one))] == [other.text(at) for at in range(len(other))]
    if isinstance(one, Texts) and isinstance(other, Texts):
        return [one.text(at) for at in range(len(one))] == [other.text(at) for at in range(len(other))]
    return one is other if one is None or other is None else np.array_equal(np.asarray(one), np.asarray(other))


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of a few rows, so that addresses and ports run across them."""
    monkeypatch.setattr(encoding, "GROUP_ROWS", 7)
    monkeypatch.setattr(encoding, "_GROUPS_AT_ONCE", 3)


@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 50), st.integers(0, 9)), min_size=1),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=20),
)
@settings(max_examples=40, deadline=None)
def test_a_stretch_is_found_by_itself_and_among_others(
    tmp_path_factory: pytest.TempPathFactory,
    six: bool,
    made: list[tuple[int, int, int, int]],
    asked: list[tuple[int, int, int]],
) -> None:
    """IPv4 and IPv6, whatever the groups: ``find`` and ``find_all`` give the rows a full read gives, in order."""
    address, port, start, length = (np.array(column, np.int64) for column in zip(*made, strict=True))
    count = len(made)
    low = address.astype(np.uint64 if six else np.uint32)
    rows = Rows(
        LogKind.AP_NAT,
        Addresses(6, low, (address % 2).astype(np.uint64)) if six else Addresses.v4(low.astype(np.uint32)),
        port.astype(np.uint16),
        (port + 1).astype(np.uint16),
        np.zeros(count, np.uint8),
        start * 1_000_000,
        (start + length) * 1_000_000,
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint8),
        np.ones(count, np.uint16),
        np.arange(count, dtype=np.uint64),
        start * 1_000_000,
        subject=Texts.of([f"s{at}" if at % 3 else None for at in range(count)]),
    )
    path: Path = tmp_path_factory.mktemp("segment") / "rows"
    with path.open("wb") as file:
        write_rows(rows[order(rows)], file, key=KEY, identity=NAME)
    reader = SegmentReader(path, key=KEY, identity=NAME)
    everything = reader.read(range(len(reader)))
    wanted = [(host, host % 2 if six else 0, first, first + width) for host, first, width in asked]
    many = reader.find_all(wanted)
    for (host, upper, first, last), found in zip(wanted, many, strict=True):
        mask = (everything.address.low == host) & (everything.port_low >= first) & (everything.port_low <= last)
        if everything.address.high is not None:
            mask &= everything.address.high == upper
        expected, alone = everything[mask], reader.find(host, upper, first, last)
        if not len(expected):
            assert alone is None
            assert found is None
            continue
        assert alone is not None
        assert found is not None
        for name in COLUMNS:
            assert same(getattr(alone, name), getattr(expected, name)), name
            assert same(getattr(found, name), getattr(expected, name)), name
    reader.close()
