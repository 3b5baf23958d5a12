"""Repeats beside pytest's result that ``scripts/check`` failed before it, so that a green closing line can't hide it.

``scripts/test`` sets ``SEKISHO_CHECKS_FAILED`` and ends with a failing exit code itself; this only says so.
"""

from __future__ import annotations

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the failure in the summary at the end."""
    if os.environ.get("SEKISHO_CHECKS_FAILED"):
        terminalreporter.section("scripts/check failed: its output is above the tests'", red=True)
