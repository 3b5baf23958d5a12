"""Line formats as data: a vendor's templates and what their fields mean, read strictly from YAML.

::

    format: juniper_pba
    title: {ja: …, en: …}
    kind: ap.nat
    header: syslog                 # what stands before a record is a syslog header: it has the time, or a second one
    words:
      action: {ALLOC: start, INTERIM: interim, RELEASE: stop}
    lines:
      - name: block
        line: '{*}RT_SRC_NAT_PBA_{action:word} [internal-ip="{inside:ip}" … epoch-time-64="{time:epochhex}"]{*}'

A field's name is the event column it fills; a name that begins with ``_`` is read and dropped. ``port`` is both ends of
a range; ``duration`` (seconds) and ``duration_ms`` give the start from the time. ``logged`` is a second clock. What a
line has no field for may be said once for it: ``action: start``, ``protocol: tcp``. ``split: brackets`` says that a
line holds several records, each in ``[…]``. ``marks`` are texts that show that a line is meant to be of this format:
one that has a mark and can't be read is broken, one without is another message. Without ``marks`` they are the
templates' own. ``other`` lists texts whose lines are known to be of no use.

Nothing in such a file is code, and nothing in it can make a line say what it doesn't say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

from sekisho.engine.facts import Text
from sekisho.logs.events import Action
from sekisho.logs.formats.errors import LineFormatRefused
from sekisho.logs.formats.template import ADDRESSES, TIMES, Field, FieldKind, Template, TemplateRefused
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.rulebook.document import Place, read
from sekisho.rulebook.errors import RulebookRefused

T = TypeVar("T")

MAX_LINES: Final = 64
"""Templates of one format: each is looked for in every chunk."""
MAX_WORDS: Final = 64
"""Words a field may choose from."""

PROTOCOLS: Final = {
    "any": 0,
    "icmp": 1,
    "igmp": 2,
    "tcp": 6,
    "udp": 17,
    "dccp": 33,
    "gre": 47,
    "esp": 50,
    "icmpv6": 58,
    "sctp": 132,
    "udplite": 136,
}
"""Names of IANA's protocol numbers that translators log; ``any`` is all of them."""
_ACTIONS: Final = {action.name.lower(): action for action in Action}
_NUMBER: Final = frozenset({FieldKind.UINT})
_TEXT: Final = frozenset({FieldKind.TEXT})
_WORD: Final = frozenset({FieldKind.WORD})
FIELDS: Final = {
    "address": ADDRESSES,
    "inside": ADDRESSES,
    "destination": ADDRESSES,
    "port": _NUMBER,
    "port_low": _NUMBER,
    "port_high": _NUMBER,
    "destination_port": _NUMBER,
    "protocol": _NUMBER | _WORD,
    "action": _WORD,
    "subject": _TEXT,
    "session": _TEXT | _NUMBER,
    "origin": _TEXT,
    "reference": _TEXT,
    "time": TIMES,
    "start": TIMES,
    "logged": TIMES,
    "duration": _NUMBER,
    "duration_ms": _NUMBER,
    "limit": _NUMBER,
}
"""What a field may be named, and the types it may have."""


class Header(Enum):
    """What stands before a record."""

    NONE = "none"
    SYSLOG = "syslog"


@dataclass(frozen=True, slots=True)
class Shape:
    """One template with what its fields mean: ``actions`` and ``protocols`` by the place of the word chosen."""

    template: Template
    fields: tuple[Field, ...]
    actions: tuple[Action, ...]
    protocols: tuple[int, ...]

    def has(self, name: str) -> bool:
        """Whether a field of that name is read."""
        return any(field.name == name for field in self.fields)


@dataclass(frozen=True, slots=True)
class LineFormat:
    """A vendor's lines."""

    name: str
    title: Text
    kind: LogKind
    header: Header
    split: bool
    shapes: tuple[Shape, ...]
    marks: tuple[bytes, ...]
    other: tuple[bytes, ...]


_TOP: Final = frozenset({"format", "title", "kind", "header", "split", "words", "marks", "other", "lines", "note"})
_LINE: Final = frozenset({"name", "line", "words", "action", "protocol", "note"})


def load(text: str, file: str) -> LineFormat:
    """Read a format. Raises :class:`LineFormatRefused` with the line at fault."""
    try:
        return _format(read(text, file))
    except RulebookRefused as refused:
        raise LineFormatRefused(**refused.fields) from None


@cache
def shipped(name: str) -> LineFormat:
    """A format that comes with Sekisho."""
    file = f"{name}.yaml"
    return load((files(__package__) / "templates" / file).read_text(encoding="utf-8"), file)


def shipped_names() -> tuple[str, ...]:
    """The formats that come with Sekisho."""
    found = (files(__package__) / "templates").iterdir()
    return tuple(sorted(one.name.removesuffix(".yaml") for one in found if one.name.endswith(".yaml")))


def _format(root: Place) -> LineFormat:
    top = root.mapping(_TOP, frozenset({"format", "title", "kind", "lines"}))
    title = top["title"].mapping(frozenset({"ja", "en"}), frozenset({"ja", "en"}))
    header = _choice(top.get("header"), {one.value: one for one in Header}, Header.NONE)
    kind = _choice(top["kind"], {k.value: k for k, spec in KINDS.items() if not spec.written_by_sekisho}, None)
    split = _choice(top.get("split"), {"brackets": True}, False)
    lines = top["lines"].items()
    if not 0 < len(lines) <= MAX_LINES:
        raise top["lines"].refuse(f"1 to {MAX_LINES} lines are expected here")
    words = top.get("words")
    shapes = tuple(_shape(line, words, header) for line in lines)
    names = [shape.template.name for shape in shapes]
    if len(set(names)) != len(names):
        raise top["lines"].refuse("two lines have the same name")
    for shape, line in zip(shapes, lines, strict=True):
        if split and (shape.template.open_start or shape.template.open_end):
            raise line.refuse("a record in brackets is described whole, without {*}")
    own = tuple(dict.fromkeys(shape.template.mark for shape in shapes))
    return LineFormat(
        top["format"].text(),
        Text(title["ja"].text(), title["en"].text()),
        kind,
        header,
        split,
        shapes,
        _texts(top.get("marks")) or own,
        _texts(top.get("other")),
    )


def _texts(place: Place | None) -> tuple[bytes, ...]:
    return () if place is None else tuple(text.encode("utf-8") for text in place.texts())


def _shape(line: Place, common: Place | None, header: Header) -> Shape:
    given = line.mapping(_LINE, frozenset({"name", "line"}))
    words: dict[str, dict[str, int]] = {}
    for place in (common, given.get("words")):
        tables = place.mapping(frozenset({"action", "protocol"})) if place is not None else {}
        words |= {name: _words(name, choices) for name, choices in tables.items()}
    try:
        template = Template.parse(
            given["name"].text(), given["line"].text(), {field: tuple(table) for field, table in words.items()}
        )
    except TemplateRefused as refused:
        raise given["line"].refuse(str(refused)) from None
    fields = {field.name: field for field in template.fields}
    for name, field in fields.items():
        if name not in FIELDS:
            raise given["line"].refuse(f"there is no '{name}' to fill (known: {', '.join(sorted(FIELDS))})")
        if field.kind not in FIELDS[name]:
            raise given["line"].refuse(f"'{name}' can't be of type {field.kind}")
    actions = _said(line, given, fields, words, "action")
    protocols = _said(line, given, fields, words, "protocol")
    if not actions:
        raise line.refuse("neither a field nor 'action' says what happened")
    shape = Shape(template, template.fields, tuple(Action(one) for one in actions), protocols or (0,))
    _whole(shape, line, header)
    return shape


def _said(
    line: Place,
    given: dict[str, Place],
    fields: dict[str, Field],
    words: dict[str, dict[str, int]],
    name: str,
) -> tuple[int, ...]:
    """The meaning of each word of the field ``name``, or the one that was said for all lines."""
    field = fields.get(name)
    if field is not None and name in given:
        raise line.refuse(f"'{name}' is both a field and said for all")
    if field is not None:
        return tuple(words[name].values()) if field.kind is FieldKind.WORD else (0,)
    if name not in given:
        return ()
    return (_meaning(name, given[name]),)


def _words(field: str, choices: Place) -> dict[str, int]:
    found = choices.mapping()
    if not 0 < len(found) <= MAX_WORDS:
        raise choices.refuse(f"1 to {MAX_WORDS} words are expected here")
    return {word: _meaning(field, meaning) for word, meaning in found.items()}


def _meaning(field: str, place: Place) -> int:
    if field == "protocol" and isinstance(place.value, int):
        number = place.integer()
        if not 0 <= number <= 255:
            raise place.refuse("a protocol is 0 to 255")
        return number
    known = _ACTIONS if field == "action" else PROTOCOLS
    return int(_choice(place, known, None))


def _whole(shape: Shape, line: Place, header: Header) -> None:
    """A shape says all that an event needs."""
    if Action.RESTART not in shape.actions and not shape.has("address"):
        raise line.refuse("no field is the 'address' that is asked for later")
    if shape.has("port") and (shape.has("port_low") or shape.has("port_high")):
        raise line.refuse("'port' stands for 'port_low' and 'port_high' alike")
    if shape.has("port_low") != shape.has("port_high"):
        raise line.refuse("'port_low' and 'port_high' go together")
    if shape.has("destination_port") and not shape.has("destination"):
        raise line.refuse("'destination_port' needs 'destination'")
    if not shape.has("time") and header is Header.NONE:
        raise line.refuse("no field is the 'time', and there is no header to take it from")
    starts = [name for name in ("start", "duration", "duration_ms") if shape.has(name)]
    if len(starts) > 1:
        raise line.refuse(f"{' and '.join(starts)} say the same")
    if Action.WHOLE in shape.actions and not starts:
        raise line.refuse("a record of the whole needs 'start', 'duration' or 'duration_ms'")
    if shape.has("time") and shape.has("logged") and header is Header.SYSLOG:
        raise line.refuse("'logged' and the header are two second clocks: say 'header: none' or drop one")


def _choice(place: Place | None, known: Mapping[str, T], absent: T | None) -> T:
    if place is None:
        if absent is None:
            raise TypeError("an absent choice has a value")
        return absent
    text = place.value
    if not isinstance(text, str) or text not in known:
        raise place.refuse(f"one of {', '.join(known)} is expected here")
    return known[text]
