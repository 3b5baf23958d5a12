"""What was decided how often, for metrics. Standard library only; holds no number and no call."""

from __future__ import annotations

from collections import Counter

from sekisho.calls.screening.decision import Decision


class Counts:
    """Counters of one process; they only grow."""

    __slots__ = ("by_rule", "failed_open", "reloads_refused", "shadow_compared", "shadow_different", "shadow_failures")

    def __init__(self) -> None:
        """Everything at nought."""
        self.by_rule: Counter[tuple[str, str]] = Counter()
        """Rule (an empty text where none applied) and outcome."""
        self.failed_open: Counter[str] = Counter()
        """Why calls passed that couldn't be judged."""
        self.shadow_compared = 0
        self.shadow_different: Counter[tuple[str, str, str, str]] = Counter()
        """Rule and outcome in force, then rule and outcome of the shadow set, where they differ."""
        self.shadow_failures: Counter[str] = Counter()
        self.reloads_refused: Counter[str] = Counter()
        """Bundles that didn't load, by error class; the old one stayed."""

    def decided(self, decision: Decision) -> None:
        """Count a decision."""
        self.by_rule[decision.rule or "", decision.outcome] += 1
        if decision.failed_open is not None:
            self.failed_open[decision.failed_open] += 1

    def compared(self, live: Decision, shadow: Decision) -> None:
        """Count what the shadow set says of the same call."""
        self.shadow_compared += 1
        if live is not shadow and (live.rule != shadow.rule or live.outcome is not shadow.outcome):
            self.shadow_different[live.rule or "", live.outcome, shadow.rule or "", shadow.outcome] += 1

    def shadow_failed(self, error: str) -> None:
        """Count a call that the shadow set couldn't judge."""
        self.shadow_failures[error] += 1

    @property
    def decisions(self) -> int:
        """All calls decided."""
        return sum(self.by_rule.values())
