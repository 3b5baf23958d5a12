"""Ways to be accepted: at most three, the cheapest first, each judged again, and nothing that nobody can change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bench.law_cases import usual_cases
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Outcome
from sekisho.engine.counterfactual import ACCEPTED, OFFERED, Change, CounterfactualFinder, Question, Way, apply
from sekisho.engine.evaluate import slots
from sekisho.engine.facts import Case, ChangedBy, Item, Value
from sekisho.engine.new_items import NewItem, cheapest_items
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Cited, Count, Exists, Node, Not, Op, Ref, SetRef, Unless, walk
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import DatedSet, Edge, Role, Strength, TextState
from sekisho.engine.verdicts import DutyState, Verdict
from tests.engine.builders import CATALOGUE, DAY, FAR, NOTHING, case, engine, exception, outcome, rule

ASKED = Question(DAY, FAR, NOTHING)
DUTY = rule("duty", Role.DUTY)


def _fact(name: str, value: Value, op: Op = Op.EQ) -> Atom:
    return Atom(name, False, op, value)


def _shown(name: str, value: Value, op: Op = Op.EQ) -> Atom:
    return Atom(name, True, op, value)


AGREED, TOLD, RED = _fact("agreed", True), _fact("told", True), _fact("colour", "red")
PHOTO, NAME, GOOD = _shown("photo", True), _shown("name_agrees", True), _shown("good", True)
PAPER, SEAL = Exists("paper", PHOTO), Exists("seal", GOOD)


def _ways(over: LawEngine, about: Case) -> list[Way]:
    found = outcome(over, about)
    ways = CounterfactualFinder(over).ways(found, ASKED)
    _check(over, found, ways)
    return ways


def _check(over: LawEngine, found: Outcome, ways: list[Way]) -> None:
    """What holds of every list of ways, whatever the law."""
    assert len(ways) <= OFFERED
    assert [way.cost for way in ways] == sorted(way.cost for way in ways)
    for way in ways:
        judged = outcome(over, apply(found.case, way.changes, found.as_of), as_of=found.as_of)
        assert judged.verdict is way.verdict
        assert way.verdict in ACCEPTED
        assert way.cost == sum(change.cost for change in way.changes)
        assert way.changes
        for change in way.changes:
            assert change.by is not ChangedBy.NOBODY
            if change.kind is not None and change.position is not None and change.name is not None:
                assert change.name not in found.case.evidence[change.kind][change.position]
            elif change.name is not None:
                assert found.case.facts.get(change.name) != change.value


def _said(ways: list[Way]) -> list[list[object]]:
    """Each way's changes: the kind of a new item, or what is changed to what."""
    return [
        [change.new.kind if change.new is not None else (change.name, change.value) for change in way.changes]
        for way in ways
    ]


def test_what_is_accepted_needs_no_way() -> None:
    """Neither does what waits for its closing act only."""
    over = engine(DUTY, rule("a", requires=AGREED, completion=TOLD))
    assert _ways(over, case(agreed=True, told=True)) == []
    assert _ways(over, case(agreed=True)) == []


def test_the_cheapest_come_first_and_three_at_most() -> None:
    """A seal costs 3, an agreement 2, a letter 6, a paper 10: the paper is the fourth and isn't offered."""
    methods = [
        rule("a.paper", requires=PAPER),
        rule("b.seal", requires=SEAL),
        rule("c.agree", requires=AGREED),
        rule("d.letter", requires=Exists("letter", _shown("delivered", True))),
    ]
    ways = _ways(engine(DUTY, *methods), case())
    assert _said(ways) == [[("agreed", True)], ["seal"], ["letter"]]
    assert [way.cost for way in ways] == [2, 3, 6]
    assert [[made.id for made in way.rules] for way in ways] == [["c.agree"], ["b.seal"], ["d.letter"]]
    assert [change.by for way in ways for change in way.changes] == [
        ChangedBy.APPLICANT,
        ChangedBy.APPLICANT,
        ChangedBy.OPERATOR,
    ]


def test_better_known_law_comes_first_at_the_same_price() -> None:
    """Of two seals the one that rests on the very text."""
    unsure = rule("a", requires=SEAL, text_state=TextState.UNVERIFIED)
    sure = rule("b", requires=Exists("seal", _shown("state", "fine")))
    assert [way.rules[0].id for way in _ways(engine(DUTY, unsure, sure), case())] == ["b", "a"]


@pytest.mark.parametrize(
    "requires",
    [
        _fact("stranger", False),
        _fact("age", 18, Op.GTE),
        Exists("oath", _shown("sworn", True)),
        _fact("born_here", True),
    ],
)
@pytest.mark.parametrize("known", [{}, {"stranger": True, "age": 10, "born_here": False}])
def test_what_nobody_can_change_is_never_offered(requires: Node, known: dict[str, Value]) -> None:
    """Age, origin and what nobody provides are no advice, known or unknown, alone or beside something one can do."""
    assert _ways(engine(DUTY, rule("a", requires=requires)), case(**known)) == []
    assert _ways(engine(DUTY, rule("a", requires=AllOf((requires, AGREED)))), case(**known)) == []
    assert _said(_ways(engine(DUTY, rule("a", requires=AnyOf((requires, AGREED)))), case(**known))) == [
        [("agreed", True)]
    ]


def test_what_an_item_shows_is_never_altered() -> None:
    """A paper without a photo isn't given one; another paper is brought. What wasn't looked at may still be learned."""
    over = engine(DUTY, rule("a", requires=PAPER))
    assert _said(_ways(over, case({"paper": [{"photo": False}]}))) == [["paper"]]
    assert _said(_ways(over, case({"paper": [{}]}))) == [[("photo", True)]]


@pytest.mark.parametrize("state", ["revoked", "could_not_check"])
def test_what_a_check_found_is_never_suggested_to_be_otherwise(state: str) -> None:
    """The operator made the check, but a revoked certificate isn't made good by the operator either."""
    over = engine(DUTY, rule("a", requires=Exists("seal", _shown("state", "fine"))))
    assert _said(_ways(over, case({"seal": [{"state": state}]}))) == [["seal"]]
    assert _said(_ways(over, case({"seal": [{}]}))) == [[("state", "fine")]]


def test_a_refusal_ends_with_its_ground() -> None:
    """What the applicant can undo is offered; what nobody can isn't, and then nothing is."""
    accepted = [DUTY, rule("a", requires=TOLD)]
    ground = rule("no", Role.REFUSAL, requires=_fact("agreed", False))
    [way] = _ways(engine(*accepted, ground), case(agreed=False, told=True))
    assert [(change.name, change.value) for change in way.changes] == [("agreed", True)]
    assert [made.id for made in way.rules] == ["no"]
    forever = rule("no", Role.REFUSAL, requires=_fact("stranger", True))
    assert _ways(engine(*accepted, forever), case(stranger=True, told=True)) == []


def test_a_ground_is_undone_where_it_applies_or_is_excepted() -> None:
    """A ground that is no longer about the case, or that a cited exception meets, refuses no more."""
    accepted = [DUTY, rule("a", requires=TOLD)]
    forever = _fact("stranger", True)
    about = rule("no", Role.REFUSAL, when=_fact("colour", "red"), requires=forever)
    assert _said(_ways(engine(*accepted, about), case(stranger=True, told=True, colour="red"))) == [
        [("colour", "green")]
    ]
    excepted = rule("no", Role.REFUSAL, requires=forever, excepts=(exception(AGREED),))
    assert _said(_ways(engine(*accepted, excepted), case(stranger=True, told=True, agreed=False))) == [
        [("agreed", True)]
    ]


def test_a_refused_case_is_offered_everything_it_lacks() -> None:
    """Undoing the ground alone wouldn't do where evidence is missing too."""
    over = engine(DUTY, rule("a", requires=SEAL), rule("no", Role.REFUSAL, requires=_fact("agreed", False)))
    assert [sorted(map(str, said)) for said in _said(_ways(over, case(agreed=False)))] == [["('agreed', True)", "seal"]]


def test_requirements_are_met_along_with_the_method() -> None:
    """One way holds every change that is needed, the requirement's and the method's."""
    over = engine(DUTY, rule("a", requires=SEAL), rule("must", Role.REQUIREMENT, requires=TOLD))
    [way] = _ways(over, case(told=False))
    assert way.cost == 4
    assert [made.id for made in way.rules] == ["a", "must"]
    hopeless = rule("must", Role.REQUIREMENT, requires=_fact("age", 18, Op.GTE))
    assert _ways(engine(DUTY, rule("a", requires=SEAL), hopeless), case(age=3)) == []


def test_learning_that_a_duty_does_not_apply_is_a_way() -> None:
    """Where the duty may not apply, what excuses from it is offered beside what fulfils it."""
    maybe = rule("duty", Role.DUTY, when=_fact("agreed", False))
    over = engine(maybe, rule("out", Role.SCOPE, when=AGREED), rule("a", requires=SEAL))
    assert outcome(over, case()).duties[0].state is DutyState.APPLICABILITY_UNKNOWN
    assert _said(_ways(over, case())) == [[("agreed", True)], ["seal"]]


def test_another_channel_is_offered_where_this_one_helps_no_further() -> None:
    """At the counter nothing helps; online one is accepted at once, or with a seal."""
    online = {"channel": frozenset({"online"})}
    over = engine(DUTY, rule("a", requires=TOLD, applies=online), rule("b", requires=SEAL, applies=online))
    assert _said(_ways(over, case(told=True))) == [[("channel", "online")]]
    ways = _ways(engine(DUTY, rule("b", requires=SEAL, applies=online)), case())
    assert _said(ways) == [[("channel", "online"), "seal"]]
    assert ways[0].cost == 23


def test_another_channel_comes_first_where_it_is_cheaper() -> None:
    """Three dear ways at the counter don't hide a cheaper one online; cheap ones need no other channel."""
    dear = [
        rule(f"c{n}", requires=Count("paper", PHOTO, Op.GTE, n), applies={"channel": frozenset({"counter"})})
        for n in (3, 4, 5)
    ]
    online = rule("o", requires=SEAL, applies={"channel": frozenset({"online"})})
    ways = _ways(engine(DUTY, *dear, online), case())
    assert _said(ways)[0] == [("channel", "online"), "seal"]
    assert [way.cost for way in ways] == [23, 30, 40]
    cheap = [rule(f"c{n}", requires=node) for n, node in enumerate((SEAL, AGREED, TOLD))]
    assert all("channel" not in str(said) for said in _said(_ways(engine(DUTY, *cheap, online), case())))


# --- counts, exceptions, what wasn't looked at ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seals", "op", "number", "said"),
    [
        ([], Op.GTE, 2, [["seal", "seal"]]),
        ([{"good": True}], Op.GTE, 2, [["seal"]]),
        ([{"good": True}], Op.GT, 1, [["seal"]]),
        ([], Op.EQ, 2, [["seal", "seal"]]),
        ([{"good": False}], Op.GTE, 1, [["seal"]]),
        ([{}], Op.GTE, 2, [[("good", True), "seal"]]),
        ([{"good": True}] * 3, Op.EQ, 2, []),
        ([{"good": True}, {}], Op.EQ, 1, []),
        ([{"good": True}] * 3, Op.LTE, 2, []),
    ],
)
def test_a_count_is_filled_up(seals: list[Item], op: Op, number: int, said: list[list[object]]) -> None:
    """As many as are lacking, what is there first where it costs no more; too many can't be helped."""
    over = engine(DUTY, rule("a", requires=Count("seal", GOOD, op, number)))
    assert _said(_ways(over, case({"seal": seals}))) == said


def test_a_cheaper_new_item_is_preferred_to_a_dear_repair() -> None:
    """Learning two things about an old seal costs 5, a new seal 3."""
    both = AllOf((GOOD, _shown("state", "fine")))
    over = engine(DUTY, rule("a", requires=Count("seal", both, Op.GTE, 1)))
    assert _said(_ways(over, case({"seal": [{}]}))) == [["seal"]]


def test_one_item_serves_two_duties_and_is_paid_once() -> None:
    """The dearer method of each duty is the cheapest for both together."""
    duties = ("show", "prove")
    rules = [rule(f"duty.{name}", Role.DUTY, duties=(name,)) for name in duties]
    rules += [rule("seal", requires=SEAL, duties=("show",)), rule("agree", requires=AGREED, duties=("prove",))]
    letter = Exists("letter", _shown("delivered", True))
    rules += [
        rule("letter.show", requires=letter, duties=("show",)),
        rule("letter.prove", requires=letter, duties=("prove",)),
    ]
    # Separately 3 + 2 = 5, the letter 6 once: 5, 6, then the mixtures.
    ways = _ways(engine(*rules, duties=duties), case())
    assert [way.cost for way in ways[:2]] == [5, 6]
    assert _said(ways)[1] == ["letter"]


def test_two_duties_with_many_methods_still_find_the_shared_one() -> None:
    """The cheapest way may be a combination that is dear until what is shared is paid once."""
    duties = ("show", "prove")
    rules = [rule(f"duty.{name}", Role.DUTY, duties=(name,)) for name in duties]
    own: dict[str, list[Node]] = {
        "show": [SEAL, Exists("seal", _shown("state", "fine")), _fact("score", 5)],
        "prove": [RED, _fact("score", 7), _fact("score", 8)],
    }
    shared = Exists("letter", _shown("delivered", True))
    for name, nodes in own.items():
        rules += [rule(f"{name}.{n}", requires=node, duties=(name,)) for n, node in enumerate([*nodes, shared])]
    ways = _ways(engine(*rules, duties=duties), case())
    assert [way.cost for way in ways] == [6, 6, 6]
    assert ["letter"] in _said(ways)


def test_conditions_that_were_not_looked_at_are_still_counted_as_met() -> None:
    """A method that wasn't about the case has what it requires already: only what keeps it away is changed."""
    over = engine(DUTY, rule("a", when=AGREED, requires=AllOf((PAPER, TOLD))))
    about = case({"paper": [{"photo": True}]}, agreed=False, told=True)
    assert _said(_ways(over, about)) == [[("agreed", True)]]


def test_an_exception_that_keeps_a_method_away_is_undone() -> None:
    """Met or perhaps met: where somebody can end it, that is part of the way."""
    over = engine(DUTY, rule("a", requires=PAPER, excepts=(exception(_fact("agreed", False)),)))
    paper: dict[str, list[Item]] = {"paper": [{"photo": True}]}
    assert _said(_ways(over, case(paper, agreed=False))) == [[("agreed", True)]]
    assert _said(_ways(over, case(paper))) == [[("agreed", True)]]


def test_a_set_gains_what_is_asked_and_keeps_what_it_has() -> None:
    """Adding a mark doesn't take another away."""
    node = AllOf((_fact("marks", "a", Op.CONTAINS), Atom("marks", False, Op.CONTAINS, ("b",))))
    over = engine(DUTY, rule("a", requires=node))
    assert _said(_ways(over, case(marks=frozenset({"a"})))) == [[("marks", frozenset({"a", "b"}))]]


@pytest.mark.parametrize(
    ("node", "known", "said"),
    [
        (_fact("colour", "red"), {"colour": "blue"}, [("colour", "red")]),
        (Not(_fact("colour", "red")), {"colour": "red"}, [("colour", "green")]),
        (Atom("colour", False, Op.IN, ("green", "blue")), {"colour": "red"}, [("colour", "green")]),
        (Atom("colour", False, Op.IN, SetRef("warm")), {"colour": "blue"}, [("colour", "red")]),
        (Not(Atom("colour", False, Op.IN, SetRef("warm"))), {"colour": "red"}, [("colour", "green")]),
        (Not(AGREED), {"agreed": True}, [("agreed", False)]),
        (_fact("score", 7), {"score": 3}, [("score", 7)]),
        (_fact("score", 7, Op.GTE), {}, [("score", 7)]),
        (Cited("named", ("p",), TOLD), {}, [("told", True)]),
        (Unless(_fact("stranger", True), ("p",), TOLD), {"stranger": False}, [("told", True)]),
        (Unless(AGREED, ("p",), RED), {}, [("agreed", True)]),
    ],
)
def test_each_form_is_brought_about(node: Node, known: dict[str, Value], said: list[object]) -> None:
    """Facts of every type that somebody can change, in every form of condition."""
    warm = DatedSet("warm", ((date(2020, 1, 1), None, frozenset({"red"})),))
    over = engine(DUTY, rule("a", requires=node), sets=[warm])
    assert _said(_ways(over, case(**known)))[0] == said


def test_a_way_stays_under_the_law_of_the_day() -> None:
    """A method that ended or hasn't begun is no way."""
    ended = rule("a", requires=AGREED, end=Edge(DAY, date(2025, 1, 1), "act"))
    coming = rule("b", requires=TOLD, start=Edge(date(2026, 6, 2), date(2025, 1, 1), "act"))
    assert _said(_ways(engine(DUTY, ended, coming, rule("c", requires=SEAL)), case())) == [["seal"]]


def test_rules_that_do_not_bind_ask_for_no_change() -> None:
    """A requirement that isn't adopted isn't in the way."""
    own = rule("own", Role.REQUIREMENT, requires=PAPER, strength=Strength.VOLUNTARY, instrument="guild")
    assert _said(_ways(engine(DUTY, rule("a", requires=SEAL), own), case())) == [["seal"]]


def test_the_case_itself_is_left_as_it_is() -> None:
    """Applying changes makes another case."""
    about = case({"paper": [{}]}, agreed=False)
    changes = (
        Change(ChangedBy.APPLICANT, 2, None, None, "agreed", True, None),
        Change(ChangedBy.APPLICANT, 6, "paper", 0, "photo", True, None),
        Change(ChangedBy.APPLICANT, 3, "seal", None, None, None, NewItem("seal", (("good", True),), (), 3)),
    )
    made = apply(about, changes, DAY)
    assert about == case({"paper": [{}]}, agreed=False)
    assert made == case({"paper": [{"photo": True}], "seal": [{"good": True, "at": DAY}]}, agreed=True)


# --- new items --------------------------------------------------------------------------------------------------------

SETS = {"good": frozenset({"passport", "book"})}


@pytest.mark.parametrize(
    ("where", "values", "dates"),
    [
        (AllOf(()), {}, {}),
        (PHOTO, {"photo": True}, {}),
        (Not(PHOTO), {"photo": False}, {}),
        (AllOf((PHOTO, NAME)), {"photo": True, "name_agrees": True}, {}),
        (_shown("document", "book"), {"document": "book"}, {}),
        (Atom("document", True, Op.IN, SetRef("good")), {"document": "passport"}, {}),
        (Not(Atom("document", True, Op.IN, SetRef("good"))), {"document": "licence"}, {}),
        (
            AllOf((Atom("document", True, Op.IN, SetRef("good")), Not(_shown("document", "passport")))),
            {"document": "book"},
            {},
        ),
        (_shown("pages", 3, Op.GT), {"pages": 4}, {}),
        (AllOf((_shown("pages", 3, Op.GTE), Not(_shown("pages", 5, Op.GTE)))), {"pages": 3}, {}),
        (Atom("shows", True, Op.CONTAINS, ("name", "photo")), {"shows": frozenset({"name", "photo"})}, {}),
        (
            AllOf((_shown("shows", "name", Op.CONTAINS), _shown("shows", "photo", Op.CONTAINS))),
            {"shows": frozenset({"name", "photo"})},
            {},
        ),
        (Atom("valid_until", True, Op.GTE, Ref("at", True)), {}, {"valid_until": "later"}),
        (Not(Atom("valid_until", True, Op.LT, Ref("at", True))), {}, {"valid_until": "later"}),
        (Atom("issued_on", True, Op.LTE, Ref("at", True)), {}, {"issued_on": "same"}),
        (Not(Atom("issued_on", True, Op.GT, Ref("at", True))), {}, {"issued_on": "same"}),
        (AnyOf((AllOf((PHOTO, Exists("seal", GOOD))), NAME)), {"name_agrees": True}, {}),
        (Not(AnyOf((PHOTO, NAME))), {"photo": False, "name_agrees": False}, {}),
        (Not(AllOf((PHOTO, PHOTO))), {"photo": False}, {}),
        (Not(Exists("seal", GOOD)), {}, {}),
        (Unless(_shown("document", "book"), ("p",), PHOTO), {"photo": True}, {}),
        (Cited("named", ("p",), PHOTO), {"photo": True}, {}),
    ],
)
def test_a_new_item_is_what_the_condition_asks_for(
    where: Node, values: dict[str, Value], dates: dict[str, str]
) -> None:
    """The cheapest item that meets the condition, with nothing more claimed of it."""
    items = cheapest_items("paper", where, CATALOGUE, SETS)
    assert items is not None
    assert [item.kind for item in items] == ["paper"]
    assert (dict(items[0].values), dict(items[0].dates), items[0].cost) == (values, dates, 10)


@pytest.mark.parametrize(
    "where",
    [
        AllOf((PHOTO, Not(PHOTO))),
        AllOf((_shown("pages", 3, Op.GT), Not(_shown("pages", 3, Op.GT)))),
        _shown("pages", 100, Op.GT),
        Atom("document", True, Op.IN, SetRef("none")),
        Atom("issued_on", True, Op.LT, Ref("at", True)),
        Exists("oath", _shown("sworn", True)),
        AnyOf(()),
    ],
)
def test_what_no_item_can_be_is_not_suggested(where: Node) -> None:
    """Contradictions, empty domains and what nobody provides."""
    assert cheapest_items("paper", where, CATALOGUE, {"none": frozenset()}) is None
    assert cheapest_items("oath", AllOf(()), CATALOGUE, {}) is None


def test_further_items_come_along_with_their_price() -> None:
    """A paper that counts only with a seal brings the seal; of two helpers the cheaper."""
    where = AllOf((PHOTO, AnyOf((Exists("letter", AllOf(())), SEAL))))
    items = cheapest_items("paper", where, CATALOGUE, {})
    assert items is not None
    assert [(item.kind, item.cost) for item in items] == [("paper", 10), ("seal", 3)]


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(9999, 12, 31)])
def test_dates_of_a_new_item_are_relative_to_its_day(day: date) -> None:
    """It is brought on the day; what lasts goes on after it, as far as the calendar does."""
    item = NewItem("paper", (("photo", True),), (("valid_until", "later"), ("issued_on", "same")), 10).item(day)
    assert (item["at"], item["issued_on"]) == (day, day)
    assert item["valid_until"] == min(date.max, date.fromordinal(min(day.toordinal() + 365, date.max.toordinal())))


# --- brute force ------------------------------------------------------------------------------------------------------


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
        Not(_fact("colour", "blue")),
        _fact("stranger", True),
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
            rule("no", Role.REFUSAL, requires=draw(st.sampled_from([_fact("agreed", False), _fact("stranger", False)])))
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
    ways = _ways(over, about)
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
            _check(over, found, ways)
            offered[len(ways)] += 1
    assert offered[3] > offered[0]
    assert sum(offered.values()) > 50


def test_a_verdict_beyond_need_is_not_offered() -> None:
    """A way leads to acceptance, at once or on completion, and says which."""
    over = engine(DUTY, rule("a", requires=SEAL, completion=Exists("letter", _shown("delivered", True))))
    [way] = _ways(over, case())
    assert way.verdict is Verdict.ACCEPT_ON_COMPLETION
