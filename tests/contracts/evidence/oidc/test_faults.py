"""One fault each: a named error at the step that finds it, for every kind that rests on a sign-in."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sekisho.contracts.errors import ApplicationRefused, WrongValue
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import Asked, Person
from sekisho.contracts.evidence.verifiers import VERIFIERS
from tests.contracts.evidence.fixtures import openid
from tests.contracts.evidence.fixtures.openid import KINDS, MOMENT, SignIn, assembled, base64url, sign, sign_in

NOW = int(MOMENT.timestamp())
Change = Callable[[SignIn], None]


def claim(name: str, value: Any) -> Change:
    """A claim of the ID token changed; ``...`` removes it."""

    def change(one: SignIn) -> None:
        if value is ...:
            del one.claims[name]
        else:
            one.claims[name] = value

    return change


def header(**members: Any) -> Change:
    """Header members of the ID token changed."""
    return lambda one: one.header.update(members)


def configured(name: str, value: Any) -> Change:
    """The operator's configuration changed."""

    def change(one: SignIn) -> None:
        if value is ...:
            one.provider.pop(name, None)
        else:
            one.provider[name] = value

    return change


def unsigned(one: SignIn) -> None:
    """``alg: none``."""
    one.sign = lambda claims, *_, **__: assembled({"alg": "none"}, claims, lambda _: b"")


def by_public_key(one: SignIn) -> None:
    """HS256, keyed with the provider's public key: a verifier that asks the token for the algorithm would take it."""
    public = one.key.as_pem(private=False)
    made = {"alg": "HS256", "kid": one.key.kid}
    one.sign = lambda claims, *_, **__: assembled(made, claims, lambda data: hmac.digest(public, data, "sha256"))


def by_another_key(one: SignIn) -> None:
    """Signed by somebody else under the provider's kid."""
    other = openid.key(one.algorithm, "other")
    one.sign = lambda claims, *_, **__: sign(claims, one.algorithm, other, kid=one.key.kid)


def altered(one: SignIn) -> None:
    """Claims changed after signing."""

    def cut(claims: Any, algorithm: str, key: Any, **members: Any) -> str:
        parts = sign(claims, algorithm, key, **members).split(".")
        changed = {**claims, "sub": "somebody-else"}
        parts[1] = base64url(json.dumps(changed).encode())
        return ".".join(parts)

    one.sign = cut


def other_subject(one: SignIn) -> None:
    """Userinfo about somebody else."""
    assert one.userinfo is not None
    one.userinfo["sub"] = "somebody-else"


def other_state(one: SignIn) -> None:
    """The answer to another request."""
    one.answer["state"] = "00" * 32


def mixed_up(one: SignIn) -> None:
    """The answer says that another provider gave it."""
    one.answer["iss"] = "https://attacker.example"


def raw_payload(payload: bytes) -> Change:
    """The provider's own signature over these bytes."""

    def change(one: SignIn) -> None:
        one.sign = lambda _, algorithm, key, **members: sign(payload, algorithm, key, **members)

    return change


FAULTS: dict[str, tuple[Change, int, str]] = {
    "not configured": (lambda _: None, 0, "oidc_provider_not_configured"),
    "state of another request": (other_state, 2, "oidc_state_differs"),
    "mix-up: iss of another provider": (mixed_up, 2, "oidc_answer_issuer_differs"),
    "alg none": (unsigned, 3, "oidc_algorithm_refused"),
    "HS256 keyed with the public key": (by_public_key, 3, "oidc_algorithm_refused"),
    "another asymmetric algorithm": (header(alg="EdDSA"), 3, "oidc_algorithm_refused"),
    "jku in the header": (header(jku="https://attacker.example/keys"), 3, "oidc_header_refused"),
    "jwk in the header": (header(jwk={"kty": "oct", "k": "AA"}), 3, "oidc_header_refused"),
    "x5u in the header": (header(x5u="https://attacker.example/cert"), 3, "oidc_header_refused"),
    "crit in the header": (header(crit=["b64"], b64=True), 3, "oidc_header_refused"),
    "an access token's type": (header(typ="at+jwt"), 3, "oidc_header_refused"),
    "no kid": (header(kid=None), 3, "oidc_message_malformed"),
    "kid unknown": (header(kid="nobody"), 4, "oidc_key_unknown"),
    "keys not configured": (configured("jwks", ...), 4, "oidc_provider_keys_missing"),
    "another's signature": (by_another_key, 5, "oidc_signature_wrong"),
    "altered after signing": (altered, 5, "oidc_signature_wrong"),
    "claims twice": (raw_payload(b'{"iss":"a","iss":"b"}'), 5, "oidc_message_malformed"),
    "claims that are a list": (raw_payload(b"[]"), 5, "oidc_message_malformed"),
    "issuer of another": (claim("iss", "https://attacker.example"), 6, "oidc_issuer_differs"),
    "audience of another": (claim("aud", "another-client"), 6, "oidc_audience_differs"),
    "audience of others too": (claim("aud", ["sekisho-test", "another-client"]), 6, "oidc_audience_differs"),
    "another authorized party": (claim("azp", "another-client"), 6, "oidc_audience_differs"),
    "no subject": (claim("sub", ...), 6, "oidc_message_malformed"),
    "nonce of another": (claim("nonce", "00" * 32), 7, "oidc_nonce_differs"),
    "no nonce": (claim("nonce", ...), 7, "oidc_nonce_differs"),
    "expired": (claim("exp", NOW - 61), 8, "oidc_token_expired"),
    "from the future": (claim("iat", NOW + 61), 8, "oidc_token_from_the_future"),
    "not yet valid": (claim("nbf", NOW + 61), 8, "oidc_token_from_the_future"),
    "older than the request": (claim("iat", NOW - 100), 8, "oidc_token_older_than_request"),
    "a time that is text": (claim("exp", str(NOW + 100)), 8, "oidc_message_malformed"),
    "a time beyond all": (claim("exp", 10**40), 8, "oidc_message_malformed"),
    "userinfo of somebody else": (other_subject, 10, "oidc_subject_differs"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_name_and_step(kind: str, name: str) -> None:
    """Each fault is found by its own step, and nothing comes of the evidence."""
    change, step, reason = FAULTS[name]
    one = sign_in(kind)
    change(one)
    raw = one.raw()
    if name == "not configured":
        one.provider["client_id"] = "configured-under-another-id"
    report = one.verify(raw=raw).report
    assert report.facts is None
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == (reason, step)
    assert report.state(step) in (StepState.FAILED, StepState.COULD_NOT_CHECK)
    assert report.failure.sentence("ja")
    assert report.as_document()["failure"]["step"] == step


@pytest.mark.parametrize("kind", KINDS)
def test_clocks_may_differ_by_a_minute(kind: str) -> None:
    """Within the stated leeway nothing is refused: a token of a clock 59 seconds ahead, one expired for 59 seconds."""
    for change in (claim("iat", NOW + 59), claim("exp", NOW - 59)):
        one = sign_in(kind)
        change(one)
        assert one.verify().report.facts is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://id.carrier.example/"),
        ("iss", "https://ID.carrier.example"),
        ("iss", "https://id.carrier.example#"),
    ],
)
def test_an_issuer_is_compared_character_by_character(name: str, value: str) -> None:
    """A slash more, another case or a fragment is another issuer."""
    one = sign_in("reliance")
    one.claims[name] = value
    failure = one.verify().report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("oidc_issuer_differs", 6)


def test_a_missing_iss_is_refused_where_it_is_advertised() -> None:
    """RFC 9207 section 2.4: the provider always says who it is, so an answer without it isn't its answer."""
    one = sign_in("reliance")
    del one.answer["iss"]
    failure = one.verify().report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("oidc_answer_issuer_differs", 2)


def test_authentication_as_recent_and_strong_as_asked() -> None:
    """An old session, a missing time, a weak or missing class are refused at step 9."""
    for change, reason in (
        (claim("auth_time", NOW - 700), "oidc_authentication_too_old"),
        (claim("auth_time", ...), "oidc_authentication_not_told"),
        (claim("auth_time", NOW + 100), "oidc_token_from_the_future"),
        (claim("acr", "urn:example:nothing"), "oidc_authentication_too_weak"),
        (claim("acr", ...), "oidc_authentication_not_told"),
    ):
        one = sign_in("reliance")
        change(one)
        failure = one.verify().report.failure
        assert failure is not None
        assert (failure.reason, failure.step) == (reason, 9)


@pytest.mark.parametrize("name", ["acr_values", "max_age"])
def test_a_document_can_not_ask_for_less_than_the_configuration(name: str) -> None:
    """Whoever writes the document can't leave out what the operator asks of every sign-in."""
    one = sign_in("reliance")
    del one.request[name]
    failure = one.verify().report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("oidc_authentication_not_told", 9)


# --- our own record ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_counts_once(kind: str) -> None:
    """The same document again is a replay."""
    one = sign_in(kind)
    raw = one.raw()
    nonces = openid.recorded(raw, kind)
    asked = Asked("A-1", MOMENT, challenges=nonces)
    prepared = VERIFIERS[kind].prepare(one.trust(), moment=MOMENT)
    assert prepared.verify(raw, asked).report.facts is not None
    failure = prepared.verify(raw, asked).report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("sign_in_used", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_can_be_put_into_a_document_that_did_not_come(kind: str) -> None:
    """A userinfo without a signature, changed after it was received, isn't what our own record says."""
    one = sign_in(kind)
    one.signed = False
    came = one.raw()
    assert one.userinfo is not None
    one.userinfo["email"] = "forged@shop.example"
    forged = one.raw()
    prepared = VERIFIERS[kind].prepare(one.trust(), moment=MOMENT)
    report = prepared.verify(forged, Asked("A-1", MOMENT, challenges=openid.recorded(came, kind))).report
    assert report.failure is not None
    # An ES256 or PS256 token differs at each signing; the record tells that too.
    assert (report.failure.reason, report.failure.step) == ("sign_in_for_another", 1)


def test_a_sign_in_nobody_began_here() -> None:
    """A nonce that isn't of our record, or not of its form, is refused at step 1."""
    for nonce in ("11" * 32, "x" * 64):
        one = sign_in("reliance")
        raw = one.raw()
        one.request["nonce"] = one.claims["nonce"] = nonce
        prepared = VERIFIERS["reliance"].prepare(one.trust(), moment=MOMENT)
        report = prepared.verify(one.raw(), Asked("A-1", MOMENT, challenges=openid.recorded(raw, "reliance"))).report
        assert report.failure is not None
        assert (report.failure.reason, report.failure.step) == ("sign_in_unknown", 1)


def test_a_sign_in_of_long_ago() -> None:
    """Fifteen minutes after it began, a sign-in has run out."""
    report = sign_in("reliance").verify(moment=MOMENT + timedelta(minutes=15)).report
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == ("sign_in_expired", 1)


def test_the_record_of_another_application() -> None:
    """A sign-in begun for A-1 isn't one of A-2, whatever the document says."""
    one = sign_in("reliance")
    came = one.raw()
    document = {**json.loads(came), "application": "A-2"}
    prepared = VERIFIERS["reliance"].prepare(one.trust(), moment=MOMENT)
    asked = Asked("A-2", MOMENT, challenges=openid.recorded(came, "reliance"))
    report = prepared.verify(json.dumps(document).encode(), asked).report
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == ("sign_in_for_another", 1)


def test_a_document_of_another_application_is_refused_by_its_field() -> None:
    """The application that is asked about must be the document's."""
    with pytest.raises(WrongValue) as caught:
        sign_in("reliance").verify(application="A-2")
    assert caught.value.fields["field"] == "application"


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_alone_says_that_nobody_knows_whose_sign_in_it_was(kind: str) -> None:
    """Without our record, step 1 isn't done and says so; a signed userinfo still counts."""
    report = sign_in(kind).verify(ours=False).report
    assert report.facts is not None
    assert report.state(1) is StepState.NOT_DONE
    assert report.state(10) is StepState.DONE


@pytest.mark.parametrize("kind", KINDS)
def test_unsigned_userinfo_in_a_document_alone_is_not_used(kind: str) -> None:
    """Anybody could have written it: what only it says can't be checked."""
    one = sign_in(kind)
    one.signed = False
    found = one.verify(ours=False)
    assert found.shown == Person()
    if kind == "digital_auth_app":
        assert found.report.state(10) is StepState.COULD_NOT_CHECK
        assert found.report.facts is not None
    else:
        assert found.report.failure is not None
        assert found.report.failure.reason == "oidc_userinfo_unproven"


# --- the document itself ---


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("id_token",), 5),
        (("id_token",), ...),
        (("provider", "issuer"), ""),
        (("request", "state"), "short"),
        (("request", "begun_at"), "2026-11-23"),
        (("request", "max_age"), -1),
        (("request", "acr_values"), "one"),
        (("userinfo", "media_type"), "text/html"),
        (("userinfo", "body"), ""),
        (("consent", "explained"), "yes"),
        (("consent", "text_sha256"), "abc"),
        (("stated", "name"), "個人番号 123456789018"),
        (("code",), "a code"),
        (("trust",), {}),
    ],
)
def test_a_document_of_another_form_is_refused_by_its_field(path: tuple[str, ...], value: Any) -> None:
    """Every field is required or optional, of one form, or refused by name."""
    document = sign_in("reliance").document()
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    with pytest.raises(ApplicationRefused) as caught:
        sign_in("reliance").verify(ours=False, raw=json.dumps(document).encode())
    assert caught.value.fields["field"] == ".".join(path)


def test_members_of_one_kind_are_no_members_of_another() -> None:
    """A consent is for reliance, a corporate number for gBizID."""
    for kind, name, value in (("gbizid", "consent", {}), ("reliance", "corporate_number", "7999901000001")):
        one = sign_in(kind)
        raw = json.dumps({**one.document(), name: value}).encode()
        with pytest.raises(ApplicationRefused) as caught:
            one.verify(ours=False, raw=raw)
        assert caught.value.reason == "unknown_field"


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_holds_nothing_personal(kind: str) -> None:
    """Neither names, addresses, dates of birth, numbers, subjects nor tokens."""
    one = sign_in(kind)
    found = one.verify()
    told = json.dumps(found.report.as_document(), ensure_ascii=False)
    for secret in (
        "太郎",
        "架空町",
        "1990",
        openid.SUBJECT,
        "7999901000001",
        "R-2026-0001",
        one.document()["id_token"],
    ):
        assert secret not in told
