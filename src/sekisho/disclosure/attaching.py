"""Papers of a case, as bytes: what came in, letters, answers, packages; and what a case is tied to.

Under the record's key they live as long as the case's record, under the working copies' key they end when the case is
closed. Their content is told to the ledger as a hash inside the case's leaf, which only its salt opens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.disclosure.errors import CaseRefused, UnknownAttachment
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.stepping import Stepping
from sekisho.disclosure.tables import disclosure_attachment, disclosure_link
from sekisho.keys.schedule import disclosure_key, disclosure_work_key

MAX_BYTES: Final = 32 * 1024 * 1024
"""Bytes of one paper: a scan of a hundred pages stays below."""

SECRECY_END: Final = "secrecy_end"
"""Papers that say that a case's secrecy has ended (:mod:`sekisho.disclosure.secrecy`)."""

FORMER_DECISIONS: Final = "former_decisions"
"""What had been decided before a fact changed (:mod:`sekisho.disclosure.stating`)."""

CORRECTION: Final = "correction"
"""Corrections of facts after the delivery (:mod:`sekisho.disclosure.correcting`)."""

RESERVED: Final = frozenset(
    {
        SECRECY_END,
        "superseded",
        "search_evidence",
        "former_outcomes",
        FORMER_DECISIONS,
        CORRECTION,
        "hearing",
        "hearing_letter",
        "package",
        "package_key",
        "manifest",
        "next_provider",
        "next_provider_paper",
        "petition",
        "handover_receipt",
    }
)
"""Kinds that the desk's own steps write, and read as what happened: nobody adds one by hand."""

HANDED: Final = frozenset({"package", "next_provider"})
"""Kinds that are handed over: what an order discloses, and whom an order to name the next provider names."""

GUARDED: Final = frozenset({"hearing_letter", "package", "package_key"})
"""Kinds that hold what was found about somebody: only the desk that wrote one opens it, after its own checks."""

_MAY_ADD: Final = frozenset(
    {Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_RELEASE, Scope.LOG_SEARCH}
)
_MAY_SEE: Final = frozenset({Scope.LOG_SEARCH, Scope.DISCLOSURE_RELEASE, Scope.DISCLOSURE_REVIEW})


class Keep(StrEnum):
    """How long a paper lives."""

    RECORD = "record"
    """As long as the case's record."""
    WORK = "work"
    """Until the case is closed."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper without its content."""

    id: str
    case_id: str
    kind: str
    keep: Keep
    size: int
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A paper that is sealed and not yet written. ``said`` is what a leaf says of it."""

    id: str
    said: dict[str, Any]
    row: dict[str, Any]

    def write(self, connection: Connection) -> None:
        """Write it, in the transaction of the step it belongs to. What is there already is the same, byte for byte."""
        table = disclosure_attachment
        if connection.execute(select(table.c.id).where(table.c.id == self.id)).one_or_none() is None:
            connection.execute(insert(table), self.row)


class Papers:
    """The papers of one workspace's cases. Thread-safe."""

    def __init__(self, steps: Stepping) -> None:
        """Reads and writes nothing until asked to."""
        self._steps = steps

    def attach(self, case_id: str, kind: str, data: bytes, *, keep: Keep, by: Principal) -> Paper:
        """Add a paper. ``kind`` is a slug; the same paper twice is once.

        Raises ``CaseRefused`` (too long, a closed case's working copy), ``UnknownCase``, ``ScopeMissing``,
        ``CaseDestroyed``.
        """
        if not by.scopes & _MAY_ADD:
            raise ScopeMissing(scope=Scope.DISCLOSURE_INTAKE.value, staff_id=by.staff_id)
        if kind in RESERVED:
            raise CaseRefused(field="kind", problem=f"{kind} is written by a step of the case")
        known = self._steps.known(case_id, by, items=False)
        known.case  # noqa: B018  a destroyed case is told before anything else
        if keep is Keep.WORK and known.entry.state is State.CLOSED:
            raise CaseRefused(field="keep", problem="a closed case has no working copies")
        made = self.prepare(case_id, kind, data, by=by, keep=keep)

        def write(connection: Connection, now: datetime) -> None:
            del now
            made.write(connection)

        if all(one.id != made.id for one in self.every(case_id, by=by, kind=kind)):
            self._steps.note(known, "paper", made.said, by=by, write=write)
        return self.find(case_id, made.id, by=by)[0]

    def prepare(self, case_id: str, kind: str, data: bytes, *, keep: Keep, by: Principal) -> Prepared:
        """Seal a paper, to be written with a step. Raises ``CaseRefused``."""
        if len(data) > MAX_BYTES:
            raise CaseRefused(field="paper", problem=f"at most {MAX_BYTES} bytes")
        workspace = self._steps.workspace
        key = disclosure_key(case_id) if keep is Keep.RECORD else disclosure_work_key(case_id)
        ring = workspace.keyring
        ring.ensure(key)
        digest = ring.blind_index(key, kind.encode() + b"\x00" + data).hex()
        # The same paper has the same id, so that adding it again after a crash adds nothing.
        made = f"p{hashlib.sha256(f'{case_id}/{digest}'.encode()).hexdigest()[:16]}"
        row = {
            "id": made,
            "case_id": case_id,
            "kind": kind,
            "key": key,
            "sha256": digest,
            "size": len(data),
            "made_at": workspace.clock.now(),
            "made_by": by.staff_id,
            "body": ring.encrypt(key, data, aad=place_of(case_id, made, kind)),
        }
        said = {
            "paper": made,
            "kind": kind,
            "keep": keep.value,
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        return Prepared(made, said, row)

    def find(self, case_id: str, paper_id: str, *, by: Principal) -> tuple[Paper, bytes]:
        """A paper and its content. A working copy holds what was found: it is for whoever may see that.

        Raises ``UnknownCase``, ``UnknownAttachment``, ``ScopeMissing``, ``KeyDestroyed``; ``CaseRefused`` for a letter
        to a sender or a package (:data:`GUARDED`), whoever asks.
        """
        known = self._steps.known(case_id, by, items=False)
        paper, data = self.content(case_id, paper_id, by=by)
        if paper.kind in GUARDED:
            # Seeing a case is no ground to see what leaves of it: the step that hands it over says so in the ledger.
            raise CaseRefused(field="paper", problem=f"a {paper.kind} is opened by the step that hands it over")
        if paper.keep is Keep.WORK:
            require_findings(known.parts.get(by.staff_id, ()), by)
        return paper, data

    def content(self, case_id: str, paper_id: str, *, by: Principal) -> tuple[Paper, bytes]:
        """The same for a caller that has settled who may have it, such as a package that only its recipient can open.
        Raises ``UnknownCase``, ``UnknownAttachment``, ``KeyDestroyed``."""
        self._steps.known(case_id, by, items=False)
        table, workspace = disclosure_attachment, self._steps.workspace
        with workspace.database.read() as connection:
            query = select(table).where(table.c.id == paper_id, table.c.case_id == case_id)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownAttachment(case=case_id, attachment=paper_id[:64])
        data = workspace.keyring.decrypt(row.key, row.body, aad=place_of(case_id, row.id, row.kind))
        return _paper(row), data

    def every(self, case_id: str, *, by: Principal, kind: str | None = None) -> list[Paper]:
        """The papers of a case, the oldest first, without their content. Raises ``UnknownCase``."""
        self._steps.known(case_id, by, items=False)
        table = disclosure_attachment
        query = select(*(column for column in table.c if column is not table.c.body)).where(table.c.case_id == case_id)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        with self._steps.workspace.database.read() as connection:
            return [_paper(row) for row in connection.execute(query.order_by(table.c.made_at, table.c.id))]


def require_handed(connection: Connection, case_id: str, paper_id: str) -> None:
    """``CaseRefused`` unless a case has this paper, and it is one that a desk made to be handed over."""
    table = disclosure_attachment
    query = select(table.c.id).where(
        table.c.id == paper_id, table.c.case_id == case_id, table.c.kind.in_(sorted(HANDED))
    )
    if connection.execute(query).one_or_none() is None:
        raise CaseRefused(field="paper", problem="a package, or the notice that names the next provider")


def require_findings(parts: Iterable[Part], by: Principal) -> None:
    """``ScopeMissing`` unless ``by``, who has had ``parts`` in a case, may see what was found in it: whoever searched
    or reviewed it, and those who release."""
    if not (set(parts) and by.scopes & _MAY_SEE):
        by.require(Scope.DISCLOSURE_RELEASE)


def add_link(connection: Connection, case_id: str, kind: str, target: str, *, at: datetime, by: str) -> None:
    """Tie a case to something: ``grant``, ``hold``, ``parent``, ``agency`` …; twice is once."""
    if target not in links_of(connection, case_id, kind):
        connection.execute(
            insert(disclosure_link).values(case_id=case_id, kind=kind, target=target, at=at, by=by)
        )


def links_of(connection: Connection, case_id: str, kind: str) -> list[str]:
    """What a case is tied to, by kind, in order."""
    table = disclosure_link
    query = select(table.c.target).where(table.c.case_id == case_id, table.c.kind == kind)
    return list(connection.execute(query.order_by(table.c.at, table.c.target)).scalars())


def cases_linked(connection: Connection, kind: str, target: str) -> list[str]:
    """The cases that are tied to something. Whoever is told of them must be asked about first."""
    table = disclosure_link
    query = select(table.c.case_id).where(table.c.kind == kind, table.c.target == target).order_by(table.c.case_id)
    return list(connection.execute(query).scalars())


def _paper(row: Row[Any]) -> Paper:
    keep = Keep.RECORD if row.key == disclosure_key(row.case_id) else Keep.WORK
    return Paper(row.id, row.case_id, row.kind, keep, row.size, row.made_at, row.made_by)


def place_of(case_id: str, paper: str, kind: str) -> bytes:
    """What a paper's bytes are bound to: its case, id and kind."""
    return orjson.dumps(["sekisho/disclosure-paper/1", case_id, paper, kind])
