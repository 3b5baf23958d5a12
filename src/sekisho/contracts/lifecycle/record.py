"""A contract as it stands, and what a change or a look at the worklist gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from sekisho.contracts.lifecycle.events import ContractKind, Life


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as it stands. ``reference`` None: its records were destroyed when their time was over."""

    id: str
    reference: str | None
    kind: ContractKind
    decision: str
    life: Life
    key: str
    settled: bool

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        life = self.life
        return {
            "id": self.id,
            "reference": self.reference,
            "kind": self.kind.value,
            "decision": self.decision,
            "state": life.state if self.reference is not None else "destroyed",
            "began_on": life.began_on.isoformat(),
            "delivered_on": day_text(life.delivered_on),
            "ended_on": day_text(life.ended_on),
            "kept_until": day_text(life.last_day),
            "key": self.key,
            "settled": self.settled,
        }


@dataclass(frozen=True, slots=True)
class Recorded:
    """A contract after a change, and the ledger index of the record (None: there was nothing to change)."""

    contract: Contract
    ledger_index: int | None


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An accepted decision of which nobody has said what became of it. ``late``: for longer than it should be."""

    decision: str
    event: str
    decided_on: date
    days: int
    late: bool


def life_of(row: Row[Any]) -> Life:
    """The life that a row of the table ``contract`` tells of."""
    return Life(row.began_on, row.delivered_on, row.ended_on, row.last_day)


def day_text(day: date | None) -> str | None:
    """A day for JSON."""
    return day.isoformat() if day is not None else None
