"""A phone's session is issued with the challenge: the phone signs what our request says, once."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.contracts.challenge_forms import challenge_of
from sekisho.contracts.errors import MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.mdoc.session import (
    PURPOSE,
    openid4vp_browser_transcript,
    openid4vp_transcript,
    transcript_of,
)
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.mdoc.checking import asked, document, issued, ready, verify

DIRECT = {
    "protocol": "openid4vp",
    "client_id": "x509_san_dns:shop.example",
    "response_uri": "https://shop.example/answer",
}
BROWSER = {"protocol": "openid4vp_browser", "origin": "https://shop.example", "key_thumbprint": "ab" * 32}


def made(session: dict[str, Any] | None, agreed_to: str | None = None) -> Challenge:
    """A session as a server issues it."""
    return challenge_of(PURPOSE, application="A-1", agreed_to=agreed_to, moment=build.MOMENT, asked=session)


@pytest.mark.parametrize("session", [DIRECT, BROWSER])
def test_a_phone_answers_an_issued_session(session: dict[str, Any]) -> None:
    """The holder is confirmed by a signature over the session, and only once."""
    challenge = made(session)
    answer = build.card("hanako").answer(challenge)
    store = issued(challenge)
    first = ready().verify(document(answer, challenge), asked("hanako", store=store))
    assert first.report.require_facts()["holder_confirmed"] is True
    again = ready().verify(document(answer, challenge), asked("hanako", store=store))
    assert again.report.failure is not None
    assert again.report.failure.reason == "nonce_used"


def test_an_answer_to_another_session_is_refused() -> None:
    """Each session has a nonce of its own, so an answer given before fits none issued later."""
    before, now = made(DIRECT), made(DIRECT)
    report = verify(build.card("hanako").answer(before), challenge=now).report
    assert report.facts is None


def test_the_transcript_is_the_standards() -> None:
    """What is kept is worked out from the request's parts and the nonce in hexadecimal (OpenID4VP 1.0 B.2.6)."""
    direct, browser = made(DIRECT), made(BROWSER)
    assert transcript_of(direct) == openid4vp_transcript(
        client_id="x509_san_dns:shop.example",
        nonce=direct.nonce.hex(),
        response_uri="https://shop.example/answer",
        key_thumbprint=None,
    )
    assert transcript_of(browser) == openid4vp_browser_transcript(
        origin="https://shop.example", nonce=browser.nonce.hex(), key_thumbprint=b"\xab" * 32
    )


@pytest.mark.parametrize(
    ("session", "agreed_to", "error"),
    [
        (None, None, MissingField),
        (DIRECT, "sha256:00", WrongValue),
        ({}, None, MissingField),
        ({"protocol": "nfc"}, None, WrongValue),
        ({"protocol": "openid4vp", "client_id": "x"}, None, MissingField),
        ({"protocol": ["openid4vp"]}, None, WrongValue),
        (DIRECT | {"transcript": "00"}, None, UnknownField),
        (BROWSER | {"key_thumbprint": "AB"}, None, WrongValue),
        (BROWSER | {"origin": "https://shop.example\nnonce: 00"}, None, WrongValue),
    ],
)
def test_what_no_session_is_made_from(session: dict[str, Any] | None, agreed_to: str | None, error: Any) -> None:
    """A part that is missing, unknown or of another kind is named; a transcript is never taken from anybody."""
    with pytest.raises(error):
        made(session, agreed_to)


def test_only_a_phone_has_a_session() -> None:
    """A signature's challenge takes none."""
    with pytest.raises(WrongValue):
        challenge_of("signing", application="A-1", agreed_to="sha256:00", moment=build.MOMENT, asked=DIRECT)
