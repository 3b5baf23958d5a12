"""The simple format behind syslog priorities."""

from __future__ import annotations

import pytest

from sekisho.logs.formats import registry


@pytest.fixture(autouse=True)
def simple_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines as they come over the network."""
    monkeypatch.setitem(registry._FORMATS, "simple", ("tests.logs.listeners.made:priorities_off", "for tests"))
