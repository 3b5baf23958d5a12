"""A workspace with the people of a disclosure desk, for measurements. Made-up people, documentation addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import JAPAN, FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace

NOW: Final = datetime(2026, 11, 21, 15, tzinfo=JAPAN)
"""The moment of every measurement: after the last day of the log store's records."""

PEOPLE: Final = {
    "uketsuke": Role.DISCLOSURE_CLERK,
    "kakunin": Role.DISCLOSURE_REVIEWER,
    "kakunin2": Role.DISCLOSURE_REVIEWER,
    "kensaku": Role.LOG_CUSTODIAN,
    "kaiji": Role.DISCLOSURE_RELEASER,
    "hogo": Role.PRIVACY_OFFICER,
}


def person(name: str) -> Principal:
    """One of them, as if their token had been shown."""
    return Principal(name, StaffKind.PERSON, scopes_of([PEOPLE[name]]), Proof.TOKEN, "t", None)


def hire(workspace: Workspace, *, by: str) -> None:
    """Enter everybody who isn't there; ``by`` is an administrator."""
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, by, required=Scope.STAFF_ADMIN)
    for name, role in PEOPLE.items():
        workspace.change(
            partial(access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=NOW)
        )
        workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=NOW))


def create(folder: Path) -> None:
    """A workspace without logs, everybody hired."""
    with Workspace.create(
        folder / "ws",
        name="bench",
        legal_confirmation="shown",
        keyring=make_key_file(folder / "ws.key", RealDisk()),
        clock=FixedClock(NOW),
    ) as workspace:
        workspace.change(
            lambda connection: access.add_first_administrator(connection, staff_id="admin", name="admin", now=NOW)
        )
        hire(workspace, by="admin")


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    """The workspace below ``folder``, its clock at :data:`NOW`."""
    with Workspace.open(folder / "ws", keyring=KeyFile(folder / "ws.key"), clock=FixedClock(NOW)) as workspace:
        yield workspace


def claim(items: list[dict[str, Any]], number: str, received_at: str) -> dict[str, Any]:
    """A claim for senders' information about ``items``, as the desk reads it."""
    return {
        "type": "voluntary_claim",
        "requester": {
            "kind": "claimant",
            "name": "架空レコード株式会社",
            "office": "架空市音楽町1-2-3",
            "contact": "050-0000-0001",
        },
        "document": {"number": number, "dated": "2026-11-19", "title": "発信者情報開示請求書"},
        "received_at": received_at,
        "items": items,
    }
