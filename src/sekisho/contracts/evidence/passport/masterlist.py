"""Master lists of country authorities (ICAO 9303-12 §9): signed data whose content is a set of certificates.

A list proves what its signer says. Whether the signer is to be believed is the operator's choice: it pins the signer's
certificate, or that of the country authority which issued it, after confirming it by an official way.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.certificate import DIGITAL_SIGNATURE, Certificate, read_certificate, signed_by
from sekisho.contracts.evidence.cms.errors import TooManyElements, UnexpectedElement
from sekisho.contracts.evidence.cms.keys import read_public_key
from sekisho.contracts.evidence.cms.signed_data import SignedData, check_attributes, check_signed, read_signed_data
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.passport.errors import AuthorityRefused, FileTooLarge, ListSignerRefused
from sekisho.contracts.evidence.passport.profile import MAX_LIST, MAX_LIST_CERTIFICATES
from sekisho.contracts.evidence.passport.trust import Candidate, Origin, Provenance, Unusable

_CONTENT: Final = "2.23.136.1.1.2"
_LIST_SIGNING: Final = "2.23.136.1.1.3"
_WHERE: Final = "master list"


@dataclass(frozen=True, slots=True)
class MasterList:
    """A list whose signature was verified: its certificates as candidates, and those that can't be read, with reasons.

    ``digest`` is the SHA-256 of the file. Whether a certificate becomes an authority :func:`.trust.trust_store` says.
    """

    digest: str
    signer: Certificate
    candidates: tuple[Candidate, ...]
    unreadable: tuple[Unusable, ...]


def read_master_list(data: bytes, *, signer: Certificate, moment: datetime, source: str) -> MasterList:
    """Verify and read a master list.

    ``signer`` is the pinned certificate: the list signer's own, or its country authority's. ``moment`` is when the list
    is taken in: the signer must be valid then. ``source`` is recorded with every certificate. Raises
    ListSignerRefused, or what is below DerRefused and SignedDataRefused.
    """
    if len(data) > MAX_LIST:
        raise FileTooLarge(file=_WHERE, limit=MAX_LIST)
    signed = read_signed_data(der.read(data), _WHERE)
    if signed.content_type != _CONTENT:
        raise UnexpectedElement(where=_WHERE, expected=f"a master list ({_CONTENT})")
    check_attributes(signed, _WHERE)
    actual = _list_signer(signed, signer)
    if actual.extended_usage is None or _LIST_SIGNING not in actual.extended_usage:  # ICAO 9303-12 §7.1.2, table 5
        raise ListSignerRefused(problem="its certificate isn't one for signing master lists")
    if actual.key_usage is None or DIGITAL_SIGNATURE not in actual.key_usage or actual.is_ca:
        raise ListSignerRefused(problem="its certificate isn't one for signatures")
    if not actual.not_before <= moment <= actual.not_after:
        raise ListSignerRefused(problem="its certificate isn't valid now")
    check_signed(signed, read_public_key(actual.spki, _WHERE), _WHERE)
    provenance = Provenance(Origin.MASTER_LIST, source, moment, actual.fingerprint)
    candidates, unreadable = [], []
    for encoded in _certificates(signed.content):
        try:
            candidates.append(Candidate(read_certificate(der.read(encoded), _WHERE), provenance))
        except EvidenceRefused as error:
            unreadable.append(Unusable(hashlib.sha256(encoded).hexdigest(), None, error))
    return MasterList(hashlib.sha256(data).hexdigest(), actual, tuple(candidates), tuple(unreadable))


def _list_signer(signed: SignedData, pinned: Certificate) -> Certificate:
    """The signer's certificate: the pinned one, or one beside the list that the pinned authority issued."""
    certificates = [read_certificate(element, _WHERE) for element in signed.certificates]
    for certificate in (pinned, *certificates):
        if not _is_named(signed, certificate):
            continue
        if certificate.encoded == pinned.encoded:
            return certificate
        if pinned.is_ca and certificate.issuer.key == pinned.subject.key:
            signed_by(certificate, read_public_key(pinned.spki, _WHERE), _WHERE)
            return certificate
    raise ListSignerRefused(problem="neither the pinned certificate nor one it issued")


def _is_named(signed: SignedData, certificate: Certificate) -> bool:
    signer = signed.signer
    if signer.subject_key is not None:
        return signer.subject_key == certificate.subject_key
    return signer.issuer is not None and (signer.issuer.key, signer.serial) == (
        certificate.issuer.key,
        certificate.serial,
    )


def _certificates(content: bytes) -> list[bytes]:
    """CscaMasterList ::= SEQUENCE {version 0, SET OF Certificate}, one at a time: each has bounds of its own."""
    tag, at, end = der.header(content, 0, len(content))
    if tag != der.SEQUENCE or end != len(content):
        raise UnexpectedElement(where=_WHERE, expected="a CscaMasterList and nothing else")
    tag, body, stop = der.header(content, at, end)
    if tag != der.INTEGER or content[body:stop] != b"\x00":
        raise UnexpectedElement(where=_WHERE, expected="version 0")
    tag, at, stop = der.header(content, stop, end)
    if tag != der.SET or stop != end:
        raise UnexpectedElement(where=_WHERE, expected="a set of certificates")
    found = []
    while at < end:
        _, _, following = der.header(content, at, end)
        found.append(content[at:following])
        at = following
        if len(found) > MAX_LIST_CERTIFICATES:
            raise TooManyElements(limit=f"{MAX_LIST_CERTIFICATES} certificates")
    if not found:  # an empty set of authorities verifies nothing
        raise AuthorityRefused(problem="the list is empty")
    return found
