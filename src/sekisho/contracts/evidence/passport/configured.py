"""Trust from files: what an operator configured becomes a store of authorities and their current revocation lists.

Pure: bytes in. Whether the files are the right ones was the operator's to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.cms.certificate import Certificate
from sekisho.contracts.evidence.errors import EvidenceRefused, TrustFileRefused
from sekisho.contracts.evidence.passport.crl import VerifiedCrl, read_crl
from sekisho.contracts.evidence.passport.errors import ListSignerRefused
from sekisho.contracts.evidence.passport.masterlist import MasterList, read_master_list
from sekisho.contracts.evidence.passport.profile import (
    USE_AUTHORITY,
    USE_LIST_SIGNER,
    USE_MASTER_LIST,
    USE_REVOCATION_LIST,
)
from sekisho.contracts.evidence.passport.trust import Import, TrustStore, Unusable, pinned, read_authority, trust_store
from sekisho.contracts.evidence.verifier import TrustFile, trusting


@dataclass(frozen=True, slots=True)
class Configured:
    """What passports are verified against. ``left_out`` are certificates of master lists that can't be used."""

    store: TrustStore
    lists: tuple[VerifiedCrl, ...]
    left_out: tuple[Unusable, ...]
    duplicates: int


def configured(
    *,
    authorities: Sequence[TrustFile],
    master_lists: Sequence[TrustFile],
    list_signers: Sequence[TrustFile],
    revocation_lists: Sequence[TrustFile],
    moment: datetime,
) -> Configured:
    """Everything as of ``moment``. ``list_signers`` are confirmed certificates of those who sign master lists, or of
    their country authorities.

    A file of the operator's that can't be used is a ``TrustFileRefused``; what a list brings and can't be used is left
    out.
    """
    candidates = []
    for one in authorities:
        with trusting(USE_AUTHORITY, one):
            candidates.append(pinned(read_authority(one.content), source=one.name, imported_at=moment))
    own = {candidate.certificate.fingerprint: file for candidate, file in zip(candidates, authorities, strict=True)}
    signers = []
    for one in list_signers:
        with trusting(USE_LIST_SIGNER, one):
            signers.append(read_authority(one.content))
    unreadable: list[Unusable] = []
    for one in master_lists:
        with trusting(USE_MASTER_LIST, one):
            found = _by_any(one, signers, moment)
        candidates.extend(found.candidates)
        unreadable.extend(found.unreadable)
    done = trust_store(candidates, source="link", imported_at=moment)
    _require_pinned(done, own)
    lists = []
    for one in revocation_lists:
        with trusting(USE_REVOCATION_LIST, one):
            lists.append(read_crl(one.content, store=done.store, moment=moment))
    return Configured(done.store, tuple(lists), (*unreadable, *done.unusable), done.duplicates)


def _by_any(file: TrustFile, signers: Sequence[Certificate], moment: datetime) -> MasterList:
    """The list under the first of ``signers`` whose it is; what stood against the last one where it is nobody's."""
    problem: EvidenceRefused = ListSignerRefused(problem="no signer of master lists is configured")
    for signer in signers:
        try:
            return read_master_list(file.content, signer=signer, moment=moment, source=file.name)
        except EvidenceRefused as error:
            problem = error
    raise problem


def _require_pinned(done: Import, own: dict[str, TrustFile]) -> None:
    """What the operator pinned itself must be usable; what a list brings may not be."""
    for one in done.unusable:
        if one.fingerprint in own:
            raise TrustFileRefused.because(one.why, use=USE_AUTHORITY, name=own[one.fingerprint].name) from one.why
