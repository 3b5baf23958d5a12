"""The report of a simulation as data. :mod:`sekisho.engine.report_text` writes it for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sekisho.engine.columns import VERDICTS
from sekisho.engine.facts import Text
from sekisho.engine.vector_conclude import Scenario
from sekisho.engine.verdicts import RuleVerdict

SILENT_LAW = "silent_law"
"""Outcome of a case for which no rule says whether a duty applies: the live system would refuse to decide it."""

OUTCOMES: tuple[str, ...] = (*(verdict.value for verdict in VERDICTS), SILENT_LAW)
"""Outcomes by code: the verdicts, then :data:`SILENT_LAW`."""

RULE_RESULTS: tuple[str, ...] = (
    RuleVerdict.UNMET.value,
    RuleVerdict.UNKNOWN.value,
    RuleVerdict.MET.value,
    RuleVerdict.NOT_APPLICABLE.value,
)
"""Results of a rule by code. Not in force is not applicable too."""


@dataclass(frozen=True, slots=True)
class Transition:
    """``cases`` went from ``before`` to ``after``; ``examples`` are reference ids of some."""

    before: str
    after: str
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule whose result differs in some cases.

    ``with_verdict``: of those, the ones whose verdict changed too and in which the rule counts under one law only: that
    a way of verifying which nobody met no longer applies counts for nothing. It does not say that this rule alone
    changed the verdict: a case may meet several changed rules.
    """

    rule: str
    title: Text
    with_verdict: int
    results: tuple[Transition, ...]
    examples: tuple[str, ...]

    @property
    def cases(self) -> int:
        """How many cases the rule's result differs in."""
        return sum(change.cases for change in self.results)


@dataclass(frozen=True, slots=True)
class MethodChange:
    """A method by its slug: the cases that meet it before and after, its closing act done or still open.

    ``with_verdict``: cases that meet it under one law only, and whose verdict changed.
    """

    method: str
    before: int
    after: int
    with_verdict: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The cases with one value of a fact (a channel, an age band), and the changes of verdict among them."""

    value: str
    cases: int
    transitions: tuple[Transition, ...]

    @property
    def changed(self) -> int:
        """How many of them change their verdict."""
        return sum(change.cases for change in self.transitions)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The report by the values of one fact; values that no case has are left out."""

    fact: str
    title: Text
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The baseline beside the verdicts recorded at the time.

    ``differ`` is nothing wrong in itself: the baseline may judge by another date, or by law known only later.
    """

    same: int
    differ: int
    not_recorded: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a simulation found. ``before`` and ``after`` count outcomes under baseline and variant."""

    rulebook: str
    baseline: Scenario
    variant: Scenario
    cases: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    transitions: tuple[Transition, ...]
    rules: tuple[RuleChange, ...]
    methods: tuple[MethodChange, ...]
    breakdowns: tuple[Breakdown, ...]
    recorded: Recorded

    @property
    def changed(self) -> int:
        """How many cases change their outcome."""
        return sum(change.cases for change in self.transitions)

    def as_document(self) -> dict[str, Any]:
        """The report for machines: JSON-able, stable keys, nothing left out."""
        return {
            "rulebook": self.rulebook,
            "baseline": _scenario(self.baseline),
            "variant": _scenario(self.variant),
            "cases": self.cases,
            "changed": self.changed,
            "before": dict(self.before),
            "after": dict(self.after),
            "transitions": [_transition(change) for change in self.transitions],
            "rules": [
                {
                    "rule": change.rule,
                    "title": {"ja": change.title.ja, "en": change.title.en},
                    "cases": change.cases,
                    "verdict_changed": change.with_verdict,
                    "results": [_transition(result) for result in change.results],
                    "examples": list(change.examples),
                }
                for change in self.rules
            ],
            "methods": [
                {"method": m.method, "before": m.before, "after": m.after, "verdict_changed": m.with_verdict}
                for m in self.methods
            ],
            "by": {
                breakdown.fact: [
                    {
                        "value": part.value,
                        "cases": part.cases,
                        "changed": part.changed,
                        "transitions": [_transition(change) for change in part.transitions],
                    }
                    for part in breakdown.slices
                ]
                for breakdown in self.breakdowns
            },
            "recorded": {
                "same": self.recorded.same,
                "differ": self.recorded.differ,
                "not_recorded": self.recorded.not_recorded,
                "examples": list(self.recorded.examples),
            },
        }


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "as_of": None if scenario.as_of is None else scenario.as_of.isoformat(),
        "as_known_at": None if scenario.as_known_at is None else scenario.as_known_at.isoformat(),
        "adopted": sorted(scenario.selection.adopted),
        "proposals": sorted(scenario.selection.proposals),
    }


def _transition(change: Transition) -> dict[str, Any]:
    document: dict[str, Any] = {"before": change.before, "after": change.after, "cases": change.cases}
    return {**document, "examples": list(change.examples)} if change.examples else document
