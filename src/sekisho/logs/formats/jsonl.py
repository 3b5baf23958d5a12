"""JSON Lines by a declared mapping (:mod:`sekisho.logs.formats.mapping`): one object a line, strictly JSON.

A field is named by its path (``client.ip``). A time is a text (RFC 3339, or without an offset in the source's zone) or
a number since 1970 in seconds, milli-, micro- or nanoseconds by its size. A field that is absent, null or empty is
none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from sekisho.logs.events import Action
from sekisho.logs.formats.line_times import SECOND, Form, Minutes, Stamp, epoch_micros, read_stamp
from sekisho.logs.formats.mapping import LONGEST, NETS, PORTS, TEXTS, TIMES, FieldMap, Words
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.formats.single import Net, Single, Told, net, settled
from sekisho.logs.formats.template import MAX_NUMBER, MAX_TEXT

MAX_OBJECT: Final = 65_536
"""Bytes of one line."""


class _Malformed(Exception):
    """A line can't be read; the message is the slug."""


class JsonLinesReader:
    """Reads one input."""

    framing = Framing.LINES
    records = 0

    def __init__(self, fields: FieldMap) -> None:
        """A fresh reader by a mapping."""
        self._map = fields
        self._paths = {part: tuple(path.split(".")) for part, path in fields.fields.items()}
        self._minutes = Minutes()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the lines of ``chunk`` hold."""
        told, lines = Told.nothing(), chunk.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        for number, line in enumerate(lines, start=first_record):
            if not line.strip():
                told.ignore("empty_line")
                continue
            try:
                read = self._event(number, line)
            except _Malformed as malformed:
                told.refused[number] = str(malformed)
                continue
            if read is None:
                told.ignore("other_event")
            else:
                told.events.append(read)
        yield from settled(told, context, lambda record: lines[record - first_record])

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: records are lines."""
        del context
        return ()

    def _event(self, number: int, line: bytes) -> Single | None:
        if len(line) > MAX_OBJECT:
            raise _Malformed("line_too_long")
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise _Malformed("not_json") from None
        if not isinstance(found, dict):
            raise _Malformed("not_an_object")
        action = _meaning(self._map.actions, found, "action_unknown")
        if action is None:
            return None
        values = {part: _at(found, path) for part, path in self._paths.items()}
        stamps = {part: self._stamp(values.get(part)) for part in TIMES}
        time = stamps["time"]
        if time is None:
            raise _Malformed("no_time")
        nets = {part: _net(values.get(part)) for part in NETS}
        if nets["address"] is None and action != int(Action.RESTART):
            raise _Malformed("no_address")
        ports = {part: _whole(values.get(part), 65_535, "port_out_of_range") for part in PORTS}
        low, high = ports["port"], ports["port"]
        if low is None:
            low, high = ports["port_low"], ports["port_high"]
        if (low is None) != (high is None):
            raise _Malformed("ports_incomplete")
        if low is not None and high is not None and low > high:
            raise _Malformed("ports_reversed")
        protocol = _whole(values.get("protocol"), 255, "protocol_out_of_range")
        if self._map.protocols is not None:
            protocol = _meaning(self._map.protocols, found, "protocol_unknown")
        start = stamps["start"]
        duration = _whole(values.get("duration"), LONGEST, "duration_out_of_range")
        if duration is not None:
            start = time._replace(local=time.local - duration * SECOND)
        if action == int(Action.WHOLE) and start is None:
            raise _Malformed("no_start")
        texts = {part: _text(values.get(part)) for part in TEXTS}
        return Single(
            self._map.kind,
            number,
            Action(action),
            time,
            nets["address"],
            None if low is None or high is None else (low, high),
            protocol or 0,
            nets["inside"],
            nets["destination"],
            ports["destination_port"],
            start=start,
            logged=stamps["logged"],
            limit=(_whole(values.get("limit"), LONGEST, "duration_out_of_range") or 0) * SECOND,
            subject=texts["subject"],
            session=texts["session"],
            origin=texts["origin"],
            reference=texts["reference"],
        )

    def _stamp(self, value: Any) -> Stamp | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            raw = value.encode()
            found = read_stamp(raw, 0, Form.ISO, self._minutes)
            if found is None or found[1] != len(raw):
                raise _Malformed("not_a_time")
            return found[0]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_NUMBER:
            raise _Malformed("not_a_time")
        if isinstance(value, float):
            if value >= 1e11:
                raise _Malformed("not_a_time")
            return Stamp(round(value * SECOND), 0, 0)
        return Stamp(epoch_micros(value), 0, 0)


def _at(found: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def _meaning(words: Words, found: Mapping[str, Any], reason: str) -> int | None:
    if words.field is None:
        return words.always
    value = _at(found, tuple(words.field.split(".")))
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(value, str) or value not in words.words:
        raise _Malformed(reason)
    return words.words[value]


def _net(value: Any) -> Net | None:
    if value is None or value == "":
        return None
    found = net(value) if isinstance(value, str) else None
    if found is None:
        raise _Malformed("not_an_address")
    return found


def _whole(value: Any, most: int, reason: str) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise _Malformed(reason)
    return value


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.isprintable():
        raise _Malformed("not_text")
    if len(value.encode()) > MAX_TEXT:
        raise _Malformed("text_too_long")
    return value


def reader(settings: Mapping[str, Any]) -> JsonLinesReader:
    """A reader by a source's settings. Raises ``FormatSettingRefused``."""
    return JsonLinesReader(FieldMap.of(settings))
