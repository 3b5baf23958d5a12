"""Patterns over many calls: seen at their threshold, not before, by several processes, within a file of fixed size."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.calls.windows import Pattern, Shape, SharedFile, Thresholds, Watch, WindowsUnusable

SMALL = Shape(trunks=4, last_calls=100, callers=64, ranges=16)
NOON = 1_795_000_200.0
"""A moment at the beginning of a generation of 300 s."""


def watch(tmp_path: Path, shape: Shape = SMALL, **limits: float) -> Watch:
    return Watch(SharedFile(tmp_path / "windows", shape), Thresholds(**limits))  # type: ignore[arg-type] # whole numbers


def forged(nth: int) -> str:
    return f"03{nth:08d}"


def test_forged_numbers_on_an_own_numbers_trunk_raise_one_alarm_at_the_hundredth_call(tmp_path: Path) -> None:
    """A trunk that shows a new number with each call is reported with its hundredth call, and once."""
    seen = watch(tmp_path)
    raised = [nth for nth in range(1, 1_001) if seen.own_numbers("ips", forged(nth), agreed=None)]
    assert raised == [100]


def test_a_call_centre_of_thirty_numbers_never_raises(tmp_path: Path) -> None:
    """Thirty numbers in turn are what such a trunk has, and no alarm."""
    seen = watch(tmp_path)
    assert not [nth for nth in range(2_000) if seen.own_numbers("centre", forged(nth % 30), agreed=30)]


def test_a_trunk_isnt_suspect_for_as_many_numbers_as_its_agreement_lists(tmp_path: Path) -> None:
    """A thousand agreed numbers, each shown once, raise nothing; the same calls with ten agreed ones do."""
    seen = watch(tmp_path)
    assert not [nth for nth in range(500) if seen.own_numbers("pbx", forged(nth), agreed=1_000)]
    assert [nth for nth in range(500) if seen.own_numbers("small", forged(nth), agreed=10)] == [99]


def test_an_alarm_ends_when_the_pattern_does_and_is_raised_again(tmp_path: Path) -> None:
    """After a hundred honest calls of one number, forging raises a second alarm."""
    seen = watch(tmp_path)
    calls = [forged(n) for n in range(100)] + ["0312345678"] * 100 + [forged(n) for n in range(100)]
    raised = [nth for nth, caller in enumerate(calls) if seen.own_numbers("t", caller, agreed=None)]
    assert raised[0] == 99
    assert len(raised) == 2


def test_one_caller_ringing_many_lines_is_reported_and_a_busy_friend_isnt(tmp_path: Path) -> None:
    """Different lines count, not calls: 5,000 calls to one line are nobody's call-back fraud."""
    seen = watch(tmp_path)
    assert not [n for n in range(5_000) if seen.rings("+15550100", "0312345678", at=NOON)]
    alarms = [alarm for n in range(400) if (alarm := seen.rings("+2105550100", forged(n), at=NOON + n / 10))]
    assert [(alarm.pattern, alarm.subject) for alarm in alarms] == [(Pattern.ONE_TO_MANY, "+2105550100")]
    assert 80 <= alarms[0].calls <= 130


def test_lines_rung_over_a_day_dont_add_up(tmp_path: Path) -> None:
    """Ten lines in each five minutes stay below a hundred for ever: what is older than the window is gone."""
    seen = watch(tmp_path)
    times = (NOON + 30 * n for n in range(2_880))
    assert not [at for at in times if seen.rings("0501234567", forged(int(at)), at=at)]


def test_a_spray_is_told_from_a_range_that_is_always_busy(tmp_path: Path) -> None:
    """A range with 300 callers in every generation is usual after an hour; the same number out of silence isn't."""
    seen = watch(tmp_path, spray_callers=200)
    alarms = []
    for generation in range(13):
        for n in range(300):
            alarm = seen.from_range("1212", f"+1212{generation:03d}{n:04d}", at=NOON + 300 * generation + n / 2)
            alarms += [generation] if alarm else []
    assert alarms == [0]
    quiet = [n for n in range(300) if seen.from_range("882", f"+882{n:07d}", at=NOON + 3_600)]
    assert len(quiet) == 1


def test_many_calls_of_few_callers_arent_a_spray(tmp_path: Path) -> None:
    """Callers of a range who each call often are conversations, not a spray."""
    seen = watch(tmp_path, spray_callers=50, spray_calls_each=3.0)
    calls = [f"+44{n // 10:07d}" for n in range(3_000)]
    assert not [caller for caller in calls if seen.from_range("44", caller, at=NOON)]


def test_memory_doesnt_grow_and_heavy_callers_stay_while_strangers_pass(tmp_path: Path) -> None:
    """Ten thousand single callers push each other out of 64 places; who rings a hundred lines is still reported."""
    seen = watch(tmp_path)
    # Already known when the flood begins: a caller of one call is as rare as any stranger.
    reported = any(seen.rings("+8835550100", forged(10_000 + n), at=NOON) for n in range(3))
    for n in range(10_000):
        seen.rings(f"+1{n:010d}", "0312345678", at=NOON + n / 100)
        if n % 50 == 0:
            reported = reported or seen.rings("+8835550100", forged(n), at=NOON + n / 100) is not None
    assert reported
    assert (tmp_path / "windows").stat().st_size == SMALL.size


def test_more_trunks_than_fit_are_counted_as_unwatched(tmp_path: Path) -> None:
    """The fifth trunk of a file for four isn't watched, and that is said."""
    seen = watch(tmp_path)
    for trunk in "abcde":
        seen.own_numbers(trunk, "0312345678", agreed=None)
    assert seen.unwatched == 1


@pytest.mark.parametrize("jump", [-86_400.0, -600.0, 900.0, 10.0**9])
def test_a_clock_that_jumps_neither_raises_nor_blinds(tmp_path: Path, jump: float) -> None:
    """After a jump either way the window begins anew, and the pattern is seen again there."""
    seen = watch(tmp_path)
    before = [n for n in range(60) if seen.rings("+2105550100", forged(n), at=NOON)]
    after = [n for n in range(60, 300) if seen.rings("+2105550100", forged(n), at=NOON + jump)]
    assert before == []
    assert len(after) == 1
    assert after[0] >= 140


_CHILD = """
import sys
from pathlib import Path
from sekisho.calls.windows import Shape, SharedFile, Watch
shared = SharedFile(Path(sys.argv[1]), Shape(trunks=4, last_calls=100, callers=64, ranges=16))
watch = Watch(shared)
raised = 0
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    raised += watch.own_numbers("ips", f"03{n:08d}", agreed=None) is not None
    raised += watch.rings("+2105550100", f"03{n:08d}", at=1795000200.0) is not None
print(raised)
"""


def test_four_processes_count_into_one_window(tmp_path: Path) -> None:
    """None of four children sees enough calls alone; together they raise each alarm once."""
    path = tmp_path / "windows"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(path), str(40 * child), str(40 * child + 40)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for child in range(4)
    ]
    assert sum(int(child.communicate(timeout=60)[0]) for child in children) == 2


def test_a_killed_child_leaves_lock_and_window_usable(tmp_path: Path) -> None:
    """Kill -9 in the middle of counting: the next process counts on at once, and still sees the pattern."""
    path = tmp_path / "windows"
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(path), "0", str(10**9)], stdout=subprocess.PIPE)
    while not path.exists() or path.stat().st_size < SMALL.size:
        assert child.poll() is None
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=60)
    seen = watch(tmp_path)
    assert [n for n in range(300) if seen.own_numbers("other", forged(n), agreed=None)] == [99]


def test_another_file_or_other_sizes_are_refused(tmp_path: Path) -> None:
    """What isn't such a file is left as it is."""
    path = tmp_path / "windows"
    path.write_bytes(b"x" * 100)
    with pytest.raises(WindowsUnusable):
        SharedFile(path, SMALL)
    assert path.read_bytes() == b"x" * 100
    path.unlink()
    SharedFile(path, SMALL).close()
    with pytest.raises(WindowsUnusable):
        SharedFile(path, Shape(trunks=4, last_calls=100, callers=64, ranges=8))


def test_no_number_stands_in_the_file(tmp_path: Path) -> None:
    """The shared file holds keyed hashes only: nobody reads a number in it."""
    seen = watch(tmp_path)
    seen.own_numbers("t", "0312345678", agreed=None)
    seen.rings("0312345678", "0698765432", at=NOON)
    held = (tmp_path / "windows").read_bytes()
    assert b"0312345678" not in held
    assert b"0698765432" not in held


@given(calls=st.lists(st.integers(0, 40), max_size=300))
def test_different_numbers_of_a_trunk_are_exact(tmp_path_factory: pytest.TempPathFactory, calls: list[int]) -> None:
    """The alarm comes exactly when the last hundred calls show more than thirty numbers, by plain counting."""
    seen = watch(tmp_path_factory.mktemp("w"), trunk_ratio=0.3)
    alarmed = False
    for nth, caller in enumerate(calls):
        held = calls[max(0, nth - 99) : nth + 1]
        over = len(held) == 100 and len(set(held)) > 30
        raised = seen.own_numbers("t", str(caller), agreed=None) is not None
        assert raised == (over and not alarmed)
        alarmed = raised or (alarmed and len(set(held)) > 0.15 * len(held))


def test_it_runs_on_the_standard_library_alone() -> None:
    """An interpreter without any other package starts it, as a SIP proxy's does."""
    source = Path(sys.modules["sekisho.calls.windows"].__file__ or "").parents[3]
    program = f"import sys; sys.path.insert(0, {str(source)!r}); import sekisho.calls.windows"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
