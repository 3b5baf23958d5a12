"""Looking up how long rows are kept: from decisions and contracts as the database has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from sekisho.clock import japan_date
from sekisho.contracts.lifecycle import standing
from sekisho.contracts.lifecycle.holdings import Belongs
from sekisho.contracts.lifecycle.standing import Kept
from sekisho.contracts.lifecycle.tables import contract, contract_membership, contract_period
from sekisho.contracts.tables import contract_decision
from sekisho.keys.schedule import Period


@dataclass(frozen=True, slots=True)
class HousePeriod:
    """How long applications without a contract are kept, and why. ``declared_by`` None: nobody declared another."""

    months: int
    reason: str
    declared_by: str | None


def house_period(connection: Connection) -> HousePeriod:
    """The period that holds now."""
    table = contract_period
    row = connection.execute(select(table).order_by(table.c.position.desc()).limit(1)).one_or_none()
    if row is None:
        return HousePeriod(standing.NEVER_CONTRACTED_MONTHS, standing.NEVER_CONTRACTED_REASON, None)
    return HousePeriod(row.months, row.reason, row.made_by)


def kept_of(
    connection: Connection, belongs: Belongs, owners: Collection[str], *, kept: Period, today: date
) -> dict[str, Kept]:
    """For each of ``owners`` (decisions or contracts) how long what belongs to it is kept. At most a batch of ids."""
    if belongs is Belongs.CONTRACT:
        rows = connection.execute(
            select(contract.c.id, contract.c.ended_on, contract.c.last_day).where(contract.c.id.in_(owners))
        )
        return {row.id: standing.of_contract(row.ended_on, row.last_day) for row in rows}
    table, member = contract_decision.c, contract_membership.c
    query = (
        select(
            table.id,
            table.verdict,
            table.hypothetical,
            table.made_at,
            member.decision.label("named"),
            member.contract,
            contract.c.ended_on,
            contract.c.last_day,
        )
        .select_from(
            contract_decision.outerjoin(contract_membership, member.decision == table.id).outerjoin(
                contract, contract.c.id == member.contract
            )
        )
        .where(table.id.in_(owners))
    )
    found: dict[str, Kept] = {}
    for row in connection.execute(query):
        if row.contract is not None:
            found[row.id] = standing.of_contract(row.ended_on, row.last_day)
        else:
            found[row.id] = standing.of_decision(
                verdict=row.verdict,
                hypothetical=row.hypothetical,
                no_contract=row.named is not None,
                decided_on=japan_date(row.made_at),
                kept=kept,
                today=today,
            )
    return found
