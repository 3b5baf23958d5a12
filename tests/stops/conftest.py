"""A world for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls.stores import database_of, on_either_store
from tests.stops.world import World, made_world


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On both databases where a module says so."""
    on_either_store(metafunc, "world")


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A settled stops desk."""
    made = made_world(tmp_path, database_url=database_of(request))
    with made.workspace:
        yield made
