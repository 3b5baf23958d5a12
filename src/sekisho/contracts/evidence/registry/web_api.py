"""Read what the corporate-number site's Web-API (法人番号システム Web-API, Ver. 4) answers: XML or CSV in UTF-8.

[C2] unless marked: the fields, their order and the response types are the same in several independent public code bases
and readers; the specification itself (国税庁「法人番号システム Web-API 機能編」) is the operator's to compare. The API
has no JSON.

Bounded and strict: no DTD, so no entity can grow; a field that should be a date or a number and isn't is unreadable.
Bytes in, values out; fetches nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from xml.parsers import expat

from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.errors import CorporateNumberWrong
from sekisho.contracts.evidence.registry.model import Company
from sekisho.contracts.evidence.registry.profile import MAX_ADDRESS, MAX_NAME

MAX_ANSWER_BYTES = 256 * 1024
"""One corporation is about 2 KiB; one number is asked for at a time, without its history."""
MAX_CORPORATIONS = 10
"""The API takes at most ten numbers at a time; one is asked for here."""

FIELDS = (
    "sequenceNumber",
    "corporateNumber",
    "process",
    "correct",
    "updateDate",
    "changeDate",
    "name",
    "nameImageId",
    "kind",
    "prefectureName",
    "cityName",
    "streetNumber",
    "addressImageId",
    "prefectureCode",
    "cityCode",
    "postCode",
    "addressOutside",
    "addressOutsideImageId",
    "closeDate",
    "closeCause",
    "successorCorporateNumber",
    "changeCause",
    "assignmentDate",
    "latest",
    "enName",
    "enPrefectureName",
    "enCityName",
    "enAddressOutside",
    "furigana",
    "hihyoji",
)
"""The thirty fields of a corporation, in the order of the CSV."""

_HEADER = ("lastUpdateDate", "count", "divideNumber", "divideSize")
"""What stands before the corporations: elements in XML, the first row in CSV [U]."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class ResponseType(Enum):
    """The ``type`` parameter. Type 01 (CSV in Shift_JIS) isn't read: it can't hold every name."""

    CSV = "02"
    XML = "12"


class Unintelligible(ValueError):
    """An answer that isn't what the API says it gives. ``args[0]`` is a few words without anything of the answer."""


@dataclass(frozen=True, slots=True)
class Published:
    """An answer read: how recent the data is, and the corporation, or None where there is none with that number."""

    updated_on: date | None
    company: Company | None


def read_answer(data: bytes, kind: ResponseType) -> Published:
    """Read an answer about one number; raises :class:`Unintelligible`. Believes nothing of it."""
    if len(data) > MAX_ANSWER_BYTES:
        raise Unintelligible(f"more than {MAX_ANSWER_BYTES} bytes")
    head, found = _read_xml(data) if kind is ResponseType.XML else _read_csv(data)
    count = head.get("count", "")
    if not count.isascii() or not count.isdigit() or len(count) > 4 or int(count) != len(found):
        raise Unintelligible("the count isn't that of the corporations")
    # Of several versions of one corporation the newest says so; one number without history has one.
    newest = [one for one in found if one.get("latest") != "0"]
    if len(newest) > 1:
        raise Unintelligible("more than one corporation")
    return Published(_day(head.get("lastUpdateDate", "")), _company(newest[0]) if newest else None)


def _company(said: Mapping[str, str]) -> Company:
    try:
        number = CorporateNumber(said.get("corporateNumber", ""))
    except CorporateNumberWrong:
        raise Unintelligible("the corporate number") from None
    # A character that the site can't write is shown in an image, and the text has something else in its place.
    name = None if said.get("nameImageId") else said.get("name") or None
    outside = said.get("addressOutside")
    at_home = "".join(said.get(one, "") for one in ("prefectureName", "cityName", "streetNumber"))
    image = said.get("addressOutsideImageId" if outside else "addressImageId")
    address = None if image else (outside or at_home) or None
    if len(name or "") > MAX_NAME or len(address or "") > MAX_ADDRESS:
        raise Unintelligible("a name or an address longer than the site's fields")
    cause = said.get("closeCause", "")
    if cause and not re.fullmatch(r"[0-9]{1,2}", cause):
        raise Unintelligible("the cause of closing")
    return Company(
        number,
        name,
        address,
        _day(said.get("closeDate", "")),
        cause,
        _day(said.get("updateDate", "")),
        excluded=said.get("hihyoji") == "1",
    )


def _day(written: str) -> date | None:
    if not written:
        return None
    if _DAY.fullmatch(written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    raise Unintelligible("a date")


def _read_csv(data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        raise Unintelligible("not CSV in UTF-8") from None
    if not rows or len(rows[0]) != len(_HEADER) or len(rows) > MAX_CORPORATIONS + 1:
        raise Unintelligible("not a header and at most ten corporations")
    if any(len(row) != len(FIELDS) for row in rows[1:]):
        raise Unintelligible(f"not {len(FIELDS)} fields")
    return dict(zip(_HEADER, rows[0], strict=True)), [dict(zip(FIELDS, row, strict=True)) for row in rows[1:]]


def _read_xml(data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    reader = _XmlReader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    # Without a document type there are no entities to grow or to fetch.
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise Unintelligible("not XML") from None
    return reader.head, reader.found


class _XmlReader:
    """``<corporations>`` with the head's elements and one ``<corporation>`` for each; nothing deeper."""

    def __init__(self) -> None:
        self.head: dict[str, str] = {}
        self.found: list[dict[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []

    def doctype(self, *_: object) -> None:
        raise Unintelligible("a document type")

    def start(self, name: str, _: dict[str, str]) -> None:
        self._path.append(name)
        self._text = []
        if len(self._path) > 3 or self._path[0] != "corporations":
            raise Unintelligible("not corporations")
        if self._path[1:] == ["corporation"]:
            if len(self.found) == MAX_CORPORATIONS:
                raise Unintelligible("more than ten corporations")
            self.found.append({})

    def characters(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        text = "".join(self._text)
        self._text = []
        if len(self._path) == 2 and name in _HEADER:
            self._put(self.head, name, text)
        elif len(self._path) == 3 and self._path[1] == "corporation" and name in FIELDS:
            self._put(self.found[-1], name, text)
        self._path.pop()

    @staticmethod
    def _put(where: dict[str, str], name: str, text: str) -> None:
        if name in where:
            raise Unintelligible("an element twice")
        where[name] = text
