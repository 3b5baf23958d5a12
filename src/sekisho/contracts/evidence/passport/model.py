"""What a sign-up system sends of a passport, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from sekisho.contracts.evidence.cms.algorithms import Digest
from sekisho.contracts.evidence.cms.certificate import Certificate
from sekisho.contracts.evidence.cms.signed_data import SignedData
from sekisho.contracts.evidence.passport.mrz import Mrz
from sekisho.contracts.evidence.passport.steps import STEPS
from sekisho.contracts.evidence.steps import Proof, Report


@dataclass(frozen=True, slots=True)
class ActiveAnswer:
    """The chip's answer to a challenge.

    ``challenge`` is what the chip is said to have been asked; ``nonce`` the one it was derived from, where the server
    made it. Only a nonce that is used up by the verification shows that the answer is new: without one that is left
    to the caller.
    """

    challenge: bytes
    response: bytes
    nonce: bytes | None = None


class Access(Enum):
    """How the reading application says it opened the chip. Says nothing about whether the chip is genuine."""

    PACE = "pace"
    BAC = "bac"


@dataclass(frozen=True, slots=True)
class ReadersReport:
    """What the reading application says it did, which nobody here can prove: attested, never verified."""

    chip_authentication: bool | None = None
    access: Access | None = None


@dataclass(frozen=True, slots=True)
class UnverifiedPassport:
    """The files as they were read from the chip, each with its tag and length. Nothing in them is believed.

    ``groups`` are data groups by number. ``com`` is EF.COM, ``signer`` a signer's certificate for a SOD without one.
    """

    sod: bytes = field(repr=False)
    groups: Mapping[int, bytes] = field(repr=False)
    com: bytes | None = field(default=None, repr=False)
    signer: bytes | None = field(default=None, repr=False)
    active: ActiveAnswer | None = field(default=None, repr=False)
    reader: ReadersReport = ReadersReport()


@dataclass(frozen=True, slots=True)
class Stated:
    """What the application states of the holder, to be compared with the zone. Absent items aren't compared."""

    name: str | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """EF.SOD as read: the signed data, and in it a hash algorithm and a digest for each group (ICAO 9303-10 §4.6.2)."""

    signed: SignedData
    digest: Digest
    digests: Mapping[int, bytes]


class RevocationState(Enum):
    """What is known of the signer's revocation, with the names the other kinds of evidence use."""

    GOOD = "good"
    """Not on the issuer's current list."""
    REVOKED = "revoked"
    """On it."""
    EXPIRED = "expired"
    """The certificate itself has expired: lists no longer say anything about it."""
    UNKNOWN = "unknown"
    """No list of the issuer is configured."""
    COULD_NOT_CHECK = "could_not_check"
    """There is a list that isn't of this moment, or the verification didn't get that far."""


class ChipState(Enum):
    """What is known of the chip itself, apart from the data in it."""

    GENUINE = "genuine"
    """Active authentication: the chip has the private key the state signed for it."""
    NOT_SHOWN = "not_shown"
    """Nobody showed it: a copied chip can't be excluded."""


@dataclass(frozen=True, slots=True)
class VerifiedPassport:
    """A passport whose data the issuing state signed, by a signer that isn't revoked. Only a proof makes one.

    Holds personal data (``mrz``); ``photo`` says that the face image was among the verified groups.
    """

    mrz: Mrz = field(repr=False)
    country: str
    signer: Certificate = field(repr=False)
    authority: Certificate = field(repr=False)
    groups: frozenset[int]
    chip: ChipState
    proof: Proof

    def __post_init__(self) -> None:
        """Passive authentication is steps 0 to 5; revocation, the document itself and its expiry belong to it."""
        self.proof.require(STEPS.kind, (0, 1, 2, 3, 4, 5, 6, 7, 8, 10))

    @property
    def photo(self) -> bool:
        """Whether the face image (data group 2) is among what was verified."""
        return 2 in self.groups


@dataclass(frozen=True, slots=True)
class PassportResult:
    """The report for the decision, and what the verifier knows beyond it.

    ``read`` is the zone where it could be read, authenticated or not: personal data, for the record and the screen.
    ``verified`` is None unless everything that makes a signature verified was done.
    """

    report: Report
    verified: VerifiedPassport | None
    read: Mrz | None = field(repr=False)
    revocation: RevocationState
    chip: ChipState
    reader: ReadersReport
    moment: datetime

    @property
    def expires(self) -> date | None:
        """The document's date of expiry, where the zone could be read."""
        return None if self.read is None else self.read.expiry
