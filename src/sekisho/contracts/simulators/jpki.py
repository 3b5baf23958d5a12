"""A made-up JPKI: an authority for each purpose, revocation lists, and cards that sign. For demonstrations and tests.

Everything it issues says SIMULATOR in its names, so that none of it passes for the real thing, and its keys exist in
this process alone. A workspace believes it only after somebody adds its authority to the trust files.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from sekisho.contracts.evidence.jpki import profile
from sekisho.contracts.evidence.jpki.model import CertificateId
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.simulators.certificates import list_of, made_up_authority, made_up_name, new_key, usage, utf8

READER = "Sekisho SIMULATOR card reader"
"""What the made-up reader app calls itself."""

_POLICY = {
    Purpose.SIGNING: "1.2.392.200149.8.5.1.1.20",
    Purpose.AUTHENTICATION: "1.2.392.200149.8.5.1.3.30",
}
_YEARS = timedelta(days=5 * 365)
_ERAS = ((date(2019, 5, 1), "5"), (date(1989, 1, 8), "4"), (date(1926, 12, 25), "3"), (date(1912, 7, 30), "2"))
"""The first day of each era, and its digit in a certificate's date of birth; before all of them it is 1."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A made-up person."""

    name: str
    address: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class SimulatedCard:
    """A card with one certificate and its key. The PIN is always entered."""

    purpose: Purpose
    certificate: bytes = field(repr=False)
    serial: int
    _key: RSAPrivateKey = field(repr=False)

    def document(self, nonce: bytes, text: bytes) -> dict[str, Any]:
        """What a sign-up app sends after the card signed ``text``: the document of the format ``jpki``."""
        return {
            "purpose": self.purpose.value,
            "challenge": {"nonce": nonce.hex()},
            "certificate": base64.b64encode(self.certificate).decode(),
            "signature": base64.b64encode(self._key.sign(text, PKCS1v15(), SHA256())).decode(),
            "pin": {"reader": READER, "entered": True},
        }


class SimulatedJpki:
    """Both authorities, and cards they issue. Making one takes a good part of a second: keys are real."""

    def __init__(self, *, moment: datetime) -> None:
        """Authorities that are valid from a year before ``moment``."""
        self._since = moment - timedelta(days=365)
        self._keys = {purpose: new_key() for purpose in Purpose}
        self._authorities = {
            purpose: made_up_authority(
                f"SIMULATOR JPKI authority for {purpose.value}", self._keys[purpose], since=self._since
            )
            for purpose in Purpose
        }

    def authority(self, purpose: Purpose) -> bytes:
        """The authority's certificate in DER: a trust file."""
        return self._authorities[purpose].public_bytes(Encoding.DER)

    def revocation_list(self, purpose: Purpose, *, moment: datetime, revoked: Sequence[int] = ()) -> bytes:
        """The list of ``moment`` in DER, good for two days: a trust file. ``revoked`` are serial numbers."""
        return list_of(self._authorities[purpose], self._keys[purpose], moment=moment, revoked=revoked)

    def id_of(self, card: SimulatedCard) -> CertificateId:
        """Which certificate a card holds, as a platform operator is asked about it."""
        issuer = self._authorities[card.purpose].subject.public_bytes()
        return CertificateId(hashlib.sha256(issuer).hexdigest(), card.serial)

    def signing_card(self, holder: Holder) -> SimulatedCard:
        """A card with a signing certificate (署名用), which holds name, address and date of birth."""
        return self._card(Purpose.SIGNING, _items(holder))

    def authentication_card(self) -> SimulatedCard:
        """A card with a user-authentication certificate (利用者証明用), which holds none of them."""
        return self._card(Purpose.AUTHENTICATION, None)

    def _card(self, purpose: Purpose, items: x509.SubjectAlternativeName | None) -> SimulatedCard:
        key, serial = new_key(), x509.random_serial_number()
        made = (
            x509.CertificateBuilder()
            .subject_name(made_up_name("SIMULATOR card holder"))
            .issuer_name(self._authorities[purpose].subject)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(self._since)
            .not_valid_after(self._since + _YEARS)
            .add_extension(usage(digital_signature=purpose is Purpose.AUTHENTICATION), critical=True)
            .add_extension(
                x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(_POLICY[purpose]), None)]),
                critical=True,
            )
            .add_extension(self._issuer_key(purpose), critical=False)
        )
        if items is not None:
            made = made.add_extension(items, critical=False)
        signed = made.sign(self._keys[purpose], SHA256())
        return SimulatedCard(purpose, signed.public_bytes(Encoding.DER), serial, key)

    def _issuer_key(self, purpose: Purpose) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._keys[purpose].public_key())


def _items(holder: Holder) -> x509.SubjectAlternativeName:
    era = next((digit for first, digit in _ERAS if holder.birth_date >= first), "1")
    said = (
        (profile.NAME, holder.name),
        (profile.BIRTH_DATE, f"{era}{holder.birth_date:%Y%m%d}"),
        (profile.ADDRESS, holder.address),
    )
    return x509.SubjectAlternativeName([x509.OtherName(ObjectIdentifier(oid), utf8(text)) for oid, text in said])
