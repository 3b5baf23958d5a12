"""How well the text behind a rule is known on a day: never better than the rule says, nor than what it cites then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.law import contract_engine
from sekisho.engine.facts import Text
from sekisho.engine.rules import Provision, ProvisionVersion, Rule, TextState, text_state_on
from sekisho.engine.validity import why_not_in_force

BOOK = contract_engine().rulebook
RULE = BOOK.rules["contract.duty.identity.natural"]
VERBATIM, SUMMARY, UNVERIFIED = TextState
DAYS = (date(2020, 1, 1), date(2024, 1, 1), date(2026, 4, 1))


def provision(*states: TextState, first: date = DAYS[0]) -> Provision:
    """A provision whose text changes on each of the days, known as well as ``states`` say."""
    starts = [first, *DAYS[1 : len(states)]]
    label = Text("条", "article")
    versions = tuple(
        ProvisionVersion(label, start, end, state)
        for start, end, state in zip(starts, [*starts[1:], None], states, strict=True)
    )
    return Provision("p", label, versions, None, "p.yaml", 1)


def rule(state: TextState, *cited: str, transfer: tuple[str, ...] = ()) -> Rule:
    """A rule that says ``state`` of itself and cites ``cited``, at a transfer ``transfer``."""
    return replace(RULE, text_state=state, provisions=cited, provisions_by_event={"transfer": transfer})


@pytest.mark.parametrize(("own", "cited"), list(product(TextState, TextState)))
def test_the_worse_of_the_rule_and_what_it_cites(own: TextState, cited: TextState) -> None:
    """Neither a well-known rule over an unread text nor an unread rule over a well-known text is well known."""
    order = list(TextState)
    worse = max(own, cited, key=order.index)
    assert text_state_on(rule(own, "p"), {"p": provision(cited)}, DAYS[0], ["new_contract"]) is worse


def test_the_state_follows_the_texts_from_day_to_day() -> None:
    """A rule read verbatim is known by summary, then not at all, from the very days on which its text is amended."""
    provisions = {"p": provision(VERBATIM, SUMMARY, UNVERIFIED)}
    found = [
        text_state_on(rule(VERBATIM, "p"), provisions, day, ["new_contract"])
        for day in (date(2023, 12, 31), date(2024, 1, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert found == [VERBATIM, SUMMARY, SUMMARY, UNVERIFIED]


def test_another_event_rests_on_its_own_citations() -> None:
    """The citations of the event asked for count, and those of several events together where several are asked for."""
    provisions = {"p": provision(VERBATIM), "q": provision(UNVERIFIED)}
    rests = rule(VERBATIM, "p", transfer=("q",))
    assert text_state_on(rests, provisions, DAYS[0], ["new_contract"]) is VERBATIM
    assert text_state_on(rests, provisions, DAYS[0], ["transfer"]) is UNVERIFIED
    assert text_state_on(rests, provisions, DAYS[0], ["new_contract", "transfer"]) is UNVERIFIED


def test_a_provision_without_a_text_on_the_day_says_nothing() -> None:
    """Before its first text a provision makes the rule no less known."""
    provisions = {"p": provision(UNVERIFIED, first=DAYS[1])}
    assert text_state_on(rule(SUMMARY, "p"), provisions, DAYS[0], ["new_contract"]) is SUMMARY


@given(day=st.dates(date(2006, 4, 1), date(2030, 1, 1)), name=st.sampled_from(sorted(BOOK.rules)))
def test_no_shipped_rule_is_better_known_than_it_says(day: date, name: str) -> None:
    """Over the whole shipped rulebook, on any day and for any event, the state is at least as bad as the rule's own."""
    order = list(TextState)
    shipped = BOOK.rules[name]
    for event in BOOK.events:
        state = text_state_on(shipped, BOOK.provisions, day, [event])
        assert order.index(state) >= order.index(shipped.text_state)


@pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 11, 1), date(2027, 4, 1), date(2027, 5, 29)])
def test_nothing_of_the_ordinance_is_called_verbatim_after_the_text_that_was_read(day: date) -> None:
    """The ordinance was read as of November 2020: no rule in force under its texts of 2026-04-01 is verbatim."""
    for shipped in BOOK.rules.values():
        if why_not_in_force(shipped, as_of=day, as_known_at=date(2027, 12, 31)) is not None:
            continue
        for event in shipped.applies.get("event", frozenset(BOOK.events)):
            if any(name.startswith("keitai-kisoku.") for name in shipped.citations(event)):
                assert text_state_on(shipped, BOOK.provisions, day, [event]) is not VERBATIM, (shipped.id, event)
