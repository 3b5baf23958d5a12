"""Revocation lists given as bytes (RFC 5280 §5): the signature verified once, then a look-up in constant time.

A list is believed in this order: its signature, then what it covers, then its entries; so a hostile file is never
unpacked. JPKI's distribution points are directoryNames, from which nothing can be fetched: whoever fetches hands the
bytes over. A list that can't answer raises :class:`~sekisho.contracts.evidence.pki.errors.CrlUnusable`, never "good".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import AUTHORITY_KEY_IDENTIFIER, Extension, read_extensions
from sekisho.contracts.evidence.pki.errors import (
    CertificateRefused,
    CrlExpired,
    CrlFromTheFuture,
    CrlMissing,
    CrlOfAnotherIssuer,
    CrlScope,
    CrlSignatureWrong,
    CrlUnreadable,
    DerRefused,
    WrongStructure,
)
from sekisho.contracts.evidence.pki.extensions import distribution_points, full_names
from sekisho.contracts.evidence.pki.path import Authority, IssuedCertificate, TrustStore
from sekisho.contracts.evidence.pki.signature import require_algorithm

WHAT = "revocation list"

MAX_CRL_BYTES = 12 * 1024 * 1024
"""A list of 200,000 entries has 7 MB, and JPKI's are in parts. As large as this one can be, reading it costs less than
a second and 64 MiB, the bounds of every input; it is the operator's own download, verified before it is unpacked."""

CRL_NUMBER = "2.5.29.20"
DELTA_CRL_INDICATOR = "2.5.29.27"
ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
FRESHEST_CRL = "2.5.29.46"
_KNOWN = frozenset({AUTHORITY_KEY_IDENTIFIER, CRL_NUMBER, ISSUING_DISTRIBUTION_POINT, FRESHEST_CRL})

_TIMES = (der.UTC_TIME, der.GENERALIZED_TIME)
_REASON_CODE = "2.5.29.21"


@dataclass(frozen=True, slots=True)
class Revocation:
    """One entry: since when, and the reason code where one is given (RFC 5280 §5.3.1)."""

    revoked_at: datetime
    reason: int | None


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list whose signature was verified. Only :func:`read_crl` makes one.

    ``covers`` are the distribution points it is for; empty means every certificate of its authority. ``offsets`` has
    the place of each revoked serial number's entry, so that many entries cost no more than their numbers.
    """

    authority: Authority
    this_update: datetime
    next_update: datetime
    covers: frozenset[bytes]
    offsets: Mapping[int, int] = field(repr=False)
    _der: bytes = field(repr=False)

    def require_current(self, moment: datetime) -> None:
        """Raises :class:`CrlFromTheFuture` or :class:`CrlExpired` unless the list speaks about ``moment``."""
        if moment < self.this_update:
            raise CrlFromTheFuture(this_update=self.this_update.isoformat())
        if moment >= self.next_update:
            raise CrlExpired(next_update=self.next_update.isoformat())

    def covers_certificate(self, issued: IssuedCertificate) -> bool:
        """Whether the certificate is one of those this list is about."""
        if issued.authority.certificate.der != self.authority.certificate.der:
            return False
        return not self.covers or not self.covers.isdisjoint(distribution_points(issued.certificate))

    def revocation(self, serial: int) -> Revocation | None:
        """The entry of a serial number; None where it isn't revoked. Doesn't ask whether the list is current.

        Raises :class:`CrlUnreadable` where the entry can't be read: the list is at fault, not the certificate.
        """
        offset = self.offsets.get(serial)
        if offset is None:
            return None
        try:
            return self._entry(offset)
        except DerRefused as error:
            raise CrlUnreadable(problem=error.reason) from error

    def _entry(self, offset: int) -> Revocation:
        _, body, end = der.header(self._der, offset, len(self._der), WHAT)
        reader = der.Reader(der.Element(self._der, der.SEQUENCE, offset, body, end, WHAT), der.SEQUENCE, "entry")
        reader.take(der.INTEGER, "userCertificate")
        revoked_at = der.time(reader.any_of(_TIMES, "revocationDate"))
        extensions = reader.optional(der.SEQUENCE)
        return Revocation(revoked_at, None if extensions is None else _reason(extensions))


@dataclass(frozen=True, slots=True)
class RevocationLists:
    """The lists an operator holds at a time."""

    lists: tuple[RevocationList, ...]

    def for_certificate(self, issued: IssuedCertificate, moment: datetime) -> RevocationList:
        """The newest list that covers the certificate and is current; raises why there is none."""
        covering = sorted(
            (one for one in self.lists if one.covers_certificate(issued)),
            key=lambda one: one.this_update,
            reverse=True,
        )
        if not covering:
            raise CrlMissing
        for one in covering:
            if one.this_update <= moment:
                one.require_current(moment)
                return one
        raise CrlFromTheFuture(this_update=covering[-1].this_update.isoformat())


def read_crl(data: bytes, store: TrustStore) -> RevocationList:
    """Read a complete list and verify its authority's signature.

    ``data`` is DER, ``store`` holds the authorities of its purpose. Raises a
    :class:`~sekisho.contracts.evidence.pki.errors.CrlUnusable`. Doesn't ask whether the list is current: that depends
    on the moment of each check.
    """
    try:
        return _read(data, store)
    except (DerRefused, CertificateRefused) as error:
        raise CrlUnreadable(problem=error.reason) from error


def _read(data: bytes, store: TrustStore) -> RevocationList:
    outer = der.Reader(der.outermost(data, what=WHAT, limit=MAX_CRL_BYTES), der.SEQUENCE, "CertificateList")
    to_be_signed = outer.take(der.SEQUENCE, "TBSCertList")
    algorithm = outer.take(der.SEQUENCE, "signatureAlgorithm").raw
    signature = der.octets_of_bits(outer.take(der.BIT_STRING, "signatureValue"))
    outer.finish("CertificateList of three parts")

    inner = der.Reader(to_be_signed, der.SEQUENCE, "TBSCertList")
    if der.integer(inner.take(der.INTEGER, "version")) != 1:
        raise WrongStructure(what=WHAT, expected="version 2")
    if inner.take(der.SEQUENCE, "signature").raw != algorithm:
        raise WrongStructure(what=WHAT, expected="the same algorithm inside and outside")
    require_algorithm(algorithm)
    issuer = inner.take(der.SEQUENCE, "issuer").raw
    # RFC 5280 §5.1.2.5: nextUpdate is required; without it nobody could tell that a list is out of date.
    this_update, next_update = (der.time(inner.any_of(_TIMES, "thisUpdate and nextUpdate")) for _ in range(2))
    entries = inner.optional(der.SEQUENCE)
    extensions = read_extensions(inner.take(0xA0, "crlExtensions"), WHAT)
    inner.finish("TBSCertList without more")
    if next_update <= this_update:
        raise WrongStructure(what=WHAT, expected="nextUpdate after thisUpdate")

    authority = _signer(issuer, extensions, store, signature, to_be_signed.raw)
    covers = _coverage(extensions)
    return RevocationList(
        authority, this_update, next_update, covers, {} if entries is None else _offsets(entries), data
    )


def _signer(
    issuer: bytes, extensions: tuple[Extension, ...], store: TrustStore, signature: bytes, signed: bytes
) -> Authority:
    identifier = None
    for extension in extensions:
        if extension.oid == AUTHORITY_KEY_IDENTIFIER:
            value = der.require_der(extension.value, what=WHAT, limit=1024)
            found = der.Reader(value, der.SEQUENCE, "authorityKeyIdentifier").optional(0x80)
            identifier = None if found is None else found.content
    named = [one for one in store.authorities if one.is_named_by(issuer, identifier)]
    if not named:
        raise CrlOfAnotherIssuer
    for authority in named:
        if authority.signed(signature, signed):
            return authority
    raise CrlSignatureWrong


def _coverage(extensions: tuple[Extension, ...]) -> frozenset[bytes]:
    """The distribution points a list is for; raises :class:`CrlScope` for a list that isn't complete for them."""
    covers: frozenset[bytes] = frozenset()
    for extension in extensions:
        if extension.oid == DELTA_CRL_INDICATOR:
            raise CrlScope(problem="delta")
        if extension.oid == ISSUING_DISTRIBUTION_POINT:
            covers = _issuing_distribution_point(extension.value)
        elif extension.critical and extension.oid not in _KNOWN:
            # RFC 5280 §5.2: a list with a critical extension nobody knows can't be used.
            raise CrlScope(problem=extension.oid)
    return covers


def _issuing_distribution_point(value: bytes) -> frozenset[bytes]:
    element = der.require_der(value, what=WHAT, limit=16 * 1024)
    reader = der.Reader(element, der.SEQUENCE, "issuingDistributionPoint")
    covers = frozenset(full_names(reader))
    if any(child.tag == 0xA0 for child in element.children()) and not covers:
        raise CrlScope(problem="distribution point without a full name")
    # onlyContainsCACerts, onlySomeReasons, indirectCRL, onlyContainsAttributeCerts: none answers about a person's
    # certificate for every reason of its own authority.
    if any(child.tag not in (0xA0, 0x81) for child in element.children()):
        raise CrlScope(problem="only some certificates or reasons")
    return covers


def _offsets(entries: der.Element) -> dict[int, int]:
    """Serial number to the place of its entry. Each entry is walked, and its critical extensions must be known."""
    data, at, end = entries.data, entries.body, entries.end
    header = der.header
    found: dict[int, int] = {}
    looked_at: set[bytes] = set()
    while at < end:
        tag, body, after = header(data, at, end, WHAT)
        number, start, stop = header(data, body, after, WHAT)
        if tag != der.SEQUENCE or number != der.INTEGER or not 0 < stop - start <= der.MAX_INTEGER_BYTES:
            raise WrongStructure(what=WHAT, expected="entries of a serial number and a time")
        kind, _, rest = header(data, stop, after, WHAT)
        if kind not in _TIMES:
            raise WrongStructure(what=WHAT, expected="entries of a serial number and a time")
        if rest != after:
            # The extensions of entries are the same few bytes again and again: each kind is looked at once.
            extensions = data[rest:after]
            if extensions not in looked_at:
                _require_known_entry(extensions)
                looked_at.add(extensions)
        found[int.from_bytes(data[start:stop], signed=True)] = at
        at = after
    return found


def _require_known_entry(raw: bytes) -> None:
    element = der.require_der(raw, what=WHAT, limit=4096)
    if element.tag != der.SEQUENCE:
        raise WrongStructure(what=WHAT, expected="entry extensions")
    for part in element.children():
        reader = der.Reader(part, der.SEQUENCE, "entry extension")
        oid = der.oid(reader.take(der.OID, "entry extension"))
        if reader.optional(der.BOOLEAN) is not None:
            # RFC 5280 §5.3: every entry extension known here is not critical; certificateIssuer (indirect lists) is.
            raise CrlScope(problem=oid)


def _reason(extensions: der.Element) -> int | None:
    for part in extensions.children():
        reader = der.Reader(part, der.SEQUENCE, "entry extension")
        if der.oid(reader.take(der.OID, "entry extension")) == _REASON_CODE:
            value = reader.take(der.OCTET_STRING, "reasonCode").content
            return der.integer(der.require_der(value, what=WHAT, limit=8))
    return None


def lists_of(data: Iterable[bytes], store: TrustStore) -> RevocationLists:
    """Read several lists of one purpose."""
    return RevocationLists(tuple(read_crl(one, store) for one in data))
