"""Canaries: what a trunk may not show is sent, caught by the shipped rules, and told where it isn't."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.calls.analytics.alarms import Alarms
from sekisho.calls.compiling import ShippedCompiler
from sekisho.calls.screening import agreements as trunks
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening.agreements import Agreement, NumberSet, Shows
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.selftest.canaries import CanaryKind, canaries
from sekisho.calls.selftest.due import call_tasks
from sekisho.calls.selftest.errors import CanarySettingRefused
from sekisho.calls.selftest.results import Result
from sekisho.calls.selftest.service import SelfTest
from sekisho.due import State
from tests.calls.desk import NOW, CallDesk


def agreed(name: str, *ranges: tuple[str, str], singles: tuple[str, ...] = (), shows: Shows = Shows.OWN_NUMBERS,
           otherwise: Outcome = Outcome.ANONYMISE, foreign: bool | None = None) -> Agreement:  # fmt: skip
    """An agreement on a trunk of an own customer."""
    return Agreement(id=f"a-{name}", trunk=name, direction=Direction.EGRESS, shows=shows, otherwise=otherwise,
                     begins=date(2026, 1, 1), numbers=NumberSet(singles, ranges), foreign=foreign)  # fmt: skip


PBX = agreed("pbx", ("0398760000", "0398760099"), singles=("0398760100",))
SHOP = agreed("shop", singles=("0698761234",), otherwise=Outcome.REJECT)
TRANSIT = agreed("transit", shows=Shows.TRANSIT)


def publish(desk: CallDesk, *agreements: Agreement, rules: bytes | None = None) -> str:
    """Publish agreements with the shipped rules, or others."""
    parts = {"rules.json": rules or ShippedCompiler().house(), "agreements.json": trunks.to_json(agreements)}
    root = desk.service.publishing.root
    root.parent.mkdir(exist_ok=True)
    return bundles.write(root, parts, made_at=NOW)


def selftest(desk: CallDesk) -> SelfTest:
    """The desk's self-test."""
    return SelfTest(desk.service.desk, desk.service.publishing.root)


def test_the_canaries_of_a_trunk_by_hand() -> None:
    """Next to the range past the single, another customer's, the police's shape, 020, both other writings, foreign."""
    found = {one.kind: one.number for one in canaries(PBX, (PBX, SHOP, TRANSIT))}
    assert found == {
        CanaryKind.NEXT_TO_RANGE: "0398760101",
        CanaryKind.ANOTHERS: "0698761234",
        CanaryKind.POLICE_SHAPED: "0398760110",
        CanaryKind.INTERNATIONAL_FORM: "+81398760101",
        CanaryKind.DIALLED_FORM: "01081398760101",
        CanaryKind.FOREIGN: "+12125550134",
        CanaryKind.M2M: "02012340110",
    }


def test_what_an_agreement_allows_is_no_canary() -> None:
    """Transit shows anybody's numbers: only what nobody may show is left."""
    assert {one.kind for one in canaries(TRANSIT, (PBX,))} == {CanaryKind.M2M}
    open_ = agreed("w", ("0398760000", "0398769999"), shows=Shows.WHOLESALE, foreign=True)
    assert CanaryKind.FOREIGN not in {one.kind for one in canaries(open_, ())}


@given(
    st.lists(st.integers(398_750_000, 398_770_000), max_size=8),
    st.lists(st.tuples(st.integers(398_750_000, 398_760_000), st.integers(0, 20_000)), max_size=3),
)
def test_no_canary_is_a_number_of_the_trunk(singles: list[int], ranges: list[tuple[int, int]]) -> None:
    """Whatever its agreement lists."""
    mine = agreed(
        "t", *((f"0{low}", f"0{low + wide}") for low, wide in ranges), singles=tuple(f"0{n}" for n in singles)
    )
    for one in canaries(mine, (SHOP,)):
        assert one.number not in mine.numbers
        assert one.number.replace("+81", "0").replace("01081", "0") not in mine.numbers


def test_the_shipped_rules_catch_every_canary(desk: CallDesk) -> None:
    """On trunks that anonymise, that reject, and on transit; on record, with the bundle's hashes."""
    folder = publish(desk, PBX, SHOP, TRANSIT)
    found = selftest(desk).run(by=desk["tanto"])
    assert {one.trunk for one in found} == {"pbx", "shop", "transit"}
    for one in found:
        assert [each.result for each in one.sent] == [Result.CAUGHT] * len(one.sent)
        assert (one.bundle, len(one.bundle_sha256), len(one.rules_sha256)) == (folder, 64, 64)
    (leaf,) = desk.leaves("calls.selftest")
    assert [run["trunk"] for run in leaf["runs"]] == ["pbx", "shop", "transit"]
    assert "0398760101" not in str(leaf)
    assert [(one.trunk, one.sent) for one in selftest(desk).newest()] == [(one.trunk, one.sent) for one in found]


def passing() -> bytes:
    """A rule set that lets everything through: what a setting error comes to."""
    text = ShippedCompiler().house().decode()
    return (
        text.replace('"outcome": "agreement"', '"outcome": "pass"')
        .replace('"outcome":"agreement"', '"outcome":"pass"')
        .encode()
    )


def test_a_canary_that_passes_is_late_raises_an_alarm_and_says_trunk_rules_and_bundle(desk: CallDesk) -> None:
    """Until it is caught again: the worklist says which trunk, which rule set and which bundle."""
    publish(desk, PBX, rules=passing())
    tasks = call_tasks(desk.workspace, by=desk["tanto"])
    told = [entry for task in tasks for entry in task.run()]
    late = next(one for one in told if one.what == "not_caught")
    newest = selftest(desk).newest()[0]
    assert late.state is State.OVERDUE
    assert (late.fields["trunk"], late.fields["rules_sha256"], late.fields["bundle_sha256"]) == (
        "pbx", newest.rules_sha256, newest.bundle_sha256,
    )  # fmt: skip
    assert "next_to_range" in late.fields["canaries"]
    (alarm,) = Alarms(desk.service.desk).every(by=desk["tanto"])
    assert (alarm.pattern, alarm.trunk, alarm.source) == ("canary_not_caught", "pbx", "selftest")
    publish(desk, PBX)
    desk.clock.advance(NOW + timedelta(days=1) - desk.clock.now())
    told = [entry for task in call_tasks(desk.workspace, by=desk["tanto"]) for entry in task.run()]
    assert not [one for one in told if one.what == "not_caught"]
    assert [one.state for one in told if one.task == "call-alarms"] == [State.WAITING]


def test_a_trunk_is_tested_as_often_as_is_set(desk: CallDesk) -> None:
    """Daily by default; a second run on the same day has nothing to do."""
    publish(desk, PBX, SHOP)
    test = selftest(desk)
    test.set("shop", every_hours=6, wire=None, by=desk["tanto"])
    assert test.due() == ["pbx", "shop"]
    test.run(by=desk["tanto"])
    assert test.due() == []
    desk.clock.advance(NOW + timedelta(hours=6) - desk.clock.now())
    assert test.due() == ["shop"]
    desk.clock.advance(NOW - timedelta(days=3) - desk.clock.now())
    assert test.due() == ["pbx", "shop"]
    desk.clock.advance(NOW + timedelta(hours=24) - desk.clock.now())
    assert test.due() == ["pbx", "shop"]


def test_a_bundle_that_cant_be_read_is_late_and_nothing_published_is_not(desk: CallDesk) -> None:
    """Silence would look like success."""
    assert [one for task in call_tasks(desk.workspace, by=desk["tanto"]) for one in task.run()] == []
    folder = publish(desk, PBX)
    (desk.service.publishing.root / folder / "rules.json").write_bytes(b"{}")
    told = [one for task in call_tasks(desk.workspace, by=desk["tanto"]) for one in task.run()]
    assert [(one.what, one.state) for one in told] == [("bundle_not_readable", State.OVERDUE)]


@pytest.mark.parametrize(
    "changed",
    [
        {"called": "110"}, {"called": "119"}, {"called": "02012345678"}, {"called": "+12125550134"}, {"called": "x"},
        {"source": "proxy.example"}, {"proxy": "127.0.0.1"}, {"answer": "127.0.0.1:99999"}, {"more": 1},
    ],
)  # fmt: skip
def test_settings_that_could_ring_somebody_or_reach_nobody_are_refused(desk: CallDesk, changed: dict[str, str]) -> None:
    """An emergency number, a foreign one, a name instead of an address."""
    said = {"source": "127.0.0.2", "proxy": "127.0.0.1:5060", "called": "0398760000", "answer": "127.0.0.1:5070"}
    with pytest.raises(CanarySettingRefused):
        selftest(desk).set("pbx", every_hours=24, wire={**said, **changed}, by=desk["tanto"])
    for hours in (0, 169):
        with pytest.raises(CanarySettingRefused):
            selftest(desk).set("pbx", every_hours=hours, wire=None, by=desk["tanto"])


def test_plans_change_nothing(desk: CallDesk, tmp_path: Path) -> None:
    """``due --plan`` says which trunks it would test."""
    publish(desk, PBX)
    told = [one for task in call_tasks(desk.workspace, by=None) for one in task.plan()]
    assert [(one.what, one.state, one.fields["trunk"]) for one in told] == [("selftest", State.PLANNED, "pbx")]
    assert selftest(desk).newest() == []
