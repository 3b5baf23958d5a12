"""The made-up operator and its replays: the same for a seed, whole, in halves, and nobody's numbers."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import islice

import pytest

from bench.calls_replay import invented
from bench.calls_replay.replay import BEGIN, attack, benign, deck_size, ips_pro, world
from bench.calls_replay.scenario import Half, JudgedBy, Kind, Side, scenarios
from bench.calls_replay.trunks import OVERSEAS, OVERSEAS_UNSET, Shows
from bench.calls_replay.world import block_prefix
from sekisho.calls.numbers import Kind as NumberKind
from sekisho.calls.numbers import classify
from sekisho.calls.screening.call import Direction, RoamingProof
from sekisho.calls.screening.decision import Outcome

REPLAYS = {Side.BENIGN: benign, Side.ATTACK: attack}
HALVES: tuple[Half, ...] = ("a", "b")
ON = date(2026, 11, 16)


@pytest.mark.parametrize("side", Side)
def test_the_same_seed_makes_the_same_calls(side: Side) -> None:
    """Twice the same calls, the first ones whatever the count; another seed makes others."""
    replay = REPLAYS[side]
    first = list(replay(2_000, 5))
    assert first == list(replay(2_000, 5))
    assert first[:300] == list(replay(300, 5))
    assert first != list(replay(2_000, 6))
    world.cache_clear()
    assert first[:300] == list(replay(300, 5)), "also in a world made anew"


@pytest.mark.parametrize("side", Side)
def test_a_round_has_every_scenario_as_often_as_its_weight(side: Side) -> None:
    """Dealt once, a deck has each scenario exactly weight times, and a half's deck none of the other half."""
    replay = REPLAYS[side]
    for half in (None, *HALVES):
        drawn = Counter(name for name, _ in replay(deck_size(side, half), 1, half))
        assert drawn == {row.id: row.weight for row in scenarios(side, half)}


@pytest.mark.parametrize("side", Side)
def test_halves_are_halves(side: Side) -> None:
    """Of each kind the halves have as many scenarios, one more at most, and of all calls 40 to 60 % each."""
    kinds = {half: Counter(row.kind for row in scenarios(side, half)) for half in HALVES}
    for kind in kinds["a"] | kinds["b"]:
        assert abs(kinds["a"][kind] - kinds["b"][kind]) <= 1, kind
        assert min(kinds["a"][kind], kinds["b"][kind]) >= 1, kind
    assert 0.4 < deck_size(side, "a") / deck_size(side) < 0.6


def test_there_are_enough_scenarios_with_ids_of_their_own() -> None:
    """At least 40 honest ones and 25 attacks; each has its own id, its reason, and a source."""
    rows = [*scenarios(Side.BENIGN), *scenarios(Side.ATTACK)]
    assert len(scenarios(Side.BENIGN)) >= 40
    assert len(scenarios(Side.ATTACK)) >= 25
    assert len({row.id for row in rows}) == len(rows)
    assert all(row.what and row.because and row.source for row in rows)
    assert all(row.judged_by is JudgedBy.CALL or row.kind is Kind.PATTERN for row in rows)


def test_emergency_calls_may_only_pass() -> None:
    """No other outcome is acceptable for outgoing emergency calls and for call-backs."""
    emergency = [row for row in scenarios(Side.BENIGN) if row.kind in {Kind.EMERGENCY_OUT, Kind.EMERGENCY_CALLBACK}]
    assert len(emergency) >= 10
    assert all(row.acceptable == {Outcome.PASS} for row in emergency)


def test_honest_calls_are_refused_or_labelled_only_where_the_line_asked_or_the_facts_say_so() -> None:
    """A refusal or announcement is acceptable only for what a line asked; passing an attack never is."""
    hard = {Outcome.REJECT, Outcome.ANNOUNCE}
    assert all(row.kind is Kind.ASKED for row in scenarios(Side.BENIGN) if row.acceptable & hard)
    assert not any(Outcome.PASS in row.acceptable for row in scenarios(Side.ATTACK))


def test_calls_fit_their_trunk_and_line() -> None:
    """A call's direction is its trunk's, and a line is named exactly where the called number is a subscriber's."""
    held = world(1)
    for side, replay in REPLAYS.items():
        for name, call in replay(deck_size(side), 1):
            assert held.trunks[call.trunk].direction is call.direction, name
            assert call.line is None or held.lines[call.line].number == call.called, name
            assert call.at >= BEGIN
            assert not (call.emergency_callback and held.trunks[call.trunk].shows is not Shows.EMERGENCY), name


def test_every_pool_and_form_is_of_use() -> None:
    """Each pool is drawn from by a scenario, makes up a trunk's agreement, or a list; each form is written."""
    draws = " ".join(str(dict(row.draw)) for side in Side for row in scenarios(side))
    unused = {name for name in world(1).pools if not re.search(rf"\b{name}\b", draws)}
    assert not unused
    assert not {name for name in invented.FORMS if name != "national" and f" as {name}" not in draws}


def test_fixed_numbers_can_be_nobodys() -> None:
    """Every ten-digit fixed number of the world, police stations' too, has an exchange that begins with 1 or 0."""
    held = world(3)
    pools = [*held.pools.values(), tuple(each.number for each in held.lines.values())]
    fixed = {
        each
        for pool in pools
        for each in pool
        if each.startswith("0") and len(each) == 10 and classify(each, on=ON).kind is NumberKind.FIXED
    }
    areas = (*invented.AREAS, "0987")
    assert len(fixed) > 20_000
    assert all(any(each.startswith((area + "1", area + "0")) for area in areas) for each in fixed)
    assert all(each.endswith("0110") for each in held.pools["police"])
    assert set(held.pools["police"]) <= fixed


@pytest.mark.parametrize(
    ("pool", "kind"),
    [
        ("mobile", NumberKind.MOBILE),
        ("mobile_060", NumberKind.MOBILE),
        ("own_fmc", NumberKind.FMC),
        ("ip_phone", NumberKind.IP_PHONE),
        ("freephone", NumberKind.SERVICE),
        ("service_570", NumberKind.SERVICE),
        ("service_800", NumberKind.SERVICE),
        ("m2m", NumberKind.M2M),
        ("uifn", NumberKind.UIFN),
        ("foreign", NumberKind.FOREIGN),
        ("foreign_honest_0110", NumberKind.FOREIGN),
        ("foreign_listed", NumberKind.FOREIGN),
        ("unused_code", NumberKind.COUNTRY_UNASSIGNED),
        ("nanp_impossible", NumberKind.FOREIGN_IMPOSSIBLE),
        ("foreign_too_long", NumberKind.FOREIGN_IMPOSSIBLE),
    ],
)
def test_numbers_have_their_pools_shape(pool: str, kind: NumberKind) -> None:
    """What a pool is called is what the number plan says of its numbers on the day of the calls."""
    few = islice(world(2).pools[pool], 400)
    assert {classify(each, on=ON).kind for each in few} == {kind}


def test_designated_blocks_cover_who_exists_and_nobody_else() -> None:
    """Honest domestic numbers stand in a block that is in use; nobody's numbers in none, or in one not in use."""
    held = world(1)
    blocks = {each.prefix: each for each in held.blocks}
    assert len(blocks) == len(held.blocks)
    for pool in ("fixed", "mobile", "mobile_060", "ip_phone", "police", "fire", "freephone", "ported_out"):
        assert all(blocks[block_prefix(each)].in_service for each in held.pools[pool]), pool
    assert all(block_prefix(each.number) in blocks for each in held.lines.values())
    for pool in ("undesignated", "after_table"):
        assert not {block_prefix(each) for each in held.pools[pool]} & set(blocks), pool
    assert not any(blocks[block_prefix(each)].in_service for each in held.pools["designated_unused"])
    assert {each.area for each in held.blocks if each.prefix.startswith("031")} == {"03"}


def test_lists_hold_who_is_listed_and_no_longer_who_was_freed() -> None:
    """On the day of the calls every listed caller has an entry, and a freed one only an entry that has ended."""
    held = world(1)
    now = [each for each in held.listed if each.until is None or each.until >= ON]
    singles = {each.first for each in now if each.first == each.last}
    (span,) = [each for each in now if each.first != each.last]
    assert set(held.pools["foreign_listed"]) <= singles
    assert all(
        len(each) == len(span.first) and span.first <= each <= span.last for each in held.pools["foreign_listed_range"]
    )
    freed = set(held.pools["foreign_freed"])
    assert freed
    assert freed <= {each.first for each in held.listed}
    assert not freed & singles


def test_roaming_is_proven_only_where_said() -> None:
    """Proven, refuted and unchecked roamers all come; proof is never claimed for calls that don't come from abroad."""
    calls = [call for side, replay in REPLAYS.items() for _, call in replay(deck_size(side), 1)]
    abroad = {call.roaming for call in calls if call.direction is Direction.ABROAD}
    assert abroad == set(RoamingProof)
    assert {call.roaming for call in calls if call.direction is not Direction.ABROAD} == {RoamingProof.NOT_CHECKED}


@pytest.mark.parametrize(("with_contract", "trunk"), [(True, OVERSEAS), (False, OVERSEAS_UNSET)])
def test_the_case_of_2025_keeps_its_proportions(with_contract: bool, trunk: str) -> None:
    """One trunk, three distinct numbers in four calls, 7 % ending in 0110, none of them the trunk's own."""
    calls = [call for _, call in ips_pro(20_000, 4, with_contract=with_contract)]
    own = world(4).pools["overseas_line"][0]
    shown = [(call.asserted or "").replace("+81", "0") for call in calls]
    assert {call.trunk for call in calls} == {trunk}
    assert 0.72 < len(set(shown)) / len(shown) < 0.80
    assert 0.06 < sum(each.endswith("0110") for each in shown) / len(shown) < 0.08
    assert own not in shown
    assert len(set(shown[:100])) > 50, "an alarm by distinct numbers can come within a hundred calls"
    assert calls == [call for _, call in ips_pro(20_000, 4, with_contract=with_contract)]
    agreed = world(4).trunks[trunk]
    assert (agreed.numbers == {own}) is with_contract
    assert (agreed.otherwise is None) is not with_contract


def test_forged_numbers_are_distinct() -> None:
    """Distinct for distinct places, of a fixed number's shape, and there are more than the case needs."""
    made = {invented.forged_at(each) for each in range(50_000)}
    assert len(made) == 50_000
    assert {len(each) for each in made} == {10}
    assert invented.FORGED > 1_500_000
    assert invented.FORGED % 7_368_787 != 0
    with pytest.raises(IndexError):
        invented.forged_at(invented.FORGED)
