"""Coverage of the rulebook, both ways: provision ↔ rule, rule ↔ citation, message and example, measure ↔ what
implements it, and every duty of every kind of case.

A *problem* is either a hole (the check fails) or a note: something to look at that proves nothing wrong. Coverage says
that nothing was forgotten; it can't say that a rule reads its provision rightly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sekisho.engine.facts import Catalogue, Text
from sekisho.engine.rules import Provision, Role, Rule, Rulebook, TextState
from sekisho.rulebook.checks import cited_by
from sekisho.rulebook.duty_coverage import DutyCoverage, duty_coverage
from sekisho.rulebook.measures import Measure, MeasureCoverage, MeasureState, measure_coverage, unknown_measures


class ProblemKind(Enum):
    """What can be missing, beside the faults of duties (:class:`~sekisho.rulebook.duty_coverage.DutyFault`)."""

    PROVISION_WITHOUT_RULE = "provision_without_rule"
    RULE_WITHOUT_PROVISION = "rule_without_provision"
    CITATION_NOT_IN_FORCE = "citation_not_in_force"
    MESSAGE_MISSING = "message_missing"
    EXAMPLE_MISSING = "example_missing"
    UNKNOWN_MEASURE = "unknown_measure"
    NOTHING_SAID_OF_MEASURE = "nothing_said_of_measure"
    MODULE_MISSING = "module_missing"
    TEXT_STATE_STRONGER = "text_state_stronger"


NOTES = frozenset({ProblemKind.TEXT_STATE_STRONGER})
"""Kinds that are worth a look and prove nothing wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found: about a provision, rule or measure, with file and line."""

    kind: ProblemKind
    about: str
    file: str
    line: int
    text: Text

    @property
    def is_hole(self) -> bool:
        """Whether it makes the check fail."""
        return self.kind not in NOTES


@dataclass(frozen=True, slots=True)
class ProvisionCoverage:
    """A provision and what stands behind it: rules that cite it, nodes below it that rules cite, or the reason."""

    provision: Provision
    rules: tuple[str, ...]
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """A rule and what it rests on: every provision it cites, its measures, and how many examples expect what."""

    rule: Rule
    provisions: tuple[str, ...]
    examples: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole result for one rulebook."""

    rulebook: Rulebook
    provisions: tuple[ProvisionCoverage, ...]
    rules: tuple[RuleCoverage, ...]
    measures: tuple[MeasureCoverage, ...]
    duties: DutyCoverage
    problems: tuple[Problem, ...]

    @property
    def holes(self) -> tuple[Problem, ...]:
        """The problems that make the check fail, beside ``duties.holes``."""
        return tuple(problem for problem in self.problems if problem.is_hole)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.holes and not self.duties.holes


ModuleExists = Callable[[str], bool]
"""Says whether a module of that name can be imported."""


def coverage(
    rulebook: Rulebook,
    catalogue: Catalogue,
    measures: Mapping[str, Measure],
    *,
    module_exists: ModuleExists,
    also: Iterable[Rule] = (),
    since: date | None = None,
) -> Coverage:
    """Everything that is covered and everything that isn't. ``since`` limits the duties' days, nothing else.

    ``also`` are other desks' rules: they count for the measures alone.
    """
    cited = {rule.id: cited_by(rule) for rule in rulebook.rules.values()}
    provisions = tuple(_provisions(rulebook, cited))
    rules = tuple(_rule(rule, cited[rule.id]) for _, rule in sorted(rulebook.rules.items()))
    counted = tuple(measure_coverage(measures, (*rulebook.rules.values(), *also)))
    problems = [
        *(_provision_problem(found) for found in provisions if not _covered(found)),
        *(problem for rule in rulebook.rules.values() for problem in _rule_problems(rule, rulebook, catalogue)),
        *_measure_problems(counted, module_exists),
        *(
            Problem(
                ProblemKind.UNKNOWN_MEASURE,
                rule.id,
                rule.file,
                rule.line,
                Text(f"規則 {rule.id} の施策 {name} は一覧にない", f"rule {rule.id} names the unknown measure {name}"),
            )
            for rule, name in unknown_measures(measures, rulebook.rules.values())
        ),
    ]
    duties = duty_coverage(rulebook, catalogue, since=since)
    return Coverage(rulebook, provisions, rules, counted, duties, tuple(problems))


def _provisions(rulebook: Rulebook, cited: Mapping[str, set[str]]) -> Iterator[ProvisionCoverage]:
    citing: dict[str, list[str]] = {}
    for rule_id, provisions in sorted(cited.items()):
        for name in provisions:
            citing.setdefault(name, []).append(rule_id)
    for name, provision in sorted(rulebook.provisions.items()):
        below = tuple(other for other in sorted(citing) if other.startswith((name + ".", name + "-")))
        yield ProvisionCoverage(provision, tuple(citing.get(name, ())), below)


def _covered(found: ProvisionCoverage) -> bool:
    return bool(found.rules or found.through) or found.provision.not_a_rule is not None


def _provision_problem(found: ProvisionCoverage) -> Problem:
    provision = found.provision
    return Problem(
        ProblemKind.PROVISION_WITHOUT_RULE,
        provision.id,
        provision.file,
        provision.line,
        Text(
            f"{provision.id}（{provision.title.ja}）を引く規則も、規則にしない理由もありません",
            f"no rule cites {provision.id} ({provision.title.en}), and no reason is given",
        ),
    )


def _rule(rule: Rule, cited: set[str]) -> RuleCoverage:
    examples: dict[str, int] = {}
    for example in rule.examples:
        examples[example.expect] = examples.get(example.expect, 0) + 1
    return RuleCoverage(rule, tuple(sorted(cited)), examples)


def _rule_problems(rule: Rule, rulebook: Rulebook, catalogue: Catalogue) -> Iterator[Problem]:
    def problem(kind: ProblemKind, ja: str, en: str) -> Problem:
        return Problem(kind, rule.id, rule.file, rule.line, Text(ja, en))

    if not rule.provisions:
        yield problem(
            ProblemKind.RULE_WITHOUT_PROVISION, f"規則 {rule.id} は条を引いていません", f"rule {rule.id} cites nothing"
        )
    needed = {"staff": rule.message.staff, "applicant": rule.message.applicant}
    if rule.role in (Role.METHOD, Role.REQUIREMENT):
        needed["how"] = rule.message.how or Text("", "")
    if rule.end is not None:
        needed["ended"] = rule.message.ended or Text("", "")
    for name, text in needed.items():
        if not text.ja.strip() or not text.en.strip():
            yield problem(
                ProblemKind.MESSAGE_MISSING,
                f"規則 {rule.id} の文 {name} がありません",
                f"rule {rule.id} has no message '{name}'",
            )
    expected = {example.expect for example in rule.examples}
    if "met" not in expected or not expected & {"unmet", "not_applicable"}:
        yield problem(
            ProblemKind.EXAMPLE_MISSING,
            f"規則 {rule.id} に、充足の例と、不充足か適用なしの例がそろっていません",
            f"rule {rule.id} lacks an example that is met, or one that isn't",
        )
    yield from _citation_problems(rule, rulebook, catalogue, problem)


def _citation_problems(
    rule: Rule, rulebook: Rulebook, catalogue: Catalogue, problem: Callable[[ProblemKind, str, str], Problem]
) -> Iterator[Problem]:
    """Whether every text a rule rests on is in force while it is, and no weaker than the rule says."""
    start = rule.start.day or rule.start.not_later_than
    if start is None:
        return
    end = (rule.end.day or rule.end.not_later_than) if rule.end is not None else None
    events = rule.applies.get(catalogue.dimensions[0], frozenset(catalogue.facts[catalogue.dimensions[0]].values))
    direct = {name for event in events for name in rule.citations(event)}
    unread: list[str] = []
    for name in sorted(cited_by(rule)):
        provision = rulebook.provisions.get(name)
        if provision is None:
            continue
        later = [version for version in provision.versions if version.end is None or version.end > start]
        versions = [version for version in later if end is None or version.start < end]
        last = versions[-1].end if versions else None
        if provision.on(start) is None or (last is not None and (end is None or last < end)):
            yield problem(
                ProblemKind.CITATION_NOT_IN_FORCE,
                f"規則 {rule.id} の期間に、引いている {name} の条文がない日があります",
                f"rule {rule.id} cites {name}, which has no text in force on some day of the rule",
            )
        # A text from before the one that was read is no news; one that came after it is.
        read = next((v.start for v in versions if v.text_state is TextState.VERBATIM), None)
        weaker = [v for v in versions if v.text_state is not TextState.VERBATIM and (read is None or v.start > read)]
        if name in direct and weaker:
            unread.append(f"{name} ({weaker[0].start}: {weaker[0].text_state.value})")
    if unread and rule.text_state is TextState.VERBATIM:
        yield problem(
            ProblemKind.TEXT_STATE_STRONGER,
            f"規則 {rule.id} は「条文」とありますが、引いている条の後の版は読まれていません"
            f"（判断ではその日からその状態で示します）: {', '.join(unread)}",
            f"rule {rule.id} says verbatim, and later texts of what it cites were not read "
            f"(from then on a decision shows that state): {', '.join(unread)}",
        )


def _measure_problems(counted: tuple[MeasureCoverage, ...], module_exists: ModuleExists) -> Iterator[Problem]:
    for found in counted:
        measure = found.measure
        if found.state is MeasureState.NOTHING_SAID:
            yield Problem(
                ProblemKind.NOTHING_SAID_OF_MEASURE,
                measure.id,
                measure.file,
                measure.line,
                Text(
                    f"施策 {measure.id} を実装する規則も機能もなく、「まだ」とも書かれていません",
                    f"nothing implements measure {measure.id}, and it isn't said to be missing",
                ),
            )
        for feature in measure.features:
            if not module_exists(feature.module):
                yield Problem(
                    ProblemKind.MODULE_MISSING,
                    measure.id,
                    measure.file,
                    measure.line,
                    Text(
                        f"施策 {measure.id} の {feature.module} がありません",
                        f"measure {measure.id} names {feature.module}, which doesn't exist",
                    ),
                )
