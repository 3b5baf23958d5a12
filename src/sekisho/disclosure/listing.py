"""Lists of cases: filtered and sorted in the database by what stands in the clear there, a page at a time.

Only the rows of the page are opened. What ``by`` may not know of isn't in the query, so it is in no page and no count.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from sekisho.access.principal import Principal
from sekisho.disclosure import rows
from sekisho.disclosure.errors import CaseRefused, WrongCursor
from sekisho.disclosure.kinds import CaseType, Family
from sekisho.disclosure.progress import State
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.tables import disclosure_case
from sekisho.disclosure.visibility import visible
from sekisho.store.columns import from_micros, to_micros
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

MAX_PAGE: Final = 500
PAGE: Final = 100


class Order(StrEnum):
    """What a list is sorted by."""

    RECEIVED = "received"
    """The oldest first."""
    DUE = "due"
    """Whose term ends first, first; cases without an open term are left out."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases. Empty means any. ``due_before`` is exclusive; ``number`` and ``requester`` are compared whole."""

    states: frozenset[State] = frozenset()
    types: frozenset[CaseType] = frozenset()
    families: frozenset[Family] = frozenset()
    due_before: date | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    number: str | None = None
    requester: str | None = None
    open_only: bool = False
    order: Order = Order.RECEIVED


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases, and where the list goes on (None: it doesn't)."""

    entries: tuple[CaseEntry, ...]
    cursor: str | None = field(default=None)


def page(
    workspace: Workspace, filters: Filters, *, by: Principal, cursor: str | None = None, limit: int = PAGE
) -> Page:
    """A page of the cases that ``by`` may know of. Raises ``ScopeMissing``, ``WrongCursor``, ``CaseRefused``."""
    if not 0 < limit <= MAX_PAGE:
        raise CaseRefused(field="limit", problem=f"1 to {MAX_PAGE}")
    table = disclosure_case
    query = _matching(select(table), workspace, filters, by)
    if filters.order is Order.DUE:
        at: ColumnElement[Any] = table.c.due_on
        query = query.where(at.is_not(None))
    else:
        at = table.c.received_at
    if cursor is not None:
        last, last_id = _read_cursor(cursor, filters.order)
        query = query.where(or_(at > last, and_(at == last, table.c.id > last_id)))
    with workspace.database.read() as connection:
        found = connection.execute(query.order_by(at, table.c.id).limit(limit + 1)).all()
    entries = tuple(rows.read_row(row, workspace.keyring) for row in found[:limit])
    more = len(found) > limit
    return Page(entries, _cursor(entries[-1], filters.order) if more else None)


def count(workspace: Workspace, filters: Filters, *, by: Principal) -> int:
    """How many there are that ``by`` may know of. Raises ``ScopeMissing``."""
    query = _matching(select(func.count()).select_from(disclosure_case), workspace, filters, by)
    with workspace.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def _matching(query: Select[Any], workspace: Workspace, filters: Filters, by: Principal) -> Select[Any]:
    table = disclosure_case
    query = query.where(visible(by))
    if filters.states:
        query = query.where(table.c.state.in_(sorted(state.value for state in filters.states)))
    elif filters.open_only:
        query = query.where(table.c.state != State.CLOSED.value)
    if filters.types:
        query = query.where(table.c.type.in_(sorted(one.value for one in filters.types)))
    if filters.families:
        query = query.where(table.c.family.in_(sorted(one.value for one in filters.families)))
    if filters.due_before is not None:
        query = query.where(table.c.due_on < filters.due_before)
    if filters.received_from is not None:
        query = query.where(table.c.received_at >= filters.received_from)
    if filters.received_before is not None:
        query = query.where(table.c.received_at < filters.received_before)
    if filters.number is not None:
        text = filters.number.strip()
        query = query.where(table.c.number_index.in_(_candidates(workspace, rows.NUMBER, text)))
    if filters.requester is not None:
        text = filters.requester.strip()
        query = query.where(table.c.requester_index.in_(_candidates(workspace, rows.REQUESTER, text)))
    return query


def _candidates(workspace: Workspace, column: PersonalColumn, text: str) -> list[bytes]:
    return column.candidates(workspace.keyring, text, keys=index_keys(workspace.keyring.names()))


def index_keys(names: Iterable[str]) -> list[str]:
    """The months' index keys among the names of living keys."""
    return [name for name in names if name.startswith("disclosure-index/")]


def _cursor(entry: CaseEntry, order: Order) -> str:
    at = entry.due_on.isoformat() if order is Order.DUE and entry.due_on else to_micros(entry.received_at)
    return base64.urlsafe_b64encode(orjson.dumps([order.value, at, entry.id])).decode().rstrip("=")


def _read_cursor(text: str, order: Order) -> tuple[date | datetime, str]:
    try:
        said, at, last = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if said != order.value or not isinstance(last, str):
            raise WrongCursor
        return (date.fromisoformat(at) if order is Order.DUE else from_micros(int(at))), last
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise WrongCursor from None
