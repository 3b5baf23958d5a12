"""A fresh calls desk for each test."""

from __future__ import annotations

from tests.calls.listing.conftest import desk

__all__ = ["desk"]
