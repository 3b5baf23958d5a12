"""Of every kind, whatever stands in its document or in an operator's file: a report or a named error, within bounds.

The kinds' own ``test_fuzz.py`` go deeper into each format; this one can't leave a kind or a use of trust files out.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.registry.kind import CORPORATE_NUMBER, REGISTRY_INFORMATION
from sekisho.contracts.evidence.verifier import Asked, Prepared, TrustFile, Verifier
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.errors import SekishoError
from tests.contracts.evidence.fixtures.examples import AT, KINDS, example
from tests.contracts.evidence.fuzzing import (
    JSON_VALUES,
    LENGTHS,
    TOKENS,
    Place,
    in_bounds,
    in_memory,
    mutated,
    places,
    replaced,
)
from tests.contracts.evidence.registry.test_document import Port

ASKED: dict[str, Verifier] = {
    **VERIFIERS,
    "corporate_number": CORPORATE_NUMBER.asking(Port()),
    "registry_information": REGISTRY_INFORMATION.asking(Port()),
}
"""Every verifier, those that ask somebody with somebody to ask."""

USES = [(kind, use) for kind in KINDS for use in example(kind).trust]


def ready(kind: str) -> Prepared:
    """The verifier with its example's trust."""
    return ASKED[kind].prepare(example(kind).trust, moment=AT)


def bounded(work: Callable[[], object]) -> None:
    """Within a second and 64 MiB, and nothing but the tree's errors."""
    with in_bounds(), in_memory(), contextlib.suppress(SekishoError):
        work()


def answered(prepared: Prepared, raw: bytes) -> None:
    """A report that is whole: facts or a failure, never both or neither."""

    def verify() -> None:
        report = prepared.verify(raw, Asked("", AT)).report
        assert (report.facts is None) == (report.failure is not None)
        report.as_document()

    bounded(verify)


@pytest.mark.parametrize("kind", KINDS)
def test_any_value_at_any_place(kind: str) -> None:
    """Any JSON value in the place of any other."""
    prepared, whole = ready(kind), json.loads(example(kind).document)

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(places(whole)), JSON_VALUES)
    def verify(place: Place, value: Any) -> None:
        answered(prepared, json.dumps(replaced(whole, place, value)).encode())

    verify()


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_documents(kind: str) -> None:
    """Near-JSON, in which lengths and values of what it holds are damaged too."""
    prepared = ready(kind)

    @settings(max_examples=60, deadline=None)
    @given(mutated(example(kind).document, pieces=TOKENS) | st.binary(max_size=200))
    def verify(data: bytes) -> None:
        answered(prepared, data)

    verify()


@pytest.mark.parametrize(("kind", "use"), USES)
def test_damaged_trust_files(kind: str, use: str) -> None:
    """A file of the operator's that was damaged on its way is refused by its name, or still is one."""
    trust = example(kind).trust
    first, *others = trust[use]

    @settings(max_examples=60, deadline=None)
    @given(mutated(first.content, pieces=LENGTHS + TOKENS) | st.binary(max_size=200))
    def prepare(data: bytes) -> None:
        changed = {**trust, use: [TrustFile(first.name, data), *others]}
        bounded(lambda: ASKED[kind].prepare(changed, moment=AT))

    prepare()


BOMBS = {
    "deep lists": b"[" * 60_000,
    "deep objects": b'{"a":' * 10_000,
    "one huge number": b'{"groups":' + b"9" * 250_000 + b"}",
    "many fields": b"{" + b",".join(b'"f%d":0' % at for at in range(20_000)) + b"}",
    "one huge text": b'{"certificate":"' + b"A" * 2_000_000 + b'"}',
    "twelve digits again and again": json.dumps({"application": "1234 5678 9012 " * 10_000}).encode(),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("kind", KINDS)
def test_bombs(kind: str, bomb: str) -> None:
    """The costliest documents there are."""
    answered(ready(kind), BOMBS[bomb])
