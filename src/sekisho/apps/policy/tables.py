"""Tables into records: which row or column has the labels is found out; any order and both ways are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sekisho.apps.policy.blocks import Cell, Grid
from sekisho.apps.policy.fields import Field, field_of, how_many
from sekisho.apps.policy.words import plain

Record = tuple[tuple[Field, str], ...]
"""What one row (or column) tells, value by label, in the table's order."""

HEAD_ROWS: Final = 3


def records_of(grid: Grid) -> tuple[Record, ...] | None:
    """The records of a table, ``None`` where its labels aren't understood. A row that spans all is no record."""
    rows = [tuple(Cell(plain(cell.text), cell.header) for cell in row) for row in grid]
    head = max(range(min(HEAD_ROWS, len(rows))), key=lambda at: (_labels(rows[at]), -at), default=0)
    across = _labels(rows[head]) if rows else 0
    down = how_many(row[0].text for row in rows if len(row) > 1)
    if across > 1 and across >= down and len(rows) > head + 1:
        return _lying(rows, head)
    if down > 1 or (down == 1 and across == 0 and len(rows) == 1):
        return _standing(rows)
    if across == 1 and len(rows) > head + 1 and (len(rows[head]) == 1 or all(cell.header for cell in rows[head])):
        return _lying(rows, head)
    return None


def _labels(row: tuple[Cell, ...]) -> int:
    return how_many(cell.text for cell in row)


def _lying(rows: list[tuple[Cell, ...]], head: int) -> tuple[Record, ...]:
    """Labels above: each row below them is a record. Further rows of labels begin the table again."""
    fields = [field_of(cell.text) for cell in rows[head]]
    found: list[Record] = []
    for row in rows[head + 1 :]:
        if len(row) > 1 and _labels(row) == len({cell.text for cell in row}) > 1:
            fields = [field_of(cell.text) for cell in row]
        elif len({cell.text for cell in row}) > 1 or len(fields) == 1:
            found.append(_record(zip(fields, (cell.text for cell in row), strict=False)))
    return tuple(each for each in found if each)


def _standing(rows: list[tuple[Cell, ...]]) -> tuple[Record, ...]:
    """Labels at the left: each column beside them is a record; in two columns, a label that comes again begins one."""
    width = max(map(len, rows))
    if width > 2 and sum(len(row) == width for row in rows) > 1:
        columns = [
            _record((field_of(row[0].text), row[at].text) for row in rows if at < len(row))
            for at in range(1, width)
        ]
        heads = rows[0]
        if field_of(heads[0].text) is None and len(heads) == width:
            # The corner has no label: what stands above the columns are the names.
            columns = [((Field.RECIPIENT, heads[at + 1].text), *each) for at, each in enumerate(columns)]
        return tuple(each for each in columns if each)
    found: list[list[tuple[Field, str]]] = [[]]
    for row in rows:
        field = field_of(row[0].text) if len(row) > 1 else None
        value = "\n".join(cell.text for cell in row[1:])
        if field is None:
            continue
        if field in (Field.RECIPIENT, Field.SERVICE) and any(had is field for had, _ in found[-1]):
            found.append([])
        found[-1].append((field, value))
    return tuple(tuple(each) for each in found if each)


def _record(pairs: Iterable[tuple[Field | None, str]]) -> Record:
    kept: dict[tuple[Field, str], None] = {}
    for field, value in pairs:
        if field is not None and value.strip():
            kept.setdefault((field, value))
    return tuple(kept)
