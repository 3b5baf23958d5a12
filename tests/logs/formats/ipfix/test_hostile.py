"""Bytes of any kind: no exception, no more memory or time than is due, and what is good still counts."""

from __future__ import annotations

import random
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.formats.ipfix.messages import is_datagram
from tests.effort import counted
from tests.logs.formats.ipfix.exporter import (
    BLOCK,
    MILLI,
    NAT44,
    a_set,
    events,
    file_context,
    live_context,
    message,
    message9,
    options,
    read_all,
    record,
    template,
    unreadable,
)

GOOD = message(
    template(256, BLOCK),
    options(400, ((149, 4), (40, 8))),
    template(257, ((371, 65535), *NAT44)),
    a_set(256, record(BLOCK, [MILLI, "100.64.0.9", "203.0.113.5", 1024, 1535, 16]) * 3, pad=3),
    a_set(400, bytes(12)),
)
GOOD_9 = message9(
    template(256, BLOCK, version=9), a_set(256, record(BLOCK, [MILLI, "100.64.0.9", "203.0.113.5", 1, 2, 16]))
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes(data: bytes, live: bool) -> None:
    """Whatever comes, everything is told as found: nothing is raised."""
    context = live_context() if live else file_context()
    for given_ in (data, GOOD + data, b"\x00\x0a" + data, b"\x00\x09" + data):
        read_all(given_, context)
        is_datagram(given_)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([GOOD, GOOD_9]), st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), max_size=6))
def test_changed_bytes(good: bytes, changes: list[tuple[int, int]]) -> None:
    """Messages that are nearly right raise nothing either."""
    data = bytearray(good * 2)
    for at, byte in changes:
        data[at % len(data)] = byte
    read_all(bytes(data))
    read_all(bytes(data), live_context())


def test_a_message_after_garbage_is_read() -> None:
    """Garbage in a file costs itself only."""
    found = read_all(GOOD + b"\x00\x0a\x00garbage" + GOOD)  # which begins as a message of 103 bytes would
    assert len(events(found)) == 6
    assert "not_a_message" in unreadable(found)


def test_truncated_file() -> None:
    """A file that ends within a message says so; what came before counts."""
    found = read_all(GOOD + GOOD[:-3])
    assert len(events(found)) == 3
    assert unreadable(found)[-1] == "truncated"


def _expensive(size: int) -> dict[str, bytes]:
    """Inputs made to be expensive, of about so many bytes."""
    templates = [template(256 + n, ((8, 4),) * 200) for n in range(50)]
    one_byte = ((230, 1), (225, 0), (999, 0))
    return {
        "random": random.Random(8158).randbytes(size),  # noqa: S311  any bytes will do, the same each time
        "versions": b"\x00\x0a" * (size // 2),
        "versions of 9": (b"\x00\x09\x00\x00" + b"\xff" * 16 + b"\x01\x00\x00\x04" * 8) * (size // 52),
        "messages in messages": (b"\x01\x00\x00\x14\x00\x0a\xff\xff\x80\x00\x00\x00" + bytes(8)) * (size // 20),
        "empty sets": message(*([b"\x01\x00\x00\x04"] * 16_000)) * (size // 64_016),
        "sets of a byte": message(*([b"\x01\x00\x00\x05\x01"] * 13_000)) * (size // 65_016),
        "empty messages": message() * (size // 16),
        "templates": message(*templates) * (size // 41_000),
        "domains": b"".join(message(template(256, BLOCK), domain=n) for n in range(size // 48)),
        "records of a byte": message(template(256, one_byte), a_set(256, b"\x10" * 60_000)) * (size // 60_050),
    }


def test_work_is_bounded() -> None:
    """256 KiB made to be expensive, four times the largest message, take fewer than 10 calls a byte."""
    for name, data in _expensive(256 * 1024).items():
        for context in (file_context(), live_context()):
            with counted() as calls:
                read_all(data, context)
            assert calls.count < 10 * len(data), f"{name}: {calls.count} calls for {len(data)} bytes"


def test_memory_is_bounded() -> None:
    """What is made to be expensive takes less than 64 MiB beside the input."""
    tracemalloc.start()
    for name, data in _expensive(128 * 1024).items():
        tracemalloc.reset_peak()
        held = tracemalloc.get_traced_memory()[0]
        read_all(data, live_context())
        used = tracemalloc.get_traced_memory()[1] - held
        assert used < 64 * 1024 * 1024, f"{name}: {used} bytes"
    tracemalloc.stop()
