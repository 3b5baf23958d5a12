"""Reads MIC's tables of designated numbers (電気通信番号指定状況), as CSV or Excel (.xlsx).

The ministry publishes two layouts. A *matrix*: a row says a beginning (番号), its ten columns the next digit, a cell
who was designated it. A *list*: one row a block, with 番号, 指定事業者 and, for fixed numbers, 市外局番 and 使用状況.
Columns are found by their headings, so that their order may change; a sheet in which no heading is found is refused.

Read defensively: sizes are bounded before anything is expanded, XML with a document type is refused, formulas aren't
computed, nothing is fetched. What this doesn't do: judge whether the table is MIC's.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeVar

from openpyxl import load_workbook

from sekisho.calls.numbers.designations import Block, Designations, designations
from sekisho.calls.numbers.errors import DesignationsRefused

MOST_BYTES: Final = 20 * 2**20
"""Of a file: a table of every possible block is far below it."""
MOST_EXPANDED: Final = 200 * 2**20
"""Of everything inside an Excel file."""
MOST_MEMBERS: Final = 200
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 40
MOST_CELL: Final = 200

_NOBODY: Final = frozenset({"", "-", "未指定", "他用途", "使用禁止", "指定不可"})
"""What stands where a holder would, and is none."""
_IN_SERVICE: Final = {"使用中": True, "使用予定": False, "未使用": False, "使用休止": False, "休止中": False}
_DASHES: Final = str.maketrans("－―‐−", "----")
_DAY: Final = re.compile(r"令和(\d{1,2}|元)年(\d{1,2})月(\d{1,2})日現在|(20\d\d)年(\d{1,2})月(\d{1,2})日現在")

Cells = tuple[str, ...]
_Row = TypeVar("_Row")


def read_designations(files: Mapping[str, bytes], *, as_of: date | None, source: str) -> Designations:
    """One snapshot from all ``files`` (name to content).

    ``as_of`` is the day the tables are of; where it is ``None`` they must say it themselves (「…現在」), all
    the same.
    Raises :class:`DesignationsRefused`; then nothing was taken in.
    """
    blocks: list[Block] = []
    days: set[date] = set()
    for name, content in files.items():
        if len(content) > MOST_BYTES:
            raise DesignationsRefused(problem=f"larger than {MOST_BYTES} bytes", line=0)
        for sheet in _sheets(name, content):
            found, day = _read(sheet)
            blocks += found
            days |= {day} if day is not None else set()
    if as_of is None and len(days) != 1:
        raise DesignationsRefused(problem="the day of the table isn't said, or not once: give it", line=0)
    return designations(blocks, as_of=as_of or days.pop(), source=source)


def _sheets(name: str, content: bytes) -> Iterator[Iterable[Cells]]:
    if content[:4] == b"PK\x03\x04":
        yield from _excel(content)
    elif content[:4] == b"\xd0\xcf\x11\xe0":
        raise DesignationsRefused(problem="an old Excel file (.xls): save it as .xlsx or CSV", line=0)
    elif name.lower().endswith(".xlsx"):
        raise DesignationsRefused(problem="not an Excel file", line=0)
    else:
        yield _csv(content)


def _csv(content: bytes) -> Iterator[Cells]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp932")
        except UnicodeDecodeError:
            raise DesignationsRefused(problem="neither UTF-8 nor Shift_JIS", line=0) from None
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            yield tuple(row)
    except csv.Error:
        raise DesignationsRefused(problem="not CSV", line=0) from None


def _excel(content: bytes) -> Iterator[Iterable[Cells]]:
    try:
        _bounded(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what the file claims of its size isn't relied on
                yield [_cells(row) for row in _at_most(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))]
        finally:
            book.close()
    except DesignationsRefused:
        raise
    except Exception:
        # Whatever a crafted workbook makes the reader stumble over, the answer is the same: it can't be read.
        raise DesignationsRefused(problem="a damaged Excel file", line=0) from None


def _bounded(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_EXPANDED:
            raise DesignationsRefused(problem="the Excel file expands to too much", line=0)
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                inside = archive.read(member)  # never more than the size it declares
                if b"<!DOCTYPE" in inside or b"<!ENTITY" in inside:
                    raise DesignationsRefused(problem="the Excel file declares a document type", line=0)


def _cells(row: Iterable[object]) -> Cells:
    return tuple("" if cell is None else str(cell) for cell in row)


def _at_most(rows: Iterable[_Row]) -> Iterator[_Row]:
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise DesignationsRefused(problem=f"more than {MOST_ROWS} rows", line=count)
        yield row


def _read(rows: Iterable[Cells]) -> tuple[list[Block], date | None]:
    """Blocks of one sheet, and the day it says it is of. A sheet without a heading is refused unless it is empty."""
    blocks: list[Block] = []
    day: date | None = None
    columns: dict[str, int] = {}
    seen = False
    for line, row in enumerate(_at_most(rows), 1):
        if len(row) > MOST_COLUMNS or any(len(cell) > MOST_CELL for cell in row):
            raise DesignationsRefused(problem="a row is too wide or a cell too long", line=line)
        cells = [_plain(cell) for cell in row]
        seen = seen or any(cells)
        heading = _heading(cells)
        if heading:
            columns = heading
        elif columns:
            blocks += _blocks(cells, columns, line)
        else:
            day = day or _stated("".join(cells), line)
    if seen and not columns:
        raise DesignationsRefused(problem="no row with the headings 番号 and 指定事業者, or 番号 and 0 to 9", line=0)
    return blocks, day


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell.translate(_DASHES)).strip()


def _heading(cells: list[str]) -> dict[str, int]:
    where = {name: index for index, name in reversed(list(enumerate(cells))) if name}
    if "番号" not in where:
        return {}
    if all(str(digit) in where for digit in range(10)):
        return {name: where[name] for name in ("番号", *"0123456789")}
    if "指定事業者" in where:
        return {name: where[name] for name in ("番号", "指定事業者", "市外局番", "使用状況") if name in where}
    return {}


def _blocks(cells: list[str], columns: dict[str, int], line: int) -> Iterator[Block]:
    def cell(name: str) -> str:
        index = columns.get(name)
        return cells[index] if index is not None and index < len(cells) else ""

    number = cell("番号").replace("-", "")
    if not number or not number.isdigit():
        return  # a note, or a heading repeated below the table
    if number[0] != "0":
        raise DesignationsRefused(problem="a number lost its leading 0", line=line)
    if "指定事業者" not in columns:
        yield from (
            Block(prefix=f"{number}{digit}", holder=cell(digit))
            for digit in "0123456789" if cell(digit) not in _NOBODY
        )  # fmt: skip
    elif cell("指定事業者") not in _NOBODY:
        area, status = cell("市外局番"), cell("使用状況") or None
        yield Block(
            prefix=number,
            holder=cell("指定事業者"),
            area=f"0{area.removeprefix('0')}" if area.isdigit() else None,
            in_service=_IN_SERVICE.get(status or ""),
            status=status,
        )


def _stated(text: str, line: int) -> date | None:
    found = _DAY.search(text.replace(" ", ""))
    if found is None:
        return None
    era, month, day, year, western_month, western_day = found.groups()
    try:
        if era is not None:
            return date(2018 + (1 if era == "元" else int(era)), int(month), int(day))
        return date(int(year), int(western_month), int(western_day))
    except ValueError:
        raise DesignationsRefused(problem="the day the table is of doesn't exist", line=line) from None
