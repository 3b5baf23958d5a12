"""What the passport tests share: the declared authorities as a store, their lists, and one call that verifies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from sekisho.contracts.evidence.passport.crl import VerifiedCrl, verify_crl
from sekisho.contracts.evidence.passport.model import PassportResult, Stated, UnverifiedPassport
from sekisho.contracts.evidence.passport.trust import (
    Candidate,
    Import,
    TrustStore,
    carried,
    pinned,
    read_authority,
    trust_store,
)
from sekisho.contracts.evidence.passport.verify import verify_passport
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki


def candidate(data: bytes, *, vouched: bool = True) -> Candidate:
    """A certificate, pinned or only carried along."""
    certificate = read_authority(data)
    return pinned(certificate, source="test", imported_at=build.MOMENT) if vouched else carried(certificate)


def imported(*candidates: Candidate) -> Import:
    """A store of these."""
    return trust_store(candidates, source="test", imported_at=build.MOMENT)


@cache
def store(*slugs: str) -> TrustStore:
    """The declared authorities of these names; all of them where none is named."""
    names = slugs or tuple(build.DECLARED["authorities"])
    return imported(*(candidate(build.authority(slug).certificate) for slug in names)).store


@cache
def lists() -> tuple[VerifiedCrl, ...]:
    """An empty, current list of each declared authority."""
    return tuple(
        verify_crl(state_pki.crl(build.authority(slug)), store=store(), moment=build.MOMENT)
        for slug in build.DECLARED["authorities"]
    )


def verify(
    files: UnverifiedPassport,
    *,
    trust: TrustStore | None = None,
    crls: Sequence[VerifiedCrl] | None = None,
    moment: datetime = build.MOMENT,
    name: str | None = None,
    birth: date | None = None,
) -> PassportResult:
    """Verify with the declared authorities and their lists unless told otherwise."""
    return verify_passport(
        files,
        store=store() if trust is None else trust,
        lists=lists() if crls is None else crls,
        moment=moment,
        stated=Stated(name, birth),
    )
