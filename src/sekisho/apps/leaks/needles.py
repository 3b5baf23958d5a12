"""What is looked for: every spelling as it stands and in its common encodings, and every hash that was made of one.

What stands inside other text is found with one automaton. A hash stands alone, between marks: its digits are looked up
in a table, so that tens of thousands of them cost nothing where none is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_from_bytes

from ahocorasick_rs import BytesAhoCorasick

from sekisho.apps.leaks.spellings import Spelling, spellings
from sekisho.apps.leaks.values import Kind, Value

LAYERS_MOST: Final = 3
"""Layers of encoding or hashing, one in another (Englehardt et al. 2018, Senol et al. 2022 look as deep)."""

HASHES: Final = ("md5", "sha1", "sha256", "sha384", "sha512")
DIGEST_SIZES: Final = frozenset(hashlib.new(each, usedforsecurity=False).digest_size for each in HASHES)

_ENCODED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "base64": base64.b64encode,
    "base64url": lambda content: base64.urlsafe_b64encode(content).rstrip(b"="),
    "hex": lambda content: content.hex().encode(),
    "urlencode": lambda content: quote_from_bytes(content, safe="").encode(),
}
"""Encodings that somebody may hash the result of."""

VALUES_MOST: Final = 200
"""Values of one search; a form has a tenth of it."""

_TELLS_POSTAL: Final = re.compile(rb"zip|post|yubin|addr|\xe9\x83\xb5\xe4\xbe\xbf", re.IGNORECASE)
_KEY_BEFORE: Final = 40


def hashed(name: str, content: bytes) -> bytes:
    """The digest by that name. Nothing is protected by it: it is what others sent."""
    return hashlib.new(name, content, usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class Needle:
    """What one match means: the spelling, and the layers that stand for it, outermost first."""

    spelling: Spelling
    layers: tuple[str, ...] = ()
    whole: bool = True
    """False where the match is the beginning of an encoded value, whose last characters depend on what follows."""

    def stands(self, data: bytes, start: int, end: int) -> bool:
        """Whether a match at ``start`` is this value and not a part of another number or word."""
        if self.layers:
            return True
        before, after = data[start - 1 : start], data[end : end + 1]
        if self.spelling.digits_only:
            if before.isdigit() or after.isdigit():
                return False
            if self.spelling.value.kind is Kind.POSTAL:
                return _TELLS_POSTAL.search(data, max(0, start - _KEY_BEFORE), start) is not None
            return True
        return not self.spelling.needs_edges or not (before.isalnum() or after.isalnum())


class Needles:
    """Everything that is looked for, prepared once for any number of requests."""

    def __init__(self, values: Iterable[Value]) -> None:
        """Raises :class:`ValueError` for more than :data:`VALUES_MOST`."""
        self.values = tuple(values)
        if len(self.values) > VALUES_MOST:
            raise ValueError("too many values")
        plain: dict[bytes, Needle] = {}
        self._digests: dict[bytes, Needle] = {}
        for value in self.values:
            for spelling in spellings(value):
                plain.setdefault(spelling.content, Needle(spelling))
                for name, encoded in _beginnings(spelling.content):
                    plain.setdefault(encoded, Needle(spelling, (name,), whole=False))
                for layers, digest in _hashes(spelling):
                    self._digests.setdefault(digest, Needle(spelling, layers))
                    if len(layers) == 1:
                        # Raw digests are looked for inside binary messages too, where no mark surrounds them.
                        plain.setdefault(digest, Needle(spelling, layers))
        self.plain = tuple((content, needle.spelling.value.label) for content, needle in plain.items())
        """What the automaton looks for, with the value's label."""
        self._order = tuple(plain.values())
        self._automaton = BytesAhoCorasick(list(plain)) if plain else None

    def __len__(self) -> int:
        """How many byte strings are told apart."""
        return len(self._order) + len(self._digests)

    def matches(self, data: bytes) -> Iterator[tuple[Needle, int]]:
        """Every value that stands in ``data``, with where it begins."""
        if self._automaton is None:
            return
        for index, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            needle = self._order[index]
            if needle.stands(data, start, end):
                yield needle, start

    def digest(self, digest: bytes) -> Needle | None:
        """What a hash was made of, where it was made of a known value."""
        return self._digests.get(digest)


def _beginnings(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The part of an encoded value that is the same whatever follows, where it is long enough to mean something."""
    whole = base64.b64encode(content[: len(content) // 3 * 3])
    if len(whole) >= 8:
        yield "base64", whole
        yield "base64url", base64.urlsafe_b64encode(content[: len(content) // 3 * 3])
    if len(content) >= 6:
        yield "hex", content.hex().encode()
        yield "hex", content.hex().upper().encode()


def _hashes(spelling: Spelling) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Digests of the spelling, of its encodings and hashes, and of theirs; the fewest layers first."""
    level: list[tuple[tuple[str, ...], bytes]] = [((), spelling.content)]
    # Nobody was seen to hash an old character set twice.
    for _ in range(LAYERS_MOST if not spelling.charset else 1):
        following = []
        for layers, content in level:
            for name in HASHES:
                digest = hashed(name, content)
                yield (name, *layers), digest
                following.append(((name, *layers), digest.hex().encode()))
            for name, encode in _ENCODED.items():
                encoded = encode(content)
                # What an encoding leaves as it is isn't a layer.
                if encoded != content:
                    following.append(((name, *layers), encoded))
        level = following
