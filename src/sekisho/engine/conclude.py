"""From the rules' truths to findings and one verdict.

The order of verdicts: a met ground of refusal, then anything still missing, then an open closing act, then acceptance;
legal confirmation stands above them all. An unknown never accepts and never refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sekisho.engine.errors import SilentLaw
from sekisho.engine.evaluate import MET, UNKNOWN, UNMET, Entry
from sekisho.engine.facts import Case
from sekisho.engine.plan import LawEngine, Plan, RuleProgram
from sekisho.engine.rules import Role, Rule, Selection, Strength
from sekisho.engine.verdicts import DutyState, Reason, RuleVerdict, Verdict

# Looked up once: finding a member in its enumeration for every rule would be a third of the work of concluding.
_METHOD, _DUTY, _SCOPE, _REQUIREMENT, _REFUSAL = Role.METHOD, Role.DUTY, Role.SCOPE, Role.REQUIREMENT, Role.REFUSAL
_WHEN_IMPLIES = (Role.REQUIREMENT, Role.RECORD, Role.ADVICE)

CONDITION_NOT_MET, EXCEPTED = 3, 4
"""Codes of a rule's result beyond the three truths: not applicable because of ``when``, or by a cited exception."""

_VERDICTS = {
    UNMET: (RuleVerdict.UNMET, None),
    UNKNOWN: (RuleVerdict.UNKNOWN, None),
    MET: (RuleVerdict.MET, None),
    CONDITION_NOT_MET: (RuleVerdict.NOT_APPLICABLE, Reason.CONDITION_NOT_MET),
    EXCEPTED: (RuleVerdict.NOT_APPLICABLE, Reason.EXCEPTED),
}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a workspace treats duties whose text nobody at the operator has confirmed.

    ``required`` gives ``needs_legal_confirmation`` where such a rule decides; otherwise they decide and it is shown.
    ``confirmed`` maps rule id to the content hash that was confirmed: a changed rule is unconfirmed again.
    """

    required: bool
    confirmed: Mapping[str, str]

    def covers(self, rule: Rule) -> bool:
        """Whether this very text of the rule has been confirmed."""
        return self.confirmed.get(rule.id) == rule.content_hash


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found. ``completion`` is the truth of the closing act, for methods that have one."""

    rule: Rule
    verdict: RuleVerdict
    reason: Reason | None
    completion: RuleVerdict | None
    binding: bool


@dataclass(frozen=True, slots=True)
class DutyOutcome:
    """One duty named by the event: its state, the rules behind it and the methods that fulfil it.

    ``voluntary``: where the law leaves the duty out and an industry rule asks for it, how far that is fulfilled.
    """

    duty: str
    state: DutyState
    binding: bool
    by: tuple[str, ...]
    methods: tuple[str, ...]
    voluntary: DutyState | None


class Outcome:
    """The result of one evaluation: verdict, raw results and trace; findings are made when asked for."""

    __slots__ = (
        "_found",
        "as_of",
        "case",
        "deciding",
        "duties",
        "plan",
        "results",
        "trace",
        "unconfirmed",
        "verdict",
        "would_be",
    )

    def __init__(
        self,
        *,
        case: Case,
        plan: Plan,
        as_of: date,
        results: list[tuple[int, int]],
        trace: list[Entry],
        verdict: Verdict,
        would_be: Verdict,
        duties: list[DutyOutcome],
        deciding: list[Rule],
        unconfirmed: list[Rule],
    ) -> None:
        """Made by :func:`conclude` only."""
        self.case = case
        self.plan = plan
        self.as_of = as_of
        self.results = results
        self.trace = trace
        self.verdict = verdict
        self.would_be = would_be
        self.duties = duties
        self.deciding = deciding
        self.unconfirmed = unconfirmed
        self._found: list[Finding] | None = None

    def findings(self) -> list[Finding]:
        """A finding for every rule of the plan, then those not in force, in the plan's order."""
        if self._found is not None:
            return self._found
        found = []
        for program, (code, completion) in zip(self.plan.programs, self.results, strict=True):
            verdict, reason = _VERDICTS[code]
            closing = _VERDICTS[completion][0] if program.completion is not None else None
            found.append(Finding(program.rule, verdict, reason, closing, program.binding))
        found.extend(
            Finding(rule, RuleVerdict.NOT_APPLICABLE, reason, None, rule.strength is Strength.DUTY)
            for rule, reason in self.plan.not_in_force
        )
        self._found = found
        return found


def run_rule(program: RuleProgram, case: Case, trace: list[Entry]) -> tuple[int, int]:
    """A rule's result code and its completion's truth (met where it has none).

    Duties, methods, grounds and scope are *when and requires*; requirements, records and advice are *when implies
    requires*: the first kind fails closed on an unknown ``when``, the second holds where the demand is met anyway.
    """
    facts, evidence = case.facts, case.evidence
    applicable = MET if program.when is None else program.when(facts, evidence, trace)
    if applicable == UNMET:
        return CONDITION_NOT_MET, UNKNOWN
    for exception in program.excepts:
        found = exception(facts, evidence, trace)
        if found == MET:
            return EXCEPTED, UNKNOWN
        applicable = min(applicable, MET - found)
    required = MET if program.requires is None else program.requires(facts, evidence, trace)
    closing = MET if program.completion is None else program.completion(facts, evidence, trace)
    if applicable == UNKNOWN:
        if program.rule.role in _WHEN_IMPLIES:
            required = MET if required == MET else UNKNOWN
        else:
            required = min(required, UNKNOWN)
    return required, closing


def judge(
    engine: LawEngine,
    case: Case,
    *,
    as_of: date,
    as_known_at: date,
    selection: Selection,
    confirmation: Confirmation,
) -> Outcome:
    """Evaluate every applicable rule and conclude.

    Raises :class:`~sekisho.engine.errors.SilentLaw` where a duty of the event is neither imposed nor excused.
    """
    plan = engine.plan(case, as_of=as_of, as_known_at=as_known_at, selection=selection)
    trace: list[Entry] = []
    results = [run_rule(program, case, trace) for program in plan.programs]
    return conclude(case, plan, as_of, results, trace, confirmation)


def conclude(
    case: Case,
    plan: Plan,
    as_of: date,
    results: list[tuple[int, int]],
    trace: list[Entry],
    confirmation: Confirmation,
) -> Outcome:
    """Draw the verdict from the rules' results. Pure in the strictest sense: no rule is evaluated here."""
    imposed: dict[str, list[tuple[RuleProgram, int]]] = {}
    excused: dict[str, list[Rule]] = {}
    ways: dict[str, list[tuple[RuleProgram, int, int]]] = {}
    missing: list[Rule] = []
    grounds: list[Rule] = []
    held: list[Rule] = []
    for program, (code, closing) in zip(plan.programs, results, strict=True):
        rule = program.rule
        role = rule.role
        if role is _REQUIREMENT:
            if program.binding and code <= MET:
                (held if code == MET else missing).append(rule)
        elif code == UNMET or code > MET:
            continue
        elif role is _METHOD:
            for duty in rule.duties:
                ways.setdefault(duty, []).append((program, code, closing))
        elif role is _DUTY:
            for duty in rule.duties:
                imposed.setdefault(duty, []).append((program, code))
        elif code != MET:
            continue
        elif role is _SCOPE:
            for duty in rule.duties:
                excused.setdefault(duty, []).append(rule)
        elif role is _REFUSAL and program.binding:
            grounds.append(rule)

    duties: list[DutyOutcome] = []
    deciding: list[Rule] = []
    leg_open = lacking = False
    for duty in plan.duties:
        outcome, rules = _duty(
            duty, imposed.get(duty, []), excused.get(duty, []), ways.get(duty, []), plan, as_of, confirmation
        )
        duties.append(outcome)
        deciding.extend(rules)
        if outcome.binding:
            leg_open |= outcome.state is DutyState.LEG_OPEN
            lacking |= outcome.state in (DutyState.OPEN, DutyState.APPLICABILITY_UNKNOWN)

    if grounds:
        would_be, deciding = Verdict.REFUSE, grounds
    elif lacking or missing:
        would_be = Verdict.NEED_EVIDENCE
        deciding.extend(missing)
    else:
        would_be = Verdict.ACCEPT_ON_COMPLETION if leg_open else Verdict.ACCEPT
        deciding.extend(held)
    unconfirmed = [rule for rule in deciding if rule.strength is Strength.DUTY and not confirmation.covers(rule)]
    held_up = confirmation.required and bool(unconfirmed)
    return Outcome(
        case=case,
        plan=plan,
        as_of=as_of,
        results=results,
        trace=trace,
        verdict=Verdict.NEEDS_LEGAL_CONFIRMATION if held_up else would_be,
        would_be=would_be,
        duties=duties,
        deciding=deciding,
        unconfirmed=unconfirmed,
    )


def _duty(
    duty: str,
    imposed: list[tuple[RuleProgram, int]],
    excused: list[Rule],
    ways: list[tuple[RuleProgram, int, int]],
    plan: Plan,
    as_of: date,
    confirmation: Confirmation,
) -> tuple[DutyOutcome, list[Rule]]:
    """One duty's outcome and the rules that decide it. A duty rule that may apply outweighs a scope rule."""
    binding_rules = [program.rule for program, _ in imposed if program.binding]
    # A rule that binds nobody here breaks no silence: else an industry's own duty would stand for the law's answer.
    if not binding_rules and not excused:
        raise SilentLaw(
            event=plan.event, dimensions=", ".join(plan.dimensions.values()), as_of=as_of.isoformat(), duty=duty
        )
    binding = bool(binding_rules)
    done = [program.rule for program, code, closing in ways if code == MET and closing == MET]
    if done:
        state = DutyState.FULFILLED
    else:
        done = [program.rule for program, code, _ in ways if code == MET]
        certain = any(code == MET for program, code in imposed if program.binding == binding)
        state = DutyState.LEG_OPEN if done else DutyState.OPEN if certain else DutyState.APPLICABILITY_UNKNOWN
    # Of several fulfilled methods any one suffices: a confirmed one stands for them, else the first by id. It is named
    # first, so that the record is of the method that decided.
    done.sort(key=lambda rule: not confirmation.covers(rule))
    methods = tuple(rule.id for rule in done)
    if not binding:
        # The law leaves it out; what an industry rule asks for is told beside it and changes nothing.
        voluntary = state if imposed else None
        by = tuple(rule.id for rule in excused)
        return DutyOutcome(duty, DutyState.OUT_OF_SCOPE, False, by, methods if imposed else (), voluntary), excused
    by = tuple(rule.id for rule in binding_rules)
    return DutyOutcome(duty, state, True, by, methods, None), [*binding_rules, *done[:1]]
