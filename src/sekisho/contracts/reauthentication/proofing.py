"""Whether a stored decision proofed somebody's identity, and whether that is the holder of an account. Pure.

Accounts are opened and recovered on the strength of such a decision alone: no code by mail, no questions, no clerk's
word (NIST SP 800-63B-4 §4.2; Kratos #3386 shows what weaker paths do). A decision that only matched an existing record
(規則3条3項) isn't a proofing: whoever got hold of an account could then recover it with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sekisho.clock import japan_date
from sekisho.contracts import agreement
from sekisho.contracts.reauthentication.errors import ProofingNotAccepted, ProofingTooOld

RIGHT_AFTER = timedelta(hours=1)
"""A registration belongs to the visit or session in which the identity was proofed. A house choice, short because
whoever learns a decision's id later must not be able to use it."""

LATEST_ACT = timedelta(days=1)
"""Acts of verification may count for half a year in a contract; for an account they are those of today's or
yesterday's visit. Otherwise old evidence, decided on again, would hand the account to whoever sends it."""

LATEST_DELIVERY = timedelta(days=7)
"""The same where post completes it: a carrier tells of a delivery some days later. A house choice."""

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
    """The person as proofed. Companies have no date of birth, and several may have one name. Personal data."""

    kind: str
    name: str | None = field(repr=False)
    birth_date: str | None = field(repr=False)
    address: str | None = field(default=None, repr=False)

    def is_same(self, other: Holder) -> bool:
        """The same kind of party, name and date of birth; without one, the same address (商業登記法27条 lets no two
        companies have both). What can't be compared isn't the same.
        """
        if self.kind != other.kind or self.birth_date != other.birth_date:
            return False
        if self.birth_date is None:
            there = None not in (self.address, other.address)
            if not there or not agreement.addresses_agree(self.address or "", other.address or ""):
                return False
        return self.name is not None and other.name is not None and bool(agreement.names_agree(self.name, other.name))

    def as_document(self) -> dict[str, Any]:
        """For the encrypted column."""
        return {"kind": self.kind, "name": self.name, "birth_date": self.birth_date, "address": self.address}

    @classmethod
    def of_document(cls, said: Mapping[str, Any]) -> Holder:
        """What :meth:`as_document` wrote."""
        return cls(said["kind"], said["name"], said["birth_date"], said.get("address"))


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
    shown = {each["evidence"] for each in verified["documents"]}
    if not shown & SHOWS_IDENTITY:
        raise ProofingNotAccepted(problem="matched with an existing record only")
    latest = LATEST_DELIVERY if "postal_item" in shown else LATEST_ACT
    acted = date.fromisoformat(verified["verified_on"])
    if moment - decision.made_at > within or japan_date(moment) - acted > latest:
        raise ProofingTooOld(limit=int(within.total_seconds() // 60))
    identity = verified["identity"]
    return Holder(decision.subject_kind, identity["name"], identity["birth_date"], identity["address"])
