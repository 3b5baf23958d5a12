"""Trust from an operator's files."""

from __future__ import annotations

import pytest

from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.passport.configured import configured
from sekisho.contracts.evidence.passport.errors import AuthorityRefused, CrlRefused, ListSignerRefused
from sekisho.contracts.evidence.verifier import TrustFile as File
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import seq
from tests.contracts.evidence.passport.checking import verify

JAPAN, GERMANY = build.authority("japan"), build.authority("germany")
LIST_SIGNER = state_pki.make_signer(
    GERMANY, build.signer("germany").hand, "lists", extensions=state_pki.LIST_SIGNER_EXTENSIONS
)


def test_files_become_trust() -> None:
    """A pinned authority, a master list under its country's authority and a revocation list verify a passport."""
    certificates = [JAPAN.certificate, GERMANY.certificate, build.signer("japan").certificate, seq()]
    done = configured(
        authorities=[File("germany.cer", GERMANY.certificate)],
        master_lists=[File("list.ml", build.master_list(LIST_SIGNER, certificates))],
        list_signers=[File("japan.cer", JAPAN.certificate), File("germany.cer", GERMANY.certificate)],
        revocation_lists=[File("japan.crl", state_pki.crl(JAPAN))],
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
    with pytest.raises(TrustFileRefused, match=r"signer\.cer") as refused:
        configured(
            authorities=[File("signer.cer", build.signer("japan").certificate)],
            master_lists=[],
            list_signers=[],
            revocation_lists=[],
            moment=build.MOMENT,
        )
    assert isinstance(refused.value.__cause__, AuthorityRefused)


def test_a_revocation_list_needs_its_authority() -> None:
    """A list by nobody configured is refused."""
    with pytest.raises(TrustFileRefused, match=r"japan\.crl") as refused:
        configured(
            authorities=[File("germany.cer", GERMANY.certificate)],
            master_lists=[],
            list_signers=[],
            revocation_lists=[File("japan.crl", state_pki.crl(JAPAN))],
            moment=build.MOMENT,
        )
    assert isinstance(refused.value.__cause__, CrlRefused)


@pytest.mark.parametrize("signers", [[], [File("japan.cer", JAPAN.certificate)]])
def test_a_master_list_needs_its_signer(signers: list[File]) -> None:
    """A list that none of the confirmed signers made is refused, and so is one where nobody was confirmed."""
    with pytest.raises(TrustFileRefused, match=r"list\.ml") as refused:
        configured(
            authorities=[],
            master_lists=[File("list.ml", build.master_list(LIST_SIGNER, [JAPAN.certificate]))],
            list_signers=signers,
            revocation_lists=[],
            moment=build.MOMENT,
        )
    assert isinstance(refused.value.__cause__, ListSignerRefused)
