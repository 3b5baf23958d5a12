"""What was deleted is gone from the files of SQLite, however it got there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, select, update

from sekisho.store.database import Database
from tests.store.conftest import notes, prepare, say


def _left(path: Path, what: bytes) -> list[str]:
    return [one.name for one in sorted(path.iterdir()) if what in one.read_bytes()]


def test_what_was_deleted_is_cut(tmp_path: Path) -> None:
    """Short and long rows, changed or deleted, leave nothing in file and log; a reader of an earlier moment is named
    by ``False`` and sees its moment to the end."""
    with Database(f"sqlite:///{tmp_path / 'database.sqlite3'}") as database:
        prepare(database)
        with database.write() as connection:
            for number in range(40):
                say(connection, f"hidden {number} " + "words " * (number * number))
        assert database.scrub()
        assert _left(tmp_path, b"hidden 3") == ["database.sqlite3"]
        with database.read() as earlier:
            assert earlier.execute(select(notes.c.said).limit(1)).scalar_one()
            with database.write() as connection:
                connection.execute(update(notes).where(notes.c.id <= 20).values(said=notes.c.id))
                connection.execute(delete(notes).where(notes.c.id > 20))
            assert not database.scrub()
            assert len(earlier.execute(select(notes.c.said)).scalars().all()) == 40
        assert database.scrub()
        assert _left(tmp_path, b"hidden 3") == []
        assert _left(tmp_path, b"words words") == []
        with database.read() as connection:
            assert len(connection.execute(select(notes.c.said)).scalars().all()) == 20
