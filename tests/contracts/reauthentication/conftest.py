"""A shop on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.reauthentication.surroundings import Shop, make


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    """A shop of this test's own, whose domain is configured."""
    url = None if database_url.startswith("sqlite") else database_url
    with make(tmp_path, url) as workspace:
        made = Shop.over(workspace)
        made.configure()
        yield made
