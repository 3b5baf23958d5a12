"""What evidence is verified against in one workspace: authorities, lists and the like; and verifiers made ready.

A trust file has a *use* (:mod:`sekisho.contracts.evidence.verifiers`) and a name; another file of that name takes its
place, as the list of the next day does. Each change is a leaf of the ledger. A file that can't be used isn't taken, nor
is one removed that others need.

Verifiers are made ready once for each set of files: the set of ids says, in every process, whether anything changed.
Whether the files are the right ones is for the person who adds them to confirm.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select

from sekisho.contracts.errors import (
    TrustFileTooLarge,
    TrustUnusable,
    UnknownFormat,
    UnknownTrustFile,
    UnknownUse,
    WrongValue,
)
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.verifier import Prepared, TrustFile, Verifier
from sekisho.contracts.evidence.verifiers import VERIFIERS, uses
from sekisho.contracts.tables import contract_trust
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

ADDED_LEAF = "contract.trust_added"
REMOVED_LEAF = "contract.trust_removed"

MAX_NAME = 200
"""Characters of a file's name; the column's width."""


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """A trust file as it is listed. ``id`` is that of the leaf which says who added it."""

    id: str
    use: str
    name: str
    sha256: str
    size: int
    added_by: str
    added_at: datetime

    def as_document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.id,
            "use": self.use,
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "added_by": self.added_by,
            "added_at": self.added_at.isoformat(),
        }


class TrustSettings:
    """The trust files of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads nothing yet."""
        self._workspace = workspace
        self._lock = threading.Lock()
        self._ready: dict[str, tuple[tuple[str, ...], Prepared]] = {}

    def entries(self) -> list[TrustEntry]:
        """All files, by use and name."""
        columns = [column for column in contract_trust.c if column.name != "content"]
        with self._workspace.database.read() as connection:
            rows = connection.execute(select(*columns).order_by(contract_trust.c.use, contract_trust.c.name)).all()
        return [TrustEntry(row.id, row.use, row.name, row.sha256, row.size, row.added_by, row.added_at) for row in rows]

    def add(self, use: str, name: str, content: bytes, *, by: str) -> TrustEntry:
        """Trust a file from now on, in place of the one of that use and name; ``by`` is who confirmed it.

        Raises ``UnknownUse``, ``TrustFileTooLarge``, ``WrongValue`` for a name, and ``TrustFileRefused`` for a file
        that can't be used beside the others.
        """
        known = uses()
        if use not in known:
            raise UnknownUse(use=use, known=", ".join(known))
        if len(content) > known[use].limit:
            raise TrustFileTooLarge(use=use, limit=known[use].limit)
        if not (0 < len(name) <= MAX_NAME and name.isprintable()):
            raise WrongValue(field="name", expected=f"1 to {MAX_NAME} printable characters")
        now = self._workspace.clock.now()
        with self._workspace.database.read() as connection:
            others = [one for one in _contents(connection, known) if (one.use, one.file.name) != (use, name)]
        self._require_usable(use, [*others, _Content("", use, TrustFile(name, content))], now)
        digest = hashlib.sha256(content).hexdigest()
        said = {"use": use, "name": name, "sha256": digest, "size": len(content), "by": by}
        leaf = self._workspace.seal(kind=ADDED_LEAF, owner=HOUSE_KEY, body=_body(said), at=now)
        row = {
            "id": leaf.id,
            "use": use,
            "name": name,
            "sha256": digest,
            "size": len(content),
            "added_by": by,
            "added_at": now,
            "content": content,
        }

        def write(connection: Connection) -> None:
            connection.execute(delete(contract_trust).where(contract_trust.c.use == use, contract_trust.c.name == name))
            connection.execute(insert(contract_trust), row)

        self._workspace.commit(write, [leaf])
        return TrustEntry(leaf.id, use, name, digest, len(content), by, now)

    def remove(self, entry_id: str, *, by: str) -> TrustEntry:
        """Trust a file no longer. Raises ``UnknownTrustFile``, and ``TrustFileRefused`` where another needs it."""
        found = next((one for one in self.entries() if one.id == entry_id), None)
        if found is None:
            raise UnknownTrustFile(id=entry_id)
        now = self._workspace.clock.now()
        with self._workspace.database.read() as connection:
            others = [one for one in _contents(connection, uses()) if one.id != entry_id]
        if found.use in uses():
            self._require_usable(found.use, others, now)
        said = {"id": entry_id, "use": found.use, "name": found.name, "sha256": found.sha256, "by": by}
        leaf = self._workspace.seal(kind=REMOVED_LEAF, owner=HOUSE_KEY, body=_body(said), at=now)

        def write(connection: Connection) -> None:
            if not connection.execute(delete(contract_trust).where(contract_trust.c.id == entry_id)).rowcount:
                raise UnknownTrustFile(id=entry_id)

        self._workspace.commit(write, [leaf])
        return found

    def prepared(self, format_: str, *, moment: datetime) -> Prepared:
        """The verifier of a format under what is trusted now; made ready once, and again when that changes.

        Raises ``UnknownFormat``, and ``TrustUnusable`` where a file can't be used any more.
        """
        verifier = VERIFIERS.get(format_)
        if verifier is None:
            raise UnknownFormat(format=format_, known=", ".join(VERIFIERS))
        own = {use.name for use in verifier.uses}
        with self._workspace.database.read() as connection:
            ids = _ids(connection, own)
        found = self._ready.get(format_)
        if found is not None and found[0] == ids:
            return found[1]
        # A list of 200,000 entries takes half a second: whoever comes meanwhile waits for it instead of reading it too.
        with self._lock:
            found = self._ready.get(format_)
            if found is not None and found[0] == ids:
                return found[1]
            with self._workspace.database.read() as connection:
                contents = _contents(connection, own)
            try:
                ready = _prepare(verifier, contents, moment)
            except TrustFileRefused as error:
                raise TrustUnusable(format=format_, why_ja=error.sentence("ja"), why_en=error.sentence("en")) from error
            self._ready[format_] = tuple(one.id for one in contents), ready
            return ready

    @staticmethod
    def _require_usable(use: str, contents: Sequence[_Content], moment: datetime) -> None:
        for verifier in VERIFIERS.values():
            if any(one.name == use for one in verifier.uses):
                _prepare(verifier, contents, moment)


@dataclass(frozen=True, slots=True)
class _Content:
    id: str
    use: str
    file: TrustFile


def _ids(connection: Connection, of: set[str]) -> tuple[str, ...]:
    query = select(contract_trust.c.id).where(contract_trust.c.use.in_(of)).order_by(contract_trust.c.id)
    return tuple(connection.execute(query).scalars())


def _contents(connection: Connection, of: Mapping[str, object] | set[str]) -> list[_Content]:
    query = select(contract_trust).where(contract_trust.c.use.in_(list(of))).order_by(contract_trust.c.id)
    return [_Content(row.id, row.use, TrustFile(row.name, row.content)) for row in connection.execute(query)]


def _prepare(verifier: Verifier, contents: Sequence[_Content], moment: datetime) -> Prepared:
    trust: dict[str, list[TrustFile]] = {use.name: [] for use in verifier.uses}
    for one in contents:
        if one.use in trust:
            trust[one.use].append(one.file)
    return verifier.prepare(trust, moment=moment)


def _body(said: Mapping[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
