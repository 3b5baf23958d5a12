"""What people write down for a scan: answers to the questionnaires, and values whose way is followed. Pure.

Answers stand in YAML or JSON: ``answers: [{question, value, by, day, evidence, recipient}]``; ``evidence`` are SHA-256
in hex, or names of files that the caller hashes. Known values: ``values: [{kind, text, label}]``; their text is never
part of a result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import yaml

from sekisho.apps.errors import AnswersRefused, ValuesRefused
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.leaks import Kind, Value

BYTES_MOST: Final = 1024 * 1024
"""Of one file; a questionnaire with every answer has some ten kilobytes."""
ANSWERS_MOST: Final = 2_000
VALUES_MOST: Final = 500
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ANSWER: Final = frozenset({"question", "value", "by", "day", "evidence", "recipient"})
_VALUE: Final = frozenset({"kind", "text", "label"})

Hashed = Callable[[str], str]
"""From a file's name, as it stands among an answer's evidence, to its SHA-256 in hex."""


def answers_of(text: str, *, name: str, hashed: Hashed) -> Answers:
    """The answers that stand in a text. Raises :class:`AnswersRefused`, and what
    :class:`Answer` refuses."""
    return answers_in(_rows(text, name, "answers", ANSWERS_MOST, AnswersRefused), name=name, hashed=hashed)


def answers_in(rows: Sequence[Any], *, name: str, hashed: Hashed) -> Answers:
    """The answers that stand in rows, as :func:`answers_of`."""
    if len(rows) > ANSWERS_MOST or not all(isinstance(each, dict) for each in rows):
        raise AnswersRefused(name=name, problem=f"a list of at most {ANSWERS_MOST} answers")
    return Answers([_answer(row, name, number, hashed) for number, row in enumerate(rows, 1)])


def _answer(row: Mapping[str, Any], name: str, number: int, hashed: Hashed) -> Answer:
    def refused(problem: str) -> AnswersRefused:
        return AnswersRefused(name=name, problem=f"answer {number}: {problem}")

    unknown = sorted(set(map(str, row)) - _ANSWER)
    if unknown:
        raise refused(f"unknown field {unknown[0][:40]}")
    value, day, papers = row.get("value"), row.get("day"), row.get("evidence") or []
    # YAML reads a bare yes as true.
    said = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise refused("day: YYYY-MM-DD") from None
    if type(day) is not date:
        raise refused("day: YYYY-MM-DD")
    if isinstance(papers, str):
        papers = [papers]
    if not isinstance(papers, list) or not all(isinstance(each, str) for each in papers):
        raise refused("evidence: a list of files or SHA-256")
    texts = {key: row.get(key, "") for key in ("question", "by", "recipient")}
    if not isinstance(said, str) or not all(isinstance(each, str) for each in texts.values()):
        raise refused("question, value, by and recipient are text")
    evidence = tuple(each if _SHA256.fullmatch(each) else hashed(each) for each in papers)
    return Answer(question=texts["question"][:100], value=said, who=texts["by"], on=day, evidence=evidence,
                  recipient=texts["recipient"])  # fmt: skip


def values_of(text: str, *, name: str) -> tuple[Value, ...]:
    """The known values that stand in a text. Raises :class:`ValuesRefused`, and :class:`ValueNotTelling` where one
    would be found though nobody sent it."""
    found = []
    for number, row in enumerate(_rows(text, name, "values", VALUES_MOST, ValuesRefused), 1):
        kind, value = row.get("kind"), row.get("text")
        if set(map(str, row)) - _VALUE or kind not in set(Kind) or not isinstance(value, str | int | date):
            raise ValuesRefused(name=name, problem=f"value {number}: kind (one of {', '.join(Kind)}), text and label")
        label = str(row.get("label") or f"{kind} {number}")
        found.append(Value(kind=Kind(kind), text=str(value), label=label[:100]))
    return tuple(found)


def _rows(
    text: str, name: str, key: str, most: int, refused: type[AnswersRefused | ValuesRefused]
) -> list[Mapping[str, Any]]:
    if len(text) > BYTES_MOST:
        raise refused(name=name, problem=f"more than {BYTES_MOST} characters")
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise refused(name=name, problem="not YAML or JSON") from None
    rows = document.get(key) if isinstance(document, dict) else document
    if not isinstance(rows, list) or len(rows) > most or not all(isinstance(each, dict) for each in rows):
        raise refused(name=name, problem=f"{key}: a list of at most {most}")
    return rows


