"""Settings, own times and comparisons of the retention study."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.study.answer import Studied, document, make
from sekisho.disclosure.study.errors import StudyRefused, TooFewTimes
from sekisho.disclosure.study.questions import Asked, Change, differences
from sekisho.disclosure.study.reading import read_times
from sekisho.disclosure.study.routes import Route
from sekisho.disclosure.study.simulate import Draws, Setting, Study, cells
from sekisho.disclosure.study.stages import StageName
from sekisho.disclosure.study.times import Delay, Measured, Triangle, fixed
from sekisho.logs.sizing import Mode, inputs, plan

SMALL = Study(draws=20_000).checked()
ORDINARY = Delay(30, 90)


def _small(**changed: object) -> Study:
    return dataclasses.replace(SMALL, **changed).checked()  # type: ignore[arg-type]  # fields by name, each of its type


def test_the_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    """An answer can be made again."""
    assert cells(Draws(SMALL)) == cells(Draws(SMALL))
    assert cells(Draws(SMALL)) != cells(Draws(_small(seed=SMALL.seed + 1)))


def test_a_scenario_is_the_same_whatever_stands_beside_it() -> None:
    """Leaving routes and delays out changes nothing of the others."""
    alone = cells(Draws(_small(delays=(ORDINARY,), routes=(Route.VOLUNTARY,))))
    assert alone[0] in cells(Draws(SMALL))


def test_what_takes_fixed_times_is_exact() -> None:
    """With every time fixed a case is lost exactly when the sum is more than what is kept."""
    own = {StageName.VOLUNTARY_ANSWER: fixed(20), StageName.FORWARDING: fixed(3)}
    study = _small(delays=(Delay(10, 10),), routes=(Route.VOLUNTARY,), times=own, retention=(34, 32, 33))
    (cell,) = cells(Draws(study))
    assert study.retention == (32, 33, 34)
    assert [one.share for one in cell.lost] == [1, 0, 0]
    assert cell.middle == pytest.approx(33)
    assert all(one.error > 0 for one in cell.lost)


def test_each_setting_does_what_it_says() -> None:
    """Hops add a cycle, a log-in its days, a hold at once leaves the delay, a transfer takes the chain's place."""
    own = {stage: fixed(days) for stage, days in zip(StageName, (1, 2, 4, 8, 16, 32, 64, 128, 256), strict=True)}
    study = _small(delays=(Delay(5, 5),), times=own)
    draws = Draws(study)

    def days(route: Route, **changed: object) -> float:
        setting = Setting(**changed).checked()  # type: ignore[arg-type]  # fields by name, each of its type
        return float(draws.total(Delay(5, 5), route, setting)[0]) - 5

    assert days(Route.IDENTIFICATION_ORDER) == pytest.approx(1 + 2 + 4)
    assert days(Route.FOREIGN_ORDER) == pytest.approx(8 + 16 + 32 + 64)
    assert days(Route.VOLUNTARY) == pytest.approx(128 + 256)
    assert days(Route.VOLUNTARY, hops=2) == pytest.approx(128 + 256 + 2 * 7)
    assert days(Route.VOLUNTARY, login=fixed(9)) == pytest.approx(128 + 256 + 9)
    assert days(Route.FOREIGN_ORDER, hold_at_once=True) == pytest.approx(0)
    assert days(Route.FOREIGN_ORDER, hold_at_once=True, hops=1) == pytest.approx(7)
    assert days(Route.FOREIGN_ORDER, transfer_hours=6) == pytest.approx(8 + 16 + 0.25)
    assert days(Route.IDENTIFICATION_ORDER, transfer_hours=12, hops=1) == pytest.approx(2 * (1 + 2 + 0.5))
    assert days(Route.IDENTIFICATION_ORDER, faster_days=3) == pytest.approx(4)
    assert days(Route.IDENTIFICATION_ORDER, faster_days=30) == pytest.approx(0)


def test_hops_have_times_of_their_own() -> None:
    """A second cycle isn't the first one again: its days are drawn anew."""
    draws = Draws(SMALL)
    first, second = draws.stage(StageName.NAME_SUPPLIED), draws.stage(StageName.NAME_SUPPLIED, 1)
    assert abs(float(np.corrcoef(first, second)[0, 1])) < 0.03


def test_more_days_kept_is_the_difference_of_the_two_shares() -> None:
    """What 30 more days buy from 90 is what stands between the cells of 90 and 120."""
    study = _small(retention=(90, 120))
    draws = Draws(study)
    lost = {(one.delay, one.route): one.lost for one in cells(draws)}
    for one in differences(draws, Asked(more_days=30)):
        if one.change is Change.MORE_DAYS and one.kept == 90:
            before, after = lost[one.delay, one.route]
            assert one.saved == pytest.approx(before.share - after.share)
            # Only cases between the two periods moved: a binomial share.
            assert one.error == pytest.approx(math.sqrt(one.saved * (1 - one.saved) / study.draws), rel=0.02)


def test_the_error_is_that_of_repeated_studies() -> None:
    """The spread of a difference over forty seeds is what each of them says."""
    saved, told = [], []
    for seed in range(40):
        draws = Draws(_small(draws=2_000, seed=seed, delays=(ORDINARY,), routes=(Route.IDENTIFICATION_ORDER,)))
        (one,) = (
            each for each in differences(draws, Asked()) if each.change is Change.ONE_MORE_HOP and each.kept == 120
        )
        saved.append(one.saved)
        told.append(one.error)
    assert float(np.std(saved)) == pytest.approx(float(np.mean(told)), rel=0.35)


def test_a_faster_answer_is_worth_its_days() -> None:
    """A week sooner does what a week longer would; a hold at once does most of all."""
    found = {
        one.change: one
        for one in make(Study(delays=(ORDINARY,), routes=(Route.IDENTIFICATION_ORDER,), retention=(90,))).differences
    }
    assert found[Change.FASTER].worth_days == pytest.approx(7, abs=0.2)
    assert found[Change.HOLD_AT_ONCE].saved > found[Change.TRANSFER].saved > found[Change.FASTER].saved > 0
    # The research note, section 3.9: a fast hold buys as much as one to two months of retention.
    assert 30 <= (found[Change.HOLD_AT_ONCE].worth_days or 0) <= 62
    assert found[Change.ONE_MORE_HOP].saved < 0
    assert found[Change.MORE_DAYS].worth_days is None


@settings(max_examples=25, deadline=None)
@given(
    corners=st.lists(st.floats(0, 200), min_size=3, max_size=3).map(sorted),
    median=st.floats(0.5, 200),
    spread=st.floats(1, 5),
    hops=st.integers(0, 2),
)
def test_longer_is_never_less(corners: list[float], median: float, spread: float, hops: int) -> None:
    """Whatever the times: shares fall with the days kept, more hops lose more, faster answers lose less."""
    low, typical, high = corners
    study = _small(
        draws=2_000,
        delays=(Delay(median, median * spread),),
        times={StageName.NAME_SUPPLIED: Triangle(low, typical, high)},
        setting=Setting(hops=hops),
    )
    draws = Draws(study)
    for cell in cells(draws):
        shares = [one.share for one in cell.lost]
        assert shares == sorted(shares, reverse=True)
    for one in differences(draws, Asked()):
        assert (one.saved <= 0) if one.change is Change.ONE_MORE_HOP else (one.saved >= 0)
        assert one.before - one.after == pytest.approx(one.saved)
    drawn = Triangle(low, typical, high).at(np.array([0.0, 0.3, 0.999999]))
    assert ((drawn >= low - 1e-9) & (drawn <= high + 1e-9)).all()
    assert list(drawn) == sorted(drawn)


def test_measured_times_replace_a_default() -> None:
    """Drawn between the smallest and the largest that were measured, with the same middle."""
    days = [float(one) for one in range(1, 41)]
    own = read_times({"name_supplied": {"measured": days}, "transfer": [0.1, 0.2, 0.5], "hold_request": 1})
    assert own[StageName.NAME_SUPPLIED] == Measured(tuple(days))
    assert own[StageName.HOLD_REQUEST] == fixed(1)
    drawn = Draws(_small(times=own)).stage(StageName.NAME_SUPPLIED)
    assert drawn.min() >= 1
    assert drawn.max() <= 40
    assert float(np.median(drawn)) == pytest.approx(20.5, abs=0.5)
    said = {one["stage"]: one for one in document(make(_small(times=own)))["stages"]}
    assert said["name_supplied"]["days"]["measured"] == 40
    assert (said["name_supplied"]["own"], said["name_supplied"]["source"]) == (True, None)
    assert said["court_order"]["source"]["ja"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ([], "times"),
        ({"posting": 3}, "posting"),
        ({"transfer": [3, 2, 1]}, "transfer"),
        ({"transfer": [1, 2]}, "transfer"),
        ({"transfer": {"low": 1, "high": 2}}, "transfer"),
        ({"transfer": "soon"}, "transfer"),
        ({"transfer": True}, "transfer"),
        ({"transfer": math.nan}, "transfer"),
        ({"transfer": 10**400}, "transfer"),
        ({"transfer": {"measured": [math.inf] * 30}}, "transfer"),
        ({"transfer": {"measured": [1, None] * 20}}, "transfer"),
    ],
)
def test_wrong_times_are_refused_by_name(wrong: object, field: str) -> None:
    """Whatever is wrong with a file of own times, the stage is named."""
    with pytest.raises(StudyRefused) as caught:
        read_times(wrong)
    assert caught.value.fields["field"] == field


def test_few_measured_times_dont_stand_for_a_stage() -> None:
    """Nineteen are too few, and the error says how many are needed."""
    with pytest.raises(TooFewTimes) as caught:
        read_times({"transfer": {"measured": [1.0] * 19}})
    assert (caught.value.fields["count"], caught.value.fields["needed"]) == (19, 20)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"delays": ()}, "delays"),
        ({"delays": (Delay(0, 5),)}, "delays"),
        ({"delays": (Delay(20, 5),)}, "delays"),
        ({"delays": (Delay(math.nan, 5),)}, "delays"),
        ({"routes": (Route.VOLUNTARY, Route.VOLUNTARY)}, "routes"),
        ({"retention": ()}, "retention"),
        ({"retention": (0,)}, "retention"),
        ({"retention": tuple(range(1, 100))}, "retention"),
        ({"draws": 10}, "draws"),
        ({"draws": 10**9}, "draws"),
        ({"seed": -1}, "seed"),
        ({"setting": Setting(hops=-1)}, "hops"),
        ({"setting": Setting(hops=99)}, "hops"),
        ({"setting": Setting(transfer_hours=-1)}, "transfer_hours"),
        ({"setting": Setting(faster_days=math.nan)}, "faster_days"),
        ({"setting": Setting(login=Triangle(3, 2, 1))}, "login"),
        ({"times": {StageName.TRANSFER: Triangle(-1, 2, 3)}}, "transfer"),
    ],
)
def test_a_study_of_what_cant_be_is_refused(changed: dict[str, object], field: str) -> None:
    """Each wrong number is named."""
    with pytest.raises(StudyRefused) as caught:
        _small(**changed)
    assert caught.value.fields["field"] == field


def _priced() -> Studied:
    return make(SMALL, Asked(more_days=90), sizing=inputs(1_000_000, Mode.PBA), cases_a_year=100)


def test_the_cost_is_the_log_plans() -> None:
    """Beside each period stands what `sekisho log plan` says of it, and what the asked days more add."""
    found = _priced()
    whole = {one.days: one for one in plan(inputs(1_000_000, Mode.PBA)).kept}
    assert [one.days for one in found.costs] == list(SMALL.retention)
    for one in found.costs:
        assert (one.stored, one.yen) == (whole[one.days].stored, whole[one.days].yen)
    assert found.costs[0].more_yen == pytest.approx(whole[180].yen - whole[90].yen)
    rescue = next(one for one in found.rescues if one.difference.kept == 90 and one.difference.delay == ORDINARY)
    assert rescue.cases == pytest.approx(100 * rescue.difference.saved)
    assert rescue.yen_per_case == pytest.approx(12 * found.costs[0].more_yen / rescue.cases)


def test_where_nobody_is_saved_there_is_no_price_of_a_case() -> None:
    """Instead of a division by nothing."""
    own = {StageName.VOLUNTARY_ANSWER: fixed(1), StageName.FORWARDING: fixed(1)}
    study = _small(delays=(Delay(1, 1),), routes=(Route.VOLUNTARY,), times=own)
    found = make(study, sizing=inputs(1_000, Mode.PBA), cases_a_year=5)
    assert all(one.yen_per_case is None for one in found.rescues)


@pytest.mark.parametrize("cases", [0, -1, math.nan, math.inf])
def test_a_number_of_cases_must_be_one(cases: float) -> None:
    """None, fewer or endlessly many are refused."""
    with pytest.raises(StudyRefused):
        make(SMALL, sizing=inputs(1_000, Mode.PBA), cases_a_year=cases)


def test_the_document_is_json_and_says_what_it_is() -> None:
    """Whole, and never without the sentence that it is simulated; its parts' variances add up."""
    said = json.loads(json.dumps(document(_priced()), allow_nan=False))
    assert "シミュレーション" in said["simulated"]["ja"]
    assert "simulations" in said["simulated"]["en"]
    assert len(said["scenarios"]) == 9
    for one in said["scenarios"]:
        assert sum(each["variance_share"] for each in one["drivers"]) == pytest.approx(1, abs=1e-3)
        assert one["drivers"][0]["stage"] == "delay"
    assert len(said["differences"]) == 9 * 5 * 5
