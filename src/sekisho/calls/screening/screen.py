"""Decides what becomes of a call before it rings. Standard library only; one object for each process.

Whatever goes wrong, the call passes and is counted (``failed_open``); a call to 110, 118 or 119, and the call-back of
an emergency authority, pass before anything is looked up that could go wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sekisho.calls.numbers import plan
from sekisho.calls.screening.agreements import JAPAN
from sekisho.calls.screening.bundle import Bundle
from sekisho.calls.screening.call import Call
from sekisho.calls.screening.counts import Counts
from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.screening.features import Reader, calls_emergency
from sekisho.calls.screening.lookups import Hit, LineSettings
from sekisho.calls.screening.outcome import Key, decision_of, resolve
from sekisho.calls.screening.stopped import StopReader
from sekisho.calls.screening.table import CompiledRule, Stretch
from sekisho.calls.screening.vocabulary import POSITION, Vector

_EMERGENCY_BASIS: Final = (
    "telecom-business-act.4-1",
    "telecom-business-act.8",
    "telecom-facilities-rules.emergency",
    "tca-different-number.5",
)
EMERGENCY_CALL: Final = Decision(
    outcome=Outcome.PASS, rule="calls.emergency.outgoing", reason="emergency_call",
    basis=_EMERGENCY_BASIS,
)  # fmt: skip
"""110, 118 and 119 connect with the number unchanged, whatever else is wrong."""
EMERGENCY_CALLBACK: Final = Decision(
    outcome=Outcome.PASS, rule="calls.emergency.callback-marked", reason="emergency_callback",
    basis=(*_EMERGENCY_BASIS, "rfc-7090"),
)  # fmt: skip
NOTHING_AGAINST_IT: Final = Decision(outcome=Outcome.PASS)
_MOST_REMEMBERED: Final = 10_000
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_CALLBACK: Final = POSITION["callback"]


def failed_open(reason: str) -> Decision:
    """A call that passes because it couldn't be judged."""
    return Decision(outcome=Outcome.PASS, reason="could_not_be_judged", failed_open=reason)


class Screen:
    """The decision core over one bundle at a time. Not for several threads: a proxy's children have one each."""

    __slots__ = ("_begins", "_bundle", "_decisions", "_ends", "_live", "_reader", "_readers", "_shadow", "counts")

    def __init__(self, bundle: Bundle | None = None) -> None:
        """Without a bundle every call passes, and is counted, until :meth:`use` gives one."""
        self.counts = Counts()
        self.use(bundle)

    def use(self, bundle: Bundle | None) -> None:
        """Judge by another bundle from now on; the counts go on."""
        self._bundle = bundle
        self._readers: dict[object, Reader] = {}
        self._decisions: dict[Key, Decision] = {}
        self._begins = self._ends = _LONG_AGO
        self._live: Stretch | None = None
        self._shadow: Stretch | None = None
        self._reader: Reader | None = None

    @property
    def bundle(self) -> Bundle | None:
        """The bundle in use."""
        return self._bundle

    def decide(self, call: Call) -> Decision:
        """What becomes of a call. Never raises."""
        return self.decide_with_shadow(call)[0]

    def decide_with_shadow(self, call: Call) -> tuple[Decision, Decision | None]:
        """What becomes of a call, and what the shadow set would have made of it (``None`` without one).

        What the shadow set says has no effect; where it differs it is counted. Never raises.
        """
        try:
            if calls_emergency(call.called):
                self.counts.decided(EMERGENCY_CALL)
                return EMERGENCY_CALL, None
            if call.emergency_callback:
                self.counts.decided(EMERGENCY_CALLBACK)
                return EMERGENCY_CALLBACK, None
            bundle = self._bundle
            if bundle is None:
                return self._open("no_bundle"), None
            at = call.at
            if not self._begins <= at < self._ends:
                self._turn_to(at, bundle)
            if self._live is None or self._reader is None:
                return self._open("no_rules_for_that_day"), None
            agreement = bundle.agreements.of(call.trunk, call.direction, at)
            vector, hit, settings, failed = self._reader.read(
                call, agreement, bundle.lists, bundle.lines, emergency_call=False
            )
            otherwise = Outcome.PASS if agreement is None else agreement.otherwise
            decision = self._decision(self._live, vector, otherwise, hit, settings)
        except Exception as error:  # a fault here must never keep a call from ringing
            return self._open(type(error).__name__), None
        if decision.outcome is Outcome.PASS:
            if failed is not None:
                decision = failed_open(failed)
        elif vector[_CALLBACK]:
            decision = EMERGENCY_CALLBACK  # no rule set can harm one, not by a mistake of its compiler either
        self.counts.decided(decision)
        if self._shadow is None:
            return decision, None
        try:
            other = self._decision(self._shadow, vector, otherwise, hit, settings)
        except Exception as error:  # a set on trial can't touch calls, not by failing either
            self.counts.shadow_failed(type(error).__name__)
            return decision, None
        self.counts.compared(decision, other)
        return decision, other

    def explain(self, call: Call) -> tuple[Vector, CompiledRule | None]:
        """The features of a call and the rule that decides it, for people. Raises what goes wrong; counts nothing.

        Without a rule in force, or a bundle, ``LookupError``.
        """
        bundle = self._bundle
        if bundle is None:
            raise LookupError("no bundle")
        stretch = bundle.rules.at(call.at)
        if stretch is None:
            raise LookupError("no rules for that day")
        agreement = bundle.agreements.of(call.trunk, call.direction, call.at)
        vector, *_ = self._reader_of(call.at, bundle).read(
            call, agreement, bundle.lists, bundle.lines, emergency_call=calls_emergency(call.called)
        )
        found = stretch.match(vector)
        return vector, None if found < 0 else stretch.rules[found]

    def _open(self, reason: str) -> Decision:
        decision = failed_open(reason)
        self.counts.decided(decision)
        return decision

    def _turn_to(self, at: datetime, bundle: Bundle) -> None:
        """Take up the rules and the number plan of the Japan date of ``at``; kept until a call of another day."""
        self._live = self._reader = self._shadow = None
        day = at.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)
        self._begins = day.astimezone(UTC)
        self._ends = (day + timedelta(days=1)).astimezone(UTC)
        self._live = bundle.rules.at(at)
        self._shadow = None if bundle.shadow is None else bundle.shadow.at(at)
        if self._live is not None:
            self._reader = self._reader_of(at, bundle)

    def _reader_of(self, at: datetime, bundle: Bundle) -> Reader:
        on = at.astimezone(JAPAN).date()
        change = max((day for day in plan.CHANGES if day <= on), default=plan.FIRST)
        reader = self._readers.get(change)
        if reader is None:
            if bundle.stopped:
                reader = StopReader(on=on, designations=bundle.designations, stopped=bundle.stopped)
            else:
                reader = Reader(on=on, designations=bundle.designations)
            self._readers[change] = reader
        return reader

    def _decision(
        self, stretch: Stretch, vector: Vector, otherwise: Outcome, hit: Hit | None, settings: LineSettings
    ) -> Decision:
        found = stretch.match(vector)
        if found < 0:
            return NOTHING_AGAINST_IT
        rule = stretch.rules[found]
        key = resolve(rule, otherwise, hit, settings)
        decision = self._decisions.get(key)
        if decision is None:
            if len(self._decisions) >= _MOST_REMEMBERED:
                self._decisions.clear()
            decision = self._decisions[key] = decision_of(key)
        return decision
