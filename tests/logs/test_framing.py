"""An input is cut at line ends whatever its blocks are, with every line under its own number; bombs are refused."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs import framing
from sekisho.logs.errors import InputNotReadable, InputTruncated
from sekisho.logs.formats.reader import Framing
from sekisho.logs.framing import Input, Overlong, pieces

texts = st.lists(st.sampled_from(["a", "bb", "\n", "\n\n", "\r\n", "\r\n\r\n", "long" * 30]), max_size=40).map("".join)


def blocks(text: str, sizes: list[int]) -> Iterator[bytes]:
    """``text`` in blocks of these sizes, then the rest."""
    data = text.encode()
    for size in sizes:
        if data:
            yield data[:size]
        data = data[size:]
    if data:
        yield data


@given(texts, st.lists(st.integers(1, 9), max_size=30), st.sampled_from([Framing.LINES, Framing.PARAGRAPHS]))
@settings(max_examples=300, deadline=None)
def test_pieces_are_the_input(text: str, sizes: list[int], framing_: Framing) -> None:
    """Together they are the input, each begins with the line it says, and paragraphs are never cut."""
    found = list(pieces(blocks(text, sizes), framing_))
    whole = text if not text or text.endswith("\n") else text + "\n"
    assert b"".join(one.data for one in found).decode() == whole
    line = 1
    for number, one in enumerate(found):
        assert not isinstance(one, Overlong)
        assert (one.first, one.lines) == (line, one.data.count(b"\n"))
        line += one.lines
        if framing_ is Framing.PARAGRAPHS and number < len(found) - 1:
            assert one.data.endswith((b"\n\n", b"\n\r\n"))


@given(texts, st.lists(st.integers(1, 9), max_size=60))
@settings(max_examples=300, deadline=None)
def test_an_overlong_line_costs_itself_alone(text: str, sizes: list[int]) -> None:
    """With a limit of 20 bytes, every shorter line is there under its own number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "MAX_RECORD", 20)
        found = list(pieces(blocks(text, sizes), Framing.LINES))
    told: dict[int, str] = {}
    for one in found:
        if isinstance(one, Overlong):
            told[one.first] = "overlong"
        else:
            for at, line in enumerate(one.data.decode().split("\n")[:-1]):
                assert one.first + at not in told
                told[one.first + at] = line
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else [], 1):
        assert told[number] == line if len(line) <= 20 else told[number] in (line, "overlong")


@given(texts, st.lists(st.integers(1, 9), max_size=60), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=300, deadline=None)
def test_an_overlong_paragraph_costs_itself_alone(text: str, sizes: list[int], end: str) -> None:
    """Whichever way its lines end, and wherever it is cut: a record after it is there under its own line's number."""
    text = text.replace("\r\n", "\n").replace("\n", end)
    good = f"good{end}{end}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "MAX_RECORD", 20)
        found = list(pieces(blocks(f"{text}{end}{end}{good}", [*sizes, *[7] * 999]), Framing.PARAGRAPHS))
    last = found[-1]
    assert not isinstance(last, Overlong)
    assert last.data.endswith(good.encode())
    assert last.first + last.data.count(b"\n") - 2 == (text + good).count("\n") + 1


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_paragraphs_of_many_megabytes_are_cut_whichever_way_lines_end(end: bytes) -> None:
    """No record of a large file is taken for a part of one overlong record."""
    record = end.join([b"header", b"\tName = value" + b"e" * 900, b"", b""])
    raw = record * 9_000
    found = list(pieces(iter([raw[at : at + 4_000_000] for at in range(0, len(raw), 4_000_000)]), Framing.PARAGRAPHS))
    assert all(not isinstance(one, Overlong) and one.data.endswith(record) for one in found)
    assert len(found) == 3


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_compressed_input_has_the_digest_of_the_plain_one(codec: str) -> None:
    """Also in several members, as logs are when they are appended to."""
    plain = b"line\n" * 50_000

    def packed(data: bytes) -> bytes:
        return gzip.compress(data) if codec == "gzip" else pa.compress(data, codec="zstd", asbytes=True)

    first, second = Input(io.BytesIO(plain)), Input(io.BytesIO(packed(plain[:100_000]) + packed(plain[100_000:])))
    assert b"".join(first.blocks()) == b"".join(second.blocks()) == plain
    assert first.digest == second.digest
    with pytest.raises(InputNotReadable):
        list(Input(io.BytesIO(packed(plain) + b"garbage")).blocks())
    with pytest.raises(InputTruncated):
        list(Input(io.BytesIO(packed(plain)[:30])).blocks())


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What expands beyond all measure isn't expanded to its end."""
    monkeypatch.setattr(framing, "EXPANDS_FREELY", 10_000_000)
    bomb = pa.compress(bytes(200_000_000), codec="zstd", asbytes=True)
    given_ = Input(io.BytesIO(bomb))
    with pytest.raises(InputNotReadable, match="expands"):
        list(given_.blocks())
    assert given_.size < 40_000_000


def test_a_disk_that_fails_is_named() -> None:
    """An error of the input's own disk isn't one of the store's."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            del size
            raise OSError(5, "Input/output error")

    with pytest.raises(InputNotReadable, match="Input/output"):
        list(Input(Broken()).blocks())
