"""Ways to be accepted: at most three, the cheapest first, each judged again, and nothing that nobody can change."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.engine.counterfactual import Change, apply
from sekisho.engine.facts import ChangedBy, Item, Value
from sekisho.engine.new_items import NewItem, cheapest_items
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Cited, Count, Exists, Node, Not, Op, Ref, SetRef, Unless
from sekisho.engine.rules import DatedSet, Edge, Role, Strength, TextState
from sekisho.engine.verdicts import DutyState
from tests.engine.builders import CATALOGUE, DAY, case, engine, exception, outcome, rule
from tests.engine.ways import (
    AGREED,
    DUTY,
    GOOD,
    NAME,
    PAPER,
    PHOTO,
    RED,
    SEAL,
    TOLD,
    changes_of,
    fact,
    shown,
    ways_of,
)


def test_what_is_accepted_needs_no_way() -> None:
    """Neither does what waits for its closing act only."""
    over = engine(DUTY, rule("a", requires=AGREED, completion=TOLD))
    assert ways_of(over, case(agreed=True, told=True)) == []
    assert ways_of(over, case(agreed=True)) == []


def test_the_cheapest_come_first_and_three_at_most() -> None:
    """A seal costs 3, an agreement 2, a letter 6, a paper 10: the paper is the fourth and isn't offered."""
    methods = [
        rule("a.paper", requires=PAPER),
        rule("b.seal", requires=SEAL),
        rule("c.agree", requires=AGREED),
        rule("d.letter", requires=Exists("letter", shown("delivered", True))),
    ]
    ways = ways_of(engine(DUTY, *methods), case())
    assert changes_of(ways) == [[("agreed", True)], ["seal"], ["letter"]]
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
    sure = rule("b", requires=Exists("seal", shown("state", "fine")))
    assert [way.rules[0].id for way in ways_of(engine(DUTY, unsure, sure), case())] == ["b", "a"]


@pytest.mark.parametrize(
    "requires",
    [
        fact("stranger", False),
        fact("age", 18, Op.GTE),
        Exists("oath", shown("sworn", True)),
        fact("born_here", True),
    ],
)
@pytest.mark.parametrize("known", [{}, {"stranger": True, "age": 10, "born_here": False}])
def test_what_nobody_can_change_is_never_offered(requires: Node, known: dict[str, Value]) -> None:
    """Age, origin and what nobody provides are no advice, known or unknown, alone or beside something one can do."""
    assert ways_of(engine(DUTY, rule("a", requires=requires)), case(**known)) == []
    assert ways_of(engine(DUTY, rule("a", requires=AllOf((requires, AGREED)))), case(**known)) == []
    assert changes_of(ways_of(engine(DUTY, rule("a", requires=AnyOf((requires, AGREED)))), case(**known))) == [
        [("agreed", True)]
    ]


def test_what_an_item_shows_is_never_altered() -> None:
    """A paper without a photo isn't given one; another paper is brought. What wasn't looked at may still be learned."""
    over = engine(DUTY, rule("a", requires=PAPER))
    assert changes_of(ways_of(over, case({"paper": [{"photo": False}]}))) == [["paper"]]
    assert changes_of(ways_of(over, case({"paper": [{}]}))) == [[("photo", True)]]


@pytest.mark.parametrize("state", ["revoked", "could_not_check"])
def test_what_a_check_found_is_never_suggested_to_be_otherwise(state: str) -> None:
    """The operator made the check, but a revoked certificate isn't made good by the operator either."""
    over = engine(DUTY, rule("a", requires=Exists("seal", shown("state", "fine"))))
    assert changes_of(ways_of(over, case({"seal": [{"state": state}]}))) == [["seal"]]
    assert changes_of(ways_of(over, case({"seal": [{}]}))) == [[("state", "fine")]]


def test_a_refusal_ends_with_its_ground() -> None:
    """What the applicant can undo is offered; what nobody can isn't, and then nothing is."""
    accepted = [DUTY, rule("a", requires=TOLD)]
    ground = rule("no", Role.REFUSAL, requires=fact("agreed", False))
    [way] = ways_of(engine(*accepted, ground), case(agreed=False, told=True))
    assert [(change.name, change.value) for change in way.changes] == [("agreed", True)]
    assert [made.id for made in way.rules] == ["no"]
    forever = rule("no", Role.REFUSAL, requires=fact("stranger", True))
    assert ways_of(engine(*accepted, forever), case(stranger=True, told=True)) == []


def test_a_ground_is_undone_where_it_applies_or_is_excepted() -> None:
    """A ground that is no longer about the case, or that a cited exception meets, refuses no more."""
    accepted = [DUTY, rule("a", requires=TOLD)]
    forever = fact("stranger", True)
    about = rule("no", Role.REFUSAL, when=fact("colour", "red"), requires=forever)
    assert changes_of(ways_of(engine(*accepted, about), case(stranger=True, told=True, colour="red"))) == [
        [("colour", "green")]
    ]
    excepted = rule("no", Role.REFUSAL, requires=forever, excepts=(exception(AGREED),))
    assert changes_of(ways_of(engine(*accepted, excepted), case(stranger=True, told=True, agreed=False))) == [
        [("agreed", True)]
    ]


def test_a_refused_case_is_offered_everything_it_lacks() -> None:
    """Undoing the ground alone wouldn't do where evidence is missing too."""
    over = engine(DUTY, rule("a", requires=SEAL), rule("no", Role.REFUSAL, requires=fact("agreed", False)))
    [way] = changes_of(ways_of(over, case(agreed=False)))
    assert sorted(map(str, way)) == ["('agreed', True)", "seal"]


def test_requirements_are_met_along_with_the_method() -> None:
    """One way holds every change that is needed, the requirement's and the method's."""
    over = engine(DUTY, rule("a", requires=SEAL), rule("must", Role.REQUIREMENT, requires=TOLD))
    [way] = ways_of(over, case(told=False))
    assert way.cost == 4
    assert [made.id for made in way.rules] == ["a", "must"]
    hopeless = rule("must", Role.REQUIREMENT, requires=fact("age", 18, Op.GTE))
    assert ways_of(engine(DUTY, rule("a", requires=SEAL), hopeless), case(age=3)) == []


def test_learning_that_a_duty_does_not_apply_is_a_way() -> None:
    """Where the duty may not apply, what excuses from it is offered beside what fulfils it."""
    maybe = rule("duty", Role.DUTY, when=fact("agreed", False))
    over = engine(maybe, rule("out", Role.SCOPE, when=AGREED), rule("a", requires=SEAL))
    assert outcome(over, case()).duties[0].state is DutyState.APPLICABILITY_UNKNOWN
    assert changes_of(ways_of(over, case())) == [[("agreed", True)], ["seal"]]


def test_another_channel_is_offered_where_this_one_helps_no_further() -> None:
    """At the counter nothing helps; online one is accepted at once, or with a seal."""
    online = {"channel": frozenset({"online"})}
    over = engine(DUTY, rule("a", requires=TOLD, applies=online), rule("b", requires=SEAL, applies=online))
    assert changes_of(ways_of(over, case(told=True))) == [[("channel", "online")]]
    ways = ways_of(engine(DUTY, rule("b", requires=SEAL, applies=online)), case())
    assert changes_of(ways) == [[("channel", "online"), "seal"]]
    assert ways[0].cost == 23


def test_another_channel_comes_first_where_it_is_cheaper() -> None:
    """Three dear ways at the counter don't hide a cheaper one online; cheap ones need no other channel."""
    dear = [
        rule(f"c{n}", requires=Count("paper", PHOTO, Op.GTE, n), applies={"channel": frozenset({"counter"})})
        for n in (3, 4, 5)
    ]
    online = rule("o", requires=SEAL, applies={"channel": frozenset({"online"})})
    ways = ways_of(engine(DUTY, *dear, online), case())
    assert changes_of(ways)[0] == [("channel", "online"), "seal"]
    assert [way.cost for way in ways] == [23, 30, 40]
    cheap = [rule(f"c{n}", requires=node) for n, node in enumerate((SEAL, AGREED, TOLD))]
    assert all("channel" not in str(said) for said in changes_of(ways_of(engine(DUTY, *cheap, online), case())))


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
    assert changes_of(ways_of(over, case({"seal": seals}))) == said


def test_a_cheaper_new_item_is_preferred_to_a_dear_repair() -> None:
    """Learning two things about an old seal costs 5, a new seal 3."""
    both = AllOf((GOOD, shown("state", "fine")))
    over = engine(DUTY, rule("a", requires=Count("seal", both, Op.GTE, 1)))
    assert changes_of(ways_of(over, case({"seal": [{}]}))) == [["seal"]]


def test_one_item_serves_two_duties_and_is_paid_once() -> None:
    """The dearer method of each duty is the cheapest for both together."""
    duties = ("show", "prove")
    rules = [rule(f"duty.{name}", Role.DUTY, duties=(name,)) for name in duties]
    rules += [rule("seal", requires=SEAL, duties=("show",)), rule("agree", requires=AGREED, duties=("prove",))]
    letter = Exists("letter", shown("delivered", True))
    rules += [
        rule("letter.show", requires=letter, duties=("show",)),
        rule("letter.prove", requires=letter, duties=("prove",)),
    ]
    # Separately 3 + 2 = 5, the letter 6 once: 5, 6, then the mixtures.
    ways = ways_of(engine(*rules, duties=duties), case())
    assert [way.cost for way in ways[:2]] == [5, 6]
    assert changes_of(ways)[1] == ["letter"]


def test_two_duties_with_many_methods_still_find_the_shared_one() -> None:
    """The cheapest way may be a combination that is dear until what is shared is paid once."""
    duties = ("show", "prove")
    rules = [rule(f"duty.{name}", Role.DUTY, duties=(name,)) for name in duties]
    own: dict[str, list[Node]] = {
        "show": [SEAL, Exists("seal", shown("state", "fine")), fact("score", 5)],
        "prove": [RED, fact("score", 7), fact("score", 8)],
    }
    shared = Exists("letter", shown("delivered", True))
    for name, nodes in own.items():
        rules += [rule(f"{name}.{n}", requires=node, duties=(name,)) for n, node in enumerate([*nodes, shared])]
    ways = ways_of(engine(*rules, duties=duties), case())
    assert [way.cost for way in ways] == [6, 6, 6]
    assert ["letter"] in changes_of(ways)


def test_conditions_that_were_not_looked_at_are_still_counted_as_met() -> None:
    """A method that wasn't about the case has what it requires already: only what keeps it away is changed."""
    over = engine(DUTY, rule("a", when=AGREED, requires=AllOf((PAPER, TOLD))))
    about = case({"paper": [{"photo": True}]}, agreed=False, told=True)
    assert changes_of(ways_of(over, about)) == [[("agreed", True)]]


def test_an_exception_that_keeps_a_method_away_is_undone() -> None:
    """Met or perhaps met: where somebody can end it, that is part of the way."""
    over = engine(DUTY, rule("a", requires=PAPER, excepts=(exception(fact("agreed", False)),)))
    paper: dict[str, list[Item]] = {"paper": [{"photo": True}]}
    assert changes_of(ways_of(over, case(paper, agreed=False))) == [[("agreed", True)]]
    assert changes_of(ways_of(over, case(paper))) == [[("agreed", True)]]


def test_a_set_gains_what_is_asked_and_keeps_what_it_has() -> None:
    """Adding a mark doesn't take another away."""
    node = AllOf((fact("marks", "a", Op.CONTAINS), Atom("marks", False, Op.CONTAINS, ("b",))))
    over = engine(DUTY, rule("a", requires=node))
    assert changes_of(ways_of(over, case(marks=frozenset({"a"})))) == [[("marks", frozenset({"a", "b"}))]]


@pytest.mark.parametrize(
    ("node", "known", "said"),
    [
        (fact("colour", "red"), {"colour": "blue"}, [("colour", "red")]),
        (Not(fact("colour", "red")), {"colour": "red"}, [("colour", "green")]),
        (Atom("colour", False, Op.IN, ("green", "blue")), {"colour": "red"}, [("colour", "green")]),
        (Atom("colour", False, Op.IN, SetRef("warm")), {"colour": "blue"}, [("colour", "red")]),
        (Not(Atom("colour", False, Op.IN, SetRef("warm"))), {"colour": "red"}, [("colour", "green")]),
        (Not(AGREED), {"agreed": True}, [("agreed", False)]),
        (fact("score", 7), {"score": 3}, [("score", 7)]),
        (fact("score", 7, Op.GTE), {}, [("score", 7)]),
        (Cited("named", ("p",), TOLD), {}, [("told", True)]),
        (Unless(fact("stranger", True), ("p",), TOLD), {"stranger": False}, [("told", True)]),
        (Unless(AGREED, ("p",), RED), {}, [("agreed", True)]),
    ],
)
def test_each_form_is_brought_about(node: Node, known: dict[str, Value], said: list[object]) -> None:
    """Facts of every type that somebody can change, in every form of condition."""
    warm = DatedSet("warm", ((date(2020, 1, 1), None, frozenset({"red"})),))
    over = engine(DUTY, rule("a", requires=node), sets=[warm])
    assert changes_of(ways_of(over, case(**known)))[0] == said


def test_a_way_stays_under_the_law_of_the_day() -> None:
    """A method that ended or hasn't begun is no way."""
    ended = rule("a", requires=AGREED, end=Edge(DAY, date(2025, 1, 1), "act"))
    coming = rule("b", requires=TOLD, start=Edge(date(2026, 6, 2), date(2025, 1, 1), "act"))
    assert changes_of(ways_of(engine(DUTY, ended, coming, rule("c", requires=SEAL)), case())) == [["seal"]]


def test_rules_that_do_not_bind_ask_for_no_change() -> None:
    """A requirement that isn't adopted isn't in the way."""
    own = rule("own", Role.REQUIREMENT, requires=PAPER, strength=Strength.VOLUNTARY, instrument="guild")
    assert changes_of(ways_of(engine(DUTY, rule("a", requires=SEAL), own), case())) == [["seal"]]


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
        (shown("document", "book"), {"document": "book"}, {}),
        (Atom("document", True, Op.IN, SetRef("good")), {"document": "passport"}, {}),
        (Not(Atom("document", True, Op.IN, SetRef("good"))), {"document": "licence"}, {}),
        (
            AllOf((Atom("document", True, Op.IN, SetRef("good")), Not(shown("document", "passport")))),
            {"document": "book"},
            {},
        ),
        (shown("pages", 3, Op.GT), {"pages": 4}, {}),
        (AllOf((shown("pages", 3, Op.GTE), Not(shown("pages", 5, Op.GTE)))), {"pages": 3}, {}),
        (Atom("shows", True, Op.CONTAINS, ("name", "photo")), {"shows": frozenset({"name", "photo"})}, {}),
        (
            AllOf((shown("shows", "name", Op.CONTAINS), shown("shows", "photo", Op.CONTAINS))),
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
        (Unless(shown("document", "book"), ("p",), PHOTO), {"photo": True}, {}),
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
        AllOf((shown("pages", 3, Op.GT), Not(shown("pages", 3, Op.GT)))),
        shown("pages", 100, Op.GT),
        Atom("document", True, Op.IN, SetRef("none")),
        Atom("issued_on", True, Op.LT, Ref("at", True)),
        Exists("oath", shown("sworn", True)),
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
