"""A spool file as pieces for a reader: records of one sender and moment together, so that many are read at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from sekisho.keys import Keyring
from sekisho.logs.clocks.declared import declared
from sekisho.logs.formats.reader import Context, Framing
from sekisho.logs.framing import PIECE, Piece
from sekisho.logs.health import SECOND, Gap
from sekisho.logs.sources import Source
from sekisho.logs.spool import Damage, Received, SpoolFile, read_spool
from sekisho.store.files import FileLayer

TOGETHER: Final = SECOND
"""Microseconds of receipt that one piece spans at most: how exactly the clock's offset is told."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A piece and its context, or a loss."""

    piece: Piece
    context: Context


def spool_pieces(
    files: FileLayer, keyring: Keyring, source: Source, spool: SpoolFile, framing: Framing
) -> Iterator[Spooled | Gap]:
    """The pieces of a complete file. Raises ``KeyDestroyed``.

    For a format of lines a record that ends with a line feed is whole lines; any other is one line, whatever line feeds
    a sender put inside.
    """
    joins = framing is not Framing.MESSAGES
    lines = framing in (Framing.LINES, Framing.PARAGRAPHS)
    batch: list[bytes] = []
    head: Received | None = None
    size, first, count = 0, 1, 0

    def flush() -> Spooled | None:
        nonlocal size, first, count
        if head is None or not batch:
            return None
        piece = Piece(b"".join(batch), first, count)
        first += count
        batch.clear()
        size = count = 0
        zone = zone_at(source, head.at)
        context = Context(head.at, zone, live=True, peer=head.peer or None, settings=source.settings)
        return Spooled(piece, context)

    for one in read_spool(files, keyring, source.spec.kind, spool):
        if isinstance(one, Damage):
            yield Gap(one.begin, max(one.end, one.begin + 1), "spool_damaged")
            continue
        apart = head is None or one.peer != head.peer or not 0 <= one.at - head.at <= TOGETHER or size >= PIECE
        if (apart or not joins) and (made := flush()) is not None:
            yield made
        if not batch:
            head = one
        data = _line(one.data) if lines else one.data
        batch.append(data)
        size += len(data)
        count += data.count(b"\n") if lines else 0
    if (made := flush()) is not None:
        yield made


def zone_at(source: Source, received: int) -> ZoneInfo:
    """The zone of local times in what a source sent by ``received``: as declared, with its changes."""
    return declared(source.settings).zone_at(received, source.zone)


def _line(data: bytes) -> bytes:
    if data.endswith(b"\n"):
        return data
    bare = data.rstrip(b"\r\n\0")
    return (bare.replace(b"\n", b" ") if b"\n" in bare else bare) + b"\n"
