"""Sources in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, insert, select

from sekisho.logs.errors import SourceRefused, SourceUsed, UnknownSource
from sekisho.logs.kinds import LogKind
from sekisho.logs.sources import MAX_NUMBER, Source, SourceSpec, prefixes
from sekisho.logs.tables import log_source


def document(spec: SourceSpec) -> dict[str, Any]:
    """A source as it is declared, for the ledger and for people."""
    return {
        "name": spec.name,
        "provider": spec.provider,
        "service": spec.service,
        "kind": spec.kind.value,
        "format": spec.format,
        "zone": spec.zone,
        "acknowledged": spec.acknowledged,
        "covers": [str(one) for one in spec.covers],
        "settings": dict(spec.settings),
    }


def add(connection: Connection, spec: SourceSpec, *, at: datetime, by: str) -> Source:
    """Enter a source under the next number. Raises ``SourceUsed``, ``SourceRefused`` beyond 65,535 of them."""
    table = log_source
    if connection.execute(select(table.c.number).where(table.c.name == spec.name)).first() is not None:
        raise SourceUsed(name=spec.name)
    number = (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1
    if number > MAX_NUMBER:
        raise SourceRefused(field="number", problem=f"there are {MAX_NUMBER} sources already")
    connection.execute(
        insert(table).values(
            number=number,
            name=spec.name,
            provider=spec.provider,
            service=spec.service,
            kind=spec.kind.value,
            format=spec.format,
            zone=spec.zone,
            settings=orjson.dumps(dict(spec.settings)).decode(),
            acknowledged=spec.acknowledged,
            covers=orjson.dumps([str(one) for one in spec.covers]).decode(),
            revision=0,
            added_at=at,
            added_by=by,
        )
    )
    return Source(number, spec, 0)


def every(connection: Connection) -> tuple[Source, ...]:
    """Every source, by number."""
    return tuple(_source(row) for row in connection.execute(select(log_source).order_by(log_source.c.number)))


def find(connection: Connection, name: str | int) -> Source:
    """A source by its name or number. Raises ``UnknownSource``."""
    column = log_source.c.number if isinstance(name, int) else log_source.c.name
    row = connection.execute(select(log_source).where(column == name)).one_or_none()
    if row is None:
        raise UnknownSource(name=str(name)[:100])
    return _source(row)


def _source(row: Row[Any]) -> Source:
    spec = SourceSpec(
        row.name,
        row.provider,
        row.service,
        LogKind(row.kind),
        row.format,
        row.zone,
        row.acknowledged,
        prefixes(orjson.loads(row.covers)),
        orjson.loads(row.settings),
    )
    return Source(row.number, spec, row.revision)
