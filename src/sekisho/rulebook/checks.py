"""Checks on the rulebook as a whole: citations, intervals, coverage of provisions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise, product

from sekisho.engine.evaluate import slots
from sekisho.engine.facts import Catalogue
from sekisho.engine.nodes import Atom, Cited, Node, SetRef, Unless, walk
from sekisho.engine.rules import Provision, Role, Rule, Rulebook, Strength
from sekisho.rulebook.errors import RulebookRefused


def check_rulebook(rulebook: Rulebook, catalogue: Catalogue) -> None:
    """Raise :class:`RulebookRefused` at the first fault, naming the rule's or provision's file and line."""
    for rule in rulebook.rules.values():
        _check_citations(rule, rulebook)
        for duty in rule.duties:
            if duty not in rulebook.duties:
                raise _at(rule, f"unknown duty '{duty}'")
    _check_methods(rulebook)
    _check_sets(rulebook)
    _check_provisions_used(rulebook)
    _check_intervals(rulebook, catalogue)


def cited_by(rule: Rule) -> set[str]:
    """Every provision a rule cites: its own, per event, of exceptions and of the conditions it uses."""
    found = set(rule.provisions)
    for provisions in rule.provisions_by_event.values():
        found.update(provisions)
    roots: list[Node] = [rule.when, rule.requires]
    if rule.completion is not None:
        roots.append(rule.completion)
    for exception in rule.excepts:
        found.update(exception.provisions)
        roots.append(exception.condition)
    for root in roots:
        for node in walk(root):
            if isinstance(node, Cited | Unless):
                found.update(node.provisions)
    return found


def _at(rule: Rule | Provision, problem: str) -> RulebookRefused:
    return RulebookRefused(file=rule.file, line=rule.line, problem=f"'{rule.id}': {problem}")


def _check_citations(rule: Rule, rulebook: Rulebook) -> None:
    for cited in sorted(cited_by(rule)):
        if cited not in rulebook.provisions:
            raise _at(rule, f"there is no provision '{cited}'")
    start = rule.start.day or rule.start.not_later_than
    for cited in rule.provisions:
        provision = rulebook.provisions[cited]
        if start is not None and provision.on(start) is None:
            raise _at(rule, f"the provision '{cited}' has no text in force on {start}, when the rule starts")
        last = provision.versions[-1].end
        end = rule.end.day if rule.end is not None else None
        if last is not None and (end is None or last < end):
            raise _at(rule, f"the provision '{cited}' ends on {last}, before the rule does")


def _check_methods(rulebook: Rulebook) -> None:
    """A duty that the law imposes is fulfilled only by what the law permits, whatever an industry or house thinks."""
    by_law = {
        duty
        for rule in rulebook.rules.values()
        if rule.role is Role.DUTY and rule.strength is Strength.DUTY
        for duty in rule.duties
    }
    for rule in rulebook.rules.values():
        if rule.role is not Role.METHOD or rule.strength in (Strength.DUTY, Strength.PROPOSAL):
            continue
        for duty in rule.duties:
            if duty in by_law:
                raise _at(rule, f"the law imposes '{duty}': a method of strength '{rule.strength.value}' can't meet it")


def _check_sets(rulebook: Rulebook) -> None:
    """A set says what it holds on every day on which a rule asks: no version would be an empty set, in silence."""
    for rule in rulebook.rules.values():
        start = rule.start.day or rule.start.not_later_than
        end = rule.end.day if rule.end is not None else None
        for name in sorted(sets_of(rule)):
            versions = rulebook.sets[name].versions
            if start is not None and start < versions[0][0]:
                raise _at(rule, f"the set '{name}' begins on {versions[0][0]}, after the rule does")
            last = versions[-1][1]
            if last is not None and (end is None or last < end):
                raise _at(rule, f"the set '{name}' ends on {last}, before the rule does")


def sets_of(rule: Rule) -> set[str]:
    """The named sets that a rule's conditions ask about."""
    nodes = (node for _, root in slots(rule) for node in walk(root))
    return {node.operand.name for node in nodes if isinstance(node, Atom) and isinstance(node.operand, SetRef)}


def _check_provisions_used(rulebook: Rulebook) -> None:
    cited: set[str] = set()
    for rule in rulebook.rules.values():
        cited |= cited_by(rule)
    parents = {
        known for known in rulebook.provisions if any(used.startswith((known + ".", known + "-")) for used in cited)
    }
    for provision in rulebook.provisions.values():
        used = provision.id in cited or provision.id in parents
        if not used and provision.not_a_rule is None:
            raise _at(provision, "no rule cites it, and no reason is given ('not_a_rule')")
        if provision.id in cited and provision.not_a_rule is not None:
            raise _at(provision, "a rule cites it, and it is listed as not a rule")


Span = tuple[date, date | None, Rule]


def _check_intervals(rulebook: Rulebook, catalogue: Catalogue) -> None:
    """Of one method of one duty, for the same kind of case and strength: no overlap, and no gap between versions."""
    series: dict[tuple[str, ...], list[Span]] = defaultdict(list)
    for rule in rulebook.rules.values():
        if rule.role is not Role.METHOD or rule.method is None:
            continue
        start = rule.start.day or rule.start.not_later_than
        if start is None:
            continue
        end = (rule.end.day or rule.end.not_later_than) if rule.end is not None else None
        axes = [sorted(rule.applies.get(name, catalogue.facts[name].values)) for name in catalogue.dimensions]
        for values in product(rule.duties, *axes):
            series[rule.method, rule.strength.value, *values].append((start, end, rule))
    for spans in series.values():
        spans.sort(key=lambda span: (span[0], span[2].id))
        for (_, end, before), (start, _, after) in pairwise(spans):
            if end is None or start < end:
                raise _at(after, f"overlaps with '{before.id}': both are the method '{after.method}' on {start}")
            if start > end:
                raise _at(after, f"leaves a gap after '{before.id}': the method '{after.method}' from {end} to {start}")
