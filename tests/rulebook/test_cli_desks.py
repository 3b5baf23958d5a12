"""The rulebook's commands with ``--desk disclosure``: read, proved whole, and confirmed in a workspace."""

from __future__ import annotations

from pathlib import Path

from sekisho.disclosure.law import load_disclosure
from tests.rulebook.test_cli import answer, run

DESK = ("--desk", "disclosure")


def test_the_shipped_rulebook_is_whole() -> None:
    """``check`` runs every example and ``coverage`` finds no hole."""
    document = answer("rulebook", "check", *DESK)
    assert (document["ok"], document["rules"]) == (True, len(load_disclosure().rules))
    assert "抜けはありません" in run("rulebook", "coverage", *DESK, "--all").stdout


def test_a_rule_a_provision_a_list_and_the_instruments_are_shown() -> None:
    """Each of the four answers speaks of this desk's law and of no other."""
    assert "刑訴法218条1項" in run("rulebook", "show", *DESK, "ground.warrant").stdout
    assert answer("rulebook", "show", *DESK, "criminal-procedure.197-3")["rules"]
    assert "penal-code" in {one["instrument"] for one in answer("rulebook", "show", *DESK, "--instruments")}
    listed = {one["rule"] for one in answer("rulebook", "show", *DESK, "--on", "2026-11-23")}
    assert "refuse.inquiry.secrecy" in listed
    assert "ground.data-provision-order" not in listed
    run("rulebook", "show", "ground.warrant", expect=2)
    run("rulebook", "show", *DESK, "--event", "new_contract", expect=2)


def test_publishing_writes_nothing_that_is_there() -> None:
    """The shipped lock says what the rules mean; a dry run finds nothing new."""
    document = answer("rulebook", "publish", *DESK, "--dry-run")
    assert (document["new"], document["dated"], document["written"]) == ([], [], False)


def test_a_rule_of_this_desk_is_confirmed_and_leaves_the_worklist(tmp_path: Path) -> None:
    """The worklist names this desk's texts; what a named person compared is no longer on it, and is shown so."""
    workspace, text = tmp_path / "ws", tmp_path / "law.txt"
    text.write_text("読んだ条文", encoding="utf-8")
    run("init", workspace)
    run("--workspace", workspace, "--by", "admin", "staff", "add", "houmu", "--name", "法務 花子", "--role", "legal")
    within = ("--workspace", workspace, "rulebook")
    before = answer(*within, "worklist", *DESK)
    assert before["unconfirmed"] == before["duties"] > 0
    assert answer(*within, "show", *DESK, "ground.warrant")["confirmation"] == "unconfirmed"
    run(*within, "confirm", "ground.warrant", *DESK, "--source", text, "--by", "houmu")
    assert answer(*within, "worklist", *DESK)["unconfirmed"] == before["unconfirmed"] - 1
    assert answer(*within, "show", *DESK, "ground.warrant")["confirmation"] == "confirmed"
    run(*within, "confirm", "ground.warrant", "--source", text, "--by", "houmu", expect=2)
