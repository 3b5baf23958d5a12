"""Read one JSON document of raw evidence strictly: fields are asked for by name, and what nobody asks for is refused.

::

    root = Fields.of(raw, required={"number"}, optional={"stated"})
    number = root.text("number")
    stated = root.object("stated", optional={"name", "address"})

Reads, believes nothing. Every problem is an ``ApplicationRefused`` that names the field; free text that holds an
individual number is refused (Number Use Act art. 20: it may not be kept).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.field_reading import MAX_TEXT, as_day, as_moment, as_object, as_printable, as_text, need, only

MAX_DOCUMENT_BYTES = 64 * 1024
"""A certificate of 16 KiB becomes 22 in base64; a challenge, a signature and some texts stand beside it."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:@/()-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object of a document, its field names checked; ``path`` is where it stands (``stated``, or nothing)."""

    path: str
    found: Mapping[str, Any]

    @classmethod
    def of(
        cls, raw: bytes, *, required: Set[str], optional: Set[str] = frozenset(), limit: int = MAX_DOCUMENT_BYTES
    ) -> Self:
        """The document itself, of at most ``limit`` bytes; a kind that holds a photo says how many that takes."""
        return cls._checked("", parse_json(raw, limit=limit), required, optional)

    @classmethod
    def _checked(cls, path: str, found: object, required: Set[str], optional: Set[str]) -> Self:
        written = as_object(found, path)
        only(written, set(required | optional), path)
        for name in sorted(required):
            need(written, name, path)
        return cls(path, written)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def object(self, name: str, *, required: Set[str] = frozenset(), optional: Set[str] = frozenset()) -> Fields:
        """The object in field ``name``; an empty one where the field is missing and nothing in it is required."""
        return Fields._checked(self._at(name), self.found.get(name, {}), required, optional)

    def objects(self, name: str, *, required: Set[str], limit: int) -> tuple[Fields, ...]:
        """The objects in a list of at most ``limit``; none where the field is missing."""
        found = self.found.get(name, [])
        if not isinstance(found, list) or len(found) > limit:
            raise WrongValue(field=self._at(name), expected=f"a list of at most {limit}")
        return tuple(
            Fields._checked(f"{self._at(name)}[{place}]", one, required, frozenset()) for place, one in enumerate(found)
        )

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self.found

    def given(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.found.get(name) is not None

    def text(self, name: str, *, limit: int = MAX_TEXT) -> str:
        """Printable text of 1 to ``limit`` characters without an individual number."""
        found = as_text(self.found[name], self._at(name))
        if len(found) > limit:
            raise WrongValue(field=self._at(name), expected=f"text of 1 to {limit} printable characters")
        return found

    def optional_text(self, name: str, *, limit: int = MAX_TEXT) -> str | None:
        """As :meth:`text`; None where the field is missing."""
        return self.text(name, limit=limit) if name in self.found else None

    def printable(self, name: str) -> str:
        """Printable text that may hold any number: a reference of the operator's own, or one of few words."""
        return as_printable(self.found[name], self._at(name))

    def slug(self, name: str) -> str:
        """A short name that can't be a person's: letters, digits and ``. _ : @ / ( ) -`` and spaces, all of ASCII."""
        found = self.found[name]
        if not isinstance(found, str) or not _SLUG.fullmatch(found):
            raise WrongValue(field=self._at(name), expected="1 to 100 letters, digits, spaces and . _ : @ / ( ) -")
        return found

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of a closed list."""
        found = self.found[name]
        if not isinstance(found, str) or found not in allowed:
            raise WrongValue(field=self._at(name), expected="one of " + ", ".join(allowed))
        return found

    def truth(self, name: str) -> bool:
        """True or false."""
        found = self.found[name]
        if not isinstance(found, bool):
            raise WrongValue(field=self._at(name), expected="true or false")
        return found

    def optional_truth(self, name: str) -> bool | None:
        """As :meth:`truth`; None where the field is missing."""
        return self.truth(name) if name in self.found else None

    def octets(self, name: str) -> bytes:
        """Bytes written in base64."""
        found = self.found[name]
        try:
            return base64.b64decode(found if isinstance(found, str) else "*", validate=True)
        except (binascii.Error, ValueError):
            raise WrongValue(field=self._at(name), expected="base64") from None

    def optional_octets(self, name: str) -> bytes | None:
        """As :meth:`octets`; None where the field is missing."""
        return self.octets(name) if name in self.found else None

    def hexadecimal(self, name: str, size: int) -> bytes:
        """``size`` bytes in hexadecimal digits."""
        found = self.found[name]
        if not isinstance(found, str) or not re.fullmatch(f"[0-9a-fA-F]{{{2 * size}}}", found):
            raise WrongValue(field=self._at(name), expected=f"{2 * size} hexadecimal digits")
        return bytes.fromhex(found)

    def moment(self, name: str) -> datetime:
        """A time with offset (RFC 3339)."""
        return as_moment(self.found[name], self._at(name))

    def day(self, name: str) -> date:
        """A date that exists."""
        return as_day(self.found[name], self._at(name))

    def optional_day(self, name: str) -> date | None:
        """As :meth:`day`; None where the field is missing."""
        return self.day(name) if name in self.found else None
