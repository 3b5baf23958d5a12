"""What goes back to whoever sent a request: its questions, grouped, for a letter and for the case's record. Pure.

Ten thousand items that lack the same thing are one question with their numbers. It addresses the requester alone and
repeats nothing but their own words; it never says what was, or could be, found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.disclosure.intake.finding_words import Kind
from sekisho.disclosure.intake.findings import AUDIENCE, Finding, ways_document
from sekisho.disclosure.intake.times import BothWays, era_date
from sekisho.disclosure.intake.validation import Checked, Verdict
from sekisho.disclosure.kinds import CASE_TYPES
from sekisho.engine.facts import Text
from sekisho.errors import Lang

MAX_EXAMPLES: Final = 20
"""Items of one question that are shown one by one; their numbers are all there. A page of a letter."""
MAX_SUMMARY: Final = 3_500
"""Characters of the summary, below what a case's note may have."""


@dataclass(frozen=True, slots=True)
class Example:
    """One item of a question: its number, its line in a file, the sentence about it, and a time without a zone both
    ways."""

    item: int | None
    line: int | None
    text: Text
    ways: BothWays | None


@dataclass(frozen=True, slots=True)
class Question:
    """Findings of one code about one field. ``items`` are their numbers as ranges (``1–200, 305``), empty where the
    request as a whole is meant."""

    code: str
    field: str
    text: Text
    items: str
    count: int
    examples: tuple[Example, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "code": self.code,
            "field": self.field,
            "message": {"ja": self.text.ja, "en": self.text.en},
            "items": self.items,
            "count": self.count,
            "examples": [
                {
                    "item": one.item,
                    "line": one.line,
                    "message": {"ja": one.text.ja, "en": one.text.en},
                    "ways": None if one.ways is None else ways_document(one.ways),
                }
                for one in self.examples
            ],
        }


@dataclass(frozen=True, slots=True)
class QuestionLetter:
    """What a letter says. ``refusals`` are what can only be mended by sending the request again."""

    verdict: Verdict
    request: Text
    requester: str
    office: str
    officer: str
    contact: str
    number: str
    dated: str
    received: date
    questions: tuple[Question, ...]
    refusals: tuple[Question, ...]
    notes: tuple[Question, ...]

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "audience": AUDIENCE,
            "verdict": self.verdict.value,
            "request": {"ja": self.request.ja, "en": self.request.en},
            "requester": self.requester,
            "office": self.office,
            "officer": self.officer,
            "contact": self.contact,
            "number": self.number,
            "dated": self.dated,
            "received": {"date": self.received.isoformat(), "ja": era_date(self.received)},
            "questions": [one.document() for one in self.questions],
            "refusals": [one.document() for one in self.refusals],
            "notes": [one.document() for one in self.notes],
        }

    @property
    def fields(self) -> tuple[str, ...]:
        """The codes asked about, for the case's record."""
        return tuple(dict.fromkeys(one.code for one in (*self.refusals, *self.questions)))

    def summary(self, lang: Lang = "ja") -> str:
        """The questions in lines, cut at :data:`MAX_SUMMARY`: for the case's record."""
        lines, left = [], MAX_SUMMARY
        every = (*self.refusals, *self.questions)
        for at, one in enumerate(every):
            line = (f"[{one.items}] " if one.items else "") + one.text.in_(lang)
            if len(line) > left:
                rest = len(every) - at
                lines.append(f"ほか{rest}件は書面のとおり。" if lang == "ja" else f"{rest} more are in the letter.")
                break
            lines.append(line)
            left -= len(line) + 1
        return "\n".join(lines)


def question_letter(checked: Checked, *, received: date | None = None) -> QuestionLetter | None:
    """What goes back, or None where nothing has to. ``received`` (a Japan date) is needed where nothing could be
    entered; else it is the case's."""
    if checked.verdict is Verdict.ACCEPT:
        return None
    head, case = checked.head, checked.case
    day = received if case is None else japan_date(case.received_at)
    if day is None:
        raise ValueError("when was it received?")
    return QuestionLetter(
        verdict=checked.verdict,
        request=CASE_TYPES[head.type].title,
        requester=head.requester.get("name", ""),
        office=head.requester.get("office", ""),
        officer=head.requester.get("officer", ""),
        contact=head.requester.get("contact", ""),
        number=head.number,
        dated=head.dated,
        received=day,
        questions=_grouped(checked.of(Kind.QUESTION)),
        refusals=_grouped(checked.of(Kind.REFUSAL)),
        notes=_grouped(checked.of(Kind.NOTE)),
    )


def _grouped(findings: Iterable[Finding]) -> tuple[Question, ...]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.code.value, one.field), []).append(one)
    return tuple(
        Question(
            code=code,
            field=field,
            text=of_one[0].text,
            items=ranges(one.item for one in of_one if one.item is not None),
            count=len(of_one),
            examples=tuple(Example(one.item, one.line, one.text, one.ways) for one in of_one[:MAX_EXAMPLES]),
        )
        for (code, field), of_one in groups.items()
    )


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as people write many of them: ``1–3, 7``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
