"""The table of how a case goes on holds for everybody and every order of steps."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.access.roles import SCOPES, Role, Scope
from sekisho.access.roles import conflict as roles_conflict
from sekisho.disclosure.progress import (
    APART,
    BEFORE_DELIVERY,
    IN_EMERGENCY,
    TRANSITIONS,
    Event,
    Part,
    State,
    allowed,
    conflict,
)


def test_every_state_can_be_reached_and_left() -> None:
    """Every state is some event's target, and only the closed one is final."""
    assert {row.target for row in TRANSITIONS.values()} == set(State)
    assert {state for state in State if not allowed(state)} == {State.CLOSED}
    assert allowed(None) == {Event.RECEIVE}


def test_nothing_is_searched_or_handed_over_before_a_second_person_looked() -> None:
    """Every way to a search, a hold or a delivery leads through a review or an approval from outside."""
    reached, waiting = {State.RECEIVED}, [State.RECEIVED]
    while waiting:
        state = waiting.pop()
        for event in allowed(state) - {Event.REVIEW, Event.EMERGENCY}:
            target = TRANSITIONS[event].target
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    assert not reached & {State.REVIEWED, State.SEARCHING, State.FOUND, State.DECIDED, State.DELIVERED, State.HOLDING}


def test_refusing_ends_with_delivery() -> None:
    """What was delivered is neither refused nor withdrawn."""
    for event in (Event.REFUSE, Event.WITHDRAW):
        assert TRANSITIONS[event].sources == BEFORE_DELIVERY


def test_intake_review_search_and_release_are_four_people() -> None:
    """Every two of them are apart; an emergency approved from outside waives one pair and no other."""
    parts = (Part.INTAKE, Part.REVIEW, Part.SEARCH, Part.RELEASE)
    assert all(frozenset(pair) in APART for pair in combinations(parts, 2))
    assert {frozenset({Part.INTAKE, Part.SEARCH})} == IN_EMERGENCY
    assert conflict([Part.INTAKE], Part.SEARCH, emergency=False) is Part.INTAKE
    assert conflict([Part.INTAKE], Part.SEARCH, emergency=True) is None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(list(Part))), max_size=20), st.booleans())
def test_no_order_of_steps_gives_one_person_two_parts(steps: list[tuple[str, Part]], emergency: bool) -> None:
    """Whoever tries whatever in whatever order: nobody ends up with two parts that stay apart."""
    held: dict[str, set[Part]] = {}
    for who, part in steps:
        mine = held.setdefault(who, set())
        if conflict(mine, part, emergency=emergency) is None:
            mine.add(part)
    pairs = APART - IN_EMERGENCY if emergency else APART
    assert not any(pair <= mine for mine in held.values() for pair in pairs)


def test_roles_that_would_let_one_person_do_two_steps_conflict() -> None:
    """Searching never meets reviewing or releasing, nor taking in reviewing, in one person's roles."""
    for one, other in combinations(Role, 2):
        both = SCOPES[one] | SCOPES[other]
        for pair in (
            {Scope.LOG_SEARCH, Scope.DISCLOSURE_REVIEW},
            {Scope.LOG_SEARCH, Scope.DISCLOSURE_RELEASE},
            {Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW},
        ):
            assert roles_conflict(one, other) or not pair <= both
