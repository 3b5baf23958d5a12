"""A permission as one JSON document: what may be done, why, what is missing and from whom, in both languages.

Holds nothing of a case but its facts (flags and numbers): no name, no address, no identifier. What is said to whoever
asked stands under ``requester`` and repeats no internal reason; the rest is for staff and auditors.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sekisho.disclosure.decide import DisclosureDesk, Permission
from sekisho.disclosure.missing import Missing
from sekisho.engine.conclude import Finding
from sekisho.engine.counterfactual import Change, Way
from sekisho.engine.explain import Explainer, truths_of
from sekisho.engine.facts import Text, Value
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Role, Rule, Strength, TextState, text_state_on
from sekisho.engine.verdicts import RuleVerdict, Verdict

MAX_WHY: Final = 4
"""Reasons told per finding."""

NEXT_STEP: Final = {
    Verdict.ACCEPT: Text(
        "行えます。行う直前にもう一度判断し、文書の範囲に限ってください。",
        "It may be done. It is judged again right before; stay within the paper's scope.",
    ),
    Verdict.ACCEPT_ON_COMPLETION: Text("完了を待ってください。", "Wait for the closing act."),
    Verdict.NEED_EVIDENCE: Text(
        "まだ行えません。足りないものを請求者に尋ねるか、社内で確かめてください。",
        "Not yet. Ask the requester for what is missing, or settle it inside.",
    ),
    Verdict.REFUSE: Text(
        "行えません。根拠がないことと、どうすればよいかを請求者に伝えてください。",
        "It can't be done. Tell the requester that the ground is missing, and what would help.",
    ),
    Verdict.NEEDS_LEGAL_CONFIRMATION: Text(
        "決め手になった規則の条文を法務担当が確認してください（sekisho rulebook worklist --desk disclosure）。",
        "Have the texts of the deciding rules confirmed (sekisho rulebook worklist --desk disclosure).",
    ),
}
"""The one next step for each verdict."""


def permission_document(desk: DisclosureDesk, one: Permission, *, ways: bool = True) -> dict[str, Any]:
    """One act on one class.

    ``text_state``: how well the law behind the answer is known, the weakest of its grounds and refusals; None where
    there is neither. ``scope``: the rules by which duties don't apply. They decide with the others and are told apart,
    because they say nothing of the ground.
    """
    engine, outcome = desk.engine, one.outcome
    unconfirmed = {rule.id for rule in outcome.unconfirmed}
    deciding = {rule.id: rule for rule in outcome.deciding}.values()
    return {
        "act": one.act.value,
        "data_class": one.data_class.value,
        "verdict": one.verdict.value,
        "would_be": outcome.would_be.value,
        "permitted": one.permitted,
        "text_state": _weakest(engine, one),
        "next_step": both(NEXT_STEP[one.verdict]),
        "recipients": list(one.recipients),
        "until": None if one.until is None else {"day": _day(one.until.day), "text": both(one.until.text)},
        "duties": [
            {
                "duty": duty.duty,
                "title": both(engine.rulebook.duties[duty.duty]),
                "state": duty.state.value,
                "binding": duty.binding,
                "by": list(duty.by),
                "methods": list(duty.methods),
            }
            for duty in outcome.duties
        ],
        "grounds": [_cited(engine, one, rule, unconfirmed) for rule in one.grounds],
        "deciding": [_cited(engine, one, rule, unconfirmed) for rule in deciding if rule.role is not Role.SCOPE],
        "scope": [_cited(engine, one, rule, unconfirmed) for rule in deciding if rule.role is Role.SCOPE],
        "refusal": [
            {
                **_cited(engine, one, rule, unconfirmed),
                "kind": rule.kind_of_no.value if rule.kind_of_no is not None else None,
                "ground": both(rule.message.staff),
                "ends_when": both(rule.ends_when) if rule.ends_when is not None else None,
            }
            for rule in one.refusals
        ],
        "missing": [_missing(each) for each in one.missing],
        "questions": [
            {
                "name": asked.name,
                "title": both(asked.title),
                "asked_of": asked.asked_of.value,
                "settles": asked.settles,
            }
            for asked in one.questions
        ],
        "ways": [_way(engine, way) for way in desk.ways(one)] if ways else None,
        "advice": [{**_cited(engine, one, rule, unconfirmed), "text": both(rule.message.staff)} for rule in one.advice],
        "requester": [both(text) for text in requester_texts(one)],
        "findings": [_finding(engine, one, finding) for finding in outcome.findings()],
    }


def requester_texts(one: Permission) -> tuple[Text, ...]:
    """What may be told to whoever asked: why it can't be done and what would help, or what they are asked for.

    What is settled inside (a second person, a call back) isn't said, nor anything of a permission.
    """
    if one.refusals:
        return tuple(dict.fromkeys(rule.message.applicant for rule in one.refusals))
    asked = [each for each in one.missing if any(fact.asked_of.value == "applicant" for fact in each.facts)]
    return tuple(dict.fromkeys(each.rule.message.applicant for each in asked))


def both(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"ja": text.ja, "en": text.en}


def citations(engine: LawEngine, rule: Rule, event: str, day: date) -> list[dict[str, Any]]:
    """What a rule rests on, as it reads on ``day``, and how well that text is known."""
    cited = []
    for name in rule.citations(event):
        provision = engine.rulebook.provisions[name]
        version = provision.on(day) or provision.versions[-1]
        cited.append({"provision": name, "label": both(version.label), "text_state": version.text_state.value})
    return cited


def _weakest(engine: LawEngine, one: Permission) -> str | None:
    states = [_state(engine, one, rule) for rule in (*one.grounds, *one.refusals)]
    # An enum's members stand in their order: the best known first.
    return max(states, key=list(TextState).index).value if states else None


def _state(engine: LawEngine, one: Permission, rule: Rule) -> TextState:
    return text_state_on(rule, engine.rulebook.provisions, one.on, (one.event.value,))


def _cited(engine: LawEngine, one: Permission, rule: Rule, unconfirmed: set[str]) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": both(rule.title),
        "strength": rule.strength.value,
        "text_state": _state(engine, one, rule).value,
        "confirmed": rule.id not in unconfirmed if rule.strength is Strength.DUTY else None,
        "source": rule.source,
        "provisions": citations(engine, rule, one.event.value, one.on),
    }


def _missing(each: Missing) -> dict[str, Any]:
    return {
        "duty": each.duty,
        "rule": each.rule.id,
        "how": both(each.how),
        "facts": [
            {
                "name": fact.name,
                "title": both(fact.title),
                "state": "otherwise" if fact.known else "unknown",
                "asked_of": fact.asked_of.value,
            }
            for fact in each.facts
        ],
    }


def _way(engine: LawEngine, way: Way) -> dict[str, Any]:
    return {
        "verdict": way.verdict.value,
        "cost": way.cost,
        "by": sorted({change.by.value for change in way.changes}),
        "rules": [rule.id for rule in way.rules],
        "changes": [_change(engine, change) for change in way.changes],
    }


def _change(engine: LawEngine, change: Change) -> dict[str, Any]:
    name = str(change.name)
    return {
        "by": change.by.value,
        "name": name,
        "value": _plain(change.value),
        "title": both(engine.catalogue.facts[name].title),
    }


def _finding(engine: LawEngine, one: Permission, finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    made: dict[str, Any] = {
        "rule": rule.id,
        "role": rule.role.value,
        "title": both(rule.title),
        "verdict": finding.verdict.value,
        "reason": finding.reason.value if finding.reason is not None else None,
        "binding": finding.binding,
        "provisions": list(rule.citations(one.event.value)),
    }
    if finding.verdict in (RuleVerdict.UNMET, RuleVerdict.UNKNOWN) and rule.role in (Role.METHOD, Role.REQUIREMENT):
        why = Explainer(engine).why_not(rule, one.outcome, truths_of(one.outcome), MAX_WHY)
        made["why"] = {"ja": [told.ja for told in why], "en": [told.en for told in why]}
    return made


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _plain(value: Value | None) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
