"""docs/logs/time-traps.md: each trap names a test, and each of these tests is there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "logs" / "time-traps.md"


def test_every_trap_has_its_test() -> None:
    """No row without a test; no name of a test that isn't there."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| (?!trap |-)", line)]
    assert len(rows) > 30
    for row in rows:
        named = re.findall(r"`([a-z_/]+\.py)::(\w+)`", row.rsplit("|", 2)[1])
        assert named, row
        for file, name in named:
            assert re.search(rf"^ *def {name}\(", (HERE / file).read_text(encoding="utf-8"), re.MULTILINE), name
