"""The contract desk's tasks for ``sekisho due``, in the order in which they must run.

(1) ``contract-deliveries``  finish decisions that a delivery event should have made again
(2) ``contract-moves``       re-wrap survivors, move what has a last day
(3) ``contract-keys``        destroy the keys whose time is over, with certificates
(4) worklists: post that is awaited, decisions without a known contract, rental records, key backups to dispose of
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.contracts.lifecycle import standing
from sekisho.contracts.lifecycle.destroying import Destroyer, Progress
from sekisho.contracts.lifecycle.destroying import State as Reached
from sekisho.contracts.lifecycle.moving import Moved, Mover
from sekisho.contracts.lifecycle.rentals import Rentals
from sekisho.contracts.lifecycle.service import ContractLife
from sekisho.contracts.postal.service import PostalDesk
from sekisho.contracts.service import ContractService
from sekisho.destruction.probing import Prober
from sekisho.due import Entry, State, Task, failed
from sekisho.errors import SekishoError
from sekisho.keys import backup
from sekisho.keys.mortal import MortalRing
from sekisho.keys.schedule import due_by_name
from sekisho.workspace import Workspace


def contract_tasks(workspace: Workspace, prober: Prober | None, *, by: str) -> tuple[Task, ...]:
    """All of them. ``prober`` None: only to plan. ``by`` is the staff id on record."""
    return (
        Deliveries(workspace),
        Moves(workspace),
        Keys(workspace, prober, by),
        OpenPost(workspace),
        Unresolved(workspace),
        RentalRecords(workspace),
        Backups(workspace),
    )


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Decisions that were not made again because the process ended after the event was recorded."""

    workspace: Workspace
    name: str = "contract-deliveries"

    def plan(self) -> Iterator[Entry]:
        """Those there are."""
        for decision, event in self._desk().interrupted():
            yield Entry(
                self.name,
                "decide_again",
                State.PLANNED,
                f"配達の記録により判断 {decision} をやり直します。",
                f"Decide {decision} again, because of a delivery that was recorded.",
                {"decision": decision, "event": event},
            )

    def run(self) -> Iterator[Entry]:
        """Decide again."""
        desk = self._desk()
        for decision, event in desk.interrupted():
            try:
                answer = desk.resume(decision, event)
            except SekishoError as error:
                yield failed(self.name, error, decision=decision)
                continue
            made = answer.id if answer is not None else ""
            yield Entry(
                self.name,
                "decide_again",
                State.DONE,
                f"配達の記録により判断 {decision} をやり直しました（{made}）。",
                f"Decided {decision} again, because of a delivery that was recorded ({made}).",
                {"decision": decision, "event": event, "made": made},
            )

    def _desk(self) -> PostalDesk:
        return PostalDesk(self.workspace, lambda: ContractService(self.workspace))


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows and leaves to the key under which they belong."""

    workspace: Workspace
    name: str = "contract-moves"

    def plan(self) -> Iterator[Entry]:
        """Contracts and keys from which something is to be moved."""
        mover = Mover(self.workspace)
        for contract_id in mover.unsettled():
            yield Entry(
                self.name,
                "settle",
                State.PLANNED,
                f"契約 {contract_id} の記録を、その状態に合う鍵に移します。",
                f"Move the records of contract {contract_id} to the key that its state asks for.",
                {"contract": contract_id},
            )
        destroyer = Destroyer(self.workspace, None, by="")
        for key in mover.months_over():
            contents = destroyer.contents(key)
            if contents.survivors:
                rows = sum(contents.rows.values())
                yield Entry(
                    self.name,
                    "rewrap",
                    State.PLANNED,
                    f"{key} の {rows} 行と葉 {contents.leaves} 件を移します。",
                    f"Move {rows} rows and {contents.leaves} leaves from {key}.",
                    {"key": key, "rows": contents.rows, "leaves": contents.leaves},
                )

    def run(self) -> Iterator[Entry]:
        """Move."""
        mover = Mover(self.workspace)
        for contract_id in mover.unsettled():
            yield from self._told(mover.settle(contract_id), "settle", contract_id)
        for key in mover.months_over():
            yield from self._told(mover.move_from(key), "rewrap", key)
        for key in self.workspace.keyring.names():
            # What must be kept longer than was thought leaves a last day's key before it goes.
            if key.startswith(standing.LAST_PREFIX) and due_by_name(key, mover.today):
                yield from self._told(mover.move_from(key), "keep_longer", key)

    def _told(self, moved: Moved, what: str, name: str) -> Iterator[Entry]:
        if moved.rows or moved.leaves:
            yield Entry(
                self.name,
                what,
                State.DONE,
                f"{name} の {moved.rows} 行と葉 {moved.leaves} 件を移しました。",
                f"Moved {moved.rows} rows and {moved.leaves} leaves of {name}.",
                {"of": name, "rows": moved.rows, "leaves": moved.leaves},
            )
        if moved.unreadable:
            count = len(moved.unreadable) + moved.more_unreadable
            yield Entry(
                self.name,
                "could_not_open",
                State.FAILED,
                f"{name} のうち {count} 件が開けず、移せません。"
                "鍵の控えから戻せるか確かめてください。鍵は破棄しません。",
                f"{count} of {name} don't open and can't be moved. See whether a key backup helps; the key stays.",
                {"of": name, "unreadable": list(moved.unreadable), "more": moved.more_unreadable},
            )


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys whose time is over: destroyed, probed, certified."""

    workspace: Workspace
    prober: Prober | None
    by: str
    name: str = "contract-keys"

    def plan(self) -> Iterator[Entry]:
        """Keys that are due, and how far each has come."""
        destroyer = Destroyer(self.workspace, None, by=self.by)
        for key in destroyer.due():
            now = destroyer.look(key)
            if now.state is Reached.LIVE:
                yield self._live(now)
                continue
            rows = sum(now.contents.rows.values())
            yield Entry(
                self.name,
                "destroy",
                State.PLANNED,
                f"鍵 {key} を破棄します（{rows} 行、葉 {now.contents.leaves} 件が読めなくなります）。",
                f"Destroy {key}: {rows} rows and {now.contents.leaves} leaves become unreadable.",
                {"key": key, "rows": now.contents.rows, "leaves": now.contents.leaves, "held_back": now.held_back},
            )

    def run(self) -> Iterator[Entry]:
        """Take each destruction as far as it goes."""
        destroyer = Destroyer(self.workspace, self.prober, by=self.by)
        for key in destroyer.due():
            before = destroyer.look(key).state
            try:
                now = destroyer.run(key)
            except SekishoError as error:
                yield failed(self.name, error, key=key)
                continue
            if now.held_back is not None:
                yield Entry(
                    self.name,
                    now.held_back,
                    State.FAILED,
                    f"鍵 {key} には、まだ残すべきものがあるため破棄していません（{now.held_back}）。"
                    "上の contract-moves の結果を確かめてください。",
                    f"{key} was not destroyed: something under it must be kept ({now.held_back}). See contract-moves.",
                    {"key": key, "why": now.held_back},
                )
            elif now.state is Reached.LIVE and before is Reached.LIVE:
                yield self._live(now)
            else:
                yield self._done(now)

    def _done(self, now: Progress) -> Entry:
        state = now.state.value if now.state is not None else "?"
        return Entry(
            self.name,
            "destroyed",
            State.DONE,
            f"鍵 {now.key} を破棄し、別のプロセスから読めないことを確かめ、証明書を作りました（{state}）。",
            f"Destroyed {now.key}; another process was refused; there is a certificate ({state}).",
            {"key": now.key, "state": state},
        )

    def _live(self, now: Progress) -> Entry:
        return Entry(
            self.name,
            "backups_hold_it",
            State.WAITING,
            f"破棄した鍵 {now.key} は、まだ鍵の控えに入っています（証明書は live）。"
            "控えを処分すると final になります。",
            f"The destroyed key {now.key} is still in key backups (live); dispose of them to make it final.",
            {"key": now.key},
        )


@dataclass(frozen=True, slots=True)
class OpenPost:
    """Worklist: decisions that wait for post."""

    workspace: Workspace
    name: str = "contract-post"

    def plan(self) -> Iterator[Entry]:
        """Each of them; late where the method's time is over, or the acts are too old to count."""
        for leg in PostalDesk(self.workspace, lambda: ContractService(self.workspace)).open_legs():
            last = leg.last_event.value if leg.last_event is not None else "nothing_sent"
            before = leg.complete_before.isoformat() if leg.complete_before is not None else None
            ja = f"判断 {leg.decision} は配達を待っています（最後の記録: {last}）。"
            en = f"The decision {leg.decision} waits for its post (last told: {last})."
            if leg.late:
                ja += "完了できる日を過ぎています。申込者に別の方法を案内し、判断をやり直してください。"
                en += " Its time is over: offer another way, and decide again."
            elif before is not None:
                ja += f"{before} より前に完了する必要があります。"
                en += f" It must be complete before {before}."
            yield Entry(
                self.name,
                "awaiting_post",
                State.OVERDUE if leg.late else State.WAITING,
                ja,
                en,
                {"decision": leg.decision, "complete_before": before, "last_event": last},
            )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Worklist: accepted decisions of which no contract is known."""

    workspace: Workspace
    name: str = "contract-unresolved"

    def plan(self) -> Iterator[Entry]:
        """Each of them that has waited a while."""
        for each in ContractLife(self.workspace).unresolved():
            yield Entry(
                self.name,
                "no_contract_known",
                State.OVERDUE if each.late else State.WAITING,
                f"判断 {each.decision} は受け入れから {each.days} 日たち、契約の記録がありません。"
                "`sekisho contract begin` か `sekisho contract not-made` で教えてください。それまで破棄しません。",
                f"The decision {each.decision} was accepted {each.days} days ago and no contract is known. Tell with "
                "`sekisho contract begin` or `sekisho contract not-made`; until then it is kept.",
                {"decision": each.decision, "days": each.days},
            )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class RentalRecords:
    """Worklist: rentals without a record (Ordinance arts. 21 and 23)."""

    workspace: Workspace
    name: str = "contract-rentals"

    def plan(self) -> Iterator[Entry]:
        """Each of them with its last day."""
        for each in Rentals(self.workspace).to_record():
            ja = "（引渡日が不明のため判断の日から数えました）" if each.presumed else ""
            en = " (counted from the decision: the day of hand-over isn't known)" if each.presumed else ""
            yield Entry(
                self.name,
                "rental_record",
                State.OVERDUE if each.late else State.WAITING,
                f"判断 {each.decision} の貸与の記録は {each.due_on} までに作ります{ja}。",
                f"The rental of decision {each.decision} must be recorded by {each.due_on}{en}.",
                {"decision": each.decision, "due_on": each.due_on.isoformat(), "presumed": each.presumed},
            )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()


@dataclass(frozen=True, slots=True)
class Backups:
    """Worklist: expired key backups that nobody has recorded as gone; until then destructions stay live."""

    workspace: Workspace
    name: str = "key-backups"

    def plan(self) -> Iterator[Entry]:
        """Each of them."""
        ring = self.workspace.keyring
        if not isinstance(ring, MortalRing):
            return
        for each in backup.due_for_disposal(ring, at=self.workspace.clock.now()):
            yield Entry(
                self.name,
                "dispose",
                State.OVERDUE,
                f"鍵の控え #{each.number} の期限が切れています。`sekisho keys dispose` で処分してください。",
                f"Key backup #{each.number} has expired. Dispose of it with `sekisho keys dispose`.",
                {"number": each.number, "expired_at": each.expires_at.isoformat()},
            )

    def run(self) -> Iterator[Entry]:
        """Nothing to do but to tell."""
        return self.plan()
