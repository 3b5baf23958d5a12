"""What would change the verdict: the cheapest changes that lead to acceptance, each marked by who can make it.

At most :data:`OFFERED` ways, best first. Facts that nobody can change are never offered; what an evidence item shows
stays as it is (a wrong document is replaced by another, not altered). Every way offered has been judged again: it does
lead to ``accept`` or ``accept_on_completion`` under the same law on the same day.

The search is exact where rules ask for things alike and don't pull against each other. Within one rule it takes the
cheapest alternative without asking what else that would serve, and items described differently are different items: so
a cheaper way may go unseen, and a way offered is sufficient, not the only one.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sekisho.engine.conclude import Confirmation, Outcome, conclude, judge, run_rule
from sekisho.engine.evaluate import MET, UNKNOWN, UNMET, Entry, slots
from sekisho.engine.facts import Case, ChangedBy, FactSpec, FactType, Value
from sekisho.engine.new_items import NewItem, cheapest_items
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Count, Exists, Node, Not, Op, Period, Ref, SetRef, Unless, walk
from sekisho.engine.plan import LawEngine, RuleProgram
from sekisho.engine.rules import Role, Rule, Selection, TextState, text_state_on
from sekisho.engine.verdicts import DutyState, Verdict

OFFERED = 3
"""How many ways are offered: more than a person reads is no help."""

TRIED = 12
"""How many combinations are judged again before giving up; each costs one evaluation."""

COMBINED = 32
"""How many combinations are priced before the cheapest are judged: what serves two duties is paid once."""

ACCEPTED = (Verdict.ACCEPT, Verdict.ACCEPT_ON_COMPLETION)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: a fact, an attribute of an existing item (``position``), or (``new``) a whole item to bring."""

    by: ChangedBy
    cost: int
    kind: str | None
    position: int | None
    name: str | None
    value: Value | None
    new: NewItem | None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be accepted: the changes, the method rules it fulfils, its price and the verdict it leads to."""

    changes: tuple[Change, ...]
    rules: tuple[Rule, ...]
    cost: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Fix:
    cost: int
    changes: tuple[Change, ...]
    rule: Rule | None = None


_FREE = _Fix(0, ())
_STATES = tuple(TextState)
_SHOWN = Confirmation(required=False, confirmed={})
_NewItems = dict[tuple[int, int], _Fix | None]
"""By node and stretch of law: bringing the new items that meet it; None where none do."""


@dataclass(frozen=True, slots=True)
class Question:
    """Under which law a case is judged: what must stay the same while its facts change."""

    as_of: date
    as_known_at: date
    selection: Selection


class CounterfactualFinder:
    """Finds ways for one engine. What a new item would look like is worked out once per stretch of law and kept."""

    def __init__(self, engine: LawEngine) -> None:
        """Nothing is computed until asked."""
        self._engine = engine
        self._items: _NewItems = {}
        self._asked: dict[str, frozenset[str]] = {}

    def ways(self, outcome: Outcome, question: Question) -> list[Way]:
        """The cheapest ways from this outcome to acceptance; empty where it is accepted already or nothing helps.

        Other values of dimensions that the applicant can choose (another channel) are tried where there are fewer than
        :data:`OFFERED` within the case as it is, or where one of those costs more than the change of dimension does.
        """
        if outcome.would_be in ACCEPTED:
            return []
        found = list(self._within(outcome, question, ()))
        dearest = max((way.cost for way in found), default=0) if len(found) == OFFERED else None
        for change in self._other_dimensions(outcome.case):
            if dearest is not None and dearest <= change.cost:
                continue
            case = apply(outcome.case, (change,), question.as_of)
            elsewhere = self._judge(case, question)
            if elsewhere.would_be in ACCEPTED:
                found.append(Way((change,), (), change.cost, elsewhere.would_be))
            else:
                found.extend(self._within(elsewhere, question, (change,)))
        found.sort(key=lambda way: (way.cost, self._uncertainty(way, outcome.plan.event, question.as_of)))
        return _distinct(found)[:OFFERED]

    def _uncertainty(self, way: Way, event: str, day: date) -> int:
        """Of two ways at the same price the one whose law is better known comes first."""
        provisions = self._engine.rulebook.provisions
        return max((_STATES.index(text_state_on(rule, provisions, day, (event,))) for rule in way.rules), default=0)

    def _judge(self, case: Case, question: Question) -> Outcome:
        return judge(
            self._engine,
            case,
            as_of=question.as_of,
            as_known_at=question.as_known_at,
            selection=question.selection,
            confirmation=_SHOWN,
        )

    def _judge_changed(self, outcome: Outcome, changes: Sequence[Change], day: date) -> Verdict:
        """What the case would be with the changes made: every rule that asks about something changed is run again."""
        case = apply(outcome.case, changes, day)
        changed = {change.new.kind if change.new is not None else change.kind or change.name for change in changes}
        results = [
            result if self._asks(program.rule).isdisjoint(changed) else run_rule(program, case, [])
            for program, result in zip(outcome.plan.programs, outcome.results, strict=True)
        ]
        return conclude(case, outcome.plan, outcome.as_of, results, [], _SHOWN).would_be

    def _asks(self, rule: Rule) -> frozenset[str]:
        """The facts and kinds of evidence that a rule's conditions ask about."""
        found = self._asked.get(rule.id)
        if found is None:
            found = self._asked[rule.id] = frozenset(name for _, root in slots(rule) for name in _names(root))
        return found

    def _other_dimensions(self, case: Case) -> Iterator[Change]:
        for name in self._engine.catalogue.dimensions:
            spec = self._engine.catalogue.facts[name]
            if spec.changed_by is ChangedBy.NOBODY:
                continue
            for value in spec.values:
                if value != case.facts[name]:
                    yield Change(spec.changed_by, spec.cost, None, None, name, value, None)

    def _within(self, outcome: Outcome, question: Question, before: tuple[Change, ...]) -> Iterator[Way]:
        needs = _Solver(self._engine, outcome, self._items, question).needs()
        offered = 0
        for picked in _cheapest_together(needs):
            together = _together(picked)
            verdict = self._judge_changed(outcome, together.changes, question.as_of)
            if verdict in ACCEPTED:
                rules = tuple(fix.rule for fix in picked if fix.rule is not None)
                cost = together.cost + sum(change.cost for change in before)
                yield Way((*before, *together.changes), rules, cost, verdict)
                offered += 1
                if offered == OFFERED:
                    return


class _Solver:
    """Prices every open need of one outcome, reading node truths from its trace."""

    def __init__(
        self,
        engine: LawEngine,
        outcome: Outcome,
        items: _NewItems,
        question: Question,
    ) -> None:
        self._engine = engine
        self._index = engine.index
        self._case = outcome.case
        self._outcome = outcome
        self._items = items
        self._nodes = engine.index.entries
        self._trace = set(outcome.trace)
        self._stretch = engine.stretch(question.as_of)
        self._as_of = question.as_of

    def needs(self) -> list[list[_Fix]]:
        """One list of fixes, cheapest first, for every duty, requirement and ground that stands in the way."""
        needs: list[list[_Fix]] = []
        programs = self._outcome.plan.programs
        for duty in self._outcome.duties:
            if duty.binding and duty.state in (DutyState.OPEN, DutyState.APPLICABILITY_UNKNOWN):
                fixes = []
                for program, (code, _) in zip(programs, self._outcome.results, strict=True):
                    if program.rule.role is Role.METHOD and duty.duty in program.rule.duties:
                        fix = self._rule(program, code)
                        if fix is not None:
                            fixes.append(fix)
                if duty.state is DutyState.APPLICABILITY_UNKNOWN:
                    fixes.extend(self._excuses(duty.duty))
                needs.append(sorted(fixes, key=lambda fix: fix.cost))
        for program, (code, _) in zip(programs, self._outcome.results, strict=True):
            rule = program.rule
            if not program.binding:
                continue
            if rule.role is Role.REQUIREMENT and code in (UNMET, UNKNOWN):
                fix = self._rule(program, code)
                needs.append([fix] if fix is not None else [])
            elif rule.role is Role.REFUSAL and code == MET:
                fix = _least([self._slot(rule, slot, want=slot.startswith("excepts")) for slot, _ in slots(rule)])
                needs.append([_Fix(fix.cost, fix.changes, rule)] if fix is not None else [])
        return needs

    def _excuses(self, duty: str) -> Iterator[_Fix]:
        """Learning that the duty doesn't apply is a way too (nobody else acts for the applicant)."""
        for program, (code, _) in zip(self._outcome.plan.programs, self._outcome.results, strict=True):
            if program.rule.role is Role.SCOPE and duty in program.rule.duties:
                fix = self._rule(program, code)
                if fix is not None:
                    yield fix

    def _rule(self, program: RuleProgram, code: int) -> _Fix | None:
        """The cheapest fix under which the rule applies and is met, its closing act left aside."""
        rule = program.rule
        when = self._slot(rule, "when", want=True)
        if when is None:
            return None
        if code > MET:
            # The rule wasn't about this case, so that its other conditions were never looked at.
            trace: list[Entry] = []
            for condition in (*program.excepts, program.requires):
                if condition is not None:
                    condition(self._case.facts, self._case.evidence, trace)
            self._trace.update(trace)
        excepted = (self._slot(rule, f"excepts.{n}", want=False) for n in range(len(rule.excepts)))
        fix = _sum([when, *excepted, self._slot(rule, "requires", want=True)])
        return _Fix(fix.cost, fix.changes, rule) if fix is not None else None

    def _slot(self, rule: Rule, slot: str, *, want: bool) -> _Fix | None:
        return self._met(self._index.first(rule.id, slot), -1, None, want=want)

    def _met(self, node_id: int, position: int, kind: str | None, *, want: bool) -> _Fix | None:
        """The cheapest fix that makes a node met (or unmet), None where there is none."""
        if (node_id, MET if want else UNMET, position) in self._trace:
            return _FREE
        node = self._nodes[node_id][2]
        if isinstance(node, Atom):
            return self._atom(node, position, kind, want)
        parts = self._index.children[node_id]
        if isinstance(node, AllOf | AnyOf | Unless):
            if isinstance(node, AllOf) is not want:
                return _least([self._met(part, position, kind, want=want) for part in parts])
            fixes = []
            for part in parts:
                fix = self._met(part, position, kind, want=want)
                if fix is None:
                    return None
                if fix is not _FREE:
                    fixes.append(fix)
            return _sum(fixes)
        if isinstance(node, Exists | Count):
            return self._items_fix(node, node_id, parts[0], want)
        return self._met(parts[0], position, kind, want=want is not isinstance(node, Not))

    def _items_fix(self, node: Exists | Count, node_id: int, where: int, want: bool) -> _Fix | None:
        if not want:
            return None
        if isinstance(node, Count) and node.op not in (Op.GTE, Op.GT, Op.EQ):
            return None
        there = range(len(self._case.evidence.get(node.kind, ())))
        fixes = [self._met(where, position, node.kind, want=True) for position in there]
        new = self._new(node, node_id)
        if isinstance(node, Exists):
            return _least([*fixes, new])
        lacking = node.number + (node.op is Op.GT) - sum((where, MET, position) in self._trace for position in there)
        # Too many, or one too many that is unknown: what is there stays, and more of it would not help.
        if lacking <= 0:
            return None
        further = [fix for fix in fixes if fix is not None and fix.changes] + (
            [new] * lacking if new is not None else []
        )
        further.sort(key=lambda fix: fix.cost)
        if len(further) < lacking:
            return None
        changes = tuple(change for fix in further[:lacking] for change in fix.changes)
        return _Fix(sum(change.cost for change in changes), changes)

    def _new(self, node: Exists | Count, node_id: int) -> _Fix | None:
        key = (node_id, self._stretch)
        if key not in self._items:
            evidence = self._engine.catalogue.evidence
            sets = {name: dated.on(self._as_of) for name, dated in self._engine.rulebook.sets.items()}
            items = cheapest_items(node.kind, node.where, self._engine.catalogue, sets)
            self._items[key] = (
                None
                if items is None
                else _Fix(
                    sum(item.cost for item in items),
                    tuple(
                        Change(evidence[item.kind].provided_by, item.cost, item.kind, None, None, None, item)
                        for item in items
                    ),
                )
            )
        return self._items[key]

    def _atom(self, atom: Atom, position: int, kind: str | None, want: bool) -> _Fix | None:
        if atom.of_item and kind is not None:
            spec = self._engine.catalogue.evidence[kind].attributes[atom.name]
            now = self._case.evidence[kind][position].get(atom.name)
        else:
            spec = self._engine.catalogue.facts[atom.name]
            now = self._case.facts.get(atom.name)
        # What a check found stays too, though the operator made it: a revoked certificate isn't made good.
        settled_item = atom.of_item and now is not None
        # An unknown that nobody can change can still be learned: the question plan asks; it isn't offered here.
        if spec.changed_by is ChangedBy.NOBODY or settled_item or spec.name in self._engine.catalogue.dimensions:
            return None
        value = self._value(spec, atom, now, want)
        if value is None:
            return None
        where = (kind, position) if atom.of_item else (None, None)
        return _Fix(spec.cost, (Change(spec.changed_by, spec.cost, where[0], where[1], spec.name, value, None),))

    def _value(self, spec: FactSpec, atom: Atom, now: Value | None, want: bool) -> Value | None:
        operand = atom.operand
        if spec.type is FactType.BOOL and isinstance(operand, bool):
            return operand if want else not operand
        if spec.type is FactType.SET and isinstance(operand, tuple) and want:
            held = now if isinstance(now, frozenset) else frozenset()
            return held | {str(member) for member in operand}
        if spec.type is FactType.ENUM and not isinstance(operand, Ref):
            if isinstance(operand, SetRef):
                members: frozenset[object] = frozenset(self._engine.rulebook.sets[operand.name].on(self._as_of))
            else:
                members = frozenset(operand) if isinstance(operand, tuple) else frozenset({operand})
            return next((value for value in spec.values if (value in members) is want), None)
        if spec.type is FactType.INT and isinstance(operand, int) and want and atom.op in (Op.EQ, Op.GTE):
            return operand
        return None


def _names(root: Node) -> Iterator[str]:
    for node in walk(root):
        if isinstance(node, Exists | Count):
            yield node.kind
        elif isinstance(node, Atom):
            operand = node.operand.of if isinstance(node.operand, Period) else node.operand
            # What an item's attribute is, its kind stands for.
            if not node.of_item:
                yield node.name
            if isinstance(operand, Ref) and not operand.of_item:
                yield operand.name


def apply(case: Case, changes: Sequence[Change], day: date) -> Case:
    """The case with the changes made; the original is left as it is. New items are brought on ``day``."""
    facts = dict(case.facts)
    evidence = {kind: list(items) for kind, items in case.evidence.items()}
    for change in changes:
        if change.new is not None:
            evidence.setdefault(change.new.kind, []).append(change.new.item(day))
        elif change.kind is not None and change.position is not None and change.name is not None:
            changed = dict(evidence[change.kind][change.position])
            if change.value is not None:
                changed[change.name] = change.value
            evidence[change.kind][change.position] = changed
        elif change.name is not None and change.value is not None:
            facts[change.name] = change.value
    return Case(facts, evidence)


def _together(fixes: Sequence[_Fix]) -> _Fix:
    """Several fixes as one: what more than one of them asks for is done once, and paid once.

    Each change is made as often as the one fix that needs it most often: one seal serves two conditions, and where
    another asks for two seals there are two.
    """
    changes = [change for fix in fixes for change in fix.changes]
    if len(set(changes)) < len(changes):
        most: Counter[Change] = Counter()
        for fix in fixes:
            most |= Counter(fix.changes)
        changes = list(most.elements())
    return _Fix(sum(change.cost for change in changes), tuple(changes))


def _sum(fixes: Sequence[_Fix | None]) -> _Fix | None:
    known = [fix for fix in fixes if fix is not None]
    return _together(known) if len(known) == len(fixes) else None


def _least(fixes: Sequence[_Fix | None]) -> _Fix | None:
    return min((fix for fix in fixes if fix is not None), key=lambda fix: fix.cost, default=None)


def _cheapest(needs: list[list[_Fix]], limit: int) -> Iterator[tuple[_Fix, ...]]:
    """Combinations of one fix per need, cheapest first: best-first search over positions, at most ``limit``."""
    if not all(needs):
        return
    start = (0,) * len(needs)
    queue = [(sum(fixes[0].cost for fixes in needs), start)]
    seen = {start}
    for _ in range(limit):
        if not queue:
            return
        cost, positions = heapq.heappop(queue)
        yield tuple(fixes[at] for fixes, at in zip(needs, positions, strict=True))
        for need, at in enumerate(positions):
            if at + 1 < len(needs[need]):
                further = (*positions[:need], at + 1, *positions[need + 1 :])
                if further not in seen:
                    seen.add(further)
                    step = needs[need][at + 1].cost - needs[need][at].cost
                    heapq.heappush(queue, (cost + step, further))


def _cheapest_together(needs: list[list[_Fix]]) -> Iterator[tuple[_Fix, ...]]:
    """Combinations to judge, cheapest first where a change that serves several needs is paid once."""
    asked = [{change for fix in fixes for change in fix.changes} for fixes in needs]
    if sum(map(len, asked)) == len(set().union(*asked)):
        return _cheapest(needs, TRIED)
    priced = sorted(_cheapest(needs, COMBINED), key=lambda picked: _together(picked).cost)
    return iter(priced[:TRIED])


def _distinct(ways: list[Way]) -> list[Way]:
    """One way per set of rules: two ways that fulfil the same methods differ in nothing a person cares about."""
    found: dict[tuple[object, ...], Way] = {}
    for way in ways:
        found.setdefault(tuple(rule.id for rule in way.rules) or way.changes, way)
    return list(found.values())
