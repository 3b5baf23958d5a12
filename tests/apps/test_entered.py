"""Answers and known values as people write them down, and what is refused with the reason."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.apps.entered import answers_of, values_of
from sekisho.apps.errors import AnswersRefused, ValuesRefused
from sekisho.apps.law.errors import AnswerRefused, UnknownQuestion
from sekisho.apps.leaks import Kind, ValueNotTelling
from sekisho.errors import SekishoError

PAPER = "ab" * 32


def hashed(name: str) -> str:
    """A paper's hash."""
    assert name == "確認記録.pdf"
    return PAPER


def test_answers_in_yaml() -> None:
    """A bare yes is YAML's true, a day is a date, a paper is hashed; all the same in JSON."""
    yaml = "answers:\n- {question: covered, value: yes, by: 法務 甲, day: 2026-11-20, evidence: [確認記録.pdf]}\n"
    json = f'[{{"question":"covered","value":"yes","by":"法務 甲","day":"2026-11-20","evidence":"{PAPER}"}}]'
    for text in (yaml, json):
        (one,) = answers_of(text, name="x", hashed=hashed)
        assert (one.value, one.who, one.on, one.evidence, one.counts) == (
            "yes", "法務 甲", date(2026, 11, 20), (PAPER,), True
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("answers: 3", AnswersRefused),
        ("a: [", AnswersRefused),
        ("- {question: covered, value: yes, by: x, day: yesterday}", AnswersRefused),
        ("- {question: covered, value: yes, by: x, day: 2026-11-20, on: x}", AnswersRefused),
        ("- {question: covered, value: 3, by: x, day: 2026-11-20}", AnswersRefused),
        ("- {question: covered, value: yes, by: x, day: 2026-11-20, evidence: [3]}", AnswersRefused),
        ("- {question: covered, value: yes, by: '', day: 2026-11-20}", AnswerRefused),
        ("- {question: nothing, value: yes, by: x, day: 2026-11-20}", UnknownQuestion),
        ("[" * 5000, AnswersRefused),
    ],
)
def test_answers_that_cannot_be_meant(text: str, error: type[SekishoError]) -> None:
    """Each with the reason; nothing is guessed."""
    with pytest.raises(error):
        answers_of(text, name="x", hashed=hashed)


def test_known_values() -> None:
    """Each with its kind; a text is never shown."""
    (one,) = values_of("values: [{kind: email, text: taro.kaku@mail.example.jp, label: 試験1}]", name="x")
    assert (one.kind, one.label) == (Kind.EMAIL, "試験1")
    assert "taro" not in repr(one)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("values: [{kind: shoe, text: abc}]", ValuesRefused),
        ("values: [{kind: email}]", ValuesRefused),
        ("values: [{kind: email, text: x, secret: y}]", ValuesRefused),
        ("values: [{kind: email, text: 'a@b'}]", ValueNotTelling),
    ],
)
def test_values_that_tell_nothing(text: str, error: type[SekishoError]) -> None:
    """A value of no kind, or one that would be found though nobody sent it."""
    with pytest.raises(error):
        values_of(text, name="x")
