"""No request breaks a reader or the check, whatever stands in it."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.intake.csv_batch import read_batch
from sekisho.disclosure.intake.draft import Draft
from sekisho.disclosure.intake.entries import ITEM_FIELDS
from sekisho.disclosure.intake.json_form import read_json, read_object
from sekisho.disclosure.intake.paper_forms import PAPER_FORMS
from sekisho.disclosure.intake.papers import read_paper
from sekisho.disclosure.intake.question_letter import question_letter
from sekisho.disclosure.intake.standard_form import STANDARD_FORM, read_standard_form
from sekisho.disclosure.intake.validation import Verdict, check
from sekisho.disclosure.reading import read_case
from sekisho.disclosure.record import ItemKind
from sekisho.errors import InputRefused
from tests.disclosure.intake.made_requests import AROUND, RECEIVED, draft, request

_WORDS = st.sampled_from(
    ["203.0.113.5", "fe80::1%eth0", "10.0.0.1", "::ffff:203.0.113.5", "[2001:db8::1]:99999", "192.0.2.1:443",
     "2026-11-20T12:00:00Z", "令和8年11月20日", "2026-11-20 12:00～", "JST", "", "0", "65536", "tcp", "٣", "１",
     "subscriber", "civil.1", "070-0000-0001", "490154203237519", "https://example.com/",
     "{written}", "{0}", "%s", "\x00", "\ud800"]
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_ITEMS = st.fixed_dictionaries(
    {"kind": st.sampled_from([one.value for one in ItemKind])},
    optional=dict.fromkeys(sorted(ITEM_FIELDS - {"kind"}), _WORDS | _VALUES),
)
_PLAIN_ITEMS = st.fixed_dictionaries(
    {"kind": st.sampled_from([one.value for one in ItemKind]), "value": _WORDS | st.text(max_size=60)},
    optional={
        name: _WORDS.filter(lambda one: "\x00" not in one) | st.text(st.characters(codec="utf-8"), max_size=40)
        for name in ("time", "zone", "port", "protocol", "destination", "destination_port", "reference")
    },
)


def _looked_over(made: Draft) -> None:
    """The check answers; a case that it gives is one that the strict reader reads again; the letter is JSON."""
    found = check(made, received_at=RECEIVED, by="uketsuke", around=AROUND)
    orjson.dumps(found.document())
    if found.case is not None:
        assert read_case(found.case.json()).json() == found.case.json()
        assert found.verdict is not Verdict.ACCEPT or len(found.case.items) == made.count
    letter = question_letter(found, received=RECEIVED.date())
    assert (letter is None) is (found.verdict is Verdict.ACCEPT)
    if letter is not None:
        assert letter.summary()


@settings(max_examples=150, deadline=None)
@given(st.lists(_ITEMS | _PLAIN_ITEMS, max_size=4), st.dictionaries(st.sampled_from(sorted(request())), _VALUES))
def test_json(items: list[Any], changed: dict[str, Any]) -> None:
    """Requests of right and wrong shape: a refusal that names a field, or a draft that can be looked over."""
    with suppress(InputRefused):
        _looked_over(read_object(request(items=items) | changed))


@settings(max_examples=150, deadline=None)
@given(st.lists(_PLAIN_ITEMS, min_size=1, max_size=4), _WORDS, st.text(st.characters(codec="utf-8"), max_size=20))
def test_items(items: list[Any], zone: str, number: str) -> None:
    """Items of the right shape with anything in them."""
    with suppress(InputRefused):
        _looked_over(draft(items=items, zone=zone, document={"number": number, "dated": number}))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_bytes(data: bytes) -> None:
    """Any bytes as JSON and as a file of addresses."""
    with suppress(InputRefused):
        _looked_over(read_json(data))
    with suppress(InputRefused):
        _looked_over(read_batch(io.BytesIO(data)).draft(draft().head))
    _looked_over(read_batch(io.BytesIO(b"address,port,time,zone\n" + data)).draft(draft().head))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([one.name for one in STANDARD_FORM]), _VALUES))
def test_standard_form(changed: dict[str, Any]) -> None:
    """Any values in the standard form's fields."""
    made = {"addressee": "関所通信", "claimant_name": "被害 花子", "wanted": [1], "items": []} | changed
    with suppress(InputRefused):
        _looked_over(read_standard_form(made))


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(sorted(PAPER_FORMS)))
def test_papers(data: st.DataObject, kind: Any) -> None:
    """Any values in any paper's fields."""
    names = [one.name for one in PAPER_FORMS[kind].fields]
    changed = data.draw(st.dictionaries(st.sampled_from(names), _VALUES))
    made = {"requester_kind": PAPER_FORMS[kind].requesters[0].value, "agency": "関所県警察"} | changed
    with suppress(InputRefused):
        _looked_over(read_paper(kind, made))
