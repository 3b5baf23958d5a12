"""A key file, and workspaces on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """A key file apart from the workspace."""
    (tmp_path / "safe").mkdir()
    return make_key_file(tmp_path / "safe" / "sekisho.key", RealDisk())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_url(request: pytest.FixtureRequest) -> str | None:
    """What ``create`` is given as ``database_url``: None for the embedded default."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_schema").url
    return url


@pytest.fixture
def workspace(tmp_path: Path, key_file: KeyFile, own_url: str | None) -> Iterator[Workspace]:
    """A fresh workspace, open for writing, on each database."""
    with Workspace.create(
        tmp_path / "ws",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key_file,
        database_url=own_url,
        clock=FixedClock(AT),
    ) as made:
        yield made
