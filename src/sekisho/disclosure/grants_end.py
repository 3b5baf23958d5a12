"""The end of a case's search grants: with the step after which nothing may be searched under them, in its transaction.

A grant that nothing can use any more must not stand as one in force: lists of grants are read by people, and approvals
are given to a case as it was. What ends them: a refusal, a withdrawal, the closing, and a statement that changes what
the approvers saw.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from sekisho.access.principal import Principal
from sekisho.disclosure.progress import State
from sekisho.disclosure.tables import disclosure_link
from sekisho.logs.lookup.grants import Grants
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace

GRANT: Final = "grant"
"""The kind of the link between a case and a search grant."""
ENDS_GRANTS: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.CLOSED})
"""States in which a case has no grant."""


def end_grants(
    workspace: Workspace, connection: Connection, case_id: str, *, by: Principal, now: datetime
) -> list[SealedLeaf]:
    """Withdraw every grant of a case that isn't yet; the leaves that say so."""
    table = disclosure_link
    query = select(table.c.target).where(table.c.case_id == case_id, table.c.kind == GRANT)
    ids = list(connection.execute(query.order_by(table.c.at, table.c.target)).scalars())
    return Grants(workspace).revoking(connection, ids, by=by, now=now)
