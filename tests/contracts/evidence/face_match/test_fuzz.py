"""Whatever text comes, the verifier answers with a report or names the field, in time and in little memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.face_match.profile import MAX_RESULT
from tests.contracts.evidence.face_match.checking import asked, document, prepared, ready, verify
from tests.contracts.evidence.fixtures import face_match as build
from tests.contracts.evidence.fuzzing import JSON_VALUES, in_bounds, in_memory, mutated

RIGHT = build.result()
RIGHT_CLAIMS = json.dumps(build.claims()).encode()
RIGHT_FILE = build.provider_file("mihon")


def answered(result: str) -> None:
    """A report in time."""
    with in_bounds():
        report = verify(result)
    assert (report.facts is None) == (report.failure is not None)
    report.as_document()


@settings(max_examples=200, deadline=None)
@given(mutated(RIGHT.encode()))
def test_any_result(data: bytes) -> None:
    """A changed result is answered by the report and is never believed."""
    result = data.decode("latin-1")
    answered(result)
    assert result == RIGHT or verify(result).facts is None


@settings(max_examples=150, deadline=None)
@given(mutated(RIGHT_CLAIMS))
def test_any_claims(data: bytes) -> None:
    """Any claims that the provider itself signed."""
    answered(build.result(data))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(build.claims())), JSON_VALUES)
def test_any_value_of_a_claim(claim: str, value: Any) -> None:
    """Any JSON value in place of a claim."""
    answered(build.result(json.dumps({**build.claims(), claim: value}).encode()))


@settings(max_examples=100, deadline=None)
@given(mutated(document(RIGHT)))
def test_any_document(data: bytes) -> None:
    """A changed document is refused with its field or gives a report."""
    try:
        ready().verify(data, asked()).report.as_document()
    except ApplicationRefused:
        return


@settings(max_examples=150, deadline=None)
@given(mutated(RIGHT_FILE))
def test_any_provider_file(data: bytes) -> None:
    """A changed file of the operator's is refused with its name, or is still one."""
    try:
        prepared(data)
    except TrustFileRefused:
        return


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("keys", "minimum_threshold", "liveness", "products", "name")), JSON_VALUES)
def test_any_value_in_a_provider_file(field: str, value: Any) -> None:
    """Any JSON value in place of a field."""
    try:
        prepared(json.dumps({**json.loads(RIGHT_FILE), field: value}).encode())
    except TrustFileRefused:
        return


BOMBS: dict[str, Callable[[], str]] = {
    "dots": lambda: "." * MAX_RESULT,
    "a long header": lambda: build.text(b"[" * 12_000) + ".e30.e30",
    "deep claims": lambda: build.result(b'{"iss":' + b"[" * 9_000 + b"]" * 900),
    "a long number": lambda: build.result(b'{"score":' + b"9" * 9_000 + b"}"),
    "many claims": lambda: build.result(json.dumps({str(number): 0 for number in range(900)}).encode()),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str) -> None:
    """The worst that fits the limits takes less than a second and less than 64 MiB."""
    raw = document(BOMBS[bomb]())
    ready()
    with in_bounds(), in_memory():
        found = ready().verify(raw, asked())
    assert found.report.failure is not None
