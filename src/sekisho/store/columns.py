"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Big = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer. SQLite's INTEGER already holds 64 bits, and only under that name is a primary key the row id."""


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z of ``moment``, which must be aware. Exact: no floating point."""
    if moment.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC moment ``micros`` microseconds after 1970-01-01T00:00:00Z."""
    return _EPOCH + micros * _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as integer microseconds UTC so that both databases sort and compare it alike.

    Does not keep the offset it was written with: what comes back is UTC. A naive time is refused when bound.
    Not for law dates: those are Japan dates, stored as ``Date``.
    """

    impl = Big
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  signature is SQLAlchemy's
        """Aware datetime to microseconds."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  signature is SQLAlchemy's
        """Microseconds to aware UTC datetime."""
        return None if value is None else from_micros(value)
