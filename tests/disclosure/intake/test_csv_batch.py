"""Files of addresses."""

from __future__ import annotations

import hashlib
import io

import pytest

from sekisho.disclosure.intake import csv_batch
from sekisho.disclosure.intake.csv_batch import MAX_ERRORS, Batch, read_batch
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.validation import Verdict, check
from sekisho.disclosure.record import MAX_ITEMS
from tests.disclosure.intake.made_requests import AROUND, RECEIVED, draft

ENGLISH = "address,port,time,zone,protocol,destination,reference"
JAPANESE = "ＩＰアドレス,送信元ポート番号,日時,タイムゾーン,プロトコル,接続先,整理番号"
ROW = "203.0.113.5,2000,2026/11/20 12:34:56,JST,tcp,192.0.2.1:443,甲1"


def _read(text: str, encoding: str = "utf-8") -> Batch:
    return read_batch(io.BytesIO(text.encode(encoding)))


@pytest.mark.parametrize("heading", [ENGLISH, JAPANESE, ENGLISH.upper()])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_headings_and_encodings(heading: str, encoding: str, end: str) -> None:
    """The same file in English and Japanese, in UTF-8 with and without its mark, and in Shift_JIS."""
    found = _read(end.join((heading, ROW, "")), encoding)
    assert not found.findings
    (one,) = found.items
    assert (one.value, one.port, one.time, one.zone) == ("203.0.113.5", "2000", "2026/11/20 12:34:56", "JST")
    assert (one.protocol, one.destination, one.reference, one.line) == ("tcp", "192.0.2.1:443", "甲1", 2)
    case = check(found.draft(draft().head), received_at=RECEIVED, by="uketsuke", around=AROUND)
    assert case.verdict is Verdict.ACCEPT
    assert case.case is not None
    assert (case.case.items[0].destination, case.case.items[0].destination_port) == ("192.0.2.1", 443)
    assert case.references == {1: "甲1"}


def test_one_error_a_line() -> None:
    """A line that is no question is named by its number, once; blank lines are none; the others are read."""
    odd = ["a" * 5_000, 'x"y"z,1,2,3,4,"5"6,7', "\x01,,,,,,"]
    lines = [ENGLISH, ROW, "", '"203.0.113.5,1', "203.0.113.5,1", ROW, *odd]
    found = _read("\n".join(lines))
    assert [one.line for one in found.findings] == [4, 5, 7, 8, 9]
    assert {one.code for one in found.findings} == {Code.LINE_UNREADABLE}
    assert [(one.number, one.line) for one in found.items] == [(1, 2), (2, 6)]
    assert found.count == 7
    asked = check(found.draft(draft().head), received_at=RECEIVED, by="uketsuke", around=AROUND)
    assert asked.verdict is Verdict.QUESTION
    assert asked.case is not None
    assert asked.case.items == ()


def test_a_line_in_another_encoding() -> None:
    """One bad line doesn't spoil a file whose encoding is known."""
    data = f"{JAPANESE}\n".encode() + ROW.encode("cp932") + b"\n" + ROW.encode()
    found = read_batch(io.BytesIO(data))
    assert [one.line for one in found.findings] == [2]
    assert len(found.items) == 1


@pytest.mark.parametrize(
    "text",
    ["", "\n", "203.0.113.5,1,2026-11-20", "address,port", "address,time,time", "address,time,colour", '"address,time',
     "a" * 10_000],
)  # fmt: skip
def test_a_file_without_its_heading(text: str) -> None:
    """Refused as a whole: nobody guesses which column is which."""
    with pytest.raises(FileRefused):
        _read(text)


def test_utf16_is_named() -> None:
    """What some programs call Unicode is refused with what to do."""
    with pytest.raises(FileRefused) as caught:
        _read(ENGLISH, "utf-16")
    assert "UTF-8" in caught.value.sentence("ja")


def test_a_million_identifiers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit nothing is kept; the finding says how many there were."""
    monkeypatch.setattr(csv_batch, "MAX_ITEMS", 3)
    found = _read("\n".join([ENGLISH, *[ROW] * 50]))
    assert (found.items, found.count) == ((), 50)


def test_the_limit_itself() -> None:
    """As many as one request may have are read; one more is too many."""
    heading, row = "address,time", "203.0.113.5,2026-11-20T12:00:00Z"
    assert len(_read("\n".join([heading, *[row] * MAX_ITEMS])).items) == MAX_ITEMS
    over = _read("\n".join([heading, *[row] * (MAX_ITEMS + 1)]))
    found = check(over.draft(draft().head), received_at=RECEIVED, by="uketsuke", around=AROUND)
    assert [one.code for one in found.findings] == [Code.TOO_MANY_ITEMS]


def test_a_file_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit, and a line that never ends, are refused."""
    monkeypatch.setattr(csv_batch, "MAX_BYTES", 20_000)
    for text in (f"{ENGLISH}\n" + f"{ROW}\n" * 1_000, f"{ENGLISH}\n" + "a" * 50_000):
        with pytest.raises(FileRefused):
            _read(text)


def test_errors_are_bounded() -> None:
    """Only so many lines are told one by one; the rest by their number."""
    found = _read("\n".join([ENGLISH, *["x"] * (MAX_ERRORS + 7)]))
    assert len(found.findings) == MAX_ERRORS + 1
    assert (found.findings[-1].code, found.findings[-1].said) == (Code.MORE_LINES_UNREADABLE, {"count": 7})


def test_the_checksum_of_a_file() -> None:
    """What the covering letter states of the file is held against the file."""
    data = f"{ENGLISH}\n{ROW}\n".encode()
    found = read_batch(io.BytesIO(data))
    head = draft().head
    assert found.draft(head).checksums == ()
    assert found.draft(head, stated_sha256=hashlib.sha256(data).hexdigest().upper()).checksums[0].agrees
    assert not found.draft(head, stated_sha256="00").checksums[0].agrees
