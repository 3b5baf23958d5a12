"""Some of these tests run on both databases."""

from __future__ import annotations

import pytest

from tests.calls.stores import on_either_store


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On both databases where a module says so."""
    on_either_store(metafunc, "world")
