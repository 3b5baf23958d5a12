"""``sekisho log``: sources, files, folders that are watched, health and seals, with the exit codes they promise."""

from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.cli.conftest import PROGRAM, PROJECT, Shop, document
from tests.logs.declared import declare_all

LOG = PROJECT / "examples" / "logs" / "juniper-pba.log"


@pytest.fixture
def desk(shop: Shop) -> Shop:
    """A workspace with a log custodian, policies and a source."""
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        declare_all(workspace)
    assert shop.run("staff", "add", "logs", "--name", "ログ", "--role", "log_custodian", by="admin").exit_code == 0
    document(declare(shop, "cgn"))
    return shop


def declare(shop: Shop, name: str, *more: str, by: str | None = "logs") -> Any:
    """Add a source."""
    what = ["--provider", "関所通信", "--service", "hikari", "--kind", "ap.nat", "--format", "juniper-pba", *more]
    return shop.run("log", "source", "add", name, *what, "--json", by=by)


def test_a_source_is_declared_on_record(desk: Shop) -> None:
    """By a log custodian alone, once, with what was said of it."""
    made = document(declare(desk, "two", "--covers", "203.0.113.0/24", "--heartbeat", "60", "--acknowledged"))
    assert (made["number"], made["covers"], made["settings"]) == (2, ["203.0.113.0/24"], {"heartbeat_seconds": 60})
    assert [one["name"] for one in document(desk.run("log", "source", "list", "--json"))] == ["cgn", "two"]
    assert declare(desk, "two").exit_code == 2
    assert declare(desk, "three", by="clerk").exit_code == 3
    assert declare(desk, "three", by=None).exit_code == 2
    assert declare(desk, "three", "--covers", "203.0.113.1/24").exit_code == 2
    assert "juniper-pba" in desk.run("log", "source", "formats").stdout
    assert "two" in desk.run("log", "source", "list").stdout


def test_a_table_that_no_backup_has_is_given_up(desk: Shop, tmp_path: Path) -> None:
    """Ingest names the command; a log custodian alone may, once; then the source is taken in again."""
    lines = [line for line in LOG.read_bytes().splitlines(keepends=True) if b"_ALLOC" in line]
    for name, part in (("first.log", lines[:2]), ("second.log", lines[2:4])):
        (tmp_path / name).write_bytes(b"".join(part))
    document(desk.run("log", "ingest", tmp_path / "first.log", "--source", "cgn", "--json"))
    assert desk.run("log", "source", "give-up", "cgn", by="logs").exit_code == 2
    for path in (desk.path / "logs" / "ap.nat").rglob("*.segment"):
        path.write_bytes(b"damaged")
    refused = desk.run("log", "ingest", tmp_path / "second.log", "--source", "cgn")
    assert refused.exit_code != 0
    assert "sekisho log source give-up cgn" in refused.stderr
    assert desk.run("log", "source", "give-up", "cgn", by="clerk").exit_code == 3
    done = document(desk.run("log", "source", "give-up", "cgn", "--json", by="logs"))
    assert (done["source"], len(done["lost"]), done["copies"]) == ("cgn", 1, [])
    assert done["gap"]["begin"].endswith("T00:00:00+09:00")
    document(desk.run("log", "ingest", tmp_path / "second.log", "--source", "cgn", "--json"))


def test_a_segment_that_no_backup_has_is_given_up(desk: Shop, tmp_path: Path) -> None:
    """The seal names the command; a log custodian alone may, once; then the day is sealed, and has a gap."""
    lines = LOG.read_bytes().splitlines(keepends=True)
    for name, part in (("first.log", lines[:200]), ("second.log", lines[200:])):
        (tmp_path / name).write_bytes(b"".join(part))
        document(desk.run("log", "ingest", tmp_path / name, "--source", "cgn", "--json"))
    day = next((desk.path / "logs" / "ap.nat").iterdir()).name
    for path in (desk.path / "logs" / "ap.nat" / day).glob("*.segment"):
        path.write_bytes(b"damaged")
    refused = desk.run("log", "seal")
    assert refused.exit_code != 0
    assert f"sekisho log give-up ap.nat {day}" in refused.stderr
    assert desk.run("log", "give-up", "ap.nat", day, by="clerk").exit_code == 3
    done = document(desk.run("log", "give-up", "ap.nat", day, "--json", by="logs"))
    assert (done["day"], len(done["lost"]), done["sources"]) == (day, 2, ["cgn"])
    assert desk.run("log", "give-up", "ap.nat", day, by="logs").exit_code == 2
    assert [one["rows"] for one in document(desk.run("log", "seal", "--json"))] == [0]
    (health,) = document(desk.run("log", "health", "--json"))
    assert [(one["reason"], one["begin"][:10]) for one in health["gaps"]] == [("segment_lost", day)]


def test_files_are_taken_in_once(desk: Shop, tmp_path: Path) -> None:
    """A file, its compressed copy, standard input: once each counts; the answer says what came of each."""
    done = document(desk.run("log", "ingest", LOG, "--source", "cgn", "--format", "juniper-pba", "--json"))
    assert (done["already"], done["records"], done["quarantined"]) == (False, 400, {})
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(LOG.read_bytes()))
    again = desk.run("log", "ingest", packed, LOG, "-", "--source", "cgn", "--json", stdin=LOG.read_bytes())
    assert again.exit_code == 0
    assert [json.loads(line)["already"] for line in again.stdout.splitlines()] == [True] * 3
    told = desk.run("log", "ingest", LOG, "--source", "cgn")
    assert "取り込み済み" in told.stdout


def test_one_bad_file_does_not_stop_the_others(desk: Shop, tmp_path: Path) -> None:
    """The exit code is that of the worst; the good file is in."""
    bad, cut = tmp_path / "bad", tmp_path / "cut.gz"
    bad.write_bytes(b"\x00\x01\x02" * 1000)
    cut.write_bytes(gzip.compress(LOG.read_bytes())[:-9])
    done = desk.run("log", "ingest", bad, cut, tmp_path / "none", LOG, "--source", "cgn", "--json")
    assert done.exit_code == 2
    reasons = [json.loads(line).get("error", {}).get("reason") for line in done.stdout.splitlines()]
    assert reasons == ["wrong_format", "input_truncated", "file_refused", None]
    assert desk.run("log", "ingest", cut, "--source", "cgn").exit_code == 2
    assert desk.run("log", "ingest", LOG, "--source", "nobody").exit_code == 2
    assert desk.run("log", "ingest", LOG, "--source", "cgn", "--format", "cisco-xr").exit_code == 2
    assert desk.run("log", "ingest", "--source", "cgn").exit_code == 2
    assert desk.run("log", "ingest", tmp_path, "--source", "cgn").exit_code == 2


def test_what_was_quarantined_is_listed_without_its_bytes(desk: Shop, tmp_path: Path) -> None:
    """Record numbers and reasons."""
    lines = LOG.read_text().splitlines()[:6]
    lines[2] = lines[2].replace('block-port-low="', 'block-port-low="9')[:200]
    file = tmp_path / "some"
    file.write_text("\n".join(lines))
    done = document(desk.run("log", "ingest", file, "--source", "cgn", "--json"))
    assert sum(done["quarantined"].values()) == 1
    (one,) = document(desk.run("log", "quarantine", done["id"], "--json"))
    assert one["record"] == 3
    shown = desk.run("log", "quarantine", done["id"]).stdout
    assert one["reason"] in shown
    assert "203.0.113" not in shown
    assert desk.run("log", "quarantine", "nothing").exit_code == 2


def test_a_watched_folder(desk: Shop, tmp_path: Path) -> None:
    """What is there is taken in and put aside, what can't be is put elsewhere, hidden files stay."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.log").write_bytes(LOG.read_bytes())
    (folder / "b.log").write_bytes(b"\x00\x01\x02\n")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "c.part").write_bytes(b"x")
    done = desk.run("log", "ingest", "--watch", folder, "--once", "--source", "cgn", "--json")
    assert done.exit_code == 2
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        ".hidden", "c.part", "ingested/a.log", "refused/b.log",
    ]
    (folder / "a.log").write_bytes(LOG.read_bytes())
    assert desk.run("log", "ingest", "--watch", folder, "--once", "--remove", "--source", "cgn").exit_code == 0
    assert not (folder / "a.log").exists()


def test_watching_goes_on_until_interrupted(desk: Shop, tmp_path: Path) -> None:
    """A file put there while it watches is taken in once it no longer grows; Ctrl-C ends with 0."""
    folder = tmp_path / "in"
    folder.mkdir()
    command: list[str | Path] = [PROGRAM, "--workspace", desk.path, "log", "ingest"]
    command += ["--watch", folder, "--source", "cgn"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path)
    (folder / "a.log").write_bytes(LOG.read_bytes())
    deadline = time.monotonic() + 60
    while not (folder / "ingested" / "a.log").exists():
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert child.returncode == 0


def test_health_and_seal(desk: Shop) -> None:
    """Health is told in words and as JSON; a silent source ends ``--check`` with 1; a day is sealed once."""
    (never,) = document(desk.run("log", "health", "--json"))
    assert (never["records"], never["problems"]) == (0, ["never_heard"])
    assert "まだ1件も" in desk.run("log", "health").stdout
    assert desk.run("log", "health", "--check").exit_code == 1
    assert desk.run("log", "ingest", LOG, "--source", "cgn").exit_code == 0
    (health,) = document(desk.run("log", "health", "--json"))
    assert (health["records"], health["problems"]) == (400, ["silent"])
    assert health["last_record"].endswith("+09:00")
    assert "cgn" in desk.run("log", "health").stdout
    for more in ([], ["--json"]):
        assert desk.run("log", "health", "--check", *more).exit_code == 1
    sealed = document(desk.run("log", "seal", "--json"))
    assert [one["kind"] for one in sealed] == ["ap.nat"]
    assert "ありません" in desk.run("log", "seal").stdout
    assert desk.run("log", "seal", "--kind", "ap.nat").exit_code == 2
    assert desk.run("log", "seal", "--kind", "ap.nat", "--day", "2999-01-01").exit_code == 2
    assert document(desk.run("log", "seal", "--kind", "ap.nat", "--day", "2026-11-20", "--json")) == []


def test_a_web_server_that_logs_no_source_ports_is_unwell(desk: Shop, tmp_path: Path) -> None:
    """Health says so, and what to do, until what it sends has ports; how many there were is still told then."""
    settings = tmp_path / "settings.json"
    rules = [{"kind": "cp.login", "method": "POST", "path": "/login"}]
    settings.write_text(json.dumps({"rules": rules, "log_format": '%a %l %u %t "%r" %>s %b %{remote}p'}))
    what = ["--provider", "関所通信", "--service", "hikari", "--kind", "cp.login", "--format", "apache"]
    added = desk.run("log", "source", "add", "web", *what, "--settings", settings, "--json", by="logs")
    assert added.exit_code == 0, added.stderr
    at = datetime.now(UTC)
    heard = re.sub(r'time-64="\w+"', f'time-64="{int(at.timestamp()):x}"', LOG.read_text().splitlines()[0])
    assert desk.run("log", "ingest", "-", "--source", "cgn", stdin=heard.encode()).exit_code == 0
    now = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
    for number, (port, unwell) in enumerate([("-", True), ("40001", False)]):
        file = tmp_path / f"{number}.log"
        file.write_text(f'198.51.100.7 - hanako [{now}] "POST /login HTTP/1.1" 200 5 {port}\n')
        assert document(desk.run("log", "ingest", file, "--source", "web", "--json"))["events"] == 1
        found = {one["name"]: one for one in document(desk.run("log", "health", "--json"))}["web"]
        assert (found["problems"], found["port_not_logged"]) == (["port_not_logged"] if unwell else [], 1)
        assert ("送信元ポート" in desk.run("log", "health").stdout) is unwell
        assert (desk.run("log", "health", "--check").exit_code == 1) is unwell
