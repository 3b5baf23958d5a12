"""A workspace with staff, made once and copied for each test, and two ways to run the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sekisho.cli.main import root
from sekisho.keys import KeyFile
from sekisho.ledger import open_checkpoint
from sekisho.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "examples" / "contracts"
SELFIE = EXAMPLES / "04-selfie-next-day.json"
ACCEPTED = EXAMPLES / "16-licence-at-the-counter.json"
PROGRAM = Path(sys.executable).with_name("sekisho")

STAFF = {
    "clerk": "clerk",
    "keeper": "key_custodian",
    "legal": "legal",
    "auditor": "auditor",
}
"""Who works in the tests' workspace, and as what. The administrator is ``admin``."""


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith("SEKISHO_") and name != "SEKISHO_TEST_POSTGRES_URL":
            monkeypatch.delenv(name)


def run(*arguments: str | Path, stdin: str | bytes | None = None, env: dict[str, str] | None = None) -> Result:
    """The command line in this process."""
    return CliRunner().invoke(root, [str(each) for each in arguments], input=stdin, env=env)


def document(result: Result) -> Any:
    """The one JSON document on stdout of a run that went well."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def program(
    *arguments: str | Path | bytes, stdin: bytes | None = None, env: dict[str, str] | None = None, cwd: Path = PROJECT
) -> subprocess.CompletedProcess[bytes]:
    """The command line as a program."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    return subprocess.run(
        [str(PROGRAM), *[each if isinstance(each, bytes) else str(each) for each in arguments]],
        input=stdin, env=surroundings | (env or {}), cwd=cwd, capture_output=True, check=False, timeout=120,
    )


@dataclass(frozen=True, slots=True)
class Shop:
    """A workspace to work in: its folder, its key file beside it."""

    path: Path
    key: Path

    def run(self, *arguments: str | Path, by: str | None = None, stdin: str | bytes | None = None) -> Result:
        """A command in this workspace, in this process."""
        return run(*self._named(by), *arguments, stdin=stdin)

    def program(
        self, *arguments: str | Path, by: str | None = None, stdin: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """A command in this workspace, as a program."""
        return program(*self._named(by), *arguments, stdin=stdin)

    def size(self) -> int:
        """How many leaves the ledger has, opened as a writer would, so that nothing waits to be published."""
        with Workspace.open(self.path, keyring=KeyFile(self.key)) as opened:
            note = opened.checkpoint()
            return open_checkpoint(note, public_key=opened.ledger_public_key, origin=opened.origin).size

    def _named(self, by: str | None) -> list[str | Path]:
        return ["--workspace", self.path, *(["--by", by] if by is not None else [])]


def furnish(shop: Shop) -> None:
    """Everybody of :data:`STAFF`, and a program that may decide."""
    for name, role in STAFF.items():
        added = shop.run("staff", "add", name, "--name", name, "--role", role, by="admin")
        assert added.exit_code == 0, added.output
    signup = ["staff", "add", "signup", "--name", "申込み", "--kind", "service", "--role", "integration"]
    assert shop.run(*signup, by="admin").exit_code == 0


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The workspace that the others are copies of."""
    path = tmp_path_factory.mktemp("model") / "ws"
    made = run("init", path, "--legal-confirmation", "shown")
    assert made.exit_code == 0, made.output
    shop = Shop(path, path.with_name("ws.key"))
    furnish(shop)
    return shop


@pytest.fixture
def shop(model: Shop, tmp_path: Path) -> Shop:
    """A workspace of this test's own."""
    made = Shop(tmp_path / "ws", tmp_path / "ws.key")
    shutil.copytree(model.path, made.path)
    shutil.copy2(model.key, made.key)
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    """A workspace of this test's own, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        found: Shop = request.getfixturevalue("shop")
        return found
    url = request.getfixturevalue("postgres_schema").url
    path = tmp_path / "ws"
    made = run("init", path, "--legal-confirmation", "shown", "--database-url", url)
    assert made.exit_code == 0, made.output
    shop = Shop(path, path.with_name("ws.key"))
    furnish(shop)
    return shop


@pytest.fixture
def secret_file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file only its owner can read."""

    def write(text: str) -> Path:
        path = tmp_path / "secret"
        path.touch(0o600)
        path.write_text(text)
        return path

    return write
