"""The store of the lookups' tests."""

from __future__ import annotations

from tests.logs.lookup.conftest import store, workspace

__all__ = ["store", "workspace"]
