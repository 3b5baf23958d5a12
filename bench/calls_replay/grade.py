"""Decisions held against what the scenarios accept. Pure: no call is looked at, only where it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.calls_replay.scenario import JudgedBy, Kind, Scenario, Side
from sekisho.calls.screening.decision import Decision, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one scenario's calls: by outcome, how many were wrong, and how many refused with a wrong status.

    A wrong status alone doesn't make a decision wrong.
    """

    scenario: str
    calls: int
    outcomes: Mapping[Outcome, int]
    wrong: int
    status_wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The totals.

    ``wrong`` counts honest calls with a label, a refusal, an announcement or an anonymisation that the scenario doesn't
    accept, and those for which what the line asked for wasn't done. ``emergency_wrong``: call-backs of emergency
    authorities, ``emergency_out_harmed``: outgoing emergency calls; both are part of ``wrong`` too. ``attack_passed``:
    attacks with an outcome that doesn't stop them, of those that the call itself gives away; ``pattern_passed`` those
    that only many calls give away; ``out_of_reach`` calls that nothing gives away, whatever became of them.
    """

    rows: Mapping[str, Row]
    benign: int
    wrong: int
    emergency_callbacks: int
    emergency_wrong: int
    emergency_out: int
    emergency_out_harmed: int
    attacks: int
    attack_passed: int
    patterns: int
    pattern_passed: int
    out_of_reach: int
    status_wrong: int
    failed_open: int

    @property
    def wrong_percent(self) -> float:
        """Of honest calls; 0 where there were none."""
        return 100 * self.wrong / self.benign if self.benign else 0.0


class UnknownScenario(KeyError):
    """A decision belongs to no scenario that was given."""


def grade(decided: Iterable[tuple[str, Decision]], of: Iterable[Scenario]) -> Grade:
    """Count. ``decided`` are decisions with the scenario's id. Raises :class:`UnknownScenario`."""
    known = {row.id: row for row in of}
    outcomes: dict[str, Counter[Outcome]] = {}
    status_wrong: Counter[str] = Counter()
    failed_open = 0
    for name, decision in decided:
        if name not in known:
            raise UnknownScenario(name)
        outcomes.setdefault(name, Counter())[decision.outcome] += 1
        failed_open += decision.failed_open is not None
        statuses = known[name].statuses
        if decision.outcome is Outcome.REJECT and statuses and decision.sip_status not in statuses:
            status_wrong[name] += 1
    rows = {name: _row(known[name], counts, status_wrong[name]) for name, counts in sorted(outcomes.items())}

    def total(wrong: bool, *, side: Side, kind: Kind | None = None, by: JudgedBy | None = None) -> int:
        return sum(
            row.wrong if wrong else row.calls
            for name, row in rows.items()
            if known[name].side is side and kind in {None, known[name].kind} and by in {None, known[name].judged_by}
        )

    benign, attack = Side.BENIGN, Side.ATTACK
    return Grade(
        rows=rows,
        benign=total(False, side=benign),
        wrong=total(True, side=benign),
        emergency_callbacks=total(False, side=benign, kind=Kind.EMERGENCY_CALLBACK),
        emergency_wrong=total(True, side=benign, kind=Kind.EMERGENCY_CALLBACK),
        emergency_out=total(False, side=benign, kind=Kind.EMERGENCY_OUT),
        emergency_out_harmed=total(True, side=benign, kind=Kind.EMERGENCY_OUT),
        attacks=total(False, side=attack, by=JudgedBy.CALL),
        attack_passed=total(True, side=attack, by=JudgedBy.CALL),
        patterns=total(False, side=attack, by=JudgedBy.PATTERN),
        pattern_passed=total(True, side=attack, by=JudgedBy.PATTERN),
        out_of_reach=total(False, side=attack, by=JudgedBy.NOTHING),
        status_wrong=sum(status_wrong.values()),
        failed_open=failed_open,
    )


def _row(scenario: Scenario, counts: Counter[Outcome], status_wrong: int) -> Row:
    return Row(
        scenario=scenario.id,
        calls=counts.total(),
        outcomes=dict(counts),
        wrong=sum(each for outcome, each in counts.items() if outcome not in scenario.acceptable),
        status_wrong=status_wrong,
    )
