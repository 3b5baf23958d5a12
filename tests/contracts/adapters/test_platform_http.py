"""A platform operator over real HTTP: the adapter against the simulator on loopback, with each way of going wrong."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from sekisho.clock import FixedClock
from sekisho.contracts.adapters.bounded_http import AdapterAddressRefused, Host, Key
from sekisho.contracts.adapters.platform_http import PlatformHttp
from sekisho.contracts.evidence.jpki.errors import RevocationNotChecked
from sekisho.contracts.evidence.jpki.model import RevocationAnswer, RevocationMethod, RevocationState
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.path import Authority, IssuedCertificate, require_issued
from sekisho.contracts.simulators import jpki_platform as simulator
from sekisho.contracts.simulators.jpki_platform import DELAY, Running
from sekisho.contracts.simulators.loopback import Fault
from tests.contracts.cards import AT, card, jpki

SECRET = "made-up-platform-key"


@pytest.fixture
def running() -> Iterator[Running]:
    """A platform operator for one test, which knows the applicant's card as good."""
    with simulator.start(clock=FixedClock(AT)) as one:
        one.know(jpki().id_of(card()))
        yield one


def issued() -> IssuedCertificate:
    """The applicant's certificate, as the verifier has it when it asks."""
    return require_issued(parse_certificate(card().certificate), (Authority.of(jpki().authority(Purpose.SIGNING)),))


def ask(address: str, *, timeout: float = 5) -> RevocationAnswer:
    """What the adapter makes of it."""
    return PlatformHttp(Host(address), Key(SECRET), timeout).status(issued(), AT)


def problem(address: str, *, timeout: float = 5) -> str:
    """Why there was no answer."""
    with pytest.raises(RevocationNotChecked) as caught:
        ask(address, timeout=timeout)
    assert SECRET not in str(caught.value)
    return str(caught.value.fields["problem"])


@pytest.mark.parametrize("state", [RevocationState.GOOD, RevocationState.REVOKED, RevocationState.EXPIRED])
def test_what_it_knows(running: Running, state: RevocationState) -> None:
    """State, method, as of when, and who answered: a simulator says that it is one."""
    running.know(jpki().id_of(card()), state)
    revoked = state is RevocationState.REVOKED
    assert ask(running.address) == RevocationAnswer(
        state,
        RevocationMethod.PLATFORM,
        AT if revoked else AT - DELAY,
        "simulator (127.0.0.1): SIMULATOR platform operator (crl)",
        AT if revoked else None,
    )
    assert running.asked == 1


def test_a_certificate_it_was_never_told_of_is_unknown(running: Running) -> None:
    """Unknown is an answer: neither good nor revoked."""
    running.states.clear()
    assert ask(running.address).state is RevocationState.UNKNOWN


def test_it_cannot_check_itself(running: Running) -> None:
    """The operator's own lack of an answer is ours."""
    running.problem = "J-LIS is down"
    assert problem(running.address).endswith("SIMULATOR platform operator could not check: J-LIS is down")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(status=HTTPStatus.SERVICE_UNAVAILABLE), "HTTP 503"),
        (Fault(redirect_to="https://elsewhere.example/"), "HTTP 302"),
        (Fault(body=b""), "unintelligible (not_json)"),
        (Fault(body=b"<html>maintenance</html>"), "unintelligible (not_json)"),
        (Fault(body=b"{}"), "unintelligible (missing_field)"),
        (Fault(body=b" " * 5_000), "more than 4096 bytes"),
        (Fault(body=b"\xff\xfe"), "unintelligible (not_json)"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_isnt_an_answer_says_nothing(running: Running, fault: Fault, why: str) -> None:
    """Each is could-not-check, in a few words that hold nothing of key or answer."""
    running.fault = fault
    assert problem(running.address) == f"simulator (127.0.0.1): {why}"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"nonce": "00" * 16}, "an answer to another question"),
        ({"serial": "1"}, "an answer to another question"),
        ({"issuer_sha256": "0" * 64}, "an answer to another question"),
        ({"state": "fine"}, "unintelligible (wrong_value)"),
        ({"state": True}, "unintelligible (wrong_value)"),
        ({"as_of": None}, "an answer that doesn't say how and as of when"),
        ({"method": None}, "an answer that doesn't say how and as of when"),
        ({"as_of": "yesterday"}, "unintelligible (wrong_value)"),
        ({"method": "hearsay"}, "unintelligible (wrong_value)"),
        ({"answered_by": "見本"}, "unintelligible (wrong_value)"),
        ({"revoked_at": AT.isoformat()}, "an answer that contradicts itself"),
        ({"more": 1}, "unintelligible (unknown_field)"),
    ],
    ids=lambda one: "" if isinstance(one, str) else json.dumps(one),
)
def test_an_answer_that_isnt_ours(
    running: Running, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], why: str
) -> None:
    """To another question, of another form, or about nothing: never a state."""
    real = Running.answer
    monkeypatch.setattr(Running, "answer", lambda self, asked: real(self, asked) | changed)
    assert problem(running.address) == f"simulator (127.0.0.1): {why}"


def test_the_question_holds_nothing_of_the_person(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the certificate by issuer and serial number, and each has a nonce of its own."""
    asked: list[dict[str, Any]] = []
    real = Running.answer

    def noted(self: Running, one: dict[str, Any]) -> dict[str, Any]:
        asked.append(one)
        return real(self, one)

    monkeypatch.setattr(Running, "answer", noted)
    ask(running.address)
    ask(running.address)
    assert [sorted(one) for one in asked] == [["issuer_sha256", "nonce", "serial"]] * 2
    assert asked[0]["nonce"] != asked[1]["nonce"]
    assert int(asked[0]["serial"], 16) == card().serial


def test_a_slow_operator_is_given_up(running: Running) -> None:
    """Somebody waits at the counter."""
    running.fault = Fault(wait_seconds=5)
    assert problem(running.address, timeout=0.2) == "simulator (127.0.0.1): timed out"


def test_an_operator_that_isnt_there() -> None:
    """No connection is no answer."""
    with simulator.start() as gone:
        address = gone.address
    assert problem(address, timeout=1).endswith("no connection, or it broke")


def test_an_address_that_cannot_be_believed_is_refused() -> None:
    """Whoever sits between could answer in its name."""
    with pytest.raises(AdapterAddressRefused):
        PlatformHttp(Host("http://platform.example"), Key(SECRET))


def test_a_question_that_cannot_be_read_is_refused(running: Running) -> None:
    """The simulator is as strict as a real party: no key, no path, no sense, no answer."""
    import httpx

    with httpx.Client(base_url=running.address, trust_env=False) as http:
        key = {"Authorization": "Bearer x"}
        assert http.post("/certificate-status", json={}).status_code == 403
        assert http.post("/elsewhere", json={}, headers=key).status_code == 403
        assert http.post("/certificate-status", content=secrets.token_bytes(40), headers=key).status_code == 400
        assert http.post("/certificate-status", json=[], headers=key).status_code == 400
        answer = http.post("/certificate-status", json={"issuer_sha256": "0", "serial": "1", "nonce": "2"}, headers=key)
        assert (answer.json()["state"], "X-Sekisho-Simulator" in answer.headers) == ("unknown", True)
    assert running.states[jpki().id_of(card())][1] - AT == timedelta(0)
