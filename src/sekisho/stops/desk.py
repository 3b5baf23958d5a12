"""What the parts of the stops desk share: workspace, key, how rows are sealed and found, settings, leaves."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, Table, func, insert, select, union

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.engine.facts import Value
from sekisho.events import Event
from sekisho.keys.schedule import stops_key
from sekisho.stops import tables
from sekisho.stops.decide import Judgement, SchemeDesk
from sekisho.stops.errors import RequestRefused, SettingRefused, UnknownStop
from sekisho.stops.kinds import Association, NumberKind, StopEvent
from sekisho.stops.law import selection, stops_engine
from sekisho.stops.ports import NumberPlan
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.store.units import Committed, Leaves
from sekisho.workspace import Workspace
from sekisho.workspace.legal_texts import LegalTexts
from sekisho.workspace.parts import HOUSE_KEY

T = TypeVar("T")

NUMBER: Final = PersonalColumn("stop_number", "number_index")
"""One index for all tables."""
DOCUMENT: Final = PersonalColumn("stop_request", "document_index")
KEYED: Final = (
    tables.stop_contractor, tables.stop_assignment, tables.stop_request, tables.stop_number, tables.stop_proposal,
    tables.stop_denial, tables.stop_objection, tables.stop_report, tables.stop_check, tables.stop_event,
)  # fmt: skip
"""Every table with rows under a month's key."""
_LONGEST_VALUE: Final = 4
"""Digits of a setting's number."""
_LOCK: Final = 0x73746F70
"""The number of PostgreSQL's advisory lock for :meth:`Desk.commit`: one that nothing else here uses."""

SETTINGS: Final[Mapping[str, str | None]] = {
    "association": "no_association",
    "threshold": None,
    "denial_days": None,
    "report_within_days": "7",
    "objection_within_days": "14",
    "answer_within_days": "7",
}
"""Every setting and its value where nothing is set. ``threshold`` and ``denial_days`` have none: neither number is
public (総務省の公表資料). The three terms are house limits."""


class Desk:
    """One workspace, as the stops desk uses it. Thread-safe."""

    def __init__(self, workspace: Workspace, plan: NumberPlan) -> None:
        """Reads and writes nothing until asked to."""
        self.workspace, self.plan = workspace, plan
        self.scheme = SchemeDesk(stops_engine())
        self._texts = LegalTexts(workspace, stops_engine().rulebook)

    def now(self) -> datetime:
        """The time."""
        return self.workspace.clock.now()

    def today(self) -> date:
        """The day in Japan."""
        return japan_date(self.now())

    def key(self) -> str:
        """The key of what is entered now; made where it doesn't exist."""
        name = stops_key(self.today())
        self.workspace.keyring.ensure(name)
        return name

    def keys_used(self, connection: Connection) -> list[str]:
        """Every key that rows now name."""
        return sorted(
            row[0] for row in connection.execute(union(*(select(table.c.key).distinct() for table in KEYED)))
        )

    def number_indexes(self, connection: Connection, number: str) -> list[bytes]:
        """Under which values a number may be indexed."""
        return NUMBER.candidates(self.workspace.keyring, number, keys=self.keys_used(connection))

    def document_indexes(self, connection: Connection, text: str) -> list[bytes]:
        """Under which values a paper (force and number) may be indexed."""
        return DOCUMENT.candidates(self.workspace.keyring, text, keys=self.keys_used(connection))

    def seal(self, table: Table, value: Any, *, row_id: str, key: str) -> bytes:
        """The ``body`` of a row."""
        return PersonalColumn(table.name, "body").seal(self.workspace.keyring, value, row_id=row_id, key=key)

    def open(self, table: Table, row: Any) -> Any:
        """What :meth:`seal` was given."""
        column = PersonalColumn(table.name, "body")
        return column.open(self.workspace.keyring, row.body, row_id=row.id, key=row.key)

    def leaf(self, kind: str, said: Mapping[str, Any], by: Principal, now: datetime) -> SealedLeaf:
        """A leaf that says ids, states, counts and digests, and who did it. Never a number or a person's name."""
        body = orjson.dumps({**said, "by": by.staff_id, "proof": by.proof.value}, option=orjson.OPT_SORT_KEYS)
        return self.workspace.seal(kind=kind, owner=HOUSE_KEY, body=body, at=now)

    def commit(self, write: Callable[[Connection], T], leaves: Leaves[T] = ()) -> Committed[T]:
        """As the workspace's, and the only one that changes this desk's rows at the moment: who reads a state, a row's
        key or what is there before it writes would otherwise write over what another worker just did. SQLite has one
        writer anyway."""
        if not self.workspace.database.several_workers:
            return self.workspace.commit(write, leaves)

        def alone(connection: Connection) -> T:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            return write(connection)

        return self.workspace.commit(alone, leaves)

    def raise_event(self, connection: Connection, event: Event) -> None:
        """Keep a fact for other desks, in the unit of work that makes it true."""
        key, made = stops_key(japan_date(event.occurred_at)), new_id("se_")
        self.workspace.keyring.ensure(key)
        body = orjson.loads(orjson.dumps(asdict(event)))
        connection.execute(
            insert(tables.stop_event).values(
                id=made, kind=type(event).__name__, made_at=event.occurred_at, key=key,
                body=self.seal(tables.stop_event, body, row_id=made, key=key),
            )
        )  # fmt: skip

    def one(self, connection: Connection, table: Table, row_id: str, what: str) -> Any:
        """A row. Raises ``UnknownStop``."""
        row = connection.execute(select(table).where(table.c.id == row_id)).one_or_none()
        if row is None:
            raise UnknownStop(what=what, id=ascii(row_id)[1:-1][:64])
        return row

    # --- settings ---

    def setting(self, connection: Connection, name: str) -> str | None:
        """A setting's value."""
        table = tables.stop_setting
        row = connection.execute(
            select(table.c.value).where(table.c.name == name).order_by(table.c.id.desc()).limit(1)
        ).one_or_none()
        return SETTINGS[name] if row is None else row.value

    def days(self, connection: Connection, name: str) -> int:
        """A setting that is a number of days, and always set."""
        return int(self.setting(connection, name) or 0)

    def set(self, name: str, value: str | None, *, source: str, by: Principal) -> None:
        """Change a setting; ``source`` says where it is known from. Raises ``SettingRefused``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        if name not in SETTINGS:
            raise SettingRefused(name=ascii(name)[:40], problem=f"one of {', '.join(SETTINGS)}")
        if value is None and SETTINGS[name] is not None:
            raise SettingRefused(name=name, problem="always has a value")
        if name == "association":
            if value not in {one.value for one in Association}:
                raise SettingRefused(name=name, problem=f"one of {', '.join(Association)}")
        elif value is not None and not (
            value.isascii() and value.isdigit() and len(value) <= _LONGEST_VALUE and 1 <= int(value) <= 3_660
        ):
            raise SettingRefused(name=name, problem="a whole number, 1 to 3660")
        if not 0 < len(source.strip()) <= 500:
            raise SettingRefused(name=name, problem="source: 1 to 500 characters")
        now = self.now()
        row = {"name": name, "value": value, "source": source.strip(), "at": now, "by": by.staff_id}
        self.commit(
            lambda connection: connection.execute(insert(tables.stop_setting), row) and None,
            [self.leaf("stops.setting", {"name": name, "value": value}, by, now)],
        )

    def settings(self) -> dict[str, str | None]:
        """All settings."""
        with self.workspace.database.read() as connection:
            return {name: self.setting(connection, name) for name in SETTINGS}

    # --- the law ---

    def judge(
        self, connection: Connection, event: StopEvent, facts: Mapping[str, Value], *, kind: NumberKind, on: date
    ) -> Judgement:
        """Judge one act by the law of ``on``, with what this workspace adopted and confirmed."""
        adopted, confirmation = self._texts.settings()
        return self.scheme.judge(
            event, facts, kind=kind, association=Association(self.setting(connection, "association") or ""), on=on,
            selection=selection(adopted.adopted), confirmation=confirmation,
        )  # fmt: skip


def new_id(prefix: str) -> str:
    """A random id."""
    return prefix + secrets.token_hex(8)


def digest(value: Any) -> bytes:
    """SHA-256 of a JSON value."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()


def checked_range(first: str, last: str) -> None:
    """``RequestRefused`` unless both are digits of one length, in order."""
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise RequestRefused(field="first", problem="ASCII digits, as dialled in Japan")
    if len(first) != len(last) or first > last or not 10 <= len(first) <= 11:
        raise RequestRefused(field="last", problem="10 or 11 digits, as many as the first, and not before it")
