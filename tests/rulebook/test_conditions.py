"""Conditions as written become the nodes they say, and what the catalogue doesn't know is refused at its line."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.engine.nodes import AllOf, AnyOf, Atom, Cited, Count, Exists, Node, Not, Op, Period, Ref, SetRef, Unless
from sekisho.rulebook.conditions import MAX_DEPTH, Vocabulary, parse_condition
from sekisho.rulebook.document import read
from sekisho.rulebook.errors import RulebookRefused
from tests.engine.builders import CATALOGUE

_SETS = read("good: [{from: 2000-01-01, items: [licence, passport]}]\ncolours: [{from: 2000-01-01, items: [red]}]", "s")
_NAMED = read("fresh: {photo: {eq: true}}\nloop: {use: loop}\ngreen: {colour: {eq: green}}", "n")


def _vocabulary() -> Vocabulary:
    named = {name: (("act.9",), place) for name, place in _NAMED.mapping().items()}
    return Vocabulary(CATALOGUE, _SETS.mapping(), named)


def _parsed(text: str, kind: str | None = None) -> Node:
    return parse_condition(read(text, "f"), _vocabulary(), kind=kind)


def _refused(text: str, kind: str | None = None) -> RulebookRefused:
    with pytest.raises(RulebookRefused) as caught:
        _parsed(text, kind)
    return caught.value


PHOTO = Atom("photo", True, Op.EQ, True)
AGREED = Atom("agreed", False, Op.EQ, True)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("{agreed: {eq: true}}", AGREED),
        ("{age: {gte: 18}}", Atom("age", False, Op.GTE, 18)),
        ("{age: {gt: 1, lt: 5}}", AllOf((Atom("age", False, Op.GT, 1), Atom("age", False, Op.LT, 5)))),
        ("{agreed: {eq: true}, told: {eq: false}}", AllOf((AGREED, Atom("told", False, Op.EQ, False)))),
        ("{colour: {in: [red, blue]}}", Atom("colour", False, Op.IN, ("red", "blue"))),
        ("{colour: {in: colours}}", Atom("colour", False, Op.IN, SetRef("colours"))),
        ("{marks: {contains: a}}", Atom("marks", False, Op.CONTAINS, ("a",))),
        ("{marks: {contains: [a, b]}}", Atom("marks", False, Op.CONTAINS, ("a", "b"))),
        ("{marks: {eq: [a]}}", Atom("marks", False, Op.EQ, frozenset({"a"}))),
        ("{since: {lt: 2026-04-01}}", Atom("since", False, Op.LT, date(2026, 4, 1))),
        ("{since: {lte: {fact: until}}}", Atom("since", False, Op.LTE, Ref("until", False))),
        (
            "{since: {within: {months: 6, of: {fact: until}}}}",
            Atom("since", False, Op.WITHIN, Period(6, 0, Ref("until", False))),
        ),
        ("{all: [{agreed: {eq: true}}]}", AllOf((AGREED,))),
        ("{any: [{agreed: {eq: true}}, {agreed: {eq: true}}]}", AnyOf((AGREED, AGREED))),
        ("{not: {agreed: {eq: true}}}", Not(AGREED)),
        (
            "{unless: {except: {agreed: {eq: true}}, provisions: [act.1], require: {agreed: {eq: true}}}}",
            Unless(AGREED, ("act.1",), AGREED),
        ),
        ("{exists: {evidence: paper}}", Exists("paper", AllOf(()))),
        ("{exists: {evidence: paper, where: {photo: {eq: true}}}}", Exists("paper", PHOTO)),
        ("{count: {evidence: paper, where: {photo: {eq: true}}, gte: 2}}", Count("paper", PHOTO, Op.GTE, 2)),
        ("{use: green}", Cited("green", ("act.9",), Atom("colour", False, Op.EQ, "green"))),
        ("{exists: {evidence: paper, where: {use: fresh}}}", Exists("paper", Cited("fresh", ("act.9",), PHOTO))),
        (
            "{exists: {evidence: paper, where: {issued_on: {within: {days: 3, of: {attribute: at}}}}}}",
            Exists("paper", Atom("issued_on", True, Op.WITHIN, Period(0, 3, Ref("at", True)))),
        ),
        (
            "{exists: {evidence: paper, where: {exists: {evidence: seal, where: {good: {eq: true}}}}}}",
            Exists("paper", Exists("seal", Atom("good", True, Op.EQ, True))),
        ),
        (
            "{exists: {evidence: paper, where: {issued_on: {lte: {fact: since}}}}}",
            Exists("paper", Atom("issued_on", True, Op.LTE, Ref("since", False))),
        ),
    ],
)
def test_each_form_becomes_its_node(text: str, node: Node) -> None:
    """Inside ``where`` plain names are the item's attributes; outside they are facts of the case."""
    assert _parsed(text) == node


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{height: {eq: 1}}", "unknown fact 'height'"),
        ("{photo: {eq: true}}", "unknown fact 'photo'"),
        ("{exists: {evidence: paper, where: {agreed: {eq: true}}}}", "unknown attribute of paper 'agreed'"),
        ("{exists: {evidence: coin}}", "unknown evidence kind 'coin'"),
        ("{exists: {evidence: paper, which: {}}}", "unknown key 'which'"),
        ("{age: {equals: 1}}", "unknown operator 'equals'"),
        ("{age: {exists: 1}}", "unknown operator 'exists'"),
        ("{age: {}}", "compared with nothing"),
        ("{}", "empty condition"),
        ("{colour: {in: purples}}", "there is no set 'purples'"),
        ("{colour: {in: good}}", "the set 'good' has"),
        ("{colour: {eq: purple}}", "'colour' must be"),
        ("{colour: {in: [red, purple]}}", "'colour' must be"),
        ("{age: {in: [1, 2]}}", "'in' needs"),
        ("{agreed: {in: good}}", "'in' needs"),
        ("{colour: {in: {fact: colour}}}", "a list is expected"),
        ("{age: {contains: a}}", "'contains' needs a set"),
        ("{age: {contains: {fact: score}}}", "'contains' needs a set"),
        ("{marks: {contains: z}}", "'marks' must be"),
        ("{colour: {lt: red}}", "'lt' needs a number or a date"),
        ("{agreed: {gte: {fact: told}}}", "'gte' needs a number or a date"),
        ("{age: {gte: true}}", "'age' must be"),
        ("{age: {gte: 101}}", "'age' must be"),
        ("{agreed: {eq: yes}}", "'agreed' must be"),
        ("{since: {eq: tomorrow}}", "'since' must be"),
        ("{age: {within: {months: 1, of: {fact: since}}}}", "'within' needs a date"),
        ("{since: {within: {of: {fact: until}}}}", "positive number"),
        ("{since: {within: {months: -1, of: {fact: until}}}}", "positive number"),
        ("{since: {within: {months: 1, of: {fact: age}}}}", "'since' is date and 'age' is int"),
        ("{since: {eq: {fact: age}}}", "'since' is date and 'age' is int"),
        ("{since: {eq: {attribute: at}}}", "'attribute' has a meaning only inside 'where'"),
        ("{since: {eq: {fact: until, attribute: at}}}", "name one"),
        ("{since: {eq: {name: until}}}", "unknown key 'name'"),
        ("{all: []}", "'all' of nothing"),
        ("{any: []}", "'any' of nothing"),
        ("{all: {agreed: {eq: true}}}", "a list is expected"),
        ("{all: [{agreed: {eq: true}}], any: [{agreed: {eq: true}}]}", "must stand alone"),
        ("{not: {agreed: {eq: true}}, told: {eq: true}}", "must stand alone"),
        ("{unless: {except: {agreed: {eq: true}}, require: {agreed: {eq: true}}}}", "'provisions' is missing"),
        (
            "{unless: {except: {agreed: {eq: true}}, provisions: [], require: {agreed: {eq: true}}}}",
            "at least one provision",
        ),
        ("{count: {evidence: paper, where: {photo: {eq: true}}}}", "exactly one of"),
        ("{count: {evidence: paper, gte: 1, lte: 2}}", "exactly one of"),
        ("{count: {evidence: paper, gte: many}}", "a whole number"),
        ("{use: stale}", "there is no named condition 'stale'"),
        ("{use: fresh}", "unknown fact 'photo'"),
        ("{use: loop}", "nested deeper"),
        ("agreed", "a mapping is expected"),
    ],
)
def test_what_the_catalogue_does_not_know_is_refused(text: str, problem: str) -> None:
    """Every name, operator and value is known, and each operator fits the type it is used on."""
    assert problem in _refused(text).fields["problem"]


def test_the_line_is_that_of_the_culprit() -> None:
    """In a condition over several lines the error names the one with the fault."""
    text = "all:\n  - agreed: {eq: true}\n  - exists:\n      evidence: paper\n      where: {photo: {eq: maybe}}\n"
    assert _refused(text).fields["line"] == 5


def test_nesting_is_bounded() -> None:
    """The limit itself is read; one level more is refused."""
    assert _parsed("{not: " * MAX_DEPTH + "{agreed: {eq: true}}" + "}" * MAX_DEPTH)
    deeper = "{not: " * (MAX_DEPTH + 1) + "{agreed: {eq: true}}" + "}" * (MAX_DEPTH + 1)
    assert "nested deeper" in _refused(deeper).fields["problem"]


def test_what_was_used_is_noted() -> None:
    """Sets and named conditions that no condition uses can be found afterwards."""
    vocabulary = _vocabulary()
    parse_condition(read("{all: [{use: green}, {colour: {in: colours}}]}", "f"), vocabulary)
    assert vocabulary.used_sets == {"colours"}
    assert vocabulary.used_conditions == {"green"}
