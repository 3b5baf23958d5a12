"""Bringing a database to this program's schema, and refusing one that is not at it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sekisho.store.database import Database
from sekisho.store.errors import SchemaMissing, SchemaTooNew, SchemaTooOld

REVISIONS = tuple(f"{number:04}" for number in range(1, 27))
"""Every step, oldest first. A constant, so that opening a workspace needn't load the steps; a test holds them equal."""

_LOCK = 0x73656B69  # "seki": the advisory lock under which one process at a time migrates a PostgreSQL database


def revision(connection: Connection) -> str | None:
    """The step the database is at; None where there is no schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def require_current(database: Database) -> None:
    """Raise ``SchemaMissing``, ``SchemaTooOld`` or ``SchemaTooNew`` unless the database is at the newest step."""
    with database.read() as connection:
        found = revision(connection)
    if found is None:
        raise SchemaMissing
    if found not in REVISIONS:
        raise SchemaTooNew(found=found, needed=REVISIONS[-1])
    if found != REVISIONS[-1]:
        raise SchemaTooOld(found=found, needed=REVISIONS[-1])


def migrate(database: Database) -> tuple[str | None, str]:
    """Run the steps that are missing, all in one transaction. Returns the revision before and after.

    Nobody may be writing meanwhile: :meth:`sekisho.workspace.Workspace.migrate` sees to that. Raises ``SchemaTooNew``
    for a database of a newer program; then, and on any failure, nothing is changed.
    """
    from alembic import command  # noqa: PLC0415  a fifth of a second that opening a workspace needn't spend
    from alembic.config import Config  # noqa: PLC0415  as above

    with database.write() as connection:
        if database.several_workers:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = revision(connection)
        if before is not None and before not in REVISIONS:
            raise SchemaTooNew(found=before, needed=REVISIONS[-1])
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, REVISIONS[-1])
    return before, REVISIONS[-1]
