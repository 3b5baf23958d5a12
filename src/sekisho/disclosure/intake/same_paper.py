"""Whether a paper was entered before: by the same requester under the same number and day, or byte for byte.

It is asked, not refused: a court's paper may come by post and by line, and somebody may have to take one in anew. With
a reason it goes on, and the reason is part of the new case's first step. Only cases that whoever takes in may know of
are told: a secret case stays unknown, so the same paper may be entered twice where nobody who enters it may know.

It is asked twice: before anything is made ready, and again in the transaction that enters the case (:func:`tie`), so
that two clerks with the same paper at the same moment don't both enter it.

A paper that came by line too (an agency's message, as its party; :func:`tie_line`) is neither asked about nor refused,
in either order: both ways are usual, and the reviewer decides. The cases are tied, and whoever looks at one of them is
told of the others that they may know of (:func:`same_as`).

Bytes are compared by a keyed hash (a blind index under the month's key), never by what stands in the clear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, func, select

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import add_link, cases_linked, links_of
from sekisho.disclosure.errors import PaperEnteredBefore
from sekisho.disclosure.listing import index_keys
from sekisho.disclosure.parties.party import PartyKind
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
_LOCK: Final = 0x53454B_50415045
"""The number of PostgreSQL's advisory lock for entering papers: any that nothing else here uses."""

# Who enters what an agency sent: Party.actor.
_LINE: Final = f"{PartyKind.AGENCY.value}.%"
_BYTES: Final = PersonalColumn("disclosure_link", "target")


def entered_before(
    workspace: Workspace, case: DisclosureCase, original: bytes | None, *, own: str, by: Principal
) -> list[str]:
    """The cases, but for ``own``, that ``by`` may know of and that were made of the same paper, on paper too; the
    oldest first."""
    with workspace.database.read() as connection:
        found = _found(connection, workspace, case, original, own=own)
        return _shown(connection, found, by=by, on_paper=True)


def tie(
    workspace: Workspace, case: DisclosureCase, original: bytes | None, before: list[str], *, own: str, by: Principal
) -> Callable[[Connection, datetime], None]:
    """What is written with a new case: the keyed hashes of what it was entered from, and its earlier cases.

    Raises ``PaperEnteredBefore`` there where one was entered since ``before`` was looked up.
    """
    key = disclosure_index_key(japan_date(case.received_at))
    workspace.keyring.ensure(key)
    hashes = [_BYTES.index(workspace.keyring, one, key=key).hex() for one in _digests(case, original)]

    def write(connection: Connection, now: datetime) -> None:
        _wait_for_others(connection)
        every = _found(connection, workspace, case, original, own=own)
        found = _shown(connection, every, by=by, on_paper=True)
        if not set(found) <= set(before):
            raise PaperEnteredBefore(first=found[0], count=len(found), cases=found)
        for one in hashes:
            add_link(connection, own, CAME, one, at=now, by=by.staff_id)
        for one in (*before, *(each for each in _by_line(connection, every) if each not in before)):
            add_link(connection, own, SAME_PAPER, one, at=now, by=by.staff_id)

    return write


def tie_line(
    workspace: Workspace, case: DisclosureCase, *, own: str, by: Principal
) -> Callable[[Connection, datetime], None]:
    """What is written with a new case that came by line from the party ``by``: the keyed hashes of its papers, and the
    cases that were entered here from the same paper. Refuses nothing; what the party sent before isn't compared, since
    several of its tasks may rest on one paper."""
    key = disclosure_index_key(japan_date(case.received_at))
    workspace.keyring.ensure(key)
    hashes = [_BYTES.index(workspace.keyring, one, key=key).hex() for one in _digests(case, None)]

    def write(connection: Connection, now: datetime) -> None:
        _wait_for_others(connection)
        every = _found(connection, workspace, case, None, own=own)
        sent = set(_by_line(connection, every))
        for one in hashes:
            add_link(connection, own, CAME, one, at=now, by=by.staff_id)
        for one in sorted(every - sent)[:MAX_TOLD]:
            add_link(connection, own, SAME_PAPER, one, at=now, by=by.staff_id)

    return write


def same_as(workspace: Workspace, case_id: str, *, by: Principal) -> list[str]:
    """The cases, that ``by`` may know of, that are tied to a case as made of the same paper, whichever came first."""
    with workspace.database.read() as connection:
        found = {*links_of(connection, case_id, SAME_PAPER), *cases_linked(connection, SAME_PAPER, case_id)}
        return _shown(connection, found, by=by, on_paper=False)


def _wait_for_others(connection: Connection) -> None:
    """Of several workers (PostgreSQL) one enters a paper at a time: what another is entering at this moment is no row
    yet that could be found. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _found(
    connection: Connection,
    workspace: Workspace,
    case: DisclosureCase,
    original: bytes | None,
    *,
    own: str,
) -> set[str]:
    ring = workspace.keyring
    keys = index_keys(ring.names())
    table, number = disclosure_case, case.document.number.strip()
    hashes = [one.hex() for said in _digests(case, original) for one in _BYTES.candidates(ring, said, keys=keys)]
    found = set(_linked(connection, hashes))
    if number:
        query = select(table.c.id).where(
            table.c.number_index.in_(rows.NUMBER.candidates(ring, number, keys=keys)),
            table.c.requester_index.in_(rows.REQUESTER.candidates(ring, case.requester.name.strip(), keys=keys)),
        )
        for one in connection.execute(query).scalars().all():
            if _dated(workspace, connection, one) == case.document.dated:
                found.add(one)
    return found - {own}


def _shown(connection: Connection, found: Iterable[str], *, by: Principal, on_paper: bool) -> list[str]:
    """Those of ``found`` that ``by`` may know of, the oldest first; ``on_paper``: without those that came by line."""
    table = disclosure_case
    shown = select(table.c.id).where(table.c.id.in_(sorted(found)), visible(by))
    if on_paper:
        shown = shown.where(table.c.entered_by.not_like(_LINE))
    return list(connection.execute(shown.order_by(table.c.entered_at, table.c.id).limit(MAX_TOLD)).scalars())


def _by_line(connection: Connection, found: Iterable[str]) -> list[str]:
    table = disclosure_case
    query = select(table.c.id).where(table.c.id.in_(sorted(found)), table.c.entered_by.like(_LINE))
    return list(connection.execute(query.order_by(table.c.entered_at, table.c.id).limit(MAX_TOLD)).scalars())


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
