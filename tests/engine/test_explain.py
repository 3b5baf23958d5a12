"""Explanations: every condition with item, fact, value, origin and truth; sentences by audience and language."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.engine.conclude import Finding, Outcome
from sekisho.engine.explain import Audience, Explained, Explainer, finding_sentence, truths_of
from sekisho.engine.facts import Item
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Cited, Count, Exists, Not, Op, Period, Ref, SetRef, Unless
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import DatedSet, Edge, Message, Role, Rule
from sekisho.engine.verdicts import Reason, RuleVerdict, Truth
from tests.engine.builders import DAY, case, engine, exception, outcome, rule, text

PHOTO, AGREED = Atom("photo", True, Op.EQ, True), Atom("agreed", False, Op.EQ, True)
DUTY = rule("duty", Role.DUTY)
PAPERS: dict[str, list[Item]] = {"paper": [{"photo": False}, {"at": DAY}]}
SETS = [DatedSet("good", ((date(2000, 1, 1), None, frozenset({"book"})),))]


def _origin(kind: str, position: int) -> str:
    return f"{kind} {position} attested"


def _trees(over: LawEngine, found: Outcome, rule_id: str) -> dict[str, Explained]:
    made = over.rulebook.rules[rule_id]
    return dict(Explainer(over).trees(made, found, truths_of(found), _origin))


def _tree(made: Rule, **facts: bool) -> Explained:
    over = engine(DUTY, made, sets=SETS)
    return _trees(over, outcome(over, case(PAPERS, **facts)), made.id)["requires"]


def test_the_tree_says_what_each_condition_found_about_which_item() -> None:
    """Item, fact, value, where it came from, and the truth found, for each item that was looked at."""
    tree = _tree(rule("a", requires=AllOf((Exists("paper", PHOTO), AGREED))), agreed=True)
    assert (tree.form, tree.truth, tree.item) == ("all", Truth.UNKNOWN, None)
    exists, agreed = tree.parts
    assert (exists.form, exists.kind, exists.truth, exists.item) == ("exists", "paper", Truth.UNKNOWN, None)
    assert (agreed.form, agreed.name, agreed.value, agreed.truth) == ("atom", "agreed", True, Truth.MET)
    assert (agreed.operator, agreed.operand, agreed.origin, agreed.item) == ("eq", True, None, None)
    first, second = exists.parts
    assert (first.name, first.kind, first.item, first.value) == ("photo", "paper", 0, False)
    assert (first.truth, first.origin) == (Truth.UNMET, "paper 0 attested")
    assert (second.item, second.value, second.truth, second.origin) == (1, None, Truth.UNKNOWN, "paper 1 attested")


def test_each_slot_has_its_tree_and_what_was_not_looked_at_has_none() -> None:
    """When, exceptions, requirement and closing act; nothing is made up for a rule that isn't about the case."""
    made = rule("a", when=AGREED, requires=PHOTO, completion=AGREED, excepts=(exception(Not(AGREED)),))
    over = engine(DUTY, made)
    found = outcome(over, case(agreed=True))
    assert list(_trees(over, found, "a")) == ["when", "requires", "completion", "excepts.0"]
    elsewhere = outcome(over, case(agreed=False))
    assert list(_trees(over, elsewhere, "a")) == ["when"]
    assert _trees(over, found, "duty") == {}


def test_provisions_stand_at_the_conditions_that_rest_on_them() -> None:
    """A named condition and a cited exception bring their own citations."""
    tree = _tree(rule("a", requires=AllOf((Cited("fresh", ("act.5",), AGREED), Unless(AGREED, ("act.6",), AGREED)))))
    named, unless = tree.parts
    assert (named.form, named.name, named.provisions) == ("cited", "fresh", ("act.5",))
    assert (unless.form, unless.provisions, len(unless.parts)) == ("unless", ("act.6",), 2)


@pytest.mark.parametrize(
    ("node", "operand"),
    [
        (Atom("since", False, Op.WITHIN, Period(6, 0, Ref("until", False))), {"months": 6, "days": 0, "of": "until"}),
        (Atom("since", False, Op.LTE, Ref("until", False)), {"fact": "until"}),
        (Atom("colour", False, Op.IN, ("red", "blue")), ["red", "blue"]),
        (Atom("colour", False, Op.IN, SetRef("good")), {"set": "good"}),
        (Count("paper", PHOTO, Op.GTE, 2), 2),
    ],
)
def test_operands_are_plain(node: Atom | Count, operand: object) -> None:
    """References, sets and periods are told by name."""
    assert _tree(rule("a", requires=node)).operand == operand


def test_a_nested_item_is_told_under_its_own_kind() -> None:
    """The seal inside the paper's condition is the seal."""
    inner = Exists("seal", Atom("good", True, Op.EQ, True))
    over = engine(DUTY, rule("a", requires=Exists("paper", AllOf((PHOTO, inner)))))
    found = outcome(over, case({"paper": [{"photo": True}], "seal": [{"good": False}]}))
    [all_of] = _trees(over, found, "a")["requires"].parts
    photo, seal = all_of.parts
    assert (photo.kind, photo.item, photo.value) == ("paper", 0, True)
    assert (seal.form, seal.kind, seal.truth) == ("exists", "seal", Truth.UNMET)
    assert [(part.kind, part.item, part.value) for part in seal.parts] == [("seal", 0, False)]


@pytest.mark.parametrize(
    ("node", "ja", "en"),
    [
        (AGREED, "? agreedの題: 不明（= はい）", "? title of agreed: unknown (= yes)"),
        (Exists("seal", PHOTO), "✗ sealの題がありません", "✗ no item: title of seal"),
        (Exists("paper", PHOTO), "? paperの題", "? title of paper"),
        (Count("paper", PHOTO, Op.GTE, 2), "✗ paperの題の数（≥ 2）", "✗ count of title of paper (≥ 2)"),
        (Not(AGREED), "? 次でないこと", "? not"),
        (AnyOf((AGREED, AGREED)), "? いずれか", "? any of"),
        (Cited("fresh", ("act.5",), AGREED), "? fresh（act.5）", "? fresh (act.5)"),
        (
            Atom("since", False, Op.WITHIN, Period(6, 0, Ref("until", False))),
            "? sinceの題: 不明（期間内: 6か月）",
            "? title of since: unknown (within 6 months)",
        ),
        (
            Atom("since", False, Op.WITHIN, Period(0, 3, Ref("until", False))),
            "? sinceの題: 不明（期間内: 3日）",
            "? title of since: unknown (within 3 days)",
        ),
        (
            Atom("colour", False, Op.IN, ("red", "blue")),
            "? colourの題: 不明（次のいずれか: blue・red）",
            "? title of colour: unknown (one of blue・red)",
        ),
    ],
)
def test_a_condition_has_a_sentence_in_both_languages(
    node: Atom | Exists | Count | Not | AnyOf | Cited, ja: str, en: str
) -> None:
    """For staff and auditors: what was asked, what was there, and whether it is met."""
    over = engine(DUTY, rule("a", requires=node), sets=SETS)
    found = outcome(over, case(PAPERS))
    if isinstance(node, Count):
        found = outcome(over, case({"paper": [{"photo": False}]}))
    explainer = Explainer(over)
    tree = _trees(over, found, "a")["requires"]
    assert explainer.sentence(tree, "ja") == ja
    assert explainer.sentence(tree, "en") == en


# --- why a rule isn't met ---------------------------------------------------------------------------------------------


def _why(made: Rule, papers: list[Item], most: int = 9, **facts: bool) -> list[str]:
    over = engine(DUTY, made)
    found = outcome(over, case({"paper": papers} if papers else {}, **facts))
    return [said.en for said in Explainer(over).why_not(made, found, truths_of(found), most)]


def test_why_not_names_what_stands_in_the_way_and_nothing_else() -> None:
    """What is met isn't told; of several items the one that comes nearest is."""
    both = Exists("paper", AllOf((PHOTO, Atom("name_agrees", True, Op.EQ, True))))
    made = rule("a", requires=AllOf((AGREED, both)))
    half: Item = {"photo": False, "name_agrees": True}
    none: Item = {"photo": False, "name_agrees": False}
    assert _why(made, [none, half], agreed=True) == ["✗ title of photo: no (= yes)"]
    assert _why(made, [], agreed=True) == ["✗ no item: title of paper"]
    assert _why(made, [half]) == ["? title of agreed: unknown (= yes)", "✗ title of photo: no (= yes)"]
    assert _why(made, [half], most=1) == ["? title of agreed: unknown (= yes)"]
    assert _why(made, [{"photo": True, "name_agrees": True}], agreed=True) == []


def test_the_same_sentence_is_said_once() -> None:
    """Two conditions on the same thing are one problem."""
    assert _why(rule("a", requires=AllOf((AGREED, AGREED))), [], agreed=False) == ["✗ title of agreed: no (= yes)"]


def test_sentences_are_of_this_case_though_kept() -> None:
    """What is kept between cases depends on value and truth: another case gets its own words."""
    made = rule("a", requires=AllOf((AGREED, Atom("age", False, Op.GTE, 18))))
    over = engine(DUTY, made)
    explainer = Explainer(over)

    def said(about: dict[str, bool | int]) -> list[str]:
        found = outcome(over, case(**about))
        return [sentence.en for sentence in explainer.why_not(made, found, truths_of(found), 9)]

    assert said({"agreed": False, "age": 3}) == ["✗ title of agreed: no (= yes)", "✗ title of age: 3 (≥ 18)"]
    assert said({"agreed": False, "age": 4})[1] == "✗ title of age: 4 (≥ 18)"
    assert said({"age": 20}) == ["? title of agreed: unknown (= yes)"]


# --- findings ---------------------------------------------------------------------------------------------------------


def _finding(made: Rule, verdict: RuleVerdict, reason: Reason | None = None) -> Finding:
    return Finding(made, verdict, reason, None, binding=True)


METHOD = rule("a", requires=PHOTO)
REFUSAL = rule("no", Role.REFUSAL, requires=AGREED)
BARE = Message(text("staff"), text("applicant"), None, None)


@pytest.mark.parametrize(
    ("verdict", "audience", "said"),
    [
        (RuleVerdict.MET, Audience.STAFF, "staff a (en)"),
        (RuleVerdict.MET, Audience.AUDITOR, "staff a (en)"),
        (RuleVerdict.MET, Audience.APPLICANT, "applicant a (en)"),
        (RuleVerdict.UNMET, Audience.STAFF, "how a (en)"),
        (RuleVerdict.UNKNOWN, Audience.APPLICANT, "how a (en)"),
    ],
)
def test_a_method_says_what_it_found_or_what_to_do(verdict: RuleVerdict, audience: Audience, said: str) -> None:
    """Met: what that means, in the audience's words. Otherwise: how to meet it."""
    assert finding_sentence(_finding(METHOD, verdict), audience, "en") == said


def test_each_language_has_its_words() -> None:
    """Japanese is not English with other letters."""
    assert finding_sentence(_finding(METHOD, RuleVerdict.MET), Audience.STAFF, "ja") == "staff a（日）"


@pytest.mark.parametrize("role", [Role.REFUSAL, Role.DUTY, Role.SCOPE])
@pytest.mark.parametrize("verdict", [RuleVerdict.UNMET, RuleVerdict.UNKNOWN])
@pytest.mark.parametrize("audience", list(Audience))
def test_a_ground_that_is_not_met_claims_nothing(role: Role, verdict: RuleVerdict, audience: Audience) -> None:
    """Nobody reads that a line was handed on without consent where nobody found that."""
    made = rule("r", role, message=BARE)
    said = finding_sentence(_finding(made, verdict), audience, "en")
    assert "staff" not in said
    assert "applicant" not in said
    assert finding_sentence(_finding(made, RuleVerdict.MET), Audience.STAFF, "en") == "staff (en)"


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_is_not_applicable_says_why(reason: Reason, lang: str) -> None:
    """Each reason has its words; an ended rule says what to do now, where it has something to say."""
    said = finding_sentence(_finding(METHOD, RuleVerdict.NOT_APPLICABLE, reason), Audience.APPLICANT, lang)
    assert said
    assert "how" not in said
    until = Edge(date(2026, 1, 1), date(2025, 1, 1), "act")
    ended = rule("a", end=until, message=Message(text("staff"), text("applicant"), text("how"), text("now do that")))
    told = finding_sentence(_finding(ended, RuleVerdict.NOT_APPLICABLE, reason), Audience.APPLICANT, lang)
    assert told == (text("now do that").in_(lang) if reason is Reason.ENDED else said)
