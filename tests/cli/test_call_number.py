"""``sekisho call number``: what a number is, on a day, with MIC's tables or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import document, run

TABLE = """令和8年9月1日現在
番号,市外局番,指定事業者,使用状況
031234,3,甲通信株式会社,使用中
031235,3,乙通信株式会社,使用予定
"""


def test_a_number_is_told_with_its_source() -> None:
    """Kind, both forms, use, and where it stands; in both languages."""
    told = document(run("call", "number", "０３－１２３４－５６７８", "--on", "2026-11-23", "--json"))
    assert (told["kind"], told["national"], told["e164"]) == ("fixed", "0312345678", "+81312345678")
    assert told["row"]["confidence"] == "primary"
    assert told["designation"] is None
    assert "固定電話番号" in run("call", "number", "0312345678").stdout
    assert "fixed line" in run("call", "number", "0312345678", "--lang", "en").stdout


def test_the_day_decides() -> None:
    """060 is nobody's on the last day of June 2026 and a mobile number on the next."""
    kinds = [
        document(run("call", "number", "06012345678", "--on", day, "--json"))["kind"]
        for day in ("2026-06-30", "2026-07-01")
    ]
    assert kinds == ["not_in_plan", "mobile"]
    assert "まだ利用が始まっていません" in run("call", "number", "06012345678", "--on", "2026-06-30").stdout


def test_the_holder_is_told_with_the_tables_day(tmp_path: Path) -> None:
    """From MIC's table as CSV; a block that isn't in use and a number in no block are told as such."""
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="cp932")
    given = ("--designations", str(table), "--on", "2026-11-23")
    told = document(run("call", "number", "0312345678", *given, "--json"))["designation"]
    assert (told["holder"], told["as_of"], told["area"], told["in_service"]) == (
        "甲通信株式会社", "2026-09-01", "03", True,
    )  # fmt: skip
    assert "2026-09-01 現在" in run("call", "number", "0312345678", *given).stdout
    assert document(run("call", "number", "0312355678", *given, "--json"))["reasons"] == ["not_in_service"]
    assert document(run("call", "number", "0312365678", *given, "--json"))["reasons"] == ["not_designated"]


def test_a_foreign_number_is_examined() -> None:
    """Country and validity are libphonenumber's, and its version is told."""
    told = document(run("call", "number", "+12025550123", "--json"))
    assert (told["foreign"]["region"], told["foreign"]["valid"]) == ("US", True)
    assert told["foreign"]["data"].startswith("phonenumbers ")
    assert "phonenumbers" in run("call", "number", "+12025550123").stdout


def test_what_a_prefix_asked_is_told() -> None:
    """184 before a number doesn't change what it is."""
    told = document(run("call", "number", "1840312345678", "--json"))
    assert (told["kind"], told["asked"]) == ("fixed", "withhold")
    assert "184" in run("call", "number", "1840312345678").stdout


@pytest.mark.parametrize(
    ("given", "reason"),
    [("", "number_empty"), ("03-ABCD", "number_not_digits"), ("1" * 40, "number_too_long")],
)
def test_what_is_no_number_is_refused(given: str, reason: str) -> None:
    """Exit 2, the reason for machines, and no traceback; the number isn't repeated."""
    done = run("call", "number", given, "--json")
    assert done.exit_code == 2
    assert f'"{reason}"' in done.stdout
    assert not given or given not in done.stdout


def test_a_table_that_cant_be_read_is_refused(tmp_path: Path) -> None:
    """A table without headings, and a day before the plan."""
    table = tmp_path / "table.csv"
    table.write_text("a,b\n", encoding="utf-8")
    done = run("call", "number", "0312345678", "--designations", str(table), "--snapshot", "2026-09-01")
    assert done.exit_code == 2
    assert "指定状況" in done.output
    assert run("call", "number", "0312345678", "--on", "2019-05-21").exit_code == 2
