"""The cheapest way found is the cheapest there is: against every combination of changes, and under the shipped law."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bench.law_cases import usual_cases
from sekisho.contracts.law import contract_engine
from sekisho.engine.counterfactual import ACCEPTED, Change, CounterfactualFinder, Question, apply
from sekisho.engine.evaluate import slots
from sekisho.engine.facts import Case, Item
from sekisho.engine.new_items import cheapest_items
from sekisho.engine.nodes import AllOf, Atom, Count, Exists, Node, Not, Op, walk
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Role
from sekisho.engine.verdicts import Verdict
from tests.engine.builders import CATALOGUE, DAY, FAR, NOTHING, case, engine, outcome, rule
from tests.engine.ways import AGREED, DUTY, GOOD, PAPER, RED, SEAL, TOLD, check, fact, shown, ways_of


def _all(parts: list[Node]) -> Node:
    return AllOf(tuple(parts))


# Each fact is wanted in one direction only, alternatives are methods of their own, papers are asked for alike: within
# a rule the cheapest alternative is taken without asking what other rules would make of it, and two different
# descriptions of an item are two items.
_LEAVES: st.SearchStrategy[Node] = st.sampled_from(
    [
        AGREED,
        TOLD,
        RED,
        Atom("colour", False, Op.IN, ("red", "green")),
        Not(fact("colour", "blue")),
        fact("stranger", True),
        PAPER,
        SEAL,
        Count("seal", GOOD, Op.GTE, 2),
    ]
)
_CONDITIONS = _LEAVES | st.lists(_LEAVES, min_size=2, max_size=3).map(_all)
_OPTIONAL_BOOLS = st.booleans() | st.none()


@st.composite
def _small(draw: st.DrawFn) -> tuple[LawEngine, Case]:
    """Two duties with two methods each, perhaps a requirement and a ground; a case with a paper, a seal, or none."""
    duties = ("show", "prove")
    rules = [rule(f"duty.{name}", Role.DUTY, duties=(name,)) for name in duties]
    rules += [rule(f"{name}.{n}", requires=draw(_CONDITIONS), duties=(name,)) for name in duties for n in range(2)]
    if draw(st.booleans()):
        rules.append(rule("must", Role.REQUIREMENT, requires=draw(_LEAVES)))
    if draw(st.booleans()):
        rules.append(
            rule("no", Role.REFUSAL, requires=draw(st.sampled_from([fact("agreed", False), fact("stranger", False)])))
        )
    facts = {
        name: draw(values)
        for name, values in {
            "agreed": _OPTIONAL_BOOLS,
            "told": _OPTIONAL_BOOLS,
            "stranger": _OPTIONAL_BOOLS,
            "colour": st.sampled_from(["blue", "green", None]),
        }.items()
    }
    papers: list[Item] = [{"photo": draw(st.booleans())}] if draw(st.booleans()) else []
    seals: list[Item] = [{}] if draw(st.booleans()) else []
    known = {name: value for name, value in facts.items() if value is not None}
    return engine(*rules, duties=duties), case({"paper": papers, "seal": seals}, **known)


def _all_changes(over: LawEngine, about: Case) -> Iterator[tuple[int, list[Change]]]:
    """Every combination of changes somebody could make, with its price: facts, unknown attributes, new items."""
    specs = CATALOGUE.facts
    axes: list[list[list[Change]]] = []
    for name, values in (("agreed", (True, False)), ("told", (True, False)), ("colour", ("red", "green", "blue"))):
        spec = specs[name]
        axes.append([[], *([Change(spec.changed_by, spec.cost, None, None, name, value, None)] for value in values)])
    for kind, items in about.evidence.items():
        for position, item in enumerate(items):
            for name in {"paper": ("photo",), "seal": ("good",)}[kind]:
                if name not in item:
                    spec = CATALOGUE.evidence[kind].attributes[name]
                    axes.append([[], [Change(spec.changed_by, spec.cost, kind, position, name, True, None)]])
    wanted = {
        (node.kind, new)
        for made in over.rulebook.rules.values()
        for _, root in slots(made)
        for node in walk(root)
        if isinstance(node, Exists | Count) and (new := cheapest_items(node.kind, node.where, CATALOGUE, {}))
    }
    for kind, brought in sorted(wanted, key=str):
        [single] = brought
        change = Change(CATALOGUE.evidence[kind].provided_by, single.cost, kind, None, None, None, single)
        axes.append([[change] * times for times in range(3 if kind == "seal" else 2)])
    for picked in product(*axes):
        changes = [change for part in picked for change in part]
        yield sum(change.cost for change in changes), changes


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_small())
def test_the_cheapest_way_found_is_the_cheapest_there_is(small: tuple[LawEngine, Case]) -> None:
    """Against every combination of changes: where there is a way one is found, and none is cheaper."""
    over, about = small
    ways = ways_of(over, about)
    assume(outcome(over, about).verdict not in ACCEPTED)
    cheapest: int | None = None
    for cost, changes in sorted(_all_changes(over, about), key=lambda pair: pair[0]):
        if outcome(over, apply(about, changes, DAY)).verdict in ACCEPTED:
            cheapest = cost
            break
    assert (ways[0].cost if ways else None) == cheapest


def test_under_the_shipped_law_every_way_leads_to_acceptance() -> None:
    """Over made-up applications of every kind: each way is judged again from the start, and keeps its promises."""
    over = contract_engine()
    finder = CounterfactualFinder(over)
    offered: Counter[int] = Counter()
    for made in usual_cases(400, 3).past_cases(0, 400):
        found = outcome(over, made.case, as_of=made.as_of)
        if found.verdict not in ACCEPTED:
            ways = finder.ways(found, Question(made.as_of, FAR, NOTHING))
            check(over, found, ways)
            offered[len(ways)] += 1
    assert offered[3] > offered[0]
    assert sum(offered.values()) > 50


def test_a_verdict_beyond_need_is_not_offered() -> None:
    """A way leads to acceptance, at once or on completion, and says which."""
    over = engine(DUTY, rule("a", requires=SEAL, completion=Exists("letter", shown("delivered", True))))
    [way] = ways_of(over, case())
    assert way.verdict is Verdict.ACCEPT_ON_COMPLETION
