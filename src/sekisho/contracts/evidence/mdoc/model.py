"""What comes in, what is read, and what is verified.

An :class:`UnverifiedRecord` is what a phone's response says. :class:`Shown` are the four items as they stand there.
Only a :class:`VerifiedRecord` says that the issuer vouches for them, and only the verifier can make one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sekisho.contracts.evidence.cms.certificate import Certificate
from sekisho.contracts.evidence.mdoc import cbor
from sekisho.contracts.evidence.mdoc.cose import Key, Sign1
from sekisho.contracts.evidence.mdoc.profile import Element
from sekisho.contracts.evidence.mdoc.steps import STEPS
from sekisho.contracts.evidence.steps import Proof, Report


@dataclass(frozen=True, slots=True)
class UnverifiedSubmission:
    """What a sign-up system hands over: a DeviceResponse, or only what the issuer signed, and the session's nonce.

    Exactly one of ``device_response`` and ``issuer_signed`` is there. ``nonce`` is None where the phone wasn't asked to
    sign for a session of ours.
    """

    device_response: bytes | None = field(default=None, repr=False)
    issuer_signed: bytes | None = field(default=None, repr=False)
    nonce: bytes | None = None

    def __post_init__(self) -> None:
        """One of the two forms."""
        if (self.device_response is None) is (self.issuer_signed is None):
            raise ValueError("a submission is a device response or an issuer-signed structure")


@dataclass(frozen=True, slots=True)
class IssuerSignedItem:
    """One element with what its digest is made of. ``encoded`` is the item in tag 24, as it was sent."""

    namespace: str
    digest_number: int
    random: bytes = field(repr=False)
    identifier: str
    value: cbor.Value = field(repr=False)
    encoded: bytes = field(repr=False)

    @property
    def element(self) -> Element:
        """Namespace and identifier."""
        return self.namespace, self.identifier


@dataclass(frozen=True, slots=True)
class DeviceSigned:
    """What the phone answered. ``namespaces`` are its bytes in tag 24; ``signature`` is None where it sent a MAC."""

    namespaces: bytes = field(repr=False)
    signature: Sign1 | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnverifiedRecord:
    """A record as read. ``document`` is None where only what the issuer signed was sent."""

    document: str | None
    items: tuple[IssuerSignedItem, ...] = field(repr=False)
    issuer_auth: Sign1 = field(repr=False)
    device: DeviceSigned | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Validity:
    """When the issuer signed, and from when to when the record counts."""

    signed: datetime
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """The MobileSecurityObject as read (ISO/IEC 18013-5 §9.1.2.4).

    ``digests`` are by namespace and digest number; ``has_status`` says that it names a place to ask about revocation;
    ``unknown`` counts fields nobody here reads, which the issuer signed all the same.
    """

    version: str
    digest_algorithm: str
    digests: Mapping[str, Mapping[int, bytes]] = field(repr=False)
    device_key: Key = field(repr=False)
    document: str
    validity: Validity
    has_status: bool
    unknown: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The four items of the specified record (特定電磁的記録). Personal data."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date = field(repr=False)
    photo: bytes = field(repr=False)

    @property
    def photo_sha256(self) -> str:
        """The photo's digest, to which a face match is bound."""
        return hashlib.sha256(self.photo).hexdigest()


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """A record whose items the issuer signed, by a signer that a configured authority issued and hasn't revoked.

    ``holder_confirmed`` says that the phone's key, which the issuer put into the record, signed for a session of ours
    that was used up by this verification. Without it a copied record can't be excluded.
    """

    shown: Shown = field(repr=False)
    signer: Certificate = field(repr=False)
    security_object_sha256: str
    holder_confirmed: bool
    proof: Proof

    def __post_init__(self) -> None:
        """Issuer data authentication and the signer's revocation; with the holder, the session and the phone's key."""
        self.proof.require(STEPS.kind, (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
        if self.holder_confirmed:
            self.proof.require(STEPS.kind, (1, 12))


@dataclass(frozen=True, slots=True)
class CardResult:
    """The report for the decision, and what the verifier knows beyond it. ``shown`` are the items, verified or not."""

    report: Report
    verified: VerifiedRecord | None
    shown: Shown | None = field(repr=False)
    security_object_sha256: str | None
