"""What tests of ways to be accepted share: some conditions, a case's ways, and what holds of every list of them."""

from __future__ import annotations

from sekisho.engine.conclude import Outcome
from sekisho.engine.counterfactual import ACCEPTED, OFFERED, CounterfactualFinder, Question, Way, apply
from sekisho.engine.facts import Case, ChangedBy, Value
from sekisho.engine.nodes import Atom, Exists, Op
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Role
from tests.engine.builders import DAY, FAR, NOTHING, outcome, rule

ASKED = Question(DAY, FAR, NOTHING)
DUTY = rule("duty", Role.DUTY)


def fact(name: str, value: Value, op: Op = Op.EQ) -> Atom:
    """A condition on the case."""
    return Atom(name, False, op, value)


def shown(name: str, value: Value, op: Op = Op.EQ) -> Atom:
    """A condition on what an item shows."""
    return Atom(name, True, op, value)


AGREED, TOLD, RED = fact("agreed", True), fact("told", True), fact("colour", "red")
PHOTO, NAME, GOOD = shown("photo", True), shown("name_agrees", True), shown("good", True)
PAPER, SEAL = Exists("paper", PHOTO), Exists("seal", GOOD)


def ways_of(over: LawEngine, about: Case) -> list[Way]:
    """The ways of a case that was judged, checked."""
    found = outcome(over, about)
    ways = CounterfactualFinder(over).ways(found, ASKED)
    check(over, found, ways)
    return ways


def check(over: LawEngine, found: Outcome, ways: list[Way]) -> None:
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


def changes_of(ways: list[Way]) -> list[list[object]]:
    """Each way's changes: the kind of a new item, or what is changed to what."""
    return [
        [change.new.kind if change.new is not None else (change.name, change.value) for change in way.changes]
        for way in ways
    ]
