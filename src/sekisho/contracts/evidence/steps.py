"""What every verifier of evidence is made of: numbered steps, what became of each, and facts that only proof yields.

A kind declares its steps once (:class:`Steps`). A verification walks them in order (:class:`Walk`); whatever it
neither did nor explained is a fault of the verifier, found at once. What a person reads at the end is the
:class:`Report`: which steps were done, which weren't and why, and the facts::

    walk = Walk(STEPS)
    try:
        with walk.step(1):
            certificate = parse(unverified.der)          # EvidenceRefused marks step 1 as failed
        if anchors:
            with walk.step(2): ...
        else:
            walk.leave(2, NO_ANCHOR)                     # not done, and why
        verified = VerifiedThing(certificate, proof=walk.proof(1, 2))
    except EvidenceRefused as error:
        return walk.refused(error)
    return walk.report(verified.facts())

Doesn't decide whether the facts suffice for a method of the Ordinance: that is the rulebook's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Final

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence_kinds import EVIDENCE
from sekisho.engine.facts import Text, Value

_SPECS = {spec.kind: spec for spec in EVIDENCE}


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered check. ``source`` is the article, RFC section or document that asks for it."""

    number: int
    title: Text
    source: str


@dataclass(frozen=True, slots=True)
class Steps:
    """A kind's list of steps in their order. ``kind`` is the verifier (``jpki``), ``yields`` the catalogue's kind."""

    kind: str
    yields: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        """An empty list, a gap in the numbers or a kind nobody knows is a mistake in the declaration."""
        numbers = [step.number for step in self.steps]
        if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise ValueError(f"{self.kind}: steps are numbered without gaps, not {numbers}")
        if self.yields not in _SPECS:
            raise ValueError(f"{self.kind}: the catalogue has no evidence kind {self.yields}")

    def __getitem__(self, number: int) -> Step:
        """The step with this number."""
        for step in self.steps:
            if step.number == number:
                return step
        raise KeyError(f"{self.kind} has no step {number}")


class StepState(Enum):
    """What became of a step."""

    DONE = "done"
    """Checked, and as it should be."""
    FAILED = "failed"
    """Checked, and wrong."""
    NOT_DONE = "not_done"
    """Not checked; the reason says why."""
    COULD_NOT_CHECK = "could_not_check"
    """Tried, and neither right nor wrong: somebody didn't answer, or there was nothing current to check against."""


NO_REASON: Final = Text("", "")
"""The reason of a step that was done and has nothing to add."""

MAX_LISTED: Final = 8
"""Identifiers named in a reason; an input may have more, and nobody reads a longer list."""


def listed(ja: str, en: str, found: Sequence[str]) -> Text:
    """A reason that names what was found, the first :data:`MAX_LISTED` of it; :data:`NO_REASON` where nothing was."""
    names = ", ".join(found[:MAX_LISTED])
    return Text(f"{ja}: {names}", f"{en}: {names}") if found else NO_REASON


EARLIER_FAILED: Final = Text("前の手順で止まりました", "an earlier step failed")
"""Why every step after a failed one was not done."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step and what became of it. ``reason`` is :data:`NO_REASON` only where there is nothing to add.

    ``error`` is the slug of the error that stopped it, where one did.
    """

    step: Step
    state: StepState
    reason: Text = NO_REASON
    error: str | None = None

    def as_document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "number": self.step.number,
            "title": {"ja": self.step.title.ja, "en": self.step.title.en},
            "source": self.step.source,
            "state": self.state.value,
            "reason": {"ja": self.reason.ja, "en": self.reason.en},
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    ``facts`` are attributes of one evidence item of ``yields`` (:mod:`sekisho.contracts.evidence_kinds`) and None
    where the evidence was refused or a step without which nothing can be said has no answer. ``failure`` is why.
    ``findings`` are attributes that such an item has all the same (``revocation: revoked``), so that a decision can
    say what is wrong with it; they never make up for facts. ``left_to_caller`` says what nobody here checked.
    """

    kind: str
    yields: str
    steps: tuple[StepResult, ...]
    facts: Mapping[str, Value] | None
    left_to_caller: tuple[Text, ...]
    failure: EvidenceRefused | NotCheckable | None = None
    findings: Mapping[str, Value] = field(default_factory=dict)

    def state(self, number: int) -> StepState:
        """What became of step ``number``."""
        for result in self.steps:
            if result.step.number == number:
                return result.state
        raise KeyError(f"{self.kind} has no step {number}")

    def require_facts(self) -> Mapping[str, Value]:
        """The facts; raises the :class:`EvidenceRefused` or :class:`NotCheckable` that stopped the verification."""
        if self.facts is None:
            if self.failure is None:
                raise ValueError("a report without facts names its failure")
            raise self.failure
        return self.facts

    def as_document(self) -> dict[str, Any]:
        """For JSON and for the ledger: steps, facts, what is left. Holds no name, address or certificate."""
        facts = None if self.facts is None else _as_json(self.facts)
        return {
            "kind": self.kind,
            "yields": self.yields,
            "steps": [result.as_document() for result in self.steps],
            "facts": facts,
            "findings": _as_json(self.findings),
            "left_to_caller": [{"ja": text.ja, "en": text.en} for text in self.left_to_caller],
            "failure": None if self.failure is None else self.failure.as_document(),
        }


def _as_json(facts: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in sorted(facts.items())}


def _plain(value: Value) -> bool | int | str | list[str]:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


_ISSUED = object()


@dataclass(frozen=True, slots=True)
class Proof:
    """That certain steps of a kind were done. Only :meth:`Walk.proof` makes one; a ``Verified…`` type takes it."""

    kind: str
    steps: frozenset[int]
    issued: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing but a walk makes a proof."""
        if self.issued is not _ISSUED:
            raise TypeError("a proof is made by Walk.proof, never by hand")

    def require(self, kind: str, steps: Iterable[int]) -> None:
        """Raises TypeError unless this proves these steps of this kind: for ``Verified….__post_init__``."""
        if self.kind != kind or not self.steps.issuperset(steps):
            raise TypeError(f"needs {kind} steps {sorted(steps)}, has {self.kind} {sorted(self.steps)}")


@dataclass(slots=True)
class Note:
    """What a step that was done has to add; see :meth:`Walk.step`."""

    text: Text = NO_REASON


class Walk:
    """One verification on its way through its steps, in order. Not shared between threads, used once."""

    def __init__(self, steps: Steps) -> None:
        """Begin before the first step."""
        self._steps = steps
        self._results: dict[int, StepResult] = {}

    @contextmanager
    def step(self, number: int, done: Text = NO_REASON) -> Iterator[Note]:
        """Do step ``number``: done if the block ends, failed on EvidenceRefused. ``done`` is what to add if it is done;
        what only turns out inside the block is set on the :class:`Note` it gets.

        :class:`NotCheckable` marks it as could-not-check and goes on to the caller, who decides whether to go on.
        """
        self._require_next(number)
        note = Note(done)
        try:
            yield note
        except EvidenceRefused as error:
            error.at_step(number)
            self._add(number, StepState.FAILED, _reason(error), error.reason)
            raise
        except IndividualNumber as error:
            error.at_step(number)  # and there is no report: nobody keeps such a document
            raise
        except NotCheckable as error:
            error.at_step(number)
            self._add(number, StepState.COULD_NOT_CHECK, _reason(error), error.reason)
            raise
        self._add(number, StepState.DONE, note.text)

    def leave(self, number: int, why: Text) -> None:
        """Record that step ``number`` isn't done, and why."""
        self._require_reason(why)
        self._require_next(number)
        self._add(number, StepState.NOT_DONE, why)

    def could_not_check(self, number: int, why: Text) -> None:
        """Record that step ``number`` was tried and has no answer, and why."""
        self._require_reason(why)
        self._require_next(number)
        self._add(number, StepState.COULD_NOT_CHECK, why)

    def proof(self, *numbers: int) -> Proof:
        """That these steps were done; ValueError if one wasn't, or if none is named."""
        lacking = [one for one in numbers if self._state(one) is not StepState.DONE]
        if lacking or not numbers:
            raise ValueError(
                f"{self._steps.kind}: steps {lacking or 'none'} were not done, so there is no proof of them"
            )
        return Proof(self._steps.kind, frozenset(numbers), _ISSUED)

    def report(self, facts: Mapping[str, Value], *, left_to_caller: tuple[Text, ...] = ()) -> Report:
        """The report of evidence that held. ValueError for a step forgotten, no step done, or a fact nobody knows."""
        forgotten = [step.number for step in self._steps.steps if step.number not in self._results]
        if forgotten:
            raise ValueError(f"{self._steps.kind}: steps {forgotten} were neither done nor left with a reason")
        states = [result.state for result in self._results.values()]
        if StepState.FAILED in states or StepState.DONE not in states:
            raise ValueError(f"{self._steps.kind}: facts need at least one step done and none failed")
        self._require_known(facts)
        return Report(self._steps.kind, self._steps.yields, self._ordered(), dict(facts), left_to_caller)

    def refused(
        self,
        error: EvidenceRefused | NotCheckable,
        *,
        findings: Mapping[str, Value] | None = None,
        left_to_caller: tuple[Text, ...] = (),
    ) -> Report:
        """The report of evidence that ``error`` stopped; every later step is not done because of it."""
        stopped = (StepState.FAILED, StepState.COULD_NOT_CHECK)
        if not any(result.state in stopped for result in self._results.values()):
            raise ValueError(f"{self._steps.kind}: refused outside a step") from error
        for step in self._steps.steps:
            if step.number not in self._results:
                self._add(step.number, StepState.NOT_DONE, EARLIER_FAILED)
        found = dict(findings or {})
        self._require_known(found)
        return Report(self._steps.kind, self._steps.yields, self._ordered(), None, left_to_caller, error, found)

    def _require_known(self, facts: Mapping[str, Value]) -> None:
        attributes = _SPECS[self._steps.yields].attributes
        for name, value in facts.items():
            spec = attributes.get(name)
            problem = "no such attribute" if spec is None else spec.problem_with(value)
            if problem is not None:
                raise ValueError(f"{self._steps.yields}.{name}: {problem}")

    def _state(self, number: int) -> StepState | None:
        found = self._results.get(self._steps[number].number)
        return None if found is None else found.state

    def _require_next(self, number: int) -> None:
        self._steps[number]
        if self._results and number <= max(self._results):
            raise ValueError(f"{self._steps.kind}: step {number} after step {max(self._results)}")

    @staticmethod
    def _require_reason(why: Text) -> None:
        if not why.ja or not why.en:
            raise ValueError("what wasn't checked needs a reason")

    def _add(self, number: int, state: StepState, reason: Text, error: str | None = None) -> None:
        self._results[number] = StepResult(self._steps[number], state, reason, error)

    def _ordered(self) -> tuple[StepResult, ...]:
        return tuple(self._results[step.number] for step in self._steps.steps)


def _reason(error: EvidenceRefused | NotCheckable) -> Text:
    # Without the step's number before it: the reason stands beside the step.
    return Text(error.ja.format(**error.fields), error.en.format(**error.fields))


class Treatment(Enum):
    """How a verifier treats a field of its input: each field has exactly one."""

    VERIFIED = "verified"
    """Compared or cryptographically checked; a wrong value is refused."""
    UNVERIFIABLE = "unverifiable"
    """Used, although nothing here can prove it; the reason says who vouches for it."""
    OPTIONAL = "optional"
    """Checked where present; its absence proves nothing."""
    IGNORED = "ignored"
    """Not read; the reason says why that is safe."""


@dataclass(frozen=True, slots=True)
class FieldUse:
    """One field of an input (a certificate's field, a data group, a tag, a claim) and how it is treated.

    ``step`` is the step that checks it, for VERIFIED and OPTIONAL; ``reason`` is needed for the other two.
    """

    name: str
    treatment: Treatment
    step: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """What is checked names its step, what isn't says why."""
        checked = self.treatment in (Treatment.VERIFIED, Treatment.OPTIONAL)
        if checked and self.step is None:
            raise ValueError(f"{self.name}: which step checks it?")
        if not checked and not self.reason:
            raise ValueError(f"{self.name}: why is it {self.treatment.value}?")


@dataclass(frozen=True, slots=True)
class FieldAccount:
    """Every field of a kind's input with its treatment, each named once."""

    steps: Steps
    uses: tuple[FieldUse, ...]

    def __post_init__(self) -> None:
        """A field named twice, a step that doesn't exist, or an account that verifies nothing is a mistake."""
        names = [use.name for use in self.uses]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.steps.kind}: a field is accounted for twice")
        for use in self.uses:
            if use.step is not None:
                self.steps[use.step]
        if not any(use.treatment is Treatment.VERIFIED for use in self.uses):
            raise ValueError(f"{self.steps.kind}: nothing is verified")

    def unaccounted(self, names: Iterable[str]) -> frozenset[str]:
        """Those of ``names`` that nobody accounts for; a test holds it empty for a model's fields."""
        return frozenset(names) - {use.name for use in self.uses}

    def absent(self, names: Iterable[str]) -> frozenset[str]:
        """Fields accounted for that ``names`` doesn't have: the account is older than the model."""
        return frozenset(use.name for use in self.uses) - frozenset(names)
