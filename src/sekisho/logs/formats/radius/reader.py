"""Reads the accounting packets a listener received, by the rules of ``detail`` files.

What this does not do: it doesn't prove packets; the listener did that before it acknowledged them. Packets of other
codes, and what isn't a packet, are unreadable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from sekisho.logs.events import Events, Unreadable
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.radius.dictionary import NAMED
from sekisho.logs.formats.radius.packet import Code, length_of, parse
from sekisho.logs.formats.radius.paragraph import ValueBroken, paragraph
from sekisho.logs.formats.radius_detail import DetailReader
from sekisho.logs.formats.radius_detail import reader as detail_reader
from sekisho.logs.formats.radius_record import Choices
from sekisho.logs.formats.reader import Context, Found, Framing

SECOND: Final = 1_000_000


class RadiusReader:
    """Reads one input: packets one after another, each as long as it says."""

    framing = Framing.BYTES

    def __init__(self, detail: DetailReader) -> None:
        """``detail`` reads the records."""
        self._detail = detail
        self._rest = b""
        self.records = 0

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the packets in ``chunk`` say."""
        del first_record  # packets are numbered here, as they are found
        data = self._rest + chunk
        self._rest = b""
        texts: list[bytes] = []
        packets: list[tuple[int, bytes]] = []
        host = None if context.peer is None else context.peer.rpartition(":")[0].strip("[]")
        at = 0
        while at < len(data):
            length = length_of(data[at : at + 20])
            if length is None or length > len(data) - at:
                if not context.live and (len(data) - at < 20 or length is not None):
                    self._rest = data[at:]  # it isn't all there yet
                else:
                    yield self._unreadable("not_a_packet", data[at:])
                break
            raw = data[at : at + length]
            at += length
            packet = parse(raw)
            if packet is None or packet.code != Code.ACCOUNTING_REQUEST:
                yield self._unreadable("not_a_packet" if packet is None else "not_accounting", raw)
                continue
            try:
                texts.append(paragraph(packet, context.received // SECOND, host))
            except ValueBroken:
                yield self._unreadable("attribute_malformed", raw)
                continue
            self.records += 1
            packets.append((self.records, raw))
        yield from self._records(texts, packets, context)

    def finish(self, context: Context) -> Iterator[Found]:
        """A packet that isn't whole at the end is unreadable."""
        del context
        if self._rest:
            rest, self._rest = self._rest, b""
            yield self._unreadable("truncated", rest)

    def _records(self, texts: list[bytes], packets: list[tuple[int, bytes]], context: Context) -> Iterable[Found]:
        if not texts:
            return
        # The detail reader numbers records by their first line: that number is turned into the packet's.
        lines = np.cumsum([0, *(text.count(b"\n") for text in texts[:-1])]) + 1
        numbers = np.array([number for number, _ in packets], np.int64)
        for one in self._detail.read(b"".join(texts), 1, context):
            if isinstance(one, Events):
                yield replace(one, record=numbers[np.searchsorted(lines, one.record, side="right") - 1])
            elif isinstance(one, Unreadable):
                at = int(np.searchsorted(lines, one.record, side="right")) - 1
                yield Unreadable(packets[at][0], one.reason, packets[at][1])
            else:
                yield one

    def _unreadable(self, reason: str, raw: bytes) -> Unreadable:
        self.records += 1
        return Unreadable(self.records, reason, raw[:4096])


def make(settings: Mapping[str, Any]) -> RadiusReader:
    """A reader from a source's settings, which are those of ``freeradius-detail``.

    Raises ``FormatSettingRefused``, also for an attribute that isn't read from the wire.
    """
    choices = Choices.of(settings)
    for field, names in (("subject", choices.subject), ("origin", choices.origin)):
        for name in names:
            if name not in NAMED and name != "IMSI":
                known = ", ".join(sorted(NAMED))
                raise FormatSettingRefused(field=field, problem=f"{name!r} isn't read from the wire; known: {known}")
    return RadiusReader(detail_reader(settings))
