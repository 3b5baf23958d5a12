"""What an exporter announced: its templates, for each exporter and observation domain (RFC 7011 section 8).

Templates come from the network: their number, their fields and what waits for them are bounded. A template that is
announced anew replaces the one before from there on, a withdrawn one is gone, and one that isn't announced again in
time expires where it was received in datagrams (section 8.4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sekisho.logs.formats.ipfix.elements import ADDRESSES_4, ADDRESSES_6, READ, TEXTS, Key
from sekisho.logs.formats.ipfix.profiles import Profile, profile_of

VARIABLE: Final = 65_535
"""A field's length that says: each record tells it (RFC 7011 section 7)."""
MAX_FIELDS: Final = 512
"""Fields of one template; real ones have at most some dozens."""
MAX_TEMPLATES: Final = 1_024
"""Templates of one exporter and domain."""
LEAST_DATA_SET: Final = 256
"""The least number of a template (RFC 7011 section 3.4.1)."""

_PAIR = struct.Struct(">HH")
_ENTERPRISE = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: its element and its length in bytes, :data:`VARIABLE` where each record tells it."""

    key: Key
    length: int


@dataclass(frozen=True)
class Template:
    """A template. ``options`` are those of an options template: records about the exporter, not about traffic."""

    number: int
    fields: tuple[FieldSpec, ...]
    options: bool = False

    @cached_property
    def variable(self) -> bool:
        """Whether its records differ in length."""
        return any(one.length == VARIABLE for one in self.fields)

    @cached_property
    def least(self) -> int:
        """Bytes of its shortest record; without variable fields that of every record."""
        return sum(1 if one.length == VARIABLE else one.length for one in self.fields)

    @cached_property
    def places(self) -> dict[Key, int]:
        """Where the elements that are read stand: of one that comes several times, the first counts."""
        found: dict[Key, int] = {}
        for number, one in enumerate(self.fields):
            if one.key in READ:
                found.setdefault(one.key, number)
        return found

    @cached_property
    def profile(self) -> Profile | None:
        """What its records mean; None where they aren't about translations."""
        return profile_of(frozenset(self.places))

    @cached_property
    def problem(self) -> str | None:
        """Why its records can't be read although their ends are known."""
        for key, at in self.places.items():
            if not _fits(key, self.fields[at].length):
                return "element_length"
        return None


def _fits(key: Key, length: int) -> bool:
    if key in TEXTS:
        return True
    if key[0] == 0 and key[1] in ADDRESSES_4:
        return length == 4
    if key[0] == 0 and key[1] in ADDRESSES_6:
        return length == 16
    return 1 <= length <= 8


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Withdraws a template; with ``number`` None all of the kind."""

    number: int | None
    options: bool


class TemplateBroken(Exception):
    """A template set that can't be read on; what was read of it before counts."""


def announced(body: bytes, *, version: int, options: bool) -> Iterator[Template | Withdrawal]:
    """What a template set says. Raises :class:`TemplateBroken` at what can't be read."""
    at = 0
    while len(body) - at >= 4:
        number, count = _PAIR.unpack_from(body, at)
        if number == 0 and not any(body[at:]):
            return  # padding
        at += 4
        if count == 0 and version == 10:
            # A withdrawal of all names the set's own number (RFC 7011 section 8.1).
            everything = number == (3 if options else 2)
            if number < LEAST_DATA_SET and not everything:
                raise TemplateBroken
            yield Withdrawal(None if everything else number, options)
            continue
        if number < LEAST_DATA_SET:
            raise TemplateBroken
        if options:
            if len(body) - at < (2 if version == 10 else 0):
                raise TemplateBroken
            if version == 10:
                at += 2  # how many of the fields are the scope: it doesn't matter to what is skipped
            else:
                # Version 9 tells the bytes of scope and option fields instead (RFC 3954 section 6.1).
                if len(body) - at < 2:
                    raise TemplateBroken
                (more,) = struct.unpack_from(">H", body, at)
                at += 2
                if (count + more) % 4:
                    raise TemplateBroken
                count = (count + more) // 4
        fields, at = _fields(body, at, count, version)
        yield Template(number, fields, options)


def _fields(body: bytes, at: int, count: int, version: int) -> tuple[tuple[FieldSpec, ...], int]:
    if count > MAX_FIELDS or count == 0:
        raise TemplateBroken
    fields = []
    for _ in range(count):
        if len(body) - at < 4:
            raise TemplateBroken
        element, length = _PAIR.unpack_from(body, at)
        at += 4
        enterprise = 0
        if version == 10 and element & 0x8000:
            if len(body) - at < 4:
                raise TemplateBroken
            (enterprise,) = _ENTERPRISE.unpack_from(body, at)
            element &= 0x7FFF
            at += 4
        if length == VARIABLE and version != 10:
            raise TemplateBroken
        fields.append(FieldSpec((enterprise, element), length))
    if not any(one.length for one in fields):
        raise TemplateBroken  # records without bytes: any number of them would fit
    return tuple(fields), at


@dataclass(slots=True)
class _Known:
    template: Template
    at: int


@dataclass(slots=True)
class Templates:
    """The templates of one exporter and domain. ``lifetime`` is how long one counts without being announced again, in
    microseconds; None: until it is withdrawn."""

    lifetime: int | None
    _known: dict[int, _Known] = field(default_factory=dict)

    def learn(self, template: Template, at: int) -> Template | None:
        """Take in what was announced at ``at``; the template it replaces, if it says something else."""
        before = self._known.pop(template.number, None)
        if before is not None and before.template == template:
            # The same object stays, so that records before and after are read together.
            self._known[template.number] = _Known(before.template, at)
            return None
        if len(self._known) >= MAX_TEMPLATES:
            del self._known[next(iter(self._known))]
        self._known[template.number] = _Known(template, at)
        return None if before is None else before.template

    def forget(self, withdrawal: Withdrawal) -> None:
        """Take a withdrawal."""
        if withdrawal.number is not None:
            self._known.pop(withdrawal.number, None)
            return
        for number in [n for n, one in self._known.items() if one.template.options == withdrawal.options]:
            del self._known[number]

    def get(self, number: int, at: int) -> Template | None:
        """The template of that number at ``at``."""
        found = self._known.get(number)
        if found is None:
            return None
        if self.lifetime is not None and at - found.at > self.lifetime:
            del self._known[number]
            return None
        return found.template
