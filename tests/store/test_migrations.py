"""The migrated schema is the schema the code means, on both databases, and no other version is opened."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import sekisho
from sekisho.store import identity, outbox
from sekisho.store.database import Database
from sekisho.store.errors import SchemaMissing, SchemaTooNew, SchemaTooOld
from sekisho.store.migrate import REVISIONS, migrate, require_current, revision
from sekisho.store.schema import metadata


def register_all_tables() -> None:
    """Import every ``tables`` module there is, so that no desk's tables escape the comparison."""
    assert (outbox.outbox.metadata, identity.ledger_gap.metadata) == (metadata, metadata)
    for module in pkgutil.walk_packages(sekisho.__path__, "sekisho."):
        if module.name.endswith("tables"):
            importlib.import_module(module.name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of each kind."""
    opened = Database(database_url)
    yield opened
    opened.close()


def plain(value: Any) -> Any:
    """``value`` with SQL expressions as text, so that it compares by content."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value if isinstance(value, (list, bool)) else str(value)


def described(connection: Connection) -> dict[str, Any]:
    """Everything the inspector tells about every table, constraint names included."""
    inspector = inspect(connection)

    def by_name(items: list[Any]) -> list[Any]:
        return sorted(items, key=lambda item: str(item.get("name")))

    return {
        table: {
            "columns": [
                {key: str(value) for key, value in column.items() if key != "comment"}
                for column in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": by_name(inspector.get_foreign_keys(table)),
            "unique": by_name(inspector.get_unique_constraints(table)),
            "checks": by_name(inspector.get_check_constraints(table)),
            "indexes": [plain(index) for index in by_name(inspector.get_indexes(table))],
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_migrated_schema_is_the_metadata(database: Database) -> None:
    """Alembic sees no difference, and neither does a comparison with tables made straight from the metadata."""
    register_all_tables()
    assert migrate(database) == (None, REVISIONS[-1])
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        migrated = described(connection)
    with database.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        metadata.drop_all(connection)
        metadata.create_all(connection)
    with database.read() as connection:
        assert described(connection) == migrated


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A current database is left alone."""
    migrate(database)
    assert migrate(database) == (REVISIONS[-1], REVISIONS[-1])
    require_current(database)


def test_steps_are_one_line_and_listed() -> None:
    """The constant that opening relies on names every step, in order, without branches."""
    config = Config()
    config.set_main_option("script_location", str(Path(sekisho.__file__).parent / "store" / "migrations"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert [step.revision for step in reversed(list(script.walk_revisions()))] == list(REVISIONS)
    assert script.get_heads() == [REVISIONS[-1]]


def test_other_versions_are_refused(database: Database) -> None:
    """No schema, an older one, a newer one: each has its own answer, and nothing is changed."""
    with pytest.raises(SchemaMissing):
        require_current(database)
    migrate(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew) as caught:
        require_current(database)
    assert caught.value.fields == {"found": "9999", "needed": REVISIONS[-1]}
    with pytest.raises(SchemaTooNew):
        migrate(database)
    with database.read() as connection:
        assert revision(connection) == "9999"


def test_older_schema_is_told_to_migrate(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with one more step refuses and says how to go on."""
    migrate(database)
    monkeypatch.setattr("sekisho.store.migrate.REVISIONS", (*REVISIONS, "8888"))
    with pytest.raises(SchemaTooOld, match="sekisho migrate"):
        require_current(database)


def test_failed_step_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails half-way leaves the database as it was, on SQLite too."""

    def half(*_: Any, **__: Any) -> None:
        raise OSError("power")

    monkeypatch.setattr("alembic.op.create_index", half)
    with pytest.raises(OSError, match="power"):
        migrate(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
