"""A fresh calls desk for each test."""

from __future__ import annotations

from tests.calls.listing.conftest import desk, pytest_generate_tests

__all__ = ["desk", "pytest_generate_tests"]
