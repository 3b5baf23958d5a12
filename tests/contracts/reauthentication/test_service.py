"""Accounts and step-ups in a real workspace, on both databases: what counts, once, for whom, and what is recorded."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from sekisho.contracts.errors import EvidenceForAnother, MissingField, UnknownDecision, WrongValue
from sekisho.contracts.evidence.jpki.errors import NonceForAnother, NonceUsed
from sekisho.contracts.evidence.reauthentication.errors import (
    AuthenticatorUnknown,
    ClockBehind,
    CodeUsed,
    CodeWrong,
    CredentialKnown,
    CredentialOfAnother,
    CredentialUnknown,
    LockedOut,
    SignCountWentBack,
    UserNotVerified,
    WrongOrigin,
)
from sekisho.contracts.evidence.reauthentication.kind import REAUTHENTICATION
from sekisho.contracts.evidence.reauthentication.profile import USE_REGISTRATION
from sekisho.contracts.evidence.verifier import Asked, TrustFile
from sekisho.contracts.reauthentication import proofing
from sekisho.contracts.reauthentication.errors import (
    AccountExists,
    GroundMissing,
    MayNotVouch,
    NoRelyingParty,
    ProofingNotAccepted,
    ProofingOfAnother,
    ProofingTooOld,
    ProofingUsed,
    RegistrationOver,
    RelyingPartyRefused,
    StatedOfAnother,
    StepUpOver,
    StrongerNeeded,
    TooManyAuthenticators,
    UnknownAccount,
    UnknownAuthenticator,
    UnknownStepUp,
)
from sekisho.contracts.reauthentication.service import MAX_AUTHENTICATORS, AccountService, Ground
from sekisho.contracts.reauthentication.step_up_service import STEP_UP_LIFE
from sekisho.contracts.reauthentication.totp import FIRST_LOCK, FREE_FAILURES
from sekisho.contracts.service import Asking
from tests.contracts.applications import written
from tests.contracts.evidence.reauthentication.authenticator import BE, GOOD, UP, Authenticator
from tests.contracts.reauthentication.surroundings import (
    AT,
    CLERK,
    FLOW,
    HOLDER,
    OTHER,
    Shop,
    additional_line,
    jpki_answer,
    nonce_of,
)

# --- a whole additional line -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
def test_an_additional_line_by_passkey(shop: Shop, algorithm: str) -> None:
    """Proofed, registered, stepped up, decided: the evidence counts as verified, and each act is a leaf."""
    ground = Ground(decision=shop.open())
    device = shop.add_passkey(ground, algorithm=algorithm)
    begun = shop.begin(acr_values=("phr", "aal2"))
    result = shop.answer(begun, passkey=shop.with_passkey(begun, device))
    document = result.as_document()
    assert (document["authenticated"], document["acr"], document["level"]) == (True, "phr", 2)
    assert (document["auth_time"], document["amr"]) == (int(AT.timestamp()), ["mfa", "pop", "user"])
    assert result.evidence is not None
    decided = shop.contracts.decide(additional_line(result.evidence), CLERK, Asking()).document
    assert decided["verdict"] == "accept"
    assert len(shop.leaves("contract.account_opened")) == 1
    assert len(shop.leaves("contract.authenticator_registered")) == 1
    (answered,) = (json.loads(body) for body in shop.leaves("contract.authentication"))
    assert (answered["held"], answered["means"], answered["authenticator"]) == (True, "passkey", device)
    assert "UV=1 BE=0 BS=0" in answered["report"]["steps"][7]["reason"]["en"]


def test_what_was_kept_is_verified_again_away_from_the_service(shop: Shop) -> None:
    """The registration from the list and the stored step-up are all that is needed."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    (listed,) = shop.accounts.authenticators("customer-1")
    begun = shop.begin()
    result = shop.answer(begun, passkey=shop.with_passkey(begun, device))
    assert result.evidence is not None
    stored = _document(shop, result.evidence)
    files = {USE_REGISTRATION: [TrustFile("r.json", json.dumps(listed["registration"]).encode())]}
    report = REAUTHENTICATION.prepare(files, moment=AT).verify(stored, Asked(application="", moment=AT)).report
    assert report.require_facts()["phishing_resistant"] is True


def _document(shop: Shop, evidence: str) -> bytes:
    from sqlalchemy import select

    from sekisho.contracts.tables import contract_evidence
    from sekisho.store.personal import PersonalColumn

    with shop.workspace.database.read() as connection:
        row = connection.execute(select(contract_evidence).where(contract_evidence.c.id == evidence)).one()
    opened = PersonalColumn("contract_evidence", "body").open(
        shop.workspace.keyring, row.body, row_id=row.id, key=row.key
    )
    return str(opened["document"]).encode()


def test_evidence_serves_one_application_and_person(shop: Shop) -> None:
    """Another application can't name it."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin(application="A-2")
    result = shop.answer(begun, passkey=shop.with_passkey(begun, device))
    assert result.evidence is not None
    with pytest.raises(EvidenceForAnother):
        shop.contracts.decide(additional_line(result.evidence, application="A-3"), CLERK, Asking())


def test_a_code_alone_is_not_enough_and_a_password_beside_it_is(shop: Shop) -> None:
    """One factor: what is needed is told in RFC 9470's words. With what the operator vouches for: two."""
    app = shop.add_totp(Ground(decision=shop.open()))
    begun = shop.begin()
    assert begun["answers"] == {"totp": True, "passkey": None, "jpki": None}
    first = shop.answer(begun, totp=shop.code(app))
    assert first.evidence is None
    told = first.as_document()
    assert (told["error"], told["acr_values"], told["max_age"], told["level"]) == (
        "insufficient_user_authentication",
        "aal2",
        600,
        1,
    )
    with pytest.raises(MayNotVouch):
        shop.answer(begun, vouched="password", caller=FLOW)
    second = shop.answer(begun, vouched="password")
    assert second.evidence is not None
    facts = second.report.require_facts()
    assert (facts["factors"], facts["distinct_factors"], facts["sms_code_used"], facts["phishing_resistant"]) == (
        frozenset({"possession", "knowledge"}),
        2,
        False,
        False,
    )
    with pytest.raises(WrongValue):
        shop.answer(begun, vouched="question")


def test_a_code_by_sms_is_on_record_for_the_house_rule(shop: Shop) -> None:
    """A second possession adds no factor; with a password it does, and the fact says that a code by SMS was used."""
    app = shop.add_totp(Ground(decision=shop.open()))
    begun = shop.begin()
    shop.answer(begun, totp=shop.code(app))
    assert shop.answer(begun, vouched="sms_code").evidence is None
    result = shop.answer(begun, vouched="password")
    assert result.report.require_facts()["sms_code_used"] is True
    assert result.evidence is not None
    before = shop.contracts.decide(additional_line(result.evidence, at=shop.clock.now()), CLERK, Asking()).document
    assert before["verdict"] == "accept"
    shop.contracts.adopt("house-authentication", by="stated:legal")
    after = shop.contracts.decide(additional_line(result.evidence, at=shop.clock.now()), CLERK, Asking()).document
    assert after["verdict"] != "accept"


def test_what_is_only_vouched_for_makes_no_evidence(shop: Shop) -> None:
    """Password and code by SMS are two factors, none of them verified here."""
    shop.open()
    begun = shop.begin()
    shop.answer(begun, vouched="password")
    assert shop.answer(begun, vouched="sms_code").evidence is None


def test_a_card_linked_to_the_account(shop: Shop) -> None:
    """A user-authentication certificate is known by issuer and serial number; card and PIN are two factors."""
    shop.trust_jpki()
    shop.add_jpki(Ground(decision=shop.open()))
    begun = shop.begin()
    asked = begun["answers"]["jpki"]
    reply = jpki_answer(bytes.fromhex(asked["nonce"]), asked["text"].encode())
    result = shop.answer(begun, jpki=reply)
    assert result.evidence is not None
    facts = result.report.require_facts()
    assert (facts["jpki_authentication"], facts["distinct_factors"]) == (True, 2)
    assert "phishing_resistant" not in facts
    with pytest.raises(NonceUsed):
        shop.answer(begun, jpki=reply)


def test_a_card_of_another_account_or_of_none(shop: Shop) -> None:
    """The certificate is good, and not this account's: refused, and on record."""
    shop.trust_jpki()
    ground = Ground(decision=shop.open())
    shop.add_passkey(ground)
    shop.open("customer-2", name="見本 花子", birth_date="1985-01-01")
    begun = shop.begin()
    asked = shop.registration.jpki_challenge("customer-1", ground)
    with pytest.raises(NonceForAnother):
        shop.answer(begun, jpki=jpki_answer(asked.nonce, asked.text))
    assert begun["answers"]["jpki"] is None
    shop.add_jpki(ground)
    begun = shop.begin()
    asked_again = begun["answers"]["jpki"]
    shop.accounts.remove("customer-1", _only(shop, "jpki"), reason="紛失", caller=CLERK)
    with pytest.raises(AuthenticatorUnknown):
        shop.answer(begun, jpki=jpki_answer(bytes.fromhex(asked_again["nonce"]), asked_again["text"].encode()))
    assert not json.loads(shop.leaves("contract.authentication")[-1])["held"]


def _only(shop: Shop, kind: str, account: str = "customer-1") -> str:
    (found,) = (each["id"] for each in shop.accounts.authenticators(account) if each["kind"] == kind)
    return str(found)


# --- one fault at a time ---------------------------------------------------------------------------------------------


def test_a_passkey_without_user_verification(shop: Shop) -> None:
    """Refused at its step, whoever asks, and the failure is a leaf."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    with pytest.raises(UserNotVerified) as caught:
        shop.answer(begun, passkey=shop.with_passkey(begun, device, flags=UP))
    assert caught.value.step == 6
    assert json.loads(shop.leaves("contract.authentication")[-1])["held"] is False
    with pytest.raises(NonceUsed):
        shop.answer(begun, passkey=shop.with_passkey(begun, device))


def test_a_passkey_from_another_page(shop: Shop) -> None:
    """The configuration decides, not the request."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    with pytest.raises(WrongOrigin):
        shop.answer(begun, passkey=shop.with_passkey(begun, device, origin="https://evil.example"))


def test_an_answer_is_for_one_application_and_counts_once(shop: Shop) -> None:
    """A challenge of another application's step-up is refused; a replay too."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    first, second = shop.begin(application="A-2"), shop.begin(application="A-3")
    with pytest.raises(NonceForAnother):
        shop.answer(second, passkey=shop.with_passkey(first, device))
    third = shop.begin(application="A-2")
    credential = shop.with_passkey(third, device)
    assert shop.answer(third, passkey=credential).evidence is not None
    with pytest.raises(NonceUsed):
        shop.answer(third, passkey=credential)


def test_a_counter_that_goes_back(shop: Shop) -> None:
    """A copy with an older counter is refused; the right one goes on."""
    device = shop.add_passkey(Ground(decision=shop.open()), counts=True)
    for _ in range(2):
        begun = shop.begin()
        shop.answer(begun, passkey=shop.with_passkey(begun, device))
    begun = shop.begin()
    with pytest.raises(SignCountWentBack) as caught:
        shop.answer(begun, passkey=shop.with_passkey(begun, device, count=2))
    assert caught.value.step == 9
    begun = shop.begin()
    assert shop.answer(begun, passkey=shop.with_passkey(begun, device)).evidence is not None


def test_a_flipped_backup_flag_is_told(shop: Shop) -> None:
    """Accepted with a finding, in the answer and in the ledger."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    result = shop.answer(begun, passkey=shop.with_passkey(begun, device, flags=GOOD | BE))
    assert result.findings == ("backup_eligible_changed",)
    assert result.evidence is not None
    assert json.loads(shop.leaves("contract.authentication")[-1])["findings"] == ["backup_eligible_changed"]


def test_a_passkey_of_another_account_or_of_nobody(shop: Shop) -> None:
    """Each is told apart, and neither counts."""
    mine = shop.add_passkey(Ground(decision=shop.open()))
    theirs = shop.add_passkey(
        Ground(decision=shop.open("customer-2", name="見本 花子", birth_date="1985-01-01")), "customer-2"
    )
    begun = shop.begin()
    with pytest.raises(CredentialOfAnother):
        shop.answer(begun, passkey=shop.with_passkey(begun, theirs))
    begun = shop.begin()
    with pytest.raises(CredentialUnknown):
        shop.answer(begun, passkey=Authenticator().answer(nonce_of(begun["answers"]["passkey"])))
    assert shop.accounts.authenticators("customer-1")[0]["id"] == mine


def test_a_passkey_is_registered_once(shop: Shop) -> None:
    """Neither again to the same account nor to another."""
    ground = Ground(decision=shop.open())
    device = shop.passkeys[shop.add_passkey(ground)]
    options = shop.registration.passkey_options("customer-1", ground, label="電話")
    with pytest.raises(CredentialKnown):
        shop.registration.register_passkey(
            "customer-1", ground, device.register(nonce_of(options)), label="電話", caller=CLERK
        )


def test_codes_count_once_even_at_once(shop: Shop) -> None:
    """The code that confirmed the app is used; another counts for one of those who send it at the same time."""
    app = shop.add_totp(Ground(decision=shop.open()))
    with pytest.raises(CodeUsed):
        shop.answer(shop.begin(), totp=shop.code(app, -1))
    begun = [shop.begin(application=f"A-{n}") for n in range(6)]
    code = shop.code(app)

    def attempt(one: dict[str, Any]) -> bool:
        try:
            shop.answer(one, totp=code)
        except CodeUsed:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, begun)) == 1


def test_codes_out_of_their_time(shop: Shop) -> None:
    """A slow clock is told; a fast one, and a wrong code, are wrong."""
    app = shop.add_totp(Ground(decision=shop.open()))
    shop.clock.advance(timedelta(minutes=10))
    with pytest.raises(ClockBehind):
        shop.answer(shop.begin(), totp=shop.code(app, -4))
    with pytest.raises(CodeWrong):
        shop.answer(shop.begin(), totp=shop.code(app, 4))


def test_guessing_locks_codes_and_not_passkeys(shop: Shop) -> None:
    """After five wrong codes the right one waits for the time that is told; a passkey works meanwhile."""
    ground = Ground(decision=shop.open())
    device = shop.add_passkey(ground)
    app = shop.add_totp(ground)
    wrong = "000000" if shop.code(app) != "000000" else "000001"
    for _ in range(FREE_FAILURES):
        with pytest.raises((CodeWrong, ClockBehind)):
            shop.answer(shop.begin(), totp=wrong)
    with pytest.raises(LockedOut) as caught:
        shop.answer(shop.begin(), totp=shop.code(app))
    assert caught.value.fields["until"] == (shop.clock.now() + FIRST_LOCK).isoformat()
    begun = shop.begin()
    assert shop.answer(begun, passkey=shop.with_passkey(begun, device)).evidence is not None
    shop.clock.advance(FIRST_LOCK)
    assert shop.answer(shop.begin(), totp=shop.code(app)).answer.derived.level == 1


def test_an_account_without_an_app(shop: Shop) -> None:
    """There is nothing to check a code with."""
    shop.open()
    with pytest.raises(AuthenticatorUnknown):
        shop.answer(shop.begin(), totp="123456")


# --- registration, removal, recovery ---------------------------------------------------------------------------------


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


# --- step-ups --------------------------------------------------------------------------------------------------------


def test_a_step_up_is_for_the_accounts_own_holder(shop: Shop) -> None:
    """An application about somebody else isn't authenticated by this account."""
    shop.add_passkey(Ground(decision=shop.open()))
    with pytest.raises(StatedOfAnother):
        shop.begin(stated=OTHER)


def test_a_step_up_ends(shop: Shop) -> None:
    """After a quarter of an hour; another account doesn't have it; old answers don't count in a long one."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    app = shop.add_totp(Ground(decision=shop.proofed()))
    begun = shop.begin(max_age=timedelta(seconds=60))
    shop.answer(begun, vouched="password")
    shop.clock.advance(timedelta(seconds=61))
    assert shop.answer(begun, totp=shop.code(app)).evidence is None
    shop.clock.advance(STEP_UP_LIFE)
    with pytest.raises(StepUpOver):
        shop.answer(begun, passkey=shop.with_passkey(begun, device))
    shop.open("customer-2", name="見本 花子", birth_date="1985-01-01")
    with pytest.raises(UnknownStepUp):
        shop.answer(shop.begin(), "customer-2", totp="123456")


def test_replies_have_one_answer(shop: Shop) -> None:
    """None, two, or one nobody knows is refused by its field."""
    shop.open()
    begun = shop.begin()
    for reply in ({}, {"totp": "123456", "vouched": "password"}, {"sms": "1"}, {"totp": 123456}):
        with pytest.raises((WrongValue, MissingField)):
            shop.answer(begun, **reply)


def test_old_step_ups_are_forgotten(shop: Shop) -> None:
    """A day later their rows are gone with the next one begun."""
    device = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    shop.answer(begun, passkey=shop.with_passkey(begun, device))
    shop.clock.advance(timedelta(days=2))
    shop.begin()
    with pytest.raises(UnknownStepUp):
        shop.answer(begun, totp="123456")


def test_nothing_personal_or_secret_stands_in_the_tables(shop: Shop) -> None:
    """Account, name, credential and secret are encrypted; ledger leaves hold none of them."""
    from sqlalchemy import text

    ground = Ground(decision=shop.open("customer-secret"))
    device = shop.add_passkey(ground, "customer-secret")
    app = shop.add_totp(ground, "customer-secret")
    begun = shop.begin("customer-secret", application="A-SECRET")
    shop.answer(begun, "customer-secret", passkey=shop.with_passkey(begun, device))
    words = ["customer-secret", "関所 玲", "A-SECRET", shop.secrets[app], shop.passkeys[device].credential_id.hex()]
    tables = ("contract_account", "contract_authenticator", "contract_step_up", "contract_authentication")
    with shop.workspace.database.read() as connection:
        stored = "".join(
            str([bytes(each).hex() if isinstance(each, (bytes, memoryview)) else each for each in row])
            for table in (*tables, "contract_challenge", "contract_account_proofing")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608  names of ours
        )
    told = b"".join(
        body
        for kind in ("account_opened", "authenticator_registered", "authentication")
        for body in shop.leaves(f"contract.{kind}")
    ).decode()
    for word in words:
        assert word not in stored
        assert word.encode().hex() not in stored
        assert word not in told


# --- configuration ---------------------------------------------------------------------------------------------------


def test_the_domain_is_configured_and_on_record(shop: Shop) -> None:
    """One at a time, exact; a page outside the domain is refused."""
    shop.accounts.set_relying_party("example.jp", name="E", origins=["https://example.jp"], by="stated:legal")
    assert shop.accounts.relying_party().origins == ("https://example.jp",)
    assert len(shop.leaves("contract.relying_party_set")) == 2
    with pytest.raises(RelyingPartyRefused):
        shop.accounts.set_relying_party("example.jp", name="E", origins=["https://evil.example"], by="x")


def test_without_a_domain_there_are_no_passkeys(tmp_path: Any) -> None:
    """Said so, and codes work all the same."""
    from tests.contracts.reauthentication.surroundings import make

    with make(tmp_path) as workspace:
        shop = Shop.over(workspace)
        ground = Ground(decision=shop.open())
        with pytest.raises(NoRelyingParty):
            AccountService(workspace).relying_party()
        with pytest.raises(NoRelyingParty):
            shop.registration.passkey_options("customer-1", ground, label="電話")
        shop.add_totp(ground)
