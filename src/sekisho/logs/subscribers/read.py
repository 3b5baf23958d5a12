"""Read a subscriber register from a file: CSV (UTF-8 or Windows Japanese) or JSON Lines. Pure.

Columns: ``contract`` (the operator's reference), ``valid_from``, ``valid_to`` (the last day; empty while it runs), and
any of ``line``, ``phone``, ``iccid``, ``imei``, ``account``, ``email``, ``payment``; several values stand apart by
``|``, or in a list in JSON Lines. Every other column is what the register says of the person. A register is taken in
whole or not at all: half of one would say "no such contractor" of the others.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import orjson

from sekisho.logs.subscribers.errors import IdentifierRefused, RegisterRefused
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind, identifier
from sekisho.logs.subscribers.record import Contractor

MAX_FIELD: Final = 1_000
"""Characters of one value."""
MAX_COLUMNS: Final = 64

_KINDS: Final = {kind.value for kind in IdentifierKind}
_DATES: Final = ("valid_from", "valid_to")
_INDIVIDUAL_NUMBER: Final = frozenset({"個人番号", "マイナンバー", "individual_number", "my_number", "mynumber"})
"""Columns that are refused: the individual number may not be kept for this (番号法20条)."""


def read_register(data: bytes, *, lines: bool) -> Iterator[Contractor]:
    """The rows of a register; ``lines`` says that it is JSON Lines. Raises ``RegisterRefused`` with the line."""
    text = _decoded(data)
    rows = _json_lines(text) if lines else _csv(text)
    for number, row in rows:
        yield _contractor(row, number)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterRefused(line=1, problem="neither UTF-8 nor Windows Japanese (cp932)")


def _csv(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
        _check_columns(heading, 1)
        if len(set(heading)) != len(heading):
            raise RegisterRefused(line=1, problem="a column twice")
        for row in reader:
            if row and len(row) != len(heading):
                raise RegisterRefused(line=reader.line_num, problem=f"{len(row)} values for {len(heading)} columns")
            if row:
                yield reader.line_num, dict(zip(heading, row, strict=True))
    except csv.Error as error:
        raise RegisterRefused(line=reader.line_num, problem=str(error)[:100]) from None


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise RegisterRefused(line=number, problem="not JSON") from None
        if not isinstance(row, dict):
            raise RegisterRefused(line=number, problem="not an object")
        _check_columns(row, number)
        yield number, row


def _check_columns(names: Iterable[str], line: int) -> None:
    found = [name.strip().lower() for name in names]
    if _INDIVIDUAL_NUMBER & set(found):
        raise RegisterRefused(line=line, problem="the individual number (個人番号) is never taken in")
    if len(found) > MAX_COLUMNS:
        raise RegisterRefused(line=line, problem=f"at most {MAX_COLUMNS} columns")
    if not {"contract", "valid_from"} <= set(found):
        raise RegisterRefused(line=line, problem="contract and valid_from are needed")


def _contractor(row: Mapping[str, Any], line: int) -> Contractor:
    values = {name.strip().lower(): value for name, value in row.items()}
    begin = _date(values.get("valid_from"), "valid_from", line)
    end = _date(values.get("valid_to"), "valid_to", line)
    if begin is None:
        raise RegisterRefused(line=line, problem="valid_from is empty")
    if end is not None and end < begin:
        raise RegisterRefused(line=line, problem="valid_to is before valid_from")
    contract = _text(values["contract"], "contract", line)
    if not contract:
        raise RegisterRefused(line=line, problem="contract is empty")
    found: list[Identifier] = []
    for kind in IdentifierKind:
        for written in _several(values.get(kind.value), kind.value, line):
            try:
                found.append(identifier(kind, written))
            except IdentifierRefused as error:
                raise RegisterRefused(line=line, problem=f"{kind.value}: {error.fields['problem']}") from None
    person = {
        name: _text(value, name, line)
        for name, value in values.items()
        if name not in _KINDS and name not in _DATES and name != "contract" and value not in (None, "")
    }
    return Contractor(contract, begin, end, tuple(dict.fromkeys(found)), person)


def _several(found: object, name: str, line: int) -> list[str]:
    if found is None:
        return []
    parts = found if isinstance(found, list) else str(found).split("|")
    return [text for part in parts if (text := _text(part, name, line))]


def _text(found: object, name: str, line: int) -> str:
    if not isinstance(found, str) or len(found) > MAX_FIELD:
        raise RegisterRefused(line=line, problem=f"{name[:40]}: text of at most {MAX_FIELD} characters")
    return found.strip()


def _date(found: object, name: str, line: int) -> date | None:
    if found in (None, ""):
        return None
    try:
        return date.fromisoformat(_text(found, name, line).replace("/", "-"))
    except ValueError:
        raise RegisterRefused(line=line, problem=f"{name}: a date such as 2026-04-01") from None
