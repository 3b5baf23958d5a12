"""Rows whose time is over, deleted in pieces, each with a leaf that counts them by kind.

A record goes once it has ended and its kind's period has passed since the last that happened to it, together with what
is part of it: a request with its numbers and reports, a denial with the numbers of its stock. What still stands stays,
and so does what it rests on: the request of a number that is stopped, the proposal by which it was stopped, the
contractor who holds it, a request whose contractors weren't reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select

from sekisho.access.principal import Principal
from sekisho.clock import JAPAN
from sekisho.events import NumberStop
from sekisho.stops import tables as t
from sekisho.stops.keeping.kinds import Kept
from sekisho.stops.keeping.periods import Periods
from sekisho.stops.keeping.ports import RowsElsewhere
from sekisho.stops.kinds import NumberState
from sekisho.stops.proposals import APPROVAL_LIFE
from sekisho.stops.service import StopService

DELETED_LEAF: Final = "stops.rows_deleted"
AT_ONCE: Final = 2_000
"""Rows of one transaction, or those of one record: a killed run loses no more work than that."""

_STANDS: Final = tuple(
    one.value for one in (NumberState.ASKED, NumberState.STOPPING, NumberState.STOPPED)
)
_OPEN: Final = (*_STANDS, NumberState.OPEN.value)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A kind of record: the row of itself, and the rows that go with it."""

    kind: Kept
    table: Table
    over: ColumnElement[bool]
    parts: tuple[tuple[Table, str], ...] = ()


class OldRows:
    """The rows of one workspace whose time is over."""

    def __init__(self, service: StopService, elsewhere: RowsElsewhere) -> None:
        """Reads and writes nothing until asked to."""
        self._service, self._desk, self._elsewhere = service, service.desk, elsewhere
        self._periods = Periods(service.desk)

    def count(self) -> Counter[Kept]:
        """How many records of each kind would go now."""
        found: Counter[Kept] = Counter()
        with self._desk.workspace.database.read() as connection:
            for each in self._due(connection):
                query = select(func.count()).select_from(each.table).where(each.over)
                found[each.kind] += connection.execute(query).scalar_one()
            found[Kept.FACT] = len(self._facts(connection))
            found[Kept.DENIAL] += self._elsewhere.over(connection, self._desk.today())
        return +found

    def delete(self, *, by: Principal) -> Counter[Kept]:
        """Delete them; how many rows of each kind went. Killed in between, the next run goes on."""
        desk, gone = self._desk, Counter[Kept]()
        while self.count():
            made = desk.commit(
                self._piece,
                lambda piece: [
                    desk.leaf(DELETED_LEAF, {"rows": {kind.value: n for kind, n in piece.items()}}, by, desk.now())
                ],
            )
            gone.update(made.value)
        return gone

    def _piece(self, connection: Connection) -> Counter[Kept]:
        gone: Counter[Kept] = Counter()
        for each in self._due(connection):
            ids = connection.execute(
                select(each.table.c.id).where(each.over).order_by(each.table.c.id).limit(AT_ONCE)
            ).scalars().all()  # fmt: skip
            for one in ids:
                if gone.total() >= AT_ONCE:
                    break
                for table, column in each.parts:
                    gone[each.kind] += connection.execute(delete(table).where(table.c[column] == one)).rowcount
                gone[each.kind] += connection.execute(delete(each.table).where(each.table.c.id == one)).rowcount
        for one in self._facts(connection)[: max(0, AT_ONCE - gone.total())]:
            gone[Kept.FACT] += connection.execute(delete(t.stop_event).where(t.stop_event.c.id == one)).rowcount
        gone[Kept.DENIAL] += self._elsewhere.remove_over(connection, self._desk.today())
        return +gone

    def _due(self, connection: Connection) -> Iterator[_Parts]:
        """What goes, in an order in which nothing is left that refers to what isn't there."""
        declared, today = self._periods.in_force(connection), self._desk.today()
        first = {kind: today - timedelta(days=one.days) for kind, one in declared.items()}
        moment = {kind: datetime.combine(day, time(), JAPAN) for kind, day in first.items()}
        yield _Parts(Kept.OBJECTION, t.stop_objection, _objections(moment[Kept.OBJECTION]))
        reports = ((t.stop_number, "request"), (t.stop_report, "request"))
        yield _Parts(Kept.REQUEST, t.stop_request, _requests(moment[Kept.REQUEST]), reports)
        stock = ((t.stop_number, "request"),)
        yield _Parts(
            Kept.DENIAL, t.stop_denial, _denials(first[Kept.DENIAL], moment[Kept.DENIAL]), stock
        )
        yield _Parts(Kept.CHECK, t.stop_check, _checks(first[Kept.CHECK], moment[Kept.CHECK]))
        yield _Parts(Kept.ACT, t.stop_proposal, _proposals(moment[Kept.ACT]))
        yield _Parts(Kept.ASSIGNMENT, t.stop_assignment, t.stop_assignment.c.ends < first[Kept.ASSIGNMENT])
        yield _Parts(Kept.ASSIGNMENT, t.stop_contractor, _contractors(moment[Kept.ASSIGNMENT]))

    def _facts(self, connection: Connection) -> list[str]:
        """Facts that were taken over, without those of a number that is still stopped: these are told again."""
        table, today = t.stop_event, self._desk.today()
        days = self._periods.in_force(connection)[Kept.FACT].days
        before = datetime.combine(today - timedelta(days=days), time(), JAPAN)
        rows = connection.execute(select(table).where(table.c.delivered_at < before).order_by(table.c.id))
        return [row.id for row in rows if not self._told_again(connection, row)]

    def _told_again(self, connection: Connection, row: Any) -> bool:
        if row.kind != NumberStop.__name__:
            return False
        said = self._desk.open(t.stop_event, row)
        return bool(said["stopped"]) and self._service.requests.stopped(connection, said["number"])


def _objections(before: datetime) -> ColumnElement[bool]:
    table, number, denial = t.stop_objection, t.stop_number, t.stop_denial
    stands = or_(
        select(number.c.id).where(number.c.id == table.c.about, number.c.state.in_(_STANDS)).exists(),
        select(denial.c.id).where(denial.c.id == table.c.about, denial.c.state == "in_force").exists(),
    )
    # One that was upheld and not acted on is still to be told of.
    return and_(table.c.state != "open", table.c.decided_at < before, ~and_(table.c.state == "upheld", stands))


def _requests(before: datetime) -> ColumnElement[bool]:
    table, number, report = t.stop_request, t.stop_number, t.stop_report
    mine = select(number.c.id).where(number.c.request == table.c.id)
    over = or_(
        and_(table.c.state == "rejected", ~mine.where(number.c.state.in_(_STANDS)).exists()),
        and_(table.c.state == "verified", ~mine.where(number.c.state.in_(_OPEN)).exists()),
    )
    unreported = mine.where(number.c.stopped_at.is_not(None), number.c.reported.is_(None)).exists()
    late = select(report.c.id).where(report.c.request == table.c.id, report.c.made_at >= before).exists()
    return and_(over, table.c.received_at < before, ~unreported, ~late, *_quiet(table, mine, before))


def _denials(first: date, before: datetime) -> ColumnElement[bool]:
    table, number = t.stop_denial, t.stop_number
    mine = select(number.c.id).where(number.c.request == table.c.id)
    over = and_(table.c.state.in_(("ended", "lifted")), table.c.ends < first)
    about = select(t.stop_objection.c.id).where(t.stop_objection.c.about == table.c.id).exists()
    return and_(over, ~mine.where(number.c.state.in_(_OPEN)).exists(), ~about, *_quiet(table, mine, before))


def _quiet(table: Table, mine: Any, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Nothing happened to a record or its numbers lately, and nobody's objection is left."""
    number, objection, proposal = t.stop_number, t.stop_objection, t.stop_proposal
    objected = select(objection.c.id).where(objection.c.about == number.c.id).exists()
    acted = select(proposal.c.id).where(
        proposal.c.about == table.c.id,
        func.coalesce(proposal.c.confirmed_at, proposal.c.decided_at, proposal.c.requested_at) >= before,
    )
    return (
        ~mine.where(number.c.resumed_at >= before).exists(), ~mine.where(objected).exists(), ~acted.exists(),
    )  # fmt: skip


def _checks(first: date, before: datetime) -> ColumnElement[bool]:
    """Never accepted; or replaced, and no range was given on it since or still is."""
    table, edge, newer = t.stop_check, t.stop_edge, t.stop_check.alias()
    given = select(edge.c.id).where(
        edge.c.check == table.c.id, or_(edge.c.ends.is_(None), edge.c.ends >= first)
    )
    replaced = select(newer.c.id).where(
        newer.c.customer == table.c.customer, newer.c.state == "accepted", newer.c.made_at > table.c.made_at
    )
    return and_(table.c.made_at < before, ~given.exists(), or_(table.c.state != "accepted", replaced.exists()))


def _proposals(before: datetime) -> ColumnElement[bool]:
    """Done, withdrawn or never approved, and what they were about has gone."""
    table = t.stop_proposal
    lapsed = and_(table.c.state == "requested", table.c.requested_at < before - APPROVAL_LIFE)
    done = and_(
        table.c.state.in_(("done", "withdrawn")),
        func.coalesce(table.c.confirmed_at, table.c.decided_at, table.c.requested_at) < before,
    )
    about = [
        select(other.c.id).where(other.c.id == table.c.about).exists()
        for other in (t.stop_request, t.stop_denial, t.stop_check, t.stop_number)
    ]
    left = (select(t.stop_number.c.id).where(t.stop_number.c.act == table.c.id).exists(), *about)
    return and_(or_(lapsed, done), ~or_(*left))


def _contractors(before: datetime) -> ColumnElement[bool]:
    table = t.stop_contractor
    named = [
        select(other.c.id).where(other.c.contractor == table.c.id).exists()
        for other in (t.stop_assignment, t.stop_number, t.stop_denial)
    ]
    return and_(table.c.made_at < before, ~or_(*named))
