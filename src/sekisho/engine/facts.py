"""Fact types and the catalogue: what can be known about a case, who can change it, and at what price.

A *fact* belongs to the case (``lines.voice_active``); an *attribute* belongs to one evidence item
(``chip_read.document``). A fact that is absent is unknown, never false. The catalogue is closed: a rule or an
application that names anything else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

Value = bool | int | str | date | frozenset[str]
"""A known value. Enumerations are their string; sets hold enumeration strings."""


class FactType(Enum):
    """The closed list of value types."""

    BOOL = "bool"
    ENUM = "enum"
    SET = "set"
    INT = "int"
    DATE = "date"


class ChangedBy(Enum):
    """Who can bring a fact about. What nobody can change is never offered as a way to be accepted."""

    APPLICANT = "applicant"
    OPERATOR = "operator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or title in both languages."""

    ja: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in ``lang`` (``ja`` or ``en``)."""
        return self.ja if lang == "ja" else self.en


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact or attribute: its name, type, domain and who can change it.

    ``cost`` is a relative price of bringing about a wanted value (whole numbers; 1 is a tap on a screen, 10 a visit
    or a letter). It orders suggestions and is not money. ``low`` and ``high`` bound integers.
    """

    name: str
    type: FactType
    title: Text
    values: tuple[str, ...] = ()
    changed_by: ChangedBy = ChangedBy.NOBODY
    cost: int = 1
    low: int = 0
    high: int = 1_000_000

    def problem_with(self, value: object) -> str | None:
        """Why ``value`` isn't in this fact's domain, or None if it is. Does not convert."""
        if self.type is FactType.BOOL:
            return None if isinstance(value, bool) else "true or false"
        if self.type is FactType.ENUM:
            return None if isinstance(value, str) and value in self.values else "one of " + ", ".join(self.values)
        if self.type is FactType.SET:
            ok = isinstance(value, frozenset) and value <= set(self.values)
            return None if ok else "a list of " + ", ".join(self.values)
        if self.type is FactType.INT:
            ok = isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high
            return None if ok else f"a whole number from {self.low} to {self.high}"
        return None if isinstance(value, date) else "a date (YYYY-MM-DD)"


@dataclass(frozen=True, slots=True)
class EvidenceSpec:
    """One kind of evidence item and its attributes.

    ``cost`` is the price of providing a new item of this kind with the attributes a rule asks for; ``provided_by``
    says who can. Every kind has the attribute ``at``: the Japan date of the act (shown, received, delivered, matched).
    """

    kind: str
    title: Text
    attributes: Mapping[str, FactSpec]
    provided_by: ChangedBy
    cost: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that rules and applications of one desk may name.

    ``dimensions`` are the enumerated facts by which rules are indexed; every case must know all of them.
    """

    facts: Mapping[str, FactSpec]
    evidence: Mapping[str, EvidenceSpec]
    dimensions: tuple[str, ...]

    @classmethod
    def of(cls, facts: Sequence[FactSpec], evidence: Sequence[EvidenceSpec], dimensions: tuple[str, ...]) -> Catalogue:
        """Build from lists; a name given twice or a dimension that isn't an enumeration is an error."""
        by_name = {spec.name: spec for spec in facts}
        by_kind = {spec.kind: spec for spec in evidence}
        if len(by_name) != len(facts) or len(by_kind) != len(evidence):
            raise ValueError("a fact or evidence kind is declared twice")
        for name in dimensions:
            if by_name[name].type is not FactType.ENUM:
                raise ValueError(f"dimension {name} is not an enumeration")
        return cls(by_name, by_kind, dimensions)


Item = dict[str, Value]
"""One evidence item: attribute to value. A missing attribute is unknown."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one decision is about, as the engine sees it: known facts, and evidence items by kind.

    Holds no text about a person: names and addresses are compared before this point and appear as ``*_agrees``.
    """

    facts: dict[str, Value]
    evidence: dict[str, list[Item]] = field(default_factory=dict)
