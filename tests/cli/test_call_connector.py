"""``sekisho call kamailio-config`` and ``call spool ingest``: from a workspace to a proxy, and its evidence back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sekisho.calls.connector.spool import SpoolWriter
from sekisho.logs.kinds import LogKind
from tests.cli.conftest import Shop, document

NOON = 1_795_402_800.0


def _written(shop: Shop, tmp_path: Path, trunks: str = "[]") -> Path:
    (tmp_path / "trunks.json").write_text(trunks)
    told = shop.run(
        "call", "kamailio-config", "--out", tmp_path / "out", "--bind", "127.0.0.1:5060", "--next-hop",
        "sip:192.0.2.1:5060", "--trunks", tmp_path / "trunks.json", "--bundle", tmp_path / "bundle", "--spool",
        tmp_path / "spool", "--label", "suspicious=迷惑電話の疑い", "--json",
    )  # fmt: skip
    assert any(name.endswith("kamailio.cfg") for name in document(told)["files"])
    return tmp_path / "out"


def test_evidence_comes_back_from_beside_the_proxy(shop: Shop, tmp_path: Path) -> None:
    """What was sealed to the written settings' key is taken in once, removed there, and counted with its losses."""
    settings = json.loads((_written(shop, tmp_path) / "connector.json").read_text())
    spool = tmp_path / "spool"
    spool.mkdir()
    writer = SpoolWriter(settings["spool"], bytes.fromhex(settings["public_key"]), max_bytes=1 << 30)
    for number in range(50):
        assert writer.write(b'{"number":%d}' % number, NOON, known_source=True)
    writer.write(b"x" * 20_000, NOON, known_source=True)
    writer.close()
    (path,) = spool.iterdir()
    shutil.copy(path, tmp_path / "again.evidence")
    told = document(shop.run("call", "spool", "ingest", spool, "--json"))
    assert (told["files"], told["records"], told["missing"], told["files_never_seen"]) == (1, 50, 1, 0)
    assert list(spool.iterdir()) == []
    shutil.copy(tmp_path / "again.evidence", path)
    told = document(shop.run("call", "spool", "ingest", spool, "--json"))
    assert (told["files"], told["already"]) == (0, 1)
    assert list((shop.path / "logs" / LogKind.CALL_EVIDENCE.value).rglob("*.written"))


def test_the_slowest_process_tells_which_rules_a_connector_has(shop: Shop, tmp_path: Path) -> None:
    """Of two processes' last decisions the older bundle counts; what is no decision, or junk, tells nothing."""
    settings = json.loads((_written(shop, tmp_path) / "connector.json").read_text())
    spool = tmp_path / "spool"
    spool.mkdir()
    for rules in ("00000004", "00000003"):
        writer = SpoolWriter(settings["spool"], bytes.fromhex(settings["public_key"]), max_bytes=1 << 30)
        for record in ({"outcome": "pass", "rules": "00000002"}, {"outcome": "pass", "rules": rules}, {"alarm": "x"}):
            assert writer.write(json.dumps(record).encode(), NOON, known_source=True)
        assert writer.write(b"junk", NOON, known_source=True)
        writer.close()
    told = shop.run("call", "spool", "ingest", spool, "--connector", "tokyo-1")
    assert told.exit_code == 0, told.output
    (found,) = document(shop.run("call", "publish", "--state", "--json", by="admin"))["connectors"]
    assert (found["name"], found["bundle"], found["up_to_date"]) == ("tokyo-1", "00000003", False)
    (known,) = document(shop.run("call", "connectors", "--json", by="admin"))
    assert (known["bundle"], known["evidence"]["files"], known["evidence"]["silent"]) == ("00000003", 2, False)
    shown = shop.run("call", "connectors", by="admin").output
    assert "tokyo-1" in shown
    assert "（古い）" in shown
    assert shop.run("call", "spool", "ingest", spool, "--connector", "東京").exit_code == 2


def test_what_is_no_spool_file_stays_and_is_told(shop: Shop, tmp_path: Path) -> None:
    """A damaged file doesn't stop the others; it stays where it is and the command ends with what is wrong with it."""
    (tmp_path / "bad.evidence").write_bytes(b"not one of ours" * 20)
    told = shop.run("call", "spool", "ingest", tmp_path, "--lang", "en")
    assert told.exit_code == 2
    assert "bad.evidence can't be read (not a spool file)" in told.output
    assert (tmp_path / "bad.evidence").exists()
    assert shop.run("call", "spool", "ingest", tmp_path / "missing").exit_code == 2


def test_settings_that_no_proxy_could_use_are_refused(shop: Shop, tmp_path: Path) -> None:
    """A trunk with an unknown field, an address that is none: refused before anything is written."""
    (tmp_path / "trunks.json").write_text('[{"id": "a", "direction": "abroad", "addresses": ["x"]}]')
    common: list[str | Path] = [
        "call", "kamailio-config", "--out", tmp_path / "out", "--next-hop", "sip:192.0.2.1",
        "--trunks", tmp_path / "trunks.json", "--bundle", tmp_path, "--spool", tmp_path,
    ]  # fmt: skip
    told = shop.run(*common, "--bind", "127.0.0.1:5060", "--lang", "en")
    assert told.exit_code == 2
    assert "The connector's setting 'trunks' can't be used" in told.output
    (tmp_path / "trunks.json").write_text("[]")
    told = shop.run(*common, "--bind", 'x"; exec', "--lang", "en")
    assert told.exit_code == 2
    assert not (tmp_path / "out").exists()
