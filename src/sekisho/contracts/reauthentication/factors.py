"""What an answer proves: factors, as recorded. Levels are worked out from these, never from the name of a method.

A passkey shows two factors at once where its *user verified* flag is set: possession of the key, and either a PIN
(knowledge) or a biometric (inherence). WebAuthn doesn't say which of the two (level 2 §6.1, UV), so neither do we.

What this doesn't claim: that a person is who the account says. That was the identity proofing's part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Any


class FactorKind(StrEnum):
    """The three kinds (NIST SP 800-63B-4 §1; DS-511 counts different kinds, not different means)."""

    KNOWLEDGE = "knowledge"
    POSSESSION = "possession"
    INHERENCE = "inherence"


USER_VERIFICATION = frozenset({FactorKind.KNOWLEDGE, FactorKind.INHERENCE})
"""What the *user verified* flag stands for: one of these, and nobody is told which."""


class Means(StrEnum):
    """Where a factor came from: for the record and for ``amr``; no level depends on it."""

    PASSKEY = "passkey"
    TOTP = "totp"
    JPKI = "jpki"
    PASSWORD = "password"  # noqa: S105  the name of a means, not a password
    SMS_CODE = "sms_code"


VOUCHED = frozenset({Means.PASSWORD, Means.SMS_CODE})
"""Means that Sekisho doesn't verify: the operator's sign-in did, and says so."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor. ``kinds`` has one member, or several where it is one of them and nobody knows which.

    ``at`` is when it was shown. ``replay_resistant``: an answer counts once. ``phishing_resistant``: bound to our
    origin by the authenticator itself (NIST SP 800-63B-4 §3.2.5). ``hardware``: proven that the key can't leave its
    hardware. ``vouched_by``: who says so, where it wasn't verified here.
    """

    means: Means
    kinds: frozenset[FactorKind]
    at: datetime
    replay_resistant: bool = False
    phishing_resistant: bool = False
    hardware: bool = False
    vouched_by: str | None = None

    def __post_init__(self) -> None:
        """A factor is of a kind, shown at an aware time; what isn't verified here names who vouches for it."""
        if not self.kinds or self.at.tzinfo is None:
            raise ValueError("a factor has a kind and an aware time")
        if (self.means in VOUCHED) != (self.vouched_by is not None):
            raise ValueError(f"{self.means}: either verified here, or vouched for by somebody")

    def as_document(self) -> dict[str, Any]:
        """For the record."""
        return {
            "means": self.means.value,
            "kinds": sorted(self.kinds),
            "at": self.at.isoformat(),
            "replay_resistant": self.replay_resistant,
            "phishing_resistant": self.phishing_resistant,
            "hardware": self.hardware,
            "vouched_by": self.vouched_by,
        }

    @classmethod
    def of_document(cls, said: dict[str, Any]) -> Factor:
        """What :meth:`as_document` wrote."""
        return cls(
            Means(said["means"]),
            frozenset(FactorKind(each) for each in said["kinds"]),
            datetime.fromisoformat(said["at"]),
            said["replay_resistant"],
            said["phishing_resistant"],
            said["hardware"],
            said["vouched_by"],
        )


def of_passkey(at: datetime) -> tuple[Factor, ...]:
    """Of a verified assertion with user verification. The key's hardware is unproven: attestation isn't asked for."""
    possession = frozenset({FactorKind.POSSESSION})
    key = Factor(Means.PASSKEY, possession, at, replay_resistant=True, phishing_resistant=True)
    user = Factor(Means.PASSKEY, USER_VERIFICATION, at, replay_resistant=True, phishing_resistant=True)
    return key, user


def of_totp(at: datetime) -> tuple[Factor, ...]:
    """Of an accepted code: possession of the secret. It can be typed into a false page, so not phishing resistant."""
    return (Factor(Means.TOTP, frozenset({FactorKind.POSSESSION}), at, replay_resistant=True),)


def of_jpki(at: datetime, *, pin_entered: bool) -> tuple[Factor, ...]:
    """Of a user-authentication certificate whose signature answered our challenge.

    The card's key can't leave it (電子署名等認証業務法施行規則: stored in the card). The signed text names the
    application but no origin, so that a false page could pass it on: not phishing resistant as far as we can prove.
    """
    card = Factor(Means.JPKI, frozenset({FactorKind.POSSESSION}), at, replay_resistant=True, hardware=True)
    if not pin_entered:
        return (card,)
    return card, Factor(Means.JPKI, frozenset({FactorKind.KNOWLEDGE}), at, replay_resistant=True, hardware=True)


def vouched(means: Means, at: datetime, *, by: str) -> tuple[Factor, ...]:
    """Of what the operator's own sign-in checked. Questions and codes by e-mail are no factors and have no means here.

    A code by SMS shows possession of the number (NIST SP 800-63B-4 §3.1.3.3: restricted); whether that is worth
    anything where the number itself is what a thief wants is the house rule's (house.authentication.no-sms-code).
    """
    if means is Means.PASSWORD:
        return (Factor(means, frozenset({FactorKind.KNOWLEDGE}), at, vouched_by=by),)
    return (Factor(means, frozenset({FactorKind.POSSESSION}), at, replay_resistant=True, vouched_by=by),)


def distinct(factors: Iterable[Factor]) -> int:
    """How many different kinds these are at least, whatever the unknown ones turn out to be."""
    return min((len(set(chosen)) for chosen in product(*{each.kinds for each in factors})), default=0)


def known_kinds(factors: Iterable[Factor]) -> frozenset[FactorKind] | None:
    """Exactly which kinds these are; None where one of them may be of several kinds."""
    found = {each.kinds for each in factors}
    certain = frozenset(next(iter(kinds)) for kinds in found if len(kinds) == 1)
    return certain if all(len(kinds) == 1 for kinds in found) else None
