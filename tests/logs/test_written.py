"""Records that Sekisho itself wrote: kept under their day, taken in once, and gone with the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.keys.errors import KeyDestroyed
from sekisho.logs.errors import AlreadyIngested, DayGone
from sekisho.logs.kinds import LogKind
from sekisho.logs.written import Gap, Handed, WrittenFiles
from tests.logs.conftest import TODAY
from tests.logs.keeping import Keeper, failed

KIND = LogKind.CALL_EVIDENCE
HANDED = Handed(
    id="ab" * 16, kind=KIND, day=TODAY, writer="w", number=1, frames=5, records=(b"one", b"", b"three"), missing=2
)


@pytest.fixture(name="keeper")
def _keeper(workspace, clock, key_file, logs) -> Keeper:  # type: ignore[no-untyped-def]  # fixtures of conftest
    return Keeper(workspace, clock, key_file, logs)


def test_records_come_back_and_come_once(keeper: Keeper) -> None:
    """What is handed over is read back in its order; the same file again adds nothing; none of it is in the clear."""
    store = WrittenFiles(keeper.workspace)
    records = tuple(b"evidence %d" % number for number in range(3_000))
    store.take(replace(HANDED, records=records))
    assert store.ids(KIND, TODAY) == (HANDED.id,)
    assert tuple(store.read(KIND, TODAY, HANDED.id)) == records
    with pytest.raises(AlreadyIngested):
        store.take(HANDED)
    (path,) = (keeper.workspace.path / "logs" / KIND.value).rglob("*.written")
    assert b"evidence" not in path.read_bytes()


def test_a_file_that_never_came_is_a_gap(keeper: Keeper) -> None:
    """A writer's files are numbered: what is missing between them is told."""
    store = WrittenFiles(keeper.workspace)
    for number in (1, 2, 5):
        store.take(replace(HANDED, id=f"{number:032x}", number=number))
    assert store.gaps(KIND) == (Gap("w", 2),)


def test_it_ends_with_its_day(keeper: Keeper) -> None:
    """After the house's period the day is purged: no file, no row, no key; what comes late is refused."""
    store = WrittenFiles(keeper.workspace)
    store.take(HANDED)
    keeper.go_to(TODAY + timedelta(days=91))
    assert failed(keeper.due()) == []
    assert store.ids(KIND, TODAY) == ()
    assert list((keeper.workspace.path / "logs").rglob("*.written")) == []
    with pytest.raises(DayGone):
        store.take(replace(HANDED, id="cd" * 16))
    with pytest.raises(KeyDestroyed):
        keeper.workspace.keyring.decrypt(f"log/{KIND.value}/{TODAY.isoformat()}", b"x" * 64, aad=b"")


def test_an_operators_kind_is_not_taken(keeper: Keeper) -> None:
    """Only kinds that Sekisho writes itself come this way."""
    with pytest.raises(ValueError, match="writes itself"):
        WrittenFiles(keeper.workspace).take(replace(HANDED, kind=LogKind.AP_AUTH))
