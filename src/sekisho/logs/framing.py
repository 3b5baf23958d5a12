"""Cut an input of any size into pieces a reader can take: expanded where it is compressed, at line ends where it has
lines. Memory is bounded by the piece, not by the input.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

import numpy as np
import pyarrow as pa

from sekisho.logs.errors import InputNotReadable, InputTruncated
from sekisho.logs.formats.reader import Framing

PIECE: Final = 4 * 1024 * 1024
"""Bytes read at a time: large enough for array operations, small enough for the processor's caches."""
MAX_RECORD: Final = 1024 * 1024
"""Bytes of one line or paragraph: what is longer is no log record, and is quarantined cut to :data:`RAW_KEPT`."""
RAW_KEPT: Final = 64 * 1024
"""Bytes kept of an unreadable record."""
MAX_WHOLE: Final = 1024 * 1024 * 1024
"""Bytes of an input that its format needs at once (a Parquet file of some 100 million rows)."""
EXPANDS: Final = 1_000
"""Times its size that a compressed input may expand to: text logs reach some 30, repeated lines some 200."""
EXPANDS_FREELY: Final = 256 * 1024 * 1024
"""Bytes below which it isn't asked how far an input expands."""

_LINE_FEED: Final = 10
_LINE_ENDS: Final = (b"\n",)
_PARAGRAPH_ENDS: Final = (b"\n\n", b"\n\r\n")
"""An empty line, also one that ends with a carriage return."""
_EMPTY: Final = (b"", b"\r")
_expanding: Final[Any] = pa.input_stream
_MAGIC: Final = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes for a reader; ``first`` is the number of its first line and ``lines`` how many it has (0 without lines)."""

    data: bytes
    first: int
    lines: int


@dataclass(frozen=True, slots=True)
class Overlong:
    """A record beyond :data:`MAX_RECORD`: its number and its beginning."""

    first: int
    data: bytes


class RawRecords:
    """The records of a piece by the numbers of their lines; found only when one is asked for."""

    def __init__(self, piece: Piece | None, framing: Framing) -> None:
        """``piece`` is None where the format has no lines."""
        self._piece = piece
        self._paragraphs = framing is Framing.PARAGRAPHS
        self._lines: list[bytes] | None = None

    def raw(self, record: int) -> bytes:
        """The record's bytes, at most :data:`RAW_KEPT`: a line, or all up to an empty one; nothing where the format
        has no lines."""
        if self._piece is None:
            return b""
        if self._lines is None:
            self._lines = self._piece.data.split(b"\n")
        at = record - self._piece.first
        if not 0 <= at < len(self._lines):
            return b""
        if not self._paragraphs:
            return self._lines[at][:RAW_KEPT]
        size, beyond = 0, at
        while size < RAW_KEPT and beyond < len(self._lines) and self._lines[beyond] not in _EMPTY:
            size += len(self._lines[beyond]) + 1
            beyond += 1
        return b"\n".join(self._lines[at:beyond])[:RAW_KEPT].removesuffix(b"\r")


class Hash(Protocol):
    """A running hash."""

    def update(self, data: bytes, /) -> None:
        """Take in more."""
        ...

    def digest(self) -> bytes:
        """The hash of all so far."""
        ...


class Input:
    """An input being read: its expanded bytes, their count and SHA-256."""

    def __init__(self, stream: BinaryIO) -> None:
        """Reads from ``stream`` where it stands; it needn't be seekable."""
        self._stream = stream
        self._hash: Hash = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> bytes:
        """SHA-256 of what was read, expanded: the same whether the file was compressed or not."""
        return self._hash.digest()

    def blocks(self) -> Iterator[bytes]:
        """The bytes, expanded. Raises ``InputTruncated``, ``InputNotReadable``."""
        counted = _Counted(self._stream)
        try:
            head = counted.read(4)
            form = next((form for magic, form in _MAGIC.items() if head.startswith(magic)), None)
            source: Any = _Prefixed(head, counted)
            if form is not None:
                source = _expanding(source, compression=form)
            while block := source.read(PIECE):
                self.size += len(block)
                if self.size > max(EXPANDS_FREELY, counted.count * EXPANDS):
                    raise InputNotReadable(problem=f"expands to more than {EXPANDS} times its size")
                self._hash.update(block)
                yield block
        except OSError as error:
            if error.errno is not None:
                raise InputNotReadable(problem=error.strerror or type(error).__name__) from error
            if "Truncated" in str(error):
                raise InputTruncated(format=form, expanded=self.size) from error
            raise InputNotReadable(problem=f"damaged {form}") from error


def pieces(blocks: Iterator[bytes], framing: Framing) -> Iterator[Piece | Overlong]:
    """The pieces of an input. Raises what ``blocks`` raises, and ``InputNotReadable`` for a too large whole."""
    if framing is Framing.LINES:
        yield from _cut(blocks, _LINE_ENDS)
    elif framing is Framing.PARAGRAPHS:
        yield from _cut(blocks, _PARAGRAPH_ENDS)
    elif framing is Framing.WHOLE:
        whole = bytearray()
        for block in blocks:
            whole += block
            if len(whole) > MAX_WHOLE:
                raise InputNotReadable(problem=f"more than {MAX_WHOLE} bytes, which its format needs at once")
        yield Piece(bytes(whole), 1, 0)
    else:
        for block in blocks:
            yield Piece(block, 1, 0)


def _cut(blocks: Iterator[bytes], ends: tuple[bytes, ...]) -> Iterator[Piece | Overlong]:
    """Pieces that end with one of ``ends``; the last one is given what it lacks."""
    rest, line, skipping = b"", 1, False
    # Of a separator that lies across two blocks all but the last byte must stay.
    overlap = max(map(len, ends)) - 1
    for block in blocks:
        data = block
        if skipping:
            data = rest + data
            stop = _first_end(data, ends)
            if not stop:
                kept = max(len(data) - overlap, 0)
                line += _lines(data[:kept])
                rest = data[kept:]
                continue
            line += _lines(data[:stop])
            data, rest, skipping = data[stop:], b"", False
        cut = _last_end(data, ends)
        if rest and not cut:
            # A separator may lie across the two.
            data, rest = rest + data, b""
            cut = _last_end(data, ends)
        if cut:
            piece = b"".join((rest, memoryview(data)[:cut]))
            count = _lines(piece)
            yield Piece(piece, line, count)
            line += count
            rest = data[cut:]
        else:
            rest = data
        if len(rest) > MAX_RECORD:
            yield Overlong(line, rest[:RAW_KEPT])
            kept = len(rest) - overlap
            line += _lines(rest[:kept])
            rest, skipping = rest[kept:], True
    if rest and not skipping:
        piece = rest if rest.endswith(b"\n") else rest + b"\n"
        yield Piece(piece, line, _lines(piece))


def _first_end(data: bytes, ends: tuple[bytes, ...]) -> int:
    """Where what follows the first of ``ends`` begins; 0 where there is none."""
    return min((at + len(end) for end in ends if (at := data.find(end)) >= 0), default=0)


def _last_end(data: bytes, ends: tuple[bytes, ...]) -> int:
    """Where what follows the last of ``ends`` begins; 0 where there is none."""
    cut = 0
    for end in ends:
        # Only beyond what was found: the usual one stands near the end, and the others are looked for in little.
        at = data.rfind(end, cut)
        if at >= 0:
            cut = at + len(end)
    return cut


def _lines(data: bytes) -> int:
    """How many line feeds: six times as fast as ``bytes.count``, which stops at each."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == _LINE_FEED)) if data else 0


class _Counted:
    """Counts what is read, before it is expanded."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data


class _Prefixed(io.RawIOBase):
    """Gives back bytes that were looked at, then the stream."""

    def __init__(self, head: bytes, stream: _Counted) -> None:
        super().__init__()
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head + self._stream.read(max(size - len(head), 0)) if size > len(head) else head
        return self._stream.read(size)
