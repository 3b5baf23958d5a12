"""The same rules, judged one by one by the engine's own conditions: what the table must equal, and what explains it.

Slow, and for tests and explanations only; not part of what runs in the proxy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sekisho.calls.screening.compile import WrittenRule, in_force
from sekisho.calls.screening.vocabulary import Vector, named
from sekisho.engine.evaluate import MET, Evaluator, Trace, compile_node

_NO_SETS: Final[dict[str, frozenset[str]]] = {}


class Scalar:
    """A rule set on one day, evaluated rule by rule."""

    __slots__ = ("_rules",)

    def __init__(self, rules: Sequence[WrittenRule], *, on: date) -> None:
        """``on`` is a Japan date."""
        self._rules: list[tuple[WrittenRule, Evaluator]] = [
            (rule, compile_node(rule.when, 0, _NO_SETS)) for rule in in_force(rules, on)
        ]

    def first(self, vector: Vector) -> WrittenRule | None:
        """The first rule, by priority, whose condition the features meet."""
        facts = dict(named(vector))
        for rule, condition in self._rules:
            trace: Trace = []
            if condition({**facts}, {}, trace) == MET:
                return rule
        return None
