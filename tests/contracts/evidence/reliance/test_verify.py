"""Reliance on another firm: what its result must say, and which facts come of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.reliance.kind import RELIANCE
from sekisho.contracts.evidence.reliance.steps import CLAIMS
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import TrustFile
from tests.contracts.evidence.fixtures.openid import MOMENT, SignIn, sign_in

REVISION = "417M60000008167_20260806_508M60000008099"


def told(one: SignIn) -> dict[str, Any]:
    """The verified claims, to change."""
    assert one.userinfo is not None
    found: dict[str, Any] = one.userinfo["verified_claims"]
    return found


def test_a_right_result_gives_every_fact() -> None:
    """Whom one relies on, how they verified, that items are current, that the person authenticated, and agreement."""
    found = sign_in("reliance").verify()
    assert found.report.facts == {
        "at": date(2026, 11, 23),
        "relied_on": "carrier",
        "proofing": "jpki",
        "attributes_latest": True,
        "authenticated_here": True,
        "name_agrees": True,
        "address_agrees": True,
        "birth_date_agrees": True,
    }
    assert found.identifier == "R-2026-0001"
    assert found.shown.name == "見本 太郎"
    assert {result.state for result in found.report.steps} == {StepState.DONE}
    assert any("現行法の方法ではありません" in text.ja for text in found.report.left_to_caller)


def test_method_law_day_and_agreement_stand_in_the_report() -> None:
    """What both sides have to record is in the notes of the steps."""
    report = sign_in("reliance").verify().report.as_document()
    notes = " ".join(step["reason"]["ja"] for step in report["steps"])
    for said in ("見本モバイル", "AG-2026-01", "mihon_jpki", REVISION, "2026-09-10", "2026-11-20", "two-factors"):
        assert said in notes


Change = Callable[[SignIn], Any]


def verification(**changed: Any) -> Change:
    """Members of the verification; ``...`` removes one."""

    def change(one: SignIn) -> None:
        found = told(one)["verification"]
        for name, value in changed.items():
            if value is ...:
                del found[name]
            else:
                found[name] = value

    return change


def process(**changed: Any) -> Change:
    """The assurance process."""
    made = {"policy": REVISION, "procedure": "mihon_jpki"} | changed
    return verification(assurance_process={name: value for name, value in made.items() if value is not ...})


def without_claim(name: str) -> Change:
    """An item that was asked for and isn't there."""
    return lambda one: told(one)["claims"].pop(name)


def twice(one: SignIn) -> None:
    """Two results under the agreed framework."""
    assert one.userinfo is not None
    one.userinfo["verified_claims"] = [told(one), told(one)]


def none_at_all(one: SignIn) -> None:
    """No verified claims anywhere."""
    assert one.userinfo is not None
    del one.userinfo["verified_claims"]


def latest(time: str) -> Change:
    """The record of current items at another time."""
    record = {"type": "electronic_record", "record": {"type": "jp_latest"}, "time": time}
    return verification(evidence=[record])


FAULTS: dict[str, tuple[Change, int, str]] = {
    "no verified claims": (none_at_all, 11, "oidc_verified_claims_missing"),
    "another framework": (verification(trust_framework="jp_aml"), 11, "oidc_trust_framework_differs"),
    "a foreign framework": (verification(trust_framework="eidas"), 11, "oidc_trust_framework_differs"),
    "two results": (twice, 11, "oidc_verified_claims_ambiguous"),
    "evidence of an unknown type": (verification(evidence=[{"type": "hearsay"}]), 11, "oidc_message_malformed"),
    "a level that wasn't agreed on": (verification(assurance_level="low"), 12, "reliance_level_differs"),
    "no level": (verification(assurance_level=...), 12, "reliance_level_differs"),
    "no method": (process(procedure=...), 12, "oidc_verified_claims_missing"),
    "no law": (process(policy=...), 12, "oidc_verified_claims_missing"),
    "no time": (verification(time=...), 12, "oidc_verified_claims_missing"),
    "no record": (verification(verification_process=...), 12, "oidc_verified_claims_missing"),
    "no revision id": (process(policy="the ordinance"), 12, "reliance_policy_refused"),
    "another law": (process(policy="420M60000F5A001_20260401_507M60000F5A001"), 12, "reliance_policy_refused"),
    "a later revision": (process(policy="417M60000008167_20270401_508M60000008094"), 12, "reliance_policy_refused"),
    "verified in the future": (
        verification(time="2026-11-24T12:00:00+09:00"),
        12,
        "reliance_verified_in_the_future",
    ),
    "an item missing": (without_claim("address"), 13, "oidc_verified_claims_missing"),
    "a date of birth that doesn't exist": (
        lambda one: told(one)["claims"].update(birthdate="1990-02-30"),
        13,
        "oidc_message_malformed",
    ),
    "items current in the future": (latest("2026-11-24T12:00:00+09:00"), 14, "reliance_verified_in_the_future"),
    "nothing explained": (lambda one: one.more["consent"].update(explained=False), 16, "reliance_consent_refused"),
    "consent in the future": (
        lambda one: one.more["consent"].update(agreed_at="2026-11-24T12:00:00+09:00"),
        16,
        "reliance_consent_refused",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_name_and_step(name: str) -> None:
    """Each fault is found by its own step, and nothing is relied on."""
    change, step, reason = FAULTS[name]
    one = sign_in("reliance")
    change(one)
    failure = one.verify().report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)
    assert failure.sentence("ja")


def test_a_procedure_that_was_not_agreed_on_is_other() -> None:
    """Nobody guesses what another firm's word means."""
    one = sign_in("reliance")
    process(procedure="jpki")(one)
    facts = one.verify().report.require_facts()
    assert facts["proofing"] == "other"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (latest("2026-10-24T12:00:31+09:00"), True),
        (latest("2026-10-24T12:00:29+09:00"), False),
        (verification(evidence=[]), None),
        (
            verification(
                evidence=[{"type": "document", "record": {"type": "jp_latest"}, "time": "2026-11-22T00:00:00Z"}]
            ),
            None,
        ),
    ],
)
def test_items_are_latest_within_the_agreed_days(change: Change, expected: bool | None) -> None:
    """Thirty days to the second; without such a record it is unknown, not false."""
    one = sign_in("reliance")
    change(one)
    facts = one.verify().report.require_facts()
    assert facts.get("attributes_latest") == expected


def test_nothing_agreed_about_current_items() -> None:
    """Then nobody can tell whether they are."""
    one = sign_in("reliance")
    del one.provider["reliance"]["latest"]
    report = one.verify().report
    assert report.state(14) is StepState.NOT_DONE
    assert "attributes_latest" not in report.require_facts()


def test_who_authenticated_weakly_or_before_did_not_authenticate_here() -> None:
    """A class without two factors, or a session from before the sign-in, is no authentication for this application."""
    now = int(MOMENT.timestamp())
    for changed in ({"acr": "urn:example:password"}, {"auth_time": now - 300}):
        one = sign_in("reliance")
        one.claims.update(changed)
        assert one.verify().report.require_facts()["authenticated_here"] is False


def test_a_document_alone_does_not_say_that_somebody_authenticated_here() -> None:
    """Only our own record ties the sign-in to this application."""
    report = sign_in("reliance").verify(ours=False).report
    assert report.state(15) is StepState.NOT_DONE
    assert "authenticated_here" not in report.require_facts()


def test_difference_and_silence() -> None:
    """Another name is a difference; what the application doesn't state isn't compared."""
    one = sign_in("reliance")
    one.more["stated"]["name"] = "見本 花子"
    del one.more["stated"]["address"]
    facts = one.verify().report.require_facts()
    assert facts["name_agrees"] is False
    assert "address_agrees" not in facts
    assert facts["birth_date_agrees"] is True


def test_claims_in_the_id_token_serve_as_well() -> None:
    """Where the provider puts them into the ID token, no userinfo is needed."""
    one = sign_in("reliance")
    one.claims["verified_claims"] = told(one)
    one.userinfo = None
    assert one.verify().report.require_facts()["proofing"] == "jpki"


@pytest.mark.parametrize(
    "changed",
    [
        {"party": "friend"},
        {"trust_frameworks": ["eidas"]},
        {"trust_frameworks": []},
        {"procedures": {}},
        {"procedures": {"a": "certain"}},
        {"latest": {"record": "x"}},
        {"latest": {"record": "x", "within_days": 4000}},
        {"claims": ["phone_number"]},
        {"shortcut": True},
    ],
)
def test_an_agreement_that_can_not_be_kept_is_refused(changed: dict[str, Any]) -> None:
    """The operator hears of it when the file is added, by the file's name."""
    one = sign_in("reliance")
    one.provider["reliance"].update(changed)
    with pytest.raises(TrustFileRefused) as caught:
        RELIANCE.prepare({"oidc_provider": [TrustFile("f.json", json.dumps(one.provider).encode())]}, moment=MOMENT)
    assert caught.value.fields["name"] == "f.json"
    assert caught.value.fields["problem"].startswith(("reliance_agreement", "oidc_message"))


def test_every_claim_is_accounted_for() -> None:
    """What the declaration's provider says is what the account of claims lists."""
    one = sign_in("reliance")
    assert one.userinfo is not None
    verified = told(one)
    said = [f"verified_claims.claims.{name}" for name in verified["claims"]]
    for name, value in verified["verification"].items():
        below = [f".{inner}" for inner in value] if name == "assurance_process" else [""]
        said += [f"verified_claims.verification.{name}{one}" for one in below]
    assert CLAIMS.unaccounted([*one.claims, *said, "sub"]) - {"verified_claims"} == set()
