"""The compiled tables against the engine's own conditions, and the days on which they change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.screening import compile as compiler
from sekisho.calls.screening import table
from sekisho.calls.screening.agreements import midnight
from sekisho.calls.screening.errors import RulesRefused
from sekisho.calls.screening.features import Reader, calls_emergency
from sekisho.calls.screening.lookups import NO_SETTINGS
from sekisho.calls.screening.outcome import decision_of, resolve
from sekisho.calls.screening.scalar import Scalar
from sekisho.calls.screening.screen import NOTHING_AGAINST_IT, Screen
from sekisho.calls.screening.vocabulary import FEATURES, NAMES, Vector, named
from tests.calls.screening.world import AT, LINES, SNAPSHOT, World, bundle, call, shipped_json

NUMBERS = [
    "0355550100", "+81355550100", "0355557777", "0355559999", "0666661234", "0312345678", "0356661234", "09055551234",
    "+819055554321", "05055561234", "0120555010", "0120555011", "02012345678", "110", "119", "188", "06012345678",
    "+12025550110", "+12025550177", "+12025550199", "+10335810110", "+180335810110", "+8312345678", "+80012345678",
    "442079460000", "alice", "０３５５５５０１００", "1840355550100", "", "+", "0" * 40,
]  # fmt: skip


@st.composite
def atoms(draw: st.DrawFn) -> dict[str, Any]:
    """One comparison of a feature."""
    name = draw(st.sampled_from(NAMES))
    if draw(st.booleans()):
        return {name: {"eq": draw(st.sampled_from(FEATURES[name]))}}
    return {name: {"in": draw(st.lists(st.sampled_from(FEATURES[name]), min_size=1, max_size=3, unique=True))}}


CONDITIONS = st.recursive(
    atoms(),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=4,
)
VECTORS = st.tuples(*(st.integers(0, len(values) - 1) for values in FEATURES.values()))


def rule(at: int, when: object, **more: Any) -> dict[str, Any]:
    """A rule as written, that passes or withholds."""
    text = {"ja": "試験", "en": "test"}
    return {
        "id": f"test.{at}", "priority": at, "title": text, "when": when, "outcome": "pass", "reason": "test",
        "basis": ["telecom-business-act.4-1"], "strength": "house", "from": date(2020, 1, 1),
        "text_state": "summary", "source": "test", "message": text,
    } | more  # fmt: skip


def written(rules: list[dict[str, Any]]) -> str:
    """Rules as a file of rules, the two emergency rules that every set needs before them."""
    first = [
        rule(1, {"called": {"eq": "emergency"}}, id="first.1"),
        rule(2, {"callback": {"in": ["marked", "shaped"]}}, id="first.2"),
    ]
    return yaml.safe_dump({"rules": first + rules}, allow_unicode=True, default_flow_style=None, width=10_000)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def dumped(rules: list[dict[str, Any]]) -> str:
    """As :func:`written`, without the aliases that the strict reader refuses."""
    document = yaml.safe_load(written(rules))
    return yaml.dump(document, Dumper=_NoAliases, allow_unicode=True, width=10_000)


@settings(max_examples=150, deadline=None)
@given(conditions=st.lists(CONDITIONS, min_size=1, max_size=5), vectors=st.lists(VECTORS, min_size=1, max_size=40))
def test_a_table_equals_the_engine(conditions: list[dict[str, Any]], vectors: list[Vector]) -> None:
    """For random rule sets and random features the table finds the rule that the engine's conditions find first."""
    made: list[dict[str, Any]] = []
    for at, when in enumerate(conditions, 3):
        outcome = "anonymise" if at % 2 else "pass"
        try:
            compiler.read_rules({"one.yaml": dumped([rule(3, when, outcome=outcome)])})
        except RulesRefused:
            continue  # never met, or about emergency calls: the compiler's tests see to those
        made.append(rule(len(made) + 3, when, outcome=outcome))
    rules = compiler.read_rules({"set.yaml": dumped(made)})
    found = table.load(compiler.compiled_json(rules, name="test")).at(AT)
    assert found is not None
    scalar = Scalar(rules, on=date(2026, 11, 23))
    for vector in vectors:
        wanted = scalar.first(vector)
        at = found.match(vector)
        assert (None if at < 0 else found.rules[at].id) == (None if wanted is None else wanted.compiled.id)


@settings(max_examples=300, deadline=None)
@given(
    asserted=st.none() | st.sampled_from(NUMBERS), presented=st.none() | st.sampled_from(NUMBERS),
    direction=st.sampled_from(FEATURES["direction"]), line=st.none() | st.sampled_from(sorted(LINES)),
    trunk=st.sampled_from(["own", "own-reject", "transit-out", "dom", "dom-limited", "intl", "hub", "police", "?"]),
    called=st.sampled_from(["0666669876", "110", "184119"]), privacy=st.sampled_from([(), ("id",), ("none",)]),
    roaming=st.sampled_from(["proven", "refuted", "not_checked"]), callback=st.booleans(),
    signature=st.sampled_from(FEATURES["signature"]), diverted=st.lists(st.sampled_from(NUMBERS), max_size=2),
    isup=st.sampled_from([{}, {"screening": "failed"}, {"international": True}, {"restricted": True}]),
)  # fmt: skip
def test_the_core_equals_the_engine_on_calls(
    asserted: str | None, presented: str | None, direction: str, line: str | None, trunk: str, called: str,
    privacy: tuple[str, ...], roaming: str, callback: bool, signature: str, diverted: list[str],
    isup: dict[str, Any],
) -> None:  # fmt: skip
    """Under the shipped rules the core decides every call as the rules do one by one, and harms no emergency call."""
    one = call(
        asserted=asserted, presented=presented, direction=direction, line=line, trunk=trunk, called=called,
        privacy=privacy, roaming=roaming, emergency_callback=callback, signature=signature, diverted_by=diverted,
        isup=isup,
    )  # fmt: skip
    used = bundle()
    decision = Screen(used).decide(one)
    assert decision.failed_open is None
    emergency = calls_emergency(called)
    agreement = used.agreements.of(one.trunk, one.direction, one.at)
    vector, hit, asked, failed = Reader(on=date(2026, 11, 23), designations=SNAPSHOT).read(
        one, agreement, World(), World(), emergency_call=emergency
    )
    assert failed is None
    found = Scalar(compiler.shipped(), on=date(2026, 11, 23)).first(vector)
    otherwise = NOTHING_AGAINST_IT.outcome if agreement is None else agreement.otherwise
    wanted = (
        NOTHING_AGAINST_IT if found is None else decision_of(resolve(found.compiled, otherwise, hit, asked))
    )
    assert decision == wanted
    if emergency or callback:
        assert decision.outcome.value == "pass"


def test_vectors_have_names() -> None:
    """Features in words and as positions are the same."""
    vector = tuple(len(values) - 1 for values in FEATURES.values())
    words = named(vector)
    assert tuple(FEATURES[name].index(words[name]) for name in NAMES) == vector


def test_rules_change_at_midnight_in_japan() -> None:
    """A rule that ends gives way to the next at 15:00 UTC, without anything being loaded; the clock may jump."""
    change = date(2026, 12, 1)
    rules = compiler.read_rules(
        {
            "set.yaml": dumped(
                [
                    rule(3, {"direction": {"eq": "domestic"}}, id="old", until=change),
                    rule(3, {"direction": {"eq": "domestic"}}, id="new", **{"from": change}),
                ]
            )
        }
    )
    screen = Screen(bundle(rules=table.load(compiler.compiled_json(rules, name="test"))))
    before, after = datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert midnight(change) == after
    for moment, wanted in ((before, "old"), (after, "new"), (before, "old"), (after, "new")):
        assert screen.decide(call(at=moment, direction="domestic", trunk="dom", asserted="0666661234")).rule == wanted


def test_before_the_first_rule_calls_pass_and_are_counted() -> None:
    """A clock that jumped to a day the rules don't speak of lets calls through, and says so."""
    screen = Screen(bundle())
    for year in (1970, 2019):
        moment = datetime(year, 12, 31, tzinfo=UTC)
        decision = screen.decide(call(at=moment, trunk="own-reject", asserted="0666661234"))
        assert (decision.outcome.value, decision.failed_open) == ("pass", "no_rules_for_that_day")
    assert screen.counts.failed_open["no_rules_for_that_day"] == 2
    assert screen.decide(call(trunk="own-reject", asserted="0666661234")).outcome.value == "reject"


def test_the_artefact_is_the_same_every_time() -> None:
    """Compiling twice gives the same bytes, and they load to the shipped rules in their order."""
    assert compiler.compiled_json(compiler.shipped(), name="shipped") == shipped_json()
    loaded = table.load(shipped_json())
    assert [each.id for each in loaded.rules] == [each.compiled.id for each in compiler.shipped()]
    assert NO_SETTINGS.foreign_calls.consent is None
