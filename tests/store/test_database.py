"""What both databases promise, and which settings are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError

from sekisho.store.columns import from_micros, to_micros
from sekisho.store.database import Database, _require_durable
from sekisho.store.errors import DatabaseNotDurable, DatabaseUrlRefused
from tests.conftest import PostgresSchema


@given(moment=st.datetimes(timezones=st.timezones()), later=st.timedeltas(timedelta(), timedelta(days=900)))
def test_moments_survive_exactly(moment: datetime, later: timedelta) -> None:
    """Any aware moment comes back as the same instant, to the microsecond, and keeps its order as a number."""
    assert from_micros(to_micros(moment)) == moment.astimezone(UTC)
    if moment.year < 9990:
        # In UTC: Python adds to the clock on the wall, which goes back an hour where summer time ends.
        assert to_micros(moment.astimezone(UTC) + later) - to_micros(moment) == later // timedelta(microseconds=1)


def test_offset_is_not_kept_and_naive_is_refused() -> None:
    """Japan time and UTC of one instant store alike; a time without offset is a programming error."""
    tokyo = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=9)))
    assert to_micros(tokyo) == to_micros(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    with pytest.raises(ValueError, match="zone"):
        to_micros(datetime(2026, 11, 23))  # noqa: DTZ001  the naive time is the point


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=ro", "mysql://h/d", "postgresql+asyncpg://h/d",
     "postgresql://u:secret@h/d", "postgresql://u@h/d?password=secret"],
)
def test_refused_urls(url: str) -> None:
    """Databases Sekisho does not run on, and passwords in URLs; the error never repeats the URL."""
    with pytest.raises(DatabaseUrlRefused) as caught:
        Database(url)
    assert "secret" not in str(caught.value.as_document())


def test_a_read_sees_one_moment(database_url: str) -> None:
    """Within one read, rows committed meanwhile do not appear; in the next they do."""
    with Database(database_url) as database:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE t (id INTEGER PRIMARY KEY)"))
        with database.read() as reading:
            assert reading.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
            with database.write() as connection:
                connection.execute(text("INSERT INTO t VALUES (1)"))
            assert reading.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
        with database.read() as reading:
            assert reading.execute(text("SELECT count(*) FROM t")).scalar_one() == 1
        database.ping()


def test_foreign_keys_hold(database_url: str) -> None:
    """A row that points nowhere is refused on both databases."""
    with Database(database_url) as database:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
            connection.execute(text("CREATE TABLE b (a INTEGER NOT NULL REFERENCES a (id))"))
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(text("INSERT INTO b VALUES (7)"))


def test_sqlite_syncs_every_commit(tmp_path: Any) -> None:
    """WAL with synchronous=FULL: the log is synced at each commit (sqlite.org/pragma.html#pragma_synchronous)."""
    with Database(f"sqlite:///{tmp_path / 'x.sqlite3'}") as database, database.write() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    with pytest.raises(ValueError, match="SQLite"):
        database.listen_connection()


@pytest.mark.postgres
def test_postgres_commit_waits_for_the_disk(postgres_schema: PostgresSchema) -> None:
    """A default of synchronous_commit=off is overridden on the write connection; stronger settings are left."""
    for default, used in (("off", "on"), ("remote_apply", "remote_apply"), ("local", "local")):
        url = make_url(postgres_schema.url).update_query_dict({"options": f"-csynchronous_commit={default}"})
        with Database(url.render_as_string()) as database, database.write() as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == used


class _Server:
    """A DBAPI connection to a server with given settings."""

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self._answer = ""

    def cursor(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        self._answer = self._settings.get(statement.removeprefix("SHOW "), "")

    def fetchone(self) -> tuple[str]:
        return (self._answer,)

    def commit(self) -> None:
        pass


def test_server_without_fsync_is_refused() -> None:
    """A server that answers before data is on disk cannot back an acknowledgement."""
    _require_durable(_Server(fsync="on", synchronous_commit="on"))
    with pytest.raises(DatabaseNotDurable) as caught:
        _require_durable(_Server(fsync="off", synchronous_commit="on"))
    assert caught.value.fields == {"setting": "fsync", "value": "off"}
