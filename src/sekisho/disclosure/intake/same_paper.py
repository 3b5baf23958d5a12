"""Whether a paper was entered before: by the same requester under the same number and day, or byte for byte.

It is asked, not refused: a court's paper may come by post and by line, and somebody may have to take one in anew. With
a reason it goes on, and the reason is part of the new case's first step. Only cases that whoever takes in may know of
are told: a secret case stays unknown, so the same paper may be entered twice where nobody who enters it may know.

Bytes are compared by a keyed hash (a blind index under the month's key), never by what stands in the clear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, select

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import add_link
from sekisho.disclosure.listing import index_keys
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.tables import disclosure_case, disclosure_link
from sekisho.disclosure.visibility import visible
from sekisho.keys.schedule import disclosure_index_key
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

CAME: Final = "came"
"""The kind of the link from a case to the keyed hash of what it was entered from."""
SAME_PAPER: Final = "same_paper"
"""The kind of the link from a case to an earlier one of the same paper."""
MAX_TOLD: Final = 20

_BYTES: Final = PersonalColumn("disclosure_link", "target")


def entered_before(
    workspace: Workspace, case: DisclosureCase, original: bytes | None, *, own: str, by: Principal
) -> list[str]:
    """The cases, but for ``own``, that ``by`` may know of and that were made of the same paper; the oldest first."""
    ring = workspace.keyring
    keys = index_keys(ring.names())
    table, number = disclosure_case, case.document.number.strip()
    with workspace.database.read() as connection:
        hashes = [one.hex() for said in _digests(case, original) for one in _BYTES.candidates(ring, said, keys=keys)]
        found = set(_linked(connection, hashes))
        if number:
            query = select(table.c.id).where(
                table.c.number_index.in_(rows.NUMBER.candidates(ring, number, keys=keys)),
                table.c.requester_index.in_(
                    rows.REQUESTER.candidates(ring, case.requester.name.strip(), keys=keys)
                ),
            )
            for one in connection.execute(query).scalars().all():
                if _dated(workspace, connection, one) == case.document.dated:
                    found.add(one)
        shown = select(table.c.id).where(table.c.id.in_(sorted(found - {own})), visible(by))
        return list(connection.execute(shown.order_by(table.c.entered_at, table.c.id).limit(MAX_TOLD)).scalars())


def tie(
    workspace: Workspace, case: DisclosureCase, original: bytes | None, before: list[str], *, own: str, by: str
) -> Callable[[Connection, datetime], None]:
    """What is written with a new case: the keyed hashes of what it was entered from, and its earlier cases."""
    key = disclosure_index_key(japan_date(case.received_at))
    workspace.keyring.ensure(key)
    hashes = [_BYTES.index(workspace.keyring, one, key=key).hex() for one in _digests(case, original)]

    def write(connection: Connection, now: datetime) -> None:
        for one in hashes:
            add_link(connection, own, CAME, one, at=now, by=by)
        for one in before:
            add_link(connection, own, SAME_PAPER, one, at=now, by=by)

    return write


def _digests(case: DisclosureCase, original: bytes | None) -> list[str]:
    found = [] if original is None else [hashlib.sha256(original).hexdigest()]
    if case.document.sha256:
        found.append(case.document.sha256)
    return list(dict.fromkeys(found))


def _linked(connection: Connection, hashes: list[str]) -> list[str]:
    table = disclosure_link
    query = select(table.c.case_id).where(table.c.kind == CAME, table.c.target.in_(hashes))
    return list(connection.execute(query).scalars())


def _dated(workspace: Workspace, connection: Connection, case_id: str) -> date | None:
    entry = rows.find(connection, workspace.keyring, case_id, items=False)
    return None if entry.case is None else entry.case.document.dated
