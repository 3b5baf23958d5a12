"""Vectorised evaluation says what scalar evaluation says: of every condition, of every rule, of every verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.law_cases import any_cases, usual_cases
from sekisho.contracts.law import contract_engine
from sekisho.engine.chunk import Chunk, Truths, period_ends
from sekisho.engine.columns import LOWEST, VERDICTS, CaseColumns, PastCase, code_day, day_code
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.errors import SilentLaw, UnknownSelection
from sekisho.engine.evaluate import compile_node, count_truth, period_end
from sekisho.engine.facts import Case, Item, Value
from sekisho.engine.nodes import AllOf, Atom, Count, Exists, Node, Op, Period, Ref, SetRef
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook, Selection, Strength
from sekisho.engine.tally import SILENT
from sekisho.engine.vector import View, counted
from sekisho.engine.vector_compile import Compiler
from sekisho.engine.vector_conclude import NOT_APPLICABLE, Scenario, VectorLaw
from tests.engine.strategies import CATALOGUE, SETS, cases, nodes, past_cases, plain_rulebooks, rulebooks, selections

DAY = date(2024, 2, 10)
KNOWN = {"event": "join", "who": "person"}


def _columns(drawn: list[Case]) -> CaseColumns:
    return CaseColumns.from_cases([PastCase(str(n), DAY, DAY, None, case) for n, case in enumerate(drawn)], CATALOGUE)


def _listed(truths: Truths, size: int) -> list[int]:
    return [truths] * size if isinstance(truths, int) else [int(truth) for truth in truths]


def _vectorised(node: Node, drawn: list[Case]) -> list[int]:
    everyone = np.ones(len(drawn), np.bool_)
    sets = {name: [(dated.on(DAY), everyone)] for name, dated in SETS.items()}
    view = View(Chunk(_columns(drawn), 0, len(drawn)), dict(sets), 0)
    return _listed(view.truths(Compiler(CATALOGUE).step(node)), len(drawn))


def _agree(node: Node, drawn: list[Case]) -> None:
    scalar = compile_node(node, 0, {name: dated.on(DAY) for name, dated in SETS.items()})
    assert _vectorised(node, drawn) == [scalar(case.facts, case.evidence, []) for case in drawn]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes(), st.lists(cases, min_size=1, max_size=12))
def test_every_condition_is_judged_alike(node: Node, drawn: list[Case]) -> None:
    """A condition tree has one truth per case, whichever evaluation works it out."""
    _agree(node, drawn)


@pytest.mark.parametrize("most", [1, 2, 6, 7, 40])
def test_any_number_of_items_is_judged_alike(most: int) -> None:
    """However many items of a kind a case has: none, one, or too many to go through rank by rank."""
    drawn = []
    for number in range(60):
        items: list[Item] = [
            {} if (number + n) % 5 == 0 else {"agrees": (number * n) % 7 == 3, "pages": n % 6}
            for n in range(number * most // 59)
        ]
        drawn.append(Case({**KNOWN, "flag": number % 2 == 0}, {"shown": items} if items else {}))
    agrees = AllOf((Atom("agrees", True, Op.EQ, True), Atom("flag", False, Op.EQ, True)))
    _agree(Exists("shown", agrees), drawn)
    for op in (Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE):
        _agree(Count("shown", agrees, op, 2), drawn)


def test_facts_with_different_values_compare_by_value() -> None:
    """A value's code differs from fact to fact; a value only one of them has equals and is contained in nothing."""
    colours = [frozenset(some) for some in ((), ("red",), ("blue", "red"), ("red", "green"))]
    wanted = [*colours[:3], frozenset({"white"}), frozenset({"red", "white"})]
    drawn = [Case({**KNOWN, "colours": own, "wanted": other}) for own in colours for other in wanted]
    for op in (Op.EQ, Op.CONTAINS):
        _agree(Atom("colours", False, op, Ref("wanted", False)), drawn)
        _agree(Atom("wanted", False, op, Ref("colours", False)), drawn)
    documents, seconds = (CATALOGUE.facts[name].values for name in ("document", "second"))
    drawn = [Case({**KNOWN, "document": own, "second": other}) for own in documents for other in seconds]
    _agree(Atom("document", False, Op.EQ, Ref("second", False)), drawn)
    _agree(Atom("second", False, Op.EQ, Ref("document", False)), drawn)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 3, 15), 6, date(2024, 9, 15)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(start: date, months: int, last: date) -> None:
    """A period of months lasts until the day with the same number, or the last of a month without one; no longer."""
    node = Atom("born", False, Op.WITHIN, Period(months, 0, Ref("today", False)))
    days = [last - timedelta(days=1), last, last + timedelta(days=1), start, start - timedelta(days=1)]
    drawn = [Case({**KNOWN, "born": start, "today": day}) for day in days]
    assert _vectorised(node, drawn) == [2, 2, 0, 2, 0]
    _agree(node, drawn)


def test_a_period_may_outlast_the_calendar() -> None:
    """Documents "valid until 9999-12-31" exist: a period from there is not over, instead of an error."""
    for period in (Period(6, 0, Ref("today", False)), Period(0, 40, Ref("today", False))):
        node = Atom("born", False, Op.WITHIN, period)
        drawn = [
            Case({**KNOWN, "born": born, "today": today})
            for born in (date.max, date(9999, 11, 30), date(9999, 1, 1))
            for today in (date.max, DAY)
        ]
        assert _vectorised(node, drawn) == [2, 0, 2, 0, 0, 0]
        _agree(node, drawn)


def test_periods_end_alike_from_every_day() -> None:
    """Both ways of working out a period's end, day by day and by looking days up, give ``period_end``."""
    starts = np.arange(day_code(date(1899, 12, 1)), day_code(date(2029, 1, 1)), 7, dtype=np.int32)
    for months, days in ((1, 0), (6, 0), (13, 5), (0, 30), (120, 0)):
        wanted = [day_code(period_end(code_day(int(code)), months, days)) for code in starts]
        assert period_ends(starts, months, days).tolist() == wanted
        sparse = starts[::2900]
        assert period_ends(sparse, months, days).tolist() == wanted[::2900]
    unknown = np.array([LOWEST, int(starts[0]), LOWEST], np.int32)
    assert period_ends(unknown, 6, 0)[1] == day_code(period_end(code_day(int(starts[0])), 6, 0))


def test_counts_compare_alike() -> None:
    """A count between what is sure and what is possible compares as ``count_truth`` says."""
    bounds = [(sure, possible) for sure in range(5) for possible in range(sure, 5)]
    sure, possible = (np.array(column, np.intp) for column in zip(*bounds, strict=True))
    for op in (Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE):
        for number in range(6):
            wanted = [count_truth(op, *bound, number) for bound in bounds]
            assert _listed(counted(op, sure, possible, number), len(bounds)) == wanted


@pytest.mark.parametrize(
    "atom",
    [
        Atom("document", False, Op.LT, "licence"),
        Atom("flag", False, Op.EQ, Ref("lines", False)),
        Atom("document", False, Op.IN, Ref("second", False)),
        Atom("lines", False, Op.EQ, 99),
        Atom("flag", False, Op.EQ, SetRef("good")),
        Atom("nothing", False, Op.EQ, True),
        Atom("agrees", True, Op.EQ, True),
    ],
)
def test_a_comparison_without_meaning_is_not_compiled(atom: Atom) -> None:
    """What the loader would refuse fails at once, instead of giving a truth that means nothing."""
    with pytest.raises(ValueError, match=r"no meaning|cannot be compared|must be|does not take|has no"):
        Compiler(CATALOGUE).step(atom)


def _verdict(
    engine: LawEngine, past: PastCase, scenario: Scenario, confirmation: Confirmation
) -> tuple[int, dict[str, int]]:
    as_of, known = scenario.as_of or past.as_of, scenario.as_known_at or past.as_known_at
    try:
        found = judge(
            engine, past.case, as_of=as_of, as_known_at=known, selection=scenario.selection, confirmation=confirmation
        )
    except SilentLaw:
        return SILENT, {}
    codes = {program.rule.id: code for program, (code, _) in zip(found.plan.programs, found.results, strict=True)}
    return VERDICTS.index(found.verdict), {name: code for name, code in codes.items() if code < NOT_APPLICABLE}


def _judged_alike(
    engine: LawEngine, columns: CaseColumns, scenarios: list[Scenario], confirmation: Confirmation, size: int
) -> list[int]:
    """Assert agreement case by case; gives the verdicts met with."""
    law = VectorLaw(engine)
    met_with = []
    for start in range(0, len(columns), size):
        chunk = Chunk(columns, start, min(start + size, len(columns)))
        past = columns.past_cases(chunk.start, chunk.stop)
        for number, scenario in enumerate(scenarios):
            found = law.conclude(chunk, scenario, number, confirmation)
            codes = {name: _listed(truths, chunk.size) for name, truths in found.codes.items()}
            for row in range(chunk.size):
                wanted, by_rule = _verdict(engine, past[row], scenario, confirmation)
                assert found.verdicts[row] == wanted
                met_with.append(wanted)
                if wanted != SILENT:
                    assert {n: c[row] for n, c in codes.items() if c[row] < NOT_APPLICABLE} == by_rule
    return met_with


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
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


def _everything(rulebook: Rulebook) -> Selection:
    proposals = frozenset(rule.id for rule in rulebook.rules.values() if rule.strength is Strength.PROPOSAL)
    return Selection(frozenset(rulebook.instruments), proposals)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plain_rulebooks(), st.data())
def test_the_deciding_rules_are_the_same(rulebook: Rulebook, data: st.DataObject) -> None:
    """What unconfirmed law holds up is the same: of several methods one stands for all, of grounds only those met."""
    # Few unconfirmed rules show which one decides; few confirmed ones, which one stands for others.
    some, few_are_confirmed = (
        data.draw(st.sets(st.sampled_from(sorted(rulebook.rules)), max_size=2)),
        data.draw(st.booleans()),
    )
    hashes = {name: rule.content_hash for name, rule in rulebook.rules.items() if (name in some) == few_are_confirmed}
    confirmation = Confirmation(required=True, confirmed=hashes)
    values: list[dict[str, Value]] = [{}, {"flag": True}, {"flag": False}]
    drawn = [
        Case({**KNOWN, **flag, **other})
        for flag in values
        for other in ({}, *({"other": value} for value in (True, False)))
    ]
    adopted = Selection(frozenset({"act", "house"}))
    _judged_alike(LawEngine(rulebook, CATALOGUE), _columns(drawn), [Scenario(selection=adopted)], confirmation, 9)


@pytest.mark.parametrize("draw", [any_cases, usual_cases])
def test_the_shipped_rulebook_is_judged_alike(draw: Callable[[int, int], CaseColumns]) -> None:
    """On thousands of cases, under the law of their day and with everything adopted and proposed, both agree."""
    engine = contract_engine()
    scenarios = [Scenario(), Scenario(as_known_at=date(2027, 6, 1), selection=_everything(engine.rulebook))]
    shown = Confirmation(required=False, confirmed={})
    met_with = _judged_alike(engine, draw(1500, 7), scenarios, shown, 1000)
    assert SILENT not in met_with
    assert len(set(met_with)) >= 3


def test_the_shipped_rulebook_unconfirmed_is_judged_alike() -> None:
    """Where legal confirmation is required, both hold up the same cases."""
    engine = contract_engine()
    every_other = sorted(engine.rulebook.rules)[::2]
    confirmed = {name: engine.rulebook.rules[name].content_hash for name in every_other}
    columns = usual_cases(800, 11)
    met_with = _judged_alike(engine, columns, [Scenario()], Confirmation(required=True, confirmed=confirmed), 800)
    assert len(set(met_with)) >= 2


def test_proposals_and_instruments_must_exist() -> None:
    """A selection that would silently change nothing is refused; a rule in force is not a proposal."""
    engine = contract_engine()
    law = VectorLaw(engine)
    law.check(_everything(engine.rulebook))
    in_force = next(rule.id for rule in engine.rulebook.rules.values() if rule.strength is Strength.DUTY)
    for selection in (
        Selection(adopted=frozenset({"no-such"})),
        Selection(proposals=frozenset({"no-such"})),
        Selection(proposals=frozenset({in_force})),
    ):
        with pytest.raises(UnknownSelection):
            law.check(selection)


def test_silence_is_flagged_and_the_rest_goes_on() -> None:
    """A case without an imposed or excused duty is marked; its neighbours keep their verdicts."""
    engine = contract_engine()
    rules = {
        name: replace(rule, applies={**rule.applies, "channel": frozenset({"postal"})})
        for name, rule in engine.rulebook.rules.items()
    }
    silent = LawEngine(replace(engine.rulebook, rules=rules), engine.catalogue)
    shown = Confirmation(required=False, confirmed={})
    met_with = _judged_alike(silent, usual_cases(600, 3), [Scenario()], shown, 600)
    assert SILENT in met_with
    assert set(met_with) != {SILENT}
