"""Vectorised evaluation says what scalar evaluation says: of every condition, of every rule, of every verdict."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.law_cases import any_cases, usual_cases
from sekisho.contracts.facts import CATALOGUE as CONTRACTS
from sekisho.engine.chunk import Chunk, Truths, period_ends
from sekisho.engine.columns import CaseColumns, PastCase, day_code
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.errors import SilentLaw, UnknownSelection
from sekisho.engine.evaluate import compile_node, count_truth, period_end
from sekisho.engine.facts import Case
from sekisho.engine.nodes import AllOf, Atom, Exists, Node, Op, Ref, SetRef
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook, Selection
from sekisho.engine.tally import SILENT
from sekisho.engine.vector import View, counted
from sekisho.engine.vector_compile import Compiler
from sekisho.engine.vector_conclude import NOT_APPLICABLE, Scenario, VectorLaw
from sekisho.engine.columns import VERDICTS
from tests.engine.strategies import CATALOGUE, SETS, cases, nodes, past_cases, rulebooks, selections

DAY = date(2024, 2, 10)


def _columns(drawn: list[Case]) -> CaseColumns:
    return CaseColumns.from_cases([PastCase(str(n), DAY, DAY, None, case) for n, case in enumerate(drawn)], CATALOGUE)


def _listed(truths: Truths, size: int) -> list[int]:
    return [truths] * size if isinstance(truths, int) else [int(truth) for truth in truths]


def _agree(node: Node, drawn: list[Case]) -> None:
    members = {name: dated.on(DAY) for name, dated in SETS.items()}
    scalar = compile_node(node, 0, members)
    wanted = [scalar(case.facts, case.evidence, {}, -1, []) for case in drawn]
    columns = _columns(drawn)
    everyone = np.ones(len(drawn), np.bool_)
    view = View(Chunk(columns, 0, len(drawn)), {name: [(on, everyone)] for name, on in members.items()}, 0)
    assert _listed(view.truths(Compiler(CATALOGUE).step(node)), len(drawn)) == wanted


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes(), st.lists(cases, min_size=1, max_size=12))
def test_every_condition_is_judged_alike(node: Node, drawn: list[Case]) -> None:
    """A condition tree has one truth per case, whichever evaluation works it out."""
    _agree(node, drawn)


def _verdict(engine: LawEngine, past: PastCase, scenario: Scenario, confirmation: Confirmation) -> tuple[int, dict[str, int]]:
    as_of, known = scenario.as_of or past.as_of, scenario.as_known_at or past.as_known_at
    try:
        found = judge(
            engine, past.case, as_of=as_of, as_known_at=known, selection=scenario.selection, confirmation=confirmation
        )
    except SilentLaw:
        return SILENT, {}
    codes = {program.rule.id: code for program, (code, _) in zip(found.plan.programs, found.results, strict=True)}
    return VERDICTS.index(found.verdict), {name: min(code, NOT_APPLICABLE) for name, code in codes.items()}


def _judged_alike(
    engine: LawEngine, columns: CaseColumns, scenarios: list[Scenario], confirmation: Confirmation, size: int
) -> None:
    law = VectorLaw(engine)
    for start in range(0, len(columns), size):
        chunk = Chunk(columns, start, min(start + size, len(columns)))
        for number, scenario in enumerate(scenarios):
            found = law.conclude(chunk, scenario, number, confirmation)
            codes = {name: _listed(truths, chunk.size) for name, truths in found.codes.items()}
            for row in range(chunk.size):
                wanted, by_rule = _verdict(engine, columns.past_case(start + row), scenario, confirmation)
                assert found.verdicts[row] == wanted
                if wanted != SILENT:
                    here = {name: codes[name][row] for name in codes if codes[name][row] != NOT_APPLICABLE}
                    assert here == {name: code for name, code in by_rule.items() if code != NOT_APPLICABLE}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_rulebook_is_judged_alike(data: st.DataObject) -> None:
    """Verdict and every rule's result agree, under any dates, knowledge, selection and confirmation, chunk by chunk."""
    rulebook: Rulebook = data.draw(rulebooks())
    drawn = data.draw(st.lists(past_cases(), min_size=1, max_size=10))
    own = Scenario(selection=data.draw(selections(rulebook)))
    dated = Scenario(
        data.draw(st.dates(DAY - timedelta(days=40), DAY + timedelta(days=20))),
        data.draw(st.one_of(st.none(), st.just(DAY))),
        data.draw(selections(rulebook)),
    )
    confirmed = data.draw(st.sets(st.sampled_from(sorted(rulebook.rules))))
    confirmation = Confirmation(
        required=data.draw(st.booleans()), confirmed={name: rulebook.rules[name].content_hash for name in confirmed}
    )
    columns = CaseColumns.from_cases(drawn, CATALOGUE)
    if data.draw(st.booleans()):
        columns = columns.ordered()
    _judged_alike(LawEngine(rulebook, CATALOGUE), columns, [own, dated], confirmation, data.draw(st.integers(1, 10)))
