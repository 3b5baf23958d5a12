"""The signer's certificate and its path (RFC 8226 §5, RFC 5280 §6.1), checked once and then held.

:func:`establish` does all that doesn't depend on the moment; :meth:`Credential.require_current` does the rest for every
call and is cheap. All keys are P-256 and all signatures ECDSA with SHA-256: nothing else is needed, so nothing else is
accepted.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.calls.stir.errors import (
    CertificateNotReadable,
    Expired,
    IssuerSignatureWrong,
    IssuerUnknown,
    NotYetValid,
    NumbersElsewhere,
    PathWrong,
)
from sekisho.calls.stir.extensions import (
    ENHANCED_JWT_CLAIM_CONSTRAINTS,
    JWT_CLAIM_CONSTRAINTS,
    STIR_TN_LIST,
    TN_AUTH_LIST,
    ClaimConstraints,
    TnAuthorization,
    read_claim_constraints,
    read_tn_auth_list,
)
from sekisho.calls.stir.revocation import Revocations, authority_id

MAX_CHAIN_BYTES = 64 * 1024
"""A chain of four as PEM has about 5 KiB; one with thousands of numbers 20."""
MAX_CERTIFICATE_BYTES = 16 * 1024
"""Bytes of one certificate's DER."""
MAX_CHAIN = 4
"""Certificates in a file: the signer's, a delegate's issuer (RFC 9060), an intermediate authority's, the root's."""

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\r?\n?")
_CRITICAL_KNOWN = frozenset(
    {"2.5.29.15", "2.5.29.19", TN_AUTH_LIST, JWT_CLAIM_CONSTRAINTS, ENHANCED_JWT_CLAIM_CONSTRAINTS}
)
"""keyUsage, basicConstraints and ours. Name constraints and policies aren't evaluated, so critical ones are refused."""
_MADE = object()


@dataclass(frozen=True, slots=True)
class _Link:
    """What of one certificate in the path has to be looked at for every call."""

    not_before: datetime
    not_after: datetime
    issuer: bytes
    serial: int


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate that a configured authority really issued. Only :func:`establish` makes one.

    It may have expired or been revoked since: ask :meth:`require_current` for every call.
    """

    public_key: ec.EllipticCurvePublicKey = field(repr=False)
    authorization: TnAuthorization
    constraints: ClaimConstraints
    fingerprint: str
    path: tuple[_Link, ...] = field(repr=False)
    anchor: _Link = field(repr=False)
    made: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing but the path check makes one."""
        if self.made is not _MADE:
            raise TypeError("a Credential is made by establish, never by hand")

    def require_current(self, moment: datetime, revocations: Revocations, *, signed_at: datetime) -> None:
        """Raises unless the whole path is valid at ``moment``, the signer's also at ``signed_at``, none revoked."""
        for link in (*self.path, self.anchor):
            _require_valid(link, moment)
        if signed_at < self.path[0].not_before:
            raise NotYetValid(not_before=self.path[0].not_before.isoformat())
        # An authority that is configured is trusted until the operator takes it out; nobody revokes it.
        for link in self.path:
            revocations.require_good(link.issuer, link.serial, moment)


def _require_valid(link: _Link, moment: datetime) -> None:
    # RFC 5280 §4.1.2.5: both ends belong to the period, which is written to the second.
    if moment < link.not_before:
        raise NotYetValid(not_before=link.not_before.isoformat())
    if moment.replace(microsecond=0) > link.not_after:
        raise Expired(not_after=link.not_after.isoformat())


@dataclass(frozen=True, slots=True)
class TrustSet:
    """The authorities an operator trusts for signed numbers: made by :meth:`of`, from certificates in DER or PEM."""

    authorities: tuple[x509.Certificate, ...]

    @classmethod
    def of(cls, certificates: Iterable[bytes]) -> TrustSet:
        """Raises a :class:`~sekisho.calls.stir.errors.CredentialInvalid` for one that is no authority's."""
        found: list[x509.Certificate] = []
        for data in certificates:
            found += read_chain(data)
        for certificate in found:
            _require_authority(certificate, below=0)
        return cls(tuple(found))


def read_chain(data: bytes) -> tuple[x509.Certificate, ...]:
    """One certificate in DER, or several in PEM with nothing between them; believes none of it."""
    if len(data) > MAX_CHAIN_BYTES:
        raise CertificateNotReadable(expected=f"at most {MAX_CHAIN_BYTES} bytes")
    blocks = [data] if data[:1] == b"\x30" else _blocks(data)
    if not 1 <= len(blocks) <= MAX_CHAIN:
        raise CertificateNotReadable(expected=f"1 to {MAX_CHAIN} certificates")
    return tuple(_read(block) for block in blocks)


def _blocks(data: bytes) -> list[bytes]:
    text = data.strip()
    found: list[bytes] = []
    at = 0
    while at < len(text):
        matched = _PEM.match(text, at)
        if matched is None or len(found) == MAX_CHAIN:
            raise CertificateNotReadable(expected=f"DER, or 1 to {MAX_CHAIN} certificates in PEM and nothing else")
        try:
            found.append(base64.b64decode(re.sub(rb"[\r\n]", b"", matched[1]), validate=True))
        except binascii.Error:
            raise CertificateNotReadable(expected="base64 in PEM") from None
        at = matched.end()
    return found


def _read(data: bytes) -> x509.Certificate:
    if len(data) > MAX_CERTIFICATE_BYTES:
        raise CertificateNotReadable(expected=f"certificates of at most {MAX_CERTIFICATE_BYTES} bytes")
    try:
        certificate = x509.load_der_x509_certificate(data)
        key = certificate.public_key()
        extensions = list(certificate.extensions)
        # The names are read lazily; what can't be read must fail here, not in the middle of a comparison.
        certificate.subject.public_bytes()
        certificate.issuer.public_bytes()
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise CertificateNotReadable(expected="X.509 in strict DER") from None
    if certificate.version is not x509.Version.v3:
        raise PathWrong(expected="version 3")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise PathWrong(expected="keys on P-256")
    if certificate.signature_algorithm_oid != x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        raise PathWrong(expected="signatures by ECDSA with SHA-256")
    for extension in extensions:
        if extension.critical and extension.oid.dotted_string not in _CRITICAL_KNOWN:
            raise PathWrong(expected=f"no critical extension {extension.oid.dotted_string}")
    return certificate


def _extension(certificate: x509.Certificate, oid: str) -> bytes | None:
    for extension in certificate.extensions:
        if extension.oid.dotted_string == oid:
            return bytes(extension.value.public_bytes())
    return None


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _constraints(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None


def _require_authority(certificate: x509.Certificate, *, below: int) -> None:
    """``below`` is how many authorities stand between this one and the signer's certificate (pathLenConstraint)."""
    constraints, usage = _constraints(certificate), _usage(certificate)
    if constraints is None or not constraints.ca or usage is None or not usage.key_cert_sign:
        raise PathWrong(expected="authorities marked as such (cA, keyCertSign)")
    if constraints.path_length is not None and constraints.path_length < below:
        raise PathWrong(expected="a path no longer than its authorities allow")


def _link(certificate: x509.Certificate, issuer: x509.Certificate) -> _Link:
    return _Link(
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        authority_id(issuer),
        certificate.serial_number,
    )


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def establish(data: bytes, trust: TrustSet) -> Credential:
    """Check the chain that ``data`` is, the signer's certificate first; raises a ``StirFault``.

    (1) read strictly (2) the signer's is no authority's and may sign (3) each is issued by the next, up to a configured
    authority (4) each authority is one, and allows a path of this length (5) TNAuthList and claim constraints.
    Validity and revocation are left to :meth:`Credential.require_current`.
    """
    signer, *others = read_chain(data)  # (1)
    constraints, usage = _constraints(signer), _usage(signer)  # (2)
    if constraints is not None and constraints.ca:
        raise PathWrong(expected="a signer that is no authority")
    if usage is None or not usage.digital_signature or usage.key_cert_sign or usage.crl_sign:
        raise PathWrong(expected="a signer with keyUsage digitalSignature alone")
    path, anchor = _climb(signer, others, trust)  # (3)
    for below, authority in enumerate((*path[1:], anchor)):  # (4)
        _require_authority(authority, below=below)
    authorization = _authorization(signer)  # (5)
    for authority in path[1:]:
        _require_within(authorization, authority)
    key = signer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise PathWrong(expected="keys on P-256")
    return Credential(
        key,
        authorization,
        _claim_constraints(signer),
        signer.fingerprint(hashes.SHA256()).hex(),
        tuple(map(_link, path, (*path[1:], anchor))),
        _link(anchor, anchor),
        _MADE,
    )


def _same_key_named(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the certificate names this authority's key too: a new generation bears the old name with another key."""
    try:
        theirs = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        ours = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return True
    return theirs is None or theirs == ours


def _climb(
    signer: x509.Certificate, others: list[x509.Certificate], trust: TrustSet
) -> tuple[list[x509.Certificate], x509.Certificate]:
    path, left = [signer], list(others)
    while True:
        at = path[-1]
        named = [one for one in trust.authorities if one.subject == at.issuer]
        for authority in named:
            if _signed(at, authority):
                return path, authority
        following = next((one for one in left if one.subject == at.issuer and _signed(at, one)), None)
        if following is None:
            if any(_same_key_named(at, authority) for authority in named):
                raise IssuerSignatureWrong
            raise IssuerUnknown
        left.remove(following)
        path.append(following)


def _authorization(certificate: x509.Certificate) -> TnAuthorization:
    found = _extension(certificate, TN_AUTH_LIST)
    if found is not None:
        return read_tn_auth_list(found)
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        access = None
    if access is not None and any(one.access_method.dotted_string == STIR_TN_LIST for one in access):
        raise NumbersElsewhere
    raise PathWrong(expected="a TNAuthList")


def _require_within(authorization: TnAuthorization, authority: x509.Certificate) -> None:
    """RFC 9060: a delegate's numbers lie within those of whoever delegated, where it lists any."""
    found = _extension(authority, TN_AUTH_LIST)
    if found is None:
        return
    scope = read_tn_auth_list(found)
    if not authorization.provider_codes <= scope.provider_codes:
        raise PathWrong(expected="provider codes within those of the authority above")
    if scope.provider_codes and not scope.any_number:
        # Which numbers the provider above may pass on only its own authority knows; that one issued this certificate.
        return
    if authorization.numbers.first_outside(scope.numbers) is not None:
        raise PathWrong(expected="numbers within those of the authority above")


def _claim_constraints(certificate: x509.Certificate) -> ClaimConstraints:
    plain = _extension(certificate, JWT_CLAIM_CONSTRAINTS)
    enhanced = _extension(certificate, ENHANCED_JWT_CLAIM_CONSTRAINTS)
    if plain is not None and enhanced is not None:
        # RFC 9118: never both.
        raise PathWrong(expected="one extension of claim constraints")
    if enhanced is not None:
        return read_claim_constraints(enhanced, enhanced=True)
    return ClaimConstraints() if plain is None else read_claim_constraints(plain, enhanced=False)
