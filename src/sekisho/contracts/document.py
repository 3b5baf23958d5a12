"""A decision as one JSON document: everything a machine or an auditor needs, both languages, nothing left out.

The identity items stand only in ``record``; the rest holds no name or address.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sekisho.contracts.decide import ContractDecision
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.not_checked import not_checked
from sekisho.contracts.record import StatutoryRecord, VerifiedPerson
from sekisho.engine.conclude import Finding
from sekisho.engine.counterfactual import Change, Way
from sekisho.engine.explain import (
    Audience,
    Explained,
    Explainer,
    finding_sentence,
    truths_of,
)
from sekisho.engine.facts import Text, Value
from sekisho.engine.nodes import Count, Exists, walk
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Provision, Role, Rule, Strength, text_state_on
from sekisho.engine.verdicts import RuleVerdict, Verdict

MAX_WHY = 4
"""Reasons told per finding: the tree has them all."""

_TOLD = (RuleVerdict.UNMET, RuleVerdict.UNKNOWN)

NEXT_STEP = {
    Verdict.ACCEPT: Text(
        "契約の手続に進めます。本人確認記録を保存してください。",
        "Go on with the contract; keep the verification record.",
    ),
    Verdict.ACCEPT_ON_COMPLETION: Text(
        "配達などの完了を待ってください。それまでは本人確認は終わっていません。",
        "Wait for the closing act (delivery). Until then the identity is not verified.",
    ),
    Verdict.NEED_EVIDENCE: Text("足りない証拠をそろえてください。", "Provide what is missing."),
    Verdict.REFUSE: Text(
        "理由と終わり方を相手方に伝えてください。", "Tell the counterparty the ground and how it ends."
    ),
    Verdict.NEEDS_LEGAL_CONFIRMATION: Text(
        "決め手になった規則の条文を法務担当が確認してください（sekisho rulebook worklist）。",
        "Have the texts of the deciding rules confirmed (sekisho rulebook worklist).",
    ),
}
"""The one next step for each verdict."""


def decision_document(engine: LawEngine, decision: ContractDecision, *, explain: bool = False) -> dict[str, Any]:
    """The decision as plain JSON values. ``explain`` adds the whole tree of conditions per rule."""
    outcome = decision.outcome
    application = decision.application
    unconfirmed = {rule.id for rule in outcome.unconfirmed}
    words = _words_of(engine)
    document: dict[str, Any] = {
        "application": application.reference,
        "verdict": outcome.verdict.value,
        "would_be": outcome.would_be.value,
        "next_step": _both(_next_step(decision)),
        "as_of": decision.as_of.isoformat(),
        "as_known_at": decision.law.as_known_at.isoformat(),
        "decided_at": application.decided_at.isoformat(),
        "hypothetical": decision.hypothetical,
        "verified_on": _day(decision.verified_on),
        "complete_before": _day(decision.complete_before),
        "rulebook": engine.rulebook.content_hash,
        "legal_confirmation": "required" if decision.law.confirmation.required else "shown",
        "adopted": sorted(decision.law.selection.adopted),
        "proposals": sorted(decision.law.selection.proposals),
        "dimensions": dict(outcome.plan.dimensions),
        "duties": [
            {
                "duty": duty.duty,
                "title": _both(engine.rulebook.duties[duty.duty]),
                "state": duty.state.value,
                "binding": duty.binding,
                "by": list(duty.by),
                "methods": list(duty.methods),
                "voluntary": duty.voluntary.value if duty.voluntary is not None else None,
            }
            for duty in outcome.duties
        ],
        "deciding": [_cited(engine, rule, decision, rule.id in unconfirmed) for rule in _once(outcome.deciding)],
        "refusal": [
            {
                "kind": rule.kind_of_no.value,
                "rule": rule.id,
                "ground": _both(rule.message.staff),
                "provisions": _provisions(engine, rule, decision),
                "ends_when": _both(rule.ends_when) if rule.ends_when is not None else None,
            }
            for rule in outcome.deciding
            if rule.role is Role.REFUSAL and rule.kind_of_no is not None
        ],
        "ways": [way_document(engine, way) for way in decision.ways],
        "missing_evidence": [
            {
                "evidence": missing.kind,
                "title": _both(missing.title),
                "settles": list(missing.duties),
                "rules": list(missing.rules),
                "asked_of": missing.asked_of.value,
            }
            for missing in decision.missing
        ],
        "questions": [
            {
                "name": asked.name,
                "evidence": asked.kind,
                "item": asked.position,
                "settles": asked.settles,
                "bears_on": asked.touches,
                "asked_of": asked.asked_of.value,
                "title": _both(asked.title),
            }
            for asked in decision.questions
        ],
        "findings": list(_findings(words, decision, explain)),
        "evidence": [
            {
                "item": position,
                "id": item.checked.id,
                "format": item.checked.format,
                "origin": item.origin.value,
                "report": dict(item.checked.report),
            }
            for position, item in enumerate(application.evidence)
            if item.checked is not None
        ],
        "seen": [
            {"item": position, "evidence": item.kind, "origin": item.origin.value, **item.seen.as_document()}
            for position, item in enumerate(application.evidence)
            if item.seen is not None
        ],
        "not_checked": list(not_checked(decision)),
        "record": _record(engine, decision, decision.record),
        "retention": [
            {"rule": rule.id, "years": kept.years, "after": kept.after, "fields": list(kept.fields)}
            for rule, kept in decision.retentions
        ],
    }
    return document


def _next_step(decision: ContractDecision) -> Text:
    if decision.verdict is Verdict.ACCEPT and decision.record is None:
        return Text("契約の手続に進めます。", "Go on with the contract.")
    return NEXT_STEP[decision.verdict]


def provision_label(provision: Provision, day: date, lang: str) -> str:
    """The citation as it reads on ``day``: item letters move with the text."""
    version = provision.on(day) or provision.versions[-1]
    return version.label.in_(lang)


def way_text(engine: LawEngine, way: Way, lang: str) -> str:
    """One way in words: the methods' own, or what to change."""
    told = [rule.message.how.in_(lang) for rule in way.rules if rule.message.how is not None]
    changed = [change_text(engine, change, lang) for change in way.changes if change.new is None]
    words = [*dict.fromkeys(told)] if told else []
    # A new item is told by its method; what remains to say are the changes to what is there already.
    if changed and (not told or all(change.new is None for change in way.changes)):
        words = changed
    elif changed:
        words += changed
    return ("、" if lang == "ja" else "; ").join(words)


def change_text(engine: LawEngine, change: Change, lang: str) -> str:
    """One change in words."""
    catalogue = engine.catalogue
    if change.new is not None:
        return catalogue.evidence[change.new.kind].title.in_(lang)
    name = str(change.name)
    if change.kind is not None:
        kind = catalogue.evidence[change.kind]
        title = f"{kind.title.in_(lang)}: {kind.attributes[name].title.in_(lang)}"
    else:
        title = catalogue.facts[name].title.in_(lang)
    return f"{title} → {_value_text(change.value, lang)}"


def way_document(engine: LawEngine, way: Way) -> dict[str, Any]:
    """One way to be accepted as JSON values."""
    return {
        "verdict": way.verdict.value,
        "cost": way.cost,
        "by": sorted({change.by.value for change in way.changes}),
        "rules": [rule.id for rule in way.rules],
        "text": {"ja": way_text(engine, way, "ja"), "en": way_text(engine, way, "en")},
        "changes": [
            {
                "by": change.by.value,
                "evidence": change.new.kind if change.new is not None else change.kind,
                "item": change.position,
                "new": {name: _plain(value) for name, value in change.new.values} if change.new is not None else None,
                "name": change.name,
                "value": _plain(change.value),
                "text": {"ja": change_text(engine, change, "ja"), "en": change_text(engine, change, "en")},
            }
            for change in way.changes
        ],
    }


@lru_cache(maxsize=4)
def _words_of(engine: LawEngine) -> _Words:
    return _Words(engine)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a finding says whatever the case, and the kinds of evidence its rule's own condition speaks of."""

    document: Mapping[str, Any]
    kinds: frozenset[str]


class _Words:
    """What one engine's rules say whatever the case: made once, and shared by the documents that say it."""

    def __init__(self, engine: LawEngine) -> None:
        self._rulebook = engine.rulebook
        self.explainer = Explainer(engine)
        edges = {day for each in engine.rulebook.provisions.values() for v in each.versions for day in (v.start, v.end)}
        self._days = sorted(day for day in edges if day is not None)
        self._rules: dict[tuple[object, ...], _Said] = {}
        self._cited: dict[tuple[str, str, int], list[dict[str, Any]]] = {}

    def stretch(self, day: date) -> int:
        """The number of the stretch that ``day`` lies in: between two days on which any text changes, none does."""
        return bisect_right(self._days, day)

    def text_state(self, rule: Rule, event: str, day: date) -> str:
        """How well what a rule rests on is known on ``day``."""
        return text_state_on(rule, self._rulebook.provisions, day, (event,)).value

    def of(self, finding: Finding, event: str, day: date, stretch: int) -> _Said:
        """A finding's part that follows from the rule, the day's texts and what was found, not from the case."""
        rule, verdict, reason, completion = finding.rule, finding.verdict, finding.reason, finding.completion
        # An enumeration's member is one object for good, and its own hash takes longer than all the rest here.
        key = (rule.id, id(verdict), id(reason), id(completion), finding.binding, event, stretch)
        found = self._rules.get(key)
        if found is None:
            document = {
                "rule": rule.id,
                "role": rule.role.value,
                "title": _both(rule.title),
                "method": rule.method,
                "duties": list(rule.duties),
                "verdict": finding.verdict.value,
                "reason": finding.reason.value if finding.reason is not None else None,
                "completion": finding.completion.value if finding.completion is not None else None,
                "strength": rule.strength.value,
                "binding": finding.binding,
                "text_state": self.text_state(rule, event, day),
                "until": _day(rule.end.day) if rule.end is not None else None,
                "staff": {lang: finding_sentence(finding, Audience.STAFF, lang) for lang in ("ja", "en")},
                "applicant": {lang: finding_sentence(finding, Audience.APPLICANT, lang) for lang in ("ja", "en")},
                "provisions": self.cited(rule, event, day),
            }
            asked = {node.kind for node in walk(rule.requires) if isinstance(node, Exists | Count)}
            # The post alone doesn't say which method was meant.
            found = self._rules[key] = _Said(document, frozenset(asked - {"postal_item"}))
        return found

    def cited(self, rule: Rule, event: str, day: date) -> list[dict[str, Any]]:
        """The provisions a rule rests on, with their labels on ``day`` and how well their texts are known."""
        key = (rule.id, event, self.stretch(day))
        found = self._cited.get(key)
        if found is None:
            found = self._cited[key] = [self._provision(cited, day) for cited in rule.citations(event)]
        return found

    def _provision(self, name: str, day: date) -> dict[str, Any]:
        provision = self._rulebook.provisions[name]
        version = provision.on(day)
        return {
            "id": name,
            "label": {lang: provision_label(provision, day, lang) for lang in ("ja", "en")},
            "text_state": version.text_state.value if version is not None else None,
        }


def _findings(words: _Words, decision: ContractDecision, explain: bool) -> Iterator[dict[str, Any]]:
    outcome, confirmation = decision.outcome, decision.law.confirmation
    event, evidence, stretch = outcome.plan.event, outcome.case.evidence, words.stretch(decision.as_of)
    truths = truths_of(outcome)
    origin = _origin_of(decision)
    for finding in outcome.findings():
        rule = finding.rule
        said = words.of(finding, event, decision.as_of, stretch)
        made: dict[str, Any] = {
            **said.document,
            "confirmed": confirmation.covers(rule),
            "attempted": not said.kinds.isdisjoint(evidence),
        }
        if finding.verdict in _TOLD:
            why = words.explainer.why_not(rule, outcome, truths, MAX_WHY)
            made["why"] = {"ja": [told.ja for told in why], "en": [told.en for told in why]}
        if explain:
            trees = words.explainer.trees(rule, outcome, truths, origin)
            made["conditions"] = {slot: _tree(tree) for slot, tree in trees}
        yield made


def _tree(part: Explained) -> dict[str, Any]:
    made: dict[str, Any] = {"node": part.node_id, "form": part.form}
    if part.truth is not None:
        made["truth"] = part.truth.name.lower()
    for name in ("kind", "item", "name", "operator", "origin"):
        value = getattr(part, name)
        if value is not None:
            made[name] = value
    if part.operand is not None:
        made["operand"] = _plain(part.operand)
    if part.form == "atom":
        made["value"] = _plain(part.value)
    if part.provisions:
        made["provisions"] = list(part.provisions)
    if part.parts:
        made["parts"] = [_tree(below) for below in part.parts]
    return made


def _origin_of(decision: ContractDecision) -> Callable[[str, int], str]:
    evidence = decision.outcome.case.evidence
    origins = {id(item.attributes): item.origin.value for item in decision.application.evidence}

    def origin(kind: str, position: int) -> str:
        return origins[id(evidence[kind][position])]

    return origin


def _cited(engine: LawEngine, rule: Rule, decision: ContractDecision, unconfirmed: bool) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": _both(rule.title),
        "strength": rule.strength.value,
        "text_state": _words_of(engine).text_state(rule, decision.outcome.plan.event, decision.as_of),
        "confirmed": not unconfirmed if rule.strength is Strength.DUTY else None,
        "source": rule.source,
        "provisions": _provisions(engine, rule, decision),
    }


def _provisions(engine: LawEngine, rule: Rule, decision: ContractDecision) -> list[dict[str, Any]]:
    return _words_of(engine).cited(rule, decision.outcome.plan.event, decision.as_of)


def _record(engine: LawEngine, decision: ContractDecision, record: StatutoryRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {
        "verified_by": record.verified_by,
        "recorded_by": record.recorded_by,
        "counterparty": _verified(engine, decision, record.counterparty),
        "representative": _verified(engine, decision, record.representative),
        "body": record.body,
    }


def _verified(engine: LawEngine, decision: ContractDecision, person: VerifiedPerson | None) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "verified_on": _day(person.day),
        "identity": _identity(person.identity),
        "method": person.method.method,
        "rule": person.method.id,
        "provisions": _provisions(engine, person.method, decision),
        "documents": [
            {
                "evidence": document.kind,
                "document": document.document,
                "identifier": document.identifier,
                "at": document.at.isoformat(),
                "origin": document.origin,
                "kept_as": document.kept_as,
                "seen": None if document.seen is None else document.seen.as_document(),
            }
            for document in person.documents
        ],
    }


def _identity(person: Person) -> dict[str, Any]:
    return {"name": person.name, "address": person.address, "birth_date": _day(person.birth_date)}


def _both(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _once(rules: list[Rule]) -> list[Rule]:
    return list({rule.id: rule for rule in rules}.values())


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def _value_text(value: Value | None, lang: str) -> str:
    if isinstance(value, bool):
        return ("はい" if value else "いいえ") if lang == "ja" else ("yes" if value else "no")
    return str(_plain(value))
