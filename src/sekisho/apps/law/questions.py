"""Questionnaires: what no program can see, answered by a named person on a day, with the papers' hashes.

Unanswered is unanswered. An answer without evidence is one that nobody can check: it never makes anything right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, unique
from functools import cache
from importlib.resources import files
from typing import Final

from sekisho.apps.law.catalogue import Ask, load_catalogue
from sekisho.apps.law.errors import AnswerRefused, UnknownQuestion
from sekisho.engine.facts import Text
from sekisho.rulebook import parse
from sekisho.rulebook.document import Place, read

QUESTIONS_FILE: Final = "apps/spsi/questions.yaml"

YES, NO, NOT_APPLICABLE = "yes", "no", "not_applicable"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NO_PAPERS: Final = Text("", "")


@unique
class Scope(Enum):
    """Whether a question is about the service, or may be answered for one recipient."""

    SERVICE = "service"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; ``evidence`` names the papers that belong to an answer (empty where none are needed)."""

    id: str
    scope: Scope
    ask: Text
    hint: Text
    evidence: Text
    choices: tuple[str, ...]

    @property
    def needs_evidence(self) -> bool:
        """Whether an answer without papers doesn't count."""
        return bool(self.evidence.ja)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: who gave it on which day (Japan), SHA-256 in hex of the papers, for which recipient (or all)."""

    question: str
    value: str
    who: str
    on: date
    evidence: tuple[str, ...] = ()
    recipient: str = ""

    def __post_init__(self) -> None:
        """Refuses an unknown question, a value that isn't a choice, a hash that isn't one, nobody."""
        asked = load_questions().get(self.question)
        if asked is None:
            raise UnknownQuestion(question=self.question)
        if self.value not in asked.choices:
            raise AnswerRefused(question=self.question, problem=f"one of {', '.join(asked.choices)}")
        if any(_SHA256.fullmatch(each) is None for each in self.evidence):
            raise AnswerRefused(question=self.question, problem="evidence is a SHA-256 in hex")
        if not self.who.strip():
            raise AnswerRefused(question=self.question, problem="an answer has a name")
        if self.recipient and asked.scope is Scope.SERVICE:
            raise AnswerRefused(question=self.question, problem="it is answered for the whole service")

    @property
    def counts(self) -> bool:
        """Whether it has the papers that it needs."""
        return bool(self.evidence) or not load_questions()[self.question].needs_evidence


class Answers:
    """The answers in force on a day: per question and recipient the latest one not dated later."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        """Keeps them all; which is in force is decided when asked."""
        self._answers = tuple(sorted(answers, key=lambda one: (one.on, one.value)))

    def __iter__(self) -> Iterator[Answer]:
        """All of them, by day."""
        return iter(self._answers)

    def of(self, question: str, *, on: date, recipient: str = "") -> Answer | None:
        """The answer for this recipient, else the one for the whole service; ``None`` where nobody answered."""
        for whose in dict.fromkeys((recipient, "")):
            found = [one for one in self._answers
                     if one.question == question and one.recipient == whose and one.on <= on]  # fmt: skip
            if found:
                return found[-1]
        return None


@cache
def load_questions() -> Mapping[str, Question]:
    """Every question: the shipped file's, then one for each item of the catalogue that asks a person."""
    text = (files("sekisho.rulebook") / QUESTIONS_FILE).read_text(encoding="utf-8")
    return read_questions(text, QUESTIONS_FILE)


def read_questions(text: str, file: str) -> Mapping[str, Question]:
    """The questions of one file with those of the catalogue. Raises ``RulebookRefused`` at the first fault."""
    top = frozenset({"questions"})
    found: dict[str, Question] = {}
    for place in read(text, file).mapping(top, top)["questions"].items():
        made = _question(place)
        if made.id in found or made.id in load_catalogue():
            raise place.refuse(f"the question '{made.id}' stands twice")
        found[made.id] = made
    for item in load_catalogue().values():
        if item.ask is not Ask.NO:
            found[item.id] = Question(
                id=item.id, scope=Scope.SERVICE, choices=(YES, NO, NOT_APPLICABLE),
                ask=Text(f"「{item.gist.ja}」を行っていますか。", f"Is this done: {item.gist.en}?"),
                hint=Text("関わりのない事項は not_applicable。", "What doesn't concern you is not_applicable."),
                evidence=Text("行っていることが分かる書類・記録", "papers or records that show it"),
            )  # fmt: skip
    return found


def _question(place: Place) -> Question:
    required = frozenset({"id", "of", "ask", "hint"})
    keys = place.mapping(required | {"choices", "evidence"}, required)
    return Question(
        id=keys["id"].text(),
        scope=parse.choice(Scope, keys["of"]),
        ask=parse.text(keys["ask"]),
        hint=parse.text(keys["hint"]),
        evidence=parse.text(keys["evidence"]) if "evidence" in keys else _NO_PAPERS,
        choices=keys["choices"].texts() if "choices" in keys else (YES, NO),
    )
