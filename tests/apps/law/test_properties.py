"""What never happens, whatever is known: nothing becomes right by knowing less, and layers share no conclusion."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Consent
from sekisho.apps.law.check import check
from sekisho.apps.law.facts import Known, ServiceFacts, Unmeasured
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import WORDS, Finding, LawVerdict, Layer, Outcome, PlatformVerdict, SpsiVerdict
from sekisho.apps.law.vocabulary import OBSERVATIONS
from tests.apps.law.situations import GONE, TODAY, answers_of, facts_of, rows

FACTS = ("coverage", "sendings", "embedded", "notice", "display", "reach", "banner", "history", "opt_out", "choice")
SITUATIONS = [row["given"] for file in ("expected.yaml", "expected_held.yaml") for row in rows(file)]
GOOD = (LawVerdict.COMPLIANT, SpsiVerdict.ADDRESSED, PlatformVerdict.AGREES)
BAD = (LawVerdict.NOT_COMPLIANT, SpsiVerdict.NOT_ADDRESSED, PlatformVerdict.DIFFERS)
INSTEAD = {"APP-OPS-06"}
"""Where an answer with papers stands for what couldn't be measured."""

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _observed(chosen: dict[str, bool]) -> dict[str, Any]:
    return {name: Known(value) for name, value in chosen.items()}


@st.composite
def situations(draw: st.DrawFn) -> tuple[ServiceFacts, Answers]:
    """A situation of the tables in either medium, with some answers left out and some plain facts."""
    given_ = {**draw(st.sampled_from(SITUATIONS)), "medium": draw(st.sampled_from(("web", "app")))}
    plain = draw(st.dictionaries(st.sampled_from(sorted(OBSERVATIONS)), st.booleans(), max_size=6))
    facts = dataclasses.replace(facts_of(given_), observations=_observed(plain))
    kept = [one for one in answers_of(given_) if draw(st.integers(0, 5))]
    return facts, Answers(kept)


def _by_item(facts: ServiceFacts, answers: Answers) -> dict[str, Finding]:
    return {one.item: one for one in check(facts, answers, on=TODAY)}


def _nothing_better(before: dict[str, Finding], after: dict[str, Finding]) -> list[str]:
    return [item for item, one in after.items()
            if one.verdict in GOOD and before[item].verdict not in GOOD and item not in INSTEAD]  # fmt: skip


@few
@given(situations(), st.sampled_from(FACTS))
def test_a_fact_that_wasn_t_measured_makes_nothing_right(case: tuple[ServiceFacts, Answers], name: str) -> None:
    """Replacing what is known by a reason why it isn't never turns a finding into a good one."""
    facts, answers = case
    gone: dict[str, Any] = {name: GONE}
    less = dataclasses.replace(facts, **gone)
    assert _nothing_better(_by_item(facts, answers), _by_item(less, answers)) == []


@few
@given(situations(), st.data())
def test_an_answer_taken_away_makes_nothing_right(case: tuple[ServiceFacts, Answers], data: st.DataObject) -> None:
    """Without one of the answers, nothing that wasn't right before is right."""
    facts, answers = case
    kept = list(answers)
    if kept:
        kept.pop(data.draw(st.integers(0, len(kept) - 1)))
    before, after = _by_item(facts, answers), _by_item(facts, Answers(kept))
    # Without what is relied on for one recipient, the service's own basis holds: that is another case, not less of it.
    own_basis = any(one.question == "basis" and one.recipient for one in answers)
    assert own_basis or _nothing_better(before, after) == []


@few
@given(situations(), st.sampled_from(list(Consent)))
def test_a_state_that_wasn_t_visited_makes_nothing_right(case: tuple[ServiceFacts, Answers], state: Consent) -> None:
    """A scan of fewer states of the visit never finds more to be right."""
    facts, answers = case
    if not isinstance(facts.coverage, Known):
        return
    fewer = dataclasses.replace(facts.coverage.value, states=facts.coverage.value.states - {state})
    less = dataclasses.replace(facts, coverage=Known(fewer))
    assert _nothing_better(_by_item(facts, answers), _by_item(less, answers)) == []


@few
@given(situations())
def test_rows_of_the_notice_taken_away_make_nothing_right(case: tuple[ServiceFacts, Answers]) -> None:
    """A notice that says less is never better, whether it was read whole or in part."""
    facts, answers = case
    if not isinstance(facts.notice, Known):
        return
    before = _by_item(facts, answers)
    for whole in {facts.notice.value.read_whole, False}:
        notice = dataclasses.replace(facts.notice.value, rows=(), read_whole=whole)
        assert _nothing_better(before, _by_item(dataclasses.replace(facts, notice=Known(notice)), answers)) == []


@few
@given(situations())
def test_a_plain_fact_that_wasn_t_measured_improves_nothing(case: tuple[ServiceFacts, Answers]) -> None:
    """No item of the guideline is better for not having been looked at."""
    facts, answers = case
    gone = Unmeasured("image", "画像でした。", "It was a picture.")
    less = dataclasses.replace(facts, observations=dict.fromkeys(facts.observations, gone))
    assert _nothing_better(_by_item(facts, answers), _by_item(less, answers)) == []


@few
@given(situations())
def test_what_is_wrong_was_seen_or_answered(case: tuple[ServiceFacts, Answers]) -> None:
    """Each bad finding of law has a place: a request, a page, or the papers of an answer."""
    facts, answers = case
    for one in _by_item(facts, answers).values():
        assert one.verdict is not LawVerdict.NOT_COMPLIANT or one.evidence, one.item
        assert one.why, one.item
        assert one.verdict not in BAD or one.next_step, one.item


def test_nothing_known_is_nothing_right() -> None:
    """A service of which nothing is known has no good finding and no bad one."""
    from sekisho.apps.law.facts import Medium

    for medium in Medium:
        found = check(ServiceFacts(service="x", medium=medium), Answers(), on=TODAY)
        assert [one.item for one in found if one.verdict in (*GOOD, *BAD)] == []


def test_the_layers_share_no_conclusion() -> None:
    """Conclusive words and values belong to one layer each; the other three words are the same everywhere."""
    said: dict[str, str] = {}
    for layer, verdicts in (("law", LawVerdict), ("spsi", SpsiVerdict), ("platform", PlatformVerdict)):
        for verdict in verdicts:
            if verdict in (*GOOD, *BAD):
                for word in (verdict.value, WORDS[verdict].ja, WORDS[verdict].en):
                    assert said.setdefault(word, layer) == layer
    assert len(WORDS) == len(LawVerdict) + len(SpsiVerdict) + len(PlatformVerdict)
    assert len(Outcome) == 5


@few
@given(situations())
def test_the_guideline_never_speaks_of_breach(case: tuple[ServiceFacts, Answers]) -> None:
    """No finding outside the law reads 違反, 不適合, violation or breach, in any sentence."""
    facts, answers = case
    forbidden = re.compile("違反|適合|violat|breach|complian", re.IGNORECASE)
    for one in check(facts, answers, on=TODAY):
        if one.layer is not Layer.LAW:
            texts = (one.words, one.title, *one.why, *one.next_step)
            assert not [text for text in texts if forbidden.search(text.ja) or forbidden.search(text.en)], one.item
