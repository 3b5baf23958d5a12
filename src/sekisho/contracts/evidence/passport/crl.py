"""Revocation lists of country authorities (ICAO 9303-12 §7.1.4, RFC 5280 §5), given as bytes.

A list is read and its signature verified once (:func:`verify_crl`); whether it is current is asked at each use, because
that is a matter of the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import read_signature_algorithm
from sekisho.contracts.evidence.cms.certificate import CRL_SIGN, Name, authority_key, extensions, read_name
from sekisho.contracts.evidence.cms.errors import (
    ParametersRefused,
    SignatureInvalid,
    UnexpectedElement,
    UnknownCritical,
)
from sekisho.contracts.evidence.cms.keys import check_signature
from sekisho.contracts.evidence.passport.errors import (
    CrlRefused,
    FileTooLarge,
    RevocationListOld,
    RevocationUnknown,
    SignerRevoked,
)
from sekisho.contracts.evidence.passport.profile import MAX_CRL
from sekisho.contracts.evidence.passport.trust import TrustStore

_WHERE: Final = "CRL"
_REASON: Final = "2.5.29.21"
_AUTHORITY_KEY: Final = "2.5.29.35"
_WITHOUT_EFFECT: Final = frozenset({"2.5.29.20", "2.5.29.18", "2.5.29.24"})  # number, issuer's other names, date known
_REASONS: Final = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}


@dataclass(frozen=True, slots=True)
class Revocation:
    """When and why a certificate was revoked (RFC 5280 §5.3.1)."""

    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class VerifiedCrl:
    """A list that a trusted authority signed. Whether it is current, :meth:`require_good` asks."""

    issuer: Name
    this_update: datetime
    next_update: datetime
    revoked: Mapping[int, Revocation] = field(repr=False)

    def require_good(self, serial: int, moment: datetime) -> None:
        """Nothing if the certificate isn't on the list; SignerRevoked if it is; RevocationListOld if the list is.

        A revoked certificate stays revoked however old the list is.
        """
        found = self.revoked.get(serial)
        if found is not None:
            raise SignerRevoked(since=found.since.isoformat(), why=found.why)
        if not self.this_update <= moment <= self.next_update:
            raise RevocationListOld(first=self.this_update.isoformat(), last=self.next_update.isoformat())


def verify_crl(data: bytes, *, store: TrustStore, moment: datetime) -> VerifiedCrl:
    """A complete list signed by an authority of ``store``, current at ``moment``.

    As :func:`read_crl`; raises CrlRefused for one past its next update too.
    """
    found = read_crl(data, store=store, moment=moment)
    if found.next_update < moment:
        raise CrlRefused(problem=f"it ended at {found.next_update.isoformat()}")
    return found


def read_crl(data: bytes, *, store: TrustStore, moment: datetime) -> VerifiedCrl:
    """A complete list signed by an authority of ``store``; it may have ended, since each use asks whether it has.

    So lists that were taken in are read again whenever a process starts, and one that has ended stops neither the
    others nor its own successor. Raises CrlRefused for a list from the future, one without a next update, or one by
    nobody in the store.
    """
    if len(data) > MAX_CRL:
        raise FileTooLarge(file=_WHERE, limit=MAX_CRL)
    outer = der.Fields(der.read(data, max_elements=MAX_CRL // 4), _WHERE)
    tbs, algorithm = outer.take(der.SEQUENCE), outer.take(der.SEQUENCE)
    signature = der.bits(outer.take(der.BIT_STRING), _WHERE)
    outer.end()
    fields = der.Fields(tbs, _WHERE)
    version = fields.maybe(der.INTEGER)
    if version is None or der.integer(version, _WHERE) != 1:
        raise UnexpectedElement(where=_WHERE, expected="version 2")
    if fields.take(der.SEQUENCE).encoded != algorithm.encoded:  # RFC 5280 §5.1.1.2
        raise ParametersRefused(where=_WHERE, problem="the algorithm inside differs from the one outside")
    issuer = read_name(fields.take(der.SEQUENCE), _WHERE)
    this_update = der.time(fields.any(), _WHERE)
    ends = fields.maybe(der.UTC_TIME, der.GENERALIZED_TIME)
    entries = fields.maybe(der.SEQUENCE)
    wrapped = fields.maybe(0xA0)
    fields.end()
    if ends is None:  # RFC 5280 §5.1.2.5 requires it: without it nobody knows when the list is old
        raise CrlRefused(problem="it doesn't say when it ends")
    next_update = der.time(ends, _WHERE)
    identifier = _list_extensions(wrapped)
    _check_signer(store, issuer, identifier, algorithm, signature, tbs)
    if this_update > moment:
        raise CrlRefused(problem=f"it is dated in the future, {this_update.isoformat()}")
    revoked = {} if entries is None else dict(_entry(entry) for entry in entries.children)
    if entries is not None and len(revoked) != len(entries.children):
        raise CrlRefused(problem="it lists a certificate twice")
    return VerifiedCrl(issuer, this_update, next_update, MappingProxyType(revoked))


def for_issuer(lists: Iterable[VerifiedCrl], issuer: Name) -> VerifiedCrl:
    """The latest list of this issuer; RevocationUnknown where there is none."""
    found = [one for one in lists if one.issuer.key == issuer.key]
    if not found:
        raise RevocationUnknown
    return max(found, key=lambda one: one.this_update)


def _check_signer(
    store: TrustStore,
    issuer: Name,
    identifier: bytes | None,
    algorithm: der.Element,
    signature: bytes,
    tbs: der.Element,
) -> None:
    for authority in store.issuers(issuer, identifier):
        usage = authority.certificate.key_usage
        if usage is None or CRL_SIGN not in usage:
            continue
        try:
            check_signature(authority.key, read_signature_algorithm(algorithm, _WHERE), signature, tbs.encoded, _WHERE)
        except (SignatureInvalid, ParametersRefused):
            continue
        return
    raise CrlRefused(problem="no configured authority signed it")


def _list_extensions(wrapped: der.Element | None) -> bytes | None:
    if wrapped is None:
        return None
    identifier = None
    found = extensions(der.only(wrapped, der.SEQUENCE, _WHERE), _WHERE, without_effect=_WITHOUT_EFFECT)
    for oid, (critical, content) in found.items():
        if oid == _AUTHORITY_KEY:
            identifier = authority_key(der.read(content), _WHERE)
        elif critical:  # among them delta lists and lists of a part only (RFC 5280 §5.2.4, §5.2.5)
            raise UnknownCritical(where=_WHERE, extension=oid)
    return identifier


def _entry(element: der.Element) -> tuple[int, Revocation]:
    fields = der.Fields(element, _WHERE)
    serial = der.integer(fields.take(der.INTEGER), _WHERE)
    since = der.time(fields.any(), _WHERE)
    listed = fields.maybe(der.SEQUENCE)
    fields.end()
    why = "unspecified"
    if listed is not None:
        for oid, (critical, content) in extensions(listed, _WHERE, without_effect=_WITHOUT_EFFECT).items():
            if oid == _REASON:
                code = der.expect(der.read(content), der.ENUMERATED, _WHERE).content
                why = _REASONS.get(int.from_bytes(code, "big"), "unknown")
            elif critical:  # an entry for another issuer's certificate (RFC 5280 §5.3.3) among them
                raise UnknownCritical(where=_WHERE, extension=oid)
    return serial, Revocation(since, why)
