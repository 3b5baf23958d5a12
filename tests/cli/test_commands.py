"""Every command: documented in two languages, JSON when asked, and what it does when all is well."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import MetaData, delete, text, update

from sekisho.cli import progress
from sekisho.cli.main import root
from sekisho.keys import KeyFile
from sekisho.store import outbox
from sekisho.store.database import Database
from sekisho.store.migrate import REVISIONS
from sekisho.workspace import Workspace
from tests.cli.conftest import ACCEPTED, EXAMPLES, SELFIE, STAFF, Shop, document, furnish, program, run

TABLES_OF_0003 = {
    *("alembic_version", "outbox", "ledger_mark", "workspace_identity", "ledger_gap"),
    *("access_generation", "staff", "staff_role", "api_token", "approval"),
    *("contract_decision", "legal_confirmation", "adopted_instrument"),
}
"""What the schema of revision 0003 had."""

ALWAYS_JSON = frozenset({"ledger prove", "ledger open", "schema"})
"""Commands whose answer is for machines in any case."""


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below ``group`` with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None, name
        if isinstance(found, click.Group):
            yield from commands(found, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", found


ALL = dict(commands(root))


@pytest.mark.parametrize("words", ALL)
def test_every_command_explains_itself(words: str) -> None:
    """Help and options are in Japanese and English, and every command takes ``--json``."""
    command = ALL[words]
    shown = run(*words.split(), "--help")
    assert shown.exit_code == 0
    assert command.help is not None
    for said in (command.help, *(each.help or "" for each in command.params if isinstance(each, click.Option))):
        assert re.search("[ぁ-んァ-ヶ一-龠]|JSON", said), said
        assert " / " in said or re.search("^[A-Z]", said, re.MULTILINE), said
    assert "--json" in shown.stdout
    assert "--lang" in shown.stdout


_HELP = """
import sys
from sekisho.cli import main

sys.argv = ["sekisho", "--help"]
try:
    main()
finally:
    assert not {"uvicorn", "fastapi", "pyarrow", "sekisho.contracts"} & set(sys.modules)
"""


def test_the_list_of_commands_is_whole() -> None:
    """``sekisho --help`` names every command and the exit codes, and loads none of them."""
    done = subprocess.run([sys.executable, "-c", _HELP], capture_output=True, check=True)
    shown = done.stdout.decode()
    for name in root.list_commands(click.Context(root)):
        assert re.search(rf"^  {name} ", shown, re.MULTILINE)
    assert "終了コード" in shown
    assert run("--version").exit_code == 0


class TestContract:
    """``sekisho contract``."""

    def test_decide_and_show(self, either_shop: Shop) -> None:
        """A decision by a member of staff who vouches is accepted, recorded under their name, and found again."""
        made = document(either_shop.run("contract", "decide", ACCEPTED, "--json", by="clerk"))
        assert (made["verdict"], made["application"]) == ("accept", "A-0016")
        shown = document(either_shop.run("contract", "show", made["id"], "--json"))
        assert (shown["id"], shown["ledger_index"], shown["verdict"]) == (made["id"], made["ledger_index"], "accept")
        opened = document(either_shop.run("ledger", "open", made["id"]))
        assert opened["index"] == made["ledger_index"]
        assert (opened["body"]["by"], opened["body"]["origin"]) == ("stated:clerk", "attested")
        told = either_shop.run("contract", "show", made["id"])
        assert told.stdout.startswith("A-0016  accept")

    def test_without_a_name_nothing_is_vouched_for(self, shop: Shop) -> None:
        """The same application, sent by nobody in particular, is only declared: evidence is missing."""
        made = document(shop.run("contract", "decide", ACCEPTED, "--json"))
        assert made["verdict"] == "need_evidence"

    def test_both_languages(self, shop: Shop) -> None:
        """``--lang en`` speaks English, the default Japanese; both name the verdict."""
        japanese = shop.run("contract", "decide", SELFIE, by="clerk").stdout
        english = run("--workspace", shop.path, "--by", "clerk", "--lang", "en", "contract", "decide", SELFIE).stdout
        assert "証拠が足りません (need_evidence)" in japanese
        assert "evidence is missing (need_evidence)" in english
        assert re.search("[ぁ-ん]", english.replace("関所", "")) is None
        assert "evidence is missing" in shop.run("contract", "decide", SELFIE, "--lang", "en", by="clerk").stdout

    def test_a_stream(self, shop: Shop, tmp_path: Path) -> None:
        """JSON Lines in, JSON Lines out: a bad line is named by file and line, the rest is decided, exit 2."""
        good = json.dumps(json.loads(ACCEPTED.read_bytes()))
        file = tmp_path / "many.jsonl"
        file.write_text(f"{good}\n\n{{broken\n{good}\n")
        done = shop.run("contract", "decide", file, "--json", by="clerk")
        assert done.exit_code == 2
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line.get("verdict") for line in lines] == ["accept", None, "accept"]
        assert (lines[1]["source"], lines[1]["line"], lines[1]["error"]["reason"]) == (str(file), 3, "not_json")
        told = shop.run("contract", "decide", file, by="clerk")
        assert told.exit_code == 2
        assert told.stdout.count("A-0016") == 2
        assert told.stderr.startswith(f"{file}:3: ")

    def test_several_files(self, shop: Shop) -> None:
        """Several files are a stream, in their order."""
        files = sorted(EXAMPLES.glob("*.json"))
        done = shop.run("contract", "decide", *files, "--json", by="clerk")
        assert done.exit_code == 0
        found = [json.loads(line)["application"] for line in done.stdout.splitlines()]
        assert found == [json.loads(file.read_bytes())["application"] for file in files]

    def test_hypothetical(self, shop: Shop) -> None:
        """Another day's law is marked; knowledge of another day is, too."""
        made = document(shop.run("contract", "decide", SELFIE, "--as-of", "2026-03-31", "--json", by="clerk"))
        assert (made["verdict"], made["hypothetical"], made["as_of"]) == ("accept", True, "2026-03-31")
        made = document(shop.run("contract", "decide", SELFIE, "--as-known-at", "2026-01-01", "--json", by="clerk"))
        assert made["as_known_at"] == "2026-01-01"

    def test_explanation(self, shop: Shop) -> None:
        """``--explain`` shows the conditions, in text and in JSON."""
        plain = shop.run("contract", "decide", SELFIE, by="clerk").stdout
        explained = shop.run("contract", "decide", SELFIE, "--explain", by="clerk").stdout
        assert len(explained) > 2 * len(plain)

    def test_facts_for_simulations_name_nobody(self, shop: Shop, tmp_path: Path) -> None:
        """The export holds each decided case and none of the names, addresses, references or numbers in them."""
        from sekisho.contracts.facts import CATALOGUE
        from sekisho.engine.column_files import open_columns

        files = sorted(EXAMPLES.glob("*.json"))
        made = [json.loads(line) for line in
                shop.run("contract", "decide", *files, "--json", by="clerk").stdout.splitlines()]
        shop.run("contract", "decide", SELFIE, "--as-of", "2026-03-31", by="clerk")
        done = document(shop.run("contract", "export-facts", tmp_path / "facts", "--json"))
        # An application of next year is as hypothetical as one under another day's law.
        kept = [one for one in made if not one["hypothetical"]]
        left_out = 1 + len(made) - len(kept)
        assert done == {"directory": str(tmp_path / "facts"), "cases": len(kept), "left_out": left_out}
        columns = open_columns(tmp_path / "facts", CATALOGUE)
        past = {one.reference: one for one in columns.past_cases(0, len(columns))}
        assert {one["id"]: (one["as_of"], one["verdict"]) for one in kept} == {
            reference: (one.as_of.isoformat(), one.verdict.value if one.verdict else None)
            for reference, one in past.items()
        }
        written = b"".join(file.read_bytes() for file in sorted((tmp_path / "facts").iterdir()))
        said: set[str] = set()

        def personal(value: object, name: str = "") -> None:
            if isinstance(value, dict):
                for key, below in value.items():
                    personal(below, key)
            elif isinstance(value, list):
                for below in value:
                    personal(below, name)
            elif name in {"name", "address", "identifier", "application", "verified_by", "recorded_by"}:
                said.add(str(value))

        for file in files:
            personal(json.loads(file.read_bytes()))
        assert len(said) > 20
        for value in said:
            for encoding in ("utf-8", "utf-16-le"):
                assert value.encode(encoding) not in written, value

    def test_what_was_destroyed_is_not_exported(self, shop: Shop, tmp_path: Path) -> None:
        """Decisions whose key is gone can't be replayed; they are counted, and the export goes on."""
        shop.run("contract", "decide", ACCEPTED, by="clerk")
        (key,) = [name for name in document(shop.run("keys", "list", "--json"))["living"] if "contract/" in name]
        destroyed = shop.run("keys", "destroy", key, "--reason", "test", "--yes", by="keeper")
        assert destroyed.exit_code == 0
        done = document(shop.run("contract", "export-facts", tmp_path / "facts", "--json"))
        assert (done["cases"], done["left_out"]) == (0, 1)


class TestStaff:
    """``sekisho staff``."""

    def test_a_life(self, shop: Shop) -> None:
        """Added with a role or not at all, granted, revoked, ended; the list shows it."""
        added = document(shop.run("staff", "add", "new", "--name", "新人", "--role", "clerk", "--json", by="admin"))
        assert (added["id"], added["roles"]) == ("new", ["clerk"])
        refused = shop.run("staff", "add", "bad", "--name", "x", "--role", "clerk", "--role", "privacy_officer",
                           by="admin")
        assert refused.exit_code == 2
        assert document(shop.run("staff", "revoke", "new", "clerk", "--json", by="admin"))["revoked"] == "clerk"
        assert document(shop.run("staff", "grant", "new", "auditor", "--json", by="admin"))["granted"] == "auditor"
        assert document(shop.run("staff", "end", "new", "--json", by="admin"))["left_at"] is not None
        listed = {each["id"]: each for each in document(shop.run("staff", "list", "--json"))}
        assert listed.keys() == {"admin", "signup", "new", *STAFF}
        assert listed["new"]["roles"] == []
        assert shop.run("staff", "list").stdout.count("\n") == len(listed)

    def test_tokens(self, shop: Shop) -> None:
        """A token is told once, and is in no file of the workspace, no list and no leaf."""
        issued = document(shop.run("staff", "token", "signup", "--scope", "decide", "--json", by="admin"))
        plain = shop.run("staff", "token", "signup", "--scope", "decide", by="admin").stdout.strip()
        for token in (issued["token"], plain):
            secret = token.rsplit("_", 1)[-1].encode()
            assert len(secret) > 20
            for file in shop.path.rglob("*"):
                if file.is_file():
                    assert secret not in file.read_bytes()
            for index in range(shop.size()):
                assert secret.decode() not in shop.run("ledger", "open", str(index)).output
        gone = document(shop.run("staff", "revoke-token", issued["id"], "--json", by="admin"))
        assert gone["revoked"]


class TestUpkeep:
    """``sekisho migrate`` and ``accept-restored-database``."""

    def test_migrate(self, either_shop: Shop) -> None:
        """An older schema is refused with what to do; migrating does it; again, it has nothing to do."""
        with Workspace.open(either_shop.path, mode="read") as opened:
            url = opened.database._url.render_as_string(hide_password=False)
        with Database(url) as database, database.write() as connection:
            for index in ("ix_outbox_owner", "ix_contract_decision_key"):
                connection.execute(text(f"DROP INDEX IF EXISTS {index}"))
            now = MetaData()
            now.reflect(connection)
            for table in reversed(now.sorted_tables):
                if table.name not in TABLES_OF_0003:
                    table.drop(connection)
            connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
        old = either_shop.run("ledger", "verify", "--json")
        assert (old.exit_code, json.loads(old.stdout)["error"]["reason"]) == (4, "schema_too_old")
        done = document(either_shop.run("migrate", "--json"))
        assert done == {"before": "0003", "after": REVISIONS[-1], "changed": True}
        assert document(either_shop.run("migrate", "--json"))["changed"] is False
        assert either_shop.run("contract", "decide", ACCEPTED, by="clerk").exit_code == 0

    def test_accept_restored_database(self, shop: Shop) -> None:
        """A database older than the ledger opens only after somebody answered for the loss by name."""
        last = document(shop.run("contract", "decide", ACCEPTED, "--json", by="clerk"))["ledger_index"]
        with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as opened:
            database = opened.database
        with database.write() as connection:
            connection.execute(delete(outbox.outbox).where(outbox.outbox.c.leaf_index >= last))
            connection.execute(update(outbox.ledger_mark).values(size=last))
        database.close()
        refused = shop.run("contract", "decide", ACCEPTED, "--json", by="clerk")
        assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (1, "ledger_ahead_of_database")
        assert "accept-restored-database" in json.loads(refused.stdout)["error"]["message"]["en"]
        done = document(shop.run("accept-restored-database", "--yes", "--json", by="admin"))
        assert done == {"accepted": {"count": 1, "start": last, "stop": last + 1, "key_destructions": 0}}
        assert shop.run("contract", "decide", ACCEPTED, by="clerk").exit_code == 0
        assert document(shop.run("accept-restored-database", "--yes", "--json", by="admin")) == {"accepted": None}


class TestInitAndDemo:
    """``sekisho init`` and ``sekisho demo``."""

    def test_init(self, tmp_path: Path) -> None:
        """A workspace, its key file beside it, and legal confirmation required unless told otherwise."""
        made = document(run("init", tmp_path / "ws", "--administrator", "root.admin", "--json"))
        assert made["legal_confirmation"] == "required"
        assert made["key_file"] == str(tmp_path / "ws.key")
        assert (tmp_path / "ws.key").stat().st_mode & 0o077 == 0
        listed = document(run("--workspace", tmp_path / "ws", "staff", "list", "--json"))
        assert [(each["id"], each["roles"]) for each in listed] == [("root.admin", ["administrator"])]

    def test_unconfirmed_law_does_not_decide(self, tmp_path: Path) -> None:
        """In a workspace as made by default, an unread text holds the decision up, and says what it would be."""
        run("init", tmp_path / "ws")
        furnish(Shop(tmp_path / "ws", tmp_path / "ws.key"))
        made = document(Shop(tmp_path / "ws", tmp_path / "ws.key").run(
            "contract", "decide", ACCEPTED, "--json", by="clerk"))
        assert (made["verdict"], made["would_be"]) == ("needs_legal_confirmation", "accept")

    def test_demo(self, tmp_path: Path) -> None:
        """The demonstration decides every example, verifies the ledger, and can be made again, also after a crash."""
        place = tmp_path / "demo"
        made = document(run("demo", place, "--examples", EXAMPLES, "--no-http", "--json"))
        assert made["ledger"]["holds"]
        assert [Path(each["file"]).name for each in made["decisions"]] == sorted(p.name for p in EXAMPLES.glob("*"))
        shutil.rmtree(place)  # its key file stays, as after a crash
        again = run("--lang", "en", "demo", place, "--examples", EXAMPLES, "--no-http")
        assert again.exit_code == 0
        assert "every hash and signature holds" in again.stdout
        with Workspace.open(place, keyring=KeyFile(tmp_path / "demo.key")):
            busy = run("demo", place, "--examples", EXAMPLES, "--no-http", "--json")
            assert (busy.exit_code, json.loads(busy.stdout)["error"]["reason"]) == (4, "workspace_busy")
        assert run("demo", place, "--examples", EXAMPLES, "--no-http").exit_code == 0

    def test_schema(self) -> None:
        """The printed schema is one that JSON Schema knows, and every example fits it."""
        import jsonschema  # type: ignore[import-untyped]  # it comes without types

        schema = document(run("schema", "application"))
        jsonschema.Draft202012Validator.check_schema(schema)
        for file in EXAMPLES.glob("*.json"):
            jsonschema.validate(json.loads(file.read_bytes()), schema)


def test_secrets_are_in_no_process_list(shop: Shop) -> None:
    """No option takes a secret itself: passphrases and PINs come from files, tokens only leave."""
    for words, command in {"": root, **ALL}.items():
        for parameter in command.params:
            if re.search("pass|pin|secret|token", parameter.name or ""):
                of_a_file = isinstance(parameter.type, click.Path)
                told = words in {"staff token", "staff revoke-token"} or parameter.name == "token_label"
                assert of_a_file or told, (words, parameter.name)


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing where stderr is no terminal, nothing for what is over at once, and a cleared line in the end."""
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    with progress.Progress() as silent:
        silent(1, 10)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress.Progress() as shown:
        shown(1000, 2000)
        shown(1001, 2000)
    assert capsys.readouterr().err == "\r1,000 / 2,000\r\x1b[K"
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 60.0)
    with progress.Progress() as quick:
        quick(1)
    assert capsys.readouterr().err == ""


def test_an_internal_fault_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    """A fault of ours names itself and its place; the traceback comes only when asked for."""
    monkeypatch.setattr("sekisho.cli.ledger.verify_ledger", lambda *_, **__: 1 // 0)
    told = shop.run("ledger", "verify")
    assert told.exit_code == 4
    assert "ZeroDivisionError" in told.stderr
    assert "Traceback" not in told.stderr
    assert json.loads(shop.run("ledger", "verify", "--json").stdout)["error"]["reason"] == "internal_fault"
    monkeypatch.setenv("SEKISHO_TRACEBACK", "1")
    assert "Traceback" in shop.run("ledger", "verify").stderr


def test_interrupted(shop: Shop) -> None:
    """Ctrl-C ends with 130, as shells expect."""
    done = program("--workspace", shop.path, "ledger", "verify", env={"PYTHONPATH": str(_interrupting(shop.path))})
    assert done.returncode == 130
    assert b"Traceback" not in done.stderr


def _interrupting(place: Path) -> Path:
    """A folder whose start-up module makes verification end as Ctrl-C would."""
    folder = place.parent / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import sekisho.ledger.verify as v\n"
        "def interrupted(*_, **__): raise KeyboardInterrupt\n"
        "v.verify_ledger = interrupted\n"
    )
    return folder


def test_environment_names_workspace_and_staff(shop: Shop) -> None:
    """What stands in the environment needn't be written each time."""
    surroundings = {
        "SEKISHO_WORKSPACE": str(shop.path),
        "SEKISHO_STAFF": "clerk",
        "SEKISHO_LANG": "en",
        "SEKISHO_KEY_FILE": str(shop.key),
    }
    done = run("contract", "decide", ACCEPTED, env=surroundings)
    assert "accepted (accept)" in done.stdout
    assert os.environ.get("SEKISHO_WORKSPACE") is None
