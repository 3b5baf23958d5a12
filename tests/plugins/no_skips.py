"""Makes a skipped test a failure: loaded by ``scripts/test`` where the environment has ``CI``.

On a developer's machine a test that needs PostgreSQL or SoftHSM2 may be skipped with a reason; where a change is
judged, "could not be tested" must not look like "passed". Does not touch expected failures (``xfail``).
"""

from __future__ import annotations

from collections.abc import Generator

import pytest


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid}: a skip is a failure where CI is set. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test's skip into a failure that carries the skip's reason."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure that carries the skip's reason."""
    report = yield
    _fail_if_skipped(report)
    return report
