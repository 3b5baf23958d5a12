"""``sekisho app recipients``."""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.cli.conftest import run


def test_lint_of_what_is_shipped() -> None:
    """The shipped rows have no faults, and how many are unconfirmed is said."""
    assert orjson.loads(run("app", "recipients", "lint", "--json").stdout)["unconfirmed"] > 0


def test_lint_of_a_bad_file(tmp_path: Path) -> None:
    """A file that can't be read ends with 2 and its line."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("group: x\nservices: 1\n", encoding="utf-8")
    done = run("app", "recipients", "lint", str(bad))
    assert done.exit_code == 2
    assert "2" in done.stderr


def test_unconfirmed_is_shown_everywhere() -> None:
    """In the list and beside every mark, item, purpose and address of one recipient."""
    listed = run("app", "recipients", "list", "--group", "japan-affiliate").stdout.splitlines()[:-1]
    assert listed
    assert all("未確認" in line or "確認済み" in line for line in listed)
    shown = run("app", "recipients", "show", "nend").stdout.splitlines()
    said = [line for line in shown if line.startswith(("  host", "  android", "  ios", "  情報", "  目的", "  オプト"))]
    assert len(said) > 5
    assert all("未確認" in line or "確認済み" in line for line in said)
    assert any("net.nend.android" in line and "確認済み" in line for line in said)


def test_by_company_and_unknown() -> None:
    """A former name finds what the company has now; an id that isn't there is said so."""
    found = orjson.loads(run("app", "recipients", "list", "--company", "Facebook, Inc.", "--json").stdout)
    assert "meta" in {each["id"] for each in found["recipients"]}
    assert run("app", "recipients", "show", "nobody").exit_code == 2
