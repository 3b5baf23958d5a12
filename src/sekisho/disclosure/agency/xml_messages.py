"""Messages of TS 103 120 in XML: into the same JSON values that the desk works with, and out of them.

What is read was checked against the specification's XSD, and is then checked against its JSON schema as every message
is: behind the encoding nothing differs. What is written is written by the same grammar. A list without entries and a
list that isn't there are the same in XML.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element  # the type of what the reader gives; nothing is parsed with it

import orjson
from xmlschema.validators import XMLSchemaChildrenValidationError, XMLSchemaValidationError, XsdType

from sekisho.disclosure.agency import xml_grammar
from sekisho.disclosure.agency.errors import NotInXml, NotValid
from sekisho.disclosure.agency.xml_grammar import MESSAGE, PREFIXES, TYPE_KEY, XSI, Field, Kind, key_of
from sekisho.disclosure.agency.xml_reader import TYPE, read
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.json_form import parse

MAX_DIGITS: Final = 20
"""Digits of a number. A house limit: it fits 64 bits."""
_SHOWN: Final = 160
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_NUMBER: Final = re.compile(rf"[+-]?\d{{1,{MAX_DIGITS}}}", re.ASCII)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FACT: Final = {"sekisho:Boolean": Kind.BOOLEAN, "sekisho:Number": Kind.INTEGER, "sekisho:Text": Kind.TEXT}
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_BASE64: Final = frozenset({f"{{{PREFIXES['doc']}}}Contents", f"{{{PREFIXES['delivery']}}}Data"})
_NATIONAL: Final = "auth:NationalAuthorisationParameters"
_PARAMETERS: Final = "sekisho:AuthorisationParameters"


# --- reading


def read_message(data: bytes, *, most: int) -> dict[str, Any]:
    """A message of at most ``most`` bytes as JSON values, valid by the XSD; its JSON schema is the caller's to check.
    Raises ``FileRefused``, ``NotValid``; never names a value."""
    root = read(data, most=most)
    if root.tag != MESSAGE:
        raise NotValid(place="message", problem="an HI1Message of TS 103 120")
    _check_types(root)
    error = _first_error(root)
    if error is not None:
        raise NotValid(place=_place(error), problem=_problem(error))
    return _record(root, xml_grammar.fields(xml_grammar.message_field().type))


def _check_types(root: Element) -> None:
    """Types are named where the specification leaves a place for them, and are those of the profile."""
    for one in root.iter():
        named = one.get(TYPE)
        if one.tag == xml_grammar.OBJECT:
            if named is None or xml_grammar.concrete(_full(named)) is None:
                raise NotValid(place="HI1Object", problem="an object of the specification as its xsi:type")
        elif named is not None and (key_of(one.tag) != _NATIONAL or named != _PARAMETERS):
            raise NotValid(place=key_of(one.tag) or "", problem="no such xsi:type here")


def _first_error(root: Element) -> XMLSchemaValidationError | None:
    """The first that the XSD finds. Base64 is checked here and set apart meanwhile: the validator takes seconds for a
    scan's."""
    apart = [(one, one.text or "") for one in root.iter() if one.tag in _BASE64]
    for one, text in apart:
        if not _is_base64(text):
            raise NotValid(place=key_of(one.tag) or "", problem="Base64")
        one.text = ""
    error = next(iter(xml_grammar.schema().iter_errors(root, namespaces=dict(PREFIXES))), None)
    for one, text in apart:
        one.text = text
    return error


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(_SPACE.sub("", text), validate=True)
    except ValueError:
        return False
    return True


def _place(error: XMLSchemaValidationError) -> str:
    return (error.path or "message")[-_SHOWN:].removeprefix("/")


def _problem(error: XMLSchemaValidationError) -> str:
    children = isinstance(error, XMLSchemaChildrenValidationError)
    return "an element that is missing or doesn't belong there" if children else "another value or type"


def _record(element: Element, fields: Mapping[str, Field]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        field = fields[key_of(child.tag) or ""]
        value = _value(child, field)
        if field.many:
            found.setdefault(field.key, []).append(value)
        else:
            found[field.key] = value
    return found


def _value(element: Element, field: Field) -> Any:
    text = element.text or ""
    match field.kind:
        case Kind.RECORD:
            return _record(element, xml_grammar.fields(field.type))
        case Kind.ANY_OBJECT:
            return _object(element)
        case Kind.NATIONAL:
            return _record(element, xml_grammar.fields(xml_grammar.parameters()))
        case Kind.FACTS:
            return _facts(element)
        case Kind.EMBEDDED:
            return _embedded(element, field.key)
        case Kind.CLOSED:
            raise NotValid(place=field.key, problem="not offered in XML")
        case Kind.TEXT:
            return text if field.preserve else _SPACE.sub(" ", text).strip(" ")
        case _:
            return _plain(text, field.kind, field.key)


def _plain(text: str, kind: Kind, place: str) -> str | int | bool:
    if kind is Kind.BINARY:
        return _SPACE.sub("", text)
    trimmed = text.strip(" \t\r\n")
    if kind is Kind.BOOLEAN:
        return trimmed in ("true", "1")
    if not _NUMBER.fullmatch(trimmed):
        raise NotValid(place=place, problem=f"a number of at most {MAX_DIGITS} digits")
    return int(trimmed)


def _object(element: Element) -> dict[str, Any]:
    name = _full(element.get(TYPE, ""))
    of = xml_grammar.concrete(name)
    if of is None:
        raise NotValid(place="HI1Object", problem="an object of the specification")
    return {TYPE_KEY: name, **_record(element, xml_grammar.fields(of))}


def _facts(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for fact in element:
        name, value = fact[0].text or "", fact[1]
        if name in found:
            raise NotValid(place="sekisho:Facts", problem="each name once")
        key = key_of(value.tag) or ""
        text = value.text or ""
        found[name] = text if _FACT[key] is Kind.TEXT else _plain(text, _FACT[key], key)
    return found


def _embedded(element: Element, place: str) -> Mapping[str, Any]:
    if [one.tag for one in element] != [xml_grammar.JSON_TEXT]:
        raise NotValid(place=place, problem="one sekisho:JSON")
    try:
        return parse((element[0].text or "").encode())
    except FileRefused:
        raise NotValid(place=place, problem="JSON") from None


def _full(key: str) -> str:
    prefix, _, name = key.rpartition(":")
    return f"{{{PREFIXES.get(prefix, '')}}}{name}"


# --- writing


def write_message(message: Mapping[str, Any]) -> str:
    """A message in XML, without declaration and in UTF-8 once encoded. Raises ``NotInXml`` where it holds what the
    XSD has no place for."""
    names = "".join(f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in sorted(PREFIXES.items()))
    parts = [f'<HI1Message{names} xmlns:xsi="{XSI}">']
    _write_record(parts, message, xml_grammar.message_field().type, "HI1Message")
    parts.append("</HI1Message>")
    return "".join(parts)


def check_response(response: Mapping[str, Any]) -> None:
    """Whether a response to an action can be said in XML. Raises ``NotInXml``."""
    message = xml_grammar.fields(xml_grammar.message_field().type)
    payload = xml_grammar.fields(xml_grammar.fields(message["Payload"].type)["ResponsePayload"].type)
    one = xml_grammar.fields(payload["ActionResponses"].type)["ActionResponse"]
    _write([], response, one)


def _write_record(parts: list[str], value: object, of: XsdType, place: str) -> None:
    fields = xml_grammar.fields(of)
    if not isinstance(value, Mapping) or set(value) - set(fields):
        strange = sorted(str(one) for one in set(value) - set(fields)) if isinstance(value, Mapping) else []
        raise NotInXml(place=strange[0][:_SHOWN] if strange else place)
    said = {key for key in value if value[key] != []}
    if any(len(said & names) != 1 for names in xml_grammar.one_of_each(of)):
        raise NotInXml(place=place)
    for key, field in fields.items():
        if key not in value:
            continue
        several = value[key] if field.many else [value[key]]
        if not isinstance(several, list):
            raise NotInXml(place=key)
        for one in several:
            _write(parts, one, field)


def _write(parts: list[str], value: Any, field: Field) -> None:
    key = field.key
    match field.kind:
        case Kind.RECORD:
            parts.append(f"<{key}>")
            _write_record(parts, value, field.type, key)
        case Kind.ANY_OBJECT:
            _write_object(parts, value, key)
        case Kind.NATIONAL:
            parts.append(f'<{key} xsi:type="{_PARAMETERS}">')
            _write_record(parts, value, xml_grammar.parameters(), key)
        case Kind.FACTS:
            _write_facts(parts, value, key)
        case Kind.EMBEDDED:
            if not isinstance(value, Mapping):
                raise NotInXml(place=key)
            parts.append(f"<{key}><sekisho:JSON>{_escaped(orjson.dumps(value).decode(), key)}</sekisho:JSON>")
        case Kind.CLOSED:
            raise NotInXml(place=key)
        case _:
            text = _text_of(value, field.kind, key)
            # Base64 is written here, or was checked where it came from; it may be long.
            if field.kind is not Kind.BINARY and not field.type.text_is_valid(text):
                raise NotInXml(place=key)
            parts.append(f"<{key}>{_escaped(text, key)}")
    parts.append(f"</{key}>")


def _write_object(parts: list[str], value: Any, key: str) -> None:
    name = str(value.get(TYPE_KEY, "")) if isinstance(value, Mapping) else ""
    of, written = xml_grammar.concrete(name), key_of(name)
    if of is None or written is None:
        raise NotInXml(place=key)
    parts.append(f'<{key} xsi:type="{written}">')
    rest = {one: content for one, content in value.items() if one != TYPE_KEY}
    _write_record(parts, rest, of, written)


def _write_facts(parts: list[str], value: Any, key: str) -> None:
    if not isinstance(value, Mapping):
        raise NotInXml(place=key)
    parts.append(f"<{key}>")
    for name, said in value.items():
        kind = Kind.BOOLEAN if isinstance(said, bool) else Kind.INTEGER if isinstance(said, int) else Kind.TEXT
        tag = next(one for one, its in _FACT.items() if its is kind)
        parts.append(f"<sekisho:Fact><sekisho:Name>{_escaped(name, key)}</sekisho:Name>")
        parts.append(f"<{tag}>{_escaped(_text_of(said, kind, key), key)}</{tag}></sekisho:Fact>")


def _text_of(value: Any, kind: Kind, place: str) -> str:
    if kind is Kind.BOOLEAN and isinstance(value, bool):
        return "true" if value else "false"
    if kind is Kind.INTEGER and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if kind in (Kind.TEXT, Kind.BINARY) and isinstance(value, str):
        return value
    raise NotInXml(place=place)


def _escaped(text: str, place: str) -> str:
    if _NOT_XML.search(text):
        raise NotInXml(place=place)
    return text.translate(_ESCAPES)
