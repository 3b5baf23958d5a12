"""A workspace opens only whole, and what it acknowledges can be opened and proven."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from sekisho.access.service import add_first_administrator
from sekisho.clock import FixedClock
from sekisho.errors import SekishoError
from sekisho.keys import KeyFile, Passphrase, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import KeyDestroyed
from sekisho.ledger import leaf_opens, open_checkpoint, parse_leaf
from sekisho.ledger.errors import OriginMalformed
from sekisho.store import identity, outbox
from sekisho.store.errors import DatabaseUrlRefused, LedgerAheadOfDatabase, LedgerBehindDatabase
from sekisho.store.migrate import REVISIONS
from sekisho.workspace import Workspace, creation
from sekisho.workspace.errors import (
    DatabaseTaken,
    KeyringNeeded,
    WorkspaceBusy,
    WorkspaceExists,
    WorkspaceFileRefused,
    WorkspaceIncomplete,
    WorkspaceMismatch,
    WorkspaceMissing,
    WorkspaceNameRefused,
    WorkspaceReadOnly,
)
from tests.conftest import PostgresSchema
from tests.workspace.conftest import AT


def nothing(connection: Connection) -> None:
    """A unit without rows of its own."""


def say(workspace: Workspace, body: bytes, owner: str = "workspace/house") -> outbox.SealedLeaf:
    """Commit one leaf."""
    leaf = workspace.seal(kind="test.said", owner=owner, body=body)
    workspace.commit(nothing, [leaf])
    return leaf


def create(path: Path, key_file: KeyFile, url: str | None = None) -> Workspace:
    """A workspace with the tests' settings."""
    return Workspace.create(
        path, name="関所通信", legal_confirmation="required", keyring=key_file, database_url=url, clock=FixedClock(AT)
    )


def test_first_leaf_says_how_it_was_made(workspace: Workspace) -> None:
    """The ledger's first leaf, opened, holds the identity, so that neither file nor row can be edited unnoticed."""
    opened = workspace.open_leaf(0)
    assert opened is not None
    assert opened.row.kind == "workspace.created"
    assert json.loads(opened.body) == {
        "workspace_id": workspace.workspace_id,
        "name": "関所通信",
        "origin": workspace.origin,
        "legal_confirmation": "shown",
        "created_at": "2026-11-23T03:00:00+00:00",
    }


def test_leaf_opens_with_its_own_salt(workspace: Workspace) -> None:
    """What was committed is in the ledger under its index; body and salt open that leaf and no other."""
    first, second = say(workspace, b"one", "contract/2026-11"), say(workspace, b"two", "contract/2026-11")
    note = workspace.checkpoint()
    assert open_checkpoint(note, public_key=workspace.ledger_public_key, origin=workspace.origin).size == 3
    reader = workspace.ledger()
    opened = workspace.open_leaf(first.id)
    assert opened is not None
    assert opened.body == b"one"
    assert reader.leaf(1) == first.leaf
    assert leaf_opens(reader.leaf(1), body=opened.body, salt=opened.salt)
    assert not leaf_opens(reader.leaf(2), body=b"two", salt=opened.salt)
    assert reader.leaf(2) == second.leaf
    assert b"one" not in opened.row.body
    assert workspace.open_leaf("0" * 32) is None


def test_a_change_of_access_is_in_the_ledger(workspace: Workspace) -> None:
    """Rows and leaf of an access change are one: its event opens as the leaf, and a refused change leaves neither."""
    change = partial(add_first_administrator, staff_id="admin", name="関 さくら", now=AT)
    assert workspace.change(change).id == "admin"
    size = open_checkpoint(
        workspace.checkpoint(), public_key=workspace.ledger_public_key, origin=workspace.origin
    ).size
    kinds = set()
    for leaf in workspace.ledger().leaves(1):
        opened = workspace.open_leaf(parse_leaf(leaf).id)
        assert opened is not None
        assert opened.row.at == AT
        assert "さくら" not in opened.body.decode()
        kinds.add(opened.row.kind)
    assert {"access.staff_added", "access.role_granted"} <= kinds
    with pytest.raises(SekishoError):
        asyncio.run(workspace.change_async(change))
    workspace.checkpoint()
    assert workspace.ledger().size == size


def test_leaf_dies_with_its_owner(workspace: Workspace) -> None:
    """When the owner's key is destroyed the leaf stays in the ledger, and nobody can open it or seal another."""
    leaf = say(workspace, b"one", "contract/2026-11")
    workspace.keyring.destroy("contract/2026-11", at=AT, reason="test")
    with pytest.raises(KeyDestroyed):
        workspace.open_leaf(leaf.id)
    with pytest.raises(KeyDestroyed):
        workspace.seal(kind="test.said", owner="contract/2026-11", body=b"late")
    workspace.checkpoint()
    assert workspace.ledger().leaf(1) == leaf.leaf


def test_closing_publishes_and_reopening_goes_on(workspace: Workspace, key_file: KeyFile) -> None:
    """After a clean close the checkpoint covers everything, nothing needs recovery, and work goes on."""
    say(workspace, b"one")
    workspace.close()
    workspace.close()
    with Workspace.open(workspace.path, mode="read") as reading:
        assert reading.ledger().size == 2
    with Workspace.open(workspace.path, keyring=key_file) as again:
        assert (again.queue.recovery.matched, again.queue.recovery.appended) == (0, 0)
        say(again, b"two")
        assert (again.name, again.legal_confirmation) == ("関所通信", "shown")
        assert again.workspace_id == workspace.workspace_id
    with Workspace.open(workspace.path, mode="read") as reading:
        assert reading.ledger().size == 3


def test_reading_beside_a_writer(workspace: Workspace, key_file: KeyFile) -> None:
    """A reader needs no lock and no key, cannot write, and with the key can open what is encrypted."""
    leaf = say(workspace, b"one")
    with Workspace.open(workspace.path, mode="read") as reading:
        with pytest.raises(WorkspaceReadOnly):
            reading.commit(nothing)
        with pytest.raises(KeyringNeeded):
            reading.open_leaf(leaf.id)
        assert reading.checkpoint()
    with Workspace.open(workspace.path, mode="read", keyring=key_file) as reading:
        opened = reading.open_leaf(leaf.id)
        assert opened is not None
        assert opened.body == b"one"


def test_second_writer(workspace: Workspace, key_file: KeyFile, own_url: str | None) -> None:
    """SQLite takes one writing process; on PostgreSQL a second one follows, and its leaves get in, too."""
    if own_url is None:
        with pytest.raises(WorkspaceBusy):
            Workspace.open(workspace.path, keyring=key_file)
        return
    with Workspace.open(workspace.path, keyring=key_file, clock=FixedClock(AT)) as second:
        assert (workspace.queue.is_sequencer, second.queue.is_sequencer) == (True, False)
        leaf = second.seal(kind="test.said", owner="workspace/house", body=b"from the second")
        assert second.commit(nothing, [leaf]).leaf_indexes == (1,)
        workspace.close()
        leaf = second.seal(kind="test.said", owner="workspace/house", body=b"after takeover")
        assert second.commit(nothing, [leaf]).leaf_indexes == (2,)
        assert second.queue.is_sequencer


def test_migrating_needs_everybody_to_stop(workspace: Workspace) -> None:
    """Migration waits for no one: it is refused while somebody writes, and a current schema stays as it is."""
    with pytest.raises(WorkspaceBusy):
        Workspace.migrate(workspace.path)
    workspace.close()
    assert Workspace.migrate(workspace.path) == (REVISIONS[-1], REVISIONS[-1])


@pytest.mark.parametrize(
    ("line", "edited"),
    [
        ('legal_confirmation = "shown"', 'legal_confirmation = "required"'),
        ('name = "関所通信"', 'name = "別の会社"'),
    ],
)
def test_edited_settings_are_noticed(workspace: Workspace, key_file: KeyFile, line: str, edited: str) -> None:
    """Changing workspace.toml by hand changes nothing but that the workspace no longer opens."""
    workspace.close()
    file = workspace.path / "workspace.toml"
    assert line in file.read_text()
    file.write_text(file.read_text().replace(line, edited))
    with pytest.raises(WorkspaceMismatch):
        Workspace.open(workspace.path, keyring=key_file)


@pytest.mark.parametrize("content", ["", "format = 2\n", "format = 1\nname = 3\n", "\udcff", "x" * 20_000])
def test_unreadable_settings(tmp_path: Path, content: str) -> None:
    """A file that isn't ours, or not of this format, is refused with a reason."""
    (tmp_path / "workspace.toml").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(WorkspaceFileRefused):
        Workspace.open(tmp_path, mode="read")


def test_parts_of_another_workspace_are_noticed(tmp_path: Path, key_file: KeyFile) -> None:
    """A keyring or a database moved in from another workspace is refused before anything is written."""
    create(tmp_path / "a", key_file).close()
    create(tmp_path / "b", key_file).close()
    for part, what in (("keys", "keyring"), ("database.sqlite3", "database")):
        (tmp_path / "b" / part).rename(tmp_path / "kept")
        (tmp_path / "a" / part).rename(tmp_path / "b" / part)
        with pytest.raises(WorkspaceMismatch) as caught:
            Workspace.open(tmp_path / "b", keyring=key_file)
        assert what in caught.value.fields["what"]
        (tmp_path / "b" / part).rename(tmp_path / "a" / part)
        (tmp_path / "kept").rename(tmp_path / "b" / part)
    (tmp_path / "b" / "database.sqlite3").unlink()
    with pytest.raises(WorkspaceMismatch):
        Workspace.open(tmp_path / "b", keyring=key_file)


def test_what_create_refuses(tmp_path: Path, key_file: KeyFile) -> None:
    """Bad names and URLs, and places that hold something, are refused before anything is made."""
    path = tmp_path / "ws"
    refused: list[tuple[type[SekishoError], dict[str, str]]] = [
        (WorkspaceNameRefused, {"name": " "}),
        (WorkspaceNameRefused, {"name": "x" * 101}),
        (WorkspaceNameRefused, {"name": "a\nb"}),
        (OriginMalformed, {"origin": "has space"}),
        (DatabaseUrlRefused, {"database_url": "mysql://localhost/x"}),
        (DatabaseUrlRefused, {"database_url": "postgresql://user:secret@localhost/x"}),
        (DatabaseUrlRefused, {"database_url": "sqlite:///:memory:"}),
        (DatabaseUrlRefused, {"database_url": "nonsense"}),
    ]
    for error, given in refused:
        arguments = {"name": "関所通信", **given}
        with pytest.raises(error) as caught:
            Workspace.create(path, legal_confirmation="shown", keyring=key_file, **arguments)  # type: ignore[arg-type]  # the dictionary mixes keywords
        assert "secret" not in str(caught.value.as_document())
        assert not path.exists()
    path.mkdir()
    (path / "letter.txt").write_text("mine")
    with pytest.raises(WorkspaceExists):
        create(path, key_file)
    assert [file.name for file in path.iterdir()] == ["letter.txt"]
    create(tmp_path / "other", key_file).close()
    with pytest.raises(WorkspaceExists):
        create(tmp_path / "other", key_file)
    with pytest.raises(WorkspaceMissing):
        Workspace.open(tmp_path / "nowhere", mode="read")
    with pytest.raises(KeyringNeeded):
        Workspace.open(tmp_path / "other")
    with pytest.raises(SekishoError):
        Workspace.open(tmp_path / "other", keyring=Passphrase("not the way it was locked"))
    other = make_key_file(tmp_path / "safe" / "other.key", RealDisk())
    with pytest.raises(SekishoError):
        Workspace.open(tmp_path / "other", keyring=other)


@pytest.mark.postgres
def test_database_of_another_workspace_is_not_taken(
    tmp_path: Path, key_file: KeyFile, postgres_schema: PostgresSchema
) -> None:
    """Creating a second workspace on a used database is refused, and the first still opens."""
    url = postgres_schema.url
    create(tmp_path / "a", key_file, url).close()
    with pytest.raises(DatabaseTaken):
        create(tmp_path / "b", key_file, url)
    with pytest.raises(WorkspaceIncomplete):
        Workspace.open(tmp_path / "b", mode="read")
    Workspace.open(tmp_path / "a", keyring=key_file).close()


def test_nobody_else_can_look_in(workspace: Workspace) -> None:
    """The directory and the files with rows and keys are the owner's alone."""
    assert workspace.path.stat().st_mode & 0o077 == 0
    for file in workspace.path.glob("database.sqlite3*"):
        assert file.stat().st_mode & 0o077 == 0


_CHILD = """
import os, signal, sys
from functools import partial
from pathlib import Path
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace, creation

path, key, url, after = sys.argv[1:]
steps = list(creation.STEPS)
steps.insert(int(after), lambda _: os.kill(os.getpid(), signal.SIGKILL))
creation.STEPS = tuple(steps)
Workspace.create(Path(path), name="関所通信", legal_confirmation="required", keyring=KeyFile(Path(key)),
                 database_url=url or None)
"""


@pytest.mark.parametrize("after", range(len(creation.STEPS)))
def test_killed_while_creating(tmp_path: Path, key_file: KeyFile, own_url: str | None, after: int) -> None:
    """kill -9 after each step: nothing opens, and creating again in the same place works."""
    path = tmp_path / "ws"
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), str(key_file.path), own_url or "", str(after)], check=False
    )
    assert child.returncode == -9
    with pytest.raises(WorkspaceIncomplete if after else WorkspaceMissing):
        Workspace.open(path, mode="read")
    with create(path, key_file, own_url) as made:
        assert made.open_leaf(0) is not None
        say(made, b"one")
    with Workspace.open(path, mode="read") as reading:
        assert reading.ledger().size == 2


class TestRestoredCopies:
    """Ledger and database restored from copies of different ages."""

    def test_older_database_is_accepted_only_on_record(self, workspace: Workspace, key_file: KeyFile) -> None:
        """Rows lost, leaves kept: refused until somebody answers for it by name, in a row and in the ledger."""
        for body in (b"one", b"two"):
            say(workspace, body)
        workspace.close()
        database = workspace.database
        with database.write() as connection:
            connection.execute(delete(outbox.outbox).where(outbox.outbox.c.leaf_index >= 1))
            connection.execute(update(outbox.ledger_mark).values(size=1))
        with pytest.raises(LedgerAheadOfDatabase) as caught:
            Workspace.open(workspace.path, keyring=key_file)
        assert caught.value.fields == {"count": 2, "first": 1}
        accepted = Workspace.accept_restored_database(
            workspace.path, by="staff-1", keyring=key_file, clock=FixedClock(AT)
        )
        assert accepted is not None
        assert (accepted.count, accepted.start, accepted.stop) == (2, 1, 3)
        with Workspace.open(workspace.path, keyring=key_file) as again:
            opened = again.open_leaf(3)
            assert opened is not None
            assert opened.row.kind == "workspace.database_restored"
            assert json.loads(opened.body) == {
                "start": 1,
                "stop": 3,
                "missing": 2,
                "key_destructions": 0,
                "accepted_by": "staff-1",
            }
            with again.database.read() as connection:
                gap = connection.execute(identity.ledger_gap.select()).one()
            assert (gap.start, gap.stop, gap.accepted_by, gap.accepted_at) == (1, 3, "staff-1", AT)
        database.close()
        assert Workspace.accept_restored_database(workspace.path, by="staff-1", keyring=key_file) is None

    def test_a_lost_destruction_is_counted(self, workspace: Workspace, key_file: KeyFile) -> None:
        """Among the rows a restore has lost, those that ended keys are told apart: their names are lost with them."""
        say(workspace, b"one", "contract/2026-11")
        workspace.destroy_key("contract/2026-11", reason="test", by="keeper")
        workspace.close()
        with workspace.database.write() as connection:
            connection.execute(delete(outbox.outbox).where(outbox.outbox.c.leaf_index >= 1))
            connection.execute(update(outbox.ledger_mark).values(size=1))
        lost = Workspace.accept_restored_database(workspace.path, by="staff-1", keyring=key_file)
        assert lost is not None
        assert (lost.count, lost.destructions) == (2, 1)
        workspace.database.close()

    def test_older_ledger_is_refused(self, workspace: Workspace, key_file: KeyFile) -> None:
        """A ledger shorter than the database remembers is never appended to."""
        workspace.close()
        with workspace.database.write() as connection:
            connection.execute(update(outbox.ledger_mark).values(size=99))
        workspace.database.close()
        with pytest.raises(LedgerBehindDatabase):
            Workspace.open(workspace.path, keyring=key_file)
        with pytest.raises(LedgerBehindDatabase):
            Workspace.accept_restored_database(workspace.path, by="staff-1", keyring=key_file)
