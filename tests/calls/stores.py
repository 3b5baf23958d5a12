"""The two databases a desk's tests run on. A module of tests that says ``EITHER_STORE = True`` runs on both; the others
on SQLite alone, for a schema of PostgreSQL takes a second to make."""

from __future__ import annotations

from typing import Final

import pytest

_STORES: Final = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def on_either_store(metafunc: pytest.Metafunc, fixture: str) -> None:
    """Run a test that has ``fixture`` on each database, where its module says so."""
    if fixture in metafunc.fixturenames and getattr(metafunc.module, "EITHER_STORE", False):
        metafunc.parametrize(fixture, _STORES, indirect=True)


def database_of(request: pytest.FixtureRequest) -> str | None:
    """The URL of such a fixture's database; None for the workspace's own SQLite."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_schema").url
    return url
