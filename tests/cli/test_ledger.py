"""``sekisho ledger``: verified, exported and opened, with Sekisho and without."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.cli.conftest import ACCEPTED, Shop, document


class TestLedger:
    """``sekisho ledger``."""

    def test_verify_needs_no_key(self, shop: Shop) -> None:
        """Anyone who can read the folder can verify, prove and export it."""
        shop.key.unlink()
        found = document(shop.run("ledger", "verify", "--json"))
        assert found["holds"]
        assert found["findings"] == []
        assert shop.run("ledger", "prove", "0").exit_code == 0
        assert shop.run("ledger", "export", shop.path.parent / "x.zip").exit_code == 0
        assert shop.run("ledger", "open", "0").exit_code == 2

    def test_a_flipped_bit_is_exit_1(self, shop: Shop) -> None:
        """Damage is named, by file, and the exit code says that the check failed."""
        files = [each for each in (shop.path / "ledger" / "tile" / "entries").rglob("*") if each.is_file()]
        bundle = max(files, key=lambda file: file.stat().st_size)
        content = bytearray(bundle.read_bytes())
        content[40] ^= 1
        bundle.write_bytes(content)
        found = shop.run("ledger", "verify", "--json")
        assert found.exit_code == 1
        told = json.loads(found.stdout)
        assert not told["holds"]
        assert "entries" in json.dumps(told["findings"])
        told = shop.run("ledger", "verify")
        assert told.exit_code == 1
        assert "entries" in told.stdout

    def test_export_is_verified_without_sekisho(self, shop: Shop, tmp_path: Path) -> None:
        """The zip's own verify.py accepts the export, one opened leaf and an earlier checkpoint, and refuses others."""
        shop.run("ledger", "export", tmp_path / "early.zip")
        made = document(shop.run("contract", "decide", ACCEPTED, "--json", by="clerk"))
        index = str(made["ledger_index"])
        told = document(shop.run("ledger", "export", tmp_path / "ledger.zip", "--json"))
        opened = document(shop.run("ledger", "open", index, "--out", tmp_path / "leaf"))
        assert (tmp_path / "leaf" / "body").stat().st_mode & 0o077 == 0
        for name in ("early", "ledger"):
            with zipfile.ZipFile(tmp_path / f"{name}.zip") as archive:
                archive.extractall(tmp_path / name)

        def verify(*arguments: str | Path) -> int:
            command = [sys.executable, "-I", "verify.py", *map(str, arguments)]
            done = subprocess.run(command, cwd=tmp_path / "ledger", capture_output=True, check=False)
            assert b"Traceback" not in done.stderr
            return done.returncode

        assert verify("--key", told["key"]) == 0
        assert verify("--earlier", tmp_path / "early" / "checkpoint") == 0
        body, salt = tmp_path / "leaf" / "body", opened["salt"]
        assert (tmp_path / "leaf" / "salt").read_text() == salt + "\n"
        assert verify("--leaf", index, "--body", body, "--salt", salt) == 0
        assert verify("--leaf", "0", "--body", body, "--salt", salt) == 1
        assert verify("--key", "0" * 64) == 1
        assert json.loads(body.read_bytes()) == opened["body"]

    def test_inclusion_proof(self, shop: Shop) -> None:
        """The printed proof leads from the leaf to the signed root."""
        import base64

        from sekisho.ledger import merkle, open_checkpoint
        from sekisho.workspace.settings import read_settings

        told = document(shop.run("ledger", "prove", "2"))
        settings = read_settings(shop.path)
        assert settings is not None
        head = open_checkpoint(
            told["checkpoint"].encode(), public_key=bytes.fromhex(settings.ledger_key), origin=settings.origin
        )
        assert merkle.verify_inclusion(
            merkle.leaf_hash(base64.b64decode(told["leaf"])),
            told["index"],
            head.size,
            [base64.b64decode(each) for each in told["proof"]],
            head.root,
        )
