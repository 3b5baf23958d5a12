"""Trust from an operator's files."""

from __future__ import annotations

import pytest

from sekisho.contracts.evidence.passport.configured import File, MasterListFile, configured
from sekisho.contracts.evidence.passport.errors import AuthorityRefused, CrlRefused
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures.der_writing import seq
from tests.contracts.evidence.passport.checking import verify

JAPAN, GERMANY = build.authority("japan"), build.authority("germany")
LIST_SIGNER = build.make_signer(GERMANY, build.signer("germany").hand, "lists", extensions=build.LIST_SIGNER_EXTENSIONS)


def test_files_become_trust() -> None:
    """A pinned authority, a master list under its country's authority and a revocation list verify a passport."""
    certificates = [JAPAN.certificate, GERMANY.certificate, build.signer("japan").certificate, seq()]
    done = configured(
        authorities=[File("germany.cer", GERMANY.certificate)],
        master_lists=[
            MasterListFile(File("list.ml", build.master_list(LIST_SIGNER, certificates)), GERMANY.certificate)
        ],
        revocation_lists=[File("japan.crl", build.crl(JAPAN))],
        moment=build.MOMENT,
    )
    assert len(done.store.authorities) == 2
    assert done.duplicates == 1
    assert [one.why.reason for one in done.left_out] == ["der_unexpected_element", "passport_authority_refused"]
    result = verify(build.passport("japan"), trust=done.store, crls=done.lists)
    assert result.verified is not None
    assert "list.ml" in result.report.steps[7].reason.en


def test_what_was_pinned_must_be_usable() -> None:
    """A pinned certificate that is no authority's is refused, not left out."""
    with pytest.raises(AuthorityRefused):
        configured(
            authorities=[File("signer.cer", build.signer("japan").certificate)],
            master_lists=[],
            revocation_lists=[],
            moment=build.MOMENT,
        )


def test_a_revocation_list_needs_its_authority() -> None:
    """A list by nobody configured is refused."""
    with pytest.raises(CrlRefused):
        configured(
            authorities=[File("germany.cer", GERMANY.certificate)],
            master_lists=[],
            revocation_lists=[File("japan.crl", build.crl(JAPAN))],
            moment=build.MOMENT,
        )
