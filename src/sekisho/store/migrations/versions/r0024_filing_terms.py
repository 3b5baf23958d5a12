"""The two months in which an applicant tells of a petition are each next provider's own, no longer a case's.

A case's one term is parted among the providers that were named in it. Where a notice had ended it for all, it stays
ended for those of whom the applicant told; towards the others it runs on, and the next daily run lapses what is over.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_deadline = sa.table(
    "disclosure_deadline",
    sa.column("id", sa.BigInteger),
    sa.column("case_id", sa.String),
    sa.column("kind", sa.String),
    sa.column("started_on", sa.Date),
    sa.column("due_on", sa.Date),
    sa.column("state", sa.String),
    sa.column("set_at", sa.BigInteger),
    sa.column("ended_at", sa.BigInteger),
    sa.column("ended_by", sa.String),
    sa.column("party", sa.String),
)
_link = sa.table(
    "disclosure_link", sa.column("case_id", sa.String), sa.column("kind", sa.String), sa.column("target", sa.String)
)
_case = sa.table(
    "disclosure_case", sa.column("id", sa.String), sa.column("state", sa.String), sa.column("due_on", sa.Date)
)
_RUNS = ("delivered", "waiting")
"""States in which something may still be passed on."""


def upgrade() -> None:
    """Add the column, and part the terms there are."""
    op.add_column("disclosure_deadline", sa.Column("party", sa.String(64), nullable=True))
    bind = op.get_bind()
    query = sa.select(_deadline).where(_deadline.c.kind == "identification_lapse", _deadline.c.state != "cancelled")
    for row in bind.execute(query).mappings().all():
        _part(bind, dict(row))


def _part(bind: sa.Connection, row: dict[str, Any]) -> None:
    case_id = row["case_id"]
    named = sorted({target.split("/", 1)[1] for target in _targets(bind, case_id, "next_provider")})
    told = {target.split("/", 1)[0] for target in _targets(bind, case_id, "petition")}
    state = bind.execute(sa.select(_case.c.state).where(_case.c.id == case_id)).scalar()
    for place, party in enumerate(named):
        mine = {**row, "party": party}
        if row["state"] == "done" and party not in told and state in _RUNS:
            mine |= {"state": "open", "ended_at": None, "ended_by": None}
        if place == 0:
            bind.execute(sa.update(_deadline).where(_deadline.c.id == row["id"]).values(**mine))
        else:
            del mine["id"]
            bind.execute(sa.insert(_deadline).values(**mine))
    # Lists sort cases by the first of their open terms.
    first = sa.select(sa.func.min(_deadline.c.due_on)).where(
        _deadline.c.case_id == case_id, _deadline.c.state == "open"
    )
    bind.execute(sa.update(_case).where(_case.c.id == case_id).values(due_on=first.scalar_subquery()))


def _targets(bind: sa.Connection, case_id: str, kind: str) -> list[str]:
    query = sa.select(_link.c.target).where(_link.c.case_id == case_id, _link.c.kind == kind)
    return list(bind.execute(query).scalars())
