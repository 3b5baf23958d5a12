"""The calls desk's registers in ``sekisho due``, after its alarms and self-tests.

(1) ``call-appeals``  worklist: appeals that wait for an answer; late after the day by which one was promised
(2) ``call-ends``     worklist: what ends within a month (agreements, the operator's entries, freed numbers) or waits
                      for a second person
(3) ``call-bundle``   worklist: what was changed and isn't published, connectors with an old bundle; folders of former
                      bundles are removed after their time; the first bundle of a month brings its key of evidence
(4) ``call-rows``     what has ended and been kept for its time is deleted
(5) ``call-keys``     months of which nothing is left: their keys are destroyed, with certificates; so are keys of
                      evidence whose period is over (:mod:`.spool_ending`)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from sekisho.access.principal import Principal
from sekisho.calls.accords import APPROVAL_LIFE
from sekisho.calls.entries import ListName
from sekisho.calls.keeping import spool_ending
from sekisho.calls.keeping.ending import endings
from sekisho.calls.keeping.kinds import HOUSE
from sekisho.calls.keeping.rows import OldRows
from sekisho.calls.keeping.spool_ending import Kept
from sekisho.calls.service import CallService
from sekisho.calls.tables import call_agreement, call_entry, call_proposal
from sekisho.clock import japan_date
from sekisho.destruction.months import MonthEndings, Reached
from sekisho.destruction.probing import Prober
from sekisho.due import Entry, State, Task, failed
from sekisho.errors import SekishoError
from sekisho.workspace import Workspace

SOON: Final = timedelta(days=30)
"""How long before its end something is named."""
PUBLISHED_WITHIN: Final = timedelta(days=1)
"""Until when a change should have reached the proxies: a withdrawn consent counts from then on. A house limit."""


def register_tasks(
    workspace: Workspace, prober: Prober | None, kept: Kept, *, by: Principal | None
) -> tuple[Task, ...]:
    """All of them. ``kept`` says how long the evidence of a day is kept. ``prober`` and ``by`` None: only to plan."""
    return (
        Appeals(workspace), Ends(workspace), Bundles(workspace, by), Rows(workspace, by),
        Keys(workspace, prober, kept, by),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appeals:
    """Worklist: appeals. Of whom isn't told here."""

    workspace: Workspace
    name: str = "call-appeals"

    def plan(self) -> Iterator[Entry]:
        """Each that is open."""
        today = japan_date(self.workspace.clock.now())
        for appeal, due_on in CallService(self.workspace).appeals.terms():
            yield _entry(
                self.name, "appeal", State.OVERDUE if today > due_on else State.WAITING,
                f"申立て {appeal} に {due_on} までに回答してください"
                "（`sekisho call appeal uphold`・`reject`）。",
                f"Answer appeal {appeal} by {due_on} (`sekisho call appeal uphold` or `reject`).",
                appeal=appeal, due_on=due_on.isoformat(),
            )  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class Ends:
    """Worklist: what will end, and what waits for a second person. Subscribers' own lists end as they said."""

    workspace: Workspace
    name: str = "call-ends"

    def plan(self) -> Iterator[Entry]:
        """Agreements and proposals one by one, entries counted."""
        now = self.workspace.clock.now()
        today, entry, agreed, asked = japan_date(now), call_entry, call_agreement, call_proposal
        ending = select(agreed).where(agreed.c.ends > today, agreed.c.ends <= today + SOON).order_by(agreed.c.ends)
        waiting = select(asked).where(asked.c.state == "requested").order_by(asked.c.requested_at)
        counted = (
            select(entry.c.list, func.count().label("entries"), func.min(entry.c.expires).label("first"))
            .where(entry.c.state == "active", entry.c.list != ListName.OWN.value)
            .where(entry.c.expires > now, entry.c.expires <= now + SOON)
            .group_by(entry.c.list)
            .order_by(entry.c.list)
        )
        with self.workspace.database.read() as connection:
            agreements = connection.execute(ending).all()
            proposals, entries = connection.execute(waiting).all(), connection.execute(counted).all()
        for row in agreements:
            yield _entry(
                self.name, "agreement", State.WAITING,
                f"回線「{row.trunk}」の合意 {row.id} は {row.ends} から無効です。続けるなら申請してください。",
                f"Agreement {row.id} of trunk {row.trunk} ends on {row.ends}; propose its successor if it goes on.",
                agreement=row.id, trunk=row.trunk, ends=row.ends.isoformat(),
            )  # fmt: skip
        for row in proposals:
            late = now > row.requested_at + APPROVAL_LIFE
            yield _entry(
                self.name, "proposal", State.OVERDUE if late else State.WAITING,
                f"申請 {row.id} は別の人の承認を待っています（7日以内。過ぎたら申請し直してください）。",
                f"Proposal {row.id} waits for somebody else's approval (within 7 days; after them propose it anew).",
                proposal=row.id, kind=row.kind,
            )  # fmt: skip
        for row in entries:
            first = japan_date(row.first)
            yield _entry(
                self.name, "entries", State.WAITING,
                f"リスト「{row.list}」の {row.entries} 件が30日以内に期限を迎えます（最初は {first}）。",
                f"{row.entries} entries of the list '{row.list}' end within 30 days (the first on {first}).",
                list=row.list, entries=row.entries, first=first.isoformat(),
            )  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class Bundles:
    """What proxies have, and what they should."""

    workspace: Workspace
    by: Principal | None
    name: str = "call-bundle"

    def plan(self) -> Iterator[Entry]:
        """What isn't published, and who is behind."""
        publishing, now = CallService(self.workspace).publishing, self.workspace.clock.now()
        old = publishing.old_folders()
        if old and self.by is None:
            ja, en = f"以前の判定データ {len(old)} 件を消去します。", f"{len(old)} former bundles will be removed."
            yield _entry(self.name, "former", State.PLANNED, ja, en, folders=len(old))
        if publishing.key_is_old() and self.by is None:
            ja = "今月の鍵で根拠を封じるよう、判定データを発行します。"
            yield _entry(self.name, "key", State.PLANNED, ja, "A bundle with this month's key is published.")
        changed = publishing.changed_since()
        if changed is not None:
            yield _entry(
                self.name, "publish", _late(changed, now),
                "発行していない変更があります（同意の撤回を含み得ます）。`sekisho call publish` を行ってください。",
                "Changes aren't published, withdrawn consents maybe among them: run `sekisho call publish`.",
                since=changed.isoformat(),
            )  # fmt: skip
        state = publishing.state()
        if held := state["without_effect"]:
            yield _entry(
                self.name, "unconfirmed", State.WAITING,
                f"条文との照合がない {len(held)} の規則が、通話に影響していません"
                "（`sekisho rulebook worklist --desk calls`）。",
                f"{len(held)} rules have no effect: nobody confirmed their texts (`sekisho rulebook worklist`).",
                rules=held,
            )  # fmt: skip
        made = None if state["current"] is None else datetime.fromisoformat(state["current"]["made_at"])
        for name in state["behind"] if made is not None else ():
            yield _entry(
                self.name, "behind", _late(made or now, now),
                f"接続先「{name}」が古い判定データを使っています。", f"Connector {name} still has an old bundle.",
                connector=name,
            )  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Remove former bundles, give out the month's key, and tell the rest."""
        publishing = CallService(self.workspace).publishing
        if self.by is not None and publishing.key_is_old():
            try:
                made = publishing.publish(by=self.by)
                ja = f"今月の鍵で根拠を封じるよう、判定データ {made.folder} を発行しました。"
                en = f"Bundle {made.folder} is published, with this month's key of evidence."
                yield _entry(self.name, "key", State.DONE, ja, en, bundle=made.number)
            except SekishoError as error:
                yield failed(self.name, error, what="key")
        gone = publishing.remove_old_folders()
        if gone:
            ja, en = f"以前の判定データ {gone} 件を消去しました。", f"{gone} former bundles are removed."
            yield _entry(self.name, "former", State.DONE, ja, en, folders=gone)
        yield from self.plan()


@dataclass(frozen=True, slots=True)
class Rows:
    """What has ended and been kept for its time."""

    workspace: Workspace
    by: Principal | None
    name: str = "call-rows"

    def plan(self) -> Iterator[Entry]:
        """How much of each kind."""
        for kind, count in sorted(self._rows().count().items()):
            title = HOUSE[kind].title
            yield _entry(
                self.name, "delete", State.PLANNED, f"保存期間を過ぎた「{title.ja}」{count} 件を消去します。",
                f"{count} records ({title.en}) whose period is over will be deleted.", kind=kind.value, rows=count,
            )  # fmt: skip

    def run(self) -> Iterator[Entry]:
        """Delete it, in the database's files as well."""
        if self.by is None:
            raise ValueError("a run is somebody's")
        gone = self._rows().delete(by=self.by)
        for kind, count in sorted(gone.items()):
            title = HOUSE[kind].title
            yield _entry(
                self.name, "deleted", State.DONE, f"保存期間を過ぎた「{title.ja}」{count} 件を消去しました。",
                f"{count} records ({title.en}) whose period was over are deleted.", kind=kind.value, rows=count,
            )  # fmt: skip
        if gone and not self.workspace.database.scrub():
            ja = "読み取り中の処理があり、データベースの古い内容をまだ消せません。次の `sekisho due` で消します。"
            en = "A reader keeps the database's former contents from being cut; the next `sekisho due` will."
            yield _entry(self.name, "still_read", State.WAITING, ja, en)

    def _rows(self) -> OldRows:
        return OldRows(CallService(self.workspace).desk)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of months of which nothing is left."""

    workspace: Workspace
    prober: Prober | None
    kept: Kept
    by: Principal | None
    name: str = "call-keys"

    def plan(self) -> Iterator[Entry]:
        """Those that are due."""
        for each in self._endings():
            for key in each.due():
                yield self._told("destroy", State.PLANNED, key, "を破棄します", "will be destroyed")

    def run(self) -> Iterator[Entry]:
        """Destroy them, probe, certify; those whose certificate waits for key backups are named."""
        for each in self._endings():
            for key in each.due():
                yield from self._end(each, key)

    def _end(self, ends: MonthEndings, key: str) -> Iterator[Entry]:
        lived = self.workspace.keyring.exists(key)
        try:
            reached = ends.run(key)
        except SekishoError as error:
            yield failed(self.name, error, key=key)
            return
        if reached is Reached.PLANNED:
            return
        if lived or reached is Reached.FINAL:
            ja, en = f"を破棄し、証明書を作りました（{reached.value}）", f"is destroyed ({reached.value})"
            yield self._told("destroyed", State.DONE, key, ja, en)
        else:
            ja = "の証明書は、鍵の控えがなくなるまで live です"
            en = "is destroyed; its certificate is live until the key backups are gone"
            yield self._told("backups_hold_it", State.WAITING, key, ja, en)

    def _endings(self) -> tuple[MonthEndings, ...]:
        by = "" if self.by is None else self.by.staff_id
        return (
            endings(self.workspace, self.prober, by=by),
            spool_ending.endings(self.workspace, self.kept, self.prober, by=by),
        )

    def _told(self, what: str, state: State, key: str, ja: str, en: str) -> Entry:
        return _entry(self.name, what, state, f"鍵 {key} {ja}。", f"The key {key} {en}.", key=key)


def _late(since: datetime, now: datetime) -> State:
    return State.OVERDUE if now - since > PUBLISHED_WITHIN else State.WAITING


def _entry(task: str, what: str, state: State, ja: str, en: str, **fields: Any) -> Entry:
    said: Mapping[str, Any] = fields
    return Entry(task, what, state, ja, en, said)
