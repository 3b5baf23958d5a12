"""What each condition finds: three-valued truth tables by hand, and a naive evaluator beside the compiled one."""

from __future__ import annotations

import operator
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.engine.evaluate import MET, UNKNOWN, UNMET, NodeIndex, Trace, compile_node, count_truth, period_end, slots
from sekisho.engine.facts import Case, Item, Value
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
    Operand,
    Period,
    Ref,
    SetRef,
    Unless,
    same_day_later,
    walk,
)
from tests.engine.builders import case, exception, rule
from tests.engine.strategies import SETS
from tests.engine.strategies import cases as random_cases
from tests.engine.strategies import nodes as random_nodes

DAY = date(2024, 2, 10)


def _truth(node: Node, about: Case, sets: Mapping[str, frozenset[str]] | None = None) -> int:
    return compile_node(node, 0, sets or {})(about.facts, about.evidence, [])


def _fact(name: str, op: Op, operand: Operand) -> Atom:
    return Atom(name, False, op, operand)


def _shown(name: str, op: Op, operand: Operand) -> Atom:
    return Atom(name, True, op, operand)


KNOWN_MET, KNOWN_UNMET, NOT_KNOWN = (
    _fact("agreed", Op.EQ, True),
    _fact("agreed", Op.EQ, False),
    _fact("told", Op.EQ, True),
)
OF_TRUTH = {MET: KNOWN_MET, UNMET: KNOWN_UNMET, UNKNOWN: NOT_KNOWN}
"""An atom of each truth in a case where only ``agreed`` is known, and true."""

AGREED = case(agreed=True)


@pytest.mark.parametrize(
    ("op", "operand", "value", "truth"),
    [
        (Op.EQ, 18, 18, MET),
        (Op.EQ, 18, 17, UNMET),
        (Op.LT, 18, 17, MET),
        (Op.LT, 18, 18, UNMET),
        (Op.LTE, 18, 18, MET),
        (Op.LTE, 18, 19, UNMET),
        (Op.GT, 18, 19, MET),
        (Op.GT, 18, 18, UNMET),
        (Op.GTE, 18, 18, MET),
        (Op.GTE, 18, 17, UNMET),
        (Op.EQ, 0, 0, MET),
        (Op.LT, date(2026, 4, 1), date(2026, 3, 31), MET),
        (Op.LT, date(2026, 4, 1), date(2026, 4, 1), UNMET),
        (Op.GTE, date(2026, 4, 1), date(2026, 4, 1), MET),
        (Op.EQ, date(2026, 4, 1), date(2026, 4, 1), MET),
        (Op.EQ, True, True, MET),
        (Op.EQ, True, False, UNMET),
        (Op.EQ, False, False, MET),
        (Op.EQ, False, True, UNMET),
        (Op.EQ, "red", "red", MET),
        (Op.EQ, "red", "green", UNMET),
        (Op.IN, ("red", "blue"), "blue", MET),
        (Op.IN, ("red", "blue"), "green", UNMET),
        (Op.CONTAINS, ("a",), frozenset({"a", "b"}), MET),
        (Op.CONTAINS, ("a", "b"), frozenset({"a", "b"}), MET),
        (Op.CONTAINS, ("a", "c"), frozenset({"a", "b"}), UNMET),
        (Op.CONTAINS, ("a",), frozenset(), UNMET),
        (Op.EQ, frozenset({"a"}), frozenset({"a"}), MET),
        (Op.EQ, frozenset({"a"}), frozenset({"a", "b"}), UNMET),
    ],
)
def test_a_comparison_is_met_unmet_or_unknown(op: Op, operand: Operand, value: Value, truth: int) -> None:
    """Each operator, for facts and for attributes; where the value isn't known the answer isn't either."""
    atom = _fact("age", op, operand)
    assert _truth(atom, case(age=value)) == truth
    assert _truth(atom, case()) == UNKNOWN
    shown = Exists("paper", _shown("pages", op, operand))
    assert _truth(shown, case({"paper": [{"pages": value}]})) == truth
    assert _truth(shown, case({"paper": [{}]})) == UNKNOWN


@pytest.mark.parametrize("op", [Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE])
@pytest.mark.parametrize(("left", "right"), list(product([1, 2, None], repeat=2)))
def test_a_comparison_with_a_reference_needs_both_sides(op: Op, left: int | None, right: int | None) -> None:
    """Either side unknown makes it unknown; what is unknown isn't even equal to itself."""
    known: dict[str, Value] = {"age": left} if left is not None else {}
    known |= {"score": right} if right is not None else {}
    signs = {Op.EQ: operator.eq, Op.LT: operator.lt, Op.LTE: operator.le, Op.GT: operator.gt, Op.GTE: operator.ge}
    expected = UNKNOWN if left is None or right is None else MET if signs[op](left, right) else UNMET
    assert _truth(_fact("age", op, Ref("score", False)), case(**known)) == expected
    assert _truth(_fact("age", op, Ref("age", False)), case()) == UNKNOWN


def test_a_reference_inside_where_is_of_the_item_or_of_the_case() -> None:
    """``attribute`` speaks of the same item, ``fact`` of the case."""
    own = Exists("paper", _shown("valid_until", Op.GTE, Ref("at", True)))
    of_case = Exists("paper", _shown("valid_until", Op.GTE, Ref("since", False)))
    papers: list[Item] = [{"at": date(2026, 1, 2), "valid_until": date(2026, 1, 1)}]
    about = case({"paper": papers}, since=date(2025, 1, 1))
    assert _truth(own, about) == UNMET
    assert _truth(of_case, about) == MET


@pytest.mark.parametrize(
    ("start", "end", "months", "days", "truth"),
    [
        (date(2026, 1, 15), date(2026, 7, 15), 6, 0, MET),
        (date(2026, 1, 15), date(2026, 7, 16), 6, 0, UNMET),
        (date(2026, 1, 15), date(2026, 1, 15), 6, 0, MET),
        (date(2026, 1, 15), date(2026, 1, 14), 6, 0, UNMET),
        (date(2025, 8, 31), date(2026, 2, 28), 6, 0, MET),
        (date(2025, 8, 31), date(2026, 3, 1), 6, 0, UNMET),
        (date(2023, 8, 31), date(2024, 2, 29), 6, 0, MET),
        (date(2024, 2, 29), date(2025, 2, 28), 12, 0, MET),
        (date(2024, 2, 29), date(2025, 3, 1), 12, 0, UNMET),
        (date(2026, 2, 28), date(2026, 8, 28), 6, 0, MET),
        (date(2026, 2, 28), date(2026, 8, 29), 6, 0, UNMET),
        (date(2026, 1, 15), date(2026, 1, 18), 0, 3, MET),
        (date(2026, 1, 15), date(2026, 1, 19), 0, 3, UNMET),
        (date(2026, 1, 31), date(2026, 3, 1), 1, 1, MET),
        (date(2026, 1, 31), date(2026, 3, 2), 1, 1, UNMET),
        (date(9999, 12, 31), date(9999, 12, 31), 6, 0, MET),
        (date(9999, 7, 1), date(9999, 12, 31), 6, 40, MET),
        (date(9999, 1, 1), date(9999, 7, 2), 6, 0, UNMET),
    ],
)
def test_a_period_ends_on_its_last_day(start: date, end: date, months: int, days: int, truth: int) -> None:
    """Months by the calendar's day (民法143条2項), its last where there is none; days come after that."""
    within = _fact("since", Op.WITHIN, Period(months, days, Ref("until", False)))
    assert _truth(within, case(since=start, until=end)) == truth
    assert _truth(within, case(since=start)) == UNKNOWN
    assert _truth(within, case(until=end)) == UNKNOWN


@settings(max_examples=300, deadline=None)
@given(st.dates(), st.dates(), st.integers(0, 40), st.integers(0, 400))
def test_the_short_cut_for_periods_agrees_with_the_calendar(start: date, end: date, months: int, days: int) -> None:
    """What is judged without the calendar is judged as the calendar would."""
    within = _fact("since", Op.WITHIN, Period(months, days, Ref("until", False)))
    expected = MET if start <= end <= period_end(start, months, days) else UNMET
    assert _truth(within, case(since=start, until=end)) == expected


@given(st.dates(max_value=date(9900, 1, 1)), st.integers(0, 40))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    """The month is exact; the day is the same, or the last where the month is shorter."""
    later = same_day_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


KLEENE_ALL = {(a, b): min(a, b) for a, b in product((UNMET, UNKNOWN, MET), repeat=2)}
KLEENE_ANY = {(a, b): max(a, b) for a, b in product((UNMET, UNKNOWN, MET), repeat=2)}


def test_the_atoms_of_these_tables_have_their_truths() -> None:
    """The tables below stand on these three."""
    assert {_truth(atom, AGREED): truth for truth, atom in OF_TRUTH.items()} == {
        MET: MET,
        UNMET: UNMET,
        UNKNOWN: UNKNOWN,
    }


@pytest.mark.parametrize(("a", "b"), list(product((UNMET, UNKNOWN, MET), repeat=2)))
def test_all_any_and_unless_are_kleenes(a: int, b: int) -> None:
    """All is the least, any the greatest; *unless* is met by its exception or its requirement."""
    parts = (OF_TRUTH[a], OF_TRUTH[b])
    assert _truth(AllOf(parts), AGREED) == KLEENE_ALL[a, b]
    assert _truth(AnyOf(parts), AGREED) == KLEENE_ANY[a, b]
    assert _truth(Unless(parts[0], ("p",), parts[1]), AGREED) == KLEENE_ANY[a, b]


@pytest.mark.parametrize(("a", "truth"), [(UNMET, MET), (UNKNOWN, UNKNOWN), (MET, UNMET)])
def test_not_turns_met_and_unmet_and_leaves_unknown(a: int, truth: int) -> None:
    """The contrary of what isn't known isn't known."""
    assert _truth(Not(OF_TRUTH[a]), AGREED) == truth
    assert _truth(Cited("named", ("p",), OF_TRUTH[a]), AGREED) == a


def test_all_of_nothing_is_met_and_any_of_nothing_unmet() -> None:
    """The empty cases of the two."""
    assert _truth(ALWAYS, case()) == MET
    assert _truth(AnyOf(()), case()) == UNMET


# --- evidence ---------------------------------------------------------------------------------------------------------

NAME, PHOTO = _shown("name_agrees", Op.EQ, True), _shown("photo", Op.EQ, True)


@pytest.mark.parametrize(
    ("papers", "truth"),
    [
        ([], UNMET),
        ([{"name_agrees": True, "photo": True}], MET),
        ([{"name_agrees": True, "photo": False}], UNMET),
        ([{"name_agrees": True}], UNKNOWN),
        ([{"name_agrees": False}], UNMET),
        ([{}], UNKNOWN),
        ([{"name_agrees": True, "photo": False}, {"name_agrees": False, "photo": True}], UNMET),
        ([{"name_agrees": True}, {"photo": True}], UNKNOWN),
        ([{"name_agrees": True, "photo": False}, {}], UNKNOWN),
        ([{}, {"name_agrees": True, "photo": True}], MET),
    ],
)
def test_exists_binds_all_its_conditions_to_one_item(papers: list[Item], truth: int) -> None:
    """A missing item is unmet, a missing attribute unknown, and two halves of two papers make no whole one."""
    assert _truth(Exists("paper", AllOf((NAME, PHOTO))), case({"paper": papers})) == truth
    assert _truth(Exists("paper", AllOf((NAME, PHOTO))), case({"paper": papers[::-1]})) == truth


def test_evidence_of_another_kind_does_not_count() -> None:
    """A seal is no paper, whatever it shows."""
    assert _truth(Exists("paper", ALWAYS), case({"seal": [{"good": True}]})) == UNMET


_PAPERS = st.lists(
    st.fixed_dictionaries({}, optional={"name_agrees": st.booleans(), "photo": st.booleans()}), max_size=5
)


@given(_PAPERS)
def test_name_and_photo_of_two_papers_never_make_one(papers: list[Item]) -> None:
    """Where no single paper shows both, no set of papers does."""
    about = case({"paper": [*papers]})
    whole = [paper for paper in papers if paper.get("name_agrees") and paper.get("photo")]
    assert (_truth(Exists("paper", AllOf((NAME, PHOTO))), about) == MET) is bool(whole)


def test_exists_inside_where_speaks_of_other_items() -> None:
    """The paper counts only where a seal is there; the seal's attributes are the seal's."""
    sealed = Exists("paper", AllOf((PHOTO, Exists("seal", _shown("good", Op.EQ, True)))))
    paper: Item = {"photo": True, "good": True}
    assert _truth(sealed, case({"paper": [paper]})) == UNMET
    assert _truth(sealed, case({"paper": [paper], "seal": [{"good": False}]})) == UNMET
    assert _truth(sealed, case({"paper": [paper], "seal": [{}]})) == UNKNOWN
    assert _truth(sealed, case({"paper": [paper], "seal": [{"good": True}]})) == MET


@pytest.mark.parametrize("op", [Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE])
@pytest.mark.parametrize("number", [-1, 0, 1, 2, 3])
@pytest.mark.parametrize(("sure", "open_", "no"), [(s, o, n) for s in range(3) for o in range(3) for n in range(2)])
def test_a_count_is_certain_only_where_no_unknown_item_could_change_it(
    op: Op, number: int, sure: int, open_: int, no: int
) -> None:
    """Between the sure items and the possible ones every number is tried; they must all say the same."""
    shown: list[Item] = [{"photo": True}, {}, {"photo": False}]
    papers = [shown[0]] * sure + [shown[1]] * open_ + [shown[2]] * no
    signs = {Op.EQ: operator.eq, Op.LT: operator.lt, Op.LTE: operator.le, Op.GT: operator.gt, Op.GTE: operator.ge}
    answers = {signs[op](n, number) for n in range(sure, sure + open_ + 1)}
    expected = UNKNOWN if len(answers) == 2 else MET if True in answers else UNMET
    assert _truth(Count("paper", PHOTO, op, number), case({"paper": papers})) == expected
    assert count_truth(op, sure, sure + open_, number) == expected


def test_nothing_is_counted_where_nothing_is() -> None:
    """No item is none: a number of nought is certain."""
    assert _truth(Count("paper", ALWAYS, Op.EQ, 0), case()) == MET
    assert _truth(Count("paper", ALWAYS, Op.GTE, 1), case()) == UNMET


def test_a_named_set_is_that_of_the_day() -> None:
    """The condition is compiled for the day's members."""
    good = _fact("colour", Op.IN, SetRef("warm"))
    assert _truth(good, case(colour="red"), {"warm": frozenset({"red"})}) == MET
    assert _truth(good, case(colour="red"), {"warm": frozenset({"blue"})}) == UNMET
    assert _truth(good, case(colour="red"), {"warm": frozenset()}) == UNMET
    assert _truth(good, case(), {"warm": frozenset({"red"})}) == UNKNOWN


@pytest.mark.parametrize(
    "odd", ["it's", 'say "no"', "back\\slash", "new\nline", "{brace}", "関所", "𠮷", "'+__import__('os')+'"]
)
def test_odd_names_and_values_are_only_data(odd: str) -> None:
    """Conditions are written out as code: a quote or a brace in a name, value or kind must stay a character."""
    assert _truth(_fact(odd, Op.EQ, odd), Case({odd: odd}, {})) == MET
    assert _truth(_fact(odd, Op.IN, (odd, "x")), Case({odd: odd}, {})) == MET
    assert _truth(_fact(odd, Op.CONTAINS, (odd,)), Case({odd: frozenset({odd})}, {})) == MET
    assert _truth(Exists(odd, _shown(odd, Op.EQ, odd)), Case({}, {odd: [{odd: odd}]})) == MET
    assert _truth(_fact("a", Op.IN, SetRef(odd)), Case({"a": odd}, {}), {odd: frozenset({odd})}) == MET


# --- the trace --------------------------------------------------------------------------------------------------------


def test_the_trace_has_every_condition_of_every_item() -> None:
    """Nothing is left out because something before it already decided."""
    node = AllOf((KNOWN_UNMET, Exists("paper", AllOf((NAME, PHOTO))), NOT_KNOWN))
    # Numbered depth-first: 0 all, 1 agreed, 2 exists, 3 all, 4 name, 5 photo, 6 told.
    trace: Trace = []
    about = case({"paper": [{"name_agrees": False, "photo": True}, {"name_agrees": True, "photo": True}]}, agreed=True)
    compile_node(node, 0, {})(about.facts, about.evidence, trace)
    assert sorted(trace) == sorted(
        [
            (0, UNMET, -1),
            (1, UNMET, -1),
            (2, MET, -1),
            (3, UNMET, 0),
            (4, UNMET, 0),
            (5, MET, 0),
            (3, MET, 1),
            (4, MET, 1),
            (5, MET, 1),
            (6, UNKNOWN, -1),
        ]
    )


def test_numbers_start_where_they_are_told_to() -> None:
    """A rule's slots follow each other in one numbering."""
    trace: Trace = []
    compile_node(Not(KNOWN_MET), 40, {})({"agreed": True}, {}, trace)
    assert sorted(trace) == [(40, UNMET, -1), (41, MET, -1)]


def test_the_index_finds_every_node_again() -> None:
    """Every slot of every rule in order of id, children beside parents, and atoms counted."""
    rules = {
        "b": rule("b", requires=Exists("paper", AllOf((NAME, PHOTO)))),
        "a": rule("a", when=Not(KNOWN_MET), completion=NOT_KNOWN, excepts=(exception(KNOWN_UNMET),)),
    }
    index = NodeIndex(rules)
    assert [slot for slot, _ in slots(rules["a"])] == ["when", "requires", "completion", "excepts.0"]
    assert index.first("a", "when") == 0
    assert [entry[2] for entry in index.entries] == [
        node for rule_id in ("a", "b") for _, root in slots(rules[rule_id]) for node in walk(root)
    ]
    first = index.first("b", "requires")
    assert [index.entries[child][2] for child in index.children[index.children[first][0]]] == [NAME, PHOTO]
    assert index.atoms() == 5


# --- the naive evaluator ----------------------------------------------------------------------------------------------


def _naive(node: Node, facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], item: Item) -> int:
    """What the words of ``docs/rulebook.md`` say, without a thought for speed."""

    def below(part: Node) -> int:
        return _naive(part, facts, evidence, item)

    if isinstance(node, AllOf):
        return min(map(below, node.parts), default=MET)
    if isinstance(node, AnyOf):
        return max(map(below, node.parts), default=UNMET)
    if isinstance(node, Not):
        return MET - below(node.part)
    if isinstance(node, Cited):
        return below(node.part)
    if isinstance(node, Unless):
        return max(below(node.exception), below(node.require))
    if isinstance(node, Exists | Count):
        truths = [_naive(node.where, facts, evidence, other) for other in evidence.get(node.kind, [])]
        if isinstance(node, Exists):
            return max(truths, default=UNMET)
        return count_truth(node.op, truths.count(MET), len(truths) - truths.count(UNMET), node.number)

    def value(name: str, of_item: bool) -> Any:
        return (item if of_item else facts).get(name)

    left, operand = value(node.name, node.of_item), node.operand
    if isinstance(operand, Period):
        end = value(operand.of.name, operand.of.of_item)
        if left is None or end is None:
            return UNKNOWN
        return MET if left <= end <= period_end(left, operand.months, operand.days) else UNMET
    if isinstance(operand, SetRef):
        right: Any = SETS[operand.name].on(DAY)
    elif isinstance(operand, Ref):
        right = value(operand.name, operand.of_item)
    elif node.op is Op.CONTAINS:
        right = frozenset(operand) if isinstance(operand, tuple) else frozenset({operand})
    else:
        right = operand
    if left is None or right is None:
        return UNKNOWN
    if node.op is Op.IN:
        return MET if left in right else UNMET
    if node.op is Op.CONTAINS:
        return MET if right <= left else UNMET
    signs = {Op.EQ: operator.eq, Op.LT: operator.lt, Op.LTE: operator.le, Op.GT: operator.gt, Op.GTE: operator.ge}
    return MET if signs[node.op](left, right) else UNMET


@settings(max_examples=300, deadline=None)
@given(random_nodes(), random_cases)
def test_the_compiled_condition_finds_what_the_naive_one_does(node: Node, about: Case) -> None:
    """On random conditions and cases, the written-out function and the recursive reading agree."""
    sets = {name: dated.on(DAY) for name, dated in SETS.items()}
    assert _truth(node, about, sets) == _naive(node, about.facts, about.evidence, {})


@settings(max_examples=150, deadline=None)
@given(random_nodes(), random_cases, st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(node: Node, about: Case, random: Any) -> None:
    """Items of a kind are a collection, not a sequence."""
    sets = {name: dated.on(DAY) for name, dated in SETS.items()}
    shuffled = {kind: random.sample(items, len(items)) for kind, items in about.evidence.items()}
    assert _truth(node, Case(about.facts, shuffled), sets) == _truth(node, about, sets)


@settings(max_examples=200, deadline=None)
@given(random_nodes(), random_cases, st.data())
def test_what_is_certain_stays_so_when_more_becomes_known(node: Node, about: Case, data: st.DataObject) -> None:
    """Forgetting facts and attributes never turns met into unmet or back: it only leads to unknown."""
    sets = {name: dated.on(DAY) for name, dated in SETS.items()}
    fewer = {name: value for name, value in about.facts.items() if data.draw(st.booleans())}
    less = {
        kind: [{name: value for name, value in item.items() if data.draw(st.booleans())} for item in items]
        for kind, items in about.evidence.items()
    }
    assert _truth(node, Case(fewer, less), sets) in (UNKNOWN, _truth(node, about, sets))
