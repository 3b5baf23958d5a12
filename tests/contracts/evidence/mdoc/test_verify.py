"""Smartphone cards that are as they should be, and what a report says where something is missing."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import cbor2
import pytest

from sekisho.contracts.evidence.jpki.errors import NonceUsed
from sekisho.contracts.evidence.mdoc import session
from sekisho.contracts.evidence.mdoc.errors import RevocationUnknown
from sekisho.contracts.evidence.mdoc.model import VerifiedRecord
from sekisho.contracts.evidence.mdoc.steps import STEPS
from sekisho.contracts.evidence.steps import StepState, Walk
from sekisho.contracts.evidence.verifier import TrustFile
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.mdoc.checking import (
    answered,
    asked,
    document,
    encoded,
    issued,
    prepared,
    ready,
    states,
    verify,
)

ALL_AGREE = {"name_agrees": True, "address_agrees": True, "birth_date_agrees": True}
PROVEN = {**ALL_AGREE, "issuer_signature_valid": True, "holder_confirmed": True}


@pytest.mark.parametrize("slug", build.DECLARED["cards"])
def test_every_algorithm(slug: str) -> None:
    """ES256, ES384, ES512 and EdDSA, brainpool too, by issuer and phone, with each digest: everything is proven."""
    found = answered(slug)
    assert found.report.require_facts() == PROVEN
    assert set(states(found.report).values()) == {"done", "not_done"}
    assert states(found.report)[13] == "not_done"
    name, address, birth = build.stated(slug)
    assert (found.shown.name, found.shown.address, found.shown.birth_date) == (name, address, birth)
    payload = cbor2.dumps(build.embed(build.card(slug).object()))
    assert found.identifier == hashlib.sha256(payload).hexdigest()


def test_what_only_the_issuer_signed() -> None:
    """Without the phone's signature the holder is unknown, and the report says that a copy can't be excluded."""
    for raw, form in (
        (cbor2.dumps(build.card("hanako").issued()), "issuer_signed"),
        (encoded(build.card("hanako").issued()), "device_response"),
    ):
        report = verify(raw, form=form).report
        assert report.require_facts() == {**ALL_AGREE, "issuer_signature_valid": True}
        assert states(report)[1] == states(report)[12] == "not_done"
        assert "a copied record" in report.left_to_caller[-1].en


def test_a_session_that_is_not_asked_for() -> None:
    """A phone's signature without a session of ours proves nothing: the holder stays unknown."""
    report = verify(build.card("hanako").answer(build.new_session())).report
    assert "holder_confirmed" not in report.require_facts()
    assert states(report)[12] == "not_done"


def test_a_session_that_the_document_brings() -> None:
    """Then the signature is verified and shows no sender, because neither issue nor reuse could be checked."""
    challenge = build.new_session()
    brought = {
        "nonce": challenge.nonce.hex(),
        "text": base64.b64encode(challenge.text).decode(),
        "expires_at": challenge.expires_at.isoformat(),
    }
    raw = document(build.card("hanako").answer(challenge), session=brought)
    report = ready().verify(raw, asked("hanako")).report
    assert states(report)[1] == states(report)[12] == "done"
    assert report.require_facts() == {**ALL_AGREE, "issuer_signature_valid": True}
    assert "an earlier answer" in report.left_to_caller[-1].en


def test_a_session_counts_once() -> None:
    """The same answer a second time is refused at step 1, and the session is used up even by an answer that fails."""
    challenge = build.new_session()
    store = issued(challenge)
    raw = document(build.card("hanako").answer(challenge), challenge)
    assert ready().verify(raw, asked("hanako", store=store)).report.require_facts() == PROVEN
    again = ready().verify(raw, asked("hanako", store=store)).report
    assert isinstance(again.failure, NonceUsed)
    assert again.failure.step == 1
    other = build.new_session(seed="another")
    store = issued(other)
    assert ready().verify(document(b"\xa0", other), asked("hanako", store=store)).report.failure is not None
    raw = document(build.card("hanako").answer(other), other)
    assert isinstance(ready().verify(raw, asked("hanako", store=store)).report.failure, NonceUsed)


def test_a_mac_in_place_of_a_signature() -> None:
    """Only the reader's private key could verify it: could not check, and the holder stays unknown."""
    challenge = build.new_session()
    device = {
        "nameSpaces": build.embed(b"\xa0"),
        "deviceAuth": {"deviceMac": [b"\xa1\x01\x05", {}, None, bytes(32)]},
    }
    report = verify(encoded(build.card("hanako").issued(), device), challenge=challenge).report
    assert states(report)[12] == "could_not_check"
    assert "holder_confirmed" not in report.require_facts()


def test_no_authority_configured() -> None:
    """Read, not authenticated: what agrees is told, the issuer's signature and the holder are unknown."""
    for trust in (prepared(authority=(), revocation_list=()), ready()):
        card = build.card("hanako") if trust is not ready() else _by("other")
        challenge = build.new_session()
        found = verify(card.answer(challenge), challenge=challenge, trust=trust)
        assert found.report.require_facts() == ALL_AGREE
        assert states(found.report)[4] == "could_not_check"
        assert states(found.report)[11] == states(found.report)[12] == "not_done"


def test_no_current_list() -> None:
    """Without a list of this moment the signer isn't known to be good, so its signature isn't either."""
    later = build.MOMENT + timedelta(days=60)
    for trust, moment in ((prepared(revocation_list=()), build.MOMENT), (ready(), later)):
        report = verify(build.card("hanako").answer(build.new_session()), trust=trust, moment=moment).report
        assert report.require_facts() == ALL_AGREE
        result = report.steps[11]
        assert (result.state, result.error) == (StepState.COULD_NOT_CHECK, RevocationUnknown.reason)


def test_a_record_that_can_be_revoked() -> None:
    """Where it names a place to ask, step 13 says that nobody asked."""
    card = build.card("hanako")
    signed = build.issuer_signed(card.items, card.object(status={"status_list": {"idx": 1, "uri": "x"}}), card.signer)
    report = verify(encoded(signed)).report
    assert states(report)[13] == "could_not_check"
    assert report.require_facts()["issuer_signature_valid"] is True


def test_more_than_is_needed() -> None:
    """Elements that aren't used are counted, sex makes no fact, fields of later versions are named by their number."""
    values = {**build.elements(build.DECLARED["cards"]["hanako"]), (build.ISO, "sex"): 2, (build.JP, "hobby"): "shogi"}
    card = build.Card("hanako", build.signer("digital"), build.card("hanako").phone, "SHA-256", build.items_of(values))
    signed = build.issuer_signed(card.items, card.object(laterField=1), card.signer)
    report = verify(encoded(signed)).report
    assert report.require_facts() == {**ALL_AGREE, "issuer_signature_valid": True}
    assert "2 elements" in report.steps[9].reason.en
    assert "1 fields" in report.steps[6].reason.en


def test_an_application_that_says_something_else() -> None:
    """Items that differ are facts, and they say which."""
    facts = verify(encoded(build.card("hanako").issued()), slug="taro").report.require_facts()
    assert (facts["name_agrees"], facts["address_agrees"], facts["birth_date_agrees"]) == (False, False, False)
    report = verify(encoded(build.card("hanako").issued()), slug=None).report
    assert report.require_facts() == {"issuer_signature_valid": True}


def test_a_report_holds_nothing_personal() -> None:
    """Neither name, address, date nor photo reach the report or the text of what was verified."""
    found = answered()
    spec = build.DECLARED["cards"]["hanako"]
    written = json.dumps(found.report.as_document(), ensure_ascii=False) + repr(found)
    assert all(spec[item] not in written for item in ("name", "address", "birth_date", "photo"))


def test_the_last_moment() -> None:
    """A record counts from its first moment up to, and not including, its last."""
    raw = encoded(build.card("hanako").issued())
    trust = prepared(
        revocation_list=[TrustFile("list", build.crl("digital", following=datetime(2030, 1, 1, tzinfo=UTC)))]
    )
    assert verify(raw, moment=build.LAST - timedelta(seconds=1), trust=trust).report.failure is None
    assert verify(raw, moment=build.FIRST, trust=trust).report.failure is None
    for outside in (build.LAST, build.FIRST - timedelta(seconds=1)):
        failure = verify(raw, moment=outside, trust=trust).report.failure
        assert failure is not None
        assert (failure.reason, failure.step) == ("card_record_validity", 8)


def test_nothing_but_a_walk_makes_a_verified_record() -> None:
    """A verified record needs the proof of its steps, and of the holder's where it says so."""
    walk = Walk(STEPS)
    with walk.step(0):
        pass
    with pytest.raises(TypeError):
        VerifiedRecord(None, None, "", False, walk.proof(0))  # type: ignore[arg-type]  # never read: the proof is refused


def test_a_moment_is_aware() -> None:
    """A time without its offset is the caller's mistake."""
    with pytest.raises(ValueError, match="aware"):
        verify(encoded(build.card("hanako").issued()), moment=datetime(2026, 11, 23))  # noqa: DTZ001  # the mistake


def _by(slug: str) -> build.Card:
    card = build.card("hanako")
    return build.Card("hanako", build.signer(slug), card.phone, card.digest, card.items)


def test_transcripts_are_those_of_the_specification() -> None:
    """The examples of OpenID4VP 1.0 Appendix B.2.6.1 and B.2.6.2 come out byte for byte."""
    thumbprint = bytes.fromhex("4283ec927ae0f208daaa2d026a814f2b22dca52cf85ffa8f3f8626c6bd669047")
    nonce = "exc7gBkxjx1rdc9udRrveKvSsJIq80avlXeLHhGwqtA"
    found = session.openid4vp_transcript(
        client_id="x509_san_dns:example.com",
        nonce=nonce,
        response_uri="https://example.com/response",
        key_thumbprint=thumbprint,
    )
    assert found.hex() == (
        "83f6f682714f70656e494434565048616e646f7665725820"
        "048bc053c00442af9b8eed494cefdd9d95240d254b046b11b68013722aad38ac"
    )
    browser = session.openid4vp_browser_transcript(origin="https://example.com", nonce=nonce, key_thumbprint=thumbprint)
    assert browser.hex() == (
        "83f6f682764f70656e4944345650444341504948616e646f7665725820"
        "fbece366f4212f9762c74cfdbf83b8c69e371d5d68cea09cb4c48ca6daab761a"
    )
