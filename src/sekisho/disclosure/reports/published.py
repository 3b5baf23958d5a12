"""Transparency reports of one workspace: counted from its rows, published once for each half-year.

What was published stays as it was: the same half counted again later, with one request more or less, would tell that
request to whoever compares the two. Nothing is opened for it; what is counted stands in the clear in the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import place_of
from sekisho.disclosure.deciding import PERMITTED
from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.progress import Event, RefusalReason, State
from sekisho.disclosure.reports import transparency_page
from sekisho.disclosure.reports.errors import HalfNotOver, NotPublishedYet
from sekisho.disclosure.reports.halves import Half
from sekisho.disclosure.reports.transparency import Report, Request, Result, report
from sekisho.disclosure.tables import (
    disclosure_attachment,
    disclosure_case,
    disclosure_event,
    disclosure_item,
    disclosure_outcome,
)
from sekisho.keys.schedule import workspace_key
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

KEY: Final = workspace_key("transparency")
KIND: Final = "transparency"
PUBLISHED_LEAF: Final = "disclosure.transparency_published"
_REFUSE: Final = f"{Event.REFUSE.value}."


class TransparencyReports:
    """The reports of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def preview(self, half: Half, *, by: Principal) -> Report:
        """What would be published now: for the desk's auditors, who see every case. Raises ``ScopeMissing``."""
        by.require(Scope.DISCLOSURE_AUDIT)
        today = japan_date(self._workspace.clock.now())
        with self._workspace.database.read() as connection:
            return report(self._workspace.name, half, today, requests_of(connection, half))

    def publish(self, half: Half, *, by: Principal) -> dict[str, Any]:
        """Publish a half-year that is over: its JSON, CSV and pages, from now on for anybody. Asked again, what was
        published stands.

        Raises ``HalfNotOver``, ``ScopeMissing``, ``ProofTooWeak``.
        """
        by.require(Scope.DISCLOSURE_AUDIT)
        by.require_proof("transparency.publish")
        today = japan_date(self._workspace.clock.now())
        if today <= half.last:
            raise HalfNotOver(half=str(half), last=half.last.isoformat())
        found = self._find(half)
        if found is not None:
            return found
        made = _files(self.preview(half, by=by))
        self._keep(half, made, self._workspace.clock.now(), by)
        return self.published(half)

    def published(self, half: Half) -> dict[str, Any]:
        """What was published: ``report`` (JSON values), ``csv``, ``ja`` and ``en`` (HTML). Raises
        ``NotPublishedYet``."""
        found = self._find(half)
        if found is None:
            raise NotPublishedYet(half=str(half))
        return found

    def _keep(self, half: Half, made: dict[str, Any], now: datetime, by: Principal) -> None:
        ring, data = self._workspace.keyring, rows.canonical(made)
        ring.ensure(KEY)
        paper = _id(half)
        row = {
            "id": paper,
            "case_id": paper,
            "kind": KIND,
            "key": KEY,
            "sha256": ring.blind_index(KEY, data).hex(),
            "size": len(data),
            "made_at": now,
            "made_by": by.staff_id,
            "body": ring.encrypt(KEY, data, aad=place_of(paper, paper, KIND)),
        }
        said = rows.canonical({"half": str(half), "report": made["report"], "by": by.staff_id})
        leaf = self._workspace.seal(kind=PUBLISHED_LEAF, owner=HOUSE_KEY, body=said, at=now)

        def write(connection: Connection) -> None:
            connection.execute(insert(disclosure_attachment), row)

        try:
            self._workspace.commit(write, [leaf])
        except IntegrityError:  # another was quicker: what that one published stands
            if self._find(half) is None:
                raise

    def _find(self, half: Half) -> dict[str, Any] | None:
        table, paper = disclosure_attachment, _id(half)
        with self._workspace.database.read() as connection:
            body = connection.execute(select(table.c.body).where(table.c.id == paper)).scalar_one_or_none()
        if body is None:
            return None
        found: dict[str, Any] = orjson.loads(
            self._workspace.keyring.decrypt(KEY, body, aad=place_of(paper, paper, KIND))
        )
        return found


def _id(half: Half) -> str:
    return f"transparency-{half}"


def _files(made: Report) -> dict[str, Any]:
    return {
        "report": made.document(),
        "csv": made.csv(),
        "ja": transparency_page.page(made, "ja"),
        "en": transparency_page.page(made, "en"),
    }


def requests_of(connection: Connection, half: Half) -> Iterable[Request]:
    """The requests received in a half-year, as they are counted. Opens nothing."""
    cases, events = disclosure_case, disclosure_event
    received = (cases.c.received_at >= half.begin) & (cases.c.received_at < half.end)
    mine = select(cases.c.id).where(received)
    steps: dict[str, set[str]] = {}
    taken = select(events.c.case_id, events.c.event).where(events.c.case_id.in_(mine))
    for case_id, event in connection.execute(taken):
        steps.setdefault(case_id, set()).add(event)
    classes: dict[str, set[DataClass]] = {}
    looked = select(disclosure_outcome.c.case_id, disclosure_outcome.c.data_class).distinct()
    for case_id, data_class in connection.execute(looked.where(disclosure_outcome.c.case_id.in_(mine))):
        classes.setdefault(case_id, set()).add(DataClass(data_class))
    items = disclosure_item
    leaving = select(items.c.case_id).where(items.c.case_id.in_(mine), items.c.state == PERMITTED).distinct()
    permitted = set(connection.execute(leaving).scalars())
    told = select(cases.c.id, cases.c.type, cases.c.state, cases.c.emergency, cases.c.secret)
    for row in connection.execute(told.where(received)):
        done = steps.get(row.id, set())
        yield Request(
            CaseType(row.type),
            _result(done, State(row.state), permitted=row.id in permitted),
            frozenset(classes.get(row.id, ())),
            row.emergency,
            _refusal(done),
            row.secret,
        )


def _result(done: set[str], state: State, *, permitted: bool) -> Result:
    if Event.DELIVER.value in done:
        return Result.ANSWERED
    if _refusal(done) is not None:
        return Result.REFUSED
    if Event.WITHDRAW.value in done:
        return Result.WITHDRAWN
    if Event.HOLD.value in done:
        return Result.HELD
    if state is State.CLOSED or (state is State.DECIDED and not permitted):
        return Result.NOTHING
    return Result.OPEN


def _refusal(done: set[str]) -> RefusalReason | None:
    found = sorted(one.removeprefix(_REFUSE) for one in done if one.startswith(_REFUSE))
    return RefusalReason(found[0]) if found else None
