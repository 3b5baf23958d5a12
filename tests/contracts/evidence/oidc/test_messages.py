"""The parts by themselves: keys, metadata, the request and its answer, credentials, the endpoints' answers."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable, TrustFileRefused
from sekisho.contracts.evidence.oidc.authorization import authorization_address, challenge_of, check_answer, read_answer
from sekisho.contracts.evidence.oidc.client import Secret, SigningKey, authentication, read_credential
from sekisho.contracts.evidence.oidc.discovery import Metadata, metadata_request, read_metadata
from sekisho.contracts.evidence.oidc.errors import KeySetRefused, MetadataRefused, ProviderRefused
from sekisho.contracts.evidence.oidc.exchange import read_tokens, read_userinfo_answer
from sekisho.contracts.evidence.oidc.jwks import read_key_set
from sekisho.contracts.evidence.oidc.kinds import providers_of
from sekisho.contracts.evidence.oidc.ports import Begun, HttpAnswer
from sekisho.contracts.evidence.oidc.profile import PROFILES, ClientAuthentication, ProviderProfile
from sekisho.contracts.evidence.oidc.provider import Provider, is_safe_address, read_provider
from sekisho.contracts.evidence.reliance.agreement import read_agreement
from sekisho.contracts.evidence.verifier import TrustFile
from tests.contracts.evidence.fixtures.openid import BEGUN, MOMENT, key, sign_in

VERIFIER = "v" * 43


def provider(kind: str = "reliance", **changed: Any) -> Provider:
    """A configured provider."""
    return read_provider(json.dumps({**sign_in(kind).provider, **changed}).encode())


def metadata_of(one: Provider, **changed: Any) -> dict[str, Any]:
    """A right discovery document."""
    made = {
        "issuer": one.issuer,
        "authorization_endpoint": "https://id.carrier.example/authorize?tenant=1",
        "token_endpoint": "https://id.carrier.example/token",
        "userinfo_endpoint": "https://id.carrier.example/userinfo",
        "jwks_uri": "https://id.carrier.example/jwks",
        "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": [one.profile.client_authentication.value],
        "code_challenge_methods_supported": ["S256"],
        **changed,
    }
    return {name: value for name, value in made.items() if value is not ...}


def metadata(one: Provider) -> Metadata:
    """It, read."""
    return read_metadata(json.dumps(metadata_of(one)).encode(), one)


def begun(one: Provider) -> Begun:
    """A request."""
    return Begun(
        one.issuer, one.client_id, "A-1", "s" * 64, "n" * 64, one.redirect_uris[0], BEGUN, one.acr_values, one.max_age
    )


# --- the request ---


def test_the_request_has_state_nonce_and_pkce() -> None:
    """Each parameter once, the verifier itself nowhere, and the endpoint's own query kept."""
    one = provider()
    assert one.reliance is not None
    claims = read_agreement(one.reliance).request()
    address = authorization_address(one, metadata(one), begun(one), verifier=VERIFIER, claims=claims)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["tenant"] == "1"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid")
    assert (asked["state"], asked["nonce"]) == ("s" * 64, "n" * 64)
    assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge_of(VERIFIER))
    assert (asked["max_age"], asked["acr_values"]) == ("600", "urn:example:two-factors urn:example:password")
    assert "verified_claims" in json.loads(asked["claims"])["userinfo"]
    assert VERIFIER not in address


def test_pkce_by_the_rfc_s_own_example() -> None:
    """RFC 7636 appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("verifier", ["short", "s" * 64, "n" * 64])
def test_secrets_are_three_and_long(verifier: str) -> None:
    """A short verifier, or one that is also the state or nonce, is a mistake of the caller's."""
    one = provider()
    with pytest.raises(ValueError, match="three secrets"):
        authorization_address(one, metadata(one), begun(one), verifier=verifier)


# --- the answer ---


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"state": "s" * 64, "code": "c", "iss": "https://attacker.example"}, "oidc_answer_issuer_differs"),
        ({"state": "s" * 64, "code": "c"}, "oidc_answer_issuer_differs"),
        ({"state": "x" * 64, "code": "c"}, "oidc_state_differs"),
        ({"state": "s" * 64, "error": "access_denied", "iss": "https://id.carrier.example"}, "sign_in_denied"),
        ({"state": "s" * 64}, "oidc_message_malformed"),
        ({"code": "c"}, "oidc_message_malformed"),
        ({"state": "s" * 64, "code": "c", "error": "e"}, "oidc_message_malformed"),
        ({"state": "s" * 64, "code": "c", "id_token": "hybrid"}, "oidc_message_malformed"),
        ({"state": "s" * 64, "code": "c\n"}, "oidc_message_malformed"),
    ],
)
def test_answers_that_are_refused(given: dict[str, str], reason: str) -> None:
    """Another provider's, another request's, an error, or no answer at all: each by its name."""
    one = provider()
    with pytest.raises(EvidenceRefused) as caught:
        check_answer(read_answer(given), begun(one), answers_with_issuer=True)
    assert caught.value.reason == reason


# --- discovery ---


def test_the_final_slash_is_left_out_only_for_the_address() -> None:
    """gBizID's issuer has one: the document is asked for without it, and must say it."""
    one = provider("gbizid")
    assert metadata_request(one).address == "https://gbiz-id.example/oauth/.well-known/openid-configuration"
    without = metadata_of(one, issuer="https://gbiz-id.example/oauth", id_token_signing_alg_values_supported=["RS256"])
    with pytest.raises(MetadataRefused):
        read_metadata(json.dumps(without).encode(), one)


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://attacker.example"},
        {"response_types_supported": ["token"]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"token_endpoint_auth_methods_supported": ["client_secret_post"]},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint": "http://id.carrier.example/token"},
        {"jwks_uri": "https://user:password@id.carrier.example/jwks"},
        {"authorization_response_iss_parameter_supported": "yes"},
    ],
)
def test_metadata_that_is_refused(changed: dict[str, Any]) -> None:
    """Another issuer, or a provider with which the profile can't be kept: it is never relaxed."""
    one = provider()
    with pytest.raises(MetadataRefused):
        read_metadata(json.dumps(metadata_of(one, **changed)).encode(), one)


def test_a_provider_that_does_not_advertise_pkce() -> None:
    """Refused where the profile asks for it; gBizID's profile has it optional."""
    for kind, right in (("reliance", False), ("gbizid", True)):
        one = provider(kind)
        algorithms = sorted(one.profile.token_algorithms)
        raw = json.dumps(
            metadata_of(one, code_challenge_methods_supported=..., id_token_signing_alg_values_supported=algorithms)
        ).encode()
        try:
            read_metadata(raw, one)
        except EvidenceRefused:
            assert not right
        else:
            assert right


# --- keys ---


def public(algorithm: str = "ES256", **changed: Any) -> dict[str, Any]:
    """A public key as a JWK."""
    made = {**key(algorithm).as_dict(private=False), **changed}
    return {name: value for name, value in made.items() if value is not ...}


def weak() -> dict[str, Any]:
    """An RSA key of 1024 bits."""
    made = {"kty": "RSA", "kid": "weak", "n": "x" * 171, "e": "AQAB"}
    return dict(made)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [public(), public()],
        [dict(key("ES256").as_dict(private=True))],
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "s"}],
        [weak()],
        [public("RS256", e="AQ")],
        [public(x="AAAA")],
        [public(y="!")],
        [public(use="enc")],
        [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "o"}],
        [public(kid=f"k{number}") for number in range(33)],
    ],
    ids=["none", "twice", "private", "symmetric", "1024 bits", "e=1", "off curve", "no base64", "enc", "OKP", "many"],
)
def test_key_sets_that_are_refused(keys: list[dict[str, Any]]) -> None:
    """Nothing to verify with, or a key that none may be."""
    with pytest.raises(KeySetRefused):
        read_key_set(json.dumps({"keys": keys}).encode())


def test_keys_of_no_use_are_left_out() -> None:
    """Encryption keys and unknown types beside a good one are counted and ignored (RFC 7517 section 5)."""
    found = read_key_set(json.dumps({"keys": [public(), public(kid="e", use="enc"), {"kty": "X"}]}).encode())
    assert (len(found.keys), found.ignored) == (1, 2)


def test_a_key_serves_the_algorithm_it_is_bound_to() -> None:
    """A key for PS256 doesn't verify RS256, nor an EC key either."""
    found = read_key_set(json.dumps({"keys": [public("RS256", kid="r", alg="PS256"), public(kid="e")]}).encode())
    assert found.find("r", "PS256", what="t").key_type == "RSA"
    for kid, algorithm in (("r", "RS256"), ("r", "ES256"), ("e", "RS256"), ("x", "ES256")):
        with pytest.raises(EvidenceRefused) as caught:
            found.find(kid, algorithm, what="t")
        assert caught.value.reason == "oidc_key_unknown"


# --- what the operator configures ---


@pytest.mark.parametrize(
    "changed",
    [
        {"profile": "anything"},
        {"issuer": "http://id.carrier.example"},
        {"issuer": "https://id.carrier.example?x=1"},
        {"redirect_uris": []},
        {"redirect_uris": ["http://shop.example/callback"]},
        {"max_age": 10**6},
        {"answers_with_issuer": "yes"},
        {"client_secret": "it doesn't belong here"},
        {"profile": "gbizid"},
        {"jwks": {"keys": []}},
    ],
)
def test_provider_files_that_are_refused(changed: dict[str, Any]) -> None:
    """Each names the file."""
    content = json.dumps({**sign_in("reliance").provider, **changed}).encode()
    with pytest.raises(TrustFileRefused) as caught:
        providers_of({"oidc_provider": [TrustFile("one.json", content)]})
    assert caught.value.fields["name"] == "one.json"


def test_two_files_of_one_client_are_refused() -> None:
    """Which of them would count?"""
    content = json.dumps(sign_in("gbizid").provider).encode()
    with pytest.raises(TrustFileRefused) as caught:
        providers_of({"oidc_provider": [TrustFile("one", content), TrustFile("two", content)]})
    assert caught.value.fields["name"] == "two"


def test_keys_had_at_some_time_serve_unless_keys_are_pinned() -> None:
    """They are joined to a provider without keys of its own; a pinned one has its own and no others."""
    told = sign_in("gbizid").provider
    kept = TrustFile("keys", json.dumps({"issuer": told["issuer"], "jwks": told["jwks"]}).encode())
    bare = {name: value for name, value in told.items() if name != "jwks"}
    for configured, expected in ((bare, 1), (told, 1)):
        file = TrustFile("p", json.dumps(configured).encode())
        found = providers_of({"oidc_provider": [file], "oidc_provider_keys": [kept]}).listed[0]
        assert found.keys is not None
        assert len(found.keys.keys) == expected
    other = {"issuer": told["issuer"], "jwks": {"keys": [public("RS256", kid="other")]}}
    kept = TrustFile("keys", json.dumps(other).encode())
    pinned = providers_of(
        {"oidc_provider": [TrustFile("p", json.dumps(told).encode())], "oidc_provider_keys": [kept]}
    ).listed[0]
    assert pinned.keys is not None
    assert "other" not in pinned.keys.keys


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example/x", True),
        ("http://127.0.0.1:8000/", True),
        ("http://[::1]:8000/", True),
        ("http://id.example/", False),
        ("http://127.0.0.1.attacker.example/", False),
        ("https://a@b.example/", False),
        ("https://id.example/#x", False),
        ("https://id.example:99999/", False),
        ("https:///x", False),
        ("https://id.example/ x", False),
        ("ftp://id.example/", False),
    ],
)
def test_safe_addresses(address: str, safe: bool) -> None:
    """TLS, or loopback; no user, no fragment, no trick with names."""
    assert is_safe_address(address) is safe


def test_a_profile_has_no_symmetric_algorithm() -> None:
    """A declaration that allowed one could not be made."""
    for algorithms in (frozenset({"HS256"}), frozenset({"none"}), frozenset[str]()):
        with pytest.raises(ValueError, match="algorithms"):
            ProviderProfile("x", ClientAuthentication.PRIVATE_KEY_JWT, algorithms, ("ES256",), ("openid",))
    assert set(PROFILES) == {"openid_ida", "gbizid", "digital_auth_app"}


# --- how we prove ourselves ---


def test_the_client_assertion_is_that_of_the_rfc() -> None:
    """iss = sub = the client, aud = the token endpoint alone, a jti, one minute; signed with the one algorithm."""
    one, made = provider(), ECKey.generate_key("P-256")
    credential = read_credential(made.as_pem(private=True), one)
    assert isinstance(credential, SigningKey)
    _, fields = authentication(
        one, credential, audience="https://id.carrier.example/token", jti="j" * 43, moment=MOMENT
    )
    token = jwt.decode(fields["client_assertion"], made, algorithms=["ES256"])
    issued = int(MOMENT.timestamp())
    assert token.claims == {
        "iss": "sekisho-test",
        "sub": "sekisho-test",
        "aud": "https://id.carrier.example/token",
        "jti": "j" * 43,
        "iat": issued,
        "exp": issued + 60,
    }
    assert token.header["kid"] == credential.public_jwk()["kid"]
    assert "d" not in credential.public_jwk()


def test_a_secret_is_encoded_before_it_is_joined() -> None:
    """RFC 6749 section 2.3.1: a colon or percent sign in it doesn't change who the client is."""
    one = provider("gbizid")
    credential = read_credential(b"a:secret%with+signs/0123\n", one)
    headers, fields = authentication(one, credential, audience="", jti="", moment=MOMENT)
    assert fields == {}
    assert headers["authorization"] == "Basic c2VraXNoby10ZXN0OmElM0FzZWNyZXQlMjV3aXRoJTJCc2lnbnMlMkYwMTIz"
    assert "secret" not in repr(credential)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("reliance", b"no key"),
        ("reliance", b""),
        ("reliance", ECKey.generate_key("P-256").as_pem(private=False)),
        ("reliance", ECKey.generate_key("P-384").as_pem(private=True)),
        ("gbizid", b"short"),
        ("gbizid", b"two\nlines of text that is long enough"),
        ("gbizid", b"\xff" * 40),
        ("gbizid", b"x" * 20_000),
    ],
)
def test_credentials_that_are_refused(kind: str, content: bytes) -> None:
    """A public key, another curve, a secret too short: refused, and nothing of it is repeated."""
    with pytest.raises(ProviderRefused) as caught:
        read_credential(content, provider(kind))
    assert not content or content.decode("latin-1") not in str(caught.value.as_document())


def test_a_credential_serves_its_own_profile_only() -> None:
    """A secret is never sent where a key is asked for, nor the reverse."""
    made = SigningKey("ES256", "k", ECKey.generate_key("P-256"))
    for kind, credential in (("reliance", Secret("s" * 20)), ("gbizid", made)):
        with pytest.raises(ValueError, match="only for a profile"):
            authentication(provider(kind), credential, audience="a", jti="j", moment=MOMENT)


def test_an_rsa_key_serves_where_the_profile_takes_one() -> None:
    """PS256 for another firm."""
    found = read_credential(RSAKey.generate_key(2048).as_pem(private=True), provider())
    assert isinstance(found, SigningKey)
    assert found.algorithm == "PS256"


# --- what the endpoints answer ---

GOOD = {"access_token": "abc", "token_type": "Bearer", "id_token": "a.b.c"}


@pytest.mark.parametrize(
    ("status", "media_type", "body", "reason"),
    [
        (400, "application/json", {"error": "invalid_grant"}, "oidc_exchange_refused"),
        (401, "application/json", {"error": "invalid_client"}, "oidc_exchange_refused"),
        (400, "application/json", {}, "oidc_exchange_refused"),
        (503, "text/html", {}, "oidc_provider_unreachable"),
        (429, "application/json", {}, "oidc_provider_unreachable"),
        (200, "text/html", GOOD, "oidc_message_malformed"),
        (200, "application/json", {**GOOD, "token_type": "mac"}, "oidc_message_malformed"),
        (200, "application/json", {**GOOD, "access_token": "a b"}, "oidc_message_malformed"),
        (200, "application/json", {**GOOD, "access_token": "a\r\nx: y"}, "oidc_message_malformed"),
        (200, "application/json", {"access_token": "abc", "token_type": "Bearer"}, "oidc_message_malformed"),
    ],
)
def test_token_answers_that_are_refused(status: int, media_type: str, body: dict[str, Any], reason: str) -> None:
    """A no, a fault of the server, or an answer of another form: each by its name."""
    with pytest.raises((EvidenceRefused, NotCheckable)) as caught:
        read_tokens(HttpAnswer(status, media_type, json.dumps(body).encode()))
    assert caught.value.reason == reason


def test_userinfo_answers() -> None:
    """JSON or a JWT with status 200; anything else says nothing or isn't one."""
    assert read_userinfo_answer(HttpAnswer(200, "application/jwt", b"a.b.c")).body == "a.b.c"
    for status, media_type, body in (
        (401, "application/json", b"{}"),
        (200, "text/html", b""),
        (200, "application/json", b"\xff"),
    ):
        with pytest.raises((EvidenceRefused, NotCheckable)):
            read_userinfo_answer(HttpAnswer(status, media_type, body))


def test_a_right_token_answer_shows_nothing_in_its_repr() -> None:
    """Tokens don't reach a log by accident."""
    tokens = read_tokens(HttpAnswer(200, "application/json", json.dumps(GOOD).encode()))
    assert "abc" not in repr(tokens)
