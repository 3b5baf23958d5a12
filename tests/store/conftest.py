"""A database with the store's own tables and one table for tests to write to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, Text

from sekisho.store import outbox
from sekisho.store.columns import Big
from sekisho.store.database import Database
from sekisho.store.schema import metadata

test_metadata = MetaData()
notes = Table(
    "notes",
    test_metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("said", Text, nullable=False, unique=True),
)
"""The rows the tests' units write."""


def prepare(database: Database) -> None:
    """Make the tables and the mark of an empty ledger."""
    with database.write() as connection:
        metadata.create_all(connection, tables=[outbox.outbox, outbox.ledger_mark])
        test_metadata.create_all(connection)
        outbox.start_mark(connection)


def say(connection: Connection, said: str) -> str:
    """Write one note."""
    connection.execute(notes.insert(), {"said": said})
    return said


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A prepared database of each kind."""
    opened = Database(database_url)
    prepare(opened)
    yield opened
    opened.close()
