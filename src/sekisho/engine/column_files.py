"""Columnar fact files: a directory of uncompressed Arrow IPC files, opened by memory-mapping.

``cases.arrow`` holds a row per case; ``items.KIND.arrow`` the evidence items of one kind. ``cases.arrow`` is written
last and its metadata names the others with their lengths, so that a directory that was not finished is not one.
Reading trusts nothing: every code is checked against the catalogue before it is used as an index.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sekisho.engine.columns import (
    VERDICTS,
    CaseColumns,
    Codes,
    ItemTable,
    catalogue_hash,
    code_bounds,
    code_type,
    unknown_code,
)
from sekisho.engine.errors import ColumnsRefused
from sekisho.engine.facts import Catalogue, FactSpec

FORMAT = "sekisho-cases-1"
CASES = "cases.arrow"
_KEY = b"sekisho"
_LAST_DAY = 2_932_896
"""9999-12-31, the last day a date can name."""
_FIRST_DAY = -719_162


def write_columns(columns: CaseColumns, folder: Path) -> None:
    """Write ``columns`` into ``folder``, which must be empty or not exist yet (``FileExistsError`` otherwise).

    Does not sync: whoever promises durability does. What it writes names no person, only reference ids.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    for kind, table in columns.items.items():
        _write(folder / _items_name(kind), {"case": pa.array(table.case), **_arrays(table.columns)}, {})
    own: dict[str, pa.Array[Any]] = {
        "reference": columns.references,
        "as_of": pa.array(columns.as_of),
        "as_known_at": pa.array(columns.as_known_at),
        "verdict": pa.array(columns.verdict),
    }
    description = {
        "format": FORMAT,
        "catalogue": catalogue_hash(columns.catalogue),
        "items": {kind: len(table.case) for kind, table in columns.items.items()},
    }
    _write(folder / CASES, {**own, **_arrays(columns.facts, "fact:")}, description)


def open_columns(folder: Path, catalogue: Catalogue) -> CaseColumns:
    """Memory-map what :func:`write_columns` wrote, and check all of it.

    Raises :class:`~sekisho.engine.errors.ColumnsRefused` for another catalogue, a missing or damaged file, and a code
    outside its fact's domain; ``FileNotFoundError`` where ``folder`` doesn't exist.
    """
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    cases = _read(folder / CASES)
    description = _description(cases)
    size = cases.num_rows
    facts = {
        name: _codes(cases, f"fact:{name}", spec, CASES, always=name in catalogue.dimensions)
        for name, spec in _checked(description, catalogue).facts.items()
    }
    items: dict[str, ItemTable] = {}
    for kind, length in description["items"].items():
        if kind not in catalogue.evidence:
            raise ColumnsRefused(where=CASES, problem=f"unknown evidence kind {kind}")
        name = _items_name(kind)
        table = _read(folder / name)
        if table.num_rows != length or not length:
            raise ColumnsRefused(where=name, problem=f"{table.num_rows} rows, expected {length}")
        rows = _plain(table, "case", np.dtype(np.int32), name)
        if rows[0] < 0 or rows[-1] >= size or np.any(rows[1:] < rows[:-1]):
            raise ColumnsRefused(where=name, problem="case is out of order")
        specs = catalogue.evidence[kind].attributes
        items[kind] = ItemTable(rows, {key: _codes(table, key, spec, name) for key, spec in specs.items()})
    return CaseColumns(
        catalogue,
        _references(cases),
        _days(cases, "as_of"),
        _days(cases, "as_known_at"),
        _within(_plain(cases, "verdict", np.dtype(np.int8), CASES), -1, len(VERDICTS) - 1, CASES, "verdict"),
        facts,
        items,
    )


def _items_name(kind: str) -> str:
    return f"items.{kind}.arrow"


def _arrays(columns: Mapping[str, Codes], prefix: str = "") -> dict[str, pa.Array[Any]]:
    return {f"{prefix}{name}": pa.array(codes) for name, codes in columns.items()}


def _write(path: Path, arrays: Mapping[str, pa.Array[Any]], description: Mapping[str, Any]) -> None:
    table = pa.table(dict(arrays))
    if description:
        table = table.replace_schema_metadata({_KEY: json.dumps(description, sort_keys=True).encode()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        # One batch, so that every column is one piece and can be used where it lies.
        for batch in table.combine_chunks().to_batches():
            writer.write_batch(batch)


def _read(path: Path) -> pa.Table:
    try:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        table.validate()
    except (pa.ArrowException, OSError) as problem:
        raise ColumnsRefused(where=path.name, problem="cannot be read as Arrow IPC") from problem
    return table.combine_chunks()


def _description(cases: pa.Table) -> dict[str, Any]:
    try:
        found = json.loads((cases.schema.metadata or {})[_KEY])
    except (KeyError, ValueError) as problem:
        raise ColumnsRefused(where=CASES, problem="carries no description") from problem
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("items"), dict):
        raise ColumnsRefused(where=CASES, problem=f"is not in the format {FORMAT}")
    return found


def _checked(description: Mapping[str, Any], catalogue: Catalogue) -> Catalogue:
    if description.get("catalogue") != catalogue_hash(catalogue):
        raise ColumnsRefused(where=CASES, problem="was exported under another fact catalogue")
    return catalogue


def _plain(table: pa.Table, name: str, wanted: np.dtype[Any], where: str) -> Codes:
    if table.schema.names.count(name) != 1:
        raise ColumnsRefused(where=where, problem=f"the column {name} is missing")
    column = table.column(name)
    if column.type != pa.from_numpy_dtype(wanted) or column.null_count:
        raise ColumnsRefused(where=where, problem=f"the column {name} must be {wanted} without nulls")
    if not table.num_rows:
        return np.zeros(0, wanted)
    codes: Codes = column.chunk(0).to_numpy(zero_copy_only=True)
    return codes


def _within(codes: Codes, low: int, high: int, where: str, name: str) -> npt.NDArray[Any]:
    if len(codes) and not (low <= codes.min() and codes.max() <= high):
        raise ColumnsRefused(where=where, problem=f"{name} is outside its values")
    return codes


def _codes(table: pa.Table, name: str, spec: FactSpec, where: str, *, always: bool = False) -> Codes:
    codes = _plain(table, name, code_type(spec), where)
    low, high = code_bounds(spec)
    unknown = unknown_code(spec)
    if always or unknown == low - 1:
        _within(codes, low if always else unknown, high, where, name)
    elif np.any((codes != unknown) & ((codes < low) | (codes > high))):
        raise ColumnsRefused(where=where, problem=f"{name} is outside its values")
    return codes


def _days(cases: pa.Table, name: str) -> npt.NDArray[np.int32]:
    return _within(_plain(cases, name, np.dtype(np.int32), CASES), _FIRST_DAY, _LAST_DAY, CASES, name)


def _references(cases: pa.Table) -> pa.StringArray:
    if cases.schema.names.count("reference") != 1:
        raise ColumnsRefused(where=CASES, problem="the column reference is missing")
    column = cases.column("reference")
    if column.type != pa.string() or column.null_count:
        raise ColumnsRefused(where=CASES, problem="the column reference must be text without nulls")
    if not cases.num_rows:
        return pa.array([], pa.string())
    references: Any = column.chunk(0)
    try:
        references.validate(full=True)
    except pa.ArrowException as problem:
        raise ColumnsRefused(where=CASES, problem="reference is not UTF-8 text") from problem
    text: pa.StringArray = references
    return text
