"""A simulation's report counts what a case-by-case comparison counts, and says it in words."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from bench.law_cases import any_cases
from sekisho.contracts.facts import CATALOGUE as CONTRACTS
from sekisho.engine import simulate as module
from sekisho.engine.columns import CaseColumns, PastCase
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.errors import ColumnsRefused, SilentLaw, UnknownSelection
from sekisho.engine.facts import Case, Item, Text
from sekisho.engine.nodes import ALWAYS, Atom, Exists, Node, Op, SetRef
from sekisho.engine.plan import LawEngine
from sekisho.engine.report import OUTCOMES, SILENT_LAW, Report
from sekisho.engine.report_text import OUTCOME_WORDS, RESULT_WORDS, as_text
from sekisho.engine.rules import (
    Edge,
    EventSpec,
    Instrument,
    Message,
    Role,
    Rule,
    Rulebook,
    Selection,
    Strength,
    TextState,
)
from sekisho.engine.simulate import SHOWN, simulate
from sekisho.engine.vector_conclude import Scenario
from sekisho.engine.verdicts import Verdict
from tests.engine.strategies import CATALOGUE, NO_TEXT, SETS

BEFORE, AFTER = date(2024, 1, 31), date(2024, 2, 1)
"""On the second day the photo method ends, and a passport becomes a good document."""


def _rule(name: str, role: Role, **given: object) -> Rule:
    plain = Rule(
        id=name,
        role=role,
        title=Text(f"規則{name}", f"rule {name}"),
        duties=("identity",),
        method=None,
        provisions=("p",),
        provisions_by_event={},
        party="operator",
        applies={},
        when=ALWAYS,
        requires=ALWAYS,
        completion=None,
        completed_on=None,
        excepts=(),
        strength=Strength.DUTY,
        start=Edge(date(2000, 1, 1), date(2000, 1, 1), "i"),
        end=None,
        text_state=TextState.VERBATIM,
        source="",
        message=Message(NO_TEXT, NO_TEXT, None, None),
        kind_of_no=None,
        ends_when=None,
        retention=None,
        measures=(),
        examples=(),
        instrument="act",
        content_hash=name,
        file="",
        line=0,
    )
    return replace(plain, **given)  # type: ignore[arg-type]  # any field of a rule


def _has(kind: str, where: Node = ALWAYS) -> Node:
    return Exists(kind, where)


RULES = (
    _rule("duty", Role.DUTY, applies={"event": frozenset({"join"})}),
    _rule("scope", Role.SCOPE, applies={"event": frozenset({"leave"}), "who": frozenset({"person"})}),
    _rule("show", Role.METHOD, method="show", requires=_has("shown", Atom("document", True, Op.IN, SetRef("good")))),
    _rule(
        "photo", Role.METHOD, method="photo", requires=_has("shown", Atom("agrees", True, Op.EQ, True)),
        end=Edge(AFTER, date(2023, 6, 1), "i"),
    ),
    _rule(
        "post", Role.METHOD, method="post", requires=_has("posted"),
        completion=_has("posted", Atom("agrees", True, Op.EQ, True)),
    ),
    _rule(
        "many", Role.REFUSAL, strength=Strength.PROPOSAL, requires=Atom("lines", False, Op.GTE, 3),
    ),
)  # fmt: skip

RULEBOOK = Rulebook(
    content_hash="book",
    instruments={"act": Instrument("act", NO_TEXT, "act", "")},
    provisions={},
    sets=SETS,
    events={"join": EventSpec("join", NO_TEXT, ("identity",)), "leave": EventSpec("leave", NO_TEXT, ("identity",))},
    duties={"identity": NO_TEXT},
    rules={rule.id: rule for rule in RULES},
)
ENGINE = LawEngine(RULEBOOK, CATALOGUE)
JOIN = {"event": "join", "who": "person"}


def _case(number: int, items: dict[str, list[Item]], verdict: Verdict | None = None, **facts: object) -> PastCase:
    return PastCase(f"c{number}", BEFORE, BEFORE, verdict, Case({**JOIN, "lines": number, **facts}, items))  # type: ignore[dict-item]  # values of the test's own catalogue


CASES = [
    _case(0, {"shown": [{"document": "licence"}]}, Verdict.ACCEPT),
    _case(1, {"shown": [{"document": "card", "agrees": True}]}, Verdict.NEED_EVIDENCE),
    _case(2, {"shown": [{"document": "passport"}]}),
    _case(3, {"posted": [{"agrees": False}]}, Verdict.ACCEPT_ON_COMPLETION),
    _case(4, {"shown": [{"document": "book"}]}, Verdict.ACCEPT),
    _case(5, {}, event="leave"),
    _case(5, {}, event="leave", who="firm"),
]
COLUMNS = CaseColumns.from_cases(CASES, CATALOGUE)


def _changes(report: Report) -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
    return {(change.before, change.after): (change.cases, change.examples) for change in report.transitions}


def test_another_day_changes_what_the_law_changes() -> None:
    """From one day to the next a method ends and a set changes: two cases lose, one gains, each by its rule."""
    report = simulate(
        ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario(as_of=AFTER), bands={"lines": (2, 4)}, examples=2
    )
    assert _changes(report) == {
        ("accept", "need_evidence"): (2, ("c1", "c4")),
        ("need_evidence", "accept"): (1, ("c2",)),
    }
    assert (report.cases, report.changed) == (7, 3)
    assert report.before == {"accept": 4, "accept_on_completion": 1, "need_evidence": 1, SILENT_LAW: 1}
    assert report.after == {"accept": 3, "accept_on_completion": 1, "need_evidence": 2, SILENT_LAW: 1}
    rules = {change.rule: change for change in report.rules}
    assert (rules["show"].with_verdict, rules["show"].cases, rules["show"].examples) == (2, 2, ("c2", "c4"))
    # The ended rule no longer applies to anybody, met or not: of seven cases only one loses its verdict with it.
    assert (rules["photo"].with_verdict, rules["photo"].cases, rules["photo"].examples) == (1, 7, ("c1",))
    methods = {change.method: (change.before, change.after, change.with_verdict) for change in report.methods}
    assert methods == {"show": (2, 2, 2), "photo": (1, 0, 1), "post": (1, 1, 0)}
    assert (report.recorded.same, report.recorded.differ, report.recorded.not_recorded) == (3, 1, 3)
    assert report.recorded.examples == ("c1",)


def test_breakdowns_add_up() -> None:
    """Every dimension and band has all the cases and all the changes between its values; bands are named."""
    report = simulate(
        ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario(as_of=AFTER), bands={"lines": (2, 4)}, examples=2
    )
    assert [breakdown.fact for breakdown in report.breakdowns] == ["event", "who", "lines"]
    for breakdown in report.breakdowns:
        assert sum(part.cases for part in breakdown.slices) == 7
        assert sum(part.changed for part in breakdown.slices) == 3
    lines = {part.value: (part.cases, part.changed) for part in report.breakdowns[2].slices}
    assert lines == {"-1": (2, 1), "2-3": (2, 1), "4-": (3, 1)}


def test_a_proposal_takes_part_only_where_simulated() -> None:
    """The proposed limit of lines refuses whoever has three; the law's own silence is not refused but counted."""
    proposed = Scenario(selection=Selection(proposals=frozenset({"many"})))
    report = simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=proposed)
    assert _changes(report) == {
        ("accept", "refuse"): (2, ("c4", "c5")),
        ("accept_on_completion", "refuse"): (1, ("c3",)),
    }
    assert [change.rule for change in report.rules] == ["many"]
    with pytest.raises(UnknownSelection):
        simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario(selection=Selection(frozenset({"none"}))))


def test_knowledge_has_its_own_axis() -> None:
    """Nobody who judged before the end was published could know that the photo method would end."""
    known = Scenario(as_of=AFTER, as_known_at=date(2023, 5, 31))
    report = simulate(ENGINE, COLUMNS, baseline=known, variant=Scenario(as_of=AFTER))
    assert _changes(report) == {("accept", "need_evidence"): (1, ("c1",))}


def test_unconfirmed_law_is_held_up() -> None:
    """Where confirmation is required, what unconfirmed rules decide becomes a case for the legal department."""
    required = Confirmation(required=True, confirmed={"duty": "duty", "scope": "scope", "photo": "photo"})
    report = simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario(), confirmation=required)
    assert report.before == {"accept": 2, "need_evidence": 1, "needs_legal_confirmation": 3, SILENT_LAW: 1}
    assert not report.changed


def _outcome(engine: LawEngine, past: PastCase, scenario: Scenario) -> str:
    as_of, known = scenario.as_of or past.as_of, scenario.as_known_at or past.as_known_at
    try:
        return judge(
            engine, past.case, as_of=as_of, as_known_at=known, selection=scenario.selection, confirmation=SHOWN
        ).verdict.value
    except SilentLaw:
        return SILENT_LAW


@pytest.mark.parametrize("threads", [1, 2])
def test_chunks_and_threads_change_nothing(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut into many chunks, by one thread or two, the report is the same, and is what counting case by case gives."""
    rules = {name: rule for name, rule in RULEBOOK.rules.items() if name != "show"}
    engine = LawEngine(replace(RULEBOOK, rules=rules), CATALOGUE)
    columns = any_cases(700, 3, catalogue=CATALOGUE, first=date(2024, 1, 1), last=date(2024, 3, 1))
    variant = Scenario(as_of=BEFORE, selection=Selection(proposals=frozenset({"many"})))
    whole = simulate(engine, columns, baseline=Scenario(), variant=variant, bands={"lines": (3,)})
    monkeypatch.setattr(module, "CHUNK_ROWS", 64)
    done: list[int] = []
    cut = simulate(
        engine, columns, baseline=Scenario(), variant=variant, bands={"lines": (3,)}, threads=threads,
        on_progress=done.append,
    )  # fmt: skip
    assert cut == whole
    assert done == [*range(64, 700, 64), 700]
    past = columns.past_cases(0, 700)
    pairs = Counter((_outcome(engine, one, Scenario()), _outcome(engine, one, variant)) for one in past)
    assert {key: n for key, (n, _) in _changes(whole).items()} == {
        key: n for key, n in pairs.items() if len(set(key)) > 1
    }


def test_no_cases_give_an_empty_report() -> None:
    """An empty file is a report of nothing, in data and in words."""
    report = simulate(ENGINE, CaseColumns.from_cases([], CATALOGUE), baseline=Scenario(), variant=Scenario(as_of=AFTER))
    assert (report.cases, report.changed, report.transitions) == (0, 0, ())
    assert as_text(report, "ja") == "申込みが1件もありません。"


def test_foreign_columns_and_bands_are_refused() -> None:
    """Codes of another catalogue are never read, and only numbers have bands."""
    with pytest.raises(ColumnsRefused):
        simulate(ENGINE, any_cases(3, 1, catalogue=CONTRACTS), baseline=Scenario(), variant=Scenario())
    with pytest.raises(ValueError, match="not a number"):
        simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario(), bands={"who": (1,)})


def test_the_document_is_json() -> None:
    """The report goes through JSON unchanged, with its scenarios and every table."""
    variant = Scenario(AFTER, date(2024, 3, 1), Selection(frozenset({"act"}), frozenset({"many"})))
    report = simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=variant, bands={"lines": (2,)})
    document = report.as_document()
    assert json.loads(json.dumps(document)) == document
    assert document["variant"] == {
        "as_of": "2024-02-01", "as_known_at": "2024-03-01", "adopted": ["act"], "proposals": ["many"],
    }  # fmt: skip
    assert document["baseline"]["as_of"] is None
    assert document["changed"] == sum(change["cases"] for change in document["transitions"])
    assert set(document["by"]) == {"event", "who", "lines"}


def test_the_text_says_the_answer_first() -> None:
    """Headline, then the two laws, then tables with counts and examples; silence and the limits are said."""
    report = simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario(as_of=AFTER))
    ja, en = as_text(report, "ja").splitlines(), as_text(report, "en").splitlines()
    assert ja[0] == "7件のうち3件（42.9%）で判断が変わります。"
    assert en[0] == "3 of 7 applications (42.9%) change their verdict."
    assert ja[2:4] == ["もとの条件: 各申込みの日の法令", "変えた条件: 2024-02-01の法令"]
    assert ja[4].startswith("もとの条件で1件、変えた条件で1件は、義務があるともないとも決める規則がなく")
    change = next(line for line in ja if line.startswith("  受付"))
    assert change.split() == ["受付", "証拠不足", "2", "28.6%", "c1,", "c4"]
    assert en[-1].startswith("Each application is judged by the evidence brought then")
    same = simulate(ENGINE, COLUMNS, baseline=Scenario(), variant=Scenario())
    assert as_text(same, "ja").startswith("7件のどの申込みでも判断は変わりません。")


def test_every_outcome_has_words() -> None:
    """No outcome and no result of a rule reaches a reader as a slug."""
    assert set(OUTCOME_WORDS) == set(OUTCOMES)
    assert set(RESULT_WORDS) == {"met", "unmet", "unknown", "not_applicable"}
