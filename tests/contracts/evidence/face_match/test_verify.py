"""Face matches that are as they should be, everything that can be wrong with one, and what an operator configures."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.face_match import model
from sekisho.contracts.evidence.face_match.challenge import PURPOSE
from sekisho.contracts.evidence.face_match.document import read_document
from sekisho.contracts.evidence.face_match.fields import FIELDS
from sekisho.contracts.evidence.face_match.jose import UnverifiedResult
from sekisho.contracts.evidence.face_match.kind import FACE_MATCH
from sekisho.contracts.evidence.face_match.profile import CLOCK_TOLERANCE, MAX_LIFE, MAX_RESULT
from sekisho.contracts.evidence.face_match.steps import STEPS
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE
from sekisho.contracts.evidence.steps import Report, StepState, Walk
from sekisho.contracts.evidence.verifier import Asked
from sekisho.contracts.evidence.verifiers import verifier_for
from tests.contracts.evidence.face_match.checking import asked, document, issued, prepared, ready, states, verify
from tests.contracts.evidence.fixtures import face_match as build

SAME = {"compared_by": "provider", "same_person_as_document": True}
DIFFERENT = {"compared_by": "provider", "same_person_as_document": False}


@pytest.mark.parametrize(("kid", "algorithm"), build.DECLARED["providers"]["kakuu"]["keys"].items())
def test_every_algorithm(kid: str, algorithm: str) -> None:
    """ES256, EdDSA, PS256 and RS256, each with the key it is configured for."""
    report = verify(build.result(kid=kid, algorithm=algorithm))
    assert report.require_facts() == SAME
    assert set(states(report).values()) == {"done"}


def test_what_is_recorded() -> None:
    """Provider, product, version, score, threshold and the operator's minimum stand in the report."""
    written = json.dumps(verify(build.result()).as_document(), ensure_ascii=False)
    for word in ("架空顔照合", "kakuu-es", "KakuuFace 4.2", "0.97", "0.9", "0.85", "passed"):
        assert word in written
    assert build.PHOTO not in written


def test_another_provider() -> None:
    """Each provider has its own scale, products and idea of liveness; what nobody reads is counted."""
    said = build.claims("mihon", product={"name": "X", "version": "1"}, liveness="not_done", more=1, jti="7")
    report = verify(build.result(said, kid="mihon-es"))
    assert report.require_facts() == SAME
    assert "1 claims" in report.steps[4].reason.en
    report = verify(build.result({**said, "aud": ["x", "sekisho-operator-1"], "nbf": said["iat"]}, kid="mihon-es"))
    assert report.require_facts() == SAME


def test_no_photo_of_the_document() -> None:
    """Then whose photo it was isn't known, and the report says so instead of a fact."""
    for photos in (None, ()):
        report = verify(build.result(), photos=photos)
        assert report.require_facts() == {"compared_by": "provider"}
        assert states(report)[9] == "not_done"


def test_nobody_who_knows_the_challenge() -> None:
    """A document looked at by itself: for its application, and reuse was not checked."""
    found = ready().verify(document(build.result(), application="A-1"), Asked("", build.MOMENT))
    assert found.report.require_facts() == SAME
    assert "not checked" in found.report.steps[6].reason.en
    bare = build.result(build.claims(nonce=None))
    assert ready().verify(document(bare), asked()).report.require_facts() == SAME


def test_no_provider_configured() -> None:
    """Neither good nor bad: it couldn't be checked."""
    report = verify(build.result(), trust=FACE_MATCH.prepare({}, moment=build.MOMENT))
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == ("face_match_no_provider", 2)
    assert report.state(2) is StepState.COULD_NOT_CHECK
    assert report.facts is None
    assert report.findings == {}


def test_a_result_counts_once() -> None:
    """The same result a second time is refused at step 6."""
    store = issued(build.challenge())
    raw = document(build.result())
    assert ready().verify(raw, asked(store)).report.require_facts() == SAME
    again = ready().verify(raw, asked(store)).report.failure
    assert again is not None
    assert (again.reason, again.step) == ("nonce_used", 6)


def with_claims(**other: Any) -> Callable[[], str]:
    """A result with other claims, rightly signed."""
    return lambda: build.result(build.claims(**other))


def with_header(**other: Any) -> Callable[[], str]:
    """A result with another header, rightly signed."""
    return lambda: build.result(header=other)


def by_shared_secret() -> str:
    """HS256 with the public key as its secret: the confusion of RFC 8725 §2.1."""
    top = build.text(json.dumps({"alg": "HS256", "kid": "kakuu-es"}).encode())
    signed = f"{top}.{build.text(json.dumps(build.claims()).encode())}"
    secret = json.dumps(build.jwk("kakuu-es", "ES256")).encode()
    return f"{signed}.{build.text(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def by_own_key() -> str:
    """A result that brings the key it is signed with."""
    return build.result(by=build.key("stranger", "ES256"), header={"jwk": build.jwk("stranger", "ES256")})


def altered() -> str:
    """Other claims under the signature of right ones."""
    parts = build.result().split(".")
    return f"{parts[0]}.{build.text(json.dumps(build.claims(score=0.99)).encode())}.{parts[2]}"


def after(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())


NOW = build.MOMENT
FAULTS: dict[str, tuple[Callable[[], str], str, int]] = {
    "empty": (lambda: "", "face_match_too_large", 0),
    "too large": (lambda: "x" * (MAX_RESULT + 1), "face_match_too_large", 0),
    "no parts": (lambda: "x", "face_match_malformed", 1),
    "five parts": (lambda: "a.b.c.d.e", "face_match_malformed", 1),
    "not ASCII": (lambda: build.result() + "あ", "face_match_malformed", 1),
    "padded": (lambda: build.result() + "==", "face_match_malformed", 1),
    "another way of writing the same bytes": (
        lambda: "e31." + build.result().split(".", 1)[1],
        "face_match_malformed",
        1,
    ),
    "a header that is no object": (lambda: f"{build.text(b'[]')}.e30.e30", "face_match_malformed", 1),
    "a header with a key twice": (
        lambda: build.text(b'{"alg":"ES256","alg":"none","kid":"x"}') + ".e30.e30",
        "face_match_malformed",
        1,
    ),
    "no kid": (with_header(kid=None), "face_match_malformed", 1),
    "a kid that is no text": (with_header(kid=["kakuu-es"]), "face_match_malformed", 1),
    "its own key": (by_own_key, "face_match_header", 1),
    "the address of a key": (with_header(jku="https://example.com"), "face_match_header", 1),
    "a chain of its own": (with_header(x5c=["MA=="]), "face_match_header", 1),
    "a critical extension": (with_header(crit=["b64"], b64=False), "face_match_header", 1),
    "an access token": (with_header(typ="at+jwt"), "face_match_header", 1),
    "an unknown key": (with_header(kid="other"), "face_match_key_unknown", 2),
    "no algorithm": (with_header(alg="none"), "face_match_algorithm", 2),
    "a shared secret": (by_shared_secret, "face_match_algorithm", 2),
    "another algorithm than the key's": (
        lambda: build.result(kid="kakuu-rs", algorithm="PS256", by=build.key("kakuu-rs", "RS256")),
        "face_match_algorithm",
        2,
    ),
    "altered": (altered, "face_match_signature", 3),
    "by somebody else": (lambda: build.result(by=build.key("stranger", "ES256")), "face_match_signature", 3),
    "by the other key of the provider": (
        lambda: build.result(kid="kakuu-ed", algorithm="EdDSA", signature=bytes(64)),
        "face_match_signature",
        3,
    ),
    "a signature of zeros": (lambda: build.result(signature=bytes(64)), "face_match_signature", 3),
    "no signature": (lambda: build.result(signature=b""), "face_match_signature", 3),
    "claims that are no object": (lambda: build.result(b"[]"), "face_match_malformed", 4),
    "a claim twice": (lambda: build.result(b'{"iss":"a","iss":"b"}'), "face_match_malformed", 4),
    "a score that is no number": (
        lambda: build.result(json.dumps(build.claims(score=1)).replace('"score": 1', '"score": NaN').encode()),
        "face_match_malformed",
        4,
    ),
    "a score in text": (with_claims(score="0.97"), "face_match_malformed", 4),
    "a true score": (with_claims(score=True), "face_match_malformed", 4),
    "an endless score": (
        lambda: build.result(json.dumps(build.claims(score=1)).replace('"score": 1', '"score": 1e999').encode()),
        "face_match_malformed",
        4,
    ),
    "a score beyond all numbers": (with_claims(score=10**400), "face_match_malformed", 4),
    "an unknown decision": (with_claims(decision="maybe"), "face_match_malformed", 4),
    "a decision that is a list": (with_claims(decision=["same"]), "face_match_malformed", 4),
    "an unknown liveness": (with_claims(liveness="yes"), "face_match_malformed", 4),
    "a product without its version": (with_claims(product={"name": "x"}), "face_match_malformed", 4),
    "a product in text": (with_claims(product="x"), "face_match_malformed", 4),
    "a digest too short": (with_claims(reference_sha256="00"), "face_match_malformed", 4),
    "a nonce too short": (with_claims(nonce="00"), "face_match_malformed", 4),
    "a time before all": (with_claims(iat=-1), "face_match_malformed", 4),
    "a time after all": (with_claims(exp=10**15), "face_match_malformed", 4),
    "too many audiences": (with_claims(aud=["x"] * 9), "face_match_malformed", 4),
    **{
        f"no {claim}": (with_claims(**{claim: None}), "face_match_malformed", 4)
        for claim in build.claims()
        if claim != "nonce"
    },
    "by another issuer": (with_claims(iss="https://match.example.com"), "face_match_issuer", 4),
    "for somebody else": (with_claims(aud="operator-2"), "face_match_audience", 4),
    "for others only": (with_claims(aud=["a", "b"]), "face_match_audience", 4),
    "from the future": (
        with_claims(iat=after(NOW + CLOCK_TOLERANCE + timedelta(seconds=1))),
        "face_match_from_the_future",
        5,
    ),
    "not to be used yet": (with_claims(nbf=after(NOW + timedelta(minutes=5))), "face_match_from_the_future", 5),
    "expired": (with_claims(exp=after(NOW)), "face_match_expired", 5),
    "valid for too long": (
        with_claims(exp=after(NOW + MAX_LIFE)),
        "face_match_lives_too_long",
        5,
    ),
    "for another application": (with_claims(transaction="A-2"), "face_match_other_application", 6),
    "without a nonce": (with_claims(nonce=None), "face_match_other_application", 6),
    "with a nonce of nobody's": (with_claims(nonce="00" * 32), "nonce_unknown", 6),
    "another product": (with_claims(product={"name": "Other", "version": "4.2"}), "face_match_product", 7),
    "another version": (with_claims(product={"name": "KakuuFace", "version": "9"}), "face_match_product", 7),
    "no living person": (with_claims(liveness="failed"), "face_match_liveness", 8),
    "liveness not looked at": (with_claims(liveness="not_done"), "face_match_liveness", 8),
    "another photo": (with_claims(reference_sha256="00" * 32), "face_match_reference", 9),
    "a threshold too low": (with_claims(threshold=0.84), "face_match_threshold", 10),
    "a score below the threshold": (with_claims(score=0.89, decision="different"), "face_match_not_the_same", 10),
    "decided the same below the threshold": (with_claims(score=0.89), "face_match_not_the_same", 10),
    "decided different above the threshold": (with_claims(decision="different"), "face_match_not_the_same", 10),
}


def failed(report: Report, reason: str, step: int) -> None:
    """The report failed for this, at this step, and has no facts."""
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == (reason, step)
    assert report.facts is None
    assert report.state(step) is StepState.FAILED
    assert "{" not in report.failure.sentence("ja") + report.failure.sentence("en")
    report.as_document()


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(fault: str) -> None:
    """Each fault is refused by its name, at its step; only a decision about the face is a finding."""
    make, reason, step = FAULTS[fault]
    report = verify(make())
    failed(report, reason, step)
    assert report.findings == (DIFFERENT if reason == "face_match_not_the_same" else {})


def test_faults_of_the_challenge() -> None:
    """Expired, for another application, for another purpose, or of another kind: each by its name at step 6."""
    right = build.challenge()
    other = {
        "nonce_for_another": Challenge(right.nonce, "signing", "A-1", right.text, right.expires_at),
        "face_match_other_application": Challenge(
            right.nonce, PURPOSE, "A-1", b"contract " + right.nonce.hex().encode(), right.expires_at
        ),
    }
    for reason, challenge in other.items():
        failed(verify(build.result(), challenges=[challenge]), reason, 6)
    moved = Challenge(right.nonce, PURPOSE, "A-2", right.text, right.expires_at)
    failed(verify(build.result(), challenges=[moved]), "nonce_for_another", 6)
    late = build.MOMENT + CHALLENGE_LIFE
    result = build.result(build.claims(exp=after(late + timedelta(minutes=1))))
    failed(verify(result, moment=late), "nonce_expired", 6)


PROVIDER_FAULTS: dict[str, dict[str, Any]] = {
    "a field missing": {"audience": None},
    "a field more": {"skip_liveness": True},
    "no keys": {"keys": []},
    "keys that are no list": {"keys": {}},
    "a key that is none": {"keys": ["x"]},
    "a key without its algorithm": {"keys": [build.jwk("a", "ES256", alg=None)]},
    "a key of none": {"keys": [build.jwk("a", "ES256", alg="none")]},
    "a shared secret": {"keys": [{"kty": "oct", "k": "AA", "alg": "HS256", "kid": "a"}]},
    "a private key": {"keys": [build.jwk("a", "ES256", d="AA")]},
    "a key for encryption": {"keys": [build.jwk("a", "ES256", use="enc")]},
    "a key without its id": {"keys": [{**build.jwk("a", "ES256"), "kid": ""}]},
    "two keys of one id": {"keys": [build.jwk("a", "ES256"), build.jwk("a", "EdDSA")]},
    "a key for another algorithm": {"keys": [build.jwk("a", "ES256", alg="RS256")]},
    "another curve": {"keys": [build.jwk("a", "ES256", crv="P-384")]},
    "a point off its curve": {"keys": [build.jwk("a", "ES256", x="AA")]},
    "a coordinate missing": {"keys": [build.jwk("a", "ES256", y=None)]},
    "an Ed25519 key cut short": {"keys": [build.jwk("a", "EdDSA", x="AA")]},
    "a short RSA key": {"keys": [build.jwk("a", "RS256", n="AQAB")]},
    "a small exponent": {"keys": [build.jwk("a", "RS256", e="Aw")]},
    "a number that isn't base64url": {"keys": [build.jwk("a", "RS256", n="*")]},
    "a member that is an object": {"keys": [build.jwk("a", "RS256", n={})]},
    "a minimum in text": {"minimum_threshold": "0.9"},
    "a minimum that is a truth": {"minimum_threshold": True},
    "no liveness": {"liveness": []},
    "failed liveness accepted": {"liveness": ["failed"]},
    "no products": {"products": []},
    "products without versions": {"products": [{"name": "x", "versions": []}]},
    "products that are texts": {"products": ["x"]},
    "a name that isn't printable": {"name": "a\nb"},
}


@pytest.mark.parametrize("fault", PROVIDER_FAULTS)
def test_files_that_cannot_be_used(fault: str) -> None:
    """A provider's file that leaves something open is refused, and named."""
    with pytest.raises(TrustFileRefused) as caught:
        prepared(build.provider_file("kakuu", **PROVIDER_FAULTS[fault]))
    assert caught.value.fields["name"] == "provider-0.json"


def test_files_that_are_no_json_or_contradict_each_other() -> None:
    """Nor is one that isn't JSON, or that has another provider's kid."""
    for files in ((b"x",), (b"[]",), (build.provider_file("kakuu"), build.provider_file("kakuu"))):
        with pytest.raises(TrustFileRefused):
            prepared(*files)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "result"),
        ({"result": 1}, "result"),
        ({"result": "x", "photos": "x"}, "photos"),
        ({"result": "x", "photos": ["x"]}, "photos"),
        ({"result": "x", "photos": [1]}, "photos"),
        ({"result": "x", "photos": [build.PHOTO] * 5}, "photos"),
        ({"result": "x", "picture": "x"}, "picture"),
        ({"result": "x", "application": ""}, "application"),
    ],
)
def test_documents_that_are_refused(data: dict[str, Any], field: str) -> None:
    """Whatever isn't such a document is refused with its field; a picture is never taken."""
    with pytest.raises(ApplicationRefused) as caught:
        read_document(json.dumps(data).encode())
    assert caught.value.fields["field"] == field


def test_the_application_that_is_asked_about() -> None:
    """A document can't speak for another application, and one alone must say for which."""
    with pytest.raises(ApplicationRefused):
        ready().verify(document(build.result(), application="A-2"), asked())
    with pytest.raises(ApplicationRefused):
        ready().verify(document(build.result()), Asked("", build.MOMENT))
    with pytest.raises(ValueError, match="aware"):
        ready().verify(document(build.result()), asked(moment=datetime(2026, 11, 23)))  # noqa: DTZ001  # the mistake


def test_what_people_saw_may_be_attested() -> None:
    """Only a provider's comparison counts as its verified result; staff who compared attest it."""
    assert verifier_for("face_image", {"compared_by": "provider"}) is FACE_MATCH
    assert verifier_for("face_image", {"compared_by": "staff"}) is None
    assert verifier_for("face_image", {}) is FACE_MATCH


def test_every_field_is_accounted_for() -> None:
    """Nothing of the models is taken or passed over unsaid."""
    named = {"match": model.UnverifiedMatch, "result": UnverifiedResult, "claims": model.Claims}
    fields = {f"{prefix}.{one.name}" for prefix, kind in named.items() for one in dataclasses.fields(kind)}
    assert FIELDS.unaccounted(fields) == frozenset()


def test_nothing_but_a_walk_makes_a_verified_match() -> None:
    """A verified match needs the proof of its steps."""
    walk = Walk(STEPS)
    with walk.step(0):
        pass
    with pytest.raises(TypeError):
        model.VerifiedMatch(None, None, False, walk.proof(0))  # type: ignore[arg-type]  # never read: the proof is refused
