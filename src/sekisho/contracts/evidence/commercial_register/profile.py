"""What a certificate of the commercial registry must look like, and whom we trust to have issued it.

Marks of certainty: [C] published by the Ministry of Justice; [C2] the same in independent public code bases; [U] from
one source or unconfirmed. Whoever runs this for real compares the values marked [U] with 電子証明書の方式等に関する件
(告示) and, where they differ, configures a profile of their own: nothing in the verifier repeats a value given here.

What is published [C]: until the system's renewal in March 2026 certificates had no keyUsage and could be checked by
OCSP only; since then they have keyUsage and a distribution point, and lists are published too. A certificate runs for
at most 27 months, so both kinds are valid side by side. The registrar's own certificate changes every three years and
is valid for 72 months; its hash is published in the official gazette.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sekisho.contracts.evidence.pki import certificate as x509
from sekisho.contracts.evidence.pki.extensions import DIGITAL_SIGNATURE, NON_REPUDIATION
from sekisho.contracts.evidence.pki.path import TrustStore

_MOJ = "1.2.392.100300.1"  # 法務省 [C2]

OWN_POLICIES = f"{_MOJ}.1.1"  # certificatePolicies of the registrar's own kind [C2]
REGISTRAR = f"{_MOJ}.1.2"  # the registrar's name: 東京法務局登記官 [C2]
CORPORATION = f"{_MOJ}.1.3"  # registeredCorporationInfo [C2]
POLICY = f"{_MOJ}.3.4"  # the policy's identifier [U]

PURPOSE = "commercial_register"
"""What challenges for companies are made for: an answer to one serves no other kind of evidence."""

USE_AUTHORITY = "commercial_register_authority"
USE_LIST = "commercial_register_revocation_list"

MAX_SIGNATURE_BYTES = 512
"""RSA-2048 makes 256 [C: 電磁的記録への記録方式 asks for RSA-2048]; twice that leaves room for a later generation."""
MAX_NONCE_BYTES = 64
MAX_ITEM_CHARACTERS = 128
"""The registrar takes at most 128 characters for each item, 126 for the representative's name [C]."""
MAX_ANSWER_AGE = timedelta(hours=48)
"""A change in the register revokes the certificate at once; an older answer isn't one about today (as for JPKI)."""

BRANCH_MANAGER = "支配人"
"""The title of a registered manager, whose certificate names his place of business instead of the head office [C]."""
OTHER_OFFICE = ("営業所)", "従たる事務所)", "日本における営業所)")
"""Ends of an address, levelled, that is not the head office: （支配人を置いた営業所） [C], the others [U]."""


@dataclass(frozen=True, slots=True)
class CorporationLayout:
    """Where the company's items stand in registeredCorporationInfo: explicit context tags in a SEQUENCE [C2]."""

    name: int = 0xA0
    number: int = 0xA1
    address: int = 0xA2
    representative_name: int = 0xA3
    representative_title: int = 0xA4
    office: int = 0xA6

    def __post_init__(self) -> None:
        """One tag for two items would make one of them read as the other."""
        if len(set(self.tags)) != len(self.tags):
            raise ValueError("every item has a tag of its own")

    @property
    def tags(self) -> tuple[int, ...]:
        """All tags that are read."""
        return (
            self.name,
            self.number,
            self.address,
            self.representative_name,
            self.representative_title,
            self.office,
        )


@dataclass(frozen=True, slots=True)
class RegisterProfile:
    """Everything configurable about certificates of the commercial registry. Named profiles, never single switches.

    ``policies`` are accepted where a certificate names any; ``signing`` are the bits of keyUsage of which one must be
    set where the extension is there.
    """

    name: str
    trust: TrustStore
    extension: str = CORPORATION
    layout: CorporationLayout = CorporationLayout()
    policies: frozenset[str] = frozenset({POLICY})
    signing: frozenset[int] = frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION})  # which of the two is [U]
    leaf_bits: frozenset[int] = frozenset({2048})  # [C]
    known_extensions: frozenset[str] = frozenset(
        {
            OWN_POLICIES,
            REGISTRAR,
            CORPORATION,
            x509.KEY_USAGE,
            x509.CERTIFICATE_POLICIES,
            x509.BASIC_CONSTRAINTS,
            x509.SUBJECT_ALTERNATIVE_NAME,
            x509.ISSUER_ALTERNATIVE_NAME,
            x509.CRL_DISTRIBUTION_POINTS,
            x509.AUTHORITY_INFORMATION_ACCESS,
            x509.AUTHORITY_KEY_IDENTIFIER,
            x509.SUBJECT_KEY_IDENTIFIER,
        }
    )

    def __post_init__(self) -> None:
        """Nothing to compare with would mean that everything passes."""
        if not self.policies or not self.signing or self.extension not in self.known_extensions:
            raise ValueError("a profile has policies, signing bits and an extension that it knows")


def production(trust: TrustStore) -> RegisterProfile:
    """The profile of real certificates, with the registrar's certificates that the operator obtained and compared."""
    return RegisterProfile("commercial-register-production", trust)
