"""What a sign-up system sends of a card, what is read of it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sekisho.contracts.evidence.cms.certificate import Certificate
from sekisho.contracts.evidence.cms.keys import PublicKey
from sekisho.contracts.evidence.residence_card.profile import Layout
from sekisho.contracts.evidence.residence_card.steps import STEPS
from sekisho.contracts.evidence.steps import Proof, Report


@dataclass(frozen=True, slots=True)
class ReadersReport:
    """What the reading application says it did, which nobody here can prove: attested, never verified.

    ``secure_messaging``: that it opened the card with its number and read by secure messaging.
    """

    application: str | None = None
    secure_messaging: bool | None = None


@dataclass(frozen=True, slots=True)
class UnverifiedCard:
    """The files as they were read, by the names of the specification (``DF1/EF01``), and the number it was opened with.

    Nothing in them is believed.
    """

    number: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    reader: ReadersReport = ReadersReport()


@dataclass(frozen=True, slots=True)
class Objects:
    """The data objects of a card by tag, each file being what its type's table says; not yet believed."""

    layout: Layout
    values: Mapping[str, bytes] = field(repr=False)

    def signed(self) -> bytes:
        """What the signature is over: the values, joined and filled up as the layout says."""
        return b"".join(
            b"".join(self.values.get(tag, b"") for tag in part.tags).ljust(part.size, b"\x00")
            for part in self.layout.signed
        )


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a second-generation card that a rule may ask about. ``birth`` is None where a part is unknown."""

    expiry: date
    birth: date | None = field(repr=False)
    birth_year: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority the operator configured: its certificate, its key, and the name the operator knows it by."""

    certificate: Certificate = field(repr=False)
    key: PublicKey = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class VerifiedCard:
    """A card whose data the agency signed. Only a proof makes one.

    ``number`` isn't among what is signed; ``entries`` are None for a card of the first generation, which has only
    pictures. Says nothing of revocation, nor of the person who brings it.
    """

    layout: Layout
    number: str = field(repr=False)
    entries: Entries | None = field(repr=False)
    photo: bool
    certificate: Certificate = field(repr=False)
    authority: Authority
    proof: Proof

    def __post_init__(self) -> None:
        """All that makes a signature the agency's; and, where the card itself says when it ends, its validity."""
        self.proof.require(STEPS.kind, range(8) if self.entries is None else range(9))


@dataclass(frozen=True, slots=True)
class CardResult:
    """The report for the decision, and what the verifier knows beyond it.

    ``number``, ``entries`` and ``photo`` are what could be read, authenticated or not: personal data, for the record
    and the screen. ``photo`` is None for a card without one, and for one that was refused. ``verified`` is None unless
    an authority's signature stands behind the card's.
    """

    report: Report
    verified: VerifiedCard | None
    number: str | None = field(repr=False)
    entries: Entries | None = field(repr=False)
    reader: ReadersReport
    moment: datetime
    photo: bytes | None = field(default=None, repr=False)
