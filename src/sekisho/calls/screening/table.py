"""Compiled rules: for each stretch of days, a table that finds the first rule a call meets. Standard library only.

A rule's condition is a list of boxes: in a box each named feature may have one of some values. For every value of
every feature the table holds, as the bits of one number, the boxes that value leaves possible. The bits of a call's
values, ANDed, are the boxes that it meets; the lowest one is of the first rule. What was found once is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sekisho.calls.screening.agreements import midnight
from sekisho.calls.screening.errors import RulesRefused
from sekisho.calls.screening.vocabulary import FEATURES, NAMES, POSITION, Vector

FORMAT: Final = 1
MOST_RULES: Final = 1_000
_MOST_REMEMBERED: Final = 65_536
OUTCOMES: Final = frozenset(
    {
        "pass", "anonymise", "agreement", "stop", "list", "line.anonymous", "line.foreign", "line.listed",
        "line.suspicious",
    }
)  # fmt: skip
"""What a rule may come to. ``agreement``: what the trunk's agreement says; ``list``: what the subscriber's own entry
asks; ``line.…``: what the line's settings ask, on their consent; ``stop``: refused, because the operator stopped the
number's use, and only on the way out of its own network. No rule labels or refuses on its own."""

Box = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledRule:
    """One rule as the table holds it; ``begins`` and ``ends`` (half-open) are Japan dates."""

    id: str
    priority: int
    begins: date
    ends: date | None
    outcome: str
    reason: str
    basis: tuple[str, ...]
    boxes: tuple[Box, ...]
    sip_status: int | None
    label: str | None
    title: Mapping[str, str]
    message: Mapping[str, str]
    strength: str
    text_state: str
    source: str

    def in_force(self, on: date) -> bool:
        """Whether the rule is in force on a Japan date."""
        return self.begins <= on and (self.ends is None or on < self.ends)


class Stretch:
    """The rules from one day until the day before another, as a table. ``rules`` are in order of priority."""

    __slots__ = ("_bits", "_boxes", "_found", "begins", "ends", "rules")

    def __init__(self, begins: date, ends: date | None, rules: Sequence[CompiledRule]) -> None:
        """``rules`` are all in force on all of these days."""
        self.begins, self.ends = begins, ends
        self.rules = tuple(sorted(rules, key=lambda rule: rule.priority))
        self._boxes = [at for at, rule in enumerate(self.rules) for _ in rule.boxes]
        boxes = [box for rule in self.rules for box in rule.boxes]
        self._bits = tuple(
            tuple(
                sum(1 << at for at, box in enumerate(boxes) if name not in box or value in box[name])
                for value in FEATURES[name]
            )
            for name in NAMES
        )
        self._found: dict[Vector, int] = {}

    def match(self, vector: Vector) -> int:
        """The position in :attr:`rules` of the first rule that the features meet; -1 where none does."""
        found = self._found.get(vector)
        if found is None:
            found = self._match(vector)
            if len(self._found) >= _MOST_REMEMBERED:
                self._found.clear()
            self._found[vector] = found
        return found

    def _match(self, vector: Vector) -> int:
        left = -1
        for bits, value in zip(self._bits, vector, strict=True):
            left &= bits[value]
            if not left:
                return -1
        return self._boxes[(left & -left).bit_length() - 1]


class Table:
    """A rule set over all days it speaks of."""

    __slots__ = ("_stretches", "digest", "name", "rules")

    def __init__(self, name: str, digest: str, rules: Sequence[CompiledRule]) -> None:
        """Raises :class:`RulesRefused` for none, or for two rules that share a day and a priority."""
        if not rules:
            raise RulesRefused(rule=name, problem="the set is empty")
        self.name, self.digest = name, digest
        self.rules = tuple(rules)
        changes = sorted({day for rule in rules for day in (rule.begins, rule.ends) if day is not None})
        stretches = []
        for at, day in enumerate(changes):
            there = [rule for rule in rules if rule.in_force(day)]
            if len({rule.priority for rule in there}) != len(there):
                raise RulesRefused(rule=name, problem=f"two rules of one priority on {day.isoformat()}")
            ends = changes[at + 1] if at + 1 < len(changes) else None
            if there:
                stretches.append((midnight(day), None if ends is None else midnight(ends), Stretch(day, ends, there)))
        self._stretches = tuple(stretches)

    def at(self, moment: datetime) -> Stretch | None:
        """The rules of the Japan date of a moment; ``None`` before the first and after the last."""
        for begins, ends, stretch in self._stretches:
            if begins <= moment and (ends is None or moment < ends):
                return stretch
        return None

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """All stretches, the earliest first."""
        return tuple(stretch for _, _, stretch in self._stretches)


def load(raw: bytes) -> Table:
    """The table of a compiled rule set. Raises :class:`RulesRefused` for anything that isn't one."""
    try:
        document = json.loads(raw)
        if document["format"] != FORMAT:
            raise RulesRefused(rule="?", problem="a format this version doesn't know")
        if {name: tuple(values) for name, values in document["features"].items()} != FEATURES:
            raise RulesRefused(rule="?", problem="compiled for other features: compile it with this version")
        if len(document["rules"]) > MOST_RULES:
            raise RulesRefused(rule="?", problem=f"more than {MOST_RULES} rules")
        return Table(document["name"], document["digest"], [_rule(each) for each in document["rules"]])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RulesRefused(rule="?", problem=f"not a compiled rule set ({type(error).__name__})") from None


def _rule(each: Mapping[str, Any]) -> CompiledRule:
    rule_id: str = each["id"]
    boxes = tuple({name: tuple(values) for name, values in box.items()} for box in each["boxes"])
    for box in boxes:
        for name, values in box.items():
            if name not in POSITION or not set(values) <= set(FEATURES[name]):
                raise RulesRefused(rule=rule_id, problem=f"an unknown feature or value ({name})")
    if not each["basis"]:
        raise RulesRefused(rule=rule_id, problem="it names no legal basis")
    if each["outcome"] not in OUTCOMES:
        raise RulesRefused(rule=rule_id, problem="an unknown outcome")
    return CompiledRule(
        id=rule_id, priority=each["priority"], begins=date.fromisoformat(each["from"]),
        ends=None if each["until"] is None else date.fromisoformat(each["until"]), outcome=each["outcome"],
        reason=each["reason"], basis=tuple(each["basis"]), boxes=boxes, sip_status=each["sip_status"],
        label=each["label"], title=each["title"], message=each["message"], strength=each["strength"],
        text_state=each["text_state"], source=each["source"],
    )  # fmt: skip
