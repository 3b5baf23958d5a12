"""Shops on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.lifecycle.lives import Shop, open_shop


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A fresh workspace on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    opened = open_shop(tmp_path, database_url=url)
    yield opened
    opened.workspace.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Shop]:
    """A fresh workspace on SQLite, for what doesn't differ between databases."""
    opened = open_shop(tmp_path)
    yield opened
    opened.workspace.close()
