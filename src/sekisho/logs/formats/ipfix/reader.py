"""Reads IPFIX and NetFlow version 9: files of messages (RFC 5655), and datagrams received live.

What this does not do: it takes no exporter's word for who it is. A listener names the sender, and every exporter and
observation domain has its own templates and numbers. Sampling and ``flowSelector`` aren't looked at: NAT events aren't
sampled. Options records are counted and skipped.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from sekisho.logs.errors import SourceRefused
from sekisho.logs.events import Events, Unreadable
from sekisho.logs.formats.finish import merge
from sekisho.logs.formats.ipfix import messages as wire
from sekisho.logs.formats.ipfix.columns import SetBroken, count_records, find_records
from sekisho.logs.formats.ipfix.events import Batch, events_of
from sekisho.logs.formats.ipfix.messages import Garbage, Header, Incomplete, Message
from sekisho.logs.formats.ipfix.profiles import Profile
from sekisho.logs.formats.ipfix.sequence import Counts, Sequence
from sekisho.logs.formats.ipfix.templates import LEAST_DATA_SET, Template, TemplateBroken, Templates, announced
from sekisho.logs.formats.reader import Context, Found, Framing, Ignored
from sekisho.logs.framing import RAW_KEPT

LIFETIME_SECONDS: Final = 5_400
"""How long a template received in datagrams counts without being announced again: three times the half hour that
routers take by default, as RFC 7011 section 8.4 recommends three times the exporter's interval."""
MAX_STREAMS: Final = 1_024
"""Exporters and domains known at once; beyond, the one not heard of for longest is forgotten with its templates."""
MAX_WAITING: Final = 1024 * 1024
"""Bytes of data sets that wait for their template, of one exporter and domain."""
WAITING_COST: Final = 256
"""Bytes counted for each of them beside its own: what keeping it takes."""
MAX_WAITING_ALL: Final = 16 * 1024 * 1024
"""The same of all."""


@dataclass(slots=True)
class _Waiting:
    """A data set without a template: the message it came in, its number and its body."""

    header: Header
    number: int
    body: bytes

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self.body) + WAITING_COST


@dataclass(slots=True)
class _Stream:
    """What is known of one exporter and domain."""

    serial: int
    origin: str
    templates: Templates
    sequence: Sequence
    waiting: list[_Waiting] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class _Piece:
    """What one call has gathered: batches by stream and template, in the order of their first record."""

    batches: dict[tuple[int, int], Batch] = field(default_factory=dict)


class IpfixReader:
    """Reads one file, or all that one source's listener receives."""

    framing = Framing.BYTES

    def __init__(self, *, lifetime: int, counts: Counts | None) -> None:
        """``lifetime`` of templates in microseconds, for datagrams; ``counts`` None: as the protocol's version says."""
        self._lifetime = lifetime
        self._counts = counts
        self._streams: OrderedDict[tuple[str, int, int], _Stream] = OrderedDict()
        self._rest = b""
        self._waiting = 0
        self._serial = 0
        self.records = 0

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the messages in ``chunk`` say. Live, a chunk is whole datagrams; of a file it is any bytes."""
        del first_record  # records are numbered here, as they are found
        data = self._rest + chunk if self._rest else chunk
        self._rest = b""
        piece = _Piece()
        others: list[Found] = []
        for cut in wire.messages(data, final=context.live):
            if isinstance(cut, Garbage):
                others.append(self._unreadable("not_a_message", data[cut.start : cut.end]))
            elif isinstance(cut, Incomplete):
                self._rest = data[cut.start :]
            else:
                others += self._message(data, cut, context, piece)
        yield from self._told(piece, others)

    def finish(self, context: Context) -> Iterator[Found]:
        """Of a file: its incomplete end, what still waits for a template, holes. Live: holes, and what has waited, for
        the bytes it was read from are about to be removed."""
        others: list[Found] = []
        piece = _Piece()
        if self._rest:
            rest, self._rest = self._rest, b""
            # A message of version 9 doesn't say where it ends: the end of the input does.
            for cut in wire.messages(rest, final=True):
                if isinstance(cut, Message):
                    others += self._message(rest, cut, context, piece)
                elif isinstance(cut, Garbage):
                    others.append(self._unreadable("truncated", rest[cut.start : cut.end]))
        for stream in self._streams.values():
            others += self._give_up(stream)
            others += stream.sequence.finish()
        yield from self._told(piece, others)

    def _told(self, piece: _Piece, others: Iterable[Found]) -> Iterator[Found]:
        parts: list[Events] = []
        rest: list[Found] = []
        ignored: Counter[str] = Counter()
        for one in chain(others, *map(events_of, piece.batches.values())):
            if isinstance(one, Events):
                parts.append(one)
            elif isinstance(one, Ignored):
                ignored[one.reason] += one.count
            else:
                rest.append(one)
        yield from merge(parts)
        yield from rest
        for reason, count in ignored.items():
            yield Ignored(count, reason)

    def _unreadable(self, reason: str, raw: bytes) -> Unreadable:
        self.records += 1
        return Unreadable(self.records, reason, raw[:RAW_KEPT])

    # --- messages ----------------------------------------------------------------------------------------------------

    def _message(self, data: bytes, message: Message, context: Context, piece: _Piece) -> list[Found]:
        header = message.header
        stream = self._stream(header, context)
        now = context.received if context.live else header.exported
        found: list[Found] = []
        if not message.kept:
            found += stream.sequence.note(header.sequence, header.exported)
        count: int | None = 0
        try:
            for number, body in wire.sets(data, message):
                if number < LEAST_DATA_SET:
                    found += self._announcement(stream, header, number, body, now, piece, live=context.live)
                    continue
                records = self._data(stream, header, number, body, now, piece, found)
                count = None if count is None or records is None else count + records
        except ValueError:
            found.append(self._unreadable("set_length", data[message.start : message.end]))
            count = None
        if not message.kept:
            stream.sequence.advance(header.sequence, count, header.exported)
        return found

    def _stream(self, header: Header, context: Context) -> _Stream:
        peer = context.peer or ""
        host = peer.rpartition(":")[0].strip("[]") if peer else ""
        # Version 9 tells exporters apart by address alone (RFC 3954 section 5.1), IPFIX by the session: address and
        # port (RFC 7011 section 2, "Transport Session").
        key = (host if header.version == wire.NETFLOW9 else peer, header.version, header.domain)
        found = self._streams.get(key)
        if found is None:
            counts = self._counts
            if counts is None:
                counts = Counts.RECORDS if header.version == wire.IPFIX else Counts.MESSAGES
            origin = f"{host}/{header.domain}" if host else f"/{header.domain}"
            lifetime = self._lifetime if context.live else None
            self._serial += 1
            found = self._streams[key] = _Stream(self._serial, origin, Templates(lifetime), Sequence(counts))
            if len(self._streams) > MAX_STREAMS:
                _, forgotten = self._streams.popitem(last=False)
                self._waiting -= forgotten.size
        self._streams.move_to_end(key)
        return found

    def _announcement(
        self, stream: _Stream, header: Header, number: int, body: bytes, now: int, piece: _Piece, *, live: bool
    ) -> Iterator[Found]:
        kinds = {2: False, 3: True} if header.version == wire.IPFIX else {0: False, 1: True}
        if number not in kinds:
            yield Ignored(1, "reserved_set")
            return
        try:
            for one in announced(body, version=header.version, options=kinds[number]):
                if isinstance(one, Template):
                    replaced = stream.templates.learn(one, now)
                    if replaced is not None:
                        # What waited, waited for the template before.
                        yield from self._give_up(stream, one.number)
                    yield from self._resolve(stream, one.number, now, piece)
                elif live:
                    yield Ignored(1, "withdrawal_in_datagram")  # RFC 7011 section 8.4: there are none
                else:
                    stream.templates.forget(one)
        except TemplateBroken:
            yield self._unreadable("template_broken", wire.single(header, number, body))

    # --- data --------------------------------------------------------------------------------------------------------

    def _data(
        self,
        stream: _Stream,
        header: Header,
        number: int,
        body: bytes,
        now: int,
        piece: _Piece,
        found: list[Found],
    ) -> int | None:
        """Take a data set; how many records it has, where that is known."""
        if not body:
            return 0
        template = stream.templates.get(number, now)
        if template is None:
            found += self._wait(stream, _Waiting(header, number, body))
            return None
        try:
            ends = find_records(template, body, 0) if template.variable else None
            count = count_records(template, body) if ends is None else ends.count
        except SetBroken:
            found.append(self._unreadable("set_length", wire.single(header, number, body)))
            return None
        first = self.records + 1
        self.records += count
        if template.options:
            found.append(Ignored(count, "options"))
            return count
        if template.problem is not None:
            found.append(Unreadable(first, template.problem, wire.single(header, number, body)[:RAW_KEPT]))
            return count
        profile = template.profile
        if profile is None:
            found.append(Ignored(count, "not_translation"))
            return count
        if count:
            if ends is not None:
                # Without its padding, so that bodies can be put one after another.
                body = body[: ends.records[-1]]
            self._gather(stream, header, template, profile, body, count, first, piece)
        return count

    def _gather(
        self,
        stream: _Stream,
        header: Header,
        template: Template,
        profile: Profile,
        body: bytes,
        count: int,
        first: int,
        piece: _Piece,
    ) -> None:
        key = (stream.serial, id(template))  # its batch keeps the template alive
        batch = piece.batches.get(key)
        if batch is None:
            batch = piece.batches[key] = Batch(template, profile, stream.origin, header.version, [], [], [], [], [])
        batch.bodies.append(body)
        batch.counts.append(count)
        batch.firsts.append(first)
        batch.exported.append(header.exported)
        batch.uptimes.append(header.uptime)

    # --- waiting for a template --------------------------------------------------------------------------------------

    def _wait(self, stream: _Stream, one: _Waiting) -> Iterator[Found]:
        stream.waiting.append(one)
        stream.size += one.size
        self._waiting += one.size
        while stream.waiting and (stream.size > MAX_WAITING or self._waiting > MAX_WAITING_ALL):
            yield self._lost(stream, stream.waiting.pop(0))

    def _resolve(self, stream: _Stream, number: int, now: int, piece: _Piece) -> list[Found]:
        """Read what waited for this template."""
        found: list[Found] = []
        if not stream.waiting:
            return found
        ready = [one for one in stream.waiting if one.number == number]
        stream.waiting = [one for one in stream.waiting if one.number != number]
        for one in ready:
            stream.size -= one.size
            self._waiting -= one.size
            self._data(stream, one.header, one.number, one.body, now, piece, found)
        return found

    def _give_up(self, stream: _Stream, number: int | None = None) -> Iterator[Found]:
        given_up = [one for one in stream.waiting if number is None or one.number == number]
        stream.waiting = [one for one in stream.waiting if number is not None and one.number != number]
        for one in given_up:
            yield self._lost(stream, one)

    def _lost(self, stream: _Stream, one: _Waiting) -> Unreadable:
        stream.size -= one.size
        self._waiting -= one.size
        return self._unreadable("no_template", wire.single(one.header, one.number, one.body))


def make(settings: Mapping[str, Any]) -> IpfixReader:
    """A reader from a source's settings: ``template_lifetime_seconds``, and ``sequence_counts`` (``records``,
    ``messages``, ``nothing``) where an exporter doesn't count as its protocol says. Raises ``SourceRefused``."""
    lifetime = settings.get("template_lifetime_seconds", LIFETIME_SECONDS)
    if isinstance(lifetime, bool) or not isinstance(lifetime, int) or not 60 <= lifetime <= 30 * 86_400:
        raise SourceRefused(field="template_lifetime_seconds", problem="seconds from 60 to 2592000")
    told = settings.get("sequence_counts")
    try:
        counts = None if told is None else Counts(told)
    except ValueError:
        raise SourceRefused(field="sequence_counts", problem="records, messages or nothing") from None
    return IpfixReader(lifetime=lifetime * wire.SECOND, counts=counts)
