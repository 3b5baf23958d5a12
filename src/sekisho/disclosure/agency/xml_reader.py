"""XML read as if whoever sent it were hostile. Pure; knows names of the grammar and nothing of what a message means.

Before a parser sees it: a size, UTF-8, and no ``<!`` and no ``<?`` but the declaration's. In XML a ``<`` begins markup
wherever it stands, so there is no DTD, no entity, no CDATA section, no comment and no processing instruction to
parse: what could expand, fetch or hide something never begins. While it is parsed: depth, elements, attributes and
the length of each text. No attribute but ``xsi:type`` is read, so nothing says where a schema would be found.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element  # only holds what was read; nothing is parsed with it
from xml.parsers import expat  # fed only what has no declaration; that is what this module is for

from sekisho.disclosure.agency import schemas
from sekisho.disclosure.agency.errors import NotValid
from sekisho.disclosure.agency.xml_grammar import XSI, key_of
from sekisho.disclosure.intake.errors import FileRefused

TYPE: Final = f"{{{XSI}}}type"
MAX_PREFIXES: Final = 64
"""Namespace declarations of a message. A house limit: the specification has a dozen namespaces."""

_DECLARATION: Final = re.compile(
    rb"<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:\"1\.0\"|'1\.0')"
    rb"(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:\"(?i:utf-8)\"|'(?i:utf-8)'))?"
    rb"(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:\"(?:yes|no)\"|'(?:yes|no)'))?[ \t\r\n]*\?>"
)
_XSI_TYPE: Final = f"{XSI} type"


def read(data: bytes, *, most: int) -> Element:
    """The root of a document of at most ``most`` bytes; tags are ``{namespace}name``, and the value of an
    ``xsi:type`` is a prefix of the grammar with a name. Raises ``FileRefused`` for what is no such document,
    ``NotValid`` for names and sizes that no message has."""
    if len(data) > most:
        raise FileRefused(problem=f"more than {most} bytes")
    declared = _DECLARATION.match(data)
    body = data[declared.end() :] if declared else data
    if b"<!" in body or b"<?" in body:
        raise FileRefused(problem="XML 1.0 in UTF-8 without DTD, CDATA, comment and processing instruction")
    try:
        data.decode("utf-8", "strict")
        return _Tree().parse(data)
    except (UnicodeDecodeError, expat.ExpatError):
        raise FileRefused(problem="not well-formed XML in UTF-8") from None


class _Tree:
    """What is being read: the open elements, the text of each, and the prefixes in force."""

    def __init__(self) -> None:
        self._root: Element | None = None
        self._open: list[tuple[Element, str, list[str]]] = []
        self._length = 0
        self._left, self._prefixes_left = schemas.MAX_VALUES, MAX_PREFIXES
        self._prefixes: dict[str, list[str]] = {}

    def parse(self, data: bytes) -> Element:
        parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartNamespaceDeclHandler = self._declare
        parser.EndNamespaceDeclHandler = self._undeclare
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)
        if self._root is None:
            raise FileRefused(problem="no element")
        return self._root

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self._prefixes_left -= 1
        if self._prefixes_left < 0:
            raise NotValid(place="xmlns", problem=f"at most {MAX_PREFIXES} namespace declarations")
        self._prefixes.setdefault(prefix or "", []).append(uri or "")

    def _undeclare(self, prefix: str | None) -> None:
        self._prefixes[prefix or ""].pop()

    def _start(self, name: str, attributes: list[str]) -> None:
        tag = _tag(name)
        key = key_of(tag)
        place = self._open[-1][1] if self._open else "message"
        if key is None:
            raise NotValid(place=place, problem="an element of another namespace")
        self._left -= 1
        if self._left < 0 or len(self._open) > schemas.MAX_DEPTH:
            raise NotValid(place=place, problem="too many or too deep")
        if len(key) > schemas.MAX_REFERENCE:
            raise NotValid(place=place, problem="a name that is too long")
        element = Element(tag)
        if attributes:
            if len(attributes) != 2 or attributes[0] != _XSI_TYPE:
                raise NotValid(place=key, problem="no attribute but xsi:type")
            element.set(TYPE, self._type(attributes[1], key))
        if self._open:
            self._open[-1][0].append(element)
        else:
            self._root = element
        self._open.append((element, key, []))
        self._length = 0

    def _type(self, written: str, place: str) -> str:
        prefix, _, name = written.strip(" \t\r\n").rpartition(":")
        namespace = (self._prefixes.get(prefix) or [""])[-1]
        found = key_of(f"{{{namespace}}}{name}")
        if found is None or len(found) > schemas.MAX_REFERENCE:
            raise NotValid(place=place, problem="an xsi:type of the specification")
        return found

    def _text(self, data: str) -> None:
        _, key, parts = self._open[-1]
        self._length += len(data)
        if self._length > schemas.longest(key):
            raise NotValid(place=key, problem=f"text of at most {schemas.longest(key)} characters")
        parts.append(data)

    def _end(self, name: str) -> None:  # noqa: ARG002  # expat has seen to it that it is the open one's
        element, key, parts = self._open.pop()
        text = "".join(parts)
        if len(element):
            if text.strip(" \t\r\n"):
                raise NotValid(place=key, problem="text between elements")
        else:
            element.text = text
        self._length = 0


def _tag(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{{{namespace}}}{local}"

