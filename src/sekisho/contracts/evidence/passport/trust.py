"""Country signing authorities (CSCA): which are trusted, why, and how a signer finds its own.

Trust comes from the operator alone: a certificate it pinned (:func:`pinned`), or a master list whose signer it pinned
(:mod:`.masterlist`). A link certificate carries trust from a country's old key to its new one (ICAO 9303-12 §7.1.3);
nothing that came with a passport ever does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.certificate import (
    KEY_CERT_SIGN,
    Certificate,
    Name,
    read_certificate,
    signed_by,
)
from sekisho.contracts.evidence.cms.errors import AlgorithmRefused, SignedDataRefused
from sekisho.contracts.evidence.cms.keys import PublicKey, read_public_key
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.passport.errors import AuthorityRefused
from sekisho.contracts.evidence.passport.profile import MAX_AUTHORITIES

_WHERE: Final = "CSCA"


class Origin(Enum):
    """Why an authority is trusted."""

    PINNED = "pinned"
    MASTER_LIST = "master_list"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an authority came from. ``via`` is the SHA-256 of the list's signer or of the authority that linked it.

    ``source`` is what the operator calls it (a file, an office); ``imported_at`` is when it was taken in.
    """

    origin: Origin
    source: str
    imported_at: datetime
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """One country authority: its certificate, its key, and why it is trusted."""

    certificate: Certificate = field(repr=False)
    key: PublicKey = field(repr=False)
    provenance: Provenance

    @property
    def country(self) -> str | None:
        """The country of its subject, two letters."""
        return self.certificate.subject.country


@dataclass(frozen=True, slots=True)
class Unusable:
    """A certificate that didn't become an authority, and why. Kept, so that nothing is dropped in silence."""

    fingerprint: str
    country: str | None
    why: EvidenceRefused


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The authorities by the name signers give as their issuer's. Immutable; :func:`trust_store` makes one."""

    by_name: Mapping[tuple[tuple[str, str], ...], tuple[Authority, ...]]

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """All of them."""
        return tuple(authority for several in self.by_name.values() for authority in several)

    def issuers(self, name: Name, key_identifier: bytes | None) -> tuple[Authority, ...]:
        """Those that may have issued something with this issuer's name and, where both are known, key identifier.

        Names a candidate and proves nothing: the caller checks the signature.
        """
        return tuple(
            authority
            for authority in self.by_name.get(name.key, ())
            if key_identifier is None
            or authority.certificate.subject_key is None
            or authority.certificate.subject_key == key_identifier
        )[:MAX_AUTHORITIES]


@dataclass(frozen=True, slots=True)
class Import:
    """A store and what was left out of it: ``duplicates`` are certificates that were there already."""

    store: TrustStore
    duplicates: int
    unusable: tuple[Unusable, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate with what vouches for it; None where only a link from another authority can."""

    certificate: Certificate
    provenance: Provenance | None


def read_authority(data: bytes) -> Certificate:
    """A certificate from a file in DER."""
    return read_certificate(der.read(data), _WHERE)


def pinned(certificate: Certificate, *, source: str, imported_at: datetime) -> Candidate:
    """A certificate the operator itself confirmed to be a country authority's."""
    return Candidate(certificate, Provenance(Origin.PINNED, source, imported_at))


def carried(certificate: Certificate) -> Candidate:
    """A certificate that nobody vouches for: trusted only if a link leads to it from an authority that is."""
    return Candidate(certificate, None)


def trust_store(candidates: Iterable[Candidate], *, source: str, imported_at: datetime) -> Import:
    """The store of all that is vouched for, and of all that links lead to.

    Each certificate must be a country authority's and, where its issuer is itself, signed by its own key. A link, which
    is issued by the old key for the new one, counts once the old authority does; after it, a self-signed certificate of
    the same name and key counts too. ``source`` and ``imported_at`` go into what is recorded of links.
    """
    found: dict[str, Authority] = {}
    unusable: list[Unusable] = []
    waiting: list[tuple[Certificate, PublicKey]] = []
    seen: set[str] = set()
    duplicates = 0
    for candidate in candidates:
        certificate = candidate.certificate
        if certificate.fingerprint in seen:
            duplicates += 1
            continue
        seen.add(certificate.fingerprint)
        try:
            key = _authority_key(certificate)
        except EvidenceRefused as error:
            unusable.append(Unusable(certificate.fingerprint, certificate.subject.country, error))
            continue
        if candidate.provenance is None:
            waiting.append((certificate, key))
        else:
            found[certificate.fingerprint] = Authority(certificate, key, candidate.provenance)
    waiting = _follow_links(found, waiting, source, imported_at)
    unusable.extend(
        Unusable(one.fingerprint, one.subject.country, AuthorityRefused(problem="no link from a trusted authority"))
        for one, _ in waiting
    )
    by_name: dict[tuple[tuple[str, str], ...], tuple[Authority, ...]] = {}
    for authority in found.values():
        name = authority.certificate.subject.key
        by_name[name] = (*by_name.get(name, ()), authority)
    return Import(TrustStore(MappingProxyType(by_name)), duplicates, tuple(unusable))


def _authority_key(certificate: Certificate) -> PublicKey:
    """ICAO 9303-12 §7.1.1: basicConstraints says authority, keyUsage keyCertSign; own key, own signature."""
    if certificate.is_ca is not True:
        raise AuthorityRefused(problem="basicConstraints doesn't say that it is an authority")
    if certificate.key_usage is None or KEY_CERT_SIGN not in certificate.key_usage:
        raise AuthorityRefused(problem="keyUsage lacks keyCertSign")
    if certificate.subject.country is None:
        raise AuthorityRefused(problem="its name has no country")
    key = read_public_key(certificate.spki, _WHERE)
    # A link after a change of key has one name as issuer and subject too; only its key identifiers tell it apart.
    own_key = certificate.authority_key is None or certificate.authority_key == certificate.subject_key
    if certificate.issuer.key == certificate.subject.key and own_key:
        # Its own signature catches damage and gives no trust, which comes from who vouches for it: one made with SHA-1,
        # as on 23 certificates of the German list of May 2026, is as good as none, and none is needed.
        with contextlib.suppress(AlgorithmRefused):
            signed_by(certificate, key, _WHERE)
    return key


def _follow_links(
    found: dict[str, Authority],
    waiting: list[tuple[Certificate, PublicKey]],
    source: str,
    imported_at: datetime,
) -> list[tuple[Certificate, PublicKey]]:
    """Move from ``waiting`` to ``found`` what links lead to, until nothing moves; each round moves one or ends."""
    moved = True
    while moved:
        moved = False
        for one in list(waiting):
            certificate, key = one
            via = _vouching(certificate, found.values())
            if via is not None:
                provenance = Provenance(Origin.LINK, source, imported_at, via.certificate.fingerprint)
                found[certificate.fingerprint] = Authority(certificate, key, provenance)
                waiting.remove(one)
                moved = True
    return waiting


def _vouching(certificate: Certificate, authorities: Iterable[Authority]) -> Authority | None:
    for authority in authorities:
        old = authority.certificate
        same_key = old.spki.encoded == certificate.spki.encoded
        if same_key and old.subject.key == certificate.subject.key:
            return authority
        # ICAO 9303-12 §7.1.3: a link stays within one country, and is issued while the old certificate is valid.
        if old.subject.key != certificate.issuer.key or old.subject.country != certificate.subject.country:
            continue
        if not old.not_before <= certificate.not_before <= old.not_after:
            continue
        try:
            signed_by(certificate, authority.key, _WHERE)
        except SignedDataRefused:
            continue
        return authority
    return None
