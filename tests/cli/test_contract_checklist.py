"""``sekisho contract checklist``: what to bring, before the visit, in text and JSON, without a workspace."""

from __future__ import annotations

import pytest

from tests.cli.conftest import document, run

DAY = ("--on", "2026-11-23", "--as-known-at", "2026-11-23")


def test_the_list_for_a_company_in_both_languages() -> None:
    """Belonging and authority stand apart; paper and electronic ways are marked."""
    ja = run("contract", "checklist", "--subject", "corporation", *DAY).stdout
    assert "用意するもの  新規契約・法人・対面・音声   2026-11-23 の法令" in ja
    assert ja.index("3. 在籍の確認") < ja.index("□ 社員証［紙・カード］") < ja.index("4. 権限の確認")
    assert "商業登記電子証明書による電子署名［電子］" in ja
    en = run("contract", "checklist", "--subject", "corporation", *DAY, "--lang", "en").stdout
    assert en.startswith("What to bring: ")
    assert "shows no authority" in en


def test_json_says_the_same() -> None:
    """The text is made from the document."""
    made = document(run("contract", "checklist", *DAY, "--json"))
    assert [one["question"] for one in made["questions"]] == [
        "identity",
        "representative_identity",
        "affiliation",
        "authority",
    ]
    assert made["questions"][3]["standing"] == "expected"
    said = run("contract", "checklist", *DAY).stdout
    for one in made["questions"]:
        assert all(way["title"]["ja"] in said for way in one["ways"])


@pytest.mark.parametrize("option", [("--subject", "company"), ("--on", "tomorrow")])
def test_what_it_doesnt_know_is_refused(option: tuple[str, str]) -> None:
    """A kind of counterparty that doesn't exist; a day that isn't one."""
    assert run("contract", "checklist", *option).exit_code == 2
