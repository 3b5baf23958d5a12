"""YAML with line numbers, strictly: no duplicate keys, no aliases, no tags, text stays text.

Only ``true`` and ``false`` are booleans (``no`` and ``on`` are text), and dates are ``YYYY-MM-DD``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from sekisho.rulebook.errors import RulebookRefused

MAX_FILE_BYTES = 1_000_000
"""A rulebook file is read by people; one of more than a megabyte is a mistake or an attack."""

MAX_NESTING = 64
"""A rule's deepest condition lies some thirty levels down; the parser's own recursion ends in a crash, not an error."""

_BRACKET = re.compile(r"[\[\]{}]|\n")
_INDENTED = re.compile(rf"^ {{{2 * MAX_NESTING},}}\S|(?:[-?:][ \t]+){{{MAX_NESTING},}}", re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INT = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """A value and where it stands: ``value`` is a scalar, a list of places, or a mapping of text to places."""

    value: Any
    file: str
    line: int

    def refuse(self, problem: str) -> RulebookRefused:
        """The error that names this place."""
        return RulebookRefused(file=self.file, line=self.line, problem=problem)

    def mapping(
        self, allowed: frozenset[str] | None = None, required: frozenset[str] = frozenset()
    ) -> dict[str, Place]:
        """This as a mapping with only ``allowed`` keys and all ``required`` ones."""
        if not isinstance(self.value, dict):
            raise self.refuse("a mapping is expected here")
        found: dict[str, Place] = self.value
        if allowed is not None:
            for key, place in found.items():
                if key not in allowed:
                    raise place.refuse(f"unknown key '{key}' (known: {', '.join(sorted(allowed))})")
        for key in sorted(required - set(found)):
            raise self.refuse(f"'{key}' is missing")
        return found

    def items(self) -> list[Place]:
        """This as a list."""
        if not isinstance(self.value, list):
            raise self.refuse("a list is expected here")
        return self.value

    def text(self) -> str:
        """This as text that isn't empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.refuse("text is expected here")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """This as a list of texts."""
        return tuple(place.text() for place in self.items())

    def day(self) -> date:
        """This as a date."""
        if not isinstance(self.value, date):
            raise self.refuse("a date (YYYY-MM-DD) is expected here")
        return self.value

    def integer(self) -> int:
        """This as a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refuse("a whole number is expected here")
        return self.value

    def plain(self) -> Any:
        """This and all below it as plain Python values, without places."""
        if isinstance(self.value, dict):
            return {key: place.plain() for key, place in self.value.items()}
        if isinstance(self.value, list):
            return [place.plain() for place in self.value]
        return self.value

    def canonical(self) -> Any:
        """Like :meth:`plain`, with dates as text: the form that is hashed."""
        if isinstance(self.value, dict):
            return {key: place.canonical() for key, place in self.value.items()}
        if isinstance(self.value, list):
            return [place.canonical() for place in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value


def read(text: str, file: str) -> Place:
    """Parse one file's text. Raises :class:`RulebookRefused` at the first thing that isn't plain, strict YAML."""
    if len(text.encode()) > MAX_FILE_BYTES:
        raise RulebookRefused(file=file, line=1, problem=f"the file is larger than {MAX_FILE_BYTES} bytes")
    too_deep = _too_deep(text)
    if too_deep is not None:
        raise RulebookRefused(file=file, line=too_deep, problem=f"nested deeper than {MAX_NESTING} levels")
    try:
        for token in _tokens(text):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                line = token.start_mark.line + 1
                raise RulebookRefused(file=file, line=line, problem="anchors, aliases and tags are not allowed")
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise RulebookRefused(file=file, line=line, problem=f"not YAML ({getattr(error, 'problem', error)})") from error
    if root is None:
        raise RulebookRefused(file=file, line=1, problem="the file is empty")
    return _place(root, file)


def _too_deep(text: str) -> int | None:
    """The line on which the text is nested too deeply, by brackets (quoted ones too) or by indentation."""
    depth, line = 0, 1
    for match in _BRACKET.finditer(text):
        if match.group() == "\n":
            line += 1
        else:
            depth = depth + 1 if match.group() in "[{" else max(0, depth - 1)
            if depth > MAX_NESTING:
                return line
    found = _INDENTED.search(text)
    return text[: found.start()].count("\n") + 1 if found is not None else None


def _tokens(text: str) -> Iterator[Any]:
    if "&" in text or "*" in text or "!" in text:
        yield from yaml.scan(text, Loader=_LOADER)


def _place(node: Any, file: str) -> Place:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise RulebookRefused(file=file, line=key_node.start_mark.line + 1, problem=f"'{key}' stands twice")
            found[key] = _place(value_node, file)
        return Place(found, file, line)
    if isinstance(node, yaml.SequenceNode):
        return Place([_place(child, file) for child in node.value], file, line)
    return Place(_scalar(node, file, line), file, line)


def _scalar(node: Any, file: str, line: int) -> Any:
    raw: str = node.value
    if node.style:
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    if _INT.fullmatch(raw):
        return int(raw)
    if _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError as error:
            raise RulebookRefused(file=file, line=line, problem=f"there is no day {raw}") from error
    return raw
