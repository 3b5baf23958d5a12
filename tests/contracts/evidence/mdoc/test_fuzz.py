"""Whatever bytes come, the verifier answers with a report or names the field, in time and in little memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.mdoc.profile import MAX_RECORD
from sekisho.contracts.evidence.verifier import TrustFile
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.fuzzing import in_bounds, in_memory, mutated
from tests.contracts.evidence.mdoc.checking import asked, document, encoded, prepared, ready, verify

CHALLENGE = build.new_session()
RIGHT = build.card("hanako").answer(CHALLENGE)
FILES = {
    "authority": build.authority("digital").certificate,
    "revocation_list": build.crl("digital", [1, 2]),
    "profile": b'{"name": "x", "document": "y", "elements": {"name": ["a", "b"]}}',
}


def answered(raw: bytes, **other: Any) -> None:
    """A report in time; proof of the holder only where nothing was changed that counts."""
    with in_bounds():
        try:
            report = verify(raw, challenge=CHALLENGE, **other).report
        except ApplicationRefused:
            return
    assert (report.facts is None) == (report.failure is not None)
    if report.facts is not None and "holder_confirmed" in report.facts:
        assert report.facts["name_agrees"] is True
    report.as_document()


@settings(max_examples=300, deadline=None)
@given(mutated(RIGHT))
def test_any_response(data: bytes) -> None:
    """A changed response is answered by the report; nothing outside the tree of errors is raised."""
    answered(data)


@settings(max_examples=150, deadline=None)
@given(mutated(build.card("hanako").object()))
def test_any_security_object(data: bytes) -> None:
    """A security object of any content that the issuer itself signed."""
    card = build.card("hanako")
    answered(encoded(build.issuer_signed(card.items, data, card.signer)))


@settings(max_examples=150, deadline=None)
@given(mutated(build.card("hanako").items[build.JP][0]))
def test_any_item(data: bytes) -> None:
    """An item of any content that the issuer itself signed."""
    card = build.card("hanako")
    items = {**card.items, build.JP: [data, *card.items[build.JP][1:]]}
    try:
        digests = build.digests_of(items)
    except Exception:  # what the fixture can't read has no digest
        digests = build.digests_of(card.items)
    answered(encoded(build.issuer_signed(items, card.object(digests=digests), card.signer)))


@settings(max_examples=100, deadline=None)
@given(mutated(build.card("hanako").signer.certificate))
def test_any_certificate(data: bytes) -> None:
    """Any bytes for the signer's certificate."""
    card = build.card("hanako")
    answered(encoded(build.issuer_signed(card.items, card.object(), replace(card.signer, certificate=data))))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(-4, 3), st.one_of(st.integers(), st.binary(max_size=70), st.none()), max_size=5))
def test_any_device_key(key: dict[int, Any]) -> None:
    """Any map for the phone's key."""
    card = build.card("hanako")
    signed = build.issuer_signed(card.items, card.object(deviceKeyInfo={"deviceKey": key}), card.signer)
    answered(encoded(signed))


@settings(max_examples=100, deadline=None)
@given(mutated(document(RIGHT, CHALLENGE)))
def test_any_document(data: bytes) -> None:
    """A changed document is refused with its field or gives a report."""
    try:
        ready().verify(data, asked("hanako")).report.as_document()
    except ApplicationRefused:
        return


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(("authority", "revocation_list", "profile")), st.data())
def test_any_trust_file(use: str, data: st.DataObject) -> None:
    """A changed file of the operator's is refused with its name, or is still one."""
    changed = data.draw(mutated(FILES[use]))
    try:
        prepared(**{use: [TrustFile("file", changed)]})
    except TrustFileRefused:
        return


BOMBS: dict[str, Callable[[], bytes]] = {
    "many items": lambda: b"\x9a" + (MAX_RECORD - 5).to_bytes(4, "big") + b"\x00" * (MAX_RECORD - 5),
    "many empty maps": lambda: b"\x99\x0f\xff" + b"\xa0" * 4095,
    "deep": lambda: b"\x81" * MAX_RECORD,
    "a length bomb": lambda: b"\xbb" + b"\xff" * 8,
    "one long text": lambda: b"\x7a" + (MAX_RECORD - 5).to_bytes(4, "big") + b"a" * (MAX_RECORD - 5),
    "many keys": lambda: cbor2.dumps(dict.fromkeys(range(2000), 0)),
    "digits": lambda: encoded(
        build.Card(
            "x",
            build.signer("digital"),
            build.card("hanako").phone,
            "SHA-256",
            build.items_of({("x", "y"): "1-" * 60_000}),
        ).issued()
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str) -> None:
    """The worst that fits the limits takes less than a second and less than 64 MiB."""
    raw = document(BOMBS[bomb]()[:MAX_RECORD])
    ready()
    with in_memory():
        found = ready().verify(raw, asked("hanako"))
    assert found.report.failure is not None
    # Again for the time: counting what every CBOR item takes costs more than reading it.
    with in_bounds():
        ready().verify(raw, asked("hanako"))
