"""What comes in, what is read, and what is verified.

An :class:`UnverifiedRegisterSubmission` is a caller's claim, a :class:`Corporation` what a certificate says. Only
:class:`VerifiedRegisterSigner` yields facts, and only the verifier can make it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.clock import japan_date
from sekisho.contracts.evidence.commercial_register.profile import BRANCH_MANAGER, OTHER_OFFICE
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationAnswer
from sekisho.contracts.evidence.registry import company
from sekisho.contracts.evidence.steps import Proof
from sekisho.engine.facts import Value


@dataclass(frozen=True, slots=True)
class UnverifiedRegisterSubmission:
    """What a company's software sends: the nonce of the challenge, the certificate and the signature.

    The text that was signed is not among it: that is the one the server made and kept.
    """

    nonce: bytes
    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StatedCorporation:
    """What the application states about the company; None where it says nothing."""

    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Corporation:
    """The registered items of a certificate, as they stand there; not yet believed.

    ``number`` is the registry's twelve-digit number (会社法人等番号). ``unknown`` are tags that nobody here reads: the
    profile may have grown.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    representative_name: str | None = field(repr=False)
    representative_title: str | None
    number: str | None
    office: str | None
    unknown: tuple[str, ...] = ()

    @property
    def head_office(self) -> str | None:
        """The head office; None where the certificate is a branch manager's or names another place of business."""
        levelled = unicodedata.normalize("NFKC", self.address)
        if self.representative_title == BRANCH_MANAGER or levelled.endswith(OTHER_OFFICE):
            return None
        return self.address

    def compared(self, stated: StatedCorporation) -> dict[str, Value]:
        """The ``…_agrees`` attributes that are known.

        The registrar writes a name in the characters of JIS X 0208 and replaces the others; so a name that has others
        may be the same although it is written differently, and is unknown rather than different.
        """
        facts = company.comparison(
            name=self.name, address=self.head_office, stated_name=stated.name, stated_address=stated.address
        )
        for name, text in (("name_agrees", stated.name), ("address_agrees", stated.address)):
            if facts.get(name) is False and text is not None and not _in_jis_x_0208(text):
                del facts[name]
        return facts


def _in_jis_x_0208(text: str) -> bool:
    # Python's shift_jis has ASCII, half-width kana and JIS X 0208, and nothing more (cp932 would add NEC's and IBM's).
    try:
        unicodedata.normalize("NFKC", text).encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


_STEPS = frozenset(range(13)) - {10}


@dataclass(frozen=True, slots=True)
class VerifiedRegisterSigner:
    """A company whose registered representative's key signed the server's text.

    ``revocation`` may still be unknown or could-not-check: what follows from that is the rulebook's. That the person
    who deals with us is that representative isn't said: whoever holds the key file can sign.
    """

    id: CertificateId
    corporation: Corporation
    agreement: dict[str, Value]
    revocation: RevocationAnswer
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Needs every step but the revocation, which has an answer of its own."""
        self.proof.require("commercial_register", _STEPS)

    def facts(self) -> dict[str, Value]:
        """Attributes of an ``electronic_signature``; whose evidence it is (``person``) is the caller's to say."""
        facts: dict[str, Value] = {
            "at": japan_date(self.verified_at),
            "certificate": "commercial_registry",
            "signature_valid": True,
            "revocation": self.revocation.state.value,
        }
        return facts | self.agreement
