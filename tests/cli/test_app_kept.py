"""What is forgotten of a workspace's scans, and the certificate of a month's key that ended."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Shop, document


def test_a_month_that_is_not_over_has_no_certificate(shop: Shop, tmp_path: Path) -> None:
    """Forgetting deletes at once and says which keys ended; this month's ends later, and until then has none."""
    entry = {"startedDateTime": "2026-11-24T00:00:00Z", "response": {"status": 200, "headers": []},
             "request": {"method": "GET", "url": "https://t.vendor.example.net/x", "headers": []}}  # fmt: skip
    for name in ("a.har", "b.har"):
        (tmp_path / name).write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
        document(shop.run("app", "scan", tmp_path / name, "--service", "架空", "--json", by="keeper"))
    gone = document(shop.run("app", "forget", "--before", "2099-01-01", "--yes", "--json", by="keeper"))
    assert gone == {"forgotten": 1, "keys_destroyed": {}}
    refused = shop.run("app", "certificate", "apps/2026-11", "--json")
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"]["reason"] == "unknown_app_certificate"
