"""MIC's tables of designated numbers (電気通信番号指定状況) as a workspace holds them for its bundles.

One snapshot counts: the newest that was loaded. It replaces the one before it as a whole, so that no block of a table
that MIC took back stays. An older snapshot than the one held is refused: it would unsay designations.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import Desk
from sekisho.calls.numbers.designation_files import read_designations
from sekisho.calls.numbers.designations import table_of
from sekisho.calls.numbers.errors import DesignationsRefused
from sekisho.calls.screening.bundle import designations_json
from sekisho.calls.tables import call_rules
from sekisho.clock import japan_date

PART: Final = "designations.json"
"""The bundle's file."""
DESIGNATIONS_LEAF: Final = "calls.designations_loaded"
ROLE: Final = "designations"
SOURCE: Final = "総務省 電気通信番号指定状況"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The snapshot held: the day its tables are of, where they come from, how many blocks, which tables.

    ``no_longer`` are tables of the snapshot before it that this one lacks: of their numbers nothing is said any more.
    """

    as_of: date
    source: str
    blocks: int
    tables: tuple[str, ...]
    sha256: str
    at: datetime
    by: str
    no_longer: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "as_of": self.as_of.isoformat(), "source": self.source, "blocks": self.blocks, "tables": list(self.tables),
            "no_longer": list(self.no_longer), "sha256": self.sha256, "at": self.at.isoformat(), "by": self.by,
        }  # fmt: skip


class DesignationRegister:
    """The snapshot of one workspace. Thread-safe. Loading publishes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def load(self, files: Mapping[str, bytes], *, as_of: date | None, by: Principal) -> Loaded:
        """Take MIC's tables in (name to content, CSV or .xlsx): all of them or none.

        ``as_of``: the day they are of, where they don't say it. Raises ``DesignationsRefused`` (also for an older
        snapshot than the one held, and for one of a day to come), ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        if not files:
            raise DesignationsRefused(problem="no file was given", line=0)
        desk, now = self._desk, self._desk.now()
        snapshot = read_designations(files, as_of=as_of, source=SOURCE)
        if snapshot.as_of > japan_date(now):
            raise DesignationsRefused(problem=f"the table is of {snapshot.as_of}, a day to come", line=0)
        artefact = designations_json(snapshot)
        digest = hashlib.sha256(artefact).hexdigest()
        said = {
            "sha256": digest, "as_of": snapshot.as_of.isoformat(), "blocks": len(snapshot.blocks),
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        }  # fmt: skip

        def write(connection: Connection) -> None:
            held = _newest(connection)
            if held is not None and date.fromisoformat(json.loads(held.artefact)["as_of"]) > snapshot.as_of:
                raise DesignationsRefused(problem="older than the tables that are held", line=0)
            row = {"role": ROLE, "digest": digest, "artefact": artefact.decode(), "at": now, "by": by.staff_id}
            connection.execute(insert(call_rules), row)

        before = self.held()
        desk.workspace.commit(write, [desk.leaf(DESIGNATIONS_LEAF, said, by, now)])
        tables = _tables(snapshot.blocks)
        return Loaded(
            as_of=snapshot.as_of, source=SOURCE, blocks=len(snapshot.blocks), tables=tables, sha256=digest, at=now,
            by=by.staff_id, no_longer=() if before is None else tuple(sorted(set(before.tables) - set(tables))),
        )  # fmt: skip

    def held(self) -> Loaded | None:
        """What bundles get, or ``None`` where no table was loaded: then no number is told to lack a designation."""
        with self._desk.workspace.database.read() as connection:
            row = _newest(connection)
        if row is None:
            return None
        document = json.loads(row.artefact)
        return Loaded(
            as_of=date.fromisoformat(document["as_of"]), source=document["source"], blocks=len(document["blocks"]),
            tables=_tables(str(block[0]) for block in document["blocks"]), sha256=row.digest, at=row.at, by=row.by,
        )  # fmt: skip

    def part(self, connection: Connection) -> bytes | None:
        """The bundle's file."""
        row = _newest(connection)
        return None if row is None else str(row.artefact).encode()


def _tables(beginnings: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({table_of(each) for each in beginnings}))


def _newest(connection: Connection) -> Any:
    query = select(call_rules).where(call_rules.c.role == ROLE).order_by(call_rules.c.id.desc()).limit(1)
    return connection.execute(query).one_or_none()
