"""The calls desk's tasks for ``sekisho due``.

(1) ``call-selftest``  test the trunks whose next run has come; trunks that let a canary through are late
(2) ``call-alarms``    worklist: alarms that nobody has looked at
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.access.principal import Principal
from sekisho.calls.analytics.alarms import LOOKED_AT_WITHIN, Alarms
from sekisho.calls.desk import Desk
from sekisho.calls.selftest.results import Result
from sekisho.calls.selftest.service import SelfTest, TrunkRun
from sekisho.due import Entry, State, Task
from sekisho.workspace import Workspace


def call_tasks(workspace: Workspace, *, by: Principal | None) -> tuple[Task, ...]:
    """All of them; ``by`` None where they are planned only."""
    return (CanaryRuns(workspace, by), OpenAlarms(workspace))


@dataclass(frozen=True, slots=True)
class CanaryRuns:
    """Trunks to be tested, and what the newest runs said."""

    workspace: Workspace
    by: Principal | None
    name: str = "call-selftest"

    def plan(self) -> Iterator[Entry]:
        """The trunks whose turn it is, and those that let canaries through."""
        test = self._test()
        for trunk in test.due():
            ja, en = f"回線「{trunk}」の発信者番号の自己試験を行います。", f"Test the caller numbers of trunk {trunk}."
            yield Entry(self.name, "selftest", State.PLANNED, ja, en, {"trunk": trunk})
        yield from self._late(test.newest())

    def run(self) -> Iterator[Entry]:
        """Test them."""
        if self.by is None:
            raise ValueError("a run is somebody's")
        test = self._test()
        turn = test.due()
        for one in test.run(turn, by=self.by) if turn else ():
            caught, all_ = len(one.of(Result.CAUGHT)), len(one.sent)
            ja = f"回線「{one.trunk}」の自己試験（{one.way.value}）：{all_}件中{caught}件を止めました。"
            en = f"Trunk {one.trunk} tested ({one.way.value}): {caught} of {all_} caught."
            yield Entry(self.name, "selftest", State.DONE, ja, en, {"trunk": one.trunk, "caught": caught, "sent": all_})
        yield from self._late(test.newest())

    def _test(self) -> SelfTest:
        return SelfTest(Desk(self.workspace), self.workspace.path / "calls" / "bundles")

    def _late(self, runs: list[TrunkRun]) -> Iterator[Entry]:
        test = self._test()
        problem = test.problem()
        if problem is not None:
            ja = f"発行した判定データを読めないため、自己試験ができません（{problem}）。もう一度発行してください。"
            en = f"What was published can't be read ({problem}): nothing can be tested. Publish again."
            yield Entry(self.name, "bundle_not_readable", State.OVERDUE, ja, en, {"problem": problem})
            return
        current = {one.trunk for one in test.trunks()}
        for one in runs:
            if one.trunk not in current:
                continue
            said = {"trunk": one.trunk, "way": one.way.value, "bundle": one.bundle, "rules_sha256": one.rules_sha256,
                    "bundle_sha256": one.bundle_sha256}  # fmt: skip
            missed, unknown = one.of(Result.NOT_CAUGHT), one.of(Result.COULD_NOT_CHECK)
            by_what = f"{one.bundle}・規則 {one.rules_sha256[:12]}・{one.bundle_sha256[:12]}"
            if missed:
                kinds = ", ".join(each.kind.value for each in missed)
                ja = (
                    f"回線「{one.trunk}」で、表示してはならない番号が止まりません（{kinds}）。"
                    f"判定データ {by_what}。合意と規則を確かめてください。"
                )
                en = (
                    f"Trunk {one.trunk} lets numbers through that it may not show ({kinds}); bundle {one.bundle}, "
                    f"rules {one.rules_sha256[:12]}, manifest {one.bundle_sha256[:12]}. Check agreement and rules."
                )
                yield Entry(self.name, "not_caught", State.OVERDUE, ja, en, {**said, "canaries": kinds})
            elif unknown:
                why = "; ".join(sorted({each.reason for each in unknown}))
                ja = f"回線「{one.trunk}」の自己試験（{one.way.value}）で確かめられないものがあります（{why}）。"
                en = f"Trunk {one.trunk} ({one.way.value}): not everything could be checked ({why})."
                yield Entry(self.name, "could_not_check", State.WAITING, ja, en, {**said, "why": why})


@dataclass(frozen=True, slots=True)
class OpenAlarms:
    """Alarms that wait for a person."""

    workspace: Workspace
    name: str = "call-alarms"

    def plan(self) -> Iterator[Entry]:
        """All that are open; late after a day."""
        desk = Desk(self.workspace)
        now = desk.now()
        for one in Alarms(desk).waiting():
            late = now - one.at > LOOKED_AT_WITHIN
            ja = f"警報「{one.id}」（回線「{one.trunk}」、{one.pattern}）を確かめ、対応を記録してください。"
            en = f"Look at alarm {one.id} (trunk {one.trunk}, {one.pattern}) and record what was done."
            said = {"alarm": one.id, "trunk": one.trunk, "pattern": one.pattern}
            yield Entry(self.name, "alarm", State.OVERDUE if late else State.WAITING, ja, en, said)

    def run(self) -> Iterator[Entry]:
        """As :meth:`plan`: alarms are for people."""
        yield from self.plan()
