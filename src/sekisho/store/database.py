"""One database, two ways in: many short reads, and one write path that waits for the disk.

SQLite (WAL) is the embedded default, with one writing process; PostgreSQL is used by URL, with several. Both give:

- a commit that has returned survives a power cut (SQLite ``synchronous=FULL``; PostgreSQL ``synchronous_commit`` never
  ``off``, and a server running with ``fsync=off`` is refused);
- a read sees one moment of the database throughout (snapshot);
- foreign keys are enforced, times are integers (:class:`sekisho.store.columns.Moment`).

What this does not do: it neither creates tables (:mod:`sekisho.store.migrate`) nor orders writers
(:mod:`sekisho.store.commit` is the only caller of :meth:`Database.write` while a workspace is open).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Literal, Self

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from sekisho.store.errors import DatabaseNotDurable, DatabaseUrlRefused, UnitEndedTransaction

BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another process's lock (a backup, a migration) before it gives up."""

READERS = 8
"""Read connections kept open; as many again may be opened under load. A request needs one for a few milliseconds."""

POSTGRES_DRIVER = "postgresql+psycopg"

_UNIT = "sekisho.unit"
"""Key in ``Connection.info``: set while a unit of :mod:`sekisho.store.commit` runs."""


class _UnitGuard:
    """Keeps a unit from ending the transaction it shares with others. See :meth:`Database.unit_guard`."""

    def __init__(self, connection: Connection) -> None:
        self._info = connection.info

    def __enter__(self) -> None:
        self._info[_UNIT] = True

    def __exit__(self, *exc: object) -> None:
        self._info[_UNIT] = False


def _refuse_end(call: str) -> Any:
    def refuse(connection: Connection) -> None:
        if connection.info.get(_UNIT):
            raise UnitEndedTransaction(call=call)

    return refuse


def _check_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlRefused(problem="not_a_url") from None
    if parsed.drivername in ("postgresql", "postgres", POSTGRES_DRIVER):
        if parsed.password is not None or "password" in parsed.query:
            # The URL is written to workspace.toml, and shows in errors of the driver.
            raise DatabaseUrlRefused(problem="holds_a_password")
        return parsed.set(drivername=POSTGRES_DRIVER)
    if parsed.drivername == "sqlite":
        if parsed.database in (None, "", ":memory:") or parsed.query:
            raise DatabaseUrlRefused(problem="sqlite_needs_a_plain_file")
        return parsed
    raise DatabaseUrlRefused(problem="neither_sqlite_nor_postgresql")


def _sqlite_engine(url: URL, *, reading: bool) -> Engine:
    # Units run on the writer thread, migrations and closing on others, never at the same time.
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False},
        pool_size=READERS if reading else 1,
        max_overflow=READERS if reading else 0,
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001  signature is SQLAlchemy's
        # Python's sqlite3 would open transactions late and by its own rules; BEGIN is ours (see `begin`).
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if reading:
            cursor.execute("PRAGMA query_only=ON")
        else:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            # What was emptied is overwritten with zeros, so that a key backup opens nothing that was left in the file.
            cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    # IMMEDIATE takes the write lock at once: a transaction that reads first could not be given it later.
    statement = "BEGIN" if reading else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return engine


def _postgres_engine(url: URL, *, reading: bool) -> Engine:
    if reading:
        return create_engine(
            url,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            pool_size=READERS,
            max_overflow=READERS,
            pool_pre_ping=True,
        )
    engine = create_engine(
        url, isolation_level="READ COMMITTED", pool_size=1, max_overflow=0, pool_pre_ping=True
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001  signature is SQLAlchemy's
        try:
            _require_durable(dbapi)
        except BaseException:
            dbapi.close()
            raise

    return engine


def _require_durable(dbapi: Any) -> None:
    """Make sure that a commit which has returned is on the server's disk, or raise ``DatabaseNotDurable``."""
    with dbapi.cursor() as cursor:
        cursor.execute("SHOW fsync")
        (fsync,) = cursor.fetchone()
        cursor.execute("SHOW synchronous_commit")
        (commit,) = cursor.fetchone()
        if commit == "off":
            # A default of the role or database; ours to override. Every other value waits for the local disk at least.
            cursor.execute("SET synchronous_commit = on")
    dbapi.commit()
    if fsync != "on":
        raise DatabaseNotDurable(setting="fsync", value=fsync)


class Database:
    """A connected database. Thread-safe for reading; see :meth:`write` for writing."""

    def __init__(self, url: str) -> None:
        """Prepare ``url`` (``sqlite:///FILE`` or ``postgresql://…``); nothing is opened until first use.

        Raises :class:`~sekisho.store.errors.DatabaseUrlRefused` for any other URL, or one with a password in it.
        """
        self._url = _check_url(url)
        make = _sqlite_engine if self._url.drivername == "sqlite" else _postgres_engine
        self._reading = make(self._url, reading=True)
        self._writing = make(self._url, reading=False)
        event.listen(self._writing, "commit", _refuse_end("commit"))
        event.listen(self._writing, "rollback", _refuse_end("rollback"))

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two databases this is."""
        return "sqlite" if self._url.drivername == "sqlite" else "postgresql"

    @property
    def several_workers(self) -> bool:
        """Whether several processes may write (PostgreSQL) or only one (SQLite)."""
        return self.dialect == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database and cannot write."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The write connection in a transaction: committed at the end, rolled back on an exception.

        There is one; a second caller waits. While a workspace is open only its commit queue calls this: a row written
        past the queue has no ledger leaf.
        """
        with self._writing.begin() as connection:
            yield connection

    @staticmethod
    def unit_guard(connection: Connection) -> _UnitGuard:
        """While held, ``commit`` and ``rollback`` on ``connection`` raise ``UnitEndedTransaction``."""
        return _UnitGuard(connection)

    def listen_connection(self) -> psycopg.Connection[Any]:
        """A separate autocommit connection for LISTEN and NOTIFY (PostgreSQL only)."""
        if not self.several_workers:
            raise ValueError("SQLite has no notifications: its one process is the only writer")
        return psycopg.connect(
            self._url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )

    def scrub(self) -> bool:
        """Leave no trace in the files of what was emptied or deleted; False where it can't be done now.

        SQLite: the file has zeros there already (``secure_delete``); its write-ahead log, which still has the former
        pages, is folded into it and cut to nothing. A reader that looks at an earlier moment keeps it from that: ask
        again later. PostgreSQL: does nothing and gives True; former versions of rows stay in the server's files until
        its own vacuuming, write-ahead log and backups let go of them. Neither says anything of the disk below.
        """
        if self.several_workers or self._url.database is None:
            return True
        with closing(sqlite3.connect(self._url.database, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(busy == 0)

    def ping(self) -> None:
        """Raise SQLAlchemy's ``OperationalError`` if the database cannot be reached now."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every connection. SQLite folds its write-ahead log into the file."""
        self._reading.dispose()
        self._writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
