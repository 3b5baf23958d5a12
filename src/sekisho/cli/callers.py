"""Who runs a command, for the record and for what counts as attested."""

from __future__ import annotations

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session
from sekisho.contracts.service import Caller
from sekisho.workspace import Workspace

UNNAMED = "unnamed"
"""Recorded where nobody was named: such a caller's evidence is only declared."""


def caller_of(workspace: Workspace, session: Session) -> Caller:
    """The caller: a member of staff named with ``--by`` attests where their roles allow it; nobody else does.

    Whoever runs the command line can open the workspace anyway, so the name is stated, not proven, and recorded so.
    """
    if session.staff is None:
        return Caller(UNNAMED, may_attest=False)
    with workspace.database.read() as connection:
        principal = stated_principal(connection, session.staff, required=Scope.DECIDE)
    return Caller(f"stated:{principal.staff_id}", may_attest=Scope.ATTEST in principal.scopes)
