"""The published JSON Schema and the reader say the same: every example, every field, every refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types, and these tests only call it
import pytest

from sekisho.contracts.application import MAX_EVIDENCE
from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.paper.seen import KINDS as SEEN_KINDS
from sekisho.contracts.evidence.paper.seen import SEEN_FIELDS
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.field_reading import MAX_TEXT
from sekisho.contracts.schema import application_schema
from tests.contracts.applications import LICENCE, SIGNATURE, item, read, written

SCHEMA = application_schema()
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "contracts").glob("*.json"))


def _valid(made: object) -> bool:
    return not any(jsonschema.Draft202012Validator(SCHEMA).iter_errors(made))


def _read(made: dict[str, Any]) -> bool:
    try:
        read(made)
    except ApplicationRefused:
        return False
    return True


def test_the_schema_is_one() -> None:
    """By the metaschema of 2020-12, and plain JSON."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert application_schema() == SCHEMA


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(example: Path) -> None:
    """What we show people is what we say they may send."""
    jsonschema.validate(json.loads(example.read_bytes()), SCHEMA)


def _one(schema: dict[str, Any], last: bool) -> Any:
    """A value the schema allows: the first, or the other end of it."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][-1 if last else 0]
    if "anyOf" in schema:
        return _one(schema["anyOf"][-1 if last else 0], last)
    if schema["type"] == "boolean":
        return last
    if schema["type"] == "integer":
        return schema["maximum" if last else "minimum"]
    if schema["type"] == "array":
        return list(schema["items"]["enum"])[: None if last else schema.get("minItems", 0)]
    if "pattern" in schema:
        return "staff:clerk-7" if last else "7"
    assert schema["type"] == "string"
    if schema.get("format") == "date":
        return "2026-04-01" if last else "1990-05-01"
    if schema.get("format") == "date-time":
        return "2026-04-01T00:00:00Z"
    return "架" * schema["maxLength"] if last else "玲"


def _properties(schema: dict[str, Any], last: bool, names: set[str] | None = None) -> dict[str, Any]:
    return {name: _one(spec, last) for name, spec in schema["properties"].items() if names is None or name in names}


FORMS = SCHEMA["properties"]["evidence"]["items"]["oneOf"]
KINDS = {form["properties"]["kind"]["const"]: form for form in FORMS if "at" in form["properties"]}
SECTIONS = sorted(name for name, spec in SCHEMA["properties"].items() if spec.get("type") == "object")
COMPARED = {"name", "address", "birth_date"}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_field_of_a_section_is_read(section: str, last: bool) -> None:
    """Each fact and identity item, with the first and the last value the schema allows, all of them at once."""
    made = written(**{section: _properties(SCHEMA["properties"][section], last)})
    jsonschema.validate(made, SCHEMA)
    facts = read(made).facts
    prefix = "service" if section == "service_details" else section
    own = {name for name in SCHEMA["properties"][section]["properties"] if name not in COMPARED}
    assert {name for name in facts if name.startswith(prefix + ".")} == {f"{prefix}.{name}" for name in own}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_evidence_is_read(kind: str, last: bool) -> None:
    """Each attribute of each kind, attested; and where the kind shows a person, what is compared instead."""
    schema = KINDS[kind]
    all_of_it = {name: value for name, value in _properties(schema, last).items() if name not in COMPARED}
    if SEEN_FIELDS & all_of_it.keys():
        all_of_it["seen_at"] = all_of_it["at"] if "T" in all_of_it["at"] else f"{all_of_it['at']}T10:00:00+09:00"
    needed = {"kind", "at", "person"} | COMPARED
    compared = _properties(schema, last, needed)
    made = written(evidence=[all_of_it, compared])
    jsonschema.validate(made, SCHEMA)
    attested, shown = read(made).evidence
    assert set(all_of_it) - {"kind", "identifier"} - SEEN_FIELDS <= set(attested.attributes)
    assert (attested.seen is not None) is (kind in SEEN_KINDS)
    assert shown.kind == kind


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", sorted(set(SCHEMA["properties"]) - set(SECTIONS) - {"evidence"}))
def test_every_field_at_the_top_is_read(name: str, last: bool) -> None:
    """References, times and the enumerations."""
    made = written(applied_at=None, evidence=[]) | {name: _one(SCHEMA["properties"][name], last)}
    jsonschema.validate(made, SCHEMA)
    assert read(made)


@pytest.mark.parametrize("left_out", sorted(SEEN_FIELDS))
def test_who_saw_a_paper_is_told_whole(left_out: str) -> None:
    """Schema and reader alike want all three fields, and neither takes them where nobody sees anything."""
    seen = {"seen_by": "7", "seen_at": SIGNATURE["at"], "looked_at": ["name"]}
    part = {name: value for name, value in seen.items() if name != left_out}
    for base, more, good in ((LICENCE, seen, True), (LICENCE, part, False), (SIGNATURE, seen, False)):
        made = written(evidence=[item(base, **more)])
        assert (_valid(made), _read(made)) == (good, good)


def test_every_fact_and_attribute_stands_in_the_schema() -> None:
    """What the catalogue knows can be sent, except what is derived."""
    sections = SCHEMA["properties"]
    for fact in CATALOGUE.facts:
        section, dot, name = fact.partition(".")
        holder = "service_details" if section == "service" else section
        listed = name in sections[holder]["properties"] if dot else fact in sections
        assert listed is (fact != "subject.age")
    assert {
        kind: set(spec.attributes) - set(KINDS[kind]["properties"]) for kind, spec in CATALOGUE.evidence.items()
    } == {kind: set() for kind in CATALOGUE.evidence}


REFUSED: list[dict[str, Any]] = [
    *(written(**{name: None}) for name in ("application", "event", "channel", "service", "subject", "evidence")),
    written(colour="red"),
    written(subject={"name": "玲"}),
    written(subject={"kind": "natural", "age": 3}),
    written(event="fly"),
    written(lines={"voice_active": -1}),
    written(lines={"voice_active": True}),
    written(lines={"voice_active": 1.5}),
    written(application=""),
    written(application="x" * (MAX_TEXT + 1)),
    written(evidence={}),
    written(evidence=[SIGNATURE] * (MAX_EVIDENCE + 1)),
    written(evidence=[item(kind="coin")]),
    written(evidence=[item(person=None)]),
    written(evidence=[item(at=None)]),
    written(evidence=[item(document="passport")]),
    written(evidence=[item(signature_valid="yes")]),
    written(evidence=[{"kind": "face_image", "person": "subject", "at": "2026-04-02", "name": "玲"}]),
    written(service_details={"service": "voice"}),
]


@pytest.mark.parametrize("made", REFUSED)
def test_what_the_schema_refuses_the_reader_refuses(made: dict[str, Any]) -> None:
    """Unknown and missing fields, wrong types and domains: neither is laxer than the other."""
    assert not _valid(made)
    assert not _read(made)


def test_the_plain_application_is_valid() -> None:
    """The one these tests change."""
    assert _valid(written())
    assert _read(written())
