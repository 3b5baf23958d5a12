"""Repeating faults are told once and counted."""

from __future__ import annotations

import logging

import pytest

from sekisho.store.faults import FaultLog


def test_repeats_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    """The first of its kind with its traceback, the rest as a number when it is over or another comes."""
    faults = FaultLog(logging.getLogger("sekisho.test"))
    for _ in range(5):
        faults.tell("append failed", OSError("full"))
    faults.tell("append failed", ValueError("other"))
    faults.over()
    faults.over()
    assert [record.getMessage() for record in caplog.records] == [
        "append failed: OSError", "append failed: OSError: 4 more times", "append failed: ValueError"
    ]
    assert caplog.records[0].exc_info
