"""One fact as a rule or an item asks about it: true, false or unknown, with the sentence that says why.

Unknown has two kinds: a person must say (要確認), or it couldn't be measured (測定不能). Neither ever turns into true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sekisho.apps.evidence import Place
from sekisho.apps.law.facts import Fact, Inapplicable, Known, Unmeasured
from sekisho.apps.law.questions import NO, NOT_APPLICABLE, YES, Answer, Answers, load_questions
from sekisho.apps.law.verdicts import Outcome
from sekisho.engine.facts import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduced:
    """What is known of one fact, why, where it stands, and what to do unless it is true."""

    outcome: Outcome
    why: Text
    places: tuple[Place, ...] = ()
    next_step: Text | None = None

    @property
    def value(self) -> bool | None:
        """What the engine is told: true, false, or nothing."""
        return {Outcome.GOOD: True, Outcome.BAD: False}.get(self.outcome)


Deductions = Mapping[str, Deduced]


def good(ja: str, en: str, places: Iterable[Place] = ()) -> Deduced:
    """It holds, as far as was measured or answered."""
    return Deduced(outcome=Outcome.GOOD, why=Text(ja, en), places=tuple(places))


def bad(ja: str, en: str, places: Iterable[Place] = (), *, step: tuple[str, str] | None = None) -> Deduced:
    """It was observed, or answered with evidence, not to hold."""
    return Deduced(outcome=Outcome.BAD, why=Text(ja, en), places=tuple(places), next_step=_step(step))


def ask(ja: str, en: str, places: Iterable[Place] = (), *, step: tuple[str, str] | None = None) -> Deduced:
    """A person must say."""
    return Deduced(outcome=Outcome.ASK, why=Text(ja, en), places=tuple(places), next_step=_step(step))


def unmeasured(gap: Unmeasured, ja: str, en: str) -> Deduced:
    """It couldn't be looked at; ``ja`` and ``en`` name what."""
    return Deduced(
        outcome=Outcome.UNMEASURED,
        why=Text(
            f"{ja}を測れていない（{gap.ja.rstrip('。')}）。", f"{en} couldn't be measured ({gap.en.rstrip('.')})."
        ),
        next_step=Text(f"{ja}を測り直す。", f"Measure again: {en}."),
    )


def unseen(ja: str, en: str) -> Deduced:
    """Looking gave nothing to judge."""
    return Deduced(outcome=Outcome.UNMEASURED, why=Text(ja, en))


def outside(ja: str, en: str) -> Deduced:
    """It doesn't apply."""
    return Deduced(outcome=Outcome.OUTSIDE, why=Text(ja, en))


def opened(fact: Fact[T], what: tuple[str, str], then: Callable[[T, tuple[Place, ...]], Deduced]) -> Deduced:
    """What follows from a known value; what couldn't be measured and what doesn't apply stay so."""
    if isinstance(fact, Known):
        return then(fact.value, fact.places)
    return outside(fact.ja, fact.en) if isinstance(fact, Inapplicable) else unmeasured(fact, *what)


def answered(answers: Answers, question: str, *, on: date, recipient: str = "") -> Deduced:
    """What a person answered to a yes-or-no question. Without the papers that it needs, it is still to be confirmed."""
    found = answers.of(question, on=on, recipient=recipient)
    asked = load_questions()[question]
    step = (f"質問票「{question}」に答える：{asked.ask.ja}（{asked.hint.ja}）",
            f"Answer `{question}`: {asked.ask.en} ({asked.hint.en})")  # fmt: skip
    if found is None:
        return ask(f"質問票「{question}」に答えがない。", f"Nobody answered `{question}`.", step=step)
    if not found.counts:
        return ask(f"質問票「{question}」の答えに証拠がない（必要なもの：{asked.evidence.ja}）。",
                   f"The answer to `{question}` has no evidence (needed: {asked.evidence.en}).", step=step)  # fmt: skip
    who = f"{found.who}, {found.on.isoformat()}"
    if found.value == NOT_APPLICABLE:
        return outside(f"質問票「{question}」：関わりがないとの答え（{who}）。",
                       f"`{question}`: it doesn't concern this operator ({who}).")  # fmt: skip
    if found.value == YES:
        return good(f"質問票「{question}」：はい（{who}）。", f"`{question}`: yes ({who}).", _papers(found))
    if found.value == NO:
        return bad(f"質問票「{question}」：いいえ（{who}）。", f"`{question}`: no ({who}).", _papers(found), step=step)
    return good(
        f"質問票「{question}」：{found.value}（{who}）。", f"`{question}`: {found.value} ({who}).", _papers(found)
    )


def all_of(parts: Iterable[Deduced]) -> Outcome:
    """Kleene's *and*: one that is false decides; then what couldn't be measured, then what a person must say.

    What doesn't apply is left out; where nothing else is left, nothing applies. Nothing at all isn't good.
    """
    outcomes = {part.outcome for part in parts}
    for outcome in (Outcome.BAD, Outcome.UNMEASURED, Outcome.ASK, Outcome.GOOD, Outcome.OUTSIDE):
        if outcome in outcomes:
            return outcome
    return Outcome.UNMEASURED


def _papers(answer: Answer) -> tuple[Place, ...]:
    return tuple(Place(path=f"answer {answer.question} sha256:{each}") for each in answer.evidence)


def _step(step: tuple[str, str] | None) -> Text | None:
    return Text(*step) if step is not None else None
