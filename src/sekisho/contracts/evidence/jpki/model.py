"""What comes in, what is read, and what is verified.

An :class:`UnverifiedSubmission` is a caller's claim. :class:`Attributes` are what a certificate says. Only
:class:`VerifiedSigner` and :class:`VerifiedUser` yield facts, and only the verifier can make them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from sekisho.clock import japan_date
from sekisho.contracts import agreement
from sekisho.contracts.evidence.jpki.profile import Carrier
from sekisho.contracts.evidence.pki.path import IssuedCertificate
from sekisho.contracts.evidence.steps import Proof
from sekisho.engine.facts import Text, Value

SUBSTITUTE = "〓"
"""Put where a certificate says that it has a substitution character, so that no comparison takes it for text."""


@dataclass(frozen=True, slots=True)
class PinAttestation:
    """The reader app's word that the PIN was, or wasn't, entered. ``reader`` names app and version."""

    reader: str
    entered: bool


@dataclass(frozen=True, slots=True)
class UnverifiedSubmission:
    """What an applicant's app sends: the nonce of the challenge, the certificate, the signature, and the PIN's word.

    The text that was signed is not among it: that is the one the server made and kept.
    """

    nonce: bytes
    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    pin: PinAttestation | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the application states about the person; None where it says nothing."""

    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A text made by the server for one person to sign once.

    ``text`` holds the nonce and what is being agreed to. It is signed as it is, byte for byte. ``purpose`` is a slug:
    each kind of evidence has its own, so that an answer of one kind never serves another.
    """

    nonce: bytes
    purpose: str
    application: str
    text: bytes = field(repr=False)
    expires_at: datetime

    def __post_init__(self) -> None:
        """A text without its nonce could be signed once and used for every challenge."""
        if len(self.nonce) < MIN_NONCE_BYTES or self.nonce.hex().encode("ascii") not in self.text:
            raise ValueError("the text to be signed holds its nonce, in hexadecimal")
        if self.expires_at.tzinfo is None:
            raise ValueError("a challenge ends at an aware time")


MIN_NONCE_BYTES = 16
"""128 bits: not to be guessed, nor to come up twice."""


class Sex(Enum):
    """The code of the certificate (性別)."""

    MALE = "1"
    FEMALE = "2"
    UNKNOWN = "3"


@dataclass(frozen=True, slots=True)
class Attributes:
    """The four items of a signing certificate, as they stand there; not yet believed.

    ``name`` and ``address`` have :data:`SUBSTITUTE` where a substitution character stands; None where they can't be
    compared at all. ``birth_date`` is None where a part is unknown or the era contradicts the year.
    ``unknown`` are name types that nobody here reads: the profile may have grown.
    """

    name: str | None = field(repr=False)
    address: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Sex | None = field(repr=False)
    unknown: tuple[str, ...] = ()


class Agreement(Enum):
    """Whether an item of the certificate is the same as the application's."""

    AGREE = "agree"
    DIFFER = "differ"
    UNKNOWN = "unknown"
    """One of them is missing, or a substitution character makes it impossible to tell."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three items that decide (規則1条: 本人特定事項), each compared."""

    name: Agreement
    address: Agreement
    birth_date: Agreement

    @classmethod
    def of(cls, shown: Attributes, stated: Stated) -> Comparison:
        """Compare; spelling that means the same is levelled by :mod:`sekisho.contracts.agreement`."""
        return cls(
            _text(shown.name, stated.name, address=False),
            _text(shown.address, stated.address, address=True),
            _answer(
                None if shown.birth_date is None or stated.birth_date is None else shown.birth_date == stated.birth_date
            ),
        )

    def facts(self) -> dict[str, Value]:
        """The ``…_agrees`` attributes that are known."""
        pairs = (("name", self.name), ("address", self.address), ("birth_date", self.birth_date))
        return {f"{item}_agrees": found is Agreement.AGREE for item, found in pairs if found is not Agreement.UNKNOWN}

    def told(self) -> Text:
        """Which items agree, without the items."""
        words = {Agreement.AGREE: "一致", Agreement.DIFFER: "不一致", Agreement.UNKNOWN: "判定できない"}
        items = (
            ("氏名", "name", self.name),
            ("住所", "address", self.address),
            ("生年月日", "date of birth", self.birth_date),
        )
        return Text(
            "、".join(f"{ja}は{words[found]}" for ja, _, found in items),
            ", ".join(f"{en}: {found.value}" for _, en, found in items),
        )


def _text(shown: str | None, stated: str | None, *, address: bool) -> Agreement:
    if shown is None or stated is None:
        return Agreement.UNKNOWN
    same = agreement.addresses_agree if address else agreement.names_agree
    return _answer(same(shown, stated))


def _answer(same: bool | None) -> Agreement:
    if same is None:
        return Agreement.UNKNOWN
    return Agreement.AGREE if same else Agreement.DIFFER


class RevocationState(Enum):
    """What is known about revocation. Unknown and could-not-check are neither valid nor invalid."""

    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """The one asked doesn't know the certificate."""
    COULD_NOT_CHECK = "could_not_check"
    """Nobody was asked, nobody answered, or the answer can't be used."""


class RevocationMethod(Enum):
    """How it was asked."""

    CRL = "crl"
    OCSP = "ocsp"
    PLATFORM = "platform"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RevocationAnswer:
    """What somebody said about a certificate, how, who, and as of when.

    ``as_of`` is when the information was made, not when it was asked for. ``problem`` is why there is no answer.
    """

    state: RevocationState
    method: RevocationMethod
    as_of: datetime
    answered_by: str
    revoked_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CertificateId:
    """Which certificate: the fingerprint of its issuer's name and its serial number.

    That is how an account is tied to a person's certificate; the subject's name is opaque and the public key must not
    be used for anything else (法19条3項).
    """

    issuer_sha256: str
    serial: int

    @classmethod
    def of(cls, issued: IssuedCertificate) -> CertificateId:
        """Of a certificate that an authority really issued."""
        return cls(hashlib.sha256(issued.certificate.issuer).hexdigest(), issued.certificate.serial)


_SIGNING_STEPS = frozenset(range(13)) - {10}
_AUTHENTICATION_STEPS = frozenset(range(11))


@dataclass(frozen=True, slots=True)
class VerifiedSigner:
    """A person whose signing certificate signed the server's text.

    ``revocation`` may still be unknown or could-not-check: what follows from that is the rulebook's.
    """

    id: CertificateId
    carrier: Carrier
    attributes: Attributes
    comparison: Comparison
    revocation: RevocationAnswer
    pin_entered: bool
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Needs every step but the revocation, which has an answer of its own."""
        self.proof.require("jpki_signing", _SIGNING_STEPS)

    def facts(self) -> dict[str, Value]:
        """Attributes of an ``electronic_signature``; whose evidence it is (``person``) is the caller's to say."""
        facts: dict[str, Value] = {
            "at": japan_date(self.verified_at),
            "certificate": "jpki_signing" if self.carrier is Carrier.CARD else "jpki_signing_smartphone",
            "signature_valid": True,
            "revocation": self.revocation.state.value,
        }
        if self.pin_entered:
            facts["pin_entered"] = True
        return facts | self.comparison.facts()


@dataclass(frozen=True, slots=True)
class VerifiedUser:
    """A holder of a user-authentication certificate that is known not to be revoked, and who answered the challenge."""

    id: CertificateId
    revocation: RevocationAnswer
    pin_entered: bool
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Needs the revocation as well: an ``authentication`` has no attribute that could say it is unknown."""
        self.proof.require("jpki_authentication", _AUTHENTICATION_STEPS)

    def facts(self) -> dict[str, Value]:
        """Attributes of an ``authentication``: the card, and the PIN where the reader vouches for it. No identity."""
        factors = frozenset({"possession", "knowledge"} if self.pin_entered else {"possession"})
        return {
            "at": japan_date(self.verified_at),
            "factors": factors,
            "distinct_factors": len(factors),
            "jpki_authentication": True,
        }
