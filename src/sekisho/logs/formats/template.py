"""A line's shape as data: fixed text and typed fields, ``internal-ip="{inside:ip}" block-port-low="{low:uint}"``.

A template is compiled to an exact reader of one line (here) and, by :mod:`sekisho.logs.formats.scan`, to one of many
lines at once. Both give the same answer; this one also says why a line isn't read. There are no expressions in a
template and nothing of it becomes code, so operators may bring their own.

Field types:

- ``uint`` and ``hex``: a number, up to 64 bits with sign, at least one digit;
- ``ip``, ``ip4``, ``ip6``: an address of either family or of one. What begins like an IPv4 address is one;
- ``text``: up to the first byte of the next fixed text, not empty;
- ``word``: one of a given list, the longest that stands there;
- ``time``: year, month, day and time of day as numbers, perhaps with a fraction and an offset;
- ``bsdtime``: month's name, day and time of day, perhaps with a year (:mod:`sekisho.logs.formats.line_times`);
- ``epoch`` and ``epochhex``: seconds, milli-, micro- or nanoseconds since 1970, by their size; ``epoch`` may have
  a fraction of seconds;
- ``spaces``: one to seven, unnamed; ``skip``: anything up to the first place of the next fixed text, unnamed.

``{*}`` is anything, also nothing; it may stand at the beginning (up to the first place of the fixed text after it) and
at the end.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.logs.formats.line_times import NO_OFFSET, SECOND, Form, Minutes, Stamp, epoch_micros, read_stamp

MAX_LINE: Final = 8192
"""Bytes of one line. RFC 5424 section 6.1 asks for 2,048 and allows more; a line beyond this is not a log line."""
MAX_TEXT: Final = 256
"""Bytes of one text field: a RADIUS attribute holds 253 (RFC 2865 section 5)."""
MAX_DIGITS: Final = 19
"""Decimal digits of the largest signed 64-bit number."""
MAX_HEX: Final = 15
"""Hexadecimal digits that always fit a signed 64-bit number."""
MAX_WORD: Final = 16
"""Bytes of one of a ``word``'s choices."""
MAX_NUMBER: Final = 2**63 - 1
TELLING: Final = 5
"""Bytes of a fixed text that is no coincidence."""
MAX_TEMPLATE: Final = 2048
"""Characters of a template."""

_PART = re.compile(r"\{(\*|[a-z_][a-z_0-9]*:[a-z0-9]+|:spaces|:skip)\}")


class FieldKind(StrEnum):
    """What a field holds."""

    UINT = "uint"
    HEX = "hex"
    IP = "ip"
    IP4 = "ip4"
    IP6 = "ip6"
    TEXT = "text"
    WORD = "word"
    TIME = "time"
    BSDTIME = "bsdtime"
    EPOCH = "epoch"
    EPOCHHEX = "epochhex"
    SPACES = "spaces"
    SKIP = "skip"


NUMBERS: Final = frozenset({FieldKind.UINT, FieldKind.HEX})
ADDRESSES: Final = frozenset({FieldKind.IP, FieldKind.IP4, FieldKind.IP6})
STAMPS: Final = frozenset({FieldKind.TIME, FieldKind.BSDTIME})
TIMES: Final = STAMPS | {FieldKind.EPOCH, FieldKind.EPOCHHEX}
UNNAMED: Final = frozenset({FieldKind.SPACES, FieldKind.SKIP})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Value = int | bytes | Stamp | Address
"""A number (or a choice's place), a text, a time, an address."""


@dataclass(frozen=True, slots=True)
class Field:
    """A typed part of a line. ``name`` is empty for spaces; a name that begins with ``_`` is read and dropped.

    ``choices`` are a ``word``'s, in the order in which they were given.
    """

    name: str
    kind: FieldKind
    choices: tuple[bytes, ...] = ()


Piece = bytes | Field
"""A fixed text or a field."""


class TemplateRefused(ValueError):
    """A template nobody could read lines by; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A line's shape. ``open_start`` and ``open_end`` say that anything may stand before and after ``pieces``.

    ``anchor`` is the fixed text by which its lines are found: the first where anything may stand before it, otherwise
    the longest. ``mark`` is the fixed text that shows that a line is meant to be of this shape: the anchor, or the
    longest where that is short.
    """

    name: str
    pieces: tuple[Piece, ...]
    open_start: bool
    open_end: bool
    anchor: bytes
    mark: bytes
    pattern: re.Pattern[bytes]

    @classmethod
    def parse(cls, name: str, text: str, words: Mapping[str, Sequence[str]] | None = None) -> Template:
        """Read a template; ``words`` are the choices of its ``word`` fields. Raises :class:`TemplateRefused`."""
        if len(text) > MAX_TEMPLATE:
            raise TemplateRefused(f"{name}: longer than {MAX_TEMPLATE} characters")
        parts = _PART.split(text)
        pieces: list[Piece] = []
        stars = [at for at in range(1, len(parts), 2) if parts[at] == "*"]
        open_start = 1 in stars and not parts[0]
        open_end = len(parts) > 3 and len(parts) - 2 in stars and not parts[-1]
        if len(stars) != open_start + open_end:
            raise TemplateRefused(f"{name}: {{*}} stands at the beginning or at the end")
        for at, part in enumerate(parts):
            if at % 2 == 0:
                pieces += _literal(name, part)
            elif part != "*":
                pieces.append(_field(name, part, words or {}))
        _check(name, pieces, open_start=open_start, open_end=open_end)
        literals = [piece for piece in pieces if isinstance(piece, bytes)]
        longest = max(literals, key=len)
        anchor = literals[0] if open_start else longest
        mark = anchor if len(anchor) >= TELLING else longest
        return cls(name, tuple(pieces), open_start, open_end, anchor, mark, _pattern(pieces, open_start, open_end))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The named fields that are kept, in their order."""
        return tuple(one for one in self.pieces if isinstance(one, Field) and kept(one))

    def read(self, line: bytes, minutes: Minutes) -> dict[str, Value] | str:
        """The kept fields of a line, or a slug that says why it isn't one (``no_match``, ``number_too_large`` …)."""
        if len(line) > MAX_LINE:
            return "line_too_long"
        found = self.pattern.fullmatch(line)
        if found is None:
            return "no_match"
        values: dict[str, Value] = {}
        for number, piece in enumerate(self.pieces):
            if isinstance(piece, bytes) or piece.kind in UNNAMED:
                continue
            value = _value(piece, found[f"f{number}"], minutes)
            if isinstance(value, str):
                return value
            if kept(piece):
                values[piece.name] = value
        return values


def kept(field: Field) -> bool:
    """Whether a field's value is wanted."""
    return bool(field.name) and not field.name.startswith("_")


def read_ip(raw: bytes) -> Address | None:
    """An address of either family; None for anything else (leading zeros, zones, spaces)."""
    try:
        found = ipaddress.ip_address(raw.decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        return None
    return None if isinstance(found, ipaddress.IPv6Address) and found.scope_id is not None else found


def _value(field: Field, raw: bytes, minutes: Minutes) -> Value | str:
    """The value of a field's text; a slug (``str``) if it is none."""
    match field.kind:
        case FieldKind.UINT:
            return _number(raw)
        case FieldKind.HEX:
            return int(raw, 16) if len(raw) <= MAX_HEX else "number_too_large"
        case FieldKind.EPOCHHEX:
            return epoch_micros(int(raw, 16)) if len(raw) <= MAX_HEX else "number_too_large"
        case FieldKind.EPOCH:
            whole, point, fraction = raw.partition(b".")
            value = _number(whole)
            if isinstance(value, str):
                return value
            # A fraction is of a second: what is written in smaller units has none.
            if not point:
                return epoch_micros(value)
            return value * SECOND + int(fraction.ljust(6, b"0")[:6]) if len(whole) <= 11 else "number_too_large"
        case FieldKind.IP | FieldKind.IP4 | FieldKind.IP6:
            return read_ip(raw) or "not_an_address"
        case FieldKind.WORD:
            return field.choices.index(raw)
        case FieldKind.TIME | FieldKind.BSDTIME:
            stamp = read_stamp(raw, 0, form_of(field.kind), minutes)
            return "not_a_time" if stamp is None or stamp[1] != len(raw) else stamp[0]
        case _:
            return raw if len(raw) <= MAX_TEXT else "text_too_long"


def form_of(kind: FieldKind) -> Form:
    """Which forms of a time a field admits."""
    return Form.ISO if kind is FieldKind.TIME else Form.BSD


def _number(raw: bytes) -> int | str:
    if len(raw) > MAX_DIGITS:
        return "number_too_large"
    value = int(raw)
    return value if value <= MAX_NUMBER else "number_too_large"


def as_stamp(micros: int) -> Stamp:
    """A moment that needs no zone as a time that is written with one."""
    return Stamp(micros, 0, 0)


def _literal(name: str, part: str) -> list[Piece]:
    if "{" in part or "}" in part:
        raise TemplateRefused(f"{name}: {part!r} has a brace that is no field")
    if any(not one.isprintable() and one != "\t" for one in part):
        raise TemplateRefused(f"{name}: {part!r} has a control character")
    return [part.encode("utf-8")] if part else []


def _field(name: str, part: str, words: Mapping[str, Sequence[str]]) -> Field:
    field, _, kind = part.partition(":")
    try:
        found = FieldKind(kind)
    except ValueError:
        raise TemplateRefused(f"{name}: there is no type {kind!r}") from None
    if (found in UNNAMED) != (not field):
        raise TemplateRefused(f"{name}: spaces and skip have no name; everything else has one")
    if found is not FieldKind.WORD:
        return Field(field, found)
    choices = tuple(one.encode("utf-8") for one in words.get(field, ()))
    if not choices:
        raise TemplateRefused(f"{name}: {field} has no words to choose from")
    for choice in choices:
        if not 0 < len(choice) <= MAX_WORD or not choice.decode("utf-8").isprintable():
            raise TemplateRefused(f"{name}: {field}: a word has 1 to {MAX_WORD} bytes")
    return Field(field, found, choices)


_NEXT: Final = {
    FieldKind.UINT: re.compile(rb"[0-9]"),
    FieldKind.HEX: re.compile(rb"[0-9a-fA-F]"),
    FieldKind.EPOCHHEX: re.compile(rb"[0-9a-fA-F]"),
    FieldKind.EPOCH: re.compile(rb"[0-9.]"),
    FieldKind.IP4: re.compile(rb"[0-9]"),
    FieldKind.IP: re.compile(rb"[0-9a-fA-F]"),
    FieldKind.IP6: re.compile(rb"[0-9a-fA-F:.]"),
    FieldKind.TIME: re.compile(rb"[-0-9.,Z+]"),
    FieldKind.BSDTIME: re.compile(rb"[0-9.,]"),
    FieldKind.SPACES: re.compile(rb" "),
}
"""What can't follow a field, for it would belong to it."""


def _check(name: str, pieces: list[Piece], *, open_start: bool, open_end: bool) -> None:
    fields = [piece for piece in pieces if isinstance(piece, Field)]
    names = [field.name for field in fields if field.name]
    if len(set(names)) != len(names):
        raise TemplateRefused(f"{name}: a field stands twice")
    if not any(isinstance(piece, bytes) for piece in pieces):
        raise TemplateRefused(f"{name}: needs fixed text to be found by")
    if open_start and not isinstance(pieces[0], bytes):
        raise TemplateRefused(f"{name}: {{*}} at the beginning is followed by fixed text")
    for piece, after in itertools.pairwise(pieces):
        if not isinstance(piece, Field):
            continue
        if isinstance(after, Field):
            spaced = FieldKind.SPACES in (piece.kind, after.kind) and FieldKind.SKIP not in (piece.kind, after.kind)
            skipped = after.kind is FieldKind.SKIP and piece.kind not in (FieldKind.TEXT, FieldKind.SKIP)
            if not spaced and not skipped:
                raise TemplateRefused(f"{name}: {piece.name or piece.kind} and {after.name or after.kind} touch")
        elif piece.kind in _NEXT and _NEXT[piece.kind].match(after):
            raise TemplateRefused(f"{name}: what follows {piece.name or piece.kind} would be part of it")
    last = pieces[-1]
    if isinstance(last, Field) and (last.kind is FieldKind.SKIP or (open_end and last.kind is FieldKind.TEXT)):
        raise TemplateRefused(f"{name}: {last.name or last.kind} has no end")


_DIGITS4: Final = rb"[0-9]{1,3}+(?:\.[0-9]{1,3}+){3}+"
_CLASSES: Final = {
    FieldKind.UINT: rb"[0-9]++",
    FieldKind.HEX: rb"[0-9a-fA-F]++",
    FieldKind.EPOCHHEX: rb"[0-9a-fA-F]++",
    FieldKind.EPOCH: rb"[0-9]++(?:\.[0-9]++)?+",
    FieldKind.IP4: _DIGITS4,
    FieldKind.IP6: rb"[0-9a-fA-F:.]++",
    FieldKind.IP: rb"(?>" + _DIGITS4 + rb"|[0-9a-fA-F:.]++)",
    FieldKind.TIME: rb"[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}(?:[T ]| time=)[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9}+)?+"
    rb"(?:Z|[+-][0-9]{2}:?+[0-9]{2})?+",
    FieldKind.BSDTIME: rb"(?:[0-9]{4} )?+[A-Z][a-z]{2} [ 123]?[0-9] (?:[0-9]{4} )?+[0-9]{2}:[0-9]{2}:[0-9]{2}"
    rb"(?:[.,][0-9]{1,9}+)?+",
}


def _pattern(pieces: list[Piece], open_start: bool, open_end: bool) -> re.Pattern[bytes]:
    made, skipping = b"", open_start
    for number, piece in enumerate(pieces):
        if isinstance(piece, bytes):
            # The first place counts, whether or not the rest then fits: nothing is tried twice.
            made += b"(?>.*?" + re.escape(piece) + b")" if skipping else re.escape(piece)
            skipping = False
        elif piece.kind is FieldKind.SKIP:
            skipping = True
        elif piece.kind is FieldKind.SPACES:
            made += rb" {1,7}+"
        else:
            made += b"(?P<f%d>%s)" % (number, _inner(piece, pieces[number + 1] if number + 1 < len(pieces) else None))
    return re.compile(made + (rb".*" if open_end else b""), re.DOTALL)


def _inner(field: Field, after: Piece | None) -> bytes:
    if field.kind is FieldKind.WORD:
        return b"(?>" + b"|".join(map(re.escape, sorted(field.choices, key=len, reverse=True))) + b")"
    if field.kind is not FieldKind.TEXT:
        return _CLASSES[field.kind]
    if after is None:
        return rb".++"
    return b"[^" + re.escape(after[:1] if isinstance(after, bytes) else b" ") + b"]++"


def no_offset(stamp: Stamp) -> bool:
    """Whether a time needs the source's zone."""
    return stamp.offset == int(NO_OFFSET)
