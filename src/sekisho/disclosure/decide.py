"""The gate: from a case's facts and the law of a day to what may be done. Pure.

Each act on each class of data is judged by itself: a good ground for holding opens no search, and one for subscriber
facts opens no log. ``ACCEPT`` says that the act may be done on that day; ``NEED_EVIDENCE`` that something is missing,
and from whom; ``REFUSE`` that there is no lawful ground, with citations. What this doesn't do: it doesn't compare what
would be searched with what was ordered (:mod:`sekisho.disclosure.scope`), and nothing here searches, holds or hands
over.

A fact that is absent is unknown. Three are settled where a case says nothing of them: a consent or an attack that
nobody put forward is no ground, and what nobody sends elsewhere goes to whoever asked. A law whose day isn't fixed is
not: whether it is in force is a question to this operator, because a judge's order isn't refused by silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sekisho.disclosure import words
from sekisho.disclosure.gate_errors import BeforeRulebook, DimensionAsFact, NotPermittedByLaw, UnknownFact, WrongFact
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.lasting import Running, Until, require_receipt, until_of
from sekisho.disclosure.law import ALWAYS_ADOPTED, selection
from sekisho.disclosure.missing import Missing, what_is_missing
from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.counterfactual import CounterfactualFinder, Question, Way
from sekisho.engine.facts import Case, Value
from sekisho.engine.plan import LawEngine
from sekisho.engine.question_plan import Asked, question_plan
from sekisho.engine.rules import Provision, Role, Rule, Selection
from sekisho.engine.verdicts import RuleVerdict, Verdict
from sekisho.errors import Lang

EARLIEST: Final = date(2022, 10, 1)
"""The first day whose law the rulebook holds: that of the civil procedure of disclosure orders (令和3年法律第27号)."""


@dataclass(frozen=True, slots=True)
class Law:
    """Under which knowledge, settings and confirmations a case is judged. The day is given with each question."""

    as_known_at: date
    selection: Selection
    confirmation: Confirmation

    @classmethod
    def of(cls, as_known_at: date, *, confirmation: Confirmation, adopted: frozenset[str] = frozenset()) -> Law:
        """The law as known on a day, with what the operator adopted. The desk's own rules are always among it."""
        return cls(as_known_at, selection(adopted), confirmation)


@dataclass(frozen=True, slots=True)
class Permission:
    """The conclusion about one act on one class of data. ``recipients`` are whom it may reach; empty unless permitted.

    ``questions`` are the unknown facts and who can settle them, the most telling first, and ``missing`` each way that
    isn't complete, with what it lacks; both are empty unless something is missing.
    """

    event: CaseType
    act: Act
    data_class: DataClass
    on: date
    law: Law
    outcome: Outcome
    recipients: tuple[str, ...]
    until: Until | None
    questions: tuple[Asked, ...]
    missing: tuple[Missing, ...]
    provisions: Mapping[str, Provision] = field(compare=False, repr=False)
    """The rulebook's, by which its rules are cited."""

    @property
    def verdict(self) -> Verdict:
        """The verdict; ``outcome.would_be`` is what it would be were every text confirmed."""
        return self.outcome.verdict

    @property
    def permitted(self) -> bool:
        """Whether the act may be done now."""
        return self.verdict is Verdict.ACCEPT

    @property
    def grounds(self) -> tuple[Rule, ...]:
        """The rules by which the lawful ground is there; empty where it isn't."""
        rules = {program.rule.id: program.rule for program in self.outcome.plan.programs}
        return tuple(rules[name] for duty in self.outcome.duties if duty.duty == GROUND for name in duty.methods)

    @property
    def refusals(self) -> tuple[Rule, ...]:
        """The grounds of refusal that are met, each with its ``kind_of_no``."""
        if self.outcome.would_be is not Verdict.REFUSE:
            return ()
        return tuple(rule for rule in self.outcome.deciding if rule.role is Role.REFUSAL)

    @property
    def open_duties(self) -> tuple[str, ...]:
        """The duties that stand in the way: neither fulfilled nor outside the scope."""
        return tuple(duty.duty for duty in self.outcome.duties if duty.binding and duty.state.value in _OPEN)

    @property
    def advice(self) -> tuple[Rule, ...]:
        """What must be done or heeded besides (secrecy, notices, purpose), by rules that change no verdict."""
        return tuple(
            finding.rule
            for finding in self.outcome.findings()
            if finding.rule.role in (Role.ADVICE, Role.RECORD) and finding.verdict is RuleVerdict.MET
        )

    def require(self) -> Permission:
        """Itself where the act is permitted. Raises :class:`NotPermittedByLaw` with what stands in the way."""
        if self.permitted:
            return self
        if self.refusals or not self.missing:
            rules = self.refusals or tuple(self.outcome.unconfirmed)
            told = [(rule, rule.message.staff) for rule in rules]
        else:
            rules = tuple(one.rule for one in self.missing)
            told = [(one.rule, one.how) for one in self.missing]
        raise NotPermittedByLaw(
            **words.not_permitted(self.act, self.data_class, self.verdict),
            why_ja=" ".join(f"{text.ja}{self._cited(rule, 'ja')}" for rule, text in told[:TOLD]),
            why_en=" ".join(f"{text.en}{self._cited(rule, 'en')}" for rule, text in told[:TOLD]),
            missing=sorted({fact.name for one in self.missing for fact in one.facts}),
            duties=list(self.open_duties),
            rules=list(dict.fromkeys(rule.id for rule in rules)),
        )

    def _cited(self, rule: Rule, lang: Lang) -> str:
        """The provisions that a rule rests on, as they read on the day, in brackets."""
        found = [self.provisions[name] for name in rule.citations(self.event.value)]
        labels = [(one.on(self.on) or one.versions[-1]).label.in_(lang) for one in found]
        if not labels:
            return ""
        return f"（{'、'.join(labels)}）" if lang == "ja" else f" ({', '.join(labels)})"


GROUND: Final = "lawful_ground"
"""The duty that a ground for just this act on just this class be there."""
_OPEN: Final = ("open", "applicability_unknown", "leg_open")
TOLD: Final = 3
"""Reasons in the sentence of a refusal; the fields name them all."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """Every act on every class that was asked about, for one case on one day under one law."""

    event: CaseType
    on: date
    law: Law
    rulebook: str
    each: tuple[Permission, ...]

    def of(self, act: Act, data_class: DataClass) -> Permission:
        """The permission for one act and class. Raises ``KeyError`` where it wasn't asked about."""
        for one in self.each:
            if one.act is act and one.data_class is data_class:
                return one
        raise KeyError((act, data_class))


class DisclosureDesk:
    """The pure desk: an engine, and what is kept between decisions: plans and prices, nothing of a case."""

    def __init__(self, engine: LawEngine) -> None:
        """One engine per rulebook (:func:`sekisho.disclosure.law.disclosure_engine`)."""
        self.engine = engine
        self._finder = CounterfactualFinder(engine)

    def permission(
        self,
        case_facts: Mapping[str, Value],
        *,
        event: CaseType,
        act: Act,
        data_class: DataClass,
        on: date,
        law: Law,
        received: date | None = None,
        extends: Running | None = None,
    ) -> Permission:
        """Judge one act on one class of data.

        ``received``: the Japan date on which the request was received, from which a preservation's days are counted;
        ``extends``: the preservation that an extension extends, where it is known.

        Raises ``UnknownFact``, ``WrongFact``, ``DimensionAsFact``, ``BeforeRulebook``, ``ReceiptDayUnknown`` (only to
        hold by a request whose days count), ``ReceiptInFuture``, and :class:`~sekisho.engine.errors.SilentLaw` where
        the rulebook is silent about a duty.
        """
        self._check(case_facts, on)
        require_receipt(event, act, on, received)
        return self._permission(case_facts, event, act, data_class, on, law, received, extends)

    def permissions(
        self,
        case_facts: Mapping[str, Value],
        *,
        event: CaseType,
        on: date,
        law: Law,
        acts: Iterable[Act] = tuple(Act),
        data_classes: Iterable[DataClass] = tuple(DataClass),
        received: date | None = None,
        extends: Running | None = None,
    ) -> Permissions:
        """Judge every act on every class, in the order given. Raises as :meth:`permission` does."""
        self._check(case_facts, on)
        asked = tuple(acts)
        for act in asked:
            require_receipt(event, act, on, received)
        classes = tuple(data_classes)
        each = tuple(
            self._permission(case_facts, event, act, one, on, law, received, extends)
            for act in asked
            for one in classes
        )
        return Permissions(event, on, law, self.engine.rulebook.content_hash, each)

    def ways(self, permission: Permission) -> tuple[Way, ...]:
        """What would open the gate: the cheapest changes, each marked by who can make it; empty where nothing helps."""
        question = Question(permission.on, permission.law.as_known_at, permission.law.selection)
        return tuple(self._finder.ways(permission.outcome, question))

    def _permission(
        self,
        case_facts: Mapping[str, Value],
        event: CaseType,
        act: Act,
        data_class: DataClass,
        on: date,
        law: Law,
        received: date | None,
        extends: Running | None,
    ) -> Permission:
        outcome = self._judge(case_facts, event, act, data_class, on, law)
        lacking = outcome.would_be is Verdict.NEED_EVIDENCE
        until = until_of(case_facts, event, act, received=received, extends=extends)
        return Permission(
            event=event,
            act=act,
            data_class=data_class,
            on=on,
            law=law,
            outcome=outcome,
            recipients=self._recipients(outcome, case_facts, event, act, data_class, on, law),
            until=until if outcome.would_be is Verdict.ACCEPT else None,
            questions=tuple(question_plan(self.engine, outcome)) if lacking else (),
            missing=what_is_missing(self.engine, outcome) if lacking else (),
            provisions=self.engine.rulebook.provisions,
        )

    def _judge(
        self, case_facts: Mapping[str, Value], event: CaseType, act: Act, data_class: DataClass, on: date, law: Law
    ) -> Outcome:
        if not law.selection.adopted >= ALWAYS_ADOPTED:
            raise ValueError("the desk's own rules are never left out; make the law with Law.of")
        facts: dict[str, Value] = {**_settled(event), **case_facts}
        facts.update(event=event.value, act=act.value, data_class=data_class.value)
        return judge(
            self.engine,
            Case(facts),
            as_of=on,
            as_known_at=law.as_known_at,
            selection=law.selection,
            confirmation=law.confirmation,
        )

    def _recipients(
        self,
        outcome: Outcome,
        case_facts: Mapping[str, Value],
        event: CaseType,
        act: Act,
        data_class: DataClass,
        on: date,
        law: Law,
    ) -> tuple[str, ...]:
        """Whom it may reach: whoever the case names, or each of those for whom the same would be permitted."""
        if outcome.verdict is not Verdict.ACCEPT or act in (Act.HOLD, Act.SEARCH):
            return ()
        known = str(outcome.case.facts["recipient"])
        if "recipient" in case_facts:
            return (known,)
        others = [value for value in self.engine.catalogue.facts["recipient"].values if value != known]
        also = (
            one
            for one in others
            if self._judge({**case_facts, "recipient": one}, event, act, data_class, on, law).verdict is Verdict.ACCEPT
        )
        return (known, *also)

    def _check(self, case_facts: Mapping[str, Value], on: date) -> None:
        if on < EARLIEST:
            raise BeforeRulebook(day=on.isoformat(), earliest=EARLIEST.isoformat())
        catalogue = self.engine.catalogue
        for name, value in case_facts.items():
            if name in catalogue.dimensions:
                raise DimensionAsFact(fact=name)
            spec = catalogue.facts.get(name)
            if spec is None:
                raise UnknownFact(fact=name[:64])
            problem = spec.problem_with(value)
            if problem is not None:
                raise WrongFact(fact=name, wanted=problem)


def _settled(event: CaseType) -> dict[str, Value]:
    """What silence means: see the module."""
    facts: dict[str, Value] = {"recipient": "data_subject" if event is CaseType.OWN_ACCOUNT else "requester"}
    if event is not CaseType.OWN_ACCOUNT:
        facts["consent.valid"] = False
    facts["attack.under_way"] = False
    return facts
