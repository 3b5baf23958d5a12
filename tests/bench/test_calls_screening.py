"""The replays held against the rules as they are shipped, smaller than in the benchmark and with the same demands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.calls_replay import product, replay
from bench.calls_replay.grade import Grade, grade
from bench.calls_replay.scenario import Side, scenarios
from sekisho.calls.screening import bundle
from sekisho.calls.screening.bundle import Bundle
from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.screening.screen import Screen
from sekisho.calls.windows import Shape, SharedFile, Watch

SEED = 7
CALLS = 17_000
"""Two rounds of the honest deck."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    root = tmp_path_factory.mktemp("bundle")
    parts = product.parts(replay.world(SEED), numbers=2_000, ranges=20)
    return bundle.load(root / bundle.write(root, parts, made_at=replay.BEGIN))


def graded(published: Bundle, side: Side) -> Grade:
    screen = Screen(published)
    calls = replay.benign(CALLS, SEED) if side is Side.BENIGN else replay.attack(CALLS, SEED)

    def decided() -> Iterator[tuple[str, Decision]]:
        for name, call in calls:
            yield name, screen.decide(call)

    return grade(decided(), scenarios(side))


def test_honest_callers_are_left_alone(published: Bundle) -> None:
    """At most one honest call in four hundred is treated wrongly; of emergency calls, either way, none."""
    found = graded(published, Side.BENIGN)
    assert found.wrong_percent <= 0.25
    assert found.emergency_callbacks > 50
    assert found.emergency_out > 50
    assert (found.emergency_wrong, found.emergency_out_harmed, found.failed_open) == (0, 0, 0)


def test_forged_calls_that_give_themselves_away_are_stopped(published: Bundle) -> None:
    """Every scenario of forged numbers is stopped at its first call; patterns aren't claimed to be."""
    found = graded(published, Side.ATTACK)
    assert found.attacks > 10_000
    assert found.attack_passed == 0
    assert found.pattern_passed > 0


def test_with_an_agreement_every_call_of_the_ips_pro_shape_is_stopped(published: Bundle) -> None:
    """A trunk agreed for one number shows no other, from the first call on."""
    screen = Screen(published)
    outcomes = {screen.decide(call).outcome for _, call in replay.ips_pro(5_000, SEED, with_contract=True)}
    assert outcomes == {Outcome.REJECT}


def test_without_an_agreement_there_is_an_alarm_within_a_hundred_calls(tmp_path: Path, published: Bundle) -> None:
    """Numbers that are in service pass one by one; the hundredth call raises the alarm."""
    screen, watch = Screen(published), Watch(SharedFile(tmp_path / "windows", Shape()))
    alarms, passed = [], 0
    for nth, (_, call) in enumerate(replay.ips_pro(300, SEED, with_contract=False), 1):
        passed += screen.decide(call).outcome is Outcome.PASS
        alarms += [nth] if watch.own_numbers(call.trunk, call.asserted or "", agreed=None) else []
    assert alarms == [100]
    assert passed > 0
