"""Search grants in the database: asked for, approved by two, made, used up, withdrawn.

::

    requested ──make (two approvals)──▶ active ──revoke──▶ revoked
        └──────────────revoke─────────────────────────────────▲

Functions over a connection, for the commit queue; :class:`Grants` runs them with the leaves that say the same. A grant
expires by itself. What it allows is encrypted under the day's export key (``log/export/<day>``), with which it ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from sekisho.access import approval_service, approvals
from sekisho.access.approvals import Approval, ApprovalState
from sekisho.access.errors import OwnRequest, TooFewApprovers
from sekisho.access.events import Change
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.tables import approval
from sekisho.clock import japan_date
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import log_key
from sekisho.logs import manifest
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.errors import (
    GrantDecided,
    GrantUnreadable,
    UnknownGrant,
)
from sekisho.logs.lookup.grant import (
    APPROVAL_KIND,
    APPROVALS_NEEDED,
    GrantTerms,
    read_terms,
)
from sekisho.logs.lookup.tables import log_grant
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace

REQUESTED_LEAF: Final = "log.grant_requested"
MADE_LEAF: Final = "log.grant_made"
REVOKED_LEAF: Final = "log.grant_revoked"

APPROVAL_LIFE: Final = timedelta(days=7)
"""How long two people have to approve a grant. A house limit."""

READERS: Final = frozenset({Scope.LOG_SEARCH, Scope.APPROVE, Scope.LEDGER_READ})
"""One of these is needed to see grants: their terms tell whom somebody investigates."""
DECIDERS: Final = frozenset({Scope.REQUEST, Scope.APPROVE})
"""One of these is needed to withdraw a grant: without it a lawful question stays unanswered."""

_SALT: Final = "salt"
REQUESTED, ACTIVE, REVOKED = "requested", "active", "revoked"


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant as the database has it. ``terms`` None: its key is gone, and nobody can read it any more."""

    id: str
    state: str
    terms: GrantTerms | None
    subject: bytes
    approvals: tuple[str, ...]
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    max_queries: int
    used: int
    decided_by: str | None
    decided_at: datetime | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "state": self.state,
            "terms": None if self.terms is None else self.terms.document(),
            "approvals": list(self.approvals),
            "requested_by": self.requested_by,
            "requested_at": self.requested_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "max_queries": self.max_queries,
            "used": self.used,
            "decided_by": self.decided_by,
            "decided_at": None if self.decided_at is None else self.decided_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """A grant that is asked for and not written yet. The events of ``write`` belong to the leaves beside ``leaf``."""

    id: str
    write: Callable[[Connection], Change[tuple[str, ...]]]
    leaf: SealedLeaf


class Grants:
    """The grants of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace, *, approval_kind: str = APPROVAL_KIND) -> None:
        """Reads and writes nothing until asked to. ``approval_kind`` is what its approvals are of: a grant that was
        asked for under one isn't made under another."""
        self._workspace = workspace
        self._approval_kind = approval_kind

    def request(self, terms: GrantTerms, *, by: Principal) -> GrantEntry:
        """Ask for a grant and the two approvals it needs. Raises ``GrantTermsRefused``, ``ScopeMissing``."""
        asked = self.prepare(terms, by=by)
        self._workspace.commit(asked.write, lambda change: [*self._workspace.seal_events(change), asked.leaf])
        return self.find(asked.id)

    def prepare(self, terms: GrantTerms, *, by: Principal) -> Asked:
        """The same, to be written with whatever else must be there or not be there with it. Raises
        ``GrantTermsRefused``."""
        now = self._workspace.clock.now()
        terms.checked(now=now)
        made, key = f"grant-{secrets.token_hex(8)}", export_key(japan_date(now))
        # The hash stays in the approvals for good. Addresses and numbers can be guessed, so it is salted, and the salt
        # ends with the terms.
        salted = {_SALT: secrets.token_hex(32), **terms.document()}
        subject = approvals.subject_hash(self._approval_kind, {"grant": made, **salted})
        self._workspace.keyring.ensure(key)
        body = self._workspace.keyring.encrypt(key, _json(salted), aad=_place(made))

        def write(connection: Connection) -> Change[tuple[str, ...]]:
            asked = [
                approval_service.request_approval(
                    connection,
                    actor=by,
                    kind=self._approval_kind,
                    subject_hash=subject,
                    expires_at=min(now + APPROVAL_LIFE, terms.expires_at),
                    now=now,
                )
                for _ in range(APPROVALS_NEEDED)
            ]
            ids = tuple(each.value.id for each in asked)
            manifest.ensure_day(connection, LogKind.EXPORT, japan_date(now), at=now)
            connection.execute(
                insert(log_grant).values(
                    id=made, state=REQUESTED, key=key, body=body, subject=subject,
                    approvals=_json(list(ids)).decode(), requested_by=by.staff_id, requested_at=now,
                    expires_at=terms.expires_at, max_queries=terms.max_queries, used=0,
                )
            )  # fmt: skip
            return Change(ids, tuple(each.event for each in asked))

        said = {"grant": made, "by": by.staff_id, "proof": by.proof.value, "terms": salted}
        return Asked(made, write, self._workspace.seal(kind=REQUESTED_LEAF, owner=key, body=_json(said), at=now))

    def approve(self, grant_id: str, *, by: Principal) -> GrantEntry:
        """Give one of the two approvals. ``by`` must be proven, and neither ask for it nor be named in it.

        Raises ``UnknownGrant``, ``GrantDecided``, ``GrantUnreadable``, ``OwnRequest``, ``TooFewApprovers`` (the same
        person again), and what the approval raises.
        """
        now = self._workspace.clock.now()
        self._workspace.change(lambda connection: self.approving(connection, grant_id, by=by, now=now))
        return self.find(grant_id)

    def approving(
        self, connection: Connection, grant_id: str, *, by: Principal, now: datetime
    ) -> Change[Approval]:
        """:meth:`approve` in the caller's transaction: its events belong to that one's leaves."""
        entry = self._requested(connection, grant_id)
        if entry.terms is None:
            raise GrantUnreadable(grant=entry.id)
        if by.staff_id in entry.terms.callers:
            raise OwnRequest(staff_id=by.staff_id, action="approve")
        asked = [approval_service.find_approval(connection, each) for each in entry.approvals]
        if any(each.decided_by == by.staff_id for each in asked):
            raise TooFewApprovers(needed=APPROVALS_NEEDED, given=1)
        waiting = [each for each in asked if approvals.state_at(each, now) is ApprovalState.REQUESTED] or asked
        return approval_service.approve(
            connection, actor=by, approval_id=waiting[0].id, subject_hash=entry.subject, now=now
        )

    def make(self, grant_id: str, *, by: Principal) -> GrantEntry:
        """Put a grant in force, using its two approvals.

        Raises ``UnknownGrant``, ``GrantDecided``, ``GrantUnreadable``, and what the approvals raise
        (``ApprovalNotGiven``, ``ApprovalExpired``, ``TooFewApprovers``).
        """
        by.require(Scope.REQUEST)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> Change[tuple[Approval, ...]]:
            entry = self._requested(connection, grant_id)
            if entry.terms is None:
                raise GrantUnreadable(grant=entry.id)
            entry.terms.checked(now=now)
            used = approval_service.require_approvals(
                connection,
                actor=by,
                approval_ids=entry.approvals,
                needed=APPROVALS_NEEDED,
                kind=self._approval_kind,
                subject_hash=entry.subject,
                now=now,
            )
            _move(connection, entry.id, REQUESTED, ACTIVE, by=by, now=now)
            return used

        leaf = self._decided(MADE_LEAF, grant_id, by, now)
        self._workspace.commit(write, lambda change: [*self._workspace.seal_events(change), leaf])
        return self.find(grant_id)

    def revoke(self, grant_id: str, *, by: Principal) -> GrantEntry:
        """Withdraw a grant, at once. Raises ``UnknownGrant``, ``GrantDecided``, ``ScopeMissing``."""
        _require_one(by, DECIDERS)
        now = self._workspace.clock.now()

        def write(connection: Connection) -> None:
            entry = self._own(connection, grant_id)
            _move(connection, entry.id, entry.state, REVOKED, by=by, now=now)

        self._workspace.commit(write, [self._decided(REVOKED_LEAF, grant_id, by, now)])
        return self.find(grant_id)

    def revoking(
        self, connection: Connection, grant_ids: Iterable[str], *, by: Principal, now: datetime
    ) -> list[SealedLeaf]:
        """Withdraw those of ``grant_ids`` that aren't yet, in the caller's transaction; its further leaves. For a desk
        whose step ends what they are for: whoever may take that step needs nothing else."""
        leaves = []
        for grant_id in grant_ids:
            entry = find_entry(connection, self._workspace.keyring, grant_id)
            if entry.state != REVOKED:
                _move(connection, entry.id, entry.state, REVOKED, by=by, now=now)
                leaves.append(self._decided(REVOKED_LEAF, entry.id, by, now))
        return leaves

    def find(self, grant_id: str) -> GrantEntry:
        """One grant. Raises ``UnknownGrant``."""
        with self._workspace.database.read() as connection:
            return find_entry(connection, self._workspace.keyring, grant_id)

    def show(self, grant_id: str, *, by: Principal) -> GrantEntry:
        """One grant, for somebody to look at: of another approval kind, only for who asked for it. Raises
        ``UnknownGrant``, ``ScopeMissing``."""
        _require_one(by, READERS)
        entry = self.find(grant_id)
        with self._workspace.database.read() as connection:
            if not self._shown(connection, [entry], by):
                raise UnknownGrant(grant=grant_id[:64])
        return entry

    def every(self, *, by: Principal, limit: int = 1_000) -> list[GrantEntry]:
        """The latest grants first, without those of another approval kind that somebody else asked for: whoever asks
        for them there says who may know. Raises ``ScopeMissing``."""
        _require_one(by, READERS)
        query = select(log_grant).order_by(log_grant.c.requested_at.desc(), log_grant.c.id).limit(limit)
        with self._workspace.database.read() as connection:
            found = [_entry(row, self._workspace.keyring) for row in connection.execute(query)]
            return self._shown(connection, found, by)

    def _shown(self, connection: Connection, entries: Sequence[GrantEntry], by: Principal) -> list[GrantEntry]:
        asked = {one for entry in entries for one in entry.approvals}
        query = select(approval.c.id).where(approval.c.id.in_(asked), approval.c.subject_kind != self._approval_kind)
        others = set(connection.execute(query).scalars())
        return [one for one in entries if one.requested_by == by.staff_id or not others & set(one.approvals)]

    def _own(self, connection: Connection, grant_id: str) -> GrantEntry:
        """A grant whose approvals are of this desk's kind. Raises ``UnknownGrant`` for another's, too: its terms may
        be of a case that nobody here knows of."""
        entry = find_entry(connection, self._workspace.keyring, grant_id)
        kinds = {approval_service.find_approval(connection, one).subject_kind for one in entry.approvals}
        if kinds != {self._approval_kind}:
            raise UnknownGrant(grant=grant_id[:64])
        return entry

    def _requested(self, connection: Connection, grant_id: str) -> GrantEntry:
        entry = self._own(connection, grant_id)
        if entry.state != REQUESTED:
            raise GrantDecided(grant=entry.id, state=entry.state)
        return entry

    def _decided(self, kind: str, grant_id: str, by: Principal, now: datetime) -> Any:
        said = {"grant": grant_id[:64], "by": by.staff_id, "proof": by.proof.value}
        return self._workspace.seal(kind=kind, owner=export_key(japan_date(now)), body=_json(said), at=now)


def _require_one(by: Principal, wanted: frozenset[Scope]) -> None:
    if not by.scopes & wanted:
        by.require(min(wanted))


def export_key(day: date) -> str:
    """The key of everything made for somebody on a day."""
    return log_key(LogKind.EXPORT.value, day)


def find_entry(connection: Connection, keyring: Keyring, grant_id: str) -> GrantEntry:
    """One grant. Raises ``UnknownGrant``."""
    row = connection.execute(select(log_grant).where(log_grant.c.id == grant_id)).one_or_none()
    if row is None:
        raise UnknownGrant(grant=grant_id[:64])
    return _entry(row, keyring)


def _move(
    connection: Connection, grant_id: str, before: str, after: str, *, by: Principal, now: datetime
) -> None:
    if before == REVOKED:
        raise GrantDecided(grant=grant_id, state=before)
    done = connection.execute(
        update(log_grant)
        .where(log_grant.c.id == grant_id, log_grant.c.state == before)
        .values(state=after, decided_by=by.staff_id, decided_at=now)
    )
    if done.rowcount != 1:
        raise GrantDecided(grant=grant_id, state=after)
    manifest.ensure_day(connection, LogKind.EXPORT, japan_date(now), at=now)


def _entry(row: Row[Any], keyring: Keyring) -> GrantEntry:
    try:
        written = orjson.loads(keyring.decrypt(row.key, row.body, aad=_place(row.id)))
        terms = read_terms({name: value for name, value in written.items() if name != _SALT})
    except KeyDestroyed:
        terms = None
    return GrantEntry(
        row.id,
        row.state,
        terms,
        row.subject,
        tuple(orjson.loads(row.approvals)),
        row.requested_by,
        row.requested_at,
        row.expires_at,
        row.max_queries,
        row.used,
        row.decided_by,
        row.decided_at,
    )


def _place(grant_id: str) -> bytes:
    return b"sekisho/search-grant/1/" + grant_id.encode("ascii")


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
