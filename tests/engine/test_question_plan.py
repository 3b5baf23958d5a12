"""What to find out first: the unknown whose answer settles most, whatever it is."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.engine.facts import Case, ChangedBy, Item, Value
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Exists, Node, Op, Period, Ref
from sekisho.engine.plan import LawEngine
from sekisho.engine.question_plan import Asked, question_plan
from sekisho.engine.rules import Role, Strength
from tests.engine.builders import DAY, case, engine, outcome, rule

DUTY = rule("duty", Role.DUTY)


def _fact(name: str, value: Value, op: Op = Op.EQ) -> Atom:
    return Atom(name, False, op, value)


def _shown(name: str, value: Value, op: Op = Op.EQ) -> Atom:
    return Atom(name, True, op, value)


AGREED, TOLD, STRANGER = _fact("agreed", True), _fact("told", True), _fact("stranger", True)


def _asked(over: LawEngine, about: Case) -> list[Asked]:
    return question_plan(over, outcome(over, about))


def _told(over: LawEngine, about: Case) -> list[tuple[str, int, int]]:
    return [(asked.name, asked.settles, asked.touches) for asked in _asked(over, about)]


def test_the_question_that_settles_most_comes_first() -> None:
    """By hand: *agreed* is all that two methods ask, *told* all that one asks, *stranger* settles nothing alone."""
    over = engine(
        DUTY,
        rule("a", requires=AGREED),
        rule("b", requires=Atom("agreed", False, Op.EQ, False)),
        rule("c", requires=TOLD),
        rule("d", requires=AllOf((STRANGER, _fact("born_here", True)))),
        rule("e", requires=AnyOf((STRANGER, _fact("born_here", True)))),
    )
    assert _told(over, case()) == [
        ("agreed", 2, 2),
        # Each answer to either of these leaves one of two methods open: true the first, false the second.
        ("born_here", 1, 2),
        ("stranger", 1, 2),
        ("told", 1, 1),
    ]


def test_the_least_helpful_answer_counts() -> None:
    """A yes would settle nothing here, so the question settles nothing, though a no would."""
    over = engine(DUTY, rule("a", requires=AllOf((AGREED, TOLD))))
    assert _told(over, case()) == [("agreed", 0, 1), ("told", 0, 1)]


def test_every_value_of_an_enumeration_is_tried() -> None:
    """Whatever the colour is, the rule is settled; with a second unknown one colour leaves it open."""
    red = _fact("colour", "red")
    assert _told(engine(DUTY, rule("a", requires=red)), case()) == [("colour", 1, 1)]
    assert _told(engine(DUTY, rule("a", requires=AllOf((red, TOLD)))), case(told=True)) == [("colour", 1, 1)]
    assert _told(engine(DUTY, rule("a", requires=AllOf((red, TOLD)))), case()) == [("colour", 0, 1), ("told", 0, 1)]


@pytest.mark.parametrize(
    "node",
    [_fact("age", 18, Op.GTE), Atom("marks", False, Op.CONTAINS, ("a",)), _fact("since", date(2026, 1, 1), Op.LT)],
)
def test_of_numbers_sets_and_dates_nothing_is_claimed(node: Atom) -> None:
    """Their answers can't all be tried: the question is asked, and what it settles isn't said."""
    assert _told(engine(DUTY, rule("a", requires=node)), case()) == [(node.name, 0, 1)]


def test_an_attribute_is_asked_of_its_own_item() -> None:
    """The second paper's photo, not the first's, and of whom one would learn it."""
    over = engine(DUTY, rule("a", requires=Exists("paper", _shown("checked", True))))
    [asked] = _asked(over, case({"paper": [{"checked": False}, {}]}))
    assert (asked.name, asked.kind, asked.position) == ("checked", "paper", 1)
    assert (asked.settles, asked.asked_of, asked.rules) == (1, ChangedBy.OPERATOR, ("a",))
    assert asked.title.en == "title of checked"


def test_an_attribute_of_an_inner_item_is_asked_of_that_kind() -> None:
    """Inside nested ``exists`` the nearest kind is meant."""
    inner = Exists("paper", AllOf((_shown("photo", True), Exists("seal", _shown("good", True)))))
    asked = _asked(engine(DUTY, rule("a", requires=inner)), case({"paper": [{"photo": True}], "seal": [{}]}))
    assert [(one.name, one.kind, one.position) for one in asked] == [("good", "seal", 0)]


@pytest.mark.parametrize(
    ("node", "items", "facts", "names"),
    [
        (Atom("since", False, Op.LTE, Ref("until", False)), {}, {"since": DAY}, ["until"]),
        (Atom("since", False, Op.LTE, Ref("until", False)), {}, {"until": DAY}, ["since"]),
        (Atom("since", False, Op.LTE, Ref("until", False)), {}, {}, ["since", "until"]),
        (Atom("since", False, Op.WITHIN, Period(6, 0, Ref("until", False))), {}, {"since": DAY}, ["until"]),
        (
            Exists("paper", Atom("issued_on", True, Op.LTE, Ref("since", False))),
            {"paper": [{"issued_on": DAY}]},
            {},
            ["since"],
        ),
        (
            Exists("paper", Atom("valid_until", True, Op.GTE, Ref("at", True))),
            {"paper": [{"at": DAY}]},
            {},
            ["valid_until"],
        ),
    ],
)
def test_of_a_comparison_the_unknown_side_is_asked(
    node: Node, items: dict[str, list[Item]], facts: dict[str, Value], names: list[str]
) -> None:
    """What is known already is no question."""
    asked = _asked(engine(DUTY, rule("a", requires=node)), case(items, **facts))
    assert sorted(one.name for one in asked) == names


def test_only_what_holds_up_an_acceptance_is_asked() -> None:
    """Grounds of refusal, advice, rules that don't bind, and methods of a duty that is fulfilled ask nothing."""
    rules = [
        DUTY,
        rule("no", Role.REFUSAL, requires=_fact("stranger", True)),
        rule("hint", Role.ADVICE, requires=_fact("born_here", True)),
        rule("own", Role.REQUIREMENT, requires=TOLD, strength=Strength.VOLUNTARY, instrument="guild"),
        rule("done", requires=_fact("colour", "red")),
        rule("open", requires=AGREED),
        rule("must", Role.REQUIREMENT, requires=_fact("age", 18, Op.GTE)),
    ]
    assert {asked.name for asked in _asked(engine(*rules), case())} == {"colour", "agreed", "age"}
    assert {asked.name for asked in _asked(engine(*rules), case(colour="red"))} == {"age"}


def test_nothing_unknown_is_nothing_to_ask() -> None:
    """A missing item is no unknown: it is simply not there."""
    assert _asked(engine(DUTY, rule("a", requires=Exists("paper", _shown("photo", True)))), case()) == []


def test_whether_a_duty_applies_is_asked() -> None:
    """The duty's own condition, and the scope rule's that would excuse from it."""
    over = engine(
        rule("duty", Role.DUTY, when=STRANGER),
        rule("out", Role.SCOPE, when=_fact("stranger", False)),
        rule("a", requires=TOLD),
    )
    assert _told(over, case(told=False)) == [("stranger", 2, 2)]
