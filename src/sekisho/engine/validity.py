"""When a rule is in force, on two time axes.

``as_of`` is the day of the legal act; ``as_known_at`` the day up to which the judge's knowledge reaches. An end not
yet known then doesn't end the rule; a start not yet known then hides it. A start whose date isn't fixed takes effect,
for us, on the last day it can be (``not_later_than``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sekisho.engine.rules import DatedSet, Rule
from sekisho.engine.verdicts import Reason


def why_not_in_force(rule: Rule, *, as_of: date, as_known_at: date) -> Reason | None:
    """None where ``rule`` is in force on ``as_of`` by what was known on ``as_known_at``, else the reason."""
    start, end = rule.start, rule.end
    if start.known_from > as_known_at:
        return Reason.NOT_YET_KNOWN
    if start.day is None:
        if start.not_later_than is None or as_of < start.not_later_than:
            return Reason.DATE_NOT_FIXED
    elif as_of < start.day:
        return Reason.NOT_YET_IN_FORCE
    if end is not None and end.known_from <= as_known_at:
        last = end.day if end.day is not None else end.not_later_than
        if last is not None and as_of >= last:
            return Reason.ENDED
    return None


def change_days(rules: Iterable[Rule], sets: Iterable[DatedSet]) -> list[date]:
    """The days on which any rule starts or ends or any set changes, ascending: between two, the law stands still."""
    days: set[date] = set()
    for rule in rules:
        for edge in (rule.start, rule.end):
            if edge is not None:
                days.update(day for day in (edge.day, edge.not_later_than) if day is not None)
    for dated in sets:
        for start, end, _ in dated.versions:
            days.add(start)
            if end is not None:
                days.add(end)
    return sorted(days)


def knowledge_days(rules: Iterable[Rule]) -> list[date]:
    """The days on which knowledge of a start or end begins, ascending."""
    return sorted({edge.known_from for rule in rules for edge in (rule.start, rule.end) if edge is not None})
