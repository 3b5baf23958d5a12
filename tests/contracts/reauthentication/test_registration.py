"""Registration, removal and recovery of authenticators in a real workspace, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sekisho.contracts.errors import UnknownDecision
from sekisho.contracts.evidence.jpki.errors import NonceForAnother
from sekisho.contracts.evidence.reauthentication.errors import CredentialUnknown
from sekisho.contracts.reauthentication import proofing
from sekisho.contracts.reauthentication.errors import (
    AccountExists,
    GroundMissing,
    ProofingNotAccepted,
    ProofingOfAnother,
    ProofingTooOld,
    ProofingUsed,
    RegistrationOver,
    StrongerNeeded,
    TooManyAuthenticators,
    UnknownAccount,
    UnknownAuthenticator,
    UnknownStepUp,
)
from sekisho.contracts.reauthentication.service import MAX_AUTHENTICATORS, Ground
from sekisho.contracts.service import Asking
from tests.contracts.applications import written
from tests.contracts.evidence.reauthentication.authenticator import Authenticator
from tests.contracts.reauthentication.surroundings import CLERK, HOLDER, Shop, additional_line, nonce_of


def test_a_registration_stands_on_something(shop: Shop) -> None:
    """No ground, two grounds, an unknown decision, a decision that proofed nobody, one of another, one too old."""
    decision = shop.open()
    for made in ({}, {"decision": "a", "step_up": "b"}):
        with pytest.raises(GroundMissing):
            Ground(**made)
    with pytest.raises(UnknownDecision):
        shop.registration.passkey_options("customer-1", Ground(decision="0" * 32), label="電話")
    refused = shop.contracts.decide(written(evidence=[]), CLERK, Asking()).id
    with pytest.raises(ProofingNotAccepted):
        shop.registration.passkey_options("customer-1", Ground(decision=refused), label="電話")
    another = shop.proofed(name="見本 花子")
    with pytest.raises(ProofingOfAnother):
        shop.registration.passkey_options("customer-1", Ground(decision=another), label="電話")
    shop.clock.advance(timedelta(hours=1, seconds=1))
    with pytest.raises(ProofingTooOld):
        shop.registration.passkey_options("customer-1", Ground(decision=decision), label="電話")


def test_an_additional_line_is_no_proofing(shop: Shop) -> None:
    """It was accepted because the record matched and a passkey answered: nothing a recovery could stand on."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    evidence = shop.answer(begun, passkey=shop.with_passkey(begun, device)).evidence
    assert evidence is not None
    second = shop.contracts.decide(additional_line(evidence), CLERK, Asking())
    assert second.document["verdict"] == "accept"
    with pytest.raises(ProofingNotAccepted, match="existing record"):
        shop.accounts.recover("customer-1", decision=second.id, caller=CLERK)


def test_registering_on_a_step_up(shop: Shop) -> None:
    """A passkey carries another passkey and an app; an app with a password carries an app and never a passkey."""
    ground = Ground(decision=shop.open())
    device = shop.add_passkey(ground)
    app = shop.add_totp(ground)
    strong = shop.begin()
    shop.answer(strong, passkey=shop.with_passkey(strong, device))
    shop.add_passkey(Ground(step_up=strong["step_up"]))
    weak = shop.begin()
    shop.answer(weak, totp=shop.code(app))
    with pytest.raises(StrongerNeeded):
        shop.registration.enrol_totp("customer-1", Ground(step_up=weak["step_up"]), label="2", caller=CLERK)
    shop.answer(weak, vouched="password")
    shop.registration.enrol_totp("customer-1", Ground(step_up=weak["step_up"]), label="2", caller=CLERK)
    with pytest.raises(StrongerNeeded):
        shop.registration.passkey_options("customer-1", Ground(step_up=weak["step_up"]), label="電話")
    shop.clock.advance(timedelta(minutes=11))
    with pytest.raises(StrongerNeeded):
        shop.registration.passkey_options("customer-1", Ground(step_up=strong["step_up"]), label="電話")
    with pytest.raises(UnknownStepUp):
        shop.registration.passkey_options("customer-1", Ground(step_up="0" * 32), label="電話")


def test_a_registration_ends_on_the_ground_it_began_on(shop: Shop) -> None:
    """A challenge for one ground or account isn't finished on another."""
    first = Ground(decision=shop.open())
    options = shop.registration.passkey_options("customer-1", first, label="電話")
    second = Ground(decision=shop.proofed())
    with pytest.raises(NonceForAnother):
        shop.registration.register_passkey(
            "customer-1", second, Authenticator().register(nonce_of(options)), label="電話", caller=CLERK
        )


def test_an_app_counts_after_its_first_code_only(shop: Shop) -> None:
    """Until then it isn't asked for; the time for it is short, and it is confirmed once."""
    ground = Ground(decision=shop.open())
    told = shop.registration.enrol_totp("customer-1", ground, label="アプリ", caller=CLERK)
    assert told["secret"] in told["uri"]
    assert shop.begin()["answers"]["totp"] is False
    assert told["secret"] not in json.dumps(shop.accounts.authenticators("customer-1"))
    shop.secrets[told["authenticator"]] = told["secret"]
    shop.clock.advance(timedelta(minutes=10))
    with pytest.raises(RegistrationOver):
        shop.registration.confirm_totp(
            "customer-1", told["authenticator"], shop.code(told["authenticator"]), caller=CLERK
        )
    made = shop.add_totp(ground)
    with pytest.raises(RegistrationOver):
        shop.registration.confirm_totp("customer-1", made, shop.code(made), caller=CLERK)
    assert [each["id"] for each in shop.accounts.authenticators("customer-1")] == [made]


def test_an_account_is_opened_once_and_on_one_decision(shop: Shop) -> None:
    """A reference, and a decision, each serve one account."""
    decision = shop.open()
    with pytest.raises(AccountExists):
        shop.accounts.open("customer-1", decision=shop.proofed(), caller=CLERK)
    with pytest.raises(ProofingOfAnother):
        shop.accounts.open("customer-2", decision=decision, caller=CLERK)
    with pytest.raises(UnknownAccount):
        shop.accounts.find("customer-3")


def test_an_old_act_decided_on_again_is_no_new_proofing(shop: Shop) -> None:
    """A document shown weeks ago still verifies a contract today; nobody recovers or registers with it."""
    shop.open()
    seen = shop.clock.now()
    shop.clock.advance(timedelta(days=30))
    shown = {
        "kind": "document_shown", "person": "subject", "at": seen.isoformat(), "document": "driving_licence",
        "bears_photo": True, "valid_until": "2030-01-01", "issued_on": "2025-01-01", "altered": False,
        "name": HOLDER.name, "address": HOLDER.address, "birth_date": "1990-05-01",
    }  # fmt: skip
    decision = shop.proofed(evidence=[shown], decided_at=seen.isoformat())
    assert shop.contracts.find(decision).document["verdict"] == "accept"
    for again in (decision, shop.proofed(evidence=[shown])):
        with pytest.raises(ProofingTooOld):
            shop.accounts.recover("customer-1", decision=again, caller=CLERK)
        with pytest.raises(ProofingTooOld):
            shop.registration.passkey_options("customer-1", Ground(decision=again), label="電話")


def test_companies_of_one_name_are_told_apart() -> None:
    """They have no date of birth: another company of that name, somewhere else, is another holder."""
    here = proofing.Holder("corporation", "株式会社見本", None, "架空県見本市1-1")
    assert here.is_same(proofing.Holder("corporation", "株式会社見本", None, "架空県見本市1番1号"))
    assert not here.is_same(proofing.Holder("corporation", "株式会社見本", None, "架空県別市1-1"))
    assert not here.is_same(proofing.Holder("corporation", "株式会社見本", None))
    assert proofing.Holder.of_document(here.as_document()) == here
    person = proofing.Holder("natural", "見本 太郎", "1990-04-01", "架空県見本市1-1")
    assert person.is_same(proofing.Holder("natural", "見本 太郎", "1990-04-01", "架空県別市9-9"))


def test_recovery_is_a_new_proofing_and_nothing_else(shop: Shop) -> None:
    """Old decisions, other people and old step-ups don't help; all authenticators go, and new ones are registered."""
    opening = shop.open()
    device = shop.add_passkey(Ground(decision=opening))
    begun = shop.begin()
    shop.answer(begun, passkey=shop.with_passkey(begun, device))
    with pytest.raises(ProofingUsed):
        shop.accounts.recover("customer-1", decision=opening, caller=CLERK)
    with pytest.raises(ProofingOfAnother):
        shop.accounts.recover("customer-1", decision=shop.proofed(name="見本 花子"), caller=CLERK)
    again = shop.proofed()
    assert shop.accounts.recover("customer-1", decision=again, caller=CLERK) == [device]
    assert shop.accounts.authenticators("customer-1") == []
    with pytest.raises(UnknownStepUp):
        shop.registration.passkey_options("customer-1", Ground(step_up=begun["step_up"]), label="電話")
    with pytest.raises(ProofingUsed):
        shop.accounts.recover("customer-1", decision=again, caller=CLERK)
    fresh = shop.begin()
    with pytest.raises(CredentialUnknown):
        shop.answer(fresh, passkey=shop.passkeys[device].answer(nonce_of(_options(shop))))
    new = shop.add_passkey(Ground(decision=again))
    begun = shop.begin()
    assert shop.answer(begun, passkey=shop.with_passkey(begun, new)).evidence is not None
    (leaf,) = shop.leaves("contract.account_recovered")
    assert json.loads(leaf)["removed"] == [device]


def _options(shop: Shop) -> dict[str, Any]:
    from sekisho.contracts.challenges import StoredChallenges
    from sekisho.contracts.evidence.reauthentication.profile import PURPOSE_ASSERTION
    from sekisho.contracts.reauthentication.passkey import to_base64url

    issued = StoredChallenges(shop.workspace).issue(
        purpose=PURPOSE_ASSERTION, application="A-2", moment=shop.clock.now()
    )
    return {"challenge": to_base64url(issued.nonce)}


def test_what_is_removed_answers_nothing(shop: Shop) -> None:
    """Neither from now on, nor in a step-up it had answered; the last one may go, since recovery remains."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin(acr_values=("aal3",))
    shop.answer(begun, passkey=shop.with_passkey(begun, device))
    shop.accounts.remove("customer-1", device, reason="紛失の届出", caller=CLERK)
    with pytest.raises(StrongerNeeded):
        shop.registration.passkey_options("customer-1", Ground(step_up=begun["step_up"]), label="電話")
    with pytest.raises(UnknownAuthenticator):
        shop.accounts.remove("customer-1", device, reason="紛失の届出", caller=CLERK)
    assert len(shop.leaves("contract.authenticator_removed")) == 1
    assert shop.begin()["answers"]["passkey"] is None


def test_another_accounts_authenticator_is_not_removed(shop: Shop) -> None:
    """Nor confirmed."""
    theirs = shop.add_passkey(Ground(decision=shop.open("customer-2")), "customer-2")
    shop.open(name="見本 花子", birth_date="1985-01-01")
    with pytest.raises(UnknownAuthenticator):
        shop.accounts.remove("customer-1", theirs, reason="試し", caller=CLERK)


def test_there_is_an_end_to_authenticators(shop: Shop) -> None:
    """More than anybody needs are refused."""
    ground = Ground(decision=shop.open())
    for _ in range(MAX_AUTHENTICATORS):
        shop.add_passkey(ground)
    with pytest.raises(TooManyAuthenticators):
        shop.add_passkey(ground)
