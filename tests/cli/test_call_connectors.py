"""``sekisho call connectors remove``: refused while the spool has something, then done, then done already."""

from __future__ import annotations

import json
from pathlib import Path

from sekisho.calls.connector.spool import SpoolWriter
from tests.cli.conftest import Shop, document
from tests.cli.test_call_connector import NOON, _written


def test_remove(shop: Shop, tmp_path: Path) -> None:
    """From a proxy's first evidence to the end of it, told in both forms and in both languages."""
    settings = json.loads((_written(shop, tmp_path) / "connector.json").read_text())
    spool, by = tmp_path / "spool", "keeper"
    spool.mkdir()

    def write(records: int) -> None:
        writer = SpoolWriter(settings["spool"], bytes.fromhex(settings["public_key"]), max_bytes=1 << 30)
        for _ in range(records):
            assert writer.write(b'{"outcome":"pass"}', NOON, known_source=True)
        writer.close()

    write(1)
    assert shop.run("call", "spool", "ingest", spool, "--connector", "tokyo-1").exit_code == 0
    write(2)
    words = ("call", "connectors", "remove", "tokyo-1", "--reason", "廃止。2件は失われた")
    assert shop.run(*words, by=by).exit_code == 2
    assert shop.run(*words, "--spool", tmp_path / "none", by=by).exit_code == 2
    refused = shop.run(*words, "--spool", spool, "--lang", "ja", by=by)
    assert refused.exit_code == 2
    assert "`--lost 2`" in refused.output
    assert "tokyo-1" in shop.run("call", "connectors", by=by).output
    assert len(document(shop.run("call", "connectors", "--json", by=by))) == 1
    done = document(shop.run(*words, "--spool", spool, "--lost", "2", "--json", by=by))
    assert done == {"connector": "tokyo-1", "removed": True, "lost": 2, "already": False}
    assert "すでに外れています" in shop.run(*words, "--lost", "0", "--lang", "ja", by=by).output
    assert document(shop.run("call", "connectors", "--json", by=by)) == []
