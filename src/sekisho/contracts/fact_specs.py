"""Short constructors for the declarations in ``facts.py`` and ``evidence_kinds.py``."""

from __future__ import annotations

from sekisho.engine.facts import ChangedBy, FactSpec, FactType, Text

APPLICANT, OPERATOR, NOBODY = ChangedBy.APPLICANT, ChangedBy.OPERATOR, ChangedBy.NOBODY


def flag(name: str, ja: str, en: str, by: ChangedBy = NOBODY, cost: int = 1) -> FactSpec:
    """A yes-or-no fact."""
    return FactSpec(name, FactType.BOOL, Text(ja, en), changed_by=by, cost=cost)


def one_of(name: str, values: tuple[str, ...], ja: str, en: str, by: ChangedBy = NOBODY, cost: int = 1) -> FactSpec:
    """A fact with one of a closed list of values."""
    return FactSpec(name, FactType.ENUM, Text(ja, en), values, by, cost)


def set_of(name: str, values: tuple[str, ...], ja: str, en: str, by: ChangedBy = APPLICANT, cost: int = 2) -> FactSpec:
    """A fact that is a set of values."""
    return FactSpec(name, FactType.SET, Text(ja, en), values, by, cost)


def day(name: str, ja: str, en: str, by: ChangedBy = NOBODY, cost: int = 5) -> FactSpec:
    """A Japan date."""
    return FactSpec(name, FactType.DATE, Text(ja, en), changed_by=by, cost=cost)


def number(name: str, ja: str, en: str, high: int = 1_000_000) -> FactSpec:
    """A whole number from 0 to ``high``."""
    return FactSpec(name, FactType.INT, Text(ja, en), high=high)
