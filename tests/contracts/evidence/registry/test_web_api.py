"""The corporate-number site's answers: read strictly in both forms, and nothing else comes out of whatever bytes."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings

from sekisho.contracts.evidence.registry.web_api import (
    FIELDS,
    MAX_ANSWER_BYTES,
    ResponseType,
    Unintelligible,
    read_answer,
)
from sekisho.contracts.simulators.corporate_registry import (
    CLOSED,
    IMAGE,
    MIHON,
    WINDING_UP,
    csv_answer,
    xml_answer,
)
from tests.contracts.evidence.fuzzing import in_bounds, in_memory, mutated

FORMS = [(ResponseType.XML, xml_answer), (ResponseType.CSV, csv_answer)]
EACH_FORM = pytest.mark.parametrize(("kind", "write"), FORMS, ids=["xml", "csv"])


@EACH_FORM
def test_a_company_reads_alike_in_both_forms(kind: ResponseType, write: object) -> None:
    """Number, name, the whole head office, and how recent the data is."""
    found = read_answer(write(MIHON), kind)  # type: ignore[operator]  # one of the two writers
    assert found.updated_on == date(2026, 11, 20)
    company = found.company
    assert company is not None
    assert (company.number.digits, company.name, company.address) == (MIHON.number, MIHON.name, MIHON.head_office)
    assert (company.closed_on, company.excluded) == (None, False)


@EACH_FORM
def test_what_is_odd_about_a_company_is_read(kind: ResponseType, write: object) -> None:
    """Closed with day and cause; a name shown as an image has no text to compare; left out of searches."""
    read = {
        one.number: read_answer(write(one), kind).company  # type: ignore[operator]  # as above
        for one in (CLOSED, IMAGE, WINDING_UP)
    }
    closed, image, winding_up = read[CLOSED.number], read[IMAGE.number], read[WINDING_UP.number]
    assert closed is not None
    assert (closed.closed_on, closed.cause) == (date(2024, 3, 31), "11")
    assert image is not None
    assert image.name is None
    assert image.address == IMAGE.head_office
    assert winding_up is not None
    assert winding_up.excluded


@EACH_FORM
def test_none_is_an_answer(kind: ResponseType, write: object) -> None:
    """The site knows no such number."""
    assert read_answer(write(None), kind).company is None  # type: ignore[operator]  # as above


def test_an_address_abroad_stands_for_the_whole() -> None:
    """A foreign company's address isn't put together from prefecture and city."""
    row = dict.fromkeys(FIELDS, "") | {
        "corporateNumber": MIHON.number,
        "name": "Mihon Ltd",
        "addressOutside": "1 Made-up Street, London",
        "latest": "1",
    }
    data = ("2026-11-20,1,1,1\r\n" + ",".join(f'"{value}"' for value in row.values()) + "\r\n").encode()
    company = read_answer(data, ResponseType.CSV).company
    assert company is not None
    assert company.address == "1 Made-up Street, London"


GOOD = xml_answer(MIHON).decode()
HEAD = GOOD[: GOOD.index("<corporation>")]
BODY = GOOD[GOOD.index("<corporation>") : GOOD.index("</corporations>")]
XML_FAULTS = {
    "not XML": b"<corporations>",
    "a document type": b'<!DOCTYPE a [<!ENTITY b "c">]><corporations/>',
    "not corporations": b"<html><body/></html>",
    "deeper": (HEAD + "<corporation><name><b/></name></corporation></corporations>").encode(),
    "an element twice": GOOD.replace("<name>", "<name>x</name><name>").encode(),
    "a head element twice": GOOD.replace("<count>1</count>", "<count>1</count><count>1</count>").encode(),
    "no count": GOOD.replace("<count>1</count>", "").encode(),
    "another count": GOOD.replace("<count>1</count>", "<count>2</count>").encode(),
    "a count in other digits": GOOD.replace("<count>1</count>", "<count>١</count>").encode(),
    "two corporations": GOOD.replace("<count>1</count>", "<count>2</count>").replace(BODY, BODY * 2).encode(),
    "eleven corporations": GOOD.replace("<count>1</count>", "<count>11</count>").replace(BODY, BODY * 11).encode(),
    "a wrong number": GOOD.replace(MIHON.number, "0" + MIHON.number[1:]).encode(),
    "no number": GOOD.replace(MIHON.number, "").encode(),
    "a date that isn't": GOOD.replace("2026-04-02", "2026-02-30").encode(),
    "a date in another form": GOOD.replace("2026-04-02", "20260402").encode(),
    "a cause of words": GOOD.replace("<closeCause></closeCause>", "<closeCause>合併</closeCause>").encode(),
    "a long name": GOOD.replace(MIHON.name, "見" * 151).encode(),
    "too long": b"<corporations>" + b" " * MAX_ANSWER_BYTES,
    "empty": b"",
}
CSV_FAULTS = {
    "empty": b"",
    "not UTF-8": "見本".encode("shift_jis"),
    "a quote that never ends": b'"2026-11-20',
    "a header of three": b"2026-11-20,1,1\r\n",
    "a row too short": b"2026-11-20,1,1,1\r\n1,2,3\r\n",
    "a count of letters": b"2026-11-20,one,1,1\r\n",
    "a count too large": b"2026-11-20,5,1,1\r\n",
    "eleven rows": b"2026-11-20,11,1,1\r\n" + (",".join("x" * 30) + "\r\n").encode() * 11,
}


@pytest.mark.parametrize("data", XML_FAULTS.values(), ids=list(XML_FAULTS))
def test_each_fault_of_xml_is_unintelligible(data: bytes) -> None:
    """And what is said of it holds nothing of the answer."""
    with pytest.raises(Unintelligible) as refused:
        read_answer(data, ResponseType.XML)
    assert "見本" not in str(refused.value)


@pytest.mark.parametrize("data", CSV_FAULTS.values(), ids=list(CSV_FAULTS))
def test_each_fault_of_csv_is_unintelligible(data: bytes) -> None:
    """As above."""
    with pytest.raises(Unintelligible):
        read_answer(data, ResponseType.CSV)


def test_of_several_versions_the_newest_counts() -> None:
    """An answer with history names which one is the latest."""
    old = BODY.replace("<latest>1</latest>", "<latest>0</latest>").replace(MIHON.name, "旧見本株式会社")
    data = GOOD.replace("<count>1</count>", "<count>2</count>").replace(BODY, old + BODY).encode()
    company = read_answer(data, ResponseType.XML).company
    assert company is not None
    assert company.name == MIHON.name


MARKS = (b"<", b"&a;", b'"', b"\r\n", b"<!DOCTYPE")
"""What readers of XML and of CSV act on."""


@pytest.mark.parametrize("kind", list(ResponseType))
def test_damaged_answers_are_read_or_unintelligible(kind: ResponseType) -> None:
    """Nothing but the one error comes out, in bounded time."""
    good = xml_answer(MIHON) if kind is ResponseType.XML else csv_answer(MIHON)

    @settings(max_examples=200, deadline=None)
    @given(mutated(good, pieces=MARKS))
    def read(data: bytes) -> None:
        with in_bounds(), contextlib.suppress(Unintelligible):
            read_answer(data, kind)

    read()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (ResponseType.XML, b"<corporations>" * 18_000),
        (ResponseType.XML, b"<corporations>" + b"<corporation></corporation>" * 9_000),
        (ResponseType.XML, b"<corporations><count>" + b"&lt;" * 60_000 + b"</count></corporations>"),
        (ResponseType.CSV, b"," * 262_000),
        (ResponseType.CSV, b"a\r\n" * 87_000),
    ],
)
def test_bombs_stay_within_time_and_memory(kind: ResponseType, data: bytes) -> None:
    """Answers made to cost as much as they can."""
    with in_bounds(), in_memory(), pytest.raises(Unintelligible):
        read_answer(data, kind)
