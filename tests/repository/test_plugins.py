"""What ``scripts/test`` adds to pytest: a skip is a failure where CI is set, and failed checks are said again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT


def run_pytest(folder: Path, source: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on one file outside the project, with our plugins importable."""
    (folder / "test_example.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, "test_example.py"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, check=False,
    )


SKIPS = [
    "import pytest\n\ndef test_it():\n    pytest.skip('no server here')\n",
    "import pytest\n\n@pytest.mark.skipif(True, reason='no server here')\ndef test_it():\n    pass\n",
    "import pytest\n\npytest.skip('no server here', allow_module_level=True)\n",
]


@pytest.mark.parametrize("source", SKIPS, ids=["call", "mark", "file"])
@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_skip_is_a_failure(tmp_path: Path, source: str, workers: str) -> None:
    """However a test is left out, the run fails and shows the reason that was given, also in parallel."""
    done = run_pytest(tmp_path, source, "-p", "tests.plugins.no_skips", "-n", workers)
    assert done.returncode != 0
    assert "no server here" in done.stdout


def test_without_the_plugin_a_skip_is_a_skip(tmp_path: Path) -> None:
    """The plugin is what makes the difference."""
    assert run_pytest(tmp_path, SKIPS[0]).returncode == 0


def test_an_expected_failure_stays_one(tmp_path: Path) -> None:
    """A test marked as failing for a stated reason is not a skip."""
    source = "import pytest\n\n@pytest.mark.xfail(reason='known')\ndef test_it():\n    assert False\n"
    assert run_pytest(tmp_path, source, "-p", "tests.plugins.no_skips").returncode == 0


def test_failed_checks_are_said_above_the_closing_line(tmp_path: Path) -> None:
    """A green closing line can't hide that ruff, mypy or import-linter failed, and stays the last line."""
    source = "def test_it():\n    pass\n"
    done = run_pytest(tmp_path, source, "-p", "tests.plugins.earlier_checks", SEKISHO_CHECKS_FAILED="1")
    last = [line for line in done.stdout.splitlines() if line]
    assert "scripts/check failed" in last[-2]
    assert "1 passed" in last[-1]
