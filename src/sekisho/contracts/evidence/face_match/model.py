"""What comes in, what a result says, and what is verified."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.face_match.profile import Decision, Liveness, Product, Provider
from sekisho.contracts.evidence.face_match.steps import STEPS
from sekisho.contracts.evidence.steps import Proof
from sekisho.engine.facts import Value

BY_PROVIDER: Final = "provider"
"""Who compared, in the words of the catalogue: whatever a clerk saw is attested, never verified here."""


@dataclass(frozen=True, slots=True)
class UnverifiedMatch:
    """What a sign-up system hands over: the signed result, and the SHA-256 of the photos in the documents it read.

    That the digests are those of verified chips' photos is the caller's to see to.
    """

    result: str = field(repr=False)
    photos: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a result says, in order but not yet compared with anything. ``unknown`` counts claims nobody here reads."""

    issuer: str
    audience: frozenset[str]
    issued_at: datetime
    not_before: datetime | None
    expires_at: datetime
    transaction: str
    nonce: bytes | None
    product: Product
    score: float
    threshold: float
    decision: Decision
    liveness: Liveness
    reference_sha256: str
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class VerifiedMatch:
    """A provider's result that the person before the camera is the one in the photo. Only a proof makes one.

    ``of_document`` says that the photo is one of the document's; otherwise it may be anybody's.
    """

    provider: Provider
    claims: Claims
    of_document: bool
    proof: Proof

    def __post_init__(self) -> None:
        """Every step but the reference, which has an answer of its own, and the challenge's within step 6."""
        self.proof.require(STEPS.kind, (*range(9), 10, *((9,) if self.of_document else ())))

    def facts(self) -> dict[str, Value]:
        """Attributes of a ``face_image``; the person of the document only where it was the document's photo."""
        same: dict[str, Value] = {"same_person_as_document": True} if self.of_document else {}
        return {"compared_by": BY_PROVIDER, **same}
