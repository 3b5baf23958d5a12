"""The commands, from a spool on disk to report, texts, alarms and self-test."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import Result

from sekisho.calls.analytics.folding import Folding
from tests.calls.analytics.month import file, october
from tests.calls.analytics.test_folding import alarm
from tests.calls.desk import CallDesk
from tests.calls.selftest.test_canaries import PBX, passing, publish
from tests.cli.conftest import run


def test_report_warning_alarms_and_selftest_by_command(desk: CallDesk, tmp_path: Path) -> None:
    """Each answers, in both forms; a canary that passes ends with 1, a month without calls with 2."""
    Folding(desk.service.desk).fold(file([*october(), alarm()]))
    publish(desk, PBX, rules=passing())
    path = desk.workspace.path
    desk.workspace.close()

    def call(*words: str) -> Result:
        key = str(tmp_path / "sekisho.key")
        return run("--workspace", str(path), "--key-file", key, "--by", "tanto", "call", *words)

    page, paper = tmp_path / "r.html", tmp_path / "r.pdf"
    told = call("report", "--month", "2026-10", "--html", str(page), "--pdf", str(paper))
    assert told.exit_code == 0, told.output
    assert "+39 IT: 120" in told.output
    assert 'lang="en"' in page.read_text(encoding="utf-8")
    assert paper.read_bytes().startswith(b"%PDF")
    assert json.loads(call("report", "--month", "2026-10", "--json").output)["calls"]["total"] == 438
    assert call("report", "--month", "2026-08").exit_code == 2
    told = call("warning", "--month", "2026-10", "--form", "sms")
    assert "2026年10月、警察に似た番号120件" in told.output
    (found,) = json.loads(call("alarms", "list", "--json").output)
    assert call("alarms", "acknowledge", found["id"], "--done", "確かめた").exit_code == 0
    assert "警報はありません" in call("alarms", "list").output
    told = call("selftest", "run")
    assert told.exit_code == 1
    assert "✗ next_to_range" in told.output
    assert call("selftest", "show", "--json").exit_code == 0
    assert call("selftest", "set", "pbx", "--every-hours", "12").exit_code == 0
    assert call("selftest", "set", "pbx", "--called", "110").exit_code == 2
