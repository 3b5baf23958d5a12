"""The disclosure desk's tasks for ``sekisho due``, after the logs' (a hold ends there first).

(1) ``disclosure-terms``  terms that are over: what follows by itself is done, what needs a person is named
(2) ``disclosure-leaks``  worklist: reports of leaks that are to be submitted; nothing is submitted from here
(3) ``disclosure-keys``   working copies of closed cases, and records whose time is over, destroyed with certificates
(4) ``disclosure-handovers`` what another provider handed over for a petition that never came: its key is destroyed
(5) ``disclosure-open``   worklist: cases that wait for nothing but to be closed; until then working copies live on
(6) ``disclosure-disk``   what was emptied is gone from the database's files as well

Nothing is decided here: no hearing's outcome, no disclosure, no end of secrecy. A secret case is worked on like any
other, but told only to whoever may know of it: to everybody else neither an entry nor a count shows that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.destruction.probing import Prober
from sekisho.disclosure import due_acts, rows, terms
from sekisho.disclosure.chain.due import Handovers
from sekisho.disclosure.closing import Ended, Endings
from sekisho.disclosure.deadlines import TERMS, DeadlineKind
from sekisho.disclosure.due_disk import Disk
from sekisho.disclosure.errors import CaseMoved
from sekisho.disclosure.hearing.service import OBJECTOR_NOTICE
from sekisho.disclosure.holding import HOLD
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.leak_report import CATEGORIES, Category
from sekisho.disclosure.progress import State as CaseState
from sekisho.disclosure.rows import Deadline
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.tables import (
    disclosure_case,
    disclosure_deadline,
    disclosure_leak,
    disclosure_link,
    disclosure_member,
)
from sekisho.disclosure.visibility import DESK, sees_every
from sekisho.due import Entry, State, Task, failed
from sekisho.engine.facts import Text
from sekisho.errors import SekishoError
from sekisho.workspace import Workspace

SOON: Final = timedelta(days=7)
"""How long before its last day a term is named."""

_OWN_TITLES: Final = {
    terms.EMERGENCY_REVIEW: Text("緊急の開示の事後の確認", "review of an emergency afterwards"),
    OBJECTOR_NOTICE: Text("開示に反対した発信者への通知", "notice to a sender who objected"),
}
_TITLES: Final = {**{kind.value: term.title for kind, term in TERMS.items()}, **_OWN_TITLES}

_NEXT: Final = {
    terms.EMERGENCY_REVIEW: Text(
        "関わっていない人が確認してください。", "Somebody who had no part in it must review it."
    ),
    OBJECTOR_NOTICE: Text("通知して、そのことを記録してください。", "Tell them, and record that."),
    DeadlineKind.SECRECY_ORDER.value: Text(
        "自動では解けません。過ぎたら、1人が「秘密の終わり」を根拠とともに申し出て、別の1人が確認してください。",
        "Nothing here lifts it. Once it is over one person states the end of secrecy and its ground, and another "
        "confirms it; the case stays secret until then.",
    ),
    DeadlineKind.FEE_PAYMENT.value: Text(
        "入金を確かめ、なければ期間を延ばすか、不払いを理由に拒否してください。",
        "See whether it was paid; if not, give more time or refuse for that reason.",
    ),
    DeadlineKind.PRESERVATION.value: Text(
        "延長するなら、それまでに書面が要ります。過ぎたら保全を解除します。",
        "To extend it, the document is needed by then; after it the hold is released.",
    ),
    DeadlineKind.HEARING_ANSWER.value: Text(
        "過ぎたら「回答なし」と記録します。決めるのは担当者です。",
        "After it silence is recorded; deciding remains a person's.",
    ),
    DeadlineKind.OBJECTION.value: Text(
        "異議の訴えがあれば記録してください。なければ、過ぎた後に案件を閉じます。",
        "Record an action of objection if there is one; otherwise the case is closed after that day.",
    ),
}
_ATTEMPTS: Final = 3
"""How often what follows from a term is tried in a case that others change at the same moment."""
_LATE_IS_NO_FAULT: Final = frozenset({DeadlineKind.SECRECY_ORDER.value})
"""Terms after which something waits for a person without being late."""


def disclosure_tasks(workspace: Workspace, prober: Prober | None, *, by: Principal | None) -> tuple[Task, ...]:
    """All of them. ``prober`` None: only to plan. ``by`` is on record, and what they may know of is told to them; None
    is told of no secret case."""
    told = _Told(workspace, by)
    return (
        Terms(workspace, told, by),
        LeakList(workspace),
        Keys(workspace, prober, told, by),
        Handovers(workspace, by),
        OpenCases(workspace, told),
        Disk(workspace),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """To whom a case may be told."""

    workspace: Workspace
    by: Principal | None

    def may(self, case_id: str, *, secret: bool) -> bool:
        """Whether an entry may name the case."""
        if not secret:
            return True
        if self.by is None:
            return False
        if sees_every(self.by):
            return True
        table = disclosure_member
        mine = (table.c.case_id == case_id) & (table.c.staff_id == self.by.staff_id)
        with self.workspace.database.read() as connection:
            return connection.execute(select(table.c.part).where(mine).limit(1)).first() is not None

    def secret(self, case_id: str) -> bool:
        """Whether a case is secret; one that isn't there isn't."""
        table = disclosure_case
        with self.workspace.database.read() as connection:
            found = connection.execute(select(table.c.secret).where(table.c.id == case_id)).scalar_one_or_none()
        return bool(found)

    def failed(self, task: str, error: SekishoError, case_id: str, *, secret: bool) -> Entry:
        """A failure is always told; of which case only to whoever works with cases, so that its absence says nothing.
        """
        works = self.by is not None and bool(self.by.scopes & DESK)
        if works and self.may(case_id, secret=secret):
            return failed(task, error, case=case_id)
        return Entry(
            task,
            error.reason,
            State.FAILED,
            f"開示の案件の1件で、期日の仕事ができませんでした（{error.reason}）。開示の監査担当者に伝えてください。",
            f"What was due in one case of the disclosure desk couldn't be done ({error.reason}). Tell its auditor.",
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that are over or soon will be."""

    workspace: Workspace
    told: _Told
    by: Principal | None
    name: str = "disclosure-terms"

    def plan(self) -> Iterator[Entry]:
        """What would follow by itself, and what waits for somebody."""
        today = japan_date(self.workspace.clock.now())
        for term, secret in self._open(today + SOON):
            if not self.told.may(term.case_id, secret=secret):
                continue
            if today > term.due_on and term.kind in _ACTS:
                yield self._entry(term, State.PLANNED, _ACTS[term.kind].planned)
            else:
                yield self._waiting(term, today)

    def run(self) -> Iterator[Entry]:
        """Do what follows by itself."""
        if self.by is None:
            yield from self.plan()
            return
        service = DisclosureService(self.workspace)
        today = japan_date(self.workspace.clock.now())
        yield from self._watched(service, self.by)
        for term, secret in self._open(today + SOON):
            shown = self.told.may(term.case_id, secret=secret)
            act = _ACTS.get(term.kind) if today > term.due_on else None
            if act is None:
                if shown:
                    yield self._waiting(term, today)
                continue
            try:
                done = self._done(service, act, term, self.by)
            except SekishoError as error:
                yield self.told.failed(self.name, error, term.case_id, secret=secret)
                continue
            if shown and done is not None:
                yield self._entry(term, State.OVERDUE if done.waits else State.DONE, done.said)

    def _done(self, service: DisclosureService, act: _Act, term: Deadline, by: Principal) -> due_acts.Done | None:
        """What follows from a term, done; ``None`` where another run, or somebody, was quicker and it is open no more.
        A case that was changed meanwhile for another reason is looked at again."""
        for attempt in range(_ATTEMPTS):
            try:
                return act.do(service, term, by)
            except SekishoError as error:
                if not self._is_open(term):
                    return None
                if not isinstance(error, CaseMoved) or attempt == _ATTEMPTS - 1:
                    raise
        return None

    def _is_open(self, term: Deadline) -> bool:
        table = disclosure_deadline
        with self.workspace.database.read() as connection:
            state = connection.execute(select(table.c.state).where(table.c.id == term.id)).scalar_one_or_none()
        return state == rows.OPEN

    def _watched(self, service: DisclosureService, by: Principal) -> Iterator[Entry]:
        """The duty to tell objectors of an order: its term is opened where the order has come."""
        table = disclosure_case
        orders = select(table.c.id).where(
            table.c.type == CaseType.DISCLOSURE_ORDER.value,
            table.c.state != CaseState.CLOSED.value,
            table.c.secret.is_(False),  # there the sender was never asked
        )
        with self.workspace.database.read() as connection:
            ids = list(connection.execute(orders.order_by(table.c.id)).scalars())
        for case_id in ids:
            try:
                service.hearings.watch(case_id, by=due_acts.clerk(by))
            except SekishoError as error:
                yield self.told.failed(self.name, error, case_id, secret=False)

    def _open(self, until: date) -> list[tuple[Deadline, bool]]:
        """Open terms of cases that end by ``until``, the first first, and whether their case is secret."""
        table, cases = disclosure_deadline, disclosure_case
        query = (
            select(table, cases.c.secret)
            .join(cases, cases.c.id == table.c.case_id)
            .where(table.c.state == rows.OPEN, table.c.due_on <= until)
            .order_by(table.c.due_on, table.c.id)
        )
        with self.workspace.database.read() as connection:
            return [
                (
                    rows.deadline_of(row),
                    bool(row.secret),
                )
                for row in connection.execute(query)
            ]

    def _waiting(self, term: Deadline, today: date) -> Entry:
        late = today > term.due_on and term.kind not in _LATE_IS_NO_FAULT
        return self._entry(term, State.OVERDUE if late else State.WAITING, _NEXT.get(term.kind, Text("", "")))

    def _entry(self, term: Deadline, state: State, more: Text) -> Entry:
        return term_entry(self.name, "案件", "Case", term, state, more)


def term_entry(task: str, ja: str, en: str, term: Deadline, state: State, more: Text) -> Entry:
    """An entry about a term."""
    title = _TITLES.get(term.kind, Text(term.kind, term.kind))
    of = Text("", "") if term.party is None else Text(f"、提供者 {term.party}", f", provider {term.party}")
    about = {"case": term.case_id, "kind": term.kind, "due_on": term.due_on.isoformat()}
    return Entry(
        task,
        term.kind,
        state,
        f"{ja} {term.case_id}：{title.ja}（{term.due_on} まで{of.ja}）。{more.ja}",
        f"{en} {term.case_id}: {title.en} (to the end of {term.due_on}{of.en}). {more.en}".rstrip(),
        about if term.party is None else {**about, "party": term.party},
    )


@dataclass(frozen=True, slots=True)
class _Act:
    """What follows by itself once a term is over."""

    planned: Text
    do: Callable[[DisclosureService, Deadline, Principal], due_acts.Done]


_ACTS: Final = {
    DeadlineKind.PRESERVATION.value: _Act(
        Text("期間が過ぎたので、保全の終わりを記録します。", "It is over: the end of the hold is recorded."),
        due_acts.hold_over,
    ),
    DeadlineKind.HEARING_ANSWER.value: _Act(
        Text("「回答なし」と記録します。", "Silence is recorded."), due_acts.silence
    ),
    DeadlineKind.OBJECTION.value: _Act(
        Text("異議がなければ案件を閉じます。", "The case is closed unless there is an objection."),
        due_acts.objections_over,
    ),
    DeadlineKind.IDENTIFICATION_LAPSE.value: _Act(
        Text("提供命令の失効を記録します。", "The order's lapse is recorded."), due_acts.lapse
    ),
}


@dataclass(frozen=True, slots=True)
class LeakList:
    """Worklist: reports of leaks. What they are about isn't told here."""

    workspace: Workspace
    name: str = "disclosure-leaks"

    def plan(self) -> Iterator[Entry]:
        """Each that is to be submitted."""
        today = japan_date(self.workspace.clock.now())
        table, leaks = disclosure_deadline, disclosure_leak
        query = (
            select(table, leaks.c.kind.label("category"))
            .join(leaks, leaks.c.id == table.c.case_id)
            .where(table.c.state == rows.OPEN)
            .order_by(table.c.due_on, table.c.id)
        )
        with self.workspace.database.read() as connection:
            found = [
                (
                    Deadline(row.id, row.case_id, row.kind, row.started_on, row.due_on, row.state, None, None),
                    CATEGORIES[Category(row.category)].besides,
                )
                for row in connection.execute(query)
            ]
        for term, besides in found:
            state = State.OVERDUE if today > term.due_on else State.WAITING
            submit = Text(
                f"担当者が提出し、提出したことを記録してください。自動では提出しません。{besides.ja}",
                f"A person submits it and records that; nothing is submitted from here. {besides.en}",
            )
            yield term_entry(self.name, "漏えいの報告", "Leak report", term, state, submit)

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of closed cases, and of records whose time is over."""

    workspace: Workspace
    prober: Prober | None
    told: _Told
    by: Principal | None
    name: str = "disclosure-keys"

    def plan(self) -> Iterator[Entry]:
        """Those that are due."""
        for key in Endings(self.workspace, None, by="").due():
            if self._shown(key):
                yield self._entry("destroy", State.PLANNED, key, "を破棄します", "will be destroyed")

    def run(self) -> Iterator[Entry]:
        """Destroy them, probe, certify; those whose certificate waits for key backups are named."""
        if self.by is None:
            yield from self.plan()
            return
        endings = Endings(self.workspace, self.prober, by=self.by.staff_id)
        for key in endings.due():
            case_id = key.rpartition("/")[2]
            lived = self.workspace.keyring.exists(key)
            try:
                reached = endings.run(key)
            except SekishoError as error:
                yield self.told.failed(self.name, error, case_id, secret=self.told.secret(case_id))
                continue
            if not self._shown(key):
                continue
            if lived or reached is Ended.FINAL:
                state = reached.value
                yield self._entry(
                    "destroyed", State.DONE, key, f"を破棄し、証明書を作りました（{state}）", f"is destroyed ({state})"
                )
            else:
                yield self._entry(
                    "backups_hold_it",
                    State.WAITING,
                    key,
                    "の証明書は、鍵の控えがなくなるまで live です",
                    "is destroyed; its certificate is live until the key backups are gone",
                )

    def _shown(self, key: str) -> bool:
        # Who keeps keys and sees no case knows every key's name anyway: to them all are told alike, since one that
        # went without a word would be known for a secret case's.
        if self.by is not None and not self.by.scopes & DESK:
            return True
        case_id = key.rpartition("/")[2]
        return self.told.may(case_id, secret=self.told.secret(case_id))

    def _entry(self, what: str, state: State, key: str, ja: str, en: str) -> Entry:
        return Entry(self.name, what, state, f"鍵 {key} {ja}。", f"The key {key} {en}.", {"key": key})


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Worklist: cases that are done and not closed."""

    workspace: Workspace
    told: _Told
    name: str = "disclosure-open"

    def plan(self) -> Iterator[Entry]:
        """Each without a term that runs."""
        table = disclosure_case
        states = (CaseState.DELIVERED, CaseState.WAITING, CaseState.HOLDING, CaseState.REFUSED, CaseState.WITHDRAWN)
        query = select(table.c.id, table.c.state, table.c.secret).where(
            table.c.state.in_([one.value for one in states]), table.c.due_on.is_(None)
        )
        with self.workspace.database.read() as connection:
            found = connection.execute(query.order_by(table.c.received_at, table.c.id)).all()
        for row in found:
            if self.told.may(row.id, secret=row.secret):
                yield Entry(
                    self.name,
                    "close",
                    State.WAITING,
                    f"案件 {row.id} は終わっています（{row.state}）。閉じるまで作業用の写しが残ります。"
                    "担当者が `sekisho disclosure close` で閉じてください。",
                    f"The case {row.id} is done ({row.state}); its working copies stay until somebody closes it with "
                    "`sekisho disclosure close`.",
                    {"case": row.id, "state": row.state},
                )
        yield from self._unfinished()

    def _unfinished(self) -> Iterator[Entry]:
        """Cases whose records are held and that don't say so: whoever held them was interrupted."""
        table, link = disclosure_case, disclosure_link
        held = select(link.c.case_id).where(link.c.kind == HOLD)
        query = select(table.c.id, table.c.secret).where(
            table.c.state == CaseState.REVIEWED.value, table.c.id.in_(held)
        )
        with self.workspace.database.read() as connection:
            found = connection.execute(query.order_by(table.c.received_at, table.c.id)).all()
        for row in found:
            if self.told.may(row.id, secret=row.secret):
                yield Entry(
                    self.name,
                    "hold_unfinished",
                    State.OVERDUE,
                    f"案件 {row.id} の保全は途中で止まっています。`sekisho disclosure hold make` をもう一度行うと"
                    "続きから終わります。不要なら案件を拒否するか取り下げると、保全も終わります。",
                    f"Holding stopped halfway in the case {row.id}. Run `sekisho disclosure hold make` again and it "
                    "goes on from there; refusing or withdrawing the case ends what is held.",
                    {"case": row.id, "state": CaseState.REVIEWED.value},
                )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()
