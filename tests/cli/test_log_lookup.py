"""``sekisho log grant``, ``who``, ``trail``, ``contractor``, ``subscriber`` and ``rule`` from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.clock import JAPAN, SystemClock, japan_date
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.cli.conftest import Shop, document

NOW = SystemClock().now().astimezone(JAPAN)
YESTERDAY = japan_date(NOW) - timedelta(days=1)
AT = f"{YESTERDAY.isoformat()}T12:00:00+09:00"
FROM, TO = f"{YESTERDAY.isoformat()}T00:00:00+09:00", f"{japan_date(NOW).isoformat()}T00:00:00+09:00"


@pytest.fixture
def office(shop: Shop, secret_file: Callable[[str], Path]) -> tuple[Shop, list[Path]]:
    """A custodian and two privacy officers with tokens; a register; nothing in the logs."""
    tokens = []
    for name, role in (("kanri", "log_custodian"), ("hogo1", "privacy_officer"), ("hogo2", "privacy_officer")):
        document(shop.run("staff", "add", name, "--name", name, "--role", role, "--json", by="admin"))
        if role == "privacy_officer":
            made = document(shop.run("staff", "token", name, "--scope", "approve", "--json", by="admin"))
            path = secret_file(made["token"])
            tokens.append(path.rename(path.with_name(f"{name}.token")))
    return shop, tokens


def granted(shop: Shop, tokens: list[Path], *more: str) -> str:
    """A grant in force."""
    asked = shop.run(
        "log", "grant", "request", "--from", FROM, "--to", TO, "--reference", "第1号", "--caller", "kanri",
        "--max-queries", "100", "--expires-at", (NOW + timedelta(days=7)).isoformat(), *more, "--json", by="kanri",
    )  # fmt: skip
    made: str = document(asked)["id"]
    for token in tokens:
        document(shop.run("log", "grant", "approve", made, "--token-file", str(token), "--yes", "--json"))
    assert document(shop.run("log", "grant", "make", made, "--json", by="kanri"))["state"] == "active"
    return made


ADDRESS = ("--kind", "ap.nat", "--kind", "ap.map_rule", "--target", "192.0.2.0/24", "--ground", "warrant")


def test_a_question_from_grant_to_answer(office: tuple[Shop, list[Path]], tmp_path: Path) -> None:
    """One question, one for people in both languages, a file of questions, and what the grant has left."""
    shop, tokens = office
    grant = granted(shop, tokens, *ADDRESS)
    answer = document(shop.run("log", "who", "192.0.2.18", "1232", AT, "--grant", grant, "--json", by="kanri"))
    assert (answer["outcome"], answer["asked"]["within_seconds"]) == ("coverage_gap", 2.0)
    assert isinstance(answer["ledger_index"], int)
    for lang, word in (("ja", "記録が欠けている"), ("en", "logs are missing")):
        told = shop.run("log", "who", "192.0.2.18", "-", AT, "--grant", grant, "--lang", lang, by="kanri")
        assert word in told.stdout
    batch = tmp_path / "questions.csv"
    batch.write_text(f"address,port,time\n192.0.2.18,1232,{AT}\n192.0.2.18,99999,{AT}\n", encoding="utf-8")
    many = shop.run("log", "who", "--batch", str(batch), "--grant", grant, "--json", by="kanri")
    assert many.exit_code == 2
    lines = [json.loads(line) for line in many.stdout.splitlines()]
    assert [line.get("outcome") or line.get("error", {}).get("reason") for line in lines[:2]] == [
        "coverage_gap",
        "log_question_refused",
    ]
    assert lines[2]["refused"] == 1
    assert document(shop.run("log", "grant", "show", grant, "--json", by="kanri"))["used"] == 4


def test_a_rule_and_a_register_from_the_command_line(office: tuple[Shop, list[Path]], tmp_path: Path) -> None:
    """A computed assignment, ended; a contractor by number; a trail."""
    shop, tokens = office
    rule = tmp_path / "rule.json"
    written: dict[str, Any] = {
        "name": "map", "method": "map-e", "source": "BR", "valid_from": "2026-01-01T00:00:00+09:00",
        "ipv6": "2001:db8::/40", "ipv4": "192.0.2.0/24", "ea_bits": 16, "psid_offset": 6,
    }  # fmt: skip
    rule.write_text(json.dumps(written), encoding="utf-8")
    made = document(shop.run("log", "rule", "add", str(rule), "--json", by="kanri"))["id"]
    grant = granted(shop, tokens, *ADDRESS)
    answer = document(shop.run("log", "who", "192.0.2.18", "1232", AT, "--grant", grant, "--json", by="kanri"))
    assert answer["computed"][0]["inside"] == "2001:db8:12:3400::"
    assert document(shop.run("log", "rule", "end", made, "--at", TO, "--json", by="kanri"))["id"] == made
    assert document(shop.run("log", "rule", "list", "--json", by="kanri"))[0]["valid_to"] is not None
    register = tmp_path / "register.csv"
    register.write_text("contract,phone,valid_from,氏名\nC-1,090-0000-0001,2026-01-01,架空 太郎\n", encoding="cp932")
    days = ("--covers-from", "2026-01-01", "--as-of", japan_date(NOW).isoformat())
    assert document(shop.run("log", "subscriber", "import", str(register), *days, "--json", by="kanri"))["rows"] == 1
    grant = granted(
        shop, tokens, "--kind", "subscriber", "--identifier", "phone=09000000001", "--ground", "investigation_inquiry"
    )
    asked = ("log", "contractor", "--phone", "090-0000-0001", "--on", YESTERDAY.isoformat(), "--grant", grant)
    found = document(shop.run(*asked, "--json", by="kanri"))
    assert (found["outcome"], found["contractors"][0]["person"]) == ("unique", {"氏名": "架空 太郎"})
    assert "架空 太郎" in shop.run(*asked, by="kanri").stdout
    grant = granted(shop, tokens, "--kind", "ap.auth", "--identifier", "line=taro", "--ground", "warrant")
    walked = ("log", "trail", "taro", "--from", FROM, "--to", TO, "--grant", grant)
    assert document(shop.run(*walked, "--json", by="kanri"))["assignments"] == []
    assert "見つかりません" in shop.run(*walked, by="kanri").stdout


def test_what_is_refused_has_its_exit_code(office: tuple[Shop, list[Path]], tmp_path: Path) -> None:
    """Input is 2, permission 3; each with its reason; nothing is answered."""
    shop, tokens = office
    grant = granted(shop, tokens, *ADDRESS)
    who = ("log", "who", "192.0.2.18", "1232")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(256)))
    cases: list[tuple[tuple[str, ...], str, int, str]] = [
        ((*who, f"{YESTERDAY}T12:00:00", "--grant", grant), "kanri", 2, "log_question_refused"),
        ((*who, "2030-01-01T00:00:00Z", "--grant", grant), "kanri", 2, "log_question_refused"),
        (("log", "who", "192.0.2.18", "70000", AT, "--grant", grant), "kanri", 2, "log_question_refused"),
        ((*who, "--grant", grant), "kanri", 2, "usage"),
        ((*who, AT, "--batch", str(binary), "--grant", grant), "kanri", 2, "usage"),
        (("log", "who", "--batch", str(binary), "--grant", grant), "kanri", 2, "log_batch_refused"),
        ((*who, AT, "--grant", "grant-0"), "kanri", 2, "unknown_search_grant"),
        ((*who, AT, "--grant", grant), "auditor", 3, "scope_missing"),
        (("log", "who", "203.0.113.1", "1232", AT, "--grant", grant), "kanri", 3, "log_address_not_granted"),
        ((*who, "2026-01-01T00:00:00Z", "--grant", grant), "kanri", 3, "log_time_not_granted"),
        (("log", "contractor", "--on", "2026-01-01", "--grant", grant), "kanri", 2, "usage"),
        (
            ("log", "contractor", "--phone", "0900000001x", "--on", "2026-01-01", "--grant", grant),
            "kanri",
            2,
            "subscriber_identifier_refused",
        ),
        (("log", "rule", "add", str(binary)), "kanri", 2, "file_refused"),
        (
            ("log", "subscriber", "import", str(binary), "--covers-from", "2026-01-01", "--as-of", "2026-01-02"),
            "kanri",
            2,
            "subscriber_register_refused",
        ),
        (("log", "grant", "make", grant), "kanri", 2, "search_grant_decided"),
        (("log", "grant", "request", "--kind", "ap.nat"), "kanri", 2, "search_grant_terms_refused"),
    ]
    for arguments, by, code, reason in cases:
        done = shop.run(*arguments, "--json", by=by)
        told = json.loads(done.stdout)["error"]["reason"]
        assert (told, done.exit_code) == (reason, code), arguments
    assert document(shop.run("log", "grant", "show", grant, "--json", by="kanri"))["used"] == 0
    document(shop.run("log", "grant", "revoke", grant, "--json", by="hogo1"))
    done = shop.run(*who, AT, "--grant", grant, by="kanri")
    assert (done.exit_code, "取り消され" in done.stderr) == (3, True)
    assert "warrant" in shop.run("log", "grant", "list", by="kanri").stdout


def test_the_ledger_says_that_it_was_asked(office: tuple[Shop, list[Path]]) -> None:
    """The leaf is there when the answer is."""
    shop, tokens = office
    grant = granted(shop, tokens, *ADDRESS)
    answer = document(shop.run("log", "who", "192.0.2.18", "1232", AT, "--grant", grant, "--json", by="kanri"))
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        opened = workspace.open_leaf(answer["ledger_index"])
        assert opened is not None
        assert opened.row.kind == "log.lookup"
        assert json.loads(opened.body)["by"] == "kanri"
