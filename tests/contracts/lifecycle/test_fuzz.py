"""Whatever is sent as a certificate, a delivery event or a rental record is read or refused, and nothing else."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.lifecycle.certificate import check
from sekisho.contracts.lifecycle.rental import read_rental
from sekisho.contracts.postal.leg import read_event
from sekisho.destruction.certificate import CONTRACT as FORMAT
from sekisho.destruction.errors import CertificateRefused
from sekisho.errors import InputRefused
from tests.contracts.evidence.fuzzing import in_bounds

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)

_plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=40))
_json = st.recursive(
    _plain, lambda below: st.lists(below, max_size=5) | st.dictionaries(st.text(max_size=12), below, max_size=5)
)
_base64 = st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode())
_leaf = st.fixed_dictionaries(
    {
        "step": st.sampled_from(["planned", "destroyed", "probed", "certified", "final"]) | _json,
        "index": st.integers() | _json,
        "leaf": _base64 | _json,
        "body": _base64 | _json,
        "salt": st.binary(min_size=32, max_size=32).map(bytes.hex) | _json,
        "proof": st.lists(_base64, max_size=4) | _json,
    }
)
_certificate = st.fixed_dictionaries(
    {
        "format": st.just(FORMAT),
        "origin": st.text(max_size=30) | _json,
        "public_key": st.binary(min_size=32, max_size=32).map(bytes.hex) | _json,
        "checkpoint": st.text(max_size=80) | _json,
        "key": st.text(max_size=30) | _json,
        "state": st.sampled_from(["live", "final"]) | _json,
        "leaves": st.lists(_leaf, min_size=3, max_size=6) | _json,
    }
)


def _text(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return b"{}"


@settings(max_examples=200)
@given(st.one_of(st.binary(max_size=300), _json.map(_text), _certificate.map(_text)))
def test_no_certificate_breaks_the_check(raw: bytes) -> None:
    """Every one is refused with the number of a step."""
    with in_bounds():
        with pytest.raises(CertificateRefused) as caught:
            check(raw, key=None)
        assert caught.value.fields["step"] in range(1, 8)


_event = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(["sent", "delivered", "returned"]) | _json,
        "tracking_number": st.text(max_size=30) | _json,
        "at": st.just("2026-11-23T10:00:00+09:00") | _json,
        "post": st.sampled_from(["registered_non_forwarding", "ordinary"]) | _json,
        "addressed_to": st.sampled_from(["residence", "moon"]) | _json,
        "reported": st.dictionaries(st.sampled_from(["document", "name", "x"]), _json) | _json,
    },
)


@settings(max_examples=200)
@given(_event | st.dictionaries(st.text(max_size=12), _json))
def test_no_event_breaks_its_reader(written: dict[str, Any]) -> None:
    """It is read, and gives the same again, or refused by name."""
    with in_bounds():
        event = None
        with suppress(InputRefused):
            event = read_event(written)
        assert event is None or read_event(event.document()) == event


_rental = st.fixed_dictionaries(
    {},
    optional={
        "units": st.integers(-1, 5) | _json,
        "phone_numbers": st.lists(st.just("090-0000-0001") | st.text(max_size=9), max_size=4) | _json,
        "tracking_number": st.text(max_size=20) | _json,
        "payment_method": st.sampled_from(["cash", "gold"]) | _json,
        "handed_over_by": st.text(max_size=20) | _json,
        "handed_over_at": st.just("2026-11-23T10:00:00+09:00") | _json,
    },
)


@settings(max_examples=200)
@given(_rental | st.dictionaries(st.text(max_size=12), _json))
def test_no_rental_record_breaks_its_reader(written: dict[str, Any]) -> None:
    """It is read or refused by name."""
    with in_bounds(), suppress(InputRefused):
        assert read_rental(written, now=NOW).units > 0
