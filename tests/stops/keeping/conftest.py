"""A fresh stops desk for each test, on either database where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stops.world import World, made_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A settled stops desk."""
    made = made_world(tmp_path)
    with made.workspace:
        yield made
