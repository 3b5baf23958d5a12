"""Challenges kept in the workspace's database: a nonce counts once, however many processes ask and whoever dies.

One store for every kind of evidence that answers a challenge. A purpose is a slug (``signing``,
``passkey-assertion`` …); an answer for one purpose or application never serves another.

- Only the SHA-256 of a nonce is stored, and the text to be signed is encrypted: a copy of the table can't be answered.
- Use is one statement, ``UPDATE … WHERE used_at IS NULL``, durable before anything is verified: of several answers
  that race, in whatever processes, one wins. It is used up whatever comes of it.
- A used or expired challenge is remembered for one more life, so that a replay is called one, and then forgotten.

What this doesn't do: look at the answer. It also can't tell a nonce that was forgotten from one that never was.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sekisho.clock import japan_date
from sekisho.contracts.challenge_tables import contract_challenge
from sekisho.contracts.evidence.jpki.errors import NonceExpired, NonceForAnother, NonceUnknown, NonceUsed
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, NONCE_BYTES
from sekisho.engine.facts import Text
from sekisho.keys.schedule import contract_month_key
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

FORGOTTEN_AT_ONCE = 500
"""Old rows removed by one new challenge: more than one makes, so that the table never grows beyond its use."""

_BODY = PersonalColumn("contract_challenge", "body")
_PURPOSE = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


class StoredChallenges:
    """A :class:`~sekisho.contracts.evidence.jpki.ports.NonceStore` over a workspace. Thread-safe."""

    limits = Text("一度だけ（どのプロセスでも）", "once, in whatever process")

    def __init__(self, workspace: Workspace) -> None:
        """Writes through the workspace's queue: it must be open for writing when something is kept or consumed."""
        self._workspace = workspace

    def issue(self, *, purpose: str, application: str, moment: datetime, life: timedelta = CHALLENGE_LIFE) -> Challenge:
        """Keep and return a challenge that is nothing but its nonce, for protocols that make their own text of it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        challenge = Challenge(nonce, purpose, application, nonce.hex().encode("ascii"), moment + life)
        self.keep(challenge)
        return challenge

    def keep(self, challenge: Challenge) -> None:
        """Keep a new challenge, durably, and forget those long past."""
        if not _PURPOSE.fullmatch(challenge.purpose):
            raise ValueError(f"a purpose is a slug, not {challenge.purpose!r}")
        row_id = challenge_id(challenge.nonce)
        key = contract_month_key(japan_date(challenge.expires_at))
        self._workspace.keyring.ensure(key)
        told = {"application": challenge.application, "text": base64.b64encode(challenge.text).decode("ascii")}
        row = {
            "id": row_id,
            "purpose": challenge.purpose,
            "key": key,
            "body": _BODY.seal(self._workspace.keyring, told, row_id=row_id, key=key),
            "expires_at": challenge.expires_at,
            "used_at": None,
        }

        now = self._workspace.clock.now()

        def write(connection: Connection) -> None:
            forget_old(connection, now)
            connection.execute(insert(contract_challenge), row)

        self._workspace.commit(write)

    def consume(self, nonce: bytes, *, purpose: str, application: str, moment: datetime) -> Challenge:
        """As :meth:`~sekisho.contracts.evidence.jpki.ports.Challenges.consume`; durable when it returns or raises.

        Raises ``NonceUnknown``, ``NonceUsed``, ``NonceExpired`` or ``NonceForAnother``; ``KeyDestroyed`` for one whose
        text nobody can read any more.
        """
        row_id = challenge_id(nonce)
        used = self._workspace.commit(lambda connection: use(connection, row_id, moment)).value
        if used.row is None:
            raise NonceUnknown
        if not used.first:
            raise NonceUsed
        return _challenge(self._workspace, used.row, nonce, purpose=purpose, application=application, moment=moment)

    def forget_old(self, moment: datetime) -> int:
        """Remove what ended more than a life before ``moment``; how many rows. New challenges do it as they come."""
        return self._workspace.commit(lambda connection: forget_old(connection, moment)).value


class ChallengesOfUnit:
    """Challenges that are used up by the very unit of work that records what came of their answers.

    An answer is looked at first (:meth:`consume` reads and notes), and :meth:`use` uses up what was noted inside the
    transaction: of several units that race, the first stands and the others raise ``NonceUsed``, whole. So a crash
    between the two costs nobody a challenge, and one write makes both durable. One per request; not thread-safe.
    """

    limits = StoredChallenges.limits

    def __init__(self, workspace: Workspace) -> None:
        """Nothing noted yet."""
        self._workspace = workspace
        self._noted: list[str] = []

    def consume(self, nonce: bytes, *, purpose: str, application: str, moment: datetime) -> Challenge:
        """As :meth:`StoredChallenges.consume`, but for being durable: that is :meth:`use`'s part."""
        row_id = challenge_id(nonce)
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract_challenge).where(contract_challenge.c.id == row_id)).one_or_none()
        if row is None:
            raise NonceUnknown
        if row.used_at is not None or row_id in self._noted:
            raise NonceUsed
        self._noted.append(row_id)
        return _challenge(self._workspace, row, nonce, purpose=purpose, application=application, moment=moment)

    def use(self, connection: Connection, moment: datetime) -> None:
        """Use up all that was noted. Raises ``NonceUsed`` where somebody else was first."""
        for row_id in self._noted:
            if not use(connection, row_id, moment).first:
                raise NonceUsed


def _challenge(
    workspace: Workspace, row: Row[Any], nonce: bytes, *, purpose: str, application: str, moment: datetime
) -> Challenge:
    expires_at: datetime = row.expires_at
    if moment >= expires_at:
        raise NonceExpired(expires_at=expires_at.isoformat())
    told: dict[str, Any] = _BODY.open(workspace.keyring, row.body, row_id=row.id, key=row.key)
    if (row.purpose, told["application"]) != (purpose, application):
        raise NonceForAnother
    return Challenge(nonce, purpose, application, base64.b64decode(told["text"]), expires_at)


def challenge_id(nonce: bytes) -> str:
    """What a nonce is stored as: its SHA-256 in hexadecimal. It has 256 random bits, so nothing finds it from that."""
    return hashlib.sha256(nonce).hexdigest()


@dataclass(frozen=True, slots=True)
class Use:
    """What an attempt to use a challenge met: its row, None where there is none, and whether this was the first."""

    row: Row[Any] | None
    first: bool


def use(connection: Connection, row_id: str, moment: datetime) -> Use:
    """Use up the challenge ``row_id``. Of several transactions that try, one is the first."""
    table = contract_challenge
    first = connection.execute(
        update(table).where(table.c.id == row_id, table.c.used_at.is_(None)).values(used_at=moment)
    )
    return Use(connection.execute(select(table).where(table.c.id == row_id)).one_or_none(), first.rowcount == 1)


def forget_old(connection: Connection, moment: datetime) -> int:
    """Remove up to :data:`FORGOTTEN_AT_ONCE` challenges that ended more than a life before ``moment``; how many.

    Rows that another transaction holds are left to it: nobody waits to clean up.
    """
    table = contract_challenge
    past = (
        select(table.c.id)
        .where(table.c.expires_at < moment - CHALLENGE_LIFE)
        .order_by(table.c.expires_at)
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(delete(table).where(table.c.id.in_(past))).rowcount
