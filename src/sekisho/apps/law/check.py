"""Facts and answers in, findings out: the external transmission rule by the engine, the rest item by item.

What holds always: nothing is found right from what wasn't seen; notice, consent and opt-out are alternatives, each
judged only where it is relied on; what is found wrong was observed, or answered so with evidence; a threshold beyond
which a person must judge is the house's own. Pure: no clock, file or network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sekisho.apps.law.about_sending import about_sending
from sekisho.apps.law.about_service import about_service, basis_of
from sekisho.apps.law.catalogue import Item, load_catalogue
from sekisho.apps.law.deduced import Deduced, Deductions, all_of, ask, opened, outside, unseen
from sekisho.apps.law.facts import House, Known, ServiceFacts
from sekisho.apps.law.items import NO_TRAFFIC, finding_of, judge_item, made
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.rules import SERVICE, TRANSMISSION, UNDECIDED, apps_engine
from sekisho.apps.law.verdicts import Finding, Outcome, Provision
from sekisho.engine.conclude import CONDITION_NOT_MET, Confirmation, run_rule
from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.facts import Case, Value
from sekisho.engine.nodes import Atom, walk
from sekisho.engine.rules import Rule, Selection, Strength, text_state_on

YOUTH: Final = "APP-YTH-"
"""How items begin that :mod:`sekisho.apps.youth` judges."""

_ALWAYS_ASKED: Final = ("service.covered", "basis.decided")


@dataclass(frozen=True, slots=True)
class _Judged:
    """What one rule found on one case."""

    outcome: Outcome
    parts: tuple[Deduced, ...]


def check(
    facts: ServiceFacts,
    answers: Answers,
    *,
    on: date,
    house: House = House(),  # noqa: B008  # frozen, and the same for every call
    confirmation: Confirmation | None = None,
) -> tuple[Finding, ...]:
    """Every item of the catalogue but those of young people, in the catalogue's order, on a day (Japan).

    ``confirmation`` holds back conclusions of law whose text nobody at the operator has read, where the workspace
    requires that; without it, findings show how well each text is known.
    """
    service = about_service(facts, answers, on=on, house=house)
    by_rule = _by_rules(facts, answers, service, on=on, house=house)
    derived = made(facts, house)
    found = []
    for item in load_catalogue().values():
        if item.id.startswith(YOUTH):
            continue
        if item.rule:
            found.append(_of_rule(item, by_rule[item.rule], on=on, confirmation=confirmation))
        else:
            found.append(judge_item(item, facts, answers, derived, on=on))
    return tuple(found)


def _by_rules(
    facts: ServiceFacts, answers: Answers, service: Deductions, *, on: date, house: House
) -> dict[str, list[_Judged]]:
    medium = facts.medium.value
    found: dict[str, list[_Judged]] = {rule: [] for rule in apps_engine().rulebook.rules}
    _add(found, _judge({"event": SERVICE, "medium": medium, "basis": UNDECIDED}, service, on))
    sent = facts.sendings
    if not isinstance(sent, Known) or not sent.value:
        nothing = opened(sent, ("外部送信", "what is sent"), lambda *_: unseen(*NO_TRAFFIC))
        _add(found, _judge_nothing(medium, service, nothing, on))
        return found
    for one in sent.value:
        basis = basis_of(answers, one.recipient, on=on)
        dimensions = {"event": TRANSMISSION, "medium": medium, "basis": basis.value if basis else UNDECIDED}
        known = {**service, **about_sending(one, facts, answers, on=on, house=house)}
        _add(found, _judge(dimensions, known, on))
    return found


def _add(found: dict[str, list[_Judged]], some: Iterable[tuple[str, _Judged]]) -> None:
    for rule, judged in some:
        found[rule].append(judged)


def _judge(dimensions: dict[str, str], known: Deductions, on: date) -> Iterable[tuple[str, _Judged]]:
    """Every rule on one case, by the engine."""
    values: dict[str, Value] = {name: one.value for name, one in known.items() if one.value is not None}
    case = Case({**values, **dimensions})
    plan = apps_engine().plan(case, as_of=on, as_known_at=on, selection=Selection())
    for rule, reason in plan.not_in_force:
        yield rule.id, _Judged(Outcome.OUTSIDE, (_not_in_force(rule, reason.value),))
    for program in plan.programs:
        rule = program.rule
        code, _ = run_rule(program, case, [])
        parts = _parts(rule, known, dimensions["basis"] == UNDECIDED)
        if code == CONDITION_NOT_MET:
            yield rule.id, _Judged(Outcome.OUTSIDE, (known["service.covered"],))
        elif code in (MET, UNMET):
            yield rule.id, _Judged(Outcome.GOOD if code == MET else Outcome.BAD, parts)
        else:
            first = [known[name] for name in _ALWAYS_ASKED if name in known and name in asked_by(rule)]
            settled = all(each.outcome in (Outcome.GOOD, Outcome.OUTSIDE) for each in first)
            unmeasured = any(each.outcome is Outcome.UNMEASURED for each in parts)
            yield rule.id, _Judged(Outcome.UNMEASURED if settled and unmeasured else Outcome.ASK, parts)


def _judge_nothing(medium: str, service: Deductions, nothing: Deduced, on: date) -> Iterable[tuple[str, _Judged]]:
    """What rules on sendings find where none was observed: nothing, unless they don't apply at all."""
    for rule, judged in _judge({"event": TRANSMISSION, "medium": medium, "basis": UNDECIDED}, service, on):
        yield rule, judged if judged.outcome is Outcome.OUTSIDE else _Judged(nothing.outcome, (nothing,))


def asked_by(rule: Rule) -> tuple[str, ...]:
    """The facts that a rule asks about, in its order."""
    nodes = (node for root in (rule.requires, rule.when) for node in walk(root))
    return tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, Atom)))


def _parts(rule: Rule, known: Deductions, undecided: bool) -> tuple[Deduced, ...]:
    names = tuple(name for name in asked_by(rule) if name in known)
    if undecided and "basis.decided" in names and "publication" not in rule.applies.get("basis", ()):
        # Nobody said that this exemption is relied on: that is all there is to say about it.
        names = tuple(name for name in names if name in _ALWAYS_ASKED)
    settled = tuple(name for name in names if name in _ALWAYS_ASKED and known[name].outcome is not Outcome.GOOD)
    rest = tuple(name for name in names if name not in _ALWAYS_ASKED)
    return tuple(known[name] for name in (*settled, *rest))


def _not_in_force(rule: Rule, reason: str) -> Deduced:
    start = rule.start.day.isoformat() if rule.start.day is not None else "—"
    return outside(
        f"この日には適用されない（{start}から。{reason}）。", f"Not in force on this day (from {start}; {reason})."
    )


def _of_rule(item: Item, judged: list[_Judged], *, on: date, confirmation: Confirmation | None) -> Finding:
    rulebook = apps_engine().rulebook
    rule = rulebook.rules[item.rule]
    if not judged:
        other = outside("この事項は、ここで依拠している方法又は媒体のものではない。",
                        "It belongs to another basis or medium than those here.")  # fmt: skip
        judged = [_Judged(Outcome.OUTSIDE, (other,))]
    outcome = all_of([Deduced(outcome=each.outcome, why=item.gist) for each in judged])
    same = [each for each in judged if each.outcome is outcome]
    open_ones = [each for each in judged if each.outcome not in (Outcome.GOOD, Outcome.OUTSIDE, outcome)]
    parts = [part for each in (*same, *open_ones) for part in each.parts]
    if _held_back(rule, outcome, confirmation):
        parts.append(ask("この規則の条文を、事業者のだれも確認していない。",
                         "Nobody at the operator has confirmed the text behind this rule.",
                         step=(f"`sekisho rulebook confirm {rule.id} --desk apps`",
                               f"`sekisho rulebook confirm {rule.id} --desk apps`")))  # fmt: skip
        outcome = Outcome.ASK
    return finding_of(item, outcome, parts, provisions=_provisions(item, rule, on))


def _held_back(rule: Rule, outcome: Outcome, confirmation: Confirmation | None) -> bool:
    return (
        confirmation is not None
        and confirmation.required
        and outcome in (Outcome.GOOD, Outcome.BAD)
        and rule.strength is Strength.DUTY
        and not confirmation.covers(rule)
    )


def _provisions(item: Item, rule: Rule, on: date) -> tuple[Provision, ...]:
    provisions = apps_engine().rulebook.provisions
    state = text_state_on(rule, provisions, on, (TRANSMISSION,)).value
    revision = next((each.revision for each in item.legal_basis), "")
    found = []
    for name in rule.provisions:
        version = provisions[name].on(on)
        if version is not None:
            found.append(Provision(id=name, label=version.label, revision=revision, text_state=state))
    return tuple(found)
