"""What the operator sets for the disclosure desk once, and whatever needs it uses from its day on.

==========  ==========================================================================================================
prices      what a request costs (:mod:`.intake.fees`); without one, that module's default
others      other providers' prefixes by their names (:func:`.intake.surroundings.read_others`); without one, none
office      this operator's name and address as they stand on its papers (:meth:`.papers.frame.Office.read`)
==========  ==========================================================================================================

A setting is never changed but followed by another one, from today or a later day on, with its leaf: what was in force
on any day can be told. An option of a command goes before it, for that command alone. They are a company's particulars
and prices and stand in the clear; nothing about a person belongs here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, Select, insert, select

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.fees import PriceTable, read_price_table
from sekisho.disclosure.intake.surroundings import read_others
from sekisho.disclosure.papers.frame import Office
from sekisho.disclosure.setting_tables import disclosure_setting
from sekisho.keys.schedule import workspace_key
from sekisho.logs.sources import Network
from sekisho.workspace import Workspace

LEAF: Final = "disclosure.setting"
OWNER: Final = workspace_key("disclosure-settings")
"""Owns the leaves about settings: they tell of nobody, and stay."""


class Setting(StrEnum):
    """What can be set."""

    PRICES = "prices"
    OTHERS = "others"
    OFFICE = "office"


_READERS: Final[Mapping[Setting, Callable[[Mapping[str, Any]], object]]] = {
    Setting.PRICES: read_price_table,
    Setting.OTHERS: read_others,
    Setting.OFFICE: Office.read,
}


@dataclass(frozen=True, slots=True)
class Made:
    """A setting as it was made: from which day on, when and by whom, and what."""

    name: Setting
    valid_from: date
    since: datetime
    by: str
    value: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "name": self.name.value,
            "valid_from": self.valid_from.isoformat(),
            "since": self.since.isoformat(),
            "by": self.by,
            "value": dict(self.value),
        }


class DeskSettings:
    """The settings of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def make(
        self, name: Setting, written: Mapping[str, Any], *, valid_from: date | None = None, by: Principal
    ) -> Made:
        """Set it from a day on (today by default); what is in force then already changes nothing.

        Raises ``CaseRefused`` for a day before today, ``PriceTableRefused``, ``PrefixTableRefused``, ``PaperRefused``,
        ``ScopeMissing``, ``ProofTooWeak``.
        """
        by.require(Scope.STAFF_ADMIN)
        by.require_proof("disclosure.setting")
        _READERS[name](written)
        now = self._workspace.clock.now()
        day = valid_from or japan_date(now)
        if day < japan_date(now):
            raise CaseRefused(field="valid_from", problem="today or a later day: what was quoted stays as it was")
        text = orjson.dumps(dict(written), option=orjson.OPT_SORT_KEYS).decode()
        table = disclosure_setting

        def write(connection: Connection) -> bool:
            before = connection.execute(_in_force(name, day)).one_or_none()
            if before is not None and before.body == text:
                return False
            connection.execute(
                insert(table).values(name=name.value, valid_from=day, since=now, by=by.staff_id, body=text)
            )
            return True

        said = {
            "setting": name.value,
            "valid_from": day.isoformat(),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "by": by.staff_id,
            "proof": by.proof.value,
        }
        told = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        leaf = self._workspace.seal(kind=LEAF, owner=OWNER, body=told, at=now)
        self._workspace.commit(write, lambda new: [leaf] if new else [])
        found = self.in_force(name, day)
        if found is None:
            raise CaseRefused(field=name.value, problem="set, and not found")
        return found

    def in_force(self, name: Setting, on: date | None = None) -> Made | None:
        """The setting of a day (today by default); None where there is none yet."""
        day = on or japan_date(self._workspace.clock.now())
        with self._workspace.database.read() as connection:
            row = connection.execute(_in_force(name, day)).one_or_none()
        return None if row is None else _made(row)

    def every(self, name: Setting | None = None) -> list[Made]:
        """All that were ever made, in the order in which they were."""
        table = disclosure_setting
        query = select(table).order_by(table.c.id)
        if name is not None:
            query = query.where(table.c.name == name.value)
        with self._workspace.database.read() as connection:
            return [_made(row) for row in connection.execute(query)]

    # --- as their users need them ------------------------------------------------------------------------------------

    def prices(self, on: date | None = None) -> PriceTable:
        """The prices of a day."""
        found = self.in_force(Setting.PRICES, on)
        return PriceTable() if found is None else read_price_table(found.value)

    def others(self, on: date | None = None) -> tuple[tuple[Network, str], ...]:
        """Other providers' prefixes of a day."""
        found = self.in_force(Setting.OTHERS, on)
        return () if found is None else read_others(found.value)

    def office(self, on: date | None = None) -> Office | None:
        """This operator as it stands on papers; None where nobody has said."""
        found = self.in_force(Setting.OFFICE, on)
        return None if found is None else Office.read(found.value)


def _in_force(name: Setting, on: date) -> Select[Any]:
    table = disclosure_setting
    query = select(table).where(table.c.name == name.value, table.c.valid_from <= on)
    return query.order_by(table.c.valid_from.desc(), table.c.id.desc()).limit(1)


def _made(row: Row[Any]) -> Made:
    return Made(Setting(row.name), row.valid_from, row.since, row.by, orjson.loads(row.body))
