"""How the XML of TS 103 120 and its JSON say the same: the specification's XSD, read as a grammar of both.

The XSD files are read as data from the package that carries them, with this product's own ``profile.xsd`` beside them;
nothing is loaded from elsewhere. An element's name in JSON is its prefix and local name: those of the core namespace
have no prefix.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from xmlschema import XMLSchema10
from xmlschema.validators import XsdComplexType, XsdElement, XsdGroup, XsdType

from sekisho.disclosure.agency import schemas

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
CORE: Final = "http://uri.etsi.org/03120/common/2019/10/Core"
PROFILE: Final = "urn:sekisho:agency-profile:1"
PREFIXES: Final = {
    "": CORE,
    "auth": "http://uri.etsi.org/03120/common/2020/09/Authorisation",
    "common": "http://uri.etsi.org/03120/common/2016/02/Common",
    "delivery": "http://uri.etsi.org/03120/common/2019/10/Delivery",
    "doc": "http://uri.etsi.org/03120/common/2020/09/Document",
    "notification": "http://uri.etsi.org/03120/common/2016/02/Notification",
    "sekisho": PROFILE,
    "task": "http://uri.etsi.org/03120/common/2020/09/Task",
    "tp": "http://uri.etsi.org/03120/common/2022/07/TrafficPolicy",
}
"""The prefixes of the names in JSON, which are those of the XML written here."""
MESSAGE: Final = f"{{{CORE}}}HI1Message"
OBJECT: Final = f"{{{CORE}}}HI1Object"
TYPE_KEY: Final = "@xsi:type"
PARAMETERS: Final = f"{{{PROFILE}}}AuthorisationParameters"
JSON_TEXT: Final = f"{{{PROFILE}}}JSON"

_SPACES: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_NATIONAL: Final = f"{{{PREFIXES['auth']}}}NationalAuthorisationParameters"
_EMBEDDED: Final = f"{{{PREFIXES['delivery']}}}EmbeddedJSONData"
_FACTS: Final = f"{{{PROFILE}}}Facts"
_ETSI: Final = "http://uri.etsi.org/03280/common/2017/07"


class Kind(enum.Enum):
    """What stands for an element's content in JSON."""

    RECORD = "record"
    """An object with a value for each child."""
    ANY_OBJECT = "any object"
    """One of the specification's objects, as its ``xsi:type`` says."""
    NATIONAL = "national parameters"
    """The profile's parameters of an Authorisation; JSON doesn't name their type."""
    FACTS = "facts"
    """An object of names and plain values."""
    EMBEDDED = "embedded"
    """Any JSON value, written as text."""
    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    BINARY = "binary"
    """Base64."""
    CLOSED = "closed"
    """Not offered in XML: a signature inside the message, a schema, a national type of somebody else's."""


@dataclass(frozen=True, slots=True)
class Field:
    """A child element: its name in JSON, whether it may stand several times (a list in JSON), and its content."""

    key: str
    many: bool
    kind: Kind
    type: XsdType
    preserve: bool
    """Whether white space in its text is part of the value."""


def key_of(tag: str) -> str | None:
    """A ``{namespace}name`` as JSON names it; None for a namespace that no message has."""
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    prefix = _SPACES.get(namespace)
    return None if prefix is None else f"{prefix}:{name}" if prefix else name


@cache
def schema() -> XMLSchema10:
    """The specification's XSD with the profile's."""
    folder = schemas.folder("xsd")
    # The schema of XML signatures is the validator's own copy: that of the package begins with a DTD.
    files = [one for one in sorted(folder.glob("*.xsd")) if not one.name.startswith("xmldsig")]
    places = {_target(one): one.as_uri() for one in files}
    return XMLSchema10(
        Path(__file__).with_name("profile.xsd").as_uri(), locations=places, allow="local", defuse="always"
    )


def message_field() -> Field:
    """The root: a message."""
    return _field(schema().maps.elements[MESSAGE])


@cache
def fields(of: XsdType) -> dict[str, Field]:
    """The children of a record, in the order in which they are written, by their names in JSON."""
    found = {}
    for one in _group(of).iter_elements():
        if isinstance(one, XsdElement):
            made = _field(one)
            found[made.key] = made
    return found


@cache
def concrete(name: str) -> XsdType | None:
    """The type of an object by its ``{namespace}name``; None where that is no object of the specification."""
    found = schema().maps.types.get(name)
    if not isinstance(found, XsdComplexType) or found.abstract or found.base_type is None:
        return None
    return found if found.base_type.name == OBJECT else None


@cache
def one_of_each(of: XsdType) -> tuple[frozenset[str], ...]:
    """Names in JSON of which a record must have one: a single name where it is required, several for a choice."""
    return tuple(_needed(_group(of)))


def parameters() -> XsdType:
    """The profile's parameters of an Authorisation."""
    return schema().maps.types[PARAMETERS]


def _group(of: XsdType) -> XsdGroup:
    content = of.content if isinstance(of, XsdComplexType) else None
    if not isinstance(content, XsdGroup):
        raise TypeError(of.name)
    return content


def _needed(group: XsdGroup) -> Iterator[frozenset[str]]:
    if group.model == "choice":
        yield frozenset(_field(one).key for one in group.iter_elements() if isinstance(one, XsdElement))
        return
    for one in group:
        if isinstance(one, XsdGroup):
            yield from _needed(one)
        elif isinstance(one, XsdElement) and one.min_occurs > 0:
            yield frozenset({_field(one).key})


def _field(element: XsdElement) -> Field:
    key = key_of(element.name)
    kind = Kind.CLOSED if key is None else _kind(element.type)
    many = element.max_occurs is None or element.max_occurs > 1
    preserve = getattr(element.type, "white_space", None) == "preserve"
    return Field(key or element.name, many, kind, element.type, preserve)


_NAMED: Final = {
    OBJECT: Kind.ANY_OBJECT,
    _NATIONAL: Kind.NATIONAL,
    _FACTS: Kind.FACTS,
    _EMBEDDED: Kind.EMBEDDED,
}
_PRIMITIVES: Final = {"decimal": Kind.INTEGER, "boolean": Kind.BOOLEAN, "base64Binary": Kind.BINARY}


def _kind(of: XsdType) -> Kind:
    if of.name in _NAMED:
        return _NAMED[of.name]
    if of.is_simple():
        primitive: Any = getattr(of, "primitive_type", None)
        return _PRIMITIVES.get(primitive.local_name, Kind.TEXT)
    whose = (of.name or "").removeprefix("{").rpartition("}")[0]
    if not isinstance(of, XsdComplexType) or of.abstract or (whose not in _SPACES and whose != _ETSI):
        return Kind.CLOSED
    content = of.content
    plain = isinstance(content, XsdGroup) and all(isinstance(one, XsdElement) for one in content.iter_elements())
    return Kind.RECORD if plain else Kind.CLOSED


def _target(path: Path) -> str:
    found = re.search(r'targetNamespace="([^"]+)"', path.read_text(encoding="utf-8"))
    if found is None:
        raise ImportError(f"{path.name} has no target namespace")
    return found[1]
