"""Looking up how long rows are kept: from decisions and contracts as the database has them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from sekisho.clock import japan_date
from sekisho.contracts.lifecycle import standing
from sekisho.contracts.lifecycle.holdings import ERASED, REFERENCE_OF_DECISION, Belongs, Holding
from sekisho.contracts.lifecycle.standing import Kept, Standing
from sekisho.contracts.lifecycle.tables import contract, contract_membership, contract_period
from sekisho.contracts.reauthentication.tables import contract_account, contract_account_proofing
from sekisho.contracts.tables import contract_decision
from sekisho.keys import Keyring
from sekisho.keys.errors import CouldNotDecrypt, KeyDestroyed
from sekisho.keys.schedule import Period, last_day

INDEXES_PER_QUERY = 500
"""Index values in one ``IN``: three years of last days are some 1,100 keys."""


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


class Belonging:
    """Says of rows how long they are kept. For one run: keys that rows name are looked up once."""

    def __init__(self, ring: Keyring, *, kept: Period, today: date) -> None:
        """``kept`` is the house's period; of something that led to nothing, no last day lies before ``today``."""
        self._ring = ring
        self._kept = kept
        self._today = today
        self._decision_keys: list[str] | None = None

    def of_rows(self, connection: Connection, holding: Holding, rows: Sequence[Any]) -> dict[str, Kept]:
        """For each row (by id), how long it is kept. Rows that can't be opened, where that is needed, are left out."""
        if holding.belongs is Belongs.APPLICATION:
            return self._of_applications(connection, holding, rows)
        owners = {row.owner for row in rows}
        if holding.belongs is Belongs.CONTRACT:
            found = self._of_contracts(connection, owners)
        elif holding.belongs is Belongs.DECISION:
            found = self.of_decisions(connection, owners)
        else:
            found = self._of_accounts(connection, owners)
        return {row.id: found[row.owner] for row in rows}

    def of_decisions(self, connection: Connection, decisions: Collection[str]) -> dict[str, Kept]:
        """For each decision (at most a batch), how long what belongs to it is kept."""
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
            .where(table.id.in_(decisions))
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
                    kept=self._kept,
                    today=self._today,
                )
        return found

    @staticmethod
    def _of_contracts(connection: Connection, contracts: Collection[str]) -> dict[str, Kept]:
        rows = connection.execute(
            select(contract.c.id, contract.c.ended_on, contract.c.last_day).where(contract.c.id.in_(contracts))
        )
        return {row.id: standing.of_contract(row.ended_on, row.last_day) for row in rows}

    def _of_accounts(self, connection: Connection, accounts: Collection[str]) -> dict[str, Kept]:
        proofed = contract_account_proofing.c
        found: dict[str, list[Kept]] = {account: [] for account in accounts}
        pairs = connection.execute(select(proofed.account, proofed.decision).where(proofed.account.in_(accounts))).all()
        decisions = self.of_decisions(connection, {pair.decision for pair in pairs})
        for pair in pairs:
            if pair.decision in decisions:
                found[pair.account].append(decisions[pair.decision])
        opened = connection.execute(
            select(contract_account.c.id, contract_account.c.opened_at).where(contract_account.c.id.in_(accounts))
        )
        return {row.id: self._longest(found[row.id], row.opened_at) for row in opened}

    def _of_applications(self, connection: Connection, holding: Holding, rows: Sequence[Any]) -> dict[str, Kept]:
        found: dict[str, Kept] = {}
        for row in rows:
            try:
                body = holding.body.open(self._ring, row.body, row_id=row.id, key=row.key)
            except (CouldNotDecrypt, KeyDestroyed):
                continue
            reference = holding.reference(body) if holding.reference is not None else ""
            decisions = self.of_decisions(connection, self._decided(connection, reference))
            found[row.id] = self._longest(list(decisions.values()), row.owner)
        return found

    def _decided(self, connection: Connection, reference: str) -> list[str]:
        """The decisions about one application, whatever key they are under now."""
        table = contract_decision.c
        if self._decision_keys is None:
            keys = connection.execute(select(table.key).where(table.body != ERASED).distinct()).scalars()
            self._decision_keys = list(keys)
        living = [key for key in self._decision_keys if self._ring.exists(key)]
        indexes = REFERENCE_OF_DECISION.candidates(self._ring, reference, keys=living)
        found: list[str] = []
        for start in range(0, len(indexes), INDEXES_PER_QUERY):
            part = indexes[start : start + INDEXES_PER_QUERY]
            found += connection.execute(select(table.id).where(table.reference_index.in_(part))).scalars()
        return found

    def forget_keys(self) -> None:
        """Rows have moved: which keys they name is looked up anew."""
        self._decision_keys = None

    def _longest(self, found: Sequence[Kept], since: datetime) -> Kept:
        """What is kept longest; where there is nothing, the house's period from ``since``."""
        if not found:
            return self._since(since)
        return max(found, key=lambda kept: date.max if kept.last_day is None else kept.last_day)

    def _since(self, moment: datetime) -> Kept:
        return Kept(Standing.NEVER_CONTRACTED, max(last_day(japan_date(moment), self._kept), self._today))
