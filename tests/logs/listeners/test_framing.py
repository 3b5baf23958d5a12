"""Syslog in a stream (RFC 6587): however it is cut, the same lines come out; nothing grows without bound."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.listeners.framing import MAX_MESSAGE, FramingBroken, SyslogFrames

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0"), min_size=1, max_size=40)


def _cut(data: bytes, cuts: list[int]) -> list[bytes]:
    parts, at = [], 0
    for size in cuts:
        parts.append(data[at : at + size])
        at += size
    return [*parts, data[at:]]


def _fed(parts: list[bytes]) -> tuple[bytes, SyslogFrames]:
    frames = SyslogFrames()
    return b"".join(frames.feed(part) for part in parts), frames


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6), st.lists(st.integers(0, 30), max_size=20), st.booleans())
def test_cut_anywhere(texts: list[str], cuts: list[int], counted: bool) -> None:
    """Octet counting and line feeds, split anywhere: each message is one line."""
    messages = [f"<14>1 {text}".encode() for text in texts]
    if counted:
        data = b"".join(b"%d %b" % (len(one), one) for one in messages)
    else:
        data = b"".join(one + b"\n" for one in messages)
    lines, frames = _fed(_cut(data, cuts))
    assert lines == b"".join(one + b"\n" for one in messages)
    assert not frames.pending


def test_line_that_begins_with_a_number_is_a_line() -> None:
    """Only a count before '<' is a count: devices write lines without a priority, and begin them with a year."""
    assert _fed([b"2026-11-23 09:00:00 NAT ...\n2026 <x>\n"])[0] == b"2026-11-23 09:00:00 NAT ...\n2026 <x>\n"
    assert _fed([b"2", b"0", b"26-11-23 NAT\n"])[0] == b"2026-11-23 NAT\n"


def test_line_feed_inside_a_counted_message() -> None:
    """It can't be one line with it: it becomes a space; line feeds and NULs at the end go."""
    assert _fed([b"11 <14>a\nb\r\n\0\n7 <14>1 c"])[0] == b"<14>a b\n<14>1 c\n"


def test_message_of_a_mib_is_cut() -> None:
    """A line and a counted message of 1 MB come cut at 64 KiB, for the quarantine; what follows counts."""
    for data in (b"<14>" + b"x" * 1_000_000 + b"\n<14>next\n", b"1000004 <14>" + b"x" * 1_000_000 + b"8 <14>next"):
        for size in (1_000, 70_000, 2_000_000):
            parts = [data[at : at + size] for at in range(0, len(data), size)]
            lines, frames = _fed(parts)
            if size >= 2_000_000 and data.startswith(b"<14>"):
                assert lines == data  # it came as a whole: its reader refuses it
                continue
            assert [len(one) for one in lines.splitlines()] == [MAX_MESSAGE, 8]
            assert (frames.overlong, frames.pending) == (1, False)


def test_nothing_grows_without_bound() -> None:
    """Bytes without an end keep no more than a message's worth."""
    for begin in (b"<14>", b"9999999 <14>"):
        frames = SyslogFrames()
        frames.feed(begin)
        for _ in range(50):
            frames.feed(b"x" * 60_000)
            assert len(frames._rest) <= MAX_MESSAGE + 60_000


@pytest.mark.parametrize("data", [b"8 <14>nextabc", b"8 <14>next0 x", b"8 <14>next12345678 x"])
def test_count_that_is_none(data: bytes) -> None:
    """Where the next message begins can't be known any more."""
    with pytest.raises(FramingBroken):
        _fed([data])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes(parts: list[bytes]) -> None:
    """Whatever comes, lines come out, or the framing is known to be broken."""
    frames = SyslogFrames()
    try:
        for part in parts:
            lines = frames.feed(part)
            assert lines == b"" or lines.endswith(b"\n")
    except FramingBroken:
        return
