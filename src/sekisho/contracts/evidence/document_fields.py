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
from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.individual_number import in_free_text

MAX_TEXT = 500
"""Characters of a text, as for applications: the longest field is an address."""

MAX_DOCUMENT_BYTES = 64 * 1024
"""A certificate of 16 KiB becomes 22 in base64; a challenge, a signature and some texts stand beside it."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:@/()-]{0,99}", re.ASCII)
_IDEOGRAPHIC_SPACE = "\u3000"


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object of a document, its field names checked; ``path`` is where it stands (``stated.``)."""

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
        if not isinstance(found, dict):
            raise WrongValue(field=path.removesuffix("."), expected="an object")
        for name in found:
            if name not in required | optional:
                # The name is the sender's text: it reaches an error shortened and in ASCII only.
                raise UnknownField(field=path + ascii(name)[1:-1][:40])
        for name in sorted(required):
            if name not in found:
                raise MissingField(field=path + name)
        return cls(path, found)

    def object(self, name: str, *, required: Set[str] = frozenset(), optional: Set[str] = frozenset()) -> Fields:
        """The object in field ``name``; an empty one where the field is missing and nothing in it is required."""
        return Fields._checked(f"{self.path}{name}.", self.found.get(name, {}), required, optional)

    def objects(self, name: str, *, required: Set[str], limit: int) -> tuple[Fields, ...]:
        """The objects in a list of at most ``limit``; none where the field is missing."""
        found = self.found.get(name, [])
        if not isinstance(found, list) or len(found) > limit:
            raise WrongValue(field=self.path + name, expected=f"a list of at most {limit}")
        return tuple(
            Fields._checked(f"{self.path}{name}[{place}].", one, required, frozenset())
            for place, one in enumerate(found)
        )

    def given(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.found.get(name) is not None

    def truth(self, name: str) -> bool:
        """True or false."""
        found = self.found[name]
        if not isinstance(found, bool):
            raise WrongValue(field=self.path + name, expected="true or false")
        return found

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self.found

    def text(self, name: str, *, limit: int = MAX_TEXT) -> str:
        """Printable text of 1 to ``limit`` characters without an individual number."""
        found = self.found[name]
        # The ideographic space parts Japanese names, and Python doesn't count it as printable.
        good = isinstance(found, str) and found.strip() and found.replace(_IDEOGRAPHIC_SPACE, " ").isprintable()
        if not isinstance(found, str) or not good or len(found) > limit:
            raise WrongValue(field=self.path + name, expected=f"text of 1 to {limit} printable characters")
        if in_free_text(found):
            raise IndividualNumber(field=self.path + name)
        return found

    def optional_text(self, name: str) -> str | None:
        """As :meth:`text`; None where the field is missing."""
        return self.text(name) if name in self.found else None

    def slug(self, name: str) -> str:
        """A short name that can't be a person's: letters, digits and ``. _ : @ / -`` and spaces, all of ASCII."""
        found = self.found[name]
        if not isinstance(found, str) or not _SLUG.fullmatch(found):
            raise WrongValue(field=self.path + name, expected="1 to 100 letters, digits, spaces and . _ : @ / ( ) -")
        return found

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of a closed list."""
        found = self.found[name]
        if not isinstance(found, str) or found not in allowed:
            raise WrongValue(field=self.path + name, expected="one of " + ", ".join(allowed))
        return found

    def octets(self, name: str) -> bytes:
        """Bytes written in base64."""
        found = self.found[name]
        try:
            return base64.b64decode(found if isinstance(found, str) else "*", validate=True)
        except (binascii.Error, ValueError):
            raise WrongValue(field=self.path + name, expected="base64") from None

    def moment(self, name: str) -> datetime:
        """An aware time (RFC 3339)."""
        found = self.found[name]
        try:
            moment = datetime.fromisoformat(found if isinstance(found, str) else "")
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise WrongValue(field=self.path + name, expected="a time with offset (RFC 3339)")
        return moment

    def day(self, name: str) -> date:
        """A date that exists."""
        found = self.found[name]
        if isinstance(found, str) and _DAY.fullmatch(found):
            try:
                return date.fromisoformat(found)
            except ValueError:
                pass
        raise WrongValue(field=self.path + name, expected="a date that exists (YYYY-MM-DD)")
