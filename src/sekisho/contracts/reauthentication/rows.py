"""The statements over accounts, authenticators and step-ups. Each that compares also sets, in one statement.

Functions take a connection inside somebody's transaction and read no clock. Accounts and credentials are looked up by
indexes keyed under each key that rows name (:meth:`~sekisho.store.personal.PersonalColumn.candidates`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, or_, select, update

from sekisho.contracts.evidence.reauthentication.model import Attempt
from sekisho.contracts.reauthentication.tables import (
    contract_account,
    contract_authentication,
    contract_authenticator,
    contract_step_up,
)
from sekisho.contracts.reauthentication.totp import FREE_FAILURES, CodeCheck, locked_until
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.store.personal import PersonalColumn

ACCOUNT_BODY = PersonalColumn("contract_account", "body")
ACCOUNT_INDEX = PersonalColumn("contract_account", "account")
AUTHENTICATOR_BODY = PersonalColumn("contract_authenticator", "body")
HANDLE_INDEX = PersonalColumn("contract_authenticator", "handle")
STEP_UP_BODY = PersonalColumn("contract_step_up", "body")
AUTHENTICATION_BODY = PersonalColumn("contract_authentication", "body")

STEP_UPS_KEPT = timedelta(days=1)
"""A finished one is evidence elsewhere by then; an unfinished one is over after minutes."""

FORGOTTEN_AT_ONCE = 200


class State(StrEnum):
    """Of an authenticator."""

    PENDING = "pending"
    """Its secret was shown; nobody has proven yet to have it."""
    ACTIVE = "active"


def indexes(connection: Connection, keyring: Keyring, table: Table, column: PersonalColumn, text: str) -> list[bytes]:
    """The index of ``text`` under every living key that rows of ``table`` name."""
    keys = connection.execute(select(table.c.key).distinct()).scalars()
    found = []
    for key in keys:
        try:
            found.append(column.index(keyring, text, key=key))
        except KeyDestroyed:
            continue  # nothing under it can be found any more
    return found


def account_of(connection: Connection, keyring: Keyring, account: str) -> Row[Any] | None:
    """The row of the account with this reference."""
    candidates = indexes(connection, keyring, contract_account, ACCOUNT_INDEX, account)
    query = select(contract_account).where(contract_account.c.account_index.in_(candidates))
    return connection.execute(query.order_by(contract_account.c.opened_at).limit(1)).one_or_none()


def authenticator_with(connection: Connection, keyring: Keyring, handle: str) -> Row[Any] | None:
    """The authenticator, of whatever account, with this credential id or certificate."""
    table = contract_authenticator
    candidates = indexes(connection, keyring, table, HANDLE_INDEX, handle)
    return connection.execute(select(table).where(table.c.handle_index.in_(candidates)).limit(1)).one_or_none()


def authenticators_of(
    connection: Connection, account: str, *, kind: str | None = None, state: State | None = State.ACTIVE
) -> Sequence[Row[Any]]:
    """An account's authenticators, oldest first."""
    table = contract_authenticator.c
    wanted: list[ColumnElement[bool]] = [table.account == account]
    if kind is not None:
        wanted.append(table.kind == kind)
    if state is not None:
        wanted.append(table.state == state.value)
    query = select(contract_authenticator).where(and_(*wanted)).order_by(table.registered_at, table.id)
    return connection.execute(query).all()


def set_count(connection: Connection, authenticator: str, found: int, *, moment: datetime) -> bool:
    """Set the counter to ``found`` if it rose, or if there is none (0 after 0); whether it was so."""
    table = contract_authenticator.c
    rose = table.sign_count < found if found else table.sign_count == 0
    done = connection.execute(
        update(contract_authenticator)
        .where(table.id == authenticator, table.state == State.ACTIVE.value, rose)
        .values(sign_count=found, used_at=moment)
    )
    return done.rowcount == 1


def attempt_code(connection: Connection, authenticator: str, check: CodeCheck, *, moment: datetime) -> Attempt:
    """Accept the code's time step if it is later than the last one; count a wrong code, and lock after too many.

    A right code that was used before is refused and not counted: it tells a guesser nothing.
    """
    table = contract_authenticator.c
    row = connection.execute(
        select(contract_authenticator).where(table.id == authenticator).with_for_update()
    ).one_or_none()
    if row is None:
        return Attempt(accepted=False, locked_until=None, left=0)
    if row.locked_until is not None and moment < row.locked_until:
        return Attempt(accepted=False, locked_until=row.locked_until, left=0)
    if check.matched is not None:
        step = check.matched.step
        done = connection.execute(
            update(contract_authenticator)
            .where(table.id == authenticator, or_(table.last_step.is_(None), table.last_step < step))
            .values(last_step=step, failures=0, locked_until=None, used_at=moment)
        )
        return Attempt(accepted=done.rowcount == 1, locked_until=None, left=max(FREE_FAILURES - row.failures, 0))
    failures = row.failures + 1
    connection.execute(
        update(contract_authenticator)
        .where(table.id == authenticator)
        .values(failures=failures, locked_until=locked_until(failures, moment=moment))
    )
    return Attempt(accepted=False, locked_until=None, left=max(FREE_FAILURES - failures, 0))


def mark_used(connection: Connection, authenticator: str, *, moment: datetime) -> None:
    """Note when an authenticator that keeps no counter was used."""
    table = contract_authenticator.c
    connection.execute(update(contract_authenticator).where(table.id == authenticator).values(used_at=moment))


def forget_step_ups(connection: Connection, moment: datetime) -> None:
    """Remove step-ups that ended more than a day ago, a bounded number at a time; nobody waits for another's rows."""
    table = contract_step_up.c
    past = connection.execute(
        select(table.id)
        .where(table.expires_at < moment - STEP_UPS_KEPT)
        .order_by(table.expires_at)
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).scalars()
    ids = list(past)
    if ids:
        connection.execute(delete(contract_authentication).where(contract_authentication.c.step_up.in_(ids)))
        connection.execute(delete(contract_step_up).where(table.id.in_(ids)))
