"""Whatever a message says, both encodings say it alike: the grammar is walked, not a list of examples."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xmlschema.validators import XsdType

from sekisho.disclosure.agency import encodings, xml_grammar
from sekisho.disclosure.agency.errors import NotInXml
from sekisho.disclosure.agency.xml_grammar import PREFIXES, Field, Kind

MOST = 1 << 20
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12) | (
    st.sampled_from(["", " two  spaces ", "tab\tand\nline", "<&>]]>\"'", "関所 守", "&lt;"])
)
ID = st.uuids().map(str)
MOMENT = st.sampled_from(["2026-11-20T12:00:00+09:00", "2026-11-20T03:00:00Z"])
TEXTS = {
    "LongString": TEXT,
    "ShortString": TEXT,
    "QualifiedDateTime": MOMENT,
    "QualifiedMicrosecondDateTime": st.just("2026-11-20T03:00:00.000001Z"),
    "UUID": ID,
    "ObjectIdentifier": ID,
    "ISOCountryCode": st.sampled_from(["JP", "US"]),
    "LDID": st.sampled_from(["JP-sekisho-kenkei-1", "JP- a -  b"]),
    "LIID": st.just("!liid~1"),
    "ETSIVersion": st.just("V1.15.1"),
    "IPv4Address": st.just("203.0.113.5"),
    "IPAddressPort": st.nothing(),
    "InternationalE164": st.just("81300000110"),
    "InternationalizedEmailAddress": st.just("検見川@example.jp"),
    "EmailAddress": st.just("a@example.jp"),
}
"""Texts of each type of the specification that a generated message has; fields of other types are left out."""
OBJECTS = [
    f"{{{PREFIXES[prefix]}}}{name}"
    for prefix, name in [
        ("auth", "AuthorisationObject"), ("doc", "DocumentObject"), ("task", "LDTaskObject"), ("task", "LPTaskObject"),
        ("task", "LITaskObject"), ("delivery", "DeliveryObject"), ("notification", "NotificationObject"),
    ]
]  # fmt: skip


def usable(field: Field) -> bool:
    """Whether a generated message may have it."""
    if field.kind is Kind.TEXT:
        return (field.type.local_name or "") in TEXTS and field.type.local_name != "IPAddressPort"
    if field.kind is Kind.RECORD:
        known = xml_grammar.fields(field.type)
        return all(any(usable(known[one]) for one in names) for names in xml_grammar.one_of_each(field.type))
    return field.kind is not Kind.CLOSED


@st.composite
def record(draw: st.DrawFn, of: XsdType, *, likely: bool = False) -> dict[str, Any]:
    """A record with what it must have, and some of what it may."""
    known = {key: field for key, field in xml_grammar.fields(of).items() if usable(field)}
    needed = xml_grammar.one_of_each(of)
    chosen = {draw(st.sampled_from(sorted(names & set(known)))) for names in needed}
    free = sorted(set(known) - frozenset().union(*needed))
    chosen |= {one for one in free if draw(st.booleans())} if free and (likely or draw(st.booleans())) else set()
    return {key: draw(content(known[key])) for key in sorted(chosen)}


def content(field: Field) -> st.SearchStrategy[Any]:
    """A value of a field."""
    one = single(field)
    return st.lists(one, min_size=1, max_size=2) if field.many else one


def single(field: Field) -> st.SearchStrategy[Any]:
    """One value."""
    match field.kind:
        case Kind.TEXT:
            return TEXTS[field.type.local_name or ""]
        case Kind.INTEGER:
            return st.integers(1, 10**15)
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.BINARY:
            return st.sampled_from(["", "AAAA", "AA=="])
        case Kind.EMBEDDED:
            return st.dictionaries(TEXT, TEXT | st.integers(0, 9) | st.none(), max_size=2)
        case Kind.FACTS:
            return st.dictionaries(TEXT, TEXT | st.integers(-9, 90) | st.booleans(), max_size=3)
        case Kind.NATIONAL:
            return record(xml_grammar.parameters(), likely=True)
        case Kind.ANY_OBJECT:
            return st.sampled_from(OBJECTS).flatmap(whole)
        case _:
            return record(field.type)


def whole(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """An object of a type."""
    of = xml_grammar.concrete(name)
    assert of is not None
    return record(of, likely=True).map(lambda found: {"@xsi:type": name} | found)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(record(xml_grammar.message_field().type))
def test_both_encodings_say_the_same(message: dict[str, Any]) -> None:
    """A message read from its XML is the message read from its JSON, value for value and type for type."""
    xml = encodings.XML.read(encodings.XML.write(message).encode(), most=MOST)
    json = encodings.JSON.read(encodings.JSON.write(message).encode(), most=MOST)
    option = orjson.OPT_SORT_KEYS
    assert orjson.dumps(xml, option=option) == orjson.dumps(json, option=option) == orjson.dumps(message, option=option)


def test_every_object_of_the_interface_is_in_the_grammar() -> None:
    """The objects that the profile knows are those that XML can name; their children have the JSON's names."""
    for name in OBJECTS:
        of = xml_grammar.concrete(name)
        assert of is not None
        assert "ObjectIdentifier" in xml_grammar.fields(of)
    assert xml_grammar.concrete(xml_grammar.OBJECT) is None
    assert xml_grammar.concrete(xml_grammar.PARAMETERS) is None


ID_1 = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "changed",
    [
        {"auth:Strange": "x"},
        {"auth:AuthorisationCSPID": {}},
        {"auth:AuthorisationCreationTimestamp": "2026-02-30T12:00:00Z"},
        {"auth:AuthorisationReference": "a\ufffe"},
        {"NationalHandlingParameters": {"CountryCode": "JP"}},
        {"auth:NationalAuthorisationParameters": {"auth:CountryCode": "JP", "sekisho:Facts": {"a": [1]}}},
        {"auth:NationalAuthorisationParameters": {"auth:CountryCode": "JP", "sekisho:Rank": 1}},
    ],
)
def test_what_xml_cannot_say_is_said_to_be_so(changed: dict[str, Any]) -> None:
    """An object that JSON allows and the XSD doesn't is never written as XML that doesn't validate."""
    found = {"@xsi:type": OBJECTS[0], "ObjectIdentifier": ID_1} | changed
    encodings.JSON.check({"ActionIdentifier": 0, "GETResponse": {"HI1Object": found}})
    with pytest.raises(NotInXml):
        encodings.XML.check({"ActionIdentifier": 0, "GETResponse": {"HI1Object": found}})
