"""Rules, provisions and instruments as documents: everything the rulebook says of one, for machines and for the text.

Letters of items are those of the day asked about; a rule that isn't in force on that day is shown as it reads on its
first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sekisho.engine.facts import Catalogue, Text
from sekisho.engine.nodes import ALWAYS
from sekisho.engine.plan import LawEngine, applies_to, takes_part
from sekisho.engine.rules import Edge, Provision, Role, Rule, Rulebook, Selection, text_state_on
from sekisho.engine.validity import why_not_in_force
from sekisho.rulebook.checks import cited_by
from sekisho.rulebook.condition_text import ConditionWriter, provision_label
from sekisho.rulebook.examples import examples_of

EVENT = "event"
"""The dimension that says which procedure a case is about."""


@dataclass(frozen=True, slots=True)
class Confirmations:
    """Which duties nobody at the operator has confirmed yet, for one workspace."""

    unconfirmed: frozenset[str]

    def state(self, rule: Rule) -> str:
        """``confirmed``, ``unconfirmed`` or ``not_needed`` (what isn't a duty by law needs no confirmation)."""
        if rule.strength.value != "duty":
            return "not_needed"
        return "unconfirmed" if rule.id in self.unconfirmed else "confirmed"


def reading_day(rule: Rule, wanted: date) -> date:
    """``wanted`` where the rule is in force on it, else the rule's first (or latest possible first) day."""
    start = rule.start.day or rule.start.not_later_than or wanted
    end = (rule.end.day or rule.end.not_later_than) if rule.end is not None else None
    return wanted if start <= wanted and (end is None or wanted < end) else start


def rule_document(
    engine: LawEngine, rule: Rule, *, on: date, confirmations: Confirmations | None = None
) -> dict[str, Any]:
    """One rule as JSON values, its examples run. Without ``confirmations`` it says nothing of confirmation."""
    rulebook, catalogue = engine.rulebook, engine.catalogue
    day = reading_day(rule, on)
    writer = ConditionWriter(rulebook, catalogue, day, "en")
    document = {
        **rule_summary(rulebook, rule, on=day),
        "read_on": day.isoformat(),
        "party": rule.party,
        "applies": {
            name: [value for value in catalogue.facts[name].values if value in rule.applies[name]]
            for name in catalogue.dimensions
            if name in rule.applies
        },
        "conditions": {
            slot: writer.document(node)
            for slot, node in (("when", rule.when), ("requires", rule.requires), ("completion", rule.completion))
            if node is not None and node != ALWAYS
        },
        "excepts": [
            {
                "provisions": _citations(rulebook, exception.provisions, day),
                "condition": writer.document(exception.condition),
                "text": both(exception.text),
            }
            for exception in rule.excepts
        ],
        "completed_on": rule.completed_on.value if rule.completed_on is not None else None,
        "citations_by_event": {
            event: _citations(rulebook, names, day) for event, names in sorted(rule.provisions_by_event.items())
        },
        "also_cites": _citations(rulebook, sorted(cited_by(rule) - _direct(rule)), day),
        "messages": {
            name: both(text)
            for name, text in (
                ("staff", rule.message.staff),
                ("applicant", rule.message.applicant),
                ("how", rule.message.how),
                ("ended", rule.message.ended),
            )
            if text is not None
        },
        "kind_of_no": rule.kind_of_no.value if rule.kind_of_no is not None else None,
        "ends_when": both(rule.ends_when) if rule.ends_when is not None else None,
        "retention": (
            {"years": rule.retention.years, "after": rule.retention.after, "fields": list(rule.retention.fields)}
            if rule.retention is not None
            else None
        ),
        "measures": list(rule.measures),
        "examples": [
            {
                "name": result.example.name,
                "as_of": result.example.as_of.isoformat(),
                "expect": result.example.expect,
                "expect_reason": result.example.reason,
                "found": result.found,
                "found_reason": result.reason,
                "agrees": result.agrees,
            }
            for result in examples_of(engine, rule)
        ],
        "content_hash": rule.content_hash,
        "file": rule.file,
        "line": rule.line,
    }
    if confirmations is not None:
        document["confirmation"] = confirmations.state(rule)
    return document


def rule_summary(rulebook: Rulebook, rule: Rule, *, on: date) -> dict[str, Any]:
    """What a list says of a rule: id, title, what it does, when, on what it rests and how well that is known then."""
    day = reading_day(rule, on)
    events = rule.applies.get(EVENT) or rulebook.events
    return {
        "rule": rule.id,
        "title": both(rule.title),
        "role": rule.role.value,
        "duties": list(rule.duties),
        "method": rule.method,
        "strength": rule.strength.value,
        "from": edge_document(rule.start),
        "until": edge_document(rule.end) if rule.end is not None else None,
        "provisions": _citations(rulebook, rule.provisions, day),
        "text_state": text_state_on(rule, rulebook.provisions, day, events).value,
        "source": rule.source,
        "instrument": rule.instrument,
    }


def edge_document(edge: Edge) -> dict[str, Any]:
    """One end of an interval. ``date`` null: not fixed yet, at the latest ``not_later_than``."""
    return {
        "date": edge.day.isoformat() if edge.day is not None else None,
        "not_later_than": edge.not_later_than.isoformat() if edge.not_later_than is not None else None,
        "known_from": edge.known_from.isoformat(),
        "instrument": edge.instrument,
    }


def provision_document(rulebook: Rulebook, provision: Provision, *, on: date) -> dict[str, Any]:
    """One provision: its dated texts, the rules that cite it, the nodes below it, or why no rule implements it."""
    version = provision.on(on)
    return {
        "provision": provision.id,
        "title": both(provision.title),
        "label": both(version.label) if version is not None else None,
        "on": on.isoformat(),
        "text_state": version.text_state.value if version is not None else None,
        "versions": [
            {
                "from": version.start.isoformat(),
                "until": version.end.isoformat() if version.end is not None else None,
                "label": both(version.label),
                "text_state": version.text_state.value,
            }
            for version in provision.versions
        ],
        "rules": [
            rule_summary(rulebook, rule, on=on)
            for rule in sorted(rulebook.rules.values(), key=_by_time)
            if provision.id in cited_by(rule)
        ],
        "below": [
            name for name in sorted(rulebook.provisions) if name.startswith((provision.id + ".", provision.id + "-"))
        ],
        "not_a_rule": both(provision.not_a_rule) if provision.not_a_rule is not None else None,
    }


def instruments_document(rulebook: Rulebook) -> list[dict[str, Any]]:
    """Every instrument with its number of rules and provisions, and what of it can be adopted."""
    return [
        {
            "instrument": instrument.id,
            "title": both(instrument.title),
            "kind": instrument.kind,
            "source": instrument.source,
            "rules": sum(rule.instrument == name for rule in rulebook.rules.values()),
            "provisions": sum(provision.startswith(name + ".") for provision in rulebook.provisions),
            "can_be_adopted": instrument.kind in ("industry", "house"),
        }
        for name, instrument in sorted(rulebook.instruments.items())
    ]


def rules_about(
    rulebook: Rulebook,
    catalogue: Catalogue,
    dimensions: Mapping[str, str],
    *,
    on: date,
    as_known_at: date,
    selection: Selection,
) -> list[Rule]:
    """The rules in force on ``on`` that admit these dimension values (those left out may be anything), by role."""
    for name, value in dimensions.items():
        problem = catalogue.facts[name].problem_with(value)
        if problem is not None:
            raise ValueError(f"'{name}' must be {problem}")
    roles = list(Role)
    found = [
        rule
        for rule in rulebook.rules.values()
        if takes_part(rule, selection)
        and applies_to_some(rule, dimensions)
        and why_not_in_force(rule, as_of=on, as_known_at=as_known_at) is None
    ]
    return sorted(found, key=lambda rule: (roles.index(rule.role), rule.duties, rule.method or "", rule.id))


def applies_to_some(rule: Rule, dimensions: Mapping[str, str]) -> bool:
    """Whether the rule admits these values, whatever the dimensions that aren't named."""
    return applies_to(rule, {**{name: next(iter(values)) for name, values in rule.applies.items()}, **dimensions})


def both(text: Text) -> dict[str, str]:
    """A text as JSON values."""
    return {"ja": text.ja, "en": text.en}


def _direct(rule: Rule) -> set[str]:
    return {*rule.provisions, *(name for names in rule.provisions_by_event.values() for name in names)}


def _citations(rulebook: Rulebook, names: Iterable[str], day: date) -> list[dict[str, Any]]:
    return list(_cited(rulebook, names, day))


def _cited(rulebook: Rulebook, names: Iterable[str], day: date) -> Iterator[dict[str, Any]]:
    for name in names:
        provision = rulebook.provisions[name]
        version = provision.on(day)
        yield {
            "provision": name,
            "label": {lang: provision_label(rulebook, name, day, lang) for lang in ("ja", "en")},
            "title": both(provision.title),
            "text_state": version.text_state.value if version is not None else None,
        }


def _by_time(rule: Rule) -> tuple[date, str]:
    return rule.start.day or rule.start.not_later_than or date.max, rule.id
