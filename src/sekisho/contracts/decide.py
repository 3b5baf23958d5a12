"""Decide a contract application: pure, from an application and the law to a conclusion.

The day of the legal act decides, not that of the click (Ordinance art. 8(2)): the evidence is judged as it stood at
the end of each day on which an act took place, under the law of that day, and verification is complete on the first
day on which that suffices. Where no day suffices, the application is judged on the day of the decision; acts that did
not suffice under their own law gain nothing from a later one on whose day nothing was done. A method that began under
old law and would be completed under new law is judged under the new: the transition's wording is not known, and the
stricter reading stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sekisho.clock import japan_date
from sekisho.contracts.application import Application
from sekisho.contracts.errors import BeforeRulebook
from sekisho.contracts.record import StatutoryRecord, statutory_record
from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.counterfactual import CounterfactualFinder, Question, Way
from sekisho.engine.missing_evidence import Missing, missing_evidence
from sekisho.engine.plan import LawEngine, applies_to, takes_part
from sekisho.engine.question_plan import Asked, question_plan
from sekisho.engine.rules import Retention, Role, Rule, Selection
from sekisho.engine.verdicts import DutyState, RuleVerdict, Verdict

EARLIEST = date(2016, 9, 23)
"""The first day whose text of the Ordinance is in the rulebook (総務省令第84号 of 2016)."""


OLDEST_ACT = timedelta(days=183)
"""Acts further back than this verify nothing now: the Act asks for the check *at* the conclusion of the contract
(「締結するに際しては」, art. 3(1)) and gives no number of days. Six months is the age at which the Ordinance lets a
paper go stale (art. 5(1)): the one figure the texts hold."""


@dataclass(frozen=True, slots=True)
class Law:
    """Under which law, knowledge and settings a decision is made. ``as_of`` None lets the legal acts decide."""

    as_of: date | None
    as_known_at: date
    selection: Selection
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class ContractDecision:
    """The conclusion about one application.

    ``verified_on`` is the day verification was complete (None where it isn't); ``complete_before`` the day by which an
    open closing act must be done because the method ends. ``hypothetical`` marks a decision under another day's law
    than the legal act's, or of a day that lies beyond what is known. ``window`` holds the days whose acts counted.
    """

    application: Application
    law: Law
    outcome: Outcome
    as_of: date
    hypothetical: bool
    verified_on: date | None
    complete_before: date | None
    ways: tuple[Way, ...]
    questions: tuple[Asked, ...]
    missing: tuple[Missing, ...]
    record: StatutoryRecord | None
    retentions: tuple[tuple[Rule, Retention], ...]
    window: tuple[date, date]

    @property
    def verdict(self) -> Verdict:
        """The verdict; ``outcome.would_be`` is what it would be were every text confirmed."""
        return self.outcome.verdict


class ContractDesk:
    """The pure desk: an engine, and what is kept between decisions: plans and prices of evidence, nothing of a case."""

    def __init__(self, engine: LawEngine) -> None:
        """One engine per rulebook."""
        self.engine = engine
        self._finder = CounterfactualFinder(engine)

    def decide(self, application: Application, law: Law) -> ContractDecision:
        """Decide.

        Raises :class:`~sekisho.engine.errors.SilentLaw` where the rulebook is silent about a duty, and
        ``BeforeRulebook`` for a day whose law it doesn't hold.
        """
        decided_on = japan_date(application.decided_at)
        for day in (law.as_of or decided_on, *application.act_days()):
            if day < EARLIEST:
                raise BeforeRulebook(day=day, earliest=EARLIEST)
        outcome, verified_on, window = self._judge_by_acts(application, law, decided_on)
        question = Question(outcome.as_of, law.as_known_at, law.selection)
        open_questions = outcome.would_be is Verdict.NEED_EVIDENCE
        complete_before = None
        if outcome.would_be is Verdict.ACCEPT_ON_COMPLETION:
            complete_before = _complete_before(self.engine, outcome, law)
        record = None
        if outcome.would_be in (Verdict.ACCEPT, Verdict.ACCEPT_ON_COMPLETION):
            record = statutory_record(self.engine, application, outcome, verified_on)
        return ContractDecision(
            application=application,
            law=law,
            outcome=outcome,
            as_of=outcome.as_of,
            hypothetical=outcome.as_of > law.as_known_at
            or (law.as_of is not None and law.as_of != (verified_on or decided_on)),
            verified_on=verified_on if record is not None else None,
            complete_before=complete_before,
            ways=tuple(self._finder.ways(outcome, question)),
            questions=tuple(question_plan(self.engine, outcome)) if open_questions else (),
            missing=tuple(missing_evidence(self.engine, outcome, outcome.as_of)) if open_questions else (),
            record=record,
            retentions=_retentions(outcome),
            window=window,
        )

    def _judge_by_acts(
        self, application: Application, law: Law, decided_on: date
    ) -> tuple[Outcome, date | None, tuple[date, date]]:
        oldest = decided_on - OLDEST_ACT
        days = [day for day in application.act_days() if oldest <= day < decided_on]
        window = (oldest, decided_on)
        outcome = self._judge(application, law, law.as_of or decided_on, window)
        for day in days:
            earlier = self._judge(application, law, law.as_of or day, (oldest, day))
            if earlier.would_be is Verdict.ACCEPT and _stands(earlier, outcome):
                return earlier, day, (oldest, day)
        if law.as_of is None and outcome.would_be is Verdict.ACCEPT and decided_on not in application.act_days():
            # No act completed anything on this day: only acts under the law as it stands now can be what suffices.
            window = (max(oldest, self._law_since(decided_on)), decided_on)
            outcome = self._judge(application, law, decided_on, window)
        return outcome, decided_on if outcome.would_be is Verdict.ACCEPT else None, window

    def _law_since(self, day: date) -> date:
        """The first day of the stretch of law that ``day`` lies in."""
        stretch = self.engine.stretch(day)
        return self.engine.change_days[stretch - 1] if stretch else date.min

    def _judge(self, application: Application, law: Law, as_of: date, window: tuple[date, date]) -> Outcome:
        since, until = window
        return judge(
            self.engine,
            application.case(until=until, since=since),
            as_of=as_of,
            as_known_at=law.as_known_at,
            selection=law.selection,
            confirmation=law.confirmation,
        )


def _stands(earlier: Outcome, decided: Outcome) -> bool:
    """Whether what sufficed on an earlier day suffices for the decision.

    Verification has a day of its own (Ordinance art. 8(2)); that the law asked for none has not. So some duty must have
    been fulfilled on that day, and no duty that lay outside the law then may bind on the day of the decision.
    """
    bound = {duty.duty for duty in decided.duties if duty.binding}
    return any(duty.binding for duty in earlier.duties) and not any(
        not duty.binding and duty.duty in bound for duty in earlier.duties
    )


def _complete_before(engine: LawEngine, outcome: Outcome, law: Law) -> date | None:
    """The day by which the closing acts must be done, by what is known; None where nothing presses.

    Of one duty's open methods the one that stays longest counts, of several duties the one whose time runs out first.
    A method that goes on under a later version of the law is not over; the later version may ask for more.
    """
    limits: list[date] = []
    for duty in outcome.duties:
        if duty.binding and duty.state is DutyState.LEG_OPEN:
            ends = [_end_of_method(engine, engine.rulebook.rules[name], outcome, law) for name in duty.methods]
            days = [day for day in ends if day is not None]
            if len(days) == len(ends):
                limits.append(max(days))
    return min(limits, default=None)


def _end_of_method(engine: LawEngine, rule: Rule, outcome: Outcome, law: Law) -> date | None:
    """The day on which a method is over for this kind of case, its later versions included."""
    while True:
        end = _known_end(rule, law)
        if end is None:
            return None
        later = next(
            (
                other
                for other in engine.rulebook.rules.values()
                if other.method == rule.method
                and set(other.duties) & set(rule.duties)
                and other.start.day == end
                and other.start.known_from <= law.as_known_at
                and takes_part(other, law.selection)
                and applies_to(other, outcome.plan.dimensions)
            ),
            None,
        )
        if later is None:
            return end
        rule = later


def _known_end(rule: Rule, law: Law) -> date | None:
    end = rule.end
    return (end.day or end.not_later_than) if end is not None and end.known_from <= law.as_known_at else None


def _retentions(outcome: Outcome) -> tuple[tuple[Rule, Retention], ...]:
    return tuple(
        (finding.rule, finding.rule.retention)
        for finding in outcome.findings()
        if finding.rule.role is Role.RECORD
        and finding.rule.retention is not None
        and finding.verdict is not RuleVerdict.NOT_APPLICABLE
    )
