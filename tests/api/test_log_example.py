"""``examples/log_question.py``: what the READMEs show is what happens with a real server and the example's logs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from sekisho.clock import JAPAN, SystemClock
from tests.api.conftest import issue, serving
from tests.cli.conftest import PROJECT, Shop, document

EXAMPLE = PROJECT / "examples" / "log_question.py"
LOGS = PROJECT / "examples" / "logs"
NOW = SystemClock().now().astimezone(JAPAN)
SOURCES = (
    ("cgn1", "ap.nat", "juniper-pba", "203.0.113.0/24", "policy-nat.json", "juniper-pba.log"),
    ("aaa1", "ap.auth", "freeradius-detail", "100.64.0.0/10", "policy-auth.json", "accounting.detail"),
)
TERMS = {
    "kinds": ["ap.nat", "ap.auth"],
    "targets": ["203.0.113.2"],
    "begin": "2026-11-20T00:00:00+09:00",
    "end": "2026-11-21T00:00:00+09:00",
    "ground": "warrant",
    "reference": "第1号",
    "callers": ["kanri"],
    "max_queries": 1,
    "expires_at": (NOW + timedelta(days=1)).isoformat(),
}


def test_the_question_of_the_readmes(shop: Shop, tmp_path: Path) -> None:
    """From policies to an answer: unique, through the inside address to the line; both READMEs show these lines."""
    for name, role in (("kanri", "log_custodian"), ("hogo1", "privacy_officer"), ("hogo2", "privacy_officer")):
        document(shop.run("staff", "add", name, "--name", name, "--role", role, "--json", by="admin"))
    for name, kind, form, covers, policy, log in SOURCES:
        document(shop.run("log", "policy", "add", "--file", str(LOGS / policy), "--json", by="kanri"))
        what = ("--provider", "関所通信", "--service", "hikari", "--kind", kind, "--format", form, "--covers", covers)
        document(shop.run("log", "source", "add", name, *what, "--json", by="kanri"))
        done = document(shop.run("log", "ingest", str(LOGS / log), "--source", name, "--json"))
        assert done["quarantined"] == {}
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps(TERMS), encoding="utf-8")
    grant = document(shop.run("log", "grant", "request", "--file", str(terms), "--json", by="kanri"))["id"]
    for officer in ("hogo1", "hogo2"):
        file = tmp_path / officer
        file.write_text(issue(shop, "approve", holder=officer), encoding="utf-8")
        file.chmod(0o600)
        assert shop.run("log", "grant", "approve", grant, "--token-file", str(file), "--yes").exit_code == 0
    document(shop.run("log", "grant", "make", grant, "--json", by="kanri"))
    token = issue(shop, "log.search", holder="kanri")
    with serving(shop) as server:
        arguments = [server.address + "v1/", token, grant]
        asked_of = subprocess.run([sys.executable, str(EXAMPLE), *arguments], capture_output=True, check=False)
    assert asked_of.returncode == 0, asked_of.stderr.decode()
    first, second = asked_of.stdout.decode().splitlines()
    assert (first, second.split("#")[0]) == ("100.64.0.19 → line-0019@hikari.example.jp", "unique  ledger ")
    source = EXAMPLE.read_text(encoding="utf-8")
    asked = source[source.index("    question = ") : source.index("    found: ")]
    for name in ("README.md", "README.ja.md"):
        page = (PROJECT / name).read_text(encoding="utf-8")
        assert "\n".join(line.removeprefix("    ") for line in asked.splitlines()) in page, name
        assert f"{first}\nunique  ledger #" in page, name
