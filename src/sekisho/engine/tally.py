"""What the rules' results mean for the verdicts of a chunk: how ``conclude`` draws its conclusions, over columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sekisho.engine.chunk import Flags, Truths
from sekisho.engine.columns import VERDICTS
from sekisho.engine.conclude import Confirmation
from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.rules import Rule, Strength
from sekisho.engine.verdicts import Verdict

SILENT = len(VERDICTS)
"""Code of a case for which the law is silent, beyond the verdicts."""

_CODE = {verdict: code for code, verdict in enumerate(VERDICTS)}

Which = Flags | bool
"""The cases something holds for; one Boolean where it holds for all or none."""


class _Done:
    """The methods that are done for one duty: which are, and whether what stands for them needs confirmation."""

    __slots__ = ("any", "confirmed", "first_unconfirmed")

    def __init__(self) -> None:
        self.any: Which = False
        self.confirmed: Which = False
        self.first_unconfirmed: Which = False

    def add(self, done: Which, *, confirmed: bool, counts: bool) -> None:
        """Methods come in the plan's order; ``counts``: the rule is law, and nobody has confirmed it."""
        if counts:
            self.first_unconfirmed = either(self.first_unconfirmed, both(done, neither(self.any)))
        if confirmed:
            self.confirmed = either(self.confirmed, done)
        self.any = either(self.any, done)

    def unconfirmed(self) -> Which:
        """Where the method that stands for the others awaits confirmation."""
        return both(self.first_unconfirmed, neither(self.confirmed))


class _Duty:
    """What the rules say about one duty."""

    __slots__ = ("begun", "behind_unconfirmed", "binding", "complete", "excused", "excused_unconfirmed")

    def __init__(self) -> None:
        self.binding: Which = False
        self.behind_unconfirmed: Which = False
        self.excused: Which = False
        self.excused_unconfirmed: Which = False
        self.begun = _Done()
        self.complete = _Done()


class Tally:
    """Gathers the results of a chunk's rules, then gives one verdict per case."""

    def __init__(self, size: int, confirmation: Confirmation) -> None:
        """``size`` cases; ``confirmation`` as the workspace has it."""
        self._size = size
        self._confirmation = confirmation
        self._duties: dict[str, _Duty] = {}
        self._grounds: Which = False
        self._grounds_unconfirmed: Which = False
        self._missing: Which = False
        self._missing_unconfirmed: Which = False
        self._held_unconfirmed: Which = False

    def _awaits(self, rule: Rule) -> bool:
        confirmation = self._confirmation
        return confirmation.required and rule.strength is Strength.DUTY and not confirmation.covers(rule)

    def _duty(self, name: str) -> _Duty:
        return self._duties.setdefault(name, _Duty())

    def duty(self, rule: Rule, result: Truths, *, binding: bool) -> None:
        """A duty that may be imposed counts as imposed; a rule that binds nobody imposes none."""
        imposed = where_not(result, UNMET) if binding else False
        for name in rule.duties:
            duty = self._duty(name)
            duty.binding = either(duty.binding, imposed)
            if self._awaits(rule):
                duty.behind_unconfirmed = either(duty.behind_unconfirmed, imposed)

    def scope(self, rule: Rule, result: Truths) -> None:
        """A duty is excused only where that is certain."""
        excused = where(result, MET)
        for name in rule.duties:
            duty = self._duty(name)
            duty.excused = either(duty.excused, excused)
            if self._awaits(rule):
                duty.excused_unconfirmed = either(duty.excused_unconfirmed, excused)

    def method(self, rule: Rule, result: Truths, complete: Truths) -> None:
        """``complete`` is the result with the closing act. Methods must come in order of id."""
        begun, done = where(result, MET), where(complete, MET)
        confirmed, counts = self._confirmation.covers(rule), self._awaits(rule)
        for name in rule.duties:
            duty = self._duty(name)
            duty.begun.add(begun, confirmed=confirmed, counts=counts)
            duty.complete.add(done, confirmed=confirmed, counts=counts)

    def requirement(self, rule: Rule, result: Truths, asked: Which) -> None:
        """A binding requirement; ``asked`` where it isn't certain that it doesn't concern the case."""
        missing = both(asked, where_not(result, MET))
        self._missing = either(self._missing, missing)
        if self._awaits(rule):
            self._missing_unconfirmed = either(self._missing_unconfirmed, missing)
            self._held_unconfirmed = either(self._held_unconfirmed, both(asked, where(result, MET)))

    def ground(self, rule: Rule, result: Truths) -> None:
        """A binding ground of refusal: only a certain one refuses."""
        refused = where(result, MET)
        self._grounds = either(self._grounds, refused)
        if self._awaits(rule):
            self._grounds_unconfirmed = either(self._grounds_unconfirmed, refused)

    def verdicts(self, named: Mapping[str, Which]) -> npt.NDArray[np.int8]:
        """Positions in ``VERDICTS``, or :data:`SILENT`; ``named`` says where the event names which duty."""
        silent: Which = False
        lacking: Which = self._missing
        leg_open: Which = False
        unconfirmed: Which = False
        for name, here in named.items():
            duty = self._duty(name)
            silent = either(silent, both(here, neither(either(duty.binding, duty.excused))))
            binding = both(here, duty.binding)
            lacking = either(lacking, both(binding, neither(duty.begun.any)))
            leg_open = either(leg_open, both(binding, both(duty.begun.any, neither(duty.complete.any))))
            if self._confirmation.required:
                standing = either(
                    both(duty.complete.any, duty.complete.unconfirmed()),
                    both(neither(duty.complete.any), duty.begun.unconfirmed()),
                )
                bound = both(binding, either(duty.behind_unconfirmed, standing))
                free = both(here, both(neither(duty.binding), duty.excused_unconfirmed))
                unconfirmed = either(unconfirmed, either(bound, free))
        rest = either(both(lacking, self._missing_unconfirmed), both(neither(lacking), self._held_unconfirmed))
        held_up = either(
            both(self._grounds, self._grounds_unconfirmed), both(neither(self._grounds), either(unconfirmed, rest))
        )
        out = np.full(self._size, _CODE[Verdict.ACCEPT], np.int8)
        for code, which in (
            (_CODE[Verdict.ACCEPT_ON_COMPLETION], leg_open),
            (_CODE[Verdict.NEED_EVIDENCE], lacking),
            (_CODE[Verdict.REFUSE], self._grounds),
            (_CODE[Verdict.NEEDS_LEGAL_CONFIRMATION], held_up),
            (SILENT, silent),
        ):
            np.copyto(out, code, where=which)
        return out


def where(truths: Truths, truth: int) -> Which:
    """The rows with this truth."""
    return truths == truth


def where_not(truths: Truths, truth: int) -> Which:
    """The rows with another truth."""
    return truths != truth


def either(a: Which, b: Which) -> Which:
    """Where one of them holds."""
    if isinstance(a, bool):
        return True if a else b
    if isinstance(b, bool):
        return True if b else a
    return np.logical_or(a, b)


def both(a: Which, b: Which) -> Which:
    """Where the two hold together."""
    if isinstance(a, bool):
        return b if a else False
    if isinstance(b, bool):
        return a if b else False
    return np.logical_and(a, b)


def neither(a: Which) -> Which:
    """Where it doesn't hold."""
    return not a if isinstance(a, bool) else np.logical_not(a)
