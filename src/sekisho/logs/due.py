"""The log store's tasks for ``sekisho due``, in the order in which they must run.

(1) ``log-spools``   take in what listeners left in their spools when they died
(2) ``log-seals``    seal the days that are over
(3) ``log-sources``  worklist: sources that are silent
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.due import Entry, State, Task, failed
from sekisho.errors import SekishoError
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace


def log_tasks(workspace: Workspace) -> tuple[Task, ...]:
    """All of them."""
    return (Spools(workspace), Seals(workspace), Sources(workspace))


@dataclass(frozen=True, slots=True)
class Spools:
    """Spool files whose listener is gone or hasn't drained them."""

    workspace: Workspace
    name: str = "log-spools"

    def plan(self) -> Iterator[Entry]:
        """Those there are."""
        logs = LogService(self.workspace)
        for source in logs.sources():
            if logs.spooled(source.number):
                yield self._entry(source.spec.name, State.PLANNED, 0)

    def run(self) -> Iterator[Entry]:
        """Take them in."""
        logs = LogService(self.workspace)
        for source in logs.sources():
            try:
                done = logs.drain(source.number)
            except SekishoError as error:
                yield failed(self.name, error, source=source.spec.name)
                continue
            if done:
                yield self._entry(source.spec.name, State.DONE, sum(one.records for one in done))

    def _entry(self, source: str, state: State, records: int) -> Entry:
        said = "ます。" if state is State.PLANNED else f"ました（{records} 件）。"
        ja = f"出所「{source}」の受け口の控えを取り込み{said}"
        en = f"Spool of {source}: " + ("to be taken in." if state is State.PLANNED else f"{records} records taken in.")
        return Entry(self.name, "drain", state, ja, en, {"source": source, "records": records})


@dataclass(frozen=True, slots=True)
class Seals:
    """Days that are over."""

    workspace: Workspace
    name: str = "log-seals"

    def plan(self) -> Iterator[Entry]:
        """Those that would be sealed."""
        for kind, day in LogService(self.workspace).seals_due():
            yield Entry(
                self.name,
                "seal",
                State.PLANNED,
                f"{kind.value} の {day} を封緘します。",
                f"Seal {kind.value} of {day}.",
                {"kind": kind.value, "day": day.isoformat()},
            )

    def run(self) -> Iterator[Entry]:
        """Seal them."""
        logs = LogService(self.workspace)
        for kind, day in logs.seals_due():
            said = {"kind": kind.value, "day": day.isoformat()}
            try:
                sealed = logs.seal(kind, day)
            except SekishoError as error:
                yield failed(self.name, error, **said)
                continue
            if sealed is not None:
                yield Entry(
                    self.name,
                    "seal",
                    State.DONE,
                    f"{kind.value} の {day} を封緘しました（{sealed.rows} 行）。",
                    f"Sealed {kind.value} of {day} ({sealed.rows} rows).",
                    {**said, "rows": sealed.rows, "ledger_index": sealed.ledger_index},
                )


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources that have been silent for longer than they usually are."""

    workspace: Workspace
    name: str = "log-sources"

    def plan(self) -> Iterator[Entry]:
        """Those that are silent now."""
        now = microseconds(self.workspace.clock.now())
        for health in LogService(self.workspace).health():
            if health.is_silent(now):
                yield Entry(
                    self.name,
                    "silent",
                    State.WAITING,
                    f"出所「{health.name}」から、ふだんより長く記録が届いていません。機器と転送を確かめてください。",
                    f"No record of {health.name} for longer than usual: check the device and its transport.",
                    {"source": health.name},
                )

    def run(self) -> Iterator[Entry]:
        """The same: it is for somebody to do."""
        return self.plan()
