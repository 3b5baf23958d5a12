"""Every duty of every kind of case, on every stretch of law, is imposed or excused: proved by going through them all.

The cases are finite: the dimensions' values, and of the facts that the duty and scope rules ask about, the values they
can tell apart, *unknown* among them. Conditions on evidence items are taken as met, unmet or unknown each on its own,
which can only find more than there is. What is proved is about duty and scope rules alone: not that a method exists for
each duty (those are listed as dead ends), and not that the rules say what the law says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import product

from sekisho.engine.conclude import run_rule
from sekisho.engine.evaluate import MET, UNKNOWN, compile_node
from sekisho.engine.facts import Case, Catalogue, FactSpec, FactType, Value
from sekisho.engine.nodes import (
    ALWAYS,
    AllOf,
    AnyOf,
    Atom,
    Cited,
    Count,
    Exists,
    Node,
    Not,
    Op,
    Ref,
    SetRef,
    Unless,
    walk,
)
from sekisho.engine.plan import RuleProgram, applies_to, takes_part
from sekisho.engine.rules import Excepting, Role, Rule, Rulebook, Selection, Strength
from sekisho.engine.validity import change_days, knowledge_days, why_not_in_force

MAX_COMBINATIONS = 50_000
"""Values of facts gone through for one kind of case. More than this is said to be unproved, not passed over."""

_FAR = date(9999, 12, 31)
_STATUTORY = Selection()
"""Nothing adopted, nothing simulated: what the law itself says. Adopting an instrument can't take an answer away."""


class DutyFault(Enum):
    """What can be wrong with a duty for some kind of case. ``no_way`` is not a hole: a duty nobody can fulfil here."""

    SILENT = "duty_silent"
    VOLUNTARY_ONLY = "duty_voluntary_only"
    IMPOSED_AND_EXCUSED = "duty_imposed_and_excused"
    NOT_ENUMERATED = "duty_not_enumerated"
    NO_WAY = "duty_without_method"


@dataclass(frozen=True, slots=True)
class DutyHole:
    """One fault, for a box of cases (all combinations of the values named) on a stretch of law.

    ``facts`` is one example; facts it leaves out are unknown. ``known_at`` is given where the fault shows only by what
    was known until then.
    """

    fault: DutyFault
    event: str
    duty: str
    subjects: tuple[str, ...]
    channels: tuple[str, ...]
    services: tuple[str, ...]
    start: date
    end: date | None
    known_at: date | None
    facts: Mapping[str, Value]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyCoverage:
    """What was gone through, and the faults found. ``since`` is the first day that was looked at."""

    since: date
    stretches: tuple[date, ...]
    cases: int
    combinations: int
    holes: tuple[DutyHole, ...]
    dead_ends: tuple[DutyHole, ...]


Fault = tuple[DutyFault, tuple[tuple[str, Value], ...], tuple[str, ...]]
Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Judged:
    faults: tuple[Fault, ...]
    may_bind: bool
    combinations: int


def duty_coverage(rulebook: Rulebook, catalogue: Catalogue, *, since: date | None = None) -> DutyCoverage:
    """Go through every kind of case from ``since`` on (by default, from the first day of the first duty by law)."""
    deciding = [
        rule
        for rule in rulebook.rules.values()
        if rule.role in (Role.DUTY, Role.SCOPE) and takes_part(rule, _STATUTORY)
    ]
    methods = [rule for rule in rulebook.rules.values() if rule.role is Role.METHOD and takes_part(rule, _STATUTORY)]
    first = since if since is not None else _first_day(deciding)
    days = change_days([*deciding, *methods], rulebook.sets.values())
    starts = tuple(sorted({first, *(day for day in days if day > first)}))
    ends = (*starts[1:], None)
    judge = _Judge(rulebook, catalogue, deciding)
    found: dict[tuple[object, ...], dict[Cell, list[int]]] = {}
    dead: dict[tuple[object, ...], dict[Cell, list[int]]] = {}
    for at, start in enumerate(starts):
        for key, cell in judge.faults_on(start, _FAR):
            found.setdefault((*key, None), {}).setdefault(cell, []).append(at)
        for key, cell in judge.dead_ends(start, methods):
            dead.setdefault(key, {}).setdefault(cell, []).append(at)
    known = [first, *(day for day in knowledge_days(deciding) if day > first)]
    seen = {(key[:-1], cell, at) for key, cells in found.items() for cell, where in cells.items() for at in where}
    for at, start in enumerate(starts):
        for day in known:
            for key, cell in judge.faults_on(start, day):
                if (key, cell, at) not in seen:
                    found.setdefault((*key, day), {}).setdefault(cell, []).append(at)
    return DutyCoverage(
        first,
        starts,
        judge.cases * len(starts),
        judge.combinations,
        tuple(_holes(found, starts, ends)),
        tuple(_holes({(*key, None): cells for key, cells in dead.items()}, starts, ends)),
    )


def _first_day(rules: Iterable[Rule]) -> date:
    """The first day of the first duty by law, or of whatever else there is."""
    days = [(rule.role is not Role.DUTY or rule.strength is not Strength.DUTY, _start(rule)) for rule in rules]
    return min(days, default=(True, date.max))[1]


def _start(rule: Rule) -> date:
    return rule.start.day or rule.start.not_later_than or date.max


class _Judge:
    """Judges kinds of cases; equal rules on equal dimension values are judged once."""

    def __init__(self, rulebook: Rulebook, catalogue: Catalogue, rules: list[Rule]) -> None:
        self._rulebook, self._catalogue, self._rules = rulebook, catalogue, rules
        stand_ins: dict[Node, Atom] = {}
        self._opened = {rule.id: _Opened.of(rule, catalogue, stand_ins) for rule in rules}
        self._judged: dict[tuple[object, ...], _Judged] = {}
        self._by_law: dict[tuple[object, ...], list[tuple[tuple[object, ...], Cell]]] = {}
        self.combinations = 0
        names = catalogue.dimensions
        self.kinds = [
            dict(zip(names, values, strict=True))
            for values in product(*(catalogue.facts[name].values for name in names))
        ]
        self.cases = len(self.kinds)

    def _in_force(self, day: date, known: date) -> list[Rule]:
        return [rule for rule in self._rules if why_not_in_force(rule, as_of=day, as_known_at=known) is None]

    def faults_on(self, day: date, known: date) -> list[tuple[tuple[object, ...], Cell]]:
        """``((fault, event, duty, facts, rules), cell)`` for every kind of case on ``day``."""
        rules = self._in_force(day, known)
        key = (tuple(rule.id for rule in rules), self._sets_key(day))
        if key not in self._by_law:
            found: list[tuple[tuple[object, ...], Cell]] = []
            for kind in self.kinds:
                event, cell = _split(kind, self._catalogue)
                for duty in self._rulebook.events[event].duties:
                    faults = self._judge(kind, duty, rules, day).faults
                    found += [((fault, event, duty, facts, behind), cell) for fault, facts, behind in faults]
            self._by_law[key] = found
        return self._by_law[key]

    def dead_ends(self, day: date, methods: list[Rule]) -> Iterator[tuple[tuple[object, ...], Cell]]:
        """Kinds of cases on ``day`` whose duty may bind by law while no method for it is in force."""
        rules = self._in_force(day, _FAR)
        ways = [rule for rule in methods if why_not_in_force(rule, as_of=day, as_known_at=_FAR) is None]
        for kind in self.kinds:
            event, cell = _split(kind, self._catalogue)
            for duty in self._rulebook.events[event].duties:
                if any(duty in rule.duties and applies_to(rule, kind) for rule in ways):
                    continue
                if self._judge(kind, duty, rules, day).may_bind:
                    yield (DutyFault.NO_WAY, event, duty, (), ()), cell

    def _sets_key(self, day: date) -> tuple[object, ...]:
        return tuple(dated.on(day) for dated in self._rulebook.sets.values())

    def _judge(self, kind: Mapping[str, str], duty: str, rules: list[Rule], day: date) -> _Judged:
        about = [rule for rule in rules if duty in rule.duties and applies_to(rule, kind)]
        asked = {name for rule in about for name in self._opened[rule.id].dimensions}
        known = tuple(sorted((name, kind[name]) for name in asked))
        key = (duty, tuple(rule.id for rule in about), known, self._sets_key(day))
        if key not in self._judged:
            self._judged[key] = self._go_through(kind, about, day)
            self.combinations += self._judged[key].combinations
        return self._judged[key]

    def _go_through(self, kind: Mapping[str, str], about: list[Rule], day: date) -> _Judged:
        sets = {name: dated.on(day) for name, dated in self._rulebook.sets.items()}
        opened = [self._opened[rule.id] for rule in about]
        domains = _domains(opened, self._catalogue, sets)
        behind = tuple(sorted(rule.id for rule in about))
        size = 1
        for values in domains.values():
            size *= len(values)
        if size > MAX_COMBINATIONS:
            return _Judged(((DutyFault.NOT_ENUMERATED, (), behind),), True, 0)
        programs = [rule.program(sets) for rule in opened]
        faults: dict[DutyFault, tuple[tuple[str, Value], ...]] = {}
        may_bind = False
        for combination in product(*domains.values()):
            chosen = {name: value for name, value in zip(domains, combination, strict=True) if value is not None}
            case = Case({**kind, **chosen}, {})
            fault, binds = _one(programs, case)
            may_bind |= binds
            if fault is not None and fault not in faults:
                faults[fault] = tuple(sorted((name, value) for name, value in chosen.items()))
        return _Judged(tuple((fault, facts, behind) for fault, facts in faults.items()), may_bind, size)


def _one(programs: list[RuleProgram], case: Case) -> tuple[DutyFault | None, bool]:
    """What is wrong in one case, and whether a duty by law may apply in it without being excused."""
    by_law = surely_by_law = otherwise = excused = excused_by_law = False
    for program in programs:
        code, _ = run_rule(program, case, [])
        statutory = program.rule.strength is Strength.DUTY
        if program.rule.role is Role.DUTY and code in (MET, UNKNOWN):
            by_law |= statutory
            surely_by_law |= statutory and code == MET
            otherwise |= not statutory
        elif program.rule.role is Role.SCOPE and code == MET:
            excused = True
            excused_by_law |= statutory
    if surely_by_law and excused_by_law:
        return DutyFault.IMPOSED_AND_EXCUSED, True
    if by_law or excused:
        return None, by_law
    return (DutyFault.VOLUNTARY_ONLY if otherwise else DutyFault.SILENT), False


@dataclass(frozen=True, slots=True)
class _Opened:
    """A rule whose conditions ask only about facts: each condition on evidence has become a fact of its own."""

    rule: Rule
    facts: frozenset[str]
    dimensions: frozenset[str]

    @classmethod
    def of(cls, rule: Rule, catalogue: Catalogue, stand_ins: dict[Node, Atom]) -> _Opened:
        def opened(node: Node) -> Node:
            return _opened(node, catalogue, stand_ins)

        excepts = tuple(
            Excepting(exception.provisions, opened(exception.condition), exception.text) for exception in rule.excepts
        )
        made = replace(rule, when=opened(rule.when), requires=opened(rule.requires), excepts=excepts)
        asked = {atom.name for root in _roots(made) for atom in walk(root) if isinstance(atom, Atom)}
        return cls(made, frozenset(asked - set(catalogue.dimensions)), frozenset(asked & set(catalogue.dimensions)))

    def program(self, sets: Mapping[str, frozenset[str]]) -> RuleProgram:
        """Compiled for the day's sets. Node numbers mean nothing here: no trace is kept."""
        rule = self.rule
        return RuleProgram(
            rule,
            rule.strength is Strength.DUTY,
            None if rule.when == ALWAYS else compile_node(rule.when, 0, sets),
            None if rule.requires == ALWAYS else compile_node(rule.requires, 0, sets),
            None,
            tuple(compile_node(exception.condition, 0, sets) for exception in rule.excepts),
        )


def _roots(rule: Rule) -> list[Node]:
    return [rule.when, rule.requires, *(exception.condition for exception in rule.excepts)]


def _opened(node: Node, catalogue: Catalogue, stand_ins: dict[Node, Atom]) -> Node:
    """The condition with everything that isn't a comparison of one enumerable fact replaced by a yes-or-no fact.

    Equal conditions get the same fact, through ``stand_ins``.
    """

    def opened(part: Node) -> Node:
        return _opened(part, catalogue, stand_ins)

    if isinstance(node, Atom):
        enumerable = catalogue.facts[node.name].type in (FactType.BOOL, FactType.ENUM, FactType.INT)
        if enumerable and not isinstance(node.operand, Ref) and node.op is not Op.WITHIN:
            return node
    if isinstance(node, Atom | Exists | Count):
        about = node.name if isinstance(node, Atom) else node.kind
        return stand_ins.setdefault(node, Atom(f"{STAND_IN}{about}.{len(stand_ins) + 1}", False, Op.EQ, True))
    if isinstance(node, AllOf):
        return AllOf(tuple(opened(part) for part in node.parts))
    if isinstance(node, AnyOf):
        return AnyOf(tuple(opened(part) for part in node.parts))
    if isinstance(node, Not):
        return Not(opened(node.part))
    if isinstance(node, Unless):
        return Unless(opened(node.exception), node.provisions, opened(node.require))
    return Cited(node.name, node.provisions, opened(node.part))


STAND_IN = "condition:"
"""How the name of a fact begins that stands for a whole condition in an example."""


def _domains(
    opened: list[_Opened], catalogue: Catalogue, sets: Mapping[str, frozenset[str]]
) -> dict[str, list[Value | None]]:
    """For each fact asked about, the values that the rules can tell apart; None is unknown."""
    asked: dict[str, set[Value]] = {}
    for rule in opened:
        for root in _roots(rule.rule):
            for node in walk(root):
                if isinstance(node, Atom) and node.name in rule.facts:
                    asked.setdefault(node.name, set()).update(_values(node, sets))
    return {name: _domain(catalogue.facts.get(name), values) for name, values in sorted(asked.items())}


def _values(atom: Atom, sets: Mapping[str, frozenset[str]]) -> Iterable[Value]:
    if isinstance(atom.operand, SetRef):
        return sets[atom.operand.name]
    if isinstance(atom.operand, tuple):
        return atom.operand
    return () if isinstance(atom.operand, Ref) or not isinstance(atom.operand, bool | int | str) else (atom.operand,)


def _domain(spec: FactSpec | None, named: set[Value]) -> list[Value | None]:
    if spec is None or spec.type is FactType.BOOL:
        return [True, False, None]
    if spec.type is FactType.INT:
        near = {n for value in named if isinstance(value, int) for n in (value - 1, value, value + 1)}
        return [*sorted(n for n in near if spec.low <= n <= spec.high), None]
    other = next((value for value in spec.values if value not in named), None)
    return [*sorted(named, key=str), *([other] if other is not None else []), None]


def _split(kind: Mapping[str, str], catalogue: Catalogue) -> tuple[str, Cell]:
    # A desk with fewer dimensions leaves the last ones empty, so that boxes are drawn alike for all.
    event, *others = (kind[name] for name in catalogue.dimensions)
    first, second, third = (*others, *("" for _ in range(3 - len(others))))
    return event, (first, second, third)


def _holes(
    found: Mapping[tuple[object, ...], Mapping[Cell, list[int]]],
    starts: tuple[date, ...],
    ends: tuple[date | None, ...],
) -> Iterator[DutyHole]:
    """Neighbouring cells and stretches with the same fault as boxes, so that people can read them."""
    for key, cells in found.items():
        spans: dict[tuple[int, int], set[Cell]] = {}
        for cell, where in cells.items():
            for span in _runs(sorted(set(where))):
                spans.setdefault(span, set()).add(cell)
        fault, event, duty, facts, rules, known = key
        assert isinstance(fault, DutyFault)  # noqa: S101  for the type checker: keys are made above
        for (a, b), these in sorted(spans.items()):
            for subjects, channels, services in boxes(these):
                yield DutyHole(
                    fault,
                    str(event),
                    str(duty),
                    subjects,
                    channels,
                    services,
                    starts[a],
                    ends[b],
                    known if isinstance(known, date) else None,
                    dict(facts) if isinstance(facts, tuple) else {},
                    tuple(rules) if isinstance(rules, tuple) else (),
                )


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    start = before = numbers[0]
    for number in numbers[1:]:
        if number != before + 1:
            yield start, before
            start = number
        before = number
    yield start, before


def boxes(cells: set[Cell]) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """The cells as few boxes (every combination of the values in a box is a cell, and every cell is in one box)."""
    channels: dict[tuple[str, str], set[str]] = {}
    for subject, channel, service in cells:
        channels.setdefault((subject, service), set()).add(channel)
    services: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for (subject, service), some in channels.items():
        services.setdefault((subject, tuple(sorted(some))), set()).add(service)
    subjects: dict[tuple[tuple[str, ...], tuple[str, ...]], set[str]] = {}
    for (subject, some_channels), some in services.items():
        subjects.setdefault((some_channels, tuple(sorted(some))), set()).add(subject)
    return sorted((tuple(sorted(some)), where, what) for (where, what), some in subjects.items())
