"""``sekisho app notice``: made, compared, and what is missing said."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from sekisho.apps.evidence import Piece
from tests.apps.notice.town import ENTRIES, flows, new_one
from tests.cli.conftest import document, run


def _files(tmp_path: Path, *more: Piece, entries: str = ENTRIES) -> tuple[Path, Path, Path]:
    scan, given = tmp_path / "scan.json", tmp_path / "entries.yaml"
    scan.write_bytes(orjson.dumps({"flows": [each.as_document() for each in flows(*more)]}))
    given.write_text(entries, encoding="utf-8")
    return scan, given, tmp_path / "public"


def _notice(scan: Path, entries: Path, out: Path, *more: str) -> list[str | Path]:
    return ["app", "notice", scan, "--entries", entries, "--out", out, "--day", "2026-11-24", *more]


def test_made_and_the_same_again(tmp_path: Path) -> None:
    """Three files are written; making them again changes nothing, and --check ends with 0."""
    call = _notice(*_files(tmp_path))
    first = document(run(*call, "--json"))
    assert (first["complete"], first["recipients"], first["files"]) == (
        True, 3, ["notice.html", "notice.en.html", "notice.json"])  # fmt: skip
    assert document(run(*call, "--json"))["files"] == []
    checked = run(*call, "--check")
    assert checked.exit_code == 0
    assert "同じです" in checked.stdout
    assert sorted(each.name for each in (tmp_path / "public").iterdir()) == sorted(first["files"])


def test_a_new_recipient_fails_the_check(tmp_path: Path) -> None:
    """A recipient that the published notice doesn't have ends --check with 1 and is named; nothing is written."""
    run(*_notice(*_files(tmp_path)))
    before = {each: each.read_bytes() for each in (tmp_path / "public").iterdir()}
    call = _notice(*_files(tmp_path, *new_one()))
    checked = run(*call, "--check")
    assert checked.exit_code == 1
    assert "vendor-unknown.exampleが加わった" in checked.stderr
    assert {each: each.read_bytes() for each in (tmp_path / "public").iterdir()} == before
    found = run(*call, "--check", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["error"]["fields"]["differences"][0]["recipient"] == "vendor-unknown.example"


def test_unconfirmed_fails_the_check_though_nothing_drifted(tmp_path: Path) -> None:
    """A page that still says 要確認 is written, with what to write where, and isn't good enough for --check."""
    call = _notice(*_files(tmp_path, *new_one()))
    written = run(*call)
    assert written.exit_code == 0
    assert "要確認" in written.stdout
    assert "vendor-unknown.example" in written.stdout
    checked = run(*call, "--check")
    assert checked.exit_code == 1
    assert "要確認が1件" in checked.stderr


def test_nothing_published_yet_is_drift(tmp_path: Path) -> None:
    """Without published files --check ends with 1 and makes none."""
    call = _notice(*_files(tmp_path))
    assert run(*call, "--check").exit_code == 1
    assert not (tmp_path / "public").exists()


def test_history_must_say_a_change(tmp_path: Path) -> None:
    """A changed purpose without a new line in the history is told as missing."""
    run(*_notice(*_files(tmp_path)))
    changed = ENTRIES.replace("purpose: [measurement]", "purpose: [own_advertising]")
    written = run(*_notice(*_files(tmp_path, entries=changed)))
    assert "変更の記録（changes）に1行加える" in written.stdout
    assert "~ 送信先の一覧：metaが変わった" in written.stdout


def test_sketch_and_template_are_printed(tmp_path: Path) -> None:
    """--sketch prints entries to fill in; --print-template the packaged template, which can be handed in again."""
    scan, entries, out = _files(tmp_path, *new_one())
    sketch = run("app", "notice", scan, "--entries", entries, "--sketch")
    assert '"vendor-unknown.example":' in sketch.stdout
    template = tmp_path / "own.html"
    template.write_text(run("app", "notice", "--print-template").stdout, encoding="utf-8")
    plain = document(run(*_notice(scan, entries, out), "--json"))
    assert plain["files"]
    assert document(run(*_notice(scan, entries, out, "--template", str(template)), "--json"))["files"] == []


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_what_is_needed_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Without scan, entries or folder the command ends with 2 and says what it needs."""
    scan, entries, _ = _files(tmp_path)
    for call in (["app", "notice"], ["app", "notice", scan], ["app", "notice", scan, "--entries", entries]):
        done = run(*call, *arguments)
        assert done.exit_code == 2
        assert "--entries" in done.stderr


@pytest.mark.parametrize(("name", "content"), [
    ("scan.json", b"{}"), ("scan.json", b"\xff\xfe"), ("entries.yaml", b"\xff"), ("entries.yaml", b"operator: x\n"),
    ("entries.yaml", b"operator: x\nservice: y\nrecipients: {a: {policy: 'javascript:x'}}\n"),
    ("own.html", b"{{ notice.__class__ }}"), ("own.html", b"<script>x</script>"), ("own.html", b"\xff"),
])  # fmt: skip
def test_bad_files_end_with_2_and_write_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    """A file that can't be what it is given for is refused with a sentence; no page is made."""
    scan, entries, out = _files(tmp_path)
    (tmp_path / name).write_bytes(content)
    more = ("--template", str(tmp_path / "own.html")) if name == "own.html" else ()
    done = run(*_notice(scan, entries, out, *more))
    assert done.exit_code == 2, done.output
    assert done.stderr.strip()
    assert not out.exists()
