"""Trust from files: what an operator configured becomes a store of authorities and their current revocation lists.

Pure: bytes in. Whether the files are the right ones was the operator's to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.passport.crl import VerifiedCrl, verify_crl
from sekisho.contracts.evidence.passport.masterlist import read_master_list
from sekisho.contracts.evidence.passport.trust import Import, TrustStore, Unusable, pinned, read_authority, trust_store


@dataclass(frozen=True, slots=True)
class File:
    """A file with the name the operator knows it by."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class MasterListFile:
    """A master list, and the certificate that was confirmed: its signer's, or that one's country authority's."""

    content: File
    signer: bytes


@dataclass(frozen=True, slots=True)
class Configured:
    """What passports are verified against. ``left_out`` are certificates of master lists that can't be used."""

    store: TrustStore
    lists: tuple[VerifiedCrl, ...]
    left_out: tuple[Unusable, ...]
    duplicates: int


def configured(
    *,
    authorities: Sequence[File],
    master_lists: Sequence[MasterListFile],
    revocation_lists: Sequence[File],
    moment: datetime,
) -> Configured:
    """Everything as of ``moment``. A pinned authority or a revocation list that can't be used is refused."""
    candidates = [pinned(read_authority(one.data), source=one.name, imported_at=moment) for one in authorities]
    own = len(candidates)
    unreadable: list[Unusable] = []
    for one in master_lists:
        found = read_master_list(
            one.content.data, signer=read_authority(one.signer), moment=moment, source=one.content.name
        )
        candidates.extend(found.candidates)
        unreadable.extend(found.unreadable)
    done = trust_store(candidates, source="link", imported_at=moment)
    _require_pinned(done, {candidate.certificate.fingerprint for candidate in candidates[:own]})
    lists = tuple(verify_crl(one.data, store=done.store, moment=moment) for one in revocation_lists)
    return Configured(done.store, lists, (*unreadable, *done.unusable), done.duplicates)


def _require_pinned(done: Import, fingerprints: set[str]) -> None:
    """What the operator pinned itself must be usable; what a list brings may not be."""
    for one in done.unusable:
        if one.fingerprint in fingerprints:
            raise one.why
