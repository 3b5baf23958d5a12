"""What comes in, what is read, and what is verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from sekisho.contracts.evidence.driving_licence.profile import LicenceFile
from sekisho.contracts.evidence.driving_licence.steps import CARD_STEPS, RECORD_STEPS
from sekisho.contracts.evidence.pki.signature import RsaVerifier
from sekisho.contracts.evidence.steps import Proof, Report


@dataclass(frozen=True, slots=True)
class ReadersWord:
    """What the reading application says: attested, never verified. None where it doesn't say."""

    application: str | None = None
    pin_1: bool | None = None
    pin_2: bool | None = None


@dataclass(frozen=True, slots=True)
class UnverifiedLicence:
    """The files of a licence card as they were read, whole. Nothing in them is believed."""

    files: Mapping[LicenceFile, bytes] = field(repr=False)
    reader: ReadersWord = ReadersWord()


@dataclass(frozen=True, slots=True)
class UnverifiedRecord:
    """The files of a マイナ免許証 as they were read, whole: ``wef02`` the record, ``wef03`` the signature over it."""

    wef02: bytes = field(repr=False)
    wef03: bytes | None = field(default=None, repr=False)
    reader: ReadersWord = ReadersWord()


@dataclass(frozen=True, slots=True)
class Entries:
    """The items of DF1/EF01 that are used; personal data. Texts have a substitute where a character can't be read.

    ``birth_date`` and ``issued_on`` are None where what stands there is no date.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    number: str = field(repr=False)
    expiry: date
    issued_on: date | None


class Change(Enum):
    """What EF04 says of an item."""

    NONE = "none"
    CHANGED = "changed"
    """There is a later one, which nobody signed."""
    UNCLEAR = "unclear"
    """Something was changed, and the profile doesn't say what."""
    NOT_READ = "not_read"
    """EF04 wasn't given."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is known of later changes to name and address. Nothing of it is signed."""

    name: Change
    address: Change


@dataclass(frozen=True, slots=True)
class PoliceKey:
    """A key that the operator configured. ``identifier`` is what a licence names it by."""

    name: str
    identifier: bytes
    verifier: RsaVerifier = field(repr=False)


@dataclass(frozen=True, slots=True)
class VerifiedLicence:
    """A licence card whose entries, domicile and photo a configured key signed, and which hasn't expired.

    Says nothing of later changes: those aren't signed.
    """

    entries: Entries = field(repr=False)
    key: PoliceKey
    proof: Proof

    def __post_init__(self) -> None:
        """Needs the signature and everything it is about."""
        self.proof.require(CARD_STEPS.kind, (0, 1, 2, 3, 6))


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """A licence record on a My Number card that a configured key signed. Names nobody."""

    key: PoliceKey
    proof: Proof

    def __post_init__(self) -> None:
        """Needs the signature."""
        self.proof.require(RECORD_STEPS.kind, (0, 1, 2))


@dataclass(frozen=True, slots=True)
class LicenceResult:
    """The report for the decision, and what the verifier knows beyond it.

    ``verified`` is None unless a configured key signed. ``entries`` is what was read, authenticated or not: personal
    data, for the record and the screen; ``changes`` goes with it, since an item that was changed is the old one.
    ``number`` is the licence's, ``photo`` the image in DF2/EF01.
    """

    report: Report
    moment: datetime
    verified: VerifiedLicence | VerifiedRecord | None = None
    entries: Entries | None = field(default=None, repr=False)
    changes: Changes | None = None
    number: str | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)
