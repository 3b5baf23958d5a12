"""Assignment rules in the database: added, ended, never edited.

A rule in force is under the workspace's own key for rules; when its end is recorded it moves under the key of its last
day (``log/ap.map-rule/<day>``) and is purged with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from sekisho.clock import japan_date
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import log_key, workspace_key
from sekisho.logs import manifest
from sekisho.logs.computed.errors import RuleEnded, RuleRefused, UnknownRule
from sekisho.logs.computed.rules import DatedRule, read_rule
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.tables import log_map_rule
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

RULE_LEAF: Final = "log.map_rule"
RULES_KEY: Final = workspace_key("log-map-rules")


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule as the database has it."""

    id: str
    rule: DatedRule


class MapRules:
    """The rules of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def add(self, written: Mapping[str, Any], *, by: str) -> str:
        """Add a rule, on record; its id. Raises ``RuleRefused``."""
        dated = read_rule(written)
        now, made = self._workspace.clock.now(), f"rule-{secrets.token_hex(8)}"
        key = RULES_KEY if dated.valid_to is None else _day_key(dated.valid_to)
        try:
            self._workspace.keyring.ensure(key)
        except KeyDestroyed:
            raise RuleRefused(field="valid_to", problem="its last day was purged") from None
        body = self._workspace.keyring.encrypt(key, _json(dict(written)), aad=_place(made))
        values = {
            "id": made, "method": dated.method, "name": dated.name, "valid_from": dated.valid_from,
            "valid_to": dated.valid_to, "key": key, "body": body, "added_at": now, "added_by": by,
        }  # fmt: skip

        def write(connection: Connection) -> None:
            connection.execute(insert(log_map_rule).values(**values))
            if dated.valid_to is not None:
                manifest.ensure_day(connection, LogKind.AP_MAP_RULE, _last_day(dated.valid_to), at=now)

        said = {"rule": made, "name": dated.name, "method": dated.method, "by": by}
        leaf = self._workspace.seal(kind=RULE_LEAF, owner=HOUSE_KEY, body=_json(said), at=now)
        self._workspace.commit(write, [leaf])
        return made

    def end(self, rule_id: str, *, at: datetime, by: str) -> None:
        """Record when a rule ceased to be in force. Raises ``UnknownRule``, ``RuleEnded``, ``RuleRefused``."""
        now = self._workspace.clock.now()
        with self._workspace.database.read() as connection:
            row = connection.execute(select(log_map_rule).where(log_map_rule.c.id == rule_id)).one_or_none()
        if row is None:
            raise UnknownRule(rule=rule_id[:64])
        if row.valid_to is not None:
            raise RuleEnded(rule=rule_id, at=row.valid_to.isoformat())
        if at <= row.valid_from:
            raise RuleRefused(field="valid_to", problem="after valid_from")
        ring = self._workspace.keyring
        document = orjson.loads(ring.decrypt(row.key, row.body, aad=_place(rule_id))) | {"valid_to": at.isoformat()}
        key = _day_key(at)
        ring.ensure(key)
        values = {"key": key, "body": ring.encrypt(key, _json(document), aad=_place(rule_id)), "valid_to": at}

        def write(connection: Connection) -> None:
            where = (log_map_rule.c.id == rule_id) & log_map_rule.c.valid_to.is_(None)
            if connection.execute(update(log_map_rule).where(where).values(**values)).rowcount != 1:
                raise RuleEnded(rule=rule_id, at=at.isoformat())
            manifest.ensure_day(connection, LogKind.AP_MAP_RULE, _last_day(at), at=now)

        said = {"rule": rule_id, "valid_to": at.isoformat(), "by": by}
        self._workspace.commit(
            write, [self._workspace.seal(kind=RULE_LEAF, owner=HOUSE_KEY, body=_json(said), at=now)]
        )

    def every(self) -> list[KeptRule]:
        """Every rule that can still be read, by when it came into force."""
        with self._workspace.database.read() as connection:
            rows = connection.execute(select(log_map_rule).order_by(log_map_rule.c.valid_from, log_map_rule.c.id)).all()
        return list(_opened(rows, self._workspace.keyring))


@dataclass(frozen=True, slots=True)
class Version:
    """Where a version of a rule is kept: its row's id and validity, and the name of its key."""

    id: str
    valid_from: datetime
    valid_to: datetime | None
    key: str


def versions(connection: Connection, begin: datetime, end: datetime) -> list[Version]:
    """The versions that were in force at some time of [``begin``, ``end``), whether or not they can be read."""
    table = log_map_rule
    query = select(table.c.id, table.c.valid_from, table.c.valid_to, table.c.key).where(
        table.c.valid_from < end, table.c.valid_to.is_(None) | (table.c.valid_to > begin)
    )
    found = connection.execute(query.order_by(table.c.valid_from, table.c.id))
    return [Version(row.id, row.valid_from, row.valid_to, row.key) for row in found]


def open_version(connection: Connection, keyring: Keyring, version: Version) -> KeptRule | None:
    """The rule of a version; None where its key is gone."""
    row = connection.execute(select(log_map_rule).where(log_map_rule.c.id == version.id)).one()
    return _open(row, keyring)


def _opened(rows: Any, keyring: Keyring) -> Iterator[KeptRule]:
    for row in rows:
        kept = _open(row, keyring)
        if kept is not None:
            yield kept


def _open(row: Row[Any], keyring: Keyring) -> KeptRule | None:
    try:
        document = orjson.loads(keyring.decrypt(row.key, row.body, aad=_place(row.id)))
    except KeyDestroyed:
        return None
    return KeptRule(row.id, read_rule(document))


def _last_day(at: datetime) -> date:
    return japan_date(at - timedelta(microseconds=1))


def _day_key(at: datetime) -> str:
    return log_key(LogKind.AP_MAP_RULE.value, _last_day(at))


def _place(rule_id: str) -> bytes:
    return b"sekisho/map-rule/1/" + rule_id.encode("ascii")


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
