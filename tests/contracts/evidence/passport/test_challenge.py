"""Active authentication in a workspace: the chip answered a challenge made here, for this application, once."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.contracts.challenge_forms import challenge_document
from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import MemoryNonces
from sekisho.contracts.evidence.passport.challenge import PURPOSE, chip_challenge, new_challenge
from sekisho.contracts.evidence.passport.kind import PASSPORT
from sekisho.contracts.evidence.passport.model import UnverifiedPassport
from sekisho.contracts.evidence.passport.profile import USE_AUTHORITY, USE_REVOCATION_LIST
from sekisho.contracts.evidence.steps import Report, StepState
from sekisho.contracts.evidence.verifier import Asked, TrustFile
from sekisho.contracts.evidence_desk import Submitted
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.service import ContractService
from tests.contracts.cards import AT, made
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki

MOMENT = build.MOMENT
CHIP = state_pki.rsa_key("a chip")
OTHER_CHIP = state_pki.rsa_key("another chip")
AUTHORITY = build.authority("japan")
TRUST = {
    USE_AUTHORITY: [TrustFile("japan.cer", AUTHORITY.certificate)],
    USE_REVOCATION_LIST: [TrustFile("japan.crl", state_pki.crl(AUTHORITY))],
}


def document(asked: bytes, *, key: Any = CHIP, **active: Any) -> bytes:
    """The passport of a chip that answered the nonce ``asked``; ``active`` changes what is sent of the answer."""
    files: UnverifiedPassport = build.with_groups("japan", {15: build.group_15(state_pki.spki(CHIP))})
    response = build.answer_rsa(key, chip_challenge(asked)).response
    said = {"nonce": asked.hex(), "response": base64.b64encode(response).decode()} | active
    return json.dumps(
        {
            "sod": base64.b64encode(files.sod).decode(),
            "groups": {str(number): base64.b64encode(data).decode() for number, data in files.groups.items()},
            "active": {name: value for name, value in said.items() if value is not None},
        }
    ).encode()


def verify(raw: bytes, challenges: MemoryNonces | None, application: str = "A-1") -> Report:
    """Verify under the made-up country's trust."""
    asked = Asked(application, MOMENT, challenges=challenges)
    return PASSPORT.prepare(TRUST, moment=MOMENT).verify(raw, asked).report


def kept(*, application: str = "A-1", purpose: str | None = None, age: timedelta = timedelta(0)) -> Any:
    """A store, and the challenge it keeps."""
    challenge = new_challenge(application=application, moment=MOMENT - age)
    if purpose is not None:
        challenge = replace(challenge, purpose=purpose)
    store = MemoryNonces()
    store.keep(challenge)
    return store, challenge


def failed(report: Report) -> tuple[int, str]:
    """The step that failed, and why."""
    [step] = [result for result in report.steps if result.state is StepState.FAILED]
    return step.step.number, str(step.error)


def test_an_answer_to_our_challenge_counts_once() -> None:
    """Verified, and nothing about challenges is left to the caller; a second time it is a replay."""
    store, challenge = kept()
    raw = document(challenge.nonce)
    report = verify(raw, store)
    assert report.state(9) is StepState.DONE
    assert report.require_facts()["authenticity"] == "signature_verified"
    assert not any("challenge" in one.en for one in report.left_to_caller)
    assert failed(verify(raw, store)) == (9, "nonce_used")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"application": "A-2"}, "nonce_for_another"),
        ({"purpose": "signing"}, "nonce_for_another"),
        ({"age": timedelta(minutes=10)}, "nonce_expired"),
    ],
    ids=["another application", "another purpose", "too late"],
)
def test_challenges_that_arent_for_this(change: dict[str, Any], reason: str) -> None:
    """Each is refused by its name at step 9."""
    store, challenge = kept(**change)
    assert failed(verify(document(challenge.nonce), store)) == (9, reason)


def test_a_nonce_nobody_knows() -> None:
    """What the sender made up is no challenge."""
    assert failed(verify(document(bytes(32)), MemoryNonces())) == (9, "nonce_unknown")


def test_a_challenge_of_another_form() -> None:
    """Of this purpose, and yet not made for a chip."""
    store = MemoryNonces()
    store.keep(
        Challenge(
            bytes(32), PURPOSE, "A-1", b"a text to sign: " + bytes(32).hex().encode(), MOMENT + timedelta(minutes=5)
        )
    )
    assert failed(verify(document(bytes(32)), store))[0] == 9


def test_another_chip_or_another_challenge() -> None:
    """The key must be the passport's, and what it answers must follow from the nonce."""
    store, challenge = kept()
    assert failed(verify(document(challenge.nonce, key=OTHER_CHIP), store))[0] == 9
    store, challenge = kept()
    other = base64.b64encode(build.answer_rsa(CHIP, bytes(8)).response).decode()
    assert failed(verify(document(challenge.nonce, response=other), store))[0] == 9


def test_a_challenge_the_sender_brings_is_refused_where_one_is_kept() -> None:
    """In a workspace the eight bytes alone name no challenge of ours; beside a nonce they are one too many."""
    store, challenge = kept()
    with pytest.raises(MissingField, match=r"active\.nonce"):
        verify(document(challenge.nonce, nonce=None, challenge="00" * 8), store)
    with pytest.raises(WrongValue, match=r"active\.challenge"):
        verify(document(challenge.nonce, challenge="00" * 8), store)
    with pytest.raises(MissingField, match=r"active\.nonce"):
        verify(document(challenge.nonce, nonce=None), None)
    with pytest.raises(WrongValue, match=r"active\.nonce"):
        verify(document(challenge.nonce, nonce="00"), None)


def test_outside_a_workspace_it_is_left_to_the_caller() -> None:
    """The answer is right; whether the challenge was ours and new, the report says nobody here can tell."""
    _, challenge = kept()
    report = verify(document(challenge.nonce), None)
    assert report.state(9) is StepState.DONE
    assert any("challenge" in one.en for one in report.left_to_caller)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ContractService]:
    """A desk that trusts the made-up country, on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with made(tmp_path, url) as workspace:
        desk = ContractService(workspace)
        for use, [file] in TRUST.items():
            desk.trust.add(use, file.name, file.content, by="stated:legal")
        yield desk


def test_a_whole_workspace(desk: ContractService) -> None:
    """A challenge is issued with the chip's eight bytes, answered, used up with the report, and refused again."""
    challenge = desk.evidence.challenge(application="A-1", purpose=PURPOSE)
    told = challenge_document(challenge)
    assert told["chip_challenge"] == chip_challenge(challenge.nonce).hex()
    assert (len(bytes.fromhex(told["chip_challenge"])), told["purpose"]) == (8, "passport_chip")
    submitted = Submitted("passport", "A-1", "subject", Person(), json.loads(document(challenge.nonce)))
    first = desk.evidence.verify(submitted, by="stated:clerk").document
    assert (first["state"], first["report"]["steps"][9]["state"]) == ("verified", "done")
    assert "once" in first["report"]["steps"][9]["reason"]["en"]
    again = desk.evidence.verify(submitted, by="stated:clerk").document
    assert (again["state"], again["report"]["failure"]["reason"]) == ("refused", "nonce_used")


@pytest.mark.parametrize(
    ("purpose", "agreed_to", "error"),
    [
        ("passport_chip", "sha256:00", WrongValue),
        ("face_match", "sha256:00", WrongValue),
        ("smartphone_card", None, MissingField),
        ("smartphone_card", "sha256:00", WrongValue),
        ("sign-in-state", "sha256:00", WrongValue),
        ("sign-in", "sha256:00", WrongValue),
        ("signing", None, MissingField),
        ("Signing!", "sha256:00", WrongValue),
    ],
)
def test_what_no_challenge_is_made_for(desk: ContractService, purpose: str, agreed_to: str | None, error: Any) -> None:
    """Only a signature stands for something; what a protocol said is the text of whoever speaks it."""
    with pytest.raises(error):
        desk.evidence.challenge(application="A-1", purpose=purpose, agreed_to=agreed_to)


@pytest.mark.parametrize("purpose", ["face_match", "passport_chip", "commercial_register", "signing", "authentication"])
def test_every_purpose_is_kept(desk: ContractService, purpose: str) -> None:
    """Whatever its form, a challenge comes back from the store as it was made, once."""
    texts = {"face_match", "passport_chip"}
    agreed = None if purpose in texts else "sha256:00"
    made_ = desk.evidence.challenge(application="A-1", purpose=purpose, agreed_to=agreed)
    examination = desk.evidence.examination(now=AT, by="stated:clerk")
    found = examination._challenges.consume(made_.nonce, purpose=purpose, application="A-1", moment=AT)
    assert found == made_
