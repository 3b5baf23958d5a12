"""Which rules meet a case: by kind of case, day, knowledge and what was adopted or simulated."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.engine.nodes import Atom, Exists, Op, SetRef
from sekisho.engine.plan import LawEngine, Plan, applies_to, is_binding, takes_part
from sekisho.engine.rules import DatedSet, Edge, Role, Rule, Selection, Strength
from sekisho.engine.verdicts import Reason, RuleVerdict
from tests.engine.builders import DAY, FAR, NOTHING, case, engine, outcome, rule

GUILD = Selection(adopted=frozenset({"guild"}))
SIMULATED = Selection(proposals=frozenset({"r"}))


@pytest.mark.parametrize(
    ("strength", "instrument", "selection", "part", "binding"),
    [
        (Strength.DUTY, "act", NOTHING, True, True),
        (Strength.EFFORT, "act", NOTHING, True, False),
        (Strength.DESIRABLE, "act", NOTHING, True, False),
        (Strength.BENCHMARK, "report", NOTHING, True, False),
        (Strength.VOLUNTARY, "guild", NOTHING, True, False),
        (Strength.VOLUNTARY, "guild", GUILD, True, True),
        (Strength.VOLUNTARY, "act", GUILD, True, False),
        (Strength.HOUSE, "house", NOTHING, False, False),
        (Strength.HOUSE, "house", GUILD, False, False),
        (Strength.HOUSE, "house", Selection(adopted=frozenset({"house"})), True, True),
        (Strength.PROPOSAL, "report", NOTHING, False, False),
        (Strength.PROPOSAL, "report", Selection(adopted=frozenset({"report"})), False, False),
        (Strength.PROPOSAL, "report", SIMULATED, True, True),
        (Strength.EFFORT, "act", Selection(adopted=frozenset({"act"})), True, False),
        (Strength.BENCHMARK, "report", Selection(adopted=frozenset({"report"})), True, False),
    ],
)
def test_who_takes_part_and_who_binds(
    strength: Strength, instrument: str, selection: Selection, part: bool, binding: bool
) -> None:
    """Law always; industry rules are seen and bind where adopted; house rules only there; proposals only simulated."""
    made = rule("r", strength=strength, instrument=instrument)
    assert takes_part(made, selection) is part
    assert is_binding(made, selection) is binding


@pytest.mark.parametrize(
    ("applies", "admitted"),
    [
        ({}, True),
        ({"channel": frozenset({"counter"})}, True),
        ({"channel": frozenset({"online"})}, False),
        ({"channel": frozenset({"online", "counter"}), "event": frozenset({"pass"})}, True),
        ({"channel": frozenset({"counter"}), "event": frozenset({"leave"})}, False),
    ],
)
def test_a_rule_is_about_the_kinds_of_case_it_names(applies: dict[str, frozenset[str]], admitted: bool) -> None:
    """A dimension left out means all its values."""
    made = rule("r", applies=applies)
    assert applies_to(made, {"event": "pass", "channel": "counter"}) is admitted
    plan = _plan(engine(made))
    assert [program.rule.id for program in plan.programs] == (["r"] if admitted else [])


def _plan(over: LawEngine, as_of: date = DAY, as_known_at: date = FAR, selection: Selection = NOTHING) -> Plan:
    return over.plan(case(), as_of=as_of, as_known_at=as_known_at, selection=selection)


def test_a_plan_has_rules_in_order_of_role_and_id() -> None:
    """What is imposed comes before what fulfils it; ties are broken by id, never by the order of files."""
    made = [rule("z"), rule("a"), rule("y", Role.DUTY), rule("b", Role.REFUSAL), rule("x", Role.SCOPE)]
    assert [program.rule.id for program in _plan(engine(*made)).programs] == ["y", "x", "a", "z", "b"]


def test_rules_not_in_force_are_listed_with_their_reason() -> None:
    """Nobody wonders where a method went: ended, yet to come, not fixed and unknown ones are named."""
    ended = rule("ended", end=Edge(date(2026, 1, 1), date(2025, 1, 1), "act"))
    coming = rule("coming", start=Edge(date(2027, 1, 1), date(2026, 1, 1), "act"))
    waiting = rule("waiting", start=Edge(None, date(2026, 1, 1), "act", date(2028, 1, 1)))
    secret = rule("secret", start=Edge(date(2026, 1, 1), date(2026, 7, 1), "act"))
    elsewhere = rule("elsewhere", applies={"channel": frozenset({"online"})}, end=ended.end)
    plan = _plan(engine(ended, coming, waiting, secret, elsewhere), as_known_at=DAY)
    assert plan.programs == ()
    assert {made.id: reason for made, reason in plan.not_in_force} == {
        "ended": Reason.ENDED,
        "coming": Reason.NOT_YET_IN_FORCE,
        "waiting": Reason.DATE_NOT_FIXED,
        "secret": Reason.NOT_YET_KNOWN,
    }


def test_a_plan_serves_a_stretch_of_law_and_no_more() -> None:
    """Between change days the very plan is kept; on the day, by knowledge, selection and dimensions, it is another."""
    until = Edge(date(2026, 7, 1), date(2026, 6, 15), "act")
    over = engine(rule("r", end=until), rule("p", strength=Strength.PROPOSAL))
    first = _plan(over, date(2026, 6, 1))
    assert _plan(over, date(2026, 6, 30)) is first
    assert _plan(over, date(2026, 7, 1)) is not first
    assert _plan(over, date(2026, 7, 1), date(2026, 6, 14)) is not _plan(over, date(2026, 7, 1), date(2026, 6, 15))
    assert _plan(over, selection=Selection(proposals=frozenset({"p"}))) is not first
    assert over.stretch(date(2026, 6, 30)) != over.stretch(date(2026, 7, 1))
    assert over.change_days == (date(2000, 1, 1), date(2026, 7, 1))


def test_set_members_change_with_the_day() -> None:
    """A document that joins a set on a day is accepted from that day on, though the rule is the same."""
    good = DatedSet(
        "good",
        (
            (date(2020, 1, 1), date(2026, 6, 1), frozenset({"licence"})),
            (date(2026, 6, 1), None, frozenset({"licence", "book"})),
        ),
    )
    over = engine(
        rule("r", requires=Exists("paper", Atom("document", True, Op.IN, SetRef("good")))),
        rule("duty", Role.DUTY),
        sets=[good],
    )

    def finding(day: date) -> RuleVerdict:
        found = outcome(over, case({"paper": [{"document": "book"}]}), as_of=day)
        return next(finding.verdict for finding in found.findings() if finding.rule.id == "r")

    assert finding(date(2026, 5, 31)) is RuleVerdict.UNMET
    assert finding(date(2026, 6, 1)) is RuleVerdict.MET
    assert finding(date(2026, 5, 31)) is RuleVerdict.UNMET


def test_one_program_is_shared_where_nothing_it_depends_on_differs() -> None:
    """Two plans may share a compiled rule, but never one compiled for other members of a set or another force."""
    good = DatedSet(
        "good", ((date(2020, 1, 1), date(2026, 6, 1), frozenset({"red"})), (date(2026, 6, 1), None, frozenset()))
    )
    asking = rule("asking", requires=Atom("colour", False, Op.IN, SetRef("good")))
    own = rule("own", strength=Strength.VOLUNTARY, instrument="guild")
    over = engine(asking, own, sets=[good])

    def program(rule_id: str, day: date, selection: Selection) -> tuple[Rule, object]:
        found = next(p for p in _plan(over, day, selection=selection).programs if p.rule.id == rule_id)
        return found.rule, found

    before, after = date(2026, 5, 31), date(2026, 6, 1)
    assert program("own", before, NOTHING)[1] is program("own", after, NOTHING)[1]
    assert program("own", before, NOTHING)[1] is not program("own", before, GUILD)[1]
    assert program("asking", before, NOTHING)[1] is not program("asking", after, NOTHING)[1]
