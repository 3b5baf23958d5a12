"""Pytest plugins that ``scripts/test`` loads by name."""
