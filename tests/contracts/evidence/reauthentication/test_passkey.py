"""Passkeys: what holds, and one fault at a time with its reason and the number of the step that finds it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, MemoryNonces
from sekisho.contracts.evidence.reauthentication.document import read_assertion, read_registration
from sekisho.contracts.evidence.reauthentication.kind import PASSKEY, REAUTHENTICATION, FileRegistrations
from sekisho.contracts.evidence.reauthentication.model import BACKUP_CHANGED, VerifiedAssertion
from sekisho.contracts.evidence.reauthentication.profile import (
    PURPOSE_ASSERTION,
    PURPOSE_REGISTRATION,
    USE_REGISTRATION,
)
from sekisho.contracts.evidence.reauthentication.verify import (
    ACCOUNT,
    ASSERTION_STEPS,
    ProvenAssertion,
    ProvenRegistration,
    prove_assertion,
    prove_registration,
)
from sekisho.contracts.evidence.steps import StepState, Walk
from sekisho.contracts.evidence.verifier import Asked, TrustFile
from sekisho.contracts.reauthentication.passkey import Registered, RelyingParty
from tests.contracts.evidence.reauthentication.authenticator import BE, BS, GOOD, ORIGIN, RP_ID, UP, UV, Authenticator

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PARTY = RelyingParty(RP_ID, "Example", (ORIGIN,))
APPLICATION = "A-1"
NONCE = bytes(range(32))


def issued(purpose: str, *, application: str = APPLICATION, nonces: MemoryNonces | None = None) -> MemoryNonces:
    """A store that has issued :data:`NONCE`."""
    store = nonces or MemoryNonces()
    store.keep(Challenge(NONCE, purpose, application, NONCE.hex().encode(), AT + CHALLENGE_LIFE))
    return store


def registered(authenticator: Authenticator, **changed: Any) -> Registered:
    """As stored at its registration."""
    made = Registered(authenticator.credential_id, cbor2.dumps(authenticator.cose), 0, bool(authenticator.flags & BE))
    return dataclasses.replace(made, **changed)


def answered(
    authenticator: Authenticator,
    credential: dict[str, Any] | None = None,
    *,
    known: Registered | None = None,
    nonces: MemoryNonces | None = None,
    moment: datetime = AT,
) -> ProvenAssertion:
    """Prove one answer."""
    known = known or registered(authenticator)
    return prove_assertion(
        read_assertion(credential or authenticator.answer(NONCE), "credential."),
        application=APPLICATION,
        moment=moment,
        party=PARTY,
        challenges=nonces or issued(PURPOSE_ASSERTION),
        registrations=FileRegistrations({known.credential_id: known}),
    )


def enrolled(credential: dict[str, Any], *, nonces: MemoryNonces | None = None) -> ProvenRegistration:
    """Prove one registration."""
    return prove_registration(
        read_registration(credential, "credential."),
        application=APPLICATION,
        moment=AT,
        party=PARTY,
        challenges=nonces or issued(PURPOSE_REGISTRATION),
    )


def failed(found: ProvenAssertion | ProvenRegistration) -> tuple[str, int | None]:
    """Reason and step of what stopped it."""
    assert found.report.facts is None
    assert found.report.failure is not None
    return found.report.failure.reason, found.report.failure.step


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
@pytest.mark.parametrize("fmt", ["none", "packed"])
def test_a_passkey_is_registered_and_answers(algorithm: str, fmt: str) -> None:
    """Each algorithm, without attestation and by its own key: two factors, bound to our origin, no code by SMS."""
    authenticator = Authenticator(algorithm, flags=GOOD | BE | BS)
    made = enrolled(authenticator.register(NONCE, fmt=fmt)).registration
    assert made is not None
    assert (made.flags.user_verified, made.flags.backup_eligible, made.flags.backed_up) == (True, True, True)
    found = answered(authenticator, known=made.registered)
    assert found.report.facts == {
        "at": AT.astimezone().date().replace(year=2026, month=11, day=23),
        "distinct_factors": 2,
        "phishing_resistant": True,
        "sms_code_used": False,
        "jpki_authentication": False,
    }
    assert all(result.state is StepState.DONE for result in found.report.steps)


def test_which_second_factor_it_was_is_not_claimed() -> None:
    """A PIN or a biometric: WebAuthn doesn't say which, so ``factors`` is left unknown."""
    facts = answered(Authenticator()).report.require_facts()
    assert "factors" not in facts


ASSERTIONS: dict[str, tuple[dict[str, Any], str, int]] = {
    "user not verified": ({"flags": UP}, "passkey_user_not_verified", 6),
    "user not present": ({"flags": UV}, "passkey_user_not_present", 5),
    "another origin": ({"origin": "https://my.example.jp.evil.example"}, "passkey_wrong_origin", 3),
    "our origin without https": ({"origin": "http://my.example.jp"}, "passkey_wrong_origin", 3),
    "another port": ({"origin": "https://my.example.jp:8443"}, "passkey_wrong_origin", 3),
    "a sister page that isn't configured": ({"origin": "https://www.example.jp"}, "passkey_wrong_origin", 3),
    "inside another site": ({"cross_origin": True}, "passkey_wrong_origin", 3),
    "another RP ID": ({"rp_id": "evil.example"}, "passkey_wrong_relying_party", 4),
    "a registration instead": ({"kind": "webauthn.create"}, "passkey_wrong_ceremony", 1),
    "copied though it can't be": ({"flags": GOOD | BS}, "passkey_backup_state_impossible", 7),
    "signature of another data": ({"signed": bytes(37)}, "passkey_signature_wrong", 8),
    "no signature at all": ({"signature": b"\x30\x00"}, "passkey_signature_wrong", 8),
    "counter went back": ({"count": 4}, "passkey_sign_count_went_back", 9),
    "counter stood still": ({"count": 5}, "passkey_sign_count_went_back", 9),
    "counter fell to none": ({"count": 0}, "passkey_sign_count_went_back", 9),
}


@pytest.mark.parametrize("name", ASSERTIONS)
def test_faults_of_an_answer(name: str) -> None:
    """Each fault is refused with a reason of its own, at its step, whatever else holds."""
    changed, reason, step = ASSERTIONS[name]
    authenticator = Authenticator(count=5 if "counter" in name else 0)
    known = registered(authenticator, sign_count=authenticator.count)
    assert failed(answered(authenticator, authenticator.answer(NONCE, **changed), known=known)) == (reason, step)


def test_a_passkey_that_does_not_count_stays_at_none() -> None:
    """0 after 0 is accepted and told; a counter that rises is accepted."""
    still = answered(Authenticator()).report.steps[9]
    assert "(0)" in still.reason.en
    rising = Authenticator(count=8)
    assert answered(rising, known=registered(rising, sign_count=7)).assertion is not None


def test_a_change_of_backup_eligibility_is_a_finding() -> None:
    """Accepted, and told for the record: some platforms' passkeys flip the flag."""
    authenticator = Authenticator()
    found = answered(authenticator, authenticator.answer(NONCE, flags=GOOD | BE))
    assert found.assertion is not None
    assert found.assertion.findings == (BACKUP_CHANGED,)
    assert "finding" in found.report.steps[7].reason.en


def test_a_challenge_counts_once_for_one_application_and_purpose() -> None:
    """Replay, another application, another purpose, too late, never issued: all found before anything else."""
    authenticator = Authenticator()
    nonces = issued(PURPOSE_ASSERTION)
    credential = authenticator.answer(NONCE)
    assert answered(authenticator, credential, nonces=nonces).assertion is not None
    assert failed(answered(authenticator, credential, nonces=nonces)) == ("nonce_used", 1)
    other = issued(PURPOSE_ASSERTION, application="A-2")
    assert failed(answered(authenticator, credential, nonces=other)) == ("nonce_for_another", 1)
    registration = issued(PURPOSE_REGISTRATION)
    assert failed(answered(authenticator, credential, nonces=registration)) == ("nonce_for_another", 1)
    late = answered(authenticator, credential, moment=AT + CHALLENGE_LIFE)
    assert failed(late) == ("nonce_expired", 1)
    assert failed(answered(authenticator, credential, nonces=MemoryNonces())) == ("nonce_unknown", 1)


def test_a_wrong_answer_uses_the_challenge_up() -> None:
    """Who fails once doesn't try again with the same challenge."""
    authenticator = Authenticator()
    nonces = issued(PURPOSE_ASSERTION)
    assert failed(answered(authenticator, authenticator.answer(NONCE, flags=UP), nonces=nonces))[1] == 6
    assert failed(answered(authenticator, nonces=nonces)) == ("nonce_used", 1)


def test_an_unknown_passkey() -> None:
    """Not among those registered."""
    stranger = Authenticator()
    assert failed(answered(stranger, known=registered(Authenticator()))) == ("passkey_unknown", 2)


SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  refused for its size
REGISTRATIONS: dict[str, tuple[dict[str, Any], str, int]] = {
    "user not verified": ({"flags": UP}, "passkey_user_not_verified", 4),
    "user not present": ({"flags": UV}, "passkey_user_not_present", 4),
    "another origin": ({"origin": "https://evil.example"}, "passkey_wrong_origin", 2),
    "inside another site": ({"cross_origin": True}, "passkey_wrong_origin", 2),
    "another RP ID": ({"rp_id": "evil.example"}, "passkey_wrong_relying_party", 3),
    "an assertion instead": ({"kind": "webauthn.get"}, "passkey_wrong_ceremony", 1),
    "copied though it can't be": ({"flags": GOOD | BS}, "passkey_backup_state_impossible", 5),
    "another id inside": ({"inner_id": bytes(32)}, "passkey_unreadable", 6),
    "an algorithm nobody asked for": (
        {"cose": {1: 3, 3: -37, -1: bytes(256), -2: b"\x01\x00\x01"}},
        "passkey_key_refused",
        6,
    ),
    "a short RSA key": (
        {"cose": {1: 3, 3: -257, -1: SMALL.public_key().public_numbers().n.to_bytes(128, "big"), -2: b"\x01\x00\x01"}},
        "passkey_key_refused",
        6,
    ),
    "exponent 1": ({"cose": {1: 3, 3: -257, -1: b"\xff" * 256, -2: b"\x01"}}, "passkey_key_refused", 6),
    "ES256 on another curve": ({"cose": {1: 2, 3: -7, -1: 2, -2: bytes(48), -3: bytes(48)}}, "passkey_key_refused", 6),
    "a point of the wrong length": (
        {"cose": {1: 2, 3: -7, -1: 1, -2: bytes(31), -3: bytes(32)}},
        "passkey_key_refused",
        6,
    ),
    "no key at all": ({"cose": {}}, "passkey_key_refused", 6),
    "signature of another key": (
        {"fmt": "packed", "signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        "passkey_attestation_refused",
        7,
    ),
    "certificates nobody trusts": ({"fmt": "packed", "x5c": [b"\x30\x00"]}, "passkey_attestation_refused", 7),
    "another format": ({"fmt": "fido-u2f"}, "passkey_attestation_refused", 7),
}


@pytest.mark.parametrize("name", REGISTRATIONS)
def test_faults_of_a_registration(name: str) -> None:
    """Each fault is refused with a reason of its own, at its step."""
    changed, reason, step = REGISTRATIONS[name]
    assert failed(enrolled(Authenticator().register(NONCE, **changed))) == (reason, step)


def test_a_point_that_is_not_on_the_curve() -> None:
    """Its form is right and it could sign nothing: refused, with and without attestation."""
    cose = {1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x01" * 32}
    for fmt in ("none", "packed"):
        assert failed(enrolled(Authenticator().register(NONCE, fmt=fmt, cose=cose))) == ("passkey_key_refused", 6)


def test_only_the_verifier_makes_a_verified_answer() -> None:
    """A hand-made one needs a proof of every step, and a walk over fewer gives none."""
    good = answered(Authenticator()).assertion
    assert good is not None
    walk = Walk(ASSERTION_STEPS)
    with walk.step(0):
        pass
    with pytest.raises(TypeError, match="steps"):
        VerifiedAssertion(good.credential_id, good.flags, good.sign_count, (), good.at, walk.proof(0))


def test_every_field_is_accounted_for() -> None:
    """What a browser sends, and what is inside it, is verified, optional, unverifiable or ignored with a reason."""
    credential = Authenticator().answer(NONCE)
    names = {f"credential.{name}" for name in (*credential, "authenticatorAttachment", "clientExtensionResults")}
    names |= {f"response.{name}" for name in (*credential["response"], "userHandle")}
    names |= {f"clientData.{name}" for name in ("type", "challenge", "origin", "crossOrigin", "topOrigin")}
    names |= {f"authenticatorData.{name}" for name in ("rpIdHash", "signCount", "extensions")}
    names |= {f"authenticatorData.flags.{name}" for name in ("up", "uv", "be", "bs")}
    assert ACCOUNT.unaccounted(names - {"credential.response"}) == frozenset()


@pytest.mark.parametrize(
    ("rp_id", "origins"),
    [
        ("Example.jp", (ORIGIN,)),
        ("example.jp", ()),
        ("example.jp", ("https://example.jp.evil.example",)),
        ("example.jp", ("https://badexample.jp",)),
        ("example.jp", ("http://my.example.jp",)),
        ("example.jp", ("https://my.example.jp/",)),
        ("example.jp", ("https://my.example.jp/path",)),
        ("example.jp", ("https://user@my.example.jp",)),
        ("example.jp", ("https://my.example.jp:x",)),
        ("", (ORIGIN,)),
    ],
)
def test_a_relying_party_has_its_own_pages_only(rp_id: str, origins: tuple[str, ...]) -> None:
    """A page of another domain, a path, plain http: the configuration is refused."""
    with pytest.raises(ValueError, match=r"origin|RP ID"):
        RelyingParty(rp_id, "Example", origins)


def test_a_relying_party_may_have_apps_and_a_local_page() -> None:
    """Android apps are known by the hash of their key; for trials there is localhost."""
    RelyingParty("example.jp", "Example", (ORIGIN, "https://example.jp", "android:apk-key-hash:" + "A" * 43))
    RelyingParty("localhost", "Example", ("http://localhost:8620",))


# --- saved answers, verified away from the service -------------------------------------------------------------------


def saved(authenticator: Authenticator, **changed: Any) -> bytes:
    """An answer as a document with its challenge."""
    document = {
        "application": APPLICATION,
        "challenge": {"nonce": NONCE.hex(), "expires_at": (AT + CHALLENGE_LIFE).isoformat()},
        "credential": authenticator.answer(NONCE),
    }
    return json.dumps(document | changed).encode()


def trust(*files: dict[str, Any]) -> dict[str, list[TrustFile]]:
    """Registrations as trust files."""
    return {USE_REGISTRATION: [TrustFile(f"{n}.json", json.dumps(one).encode()) for n, one in enumerate(files)]}


def test_a_saved_answer_is_verified_offline() -> None:
    """With the registration's public key given, all steps are done; what wasn't issued by us to begin with is said."""
    authenticator = Authenticator()
    ready = PASSKEY.prepare(trust(authenticator.file()), moment=AT)
    report = ready.verify(saved(authenticator), Asked(application="", moment=AT)).report
    assert report.require_facts()["distinct_factors"] == 2
    assert "neither" in report.steps[1].reason.en


def test_a_saved_answer_without_its_registration() -> None:
    """Another passkey's file, or none, proves nothing."""
    authenticator = Authenticator()
    for files in ((), (Authenticator().file(),)):
        report = (
            PASSKEY.prepare(trust(*files), moment=AT)
            .verify(saved(authenticator), Asked(application="", moment=AT))
            .report
        )
        assert report.failure is not None
        assert (report.failure.reason, report.failure.step) == ("passkey_unknown", 2)


def test_a_document_without_challenge_needs_whoever_issued_it() -> None:
    """Its field is named as missing; with the issuer asked, its word counts."""
    authenticator = Authenticator()
    raw = json.dumps({"credential": authenticator.answer(NONCE)}).encode()
    ready = PASSKEY.prepare(trust(authenticator.file()), moment=AT)
    with pytest.raises(ApplicationRefused, match="challenge"):
        ready.verify(raw, Asked(application=APPLICATION, moment=AT))
    asked = Asked(application=APPLICATION, moment=AT, challenges=issued(PURPOSE_ASSERTION))
    assert ready.verify(raw, asked).report.facts is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"sign_count": -1},
        {"sign_count": True},
        {"rp_id": "Example.jp"},
        {"origins": ["https://evil.example"]},
        {"public_key": "AA"},
        {"public_key": "a b"},
        {"extra": 1},
    ],
)
def test_a_registration_file_that_cannot_be_used_is_named(changed: dict[str, Any]) -> None:
    """What is wrong with a trust file names the file."""
    with pytest.raises(TrustFileRefused, match=r"0\.json"):
        PASSKEY.prepare(trust(Authenticator().file(**changed)), moment=AT)


def step_up(authenticator: Authenticator, *more: dict[str, Any], **changed: Any) -> bytes:
    """A saved step-up."""
    passkey = {
        "means": "passkey",
        "at": AT.isoformat(),
        "challenge": {"nonce": NONCE.hex(), "expires_at": (AT + CHALLENGE_LIFE).isoformat()},
        "credential": authenticator.answer(NONCE, **changed),
    }
    return json.dumps(
        {
            "application": APPLICATION,
            "step_up": "s1",
            "acr_values": ["aal2"],
            "max_age": 600,
            "answers": [passkey, *more],
        }
    ).encode()


def test_a_saved_step_up_counts_what_can_be_proven_again() -> None:
    """A passkey can; a code can't, is told so, and adds nothing."""
    authenticator = Authenticator()
    ready = REAUTHENTICATION.prepare(trust(authenticator.file()), moment=AT)
    raw = step_up(authenticator, {"means": "totp", "at": AT.isoformat()})
    report = ready.verify(raw, Asked(application="", moment=AT)).report
    assert report.require_facts()["distinct_factors"] == 2
    assert (report.state(1), report.state(2), report.state(3)) == (
        StepState.DONE,
        StepState.COULD_NOT_CHECK,
        StepState.NOT_DONE,
    )
    code_only = json.loads(raw)
    code_only["answers"] = code_only["answers"][1:]
    refused = ready.verify(json.dumps(code_only).encode(), Asked(application="", moment=AT)).report
    assert refused.failure is not None
    assert (refused.failure.reason, refused.failure.step) == ("step_up_not_reached", 6)


def test_a_saved_step_up_with_a_wrong_passkey_is_refused() -> None:
    """The report is that of the answer that doesn't hold."""
    authenticator = Authenticator()
    ready = REAUTHENTICATION.prepare(trust(authenticator.file()), moment=AT)
    report = ready.verify(step_up(authenticator, flags=UP), Asked(application="", moment=AT)).report
    assert (report.kind, report.facts) == ("passkey", None)
    with pytest.raises(ApplicationRefused, match="application"):
        ready.verify(step_up(authenticator), Asked(application="A-2", moment=AT))


def test_an_old_answer_reaches_nothing() -> None:
    """Its challenge is over: a kept case is verified as of its own time."""
    authenticator = Authenticator()
    ready = PASSKEY.prepare(trust(authenticator.file()), moment=AT)
    report = ready.verify(saved(authenticator), Asked(application="", moment=AT + timedelta(days=1))).report
    assert report.failure is not None
    assert report.failure.reason == "nonce_expired"
