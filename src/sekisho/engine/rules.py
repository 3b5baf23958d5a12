"""Provisions, rules and the rulebook: law as frozen data.

A rule's id is permanent: a changed meaning is a new id. The interval is half-open in Japan dates, and each end is
known from a day of its own, so that one can ask both "was this right?" and "could they have known?".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sekisho.engine.facts import Text, Value
from sekisho.engine.nodes import Node


class Strength(Enum):
    """How binding a rule is. Only ``duty`` decides by law; ``proposal`` exists in simulations only."""

    DUTY = "duty"
    EFFORT = "effort"
    DESIRABLE = "desirable"
    BENCHMARK = "benchmark"
    VOLUNTARY = "voluntary"
    HOUSE = "house"
    PROPOSAL = "proposal"


class Role(Enum):
    """What a rule does in a decision.

    ``duty``: this duty applies to the case. ``scope``: these duties do not, and why (cited). ``method``: one way to
    fulfil a duty. ``requirement``: must be met whatever the method. ``refusal``: when met, a ground for one kind of no.
    ``record``: what must be recorded and kept how long. ``advice``: a finding that never changes the verdict.
    """

    DUTY = "duty"
    SCOPE = "scope"
    METHOD = "method"
    REQUIREMENT = "requirement"
    REFUSAL = "refusal"
    RECORD = "record"
    ADVICE = "advice"


class KindOfNo(Enum):
    """The typed kinds of no, never mixed."""

    STATUTORY = "statutory"
    CONTRACT_TERMS = "contract_terms"
    NUMBER_SCHEME = "number_scheme"
    ACT2026_LINES = "act2026_lines"
    LAWFUL_GROUND_MISSING = "lawful_ground_missing"


class TextState(Enum):
    """How well the text behind a rule or provision is known, the best known first."""

    VERBATIM = "verbatim"
    SUMMARY = "summary"
    UNVERIFIED = "unverified"


class CompletedOn(Enum):
    """The act whose day is the day of verification (Ordinance art. 8(2))."""

    PRESENTED = "presented"
    RECEIVED = "received"
    DELIVERED = "delivered"
    CERTIFICATE_RECEIVED = "certificate_received"
    MATCHED = "matched"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a rule's interval: its date, since when it is known, and the instrument that set it.

    ``day`` None on a start means the date is not fixed yet: the rule applies at the latest from ``not_later_than``.
    """

    day: date | None
    known_from: date
    instrument: str
    not_later_than: date | None = None


@dataclass(frozen=True, slots=True)
class ProvisionVersion:
    """One dated text of a provision: its citation then (item letters move), and how well the text is known."""

    label: Text
    start: date
    end: date | None
    text_state: TextState


@dataclass(frozen=True, slots=True)
class Provision:
    """A node of an act or ordinance. ``not_a_rule`` gives the reason where no rule implements it."""

    id: str
    title: Text
    versions: tuple[ProvisionVersion, ...]
    not_a_rule: Text | None
    file: str
    line: int

    def on(self, day: date) -> ProvisionVersion | None:
        """The text version in force on ``day``."""
        return next((v for v in self.versions if v.start <= day and (v.end is None or day < v.end)), None)


@dataclass(frozen=True, slots=True)
class Excepting:
    """An exception as its own cited node: when met, the rule does not apply."""

    provisions: tuple[str, ...]
    condition: Node
    text: Text


@dataclass(frozen=True, slots=True)
class Message:
    """Sentences by audience. ``how`` tells what to do to meet the rule; ``ended`` what to do now that it is over."""

    staff: Text
    applicant: Text
    how: Text | None
    ended: Text | None


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case inside a rule, run as a test."""

    name: str
    as_of: date
    facts: Mapping[str, object]
    evidence: tuple[Mapping[str, object], ...]
    expect: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a record is kept: years after an event (``contract_end``)."""

    years: int
    after: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``applies`` limits it to values of the catalogue's dimensions; a missing dimension means all values."""

    id: str
    role: Role
    title: Text
    duties: tuple[str, ...]
    method: str | None
    provisions: tuple[str, ...]
    provisions_by_event: Mapping[str, tuple[str, ...]]
    party: str
    applies: Mapping[str, frozenset[str]]
    when: Node
    requires: Node
    completion: Node | None
    completed_on: CompletedOn | None
    excepts: tuple[Excepting, ...]
    strength: Strength
    start: Edge
    end: Edge | None
    text_state: TextState
    source: str
    message: Message
    kind_of_no: KindOfNo | None
    ends_when: Text | None
    retention: Retention | None
    measures: tuple[str, ...]
    examples: tuple[Example, ...]
    instrument: str
    content_hash: str
    file: str
    line: int

    def citations(self, event: str) -> tuple[str, ...]:
        """The provisions this rule rests on for ``event``: letters and articles differ between events."""
        return self.provisions_by_event.get(event, ()) or self.provisions


_CERTAINTY = {state: n for n, state in enumerate(TextState)}


def text_state_on(rule: Rule, provisions: Mapping[str, Provision], day: date, events: Iterable[str]) -> TextState:
    """How well the text behind ``rule`` is known on ``day``: its own state, or a worse one of what it cites then.

    A rule goes on under amended texts that nobody has read yet, and from then on is no surer than they are. Of the
    citations those for ``events`` count, not what named conditions and exceptions rest on. A provision without a text
    in force on ``day`` says nothing.
    """
    worst = rule.text_state
    for event in events:
        for name in rule.citations(event):
            version = provisions[name].on(day)
            if version is not None and _CERTAINTY[version.text_state] > _CERTAINTY[worst]:
                worst = version.text_state
    return worst


@dataclass(frozen=True, slots=True)
class DatedSet:
    """A named set of enumeration values whose membership changes with the date."""

    name: str
    versions: tuple[tuple[date, date | None, frozenset[str]], ...]

    def on(self, day: date) -> frozenset[str]:
        """The members on ``day``; empty before the first version."""
        return next((m for a, b, m in self.versions if a <= day and (b is None or day < b)), frozenset())


@dataclass(frozen=True, slots=True)
class Instrument:
    """An act, ordinance, guideline, industry rule, house policy or report: where rules come from."""

    id: str
    title: Text
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class EventSpec:
    """An event of the law and the duties it names. Each is decided by a duty rule or excused by a scope rule."""

    event: str
    title: Text
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The whole law of one desk, as loaded: content hash, instruments, provisions, sets, events and rules."""

    content_hash: str
    instruments: Mapping[str, Instrument]
    provisions: Mapping[str, Provision]
    sets: Mapping[str, DatedSet]
    events: Mapping[str, EventSpec]
    duties: Mapping[str, Text]
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which non-statutory rules take part: adopted instruments (industry, house) and simulated proposals (rule ids)."""

    adopted: frozenset[str] = frozenset()
    proposals: frozenset[str] = frozenset()


FactValues = Mapping[str, Value]
