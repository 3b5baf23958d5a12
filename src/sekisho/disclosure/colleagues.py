"""Who may be let know of a case, or called to it: people who are on the staff now, in a role for it.

The question is asked in the transaction that writes their name: somebody who leaves at that moment isn't named.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from sekisho.access import holders
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Scope, StaffKind
from sekisho.disclosure import rows
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.progress import Part
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.stepping import Stepping
from sekisho.disclosure.visibility import DESK


def name_member(steps: Stepping, case_id: str, staff_id: str, *, by: Principal) -> CaseEntry:
    """Let a colleague of the desk know of a case. Raises ``UnknownCase``, ``StaffNotFound``, ``CaseRefused`` for who
    has nothing to do with cases; an approver from outside is called to an emergency instead."""
    known = steps.known(case_id, by)

    def write(connection: Connection, now: datetime) -> None:
        require_desk(connection, staff_id)
        rows.add_members(connection, case_id, [(staff_id, Part.KNOWS)], at=now, by=by.staff_id)

    return steps.note(known, "member", {"staff_id": staff_id}, by=by, write=write)


def members_of(
    connection: Connection, knows: Collection[str], *, by: Principal
) -> list[tuple[str, Part]]:
    """Those whom a request names as the ones who may know of it, as members.

    What an agency's or a provider's interface takes in names the contacts that were registered for that party: whoever
    of them left since is let go without a word. Raises as :func:`require_desk` for what a person typed.
    """
    if by.proof is Proof.SIGNED:
        there = holders.holdings(connection, knows)
        return [(who, Part.KNOWS) for who in sorted(knows) if who in there and _of_desk(there[who])]
    for who in sorted(knows):
        require_desk(connection, who)
    return [(who, Part.KNOWS) for who in sorted(knows)]


def require_desk(connection: Connection, staff_id: str) -> None:
    """``StaffNotFound`` for who isn't there, ``CaseRefused`` for who doesn't work with cases."""
    if not _of_desk(holders.holding_of(connection, staff_id)):
        raise CaseRefused(field="staff_id", problem="somebody who works at the disclosure desk")


def require_outside(connection: Connection, staff_id: str, *, since: datetime) -> None:
    """``StaffNotFound``, or ``CaseRefused`` unless ``staff_id`` is a person who was named an approver from outside by
    ``since`` and is one still: nobody is named for the case at hand."""
    found = holders.holding_of(connection, staff_id)
    if found.kind is not StaffKind.PERSON or not found.held_at(Scope.DISCLOSURE_EMERGENCY, since):
        raise CaseRefused(field="staff_id", problem="an approver from outside who was named before the case came")


def _of_desk(one: holders.Holding) -> bool:
    return one.kind is StaffKind.PERSON and bool(one.scopes & DESK)
