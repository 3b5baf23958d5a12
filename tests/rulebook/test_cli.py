"""The rulebook's commands: exit codes, JSON alone on stdout, and confirmations that say what was read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sekisho.cli.main import root
from sekisho.contracts.law import load_contracts
from sekisho.rulebook.loader import LOCK_NAME
from tests.rulebook.small_law import DUTY, METHODS, SCOPE, sources

RULE = "contract.natural.chip-and-face.2026-04"


def run(*arguments: str | Path, expect: int = 0) -> Result:
    """Run a command and check its exit code."""
    result = CliRunner().invoke(root, [str(argument) for argument in arguments])
    assert result.exit_code == expect, result.output
    return result


def answer(*arguments: str | Path, expect: int = 0) -> Any:
    """The JSON document that a command prints, and nothing else."""
    return json.loads(run(*arguments, "--json", expect=expect).stdout)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which legal confirmation is required, with a lawyer and a clerk."""
    folder = tmp_path_factory.mktemp("law") / "workspace"
    run("init", folder)
    as_admin = ("--workspace", folder, "--by", "admin", "staff", "add")
    run(*as_admin, "houmu", "--name", "法務 花子", "--role", "legal")
    run(*as_admin, "uketsuke", "--name", "受付 太郎", "--role", "clerk")
    return folder


def small_folder(folder: Path, rules: str = DUTY + SCOPE + METHODS) -> Path:
    """The small law as files."""
    for name, text in sources(rules=rules).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_help_names_every_command() -> None:
    """The group lists its commands, each with both languages."""
    said = run("rulebook", "--help").stdout
    for name in ("show", "timeline", "diff", "coverage", "check", "publish", "worklist", "confirm", "adopt"):
        assert name in said


def test_show_a_rule_a_provision_a_list_and_the_instruments() -> None:
    """Each of the four answers, as text and as one JSON document."""
    assert "規則3条1項1号ハ" in run("rulebook", "show", RULE, "--on", "2026-11-23").stdout
    document = answer("rulebook", "show", RULE, "--on", "2026-11-23")
    assert document["rule"] == RULE
    assert all(example["agrees"] for example in document["examples"])
    assert "confirmation" not in document
    assert answer("rulebook", "show", "keitai-kisoku.3-1-1.chip-and-face")["rules"]
    assert {one["kind"] for one in answer("rulebook", "show", "--instruments")} >= {"act", "ordinance", "industry"}
    listed = answer("rulebook", "show", "--event", "new_contract", "--channel", "remote", "--on", "2026-11-23")
    assert RULE in {one["rule"] for one in listed}
    assert [one["rule"] for one in answer("rulebook", "show", "contract.natural.chip-and-face.2020")] == [
        "contract.natural.chip-and-face.2020-04"
    ]


def test_a_name_nobody_has_is_refused() -> None:
    """Exit 2 and a sentence that says where the names are; with --json, a document with the reason."""
    assert "sekisho rulebook show" in run("rulebook", "show", "no.such.rule", expect=2).stderr
    assert answer("rulebook", "show", "no.such.rule", expect=2)["error"]["reason"] == "unknown_rule"


def test_the_language_can_be_chosen_behind_the_command() -> None:
    """`--lang en` works where people type it."""
    said = run("rulebook", "show", RULE, "--lang", "en").stdout
    assert "Ordinance art. 3(1)(i)" in said
    assert "in force" in said


def test_timeline_prints_and_draws(tmp_path: Path) -> None:
    """Three channels by default; a picture to a file, several into a folder; JSON has every chart."""
    said = run("rulebook", "timeline", "--on", "2026-11-23").stdout
    assert [channel in said for channel in ("対面", "非対面", "郵送")] == [True, True, True]
    one = tmp_path / "one.svg"
    run("rulebook", "timeline", "--channel", "remote", "--svg", one)
    assert one.read_text(encoding="utf-8").startswith("<svg ")
    run("rulebook", "timeline", "--lang", "en", "--svg", tmp_path / "all")
    assert len(list((tmp_path / "all").glob("*.en.svg"))) == 3
    charts = answer("rulebook", "timeline", "--subject", "all", "--channel", "remote", "--duty", "identity")
    assert [len(chart["duties"]) for chart in charts] == [1] * 6
    run("rulebook", "timeline", "--duty", "no-such-duty", expect=2)
    assert answer("rulebook", "timeline", "--adopt", "nobody", expect=2)["error"]["reason"] == "unknown_selection"


def test_what_was_not_known_yet_is_not_in_the_timeline() -> None:
    """As known in March 2025, the method of photographs has no end."""
    told = answer("rulebook", "timeline", "--channel", "remote", "--duty", "identity", "--as-known-at", "2025-03-31")
    rows = {row["method"]: row for row in told[0]["duties"][0]["rows"]}
    assert rows["document-image-and-face"]["spans"][-1]["until"] is None
    now = answer("rulebook", "timeline", "--channel", "remote", "--duty", "identity", "--as-known-at", "2026-11-23")
    rows = {row["method"]: row for row in now[0]["duties"][0]["rows"]}
    assert rows["document-image-and-face"]["spans"][-1]["until"] == "2026-04-01"


def test_diff_in_words_and_as_a_document() -> None:
    """The change of April 2026; a day that doesn't exist is refused."""
    said = run("rulebook", "diff", "2026-03-31", "2026-04-01", "--channel", "remote").stdout
    assert "終わる方法" in said
    assert "書類と容貌の画像の送信" in said
    document = answer("rulebook", "diff", "2026-03-31", "2026-04-01")
    assert document["changes"][0]["group"] == "methods_ended"
    run("rulebook", "diff", "2026-02-30", "2026-04-01", expect=2)


def test_coverage_of_the_shipped_rulebook_passes() -> None:
    """Exit 0: nothing is missing; the measures page is printed on request."""
    assert answer("rulebook", "coverage")["complete"] is True
    assert run("rulebook", "coverage", "--measures-page").stdout.startswith("# 報告書の施策")


def test_coverage_with_a_hole_exits_1(tmp_path: Path) -> None:
    """A silent law fails the command, and the hole is named."""
    folder = small_folder(tmp_path, rules=DUTY + METHODS)
    document = answer("rulebook", "coverage", "--folder", folder, expect=1)
    assert document["duty_holes"][0]["fault"] == "duty_silent"
    assert "課す規則も外す規則もない" in run("rulebook", "coverage", "--folder", folder, expect=1).stdout


def test_check_names_file_and_line(tmp_path: Path) -> None:
    """A rulebook that can't be loaded, and an example that doesn't hold, fail with file and line."""
    assert answer("rulebook", "check")["ok"] is True
    unreadable = small_folder(tmp_path / "a", rules=DUTY + SCOPE + METHODS.replace("presented", "someday"))
    said = run("rulebook", "check", "--folder", unreadable, expect=1).stdout
    assert said.startswith("small-act/rules.yaml:")
    wrong = small_folder(tmp_path / "b", rules=DUTY.replace("expect: met", "expect: unknown", 1) + SCOPE + METHODS)
    problems = answer("rulebook", "check", "--folder", wrong, expect=1)["problems"]
    assert problems[0]["file"] == "small-act/rules.yaml"


def test_publish_writes_once_and_refuses_a_changed_meaning(tmp_path: Path) -> None:
    """A dry run writes nothing; then every id is new; then none; then a change is refused with exit 2."""
    folder = small_folder(tmp_path)
    assert answer("rulebook", "publish", "--folder", folder, "--dry-run")["written"] is False
    assert not (folder / LOCK_NAME).exists()
    assert len(answer("rulebook", "publish", "--folder", folder)["new"]) == 5
    assert answer("rulebook", "publish", "--folder", folder) == {"new": [], "dated": [], "written": False, "rules": 5}
    small_folder(
        tmp_path, rules=DUTY + SCOPE + METHODS.replace("{name_agrees: {eq: true}}", "{name_agrees: {eq: false}}")
    )
    assert answer("rulebook", "publish", "--folder", folder, expect=2)["error"]["reason"] == "rulebook_refused"


def test_worklist_names_what_to_open(workspace: Path) -> None:
    """In a new workspace every duty waits; the first text to open is the current Ordinance."""
    document = answer("--workspace", workspace, "rulebook", "worklist")
    assert document["legal_confirmation"] == "required"
    assert document["unconfirmed"] == document["duties"]
    assert document["sources"][0]["source"] == "kisoku-current"
    assert "laws.e-gov.go.jp" in run("--workspace", workspace, "rulebook", "worklist").stdout
    assert run("rulebook", "worklist", expect=2).stderr


def test_confirming_from_a_file_hashes_its_bytes(workspace: Path, tmp_path: Path) -> None:
    """The record holds the hash of what was read; the rule leaves the worklist and is shown as confirmed."""
    text = tmp_path / "kisoku.xml"
    text.write_bytes("第三条第一項第一号ハ".encode())
    as_lawyer = ("--workspace", workspace, "rulebook")
    done = answer(*as_lawyer, "confirm", RULE, "--source", text, "--by", "houmu")
    assert done["source_hash"] == hashlib.sha256(text.read_bytes()).hexdigest()
    assert done["confirmed_by"] == "stated:houmu"
    waiting = answer(*as_lawyer, "worklist")
    assert waiting["unconfirmed"] == waiting["duties"] - 1
    assert answer(*as_lawyer, "show", RULE)["confirmation"] == "confirmed"
    other = next(
        rule.id for rule in load_contracts().rules.values() if rule.id != RULE and rule.strength.value == "duty"
    )
    assert answer(*as_lawyer, "show", other)["confirmation"] == "unconfirmed"


def test_an_address_needs_the_text_that_was_read(workspace: Path, tmp_path: Path) -> None:
    """Nothing is fetched: an address alone is refused, with the text it is recorded under the address."""
    as_lawyer = ("--workspace", workspace, "--by", "houmu", "rulebook", "confirm")
    address = "https://laws.e-gov.go.jp/api/2/law_data/417M60000008167"
    refused = answer(*as_lawyer, RULE, "--source", address, expect=2)
    assert refused["error"]["reason"] == "source_text_missing"
    text = tmp_path / "saved.xml"
    text.write_text("条文", encoding="utf-8")
    done = answer(*as_lawyer, RULE, "--source", address, "--text", text)
    assert done["source"] == address
    assert done["source_hash"] == hashlib.sha256("条文".encode()).hexdigest()
    assert (
        answer(*as_lawyer, RULE, "--source", text, "--text", text, expect=2)["error"]["reason"] == "source_text_twice"
    )
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert answer(*as_lawyer, RULE, "--source", empty, expect=2)["error"]["reason"] == "source_text_empty"
    assert answer(*as_lawyer, RULE, "--source", tmp_path / "none", expect=2)["error"]["reason"] == "file_refused"


def test_only_legal_staff_confirm_and_adopt(workspace: Path, tmp_path: Path) -> None:
    """A clerk may not (exit 3), nobody unnamed may (exit 2), and an unknown rule is refused."""
    text = tmp_path / "text.txt"
    text.write_text("条文", encoding="utf-8")
    here = ("--workspace", workspace, "rulebook")
    answer(*here, "confirm", RULE, "--source", text, "--by", "uketsuke", expect=3)
    assert answer(*here, "confirm", RULE, "--source", text, expect=2)["error"]["reason"] == "no_staff"
    assert (
        answer(*here, "confirm", "no.rule", "--source", text, "--by", "houmu", expect=2)["error"]["reason"]
        == "unknown_rule"
    )
    answer(*here, "adopt", "industry-tca", "--by", "uketsuke", expect=3)


def test_adopting_an_industry_rule(workspace: Path) -> None:
    """An industry instrument can be adopted; an act can't."""
    here = ("--workspace", workspace, "rulebook", "adopt")
    assert answer(*here, "industry-tca", "--by", "houmu")["instrument"] == "industry-tca"
    assert answer(*here, "keitai-act", "--by", "houmu", expect=2)["error"]["reason"] == "unknown_instrument"
