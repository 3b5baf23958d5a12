"""XML that would expand, fetch, hide or overwhelm: refused before or while it is read, and answered in XML."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sekisho.disclosure.agency import encodings, errors, schemas, xml_reader
from sekisho.disclosure.agency.errors import NotValid
from sekisho.disclosure.agency.simulator import SimulatedAgency
from sekisho.disclosure.agency.xml_grammar import CORE
from sekisho.disclosure.intake.errors import FileRefused
from tests.disclosure.agency.conftest import Line
from tests.disclosure.agency.test_refused import codes, leaves

MOST = 1 << 20
NOW = datetime(2026, 11, 23, tzinfo=UTC)
AGENCY = SimulatedAgency("sekisho-kenkei", "", "origin", "", lambda: NOW)
GOOD = encodings.XML.write(AGENCY.message([{"CREATE": {"HI1Object": AGENCY.document()}}])).encode()
LIST = encodings.XML.write(AGENCY.message([{"LIST": {}}])).encode()
DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>'
LOL = b"".join(b'<!ENTITY l%d "%s">' % (at + 1, b"&l%d;" % at * 10) for at in range(9))


def inside(found: bytes) -> bytes:
    """A good message with something else as the owner of a dictionary."""
    return GOOD.replace(b"<common:Owner>SEKISHO", b"<common:Owner>" + found)


FILES: list[tuple[str, bytes]] = [
    ("billion laughs", DECLARED + b'<!DOCTYPE a [<!ENTITY l0 "lol">' + LOL + b"]>" + inside(b"&l9;")),
    ("quadratic blow-up", b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 50_000 + b'">]>' + inside(b"&a;" * 10_000)),
    ("external entity", b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + inside(b"&a;")),
    ("external DTD", b'<!DOCTYPE HI1Message SYSTEM "http://192.0.2.1/a.dtd">' + GOOD),
    ("parameter entity", b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://192.0.2.1/p"> %p;]>' + GOOD),
    ("declared late", inside(b"<!DOCTYPE a>")),
    ("lower case", b"<!doctype a>" + GOOD),
    ("unknown entity", inside(b"&a;")),
    ("instruction", DECLARED + b'<?xml-stylesheet href="http://192.0.2.1/a.xsl"?>' + GOOD),
    ("instruction inside", inside(b"<?php 1?>")),
    ("comment", inside(b"SEK<!-- x -->ISHO")),
    ("CDATA", inside(b"<![CDATA[SEKISHO]]>")),
    ("not closed", GOOD[:-4]),
    ("two roots", GOOD + GOOD),
    ("nothing", b""),
    ("declaration alone", DECLARED),
    ("JSON", b"{}"),
    ("a text", b"hello"),
    ("NUL", inside(b"\x00")),
    ("bad UTF-8", inside(b"\xff")),
    ("a surrogate", inside(b"&#xD800;")),
    ("a control character", inside(b"&#1;")),
    ("an attribute twice", GOOD.replace(b"<Header>", b'<Header a="1" a="2">')),
    ("no such prefix", GOOD.replace(b"<Header>", b"<x:Header>")),
    ("another version", GOOD.replace(b"<HI1", b'<?xml version="1.1"?><HI1', 1)),
    ("declared Shift_JIS", b'<?xml version="1.0" encoding="Shift_JIS"?>' + GOOD),
    ("declared UTF-7", b'<?xml version="1.0" encoding="UTF-7"?>' + GOOD),
    ("declared UTF-16", b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD),
    ("is UTF-16", ('<?xml version="1.0" encoding="UTF-16"?>' + GOOD.decode()).encode("utf-16")),
    ("is UTF-32", GOOD.decode().encode("utf-32")),
    ("is Shift_JIS", inside("関所".encode("shift_jis"))),
    ("too large", GOOD + b" " * MOST),
]
MESSAGES: list[tuple[str, bytes]] = [
    ("XInclude", inside(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>')),
    ("schema location", GOOD.replace(b"<Header>", b'<Header xsi:schemaLocation="urn:x http://192.0.2.1/x.xsd">')),
    ("base", GOOD.replace(b"<Header>", b'<Header xml:base="http://192.0.2.1/">')),
    ("nil", GOOD.replace(b"<Header>", b'<Header xsi:nil="true">')),
    ("deep", LIST.replace(b"<LIST>", b"<LIST>" * 50_000).replace(b"</LIST>", b"</LIST>" * 50_000)),
    ("many elements", LIST.replace(b"<LIST>", b"<LIST>" + b"<L/>" * (schemas.MAX_VALUES + 1))),
    ("huge attribute", GOOD.replace(b"<Header>", b'<Header a="' + b"x" * 900_000 + b'">')),
    ("many attributes", GOOD.replace(b"<Header>", b"<Header %s>" % b" ".join(b'a%d=""' % n for n in range(70_000)))),
    ("huge xsi:type", GOOD.replace(b"doc:DocumentObject", b"doc:" + b"x" * 900_000)),
    ("huge name", GOOD.replace(b"<Header>", b"<" + b"x" * 900_000 + b"/><Header>")),
    ("huge text", inside(b"x" * 900_000)),
    ("many namespaces", GOOD.replace(
        b"<Header>", b"<Header %s>" % b" ".join(b'xmlns:n%d="urn:x"' % n for n in range(99)))),
    ("another namespace", GOOD.replace(CORE.encode(), b"http://uri.etsi.org/03120/common/2016/02/Core")),
    ("no namespace", GOOD.replace(b' xmlns="' + CORE.encode() + b'"', b"")),
    ("a name of another namespace", GOOD.replace(b"Header>", b"task:Header>")),
    ("another root", b'<Header xmlns="' + CORE.encode() + b'"/>'),
    ("no such object", GOOD.replace(b"doc:DocumentObject", b"doc:Object")),
    ("a type that isn't an object", GOOD.replace(b"doc:DocumentObject", b"doc:DocumentBody")),
    ("the abstract object", GOOD.replace(b"doc:DocumentObject", b"HI1Object")),
    ("a type elsewhere", GOOD.replace(b"<Version>", b'<Version xsi:type="Version">')),
    ("text between", GOOD.replace(b"<Header>", b"hello<Header>")),
    ("another order", GOOD.replace(b"<ActionIdentifier>0</ActionIdentifier>", b"")),
    ("twice", GOOD.replace(b"<ActionIdentifier>0</ActionIdentifier>", b"<ActionIdentifier>0</ActionIdentifier>" * 2)),
    ("a long number", GOOD.replace(b"<ActionIdentifier>0", b"<ActionIdentifier>" + b"1" * 5000)),
    ("no time", GOOD.replace(b"2026-11-23", b"2026-02-30")),
    ("no Base64", GOOD.replace(b"<doc:Contents>", b"<doc:Contents>*")),
    ("a signature inside", GOOD.replace(b"</Payload>", b"</Payload><Signature/>")),
    ("an XML signature", GOOD.replace(
        b"</Payload>", b'</Payload><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>')),
]  # fmt: skip


def test_a_good_message_is_read() -> None:
    """What the others are made of is good, with and without a declaration."""
    assert encodings.XML.read(GOOD, most=MOST) == encodings.XML.read(DECLARED + b"\n" + GOOD + b"\n", most=MOST)
    assert "LIST" in str(encodings.XML.read(LIST, most=MOST))


@pytest.mark.parametrize(("name", "data"), FILES, ids=[one[0] for one in FILES])
def test_what_is_no_file_of_ours(name: str, data: bytes) -> None:
    """What could expand, fetch or hide something, is in another encoding, or isn't well formed, isn't read at all."""
    with pytest.raises(FileRefused):
        encodings.XML.read(data, most=MOST)
    assert data != GOOD, name


@pytest.mark.parametrize(("name", "data"), MESSAGES, ids=[one[0] for one in MESSAGES])
def test_what_is_no_message(name: str, data: bytes) -> None:
    """Names, attributes and sizes that no message has are refused; nothing of a value is told."""
    assert data not in (GOOD, LIST), name
    with pytest.raises(NotValid) as caught:
        encodings.XML.read(data, most=4 * MOST)
    assert len(str(caught.value)) < 600
    assert "hostname" not in str(caught.value)


def test_a_flood_is_cut_off_where_it_is_too_much() -> None:
    """Sixteen megabytes of elements take the memory of those that a message may have, not of all."""
    flood = b'<HI1Message xmlns="' + CORE.encode() + b'">' + b"<L/>" * (4 * MOST)
    tracemalloc.start()
    try:
        with pytest.raises(NotValid):
            xml_reader.read(flood, most=32 * MOST)
        assert tracemalloc.get_traced_memory()[1] < 128 * MOST
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("written", ["application/xml; charset=utf-16", 'application/xml;charset="shift_jis"'])
def test_another_charset(written: str) -> None:
    """A message that says it isn't UTF-8 isn't read as if it were."""
    assert encodings.named(written) is encodings.XML
    with pytest.raises(FileRefused):
        encodings.check_charset(written)
    encodings.check_charset('Application/XML; Charset="UTF-8"')


def test_answered_in_the_encoding_that_was_asked_in(line: Line) -> None:
    """Bombs, JSON called XML and XML called JSON: an error object in the encoding named, signed, and a leaf each."""
    xml = replace(line.agency, encoding=encodings.XML)
    before = leaves(line)
    for body in (FILES[0][1], FILES[2][1], b"{}"):
        assert xml.send(body)["ErrorInformation"]["ErrorCode"] == errors.UNREADABLE
    assert xml.send(MESSAGES[0][1])["ErrorInformation"]["ErrorCode"] == 1002
    assert line.agency.send(LIST)["ErrorInformation"]["ErrorCode"] == errors.UNREADABLE
    assert xml.send(LIST, headers={})["ErrorInformation"]["ErrorCode"] == errors.NOT_SIGNED
    assert leaves(line) == before + 6


def test_one_agency_in_both_encodings(line: Line) -> None:
    """The same object in the other encoding is the same; the same message gives the same bytes; what only JSON can say
    is told to be so, with a leaf, and the rest of the message is answered."""
    xml = replace(line.agency, encoding=encodings.XML)
    warrant = line.warrant()
    assert codes(line.agency.create(warrant) + xml.create(warrant)) == []
    assert xml.get(warrant["ObjectIdentifier"]) == line.agency.get(warrant["ObjectIdentifier"])
    message = xml.message([{"CREATE": {"HI1Object": line.asked(warrant)}}])
    assert xml.send(message) == xml.send(message)
    assert line.desk.service.count(by=line.desk["kansa"]) == 1
    odd = line.agency.document(NationalDocumentParameters={"x": 1})
    assert codes(line.agency.create(odd)) == []
    found = xml.act({"GET": {"Identifier": odd["ObjectIdentifier"]}}, {"LIST": {}})
    assert codes(found) == [2008]
    assert len(found[1]["LISTResponse"]["ListResponseRecord"]) == 3
