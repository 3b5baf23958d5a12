"""What is verified of an answer; only :mod:`.verify` makes these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sekisho.contracts.evidence.steps import Proof
from sekisho.contracts.reauthentication.factors import Factor, of_passkey, of_totp
from sekisho.contracts.reauthentication.passkey import Flags, Registered
from sekisho.contracts.reauthentication.totp import CodeCheck, Matched
from sekisho.engine.facts import Text

BACKUP_CHANGED = "backup_eligible_changed"
"""Finding: the passkey says otherwise than at its registration whether it may be copied."""

REGISTRATION = "passkey_registration"
ASSERTION = "passkey"
CODE = "totp"
REGISTRATION_STEPS_NEEDED = frozenset(range(8))
ASSERTION_STEPS_NEEDED = frozenset(range(10))
CODE_STEPS_NEEDED = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class VerifiedRegistration:
    """A passkey that may be registered: made for us, with its user verified, answering our challenge.

    ``authenticator`` is the AAGUID it states. Nobody vouches for it: attestation isn't asked for.
    """

    registered: Registered
    flags: Flags
    authenticator: str
    proof: Proof

    def __post_init__(self) -> None:
        """Needs every step."""
        self.proof.require(REGISTRATION, REGISTRATION_STEPS_NEEDED)


@dataclass(frozen=True, slots=True)
class VerifiedAssertion:
    """A registered passkey's answer to our challenge, with its user verified. ``findings`` are slugs for the record."""

    credential_id: bytes
    flags: Flags
    sign_count: int
    findings: tuple[str, ...]
    at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Needs every step."""
        self.proof.require(ASSERTION, ASSERTION_STEPS_NEEDED)

    def factors(self) -> tuple[Factor, ...]:
        """Possession of the key, and a PIN or a biometric."""
        return of_passkey(self.at)


@dataclass(frozen=True, slots=True)
class AcceptedCode:
    """A code of a time step that no code of was accepted before."""

    matched: Matched
    at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Needs every step."""
        self.proof.require(CODE, CODE_STEPS_NEEDED)

    def factors(self) -> tuple[Factor, ...]:
        """Possession of the secret."""
        return of_totp(self.at)


class Registrations(Protocol):
    """Knows the passkeys of one account."""

    def find(self, credential_id: bytes) -> Registered:
        """The passkey; raises ``CredentialUnknown`` or ``CredentialOfAnother``."""
        ...

    def count(self, registered: Registered, found: int) -> None:
        """Set the passkey's counter to ``found`` if it rose (or both are 0), in one atomic act.

        Raises ``SignCountWentBack``.
        """
        ...

    @property
    def limits(self) -> Text:
        """What this one can't know; it stands in the report beside the counter's step."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one code in the keeper.

    ``locked_until``: the end of a lock-out that was in force, so that the code wasn't looked at. ``left``: tries before
    the next lock-out; 0 where this one led to it.
    """

    accepted: bool
    locked_until: datetime | None
    left: int


class CodeKeeper(Protocol):
    """Keeps the last accepted time step and the failures of one secret."""

    def attempt(self, check: CodeCheck) -> Attempt:
        """Accept the code's step if it is later than the last one, else count a failure: one atomic act, durable."""
        ...
