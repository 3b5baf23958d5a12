"""Snapshots of designated blocks, and MIC's two layouts as CSV and Excel."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sekisho.calls.numbers import (
    Block,
    Designations,
    DesignationsRefused,
    Kind,
    Numbering,
    Reason,
    classify,
    designations,
)
from sekisho.calls.numbers import designation_files as files
from sekisho.calls.numbers.designation_files import read_designations

TODAY = date(2026, 11, 23)
DAY = date(2026, 9, 1)
MATRIX = [
    ["音声伝送携帯電話番号の指定状況", *[""] * 10],
    ["（令和８年９月１日現在）", *[""] * 10],
    ["番号", *"0123456789"],
    ["09010", "甲通信株式会社", "甲通信株式会社", "乙通信株式会社", *["－"] * 7],
    ["09011", *["乙通信株式会社"] * 10],
    ["注: 見本の表であり、実在の指定ではない", *[""] * 10],
]
LIST = [
    ["番号区画コード", "番号", "市外局番", "市内局番", "指定事業者", "使用状況", "備考"],
    ["100", "031234", "3", "1234", "甲通信株式会社", "使用中", ""],
    ["100", "031235", "3", "1235", "乙通信株式会社", "使用予定", ""],
    ["100", "031236", "3", "1236", "", "", ""],
    ["100", "031237", "3", "1237", "", "他用途", ""],
]


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    """The rows as CSV."""
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def as_excel(*sheets: list[list[str]]) -> bytes:
    """Each list of rows as one sheet of a workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def snapshot(*contents: bytes, as_of: date | None = DAY) -> Designations:
    """What the files come to."""
    return read_designations({f"table-{i}": one for i, one in enumerate(contents)}, as_of=as_of, source="made up")


@pytest.mark.parametrize(
    "contents",
    [
        (as_csv(MATRIX), as_csv(LIST)),
        (as_csv(MATRIX, "utf-8-sig"), as_csv(LIST, "cp932")),
        (as_excel(MATRIX, LIST),),
        (as_excel(MATRIX), as_excel(LIST)),
    ],
    ids=["utf-8", "bom and Shift_JIS", "one workbook", "two workbooks"],
)
def test_both_layouts_are_read_alike_from_csv_and_excel(contents: tuple[bytes, ...]) -> None:
    """Holder, area code and use come out the same, and rows without a holder are no designation."""
    known = snapshot(*contents)
    assert len(known.blocks) == 3 + 10 + 2
    on = Numbering(on=TODAY, designations=known)
    assert on.designations_as_of == DAY
    mobile = on.classify("+819010212345")
    assert (mobile.kind, mobile.holder, mobile.reasons) == (Kind.MOBILE, "乙通信株式会社", ())
    fixed = on.classify("03-1234-5678")
    assert fixed.block == Block("031234", "甲通信株式会社", area="03", in_service=True, status="使用中")
    assert on.classify("0312355678").reasons == (Reason.NOT_IN_SERVICE,)
    assert on.classify("0312365678").reasons == (Reason.NOT_DESIGNATED,)
    assert on.classify("0312375678").reasons == (Reason.NOT_DESIGNATED,)
    assert on.classify("09010312345").reasons == (Reason.NOT_DESIGNATED,)


def test_a_table_that_isnt_there_says_nothing() -> None:
    """Numbers of another of MIC's tables, and codes that are designated otherwise, aren't called undesignated."""
    on = Numbering(on=TODAY, designations=snapshot(as_csv(MATRIX), as_csv(LIST)))
    for number in ("0612345678", "07012345678", "0120123456", "110", "188", "+12025550123", "0033"):
        found = on.classify(number)
        assert (found.reasons, found.holder, found.in_service) == ((), None, None)
        assert found == classify(number, on=TODAY)


def test_the_day_is_taken_from_the_table_where_it_says_it() -> None:
    """「令和8年9月1日現在」 is the snapshot's day; without it, or with two, the day must be given."""
    assert snapshot(as_csv(MATRIX), as_of=None).as_of == DAY
    with pytest.raises(DesignationsRefused, match="day"):
        snapshot(as_csv(LIST), as_of=None)
    other = [["2026年10月1日現在"], *MATRIX[2:]]
    with pytest.raises(DesignationsRefused, match="day"):
        snapshot(as_csv(MATRIX), as_csv(other), as_of=None)
    with pytest.raises(DesignationsRefused, match="exist"):
        snapshot(as_csv([["令和8年13月1日現在"], *MATRIX[2:]]), as_of=None)


def test_two_holders_of_one_block_cancel_each_other() -> None:
    """The block stays designated, nobody is named for it, and the conflict is told."""
    known = designations(
        [Block("031234", "甲"), Block("031234", "乙"), Block("031235", "甲")], as_of=DAY, source="made up"
    )
    assert known.conflicts == ("031234",)
    found = classify("0312345678", on=TODAY, designations=known)
    assert (found.holder, found.reasons) == (None, ())


def test_of_nested_blocks_the_smallest_counts() -> None:
    """A block inside another one is found first, whatever their order."""
    known = designations(
        [Block("0501234", "乙"), Block("050123", "甲"), Block("0312", "丙")], as_of=DAY, source="made up"
    )
    assert classify("05012345678", on=TODAY, designations=known).holder == "乙"
    assert classify("05012355678", on=TODAY, designations=known).holder == "甲"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no block"),
        (b"a,b\n1,2\n", "headings"),
        (as_csv([*MATRIX[:3], ["9010", *["甲"] * 10]]), "leading 0"),
        (as_csv([*MATRIX[:3], ["09", *["甲"] * 10]]), "beginning"),
        (as_csv([*MATRIX[:3], ["09010", "x" * 500]]), "too long"),
        (as_csv([*MATRIX[:3], ["09010", *["甲"] * 100]]), "too wide"),
        (b"\xff\xfe\x00\x81", "neither UTF-8"),
        (b'\xe7\x95\xaa,"', "CSV"),
        (b"\xd0\xcf\x11\xe0rest", ".xls"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (as_excel(MATRIX)[:-400], "damaged"),
    ],
)
def test_what_cant_be_read_is_refused_whole(content: bytes, said: str) -> None:
    """Each with its reason; nothing of the file is taken in."""
    with pytest.raises(DesignationsRefused, match=said):
        snapshot(content)


def test_a_file_that_only_calls_itself_excel_is_refused() -> None:
    """A name ending in .xlsx with other content isn't tried as CSV."""
    with pytest.raises(DesignationsRefused, match="not an Excel file"):
        read_designations({"table.xlsx": as_csv(MATRIX)}, as_of=DAY, source="made up")


def _with(member: str, content: bytes) -> bytes:
    out = io.BytesIO(as_excel(MATRIX))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return out.getvalue()


def test_a_document_type_in_excel_is_refused() -> None:
    """No entity is ever expanded."""
    with pytest.raises(DesignationsRefused, match="document type"):
        snapshot(_with("xl/more.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))


def test_bounds_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, what they expand to, members and rows each have a bound that is kept."""
    for bound, low, said in (
        ("MOST_BYTES", 100, "larger"),
        ("MOST_EXPANDED", 1000, "expands"),
        ("MOST_MEMBERS", 3, "expands"),
        ("MOST_ROWS", 3, "rows"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(files, bound, low)
            with pytest.raises(DesignationsRefused, match=said):
                snapshot(as_excel(MATRIX))


@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda rest: b"PK\x03\x04" + rest)))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Nothing but the typed refusal is raised."""
    with pytest.raises(DesignationsRefused):
        snapshot(content)
