"""A database with the access tables, on both engines, and a few made-up people in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from sekisho.access import Principal, Role, Scope, StaffKind, service
from sekisho.access import tables as access_tables
from sekisho.access.roles import SCOPES
from sekisho.store.schema import metadata

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TABLES = [
    access_tables.access_generation, access_tables.staff, access_tables.staff_role, access_tables.api_token,
    access_tables.approval,
]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The tables, empty."""
    url = make_url(database_url)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    if url.drivername == "sqlite":

        @event.listens_for(engine, "connect")
        def _enforce(connection, _record) -> None:  # type: ignore[no-untyped-def]  # the driver's own classes
            connection.execute("PRAGMA foreign_keys = ON")

    metadata.create_all(engine, tables=TABLES)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction, rolled back afterwards."""
    with engine.connect() as connection:
        yield connection


@dataclass(frozen=True, slots=True)
class Office:
    """A connection, and a token for each of a few people."""

    connection: Connection
    admin: Principal
    tokens: dict[str, str]

    def who(self, name: str) -> Principal:
        """The person, by their token."""
        return service.authenticate(self.connection, self.tokens[name], required=None, now=NOW)


PEOPLE = {
    "sato": (StaffKind.PERSON, Role.REVIEWER),
    "suzuki": (StaffKind.PERSON, Role.PRIVACY_OFFICER),
    "takahashi": (StaffKind.PERSON, Role.PRIVACY_OFFICER),
    "tanaka": (StaffKind.PERSON, Role.LOG_CUSTODIAN),
    "ito-law": (StaffKind.PERSON, Role.OUTSIDE_APPROVER),
    "signup": (StaffKind.SERVICE, Role.INTEGRATION),
}


def furnish(connection: Connection) -> Office:
    """Hire everybody."""
    service.add_first_administrator(connection, staff_id="kanri", name="管理 花子", now=NOW)
    admin = service.stated_principal(connection, "kanri", required=Scope.STAFF_ADMIN)
    tokens = {}
    for name, (kind, role) in PEOPLE.items():
        service.add_staff(connection, actor=admin, staff_id=name, name=f"架空 {name}", kind=kind, now=NOW)
        service.grant_role(connection, actor=admin, staff_id=name, role=role, now=NOW)
        issued = service.issue_token(
            connection, actor=admin, staff_id=name, scopes=SCOPES[role], expires_at=NOW + 30 * DAY, now=NOW
        )
        tokens[name] = issued.value.text
    return Office(connection, admin, tokens)


@pytest.fixture
def office(connection: Connection) -> Office:
    """Everybody hired, in a transaction that is rolled back."""
    return furnish(connection)
