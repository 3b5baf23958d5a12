"""Policies of one workspace: declared, approved where they must be, ended; each change with its leaf.

::

    requested ──make (with the approvals it needs)──▶ in force ──end──▶ in force until a day
        └──────────────withdraw──────────────▶ withdrawn

A policy that needs no approval is in force as soon as it is declared. One that begins later takes over from the one
before it on its first day.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from sekisho.access import approval_service, approvals
from sekisho.access.approvals import Approval, ApprovalState
from sekisho.access.errors import TooFewApprovers
from sekisho.access.events import Change
from sekisho.access.once import id_of, once
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.logs.kinds import LogKind
from sekisho.logs.policy import (
    HOUSE_POLICIES,
    REQUESTED,
    Guideline,
    Policy,
    approvals_needed,
    conflict,
    notices,
    period_text,
)
from sekisho.logs.policy_errors import (
    NoPolicy,
    PeriodsDiffer,
    PolicyDecided,
    PolicyOverlaps,
    PolicyRefused,
    UnknownPolicy,
)
from sekisho.logs.policy_reading import read_policy
from sekisho.logs.policy_tables import log_guideline, log_policy
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

POLICY_LEAF: Final = "log.policy"
GUIDELINE_LEAF: Final = "log.guideline"
APPROVAL_KIND: Final = "log.policy"
APPROVAL_LIFE: Final = timedelta(days=7)
"""How long people have to approve a policy. A house limit."""

_REQUESTED, _IN_FORCE, _WITHDRAWN = "requested", "in_force", "withdrawn"


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """A policy as the database has it. ``approvals`` are ids; house policies have none of this."""

    id: str
    state: str
    policy: Policy
    subject: bytes
    approvals: tuple[str, ...]
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    def told(self, guideline: Guideline) -> dict[str, Any]:
        """:meth:`document`, with what is to be known of it under a guideline, and how many must approve it."""
        said = [
            {"notice": one.notice.value, "alert": one.alert, "message": {"ja": one.text.ja, "en": one.text.en}}
            for one in notices(self.policy, guideline, self.policy.valid_from)
        ]
        return {**self.document(), "notices": said, "approvals_needed": approvals_needed(self.policy)}

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "state": self.state,
            **self.policy.document(),
            "approvals": list(self.approvals),
            "requested_by": self.requested_by,
            "requested_at": self.requested_at.isoformat(),
            "decided_by": self.decided_by,
            "decided_at": None if self.decided_at is None else self.decided_at.isoformat(),
        }


class Policies:
    """The policies of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def add(self, policy: Policy, *, by: Principal, idempotency_key: str | None = None) -> PolicyEntry:
        """Declare a policy. It is in force at once, or ``requested`` with the approvals it needs. The same policy
        under the same key is the one that was declared before, as it stands now.

        Raises ``PolicyRefused``, ``PeriodsDiffer``, ``PolicyOverlaps``, ``ScopeMissing``, ``IdempotencyKeyReused``.
        """
        by.require(Scope.REQUEST)
        policy.checked()
        made = id_of("policy-", by, idempotency_key)
        subject = approvals.subject_hash(APPROVAL_KIND, {"policy": made, **policy.document()})
        add = partial(self._add, policy, made, subject, by)
        return once(
            idempotency_key, made, find=self._known, make=add, same=lambda entry: entry.subject == subject
        )

    def _add(self, policy: Policy, made: str, subject: bytes, by: Principal) -> PolicyEntry:
        now, needed = self._workspace.clock.now(), approvals_needed(policy)
        if policy.valid_from < japan_date(now):
            raise PolicyRefused(field="valid_from", problem="today or later: no policy is made after the fact")

        def write(connection: Connection) -> Change[str]:
            _require_room(connection, policy)
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
            document = policy.document()
            del document["valid_to"]
            connection.execute(
                insert(log_policy).values(
                    id=made,
                    state=_REQUESTED if needed else _IN_FORCE,
                    kind=policy.kind.value,
                    provider=policy.provider,
                    service=policy.service,
                    document=_json(document).decode(),
                    valid_from=policy.valid_from,
                    valid_to=policy.valid_to,
                    subject=subject,
                    approvals=_json([each.value.id for each in asked]).decode(),
                    requested_at=now,
                    requested_by=by.staff_id,
                    decided_at=None if needed else now,
                    decided_by=None if needed else by.staff_id,
                )
            )
            if not needed:
                _take_over(connection, made, policy)
            return Change(made, tuple(each.event for each in asked))

        said = {"policy": made, "state": _REQUESTED if needed else _IN_FORCE, "terms": policy.document()}
        leaf = self._leaf(said, by, now)
        self._workspace.commit(write, lambda change: [*self._workspace.seal_events(change), leaf])
        return self.find(made)

    def approve(self, policy_id: str, *, by: Principal) -> PolicyEntry:
        """Give one of the approvals. ``by`` must be proven, and mustn't have asked for it or approved it before.

        Raises ``UnknownPolicy``, ``PolicyDecided``, ``OwnRequest``, ``TooFewApprovers`` (the same person again), and
        what the approval raises.
        """
        now = self._workspace.clock.now()

        def write(connection: Connection) -> Change[Approval]:
            entry = _find(connection, policy_id)
            _require_state(entry, _REQUESTED)
            asked = [approval_service.find_approval(connection, each) for each in entry.approvals]
            if any(each.decided_by == by.staff_id for each in asked):
                raise TooFewApprovers(needed=len(asked), given=1)
            waiting = [each for each in asked if approvals.state_at(each, now) is ApprovalState.REQUESTED] or asked
            return approval_service.approve(
                connection, actor=by, approval_id=waiting[0].id, subject_hash=entry.subject, now=now
            )

        self._workspace.change(write)
        return self.find(policy_id)

    def make(self, policy_id: str, *, by: Principal) -> PolicyEntry:
        """Put an approved policy in force. Raises ``UnknownPolicy``, ``PolicyDecided``, ``PeriodsDiffer``,
        ``PolicyOverlaps``, ``PolicyRefused`` (its first day has passed) and what the approvals raise."""
        by.require(Scope.REQUEST)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> Change[tuple[Approval, ...]]:
            entry = _find(connection, policy_id)
            _require_state(entry, _REQUESTED)
            if entry.policy.valid_from < japan_date(now):
                raise PolicyRefused(field="valid_from", problem="it has passed: declare the policy anew")
            _require_room(connection, entry.policy)
            used = approval_service.require_approvals(
                connection,
                actor=by,
                approval_ids=entry.approvals,
                needed=len(entry.approvals),
                kind=APPROVAL_KIND,
                subject_hash=entry.subject,
                now=now,
            )
            _move(connection, entry, _IN_FORCE, by, now)
            _take_over(connection, entry.id, entry.policy)
            return used

        leaf = self._leaf({"policy": policy_id[:64], "state": _IN_FORCE}, by, now)
        self._workspace.commit(write, lambda change: [*self._workspace.seal_events(change), leaf])
        return self.find(policy_id)

    def withdraw(self, policy_id: str, *, by: Principal) -> PolicyEntry:
        """Withdraw one that was only asked for. Raises ``UnknownPolicy``, ``PolicyDecided``."""
        by.require(Scope.REQUEST)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> None:
            entry = _find(connection, policy_id)
            _require_state(entry, _REQUESTED)
            _move(connection, entry, _WITHDRAWN, by, now)

        self._workspace.commit(write, [self._leaf({"policy": policy_id[:64], "state": _WITHDRAWN}, by, now)])
        return self.find(policy_id)

    def end(self, policy_id: str, *, on: date, by: Principal) -> PolicyEntry:
        """Let it end with ``on`` as the first day on which it isn't in force. What was recorded under it keeps its
        period. Raises ``UnknownPolicy``, ``PolicyDecided``, ``PolicyRefused``."""
        by.require(Scope.REQUEST)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> None:
            entry = _find(connection, policy_id)
            _require_state(entry, _IN_FORCE)
            if on < japan_date(now) or on <= entry.policy.valid_from:
                raise PolicyRefused(field="valid_to", problem="today or later, and after it began")
            if entry.policy.valid_to is not None and entry.policy.valid_to <= on:
                raise PolicyDecided(policy=entry.id, state=f"ended on {entry.policy.valid_to.isoformat()}")
            connection.execute(update(log_policy).where(log_policy.c.id == entry.id).values(valid_to=on))

        self._workspace.commit(write, [self._leaf({"policy": policy_id[:64], "ends": on.isoformat()}, by, now)])
        return self.find(policy_id)

    def find(self, policy_id: str) -> PolicyEntry:
        """One policy. Raises ``UnknownPolicy``."""
        with self._workspace.database.read() as connection:
            return _find(connection, policy_id)

    def _known(self, policy_id: str) -> PolicyEntry | None:
        with suppress(UnknownPolicy):
            return self.find(policy_id)
        return None

    def every(self) -> list[PolicyEntry]:
        """All of them, by kind, provider, service and first day."""
        table = log_policy
        order = (table.c.kind, table.c.provider, table.c.service, table.c.valid_from, table.c.id)
        with self._workspace.database.read() as connection:
            return [_entry(row) for row in connection.execute(select(table).order_by(*order))]

    def guideline(self) -> Guideline:
        """From when the commentary's figures apply, as far as is known."""
        with self._workspace.database.read() as connection:
            return guideline(connection)

    def record_guideline(self, applies_from: date, *, source: str, by: Principal) -> Guideline:
        """Record from which day the amended commentary applies, and where that was found. Raises ``PolicyRefused``."""
        by.require(Scope.REQUEST)
        if not 0 < len(source.strip()) <= 500:
            raise PolicyRefused(field="source", problem="1 to 500 characters: where the date was found")
        now = self._workspace.clock.now()
        row = {"applies_from": applies_from, "source": source.strip(), "recorded_at": now, "recorded_by": by.staff_id}
        said = {"applies_from": applies_from.isoformat(), "source": source.strip(), "by": by.staff_id}
        leaf = self._workspace.seal(kind=GUIDELINE_LEAF, owner=HOUSE_KEY, body=_json(said), at=now)
        self._workspace.commit(lambda connection: connection.execute(insert(log_guideline), row), [leaf])
        return self.guideline()

    def _leaf(self, said: dict[str, Any], by: Principal, now: datetime) -> Any:
        body = _json({**said, "by": by.staff_id, "proof": by.proof.value})
        return self._workspace.seal(kind=POLICY_LEAF, owner=HOUSE_KEY, body=body, at=now)


# --- for those who must know which policies hold


def guideline(connection: Connection) -> Guideline:
    """The newest record of it, or the Ministry's request."""
    newest = select(log_guideline).order_by(log_guideline.c.position.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return REQUESTED if row is None else Guideline(row.applies_from, row.source, confirmed=True)


def policies_of(connection: Connection, kind: LogKind) -> tuple[Policy, ...]:
    """Every policy that is or was in force for a kind: the operator's, or the house's where there is none."""
    found = tuple(one.policy for one in _in_force(connection, kind))
    house = HOUSE_POLICIES.get(kind)
    return found or (() if house is None else (house,))


def ids_of(connection: Connection, kind: LogKind) -> list[str]:
    """Their ids, for a record of what rested on them; ``house`` where there are none."""
    return sorted(one.id for one in _in_force(connection, kind)) or ["house"]


def require_policy(connection: Connection, spec: SourceSpec, on: date) -> Policy:
    """The policy under which a source may be recorded on a day. Raises ``NoPolicy``."""
    return policies_over(connection, spec, on)[spec.kind]


def policies_over(connection: Connection, spec: SourceSpec, on: date) -> dict[LogKind, Policy]:
    """The policies in force on a day for a source's provider and service, by kind: a source of one kind may tell of
    another, as accounting does of translations. Raises ``NoPolicy`` where there is none for its own kind."""
    found = {
        one.policy.kind: one.policy
        for one in _in_force(connection)
        if (one.policy.provider, one.policy.service) == (spec.provider, spec.service) and one.policy.in_force(on)
    }
    if spec.kind not in found:
        raise NoPolicy(provider=spec.provider, service=spec.service, kind=spec.kind.value)
    return found


def _in_force(connection: Connection, kind: LogKind | None = None) -> list[PolicyEntry]:
    table = log_policy
    query = select(table).where(table.c.state == _IN_FORCE).order_by(table.c.valid_from)
    if kind is not None:
        query = query.where(table.c.kind == kind.value)
    return [_entry(row) for row in connection.execute(query)]


def _require_room(connection: Connection, policy: Policy) -> None:
    """Raise ``PolicyOverlaps``, ``PeriodsDiffer``."""
    entries = _in_force(connection, policy.kind)
    for one in _same(entries, policy):
        if one.policy.valid_from >= policy.valid_from or (
            one.policy.valid_to is not None and one.policy.valid_to > policy.valid_from
        ):
            raise PolicyOverlaps(policy=one.id)
    other = conflict(policy, [one.policy for one in entries])
    if other is not None:
        raise PeriodsDiffer(
            kind=policy.kind.value, other=f"{other.provider} / {other.service}", period=period_text(other.kept)
        )


def _take_over(connection: Connection, made: str, policy: Policy) -> None:
    """End the one before on the first day of ``policy``."""
    for one in _same(_in_force(connection, policy.kind), policy):
        if one.id != made and one.policy.valid_to is None:
            connection.execute(
                update(log_policy).where(log_policy.c.id == one.id).values(valid_to=policy.valid_from)
            )


def _same(entries: Sequence[PolicyEntry], policy: Policy) -> list[PolicyEntry]:
    return [
        one for one in entries if (one.policy.provider, one.policy.service) == (policy.provider, policy.service)
    ]


def _require_state(entry: PolicyEntry, state: str) -> None:
    if entry.state != state:
        raise PolicyDecided(policy=entry.id, state=entry.state)


def _move(connection: Connection, entry: PolicyEntry, after: str, by: Principal, now: datetime) -> None:
    done = connection.execute(
        update(log_policy)
        .where(log_policy.c.id == entry.id, log_policy.c.state == entry.state)
        .values(state=after, decided_by=by.staff_id, decided_at=now)
    )
    if done.rowcount != 1:
        raise PolicyDecided(policy=entry.id, state=after)


def _find(connection: Connection, policy_id: str) -> PolicyEntry:
    row = connection.execute(select(log_policy).where(log_policy.c.id == policy_id)).one_or_none()
    if row is None:
        raise UnknownPolicy(policy=policy_id[:64])
    return _entry(row)


def _entry(row: Row[Any]) -> PolicyEntry:
    return PolicyEntry(
        row.id,
        row.state,
        replace(read_policy(orjson.loads(row.document)), valid_to=row.valid_to),
        row.subject,
        tuple(orjson.loads(row.approvals)),
        row.requested_by,
        row.requested_at,
        row.decided_by,
        row.decided_at,
    )


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
