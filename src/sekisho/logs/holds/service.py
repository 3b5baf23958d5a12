"""Holds of one workspace: asked for, approved where they must be, carved, extended, released; each change on record.

::

    requested ──make──▶ creating ──every part copied and proven──▶ active ──release──▶ releasing ──▶ released
        └─────withdraw────▶ withdrawn  └──the desk's case is refused or withdrawn──────────┘

Every step may be killed: :meth:`Holds.resume` and ``sekisho due`` go on where it stopped. A hold in ``creating`` keeps
the days it touches from being purged without it. What another desk changes of its holds with a step of its own is
:mod:`sekisho.logs.holds.within`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access import approval_service, approvals
from sekisho.access.approvals import Approval, ApprovalState
from sekisho.access.errors import TooFewApprovers
from sekisho.access.events import Change
from sekisho.access.once import id_of, once
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.destruction.probing import Prober
from sekisho.logs import manifest
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds import within
from sekisho.logs.holds.carving import Carver
from sekisho.logs.holds.errors import ExtensionRefused, HoldDecided, HoldRecordsDestroyed, HoldRefused, UnknownHold
from sekisho.logs.holds.letters import HeldKind, Letter, expiry
from sekisho.logs.holds.releasing import HoldRelease
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import HOLDS, End, ReleaseReason, next_review, require_release
from sekisho.logs.holds.terms import HoldTerms
from sekisho.logs.holds.vault import hold_key
from sekisho.logs.intervals.days import date_of, microseconds
from sekisho.logs.manifest import GONE
from sekisho.logs.policies import policies_of
from sekisho.logs.policy import last_day_of
from sekisho.logs.purge.ending import Reached
from sekisho.store.files import FileLayer, RealFiles
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace

APPROVAL_KIND: Final = "log.hold"
APPROVAL_LIFE: Final = timedelta(days=3)
"""How long somebody has to approve a hold. A house limit: records expire meanwhile."""
_SALT: Final = "salt"
NEVER_MADE: Final = "the hold was never made"
MAY_READ: Final = (Scope.LOG_SEARCH, Scope.APPROVE, Scope.LEDGER_READ)
"""One of these is needed to read a hold: whose communications somebody asks for is a secret in itself."""


class Holds:
    """The holds of one workspace. Thread-safe."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        files: FileLayer | None = None,
        told: Callable[[str, Principal], bool] | None = None,
    ) -> None:
        """Reads and writes nothing until asked to. ``told``: whom the desk that made a hold (by id) lets know of it
        later, beside whom its terms name; None: nobody."""
        self._workspace = workspace
        self._files = files or RealFiles()
        self._told = told

    @property
    def carver(self) -> Carver:
        """What copies records into vaults. Raises ``KeyringNeeded``."""
        return Carver(self._workspace, self._files)

    # --- making ------------------------------------------------------------------------------------------------------

    def add(
        self,
        terms: HoldTerms,
        *,
        by: Principal,
        idempotency_key: str | None = None,
        beside: Callable[[Connection, str, datetime], None] = within.nothing,
    ) -> HoldEntry:
        """Hold records; active when this returns, or ``requested`` where somebody must approve it. The same hold under
        the same key is the one that was asked for before, as it stands now.

        ``beside`` is run before the hold is entered, in the same transaction, given its id: whoever holds records for a
        case of theirs ties the two there, and what it raises leaves no hold. It isn't run where the hold is there.

        Raises ``HoldRefused``, ``ScopeMissing``, ``IdempotencyKeyReused``; ``CarvingFailed`` leaves it in ``creating``.
        """
        by.require(Scope.LOG_SEARCH)
        made = id_of("h", by, idempotency_key)
        entry = once(
            idempotency_key,
            made,
            find=self._entered,
            make=partial(self._enter, terms, made, by, beside),
            same=lambda found: found.subject == self._subject(found, terms),
        )
        return self.resume(made, by=by) if entry.state is HoldState.CREATING else entry

    def _enter(
        self, terms: HoldTerms, made: str, by: Principal, beside: Callable[[Connection, str, datetime], None]
    ) -> HoldEntry:
        now = self._workspace.clock.now()
        today = japan_date(now)
        terms.checked(now=microseconds(now), today=today)
        needed = HOLDS[terms.type].approvals
        numbers = terms.scope.day_numbers
        self._workspace.keyring.ensure(hold_key(made))
        salted = self._salted(made, terms)
        subject = approvals.subject_hash(APPROVAL_KIND, salted)
        body = hold_rows.seal_body(self._workspace.keyring, made, terms, ())
        state = HoldState.REQUESTED if needed else HoldState.CREATING

        def write(connection: Connection) -> Change[None]:
            beside(connection, made, now)
            asked = [
                approval_service.request_approval(
                    connection,
                    actor=by,
                    kind=APPROVAL_KIND,
                    subject_hash=subject,
                    expires_at=now + APPROVAL_LIFE,
                    now=now,
                )
                for _ in range(needed)
            ]
            hold_rows.enter(
                connection,
                made,
                terms,
                state=state,
                body=body,
                days=(date_of(numbers[0]), date_of(numbers[-1])),
                review_on=next_review(terms.type, today),
                subject=subject,
                approvals=[each.value.id for each in asked],
                at=now,
                by=by.staff_id,
            )
            return Change(None, tuple(each.event for each in asked))

        leaf = self._leaf(made, {"state": state.value, "terms": salted}, by, now)
        self._workspace.commit(write, lambda change: [*self._workspace.seal_events(change), leaf])
        return self._known(made)

    def approve(self, hold_id: str, *, by: Principal) -> HoldEntry:
        """Approve one. ``by`` must be proven, mustn't have asked for it, and may know of it. Raises ``UnknownHold``,
        ``HoldDecided``, and as the approval does."""
        by.require(Scope.APPROVE)
        self.find(hold_id, by=by)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> Change[Approval]:
            entry = self._find(connection, hold_id)
            _require_state(entry, HoldState.REQUESTED)
            asked = [approval_service.find_approval(connection, each) for each in entry.approvals]
            if any(each.decided_by == by.staff_id for each in asked):
                raise TooFewApprovers(needed=len(asked), given=1)
            waiting = [each for each in asked if approvals.state_at(each, now) is ApprovalState.REQUESTED] or asked
            return approval_service.approve(
                connection, actor=by, approval_id=waiting[0].id, subject_hash=entry.subject, now=now
            )

        self._workspace.change(write)
        with self._workspace.database.read() as connection:
            return self._find(connection, hold_id)

    def make(self, hold_id: str, *, by: Principal) -> HoldEntry:
        """Carve an approved hold; active when this returns. Raises as :meth:`add` and the approvals do."""
        by.require(Scope.LOG_SEARCH)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> Change[tuple[Approval, ...]]:
            entry = self._find(connection, hold_id)
            _require_state(entry, HoldState.REQUESTED)
            if entry.terms is None or (entry.until is not None and entry.until < japan_date(now)):
                raise HoldRefused(field="until", problem="it has passed: ask anew")
            used = approval_service.require_approvals(
                connection,
                actor=by,
                approval_ids=entry.approvals,
                needed=len(entry.approvals),
                kind=APPROVAL_KIND,
                subject_hash=entry.subject,
                now=now,
            )
            hold_rows.raise_guard(connection)
            hold_rows.move(connection, entry.id, HoldState.REQUESTED, HoldState.CREATING)
            return used

        known = self.find(hold_id, by=by)
        _require_state(known, HoldState.REQUESTED)
        leaf = self._leaf(known.id, {"state": HoldState.CREATING.value}, by, now)
        self._workspace.commit(write, lambda change: [*self._workspace.seal_events(change), leaf])
        return self.resume(hold_id, by=by)

    def resume(self, hold_id: str, *, by: Principal) -> HoldEntry:
        """Go on with a hold that is being made; one that is active is carved anew where its days have changed.

        Raises ``UnknownHold``, ``ScopeMissing``, and as :meth:`carve`."""
        self.find(hold_id, by=by)
        self.carve(hold_id, by=by.staff_id)
        return self.find(hold_id, by=by)

    def carve(self, hold_id: str, *, by: str) -> bool:
        """Copy whatever a live hold doesn't have yet; whether it became active by that. Raises ``CarvingFailed``,
        ``UnknownHold``, ``HoldDecided``."""
        entry = self._known(hold_id)
        if entry.state not in hold_rows.LIVE:
            raise HoldDecided(hold=entry.id, state=entry.state.value)
        carver = self.carver
        with carver.alone():
            with self._workspace.database.read() as connection:
                known = {one.segment.id for one in hold_rows.segments_of(connection, hold=entry.id)}
            carver.vault.sweep(entry.id, known)
            done = carver.carve(entry)
        if entry.state is not HoldState.CREATING:
            return False
        now = self._workspace.clock.now()
        said = {
            "hold": entry.id,
            "state": HoldState.ACTIVE.value,
            "rows": sum(one.part.rows for one in done),
            "segments": sum(one.segments for one in done),
            "unreadable": sum(one.part.unreadable for one in done),
            "by": by,
        }
        leaf = self._workspace.seal(kind=within.HOLD_LEAF, owner=hold_key(entry.id), body=_json(said), at=now)
        move = partial(
            hold_rows.move, hold=entry.id, before=HoldState.CREATING, after=HoldState.ACTIVE, active_at=now
        )
        try:
            self._workspace.commit(move, [leaf])
        except HoldDecided:
            if self._known(entry.id).state is not HoldState.ACTIVE:
                raise
            return False  # somebody else copied the same at the same moment, and was first to say so
        return True

    def withdraw(self, hold_id: str, *, by: Principal) -> HoldEntry:
        """Withdraw one that wasn't approved yet; its key is destroyed. Raises ``HoldDecided``."""
        by.require(Scope.LOG_SEARCH)
        entry = self.find(hold_id, by=by)
        _require_state(entry, HoldState.REQUESTED)
        now = self._workspace.clock.now()
        self._workspace.commit(
            lambda connection: [within.withdraw(self._workspace, connection, entry, by=by, now=now)], list
        )
        self._workspace.destroy_key(hold_key(entry.id), reason=NEVER_MADE, by=by.staff_id)
        return self.find(hold_id, by=by)

    def forget(self, *, by: str) -> Iterator[str]:
        """Destroy the keys of those that were withdrawn before they were made, each as it is asked for: with another
        desk's step, or before a crash, only the hold itself had ended."""
        for entry in self._in((HoldState.WITHDRAWN,)):
            if self._workspace.keyring.exists(hold_key(entry.id)):
                self._workspace.destroy_key(hold_key(entry.id), reason=NEVER_MADE, by=by)
                yield entry.id

    # --- what follows ------------------------------------------------------------------------------------------------

    def extend(
        self, hold_id: str, until: date, *, document: str, document_date: date, checked: str, why: str, by: Principal
    ) -> HoldEntry:
        """Extend a hold that ends on a day. ``why``: what makes it specially needed (刑訴法197条4項: 特に必要がある
        とき). Raises ``ExtensionRefused``, ``HoldDecided``, ``UnknownHold``."""
        by.require(Scope.LOG_SEARCH)
        entry, now = self._active(hold_id, by), self._workspace.clock.now()

        def write(connection: Connection) -> list[SealedLeaf]:
            return [
                within.extend(
                    self._workspace,
                    connection,
                    entry,
                    until,
                    document=document,
                    document_date=document_date,
                    checked=checked,
                    why=why,
                    by=by,
                    now=now,
                )
            ]

        self._workspace.commit(write, list)
        return self.find(hold_id, by=by)

    def review(self, hold_id: str, *, note: str, by: Principal) -> HoldEntry:
        """Say that a hold without a last day is still needed, having looked. Raises ``ExtensionRefused``."""
        by.require(Scope.LOG_SEARCH)
        entry = self._active(hold_id, by)
        today = japan_date(self._workspace.clock.now())
        if HOLDS[entry.type].end is End.DATE:
            raise ExtensionRefused(problem="it ends on a day: extend it")
        if not note.strip():
            raise ExtensionRefused(problem="what was found")
        paper = {"what": "review", "note": note, "on": today.isoformat()}
        return self._add_paper(entry, paper, by, review_on=next_review(entry.type, today))

    def release(
        self,
        hold_id: str,
        reason: ReleaseReason,
        *,
        by: Principal,
        document: str = "",
        decided_on: date | None = None,
        ended_on: date | None = None,
    ) -> HoldEntry:
        """Release a hold: from now on nobody finds records through it, and ``sekisho due`` destroys its vault.

        Raises ``ReleaseRefused``, ``HoldDecided``, ``UnknownHold``.
        """
        by.require(Scope.LOG_SEARCH)
        entry = self._active(hold_id, by)
        today = japan_date(self._workspace.clock.now())
        require_release(
            entry.type,
            reason,
            entry.until,
            document=document,
            decided_on=decided_on,
            ended_on=ended_on,
            today=today,
        )
        paper = {
            "document": document,
            "decided_on": None if decided_on is None else decided_on.isoformat(),
            "ended_on": None if ended_on is None else ended_on.isoformat(),
        }
        self._releasing(entry, reason, paper, by=by.staff_id)
        return self.find(hold_id, by=by)

    def expired(self, *, by: str) -> Iterator[str]:
        """Let holds whose last day has passed go, each as it is asked for."""
        today = japan_date(self._workspace.clock.now())
        for entry in self._in((HoldState.ACTIVE,)):
            if entry.until is not None and today > entry.until:
                self._releasing(entry, ReleaseReason.EXPIRED, {}, by=by)
                yield entry.id

    def end(self, hold_id: str, prober: Prober, *, by: str) -> Reached:
        """Destroy the vault of a releasing hold, with its certificate. Raises ``ProbeFailed``, ``CarvingFailed``."""
        return HoldRelease(self._workspace, prober, by=by, files=self._files).run(hold_key(self._known(hold_id).id))

    def ending(self) -> list[str]:
        """Holds whose vault is to be destroyed, or whose certificate isn't final."""
        begun = HoldRelease(self._workspace, None, by="", files=self._files).begun()
        waiting = {one.id for one in self._in((HoldState.RELEASING,))}
        return sorted(waiting | {key.rpartition("/")[2] for key in begun})

    # --- asking ------------------------------------------------------------------------------------------------------

    def find(self, hold_id: str, *, by: Principal) -> HoldEntry:
        """One hold. A hidden one is unknown to who mustn't know of it. Raises ``UnknownHold``, ``ScopeMissing``."""
        _require_reader(by)
        entry = self._known(hold_id)
        if not entry.may_know(by.staff_id) and not (self._told is not None and self._told(hold_id, by)):
            raise UnknownHold(hold=hold_id[:64])
        return entry

    def every(self, *, by: Principal) -> list[HoldEntry]:
        """Those that ``by`` may know of, the oldest first. Raises ``ScopeMissing``."""
        _require_reader(by)
        return [one for one in self._in(tuple(HoldState)) if one.may_know(by.staff_id)]

    def live(self) -> list[HoldEntry]:
        """Every hold that keeps something or is about to, for tasks: not to be shown."""
        return self._in(hold_rows.LIVE)

    def letter(self, hold_id: str, *, by: Principal) -> Letter:
        """The letter about a hold, as of now: of the kinds of log that there are of its days.

        Raises ``UnknownHold``, ``HoldRecordsDestroyed``.
        """
        entry = self.find(hold_id, by=by)
        if entry.terms is None:
            raise HoldRecordsDestroyed(hold=entry.id)
        today = japan_date(self._workspace.clock.now())
        kinds = []
        days = [date_of(number) for number in entry.terms.scope.day_numbers]
        with self._workspace.database.read() as connection:
            for kind in sorted(entry.kinds):
                policies = policies_of(connection, kind)
                states = manifest.days_of(connection, kind)
                there = [day for day in days if (kind, day) in states and states[kind, day] not in GONE]
                gone = sum(1 for day in days if states.get((kind, day)) in GONE)
                if not there and not gone:
                    continue  # nothing of this kind was ever kept in those days: it isn't held
                ends = expiry([last_day_of(policies, kind, day, today=today) for day in there])
                kinds.append(HeldKind(kind, days[0], days[-1], len(there), gone, *ends))
        return Letter(
            entry.id,
            self._workspace.name,
            entry.type,
            entry.terms.authority.name,
            entry.terms.authority.document,
            entry.received,
            today,
            entry.until,
            entry.review_on,
            entry.terms.silent,
            tuple(kinds),
        )

    # --- how ---------------------------------------------------------------------------------------------------------

    def _releasing(self, entry: HoldEntry, reason: ReleaseReason, paper: dict[str, Any], *, by: str) -> None:
        now = self._workspace.clock.now()
        self._workspace.commit(
            lambda connection: [within.release(self._workspace, connection, entry, reason, paper, by=by, now=now)],
            list,
        )

    def _add_paper(self, entry: HoldEntry, paper: dict[str, Any], by: Principal, **values: Any) -> HoldEntry:
        now = self._workspace.clock.now()
        self._workspace.commit(
            lambda connection: [
                within.add_paper(self._workspace, connection, entry, paper, by=by, now=now, **values)
            ],
            list,
        )
        return self.find(entry.id, by=by)

    def _active(self, hold_id: str, by: Principal) -> HoldEntry:
        entry = self.find(hold_id, by=by)
        _require_state(entry, HoldState.ACTIVE)
        return entry

    def _salted(self, hold: str, terms: HoldTerms) -> dict[str, Any]:
        """What the approvals' hash covers. The hash stays for good, and addresses and numbers can be guessed: so it is
        salted from the hold's key, and what it says ends with that."""
        salt = self._workspace.keyring.derive(hold_key(hold), info=b"log.hold subject")
        return {"hold": hold, _SALT: salt.hex(), **terms.document()}

    def _subject(self, found: HoldEntry, terms: HoldTerms) -> bytes:
        if found.terms is None:
            raise HoldRecordsDestroyed(hold=found.id)
        return approvals.subject_hash(APPROVAL_KIND, self._salted(found.id, terms))

    def _entered(self, hold_id: str) -> HoldEntry | None:
        with suppress(UnknownHold):
            return self._known(hold_id)
        return None

    def _known(self, hold_id: str) -> HoldEntry:
        with self._workspace.database.read() as connection:
            return self._find(connection, hold_id)

    def _find(self, connection: Connection, hold_id: str) -> HoldEntry:
        return hold_rows.find(connection, self._workspace.keyring, hold_id)

    def _in(self, states: tuple[HoldState, ...]) -> list[HoldEntry]:
        with self._workspace.database.read() as connection:
            return list(hold_rows.every(connection, self._workspace.keyring, states))

    def _leaf(self, hold: str, said: dict[str, Any], by: Principal, now: datetime) -> SealedLeaf:
        return within.leaf(self._workspace, hold, said, by, now)


def _require_reader(by: Principal) -> None:
    if not by.scopes.intersection(MAY_READ):
        by.require(MAY_READ[0])


def _require_state(entry: HoldEntry, state: HoldState) -> None:
    if entry.state is not state:
        raise HoldDecided(hold=entry.id, state=entry.state.value)


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
