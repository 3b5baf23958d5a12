"""Who is asking, as far as it is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.access.roles import Scope, StaffKind


class Proof(StrEnum):
    """How it is known who is asking."""

    TOKEN = "token"  # noqa: S105  the name of a kind of proof
    """A token was shown."""
    SIGNED = "signed"
    """A message came that a registered party's key signed; what acts is the interface that read it."""
    STATED = "stated"
    """Somebody who can open the workspace on this machine said so. Records made this way say so too."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A member of staff or a service, with what they may do now. Holds no secret.

    Good for at most ``sekisho.access.cache.KEPT_FOR`` and never beyond ``expires_at``; it doesn't notice a revocation
    by itself.
    """

    staff_id: str
    kind: StaffKind
    scopes: frozenset[Scope]
    proof: Proof
    token_id: str | None
    expires_at: datetime | None

    def require(self, scope: Scope) -> None:
        """``ScopeMissing`` unless ``scope`` is held."""
        if scope not in self.scopes:
            raise ScopeMissing(scope=scope.value, staff_id=self.staff_id)

    def require_proof(self, action: str) -> None:
        """``ProofTooWeak`` if who it is was only stated."""
        if self.proof is Proof.STATED:
            raise ProofTooWeak(staff_id=self.staff_id, action=action)
