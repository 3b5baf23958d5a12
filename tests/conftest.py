"""Fixtures every package's tests share: a database of each kind, fresh for each test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

POSTGRES_URL = "SEKISHO_TEST_POSTGRES_URL"
"""Environment variable: a PostgreSQL database in which the tests may create schemas (scripts/test starts one)."""


@dataclass(frozen=True, slots=True)
class PostgresSchema:
    """A schema of its own in the test server, and the URL whose search path is that schema."""

    name: str
    url: str


def _postgres_server() -> str:
    server = os.environ.get(POSTGRES_URL)
    if server:
        return server
    if os.environ.get("CI"):
        pytest.fail(f"{POSTGRES_URL} is not set; in CI both databases are tested (run scripts/test)")
    pytest.skip(f"{POSTGRES_URL} is not set: PostgreSQL not tested (scripts/test starts a server)")


@pytest.fixture
def postgres_schema() -> Iterator[PostgresSchema]:
    """An empty PostgreSQL schema, dropped afterwards."""
    server = make_url(_postgres_server()).set(drivername="postgresql")
    address = server.render_as_string(hide_password=False)
    name = f"t_{secrets.token_hex(8)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    url = server.update_query_dict({"options": f"-csearch_path={name}"})
    yield PostgresSchema(name, url.render_as_string(hide_password=False))
    with psycopg.connect(address, autocommit=True) as connection:
        # A killed child's session can hold locks for a moment after the child is gone.
        connection.execute("SET lock_timeout = '20s'")
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.sqlite3'}"
    schema: PostgresSchema = request.getfixturevalue("postgres_schema")
    return schema.url
