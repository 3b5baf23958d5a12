"""Search grants in use: what is asked under one, counted and refused. Functions over a connection."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, update

from sekisho.access import approval_service
from sekisho.keys import Keyring
from sekisho.logs.lookup.errors import (
    GrantDecided,
    GrantExpired,
    GrantNotInForce,
    GrantRevoked,
    GrantUnreadable,
    GrantUsedUp,
    UnknownGrant,
)
from sekisho.logs.lookup.grant import APPROVAL_KIND, SearchGrant, in_force
from sekisho.logs.lookup.grants import ACTIVE, REQUESTED, REVOKED, GrantEntry, find_entry
from sekisho.logs.lookup.tables import log_grant


def require_grant(
    connection: Connection,
    keyring: Keyring,
    grant_id: str,
    *,
    by: str,
    count: int,
    now: datetime,
    kinds: Collection[str] = (APPROVAL_KIND,),
) -> SearchGrant:
    """The grant, if it is in force now, for ``by``, with ``count`` questions left. One whose approvals are of a kind
    that isn't among ``kinds`` is unknown: what another desk was given is used by that desk, which judges each use.

    Raises ``UnknownGrant``, ``GrantNotInForce``, ``GrantRevoked``, ``GrantExpired``, ``GrantUsedUp``,
    ``GrantOfOthers``, ``GrantUnreadable``. Says nothing yet of what is asked.
    """
    entry = find_entry(connection, keyring, grant_id)
    if any(approval_service.find_approval(connection, one).subject_kind not in kinds for one in entry.approvals):
        raise UnknownGrant(grant=grant_id[:64])
    _require_usable(entry, count, now)
    if entry.terms is None:
        raise GrantUnreadable(grant=entry.id)
    grant = in_force(entry.id, entry.terms)
    grant.require_caller(by, now=now)
    return grant


def spend(connection: Connection, keyring: Keyring, grant_id: str, *, count: int, now: datetime) -> None:
    """Count questions in the transaction that records them: of two at once, none goes beyond the number allowed.

    Raises as :func:`require_grant` does when the grant was withdrawn, expired or used up meanwhile.
    """
    done = connection.execute(
        update(log_grant)
        .where(
            log_grant.c.id == grant_id,
            log_grant.c.state == ACTIVE,
            log_grant.c.expires_at > now,
            log_grant.c.used + count <= log_grant.c.max_queries,
        )
        .values(used=log_grant.c.used + count)
    )
    if done.rowcount != 1:
        entry = find_entry(connection, keyring, grant_id)
        _require_usable(entry, count, now)
        raise GrantDecided(grant=entry.id, state=entry.state)


def _require_usable(entry: GrantEntry, count: int, now: datetime) -> None:
    if entry.state == REQUESTED:
        raise GrantNotInForce(grant=entry.id)
    if entry.state == REVOKED:
        raise GrantRevoked(grant=entry.id, at="?" if entry.decided_at is None else entry.decided_at.isoformat())
    if now >= entry.expires_at:
        raise GrantExpired(grant=entry.id, at=entry.expires_at.isoformat())
    if entry.used + count > entry.max_queries:
        raise GrantUsedUp(grant=entry.id, most=entry.max_queries, used=entry.used, asked=count)
