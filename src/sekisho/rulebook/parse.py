"""From YAML places to provisions, sets, events and rules. Every key is known or refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from sekisho.engine.facts import Text
from sekisho.engine.nodes import ALWAYS
from sekisho.engine.rules import (
    CompletedOn,
    DatedSet,
    Edge,
    EventSpec,
    Example,
    Excepting,
    Instrument,
    KindOfNo,
    Message,
    Provision,
    ProvisionVersion,
    Retention,
    Role,
    Rule,
    Strength,
    TextState,
)
from sekisho.rulebook.conditions import Vocabulary, cited, parse_condition
from sekisho.rulebook.document import Place

INSTRUMENT_KINDS = frozenset({"act", "ordinance", "guideline", "industry", "house", "report"})
PARTIES = frozenset({"operator", "agent", "rental_firm", "applicant", "police"})

_REQUIRED = frozenset(
    {"id", "role", "title", "provisions", "party", "strength", "from", "text_state", "source", "message", "examples"}
)
_OPTIONAL = frozenset(
    {
        "duties",
        "method",
        "provisions_by_event",
        "applies",
        "when",
        "requires",
        "completion",
        "completed_on",
        "excepts",
        "until",
        "kind_of_no",
        "ends_when",
        "retention",
        "measures",
    }
)
_MEANING = (
    "role",
    "duties",
    "method",
    "provisions",
    "provisions_by_event",
    "party",
    "applies",
    "when",
    "requires",
    "completion",
    "completed_on",
    "excepts",
    "strength",
    "kind_of_no",
    "retention",
)
"""The keys that carry a rule's meaning; wording, examples and the interval may be mended without a new id."""

_BY_LAW = (KindOfNo.STATUTORY, KindOfNo.ACT2026_LINES)
"""Kinds of no that rest on an act."""

_EXPECTED = frozenset({"met", "unmet", "unknown", "not_applicable"})
"""What an example may expect of its rule."""

E = TypeVar("E", bound=Enum)


def text(place: Place) -> Text:
    """A text in both languages."""
    written = place.mapping(frozenset({"ja", "en"}), frozenset({"ja", "en"}))
    return Text(written["ja"].text(), written["en"].text())


def choice(enum: type[E], place: Place) -> E:
    """One value of an enumeration."""
    try:
        return enum(place.text())
    except ValueError:
        raise place.refuse(f"one of {', '.join(str(member.value) for member in enum)} is expected here") from None


def instrument(place: Place) -> Instrument:
    """The head of an instrument's folder."""
    keys = frozenset({"id", "title", "kind", "source"})
    written = place.mapping(keys, keys)
    if written["kind"].text() not in INSTRUMENT_KINDS:
        raise written["kind"].refuse(f"one of {', '.join(sorted(INSTRUMENT_KINDS))} is expected here")
    return Instrument(written["id"].text(), text(written["title"]), written["kind"].text(), written["source"].text())


def provision(place: Place) -> Provision:
    """One provision with its dated versions."""
    written = place.mapping(
        frozenset({"id", "title", "versions", "not_a_rule"}), frozenset({"id", "title", "versions"})
    )
    versions: list[ProvisionVersion] = []
    for version in written["versions"].items():
        keys = version.mapping(
            frozenset({"from", "until", "label", "text_state"}), frozenset({"from", "label", "text_state"})
        )
        end = keys["until"].day() if "until" in keys else None
        start = keys["from"].day()
        if versions and versions[-1].end != start:
            raise version.refuse("versions of a provision follow each other without gap or overlap")
        if end is not None and end <= start:
            raise version.refuse("a version ends after it starts")
        versions.append(ProvisionVersion(text(keys["label"]), start, end, choice(TextState, keys["text_state"])))
    if not versions:
        raise written["versions"].refuse("a provision has at least one version")
    reason = text(written["not_a_rule"]) if "not_a_rule" in written else None
    return Provision(written["id"].text(), text(written["title"]), tuple(versions), reason, place.file, place.line)


def dated_set(name: str, place: Place, values: frozenset[str]) -> DatedSet:
    """A named set whose versions follow each other without gap or overlap."""
    versions: list[tuple[date, date | None, frozenset[str]]] = []
    for version in place.items():
        keys = version.mapping(frozenset({"from", "until", "items"}), frozenset({"from", "items"}))
        start, end = keys["from"].day(), keys["until"].day() if "until" in keys else None
        if versions and versions[-1][1] != start:
            raise version.refuse(f"versions of the set '{name}' follow each other without gap or overlap")
        members = frozenset(keys["items"].texts())
        unknown = members - values
        if unknown:
            raise keys["items"].refuse(f"no enumeration of the catalogue has {', '.join(sorted(unknown))}")
        versions.append((start, end, members))
    if not versions:
        raise place.refuse(f"the set '{name}' has no version")
    return DatedSet(name, tuple(versions))


def event(name: str, place: Place, duties: Mapping[str, Text]) -> EventSpec:
    """An event and the duties it names."""
    keys = place.mapping(frozenset({"title", "duties"}), frozenset({"title", "duties"}))
    named = keys["duties"].texts()
    for duty in named:
        if duty not in duties:
            raise keys["duties"].refuse(f"unknown duty '{duty}'")
    return EventSpec(name, text(keys["title"]), named)


def rule(place: Place, instrument_id: str, vocabulary: Vocabulary) -> Rule:
    """One rule, its conditions checked against the catalogue."""
    keys = place.mapping(_REQUIRED | _OPTIONAL, _REQUIRED)
    role, strength = choice(Role, keys["role"]), choice(Strength, keys["strength"])
    condition = {
        slot: parse_condition(keys[slot], vocabulary) if slot in keys else None
        for slot in ("when", "requires", "completion")
    }
    excepts = tuple(_exception(item, vocabulary) for item in keys["excepts"].items()) if "excepts" in keys else ()
    until = _edge(keys["until"]) if "until" in keys else None
    start = _edge(keys["from"])
    if start.day is not None and until is not None and until.day is not None and until.day <= start.day:
        raise keys["until"].refuse("a rule ends after it starts")
    made = Rule(
        id=keys["id"].text(),
        role=role,
        title=text(keys["title"]),
        duties=keys["duties"].texts() if "duties" in keys else (),
        method=keys["method"].text() if "method" in keys else None,
        provisions=keys["provisions"].texts(),
        provisions_by_event=_by_event(keys.get("provisions_by_event"), vocabulary),
        party=_party(keys["party"]),
        applies=_applies(keys.get("applies"), vocabulary),
        when=condition["when"] or ALWAYS,
        requires=condition["requires"] or ALWAYS,
        completion=condition["completion"],
        completed_on=choice(CompletedOn, keys["completed_on"]) if "completed_on" in keys else None,
        excepts=excepts,
        strength=strength,
        start=start,
        end=until,
        text_state=choice(TextState, keys["text_state"]),
        source=keys["source"].text(),
        message=_message(keys["message"]),
        kind_of_no=choice(KindOfNo, keys["kind_of_no"]) if "kind_of_no" in keys else None,
        ends_when=text(keys["ends_when"]) if "ends_when" in keys else None,
        retention=_retention(keys["retention"]) if "retention" in keys else None,
        measures=keys["measures"].texts() if "measures" in keys else (),
        examples=tuple(_example(item) for item in keys["examples"].items()),
        instrument=instrument_id,
        content_hash=_content_hash(keys, vocabulary, with_interval=True),
        file=place.file,
        line=place.line,
    )
    _shape(made, place)
    return made


def meaning_hash(place: Place, vocabulary: Vocabulary) -> str:
    """The hash of what a rule means, its interval left out: what may never change under an id."""
    return _content_hash(place.mapping(), vocabulary, with_interval=False)


def _content_hash(keys: Mapping[str, Place], vocabulary: Vocabulary, *, with_interval: bool) -> str:
    wanted = (*_MEANING, "from", "until") if with_interval else _MEANING
    body: dict[str, Any] = {key: keys[key].canonical() for key in wanted if key in keys}
    body["named"] = {name: vocabulary.named[name][1].canonical() for name in sorted(_uses(body, vocabulary))}
    if with_interval:
        # A set gains versions as the law goes on, which is no new meaning of the rule; but it is read with the rule.
        sets = sorted(_sets_in(body) & set(vocabulary.sets))
        body["sets"] = {name: vocabulary.sets[name].canonical() for name in sets}
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _uses(written: object, vocabulary: Vocabulary) -> set[str]:
    found: set[str] = set()
    stack = [written]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            stack.extend(value.values())
            name = value.get("use")
            if isinstance(name, str) and name in vocabulary.named and name not in found:
                found.add(name)
                stack.append(vocabulary.named[name][1].canonical())
    return found


def _sets_in(written: object) -> set[str]:
    """The names that stand as the operand of ``in`` anywhere."""
    if isinstance(written, list):
        return {name for value in written for name in _sets_in(value)}
    if not isinstance(written, dict):
        return set()
    found = {name for value in written.values() for name in _sets_in(value)}
    return found | ({written["in"]} if isinstance(written.get("in"), str) else set())


def _edge(place: Place) -> Edge:
    keys = place.mapping(
        frozenset({"date", "known_from", "instrument", "not_later_than"}),
        frozenset({"date", "known_from", "instrument"}),
    )
    unknown = keys["date"].value == "unknown"
    limit = keys["not_later_than"].day() if "not_later_than" in keys else None
    if unknown and limit is None:
        raise place.refuse("an unknown date needs 'not_later_than'")
    if limit is not None and not unknown:
        raise keys["not_later_than"].refuse("'not_later_than' belongs to an unknown date only")
    return Edge(None if unknown else keys["date"].day(), keys["known_from"].day(), keys["instrument"].text(), limit)


def _exception(place: Place, vocabulary: Vocabulary) -> Excepting:
    keys = frozenset({"provisions", "condition", "text"})
    written = place.mapping(keys, keys)
    return Excepting(
        cited(written["provisions"]), parse_condition(written["condition"], vocabulary), text(written["text"])
    )


def _message(place: Place) -> Message:
    written = place.mapping(frozenset({"staff", "applicant", "how", "ended"}), frozenset({"staff", "applicant"}))
    return Message(
        text(written["staff"]),
        text(written["applicant"]),
        text(written["how"]) if "how" in written else None,
        text(written["ended"]) if "ended" in written else None,
    )


def _retention(place: Place) -> Retention:
    keys = frozenset({"years", "after", "fields"})
    written = place.mapping(keys, keys)
    return Retention(written["years"].integer(), written["after"].text(), written["fields"].texts())


def _example(place: Place) -> Example:
    written = place.mapping(
        frozenset({"name", "as_of", "facts", "evidence", "expect", "reason"}), frozenset({"name", "as_of", "expect"})
    )
    if written["expect"].text() not in _EXPECTED:
        raise written["expect"].refuse(f"one of {', '.join(sorted(_EXPECTED))} is expected here")
    for part in (*([written["facts"]] if "facts" in written else []), *_listed(written.get("evidence"))):
        part.mapping()
    evidence = tuple(item.plain() for item in _listed(written.get("evidence")))
    return Example(
        written["name"].text(),
        written["as_of"].day(),
        written["facts"].plain() if "facts" in written else {},
        evidence,
        written["expect"].text(),
        written["reason"].text() if "reason" in written else None,
    )


def _listed(place: Place | None) -> list[Place]:
    return place.items() if place is not None else []


def _party(place: Place) -> str:
    if place.text() not in PARTIES:
        raise place.refuse(f"one of {', '.join(sorted(PARTIES))} is expected here")
    return place.text()


def _applies(place: Place | None, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    if place is None:
        return {}
    found: dict[str, frozenset[str]] = {}
    for name, values in place.mapping(frozenset(vocabulary.catalogue.dimensions)).items():
        spec = vocabulary.catalogue.facts[name]
        members = frozenset(values.texts())
        unknown = members - set(spec.values)
        if unknown or not members:
            raise values.refuse(f"'{name}' must be some of {', '.join(spec.values)}")
        found[name] = members
    return found


def _by_event(place: Place | None, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    if place is None:
        return {}
    events = frozenset(vocabulary.catalogue.facts[vocabulary.catalogue.dimensions[0]].values)
    return {name: cited(provisions) for name, provisions in place.mapping(events).items()}


def _shape(made: Rule, place: Place) -> None:
    """What each role must and must not have."""
    problems = [
        (not made.provisions, "a rule cites at least one provision"),
        (
            made.role in (Role.DUTY, Role.SCOPE, Role.METHOD) and not made.duties,
            f"a {made.role.value} rule names its duties",
        ),
        ((made.role is Role.METHOD) != (made.method is not None), "'method' belongs to method rules, and each has one"),
        (
            (made.role is Role.METHOD) != (made.completed_on is not None),
            "'completed_on' belongs to method rules, and each has one",
        ),
        (made.role is not Role.METHOD and made.completion is not None, "only a method has a 'completion'"),
        (
            (made.role is Role.REFUSAL) != (made.kind_of_no is not None),
            "'kind_of_no' belongs to refusal rules, and each has one",
        ),
        (
            made.kind_of_no in _BY_LAW and made.strength not in (Strength.DUTY, Strength.PROPOSAL),
            "a ground by law is no industry's or house's own",
        ),
        (made.role is Role.REFUSAL and made.ends_when is None, "a refusal says how it ends ('ends_when')"),
        (made.role is Role.REFUSAL and made.requires == ALWAYS, "a refusal without a condition would refuse everybody"),
        (made.role is Role.METHOD and made.requires == ALWAYS, "a method without a condition would accept everybody"),
        (
            made.role in (Role.METHOD, Role.REQUIREMENT) and made.message.how is None,
            "'message.how' says what to do to meet it",
        ),
        (made.end is not None and made.message.ended is None, "a rule that ends says what to do now ('message.ended')"),
        (not any(example.expect == "met" for example in made.examples), "an example that is met is missing"),
        (
            not any(example.expect in ("unmet", "not_applicable") for example in made.examples),
            "an example that is unmet or not applicable is missing",
        ),
    ]
    for wrong, problem in problems:
        if wrong:
            raise place.refuse(f"rule '{made.id}': {problem}")
