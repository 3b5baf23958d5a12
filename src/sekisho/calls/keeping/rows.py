"""Rows whose time is over, deleted in pieces, each with a leaf that counts them by kind.

A row goes once it has ended and its kind's period has passed. What is in force stays; so does the proposal that an
agreement rests on, and the one that holds for lines without a wish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select

from sekisho.access.principal import Principal
from sekisho.calls.accords import APPROVAL_LIFE, ProposalKind
from sekisho.calls.analytics.tables import call_alarm
from sekisho.calls.desk import Desk
from sekisho.calls.entries import ListName
from sekisho.calls.keeping.kinds import Kept
from sekisho.calls.keeping.periods import Periods
from sekisho.calls.tables import call_agreement, call_appeal, call_entry, call_line, call_proposal
from sekisho.clock import JAPAN, japan_date

DELETED_LEAF: Final = "calls.rows_deleted"
AT_ONCE: Final = 2_000
"""Rows of one transaction: a killed run loses no more work than that."""

_Due = tuple[Kept, Table, ColumnElement[bool]]


class OldRows:
    """The rows of one workspace whose time is over."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._periods = desk, Periods(desk)

    def count(self) -> Counter[Kept]:
        """How many rows of each kind would go now."""
        found: Counter[Kept] = Counter()
        with self._desk.workspace.database.read() as connection:
            for kind, table, over in self._due(connection):
                found[kind] += connection.execute(select(func.count()).select_from(table).where(over)).scalar_one()
        return +found

    def delete(self, *, by: Principal) -> Counter[Kept]:
        """Delete them; how many of each kind went. Killed in between, the next run goes on."""
        desk, gone = self._desk, Counter[Kept]()
        while self.count():
            made = desk.workspace.commit(
                self._piece,
                lambda piece: [
                    desk.leaf(DELETED_LEAF, {"rows": {kind.value: n for kind, n in piece.items()}}, by, desk.now())
                ],
            )
            gone.update(made.value)
        return gone

    def _piece(self, connection: Connection) -> Counter[Kept]:
        gone: Counter[Kept] = Counter()
        for kind, table, over in self._due(connection):
            left = AT_ONCE - gone.total()
            ids = connection.execute(select(table.c.id).where(over).order_by(table.c.id).limit(left)).scalars().all()
            for one in ids:
                gone[kind] += connection.execute(delete(table).where(table.c.id == one)).rowcount
        return +gone

    def _due(self, connection: Connection) -> Iterator[_Due]:
        """Kind, table and which rows of it; agreements before proposals, which go once nothing rests on them."""
        declared, today = self._periods.in_force(connection), japan_date(self._desk.now())
        first = {kind: today - timedelta(days=one.days) for kind, one in declared.items()}
        moment = {kind: datetime.combine(day, time(), JAPAN) for kind, day in first.items()}
        entry, line, appeal, alarm, agreed = call_entry, call_line, call_appeal, call_alarm, call_agreement
        for kind, own in ((Kept.OWN_ENTRY, True), (Kept.OPERATOR_ENTRY, False)):
            ended = or_(entry.c.ended_at < moment[kind], entry.c.expires < moment[kind])
            yield kind, entry, and_((entry.c.list == ListName.OWN.value) if own else _not_own(), ended)
        yield Kept.LINE, line, and_(line.c.state == "ended", line.c.ended_at < moment[Kept.LINE])
        yield Kept.APPEAL, appeal, and_(appeal.c.state != "open", appeal.c.decided_at < moment[Kept.APPEAL])
        yield Kept.ALARM, alarm, and_(alarm.c.state != "open", alarm.c.done_at < moment[Kept.ALARM])
        yield Kept.AGREEMENT, agreed, agreed.c.ends < first[Kept.AGREEMENT]
        yield Kept.AGREEMENT, call_proposal, _proposals(connection, moment[Kept.AGREEMENT])


def _not_own() -> ColumnElement[bool]:
    return call_entry.c.list != ListName.OWN.value


def _proposals(connection: Connection, before: datetime) -> ColumnElement[bool]:
    """Withdrawn or never approved long ago; in force once, and nothing rests on them."""
    table, agreed = call_proposal, call_agreement
    default = connection.execute(
        select(table.c.id)
        .where(table.c.kind == ProposalKind.DEFAULT_LINES.value, table.c.state == "in_force")
        .order_by(table.c.decided_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    resting = select(agreed.c.id).where(agreed.c.proposal == table.c.id).exists()
    lapsed = and_(table.c.state == "requested", table.c.requested_at < before - APPROVAL_LIFE)
    decided = and_(table.c.state != "requested", table.c.decided_at < before)
    return and_(or_(lapsed, decided), ~resting, table.c.id != (default or ""))
