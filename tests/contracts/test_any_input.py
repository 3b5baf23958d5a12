"""Any bytes and any values: an application, or one of our errors; nothing else is ever raised."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.application import parse_json, read_application
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.facts import CATALOGUE
from sekisho.engine.facts import Catalogue, ChangedBy, FactType
from sekisho.errors import SekishoError
from tests.contracts.applications import INDIVIDUAL_NUMBER, NOW, PLAIN

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(["2026-04-02", "9999-12-31", "0001-01-01T00:00:00+14:00", INDIVIDUAL_NUMBER, "十十丁目", "???"]),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    sorted(
        {name.partition(".")[0] for name in CATALOGUE.facts}
        | {name.partition(".")[2] for name in CATALOGUE.facts}
        | {name for spec in CATALOGUE.evidence.values() for name in spec.attributes}
        | {"kind", "at", "name", "address", "birth_date", "identifier", "evidence", "decided_at", "applied_at"}
    )
)


def _only_refuses(made: Any) -> None:
    try:
        found = read_application(made, now=NOW, origin=Origin.ATTESTED)
    except SekishoError as error:
        json.dumps([error.as_document(), error.sentence("ja"), error.sentence("en")])
        return
    for day in [*found.act_days(), found.decided_at.date()]:
        case = found.case(until=day)
        _in_catalogue(CATALOGUE, case.facts, case.evidence)


def _in_catalogue(catalogue: Catalogue, facts: dict[str, Any], evidence: dict[str, list[dict[str, Any]]]) -> None:
    """Every value that reaches the engine is in its fact's domain: the engine checks none again."""
    for name, value in facts.items():
        assert catalogue.facts[name].problem_with(value) is None
    for kind, items in evidence.items():
        for shown in items:
            for name, value in shown.items():
                assert catalogue.evidence[kind].attributes[name].problem_with(value) is None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | _VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Whatever bytes arrive, the outcome is an object or one of our errors."""
    try:
        made = parse_json(raw)
    except SekishoError:
        return
    _only_refuses(made)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_NAMES, _VALUES, max_size=6))
def test_any_object_is_read_or_refused(made: dict[str, Any]) -> None:
    """Any JSON object gives an application or one of our errors, never another exception."""
    _only_refuses(made)


def _paths(value: Any) -> list[tuple[Any, ...]]:
    below: list[tuple[Any, ...]] = [()]
    if isinstance(value, dict):
        below += [(name, *path) for name, part in value.items() for path in _paths(part)]
    elif isinstance(value, list):
        below += [(n, *path) for n, part in enumerate(value) for path in _paths(part)]
    return below


@st.composite
def _mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A good application with up to three values replaced, removed or added."""
    made = copy.deepcopy(PLAIN)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in _paths(made) if path]))
        holder: Any = made
        for step in path[:-1]:
            holder = holder[step]
        if draw(st.booleans()):
            holder[path[-1]] = draw(_VALUES)
        elif isinstance(holder, dict):
            del holder[path[-1]]
            holder[draw(_NAMES)] = draw(_VALUES)
    return made


@settings(max_examples=300, deadline=None)
@given(_mutated())
def test_a_good_application_gone_wrong_is_read_or_refused(made: dict[str, Any]) -> None:
    """Changing, removing and adding values anywhere never leads to anything but a reading or a refusal."""
    _only_refuses(made)


def test_the_catalogue_has_no_type_the_reader_does_not_know() -> None:
    """A new type of fact needs a reader: this fails when one is added."""
    assert {spec.type for spec in CATALOGUE.facts.values()} <= set(FactType)
    assert len(FactType) == 5
    assert len(ChangedBy) == 3
