"""From a chunk's truths to one verdict per case: :mod:`sekisho.engine.conclude` over columns.

A case for which the law is silent is flagged, not an error: a simulation goes on and counts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sekisho.engine.chunk import Chunk, Flags, SetOnDay, Truths
from sekisho.engine.columns import code_day, day_code
from sekisho.engine.conclude import Confirmation
from sekisho.engine.errors import UnknownSelection
from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.nodes import ALWAYS, Node
from sekisho.engine.plan import LawEngine, is_binding, takes_part
from sekisho.engine.rules import Role, Rule, Selection, Strength
from sekisho.engine.tally import Tally, Which, both, where_not
from sekisho.engine.validity import knowledge_days, why_not_in_force
from sekisho.engine.vector import Step, View, all_of, any_of, negated
from sekisho.engine.vector_compile import Compiler

NOT_APPLICABLE = 3
"""Code of a rule's result beyond the three truths, whatever the reason."""

_HELD_WHERE_NOT_ASKED = frozenset({Role.REQUIREMENT, Role.RECORD, Role.ADVICE})


@dataclass(frozen=True, slots=True)
class Scenario:
    """Under which law cases are judged. ``as_of`` or ``as_known_at`` None: each case's own.

    ``selection`` names what takes part beside the law: adopted instruments and simulated proposals.
    """

    as_of: date | None = None
    as_known_at: date | None = None
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True)
class Concluded:
    """One chunk under one scenario. ``verdicts`` holds positions in ``VERDICTS``, or ``SILENT``.

    ``codes`` gives for each rule that meets some case of the chunk its truth per case, or :data:`NOT_APPLICABLE`.
    """

    verdicts: npt.NDArray[np.int8]
    codes: Mapping[str, Truths]


@dataclass(frozen=True, slots=True)
class _Program:
    """A rule's conditions as steps; None where there is none."""

    rule: Rule
    when: Step | None
    requires: Step | None
    completion: Step | None
    excepts: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Cases of a chunk that meet the same rules: for each its kind of case, its stretch of law and of knowledge."""

    of_row: npt.NDArray[np.intp]
    combination: npt.NDArray[np.intp]
    stretch: npt.NDArray[np.intp]
    known: npt.NDArray[np.intp]


class VectorLaw:
    """A law engine's rulebook compiled to steps. Pure; what it caches depends on the rulebook alone."""

    def __init__(self, engine: LawEngine) -> None:
        """Compile every condition of every rule once. Raises ``ValueError`` for one that has no meaning."""
        self.engine = engine
        self.catalogue = engine.catalogue
        rulebook = engine.rulebook
        compiler = Compiler(engine.catalogue)

        def compiled(node: Node | None) -> Step | None:
            return None if node is None or node == ALWAYS else compiler.step(node)

        order = list(Role)
        rules = sorted(rulebook.rules.values(), key=lambda rule: (order.index(rule.role), rule.id))
        self.programs = tuple(
            _Program(
                rule,
                compiled(rule.when),
                compiled(rule.requires),
                compiled(rule.completion),
                tuple(compiler.step(exception.condition) for exception in rule.excepts),
            )
            for rule in rules
        )
        self.steps = compiler.count
        self._days = np.array([day_code(day) for day in engine.change_days], np.int32)
        self._known = np.array([day_code(day) for day in knowledge_days(rules)], np.int32)
        self._sizes = tuple(len(self.catalogue.facts[name].values) for name in self.catalogue.dimensions)
        self._admitted = _admitted(rules, self.catalogue.dimensions, self._values(), self._sizes)
        self._in_force: dict[tuple[int, int], Flags] = {}
        events = self.catalogue.facts[self.catalogue.dimensions[0]].values
        self._duties = {
            duty: np.array([duty in rulebook.events[e].duties if e in rulebook.events else False for e in events])
            for duty in rulebook.duties
        }

    def _values(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self.catalogue.facts[name].values for name in self.catalogue.dimensions)

    def check(self, selection: Selection) -> None:
        """Raise :class:`~sekisho.engine.errors.UnknownSelection` for a proposal or instrument that doesn't exist."""
        rulebook = self.engine.rulebook
        for name in sorted(selection.proposals):
            if name not in rulebook.rules or rulebook.rules[name].strength is not Strength.PROPOSAL:
                raise UnknownSelection(name=name, what="proposal", what_ja="提案")
        for name in sorted(selection.adopted):
            if name not in rulebook.instruments:
                raise UnknownSelection(name=name, what="instrument", what_ja="規程")

    def conclude(self, chunk: Chunk, scenario: Scenario, number: int, confirmation: Confirmation) -> Concluded:
        """Judge a chunk. ``number`` tells the scenarios of one chunk apart; what they share is worked out once."""
        groups = self._groups(chunk, scenario)
        view = View(chunk, self._sets(chunk, groups), number)
        meets = self._meets(groups, scenario.selection)
        masks = _Masks(groups.of_row)
        tally = Tally(chunk.size, confirmation)
        codes: dict[str, Truths] = {}
        for program, row in zip(self.programs, meets, strict=True):
            if row.any():
                binding = is_binding(program.rule, scenario.selection)
                codes[program.rule.id] = _run(view, program, binding, masks.of(row), tally)
        event = groups.combination // int(np.prod(self._sizes[1:]))
        named = {duty: masks.of(events[event]) for duty, events in self._duties.items() if events[event].any()}
        return Concluded(tally.verdicts(named), codes)

    def _groups(self, chunk: Chunk, scenario: Scenario) -> _Groups:
        rows = slice(chunk.start, chunk.stop)
        key = np.zeros(chunk.size, np.int64)
        for name, size in zip(self.catalogue.dimensions, self._sizes, strict=True):
            key *= size
            key += chunk.columns.facts[name][rows]
        for day, own, edges in (
            (scenario.as_of, chunk.columns.as_of, self._days),
            (scenario.as_known_at, chunk.columns.as_known_at, self._known),
        ):
            key *= len(edges) + 1
            key += np.searchsorted(edges, own[rows] if day is None else np.int32(day_code(day)), side="right")
        # Neighbours are mostly alike, so that sorting the places where the key changes is cheap.
        first = np.ones(chunk.size, np.bool_)
        np.not_equal(key[1:], key[:-1], out=first[1:])
        starts = np.flatnonzero(first)
        found, of_start = np.unique(key[starts], return_inverse=True)
        of_row = np.repeat(of_start.astype(np.intp), np.diff(starts, append=chunk.size))
        rest, known = np.divmod(found, len(self._known) + 1)
        combination, stretch = np.divmod(rest, len(self._days) + 1)
        return _Groups(of_row, combination.astype(np.intp), stretch.astype(np.intp), known.astype(np.intp))

    def _meets(self, groups: _Groups, selection: Selection) -> npt.NDArray[np.bool_]:
        """By rule and group: whether the rule takes part, admits such a case and is in force."""
        part = np.array([takes_part(program.rule, selection) for program in self.programs])
        found: npt.NDArray[np.bool_] = part[:, None] & self._admitted[:, groups.combination]
        for column, (stretch, known) in enumerate(zip(groups.stretch.tolist(), groups.known.tolist(), strict=True)):
            found[:, column] &= self._force(stretch, known)
        return found

    def _force(self, stretch: int, known: int) -> Flags:
        found = self._in_force.get((stretch, known))
        if found is None:
            as_of, as_known_at = _day_in(self._days, stretch), _day_in(self._known, known)
            found = self._in_force[stretch, known] = np.array(
                [why_not_in_force(p.rule, as_of=as_of, as_known_at=as_known_at) is None for p in self.programs]
            )
        return found

    def _sets(self, chunk: Chunk, groups: _Groups) -> dict[str, SetOnDay]:
        found: dict[str, SetOnDay] = {}
        stretches = np.unique(groups.stretch).tolist()
        everyone = np.ones(chunk.size, np.bool_)
        for name, dated in self.engine.rulebook.sets.items():
            on = {stretch: dated.on(_day_in(self._days, stretch)) for stretch in stretches}
            versions = list(dict.fromkeys(on.values()))
            if len(versions) == 1:
                found[name] = [(versions[0], everyone)]
                continue
            of_group = np.array([versions.index(on[stretch]) for stretch in groups.stretch.tolist()])
            of_row = of_group.take(groups.of_row)
            found[name] = [(members, of_row == version) for version, members in enumerate(versions)]
        return found


def _day_in(edges: npt.NDArray[np.int32], stretch: int) -> date:
    """A day of the given stretch between ``edges``: its first, or the day before the first edge."""
    if not len(edges):
        return code_day(0)
    return code_day(int(edges[stretch - 1])) if stretch else code_day(int(edges[0])) - timedelta(days=1)


def _admitted(
    rules: list[Rule], dimensions: tuple[str, ...], values: tuple[tuple[str, ...], ...], sizes: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """By rule and combination of dimension values: :func:`~sekisho.engine.plan.applies_to`."""
    places = np.unravel_index(np.arange(int(np.prod(sizes))), sizes)
    found = np.ones((len(rules), int(np.prod(sizes))), np.bool_)
    for name, known, place in zip(dimensions, values, places, strict=True):
        admits = np.array([[value in rule.applies.get(name, known) for value in known] for rule in rules], np.bool_)
        found &= admits.reshape(len(rules), len(known))[:, place]
    return found


class _Masks:
    """Rows by groups, each pattern made once."""

    def __init__(self, of_row: npt.NDArray[np.intp]) -> None:
        self._of_row = of_row
        self._found: dict[bytes, Which] = {}

    def of(self, groups: Flags) -> Which:
        """The rows of the flagged groups."""
        key = groups.tobytes()
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = True if groups.all() else groups.take(self._of_row)
        return found


def _run(view: View, program: _Program, binding: bool, rows: Which, tally: Tally) -> Truths:
    """One rule's result codes; what it means for the verdict goes into ``tally``."""
    rule = program.rule
    applicable = MET if program.when is None else view.truths(program.when)
    if program.excepts:
        applicable = all_of([applicable, negated(any_of([view.truths(step) for step in program.excepts]))])
    required = MET if program.requires is None else view.truths(program.requires)
    about = both(rows, where_not(applicable, UNMET))
    if rule.role in _HELD_WHERE_NOT_ASKED:
        result = any_of([required, negated(applicable)])
        if rule.role is Role.REQUIREMENT and binding:
            tally.requirement(rule, result, about)
        return _only(result, about, NOT_APPLICABLE)
    result = _only(all_of([required, applicable]), rows, UNMET)
    if rule.role is Role.METHOD:
        complete = result if program.completion is None else all_of([result, view.truths(program.completion)])
        tally.method(rule, result, complete)
    elif rule.role is Role.DUTY:
        tally.duty(rule, result, binding=binding)
    elif rule.role is Role.SCOPE:
        tally.scope(rule, result)
    elif binding:
        tally.ground(rule, result)
    return _only(result, about, NOT_APPLICABLE)


def _only(truths: Truths, rows: Which, elsewhere: int) -> Truths:
    """``truths`` in the given rows, ``elsewhere`` in the others."""
    if isinstance(rows, bool):
        return truths if rows else elsewhere
    if isinstance(truths, int):
        return truths if truths == elsewhere else np.where(rows, np.int8(truths), np.int8(elsewhere))
    return np.where(rows, truths, np.int8(elsewhere))
