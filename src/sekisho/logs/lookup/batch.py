"""Questions from a file: CSV with a heading, one question a line; a line that can't be asked is named and left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.errors import SekishoError
from sekisho.logs.lookup.asked import Asked, read_asked
from sekisho.logs.lookup.errors import BatchRefused, QuestionRefused

MAX_QUESTIONS: Final = 100_000
"""Questions of one file: ten times what a large case asks; more come in several files."""
MAX_BYTES: Final = 64 * 1024 * 1024

COLUMNS: Final = ("address", "port", "time", "protocol", "within", "destination", "destination_port", "reference")
"""What the heading may name. ``reference`` is the asker's own and comes back with the answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number from 1, the asker's reference, and the question or why it can't be asked."""

    number: int
    reference: str | None
    asked: Asked | None
    error: SekishoError | None


def read_batch(data: bytes, *, within: str | None = None) -> list[Line]:
    """The lines of a file in UTF-8 or Windows Japanese. ``within`` is for lines that name none.

    Raises ``BatchRefused`` for a file that can't be read at all.
    """
    if len(data) > MAX_BYTES:
        raise BatchRefused(problem=f"more than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp932")
        except UnicodeDecodeError:
            raise BatchRefused(problem="neither UTF-8 nor Windows Japanese (cp932)") from None
    return list(_lines(text, within))


def _lines(text: str, within: str | None) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        heading = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise BatchRefused(problem=str(error)[:100]) from None
    wrong = [name for name in heading if name not in COLUMNS]
    if wrong or len(set(heading)) != len(heading) or not {"address", "time"} <= set(heading):
        raise BatchRefused(problem="an unknown or double column, or none named address or time")
    count = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            # csv goes on with the next line after one it can't read.
            yield Line(reader.line_num, None, None, QuestionRefused(field="line", problem="not CSV"))
            continue
        if row is None:
            return
        if not row:
            continue
        count += 1
        if count > MAX_QUESTIONS:
            raise BatchRefused(problem=f"more than {MAX_QUESTIONS} questions")
        yield _line(reader.line_num, heading, row, within)


def _line(number: int, heading: list[str], row: list[str], within: str | None) -> Line:
    if len(row) != len(heading):
        problem = f"{len(row)} values for {len(heading)} columns"
        return Line(number, None, None, QuestionRefused(field="line", problem=problem))
    values: Mapping[str, Any] = dict(zip(heading, row, strict=True))
    reference = values.get("reference") or None
    try:
        asked = read_asked(
            values["address"],
            values.get("port"),
            values["time"],
            within=values.get("within") or within,
            protocol=values.get("protocol"),
            destination=values.get("destination"),
            destination_port=values.get("destination_port"),
        )
    except QuestionRefused as error:
        return Line(number, reference, None, error)
    return Line(number, reference, asked, None)
