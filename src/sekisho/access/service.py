"""Staff, roles and tokens in the database. Approvals are in ``approval_service.py``.

Every function takes the caller's connection and the time, and leaves the transaction to the caller: what a change
returns as events belongs in the ledger's outbox of that same transaction. Nothing here takes a token's place in a log
or an error.

Each change first raises the generation, whose row lock lasts to the end of the transaction: so two changes never
decide on what the other is about to alter (two conflicting roles granted at once, both last administrators leaving at
once).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from sekisho.access import tokens
from sekisho.access.cache import PrincipalCache
from sekisho.access.errors import (
    AccessTermsRefused,
    LastAdministrator,
    OwnRequest,
    StaffExists,
    StaffNotFound,
    TokenNotFound,
)
from sekisho.access.events import AccessEvent, AccessEventKind, Change
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, check_grant, scopes_of
from sekisho.access.tables import access_generation, api_token, staff, staff_role

FOUNDER = "founding"
"""Who added and appointed the first administrator: nobody could."""
OUTSIDE = ("agency.", "provider.")
"""How the ids begin under which a registered agency's and another provider's messages stand on record: nobody on the
staff can be taken for one."""
MAX_NAME = 200
_STAFF_ID = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?", re.ASCII)
_GENERATION_ROW = 1


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff or a service, present or past."""

    id: str
    name: str
    kind: StaffKind
    added_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token. ``text`` is shown to its holder once and kept nowhere; ``repr`` hides it."""

    id: str
    staff_id: str
    scopes: frozenset[Scope]
    expires_at: datetime
    text: str = field(repr=False)


# -- who is asking
# ------------------------------------------------------------------------------------------------------

_FIND_TOKEN = (
    select(api_token, staff.c.kind, staff.c.left_at, staff_role.c.role)
    .select_from(
        api_token.join(staff, staff.c.id == api_token.c.staff_id).outerjoin(
            staff_role, (staff_role.c.staff_id == staff.c.id) & staff_role.c.revoked_at.is_(None)
        )
    )
    .where(api_token.c.id == bindparam("token_id"))
)


def authenticate(
    connection: Connection, token: str, *, required: Scope | None, now: datetime, pepper: bytes | None = None
) -> Principal:
    """Who shows ``token``; ``ScopeMissing`` if they may not do ``required``. One query.

    ``TokenNotAccepted`` tells nothing of why; ``TokenExpired`` and ``TokenRevoked`` are told only to who knows the
    secret. ``pepper`` must be what the token was issued with.
    """
    presented = tokens.read_token(token)
    rows = connection.execute(_FIND_TOKEN, {"token_id": presented.id}).all()
    record, holder = None, None
    if rows:
        row = rows[0]
        scopes = frozenset(Scope(each) for each in row.scopes.split())
        record = tokens.TokenRecord(
            row.id, row.staff_id, row.secret_hash, scopes, row.issued_at, row.issued_by, row.expires_at, row.revoked_at
        )
        roles = frozenset(Role(each.role) for each in rows if each.role is not None)
        holder = tokens.Holder(StaffKind(row.kind), roles, row.left_at is not None)
    principal = tokens.judge(presented, record, holder, now=now, pepper=pepper)
    if required is not None:
        principal.require(required)
    return principal


def authenticate_cached(
    connection: Connection,
    cache: PrincipalCache,
    token: str,
    *,
    required: Scope | None,
    now: datetime,
    pepper: bytes | None = None,
) -> Principal:
    """:func:`authenticate`, asking only for the generation while ``cache`` knows the token: a revocation acts at
    once.
    """
    current = generation(connection)
    principal = cache.find(token, generation=current, now=now)
    if principal is None:
        principal = authenticate(connection, token, required=None, now=now, pepper=pepper)
        cache.keep(token, principal, generation=current, now=now)
    if required is not None:
        principal.require(required)
    return principal


def stated_principal(connection: Connection, staff_id: str, *, required: Scope | None) -> Principal:
    """The principal for somebody at this machine who says they are ``staff_id``: with all their roles allow, and
    unproven.

    For the command line, where whoever runs it can open the database and the keyring anyway. It can't decide or use
    approvals, which would let one person play two.
    """
    row = _present(connection, staff_id)
    scopes = scopes_of(_roles_of(connection, staff_id))
    principal = Principal(row.id, row.kind, scopes, Proof.STATED, None, None)
    if required is not None:
        principal.require(required)
    return principal


_GENERATION = select(access_generation.c.generation).where(access_generation.c.id == _GENERATION_ROW)


def generation(connection: Connection) -> int:
    """How many changes of staff, roles and tokens there have been; 0 before the first administrator."""
    return connection.execute(_GENERATION).scalar() or 0


def _start_change(connection: Connection) -> None:
    raised = connection.execute(
        update(access_generation)
        .where(access_generation.c.id == _GENERATION_ROW)
        .values(generation=access_generation.c.generation + 1)
    )
    if raised.rowcount != 1:
        raise StaffNotFound(staff_id="administrator")


# -- staff
# --------------------------------------------------------------------------------------------------------------


def add_first_administrator(connection: Connection, *, staff_id: str, name: str, now: datetime) -> Change[Staff]:
    """The first member of staff, an administrator. ``StaffExists`` if there is any staff already."""
    if connection.execute(select(func.count()).select_from(staff)).scalar_one() > 0:
        raise StaffExists(staff_id=staff_id)
    connection.execute(insert(access_generation).values(id=_GENERATION_ROW, generation=1))
    added = _insert_staff(connection, staff_id, name, StaffKind.PERSON, FOUNDER, now)
    granted = _insert_role(connection, staff_id, Role.ADMINISTRATOR, FOUNDER, now)
    return Change(added.value, (added.event, granted))


def add_staff(
    connection: Connection, *, actor: Principal, staff_id: str, name: str, kind: StaffKind, now: datetime
) -> Change[Staff]:
    """A new person or service, without any role. An id is never given twice."""
    actor.require(Scope.STAFF_ADMIN)
    _start_change(connection)
    return _insert_staff(connection, staff_id, name, kind, actor.staff_id, now)


def end_staff(connection: Connection, *, actor: Principal, staff_id: str, now: datetime) -> Change[Staff]:
    """``staff_id`` has left: their roles and tokens end now. The row stays."""
    actor.require(Scope.STAFF_ADMIN)
    _start_change(connection)
    row = _present(connection, staff_id)
    if Role.ADMINISTRATOR in _roles_of(connection, staff_id):
        _keep_an_administrator(connection, staff_id)
    connection.execute(update(staff).where(staff.c.id == staff_id).values(left_at=now))
    ended = {"revoked_at": now, "revoked_by": actor.staff_id}
    for table in (staff_role, api_token):
        held = (table.c.staff_id == staff_id) & table.c.revoked_at.is_(None)
        connection.execute(update(table).where(held).values(ended))
    left = Staff(row.id, row.name, row.kind, row.added_at, now)
    return Change(left, (_event(AccessEventKind.STAFF_LEFT, now, actor.staff_id, staff_id=staff_id),))


def grant_role(connection: Connection, *, actor: Principal, staff_id: str, role: Role, now: datetime) -> Change[Role]:
    """``staff_id`` holds ``role`` from now.

    Nobody grants to themselves; ``RolesConflict`` where duties must stay apart.
    """
    actor.require(Scope.STAFF_ADMIN)
    if actor.staff_id == staff_id:
        raise OwnRequest(staff_id=staff_id, action="grant a role")
    _start_change(connection)
    row = _present(connection, staff_id)
    held = _roles_of(connection, staff_id)
    check_grant(staff_id, row.kind, held, role)
    if role in held:
        raise AccessTermsRefused(field="role", why=f"{staff_id} is {role.value} already")
    return Change(role, (_insert_role(connection, staff_id, role, actor.staff_id, now),))


def revoke_role(connection: Connection, *, actor: Principal, staff_id: str, role: Role, now: datetime) -> Change[Role]:
    """``staff_id`` no longer holds ``role``; their tokens lose what came from it at once."""
    actor.require(Scope.STAFF_ADMIN)
    _start_change(connection)
    _present(connection, staff_id)
    if role is Role.ADMINISTRATOR and role in _roles_of(connection, staff_id):
        _keep_an_administrator(connection, staff_id)
    done = connection.execute(
        update(staff_role)
        .where(staff_role.c.staff_id == staff_id, staff_role.c.role == role.value, staff_role.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=actor.staff_id)
    )
    if done.rowcount != 1:
        raise AccessTermsRefused(field="role", why=f"{staff_id} is not {role.value}")
    event = _event(AccessEventKind.ROLE_REVOKED, now, actor.staff_id, staff_id=staff_id, role=role.value)
    return Change(role, (event,))


def list_staff(connection: Connection) -> list[tuple[Staff, frozenset[Role]]]:
    """Everybody, past ones included, with the roles they hold now; by id."""
    held: dict[str, set[Role]] = {}
    query = select(staff_role.c.staff_id, staff_role.c.role).where(staff_role.c.revoked_at.is_(None))
    for row in connection.execute(query):
        held.setdefault(row.staff_id, set()).add(Role(row.role))
    rows = connection.execute(select(staff).order_by(staff.c.id))
    return [(_staff(row), frozenset(held.get(row.id, ()))) for row in rows]


# -- tokens
# -------------------------------------------------------------------------------------------------------------


def issue_token(
    connection: Connection,
    *,
    actor: Principal,
    staff_id: str,
    scopes: Iterable[Scope],
    expires_at: datetime,
    now: datetime,
    pepper: bytes | None = None,
) -> Change[IssuedToken]:
    """A token for ``staff_id``, who may do at least ``scopes``. Its text is in what is returned and nowhere else."""
    actor.require(Scope.STAFF_ADMIN)
    _start_change(connection)
    _present(connection, staff_id)
    wanted = frozenset(scopes)
    tokens.check_terms(staff_id, _roles_of(connection, staff_id), wanted, issued_at=now, expires_at=expires_at)
    text = tokens.write_token(secrets.token_hex(tokens.ID_BYTES), secrets.token_bytes(tokens.SECRET_BYTES))
    presented = tokens.read_token(text)
    connection.execute(
        insert(api_token).values(
            id=presented.id,
            staff_id=staff_id,
            secret_hash=tokens.secret_hash(presented, pepper=pepper),
            scopes=" ".join(sorted(wanted)),
            issued_at=now,
            issued_by=actor.staff_id,
            expires_at=expires_at,
        )
    )
    event = _event(
        AccessEventKind.TOKEN_ISSUED, now, actor.staff_id, staff_id=staff_id, token_id=presented.id,
        scopes=sorted(each.value for each in wanted), expires_at=expires_at.isoformat(),
    )
    return Change(IssuedToken(presented.id, staff_id, wanted, expires_at, text), (event,))


def revoke_token(connection: Connection, *, actor: Principal, token_id: str, now: datetime) -> Change[str]:
    """The token ends now. Its holder may do this, and an administrator. ``TokenNotFound`` if it ended already."""
    _start_change(connection)
    live = (api_token.c.id == token_id) & api_token.c.revoked_at.is_(None)
    holder = connection.execute(select(api_token.c.staff_id).where(live)).scalar()
    if holder != actor.staff_id:
        actor.require(Scope.STAFF_ADMIN)
    if holder is None:
        raise TokenNotFound(token_id=token_id[:32])
    connection.execute(update(api_token).where(live).values(revoked_at=now, revoked_by=actor.staff_id))
    event = _event(AccessEventKind.TOKEN_REVOKED, now, actor.staff_id, staff_id=holder, token_id=token_id)
    return Change(token_id, (event,))


def list_tokens(connection: Connection) -> list[tokens.TokenRecord]:
    """Every token ever issued, newest first."""
    rows = connection.execute(select(api_token).order_by(api_token.c.issued_at.desc(), api_token.c.id))
    return [
        tokens.TokenRecord(
            row.id, row.staff_id, row.secret_hash, frozenset(Scope(each) for each in row.scopes.split()),
            row.issued_at, row.issued_by, row.expires_at, row.revoked_at,
        )
        for row in rows
    ]


# -- rows
# ---------------------------------------------------------------------------------------------------------------


def _event(
    kind: AccessEventKind, at: datetime, by: str, **body: str | int | bool | list[str] | None
) -> AccessEvent:
    return AccessEvent(kind, at, {"by": by, **body})


def _staff(row: Any) -> Staff:
    return Staff(row.id, row.name, StaffKind(row.kind), row.added_at, row.left_at)


def _present(connection: Connection, staff_id: str) -> Staff:
    row = connection.execute(select(staff).where(staff.c.id == staff_id, staff.c.left_at.is_(None))).first()
    if row is None:
        raise StaffNotFound(staff_id=staff_id[:64])
    return _staff(row)


def _roles_of(connection: Connection, staff_id: str) -> frozenset[Role]:
    query = select(staff_role.c.role).where(staff_role.c.staff_id == staff_id, staff_role.c.revoked_at.is_(None))
    return frozenset(Role(each) for each in connection.execute(query).scalars())


def _insert_staff(
    connection: Connection, staff_id: str, name: str, kind: StaffKind, by: str, now: datetime
) -> Change[Staff]:
    if not _STAFF_ID.fullmatch(staff_id) or staff_id == FOUNDER:
        raise AccessTermsRefused(field="staff_id", why="a-z, 0-9, '.' and '-', at most 64 characters")
    if staff_id.startswith(OUTSIDE):
        raise AccessTermsRefused(field="staff_id", why=f"not one that begins with {' or '.join(OUTSIDE)}")
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        raise AccessTermsRefused(field="name", why=f"1 to {MAX_NAME} printable characters")
    if connection.execute(select(staff.c.id).where(staff.c.id == staff_id)).first() is not None:
        raise StaffExists(staff_id=staff_id)
    connection.execute(insert(staff).values(id=staff_id, name=name, kind=kind.value, added_at=now, added_by=by))
    event = _event(AccessEventKind.STAFF_ADDED, now, by, staff_id=staff_id, staff_kind=kind.value)
    return Change(Staff(staff_id, name, kind, now), (event,))


def _insert_role(connection: Connection, staff_id: str, role: Role, by: str, now: datetime) -> AccessEvent:
    connection.execute(insert(staff_role).values(staff_id=staff_id, role=role.value, granted_at=now, granted_by=by))
    return _event(AccessEventKind.ROLE_GRANTED, now, by, staff_id=staff_id, role=role.value)


def _keep_an_administrator(connection: Connection, leaving: str) -> None:
    others = select(func.count()).select_from(staff_role).where(
        staff_role.c.role == Role.ADMINISTRATOR.value,
        staff_role.c.revoked_at.is_(None),
        staff_role.c.staff_id != leaving,
    )
    if connection.execute(others).scalar_one() == 0:
        raise LastAdministrator(staff_id=leaving)
