"""Passports that hold, and the honest answers where something couldn't be checked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sekisho.contracts.evidence.passport import verify as module
from sekisho.contracts.evidence.passport.model import (
    ChipState,
    ReadersReport,
    RevocationState,
    VerifiedPassport,
)
from sekisho.contracts.evidence.passport.steps import STEPS
from sekisho.contracts.evidence.steps import StepState, Walk
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import seq, tlv
from tests.contracts.evidence.passport.checking import imported, store, verify

VALID = [slug for slug in build.DECLARED["passports"] if slug != "japan-expired"]


@pytest.mark.parametrize("slug", VALID)
def test_a_declared_passport_verifies(slug: str) -> None:
    """Named and explicit curves, brainpool, RSA with PKCS#1 and PSS and the NULL parameter: all verify."""
    name, birth = build.stated(slug)
    result = verify(build.passport(slug), name=name, birth=birth)
    expiry = build.DECLARED["passports"][slug]["expiry"]
    assert result.report.failure is None
    assert result.report.require_facts() == {
        "document": "passport",
        "authenticity": "signature_verified",
        "shows": frozenset({"name", "birth_date", "photo"}),
        "valid_until": date(2000 + int(expiry[:2]), int(expiry[2:4]), int(expiry[4:])),
        "no_expiry": False,
        "name_agrees": True,
        "birth_date_agrees": True,
    }
    assert result.revocation is RevocationState.GOOD
    assert result.chip is ChipState.NOT_SHOWN
    assert result.verified is not None
    assert result.verified.photo
    states = {step.step.number: step.state for step in result.report.steps}
    assert {number for number, state in states.items() if state is StepState.NOT_DONE} == {9, 11}
    assert set(states.values()) == {StepState.DONE, StepState.NOT_DONE}


def test_the_report_holds_no_personal_data() -> None:
    """What goes to the ledger names nobody."""
    name, birth = build.stated("japan")
    document = str(verify(build.passport("japan"), name=name, birth=birth).report.as_document()).upper()
    assert "SEKISHO" not in document
    assert "TZ0000001" not in document
    assert "1990" not in document


def test_a_copied_chip_cant_be_excluded() -> None:
    """Without active authentication the report says so, and that the address isn't in a passport."""
    report = verify(build.passport("japan")).report
    step = next(step for step in report.steps if step.step.number == 9)
    assert "a copied chip can't be excluded" in step.reason.en
    assert "複製" in step.reason.ja
    assert any("address" in text.en for text in report.left_to_caller)


def test_groups_not_given_are_named() -> None:
    """A group the SOD lists and nobody sent was not checked, and the report names it."""
    files = build.with_groups("japan", {14: build.group_14([build.active_info()])})
    files = replace(files, groups={1: files.groups[1]})
    result = verify(files)
    step = next(step for step in result.report.steps if step.step.number == 2)
    assert step.reason.en == "not given, so not checked: DG2, DG14"
    assert result.report.require_facts()["shows"] == frozenset({"name", "birth_date"})
    assert result.verified is not None
    assert not result.verified.photo


def test_without_an_authority_it_is_read_and_not_authenticated() -> None:
    """A country that isn't configured: neither verified nor refused, and nothing is proved."""
    result = verify(build.passport("france"), trust=store("japan"))
    assert result.report.require_facts()["authenticity"] == "read_not_authenticated"
    assert result.report.state(5) is StepState.COULD_NOT_CHECK
    assert result.report.state(7) is StepState.NOT_DONE
    assert result.report.state(8) is StepState.NOT_DONE
    assert result.verified is None
    assert result.read is not None


def test_an_empty_store_verifies_nothing() -> None:
    """No authority at all can't mean that any is good enough."""
    result = verify(build.passport("japan"), trust=imported().store)
    assert result.report.require_facts()["authenticity"] == "read_not_authenticated"
    assert result.verified is None


def test_without_a_list_revocation_is_unknown() -> None:
    """No list of the issuer: its own state, and no acceptance."""
    result = verify(build.passport("japan"), crls=())
    assert result.revocation is RevocationState.UNKNOWN
    assert result.report.state(8) is StepState.COULD_NOT_CHECK
    assert result.report.require_facts()["authenticity"] == "could_not_check"
    assert result.verified is None


@pytest.mark.parametrize(
    "moment", [datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)]
)
def test_a_list_of_another_time_doesnt_answer(moment: datetime) -> None:
    """A list that has ended, or that is of a later day than the moment, fails closed."""
    result = verify(build.passport("japan"), moment=moment)
    assert result.revocation is RevocationState.COULD_NOT_CHECK
    assert result.report.require_facts()["authenticity"] == "could_not_check"
    failed = {one.step.number: one.error for one in result.report.steps if one.error}
    assert failed == {8: "passport_revocation_list_old"}


def test_the_last_moment_of_a_list_still_answers() -> None:
    """nextUpdate itself is in time."""
    result = verify(build.passport("japan"), moment=datetime(2027, 1, 1, tzinfo=UTC))
    assert result.revocation is RevocationState.GOOD


@pytest.mark.parametrize(
    ("moment", "refused"),
    [(datetime(2031, 3, 31, 14, 59, tzinfo=UTC), False), (datetime(2031, 3, 31, 15, 0, tzinfo=UTC), True)],
)
def test_the_day_of_expiry_is_the_last(moment: datetime, refused: bool) -> None:
    """Valid to the end of its day of expiry in Japan, and not a minute longer."""
    report = verify(build.passport("japan"), moment=moment, crls=()).report
    assert (report.failure is not None) == refused
    if refused:
        assert report.failure is not None
        assert (report.failure.reason, report.failure.step) == ("passport_expired", 10)
        assert report.findings["valid_until"] == date(2031, 3, 31)


def test_birth_dates() -> None:
    """Another day differs; the same two digits in another century can't be told; an unknown part isn't compared."""
    files = build.passport("japan")
    assert verify(files, birth=date(1990, 4, 1)).report.require_facts()["birth_date_agrees"] is True
    assert verify(files, birth=date(1990, 4, 2)).report.require_facts()["birth_date_agrees"] is False
    assert "birth_date_agrees" not in verify(files, birth=date(1890, 4, 1)).report.require_facts()
    spec = build.DECLARED["passports"]["japan"]
    groups = {1: build.group_1(build.zone(spec, birth="90<<<<")), 2: build.group_2()}
    unknown = replace(files, groups=groups, sod=build.sod(build.signer("japan"), groups))
    assert "birth_date_agrees" not in verify(unknown, birth=date(1990, 4, 1)).report.require_facts()


def test_a_name_in_kanji_isnt_compared() -> None:
    """The zone has Latin letters only: neither agreement nor difference, and the report leaves it to people."""
    report = verify(build.passport("japan"), name="関所 花子").report
    assert "name_agrees" not in report.require_facts()
    assert any("氏名" in text.ja for text in report.left_to_caller)


def test_what_the_reader_says_changes_nothing() -> None:
    """Chip authentication is told, never believed."""
    plain = verify(build.passport("japan"))
    told = verify(replace(build.passport("japan"), reader=ReadersReport(chip_authentication=True)))
    assert told.report.facts == plain.report.facts
    assert told.chip is ChipState.NOT_SHOWN
    assert told.report.state(11) is StepState.NOT_DONE
    assert "can't be verified here" in told.report.steps[-1].reason.en


def test_a_signer_outside_the_sod() -> None:
    """A SOD without its signer's certificate verifies with one that is given beside it."""
    files = build.passport("japan")
    bare = replace(files, sod=build.sod(build.signer("japan"), files.groups, certificates=[]))
    assert verify(replace(bare, signer=build.signer("japan").certificate)).verified is not None


def test_a_signer_named_by_its_key() -> None:
    """SignerInfo version 3 names the signer by its key identifier (RFC 5652 section 5.3)."""
    files, signer = build.passport("japan"), build.signer("japan")
    key = state_pki.key_identifier(signer.hand.spki())
    assert verify(replace(files, sod=build.sod(signer, files.groups, subject_key=key))).verified is not None


def test_another_hash_for_the_groups_than_for_the_signature() -> None:
    """Groups, message digest and signature may each have their own hash: some signers mix them."""
    files, signer = build.passport("japan"), build.signer("japan")
    content = build.security_object(
        {n: hashlib.sha512(data).digest() for n, data in files.groups.items()}, "sha512", version=1
    )
    mixed = state_pki.signed_data(
        "2.23.136.1.1.1",
        content,
        signer.hand,
        issuer=signer.authority.name,
        serial=signer.serial,
        certificates=[signer.certificate],
        digest="sha384",
        signing_time=datetime(2026, 4, 1, tzinfo=UTC),
    )
    assert verify(replace(files, sod=tlv(0x77, mixed))).verified is not None


def test_attributes_in_another_order_are_signed_in_ders() -> None:
    """RFC 5652 section 5.4: the signature is over the DER form whatever order is written."""
    files, signer = build.passport("japan"), build.signer("japan")
    signed_at = datetime(2026, 4, 1, tzinfo=UTC)
    sod = build.sod(signer, files.groups, sort=False, signing_time=signed_at)
    assert sod != build.sod(signer, files.groups, signing_time=signed_at)
    assert verify(replace(files, sod=sod)).verified is not None


def test_ef_com_is_read() -> None:
    """EF.COM adds nothing and takes nothing as long as it lists no more than the SOD."""
    assert verify(replace(build.passport("japan"), com=build.com([1, 2]))).verified is not None


def test_a_key_was_to_be_used_when_it_signed() -> None:
    """The private key's usage period counts where the SOD says when it was signed."""
    files = build.passport("japan")
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    period = state_pki.extension(
        "2.5.29.16",
        seq(tlv(0x80, b"20260101000000Z"), tlv(0x81, b"20260401000000Z")),
    )
    signer = state_pki.make_signer(
        build.authority("japan"), build.signer("japan").hand, extensions=(*state_pki.SIGNER_EXTENSIONS, period)
    )
    for signed_at, good in (
        (first - timedelta(seconds=1), False),
        (first, True),
        (last, True),
        (last + timedelta(seconds=1), False),
    ):
        result = verify(replace(files, sod=build.sod(signer, files.groups, signing_time=signed_at)))
        assert (result.verified is not None) == good
        if not good:
            assert result.report.failure is not None
            assert (result.report.failure.reason, result.report.failure.step) == ("passport_signed_outside_period", 5)


def test_nothing_but_a_walk_makes_a_verified_passport() -> None:
    """A proof that lacks a step doesn't make one."""
    verified = verify(build.passport("japan")).verified
    assert verified is not None
    walk = Walk(STEPS)
    with walk.step(0):
        pass
    with pytest.raises(TypeError):
        VerifiedPassport(
            verified.mrz, "JP", verified.signer, verified.authority, verified.groups, ChipState.GENUINE, walk.proof(0)
        )


def test_the_list_of_steps_is_the_one_at_the_top() -> None:
    """The numbered list in the verifier's docstring has the numbers of the declared steps."""
    numbers = [int(number) for number in re.findall(r"^ ?\((\d+)\)", module.__doc__ or "", re.MULTILINE)]
    assert numbers == [step.number for step in STEPS.steps]
