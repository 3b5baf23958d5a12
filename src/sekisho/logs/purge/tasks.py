"""What of the logs ends on its day, for ``sekisho due``: after what comes in (:mod:`sekisho.logs.due`).

(1) ``log-holds``     finish holds that were interrupted, copy what came late, let expired ones go, end their vaults
(2) ``log-purges``    destroy the keys of the days that are due, with certificates
(3) worklists: days that no policy covers, holds to look at again, policies that somebody must look at
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sekisho.clock import japan_date
from sekisho.destruction.probing import Prober
from sekisho.due import Entry, State, Task, failed
from sekisho.errors import SekishoError
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.service import Holds
from sekisho.logs.policies import Policies
from sekisho.logs.policy import notices
from sekisho.logs.purge.day import DayPurge
from sekisho.logs.purge.due import DueDay, kept_days
from sekisho.logs.purge.ending import Reached
from sekisho.workspace import Workspace

SOON: Final = timedelta(days=7)
"""How long before its last day a hold is named."""


def keeping_tasks(workspace: Workspace, prober: Prober | None, *, by: str) -> tuple[Task, ...]:
    """All of them. ``prober`` None: only to plan. ``by`` is the staff id on record."""
    return (
        HoldTask(workspace, prober, by),
        Purges(workspace, prober, by),
        HoldList(workspace, by),
        PolicyList(workspace),
    )


@dataclass(frozen=True, slots=True)
class HoldTask:
    """Holds that go on, and holds that end."""

    workspace: Workspace
    prober: Prober | None
    by: str
    name: str = "log-holds"

    def plan(self) -> Iterator[Entry]:
        """Holds to finish, to let go, and vaults to destroy."""
        holds = Holds(self.workspace)
        today = japan_date(self.workspace.clock.now())
        for one in holds.live():
            if one.state is HoldState.CREATING:
                yield self._entry("finish", State.PLANNED, one.id, "の写しを完成させます", "will be finished")
            elif one.until is not None and today > one.until:
                yield self._entry("expire", State.PLANNED, one.id, "は期限が過ぎ、解除します", "has expired: released")
        for hold in holds.ending():
            yield self._entry("end", State.PLANNED, hold, "の写しを消去します", "will have its copies destroyed")

    def run(self) -> Iterator[Entry]:
        """Carve, expire, end."""
        holds = Holds(self.workspace)
        for hold in holds.expired(by=self.by):
            yield self._entry("expired", State.DONE, hold, "は期限が過ぎ、解除しました", "had expired and was released")
        for hold in holds.forget(by=self.by):
            yield self._entry("forgotten", State.DONE, hold, "は作られずに終わりました", "ended before it was made")
        for one in holds.live():
            try:
                if holds.carve(one.id, by=self.by):
                    yield self._entry("active", State.DONE, one.id, "の写しが完成しました", "is active now")
            except SekishoError as error:
                yield self._failed(error, one.id)
        for hold in holds.ending():
            yield from self._end(holds, hold)

    def _end(self, holds: Holds, hold: str) -> Iterator[Entry]:
        if self.prober is None:
            return
        try:
            reached = holds.end(hold, self.prober, by=self.by)
        except SekishoError as error:
            yield self._failed(error, hold)
            return
        if reached is Reached.FINAL:
            yield self._entry("released", State.DONE, hold, "の写しを消去しました（final）", "is destroyed (final)")
        else:
            yield self._entry(
                "backups_hold_it",
                State.WAITING,
                hold,
                "の写しを消去しました。鍵の控えがなくなるまで live です",
                "is destroyed; live until the key backups are gone",
            )

    def _failed(self, error: SekishoError, hold: str) -> Entry:
        told = _told_to(self.workspace, hold, self.by)
        if told.fields:
            return failed(self.name, error, hold=hold)
        # The error's own words and fields may name the hold.
        return Entry(
            self.name, error.reason, State.FAILED, f"{told.ja} を処理できませんでした（{error.reason}）。",
            f"{told.en} couldn't be dealt with ({error.reason}).", {},
        )  # fmt: skip

    def _entry(self, what: str, state: State, hold: str, ja: str, en: str) -> Entry:
        told = _told_to(self.workspace, hold, self.by)
        return Entry(self.name, what, state, f"{told.ja} {ja}。", f"{told.en} {en}.", told.fields)


@dataclass(frozen=True, slots=True)
class _Told:
    """A hold as it is told to whoever runs the tasks: a hidden one without its id."""

    ja: str
    en: str
    fields: dict[str, str]


def _told_to(workspace: Workspace, hold: str, staff_id: str) -> _Told:
    with workspace.database.read() as connection:
        entry = hold_rows.find(connection, workspace.keyring, hold)
    if entry.may_know(staff_id):
        return _Told(f"保全 {hold}", f"Hold {hold}", {"hold": hold})
    return _Told("秘密の保全 1件", "A hidden hold", {})


@dataclass(frozen=True, slots=True)
class Purges:
    """Days whose last day of keeping has passed."""

    workspace: Workspace
    prober: Prober | None
    by: str
    accept_unreadable: bool = False
    name: str = "log-purges"

    def plan(self) -> Iterator[Entry]:
        """Each of them, and days that no policy covers."""
        today = japan_date(self.workspace.clock.now())
        for one in self._days():
            if one.due(today):
                yield Entry(
                    self.name,
                    "purge",
                    State.PLANNED,
                    f"{one.kind.value} の {one.day} を消去します（保存の最後の日: {one.last}）。",
                    f"Purge {one.kind.value} of {one.day} (its last day was {one.last}).",
                    {"kind": one.kind.value, "day": one.day.isoformat()},
                )
        yield from self._uncovered()

    def run(self) -> Iterator[Entry]:
        """Purge, the oldest day first; then go on with certificates that wait for key backups."""
        today = japan_date(self.workspace.clock.now())
        purge = DayPurge(
            self.workspace, self.prober, by=self.by, accept_unreadable=self.accept_unreadable
        )
        begun = purge.begun()
        keys = [*begun, *(one.key for one in self._days() if one.due(today) and one.key not in begun)]
        for key in keys:
            before = purge.reached(key)
            try:
                reached = purge.run(key)
            except SekishoError as error:
                yield failed(self.name, error, key=key)
                continue
            yield from self._told(key, before, reached)
        yield from self._uncovered()

    def _told(self, key: str, before: Reached | None, reached: Reached) -> Iterator[Entry]:
        fields = {"key": key, "state": reached.value}
        if reached is Reached.FINAL:
            yield Entry(
                self.name, "purged", State.DONE, f"{key} を消去しました（final）。", f"Purged {key} (final).", fields
            )
        elif before is not Reached.LIVE:
            yield Entry(
                self.name,
                "purged",
                State.DONE,
                f"{key} を消去しました。鍵の控えがなくなるまで証明書は live です。",
                f"Purged {key}. Its certificate is live until the key backups are gone.",
                fields,
            )
        else:
            yield Entry(
                self.name,
                "backups_hold_it",
                State.WAITING,
                f"{key} の証明書は、鍵の控えがなくなるまで live です。",
                f"The certificate of {key} is live until the key backups are gone.",
                fields,
            )

    def _uncovered(self) -> Iterator[Entry]:
        for one in self._days():
            if one.last is None:
                yield Entry(
                    self.name,
                    "no_policy",
                    State.OVERDUE,
                    f"{one.kind.value} の {one.day} に保存方針がありません。`sekisho log policy add` で決めてください。"
                    "期間がなければ、目的を果たした記録は速やかに消去する必要があります。",
                    f"No policy says how long {one.kind.value} of {one.day} is kept. Declare one with `sekisho log "
                    "policy add`: without a period, what has served its purpose must be erased promptly.",
                    {"kind": one.kind.value, "day": one.day.isoformat()},
                )

    def _days(self) -> list[DueDay]:
        today = japan_date(self.workspace.clock.now())
        with self.workspace.database.read() as connection:
            return kept_days(connection, self.workspace.keyring, today=today)


@dataclass(frozen=True, slots=True)
class HoldList:
    """Worklist: holds that end soon, and those without a last day that somebody must look at."""

    workspace: Workspace
    by: str
    name: str = "log-hold-reviews"

    def plan(self) -> Iterator[Entry]:
        """Each of them. What they are about isn't told here."""
        today = japan_date(self.workspace.clock.now())
        for one in Holds(self.workspace).live():
            told = _told_to(self.workspace, one.id, self.by)
            fields = {**told.fields, **({"type": one.type.value} if told.fields else {})}
            if one.until is not None and today <= one.until <= today + SOON:
                yield Entry(
                    self.name,
                    "ends_soon",
                    State.WAITING,
                    f"{told.ja} は {one.until} に終わります。延長するなら、それまでに書面が要ります。",
                    f"{told.en} ends on {one.until}. To extend it, the document is needed by then.",
                    fields,
                )
            if one.review_on is not None and today + SOON >= one.review_on:
                yield Entry(
                    self.name,
                    "review",
                    State.OVERDUE if today > one.review_on else State.WAITING,
                    f"{told.ja} がまだ必要か、{one.review_on} までに確かめてください"
                    "（`sekisho log hold extend --still-needed` または `release`）。",
                    f"See by {one.review_on} whether this is still needed: {told.en} "
                    "(`sekisho log hold extend --still-needed`, or `release`).",
                    fields,
                )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class PolicyList:
    """Worklist: policies in force that somebody should look at."""

    workspace: Workspace
    name: str = "log-policies"

    def plan(self) -> Iterator[Entry]:
        """Each alert."""
        policies = Policies(self.workspace)
        today = japan_date(self.workspace.clock.now())
        guideline = policies.guideline()
        for entry in policies.every():
            if entry.state != "in_force" or not entry.policy.in_force(today):
                continue
            for told in notices(entry.policy, guideline, today):
                if told.alert:
                    yield Entry(
                        self.name,
                        told.notice.value,
                        State.WAITING,
                        f"{entry.id}（{entry.policy.kind.value}）: {told.text.ja}",
                        f"{entry.id} ({entry.policy.kind.value}): {told.text.en}",
                        {"policy": entry.id, "kind": entry.policy.kind.value},
                    )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()
