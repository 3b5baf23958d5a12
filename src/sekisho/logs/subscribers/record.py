"""A row of the register: who contracted a line, from which day to which. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class Contractor:
    """One dated row. ``contract`` is the operator's reference; ``person`` what the register says of the contractor
    (name, address, birth date …), as it stands there. ``valid_to`` is the last day, None while it runs.
    """

    contract: str
    valid_from: date
    valid_to: date | None
    identifiers: tuple[Identifier, ...] = field(repr=False)
    person: Mapping[str, str] = field(default_factory=dict, repr=False)

    def valid_on(self, day: date) -> bool:
        """Whether it held on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "contract": self.contract,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": None if self.valid_to is None else self.valid_to.isoformat(),
            "identifiers": [{"kind": one.kind.value, "value": one.value} for one in self.identifiers],
            "person": dict(self.person),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Contractor:
        """From :meth:`document`."""
        return cls(
            document["contract"],
            date.fromisoformat(document["valid_from"]),
            None if document["valid_to"] is None else date.fromisoformat(document["valid_to"]),
            tuple(Identifier(IdentifierKind(one["kind"]), one["value"]) for one in document["identifiers"]),
            document["person"],
        )


class Known(StrEnum):
    """What the register can say of a day."""

    WHOLE = "whole"
    """It lists every contract of that day: who isn't in it wasn't a contractor."""
    PARTLY = "partly"
    """No register that covers the day was taken in."""
    EXPIRED = "expired"
    """Contracts that ran on that day and have ended since were deleted at the end of their period."""


@dataclass(frozen=True, slots=True)
class Found:
    """The register's answer: the rows valid on the day, and what it could say of that day at all."""

    contractors: tuple[Contractor, ...]
    known: Known
