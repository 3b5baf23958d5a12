"""From a judged call to the windows: what is counted where, and what never is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.screening.agreements import Agreement, NumberSet, Shows
from sekisho.calls.screening.call import Call, Direction, IsupHints
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.windows import Pattern, Shape, SharedFile, Thresholds, Watch
from sekisho.calls.windows.observe import Observer, alarm_record
from sekisho.calls.windows.origin import OriginKind, country_code, origin_of, range_of

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def observer(tmp_path: Path) -> Observer:
    shape = Shape(trunks=4, last_calls=100, callers=64, ranges=16)
    return Observer(Watch(SharedFile(tmp_path / "windows", shape), Thresholds(spray_callers=100, lines_rung=50)))


def call(number: str | None, **said: Any) -> Call:
    given = {"at": AT, "trunk": "t1", "direction": Direction.ABROAD, "called": "0398765432", "asserted": number}
    return Call(**{**given, **said})


def agreement(shows: Shows, *ranges: tuple[str, str]) -> Agreement:
    return Agreement(id="a1", trunk="t1", direction=Direction.EGRESS, shows=shows, otherwise=Outcome.ANONYMISE,
                     begins=date(2026, 1, 1), numbers=NumberSet((), ranges))  # fmt: skip


def patterns(seen: Observer, calls: Iterable[Call], under: Agreement | None = None) -> list[tuple[int, Pattern]]:
    return [(nth, one.pattern) for nth, each in enumerate(calls, 1) for one in seen.observe(each, under)]


def egress(count: int) -> list[Call]:
    return [call(f"03{n:08d}", direction=Direction.EGRESS) for n in range(10_000_000, 10_000_000 + count)]


def test_the_ratio_is_watched_unless_the_agreement_is_for_transit(tmp_path: Path) -> None:
    """A new number with each call: an alarm at the hundredth on such a trunk and without an agreement, none on transit.
    """
    own, open_ = agreement(Shows.OWN_NUMBERS, ("0398760000", "0398760009")), agreement(Shows.TRANSIT)
    (tmp_path / "b").mkdir()
    assert patterns(observer(tmp_path), egress(300), own) == [(100, Pattern.MANY_NUMBERS_ON_TRUNK)]
    assert patterns(observer(tmp_path / "b"), [*egress(300)], open_) == []
    (tmp_path / "c").mkdir()
    assert patterns(observer(tmp_path / "c"), egress(300)) == [(100, Pattern.MANY_NUMBERS_ON_TRUNK)]


def test_a_trunk_may_show_as_many_as_its_agreement_lists(tmp_path: Path) -> None:
    """Ten thousand agreed numbers in a range: three hundred of them are no alarm."""
    assert patterns(observer(tmp_path), egress(300), agreement(Shows.OWN_NUMBERS, ("0300000000", "0300009999"))) == []


def test_one_asserted_number_does_not_hide_many_presented_ones(tmp_path: Path) -> None:
    """The same asserted number with another From each time alarms as well; an exchange's extensions don't."""
    forged = [call("0312340000", direction=Direction.EGRESS, presented=f"03355{n:05}") for n in range(100)]
    assert patterns(observer(tmp_path), forged) == [(100, Pattern.MANY_NUMBERS_ON_TRUNK)]
    (tmp_path / "b").mkdir()
    others = [call("0312340000", direction=Direction.EGRESS, asserted_others=(f"03355{n:05}",)) for n in range(100)]
    assert patterns(observer(tmp_path / "b"), others) == [(100, Pattern.MANY_NUMBERS_ON_TRUNK)]
    (tmp_path / "c").mkdir()
    inside = [call("0312340000", direction=Direction.EGRESS, presented=str(2000 + n)) for n in range(100)]
    assert patterns(observer(tmp_path / "c"), inside) == []


def test_a_spray_from_abroad_is_named_by_country_code_and_three_digits(tmp_path: Path) -> None:
    """The subject is the range, without any number."""
    seen = observer(tmp_path)
    found = [one for n in range(300) for one in seen.observe(call(f"+44207{n:07d}"), None)]
    assert [(one.pattern, one.subject) for one in found] == [(Pattern.NUMBER_SPRAY, "44207")]


def test_one_caller_who_rings_many_lines_is_found_however_the_number_is_written(tmp_path: Path) -> None:
    """With plus, with 010 and bare: one caller."""
    seen = observer(tmp_path)
    forms = ("+2105550100", "0102105550100", "2105550100")
    found = [one for n in range(90) for one in seen.observe(call(forms[n % 3], called=f"03{n:08d}"), None)]
    assert [(one.pattern, one.subject) for one in found] == [(Pattern.ONE_TO_MANY, "+2105550100")]
    said = json.loads(alarm_record(found[0], call("+2105550100")))
    assert (said["alarm"], said["subject"], said["trunk"]) == ("one_to_many", "+2105550100", "t1")


def test_emergency_calls_callbacks_and_domestic_callers_are_not_counted(tmp_path: Path) -> None:
    """Not as wangiri, nor as a spray."""
    seen = observer(tmp_path)
    calls = [call("+2105550100", called="110") for _ in range(200)]
    calls += [call("+2105550100", called=f"03{n:08d}", emergency_callback=True) for n in range(200)]
    calls += [call("0398760000", called=f"03{n:08d}", direction=Direction.DOMESTIC) for n in range(200)]
    calls += [call(None, called=f"03{n:08d}") for n in range(200)]
    assert patterns(seen, calls) == []


@pytest.mark.parametrize(
    ("number", "kind", "code", "range_"),
    [
        ("+442079460001", OriginKind.FOREIGN, "44", "44207"),
        ("442079460001", OriginKind.FOREIGN, "44", "44207"),
        ("+29051234", OriginKind.FOREIGN, "290", "2905"),
        ("+2905123", OriginKind.FOREIGN, "290", "290"),
        ("+210123456", OriginKind.UNASSIGNED, "210", ""),
        ("+10335810110", OriginKind.IMPOSSIBLE, "1", "1033"),
        ("0312345678", OriginKind.JAPAN, "", ""),
        ("+81312345678", OriginKind.JAPAN, "", ""),
        ("abc", OriginKind.NOT_A_NUMBER, "", ""),
        ("", OriginKind.NONE, "", ""),
        (None, OriginKind.NONE, "", ""),
    ],
)
def test_origins_by_hand(number: str | None, kind: OriginKind, code: str, range_: str) -> None:
    """A range leaves out four digits or more of a number, however short that is."""
    found = origin_of(number, direction=Direction.ABROAD, at=AT)
    assert (found.kind, found.code, found.range) == (kind, code, range_)


def test_isup_saying_national_keeps_a_bare_number_japanese() -> None:
    """As the decision core reads it."""
    said = IsupHints(international=False).international
    assert (
        origin_of("442079460001", direction=Direction.ABROAD, at=AT, international=said).kind is not OriginKind.FOREIGN
    )


@pytest.mark.parametrize("digits", ["1212555", "44", "290555", "8832", "999123456789"])
def test_a_range_never_tells_a_whole_number(digits: str) -> None:
    """At least four digits are left out, or all after the code."""
    code = country_code(digits)
    assert len(range_of(digits, code)) <= max(len(code), len(digits) - 4)


def test_it_runs_on_the_standard_library_alone() -> None:
    """An interpreter without any other package starts it, as a SIP proxy's does."""
    source = Path(sys.modules["sekisho.calls.windows"].__file__ or "").parents[3]
    program = f"import sys; sys.path.insert(0, {str(source)!r}); import sekisho.calls.windows.observe"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
