"""``sekisho keys``: backup, destruction, restore."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.clock import SystemClock
from tests.cli.conftest import ACCEPTED, Shop, document, run


class TestKeys:
    """``sekisho keys``."""

    def test_a_life(self, shop: Shop, tmp_path: Path) -> None:
        """Backup, destruction, loss of the keyring, restore: the destroyed key stays away; backups are disposed of."""
        safe = tmp_path / "safe"
        safe.mkdir()
        assert shop.run("contract", "decide", ACCEPTED, by="clerk").exit_code == 0
        assert document(run("keys", "make-file", safe / "b.key", "--json"))["key_file"] == str(safe / "b.key")
        made = document(shop.run(
            "keys", "backup", safe / "one", "--backup-key-file", safe / "b.key", "--days", "30", "--json", by="keeper"
        ))
        assert (made["number"], made["gone_at"]) == (1, None)
        assert document(shop.run("keys", "due", "--json")) == []
        (name,) = [each for each in document(shop.run("keys", "list", "--json"))["living"] if "contract/" in each]
        ended = document(shop.run("keys", "destroy", name, "--reason", "期間満了", "--yes", "--json", by="keeper"))
        assert (ended["name"], ended["epoch"], ended["state"]) == (name, 1, "live")
        shutil.rmtree(shop.path / "keys")
        assert shop.run("keys", "list").exit_code == 4
        done = document(shop.run(
            "keys", "restore", safe / "one", "--backup-key-file", safe / "b.key", "--json", by="keeper"
        ))
        assert (done["number"], done["withheld"]) == (1, [name])
        listed = document(shop.run("keys", "list", "--json"))
        assert name not in listed["living"]
        assert [(end["name"], end["state"]) for end in listed["destroyed"]] == [(name, "live")]
        gone = document(shop.run("keys", "dispose", safe / "one", "--yes", "--json", by="keeper"))
        assert gone["gone_at"] is not None
        assert not (safe / "one").exists()
        assert document(shop.run("keys", "list", "--json"))["destroyed"][0]["state"] == "final"
        assert document(shop.run("ledger", "verify", "--json"))["holds"]
        size = shop.size()
        kinds = [document(shop.run("ledger", "open", str(n)))["kind"] for n in range(size - 4, size)]
        assert kinds == ["keys.backup_made", "keys.destroyed", "keys.restored", "keys.backup_gone"]

    def test_expired_backups_are_due(self, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An expired backup is due until its disposal is recorded, here or elsewhere, and can't be restored."""
        run("keys", "make-file", tmp_path / "b.key")
        key = tmp_path / "b.key"
        made = shop.run("keys", "backup", tmp_path / "one", "--backup-key-file", key, "--days", "1", by="keeper")
        assert made.exit_code == 0
        later = datetime.now(UTC) + timedelta(days=2)
        monkeypatch.setattr(SystemClock, "now", lambda _: later)
        (due,) = document(shop.run("keys", "due", "--json"))
        assert due["number"] == 1
        refused = shop.run(
            "keys", "restore", tmp_path / "one", "--backup-key-file", tmp_path / "b.key", "--json", by="keeper"
        )
        assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (3, "backup_expired")
        assert shop.run("keys", "record-gone", "1", "--how", "溶解", by="keeper").exit_code == 0
        assert document(shop.run("keys", "due", "--json")) == []

    def test_destruction_asks(self, shop: Shop) -> None:
        """Without ``--yes`` the question is on stderr, and only a yes goes on."""
        shop.run("contract", "decide", ACCEPTED, by="clerk")
        (name,) = [each for each in document(shop.run("keys", "list", "--json"))["living"] if "contract/" in each]
        asked = shop.run("keys", "destroy", name, "--reason", "test", "--json", by="keeper", stdin="n\n")
        assert (asked.exit_code, json.loads(asked.stdout)["error"]["reason"]) == (2, "not_confirmed")
        assert name in asked.stderr
        agreed = shop.run("keys", "destroy", name, "--reason", "test", "--json", by="keeper", stdin="y\n")
        assert json.loads(agreed.stdout)["name"] == name

    def test_passphrase(self, tmp_path: Path, secret_file: Callable[[str], Path]) -> None:
        """A workspace under a passphrase has no key file, opens with the passphrase's file, and with no other."""
        passphrase = secret_file("とても長い合言葉 for tests\n")
        surroundings = {"SEKISHO_PASSPHRASE_FILE": str(passphrase)}
        made = run("init", tmp_path / "ws", "--json", env=surroundings)
        assert document(made)["key_file"] is None
        assert not (tmp_path / "ws.key").exists()
        assert run("--workspace", tmp_path / "ws", "keys", "list", env=surroundings).exit_code == 0
        passphrase.write_text("wrong, and long enough\n")
        wrong = run("--workspace", tmp_path / "ws", "keys", "list", "--json", env=surroundings)
        assert (wrong.exit_code, json.loads(wrong.stdout)["error"]["reason"]) == (1, "could_not_unlock")
        assert "long enough" not in wrong.output
        passphrase.write_text("short\n")
        short = run("init", tmp_path / "other", env=surroundings)
        assert short.exit_code == 2
        assert "short" not in short.output.replace("PassphraseTooShort", "")
