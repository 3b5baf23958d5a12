"""``/v1/contracts/accounts``: a whole additional line over HTTP, and how each refusal looks there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from sekisho.access import service
from sekisho.access.roles import Scope
from sekisho.clock import JAPAN, SystemClock
from sekisho.contracts.reauthentication.passkey import from_base64url
from sekisho.contracts.reauthentication.service import AccountService
from tests.api.conftest import Api
from tests.contracts.applications import ADDRESS, BIRTH, NAME, written
from tests.contracts.evidence.reauthentication.authenticator import ORIGIN, RP_ID, UP, Authenticator

ACCOUNT = "/v1/contracts/accounts/customer%201"
STATED = {"name": NAME, "address": ADDRESS, "birth_date": BIRTH}


def proofed(api: Api) -> str:
    """The id of an accepted decision of just now."""
    now = (SystemClock().now() - timedelta(seconds=5)).astimezone(JAPAN).isoformat()
    shown = {
        "kind": "document_shown", "person": "subject", "at": now, "document": "driving_licence",
        "bears_photo": True, "valid_until": "2040-01-01", "issued_on": "2025-01-01", "altered": False, **STATED,
    }  # fmt: skip
    asked = written(
        channel="face_to_face",
        applied_at=None,
        decided_at=None,
        evidence=[shown],
        subject={"kind": "natural", **STATED},
    )
    answer = api.decide(asked).json()
    assert answer["verdict"] == "accept", answer
    return str(answer["id"])


def post(api: Api, path: str, body: dict[str, Any], status: int = 200, **more: Any) -> dict[str, Any]:
    """One call; the answer's document."""
    answer = api.request("POST", f"{ACCOUNT}{path}", json=body, **more)
    assert answer.status_code == status, answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.fixture
def decision(api: Api) -> str:
    """An open account, and the decision it stands on."""
    AccountService(api.workspace).set_relying_party(RP_ID, name="Example", origins=[ORIGIN], by="stated:legal")
    made = proofed(api)
    post(api, "", {"decision": made})
    return made


def passkey(api: Api, decision: str) -> Authenticator:
    """A registered passkey."""
    device = Authenticator()
    options = post(api, "/passkeys/options", {"decision": decision, "label": "電話"})
    assert options["authenticatorSelection"]["userVerification"] == "required"
    credential = device.register(from_base64url(options["challenge"], "challenge"))
    post(api, "/passkeys", {"decision": decision, "label": "電話", "credential": credential})
    return device


def begin(api: Api, **asked: Any) -> dict[str, Any]:
    """A step-up begun."""
    return post(api, "/step-ups", {"application": "A-2", "stated": STATED, **asked})


def test_an_additional_line(api: Api, decision: str) -> None:
    """Register, step up, and name the evidence in the application."""
    device = passkey(api, decision)
    begun = begin(api, acr_values=["phr"], max_age=300)
    nonce = from_base64url(begun["answers"]["passkey"]["challenge"], "challenge")
    reached = post(api, f"/step-ups/{begun['step_up']}", {"passkey": device.answer(nonce)})
    assert (reached["acr"], reached["level"], reached["amr"]) == ("phr", 2, ["mfa", "pop", "user"])
    match = {
        "kind": "record_match", "person": "subject", "at": SystemClock().now().astimezone(JAPAN).date().isoformat(),
        "record_agrees": True, "billing_address_agrees": True,
    }  # fmt: skip
    second = written(
        application="A-2", event="additional_line", applied_at=None, decided_at=None,
        existing={"verified_contract": True},
        evidence=[match, {"kind": "authentication", "person": "subject", "evidence": reached["evidence"]}],
    )  # fmt: skip
    assert api.decide(second).json()["verdict"] == "accept"
    kept = api.request("GET", f"/v1/contracts/evidence/{reached['evidence']}").json()
    assert (kept["kind"], kept["format"], kept["state"]) == ("authentication", "reauthentication", "verified")


def test_not_enough_yet_is_401_in_the_words_of_rfc_9470(api: Api, decision: str) -> None:
    """The header and the problem name what is needed; the token is not what is wrong."""
    told = post(api, "/codes", {"decision": decision, "label": "アプリ"})
    app = pyotp.TOTP(told["secret"])
    clock = api.workspace.clock
    post(api, f"/codes/{told['authenticator']}", {"code": app.at(clock.now() - timedelta(seconds=30))})
    begun = begin(api)
    answer = api.request("POST", f"{ACCOUNT}/step-ups/{begun['step_up']}", json={"totp": app.at(clock.now())})
    assert answer.status_code == 401
    header = answer.headers["www-authenticate"]
    assert header.startswith('Bearer realm="sekisho", error="insufficient_user_authentication"')
    assert 'acr_values="aal2", max_age="600"' in header
    problem = answer.json()
    assert problem["type"] == "urn:sekisho:problem:insufficient_user_authentication"
    assert (problem["fields"]["acr_values"], problem["fields"]["max_age"], problem["fields"]["level"]) == (
        "aal2",
        600,
        1,
    )
    reached = post(api, f"/step-ups/{begun['step_up']}", {"vouched": "password"})
    assert reached["authenticated"] is True


def test_refusals_have_reason_step_and_status(api: Api, decision: str) -> None:
    """Not found, conflict, wrong evidence with its step, locked out: each its status."""
    device = passkey(api, decision)
    assert post(api, "", {"decision": proofed(api)}, 409)["title"] == "account_exists"
    begun = begin(api)
    nonce = from_base64url(begun["answers"]["passkey"]["challenge"], "challenge")
    wrong = post(api, f"/step-ups/{begun['step_up']}", {"passkey": device.answer(nonce, flags=UP)}, 422)
    assert wrong["title"] == "passkey_user_not_verified"
    assert wrong["detail"].startswith("手順6:")
    assert post(api, "/step-ups/00ff", {"totp": "123456"}, 404)["title"] == "unknown_step_up"
    assert (
        post(api, "/step-ups", {"application": "A-2", "stated": STATED | {"name": "見本 花子"}}, 422)["title"]
        == "stated_of_another"
    )
    for body, title in (
        ({"application": "A-2", "stated": STATED, "acr_values": ["aal9"]}, "wrong_value"),
        ({"application": "A-2", "stated": STATED, "acr_values": "aal2"}, "wrong_value"),
        ({"application": "A-2", "stated": STATED, "max_age": True}, "wrong_value"),
        ({"application": "A-2", "stated": STATED, "extra": 1}, "unknown_field"),
        ({"application": "A-2"}, "missing_field"),
    ):
        assert post(api, "/step-ups", body, 422)["title"] == title
    assert post(api, "/passkeys/options", {"label": "電話"}, 422)["title"] == "ground_missing"
    told = post(api, "/codes", {"decision": decision, "label": "アプリ"})
    right = pyotp.TOTP(told["secret"]).at(api.workspace.clock.now())
    guess = "000000" if right != "000000" else "000001"
    for status, title in ((422, "code_wrong"),) * 5 + ((429, "code_locked_out"),):
        assert post(api, f"/codes/{told['authenticator']}", {"code": guess}, status)["title"] == title
    large = api.request("POST", f"{ACCOUNT}/passkeys", content=b"x" * 70_000)
    assert (large.status_code, large.json()["title"]) == (413, "body_too_large")


def test_list_remove_recover(api: Api, decision: str) -> None:
    """What is registered is listed without secrets; removal and recovery say what went."""
    passkey(api, decision)
    address = f"{ACCOUNT}/authenticators"
    (listed,) = api.request("GET", address).json()["authenticators"]
    assert (listed["kind"], listed["ground"]) == ("passkey", {"decision": decision})
    assert api.request("DELETE", f"{address}/{listed['id']}?reason=紛失").json() == {"removed": [listed["id"]]}
    assert api.request("DELETE", f"{address}/{listed['id']}?reason=紛失").status_code == 404
    assert api.request("DELETE", f"{address}/{listed['id']}").status_code == 422
    assert post(api, "/recovery", {"decision": decision}, 422)["title"] == "proofing_used"
    passkey(api, decision)
    again = proofed(api)
    assert len(post(api, "/recovery", {"decision": again})["removed"]) == 1
    assert api.request("GET", address).json() == {"authenticators": []}


def test_cards_need_a_trusted_authority(api: Api, decision: str) -> None:
    """Without one configured the card's certificate is from nobody known."""
    import base64

    from tests.contracts.reauthentication.surroundings import jpki_answer

    asked = post(api, "/cards/challenge", {"decision": decision})
    document = jpki_answer(bytes.fromhex(asked["nonce"]), base64.b64decode(asked["text"]))
    body = {"decision": decision, "label": "カード", "document": document}
    assert post(api, "/cards", body, 422)["title"] == "issuer_unknown"


def test_only_a_token_that_may_attest_vouches(api: Api, decision: str) -> None:
    """A password that the sign-in checked is the attesting token's word."""
    begun = begin(api)
    now = api.workspace.clock.now()
    with api.workspace.database.read() as connection:
        admin = service.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    deciding = api.workspace.change(
        lambda c: service.issue_token(
            c, actor=admin, staff_id="signup", scopes=[Scope.DECIDE], expires_at=now + timedelta(days=1), now=now
        )
    )
    refused = post(api, f"/step-ups/{begun['step_up']}", {"vouched": "password"}, 403, token=deciding.text)
    assert refused["title"] == "may_not_vouch"
