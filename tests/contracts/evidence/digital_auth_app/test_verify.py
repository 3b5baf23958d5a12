"""デジタル認証アプリ: an authentication, the card's items, and never an electronic signature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sekisho.contracts.evidence.digital_auth_app.steps import CLAIMS
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.fixtures.openid import SUBJECT, SignIn, sign_in


def test_card_and_pin_are_two_factors() -> None:
    """The facts are those of an authentication; what the card says goes to the record."""
    found = sign_in("digital_auth_app").verify()
    assert found.report.yields == "authentication"
    assert found.report.facts == {
        "at": date(2026, 11, 23),
        "factors": frozenset({"possession", "knowledge"}),
        "distinct_factors": 2,
        "jpki_authentication": True,
    }
    assert found.identifier == SUBJECT
    assert found.shown.birth_date == date(1990, 4, 1)


def test_the_report_says_that_it_is_no_electronic_signature() -> None:
    """Always, and that the signing API's bytes are unconfirmed."""
    one = sign_in("digital_auth_app")
    one.claims["nonce"] = "0" * 64
    for report in (sign_in("digital_auth_app").verify().report, one.verify().report):
        told = " ".join(text.ja for text in report.left_to_caller)
        assert "電子署名による本人確認（規則3条1項1号ト）ではありません" in told
        assert "署名API" in told


def test_the_comparison_stands_in_the_report_without_the_items() -> None:
    """An address changes before the card does: whoever reads the report learns that it differs, and no address."""
    one = sign_in("digital_auth_app")
    one.more["stated"]["address"] = "架空県見本市1-1"
    found = one.verify()
    note = next(step["reason"]["ja"] for step in found.report.as_document()["steps"] if step["number"] == 12)
    assert "住居: 申込みと違う" in note
    assert "生年月日: 申込みと一致" in note
    assert found.report.facts is not None
    assert found.tied


@pytest.mark.parametrize(("name", "value"), [("name", "見本 花子"), ("birth_date", "1990-04-02")])
def test_the_card_of_another_authenticates_nobody(name: str, value: str) -> None:
    """An impostor's own card, valid in all it says: refused, as no attribute of an authentication could say it."""
    one = sign_in("digital_auth_app")
    one.more["stated"][name] = value
    found = one.verify()
    assert found.report.failure is not None
    assert (found.report.failure.reason, found.report.failure.step) == ("digital_auth_app_card_of_another", 12)
    assert (found.report.facts, found.tied) == (None, False)


@pytest.mark.parametrize("name", ["name", "birth_date"])
def test_what_cannot_be_compared_ties_nobody(name: str) -> None:
    """Nothing stated, so it holds and may be anybody's."""
    one = sign_in("digital_auth_app")
    del one.more["stated"][name]
    found = one.verify()
    assert found.report.facts is not None
    assert not found.tied


@pytest.mark.parametrize("acr", ["aal3", "aal3 crl"])
def test_both_forms_of_the_class(acr: str) -> None:
    """The level alone, or with the way revocation was checked."""
    one = sign_in("digital_auth_app")
    one.claims["acr"] = acr
    assert one.verify().report.facts is not None


def test_without_items_it_is_still_an_authentication() -> None:
    """The items are told only where the person shares them; then nothing says whose it is."""
    one = sign_in("digital_auth_app")
    one.userinfo = None
    found = one.verify()
    report = found.report
    assert not found.tied
    assert report.state(12) is StepState.NOT_DONE
    assert report.require_facts()["jpki_authentication"] is True


Change = Callable[[SignIn], Any]


def told(one: SignIn) -> dict[str, Any]:
    """The userinfo, to change."""
    assert one.userinfo is not None
    return one.userinfo


FAULTS: dict[str, tuple[Change, int, str]] = {
    "revocation mode alone": (lambda one: one.claims.update(acr="crl"), 11, "digital_auth_app_class_unknown"),
    "gender of another form": (lambda one: told(one).update(gender="9"), 12, "digital_auth_app_gender_unreadable"),
    "a birthdate that doesn't exist": (
        lambda one: told(one).update(birthdate="19900230"),
        12,
        "oidc_message_malformed",
    ),
    "an address that is a number": (lambda one: told(one).update(address=5), 12, "oidc_message_malformed"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_name_and_step(name: str) -> None:
    """Each fault is found by its own step."""
    change, step, reason = FAULTS[name]
    one = sign_in("digital_auth_app")
    change(one)
    failure = one.verify().report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)


def test_every_claim_is_accounted_for() -> None:
    """What the declaration's provider says is what the account of claims lists."""
    one = sign_in("digital_auth_app")
    assert CLAIMS.unaccounted([*one.claims, *told(one)]) == set()
