"""A declared mapping of an operator's own fields to the columns of events, as data; shared by JSON Lines and Parquet.

::

    kind: cp.login
    fields: {time: at, address: client.ip, port: client.port, subject: account}
    action: point                       # said once for all, or by a field:
    action: {field: event, words: {login: point, logout: ignore}}
    protocol: tcp                       # the same

``port`` is both ends of a range; ``duration`` (seconds) gives the start from the time; ``limit`` is in seconds. Only
fields that are mapped are looked at, so nothing else of a record is ever kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.logs.events import Action
from sekisho.logs.formats import settings as reading
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.shapes import PROTOCOLS
from sekisho.logs.kinds import KINDS, LogKind

FIELDS: Final = frozenset(
    {
        "time",
        "start",
        "logged",
        "duration",
        "limit",
        "address",
        "inside",
        "destination",
        "port",
        "port_low",
        "port_high",
        "destination_port",
        "protocol",
        "subject",
        "session",
        "origin",
        "reference",
    }
)
"""What a field may be mapped to."""
TIMES: Final = ("time", "start", "logged")
NETS: Final = ("address", "inside", "destination")
TEXTS: Final = ("subject", "session", "origin", "reference")
SPANS: Final = ("duration", "limit")
PORTS: Final = ("port", "port_low", "port_high", "destination_port")
LONGEST: Final = 10 * 366 * 86_400
"""Seconds. A duration or a limit beyond ten years is a number that means something else."""
IGNORE: Final = "ignore"

_ACTIONS: Final[Mapping[str, Action | None]] = {**{one.name.lower(): one for one in Action}, IGNORE: None}
_CHOICE: Final = frozenset({"field", "words"})


@dataclass(frozen=True, slots=True)
class Words:
    """What the values of ``field`` mean; without a field, what all records say."""

    field: str | None
    words: Mapping[str, int | None]
    always: int = 0


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where each part of an event is found. ``fields`` are the operator's names by part."""

    kind: LogKind
    fields: Mapping[str, str]
    actions: Words
    protocols: Words | None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> FieldMap:
        """From a source's settings. Raises ``FormatSettingRefused``."""
        kinds = {kind.value: kind for kind, spec in KINDS.items() if not spec.written_by_sekisho}
        kind = reading.choice(settings, "kind", kinds)
        told = reading.mapping(settings, "fields", FIELDS)
        fields = {part: reading.text(told, part) for part in told}
        actions = _words(settings, "action", _ACTIONS, needed=True)
        protocols = _words(settings, "protocol", PROTOCOLS, needed=False)
        made = cls(kind, fields, actions or Words(None, {}), protocols)
        made._whole()
        return made

    def _whole(self) -> None:
        """It says all that an event needs, and nothing twice."""
        found = set(self.fields)
        meant = {self.actions.always} if self.actions.field is None else set(self.actions.words.values())
        meant.discard(None)
        if "time" not in found:
            raise FormatSettingRefused(field="fields.time", problem="no field is the time")
        if "address" not in found and meant != {int(Action.RESTART)}:
            raise FormatSettingRefused(field="fields.address", problem="no field is the address")
        if "port" in found and found & {"port_low", "port_high"}:
            raise FormatSettingRefused(field="fields.port", problem="it stands for port_low and port_high alike")
        if ("port_low" in found) != ("port_high" in found):
            raise FormatSettingRefused(field="fields.port_low", problem="port_low and port_high go together")
        if "destination_port" in found and "destination" not in found:
            raise FormatSettingRefused(field="fields.destination_port", problem="it needs destination")
        if {"start", "duration"} <= found:
            raise FormatSettingRefused(field="fields.start", problem="start and duration say the same")
        if int(Action.WHOLE) in meant and not found & {"start", "duration"}:
            raise FormatSettingRefused(field="fields.start", problem="a record of the whole needs start or duration")
        if self.protocols is not None and "protocol" in found:
            raise FormatSettingRefused(field="protocol", problem="it is both a field and said by words")


def _words(
    settings: Mapping[str, Any], name: str, known: Mapping[str, int | None], *, needed: bool
) -> Words | None:
    told = settings.get(name)
    if told is None and not needed:
        return None
    if isinstance(told, dict):
        choice = reading.mapping(settings, name, _CHOICE)
        words = reading.mapping(choice, "words")
        if not words:
            raise FormatSettingRefused(field=f"{name}.words", problem="at least one word is expected")
        meant = {word: reading.choice(words, word, known) for word in words}
        return Words(reading.text(choice, "field"), meant)
    meaning = reading.choice(settings, name, {word: value for word, value in known.items() if value is not None})
    return Words(None, {}, meaning or 0)
