"""A connector that is no longer in use is taken off the list: once, on record, and not while its evidence waits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.calls.analytics.folding import Folding
from sekisho.calls.connector.spool import SpoolWriter
from sekisho.calls.connector.spool_reader import complete_files, read_spool_file
from sekisho.calls.decommissioning import REMOVED_LEAF, Left, Removed, left_in, remove
from sekisho.calls.errors import ConnectorInUse, ConnectorNotEmpty, ProposalRefused, UnknownConnector
from sekisho.calls.evidence_keys import living_keys, present_key
from tests.calls.analytics.month import file, record
from tests.calls.desk import NOW, CallDesk
from tests.calls.listing.conftest import desk, pytest_generate_tests

__all__ = ["desk", "pytest_generate_tests"]
EITHER_STORE = True
NAME = "tokyo-1"
EMPTY = Left(0, 0, 0, 0)


def gone(desk: CallDesk, **changed: Any) -> Removed:
    """Take it off the list."""
    given = {"name": NAME, "left": EMPTY, "lost": None, "by": desk["tanto"], **changed}
    return remove(desk.service.desk, reason="プロキシを廃止した", **given)


def listed(desk: CallDesk) -> list[str]:
    """The names on the list."""
    return [one["name"] for one in desk.service.publishing.connectors()]


def test_removed_once_and_back_with_its_next_word(desk: CallDesk) -> None:
    """Off both lists with one leaf; again it changes nothing; a report, or evidence since, brings it back."""
    publishing = desk.service.publishing
    publishing.publish(by=desk["tanto"])
    publishing.report(NAME, folder="00000009", problem=None)
    Folding(desk.service.desk).fold(file([record("0312345678")]), connector=NAME)
    assert publishing.state()["behind"] == listed(desk) == [NAME]
    desk.clock.advance(timedelta(hours=1))
    assert gone(desk).new
    assert not gone(desk).new
    assert publishing.state()["behind"] == listed(desk) == []
    (leaf,) = desk.leaves(REMOVED_LEAF)
    assert (leaf["connector"], leaf["lost"], leaf["by"], leaf["reason"]) == (NAME, 0, "tanto", "プロキシを廃止した")
    desk.clock.advance(timedelta(hours=1))
    Folding(desk.service.desk).fold(file([record("0312345678")], name="b" * 32), connector=NAME)
    assert listed(desk) == [NAME]
    assert gone(desk).new
    desk.clock.advance(timedelta(hours=1))
    publishing.report(NAME, folder="00000001", problem=None)
    assert listed(desk) == [NAME]
    assert len(desk.leaves(REMOVED_LEAF)) == 2


def test_known_by_its_evidence_alone(desk: CallDesk) -> None:
    """One that never reported is removed as well; one nobody knows is refused, and who may not."""
    Folding(desk.service.desk).fold(file([record("0312345678")]), connector=NAME)
    with pytest.raises(UnknownConnector):
        gone(desk, name="osaka-1")
    with pytest.raises(ScopeMissing):
        gone(desk, by=desk["madoguchi"])
    desk.clock.advance(timedelta(minutes=1))
    assert gone(desk, left=None, lost=0).new
    assert listed(desk) == []
    assert not desk.leaves(REMOVED_LEAF)[0]["looked"]
    for wrong in ({"left": None, "lost": None}, {"lost": -1}, {"lost": 10**10}):
        with pytest.raises(ProposalRefused):
            gone(desk, **wrong)


def test_what_waits_in_its_spool_is_counted(desk: CallDesk, tmp_path: Path) -> None:
    """While a process writes, or records wait, it stays; taken in or stated as lost in just their number, it goes."""
    desk.service.publishing.report(NAME, folder=None, problem=None)
    writer = SpoolWriter(str(tmp_path), present_key(desk.workspace).public, max_bytes=1 << 30)
    for _ in range(3):
        assert writer.write(b'{"outcome":"pass"}', NOW.timestamp(), known_source=True)
    with pytest.raises(ConnectorInUse):
        gone(desk, left=left_in(desk.service.desk, tmp_path))
    writer.close()
    (tmp_path / "junk.evidence").write_bytes(b"not one of ours" * 20)
    left = left_in(desk.service.desk, tmp_path)
    assert left == Left(2, 3, 1, 0)
    for lost in (None, 0, 2):
        with pytest.raises(ConnectorNotEmpty) as caught:
            gone(desk, left=left, lost=lost)
        assert (caught.value.fields["files"], caught.value.fields["records"]) == (2, 3)
    assert desk.leaves(REMOVED_LEAF) == []
    (tmp_path / "junk.evidence").unlink()
    (path,) = complete_files(tmp_path)
    Folding(desk.service.desk).fold(read_spool_file(path, living_keys(desk.workspace)), connector=NAME)
    assert left_in(desk.service.desk, tmp_path) == EMPTY
    desk.clock.advance(timedelta(minutes=1))
    assert gone(desk, left=left, lost=3).document() == {
        "connector": NAME, "removed": True, "lost": 3, "already": False,
    }  # fmt: skip
    assert desk.leaves(REMOVED_LEAF)[0]["unreadable"] == 1
