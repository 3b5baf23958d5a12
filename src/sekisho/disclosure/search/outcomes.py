"""From answers to one outcome for each item. Pure. Whatever is doubtful makes an outcome less, never more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.ports import Lack

_WORST_FIRST: Final = (
    Outcome.AMBIGUOUS,
    Outcome.NEXT_PROVIDER,
    Outcome.COVERAGE_GAP,
    Outcome.EXPIRED,
    Outcome.NONE,
    Outcome.COMPUTED,
    Outcome.UNIQUE,
)
DISCLOSABLE: Final = frozenset({Outcome.UNIQUE, Outcome.COMPUTED})
"""Outcomes that name one holder. Nothing else is ever disclosed as somebody."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the answers to one item's questions come to. ``lack``: a slug of why there is nothing, where that is so."""

    outcome: Outcome
    lack: str | None
    answers: tuple[Mapping[str, Any], ...]


def settle(answers: Sequence[Mapping[str, Any]], unasked: str | None = None) -> Found:
    """One outcome from an item's answers; none at all is a gap: nothing here could tell. ``unasked``: why nothing was
    asked about it, where that is so."""
    if not answers:
        return Found(Outcome.COVERAGE_GAP, unasked or Lack.NO_SOURCE.value, ())
    outcomes = [_outcome(one) for one in answers]
    worst = min(outcomes, key=_WORST_FIRST.index)
    lack = None if worst in DISCLOSABLE else next((why for one in answers if (why := _lack(one)) is not None), None)
    return Found(worst, lack, tuple(answers))


def of_trail(document: Mapping[str, Any]) -> Outcome:
    """A trail's outcome: its rows are the line's own, so some of them are an answer, complete or not."""
    if document["assignments"]:
        return Outcome.UNIQUE
    if document["complete"]:
        return Outcome.NONE
    gone = any(one["why"] == Lack.PURGED.value for one in document["missing"])
    return Outcome.EXPIRED if gone else Outcome.COVERAGE_GAP


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    if "error" in answer:
        return Outcome.COVERAGE_GAP
    return of_trail(answer) if "assignments" in answer else Outcome(answer["outcome"])


def _lack(answer: Mapping[str, Any]) -> str | None:
    if "error" in answer:
        return str(answer["error"]["reason"])[:40]
    missing = [*answer.get("missing", ()), *answer.get("address", {}).get("missing", ()), *answer.get("weak", ())]
    return str(missing[0]["why"])[:40] if missing else None
