"""``sekisho log policy``, ``hold``, ``purge``, ``certificate`` and ``plan`` from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sekisho.clock import JAPAN, FixedClock, SystemClock, japan_date
from sekisho.keys import KeyFile
from sekisho.logs.purge.day import DayPurge
from sekisho.workspace import Workspace
from tests.cli.conftest import Shop, document, run
from tests.logs.keeping import Unasked

NOW = SystemClock().now().astimezone(JAPAN)
TODAY = japan_date(NOW)
YESTERDAY = TODAY - timedelta(days=1)
POLICY = (
    "--provider", "関所通信", "--service", "hikari", "--kind", "ap.nat", "--purpose", "complaints", "--field",
    "address", "--field", "ports", "--need", "苦情", "--necessity", "a", "--effect", "b", "--social-change", "c",
)  # fmt: skip
REQUEST = (
    "--type", "preservation_request", "--kind", "ap.nat", "--requester", "関所県警", "--officer", "検見川 守",
    "--rank", "judicial_police_officer", "--document", "第12号", "--document-date", TODAY.isoformat(), "--checked",
    "折り返し", "--from", f"{YESTERDAY}T00:00:00+09:00", "--to", f"{TODAY}T00:00:00+09:00",
)  # fmt: skip


@pytest.fixture
def office(shop: Shop, secret_file: Callable[[str], Path]) -> tuple[Shop, Path]:
    """A custodian, and a privacy officer with a token."""
    for name, role in (("kanri", "log_custodian"), ("hogo1", "privacy_officer")):
        document(shop.run("staff", "add", name, "--name", name, "--role", role, "--json", by="admin"))
    made = document(shop.run("staff", "token", "hogo1", "--scope", "approve", "--json", by="admin"))
    return shop, secret_file(made["token"])


def test_a_policy_from_declaration_to_end(office: tuple[Shop, Path]) -> None:
    """One at once, one with approval, one that is refused; listed with what Sekisho itself writes."""
    shop, token = office
    short = document(shop.run("log", "policy", "add", *POLICY, "--keep", "60d", "--json", by="kanri"))
    assert short["state"] == "in_force"
    assert [one["notice"] for one in short["notices"] if one["alert"]] == ["below_floor"]
    refused = shop.run("log", "policy", "add", *POLICY, "--keep", "200d", "--json", by="kanri")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (2, "log_policy_refused")
    later = (TODAY + timedelta(days=7)).isoformat()
    long = document(
        shop.run(
            "log", "policy", "add", *POLICY, "--keep", "200d", "--justification", "年間の網の状況", "--from", later,
            "--json", by="kanri",
        )
    )  # fmt: skip
    assert (long["state"], long["approvals_needed"]) == ("requested", 1)
    approved = shop.run("log", "policy", "approve", long["id"], "--token-file", str(token), "--yes", "--json")
    assert approved.exit_code == 0, approved.output
    assert document(shop.run("log", "policy", "make", long["id"], "--json", by="kanri"))["state"] == "in_force"
    listed = document(shop.run("log", "policy", "list", "--json", by="kanri"))
    assert [one["period"] for one in listed if one["kind"] == "ap.nat"] == ["60d", "200d"]
    assert [one["id"] for one in listed].count("house") == 5
    for lang, word in (("ja", "必要性"), ("en", "necessity")):
        assert word in shop.run("log", "policy", "show", long["id"], "--lang", lang, by="kanri").stdout
    ended = shop.run("log", "policy", "end", long["id"], "--on", "2099-01-01", "--json", by="kanri")
    assert document(ended)["valid_to"] == "2099-01-01"
    known = shop.run(
        "log", "policy", "guideline", "--applies-from", "2026-04-01", "--source", "解説", "--json", by="kanri"
    )
    assert document(known)["confirmed"] is True


def test_a_hold_from_request_to_release(office: tuple[Shop, Path]) -> None:
    """The letter of the day in both languages, an extension too far, a withdrawal, and the vault's certificate."""
    shop, _ = office
    until = (TODAY + timedelta(days=30)).isoformat()
    asked = shop.run(
        "log", "hold", "add", *REQUEST, "--address", "203.0.113.5:1024-2047", "--until", until, "--json", by="kanri"
    )
    made = document(asked)
    assert (made["state"], made["letter"]["held_until"]) == ("active", until)
    assert "該当する記録の有無" in made["letter"]["text"]["ja"]
    hold = made["id"]
    assert f"until {until}" in shop.run("log", "hold", "letter", hold, "--lang", "en", by="kanri").stdout
    far = (TODAY + timedelta(days=61)).isoformat()
    extended = shop.run(
        "log", "hold", "extend", hold, "--until", far, "--document", "第13号", "--checked", "x", "--why", "y", "--json",
        by="kanri",
    )  # fmt: skip
    assert (extended.exit_code, json.loads(extended.stdout)["error"]["reason"]) == (2, "log_hold_extension_refused")
    assert hold in shop.run("log", "hold", "list", by="kanri").stdout
    given = ("--reason", "withdrawn", "--document", "第14号", "--json")
    document(shop.run("log", "hold", "release", hold, *given, by="kanri"))
    purged = document(shop.run("log", "purge", "--due", "--json", by="keeper"))
    assert [one["what"] for one in purged] == ["released"]
    listed = document(shop.run("log", "certificate", "list", "--json", by="auditor"))
    assert listed == [{"key": f"log/hold/{hold}", "state": "final", "files": 0}]


def test_a_hold_is_withdrawn_before_it_is_approved(office: tuple[Shop, Path]) -> None:
    """It was only asked for: nothing is copied, nothing to release; it is listed with ``--all``."""
    shop, _ = office
    until = (TODAY + timedelta(days=30)).isoformat()
    given = (*REQUEST, "--address", "203.0.113.5", "--until", until, "--type", "voluntary_request", "--json")
    made = document(shop.run("log", "hold", "add", *given, by="kanri"))
    assert made["state"] == "requested"
    assert document(shop.run("log", "hold", "withdraw", made["id"], "--json", by="kanri"))["state"] == "withdrawn"
    for again in ("withdraw", "make"):
        refused = shop.run("log", "hold", again, made["id"], "--json", by="kanri")
        assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (2, "log_hold_decided")
    assert document(shop.run("log", "hold", "list", "--json", by="kanri")) == []
    (listed,) = document(shop.run("log", "hold", "list", "--all", "--json", by="kanri"))
    assert listed["id"] == made["id"]
    assert shop.run("log", "hold", "list", by="clerk").exit_code == 3


def test_a_future_time_is_refused(office: tuple[Shop, Path]) -> None:
    """With the clause, in both languages."""
    shop, _ = office
    until = (TODAY + timedelta(days=3)).isoformat()
    later = f"{TODAY + timedelta(days=2)}T00:00:00+09:00"
    refused = shop.run(
        "log", "hold", "add", *REQUEST, "--address", "203.0.113.5", "--until", until, "--to", later, by="kanri"
    )
    assert refused.exit_code == 2
    assert "刑事訴訟法197条3項" in refused.output


def test_a_certificate_without_a_workspace(office: tuple[Shop, Path], tmp_path: Path) -> None:
    """Issued by one, checked by another who has nothing but the file and the fingerprint."""
    shop, _ = office
    document(shop.run("log", "policy", "add", *POLICY, "--keep", "90d", "--json", by="kanri"))
    later = FixedClock(datetime(TODAY.year + 1, 6, 1, tzinfo=JAPAN))
    key = f"log/ap.nat/{YESTERDAY}"
    with Workspace.open(shop.path, keyring=KeyFile(shop.key), clock=later) as workspace:
        workspace.keyring.ensure(key)
        DayPurge(workspace, Unasked(workspace.keyring), by="keeper").run(key)
    file = tmp_path / "certificate.json"
    done = shop.run("log", "certificate", "issue", key, "--out", file, "--json", by="auditor")
    assert document(done)["state"] == "final"
    told = document(run("log", "certificate", "verify", str(file), "--json"))
    assert (told["holds"], told["key"], told["key_compared"]) == (True, key, False)
    good = run("log", "certificate", "verify", str(file), "--key", told["fingerprint"], "--lang", "en")
    assert "another process was refused all of them" in good.stdout
    file.write_text(file.read_text(encoding="utf-8").replace('"final"', '"live"', 1), encoding="utf-8")
    bad = run("log", "certificate", "verify", str(file), "--json")
    assert (bad.exit_code, json.loads(bad.stdout)["error"]["reason"]) == (1, "certificate_refused")


def test_purge_asks_for_one_thing(office: tuple[Shop, Path]) -> None:
    """Exactly one of its modes; who isn't a key custodian may not."""
    shop, _ = office
    assert shop.run("log", "purge", by="keeper").exit_code == 2
    assert shop.run("log", "purge", "--due", "--plan", by="keeper").exit_code == 2
    assert shop.run("log", "purge", "--due", by="kanri").exit_code == 3
    assert shop.run("log", "purge", "--plan").exit_code == 0
    assert document(shop.run("log", "purge", "--list", "--json")) == []


def test_a_plan_needs_no_workspace(tmp_path: Path) -> None:
    """Words, a document and a chart."""
    file = tmp_path / "plan.svg"
    made = document(
        run("log", "plan", "--subscribers", "1000000", "--mode", "pba", "--copies", "1", "--chart", file, "--json")
    )
    assert [one["days"] for one in made["periods"]] == [90, 120, 150, 180, 365]
    assert file.read_text(encoding="utf-8").startswith("<svg")
    assert "望ましい幅" in run("log", "plan", "--subscribers", "10", "--mode", "radius").stdout
    refused = run("log", "plan", "--subscribers", "10", "--mode", "radius", "--busy", "7")
    assert (refused.exit_code, "busy" in refused.output) == (2, True)
