"""Takes the stops desk's facts to the desks that may know them: stopped numbers to calls, denied parties to contracts.

Each fact is taken over as often as it takes: the receiving desk makes once of what is told twice, and only then is it
marked here. A fact that can't be taken over stays, and those behind it about other things go on.

A stopped number counts at the proxies with the bundle that has it, so one is published after the numbers were taken
over: by whoever brings them, with whatever else the registers have by then. The first bundle of all is a person's: who
has none has no proxy that asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from sekisho.access.principal import Principal
from sekisho.calls.entries import STOPPED, ListName
from sekisho.calls.errors import NothingPublished
from sekisho.calls.service import CallService
from sekisho.contracts.scheme_denials import SchemeDenials
from sekisho.due import Entry, State, failed
from sekisho.errors import SekishoError
from sekisho.events import Desk, Event, NumberStop, SchemeDenial, require_crossing
from sekisho.stops.service import StopService
from sekisho.stops.tables import stop_event
from sekisho.workspace import Workspace

DELIVERED_LEAF: Final = "stops.delivered"
ENTRY_LIFE: Final = timedelta(days=730)
"""How long such an entry lives; below what the calls desk lets one live."""
RENEW_AFTER: Final = timedelta(days=365)
"""When a number that is still stopped is told again, so that its entry doesn't end."""
TASK: Final = "stops.deliver"


class Deliveries:
    """The events of one workspace that wait. ``by`` None: only looks."""

    name = TASK

    def __init__(self, workspace: Workspace, stops: StopService, *, by: Principal | None) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace, self._stops, self._by = workspace, stops, by

    def plan(self) -> Iterator[Entry]:
        """How many facts wait."""
        waiting = len(self._waiting())
        if self._unpublished():
            ja = "止めた番号・解いた番号を含む判定データを発行します。"
            yield _entry(State.PLANNED, "publish", ja, "A bundle with numbers stopped or released is published.", 1)
        if waiting:
            yield _entry(
                State.PLANNED,
                "deliver",
                f"他の窓口に伝える事実が {waiting} 件あります。",
                f"{waiting} facts wait to be taken to other desks.",
                waiting,
            )

    def run(self) -> Iterator[Entry]:
        """Take over what waits, oldest first. What can't be taken over now holds back later facts about the same."""
        taken, stuck, numbers = 0, set(), 0
        for row in self._waiting():
            event = self._event(row)
            about = event.number if isinstance(event, NumberStop) else getattr(event, "denial", "")
            if about in stuck:
                continue
            try:
                self._take(event)
                self._mark(row.id)
                taken += 1
                numbers += isinstance(event, NumberStop)
            except SekishoError as error:
                stuck.add(about)
                yield failed(TASK, error, event=row.id)
        if taken:
            yield _entry(
                State.DONE,
                "deliver",
                f"他の窓口に事実を {taken} 件伝えました。",
                f"{taken} facts were taken to other desks.",
                taken,
            )
        yield from self._publish(anew=bool(numbers))

    def _publish(self, *, anew: bool) -> Iterator[Entry]:
        """Publish what was taken over, by this run or by one that was killed before it could."""
        calls = CallService(self._workspace).publishing
        assert self._by is not None  # noqa: S101  as in _to_calls
        if not (self._published_at() and (anew or self._unpublished())):
            return
        try:
            made = calls.publish(by=self._by)
        except SekishoError as error:
            yield failed(TASK, error, what="publish")
            return
        ja = f"止めた番号・解いた番号を含む判定データ {made.folder} を発行しました。"
        en = f"Bundle {made.folder} is published, with the numbers stopped or released."
        yield _entry(State.DONE, "publish", ja, en, made.number)

    def _published_at(self) -> datetime | None:
        try:
            return CallService(self._workspace).publishing.current().made_at
        except NothingPublished:
            return None

    def _unpublished(self) -> bool:
        """Whether a number was taken over after the current bundle was made. False where there is no bundle."""
        table, made = stop_event, self._published_at()
        if made is None:
            return False
        query = select(table.c.id).where(table.c.kind == NumberStop.__name__, table.c.delivered_at > made).limit(1)
        with self._workspace.database.read() as connection:
            return connection.execute(query).first() is not None

    def _take(self, event: Event) -> None:
        if isinstance(event, SchemeDenial):
            SchemeDenials(self._workspace).receive(event)
        elif isinstance(event, NumberStop):
            self._to_calls(event)

    def _to_calls(self, event: NumberStop) -> None:
        require_crossing(event, source=Desk.STOPS, target=Desk.CALLS)
        assert self._by is not None  # noqa: S101  only a run takes over, and it has somebody
        calls = CallService(self._workspace)
        with self._workspace.database.read() as connection:
            held = [
                one for one in calls.entries.holding(connection, event.number)
                if one.list is ListName.OPERATOR and one.reason == STOPPED and not one.covers.wide
            ]  # fmt: skip
        if not event.stopped:
            for one in held:
                calls.entries.release(one.name, f"利用停止の解除 {event.case}", by=self._by)
            return
        until = self._workspace.clock.now() + RENEW_AFTER
        if any(one.expires is not None and one.expires > until for one in held):
            return
        expires = max(event.occurred_at, self._workspace.clock.now()) + ENTRY_LIFE
        calls.entries.stop(event.number, source=f"利用停止等スキーム {event.case}", expires=expires, by=self._by)

    def _waiting(self) -> list[Any]:
        old = self._workspace.clock.now() - RENEW_AFTER
        query = (
            select(stop_event)
            .where(stop_event.c.delivered_at.is_(None))
            .order_by(stop_event.c.made_at, stop_event.c.id)
        )
        with self._workspace.database.read() as connection:
            rows = list(connection.execute(query))
            again = connection.execute(
                select(stop_event).where(stop_event.c.kind == NumberStop.__name__, stop_event.c.delivered_at < old)
            )
            for row in again:
                event = self._event(row)
                if (
                    isinstance(event, NumberStop)
                    and event.stopped
                    and self._stops.requests.stopped(connection, event.number)
                ):
                    rows.append(row)
        return rows

    def _event(self, row: Any) -> Event:
        body = dict(self._stops.desk.open(stop_event, row))
        at = datetime.fromisoformat(body.pop("occurred_at"))
        if row.kind == NumberStop.__name__:
            return NumberStop(at, **body)
        begins, ends = (date.fromisoformat(body.pop(name)) for name in ("begins", "ends"))
        return SchemeDenial(at, **body, begins=begins, ends=ends)

    def _mark(self, event_id: str) -> None:
        assert self._by is not None  # noqa: S101  as above
        desk, now = self._stops.desk, self._workspace.clock.now()
        leaf = desk.leaf(DELIVERED_LEAF, {"event": event_id}, self._by, now)
        change = update(stop_event).where(stop_event.c.id == event_id).values(delivered_at=now)
        self._workspace.commit(lambda connection: connection.execute(change) and None, [leaf])


def deliver_now(workspace: Workspace, stops: StopService, *, by: Principal) -> list[Entry]:
    """Take over what waits directly after an act, as ``sekisho due`` would later; what came of it. What can't be done
    now is among it as failed: the act stands, and the next ``due`` tries again."""
    return list(Deliveries(workspace, stops, by=by).run())


def _entry(state: State, what: str, ja: str, en: str, count: int) -> Entry:
    return Entry(TASK, what, state, ja, en, {"count": count})
