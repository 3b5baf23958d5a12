"""The report of contractors to the National Police Agency, after the stop (スキーム(1)イ): JSON, and a paper of it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.stops.desk import Desk, digest, new_id
from sekisho.stops.errors import WrongStep
from sekisho.stops.kinds import NumberKind, NumberState, StopEvent
from sekisho.stops.register import Register
from sekisho.stops.requests import Requests
from sekisho.stops.tables import stop_number, stop_report

REPORT_LEAF: Final = "stops.report"


class Reports:
    """The reports of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, register: Register, requests: Requests) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._register, self._requests = desk, register, requests

    def make(self, request_id: str, *, by: Principal) -> dict[str, Any]:
        """Report the stopped numbers of a request that weren't reported yet, with their contractors, and to which
        wholesale customer others were passed.

        Raises ``UnknownStop``, ``WrongStep`` (nothing stopped that isn't reported), ``NotUnderScheme``,
        ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        desk, now, made = self._desk, self._desk.now(), new_id("sb_")
        key = desk.key()

        def write(connection: Connection) -> str:
            case = self._requests.read(connection, request_id)
            mine = [one for one in case.numbers if one.stopped_at is not None and one.reported is None]
            if not mine:
                raise WrongStep(id=case.id, state="nothing_to_report", next="stop its numbers first, confirmed")
            rows = []
            for one in mine:
                facts = {
                    "number.stopped": one.state in (NumberState.STOPPED, NumberState.RESUMED),
                    "contractor.known": one.contractor is not None,
                }
                desk.judge(
                    connection, StopEvent.REPORT_CONTRACTOR, facts, kind=NumberKind(one.kind), on=desk.today()
                ).require()
                party = self._register.read_contractor(connection, str(one.contractor))
                rows.append(
                    {
                        "number": one.number, "kind": one.kind.value,
                        "crime_on": None if one.crime_on is None else one.crime_on.isoformat(),
                        "stopped_at": None if one.stopped_at is None else one.stopped_at.isoformat(),
                        "contractor": {
                            "name": party.name, "address": party.address, "corporate_number": party.corporate_number,
                            "call_forwarding": party.call_forwarding, "wholesale_customer": party.operator,
                        },
                    }
                )  # fmt: skip
                row = desk.one(connection, stop_number, one.id, "number")
                connection.execute(update(stop_number).where(stop_number.c.id == row.id).values(reported=made))
            passed = [
                {
                    "number": one.number, "kind": one.kind.value, "operators": list(one.pass_to),
                    "passed": one.passed is not None,
                }
                for one in case.numbers if one.pass_to
            ]  # fmt: skip
            body = {
                "report": made, "to": "警察庁", "made_on": desk.today().isoformat(), "request": case.id,
                "force": case.request.force, "document_number": case.request.document_number,
                "dated": case.request.dated.isoformat(), "numbers": rows, "wholesale": passed,
            }  # fmt: skip
            connection.execute(
                insert(stop_report).values(
                    id=made, request=case.id, made_at=now, by=by.staff_id, key=key,
                    body=desk.seal(stop_report, body, row_id=made, key=key),
                )
            )  # fmt: skip
            return digest(body).hex()

        said = {"report": made, "request": request_id[:64]}
        desk.commit(write, lambda hashed: [desk.leaf(REPORT_LEAF, {**said, "sha256": hashed}, by, now)])
        return self.find(made)

    def find(self, report_id: str) -> dict[str, Any]:
        """A report as it was made. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            row = self._desk.one(connection, stop_report, report_id, "report")
            found: dict[str, Any] = self._desk.open(stop_report, row)
        return found

    def missing(self) -> list[Any]:
        """Stopped numbers of requests that no report has, oldest first: id, request and when they were stopped."""
        table = stop_number
        query = (
            select(table.c.id, table.c.request, table.c.stopped_at)
            .where(
                table.c.stopped_at.is_not(None), table.c.reported.is_(None), table.c.request.like("sr\\_%", escape="\\")
            )
            .order_by(table.c.stopped_at, table.c.id)
        )
        with self._desk.workspace.database.read() as connection:
            return list(connection.execute(query))
