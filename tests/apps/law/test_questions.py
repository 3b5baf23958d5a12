"""Questionnaires: who answered what on which day with which papers, and what an answer can't be."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.apps.law.deduced import answered
from sekisho.apps.law.errors import AnswerRefused, UnknownObservation, UnknownQuestion
from sekisho.apps.law.facts import Known, Medium, ServiceFacts
from sekisho.apps.law.questions import Answer, Answers, load_questions
from sekisho.apps.law.verdicts import Outcome
from tests.apps.law.situations import SHA

DAY = date(2026, 11, 1)


def _answer(value: str = "yes", on: date = DAY, **more: object) -> Answer:
    given: dict[str, object] = {"question": "truly_necessary", "who": "法務 花子", "evidence": (SHA,), **more}
    return Answer(value=value, on=on, **given)  # type: ignore[arg-type]  # values of mixed types by name


def test_every_item_that_asks_a_person_is_a_question() -> None:
    """The shipped questions and those of the catalogue, each in both languages."""
    asked = load_questions()
    assert {"covered", "basis", "truly_necessary", "STORE-05", "APP-OPS-10"} <= set(asked)
    assert all(one.ask.ja and one.ask.en and one.hint.ja for one in asked.values())


def test_the_latest_answer_that_isn_t_later_holds() -> None:
    """An answer is in force from its day; the newest one of them counts, and one for the recipient before all."""
    answers = Answers([
        _answer("no", date(2026, 10, 1)), _answer("yes", DAY), _answer("no", date(2026, 12, 1)),
        _answer("no", date(2026, 9, 1), recipient="adco"),
    ])  # fmt: skip
    assert answers.of("truly_necessary", on=date(2026, 9, 30)) is None
    assert [one.value for day in (date(2026, 10, 5), DAY, date(2026, 12, 2))
            if (one := answers.of("truly_necessary", on=day))] == ["no", "yes", "no"]  # fmt: skip
    found = answers.of("truly_necessary", on=DAY, recipient="adco")
    assert found is not None
    assert found.value == "no"


def test_without_papers_an_answer_decides_nothing() -> None:
    """Yes and no alike are still to be confirmed, and the sentence says what is needed."""
    for value in ("yes", "no"):
        found = answered(Answers([_answer(value, evidence=())]), "truly_necessary", on=DAY)
        assert found.outcome is Outcome.ASK
        assert "証拠" in found.why.ja


@pytest.mark.parametrize(
    "given",
    [{"value": "maybe"}, {"evidence": ("abc",)}, {"who": " "}, {"question": "covered", "recipient": "adco"}],
)
def test_an_answer_that_can_t_be_meant_is_refused(given: dict[str, object]) -> None:
    """Not a choice, not a hash, nobody, or for one recipient where it is about the service."""
    with pytest.raises(AnswerRefused):
        _answer(**given)  # type: ignore[arg-type]  # values of mixed types by name


def test_unknown_names_are_refused() -> None:
    """A question or a plain fact that doesn't exist is an error, not silence."""
    with pytest.raises(UnknownQuestion):
        _answer(question="coverd")
    with pytest.raises(UnknownObservation):
        ServiceFacts(service="x", medium=Medium.WEB, observations={"policy.itmes": Known(True)})
