"""The timeline of one kind of case as a chart: which duties apply and which methods are allowed, when.

Allowed means that the rule is in force for such a case, not that an application meets it. A span that holds only in
some cases of the kind (the rule has a condition of its own) says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sekisho.engine.facts import Text
from sekisho.engine.nodes import ALWAYS
from sekisho.engine.plan import applies_to, takes_part
from sekisho.engine.rules import Role, Rule, Rulebook, Selection, text_state_on
from sekisho.engine.timeline import timeline
from sekisho.rulebook.condition_text import provision_label
from sekisho.rulebook.show import both


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which one rule holds under one citation: a rule has several spans where the letter of its item moved,
    or where a later text of what it cites is known less well. ``text_state`` is the weakest of rule and citations.

    ``start`` and ``end`` (half-open) are the last day they can be where ``start_fixed`` or ``end_fixed`` says that the
    day isn't set yet.
    """

    rule: Rule
    start: date
    start_fixed: bool
    end: date | None
    end_fixed: bool
    label: Text
    text_state: str
    conditional: bool

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in the span."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the chart: a duty imposed, a duty excused, or a method; its spans in order of time."""

    role: Role
    key: str
    title: Text
    strength: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DutyRows:
    """The rows of one duty: what imposes or excuses it, then the methods."""

    duty: str
    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of one kind of case, by what was known on ``as_known_at``; ``on`` is the day that is marked.

    What had ended by ``since`` is left out; what began before it is shown with its own first day.
    """

    dimensions: Mapping[str, str]
    since: date
    on: date
    as_known_at: date
    rulebook: str
    duties: tuple[DutyRows, ...]

    def days(self) -> list[date]:
        """``since`` and the days after it on which something in the chart begins or ends, ascending."""
        found = {self.since}
        for span in self.spans():
            found.add(span.start)
            if span.end is not None:
                found.add(span.end)
        return sorted(day for day in found if day >= self.since)

    def spans(self) -> Iterator[Span]:
        """Every span of every row."""
        for duty in self.duties:
            for row in duty.rows:
                yield from row.spans

    def document(self) -> dict[str, Any]:
        """The chart as JSON values; every rule with its own dates."""
        return {
            "dimensions": dict(self.dimensions),
            "since": self.since.isoformat(),
            "on": self.on.isoformat(),
            "as_known_at": self.as_known_at.isoformat(),
            "rulebook": self.rulebook,
            "duties": [
                {
                    "duty": duty.duty,
                    "title": both(duty.title),
                    "rows": [
                        {
                            "role": row.role.value,
                            "method": row.key if row.role is Role.METHOD else None,
                            "title": both(row.title),
                            "strength": row.strength,
                            "spans": [_span_document(span, self.on) for span in row.spans],
                        }
                        for row in duty.rows
                    ],
                }
                for duty in self.duties
            ],
        }


def chart(
    rulebook: Rulebook,
    dimensions: Mapping[str, str],
    *,
    since: date,
    on: date,
    as_known_at: date,
    selection: Selection,
    duties: Sequence[str] | None = None,
) -> Chart:
    """The chart for one kind of case; ``duties`` None means all that its event names."""
    event = next(iter(dimensions.values()))
    known = _Known.of(rulebook, as_known_at)
    wanted = [duty for duty in rulebook.events[event].duties if duties is None or duty in duties]
    lines = timeline(rulebook, dimensions, as_known_at=as_known_at, selection=selection)
    found = []
    for duty in wanted:
        rows = list(_duty_rows(rulebook, dimensions, duty, event, known, selection))
        for line in lines:
            if line.duty == duty:
                rules = [stretch.rule for stretch in line.stretches]
                spans = _spans(rulebook, rules, event, known)
                rows.append(Row(Role.METHOD, line.method, rules[-1].title, rules[-1].strength.value, spans))
        found.append(DutyRows(duty, rulebook.duties[duty], tuple(_after(rows, since))))
    return Chart(dict(dimensions), since, on, as_known_at, rulebook.content_hash, tuple(found))


def _after(rows: Iterable[Row], since: date) -> Iterator[Row]:
    """The rows without what had ended by ``since``, and without rows that are empty then."""
    for row in rows:
        spans = tuple(span for span in row.spans if span.end is None or span.end > since)
        if spans:
            yield replace(row, spans=spans)


def _duty_rows(
    rulebook: Rulebook, dimensions: Mapping[str, str], duty: str, event: str, known: _Known, selection: Selection
) -> Iterator[Row]:
    """What imposes and what excuses a duty: one row for each title, so that a duty's versions stand in one line."""
    rows: dict[tuple[Role, str, str], list[Rule]] = {}
    for rule in rulebook.rules.values():
        if rule.role not in (Role.DUTY, Role.SCOPE) or duty not in rule.duties or rule.start.known_from > known.at:
            continue
        if takes_part(rule, selection) and applies_to(rule, dimensions):
            rows.setdefault((rule.role, rule.title.ja, rule.strength.value), []).append(rule)
    order = list(Role)
    for (role, _, strength), rules in sorted(
        rows.items(), key=lambda item: (order.index(item[0][0]), min(_first(rule) for rule in item[1]), item[0][1])
    ):
        rules.sort(key=lambda rule: (_first(rule), rule.id))
        yield Row(role, rules[0].id, rules[-1].title, strength, _spans(rulebook, rules, event, known))


def _first(rule: Rule) -> date:
    return rule.start.day or rule.start.not_later_than or date.max


@dataclass(frozen=True, slots=True)
class _Known:
    """What was known on a day: which coming days of change, and which of them are only the last day they can be.

    Provisions don't say since when a text of theirs is known; a day of change is known with the first rule that it
    begins or ends.
    """

    at: date
    coming: frozenset[date]
    not_fixed: frozenset[date]

    @classmethod
    def of(cls, rulebook: Rulebook, at: date) -> _Known:
        """Collected from the ends of every rule."""
        edges = [edge for rule in rulebook.rules.values() for edge in (rule.start, rule.end) if edge is not None]
        known = [edge for edge in edges if edge.known_from <= at]
        days = {day for edge in known for day in (edge.day, edge.not_later_than) if day is not None}
        waiting = {edge.not_later_than for edge in edges if edge.day is None and edge.not_later_than is not None}
        return cls(at, frozenset(days), frozenset(waiting))

    def covers(self, day: date) -> bool:
        """Whether a change on ``day`` was known."""
        return day <= self.at or day in self.coming


def _spans(rulebook: Rulebook, rules: Iterable[Rule], event: str, known: _Known) -> tuple[Span, ...]:
    """The rules' spans in their order. Two rules are never joined: where one follows another, something changed."""
    return tuple(span for rule in rules for span in _of_rule(rulebook, rule, event, known))


def _of_rule(rulebook: Rulebook, rule: Rule, event: str, known: _Known) -> Iterator[Span]:
    """One rule's time, cut on the days on which what it rests on is cited anew, or known better or worse."""
    start = _first(rule)
    edge = rule.end if rule.end is not None and rule.end.known_from <= known.at else None
    end = (edge.day or edge.not_later_than) if edge is not None else None
    versions = [version for name in rule.citations(event) for version in rulebook.provisions[name].versions]
    changes = {version.start for version in versions if version.start > start and known.covers(version.start)}
    cuts = {day for day in changes if end is None or day < end}

    def said(day: date) -> tuple[Text, str]:
        state = text_state_on(rule, rulebook.provisions, day, (event,))
        return _label(rulebook, rule, event, day), state.value

    days = [start]
    for day in sorted(cuts):
        if said(day) != said(days[-1]):
            days.append(day)
    # A method's own requirements are what it consists of; a condition is what limits it to some cases.
    limited = rule.role is not Role.METHOD and rule.requires != ALWAYS
    conditional = limited or rule.when != ALWAYS or bool(rule.excepts)
    for day, until in zip(days, (*days[1:], end), strict=True):
        fixed = rule.start.day is not None if day == start else day not in known.not_fixed
        end_fixed = (edge is None or edge.day is not None) if until == end else until not in known.not_fixed
        label, state = said(day)
        yield Span(rule, day, fixed, until, end_fixed, label, state, conditional)


def _label(rulebook: Rulebook, rule: Rule, event: str, day: date) -> Text:
    return Text(*(_citation(rulebook, rule, event, day, lang) for lang in ("ja", "en")))


def _citation(rulebook: Rulebook, rule: Rule, event: str, day: date, lang: str) -> str:
    cited = (provision_label(rulebook, name, day, lang) for name in rule.citations(event))
    return ("・" if lang == "ja" else ", ").join(dict.fromkeys(cited))


def _span_document(span: Span, on: date) -> dict[str, Any]:
    return {
        "from": span.start.isoformat(),
        "from_fixed": span.start_fixed,
        "until": span.end.isoformat() if span.end is not None else None,
        "until_fixed": span.end_fixed,
        "label": both(span.label),
        "text_state": span.text_state,
        "conditional": span.conditional,
        "holds": span.holds(on),
        "rule": span.rule.id,
        "known_from": span.rule.start.known_from.isoformat(),
    }
