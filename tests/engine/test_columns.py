"""Columnar cases lose nothing, come back from a file as they were, and refuse what isn't theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.law_cases import any_cases
from sekisho.contracts.facts import CATALOGUE as CONTRACTS
from sekisho.engine.column_files import CASES, open_columns, write_columns
from sekisho.engine.columns import CaseColumns, ItemTable, PastCase, catalogue_hash, code_type, joined
from sekisho.engine.errors import ColumnsRefused
from sekisho.engine.facts import Case, Catalogue, FactSpec, FactType, Text, Value
from tests.engine.strategies import CATALOGUE, past_cases

DAY = date(2024, 2, 10)
KNOWN: dict[str, Value] = {"event": "join", "who": "person"}


def _all(columns: CaseColumns) -> list[PastCase]:
    return columns.past_cases(0, len(columns))


@settings(max_examples=60, deadline=None)
@given(st.lists(past_cases(), max_size=8), st.integers(0, 8))
def test_cases_survive_columns(drawn: list[PastCase], cut: int) -> None:
    """Encoding, joining batches and putting rows in order lose nothing, order of items within a case included."""
    columns = CaseColumns.from_cases(drawn, CATALOGUE)
    assert _all(columns) == drawn
    assert columns.past_cases(cut, max(cut, len(drawn))) == drawn[cut:]
    halves = [CaseColumns.from_cases(part, CATALOGUE) for part in (drawn[:cut], drawn[cut:])]
    assert _all(joined(halves)) == drawn
    ordered = _all(columns.ordered())
    assert len(ordered) == len(drawn)
    assert all(ordered.count(one) == drawn.count(one) for one in drawn)
    keys = [(CATALOGUE.facts["event"].values.index(str(one.case.facts["event"])), one.as_of) for one in ordered]
    assert [event for event, _ in keys] == sorted(event for event, _ in keys)


@pytest.mark.parametrize(
    ("case", "named"),
    [
        (Case({**KNOWN, "name": "x"}), "name"),
        (Case({**KNOWN, "lines": 99}), "lines"),
        (Case({**KNOWN, "flag": 1}), "flag"),
        (Case({"event": "join"}), "who"),
        (Case(KNOWN, {"heard": [{}]}), "heard"),
        (Case(KNOWN, {"shown": [{"colour": "red"}]}), "colour"),
        (Case(KNOWN, {"shown": [{"document": "letter"}]}), "document"),
    ],
)
def test_what_the_catalogue_does_not_know_is_refused(case: Case, named: str) -> None:
    """Nothing that a rule could not have meant gets into columns; the error names it."""
    with pytest.raises(ColumnsRefused, match=named):
        CaseColumns.from_cases([PastCase("a", DAY, DAY, None, case)], CATALOGUE)


def test_a_domain_must_fit_its_column() -> None:
    """A set of more than 30 values or a number beyond 32 bits is refused, not cut."""
    for spec in (
        FactSpec("many", FactType.SET, Text("", ""), tuple(str(n) for n in range(31))),
        FactSpec("large", FactType.INT, Text("", ""), high=2**31),
    ):
        with pytest.raises(ValueError, match=spec.name):
            code_type(spec)


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    """Cases of every kind are the same after writing and memory-mapping; so are none at all."""
    for count in (0, 1, 400):
        columns = any_cases(count, 5)
        write_columns(columns, tmp_path / str(count))
        assert _all(open_columns(tmp_path / str(count), CONTRACTS)) == _all(columns)


def test_a_file_names_no_person(tmp_path: Path) -> None:
    """The files hold the catalogue's columns, two dates, the verdict and the reference id, and nothing else."""
    write_columns(any_cases(50, 5), tmp_path / "f")
    for path in (tmp_path / "f").iterdir():
        names = set(pa.ipc.open_file(str(path)).schema.names)
        if path.name == CASES:
            assert names == {"reference", "as_of", "as_known_at", "verdict", *(f"fact:{n}" for n in CONTRACTS.facts)}
        else:
            assert names == {"case", *CONTRACTS.evidence[path.name.split(".")[1]].attributes}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder with anything in it is left alone."""
    (tmp_path / "mine").write_text("x", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_columns(any_cases(3, 5), tmp_path)


def test_another_catalogue_is_refused(tmp_path: Path) -> None:
    """Codes mean something under the catalogue they were written with only."""
    write_columns(any_cases(3, 5), tmp_path / "f")
    facts = [
        replace(spec, values=spec.values[::-1]) if name == "channel" else spec for name, spec in CONTRACTS.facts.items()
    ]
    other = Catalogue.of(facts, list(CONTRACTS.evidence.values()), CONTRACTS.dimensions)
    assert catalogue_hash(other) != catalogue_hash(CONTRACTS)
    with pytest.raises(ColumnsRefused, match="another fact catalogue"):
        open_columns(tmp_path / "f", other)
    with pytest.raises(FileNotFoundError):
        open_columns(tmp_path / "nowhere", CONTRACTS)


def _bad(columns: CaseColumns, fact: str, code: int) -> CaseColumns:
    codes = columns.facts[fact].copy()
    codes[1] = code
    return replace(columns, facts={**columns.facts, fact: codes})


def _moved(columns: CaseColumns) -> CaseColumns:
    kind, table = next((kind, table) for kind, table in columns.items.items() if len(table.case) > 1)
    return replace(columns, items={**columns.items, kind: ItemTable(table.case[::-1].copy(), table.columns)})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda columns: _bad(columns, "channel", -1),
        lambda columns: _bad(columns, "channel", 3),
        lambda columns: _bad(columns, "subject.age", 131),
        lambda columns: _bad(columns, "representative.acting", 2),
        lambda columns: replace(columns, verdict=np.full(len(columns), 9, np.int8)),
        lambda columns: replace(columns, as_of=np.full(len(columns), 2**31 - 1, np.int32)),
        lambda columns: replace(columns, as_of=columns.as_of.astype(np.int64)),
        lambda columns: replace(columns, references=pa.array([None] * len(columns), pa.string())),
        _moved,
    ],
)
def test_a_damaged_column_is_refused(tmp_path: Path, spoil: Callable[[CaseColumns], CaseColumns]) -> None:
    """No code from a file is used as an index before it was checked."""
    write_columns(spoil(any_cases(200, 5)), tmp_path / "f")
    with pytest.raises(ColumnsRefused):
        open_columns(tmp_path / "f", CONTRACTS)


def test_an_unfinished_or_foreign_folder_is_refused(tmp_path: Path) -> None:
    """Every prefix of the main file, a missing table, a table cut short, and text are not columnar cases."""
    write_columns(any_cases(200, 5), tmp_path / "f")
    main = tmp_path / "f" / CASES
    whole = main.read_bytes()
    for size in [0, 1, 7, 100, *range(1000, len(whole), len(whole) // 20), len(whole) - 1]:
        main.write_bytes(whole[:size])
        with pytest.raises(ColumnsRefused):
            open_columns(tmp_path / "f", CONTRACTS)
    main.unlink()
    with pytest.raises(ColumnsRefused):
        open_columns(tmp_path / "f", CONTRACTS)
    main.write_bytes(whole)
    write_columns(any_cases(20, 5), tmp_path / "g")
    items = next(path for path in (tmp_path / "f").glob("items.*") if (tmp_path / "g" / path.name).exists())
    content = items.read_bytes()
    for replacement in ((tmp_path / "g" / items.name).read_bytes(), content[:-9], b"text"):
        items.write_bytes(replacement)
        with pytest.raises(ColumnsRefused):
            open_columns(tmp_path / "f", CONTRACTS)
