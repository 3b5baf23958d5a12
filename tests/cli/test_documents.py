"""The commands in the documents work, in the order they stand there, and their sample output is what one sees."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from sekisho.cli.main import root
from sekisho.contracts.tables import contract_evidence
from sekisho.logs.tables import log_input
from sekisho.workspace import Workspace
from tests.cli.conftest import ACCEPTED, EXAMPLES, PROJECT, document, run
from tests.cli.test_commands import ALL

DOCUMENTS = ("README.md", "README.ja.md", "docs/command-line.md", "docs/disclosure.md")

NOT_RUN = (
    "sekisho --workspace my-workspace serve",
    "sekisho --workspace demo-workspace serve",
    "sekisho --workspace demo-workspace log listen --source cgn --tcp 127.0.0.1:5514",
)
"""Commands that don't end by themselves; tests/api/test_server.py and tests/cli/test_log_listen.py run them."""


def lines(page: str) -> list[str]:
    """Every ``sekisho …`` line of the page's code blocks, without prompt and comment, in order."""
    found = []
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            text = re.sub(r"\s+# .*$", "", line.removeprefix("$ ")).strip()
            if text.startswith("sekisho "):
                found.append(text)
    return found


def filled(line: str) -> list[str]:
    """The words of ``line``, with what stands for a name of the reader's own."""
    words = shlex.split(line)[1:]
    told = {}
    demo = ["--workspace", "demo-workspace"]
    if "TOKEN-ID" in words:
        issued = run(*demo, "--by", "admin", "staff", "token", "signup", "--scope", "read", "--json")
        told["TOKEN-ID"] = document(issued)["id"]
    if "DECISION" in words:
        told["DECISION"] = document(run(*demo, "--by", "clerk", "contract", "decide", "--json", ACCEPTED))["id"]
    if "EVIDENCE" in words:
        with Workspace.open(Path("demo-workspace"), mode="read") as opened, opened.database.read() as connection:
            told["EVIDENCE"] = connection.execute(select(contract_evidence.c.id).limit(1)).scalar_one()
    if "INPUT" in words:
        with Workspace.open(Path("demo-workspace"), mode="read") as opened, opened.database.read() as connection:
            told["INPUT"] = connection.execute(select(log_input.c.id).limit(1)).scalar_one()
    if "CONTRACT-KEY" in words:
        living = document(run(*demo, "keys", "list", "--json"))["living"]
        told["CONTRACT-KEY"] = next(name for name in living if name.startswith("contract/"))
    for word in words:
        if word.endswith(".token"):
            _token(Path(word))
    if "CASE" in words:
        told["CASE"] = _case("investigation_inquiry", "received", "reviewed")
    if "WARRANT" in words:
        told["WARRANT"] = _case("search_seizure", "reviewed", "searching", "found", "decided") or _warrant()
    return [told.get(word, word) for word in words]


_TOKENS = {
    "kakunin": ("disclosure.review", "approve"),
    "hogo": ("approve",),
    "kaiji": ("disclosure.release",),
    "kansa": ("disclosure.audit",),
}


def _token(file: Path) -> None:
    """A file with the token of who it is named for."""
    if not file.exists():
        scopes = [part for scope in _TOKENS[file.stem] for part in ("--scope", scope)]
        issued = run("--workspace", "demo-workspace", "--by", "admin", "staff", "token", file.stem, *scopes, "--json")
        file.touch(0o600)
        file.write_text(document(issued)["token"], encoding="utf-8")


def _case(kind: str, *states: str) -> str:
    """The latest case of a kind that the page itself made; empty where there is none."""
    desk = ("--workspace", "demo-workspace", "--by", "uketsuke", "disclosure", "list", "--type", kind, "--json")
    found = document(run(*desk))["cases"]
    made = [one for one in found if one["case"]["document"]["number"] in _NUMBERS and one["state"] in states]
    return made[-1]["id"] if made else ""


_NUMBERS = ("関サ発第301号", "令和8年（る）第1号")


def _warrant() -> str:
    """A warrant that was taken in, checked and reviewed, as the page says of the inquiry."""
    desk = ("--workspace", "demo-workspace", "--by", "uketsuke", "disclosure")
    case: str = document(run(*desk, "receive", "examples/disclosure/warrant.json", "--json"))["id"]
    for name in ("authenticity.number_confirmed", "authenticity.called_back", "document.in_writing",
                 "document.original_received", "document.addressed_to_us"):  # fmt: skip
        document(run(*desk, "check", case, name, "--note", "原本・折り返し", "--json"))
    _token(Path("kakunin.token"))
    seen = ("--workspace", "demo-workspace", "disclosure")
    by = ("--token-file", "kakunin.token", "--json")
    document(run(*seen, "review", case, "--note", "原本を確認", *by))
    document(run(*seen, "check", case, "document.issued_by_judge", "--note", "記名押印を確認", *by))
    return case


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader is after ``./scripts/demo``: a folder with the examples and the demonstration's workspace."""
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "contracts").symlink_to(EXAMPLES)
    (tmp_path / "examples" / "logs").symlink_to(EXAMPLES.with_name("logs"))
    (tmp_path / "examples" / "disclosure").symlink_to(EXAMPLES.with_name("disclosure"))
    (tmp_path / "examples" / "stops").symlink_to(EXAMPLES.with_name("stops"))
    (tmp_path / "examples" / "apps").symlink_to(EXAMPLES.with_name("apps"))
    (tmp_path / "examples" / "calls").symlink_to(EXAMPLES.with_name("calls"))
    (tmp_path / "apart").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run("demo", "--no-http").exit_code == 0
    return tmp_path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_of_the_documents_work(name: str, reader: Path) -> None:
    """Each line ends with 0 and without a traceback."""
    wanted = lines((PROJECT / name).read_text(encoding="utf-8"))
    assert len(wanted) > 8
    for line in wanted:
        if line in NOT_RUN:
            continue
        done = run(*filled(line))
        assert done.exit_code == 0, f"{line}\n{done.output}"
        assert done.output.strip(), line
    assert (reader / "demo-workspace").exists()


def test_what_is_not_run_is_still_there() -> None:
    """The list of exceptions holds nothing that the documents no longer say."""
    said = {line for name in DOCUMENTS for line in lines((PROJECT / name).read_text(encoding="utf-8"))}
    assert set(NOT_RUN) <= said


def test_every_command_is_documented() -> None:
    """docs/command-line.md names every command, and every option of the program itself."""
    page = (PROJECT / "docs" / "command-line.md").read_text(encoding="utf-8")
    said = re.sub(r"(--(?:workspace|by|lang|key-file) \S+ )", "", page)
    for words in ALL:
        assert f"sekisho {words}" in said, words
    for parameter in root.params:
        if isinstance(parameter, click.Option) and parameter.name not in ("help", "version"):
            assert parameter.opts[0] in page, parameter.name


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_sample_output_is_real(name: str, reader: Path) -> None:
    """Each line that a README shows below a command is in that command's output, in that order, up to its dots."""
    page = (PROJECT / name).read_text(encoding="utf-8")
    (sample,) = re.findall(r"^```\n\$ (sekisho .*?)^```", page, re.DOTALL | re.MULTILINE)
    command, *shown = sample.splitlines()
    done = run(*shlex.split(command)[1:])
    real = iter(done.stdout.splitlines())
    assert any("need_evidence" in line for line in shown)
    assert any(line.startswith("   1. ") for line in shown)
    for line in shown:
        begin = line.rstrip("…").rstrip()
        if begin:
            assert any(each.startswith(begin) for each in real), line
    assert reader.exists()


@pytest.mark.parametrize(("name", "lang"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_what_the_desk_says_is_real(name: str, lang: str, reader: Path) -> None:
    """The lines that a README shows of ``disclosure decide`` are in its output, up to their dots."""
    page = (PROJECT / name).read_text(encoding="utf-8")
    (sample,) = re.findall(r"^```\n( ✗ .*?)^```", page, re.DOTALL | re.MULTILINE)
    desk = ("--workspace", "demo-workspace", "--lang", lang, "--by", "uketsuke", "disclosure")
    case = document(run(*desk, "receive", str(reader / "examples/disclosure/inquiry.json"), "--json"))["id"]
    said = run(*desk, "decide", case).stdout
    for line in sample.splitlines():
        assert line.rstrip("…").rstrip() in said, said


@pytest.mark.parametrize(
    ("name", "lang", "begin"), [("README.md", "en", "is refused"), ("README.ja.md", "ja", "つながない")]
)
def test_what_becomes_of_a_forged_number_is_real(name: str, lang: str, begin: str, reader: Path) -> None:
    """The lines that a README shows of ``call screen`` are in its output, up to their dots."""
    page = (PROJECT / name).read_text(encoding="utf-8")
    (sample,) = re.findall(rf"^```\n({begin}.*?)^```", page, re.DOTALL | re.MULTILINE)
    call = str(reader / "examples/calls/forged.json")
    said = run("--lang", lang, "call", "screen", call, "--bundle", "demo-workspace/calls/bundles").stdout
    assert len(sample.splitlines()) == 4
    for line in sample.splitlines():
        assert line.rstrip("…").rstrip() in said, said


@pytest.mark.parametrize(
    ("name", "lang", "begin"), [("README.md", "en", "What is new"), ("README.ja.md", "ja", "前回からの変化")]
)
def test_what_a_build_fails_for_is_real(name: str, lang: str, begin: str, reader: Path) -> None:
    """The second scan that a README names ends with 1 against the first; the lines shown are in its output."""
    page = (PROJECT / name).read_text(encoding="utf-8")
    (sample,) = re.findall(rf"^```\n({begin}.*?)^```", page, re.DOTALL | re.MULTILINE)
    first, second = (filled(line) for line in lines(page) if line.startswith("sekisho app scan"))
    assert run(*first).exit_code == 0
    done = run("--lang", lang, *second, "--baseline", reader / "baseline.json")
    assert done.exit_code == 1
    assert len(sample.splitlines()) == 5
    for line in sample.splitlines():
        assert line.rstrip("…").rstrip() in done.stdout, line
