"""Two runs end one day's key at the same moment: whichever is slower finds the step taken, and fails at nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from sekisho.destruction.errors import ProbeFailed
from sekisho.destruction.probing import FileSample, Probed, Sample
from sekisho.keys.schedule import log_key
from sekisho.logs.purge.day import DayPurge
from sekisho.logs.purge.ending import Reached
from sekisho.store.outbox import outbox
from tests.logs.holds.test_survival import lines
from tests.logs.keeping import GONE_ON, YESTERDAY, Keeper, Unasked

KEY = log_key("ap.nat", YESTERDAY)


class Overtaken:
    """Before its answer to question number ``at`` another run goes as far as it can; then it can't answer."""

    def __init__(self, keeper: Keeper, at: int) -> None:
        """Asked by one run alone."""
        self._keeper, self._left, self._honest = keeper, at, Unasked(keeper.workspace.keyring)
        self.other: Reached | None = None

    def probe(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """The honest answer, until the other run has been."""
        self._left -= 1
        if self._left == 0:
            self.other = DayPurge(self._keeper.workspace, Unasked(self._keeper.workspace.keyring), by="other").run(key)
            raise ProbeFailed(why="the key was destroyed meanwhile")
        return self._honest.probe(key, samples)

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_run_that_is_overtaken_goes_on_from_there(keeper: Keeper, at: int) -> None:
    """Overtaken before the canary was tried, before the samples were, and before the refusal: each leaf is there
    once."""
    keeper.take(*lines())
    keeper.go_to(GONE_ON)
    prober = Overtaken(keeper, at)
    reached = DayPurge(keeper.workspace, prober, by="keeper").run(KEY)
    assert reached is prober.other is Reached.FINAL
    with keeper.workspace.database.read() as connection:
        kinds = [row.kind for row in connection.execute(select(outbox)) if row.kind.startswith("log.purge_")]
    assert sorted(kinds) == sorted(set(kinds))


def test_a_probe_that_fails_by_itself_still_stops_the_run(keeper: Keeper) -> None:
    """Where nobody else took the step, a failure stays one, and the key lives."""
    keeper.take(*lines())
    keeper.go_to(GONE_ON)

    class Broken(Overtaken):
        def probe(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
            """No answer."""
            del key, samples
            raise ProbeFailed(why="no answer")

    with pytest.raises(ProbeFailed):
        DayPurge(keeper.workspace, Broken(keeper, 1), by="keeper").run(KEY)
    assert keeper.workspace.keyring.exists(KEY)
