"""What verification of a call's signatures comes to.

``Valid`` means: not spoofed, as far as ``number_vouched_for`` and ``reach`` say. It never means that the call is
wanted, honest or safe: whoever owns a number can sign with it, and no type here has a word for that.
``CouldNotCheck`` is neither good nor bad news about the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.calls.stir.errors import IdentityInvalid, IdentityUncheckable, StirFault
from sekisho.calls.stir.passport import Attestation
from sekisho.calls.stir.telephone import Party


class Outcome(StrEnum):
    """The three outcomes, never mixed."""

    VALID = "valid"
    INVALID = "invalid"
    COULD_NOT_CHECK = "could_not_check"


class Authority(StrEnum):
    """What the certificate says about the number."""

    NUMBER = "number"
    """It is for this very number, or for a provider known to hold it."""
    PROVIDER = "provider"
    """It is for a provider; that the number is theirs rests on the attestation alone (RFC 8588 §4)."""


class Reach(StrEnum):
    """Whether the place the call goes to was signed as well."""

    SIGNED = "signed"
    """It is the destination that was signed."""
    DIVERTED = "diverted"
    """Signed diversions lead to it (RFC 8946)."""
    TO_ONLY = "to_only"
    """Only To was signed; the call went elsewhere without a signature: diverted by an old network, or replayed."""


@dataclass(frozen=True, slots=True)
class Diversion:
    """One signed diversion: from which number, by whose certificate."""

    diverted_from: Party
    signed_at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Valid:
    """The signature is good and its certificate is current and for it. ``others`` are headers that came to nothing."""

    caller: Party
    attestation: Attestation | None
    origid: str | None
    signed_at: datetime
    url: str
    fingerprint: str
    authority: Authority
    reach: Reach
    diversions: tuple[Diversion, ...] = ()
    others: tuple[StirFault, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """``valid``."""
        return Outcome.VALID

    @property
    def number_vouched_for(self) -> bool:
        """Whether the signer vouches for the caller's right to the number: attestation A, or a PASSporT without one.

        Under B and C the signature is as good, but says nothing about the number: it may be spoofed.
        """
        return self.attestation in (None, Attestation.FULL)


@dataclass(frozen=True, slots=True)
class Invalid:
    """Checked, and wrong: ``fault`` says why, with the SIP answer for an operator who refuses because of it."""

    fault: IdentityInvalid
    others: tuple[StirFault, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """``invalid``."""
        return Outcome.INVALID


@dataclass(frozen=True, slots=True)
class CouldNotCheck:
    """Not checked, so the call is as any unsigned one. ``to_fetch`` are certificates that would help the next call."""

    fault: IdentityUncheckable
    others: tuple[StirFault, ...] = ()
    to_fetch: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """``could_not_check``."""
        return Outcome.COULD_NOT_CHECK


Verification = Valid | Invalid | CouldNotCheck
