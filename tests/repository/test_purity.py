"""The core is pure: it is told the time, and reaches neither network, environment nor database."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.repository.tree import ROOT, SRC, dotted, imports, module_name, named, python_files, syntax

READS_TIME = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
    "func.now", "func.current_timestamp", "func.current_date",  # the database's clock is a clock
}
# Standard and other modules through which something outside could change what a decision says.
IMPURE = {
    "sqlalchemy", "alembic", "psycopg", "sqlite3", "fastapi", "starlette", "uvicorn", "httpx", "click",
    "socket", "ssl", "http", "urllib.request", "asyncio", "subprocess", "random", "secrets", "time", "locale",
    "getpass", "platform",
}
# Arithmetic on a time one was given; reads no clock.
JAPAN_DATES = {"JAPAN", "japan_date"}


def _time_readings(path: Path) -> list[str]:
    found = []
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Attribute):
            name = dotted(node)
            if ".".join(name.split(".")[-2:]) in READS_TIME:
                found.append(f"{named(path)}:{node.lineno}: {name}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [f"{named(path)}:{node.lineno}: from time import {alias.name}"
                      for alias in node.names if f"time.{alias.name}" in READS_TIME]
    return found


def test_only_the_clock_reads_the_time() -> None:
    """No file of the product or of the benchmarks but ``clock.py`` asks what time it is."""
    clock = SRC / "clock.py"
    assert _time_readings(clock)
    assert [one for path in python_files("src", "bench") if path != clock for one in _time_readings(path)] == []


def pure_files() -> list[Path]:
    """The engine, the rulebook's loader, and each desk's facts and decision."""
    return [
        path for path in python_files("src")
        if module_name(path).split(".")[1:2] in (["engine"], ["rulebook"])
        or (path.name in {"decide.py", "facts.py"} and path.parent.parent == SRC)
    ]


def _outside(path: Path) -> list[str]:
    found = []
    for line, module, name in imports(path):
        full = f"{module}.{name}" if name else module
        if any(full == banned or full.startswith(f"{banned}.") for banned in IMPURE):
            found.append(f"{named(path)}:{line}: {full}")
        if full == "sekisho.clock" or (module == "sekisho.clock" and name not in JAPAN_DATES):
            found.append(f"{named(path)}:{line}: {full} (only {', '.join(sorted(JAPAN_DATES))} may be used)")
        if module == "os" and name in {"environ", "environb", "getenv"}:
            found.append(f"{named(path)}:{line}: {full}")
    return found + [
        f"{named(path)}:{node.lineno}: {dotted(node)}" for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and dotted(node) in {"os.environ", "os.environb", "os.getenv"}
    ]


def test_the_core_is_pure() -> None:
    """Engine, rulebook, ``facts.py`` and ``decide.py`` import no clock, network, environment or database."""
    assert pure_files()
    assert [one for path in pure_files() for one in _outside(path)] == []


def test_the_engine_stands_alone() -> None:
    """The engine knows nothing of Sekisho but its error families: it could be taken out and used elsewhere."""
    wrong = []
    for path in python_files("src"):
        if module_name(path).split(".")[1:2] != ["engine"]:
            continue
        for line, module, name in imports(path):
            full = f"{module}.{name}" if module == "sekisho" else module
            if full.split(".")[0] == "sekisho" and full.split(".")[1:2] not in (["engine"], ["errors"]):
                wrong.append(f"{named(path)}:{line}: {full}")
    assert wrong == []


def test_every_desk_is_in_the_import_contracts() -> None:
    """A folder with a ``decide.py`` is a desk, and every contract about desks in ``.importlinter`` names it."""
    desks = sorted(path.parent.name for path in python_files("src")
                   if path.name == "decide.py" and path.parent.parent == SRC)
    contracts = (ROOT / ".importlinter").read_text(encoding="utf-8").split("[importlinter:contract:")
    about_desks = [text for text in contracts[1:] if text.split("]")[0].startswith("desk")]
    assert about_desks
    for desk in desks:
        for contract in about_desks:
            assert f"sekisho.{desk}" in contract, f"{desk}: not in [importlinter:contract:{contract.split(']')[0]}]"
