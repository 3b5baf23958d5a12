"""Logs and a register behind the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.disclosure.claims_made import with_register
from tests.disclosure.logs_made import store_for
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    with_register(desk)
    yield made
    made.lookups.close()
