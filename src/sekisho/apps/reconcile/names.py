"""Names of companies and services, present and former: what a name in a notice may mean.

The knowledge base has each service's own names. Beside it stands a table of companies that were renamed or merged
(``renamed.yaml``), each row with its source, its day and whether somebody read that source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sekisho.apps.recipients import Confidence, KnowledgeBase, Matcher, shipped
from sekisho.apps.recipients.match import plain_name
from sekisho.rulebook import parse
from sekisho.rulebook.document import Place, read

RENAMED_FILE: Final = "data/renamed.yaml"
_STEPS_MOST: Final = 5
"""A company that was renamed again and again is followed this far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A name that nobody has any more, and the present one. ``until`` is the last day, where it is known."""

    former: str
    now: str
    until: date | None
    source: str
    day: date | None
    confidence: Confidence

    def as_document(self) -> dict[str, Any]:
        """The row for machines."""
        return {
            "former": self.former, "now": self.now, "until": self.until.isoformat() if self.until else None,
            "source": self.source, "date": self.day.isoformat() if self.day else None,
            "confidence": self.confidence.value,
        }  # fmt: skip


class Names:
    """What a name may mean: services of the knowledge base, by present names, former ones and renamed companies."""

    def __init__(self, knowledge: KnowledgeBase, renamed: Iterable[Renamed] = ()) -> None:
        """``renamed`` are asked first: what the knowledge base has as an alias may be an old name."""
        self._knowledge = knowledge
        self._matcher: Matcher = knowledge.matcher()
        self._ids = frozenset(row.id for row in (*knowledge.rows, *knowledge.collected.rows))
        self._renamed: dict[str, Renamed] = {}
        for each in sorted(renamed, key=lambda one: (one.former, one.now)):
            self._renamed.setdefault(plain_name(each.former), each)

    def is_id(self, key: str) -> bool:
        """Whether it is a row's id."""
        return key in self._ids

    def services(self, name: str) -> frozenset[str]:
        """The ids of every service that the name may mean, now or when it was somebody's; none where nobody knows."""
        ids: set[str] = set()
        for _ in range(_STEPS_MOST):
            ids |= {each.recipient.id for each in self._matcher.company(name)}
            renamed = self._renamed.get(plain_name(name))
            if renamed is None:
                break
            name = renamed.now
        return frozenset(ids)

    def former(self, name: str) -> Renamed | None:
        """The rename, where this is a name that nobody has any more; ``None`` for a present or unknown name."""
        listed = self._renamed.get(plain_name(name))
        found = self._matcher.company(name)
        if listed is not None or not found or any(not each.former for each in found):
            return listed
        first = found[0]
        row = first.recipient
        return Renamed(former=name, now=row.company.ja or row.company.en or row.service, until=first.until,
                       source=row.source, day=row.day, confidence=first.confidence)  # fmt: skip


@cache
def shipped_names() -> Names:
    """The names of the knowledge base and the table of renamed companies as they are given out."""
    text = (files("sekisho.apps.reconcile") / RENAMED_FILE).read_text(encoding="utf-8")
    return Names(shipped(), read_renamed(text, RENAMED_FILE))


def read_renamed(text: str, file: str) -> tuple[Renamed, ...]:
    """The rows of one file. Raises ``RulebookRefused`` at the first fault."""
    top = frozenset({"renamed"})
    return tuple(_renamed(place) for place in read(text, file).mapping(top, top)["renamed"].items())


def _renamed(place: Place) -> Renamed:
    required = frozenset({"former", "now", "source", "date", "confidence"})
    keys = place.mapping(required | {"until"}, required)
    return Renamed(
        former=keys["former"].text(),
        now=keys["now"].text(),
        until=keys["until"].day() if "until" in keys else None,
        source=keys["source"].text(),
        day=keys["date"].day(),
        confidence=parse.choice(Confidence, keys["confidence"]),
    )
