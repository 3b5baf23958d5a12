"""gBizID: which account shows what, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sekisho.contracts.evidence.gbizid.steps import CLAIMS
from tests.contracts.evidence.fixtures.openid import SignIn, sign_in

NUMBER = "7999901000001"


def said(one: SignIn) -> dict[str, Any]:
    """The userinfo, to change."""
    assert one.userinfo is not None
    return one.userinfo


def verification(one: SignIn) -> dict[str, Any]:
    """The verification, to change."""
    found: dict[str, Any] = said(one)["verified_claims"]["verification"]
    return found


def authority(one: SignIn) -> dict[str, Any]:
    """The authority, to change."""
    found: dict[str, Any] = said(one)["verified_claims"]["claims"]["authority"]
    return found


def as_member(one: SignIn) -> None:
    """The account of a メンバー: only the corporation and the role."""
    said(one)["account_type"] = "3"
    verification(one).update(assurance_process={"procedure": "jp_gbizid_member"})
    del verification(one)["assurance_level"]
    said(one)["verified_claims"]["claims"] = {
        "authority": {"applies_to": {"registration_number": NUMBER}, "permission": [{"role": "member"}]}
    }


def test_prime_is_the_representative() -> None:
    """A プライム gives the fact, the corporation's number for the record, and the representative's name."""
    one = sign_in("gbizid")
    one.more["corporate_number"] = NUMBER
    found = one.verify()
    assert found.report.facts == {"at": date(2026, 11, 23), "proof": "gbizid_prime"}
    assert found.identifier == NUMBER
    assert found.shown.name == "見本 太郎"
    assert found.shown.address is None


def test_member_belongs_to_the_corporation() -> None:
    """A メンバー is another fact, and no name comes with it."""
    one = sign_in("gbizid")
    as_member(one)
    found = one.verify()
    assert found.report.require_facts()["proof"] == "gbizid_member"
    assert found.shown.name is None


def test_belonging_is_another_fact_than_authority() -> None:
    """The same sign-in as evidence of 在籍: by what, and whether corporation and name agree, each only where told."""
    one = sign_in("gbizid")
    one.kind = "gbizid_affiliation"
    one.more |= {"corporate_number": NUMBER, "stated": {"name": "見本 花子"}}
    at = date(2026, 11, 23)
    expected = {"at": at, "shown_by": "gbizid_prime", "corporation_agrees": True, "name_agrees": False}
    assert one.verify().report.facts == expected
    as_member(one)
    del one.more["corporate_number"]
    assert one.verify().report.facts == {"at": at, "shown_by": "gbizid_member"}


def test_the_report_always_says_what_is_unconfirmed() -> None:
    """Whether a private operator may connect at all, that メンバー is no authority, that no address is told."""
    refused = sign_in("gbizid")
    said(refused)["account_type"] = "1"
    for report in (sign_in("gbizid").verify().report, refused.verify().report):
        told = " ".join(text.ja for text in report.left_to_caller)
        for part in ("接続してよいかどうかは確認できていません", "在籍", "住居"):
            assert part in told


Change = Callable[[SignIn], Any]

FAULTS: dict[str, tuple[Change, int, str]] = {
    "no userinfo": (lambda one: setattr(one, "userinfo", None), 10, "oidc_userinfo_missing"),
    "an エントリー account": (lambda one: said(one).update(account_type="1"), 11, "gbizid_entry_account"),
    "an account of a new kind": (lambda one: said(one).update(account_type="4"), 11, "gbizid_account_type_unknown"),
    "no kind of account": (lambda one: said(one).pop("account_type"), 11, "gbizid_account_type_unknown"),
    "a sole proprietor": (lambda one: said(one).update(corp_type="2"), 11, "gbizid_not_a_corporation"),
    "no kind of corporation": (lambda one: said(one).pop("corp_type"), 11, "gbizid_account_type_unknown"),
    "no verified claims": (lambda one: said(one).pop("verified_claims"), 12, "oidc_verified_claims_missing"),
    "another framework": (
        lambda one: verification(one).update(trust_framework="jp_mpiupa"),
        12,
        "oidc_trust_framework_differs",
    ),
    "a low level": (lambda one: verification(one).update(assurance_level="ial1"), 12, "gbizid_process_differs"),
    "another's procedure": (
        lambda one: verification(one).update(assurance_process={"procedure": "jp_gbizid_member"}),
        12,
        "gbizid_process_differs",
    ),
    "no authority": (
        lambda one: said(one)["verified_claims"]["claims"].pop("authority"),
        13,
        "oidc_message_malformed",
    ),
    "no permission": (lambda one: authority(one).update(permission=[]), 13, "gbizid_authority_differs"),
    "another role": (
        lambda one: authority(one).update(permission=[{"role": "member"}]),
        13,
        "gbizid_authority_differs",
    ),
    "a wrong check digit": (
        lambda one: authority(one).update(applies_to={"registration_number": "8999901000001"}),
        13,
        "gbizid_corporate_number_wrong",
    ),
    "another corporation": (
        lambda one: one.more.update(corporate_number="6999901000002"),
        13,
        "gbizid_corporate_number_wrong",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_name_and_step(name: str) -> None:
    """Each fault is found by its own step, and no authority comes of it."""
    change, step, reason = FAULTS[name]
    one = sign_in("gbizid")
    change(one)
    failure = one.verify().report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)
    assert failure.sentence("ja")


def test_an_account_type_may_be_a_number() -> None:
    """No source at hand says whether it is text: both are read alike."""
    one = sign_in("gbizid")
    said(one)["account_type"] = 2
    assert one.verify().report.require_facts()["proof"] == "gbizid_prime"


def test_every_claim_is_accounted_for() -> None:
    """What the declaration's provider says is what the account of claims lists."""
    one = sign_in("gbizid")
    verified = said(one)["verified_claims"]
    names = [*one.claims, "account_type", "corp_type"]
    names += [f"verified_claims.claims.{name}" for name in verified["claims"] if name != "authority"]
    names += ["verified_claims.claims.authority.permission", "verified_claims.verification.trust_framework"]
    assert CLAIMS.unaccounted(names) == set()
