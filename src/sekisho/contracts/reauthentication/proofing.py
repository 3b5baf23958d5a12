"""Whether a stored decision proofed somebody's identity, and whether that is the holder of an account. Pure.

Accounts are opened and recovered on the strength of such a decision alone: no code by mail, no questions, no clerk's
word (NIST SP 800-63B-4 §4.2; Kratos #3386 shows what weaker paths do). A decision that only matched an existing record
(規則3条3項) isn't a proofing: whoever got hold of an account could then recover it with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sekisho.contracts import agreement
from sekisho.contracts.reauthentication.errors import ProofingNotAccepted, ProofingTooOld

RIGHT_AFTER = timedelta(hours=1)
"""A registration belongs to the visit or session in which the identity was proofed. A house choice, short because
whoever learns a decision's id later must not be able to use it."""

SHOWS_IDENTITY = frozenset(
    {
        "document_shown",
        "document_image",
        "document_original",
        "document_copy",
        "chip_read",
        "electronic_signature",
        "card_substitute_record",
    }
)
"""Evidence that shows who somebody is by itself. A match with our own record or another's word doesn't."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The person as proofed. Companies have no date of birth. Personal data."""

    kind: str
    name: str | None = field(repr=False)
    birth_date: str | None = field(repr=False)

    def is_same(self, other: Holder) -> bool:
        """The same kind of party, the same name and date of birth; what can't be compared isn't the same."""
        if self.kind != other.kind or self.birth_date != other.birth_date:
            return False
        return self.name is not None and other.name is not None and bool(agreement.names_agree(self.name, other.name))

    def as_document(self) -> dict[str, Any]:
        """For the encrypted column."""
        return {"kind": self.kind, "name": self.name, "birth_date": self.birth_date}

    @classmethod
    def of_document(cls, said: Mapping[str, Any]) -> Holder:
        """What :meth:`as_document` wrote."""
        return cls(said["kind"], said["name"], said["birth_date"])


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as stored: the columns and the opened ``answer`` that this needs."""

    id: str
    verdict: str
    hypothetical: bool
    subject_kind: str
    made_at: datetime
    answer: Mapping[str, Any] = field(repr=False)


def holder_of(decision: StoredDecision, *, moment: datetime, within: timedelta = RIGHT_AFTER) -> Holder:
    """Who was proofed. Raises ``ProofingNotAccepted``, or ``ProofingTooOld`` for one older than ``within``."""
    if decision.hypothetical or decision.verdict != "accept":
        raise ProofingNotAccepted(problem="hypothetical" if decision.hypothetical else decision.verdict)
    record = decision.answer.get("record") or {}
    verified = record.get("counterparty")
    if not verified or verified.get("verified_on") is None:
        raise ProofingNotAccepted(problem="no identity was verified")
    if not {each["evidence"] for each in verified["documents"]} & SHOWS_IDENTITY:
        raise ProofingNotAccepted(problem="matched with an existing record only")
    if moment - decision.made_at > within:
        raise ProofingTooOld(limit=int(within.total_seconds() // 60))
    identity = verified["identity"]
    return Holder(decision.subject_kind, identity["name"], identity["birth_date"])
