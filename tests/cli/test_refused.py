"""Bad invocations and bad input: a sentence, the right exit code, no traceback, and nothing in the ledger."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.cli.bad_input import BAD, Bad
from tests.cli.conftest import ACCEPTED, PROGRAM, Shop, program, run


@dataclass(frozen=True, slots=True)
class Wrong:
    """An invocation that can't succeed. ``{ws}``, ``{tmp}`` and ``{key}`` are filled in."""

    name: str
    arguments: str
    exit_code: int
    reason: str


WRONG = (
    Wrong("no command", "", 2, "usage"),
    Wrong("unknown command", "frobnicate", 2, "usage"),
    Wrong("unknown option", "ledger verify --frobnicate", 2, "usage"),
    Wrong("unknown language", "--lang fr ledger verify", 2, "usage"),
    Wrong("missing argument", "contract decide", 2, "usage"),
    Wrong("impossible date", "--workspace {ws} contract decide {tmp}/a.json --as-of 2026-02-30", 2, "usage"),
    Wrong("not a number", "--workspace {ws} ledger prove seven", 2, "usage"),
    Wrong("unknown schema", "schema dog", 2, "usage"),
    Wrong("unknown role", "--workspace {ws} --by admin staff grant clerk wizard", 2, "usage"),
    Wrong("no workspace named", "ledger verify", 2, "no_workspace"),
    Wrong("no workspace there", "--workspace {tmp}/nowhere ledger verify", 4, "workspace_missing"),
    Wrong("a file for a workspace", "--workspace {key} ledger verify", 4, "workspace_missing"),
    Wrong("an empty folder for a workspace", "--workspace {tmp}/empty ledger verify", 4, "workspace_missing"),
    Wrong("edited workspace file", "--workspace {tmp}/edited ledger verify", 4, "workspace_file_refused"),
    Wrong("not a database", "--workspace {tmp}/garbled ledger verify", 4, "database_unreachable"),
    Wrong("no key file", "--workspace {ws} --key-file {tmp}/none.key keys list", 2, "key_file_refused"),
    Wrong("key file open to all", "--workspace {ws} --key-file {tmp}/open.key keys list", 2, "key_file_refused"),
    Wrong("key file too short", "--workspace {ws} --key-file {tmp}/short.key keys list", 2, "key_file_refused"),
    Wrong("a folder for a key file", "--workspace {ws} --key-file {tmp}/empty keys list", 2, "key_file_refused"),
    Wrong("another key file", "--workspace {ws} --key-file {tmp}/other.key keys list", 1, "could_not_unlock"),
    Wrong("token without label", "--workspace {ws} --pkcs11-library /x.so keys list", 2, "usage"),
    Wrong("token without pin", "--workspace {ws} --pkcs11-library /x.so --token-label t keys list", 2, "usage"),
    Wrong(
        "pin file open to all",
        "--workspace {ws} --pkcs11-library /x.so --token-label t --pin-file {tmp}/open.key keys list",
        2,
        "secret_file_refused",
    ),
    Wrong("no such application file", "--workspace {ws} contract decide {tmp}/none.json", 2, "file_refused"),
    Wrong("a folder for an application", "--workspace {ws} contract decide {tmp}/empty", 2, "file_refused"),
    Wrong("one of two files missing", "--workspace {ws} contract decide {example} {tmp}/none.json", 2, "file_refused"),
    Wrong("unknown staff", "--workspace {ws} --by nobody contract decide {example}", 4, "staff_not_found"),
    Wrong("staff without the role", "--workspace {ws} --by legal contract decide {example}", 3, "scope_missing"),
    Wrong("unknown decision", "--workspace {ws} contract show 00ff", 2, "unknown_decision"),
    Wrong("law before the rulebook", "--workspace {ws} contract decide {example} --as-of 1999-01-01", 2,
          "before_rulebook"),
    Wrong("facts into a full folder", "--workspace {ws} contract export-facts {ws}", 2, "file_refused"),
    Wrong("facts into a file", "--workspace {ws} contract export-facts {key}", 2, "file_refused"),
    Wrong("unknown leaf", "--workspace {ws} ledger open 999999", 2, "no_such_leaf"),
    Wrong("unknown leaf id", "--workspace {ws} ledger open zz", 2, "no_such_leaf"),
    Wrong("leaf beyond any number", "--workspace {ws} ledger open 99999999999999999999999", 2, "no_such_leaf"),
    Wrong("no such proof", "--workspace {ws} ledger prove 99999999999999999999999", 2, "no_such_leaf"),
    Wrong("export nowhere", "--workspace {ws} ledger export {key}/x.zip", 2, "file_refused"),
    Wrong("export onto a folder", "--workspace {ws} ledger export {tmp}/empty", 2, "file_refused"),
    Wrong("keys without staff", "--workspace {ws} keys destroy contract/2026-01 --reason x --yes", 2, "no_staff"),
    Wrong("keys by a clerk", "--workspace {ws} --by clerk keys destroy contract/2026-01 --reason x --yes", 3,
          "scope_missing"),
    Wrong("unknown key", "--workspace {ws} --by keeper keys destroy contract/1999-01 --reason x --yes", 4,
          "key_not_found"),
    Wrong("key name", "--workspace {ws} --by keeper keys destroy Ω --reason x --yes", 2, "key_name_not_valid"),
    Wrong("own key", "--workspace {ws} --by keeper keys destroy workspace/house --reason x --yes", 2,
          "key_of_workspace"),
    Wrong("not confirmed", "--workspace {ws} --by keeper keys destroy contract/1999-01 --reason x", 2,
          "not_confirmed"),
    Wrong("empty reason", "--workspace {ws} --by keeper keys destroy contract/1999-01 --yes --reason=", 2, "usage"),
    Wrong("backup beside the data", "--workspace {ws} --by keeper keys backup {ws}/b --backup-key-file {key}", 2,
          "backup_place_refused"),
    Wrong("backup without its key", "--workspace {ws} --by keeper keys backup {tmp}/b --backup-key-file {tmp}/none", 2,
          "key_file_refused"),
    Wrong("restore of nothing", "--workspace {ws} --by keeper keys restore {tmp}/none --backup-key-file {key}", 4,
          "backup_not_found"),
    Wrong("restore of no backup", "--workspace {ws} --by keeper keys restore {example} --backup-key-file {key}", 1,
          "keyring_damaged"),
    Wrong("dispose of nothing", "--workspace {ws} --by keeper keys dispose {tmp}/none --yes", 4, "backup_not_found"),
    Wrong("gone that never was", "--workspace {ws} --by keeper keys record-gone 9 --how x", 4, "backup_not_found"),
    Wrong("key file over another", "keys make-file {key}", 2, "key_file_refused"),
    Wrong("staff by nobody", "--workspace {ws} staff add x --name x", 2, "no_staff"),
    Wrong("staff id", "--workspace {ws} --by admin staff add ../x --name x", 2, "access_terms_refused"),
    Wrong("staff twice", "--workspace {ws} --by admin staff add clerk --name x", 2, "staff_exists"),
    Wrong("role for a program", "--workspace {ws} --by admin staff add p --name p --kind service --role legal", 2,
          "role_not_for_services"),
    Wrong("own role", "--workspace {ws} --by admin staff grant admin clerk", 3, "own_request"),
    Wrong("unknown token", "--workspace {ws} --by admin staff revoke-token zz", 4, "token_not_found"),
    Wrong("token beyond the roles", "--workspace {ws} --by admin staff token clerk --scope staff.admin", 2,
          "scopes_exceed_roles"),
    Wrong("init over something", "init {ws}", 2, "workspace_exists"),
    Wrong("init below nothing", "init {tmp}/none/ws", 2, "file_refused"),
    Wrong("init with a demo's name", "init {tmp}/new --name sekisho-demo", 2, "reserved_name"),
    Wrong("init without a name", "init {tmp}/new --name=", 2, "workspace_name_refused"),
    Wrong("init with a password", "init {tmp}/new --database-url postgresql://u:secret-word@h/d", 2,
          "database_url_refused"),
    Wrong("init with another database", "init {tmp}/new --database-url mysql://h/d", 2, "database_url_refused"),
    Wrong("init with no database there", "init {tmp}/new --database-url postgresql://u@127.0.0.1:1/d", 4,
          "database_unreachable"),
    Wrong("demo over a workspace", "demo {ws} --examples {examples}", 2, "not_a_demo"),
    Wrong("demo without examples", "demo {tmp}/new --examples {tmp}/empty", 2, "no_examples"),
    Wrong("serve to everybody", "--workspace {ws} serve --host 0.0.0.0", 2, "public_address"),
    Wrong("serve to everybody by name", "--workspace {ws} serve --host example.invalid", 2, "public_address"),
    Wrong("serve on an address that isn't ours", "--workspace {ws} serve --beyond-loopback --host 192.0.2.1", 4,
          "system_refused"),
    Wrong("migrate nothing", "--workspace {tmp}/empty migrate", 4, "workspace_missing"),
    Wrong("accept by nobody", "--workspace {ws} accept-restored-database --yes", 2, "no_staff"),
    Wrong("accept unasked", "--workspace {ws} --by admin accept-restored-database", 2, "not_confirmed"),
)


@pytest.fixture
def filled(shop: Shop, tmp_path: Path) -> dict[str, str]:
    """What the placeholders of :data:`WRONG` stand for."""
    (tmp_path / "empty").mkdir()
    for name, size, mode in (("open.key", 32, 0o644), ("short.key", 31, 0o600), ("other.key", 32, 0o600)):
        (tmp_path / name).touch(mode)
        (tmp_path / name).chmod(mode)
        (tmp_path / name).write_bytes(b"k" * size)
    shutil.copytree(shop.path, tmp_path / "edited")
    (tmp_path / "edited" / "workspace.toml").write_text("format = 9\n")
    shutil.copytree(shop.path, tmp_path / "garbled")
    for each in (tmp_path / "garbled").glob("database.sqlite3*"):
        each.write_bytes(b"no database " * 1000)
    return {
        "ws": str(shop.path),
        "key": str(shop.key),
        "tmp": str(tmp_path),
        "example": str(ACCEPTED),
        "examples": str(ACCEPTED.parent),
    }


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_bad_invocation_is_told_in_a_sentence(wrong: Wrong, shop: Shop, filled: dict[str, str]) -> None:
    """For people one sentence on stderr in either language, for machines one document on stdout; nothing is written."""
    arguments = wrong.arguments.format(**filled).split()
    before = shop.size()
    for language in ("ja", "en"):
        told = run("--lang", language, *arguments)
        assert told.exit_code == wrong.exit_code, told.output
        assert told.stdout == ""
        assert told.stderr.strip()
        assert "Traceback" not in told.stderr
    if arguments[:1] and wrong.name not in ("unknown command", "unknown language"):
        told = run(*arguments, "--json")
        assert told.exit_code == wrong.exit_code, told.output
        error = json.loads(told.stdout)["error"]
        assert error["reason"] == wrong.reason
        assert error["message"]["ja"] != error["message"]["en"]
    assert "secret-word" not in told.output
    assert shop.size() == before
    assert not (Path(filled["tmp"]) / "new").exists() or not (Path(filled["tmp"]) / "new" / "workspace.toml").exists()
    assert not (Path(filled["tmp"]) / "new.key").exists()


@pytest.mark.parametrize(
    "name", ["no command", "no workspace there", "not a database", "another key file", "no such application file"]
)
def test_a_bad_invocation_of_the_program(name: str, filled: dict[str, str]) -> None:
    """What a shell sees is what the table says: exit code, silence on stdout, a sentence without a traceback."""
    (wrong,) = (each for each in WRONG if each.name == name)
    done = program(*wrong.arguments.format(**filled).split())
    assert done.returncode == wrong.exit_code
    assert done.stdout == b""
    assert done.stderr.decode().strip()
    assert b"Traceback" not in done.stderr


def test_a_file_name_that_is_no_text(shop: Shop) -> None:
    """Bytes that are no UTF-8 are shown as far as they can be."""
    done = program("--workspace", shop.path, "contract", "decide", b"\xff\xfe.json", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["reason"] == "file_refused"


def test_a_terminal_without_japanese(shop: Shop) -> None:
    """Where the encoding lacks a character, its number is shown; JSON is UTF-8 everywhere."""
    for surroundings in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        done = program("--workspace", shop.path, "ledger", "verify", env=surroundings)
        assert done.returncode == 0, done.stderr
        done = program("--workspace", shop.path, "staff", "list", "--json", env=surroundings)
        assert any(each["name"] == "申込み" for each in json.loads(done.stdout.decode("utf-8")))


def test_a_reader_that_has_gone(shop: Shop) -> None:
    """`sekisho … | head -1` is no failure."""
    decide = f"{PROGRAM} --workspace {shop.path} contract decide {ACCEPTED.parent}/*.json"
    command = f"{decide} | head -1; exit ${{PIPESTATUS[0]}}"
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=surroundings)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


def test_a_workspace_somebody_writes_to(shop: Shop) -> None:
    """Told that it is busy, and what to do; reading goes on meanwhile."""
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)):
        busy = shop.run("contract", "decide", ACCEPTED, "--json", by="clerk")
        assert (busy.exit_code, json.loads(busy.stdout)["error"]["reason"]) == (4, "workspace_busy")
        assert shop.run("staff", "list").exit_code == 0
        assert shop.run("ledger", "verify").exit_code == 0


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_refused_input_leaves_no_trace(bad: Bad, shop: Shop, tmp_path: Path) -> None:
    """Alone, from stdin, or as a line of many: exit 2, the field named, and not one leaf more than before."""
    file = tmp_path / "bad.json"
    file.write_bytes(bad.raw)
    before = shop.size()
    for told in (
        shop.run("contract", "decide", file, "--json", by="clerk"),
        shop.run("contract", "decide", "-", "--json", by="clerk", stdin=bad.raw),
    ):
        assert told.exit_code == 2, told.output
        error = json.loads(told.stdout)["error"]
        assert (error["reason"], error["fields"].get("field")) == (bad.reason, bad.field)
    for language in ("ja", "en"):
        told = shop.run("--lang", language, "contract", "decide", file, by="clerk")
        assert (told.exit_code, told.stdout) == (2, "")
        assert bad.field is None or bad.field in told.stderr
        assert "123456789018" not in told.stderr
    assert shop.size() == before


def test_fifty_megabytes(shop: Shop, tmp_path: Path) -> None:
    """50 MB are refused for their size, as one document and as one line; what follows the line is decided."""
    file = tmp_path / "large.json"
    file.write_bytes(b'{"application": "' + b"x" * 50_000_000 + b'"}')
    told = shop.run("contract", "decide", file, "--json", by="clerk")
    assert (told.exit_code, json.loads(told.stdout)["error"]["reason"]) == (2, "too_large")
    with file.open("ab") as out:
        out.write(b"\n" + json.dumps(json.loads(ACCEPTED.read_bytes())).encode() + b"\n")
    told = shop.run("contract", "decide", file, "--lines", "--json", by="clerk")
    assert told.exit_code == 2
    first, second = (json.loads(line) for line in told.stdout.splitlines())
    assert (first["line"], first["error"]["reason"]) == (1, "too_large")
    assert second["verdict"] == "accept"
