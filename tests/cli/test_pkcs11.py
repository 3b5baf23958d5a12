"""Keys in a security module, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.keys.pkcs11_ring import Token
from tests.cli.conftest import ACCEPTED, program
from tests.keys.softhsm import make_token

pytestmark = pytest.mark.softhsm


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    """A token that child processes find."""
    return make_token(tmp_path_factory.mktemp("softhsm"))


def test_a_workspace_on_a_security_module(tmp_path: Path, token: Token, secret_file: Callable[[str], Path]) -> None:
    """Made, used and verified with library, label and PIN file; no key file, and the PIN shows nowhere."""
    pin, path = secret_file(token.pin + "\n"), tmp_path / "ws"
    chosen: list[str | Path] = ["--pkcs11-library", token.library, "--token-label", token.label, "--pin-file", pin]
    surroundings = {
        "SEKISHO_WORKSPACE": str(path),
        "SEKISHO_PKCS11_LIBRARY": str(token.library),
        "SEKISHO_TOKEN_LABEL": token.label,
        "SEKISHO_PIN_FILE": str(pin),
    }
    said = []

    def sekisho(*arguments: str | Path, code: int = 0) -> dict[str, object]:
        done = program(*arguments, "--json", env=surroundings)
        said.append(done.stdout + done.stderr)
        assert done.returncode == code, said[-1].decode()
        found: dict[str, object] = json.loads(done.stdout)
        return found

    made = program("init", path, "--legal-confirmation", "shown", *chosen, "--json")
    assert made.returncode == 0, made.stderr.decode()
    assert json.loads(made.stdout)["key_file"] is None
    assert not (tmp_path / "ws.key").exists()
    sekisho("--by", "admin", "staff", "add", "clerk", "--name", "受付", "--role", "clerk")
    sekisho("--by", "admin", "staff", "add", "keeper", "--name", "鍵係", "--role", "key_custodian")
    decided = sekisho("--by", "clerk", "contract", "decide", ACCEPTED)
    assert decided["verdict"] == "accept"
    assert sekisho("contract", "show", str(decided["id"]))["verdict"] == "accept"
    assert sekisho("ledger", "verify")["holds"]
    living = sekisho("keys", "list")["living"]
    assert isinstance(living, list)
    (name,) = (each for each in living if each.startswith("contract/"))

    def reason(found: dict[str, object]) -> object:
        error = found["error"]
        assert isinstance(error, dict)
        return error["reason"]

    backup: list[str | Path] = ["--by", "keeper", "keys", "backup", tmp_path / "b", "--backup-key-file", pin]
    assert reason(sekisho(*backup, code=2)) == "keys_stay_in_the_device"
    restore: list[str | Path] = ["--by", "keeper", "keys", "restore", tmp_path / "b", "--backup-key-file", pin]
    assert reason(sekisho(*restore, code=2)) == "keys_stay_in_module"
    assert sekisho("--by", "keeper", "keys", "destroy", name, "--reason", "test", "--yes")["state"] == "final"
    assert reason(sekisho("contract", "show", str(decided["id"]), code=3)) == "key_destroyed"
    pin.write_text("9999-wrong\n")
    assert reason(sekisho("keys", "list", code=1)) == "could_not_unlock"
    surroundings["SEKISHO_TOKEN_LABEL"] = "no-such-token"
    assert reason(sekisho("keys", "list", code=4)) == "keyring_unavailable"
    surroundings["SEKISHO_PKCS11_LIBRARY"] = "/none.so"
    assert reason(sekisho("keys", "list", code=4)) == "keyring_unavailable"
    for output in said:
        assert token.pin.encode() not in output
        assert b"9999-wrong" not in output
        assert b"Traceback" not in output
    for file in path.rglob("*"):
        assert not file.is_file() or token.pin.encode() not in file.read_bytes()
