"""A small store made of rows: sources, segments, what was heard; and grants approved by two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select

from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import JAPAN
from sekisho.logs import manifest
from sekisho.logs.columns import Addresses, Texts
from sekisho.logs.intervals.days import by_day, microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import Asked, read_asked
from sekisho.logs.lookup.grant import GrantTerms, read_terms
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.manifest import SegmentState, layout_of
from sekisho.logs.rows import Known, Rows
from sekisho.logs.service import LogService
from sekisho.logs.sources import Source, SourceSpec
from sekisho.logs.tables import log_heard
from sekisho.store.outbox import outbox
from sekisho.workspace import Workspace

DAY = date(2026, 11, 20)
PUBLIC, OTHER = "203.0.113.5", "198.51.100.9"
KINDS = ["ap.nat", "ap.auth", "ap.dhcp", "ap.map_rule"]


def at(text: str, day: date = DAY) -> int:
    """UTC microseconds of a time of day in Japan."""
    hours, minutes, seconds = (float(part) for part in text.split(":"))
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
    return microseconds(midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds))


def asked(time: str = "12:00:00", address: str = PUBLIC, port: int | None = 2000, **more: Any) -> Asked:
    """A question about the day."""
    return read_asked(address, port, f"{DAY.isoformat()}T{time}+09:00", **more)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, in words. ``confirmed`` None: to its end."""

    start: str
    end: str
    inside: str | None = None
    subject: str | None = None
    address: str = PUBLIC
    ports: tuple[int, int] = (1024, 2047)
    confirmed: str | None = None
    protocol: int = 0
    session: int = 0
    end_known: Known = Known.LOGGED
    day: date = DAY
    start_known: Known = Known.LOGGED


def rows(kind: LogKind, source: int, given: Sequence[Row]) -> Rows:
    """Rows of one layout."""
    ends = np.array([at(one.end, one.day) for one in given], np.int64)
    confirmed = [at(one.confirmed, one.day) if one.confirmed else end for one, end in zip(given, ends, strict=True)]
    inside = [one.inside for one in given]
    subject = [one.subject for one in given]
    return Rows(
        kind,
        Addresses.of([one.address for one in given]),
        np.array([one.ports[0] for one in given], np.uint16),
        np.array([one.ports[1] for one in given], np.uint16),
        np.array([one.protocol for one in given], np.uint8),
        np.array([at(one.start, one.day) for one in given], np.int64),
        ends,
        np.array([int(one.start_known) for one in given], np.uint8),
        np.array([int(one.end_known) for one in given], np.uint8),
        np.full(len(given), source, np.uint16),
        np.array([one.session for one in given], np.uint64),
        np.array(confirmed, np.int64),
        inside=Addresses.of([text or "0.0.0.0" for text in inside]) if any(inside) else None,  # noqa: S104  an absent one
        subject=Texts.of(subject) if any(subject) else None,
    )


@dataclass(slots=True)
class Store:
    """A workspace with logs and people."""

    workspace: Workspace
    logs: LogService
    lookups: Lookups
    people: dict[str, Principal] = field(default_factory=dict)

    def source(
        self, name: str, kind: LogKind, *, covers: Sequence[str] = (), heard: bool = True, **more: Any
    ) -> Source:
        """A source, heard all of the day and the ones beside it unless told otherwise."""
        settings = {"clock_seconds": 0, "tick_seconds": 0, **more.pop("settings", {})}
        networks = tuple(ip_network(one) for one in covers)
        spec = SourceSpec(name, "関所通信", "hikari", kind, "simple", covers=networks, settings=settings, **more)
        made = self.logs.add_source(spec, by="admin")
        if heard:
            self.heard(made, "-24:00:00", "48:00:00")
        return made

    def heard(self, source: Source, begin: str, end: str) -> None:
        """The source was heard in this time."""
        values = {"source": source.number, "begin": at(begin), "end": at(end)}
        self.workspace.commit(lambda connection: connection.execute(insert(log_heard).values(**values)))

    def put(self, source: Source, *given: Row, state: SegmentState = SegmentState.STAGED) -> list[str]:
        """Rows as segments, one for each day; their ids."""
        made = []
        for day, some in by_day(rows(source.spec.kind, source.number, given)):
            written = self.logs.files.write(day, some)
            made.append(written.segment.id)

            def enter(connection: Any, written: Any = written, some: Rows = some, day: date = day) -> None:
                now = self.workspace.clock.now()
                manifest.ensure_day(connection, source.spec.kind, day, at=now)
                manifest.enter(connection, written, state, layout=layout_of(some), at=now, leaf="-")

            self.workspace.commit(enter)
        return made

    def grant(self, **more: Any) -> str:
        """A grant in force, approved by two."""
        entry = self.lookups.grants.request(terms(**more), by=self.people["kanri"])
        for name in ("hogo1", "hogo2"):
            self.lookups.grants.approve(entry.id, by=self.people[name])
        return self.lookups.grants.make(entry.id, by=self.people["kanri"]).id

    def who(self, question: Asked | None = None, *, grant: str | None = None, **more: Any) -> dict[str, Any]:
        """An answer, under a grant that allows it unless one is named."""
        one = question or asked(**more)
        return self.lookups.who(one, grant=grant or self.grant(), by=self.people["kanri"]).document

    def leaves(self, kind: str) -> int:
        """Leaves of a kind in the ledger."""
        with self.workspace.database.read() as connection:
            query = select(func.count()).select_from(outbox).where(outbox.c.kind == kind)
            return int(connection.execute(query).scalar_one())


def terms(**more: Any) -> GrantTerms:
    """Terms that allow what the tests ask."""
    written: dict[str, Any] = {
        "kinds": KINDS,
        "targets": ["203.0.113.0/24", "2001:db8::/48"],
        "identifiers": [],
        "begin": "2026-11-19T00:00:00+09:00",
        "end": "2026-11-22T00:00:00+09:00",
        "ground": "warrant",
        "reference": "令和8年（る）第1号",
        "callers": ["kanri"],
        "max_queries": 100_000,
        "expires_at": "2026-12-01T00:00:00+09:00",
    }
    return read_terms({**written, **more})


def store_of(workspace: Workspace, logs: LogService) -> Store:
    """A store with an administrator, a custodian, another, and two privacy officers whose tokens were shown."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    workspace.change(
        lambda connection: access.add_first_administrator(connection, staff_id="admin", name="管理", now=now)
    )
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    made = Store(workspace, logs, Lookups(workspace))
    staff = {
        "kanri": Role.LOG_CUSTODIAN,
        "kanri2": Role.LOG_CUSTODIAN,
        "hogo1": Role.PRIVACY_OFFICER,
        "hogo2": Role.PRIVACY_OFFICER,
    }
    for name, role in staff.items():
        hired = partial(
            access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=now
        )
        workspace.change(hired)
        workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=now))
        proof = Proof.TOKEN if role is Role.PRIVACY_OFFICER else Proof.STATED
        made.people[name] = Principal(name, StaffKind.PERSON, scopes_of([role]), proof, "t", None)
    return made
