"""What a certificate of JPKI must look like, and whom we trust to have issued it.

Marks of certainty: [C] inspected in the authorities' certificates; [C2] the same in several independent code bases;
[U] from one source or unconfirmed. Whoever runs this for real compares the values marked [U] with the profile
specification of J-LIS (プロファイル仕様書) and, where they differ, configures a profile of their own: nothing in the
verifier repeats a value that stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from sekisho.contracts.evidence.pki import certificate as x509
from sekisho.contracts.evidence.pki.extensions import DIGITAL_SIGNATURE, NON_REPUDIATION
from sekisho.contracts.evidence.pki.path import TrustStore

_POLICY = "1.2.392.200149.8.5.1"
_NAME = "1.2.392.200149.8.5.5"

NAME = f"{_NAME}.1"  # 氏名 [C2]
NAME_SUBSTITUTES = f"{_NAME}.2"  # 氏名の代替文字の使用位置情報 [C2]
SEX = f"{_NAME}.3"  # 性別 [C2]
BIRTH_DATE = f"{_NAME}.4"  # 生年月日 [C2]
ADDRESS = f"{_NAME}.5"  # 住所 [C2]
ADDRESS_SUBSTITUTES = f"{_NAME}.6"  # 住所の代替文字の使用位置情報 [C2]; code that swaps .5 and .6 is wrong

USE_SIGNING_AUTHORITY = "jpki_signing_authority"
USE_SIGNING_LIST = "jpki_signing_revocation_list"
USE_AUTHENTICATION_AUTHORITY = "jpki_authentication_authority"
USE_AUTHENTICATION_LIST = "jpki_authentication_revocation_list"


class Purpose(StrEnum):
    """What a certificate is for. Each purpose has authorities, policies and key usage of its own."""

    SIGNING = "signing"
    """署名用電子証明書 (法7条3号): holds name, date of birth, sex and address."""
    AUTHENTICATION = "authentication"
    """利用者証明用電子証明書 (法36条): holds none of them."""


class Carrier(Enum):
    """Where the key lives."""

    CARD = "card"
    SMARTPHONE = "smartphone"


@dataclass(frozen=True, slots=True)
class PurposeProfile:
    """What is asked of the certificates of one purpose.

    ``policies`` are the accepted policy OIDs and what each carries; ``key_usage`` are the bits that must be set,
    ``key_usage_allowed`` those that may be.
    """

    trust: TrustStore
    policies: tuple[tuple[str, Carrier], ...]
    key_usage: frozenset[int]
    key_usage_allowed: frozenset[int]

    def __post_init__(self) -> None:
        """Nothing to compare with would mean that everything passes."""
        if not self.policies or not self.key_usage or not self.key_usage <= self.key_usage_allowed:
            raise ValueError("a profile has policies and key usages")


@dataclass(frozen=True, slots=True)
class JpkiProfile:
    """Everything configurable about JPKI. Named profiles, never single switches."""

    name: str
    signing: PurposeProfile
    authentication: PurposeProfile
    leaf_bits: frozenset[int] = frozenset({2048})  # [C2]
    known_extensions: frozenset[str] = frozenset(
        {
            x509.KEY_USAGE,
            x509.EXTENDED_KEY_USAGE,
            x509.CERTIFICATE_POLICIES,
            x509.SUBJECT_ALTERNATIVE_NAME,
            x509.ISSUER_ALTERNATIVE_NAME,
            x509.BASIC_CONSTRAINTS,
            x509.CRL_DISTRIBUTION_POINTS,
            x509.AUTHORITY_INFORMATION_ACCESS,
            x509.AUTHORITY_KEY_IDENTIFIER,
            x509.SUBJECT_KEY_IDENTIFIER,
        }
    )

    def __post_init__(self) -> None:
        """The stores are apart: an authority in both would make one certificate pass for the other."""
        both = {one.certificate.public_key for one in self.signing.trust.authorities} & {
            one.certificate.public_key for one in self.authentication.trust.authorities
        }
        if both:
            raise ValueError("an authority is trusted for one purpose, not for both")

    def of(self, purpose: Purpose) -> PurposeProfile:
        """What is asked of the certificates of ``purpose``."""
        return self.signing if purpose is Purpose.SIGNING else self.authentication


def production(signing: TrustStore, authentication: TrustStore) -> JpkiProfile:
    """The profile of real cards and phones, with the authorities' certificates that the operator obtained."""
    return JpkiProfile(
        "jpki-production",
        PurposeProfile(
            signing,
            (
                (f"{_POLICY}.1.20", Carrier.CARD),  # [C2/U] class 20
                (f"{_POLICY}.1.40", Carrier.SMARTPHONE),  # [U]
            ),
            # digitalSignature is seen beside nonRepudiation on some cards and not on others [C2/U].
            frozenset({NON_REPUDIATION}),
            frozenset({NON_REPUDIATION, DIGITAL_SIGNATURE}),
        ),
        PurposeProfile(
            authentication,
            ((f"{_POLICY}.3.30", Carrier.CARD),),  # [C2/U] class 30; the phone's is not known to us [U]
            frozenset({DIGITAL_SIGNATURE}),
            frozenset({DIGITAL_SIGNATURE}),
        ),
    )
