"""A line's shape as data: fixed text and typed fields, ``internal-ip="{inside:ip}" block-port-low="{low:uint}"``.

A template is compiled to an exact reader of one line (here) and, by :mod:`sekisho.logs.formats.scan`, to one of many
lines at once. Both give the same answer; this one also says why a line isn't read. There are no expressions in a
template and nothing of it becomes code, so operators may bring their own.

Field types: ``uint``, ``hex`` (both up to 64 bits, at least one digit), ``ip`` (either family, canonical), ``text``
(up to the next fixed text, not empty), ``spaces`` (one or more, unnamed). ``{*}`` is anything, also nothing; it may
stand at the beginning and at the end.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_LINE: Final = 8192
"""Bytes of one line. RFC 5424 section 6.1 asks for 2,048 and allows more; a line beyond this is not a log line."""
MAX_TEXT: Final = 256
"""Bytes of one text field: a RADIUS attribute holds 253 (RFC 2865 section 5)."""
MAX_DIGITS: Final = 18
"""Decimal digits that always fit a signed 64-bit number."""
MAX_HEX: Final = 15
"""Hexadecimal digits that always fit a signed 64-bit number."""

_PART = re.compile(r"\{(\*|[a-z_][a-z_0-9]*:[a-z]+|:spaces)\}")


class FieldKind(StrEnum):
    """What a field holds."""

    UINT = "uint"
    HEX = "hex"
    IP = "ip"
    TEXT = "text"
    SPACES = "spaces"


@dataclass(frozen=True, slots=True)
class Field:
    """A typed part of a line. ``name`` is empty for spaces; a name that begins with ``_`` is read and dropped."""

    name: str
    kind: FieldKind


Piece = bytes | Field
"""A fixed text or a field."""


class TemplateRefused(ValueError):
    """A template nobody could read lines by; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A line's shape. ``open_start`` and ``open_end`` say that anything may stand before and after ``pieces``.

    ``anchor`` is the place among ``pieces`` of the fixed text by which its lines are found.
    """

    name: str
    pieces: tuple[Piece, ...]
    open_start: bool
    open_end: bool
    anchor: int
    pattern: re.Pattern[bytes]

    @classmethod
    def parse(cls, name: str, text: str) -> Template:
        """Read a template; raises :class:`TemplateRefused`."""
        parts = _PART.split(text)
        pieces: list[Piece] = []
        stars = [at for at in range(1, len(parts), 2) if parts[at] == "*"]
        open_start, open_end = 1 in stars and not parts[0], len(parts) - 2 in stars and not parts[-1]
        if len(stars) != (open_start and 1 in stars) + (open_end and len(parts) - 2 in stars and len(parts) > 3):
            raise TemplateRefused(f"{name}: {{*}} stands at the beginning or at the end")
        for at, part in enumerate(parts):
            if at % 2 == 0:
                if "{" in part or "}" in part:
                    raise TemplateRefused(f"{name}: {part!r} has a brace that is no field")
                if part:
                    pieces.append(part.encode("utf-8"))
            elif part != "*":
                pieces.append(_field(name, part))
        _check(name, pieces, open_start=open_start, open_end=open_end)
        literals = [(len(piece), -at) for at, piece in enumerate(pieces) if isinstance(piece, bytes)]
        anchor = 0 if open_start else -max(literals)[1]
        return cls(name, tuple(pieces), open_start, open_end, anchor, _pattern(pieces, open_start, open_end))

    def read(self, line: bytes) -> dict[str, int | str | bytes] | str:
        """The named fields of a line, or a slug that says why it isn't one (``no_match``, ``number_too_large`` …).

        ``ip`` fields are numbers in the second half of a pair; see :func:`read_ip`.
        """
        if len(line) > MAX_LINE:
            return "line_too_long"
        found = self.pattern.fullmatch(line)
        if found is None:
            return "no_match"
        values: dict[str, int | str | bytes] = {}
        for piece in self.pieces:
            if isinstance(piece, bytes) or piece.kind is FieldKind.SPACES:
                continue
            raw = found[piece.name]
            if piece.kind is FieldKind.UINT:
                if len(raw) > MAX_DIGITS:
                    return "number_too_large"
                values[piece.name] = int(raw)
            elif piece.kind is FieldKind.HEX:
                if len(raw) > MAX_HEX:
                    return "number_too_large"
                values[piece.name] = int(raw, 16)
            elif piece.kind is FieldKind.IP:
                if read_ip(raw) is None:
                    return "not_an_address"
                values[piece.name] = raw
            else:
                if len(raw) > MAX_TEXT:
                    return "text_too_long"
                values[piece.name] = raw
        return values


def read_ip(raw: bytes) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address of either family; None for anything else (leading zeros, zones, spaces)."""
    try:
        found = ipaddress.ip_address(raw.decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        return None
    return None if isinstance(found, ipaddress.IPv6Address) and found.scope_id is not None else found


def _field(name: str, part: str) -> Field:
    field, _, kind = part.partition(":")
    try:
        return Field(field, FieldKind(kind))
    except ValueError:
        raise TemplateRefused(f"{name}: there is no type {kind!r}") from None


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
        if isinstance(piece, Field) and isinstance(after, Field) and FieldKind.SPACES not in (piece.kind, after.kind):
            raise TemplateRefused(f"{name}: {piece.name} and {after.name} touch")
        if (
            isinstance(piece, Field)
            and isinstance(after, bytes)
            and piece.kind is FieldKind.SPACES
            and after[:1] == b" "
        ):
            raise TemplateRefused(f"{name}: spaces are followed by something else")
    last = pieces[-1]
    if open_end and isinstance(last, Field) and last.kind is FieldKind.TEXT:
        raise TemplateRefused(f"{name}: {last.name} has no end")


_CLASSES: Final = {
    FieldKind.UINT: rb"[0-9]+",
    FieldKind.HEX: rb"[0-9a-fA-F]+",
    FieldKind.IP: rb"[0-9a-fA-F:.]+",
}


def _pattern(pieces: list[Piece], open_start: bool, open_end: bool) -> re.Pattern[bytes]:
    made = rb"(?:.*?)" if open_start else b""
    for at, piece in enumerate(pieces):
        if isinstance(piece, bytes):
            made += re.escape(piece)
        elif piece.kind is FieldKind.SPACES:
            made += rb" +"
        else:
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            stop = re.escape(after[:1]) if isinstance(after, bytes) else b" "
            inner = _CLASSES.get(piece.kind, b"[^" + stop + rb"]+" if after is not None else rb".+")
            made += b"(?P<" + piece.name.encode() + b">" + inner + b")"
    return re.compile(made + (rb".*" if open_end else b""), re.DOTALL)
