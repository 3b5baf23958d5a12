"""From rules to a verdict: each role's table, the order of verdicts, duties imposed and excused, legal confirmation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bench.law_cases import usual_cases
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import CONDITION_NOT_MET, EXCEPTED, Confirmation, Outcome, judge, run_rule
from sekisho.engine.errors import SilentLaw
from sekisho.engine.evaluate import MET, UNKNOWN, UNMET, slots
from sekisho.engine.facts import Case
from sekisho.engine.nodes import ALWAYS, Atom, Count, Exists, Node, Op, walk
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Edge, Role, Rule, Rulebook, Selection, Strength
from sekisho.engine.verdicts import DutyState, Reason, RuleVerdict, Verdict
from tests.engine import strategies
from tests.engine.builders import DAY, FAR, NOTHING, case, engine, exception, outcome, rule

TRUE, FALSE, OPEN = (
    Atom("agreed", False, Op.EQ, True),
    Atom("agreed", False, Op.EQ, False),
    Atom("told", False, Op.EQ, True),
)
"""Met, unmet and unknown in a case where only ``agreed`` is known, and true."""

AGREED = case(agreed=True)
NODE = {"+": TRUE, "-": FALSE, "?": OPEN}
CODE = {"+": MET, "-": UNMET, "?": UNKNOWN, "n": CONDITION_NOT_MET, "x": EXCEPTED}

# By hand: the signs of ``when``, one exception and ``requires``, and the result where the rule is *when and requires*
# (duty, scope, method, refusal) and where it is *when implies requires* (requirement, record, advice).
TABLE = """
--- n n   --? n n   --+ n n   -?- n n   -?? n n   -?+ n n   -+- n n   -+? n n   -++ n n
?-- - ?   ?-? ? ?   ?-+ ? +   ??- - ?   ??? ? ?   ??+ ? +   ?+- x x   ?+? x x   ?++ x x
+-- - -   +-? ? ?   +-+ + +   +?- - ?   +?? ? ?   +?+ ? +   ++- x x   ++? x x   +++ x x
"""
ROWS = [tuple(row.split()) for line in TABLE.split("\n") for row in line.split("   ") if row]
ASKED_FOR = (Role.DUTY, Role.SCOPE, Role.METHOD, Role.REFUSAL)


def test_the_table_is_complete() -> None:
    """Every combination of three truths stands in it once."""
    assert sorted(signs for signs, *_ in ROWS) == sorted(map("".join, product("-?+", repeat=3)))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("signs", "both", "implies"), ROWS)
def test_a_rule_finds_what_its_role_and_conditions_say(role: Role, signs: str, both: str, implies: str) -> None:
    """An unknown ``when`` fails closed where the rule gives something, and demands no more than needed elsewhere."""
    when, excepted, requires = (NODE[sign] for sign in signs)
    made = rule("r", role, when=when, excepts=(exception(excepted),), requires=requires)
    plan = engine(made).plan(AGREED, as_of=DAY, as_known_at=FAR, selection=NOTHING)
    code, _ = run_rule(plan.programs[0], AGREED, [])
    assert code == CODE[both if role in ASKED_FOR else implies]


@pytest.mark.parametrize(("first", "second"), list(product("-?+", repeat=2)))
def test_one_exception_that_is_met_is_enough(first: str, second: str) -> None:
    """Several exceptions: any that is met takes the case out; one that may be met leaves it unknown."""
    made = rule("r", excepts=(exception(NODE[first]), exception(NODE[second])), requires=TRUE)
    plan = engine(made).plan(AGREED, as_of=DAY, as_known_at=FAR, selection=NOTHING)
    code, _ = run_rule(plan.programs[0], AGREED, [])
    assert code == (EXCEPTED if "+" in first + second else UNKNOWN if "?" in first + second else MET)


# --- duties -----------------------------------------------------------------------------------------------------------

DUTY = rule("duty", Role.DUTY)
SCOPE = rule("scope", Role.SCOPE)
GUILD = Selection(adopted=frozenset({"guild"}))
OWN_DUTY = rule("own.duty", Role.DUTY, strength=Strength.VOLUNTARY, instrument="guild")


def _method(sign: str, completion: str | None = None, rule_id: str = "method", **changed: Any) -> Rule:
    closing = NODE[completion] if completion is not None else None
    return rule(rule_id, requires=NODE[sign], completion=closing, **changed)


def _state(*rules: Rule, selection: Selection = NOTHING) -> tuple[DutyState, bool, Verdict]:
    found = outcome(engine(*rules), AGREED, selection=selection)
    [duty] = found.duties
    return duty.state, duty.binding, found.verdict


@pytest.mark.parametrize(
    ("rules", "state", "verdict"),
    [
        ([DUTY, _method("+")], DutyState.FULFILLED, Verdict.ACCEPT),
        ([DUTY, _method("-")], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        ([DUTY, _method("?")], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        ([DUTY], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        ([DUTY, _method("+", "+")], DutyState.FULFILLED, Verdict.ACCEPT),
        ([DUTY, _method("+", "-")], DutyState.LEG_OPEN, Verdict.ACCEPT_ON_COMPLETION),
        ([DUTY, _method("+", "?")], DutyState.LEG_OPEN, Verdict.ACCEPT_ON_COMPLETION),
        ([DUTY, _method("-", "+")], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        ([DUTY, _method("?", "+")], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        ([DUTY, _method("+", "-"), _method("+", rule_id="other")], DutyState.FULFILLED, Verdict.ACCEPT),
        ([replace(DUTY, when=OPEN), _method("-")], DutyState.APPLICABILITY_UNKNOWN, Verdict.NEED_EVIDENCE),
        ([replace(DUTY, when=OPEN), _method("+")], DutyState.FULFILLED, Verdict.ACCEPT),
        ([replace(DUTY, when=OPEN), _method("+", "-")], DutyState.LEG_OPEN, Verdict.ACCEPT_ON_COMPLETION),
        ([replace(DUTY, requires=OPEN), _method("-")], DutyState.APPLICABILITY_UNKNOWN, Verdict.NEED_EVIDENCE),
        ([SCOPE, _method("-")], DutyState.OUT_OF_SCOPE, Verdict.ACCEPT),
        ([SCOPE, replace(DUTY, when=FALSE)], DutyState.OUT_OF_SCOPE, Verdict.ACCEPT),
        ([SCOPE, replace(DUTY, requires=FALSE)], DutyState.OUT_OF_SCOPE, Verdict.ACCEPT),
        # A duty that may apply outweighs a scope rule that does: the stricter reading.
        ([SCOPE, replace(DUTY, when=OPEN), _method("-")], DutyState.APPLICABILITY_UNKNOWN, Verdict.NEED_EVIDENCE),
        ([SCOPE, DUTY, _method("-")], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        # What isn't certain excuses nobody, and imposing it again for certain settles it.
        ([replace(DUTY, when=OPEN), rule("again", Role.DUTY), _method("-")], DutyState.OPEN, Verdict.NEED_EVIDENCE),
        # A method of another duty fulfils nothing here.
        ([DUTY, _method("+", duties=("other",))], DutyState.OPEN, Verdict.NEED_EVIDENCE),
    ],
)
def test_what_happens_to_a_duty(rules: list[Rule], state: DutyState, verdict: Verdict) -> None:
    """Imposed, excused, perhaps imposed; fulfilled, open but for a leg, open."""
    assert _state(*rules) == (state, state is not DutyState.OUT_OF_SCOPE, verdict)


def test_an_industrys_duty_binds_where_it_was_adopted() -> None:
    """Beside a scope rule the law asks nothing; the industry's rule is told, and binds its members only."""
    assert _state(SCOPE, OWN_DUTY, _method("-")) == (DutyState.OUT_OF_SCOPE, False, Verdict.ACCEPT)
    assert _state(SCOPE, OWN_DUTY, _method("-"), selection=GUILD) == (DutyState.OPEN, True, Verdict.NEED_EVIDENCE)
    assert _state(SCOPE, OWN_DUTY, _method("+"), selection=GUILD) == (DutyState.FULFILLED, True, Verdict.ACCEPT)


@pytest.mark.parametrize(
    ("method", "voluntary"), [("-", DutyState.OPEN), ("+", DutyState.FULFILLED), ("?", DutyState.OPEN)]
)
def test_how_far_an_industrys_duty_is_fulfilled_is_told_beside(method: str, voluntary: DutyState) -> None:
    """It changes no verdict, and it stands where a reader sees it."""
    [duty] = outcome(engine(SCOPE, OWN_DUTY, _method(method)), AGREED).duties
    assert (duty.state, duty.voluntary) == (DutyState.OUT_OF_SCOPE, voluntary)
    [alone] = outcome(engine(SCOPE, _method(method)), AGREED).duties
    assert alone.voluntary is None


def test_where_law_and_industry_impose_the_same_duty_the_law_decides() -> None:
    """The industry's certainty makes the law's duty no more certain, and its rule isn't cited for it."""
    maybe = replace(DUTY, when=OPEN)
    found = outcome(engine(maybe, OWN_DUTY, _method("-")), AGREED)
    [duty] = found.duties
    assert (duty.state, duty.binding, duty.by) == (DutyState.APPLICABILITY_UNKNOWN, True, ("duty",))
    certain = outcome(engine(DUTY, OWN_DUTY, _method("-")), AGREED)
    assert [made.id for made in certain.deciding] == ["duty"]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [_method("+")],
        [replace(DUTY, when=FALSE)],
        [replace(DUTY, requires=FALSE)],
        [replace(SCOPE, when=OPEN)],
        [replace(SCOPE, when=FALSE)],
        [replace(DUTY, excepts=(exception(TRUE),))],
        [OWN_DUTY, _method("+")],
        [OWN_DUTY, _method("-")],
        [replace(DUTY, strength=Strength.PROPOSAL)],
        [replace(DUTY, end=Edge(date(2026, 1, 1), date(2025, 1, 1), "act"))],
    ],
)
def test_a_duty_neither_imposed_nor_excused_is_an_error(rules: list[Rule]) -> None:
    """Silence is never an approval, and an industry's voice doesn't break it."""
    with pytest.raises(SilentLaw) as caught:
        outcome(engine(*rules), AGREED)
    assert caught.value.fields["duty"] == "show"
    assert caught.value.fields["as_of"] == DAY.isoformat()


def test_an_event_that_names_no_duty_needs_none() -> None:
    """Where the law of the event names nothing, nothing is asked."""
    assert outcome(engine(DUTY), case(event="leave")).verdict is Verdict.ACCEPT


# --- verdicts ---------------------------------------------------------------------------------------------------------


def _refusal(sign: str, **changed: Any) -> Rule:
    return rule("refusal", Role.REFUSAL, requires=NODE[sign], **changed)


def _requirement(sign: str, **changed: Any) -> Rule:
    return rule("requirement", Role.REQUIREMENT, requires=NODE[sign], **changed)


@pytest.mark.parametrize("refusal", list("-?+"))
@pytest.mark.parametrize("requirement", list("-?+"))
@pytest.mark.parametrize("method", [("+", None), ("+", "-"), ("-", None), ("?", None)])
def test_the_order_of_verdicts(refusal: str, requirement: str, method: tuple[str, str | None]) -> None:
    """A met ground before anything missing, that before an open leg, that before acceptance; unknown never refuses."""
    found = outcome(engine(DUTY, _refusal(refusal), _requirement(requirement), _method(*method)), AGREED)
    if refusal == "+":
        expected = Verdict.REFUSE
    elif method[0] != "+" or requirement != "+":
        expected = Verdict.NEED_EVIDENCE
    elif method[1] == "-":
        expected = Verdict.ACCEPT_ON_COMPLETION
    else:
        expected = Verdict.ACCEPT
    assert (found.verdict, found.would_be) == (expected, expected)


@pytest.mark.parametrize("strength", [Strength.EFFORT, Strength.DESIRABLE, Strength.BENCHMARK, Strength.VOLUNTARY])
def test_what_does_not_bind_changes_no_verdict(strength: Strength) -> None:
    """A requirement or ground of lesser strength is found and told, and decides nothing."""
    own = {"strength": strength, "instrument": "guild"}
    rules = [DUTY, _method("+"), _requirement("-", **own), _refusal("+", **own)]
    found = outcome(engine(*rules), AGREED)
    assert found.verdict is Verdict.ACCEPT
    told = {finding.rule.id: (finding.verdict, finding.binding) for finding in found.findings()}
    assert told["requirement"] == (RuleVerdict.UNMET, False)
    assert told["refusal"] == (RuleVerdict.MET, False)


@pytest.mark.parametrize("role", [Role.ADVICE, Role.RECORD])
@pytest.mark.parametrize("sign", list("-?+"))
def test_advice_and_records_change_no_verdict(role: Role, sign: str) -> None:
    """They are findings only, even by law."""
    assert outcome(engine(DUTY, _method("+"), rule("r", role, requires=NODE[sign])), AGREED).verdict is Verdict.ACCEPT


def test_findings_name_every_rule_with_its_reason() -> None:
    """Rules in force in the plan's order, then those that aren't; a method's closing act beside it."""
    rules = [
        DUTY,
        _method("+", "?"),
        rule("elsewhere", when=FALSE, requires=TRUE),
        rule("excepted", excepts=(exception(TRUE),), requires=TRUE),
        rule("ended", end=Edge(date(2026, 1, 1), date(2025, 1, 1), "act"), requires=TRUE),
    ]
    found = {finding.rule.id: finding for finding in outcome(engine(*rules), AGREED).findings()}
    told = {rule_id: (finding.verdict, finding.reason, finding.completion) for rule_id, finding in found.items()}
    nothing = RuleVerdict.NOT_APPLICABLE
    assert told == {
        "duty": (RuleVerdict.MET, None, None),
        "method": (RuleVerdict.MET, None, RuleVerdict.UNKNOWN),
        "elsewhere": (nothing, Reason.CONDITION_NOT_MET, None),
        "excepted": (nothing, Reason.EXCEPTED, None),
        "ended": (nothing, Reason.ENDED, None),
    }
    assert list(found) == ["duty", "elsewhere", "excepted", "method", "ended"]


# --- what decides, and its confirmation -------------------------------------------------------------------------------


def _required(*confirmed: Rule) -> Confirmation:
    return Confirmation(required=True, confirmed={made.id: made.content_hash for made in confirmed})


def _decided(rules: list[Rule], confirmation: Confirmation, selection: Selection = NOTHING) -> Outcome:
    return outcome(engine(*rules), AGREED, confirmation=confirmation, selection=selection)


ACCEPTED = [DUTY, _method("+", rule_id="a"), _method("+", rule_id="b"), _requirement("+"), _refusal("-")]


@pytest.mark.parametrize(
    ("rules", "deciding"),
    [
        (ACCEPTED, ["duty", "a", "requirement"]),
        ([DUTY, _method("-"), _requirement("+")], ["duty"]),
        ([DUTY, _method("-"), _requirement("-")], ["duty", "requirement"]),
        ([DUTY, _method("+"), _requirement("?")], ["duty", "method", "requirement"]),
        ([DUTY, _method("+", "-")], ["duty", "method"]),
        ([DUTY, _method("+"), _requirement("-"), _refusal("+")], ["refusal"]),
        ([SCOPE, OWN_DUTY, _method("+")], ["scope"]),
        ([DUTY, rule("again", Role.DUTY), _method("+")], ["again", "duty", "method"]),
    ],
)
def test_the_deciding_rules_are_those_the_verdict_rests_on(rules: list[Rule], deciding: list[str]) -> None:
    """The duty, what fulfils or excuses it, requirements; a refusal rests on its ground alone."""
    assert [made.id for made in outcome(engine(*rules), AGREED).deciding] == deciding


def test_an_unconfirmed_rule_that_decides_holds_the_verdict_up() -> None:
    """Where confirmation is required the verdict waits, says what it would be, and names the rules to confirm."""
    found = _decided(ACCEPTED, _required())
    assert (found.verdict, found.would_be) == (Verdict.NEEDS_LEGAL_CONFIRMATION, Verdict.ACCEPT)
    assert [made.id for made in found.unconfirmed] == ["duty", "a", "requirement"]
    shown = _decided(ACCEPTED, Confirmation(required=False, confirmed={}))
    assert shown.verdict is Verdict.ACCEPT
    assert [made.id for made in shown.unconfirmed] == ["duty", "a", "requirement"]


def test_of_several_methods_a_confirmed_one_decides_and_is_named_first() -> None:
    """One confirmed method is enough, and the record will be of that one."""
    duty, _, b, requirement, _ = ACCEPTED
    found = _decided(ACCEPTED, _required(duty, b, requirement))
    assert found.verdict is Verdict.ACCEPT
    assert [made.id for made in found.deciding] == ["duty", "b", "requirement"]
    assert found.duties[0].methods == ("b", "a")


def test_rules_that_do_not_decide_need_no_confirmation() -> None:
    """A ground that isn't met, a method not used and a record wait for nobody."""
    rules = [*ACCEPTED, rule("record", Role.RECORD), rule("advice", Role.ADVICE, requires=FALSE)]
    duty, a, _, requirement, _ = ACCEPTED
    assert _decided(rules, _required(duty, a, requirement)).verdict is Verdict.ACCEPT


@pytest.mark.parametrize("verdict", [Verdict.REFUSE, Verdict.NEED_EVIDENCE, Verdict.ACCEPT_ON_COMPLETION])
def test_every_verdict_waits_for_confirmation(verdict: Verdict) -> None:
    """Refusals and requests for evidence rest on law as much as acceptance does."""
    rules = {
        Verdict.REFUSE: [DUTY, _method("+"), _refusal("+")],
        Verdict.NEED_EVIDENCE: [DUTY, _method("-")],
        Verdict.ACCEPT_ON_COMPLETION: [DUTY, _method("+", "-")],
    }[verdict]
    found = _decided(rules, _required())
    assert (found.verdict, found.would_be) == (Verdict.NEEDS_LEGAL_CONFIRMATION, verdict)
    assert _decided(rules, _required(*rules)).verdict is verdict


def test_a_changed_rule_is_unconfirmed_again() -> None:
    """What was confirmed was a text: another content hash is another text."""
    rules = [DUTY, _method("+")]
    confirmation = _required(*rules)
    assert _decided(rules, confirmation).verdict is Verdict.ACCEPT
    changed = [DUTY, replace(rules[1], content_hash="another")]
    found = _decided(changed, confirmation)
    assert found.verdict is Verdict.NEEDS_LEGAL_CONFIRMATION
    assert [made.id for made in found.unconfirmed] == ["method"]


def test_only_law_needs_confirmation() -> None:
    """An adopted industry rule is the operator's own decision: no text of law stands behind it."""
    rules = [OWN_DUTY, SCOPE, _method("+", strength=Strength.VOLUNTARY, instrument="guild")]
    found = _decided(rules, _required(), GUILD)
    assert found.verdict is Verdict.ACCEPT
    assert [made.id for made in found.deciding] == ["own.duty", "method"]


def test_an_excuse_needs_confirmation_too() -> None:
    """That the law leaves something out is as much a reading of it as that it doesn't."""
    assert _decided([SCOPE], _required()).verdict is Verdict.NEEDS_LEGAL_CONFIRMATION
    assert _decided([SCOPE], _required(SCOPE)).verdict is Verdict.ACCEPT


# --- properties -------------------------------------------------------------------------------------------------------

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
AFTER_FORGETTING = {
    Verdict.ACCEPT: {Verdict.ACCEPT, Verdict.ACCEPT_ON_COMPLETION, Verdict.NEED_EVIDENCE},
    Verdict.ACCEPT_ON_COMPLETION: {Verdict.ACCEPT_ON_COMPLETION, Verdict.NEED_EVIDENCE},
    Verdict.NEED_EVIDENCE: {Verdict.NEED_EVIDENCE},
}
"""What a verdict may become when something that was known no longer is. A refusal may fall with its ground."""


def _judged(
    over: LawEngine, about: Case, selection: Selection = NOTHING, day: date = date(2024, 2, 10)
) -> Verdict | None:
    try:
        return outcome(over, about, as_of=day, selection=selection).verdict
    except SilentLaw:
        return None


@SLOW
@given(st.data(), strategies.rulebooks(), strategies.cases)
def test_forgetting_never_accepts_and_never_refuses(data: st.DataObject, book: Rulebook, about: Case) -> None:
    """On made-up rulebooks: with a fact or attribute less known, nobody is accepted or refused who wasn't before."""
    over, selection = LawEngine(book, strategies.CATALOGUE), data.draw(strategies.selections(book))
    before = _judged(over, about, selection)
    assume(before is not None)
    after = _judged(over, _forgotten(data, about, strategies.CATALOGUE.dimensions), selection)
    if before in AFTER_FORGETTING:
        assert after in {*AFTER_FORGETTING[before], None}


def _forgotten(data: st.DataObject, about: Case, dimensions: tuple[str, ...]) -> Case:
    keep = st.sampled_from([True, True, True, False])
    facts = {name: value for name, value in about.facts.items() if name in dimensions or data.draw(keep)}
    evidence = {
        kind: [{name: value for name, value in item.items() if name == "at" or data.draw(keep)} for item in items]
        for kind, items in about.evidence.items()
    }
    return Case(facts, evidence)


def _asks_of_evidence(made: Rule) -> bool:
    nodes: list[Node] = [node for _, root in slots(made) for node in walk(root)]
    return any(isinstance(node, Exists | Count) for node in nodes)


@SLOW
@given(st.data(), strategies.rulebooks(), strategies.cases, strategies.cases)
def test_more_evidence_refuses_nobody_unless_a_ground_asks_about_evidence(
    data: st.DataObject, book: Rulebook, about: Case, further: Case
) -> None:
    """On made-up rulebooks: a refusal that comes with more evidence comes from a rule that says so."""
    rules = {
        rule_id: replace(made, when=ALWAYS, excepts=(), requires=Atom("age", False, Op.GTE, 2))
        if made.role is Role.REFUSAL and _asks_of_evidence(made)
        else made
        for rule_id, made in book.rules.items()
    }
    over = LawEngine(replace(book, rules=rules), strategies.CATALOGUE)
    selection = data.draw(strategies.selections(book))
    before = _judged(over, about, selection)
    kinds = {*about.evidence, *further.evidence}
    more = {kind: [*about.evidence.get(kind, []), *further.evidence.get(kind, [])] for kind in kinds}
    after = _judged(over, Case(about.facts, more), selection)
    assert (after is Verdict.REFUSE) <= (before in (Verdict.REFUSE, None))


@SLOW
@given(strategies.rulebooks(), strategies.cases, st.randoms(use_true_random=False))
def test_the_order_of_evidence_changes_no_verdict(book: Rulebook, about: Case, random: Any) -> None:
    """On made-up rulebooks: items of a kind in any order give one verdict."""
    over = LawEngine(book, strategies.CATALOGUE)
    shuffled = {kind: random.sample(items, len(items)) for kind, items in about.evidence.items()}
    assert _judged(over, Case(about.facts, shuffled)) is _judged(over, about)


def test_no_shipped_ground_of_refusal_asks_about_evidence() -> None:
    """In the shipped law, evidence can only be missing; what refuses are facts about the person's conduct."""
    assert [
        made.id
        for made in contract_engine().rulebook.rules.values()
        if made.role is Role.REFUSAL and _asks_of_evidence(made)
    ] == []


@pytest.fixture(scope="module")
def past() -> list[tuple[date, Case]]:
    """Made-up applications of every kind, each on its own day."""
    return [(made.as_of, made.case) for made in usual_cases(1500, 7).past_cases(0, 1500)]


def _shipped(about: Case, day: date) -> Verdict:
    return judge(
        contract_engine(),
        about,
        as_of=day,
        as_known_at=FAR,
        selection=NOTHING,
        confirmation=Confirmation(required=False, confirmed={}),
    ).verdict


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_under_the_shipped_law_evidence_refuses_nobody_and_its_order_does_not_matter(
    past: list[tuple[date, Case]], data: st.DataObject
) -> None:
    """Whatever other people's evidence is added to an application, it is refused only if it was before."""
    day, about = data.draw(st.sampled_from(past))
    _, further = data.draw(st.sampled_from(past))
    before = _shipped(about, day)
    kinds = [*about.evidence, *(kind for kind in further.evidence if kind not in about.evidence)]
    more = {kind: [*about.evidence.get(kind, []), *further.evidence.get(kind, [])] for kind in kinds}
    after = _shipped(Case(about.facts, more), day)
    assert (after is Verdict.REFUSE) == (before is Verdict.REFUSE)
    turned = {kind: more[kind][::-1] for kind in reversed(kinds)}
    assert _shipped(Case(about.facts, turned), day) is after


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_under_the_shipped_law_forgetting_never_accepts_and_never_refuses(
    past: list[tuple[date, Case]], data: st.DataObject
) -> None:
    """Under the shipped law no case with something less known is silent, accepted or refused where it wasn't."""
    day, about = data.draw(st.sampled_from(past))
    before = _shipped(about, day)
    after = _shipped(_forgotten(data, about, contract_engine().catalogue.dimensions), day)
    if before in AFTER_FORGETTING:
        assert after in AFTER_FORGETTING[before]
