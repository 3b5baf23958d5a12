"""What the stops desk keeps, in ``sekisho due``, after its worklist.

(1) ``stop-rows``   what has ended and been kept for its time is deleted
(2) ``stop-moves``  what outlives its month is put under the key of the present one
(3) ``stop-keys``   keys of months of which nothing is left are destroyed, with certificates
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sekisho.access.principal import Principal
from sekisho.destruction.months import MonthEndings, Reached
from sekisho.destruction.probing import Prober
from sekisho.due import Entry, State, Task, failed
from sekisho.errors import SekishoError
from sekisho.stops.keeping.ending import endings
from sekisho.stops.keeping.kinds import HOUSE
from sekisho.stops.keeping.moving import Moving
from sekisho.stops.keeping.ports import RowsElsewhere
from sekisho.stops.keeping.rows import OldRows
from sekisho.stops.service import StopService


def keeping_tasks(
    service: StopService, elsewhere: RowsElsewhere, prober: Prober | None, *, by: Principal | None
) -> tuple[Task, ...]:
    """All of them. ``prober`` and ``by`` None: only to plan."""
    return (Rows(service, elsewhere, by), Moves(service, elsewhere, by), Keys(service, elsewhere, prober, by))


@dataclass(frozen=True, slots=True)
class Rows:
    """What has ended and been kept for its time."""

    service: StopService
    elsewhere: RowsElsewhere
    by: Principal | None
    name: str = "stop-rows"

    def plan(self) -> Iterator[Entry]:
        """How much of each kind."""
        for kind, count in sorted(OldRows(self.service, self.elsewhere).count().items()):
            title = HOUSE[kind].title
            yield _entry(
                self.name, "delete", State.PLANNED, f"保存期間を過ぎた「{title.ja}」{count} 件を消去します。",
                f"{count} records ({title.en}) whose period is over will be deleted.", kind=kind.value, rows=count,
            )  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Delete it, in the database's files as well."""
        if self.by is None:
            raise ValueError("a run is somebody's")
        gone = OldRows(self.service, self.elsewhere).delete(by=self.by)
        for kind, count in sorted(gone.items()):
            title = HOUSE[kind].title
            yield _entry(
                self.name, "deleted", State.DONE, f"保存期間を過ぎた「{title.ja}」の {count} 行を消去しました。",
                f"{count} rows ({title.en}) whose period was over are deleted.", kind=kind.value, rows=count,
            )  # fmt: skip
        if gone and not self.service.desk.workspace.database.scrub():
            ja = "読み取り中の処理があり、データベースの古い内容をまだ消せません。次の `sekisho due` で消します。"
            en = "A reader keeps the database's former contents from being cut; the next `sekisho due` will."
            yield _entry(self.name, "still_read", State.WAITING, ja, en)


@dataclass(frozen=True, slots=True)
class Moves:
    """What outlives its month."""

    service: StopService
    elsewhere: RowsElsewhere
    by: Principal | None
    name: str = "stop-moves"

    def plan(self) -> Iterator[Entry]:
        """How much of each month."""
        for key, rows in Moving(self.service, self.elsewhere).due().items():
            yield _entry(
                self.name, "move", State.PLANNED, f"まだ要る {rows} 行を、鍵 {key} から今月の鍵に付け替えます。",
                f"{rows} rows that are still needed will be put under this month's key instead of {key}.",
                key=key, rows=rows,
            )  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Put it under the present month's key."""
        if self.by is None:
            raise ValueError("a run is somebody's")
        moved = Moving(self.service, self.elsewhere).run(by=self.by)
        if moved:
            yield _entry(
                self.name, "moved", State.DONE, f"まだ要る {moved} 行を今月の鍵に付け替えました。",
                f"{moved} rows that are still needed are under this month's key now.", rows=moved,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of months of which nothing is left."""

    service: StopService
    elsewhere: RowsElsewhere
    prober: Prober | None
    by: Principal | None
    name: str = "stop-keys"

    def plan(self) -> Iterator[Entry]:
        """Those that are due, and those that will be once what is left was put under a newer key."""
        keys = set(self._endings().due()) | set(Moving(self.service, self.elsewhere).due())
        for key in sorted(keys):
            yield self._told("destroy", State.PLANNED, key, "を破棄します", "will be destroyed")

    def run(self) -> Iterator[Entry]:
        """Destroy them, probe, certify; those whose certificate waits for key backups are named."""
        ends = self._endings()
        for key in ends.due():
            lived = self.service.desk.workspace.keyring.exists(key)
            try:
                reached = ends.run(key)
            except SekishoError as error:
                yield failed(self.name, error, key=key)
                continue
            if reached is Reached.PLANNED:
                continue
            if lived or reached is Reached.FINAL:
                ja, en = f"を破棄し、証明書を作りました（{reached.value}）", f"is destroyed ({reached.value})"
                yield self._told("destroyed", State.DONE, key, ja, en)
            else:
                ja = "の証明書は、鍵の控えがなくなるまで live です"
                en = "is destroyed; its certificate is live until the key backups are gone"
                yield self._told("backups_hold_it", State.WAITING, key, ja, en)

    def _endings(self) -> MonthEndings:
        by = "" if self.by is None else self.by.staff_id
        return endings(self.service.desk.workspace, self.elsewhere, self.prober, by=by)

    def _told(self, what: str, state: State, key: str, ja: str, en: str) -> Entry:
        return _entry(self.name, what, state, f"鍵 {key} {ja}。", f"The key {key} {en}.", key=key)


def _entry(task: str, what: str, state: State, ja: str, en: str, **fields: Any) -> Entry:
    said: Mapping[str, Any] = fields
    return Entry(task, what, state, ja, en, said)
