"""Who holds which number: contractors and their numbers with dates, and the wholesale tree (卸元 → 卸先).

The operator's own systems know this; the desk holds the part it needs, imported or entered. A number's contractor is
asked for on a day: who has it now need not be who had it at the time of a crime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.stops import tables
from sekisho.stops.desk import NUMBER, Desk, checked_range, new_id
from sekisho.stops.errors import RequestRefused, TooManyNumbers, TreeRefused
from sekisho.stops.kinds import COVERED, AssignmentState, Holding
from sekisho.stops.reading import as_day, as_text, only

US: Final = "us"
"""This operator, in the tree."""
DEEPEST: Final = 8
"""Levels of wholesale below this operator. A house limit, above any that is known."""
MOST_AT_ONCE: Final = 10_000
"""Numbers of one import: rows of one transaction. A house limit."""


@dataclass(frozen=True, slots=True)
class Contractor:
    """Somebody who holds numbers."""

    id: str
    name: str
    address: str
    corporate_number: str
    call_forwarding: bool
    operator: bool

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "name": self.name, "address": self.address, "corporate_number": self.corporate_number,
            "call_forwarding": self.call_forwarding, "operator": self.operator,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """Who has a number on a day. ``chain``: the operators it goes through below this one, the nearest first."""

    holding: Holding
    contractor: str | None = None
    state: AssignmentState | None = None
    chain: tuple[str, ...] = ()


class Register:
    """The register of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def add_contractor(self, written: Mapping[str, Any], *, by: Principal) -> Contractor:
        """Enter one: ``name``, ``address``, ``corporate_number``, ``call_forwarding``, ``operator``. Raises
        ``RequestRefused``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        only(written, {"id", "name", "address", "corporate_number", "call_forwarding", "operator"})
        flags = {name: written.get(name, False) for name in ("call_forwarding", "operator")}
        for name, value in flags.items():
            if type(value) is not bool:
                raise RequestRefused(field=name, problem="true or false")
        corporate = written.get("corporate_number", "")
        if not isinstance(corporate, str) or (
            corporate and not (corporate.isascii() and corporate.isdigit() and len(corporate) == 13)
        ):
            raise RequestRefused(field="corporate_number", problem="13 digits")
        made = as_text(written.get("id", new_id("sc_")), "id", most=64)
        body = {
            "name": as_text(written.get("name"), "name", most=300),
            "address": as_text(written.get("address"), "address", most=500), "corporate_number": corporate,
        }  # fmt: skip
        desk, now, key = self._desk, self._desk.now(), self._desk.key()

        def write(connection: Connection) -> None:
            table = tables.stop_contractor
            if connection.execute(select(table.c.id).where(table.c.id == made)).first() is not None:
                raise RequestRefused(field="id", problem="stands for another contractor")
            connection.execute(
                insert(table).values(
                    id=made, **flags, made_at=now, key=key, body=desk.seal(table, body, row_id=made, key=key)
                )
            )

        desk.commit(write, [desk.leaf("stops.contractor", {"contractor": made}, by, now)])
        return self.contractor(made)

    def contractor(self, contractor_id: str) -> Contractor:
        """One contractor. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            return self.read_contractor(connection, contractor_id)

    def read_contractor(self, connection: Connection, contractor_id: str) -> Contractor:
        """:meth:`contractor`, within a transaction."""
        row = self._desk.one(connection, tables.stop_contractor, contractor_id, "contractor")
        return Contractor(
            row.id, **self._desk.open(tables.stop_contractor, row), call_forwarding=row.call_forwarding,
            operator=row.operator,
        )  # fmt: skip

    def assign(self, rows: Sequence[Mapping[str, Any]], *, by: Principal) -> int:
        """Enter who holds numbers, all or none: ``number``, ``contractor``, ``from``, ``until``, ``state``. Raises
        ``RequestRefused`` (also where two would hold one number on a day), ``TooManyNumbers``, ``UnknownStop``."""
        by.require(Scope.REQUEST)
        if len(rows) > MOST_AT_ONCE:
            raise TooManyNumbers(given=len(rows), most=MOST_AT_ONCE)
        desk, now, key = self._desk, self._desk.now(), self._desk.key()
        read = [self._read(one, place) for place, one in enumerate(rows, start=1)]
        table = tables.stop_assignment

        def write(connection: Connection) -> None:
            keys = sorted({*desk.keys_used(connection), key})
            for contractor in sorted({one["contractor"] for one in read}):
                desk.one(connection, tables.stop_contractor, contractor, "contractor")
            for place, one in enumerate(read, start=1):
                for held in self._rows(connection, one["number"], keys=keys):
                    if _overlap(held.begins, held.ends, one["begins"], one["ends"]):
                        raise RequestRefused(field=f"[{place}].from", problem="somebody holds the number then")
                made = new_id("sa_")
                connection.execute(
                    insert(table).values(
                        id=made, contractor=one["contractor"], kind=one["kind"], state=one["state"],
                        begins=one["begins"], ends=one["ends"], key=key,
                        number_index=NUMBER.index(desk.workspace.keyring, one["number"], key=key),
                        body=desk.seal(table, {"number": one["number"]}, row_id=made, key=key),
                    )
                )  # fmt: skip

        desk.commit(write, [desk.leaf("stops.assigned", {"numbers": len(read)}, by, now)])
        return len(read)

    def end_assignment(self, number: str, on: date, *, by: Principal) -> None:
        """A number is with nobody from ``on``. Raises ``RequestRefused``."""
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        placed = desk.plan.place(number, desk.today())

        def write(connection: Connection) -> None:
            running = [one for one in self._rows(connection, placed.number) if one.ends is None and one.begins < on]
            if not running:
                raise RequestRefused(field="number", problem="nobody holds it")
            table = tables.stop_assignment
            connection.execute(update(table).where(table.c.id == running[0].id).values(ends=on))

        desk.commit(write, [desk.leaf("stops.assignment_ended", {"on": on.isoformat()}, by, now)])

    def held_by(self, connection: Connection, contractor: str, on: date) -> list[tuple[str, str]]:
        """The numbers that a contractor holds on a day, stock included, with their kind; of covered kinds only."""
        table = tables.stop_assignment
        rows = connection.execute(
            select(table)
            .where(
                table.c.contractor == contractor, table.c.begins <= on, (table.c.ends.is_(None)) | (table.c.ends > on)
            )
            .order_by(table.c.id)
        )
        covered = {one.value for one in COVERED}
        return [(self._desk.open(table, row)["number"], row.kind) for row in rows if row.kind in covered]

    def find(self, connection: Connection, number: str, on: date) -> Held:
        """Who has a number on a day: the tree first, then the contractors."""
        chain = self._chain(connection, number, on)
        if chain:
            return Held(chain[0][1], chain=tuple(taker for taker, _ in chain))
        rows = self._rows(connection, number)
        for row in rows:
            if row.begins <= on and (row.ends is None or on < row.ends):
                return Held(Holding.OURS, row.contractor, AssignmentState(row.state))
        return Held(Holding.NOT_IN_SERVICE if rows else Holding.NOT_OURS)

    # --- the wholesale tree ---

    def add_edge(
        self, written: Mapping[str, Any], *, check: str | None, paper: str | None = None, by: Principal
    ) -> str:
        """A range goes to another operator: ``giver``, ``taker``, ``relation`` (wholesale or ported), ``first``,
        ``last``, ``from``, ``until``. Its id. ``paper`` is what shows that it was given before a check was needed.

        Raises ``TreeRefused`` where a range is given twice for one day, by whom it wasn't given to, or in a circle.
        """
        by.require(Scope.REQUEST)
        only(written, {"giver", "taker", "relation", "first", "last", "from", "until"})
        giver, taker = (as_text(written.get(name), name, most=64) for name in ("giver", "taker"))
        relation = written.get("relation", "wholesale")
        if relation not in ("wholesale", "ported"):
            raise TreeRefused(field="relation", problem="wholesale or ported")
        first, last = str(written.get("first", "")), str(written.get("last", written.get("first", "")))
        checked_range(first, last)
        begins = as_day(written.get("from"), "from")
        ends = None if written.get("until") is None else as_day(written["until"], "until")
        if ends is not None and ends <= begins:
            raise TreeRefused(field="until", problem="after the first day")
        if taker in (US, giver):
            raise TreeRefused(field="taker", problem="another operator than the giver, and not this one")
        desk, now, made, table = self._desk, self._desk.now(), new_id("sw_"), tables.stop_edge

        def write(connection: Connection) -> None:
            edges = connection.execute(select(table)).all()
            near = [
                one for one in edges
                if len(one.first) == len(first) and one.first <= last and first <= one.last
                and _overlap(one.begins, one.ends, begins, ends)
            ]  # fmt: skip
            if any(one.giver == giver for one in near):
                raise TreeRefused(field="first", problem="the giver gave some of it to somebody else for that time")
            if giver != US and not any(
                one.taker == giver and one.first <= first and last <= one.last and one.begins <= begins
                and (one.ends is None or (ends is not None and ends <= one.ends)) for one in near
            ):  # fmt: skip
                raise TreeRefused(field="giver", problem="the giver doesn't have the whole range for that time")
            if any(one.taker == taker for one in near):
                raise TreeRefused(field="taker", problem="a circle: the taker has it already")
            if len(near) >= DEEPEST and len({one.giver for one in near}) >= DEEPEST:
                raise TreeRefused(field="giver", problem=f"at most {DEEPEST} levels")
            connection.execute(
                insert(table).values(
                    id=made, giver=giver, taker=taker, relation=relation, first=first, last=last, begins=begins,
                    ends=ends, check=check, made_at=now, by=by.staff_id,
                )
            )  # fmt: skip

        said = {"edge": made, "giver": giver, "taker": taker, "relation": relation, "check": check,
                "given_before": paper}  # fmt: skip
        desk.commit(write, [desk.leaf("stops.wholesale", said, by, now)])
        return made

    def edges(self) -> list[dict[str, Any]]:
        """The whole tree, as JSON values."""
        with self._desk.workspace.database.read() as connection:
            rows = connection.execute(
                select(tables.stop_edge).order_by(tables.stop_edge.c.first, tables.stop_edge.c.id)
            )
            return [
                {
                    "id": row.id, "giver": row.giver, "taker": row.taker, "relation": row.relation, "first": row.first,
                    "last": row.last, "from": row.begins.isoformat(),
                    "until": None if row.ends is None else row.ends.isoformat(), "check": row.check,
                }
                for row in rows
            ]  # fmt: skip

    def _chain(self, connection: Connection, number: str, on: date) -> list[tuple[str, Holding]]:
        table, found, at = tables.stop_edge, [], US
        for _ in range(DEEPEST):
            rows = connection.execute(
                select(table).where(
                    table.c.giver == at, table.c.first <= number, table.c.last >= number, table.c.begins <= on
                )
            ).all()
            row = next(
                (one for one in rows if len(one.first) == len(number) and (one.ends is None or on < one.ends)), None
            )
            if row is None:
                break
            found.append((row.taker, Holding.PORTED_AWAY if row.relation == "ported" else Holding.WHOLESALED))
            at = row.taker
        return found

    def _rows(self, connection: Connection, number: str, *, keys: list[str] | None = None) -> Sequence[Any]:
        table = tables.stop_assignment
        used = self._desk.keys_used(connection) if keys is None else keys
        indexes = NUMBER.candidates(self._desk.workspace.keyring, number, keys=used)
        return connection.execute(select(table).where(table.c.number_index.in_(indexes)).order_by(table.c.begins)).all()

    def _read(self, written: Mapping[str, Any], place: int) -> dict[str, Any]:
        if not isinstance(written, Mapping):
            raise RequestRefused(field=f"[{place}]", problem="an object")
        only(written, {"number", "contractor", "from", "until", "state"})
        state = written.get("state", AssignmentState.IN_USE.value)
        if state not in {one.value for one in AssignmentState}:
            raise RequestRefused(field=f"[{place}].state", problem=f"one of {', '.join(AssignmentState)}")
        begins = as_day(written.get("from"), f"[{place}].from")
        ends = None if written.get("until") is None else as_day(written["until"], f"[{place}].until")
        if ends is not None and ends <= begins:
            raise RequestRefused(field=f"[{place}].until", problem="after the first day")
        placed = self._desk.plan.place(as_text(written.get("number"), f"[{place}].number", most=64), self._desk.today())
        if placed.kind not in COVERED:
            raise RequestRefused(field=f"[{place}].number", problem="a fixed or 050 number")
        return {
            "number": placed.number, "kind": placed.kind.value, "state": state, "begins": begins, "ends": ends,
            "contractor": as_text(written.get("contractor"), f"[{place}].contractor", most=64),
        }  # fmt: skip


def _overlap(begins: date, ends: date | None, first: date, last: date | None) -> bool:
    return (last is None or begins < last) and (ends is None or first < ends)
