"""Whatever a provider or sender gives: only errors of the tree come out, in bounded time and memory."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.oidc.compact import claims_of, take_apart
from sekisho.contracts.evidence.oidc.discovery import read_metadata
from sekisho.contracts.evidence.oidc.exchange import read_tokens
from sekisho.contracts.evidence.oidc.jwks import read_key_set
from sekisho.contracts.evidence.oidc.ports import HttpAnswer
from sekisho.contracts.evidence.oidc.provider import read_keys, read_provider
from sekisho.contracts.evidence.verifier import Asked
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.errors import SekishoError
from tests.contracts.evidence.fixtures.openid import KINDS, MOMENT, base64url, key, sign, sign_in
from tests.contracts.evidence.fuzzing import JSON_VALUES, TOKENS, Place, in_bounds, in_memory, mutated, places, replaced
from tests.contracts.evidence.oidc.test_messages import metadata_of, provider


def metadata(data: bytes) -> None:
    """Read a discovery document."""
    read_metadata(data, provider())


def tokens(data: bytes) -> None:
    """Read a token answer."""
    read_tokens(HttpAnswer(200, "application/json", data))


def token(data: bytes) -> None:
    """Take a JWT apart, and read its claims as if they had been checked."""
    claims_of(take_apart(data.decode("latin-1"), what="token", algorithms=frozenset({"ES256"})))


def kept_keys(data: bytes) -> None:
    """Read a file of keys."""
    read_keys(data)


def configuration(data: bytes) -> None:
    """Read a provider file and its agreement."""
    read_provider(data)


READERS: tuple[tuple[Callable[[bytes], object], bytes], ...] = (
    (read_key_set, json.dumps(sign_in("gbizid").provider["jwks"]).encode()),
    (metadata, json.dumps(metadata_of(provider())).encode()),
    (tokens, b'{"access_token": "abc", "token_type": "Bearer", "id_token": "a.b.c"}'),
    (token, sign(sign_in("reliance").claims, "ES256", key("ES256")).encode()),
    (kept_keys, json.dumps({"issuer": "https://x.example", "jwks": sign_in("gbizid").provider["jwks"]}).encode()),
    (configuration, json.dumps(sign_in("reliance").provider).encode()),
)


def bounded(reader: Callable[[bytes], object], data: bytes) -> None:
    """Read within the bounds; nothing but the tree's errors."""
    with in_bounds(), contextlib.suppress(SekishoError):
        reader(data)


@pytest.mark.parametrize(("reader", "whole"), READERS, ids=lambda one: getattr(one, "__name__", ""))
def test_damaged_messages_end_in_a_named_error(reader: Callable[[bytes], object], whole: bytes) -> None:
    """Damage of near-JSON and near-JWT, and bytes that were never one."""

    @settings(max_examples=200, deadline=None)
    @given(mutated(whole, pieces=TOKENS) | st.binary(max_size=200))
    def read(data: bytes) -> None:
        bounded(reader, data)

    read()


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_signs_anything(kind: str) -> None:
    """Any value at any place of claims or userinfo, with the provider's own good signature: a report.

    A number of twelve digits that by chance is an individual number's is refused with the document.
    """
    right = sign_in(kind)
    spots = [(part, place) for part in ("claims", "userinfo") for place in places(getattr(right, part))]

    @settings(max_examples=250, deadline=None)
    @given(st.sampled_from(spots), JSON_VALUES)
    def verify(spot: tuple[str, Place], value: Any) -> None:
        one = sign_in(kind)
        setattr(one, spot[0], replaced(getattr(one, spot[0]), spot[1], value))
        with in_bounds():
            try:
                report = one.verify().report
            except IndividualNumber:
                return
        assert (report.facts is None) == (report.failure is not None)
        report.as_document()

    verify()


@pytest.mark.parametrize("kind", KINDS)
def test_any_document(kind: str) -> None:
    """Any value at any place of a document, and damaged bytes of one."""
    right = sign_in(kind)
    document, raw = right.document(), right.raw()
    prepared = VERIFIERS[kind].prepare(right.trust(), moment=MOMENT)

    def verify(data: bytes) -> None:
        with contextlib.suppress(SekishoError):
            report = prepared.verify(data, Asked("", MOMENT)).report
            assert (report.facts is None) == (report.failure is not None)

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(places(document)), JSON_VALUES)
    def changed(place: Place, value: Any) -> None:
        bounded(verify, json.dumps(replaced(document, place, value)).encode())

    @settings(max_examples=150, deadline=None)
    @given(mutated(raw, pieces=TOKENS))
    def damaged(data: bytes) -> None:
        bounded(verify, data)

    changed()
    damaged()


BOMBS = {
    "deep lists": b"[" * 60_000,
    "deep objects": b'{"a":' * 10_000,
    "deep within the limit of bytes": b'{"keys":' + b"[" * 900 + b"]" * 900 + b"}",
    "many keys": b'{"keys":[' + b",".join([b'{"kty":"RSA"}'] * 4_000) + b"]}",
    "one huge number": b'{"keys":' + b"9" * 60_000 + b"}",
    "one huge modulus": b'{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"' + b"_" * 60_000 + b'"}]}',
    "a token of dots": b"." * 30_000,
    "a huge header": base64url(b'{"alg":"ES256","kid":"' + b"k" * 20_000 + b'"}').encode() + b".e30.AA",
    "twelve digits again and again": json.dumps({"iss": "1234 5678 9012 " * 130}).encode(),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("reader", [reader for reader, _ in READERS], ids=lambda one: one.__name__)
def test_bombs_stay_within_time_and_memory(reader: Callable[[bytes], object], bomb: str) -> None:
    """Inputs made to cost as much as they can: under a second and 64 MiB each."""
    bounded(reader, BOMBS[bomb])
    with in_memory():
        bounded(reader, BOMBS[bomb])
