"""A whole additional line in a real workspace, on both databases: what counts, for whom, and what is recorded."""

from __future__ import annotations

import json

import pytest

from sekisho.contracts.errors import EvidenceForAnother, WrongValue
from sekisho.contracts.evidence.jpki.errors import NonceForAnother, NonceUsed
from sekisho.contracts.evidence.reauthentication.errors import AuthenticatorUnknown
from sekisho.contracts.evidence.reauthentication.kind import REAUTHENTICATION
from sekisho.contracts.evidence.reauthentication.profile import USE_REGISTRATION
from sekisho.contracts.evidence.verifier import Asked, TrustFile
from sekisho.contracts.reauthentication.errors import MayNotVouch
from sekisho.contracts.reauthentication.service import Ground
from sekisho.contracts.service import Asking
from tests.contracts.reauthentication.surroundings import AT, CLERK, FLOW, Shop, additional_line, jpki_answer


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
