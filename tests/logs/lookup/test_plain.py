"""The short way to a day's rows gives what the long way gives."""

from __future__ import annotations

from ipaddress import IPv4Address

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.columns import Addresses
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import NEVER, intervals
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.find import _latest, _plain
from sekisho.logs.lookup.reconcile import reconciled
from sekisho.logs.rows import Known, Rows

row = st.tuples(
    st.integers(0, 100),
    st.integers(1, 40),
    st.integers(0, 40),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from(list(Known)),
    st.sampled_from([Known.LOGGED, Known.OPEN, Known.NEXT_ASSIGNMENT, Known.CARRIED]),
    st.integers(1, 3),
)


@given(st.lists(row, min_size=1, max_size=8), st.integers(0, 120), st.integers(1, 20), st.integers(0, 10))
@settings(max_examples=300, deadline=None)
def test_the_short_way_is_the_long_way(
    made: list[tuple[int, int, int, int, Known, Known, int]], begin: int, length: int, rest: int
) -> None:
    """Whenever it takes it, over rows of every sort: the same intervals."""
    start, held, doubt, session, start_known, end_known, inside = (np.array(one) for one in zip(*made, strict=True))
    count, end = len(made), start + held
    rows = Rows(
        LogKind.AP_NAT,
        Addresses.of(["203.0.113.5"] * count),
        np.full(count, 1024, np.uint16),
        np.full(count, 2047, np.uint16),
        np.zeros(count, np.uint8),
        start.astype(np.int64),
        end.astype(np.int64),
        start_known.astype(np.uint8),
        end_known.astype(np.uint8),
        np.ones(count, np.uint16),
        session.astype(np.uint64),
        np.maximum(end - doubt, start).astype(np.int64),
        inside=Addresses.v4(inside.astype(np.uint32)),
    )
    question = Question(IPv4Address("203.0.113.5"), 1500, begin, begin + length)
    windows = {1: (begin, begin + length)}
    short = _plain([rows], question)
    if short is None:
        return
    parts = reconciled(list(_latest([rows])), begin, begin + length, {1: rest}, NEVER)
    long = sorted((one for part in parts for one in intervals(part, question, windows)), key=repr)
    assert sorted(intervals(short, question, windows) if len(short) else (), key=repr) == long
