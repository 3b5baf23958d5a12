"""How the tests of every verifier list what can be wrong with its evidence, and what every refusal has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sekisho.contracts.evidence.steps import Report

Made = TypeVar("Made")
Faults = dict[str, tuple[Callable[[], Made], str, int]]
"""By the fault's name: what makes the evidence, and the reason and step the verifier must end with."""


def listed(groups: Mapping[tuple[int, str], Mapping[str, Callable[[], Made]]]) -> Faults[Made]:
    """The faults of tables that say each step and reason once."""
    found: Faults[Made] = {}
    for (step, reason), named in groups.items():
        assert not found.keys() & named.keys(), "a name used twice would hide a fault"
        found |= {name: (make, reason, step) for name, make in named.items()}
    return found


def refused_at(report: Report, reason: str, step: int) -> None:
    """The report names this error at this step in both languages, and has no facts."""
    failure = report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)
    assert failure.sentence("ja") != failure.sentence("en")
    assert report.facts is None
