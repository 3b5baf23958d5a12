"""A contractor objects to a stop or a denial: decided by somebody who had no part in it, within the set days.

An objection that is upheld changes nothing by itself: the number is let connect again, or the denial lifted, by two
people as always; until that is done it is told as overdue work.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access import approval_service
from sekisho.access.errors import OwnRequest
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.stops.desk import Desk, new_id
from sekisho.stops.errors import RequestRefused, WrongStep
from sekisho.stops.proposals import Proposals
from sekisho.stops.reading import as_moment, as_text, only
from sekisho.stops.tables import stop_denial, stop_number, stop_objection, stop_proposal, stop_request

OBJECTION_LEAF: Final = "stops.objection"


class Objections:
    """The objections of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, proposals: Proposals) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._proposals = desk, proposals

    def receive(self, written: Mapping[str, Any], *, by: Principal) -> dict[str, Any]:
        """Enter one: ``about`` (a number's or a denial's id), ``contact``, ``grounds``, ``received_at``. Raises
        ``RequestRefused``, ``UnknownStop``, ``WrongStep`` (one about it is open), ``ScopeMissing``."""
        by.require(Scope.DECIDE)
        only(written, {"about", "contact", "grounds", "received_at"})
        desk, now = self._desk, self._desk.now()
        about = as_text(written.get("about"), "about", most=64)
        body = {name: as_text(written.get(name), name) for name in ("contact", "grounds")}
        received, made, key = as_moment(written, "received_at", now), new_id("so_"), desk.key()

        def write(connection: Connection) -> None:
            table = stop_number if about.startswith("sn_") else stop_denial
            desk.one(connection, table, about, "number or denial")
            waits = select(stop_objection.c.id).where(stop_objection.c.about == about, stop_objection.c.state == "open")
            if (other := connection.execute(waits).scalar()) is not None:
                raise WrongStep(id=other, state="open", next="decide it first")
            days = desk.days(connection, "objection_within_days")
            connection.execute(
                insert(stop_objection).values(
                    id=made, about=about, state="open", received_at=received,
                    due_on=japan_date(received) + timedelta(days=days), key=key,
                    body=desk.seal(stop_objection, body, row_id=made, key=key),
                )
            )  # fmt: skip

        said = {"objection": made, "about": about, "state": "open"}
        desk.commit(write, [desk.leaf(OBJECTION_LEAF, said, by, now)])
        return self.find(made)

    def decide(self, objection_id: str, outcome: str, note: str, *, by: Principal) -> dict[str, Any]:
        """``upheld`` or ``rejected``, with the reason that the contractor is told. Raises ``OwnRequest`` for whoever
        asked for, approved or received what is objected to; ``ProofTooWeak``, ``WrongStep``, ``ScopeMissing``."""
        by.require(Scope.REQUEST if Scope.REQUEST in by.scopes else Scope.APPROVE)
        by.require_proof("decide an objection")
        if outcome not in ("upheld", "rejected"):
            raise RequestRefused(field="outcome", problem="upheld or rejected")
        told = as_text(note, "note")
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> None:
            row = desk.one(connection, stop_objection, objection_id, "objection")
            if row.state != "open":
                raise WrongStep(id=row.id, state=row.state, next="nothing: it was decided")
            if by.staff_id in self._took_part(connection, row.about):
                raise OwnRequest(staff_id=by.staff_id, action="decide an objection to what they took part in")
            body = {**desk.open(stop_objection, row), "note": told}
            connection.execute(
                update(stop_objection)
                .where(stop_objection.c.id == row.id)
                .values(
                    state=outcome, decided_at=now, decided_by=by.staff_id,
                    body=desk.seal(stop_objection, body, row_id=row.id, key=row.key),
                )
            )  # fmt: skip

        said = {"objection": objection_id[:64], "state": outcome}
        desk.commit(write, [desk.leaf(OBJECTION_LEAF, said, by, now)])
        return self.find(objection_id)

    def find(self, objection_id: str) -> dict[str, Any]:
        """One, as JSON values. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            return self._document(self._desk.one(connection, stop_objection, objection_id, "objection"))

    def every(self, *states: str) -> list[dict[str, Any]]:
        """Those in some states, by the day on which they must be answered."""
        query = select(stop_objection).where(stop_objection.c.state.in_(states)).order_by(stop_objection.c.due_on)
        with self._desk.workspace.database.read() as connection:
            return [self._document(row) for row in connection.execute(query)]

    def unreleased(self) -> list[dict[str, Any]]:
        """Those that were upheld, and what they were about still holds."""
        found = []
        for one in self.every("upheld"):
            table, holds = (stop_number, "stopped") if one["about"].startswith("sn_") else (stop_denial, "in_force")
            with self._desk.workspace.database.read() as connection:
                state = connection.execute(select(table.c.state).where(table.c.id == one["about"])).scalar_one()
            if state == holds:
                found.append(one)
        return found

    def _took_part(self, connection: Connection, about: str) -> set[str]:
        """Whoever entered the paper behind it, called back, or asked for or approved what was done. A number of a stock
        rests on the notice as well."""
        people: set[str] = set()
        act = None
        if about.startswith("sn_"):
            number = connection.execute(
                select(stop_number.c.act, stop_number.c.request).where(stop_number.c.id == about)
            ).one()
            act, about = number.act, number.request
        if about.startswith("sr_"):
            paper = self._desk.one(connection, stop_request, about, "request")
            called_back = self._desk.open(stop_request, paper)["called_back"] or {}
            people |= {paper.received_by, *([called_back["by"]] if "by" in called_back else ())}
        else:
            people |= set(connection.execute(select(stop_denial.c.made_by).where(stop_denial.c.id == about)).scalars())
        table = stop_proposal
        about_it = table.c.id == act if about.startswith("sr_") else table.c.about == about
        for row in connection.execute(select(table).where(about_it)).all():
            people.add(row.requested_by)
            decided = approval_service.find_approval(connection, row.approval).decided_by
            if decided is not None:
                people.add(decided)
        return people

    def _document(self, row: Any) -> dict[str, Any]:
        return {
            "id": row.id, "about": row.about, "state": row.state, "received_at": row.received_at.isoformat(),
            "due_on": row.due_on.isoformat(), "decided_by": row.decided_by,
            "decided_at": None if row.decided_at is None else row.decided_at.isoformat(),
            **self._desk.open(stop_objection, row),
        }  # fmt: skip
