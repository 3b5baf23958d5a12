"""The scheme's rules on one act, one kind of number, one day. Pure: facts in, verdict with its rules out.

What this doesn't do: it looks nothing up. Who has a number, and who approved, are facts it is given; one that is
missing is unknown, and nothing is stopped on what isn't known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.facts import Case, Value
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Role, Rule, Selection
from sekisho.engine.verdicts import Verdict
from sekisho.stops.errors import NotUnderScheme, RequestRefused
from sekisho.stops.kinds import Answer, Association, Holding, NumberKind, StopEvent

EARLIEST: Final = date(2019, 9, 27)
"""The first day of the scheme: 総務省 2019年9月27日の公表. Nothing before it is judged."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one act, and the rules behind it."""

    event: StopEvent
    on: date
    outcome: Outcome

    @property
    def permitted(self) -> bool:
        """Whether it may be done now."""
        return self.outcome.verdict is Verdict.ACCEPT

    @property
    def refusals(self) -> tuple[Rule, ...]:
        """The grounds of refusal that are met."""
        if self.outcome.would_be is not Verdict.REFUSE:
            return ()
        return tuple(rule for rule in self.outcome.deciding if rule.role is Role.REFUSAL)

    @property
    def open_duties(self) -> tuple[str, ...]:
        """Duties that nothing fulfils yet."""
        return tuple(one.duty for one in self.outcome.duties if one.binding and one.state.value in ("open", "leg_open"))

    def require(self) -> Judgement:
        """Itself where permitted. Raises ``NotUnderScheme`` with what stands in the way."""
        if self.permitted:
            return self
        ways = [
            program.rule
            for program in self.outcome.plan.programs
            if program.rule.role is Role.METHOD and set(program.rule.duties) & set(self.open_duties)
        ]
        told = [rule.message.staff for rule in self.refusals] or [
            one.message.how for one in ways if one.message.how is not None
        ]
        raise NotUnderScheme(
            event=self.event.value, verdict=self.outcome.verdict.value,
            rules=sorted({rule.id for rule in self.refusals or ways}), missing=list(self.open_duties),
            why_ja=" ".join(one.ja for one in told), why_en=" ".join(one.en for one in told),
        )  # fmt: skip

    def document(self) -> dict[str, Any]:
        """As JSON values: verdict, rules with how well their text is known."""
        deciding = self.refusals or tuple(self.outcome.deciding)
        return {
            "event": self.event.value, "on": self.on.isoformat(), "verdict": self.outcome.verdict.value,
            "rules": [{"id": rule.id, "text_state": rule.text_state.value} for rule in deciding],
            "open": list(self.open_duties),
        }  # fmt: skip


class SchemeDesk:
    """The pure desk: an engine, and nothing of a case."""

    def __init__(self, engine: LawEngine) -> None:
        """One engine per rulebook (:func:`sekisho.stops.law.stops_engine`)."""
        self.engine = engine

    def judge(
        self,
        event: StopEvent,
        facts: Mapping[str, Value],
        *,
        kind: NumberKind,
        association: Association,
        on: date,
        selection: Selection,
        confirmation: Confirmation,
    ) -> Judgement:
        """Judge one act. Raises ``RequestRefused`` for a day before the scheme."""
        if on < EARLIEST:
            raise RequestRefused(field="on", problem=f"the scheme began on {EARLIEST.isoformat()}")
        case = Case(
            {**facts, "event": event.value, "number.kind": kind.value, "operator.association": association.value}
        )
        outcome = judge(self.engine, case, as_of=on, as_known_at=on, selection=selection, confirmation=confirmation)
        return Judgement(event, on, outcome)


_BY_RULE: Final = {
    "stops.refusal.protected": Answer.PROTECTED,
    "stops.refusal.mobile": Answer.SUBSCRIBER_CONFIRMATION,
    "stops.refusal.scheme-not-found": Answer.SCHEME_NOT_FOUND,
    "stops.refusal.ip-050-not-yet": Answer.SCHEME_NOT_FOUND,
    "stops.refusal.jusa-not-yet": Answer.SCHEME_NOT_FOUND,
    "stops.refusal.no-part": Answer.SCHEME_NOT_FOUND,
    "stops.refusal.reassigned": Answer.REASSIGNED,
}
"""Refusal to what is answered, the strongest first. Where a number is elsewhere, its holding says the answer."""

_BY_HOLDING: Final = {
    Holding.WHOLESALED: Answer.NEXT_OPERATOR,
    Holding.PORTED_AWAY: Answer.NEXT_OPERATOR,
    Holding.NOT_IN_SERVICE: Answer.NOT_IN_SERVICE,
    Holding.NOT_OURS: Answer.NOT_OURS,
}


def answer_of(judgement: Judgement, holding: Holding) -> Answer:
    """What is answered about one number: refused for a reason, or to be stopped once nothing is missing."""
    refused = {rule.id for rule in judgement.refusals}
    for rule, answer in _BY_RULE.items():
        if rule in refused:
            return answer
    return _BY_HOLDING.get(holding, Answer.TO_STOP)
