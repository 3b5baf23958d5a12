"""Lists from outside: who may give them, and the newest of each that was taken in.

A list is taken in whole or not at all, in one transaction: killed anywhere, what was held before is held still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, delete, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import Desk, checked_text, new_id
from sekisho.calls.errors import ImporterRefused, ListNotSigned, ListRefused, ListReplayed, UnknownImporter
from sekisho.calls.listing.packed import PackedEntry, unpacked
from sekisho.calls.listing.signed import NAME, packed_list, read_manifest, require_signed
from sekisho.calls.screening.lookups import Wish
from sekisho.calls.tables import call_import, call_import_part, call_importer

IMPORTER_LEAF: Final = "calls.list_importer"
IMPORT_LEAF: Final = "calls.list_imported"


@dataclass(frozen=True, slots=True)
class Held:
    """A version of an imported list."""

    id: str
    importer: str
    list: str
    version: int
    state: str
    digest: str
    entries: int
    duplicates: int
    made_at: datetime
    at: datetime
    by: str

    @property
    def name(self) -> str:
        """As decisions name it: no two importers' lists share one."""
        return f"{self.importer}.{self.list}"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "importer": self.importer, "list": self.list, "version": self.version, "state": self.state,
            "sha256": self.digest, "entries": self.entries, "duplicates": self.duplicates,
            "made_at": self.made_at.isoformat(), "at": self.at.isoformat(), "by": self.by,
        }  # fmt: skip


class Imports:
    """The imported lists of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def register(self, importer: str, name: str, public_key: str, *, by: Principal) -> None:
        """Let somebody give lists, signed by an Ed25519 key (hexadecimal). Another key for a known importer replaces
        its key from now on. Raises ``ImporterRefused``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        now, desk = self._desk.now(), self._desk
        if not NAME.fullmatch(importer) or len(importer) > 60:
            raise ImporterRefused(field="id", problem="words of a-z and 0-9 joined by hyphens")
        title = checked_text(name, most=300)
        if title is None:
            raise ImporterRefused(field="name", problem="1 to 300 characters")
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        except ValueError:
            raise ImporterRefused(field="key", problem="an Ed25519 public key, 64 hexadecimal digits") from None
        row = {"name": title, "public_key": public_key.lower(), "since": now, "by": by.staff_id, "ended_at": None}

        def write(connection: Connection) -> None:
            changed = update(call_importer).where(call_importer.c.id == importer).values(**row)
            if not connection.execute(changed).rowcount:
                connection.execute(insert(call_importer).values(id=importer, **row))

        said = {"importer": importer, "public_key": public_key.lower()}
        desk.workspace.commit(write, [desk.leaf(IMPORTER_LEAF, said, by, now)])

    def end_importer(self, importer: str, *, by: Principal) -> None:
        """Take no more lists from an importer. What is held stays until it is ended. Raises ``UnknownImporter``."""
        by.require(Scope.REQUEST)
        now, desk = self._desk.now(), self._desk
        self._key_of(importer)

        def write(connection: Connection) -> None:
            connection.execute(update(call_importer).where(call_importer.c.id == importer).values(ended_at=now))

        desk.workspace.commit(write, [desk.leaf(IMPORTER_LEAF, {"importer": importer, "ended": True}, by, now)])

    def take_in(self, manifest: bytes, file: BinaryIO, *, by: Principal) -> Held:
        """Take in a list (``file`` can be read twice). The same again is the one that is held.

        Raises ``ListNotSigned``, ``UnknownImporter``, ``ListReplayed``, ``ListRefused``, ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        said = read_manifest(manifest)
        require_signed(said, file, public_key=self._key_of(said.importer), now=now)
        known = self._newest(said.importer, said.list)
        if known is not None and (said.version, said.sha256, "held") == (known.version, known.digest, known.state):
            return known
        if known is not None and said.version <= known.version:
            raise ListReplayed(list=said.list, version=said.version, held=known.version)
        protection = desk.protection()
        packer = packed_list(file, numbering=desk.numbering(), protection=protection, now=now)
        if protection.holds_own(one.span for one in unpacked(packer.parts()) if one.action is not Wish.PASS):
            raise ListRefused(lines=1, first="its lines together hold the whole of an own range (own_range)")
        made, key, ring = new_id("li_"), desk.key(), desk.workspace.keyring
        parts = [ring.encrypt(key, part, aad=_place(made, at)) for at, part in enumerate(packer.parts())]
        row = {
            "id": made, "importer": said.importer, "list": said.list, "version": said.version, "state": "held",
            "digest": said.sha256, "entries": len(packer), "duplicates": packer.duplicates, "made_at": said.made_at,
            "at": now, "by": by.staff_id, "key": key,
        }  # fmt: skip

        def write(connection: Connection) -> None:
            desk.alone(connection)
            held = self._row(connection, said.importer, said.list)
            if held is not None and held.version >= said.version:
                raise ListReplayed(list=said.list, version=said.version, held=held.version)
            if held is not None:
                self._replace(connection, held.id, "replaced", now)
            connection.execute(insert(call_import).values(**row))
            for at, body in enumerate(parts):
                connection.execute(insert(call_import_part).values(import_id=made, part=at, body=body))

        told = {
            "import": made, "importer": said.importer, "list": said.list, "version": said.version,
            "sha256": said.sha256, "entries": len(packer), "duplicates": packer.duplicates,
        }  # fmt: skip
        desk.workspace.commit(write, [desk.leaf(IMPORT_LEAF, told, by, now)])
        found = self._newest(said.importer, said.list)
        if found is None:
            raise UnknownImporter(importer=said.importer)
        return found

    def end(self, importer: str, name: str, reason: str, *, by: Principal) -> None:
        """Hold a list no longer: the next bundle is without it. Older versions stay refused. Raises
        ``UnknownImporter`` where none is held."""
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        held = self._newest(importer, name)
        if held is None or held.state != "held":
            raise UnknownImporter(importer=f"{importer}.{name}"[:130])
        said = {"import": held.id, "ended": True, "reason": reason[:1000]}

        def write(connection: Connection) -> None:
            self._replace(connection, held.id, "ended", now)

        desk.workspace.commit(write, [desk.leaf(IMPORT_LEAF, said, by, now)])

    def every(self) -> list[Held]:
        """Every version that was taken in, newest first of each list."""
        order = (call_import.c.importer, call_import.c.list, call_import.c.version.desc())
        with self._desk.workspace.database.read() as connection:
            return [_held(row) for row in connection.execute(select(call_import).order_by(*order))]

    def importers(self) -> list[dict[str, Any]]:
        """Who may give lists."""
        with self._desk.workspace.database.read() as connection:
            return [
                {"id": row.id, "name": row.name, "key": row.public_key, "since": row.since.isoformat(),
                 "ended": row.ended_at is not None}
                for row in connection.execute(select(call_importer).order_by(call_importer.c.id))
            ]  # fmt: skip

    def contents(self, connection: Connection) -> Iterator[tuple[Held, Iterator[PackedEntry]]]:
        """Every held list with its entries."""
        held = connection.execute(select(call_import).where(call_import.c.state == "held").order_by(call_import.c.id))
        ring = self._desk.workspace.keyring
        for row in held.all():
            query = (
                select(call_import_part)
                .where(call_import_part.c.import_id == row.id)
                .order_by(call_import_part.c.part)
            )
            parts = [
                ring.decrypt(row.key, one.body, aad=_place(row.id, one.part)) for one in connection.execute(query)
            ]
            yield _held(row), unpacked(parts)

    def _key_of(self, importer: str) -> str:
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(select(call_importer).where(call_importer.c.id == importer)).one_or_none()
        if row is None:
            raise UnknownImporter(importer=importer[:60])
        if row.ended_at is not None:
            raise ListNotSigned(problem="the importer's registration has ended")
        return str(row.public_key)

    def _newest(self, importer: str, name: str) -> Held | None:
        with self._desk.workspace.database.read() as connection:
            row = self._row(connection, importer, name)
        return None if row is None else _held(row)

    def _row(self, connection: Connection, importer: str, name: str) -> Any:
        query = (
            select(call_import)
            .where(call_import.c.importer == importer, call_import.c.list == name)
            .order_by(call_import.c.version.desc())
            .limit(1)
        )
        return connection.execute(query).one_or_none()

    def _replace(self, connection: Connection, import_id: str, state: str, now: datetime) -> None:
        ended = update(call_import).where(call_import.c.id == import_id).values(state=state, ended_at=now)
        connection.execute(ended)
        connection.execute(delete(call_import_part).where(call_import_part.c.import_id == import_id))


def _held(row: Any) -> Held:
    return Held(
        row.id, row.importer, row.list, row.version, row.state, row.digest, row.entries, row.duplicates, row.made_at,
        row.at, row.by,
    )  # fmt: skip


def _place(import_id: str, part: int) -> bytes:
    return f"sekisho/call_import_part/1/{import_id}/{part}".encode()
