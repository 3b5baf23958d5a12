"""What the tests of every verifier's readers share: damage to real evidence, and the bounds for one input."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.effort import counted

CALLS = 5_000_000
"""The most calls one input may cost: whoever sends it must not be able to stop the counter."""
MEMORY = 64 * 1024 * 1024
"""The most bytes one input may cost."""

LENGTHS = (b"\x80", b"\x84\xff\xff\xff\xff", b"\x82\x00\x10", b"\xff")
"""Pieces for DER and chip files: lengths without end, beyond the input, and longer than they need be."""
TOKENS = (b'":', b"null", b"1e999", b"{}", b"[[", b"\\ud800", b"NaN", b"-0")
"""Pieces for JSON: what its readers accept too easily."""

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON value, and the three numbers that Python writes and JSON doesn't have."""
Place = tuple[str | int, ...]


@st.composite
def mutated(draw: st.DrawFn, data: bytes, *, pieces: tuple[bytes, ...] = ()) -> bytes:
    """``data`` with some bytes changed, cut, doubled or put in: near what it was, where readers break.

    Half of the places are near the start, where lengths and headers are. ``pieces`` are what the reader of this format
    is weak against; one of them then stands before a byte or in its place.
    """
    found = bytearray(data)
    kinds = ("set", "insert", "cut", "delete", "repeat", *(("piece",) if pieces else ()))
    for _ in range(draw(st.integers(0, 4))):
        near = draw(st.sampled_from((8, 120, len(found), len(found))))
        at = draw(st.integers(0, max(min(near, len(found)) - 1, 0)))
        kind = draw(st.sampled_from(kinds))
        if kind == "set" and found:
            found[at] = draw(st.integers(0, 255))
        elif kind == "insert":
            found[at:at] = draw(st.binary(min_size=1, max_size=20))
        elif kind == "cut":
            del found[at:]
        elif kind == "delete":
            del found[at : at + draw(st.integers(1, 40))]
        elif kind == "repeat":
            found[at:at] = found[at : at + draw(st.integers(1, 200))]
        elif kind == "piece":
            found[at : at + draw(st.integers(0, 1))] = draw(st.sampled_from(pieces))
    return bytes(found)


def places(value: Any, above: Place = ()) -> list[Place]:
    """Every place in a JSON value, the whole one left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above] * bool(above) + [found for name, one in inner for found in places(one, (*above, name))]


def replaced(value: Any, place: Place, by: Any) -> Any:
    """A copy of a JSON value with another value at a place."""
    if not place:
        return by
    if isinstance(value, dict):
        return {name: replaced(one, place[1:], by) if name == place[0] else one for name, one in value.items()}
    return [replaced(one, place[1:], by) if at == place[0] else one for at, one in enumerate(value)]


@contextlib.contextmanager
def in_bounds() -> Iterator[None]:
    """What is done inside takes fewer than five million calls, a second or two."""
    with counted() as calls:
        yield
    assert calls.count < CALLS, calls.count


@contextlib.contextmanager
def in_memory() -> Iterator[None]:
    """What is done inside takes less than 64 MiB at its worst moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
