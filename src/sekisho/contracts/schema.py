"""The JSON Schema of an application, made from the catalogue, so that it can't say anything the reader doesn't."""

from __future__ import annotations

from typing import Any

from sekisho.contracts.application import MAX_EVIDENCE
from sekisho.contracts.evidence.paper.seen import KINDS, LOOK_WORDS, STAFF_PATTERN, Look
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.field_reading import MAX_TEXT
from sekisho.engine.facts import EvidenceSpec, FactSpec, FactType

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_MOMENT = {"type": "string", "format": "date-time", "description": "RFC 3339 with offset / オフセット付きの日時"}
_DAY = {"type": "string", "format": "date"}
_IDENTITY = {
    "name": {**_TEXT, "description": "氏名・名称 / name"},
    "address": {**_TEXT, "description": "住居・本店所在地 / residence or head office"},
    "birth_date": {**_DAY, "description": "生年月日 / date of birth"},
}
_SEEN: dict[str, dict[str, Any]] = {
    "seen_by": {
        "type": "string",
        "pattern": STAFF_PATTERN,
        "description": "見た者の職員ID（氏名ではない） / staff id of who saw it, not a name",
    },
    "seen_at": {**_MOMENT},
    "looked_at": {
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"enum": [look.value for look in Look]},
        "description": "; ".join(f"{look.value}: {words.ja} / {words.en}" for look, words in LOOK_WORDS.items()),
    },
}
"""Who saw a paper or made a call, when, and what was looked at: all three or none."""


def application_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one application."""
    facts = CATALOGUE.facts
    properties: dict[str, Any] = {
        "application": {**_TEXT, "description": "申込みの参照番号 / the operator's own reference"},
        "applied_at": {**_MOMENT},
        "decided_at": {**_MOMENT},
        "verified_by": {**_TEXT, "description": "確認した者 / who verified"},
        "recorded_by": {**_TEXT, "description": "記録した者 / who recorded"},
    }
    for name in ("event", "channel", "service"):
        properties[name] = _fact(facts[name])
    sections: dict[str, dict[str, Any]] = {}
    for name, spec in facts.items():
        section, dot, field = name.partition(".")
        if dot and name != "subject.age":
            sections.setdefault("service_details" if section == "service" else section, {})[field] = _fact(spec)
    for section, fields in sections.items():
        people = dict(_IDENTITY) if section in ("subject", "representative") else {}
        properties[section] = {"type": "object", "properties": {**fields, **people}, "additionalProperties": False}
    properties["subject"]["required"] = ["kind"]
    properties["evidence"] = {
        "type": "array",
        "maxItems": MAX_EVIDENCE,
        "items": {"oneOf": [form(spec) for spec in CATALOGUE.evidence.values() for form in (_item, _raw, _kept)]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sekisho: application for a mobile contract / 携帯電話の契約の申込み",
        "type": "object",
        "properties": properties,
        "required": ["application", "event", "channel", "service", "subject", "evidence"],
        "additionalProperties": False,
    }


def _fact(spec: FactSpec) -> dict[str, Any]:
    said = {"description": f"{spec.title.ja} / {spec.title.en}"}
    if spec.type is FactType.BOOL:
        return {"type": "boolean", **said}
    if spec.type is FactType.ENUM:
        return {"enum": list(spec.values), **said}
    if spec.type is FactType.SET:
        return {"type": "array", "items": {"enum": list(spec.values)}, **said}
    if spec.type is FactType.INT:
        return {"type": "integer", "minimum": spec.low, "maximum": spec.high, **said}
    return {**_DAY, **said}


def _item(spec: EvidenceSpec) -> dict[str, Any]:
    properties: dict[str, Any] = {"kind": {"const": spec.kind, "description": f"{spec.title.ja} / {spec.title.en}"}}
    for name, attribute in spec.attributes.items():
        properties[name] = _fact(attribute)
    at_note = "行為の日（日本時間の日付、または日時） / day of the act (a Japan date, or a time)"
    properties["at"] = {"anyOf": [_DAY, _MOMENT], "description": at_note}
    properties["identifier"] = {
        **_TEXT,
        "description": "記号番号・問合せ番号など / number of the document, tracking number",
    }
    properties |= {name: schema for name, schema in _IDENTITY.items() if f"{name}_agrees" in spec.attributes}
    required = ["kind", "at"] + (["person"] if "person" in spec.attributes else [])
    made = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    if spec.kind in KINDS:
        properties |= _SEEN
        made["dependentRequired"] = {name: sorted(_SEEN.keys() - {name}) for name in sorted(_SEEN)}
    return made


def _raw(spec: EvidenceSpec) -> dict[str, Any]:
    """Raw evidence: everything but what somebody vouches for beside it is read from the document."""
    raw = {
        "type": "object",
        "description": "検証する証拠そのもの / the evidence itself, to be verified",
        "properties": {
            "format": {
                "enum": list(VERIFIERS),
                "description": "; ".join(f"{one.kind}: {one.title.ja} / {one.title.en}" for one in VERIFIERS.values()),
            },
            "document": {"type": "object", "description": "docs/evidence.md"},
        },
        "required": ["format", "document"],
        "additionalProperties": False,
    }
    return _beside(spec, "raw", raw)


def _kept(spec: EvidenceSpec) -> dict[str, Any]:
    """Evidence that was verified before, by its id."""
    return _beside(spec, "evidence", {**_TEXT, "description": "検証済みの証拠のID / id of evidence verified earlier"})


def _beside(spec: EvidenceSpec, name: str, what: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {"kind": {"const": spec.kind, "description": f"{spec.title.ja} / {spec.title.en}"}}
    properties[name] = what
    vouched = {one for verifier in VERIFIERS.values() for one in verifier.attested_beside}
    properties |= {
        one: _fact(attribute) for one, attribute in spec.attributes.items() if one == "person" or one in vouched
    }
    required = ["kind", name] + (["person"] if "person" in spec.attributes else [])
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
