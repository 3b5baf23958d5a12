"""The subscriber register in the database: taken in whole, found by exact match, gone with its keys.

A row of a contract that has ended is under the key of its last day (``log/subscriber/<day>``); one that runs is under
that of the day on which the register was taken in, and the next register states it anew. So the purge of a day takes
with it what ended on that day, and what no register has stated since. Searching goes by blind index under the same
keys: when a key is gone, neither the row nor a way to test guesses remains.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any, Final

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from sekisho.clock import japan_date
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed, KeyNotFound
from sekisho.keys.schedule import log_key
from sekisho.logs import manifest
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.tables import log_register, log_register_key, log_subscriber, log_subscriber_index
from sekisho.logs.subscribers.errors import RegisterRefused
from sekisho.logs.subscribers.identifiers import Identifier
from sekisho.logs.subscribers.record import Contractor, Found, Known
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

REGISTER_LEAF: Final = "log.register"
ROWS_AT_ONCE: Final = 2_000
"""Rows in one transaction, so that nobody else waits long."""

_ID_BITS: Final = 62
"""Of a row's random id: it tells no order, and with ten million rows none comes twice but with odds of 10^-5."""

_TAKING, _CURRENT = "taking", "current"


@dataclass(frozen=True, slots=True)
class Taken:
    """A register that was taken in. ``refused`` rows are of days that were purged."""

    id: str
    ledger_index: int
    rows: int
    refused: int


class SubscriberRegister:
    """The register of one workspace. Thread-safe; one register is taken in at a time."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def take_in(
        self, contractors: Iterable[Contractor], *, covers_from: date, as_of: date, by: str
    ) -> Taken:
        """Take in a register that lists every contract that ran on any day from ``covers_from`` to ``as_of``.

        It counts from the moment it is whole; registers it contains are removed then. Raises ``RegisterRefused``;
        then, and after a crash, what was there before still counts, and the next call clears the rest away.
        """
        now = self._workspace.clock.now()
        today = japan_date(now)
        if not covers_from <= as_of <= today:
            raise RegisterRefused(line=0, problem="from the first day it covers to its own, which isn't in the future")
        self._clear(_TAKING)
        made = secrets.token_hex(16)
        head = {
            "id": made, "state": _TAKING, "covers_from": covers_from, "as_of": as_of, "rows": 0, "refused": 0,
            "taken_at": now, "taken_by": by,
        }  # fmt: skip
        self._workspace.commit(lambda connection: connection.execute(insert(log_register).values(**head)))
        rows = refused = 0
        gone: set[date] = set()
        remaining = iter(contractors)
        while some := list(islice(remaining, ROWS_AT_ONCE)):
            kept = []
            for one in some:
                ended = one.valid_to is not None and one.valid_to < today
                day = one.valid_to if ended and one.valid_to is not None else today
                if day in gone or not self._ensure(day):
                    gone.add(day)
                    refused += 1
                else:
                    kept.append((day, one))
            rows += len(kept)
            self._workspace.commit(partial(self._write, register=made, kept=kept, at=now))
        body = {
            "register": made, "rows": rows, "refused": refused, "covers_from": covers_from.isoformat(),
            "as_of": as_of.isoformat(), "by": by,
        }  # fmt: skip
        leaf = self._workspace.seal(kind=REGISTER_LEAF, owner=HOUSE_KEY, body=_json(body), at=now)

        def finish(connection: Connection) -> None:
            for day in sorted(gone):
                connection.execute(insert(log_register_key).values(register=made, day=day, key=_key(day)))
            values = {"state": _CURRENT, "rows": rows, "refused": refused}
            connection.execute(update(log_register).where(log_register.c.id == made).values(**values))
            contained = (
                (log_register.c.state == _CURRENT)
                & (log_register.c.id != made)
                & (log_register.c.covers_from >= covers_from)
                & (log_register.c.as_of <= as_of)
            )
            connection.execute(update(log_register).where(contained).values(state="superseded"))

        index = self._workspace.commit(finish, [leaf]).leaf_indexes[0]
        self._clear("superseded")
        return Taken(made, index, rows, refused)

    def _ensure(self, day: date) -> bool:
        try:
            self._workspace.keyring.ensure(_key(day))
        except KeyDestroyed:
            return False
        return True

    def _write(
        self, connection: Connection, *, register: str, kept: Sequence[tuple[date, Contractor]], at: datetime
    ) -> None:
        keyring = self._workspace.keyring
        known = set(
            connection.execute(select(log_register_key.c.day).where(log_register_key.c.register == register)).scalars()
        )
        for day in sorted({day for day, _ in kept} - known):
            connection.execute(insert(log_register_key).values(register=register, day=day, key=_key(day)))
            manifest.ensure_day(connection, LogKind.SUBSCRIBER, day, at=at)
        rows, indexes = [], []
        for day, one in kept:
            number = secrets.randbits(_ID_BITS)
            body = keyring.encrypt(_key(day), _json(one.document()), aad=_place(register, day))
            rows.append({"id": number, "register": register, "day": day, "body": body})
            indexes += [
                {"register": register, "index": _blind(keyring, day, wanted), "subscriber": number}
                for wanted in one.identifiers
            ]
        if rows:
            connection.execute(insert(log_subscriber), rows)
        if indexes:
            connection.execute(insert(log_subscriber_index), indexes)

    def _clear(self, state: str) -> None:
        """Remove the registers of a state with their rows, a few at a time."""
        with self._workspace.database.read() as connection:
            ids = list(connection.execute(select(log_register.c.id).where(log_register.c.state == state)).scalars())
        for each in ids:
            while self._workspace.commit(partial(_remove_some, register=each)).value:
                pass


def find(connection: Connection, keyring: Keyring, wanted: Identifier, day: date) -> Found:
    """Whom the register names for an identifier on a day. The newest register that covers the day is asked."""
    query = (
        select(log_register.c.id)
        .where(log_register.c.state == _CURRENT, log_register.c.covers_from <= day, log_register.c.as_of >= day)
        .order_by(log_register.c.as_of.desc(), log_register.c.taken_at.desc())
        .limit(1)
    )
    register = connection.execute(query).scalar_one_or_none()
    if register is None:
        return Found((), Known.PARTLY)
    # A contract that ended before the day isn't asked for; one that ended later is under the key of its last day.
    keys = select(log_register_key.c.day).where(log_register_key.c.register == register, log_register_key.c.day >= day)
    indexes, known = [], Known.WHOLE
    for each in connection.execute(keys).scalars():
        try:
            indexes.append(_blind(keyring, each, wanted))
        except (KeyDestroyed, KeyNotFound):
            known = Known.EXPIRED
    found = tuple(
        one for one in _rows(connection, keyring, register, indexes) if wanted in one.identifiers and one.valid_on(day)
    )
    return Found(found, Known.WHOLE if found else known)


def _rows(
    connection: Connection, keyring: Keyring, register: str, indexes: Sequence[bytes]
) -> Iterator[Contractor]:
    for at in range(0, len(indexes), 500):
        query = (
            select(log_subscriber.c.day, log_subscriber.c.body)
            .join(log_subscriber_index, log_subscriber_index.c.subscriber == log_subscriber.c.id)
            .where(
                log_subscriber_index.c.register == register,
                log_subscriber_index.c.index.in_(indexes[at : at + 500]),
            )
        )
        for row in connection.execute(query):
            body = keyring.decrypt(_key(row.day), row.body, aad=_place(register, row.day))
            yield Contractor.read(orjson.loads(body))


def _remove_some(connection: Connection, *, register: str) -> bool:
    """Remove some of a register's rows; False when it is gone."""
    mine = select(log_subscriber.c.id).where(log_subscriber.c.register == register).limit(ROWS_AT_ONCE)
    ids = list(connection.execute(mine).scalars())
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        where = (log_subscriber_index.c.register == register) & log_subscriber_index.c.subscriber.in_(some)
        connection.execute(delete(log_subscriber_index).where(where))
        connection.execute(delete(log_subscriber).where(log_subscriber.c.id.in_(some)))
    if ids:
        return True
    connection.execute(delete(log_register_key).where(log_register_key.c.register == register))
    connection.execute(delete(log_register).where(log_register.c.id == register))
    return False


def _key(day: date) -> str:
    return log_key(LogKind.SUBSCRIBER.value, day)


def _place(register: str, day: date) -> bytes:
    return f"sekisho/subscriber/1/{register}/{day.isoformat()}".encode("ascii")


def _blind(keyring: Keyring, day: date, wanted: Identifier) -> bytes:
    said = wanted.value.encode()
    return keyring.blind_index(_key(day), b"sekisho/subscriber/1\x00" + wanted.kind.value.encode() + b"\x00" + said)


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
