"""Which methods fulfil a duty when: a chart of stretches per kind of case, and what changes between two days.

Allowed means that the rule is in force for such a case; whether an application meets it is another question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sekisho.engine.plan import applies_to, is_binding, takes_part
from sekisho.engine.rules import Role, Rule, Rulebook, Selection, TextState
from sekisho.engine.validity import why_not_in_force
from sekisho.engine.verdicts import Reason


@dataclass(frozen=True, slots=True)
class Stretch:
    """One rule's time as a method: ``start`` None where its date isn't fixed (then ``latest`` bounds it)."""

    rule: Rule
    start: date | None
    latest: date | None
    end: date | None

    @property
    def text_state(self) -> TextState:
        """How well the text behind it is known."""
        return self.rule.text_state


@dataclass(frozen=True, slots=True)
class Line:
    """One method of one duty for one kind of case, with its stretches in order of time."""

    dimensions: Mapping[str, str]
    duty: str
    method: str
    stretches: tuple[Stretch, ...]


def timeline(
    rulebook: Rulebook, dimensions: Mapping[str, str], *, as_known_at: date, selection: Selection
) -> list[Line]:
    """The lines for one kind of case: per duty of the event and method, when it is allowed, by what was known then."""
    found: dict[tuple[str, str], list[Stretch]] = {}
    event = rulebook.events[next(iter(dimensions.values()))]
    for rule in rulebook.rules.values():
        if rule.role is not Role.METHOD or rule.method is None or rule.start.known_from > as_known_at:
            continue
        if not takes_part(rule, selection) or not applies_to(rule, dimensions):
            continue
        known_end = rule.end if rule.end is not None and rule.end.known_from <= as_known_at else None
        stretch = Stretch(rule, rule.start.day, rule.start.not_later_than, known_end.day if known_end else None)
        for duty in rule.duties:
            if duty in event.duties:
                found.setdefault((duty, rule.method), []).append(stretch)
    order = {duty: n for n, duty in enumerate(event.duties)}
    lines = [
        Line(dimensions, duty, method, tuple(sorted(stretches, key=lambda s: s.start or s.latest or date.max)))
        for (duty, method), stretches in found.items()
    ]
    lines.sort(key=lambda line: (order[line.duty], line.stretches[0].start or date.max, line.method))
    return lines


class Change(Enum):
    """The ways a rule can differ between two days."""

    BEGAN = "began"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule in force on one of two days and not on the other, and the rule of the same method it gives way to."""

    rule: Rule
    change: Change
    binding: bool
    counterpart: Rule | None


def difference(
    rulebook: Rulebook, before: date, after: date, *, as_known_at: date, selection: Selection
) -> list[Difference]:
    """What begins and what ends between two days, by role and method; a changed method shows both its rules."""

    def in_force(day: date) -> dict[str, Rule]:
        return {
            rule.id: rule
            for rule in rulebook.rules.values()
            if takes_part(rule, selection) and why_not_in_force(rule, as_of=day, as_known_at=as_known_at) is None
        }

    then, now = in_force(before), in_force(after)
    ended = [then[rule_id] for rule_id in sorted(set(then) - set(now))]
    began = [now[rule_id] for rule_id in sorted(set(now) - set(then))]
    found = [
        *(Difference(rule, Change.ENDED, is_binding(rule, selection), _same_method(rule, began)) for rule in ended),
        *(Difference(rule, Change.BEGAN, is_binding(rule, selection), _same_method(rule, ended)) for rule in began),
    ]
    roles = list(Role)
    found.sort(key=lambda d: (not d.binding, roles.index(d.rule.role), d.rule.method or "", d.change.value, d.rule.id))
    return found


def _same_method(rule: Rule, others: Iterable[Rule]) -> Rule | None:
    return next(
        (
            other
            for other in others
            if other.method is not None and other.method == rule.method and set(other.duties) & set(rule.duties)
        ),
        None,
    )


def pending(rulebook: Rulebook, *, as_of: date, as_known_at: date) -> list[Rule]:
    """Rules that are known and not yet in force: what an operator should prepare for, nearest first."""
    found = [
        rule
        for rule in rulebook.rules.values()
        if why_not_in_force(rule, as_of=as_of, as_known_at=as_known_at)
        in (Reason.NOT_YET_IN_FORCE, Reason.DATE_NOT_FIXED)
    ]
    found.sort(key=lambda rule: (rule.start.day or rule.start.not_later_than or date.max, rule.id))
    return found
