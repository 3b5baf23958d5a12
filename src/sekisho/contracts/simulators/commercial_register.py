"""A made-up registrar of companies (電子認証登記所): certificates of companies that sign. For demonstrations and tests.

Everything it issues says SIMULATOR in its names, its keys exist in this process alone, and a workspace believes it only
after somebody adds its certificate to the trust files. The companies are those of ``corporate_registry.py``.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from sekisho.contracts.evidence.commercial_register.profile import CORPORATION, CorporationLayout
from sekisho.contracts.simulators.certificates import (
    element,
    list_of,
    made_up_authority,
    made_up_name,
    new_key,
    usage,
    utf8,
)
from sekisho.contracts.simulators.corporate_registry import SimulatedCompany

_CERTIFICATE_LIFE: Final = timedelta(days=2 * 365)
_SEQUENCE, _PRINTABLE_STRING = 0x30, 0x13


@dataclass(frozen=True, slots=True)
class SimulatedCompanySeal:
    """A company's certificate and key, as its software holds them."""

    certificate: bytes = field(repr=False)
    serial: int
    _key: RSAPrivateKey = field(repr=False)

    def document(self, nonce: bytes, text: bytes) -> dict[str, Any]:
        """What a sign-up app sends after the company signed ``text``: the document of ``commercial_register``."""
        return {
            "challenge": {"nonce": nonce.hex()},
            "certificate": base64.b64encode(self.certificate).decode(),
            "signature": base64.b64encode(self._key.sign(text, PKCS1v15(), SHA256())).decode(),
        }


class SimulatedRegistrar:
    """The registrar, and certificates it issues. Making one takes a moment: keys are real."""

    def __init__(self, *, moment: datetime) -> None:
        """Valid from a year before ``moment``."""
        self._since = moment - timedelta(days=365)
        self._key = new_key()
        self._authority = made_up_authority("SIMULATOR commercial registrar", self._key, since=self._since)

    @property
    def authority(self) -> bytes:
        """The registrar's certificate in DER: a trust file."""
        return self._authority.public_bytes(Encoding.DER)

    def revocation_list(self, *, moment: datetime, revoked: Sequence[int] = ()) -> bytes:
        """The list of ``moment`` in DER, good for two days: a trust file. ``revoked`` are serial numbers."""
        return list_of(self._authority, self._key, moment=moment, revoked=revoked)

    def seal(self, company: SimulatedCompany) -> SimulatedCompanySeal:
        """A certificate of a company that has a representative."""
        key, serial = new_key(), x509.random_serial_number()
        made = (
            x509.CertificateBuilder()
            .subject_name(made_up_name("SIMULATOR company"))
            .issuer_name(self._authority.subject)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(self._since)
            .not_valid_after(self._since + _CERTIFICATE_LIFE)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(usage(digital_signature=True), critical=True)
            .add_extension(
                x509.UnrecognizedExtension(ObjectIdentifier(CORPORATION), _registered(company)), critical=False
            )
            .sign(self._key, SHA256())
        )
        return SimulatedCompanySeal(made.public_bytes(Encoding.DER), serial, key)


def _registered(company: SimulatedCompany) -> bytes:
    """registeredCorporationInfo, by the layout that the verifier reads."""
    layout = CorporationLayout()
    [(title, name), *_] = company.officers
    # The registry number is the corporate number without its check digit.
    said = [
        (layout.name, utf8(company.name)),
        (layout.number, element(_PRINTABLE_STRING, company.number[1:].encode("ascii"))),
        (layout.address, utf8(company.head_office)),
        (layout.representative_name, utf8(name)),
        (layout.representative_title, utf8(title)),
    ]
    return element(_SEQUENCE, b"".join(element(tag, content) for tag, content in said))
