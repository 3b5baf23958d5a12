"""A file of addresses: CSV with a heading in English or Japanese, read line by line. Pure.

UTF-8 (with or without its mark) and Shift_JIS as Windows writes it (cp932); the first line with anything but ASCII in
it decides. A value has no line break in it: every line is a question, a blank, or one error with its number. Beyond
what one request may have, lines are counted and nothing of them is kept.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from sekisho.disclosure.intake.draft import Checksum, Draft, DraftItem, Head
from sekisho.disclosure.intake.entries import Asked
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.findings import Finding
from sekisho.disclosure.kinds import DataClass
from sekisho.disclosure.record import MAX_ITEMS, ItemKind

MAX_BYTES: Final = 256 * 1024 * 1024
"""A million lines of the longest that are sensible: enough to say how many there are."""
MAX_LINE: Final = 4_096
"""Bytes of a line: seven columns of an address, a time and a reference have a tenth of it."""
MAX_FIELD: Final = 300
"""Characters of a value."""
MAX_ERRORS: Final = 1_000
"""Lines that are told one by one; of the others the number."""

_NAMES: Final = {
    "address": ("address", "ip", "ip_address", "ipアドレス", "アドレス", "送信元ipアドレス", "接続元ipアドレス",
                "発信元ipアドレス", "送信元アドレス", "接続元アドレス"),
    "port": ("port", "source_port", "ポート", "ポート番号", "送信元ポート", "送信元ポート番号", "接続元ポート",
             "接続元ポート番号"),
    "time": ("time", "timestamp", "日時", "時刻", "年月日時", "タイムスタンプ", "投稿日時", "接続日時",
             "年月日及び時刻"),
    "zone": ("zone", "timezone", "time_zone", "タイムゾーン", "時間帯", "時差", "標準時"),
    "protocol": ("protocol", "プロトコル"),
    "destination": ("destination", "接続先", "接続先ipアドレス", "接続先アドレス", "宛先", "宛先ipアドレス"),
    "destination_port": ("destination_port", "接続先ポート", "接続先ポート番号", "宛先ポート", "宛先ポート番号"),
    "reference": ("reference", "参照", "整理番号", "管理番号", "備考"),
}  # fmt: skip
COLUMNS: Final = {name: column for column, names in _NAMES.items() for name in names}
"""Every heading and the column it means, compared without regard to width, case and spaces."""
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Batch:
    """A file's questions (at most :data:`MAX_ITEMS`), how many there are in all, and which lines aren't any."""

    items: tuple[DraftItem, ...]
    count: int
    findings: tuple[Finding, ...]
    sha256: str

    def draft(self, head: Head, *, stated_sha256: str = "") -> Draft:
        """The request whose questions these are. ``stated_sha256``: what the covering letter says of the file."""
        sums = (Checksum("file", stated_sha256.strip().lower(), self.sha256),) if stated_sha256.strip() else ()
        return Draft(head, self.items, self.count, self.findings, sums)


def read_batch(stream: BinaryIO, asked: Asked | None = None) -> Batch:
    """The questions of a file. Raises ``FileRefused`` for a file that has no such heading, is too large, or in another
    encoding; a line that isn't a question is a finding."""
    return _Reading(stream, asked or Asked()).batch()


class _Reading:
    def __init__(self, stream: BinaryIO, asked: Asked) -> None:
        self._stream = stream
        self._asked = Asked(asked.data_class or DataClass.SECRECY, asked.wanted or ("subscriber",))
        self._hash = hashlib.sha256()
        self._encoding: str | None = None
        self._items: list[DraftItem] = []
        self._count = 0
        self._findings: list[Finding] = []
        self._wrong = 0

    def batch(self) -> Batch:
        lines = self._lines()
        columns: list[str] | None = None
        for number, line in lines:
            if columns is None:
                columns = self._heading(line)
            elif line is None or line.strip():
                self._question(columns, number, line)
        if columns is None:
            raise FileRefused(problem="no heading")
        if self._wrong > MAX_ERRORS:
            said = {"count": self._wrong - MAX_ERRORS}
            self._findings.append(Finding(Code.MORE_LINES_UNREADABLE, said=said))
        # A batch beyond the limit is refused as a whole: none of it is kept in memory or in the case.
        kept = tuple(self._items) if self._count <= MAX_ITEMS else ()
        return Batch(kept, self._count, tuple(self._findings), self._hash.hexdigest())

    def _lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Lines by number, without their end; None for one that is too long."""
        number, size = 0, 0
        while piece := self._stream.readline(MAX_LINE + 1):
            self._hash.update(piece)
            size += len(piece)
            number += 1
            whole = piece
            while not piece.endswith(b"\n") and len(piece) > MAX_LINE:
                piece = self._stream.readline(MAX_LINE + 1)
                self._hash.update(piece)
                size += len(piece)
                if size > MAX_BYTES:
                    break
            if size > MAX_BYTES:
                raise FileRefused(problem=f"more than {MAX_BYTES} bytes")
            if number == 1:
                if whole.startswith(_UTF16):
                    raise FileRefused(problem="UTF-16; save it as UTF-8 or Shift_JIS")
                if whole.startswith(b"\xef\xbb\xbf"):
                    self._encoding, whole = "utf-8", whole[3:]
            yield number, whole.rstrip(b"\r\n") if len(whole) <= MAX_LINE else None

    def _heading(self, line: bytes | None) -> list[str]:
        try:
            names = [_plain(name) for name in self._values(line or b"")]
        except _LineWrong as error:
            raise FileRefused(problem=f"heading: {error.problem}") from None
        columns = [COLUMNS.get(name, "") for name in names]
        if "" in columns or len(set(columns)) != len(columns) or not {"address", "time"} <= set(columns):
            raise FileRefused(
                problem=f"a heading with address and time, each once, of: {', '.join(_NAMES)} (見出し: "
                "IPアドレス、ポート番号、日時、タイムゾーン、プロトコル、接続先、整理番号)"
            )
        return columns

    def _question(self, columns: list[str], number: int, line: bytes | None) -> None:
        self._count += 1
        if self._count > MAX_ITEMS:
            self._items.clear()
            return
        try:
            found = dict(zip(columns, self._row(line, len(columns)), strict=True))
        except _LineWrong as error:
            self._wrong += 1
            if self._wrong <= MAX_ERRORS:
                self._findings.append(Finding(Code.LINE_UNREADABLE, line=number, said={"problem": error.problem}))
            return
        self._items.append(
            DraftItem(
                number=len(self._items) + 1,
                kind=ItemKind.ADDRESS,
                value=found["address"],
                data_class=self._asked.data_class or DataClass.SECRECY,
                wanted=self._asked.wanted,
                time=found["time"],
                zone=found.get("zone", ""),
                port=found.get("port", ""),
                protocol=found.get("protocol", ""),
                destination=found.get("destination", ""),
                destination_port=found.get("destination_port", ""),
                reference=found.get("reference", ""),
                line=number,
            )
        )

    def _row(self, line: bytes | None, columns: int) -> list[str]:
        if line is None:
            raise _LineWrong(f"more than {MAX_LINE} bytes")
        values = self._values(line)
        if len(values) != columns:
            raise _LineWrong(f"{len(values)} values for {columns} columns")
        return values

    def _values(self, line: bytes) -> list[str]:
        text = self._decoded(line)
        if any(ord(one) < 32 and one != "\t" for one in text):
            raise _LineWrong("a control character")
        try:
            rows = list(csv.reader([text], strict=True))
        except csv.Error as error:
            raise _LineWrong(str(error)[:60]) from None
        values = [value.strip() for value in rows[0]] if rows else []
        if any(len(value) > MAX_FIELD for value in values):
            raise _LineWrong(f"a value of more than {MAX_FIELD} characters")
        return values

    def _decoded(self, line: bytes) -> str:
        if self._encoding is None and not line.isascii():
            # UTF-8 first: text in Shift_JIS is hardly ever right in it, while cp932 reads nearly anything.
            self._encoding = "utf-8" if _is_utf8(line) else "cp932"
        try:
            return line.decode(self._encoding or "ascii")
        except UnicodeDecodeError:
            raise _LineWrong(f"not in {self._encoding or 'ASCII'}") from None


class _LineWrong(Exception):
    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _plain(name: str) -> str:
    return re.sub(r"[\s　]+", "", unicodedata.normalize("NFKC", name)).casefold()
